//! x402 version 2: everything in headers, and the server's own JSON echoed
//! (`specs/x402-specification-v2.md` and `specs/transports-v2/http.md` in x402's repository).

use std::collections::BTreeMap;

use ::http::HeaderName;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::{Dialect, PaymentHeader};
use crate::protocol::challenge::{Challenge, Offer};
use crate::protocol::networks::Network;
use crate::protocol::terms::{Fields, Terms, TermsError};

/// What v2 servers mean when they leave `maxTimeoutSeconds` out.
const DEFAULT_TIMEOUT_SECONDS: u64 = 300;
/// The extension whose `info.id` names a payment (`specs/extensions/payment_identifier.md`).
const PAYMENT_IDENTIFIER: &str = "payment-identifier";
/// Longest payment header sent with all extensions echoed, in bytes of base64. Proxies commonly
/// stop at 8 KiB a line, and `extensions` is optional (x402 specification v2, 5.2.2).
const ROOMY_HEADER_BYTES: usize = 7 << 10;

pub(super) struct V2;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentPayload<'a> {
    #[serde(rename = "x402Version")]
    version: u64,
    payload: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a RawValue>,
    accepted: &'a RawValue,
}

/// Raw members of an object; the order of keys is free.
type Extensions = BTreeMap<String, Box<RawValue>>;

impl Dialect for V2 {
    fn version(&self) -> u64 {
        2
    }

    fn read_terms(&self, fields: &Map<String, Value>) -> Result<Terms, TermsError> {
        Fields(fields).terms(
            Network::of_v2,
            ("amount", "maxAmountRequired"),
            DEFAULT_TIMEOUT_SECONDS,
        )
    }

    fn valid_after(&self, _: u64) -> u64 {
        // From the beginning: as valid as a backdate, and immune to a slow local clock.
        0
    }

    fn write_payment(
        &self,
        challenge: &Challenge,
        offer: &Offer,
        payload: &RawValue,
        identifier: &str,
    ) -> PaymentHeader {
        let mut extensions: Option<Extensions> =
            challenge.extensions.as_deref().and_then(|raw| serde_json::from_str(raw.get()).ok());
        if let Some(declared) = extensions.as_mut().and_then(|all| all.get_mut(PAYMENT_IDENTIFIER))
            && let Some(answered) = with_identifier(declared, identifier)
        {
            *declared = answered;
        }
        let header = |extensions: Option<Extensions>| {
            let document = PaymentPayload {
                version: 2,
                payload,
                extensions,
                resource: challenge.resource.as_deref(),
                accepted: &offer.raw,
            };
            PaymentHeader::of(
                HeaderName::from_static("payment-signature"),
                &serde_json::to_string(&document).unwrap_or_default(),
            )
        };
        let full = header(extensions.clone());
        if full.value.len() <= ROOMY_HEADER_BYTES {
            return full;
        }
        let used = extensions.map(|mut all| {
            all.retain(|key, _| key == PAYMENT_IDENTIFIER);
            all
        });
        header(used.filter(|used| !used.is_empty()))
    }
}

/// The declared extension with our `id` added under `info`; a server's own value is never changed.
fn with_identifier(declared: &RawValue, identifier: &str) -> Option<Box<RawValue>> {
    let mut extension: Extensions = serde_json::from_str(declared.get()).ok()?;
    let mut info: Extensions = serde_json::from_str(extension.get("info")?.get()).ok()?;
    if info.contains_key("id") {
        return None;
    }
    info.insert("id".to_owned(), to_raw_value(identifier).ok()?);
    extension.insert("info".to_owned(), to_raw_value(&info).ok()?);
    to_raw_value(&extension).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{encoding, read_challenge};
    use ::http::HeaderMap;
    use serde_json::json;

    /// The extensions that go out with a payment, where these were declared.
    fn echoed(declared: &Value) -> Option<Value> {
        let offer = json!({
            "scheme": "exact", "network": "eip155:84532", "amount": "1", "payTo": "me", "asset": "USDC",
        });
        let document = json!({ "x402Version": 2, "accepts": [offer], "extensions": declared });
        let challenge = read_challenge(&HeaderMap::new(), document.to_string().as_bytes()).ok()?;
        let payload = RawValue::from_string("{}".to_owned()).ok()?;
        let header = V2.write_payment(&challenge, challenge.offers.first()?, &payload, "pay_1");
        let sent: Value = serde_json::from_str(&encoding::decode(header.value.as_bytes())?).ok()?;
        sent.get("extensions").cloned()
    }

    #[test]
    fn what_was_declared_is_echoed_and_the_identifier_added() {
        let declared = json!({ "payment-identifier": { "info": { "required": true } }, "b": [1] });
        let answered = json!({
            "payment-identifier": { "info": { "required": true, "id": "pay_1" } }, "b": [1],
        });
        assert_eq!(echoed(&declared), Some(answered));
        let taken = json!({ "payment-identifier": { "info": { "id": "theirs" } } });
        assert_eq!(echoed(&taken), Some(taken.clone()));
    }

    #[test]
    fn of_extensions_too_long_for_a_proxy_only_what_was_used_is_sent() {
        let long = "x".repeat(ROOMY_HEADER_BYTES);
        let declared = json!({ "payment-identifier": { "info": {} }, "long": long });
        let used = json!({ "payment-identifier": { "info": { "id": "pay_1" } } });
        assert_eq!(echoed(&declared), Some(used));
        assert_eq!(echoed(&json!({ "long": long })), None);
    }
}
