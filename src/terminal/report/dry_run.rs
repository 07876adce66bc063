//! The answer of a dry run: every offer, and what would be done.

use std::fmt::Write as _;

use comfy_table::Table;
use serde_json::{Value, json};
use url::Url;

use super::{SERVER_TEXT, change::changed, time};
use crate::pay::{Demand, Earlier};
use crate::policy::{Assessed, Decision, Objection, Refusal, Standing, Unpayable};
use crate::protocol::Offer;
use crate::terminal::safe::Safe;
use crate::terminal::style::{Painter, Style};

/// What a dry run found.
pub enum DryRun<'a> {
    /// Nothing is asked.
    Free {
        /// The URL that answered.
        url: &'a Url,
        /// Its status.
        status: u16,
    },
    /// Payment is asked.
    Demanded {
        /// How.
        demand: &'a Demand,
        /// The earlier payment that would be sent again in place of a new one.
        resend: Option<&'a Earlier>,
    },
    /// Payment is asked, without terms that can be read, and an earlier one would be sent again.
    Lost {
        /// The URL.
        url: &'a Url,
        /// The earlier payment.
        resend: &'a Earlier,
    },
}

/// One word on what would be done, as in the JSON member `decision`.
fn decision(demand: &Demand) -> &'static str {
    match &demand.assessment.decision {
        Decision::Pay(_) => "pay",
        Decision::Ask { .. } => "ask",
        Decision::Refuse { refusal: Refusal::OverCap, .. } => "price-over-cap",
        Decision::Refuse { refusal: Refusal::Rules | Refusal::Changed, .. } => "policy-refused",
        Decision::Refuse { refusal: Refusal::NothingPayable, .. } => "no-payable-offer",
    }
}

/// The answer as JSON: schema `pay402/dry-run/1`.
pub fn dry_run_json(found: &DryRun<'_>) -> String {
    let document = match found {
        DryRun::Free { url, status } => json!({
            "schema": "pay402/dry-run/1", "url": whole(url), "status": status,
            "decision": "free", "offers": [],
        }),
        DryRun::Lost { url, resend } => json!({
            "schema": "pay402/dry-run/1", "url": whole(url), "status": 402,
            "decision": RESEND, "resend": resend_json(resend), "offers": [],
        }),
        DryRun::Demanded { demand, resend } => json!({
            "schema": "pay402/dry-run/1",
            "url": whole(&demand.url),
            "status": 402,
            "method": demand.method.as_str(),
            "x402_version": demand.challenge.dialect.version(),
            "description": safe(demand.challenge.description.as_deref()),
            "error": safe(demand.challenge.error.as_deref()),
            "decision": resend.map_or_else(|| decision(demand), |_| RESEND),
            "resend": resend.map(resend_json),
            "quote": chosen(demand).map(quote_id),
            "warnings": warnings(demand),
            "offers": offers(demand).map(|(place, o, a)| offer_json(place, o, a)).collect::<Vec<_>>(),
        }),
    };
    format!("{document}\n")
}

/// The word for a payment that would go out again.
const RESEND: &str = "resend";

fn resend_json(earlier: &Earlier) -> Value {
    let authorization = &earlier.payment.authorization;
    let quote = &authorization.quote;
    json!({
        "id": earlier.payment.id,
        "settled": earlier.settled,
        "amount": quote.amount.human(quote.asset.decimals),
        "amount_atomic": quote.amount.to_string(),
        "asset": quote.asset.symbol,
        "network": quote.network.name,
        "valid_before": time(authorization.valid_before),
    })
}

fn resend_text(earlier: &Earlier) -> String {
    let (id, price) = (&earlier.payment.id, earlier.payment.authorization.quote.price());
    format!("would send payment {id} of {price} again, and sign no other\n")
}

/// A URL for programs: whole, up to a length that is none of a URL in use.
fn whole(url: &Url) -> String {
    Safe::new(url.as_str(), 4_000).to_string()
}

fn safe(text: Option<&str>) -> Option<String> {
    text.map(|text| Safe::new(text, SERVER_TEXT).to_string())
}

fn offers(demand: &Demand) -> impl Iterator<Item = (usize, &Offer, &Assessed)> {
    let pairs = demand.challenge.offers.iter().zip(&demand.assessment.offers);
    pairs.enumerate().map(|(place, (offer, assessed))| (place, offer, assessed))
}

fn chosen(demand: &Demand) -> Option<&Assessed> {
    demand.assessment.offers.iter().find(|assessed| assessed.standing == Standing::Chosen)
}

fn quote_id(assessed: &Assessed) -> Option<String> {
    assessed.quote.as_ref().map(|quote| quote.id().to_string())
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Chosen => "chosen",
        Standing::Passed => "passed",
        Standing::Refused => "refused",
    }
}

fn offer_json(place: usize, offer: &Offer, assessed: &Assessed) -> Value {
    let reasons: Vec<String> = assessed.objections.iter().map(reason).collect();
    let Some(quote) = &assessed.quote else {
        let terms = offer.terms.as_ref().ok();
        return json!({
            "index": place,
            "standing": standing(assessed.standing),
            "reasons": reasons,
            "scheme": safe(terms.map(|terms| terms.scheme.as_str())),
            "network_id": safe(terms.map(|terms| terms.network.as_str())),
            "amount_atomic": terms.map(|terms| terms.amount.to_string()),
            "asset_address": safe(terms.map(|terms| terms.asset.as_str())),
            "payee": safe(terms.map(|terms| terms.pay_to.as_str())),
        });
    };
    json!({
        "index": place,
        "standing": standing(assessed.standing),
        "reasons": reasons,
        "quote": quote.id().to_string(),
        "scheme": quote.scheme,
        "network": quote.network.name,
        "network_id": quote.network.caip2,
        "testnet": quote.network.testnet,
        "asset": quote.asset.symbol,
        "asset_address": quote.asset.address.to_string(),
        "amount": quote.amount.human(quote.asset.decimals),
        "amount_atomic": quote.amount.to_string(),
        "payee": quote.pay_to.to_string(),
        "max_timeout_seconds": quote.max_timeout_seconds,
    })
}

/// The answer for people.
pub fn dry_run_text(found: &DryRun<'_>, painter: Painter) -> String {
    let (demand, resend) = match found {
        DryRun::Free { url, status } => {
            return format!("{} is free: HTTP {status}\n", Safe::of_url(url));
        }
        DryRun::Lost { url, resend } => {
            let url = Safe::of_url(url);
            let asks = format!("{url} asks for payment, without terms that can be read");
            return format!("{asks}\n{}", resend_text(resend));
        }
        DryRun::Demanded { demand, resend } => (demand, resend),
    };
    let version = demand.challenge.dialect.version();
    let url = Safe::of_url(&demand.url);
    let mut text = format!("{url} asks for payment (x402 version {version})\n");
    if let Some(said) = safe(demand.challenge.description.as_deref()).filter(|d| !d.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "the server calls it: {said}");
    }
    text.push('\n');
    text.push_str(&table(demand));
    text.push_str("\n\n");
    for (place, _, assessed) in offers(demand) {
        for objection in &assessed.objections {
            let _ = writeln!(text, "offer {}: {}", place.saturating_add(1), reason(objection));
        }
    }
    for warning in warnings(demand) {
        text.push_str(&painter.paint(Style::Warning, &format!("warning: {warning}")));
        text.push('\n');
    }
    text.push_str(&resend.map_or_else(|| verdict(demand, painter), resend_text));
    text
}

/// The offers in columns: without borders, so that they can be copied.
fn table(demand: &Demand) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["#", "price", "atomic", "network", "payee", "scheme", "valid", ""]);
    for (place, offer, assessed) in offers(demand) {
        let number = place.saturating_add(1).to_string();
        let standing = standing(assessed.standing).to_owned();
        let row = match (&assessed.quote, &offer.terms) {
            (Some(quote), _) => [
                number,
                quote.price(),
                quote.amount.to_string(),
                quote.network.name.to_owned(),
                quote.pay_to.to_string(),
                quote.scheme.to_owned(),
                format!("{} s", quote.max_timeout_seconds),
                standing,
            ],
            (None, Ok(terms)) => [
                number,
                "-".to_owned(),
                terms.amount.to_string(),
                Safe::new(&terms.network, 40).to_string(),
                Safe::new(&terms.pay_to, 44).to_string(),
                Safe::new(&terms.scheme, 20).to_string(),
                format!("{} s", terms.max_timeout_seconds),
                standing,
            ],
            (None, Err(_)) => {
                let none = || "-".to_owned();
                [number, none(), none(), none(), none(), none(), none(), standing]
            }
        };
        table.add_row(row);
    }
    table.trim_fmt()
}

fn verdict(demand: &Demand, painter: Painter) -> String {
    match &demand.assessment.decision {
        Decision::Pay(approval) => {
            let quote = approval.quote();
            let price = painter.paint(Style::Money, &quote.price());
            format!("would pay {price} to {}\nquote {}\n", quote.pay_to, quote.id())
        }
        Decision::Ask { quote, for_want_of_cap, changed, placeholder } => {
            let price = painter.paint(Style::Money, &quote.price());
            let unfilled;
            let why = match (placeholder, changed, for_want_of_cap) {
                (Some(text), ..) => {
                    unfilled =
                        format!("{} in the URL is not filled in", Safe::new(text, SERVER_TEXT));
                    unfilled.as_str()
                }
                (None, true, _) => "it differs from what was paid or trusted before",
                (None, false, true) => "no cap covers it",
                (None, false, false) => "--ask is set",
            };
            format!("would ask before paying {price}: {why}\nquote {}\n", quote.id())
        }
        Decision::Refuse { refusal, .. } => {
            let why = match refusal {
                Refusal::OverCap => "the price is over the cap",
                Refusal::Rules => "the rules forbid it",
                Refusal::Changed => "it differs from what was paid or trusted before",
                Refusal::NothingPayable => "there is nothing this client can pay",
            };
            format!("{}\n", painter.paint(Style::Error, &format!("would not pay: {why}")))
        }
    }
}

fn warnings(demand: &Demand) -> Vec<String> {
    let mut warnings: Vec<String> = demand
        .challenge
        .unread
        .iter()
        .map(|unread| format!("{} could not be read: {}", unread.carrier, unread.reason))
        .collect();
    if demand.challenge.contradicted {
        warnings.push(format!(
            "the response names other terms elsewhere; those of {} count",
            demand.challenge.carrier
        ));
    }
    warnings
}

/// A reason against an offer, in words.
pub fn reason(objection: &Objection) -> String {
    match objection {
        Objection::Unpayable(unpayable) => unpayable_reason(unpayable),
        Objection::NeverPay => "the rules say never to pay here".to_owned(),
        Objection::PlainHttp => "it would go over plain http".to_owned(),
        Objection::Unverified => "the server's certificate is not checked (-k)".to_owned(),
        Objection::Network(source) => format!("its network is not among those of {source}"),
        Objection::Asset(source) => format!("its asset is not among those of {source}"),
        Objection::Scheme(source) => format!("its scheme is not among those of {source}"),
        Objection::Payee(source) => format!("its payee is not among those of {source}"),
        Objection::NotExpected => "it is not the quote that --expect names".to_owned(),
        Objection::OverCap { cap, source } => format!("it costs more than {cap} ({source})"),
        Objection::NoCap => "no cap covers it".to_owned(),
        Objection::Changed { origin, change } => changed(origin, change),
    }
}

/// The sentence of an unpayable offer, with the server's words made safe.
fn unpayable_reason(unpayable: &Unpayable) -> String {
    Safe::new(&unpayable.to_string(), SERVER_TEXT).to_string()
}
