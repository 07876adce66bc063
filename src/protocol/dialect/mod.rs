//! How each protocol, and each version of it, spells the same things. Member names and header names that
//! are a version's own end here.
//!
//! A dialect is a codec: one file, one row in [`DIALECTS`]. Whatever asks which headers carry a payment,
//! a challenge or its outcome asks that table.

mod contradiction;
mod detect;
mod x402;
mod x402_v1;
mod x402_v2;

use ::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use serde_json::value::RawValue;

use super::challenge::{Carrier, Challenge, ChallengeError, Offer};
use super::encoding;
use super::extensions::payment_identifier;
use super::settlement::Settlement;

pub use detect::read_challenge;

/// Every dialect spoken. The first that can read a challenge does.
pub static DIALECTS: [&dyn Dialect; 2] = [&x402_v2::V2, &x402_v1::V1];

/// Longest payment header that is sent, in bytes of its value. nginx and others take 8 KiB for a whole
/// line, name and line end included.
pub const MOST_HEADER_BYTES: usize = 8_000;

/// A version of a payment protocol, from the challenge to the word that it settled.
pub trait Dialect: Sync {
    /// Its name, which no other has.
    fn id(&self) -> &'static str;

    /// `x402Version`, as the ledger and JSON documents have it.
    fn version(&self) -> u64;

    /// Where its challenge may stand, the usual place first.
    fn carriers(&self) -> &'static [Carrier];

    /// Reads what stands in one of its carriers; `None` where nothing does, or only what another dialect
    /// reads.
    fn read_challenge(
        &self,
        carrier: Carrier,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Result<Challenge, ChallengeError>>;

    /// The `validAfter` its clients sign, in Unix seconds.
    fn valid_after(&self, now: u64) -> u64;

    /// The request headers that carry its payment, in lower case.
    fn payment_headers(&self) -> &'static [&'static str];

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

    /// The response headers that say what became of a payment, in lower case, the usual one first.
    fn settlement_headers(&self) -> &'static [&'static str];

    /// Reads the document of such a header; `None` where it does not say how it went.
    fn read_settlement(&self, document: &Value) -> Option<Settlement>;

    /// The response headers that say in words what went wrong, in lower case.
    fn error_headers(&self) -> &'static [&'static str];
}

/// Every carrier of a challenge in any dialect, in the order they are looked into: the first dialect's,
/// then what the next adds. Servers mix the places of one version with the documents of another.
pub(super) fn carriers() -> Vec<Carrier> {
    distinct(DIALECTS.iter().flat_map(|dialect| dialect.carriers().iter().copied()))
}

/// Every response header that may carry a challenge.
pub(super) fn carrier_headers() -> Vec<&'static str> {
    let header = |carrier| match carrier {
        Carrier::Header(name) => Some(name),
        Carrier::Body => None,
    };
    carriers().into_iter().filter_map(header).collect()
}

/// Every header that says what became of a payment, with the dialect that reads it.
pub(super) fn settlement_headers() -> impl Iterator<Item = (&'static dyn Dialect, &'static str)> {
    DIALECTS
        .iter()
        .flat_map(|dialect| dialect.settlement_headers().iter().map(move |name| (*dialect, *name)))
}

/// Whether a response header of this name, in lower case, carries a document: a challenge or a settlement.
pub fn is_document_header(name: &str) -> bool {
    carrier_headers().contains(&name) || settlement_headers().any(|(_, own)| own == name)
}

/// Every header that says in words what went wrong.
pub(super) fn error_headers() -> Vec<&'static str> {
    distinct(DIALECTS.iter().flat_map(|dialect| dialect.error_headers().iter().copied()))
}

/// Every request header that carries a payment, in lower case: one that the user set means "already
/// attempted".
pub fn payment_headers() -> impl Iterator<Item = &'static str> {
    DIALECTS.iter().flat_map(|dialect| dialect.payment_headers().iter().copied())
}

/// Whether a request header of this name, in lower case, carries a payment.
pub fn is_payment_header(name: &str) -> bool {
    payment_headers().any(|own| own == name)
}

/// The same without what is there before, in the same order.
fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for one in all {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
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
    /// One of [`payment_headers`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_share_no_name_and_no_header_that_only_one_can_read() {
        let ids: Vec<_> = DIALECTS.iter().map(|dialect| dialect.id()).collect();
        let versions: Vec<_> = DIALECTS.iter().map(|dialect| dialect.version()).collect();
        let payments: Vec<_> = payment_headers().collect();
        let settlements: Vec<_> = settlement_headers().map(|(_, name)| name).collect();
        assert_eq!(distinct(ids.iter()).len(), ids.len());
        assert_eq!(distinct(versions.iter()).len(), versions.len());
        assert_eq!(distinct(payments.iter()).len(), payments.len());
        assert_eq!(distinct(settlements.iter()).len(), settlements.len());
    }

    #[test]
    fn every_header_name_can_be_compared_and_is_where_it_was() {
        let outcomes = settlement_headers().map(|(_, name)| name).chain(error_headers());
        for name in carrier_headers().into_iter().chain(outcomes).chain(payment_headers()) {
            assert_eq!(HeaderName::from_bytes(name.as_bytes()).unwrap().as_str(), name);
        }
        assert_eq!(payment_headers().collect::<Vec<_>>(), ["payment-signature", "x-payment"]);
        assert_eq!(
            settlement_headers().map(|(_, name)| name).collect::<Vec<_>>(),
            ["payment-response", "x-payment-response", "payment-receipt", "x-payment-receipt"]
        );
        assert_eq!(carriers().len(), 4);
        assert!(is_payment_header("x-payment") && !is_payment_header("payment-response"));
    }

    #[test]
    fn a_payment_goes_out_in_a_header_of_its_dialect() {
        let payload = RawValue::NULL;
        for (dialect, version) in DIALECTS.iter().zip([2, 1]) {
            let offer =
                r#"{"scheme":"exact","network":"base","amount":"1","payTo":"a","asset":"b"}"#;
            let document = format!(r#"{{"x402Version":{version},"accepts":[{offer}]}}"#);
            let challenge = read_challenge(&HeaderMap::new(), document.as_bytes()).ok().unwrap();
            assert_eq!(challenge.dialect.id(), dialect.id());
            let offer = challenge.offers.first().unwrap();
            let header = dialect.write_payment(&challenge, offer, payload, "pay_1");
            assert!(dialect.payment_headers().contains(&header.name.as_str()));
        }
    }
}
