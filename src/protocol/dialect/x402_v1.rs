//! x402 version 1: terms in the JSON body, payment in `X-PAYMENT`
//! (`specs/x402-specification-v1.md` and `specs/transports-v1/http.md` in x402's repository).

use ::http::HeaderName;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Dialect, PaymentHeader};
use crate::protocol::challenge::{Challenge, Offer};
use crate::protocol::networks::Network;
use crate::protocol::terms::{Fields, Terms, TermsError};

/// What v1 servers mean when they leave `maxTimeoutSeconds` out.
const DEFAULT_TIMEOUT_SECONDS: u64 = 60;
/// How far before now a v1 authorization begins: facilitators' clocks lag.
const BACKDATE_SECONDS: u64 = 600;

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

impl Dialect for V1 {
    fn version(&self) -> u64 {
        1
    }

    fn read_terms(&self, fields: &Map<String, Value>) -> Result<Terms, TermsError> {
        Fields(fields).terms(
            Network::of_v1,
            ("maxAmountRequired", "amount"),
            DEFAULT_TIMEOUT_SECONDS,
        )
    }

    fn valid_after(&self, now: u64) -> u64 {
        now.saturating_sub(BACKDATE_SECONDS)
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
            HeaderName::from_static("x-payment"),
            &serde_json::to_string(&document).unwrap_or_default(),
        )
    }
}
