//! What a 402 without x402 terms is instead: the terms of another protocol, terms that are not where
//! they belong, or the server's own sentence. It is told, and nothing is paid by it.

use std::fmt;

use ::http::HeaderMap;
use serde_json::Value;

use super::address::parse_address_of_any_case;
use super::amount::Amount;
use super::assets::ASSETS;
use super::authenticate::{Scheme, schemes};
use super::dialect::carrier_headers;
use super::encoding;
use super::texts::{document, words};

/// Deepest wrapper in which terms are looked for.
const MOST_LEVELS: usize = 4;
/// Longest sentence of the server's that is kept, in characters.
const MOST_WORDS: usize = 400;
/// Headers that hold a price by themselves: Cloudflare's pay per crawl.
const PRICES: [&str; 3] = ["crawler-price", "crawler-exact-price", "crawler-max-price"];

/// What was found. Text is the server's, as it came, but for its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// MPP: `WWW-Authenticate: Payment` (draft-httpauth-payment).
    Mpp {
        /// How many challenges there are.
        challenges: usize,
        /// The first one's method: `evm`, `tempo`, `solana`, `stripe`, …
        method: Option<String>,
        /// The first one's price, as far as it says one.
        price: Option<String>,
    },
    /// L402 or its older name LSAT: a Lightning invoice.
    L402 {
        /// The scheme as the server spells it.
        scheme: String,
        /// The price, where the invoice says one.
        price: Option<String>,
    },
    /// A price for crawlers.
    Crawler {
        /// The header.
        header: &'static str,
        /// The price, as it came.
        price: String,
    },
    /// Another scheme of `WWW-Authenticate`.
    Scheme(String),
    /// Offers in a document that names no version.
    NoVersion,
    /// Terms inside of a document.
    Wrapped {
        /// The members that lead there.
        path: String,
        /// Whether they name a version.
        has_version: bool,
    },
    /// None of these; what the server says.
    Words(String),
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mpp { challenges, method, price } => {
                f.write_str("it asks by MPP (WWW-Authenticate: Payment")?;
                if let Some(method) = method {
                    write!(f, ", method {method:?}")?;
                }
                if let Some(price) = price {
                    write!(f, ", {price}")?;
                }
                if *challenges > 1 {
                    write!(f, ", the first of {challenges}")?;
                }
                f.write_str("), which is not supported")
            }
            Self::L402 { scheme, price } => {
                write!(f, "it asks by {scheme} (WWW-Authenticate: {scheme}, a Lightning invoice")?;
                if let Some(price) = price {
                    write!(f, " of {price}")?;
                }
                f.write_str("), which is not supported")
            }
            Self::Crawler { header, price } => {
                write!(f, "it asks crawlers for a price ({header}: {price}), which is not supported")
            }
            Self::Scheme(scheme) => {
                write!(f, "it asks by WWW-Authenticate: {scheme}, which is not supported")
            }
            Self::NoVersion => {
                f.write_str("its document has offers (accepts) and no x402Version, so its terms have no meaning")
            }
            Self::Wrapped { path, has_version: true } => {
                write!(f, "its x402 terms are inside of {path:?}, and not at the top of the document")
            }
            Self::Wrapped { path, has_version: false } => {
                write!(f, "its offers (accepts) are inside of {path:?}, without an x402Version")
            }
            Self::Words(words) => write!(f, "the answer has no x402 terms; it says {words:?}"),
        }
    }
}

/// Reads a 402 in which there are no terms.
pub fn read_instead(headers: &HeaderMap, body: &[u8]) -> Option<Instead> {
    let text = crate::text::read(body).unwrap_or_default();
    let found = document(text.trim());
    let near = || {
        let values = carrier_headers().into_iter().flat_map(|name| headers.get_all(name));
        let mut documents =
            values.filter_map(|value| document(&encoding::decode(value.as_bytes())?));
        found.iter().find_map(near_miss).or_else(|| documents.find_map(|one| near_miss(&one)))
    };
    near().or_else(|| of_headers(headers)).or_else(|| {
        let said = match &found {
            Some(document) => words(document).join(": "),
            None if text.trim_start().starts_with(['<', '{', '[']) => String::new(),
            None => text.trim().to_owned(),
        };
        let said: String = said.chars().take(MOST_WORDS).collect();
        (!said.trim().is_empty()).then_some(Instead::Words(said))
    })
}

/// Terms that are not where they belong.
fn near_miss(document: &Value) -> Option<Instead> {
    let (mut path, has_version) = terms_in(document, MOST_LEVELS)?;
    path.reverse();
    Some(match (path.is_empty(), has_version) {
        (true, false) => Instead::NoVersion,
        // At its place, and unreadable for another reason, which is told elsewhere.
        (true, true) => return None,
        (false, has_version) => {
            let path = path.join(".").chars().take(MOST_WORDS).collect();
            Instead::Wrapped { path, has_version }
        }
    })
}

/// Where offers are in a document, the innermost member first, and whether a version stands beside them.
fn terms_in(part: &Value, levels: usize) -> Option<(Vec<String>, bool)> {
    let deeper = levels.checked_sub(1)?;
    let inside = |(name, part): (String, &Value)| {
        let (mut path, has_version) = terms_in(part, deeper)?;
        path.push(name);
        Some((path, has_version))
    };
    match part {
        Value::Object(members) => {
            if members.get("accepts").is_some_and(Value::is_array) {
                return Some((Vec::new(), members.contains_key("x402Version")));
            }
            members.iter().find_map(|(name, part)| inside((name.clone(), part)))
        }
        Value::Array(all) if all.iter().any(is_offer) => Some((Vec::new(), false)),
        Value::Array(all) => {
            all.iter().enumerate().find_map(|(place, part)| inside((place.to_string(), part)))
        }
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            inside(("text".to_owned(), &document(text)?))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Whether something looks like one entry of `accepts`.
fn is_offer(part: &Value) -> bool {
    ["scheme", "network", "payTo"].iter().all(|name| part.get(*name).is_some())
}

/// Another protocol, told by its headers.
fn of_headers(headers: &HeaderMap) -> Option<Instead> {
    let lines = headers.get_all(::http::header::WWW_AUTHENTICATE);
    let all: Vec<Scheme> =
        lines.iter().filter_map(|line| line.to_str().ok()).flat_map(schemes).collect();
    let named = |name: &str| {
        all.iter().filter(|scheme| scheme.name.eq_ignore_ascii_case(name)).collect::<Vec<_>>()
    };
    if let payments @ [first, ..] = named("Payment").as_slice() {
        let method = first.value("method").map(str::to_owned);
        return Some(Instead::Mpp { challenges: payments.len(), method, price: mpp_price(first) });
    }
    for name in ["L402", "LSAT"] {
        if let [first, ..] = named(name).as_slice() {
            let price = first.value("invoice").and_then(invoice_price);
            return Some(Instead::L402 { scheme: name.to_owned(), price });
        }
    }
    for header in PRICES {
        if let Some(price) = headers.get(header).and_then(|value| value.to_str().ok()) {
            return Some(Instead::Crawler { header, price: price.trim().to_owned() });
        }
    }
    let other =
        all.iter().find(|scheme| !["Basic", "Bearer", "Digest"].contains(&scheme.name.as_str()));
    other.map(|scheme| Instead::Scheme(scheme.name.clone()))
}

/// The price of an MPP challenge: `amount` and `currency` of its `request`, in tokens where the table
/// knows the one that is meant.
fn mpp_price(challenge: &Scheme) -> Option<String> {
    let request = document(&encoding::decode(challenge.value("request")?.as_bytes())?)?;
    let amount = match request.get("amount")? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let currency = request.get("currency").and_then(Value::as_str).unwrap_or_default();
    let chain = request.pointer("/methodDetails/chainId").and_then(Value::as_u64);
    let known = parse_address_of_any_case(currency).ok().and_then(|token| {
        let here = |id: u64| chain.is_none_or(|chain| chain == id);
        ASSETS.iter().find(|asset| asset.address == token && here(asset.network.chain_id))
    });
    match (known, Amount::parse(&amount)) {
        (Some(asset), Ok(amount)) => Some(format!(
            "{} {} on {}",
            amount.human(asset.decimals),
            asset.symbol,
            asset.network.name
        )),
        _ => Some(format!("amount {amount} {currency}").trim_end().to_owned()),
    }
}

/// The price of a Lightning invoice (BOLT 11): the digits after `lnbc` or `lntb` and their multiplier.
fn invoice_price(invoice: &str) -> Option<String> {
    let invoice = invoice.to_ascii_lowercase();
    // What is signed begins after the last 1, which is no letter of it.
    let (human, _) = invoice.rsplit_once('1')?;
    let networks = ["lnbcrt", "lntbs", "lnbc", "lntb"];
    let rest = networks.iter().find_map(|network| human.strip_prefix(network))?;
    let multiplier = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let amount: u64 = rest.strip_suffix(multiplier)?.parse().ok()?;
    // Thousandths of a satoshi. A pico-bitcoin is a tenth of one.
    let thousandths = match multiplier {
        "m" => amount.checked_mul(100_000_000)?,
        "u" => amount.checked_mul(100_000)?,
        "n" => amount.checked_mul(100)?,
        "p" => amount.checked_div(10)?,
        "" => amount.checked_mul(100_000_000_000)?,
        _ => return None,
    };
    let (whole, part) = (thousandths.checked_div(1_000)?, thousandths.checked_rem(1_000)?);
    let part = if part == 0 { String::new() } else { format!(".{part:03}") };
    Some(format!("{whole}{part} satoshi"))
}

#[cfg(test)]
#[path = "instead_tests.rs"]
mod tests;
