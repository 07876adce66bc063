//! The whole loop over HTTP, with payments made by hand.

mod buying;
mod house;
mod judging;
pub(crate) mod payer;

use alloy_primitives::{Address, U256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::chain::token::transferWithAuthorizationCall as Transfer;
use super::*;
use payer::{Payer, payload};

const DOLLAR: u64 = 1_000_000;

/// A sandbox, somebody with a dollar, and a client.
struct Scene {
    sandbox: Sandbox,
    payer: Payer,
    client: Client,
}

impl Scene {
    async fn new() -> Self {
        // The second test of a process finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let payer = Payer::new(9);
        sandbox.fund(payer.address, U256::from(DOLLAR)).unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { sandbox, payer, client }
    }

    /// One request, with a payment or without, answered by headers.
    async fn ask(&self, path: &str, payment: Option<(&str, &Value)>) -> Response {
        let method = if path.ends_with("echo") { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, format!("{}{path}", self.sandbox.url()));
        if path.ends_with("echo") {
            request = request.body("hello");
        }
        if let Some((header, payment)) = payment {
            request = request.header(header, STANDARD.encode(payment.to_string()));
        }
        request.send().await.unwrap()
    }

    /// Asks for the terms and makes a payment out of them.
    async fn quote(&self, path: &str) -> (&'static str, Value) {
        let demand = self.ask(path, None).await;
        assert_eq!(demand.status(), StatusCode::PAYMENT_REQUIRED);
        if path.starts_with("/v1") {
            let terms: Value = read(demand).await;
            assert_eq!(terms["error"], "X-PAYMENT header is required");
            ("x-payment", self.pay(1, &terms["accepts"][0], |transfer| transfer))
        } else {
            assert_eq!(demand.headers()["cache-control"], "no-store");
            let terms = facts(&demand, "payment-required").unwrap();
            assert_eq!(terms["x402Version"], 2);
            assert_eq!(read(demand).await, json!({}));
            ("payment-signature", self.pay(2, &terms["accepts"][0], |transfer| transfer))
        }
    }

    /// A payment for an offer; `change` may spoil the transfer before it is signed.
    fn pay(&self, version: u8, offer: &Value, change: impl Fn(Transfer) -> Transfer) -> Value {
        let amount = if version == 1 { &offer["maxAmountRequired"] } else { &offer["amount"] };
        let amount = amount.as_str().unwrap().parse().unwrap();
        let to: Address = offer["payTo"].as_str().unwrap().parse().unwrap();
        let transfer = self.payer.sign(change(self.payer.transfer(to, amount, clock::now())));
        if version == 1 {
            json!({ "x402Version": 1, "scheme": "exact", "network": "base-sepolia",
                "payload": payload(&transfer) })
        } else {
            json!({ "x402Version": 2, "accepted": offer, "payload": payload(&transfer) })
        }
    }

    /// Asks the facilitator.
    async fn facilitator(&self, what: &str, version: u64, payment: &Value, terms: &Value) -> Value {
        let question = json!({ "x402Version": version, "paymentPayload": payment,
            "paymentRequirements": terms });
        let url = format!("{}/{what}", self.sandbox.facilitator_url());
        read(self.client.post(url).body(question.to_string()).send().await.unwrap()).await
    }

    fn balance(&self) -> u64 {
        self.sandbox.balance(self.payer.address).unwrap().to()
    }
}

async fn read(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// What a header of base64 JSON says.
fn facts(response: &Response, name: &str) -> Option<Value> {
    let header = response.headers().get(name)?;
    Some(serde_json::from_slice(&STANDARD.decode(header).unwrap()).unwrap())
}
