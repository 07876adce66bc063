//! The seller's terms for one request, as each protocol version spells them.

use alloy_primitives::Address;
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::Version;
use super::super::chain::token;
use super::super::facilitator::Reason;
use super::product::Product;

/// The terms of one product at one address.
pub(super) struct Terms {
    version: Version,
    /// The one way to pay, an element of `accepts`.
    pub(super) accept: Value,
    /// Version 2 describes the resource beside the ways to pay.
    resource: Value,
}

impl Terms {
    /// The terms of `product` at `url`, to be paid to `payee`.
    pub(super) fn new(version: Version, product: &Product, url: &str, payee: Address) -> Self {
        let extra = json!({ "name": token::NAME, "version": token::VERSION });
        let accept = match version {
            Version::V1 => json!({
                "scheme": "exact",
                "network": version.network(),
                "maxAmountRequired": product.price.to_string(),
                "resource": url,
                "description": product.description,
                "mimeType": product.mime,
                "payTo": payee.to_checksum(None),
                "maxTimeoutSeconds": 60,
                "asset": token::ADDRESS.to_checksum(None),
                "outputSchema": {
                    "input": { "type": "http", "method": product.method.name(), "discoverable": true },
                },
                "extra": extra,
            }),
            Version::V2 => json!({
                "scheme": "exact",
                "network": version.network(),
                "amount": product.price.to_string(),
                "asset": token::ADDRESS.to_checksum(None),
                "payTo": payee.to_checksum(None),
                "maxTimeoutSeconds": 300,
                "extra": extra,
            }),
        };
        let resource = json!({
            "url": url,
            "description": product.description,
            "mimeType": product.mime,
        });
        Self { version, accept, resource }
    }

    /// The header a payment comes in.
    pub(super) fn payment_header(&self) -> &'static str {
        match self.version {
            Version::V1 => "x-payment",
            Version::V2 => "payment-signature",
        }
    }

    /// Whether a payment is for these terms: by scheme and network in version 1; in version 2 its
    /// copy of the terms has to equal them, key order aside.
    pub(super) fn matches(&self, payment: &Value) -> bool {
        match self.version {
            Version::V1 => ["scheme", "network"]
                .iter()
                .all(|field| payment.get(field) == self.accept.get(field)),
            Version::V2 => payment.get("accepted") == Some(&self.accept),
        }
    }

    /// The 402 that asks for payment.
    pub(super) fn demand(&self, why: Why, payer: Option<Address>) -> Response {
        let error = why.text(self.version);
        match self.version {
            Version::V1 => {
                let mut body =
                    json!({ "x402Version": 1, "error": error, "accepts": [self.accept] });
                if let (Some(payer), Some(members)) = (payer, body.as_object_mut()) {
                    members.insert("payer".to_owned(), payer.to_checksum(None).into());
                }
                (StatusCode::PAYMENT_REQUIRED, Json(body)).into_response()
            }
            Version::V2 => {
                let terms = json!({
                    "x402Version": 2,
                    "error": error,
                    "resource": self.resource,
                    "accepts": [self.accept],
                });
                refuse("payment-required", &terms)
            }
        }
    }

    /// The 402 for a payment that was good and could not be settled.
    pub(super) fn unsettled(&self, reason: Reason, settlement: &Value) -> Response {
        match self.version {
            Version::V1 => self.demand(Why::Reason(reason), None),
            Version::V2 => refuse("payment-response", settlement),
        }
    }

    /// Adds the settlement to the answer to a paid request.
    pub(super) fn settled(&self, settlement: &Value, response: Response) -> Response {
        let name = match self.version {
            Version::V1 => HeaderName::from_static("x-payment-response"),
            Version::V2 => HeaderName::from_static("payment-response"),
        };
        let caching = (header::CACHE_CONTROL, "private".to_owned());
        ([(name, encode(settlement)), caching], response).into_response()
    }
}

/// Why a 402 asks for payment.
#[derive(Clone, Copy)]
pub(super) enum Why {
    /// There was none.
    Missing,
    /// The payment header is not base64 of JSON.
    Unreadable,
    /// The payment is for other terms.
    Other,
    /// The facilitator turned it down.
    Reason(Reason),
}

impl Why {
    /// The words of the official servers.
    fn text(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Missing, Version::V1) => "X-PAYMENT header is required",
            (Self::Missing, Version::V2) => "Payment required",
            (Self::Unreadable, _) => "Invalid or malformed payment header",
            (Self::Other, Version::V1) => "Unable to find matching payment requirements",
            (Self::Other, Version::V2) => "No matching payment requirements",
            (Self::Reason(reason), version) => reason.code(version),
        }
    }
}

/// A payment header's content: standard base64 with padding, of JSON.
pub(super) fn decode(header: &[u8]) -> Option<Value> {
    serde_json::from_slice(&STANDARD.decode(header).ok()?).ok()
}

fn encode(value: &Value) -> String {
    STANDARD.encode(value.to_string())
}

/// A version 2 refusal: the facts are in a header, the body is `{}`.
fn refuse(name: &'static str, facts: &Value) -> Response {
    let headers = [
        (HeaderName::from_static(name), encode(facts)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::PAYMENT_REQUIRED, headers, Json(json!({}))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(header: Vec<u8>) {
            if let Some(payment) = decode(&header) {
                prop_assert_eq!(decode(encode(&payment).as_bytes()), Some(payment));
            }
        }

        #[test]
        fn what_was_encoded_is_decoded(text in ".*", number: i64) {
            let payment = json!({ text: number });
            prop_assert_eq!(decode(encode(&payment).as_bytes()), Some(payment));
        }
    }
}
