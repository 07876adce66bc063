//! How each version of x402 spells the same things. Version-specific member names end here.
//!
//! A version is a codec: one file, one row in [`DIALECTS`].

mod v1;
mod v2;

use ::http::{HeaderName, HeaderValue};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::challenge::{Challenge, Offer};
use super::encoding;
use super::terms::{Terms, TermsError};

/// Every version spoken, newest first.
pub static DIALECTS: [&dyn Dialect; 2] = [&v2::V2, &v1::V1];

/// A version of the protocol.
pub trait Dialect: Sync {
    /// `x402Version`.
    fn version(&self) -> u64;

    /// Reads one entry of `accepts`.
    fn read_terms(&self, fields: &Map<String, Value>) -> Result<Terms, TermsError>;

    /// The `validAfter` this version's clients sign, in Unix seconds.
    fn valid_after(&self, now: u64) -> u64;

    /// The header that pays `offer` of `challenge` with a scheme's signed `payload`.
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
