//! x402 version 1: terms in the JSON body, payment in `X-PAYMENT`
//! (`specs/x402-specification-v1.md` and `specs/transports-v1/http.md` in x402's repository).

use ::http::{HeaderMap, HeaderName};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::x402::{self, Version};
use super::{Dialect, PaymentHeader};
use crate::protocol::challenge::{Carrier, Challenge, ChallengeError, Offer};
use crate::protocol::networks::Network;
use crate::protocol::settlement::Settlement;
use crate::protocol::terms::{Fields, Terms, TermsError};

/// What v1 servers mean when they leave `maxTimeoutSeconds` out.
const DEFAULT_TIMEOUT_SECONDS: u64 = 60;
/// How far before now a v1 authorization begins: facilitators' clocks lag.
const BACKDATE_SECONDS: u64 = 600;

/// The header that carries the payment.
const PAYMENT: &str = "x-payment";

pub(super) struct V1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentPayload<'a> {
    #[serde(rename = "x402Version")]
    version: u64,
    scheme: &'a str,
    network: &'a str,
    payload: &'a RawValue,
}

/// What is this version's own in reading.
static VERSION: Version = Version { dialect: &V1, number: 1, read_terms };

fn read_terms(fields: &Map<String, Value>) -> Result<Terms, TermsError> {
    Fields(fields).terms(Network::of_v1, ("maxAmountRequired", "amount"), DEFAULT_TIMEOUT_SECONDS)
}

impl Dialect for V1 {
    fn id(&self) -> &'static str {
        "x402-v1"
    }

    fn version(&self) -> u64 {
        VERSION.number
    }

    fn carriers(&self) -> &'static [Carrier] {
        &x402::CARRIERS
    }

    fn read_challenge(
        &self,
        carrier: Carrier,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Result<Challenge, ChallengeError>> {
        x402::read_challenge(&VERSION, carrier, headers, body)
    }

    fn valid_after(&self, now: u64) -> u64 {
        now.saturating_sub(BACKDATE_SECONDS)
    }

    fn payment_headers(&self) -> &'static [&'static str] {
        &[PAYMENT]
    }

    /// The last two are another protocol's, which servers of both versions send, too.
    fn settlement_headers(&self) -> &'static [&'static str] {
        &["x-payment-response", "payment-receipt", "x-payment-receipt"]
    }

    fn read_settlement(&self, document: &Value) -> Option<Settlement> {
        Settlement::of(document)
    }

    fn error_headers(&self) -> &'static [&'static str] {
        &x402::ERROR_HEADERS
    }

    fn write_payment(
        &self,
        _: &Challenge,
        offer: &Offer,
        payload: &RawValue,
        _: &str,
    ) -> PaymentHeader {
        // An offer without terms was never approved; empty names would match nothing.
        let (scheme, network) =
            offer.terms.as_ref().map_or(("", ""), |terms| (&terms.scheme, &terms.network));
        let document = PaymentPayload { version: 1, scheme, network, payload };
        PaymentHeader::of(
            HeaderName::from_static(PAYMENT),
            &serde_json::to_string(&document).unwrap_or_default(),
        )
    }
}
