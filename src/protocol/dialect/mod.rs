//! How each version of x402 spells the same things. Version-specific member names end here.
//!
//! A version is a codec: one file, one row in [`DIALECTS`].

mod x402_v1;
mod x402_v2;

use ::http::{HeaderName, HeaderValue};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::challenge::{Challenge, Offer};
use super::encoding;
use super::extensions::payment_identifier;
use super::terms::{Terms, TermsError};

/// Every version spoken, newest first.
pub static DIALECTS: [&dyn Dialect; 2] = [&x402_v2::V2, &x402_v1::V1];

/// Longest payment header that is sent, in bytes of its value. nginx and others take 8 KiB for a whole
/// line, name and line end included.
pub const MOST_HEADER_BYTES: usize = 8_000;

/// A version of the protocol.
pub trait Dialect: Sync {
    /// `x402Version`.
    fn version(&self) -> u64;

    /// Reads one entry of `accepts`.
    fn read_terms(&self, fields: &Map<String, Value>) -> Result<Terms, TermsError>;

    /// The `validAfter` this version's clients sign, in Unix seconds.
    fn valid_after(&self, now: u64) -> u64;

    /// The header that pays `offer` of `challenge` with a scheme's signed `payload`. Of what may be left
    /// out, as much is as it takes to keep it short enough for the servers in use.
    ///
    /// `identifier` is this authorization's payment identifier, sent only to a server that declares
    /// the `payment-identifier` extension.
    fn write_payment(
        &self,
        challenge: &Challenge,
        offer: &Offer,
        payload: &RawValue,
        identifier: &str,
    ) -> PaymentHeader;
}

/// Length of the header that would pay `offer` of `challenge`, in bytes of its value, where the scheme's
/// payload has `payload` bytes: known before anything is signed.
pub fn payment_length(challenge: &Challenge, offer: &Offer, payload: usize) -> usize {
    let sample = format!("\"{}\"", "x".repeat(payload.saturating_sub(2)));
    let Ok(sample) = RawValue::from_string(sample) else { return usize::MAX };
    let identifier = "x".repeat(payment_identifier::ID_BYTES);
    challenge.dialect.write_payment(challenge, offer, &sample, &identifier).value.len()
}

/// A request header that carries a signed payment. Whoever sees it can settle it, so it has no
/// `Debug` and its value is marked sensitive.
#[derive(Clone)]
pub struct PaymentHeader {
    /// `payment-signature` or `x-payment`.
    pub name: HeaderName,
    /// Base64 of the `PaymentPayload`.
    pub value: HeaderValue,
}

impl PaymentHeader {
    /// A payment document as a header.
    fn of(name: HeaderName, document: &str) -> Self {
        // Base64 text is always a valid header value; the empty one would simply be refused.
        let mut value = HeaderValue::from_str(&encoding::encode(document))
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        Self { name, value }
    }
}
