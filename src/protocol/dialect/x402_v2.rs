//! x402 version 2: everything in headers, and the server's own JSON echoed
//! (`specs/x402-specification-v2.md` and `specs/transports-v2/http.md` in x402's repository).

use ::http::{HeaderMap, HeaderName};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::x402::{self, Version};
use super::{Dialect, PaymentHeader};
use crate::protocol::challenge::{Carrier, Challenge, ChallengeError, Offer};
use crate::protocol::extensions::{Members, payment_identifier};
use crate::protocol::networks::Network;
use crate::protocol::settlement::Settlement;
use crate::protocol::terms::{Fields, Terms, TermsError};

/// What v2 servers mean when they leave `maxTimeoutSeconds` out.
const DEFAULT_TIMEOUT_SECONDS: u64 = 300;
/// Longest payment header sent with everything echoed, in bytes of base64. Proxies commonly stop at
/// 8 KiB a line; `extensions` and `resource` are optional (x402 specification v2, 5.2.2).
const ROOMY_HEADER_BYTES: usize = 7 << 10;

/// The header that carries the payment.
const PAYMENT: &str = "payment-signature";

pub(super) struct V2;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentPayload<'a> {
    #[serde(rename = "x402Version")]
    version: u64,
    payload: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Members>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a RawValue>,
    accepted: &'a RawValue,
}

/// What is this version's own in reading.
static VERSION: Version = Version { dialect: &V2, number: 2, read_terms };

fn read_terms(fields: &Map<String, Value>) -> Result<Terms, TermsError> {
    Fields(fields).terms(Network::of_v2, ("amount", "maxAmountRequired"), DEFAULT_TIMEOUT_SECONDS)
}

impl Dialect for V2 {
    fn id(&self) -> &'static str {
        "x402-v2"
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

    fn valid_after(&self, _: u64) -> u64 {
        // From the beginning: as valid as a backdate, and immune to a slow local clock.
        0
    }

    fn payment_headers(&self) -> &'static [&'static str] {
        &[PAYMENT]
    }

    fn settlement_headers(&self) -> &'static [&'static str] {
        &["payment-response"]
    }

    fn read_settlement(&self, document: &Value) -> Option<Settlement> {
        Settlement::of(document)
    }

    fn error_headers(&self) -> &'static [&'static str] {
        &x402::ERROR_HEADERS
    }

    fn write_payment(
        &self,
        challenge: &Challenge,
        offer: &Offer,
        payload: &RawValue,
        identifier: &str,
    ) -> PaymentHeader {
        let mut extensions: Option<Members> =
            challenge.extensions.as_deref().and_then(|raw| serde_json::from_str(raw.get()).ok());
        if let Some(declared) =
            extensions.as_mut().and_then(|all| all.get_mut(payment_identifier::NAME))
            && let Some(answered) = payment_identifier::with_id(declared, identifier)
        {
            *declared = answered;
        }
        let header = |extensions: Option<Members>, resource| {
            let document = PaymentPayload {
                version: 2,
                payload,
                extensions: extensions.filter(|all| !all.is_empty()),
                resource,
                accepted: &offer.raw,
            };
            PaymentHeader::of(
                HeaderName::from_static(PAYMENT),
                &serde_json::to_string(&document).unwrap_or_default(),
            )
        };
        let fits = |header: &PaymentHeader| header.value.len() <= ROOMY_HEADER_BYTES;
        let resource = challenge.resource.as_deref();
        let full = header(extensions.clone(), resource);
        if fits(&full) {
            return full;
        }
        let used = extensions.as_ref().and_then(|all| all.get(payment_identifier::NAME));
        let only = |extension: Box<RawValue>| {
            Members::from([(payment_identifier::NAME.to_owned(), extension)])
        };
        let without_others = header(used.cloned().map(only), resource);
        if fits(&without_others) {
            return without_others;
        }
        let without_resource = header(used.cloned().map(only), None);
        if fits(&without_resource) {
            return without_resource;
        }
        header(used.and_then(|used| payment_identifier::without_schema(used)).map(only), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{encoding, read_challenge};
    use serde_json::json;

    /// What goes out with a payment, where this was said beside the offers.
    fn sent(members: &Value) -> Value {
        let offer = json!({
            "scheme": "exact", "network": "eip155:84532", "amount": "1", "payTo": "me", "asset": "USDC",
        });
        let mut document = json!({ "x402Version": 2, "accepts": [offer] });
        for (name, value) in members.as_object().unwrap() {
            document[name] = value.clone();
        }
        let document = document.to_string();
        let challenge = read_challenge(&HeaderMap::new(), document.as_bytes()).ok().unwrap();
        let payload = RawValue::from_string("{}".to_owned()).unwrap();
        let header = V2.write_payment(&challenge, &challenge.offers[0], &payload, "pay_1");
        let text = encoding::decode(header.value.as_bytes()).unwrap();
        let mut sent: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(sent["accepted"]["payTo"], "me");
        sent["length"] = header.value.len().into();
        sent
    }

    #[test]
    fn what_was_declared_is_echoed_and_the_identifier_added() {
        let declared = json!({ "payment-identifier": { "info": { "required": true } }, "b": [1] });
        let answered = json!({
            "payment-identifier": { "info": { "required": true, "id": "pay_1" } }, "b": [1],
        });
        assert_eq!(sent(&json!({ "extensions": declared }))["extensions"], answered);
        let taken = json!({ "payment-identifier": { "info": { "id": "theirs" } } });
        assert_eq!(sent(&json!({ "extensions": taken }))["extensions"], taken);
    }

    #[test]
    fn of_what_is_too_long_for_a_proxy_only_what_was_used_is_sent() {
        let long = "x".repeat(ROOMY_HEADER_BYTES);
        let resource = json!({ "url": "http://127.0.0.1/", "description": "short" });
        let declared = json!({ "payment-identifier": { "info": {} }, "long": long });
        let used = json!({ "payment-identifier": { "info": { "id": "pay_1" } } });
        let both = sent(&json!({ "extensions": declared, "resource": resource }));
        assert_eq!((&both["extensions"], &both["resource"]), (&used, &resource));
        let unused = sent(&json!({ "extensions": { "long": long }, "resource": resource }));
        assert_eq!((&unused["extensions"], &unused["resource"]), (&Value::Null, &resource));
    }

    #[test]
    fn a_long_resource_goes_after_the_extensions_and_a_schema_last() {
        let long = "x".repeat(ROOMY_HEADER_BYTES);
        let resource = json!({ "url": "http://127.0.0.1/", "description": long });
        assert_eq!(sent(&json!({ "resource": resource }))["resource"], Value::Null);
        let used = json!({ "payment-identifier": { "info": { "id": "pay_1" } } });
        let short = json!({ "payment-identifier": { "info": {} }, "b": [1] });
        let both = sent(&json!({ "extensions": short, "resource": resource }));
        assert_eq!((&both["extensions"], &both["resource"]), (&used, &Value::Null));
        let schema = json!({ "payment-identifier": { "info": {}, "schema": { "title": long } } });
        let bare = sent(&json!({ "extensions": schema, "resource": resource }));
        assert_eq!((&bare["extensions"], &bare["resource"]), (&used, &Value::Null));
        assert!(bare["length"].as_u64().unwrap() < 1_000);
    }

    #[test]
    fn the_length_is_known_before_anything_is_signed() {
        let read = |note: usize| {
            let offer = json!({
                "scheme": "exact", "network": "eip155:84532", "amount": "1", "payTo": "me",
                "asset": "USDC", "extra": { "note": "x".repeat(note) },
            });
            let document = json!({ "x402Version": 2, "accepts": [offer] }).to_string();
            read_challenge(&HeaderMap::new(), document.as_bytes()).ok().unwrap()
        };
        for note in [0, 10, 20_000] {
            let challenge = read(note);
            let payload = RawValue::from_string(format!("\"{}\"", "y".repeat(498))).unwrap();
            let id = "x".repeat(36);
            let header = V2.write_payment(&challenge, &challenge.offers[0], &payload, &id);
            let length = crate::protocol::payment_length(&challenge, &challenge.offers[0], 500);
            assert_eq!(length, header.value.len());
        }
    }
}
