//! The challenge (`PaymentRequired`): where a 402 carries its terms, and reading them.
//!
//! Entries of `accepts` are read one by one and kept as the raw JSON they came in; one that cannot
//! be used does not spoil the others, and its reason is kept.

use std::borrow::Cow;
use std::fmt;

use ::http::HeaderMap;
use ::http::header::CONTENT_LENGTH;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use thiserror::Error;

use super::contradiction::contradicts;
use super::dialect::{DIALECTS, Dialect};
use super::encoding;
use super::extensions::sign_in_with_x;
use super::fields;
use super::json::{self, JsonError};
use super::terms::{Terms, TermsError};
use crate::text::Encoding;

/// Longest 402 body that is read, in bytes after decoding.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Longest header value that is read as a document, in bytes.
pub const MAX_HEADER_BYTES: usize = 64 << 10;
/// Most entries of `accepts`.
pub const MAX_OFFERS: usize = 64;

/// Where in a response a document travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A response header, by its lower-case name.
    Header(&'static str),
    /// The response body.
    Body,
}

impl Challenge {
    /// Whether the server also lets in who proves to own an address, which this client does not do.
    pub fn wants_sign_in(&self) -> bool {
        sign_in_with_x::is_declared(self.extensions.as_deref())
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.write_str(&name.to_ascii_uppercase()),
            Self::Body => f.write_str("the body"),
        }
    }
}

/// Where terms are looked for, in this order: the v2 header, the body of either version, and
/// two header names seen in the wild.
pub(super) const CARRIERS: [Carrier; 4] = [
    Carrier::Header("payment-required"),
    Carrier::Body,
    Carrier::Header("x-payment-required"),
    Carrier::Header("x-payment-requirements"),
];

/// A payment challenge, whatever version spelled it.
pub struct Challenge {
    /// The dialect that read it, and must write the payment.
    pub dialect: &'static dyn Dialect,
    /// Where it was found.
    pub carrier: Carrier,
    /// The server's `error`, as it came; as JSON where it is no text.
    pub error: Option<String>,
    /// v2 `resource`, raw, for the echo.
    pub resource: Option<Box<RawValue>>,
    /// v2 `extensions`, raw, for the echo.
    pub extensions: Option<Box<RawValue>>,
    /// The resource's description, as it came.
    pub description: Option<String>,
    /// The URL of the resource by the server's word, as it came. Nothing is ever sent there.
    pub resource_url: Option<String>,
    /// The entries of `accepts`, in the server's order.
    pub offers: Vec<Offer>,
    /// Places that held something which could not be read.
    pub unread: Vec<Unread>,
    /// Whether a second document of this 402 named other prices or payees. The first wins.
    pub contradicted: bool,
}

/// One entry of `accepts`.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The entry, byte for byte: v2 wants it echoed.
    pub raw: Box<RawValue>,
    /// What it asks for, or why that cannot be read.
    pub terms: Result<Terms, TermsError>,
}

/// A carrier whose content was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it was.
    pub carrier: Carrier,
    /// Why it was refused.
    pub reason: ChallengeError,
}

/// Why a document is not a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChallengeError {
    /// Longer than [`MAX_BODY_BYTES`] or [`MAX_HEADER_BYTES`].
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// The header is there more than once, and its values differ.
    #[error("the header is there more than once, with different values")]
    Repeated,
    /// Neither base64 of text nor text.
    #[error("it is neither base64 nor JSON text")]
    Encoding,
    /// Not JSON, too deep, or ambiguous.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON without an `x402Version`, or with a shape no version has.
    #[error("it is not an x402 document")]
    NotX402,
    /// A version this client does not speak.
    #[error("x402 version {0} is not spoken here")]
    Version(u64),
    /// More than [`MAX_OFFERS`] entries.
    #[error("it has more than {MAX_OFFERS} offers")]
    TooManyOffers,
    /// HTML: servers send it to what looks like a browser, with the terms inside a script.
    #[error("it is a page for people")]
    Page,
    /// The head promises a body, and there is none, as in the answer to a HEAD.
    #[error("it did not come with the head")]
    HeadOnly,
}

/// The envelope as both versions write it.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "x402Version")]
    version: Option<Value>,
    error: Option<Value>,
    #[serde(borrow)]
    accepts: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

/// The text of one carrier, bounded and decoded.
struct Document {
    /// Where it was found.
    pub carrier: Carrier,
    /// Its JSON text.
    pub text: String,
}

/// Finds and reads the challenge of a 402. The first carrier that parses wins; `Err` lists what was
/// found unreadable (nothing at all, for a 402 that is not x402).
pub fn read_challenge(headers: &HeaderMap, body: &[u8]) -> Result<Challenge, Vec<Unread>> {
    let mut unread = Vec::new();
    let mut found: Option<Challenge> = None;
    for carrier in CARRIERS {
        let document = match document(carrier, headers, body) {
            None => continue,
            Some(Ok(document)) => document,
            Some(Err(reason)) => {
                unread.push(Unread { carrier, reason });
                continue;
            }
        };
        match (read_document(&document), &mut found) {
            (Ok(challenge), None) => found = Some(challenge),
            (Ok(other), Some(first)) => first.contradicted |= contradicts(first, &other),
            // A v2 server's body is free: only its absence of terms is worth a word.
            (Err(ChallengeError::NotX402), _) if carrier == Carrier::Body => {}
            (Err(reason), _) => unread.push(Unread { carrier, reason }),
        }
    }
    if let Some(challenge) = found {
        return Ok(Challenge { unread, ..challenge });
    }
    unread.extend(no_document(headers, body));
    Err(unread)
}

/// What a body is that is no document, where that helps to get one.
fn no_document(headers: &HeaderMap, body: &[u8]) -> Option<Unread> {
    let says = |name| headers.get(name).map(::http::HeaderValue::as_bytes).unwrap_or_default();
    let reason = if body.trim_ascii_start().starts_with(b"<") {
        ChallengeError::Page
    } else if body.is_empty() && !matches!(says(CONTENT_LENGTH), b"" | b"0") {
        ChallengeError::HeadOnly
    } else {
        return None;
    };
    Some(Unread { carrier: Carrier::Body, reason })
}

fn document(
    carrier: Carrier,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Result<Document, ChallengeError>> {
    let text = match carrier {
        Carrier::Header(name) => {
            let value = match fields::distinct(headers, name)[..] {
                [] => return None,
                [value] => value,
                _ => return Some(Err(ChallengeError::Repeated)),
            };
            if value.len() > MAX_HEADER_BYTES {
                return Some(Err(ChallengeError::TooLong(MAX_HEADER_BYTES)));
            }
            encoding::decode(value)
        }
        Carrier::Body => {
            // Anything that is not a JSON object (HTML, text, nothing) is simply not a challenge.
            starts_document(body).then_some(())?;
            if body.len() > MAX_BODY_BYTES {
                return Some(Err(ChallengeError::TooLong(MAX_BODY_BYTES)));
            }
            crate::text::read(body).map(Cow::into_owned)
        }
    };
    Some(text.map(|text| Document { carrier, text }).ok_or(ChallengeError::Encoding))
}

/// Whether a body begins as a JSON object does, in UTF-8 or UTF-16.
fn starts_document(body: &[u8]) -> bool {
    let (encoding, mark) = Encoding::of(body);
    let start = body.get(mark..).unwrap_or_default();
    let is_wide = encoding != Encoding::Utf8 || matches!(start, [0, ..] | [_, 0, ..]);
    let filling = |byte: &&u8| byte.is_ascii_whitespace() || is_wide && **byte == 0;
    start.iter().find(|byte| !filling(byte)) == Some(&b'{')
}

fn read_document(document: &Document) -> Result<Challenge, ChallengeError> {
    json::check_depth(&document.text)?;
    let envelope: Envelope<'_> = serde_json::from_str(&document.text).map_err(|_| {
        // A member said twice is refused by the library too, which does not say so.
        json::check_unambiguous_text(&document.text)
            .err()
            .map_or(ChallengeError::NotX402, Into::into)
    })?;
    let version = version(envelope.version.as_ref()).ok_or(ChallengeError::NotX402)?;
    let dialect = DIALECTS
        .iter()
        .copied()
        .find(|dialect| dialect.version() == version)
        .ok_or(ChallengeError::Version(version))?;
    let accepts = envelope.accepts.unwrap_or_default();
    if accepts.len() > MAX_OFFERS {
        return Err(ChallengeError::TooManyOffers);
    }
    for echoed in [envelope.resource, envelope.extensions].into_iter().flatten() {
        json::check_unambiguous(echoed)?;
    }
    let offers: Vec<Offer> = accepts.into_iter().map(|raw| read_offer(dialect, raw)).collect();
    let described = envelope.resource.or(offers.first().map(|offer| &*offer.raw));
    let described: Value =
        described.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    // v2 has a `resource` with its `url`; each offer of v1 says it all again, with the URL as its
    // `resource`.
    let text = |name: &str| described.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Challenge {
        dialect,
        carrier: document.carrier,
        error: envelope.error.and_then(json::plain),
        resource: envelope.resource.map(ToOwned::to_owned),
        extensions: envelope.extensions.map(ToOwned::to_owned),
        description: text("description"),
        resource_url: text("url").or_else(|| text("resource")),
        offers,
        unread: Vec::new(),
        contradicted: false,
    })
}

/// The version as a number, or as the decimal string some servers write.
fn version(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn read_offer(dialect: &'static dyn Dialect, raw: &RawValue) -> Offer {
    let terms = json::check_unambiguous(raw).map_err(TermsError::from).and_then(|()| {
        match serde_json::from_str(raw.get()) {
            Ok(Value::Object(fields)) => dialect.read_terms(&fields),
            _ => Err(TermsError::NotAnObject),
        }
    });
    Offer { raw: raw.to_owned(), terms }
}

#[cfg(test)]
#[path = "challenge_tests.rs"]
mod tests;
