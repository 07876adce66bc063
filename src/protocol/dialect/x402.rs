//! What both versions of x402 share: servers of either put their documents in the places of the other, so
//! a document is read by the version that it names, wherever it stands.

use std::borrow::Cow;

use ::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{DIALECTS, Dialect};
use crate::protocol::challenge::{
    Carrier, Challenge, ChallengeError, MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_OFFERS, Offer,
};
use crate::protocol::json;
use crate::protocol::terms::{Terms, TermsError};
use crate::protocol::{encoding, fields};
use crate::text::Encoding;

/// Where terms are looked for, in this order: the v2 header, the body of either version, and
/// two header names seen in the wild.
pub(super) static CARRIERS: [Carrier; 4] = [
    Carrier::Header("payment-required"),
    Carrier::Body,
    Carrier::Header("x-payment-required"),
    Carrier::Header("x-payment-requirements"),
];

/// The headers in which a server tells what went wrong, in words.
pub(super) static ERROR_HEADERS: [&str; 4] =
    ["x-payment-error", "payment-error", "x-402-error", "x-x402-error"];

/// What differs in reading from one version to the other.
pub(super) struct Version {
    /// The dialect of this version.
    pub(super) dialect: &'static dyn Dialect,
    /// `x402Version`.
    pub(super) number: u64,
    /// Reads one entry of `accepts`.
    pub(super) read_terms: fn(&Map<String, Value>) -> Result<Terms, TermsError>,
}

/// Reads the document of one carrier; `None` where there is none, or one of the other version. One that
/// no version can read is refused by whichever is asked.
pub(super) fn read_challenge(
    own: &Version,
    carrier: Carrier,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Result<Challenge, ChallengeError>> {
    document(carrier, headers, body)?
        .and_then(|text| read_document(own, carrier, &text))
        .transpose()
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

/// The text of one carrier, bounded and decoded; `None` where there is none, or no document.
fn document(
    carrier: Carrier,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Result<String, ChallengeError>> {
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
    Some(text.ok_or(ChallengeError::Encoding))
}

/// Whether a body begins as a JSON object does, in UTF-8 or UTF-16.
fn starts_document(body: &[u8]) -> bool {
    let (encoding, mark) = Encoding::of(body);
    let start = body.get(mark..).unwrap_or_default();
    let is_wide = encoding != Encoding::Utf8 || matches!(start, [0, ..] | [_, 0, ..]);
    let filling = |byte: &&u8| byte.is_ascii_whitespace() || is_wide && **byte == 0;
    start.iter().find(|byte| !filling(byte)) == Some(&b'{')
}

fn read_document(
    own: &Version,
    carrier: Carrier,
    text: &str,
) -> Result<Option<Challenge>, ChallengeError> {
    json::check_depth(text)?;
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|_| {
        // A member said twice is refused by the library too, which does not say so.
        json::check_unambiguous_text(text).err().map_or(ChallengeError::NotX402, Into::into)
    })?;
    let version = version(envelope.version.as_ref()).ok_or(ChallengeError::NotX402)?;
    if version != own.number {
        let is_spoken = DIALECTS.iter().any(|dialect| dialect.version() == version);
        return if is_spoken { Ok(None) } else { Err(ChallengeError::Version(version)) };
    }
    let accepts = envelope.accepts.unwrap_or_default();
    if accepts.len() > MAX_OFFERS {
        return Err(ChallengeError::TooManyOffers);
    }
    for echoed in [envelope.resource, envelope.extensions].into_iter().flatten() {
        json::check_unambiguous(echoed)?;
    }
    let offers: Vec<Offer> = accepts.into_iter().map(|raw| read_offer(own, raw)).collect();
    let described = envelope.resource.or(offers.first().map(|offer| &*offer.raw));
    let described: Value =
        described.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    // v2 has a `resource` with its `url`; each offer of v1 says it all again, with the URL as its
    // `resource`.
    let text = |name: &str| described.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Some(Challenge {
        dialect: own.dialect,
        carrier,
        error: envelope.error.and_then(json::plain),
        resource: envelope.resource.map(ToOwned::to_owned),
        extensions: envelope.extensions.map(ToOwned::to_owned),
        description: text("description"),
        resource_url: text("url").or_else(|| text("resource")),
        offers,
        unread: Vec::new(),
        contradicted: false,
    }))
}

/// The version as a number, or as the decimal string some servers write.
fn version(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn read_offer(own: &Version, raw: &RawValue) -> Offer {
    let terms = json::check_unambiguous(raw).map_err(TermsError::from).and_then(|()| {
        match serde_json::from_str(raw.get()) {
            Ok(Value::Object(fields)) => (own.read_terms)(&fields),
            _ => Err(TermsError::NotAnObject),
        }
    });
    Offer { raw: raw.to_owned(), terms }
}
