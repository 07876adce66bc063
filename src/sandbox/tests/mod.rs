//! The whole loop over HTTP, with payments made by hand.

pub(crate) mod payer;

use alloy_primitives::{Address, U256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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

/// Requirements as the sandbox's seller states them in version 2, for 1 cent.
fn requirements() -> Value {
    json!({ "scheme": "exact", "network": "eip155:84532", "amount": "10000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "payTo": seller::payee().to_checksum(None), "maxTimeoutSeconds": 300,
        "extra": { "name": "USDC", "version": "2" } })
}

#[tokio::test]
async fn every_good_product_can_be_bought_in_both_versions() {
    let scene = Scene::new().await;
    let mut left = DOLLAR;
    for version in ["v1", "v2"] {
        let free = scene.ask(&format!("/{version}/free"), None).await;
        assert_eq!(free.status(), StatusCode::OK);
        for (name, price) in
            [("cheap", 1_000), ("article", 10_000), ("binary", 10_000), ("echo", 10_000)]
        {
            let path = format!("/{version}/{name}");
            let (header, payment) = scene.quote(&path).await;
            let bought = scene.ask(&path, Some((header, &payment))).await;
            assert_eq!(bought.status(), StatusCode::OK, "{path}");
            let answer = if version == "v1" { "x-payment-response" } else { "payment-response" };
            let settlement = facts(&bought, answer).unwrap();
            assert_eq!(settlement["success"], true);
            assert_eq!(settlement["payer"], json!(scene.payer.address.to_checksum(None)));
            left -= price;
            assert_eq!(scene.balance(), left, "{path}");
            let body = bought.bytes().await.unwrap();
            match name {
                "echo" => assert_eq!(body, "hello"),
                "binary" => assert_eq!(body.len(), 256 << 10),
                _ => assert!(!body.is_empty()),
            }
        }
    }
    assert_eq!(scene.sandbox.balance(scene.sandbox.payee()).unwrap().to::<u64>(), DOLLAR - left);
}

#[tokio::test]
async fn a_payment_is_taken_once() {
    let scene = Scene::new().await;
    for (path, code) in [
        ("/v1/cheap", "invalid_transaction_state"),
        ("/v2/cheap", "invalid_exact_evm_nonce_already_used"),
    ] {
        let (header, payment) = scene.quote(path).await;
        assert_eq!(scene.ask(path, Some((header, &payment))).await.status(), StatusCode::OK);
        let before = scene.balance();
        let again = scene.ask(path, Some((header, &payment))).await;
        assert_eq!(again.status(), StatusCode::PAYMENT_REQUIRED);
        let terms = match facts(&again, "payment-required") {
            Some(terms) => terms,
            None => read(again).await,
        };
        assert_eq!(terms["error"], code);
        assert_eq!(scene.balance(), before);
    }
}

#[tokio::test]
async fn many_at_once_settle_one_nonce_once() {
    let scene = Scene::new().await;
    let (header, payment) = scene.quote("/v2/cheap").await;
    let payment = STANDARD.encode(payment.to_string());
    let mut asked = Vec::new();
    for _ in 0..8 {
        let url = format!("{}/v2/cheap", scene.sandbox.url());
        let request = scene.client.get(url).header(header, &payment);
        asked.push(tokio::spawn(request.send()));
    }
    let mut paid = 0;
    for answer in asked {
        paid += u32::from(answer.await.unwrap().unwrap().status() == StatusCode::OK);
    }
    assert_eq!(paid, 1);
    assert_eq!(scene.balance(), DOLLAR - 1_000);
}

#[tokio::test]
async fn threads_settle_one_nonce_once() {
    let scene = Scene::new().await;
    let terms = requirements();
    let payment = scene.pay(2, &terms, |transfer| transfer);
    let facilitator = &scene.sandbox.world.facilitator;
    let barrier = std::sync::Barrier::new(4);
    let settled = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    facilitator.settle(Version::V2, &payment, &terms, clock::now()).result
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).count()
    });
    assert_eq!(settled, 1);
    assert_eq!(scene.balance(), DOLLAR - 10_000);
}

#[tokio::test]
async fn the_facilitator_says_what_is_wrong() {
    let scene = Scene::new().await;
    let now = U256::from(clock::now());
    let good = requirements();
    let pay = |change: fn(Transfer) -> Transfer| scene.pay(2, &requirements(), change);
    let soon = now + U256::from(4);
    let mut cases = vec![
        (pay(|t| t), good.clone(), "OK"),
        (
            pay(|t| Transfer { value: U256::from(10_001), ..t }),
            good.clone(),
            "invalid_exact_evm_payload_authorization_value_mismatch",
        ),
        (
            pay(|t| Transfer { to: Address::ZERO, ..t }),
            good.clone(),
            "invalid_exact_evm_recipient_mismatch",
        ),
        (
            pay(|t| Transfer { validBefore: U256::from(1), ..t }),
            good.clone(),
            "invalid_exact_evm_payload_authorization_valid_before",
        ),
        (
            scene.pay(2, &good, |t| Transfer { validBefore: soon, ..t }),
            good.clone(),
            "invalid_exact_evm_payload_authorization_valid_before",
        ),
        (
            scene.pay(2, &good, |t| Transfer { validAfter: now + U256::from(9), ..t }),
            good.clone(),
            "invalid_exact_evm_payload_authorization_valid_after",
        ),
        (
            pay(|t| Transfer { from: Address::repeat_byte(7), ..t }),
            good.clone(),
            "invalid_exact_evm_signature",
        ),
    ];
    // What a seller may get wrong, or a payer may change after signing.
    for (pointer, value, code) in [
        ("/network", json!("eip155:8453"), "invalid_exact_evm_network_mismatch"),
        ("/scheme", json!("upto"), "invalid_exact_evm_scheme"),
        ("/extra/name", json!("USD Coin"), "invalid_exact_evm_token_name_mismatch"),
        ("/extra/version", json!("1"), "invalid_exact_evm_token_version_mismatch"),
        ("/extra", Value::Null, "invalid_exact_evm_missing_eip712_domain"),
        ("/asset", json!(seller::payee()), "asset_not_deployed_contract"),
        ("/amount", json!("1e4"), "invalid_payment_requirements"),
    ] {
        let mut terms = good.clone();
        *terms.pointer_mut(pointer).unwrap() = value;
        cases.push((pay(|t| t), terms, code));
    }
    for (pointer, value, code) in [
        ("/x402Version", json!(1), "invalid_x402_version"),
        ("/payload/authorization/value", json!(10_000), "invalid_payload"),
        ("/payload/signature", json!("0x"), "invalid_payload"),
    ] {
        let mut payment = pay(|t| t);
        *payment.pointer_mut(pointer).unwrap() = value;
        cases.push((payment, good.clone(), code));
    }
    for (payment, terms, code) in cases {
        let verdict = scene.facilitator("verify", 2, &payment, &terms).await;
        assert_eq!(verdict["isValid"], code == "OK", "{code}");
        assert_eq!(verdict["invalidReason"].as_str().unwrap_or("OK"), code);
        if code != "OK" {
            let settlement = scene.facilitator("settle", 2, &payment, &terms).await;
            assert_eq!(settlement["success"], false);
            assert_eq!(settlement["errorReason"], code);
            assert_eq!(settlement["transaction"], "");
        }
    }
    assert_eq!(scene.balance(), DOLLAR);

    let mut dear = good;
    dear["amount"] = json!("1000001");
    let payment = scene.pay(2, &dear, |transfer| transfer);
    let verdict = scene.facilitator("verify", 2, &payment, &dear).await;
    assert_eq!(verdict["invalidReason"], "invalid_exact_evm_insufficient_balance");
}

#[tokio::test]
async fn the_facilitator_serves_other_servers() {
    let scene = Scene::new().await;
    let url = format!("{}/supported", scene.sandbox.facilitator_url());
    let supported = read(scene.client.get(url).send().await.unwrap()).await;
    assert_eq!(
        supported["kinds"][0],
        json!({ "x402Version": 1, "scheme": "exact",
        "network": "base-sepolia" })
    );
    assert_eq!(supported["kinds"][1]["network"], "eip155:84532");

    let terms = requirements();
    let payment = scene.pay(2, &terms, |transfer| transfer);
    let settlement = scene.facilitator("settle", 2, &payment, &terms).await;
    assert_eq!(settlement["success"], true);
    let question = json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionReceipt",
        "params": [settlement["transaction"]] });
    let request = scene.client.post(scene.sandbox.rpc_url()).body(question.to_string());
    let receipt = read(request.send().await.unwrap()).await;
    assert_eq!(receipt["result"]["status"], "0x1");

    for body in ["", "{}", r#"{"x402Version":3,"paymentPayload":{},"paymentRequirements":{}}"#] {
        for what in ["verify", "settle"] {
            let url = format!("{}/{what}", scene.sandbox.facilitator_url());
            let answer = scene.client.post(url).body(body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        }
    }
}

#[tokio::test]
async fn version_2_wants_its_terms_back_unchanged() {
    let scene = Scene::new().await;
    let (header, payment) = scene.quote("/v2/cheap").await;
    for (pointer, value) in [
        ("/accepted/payTo", json!(seller::payee().to_string().to_lowercase())),
        ("/accepted/amount", json!("01000")),
        ("/accepted/maxTimeoutSeconds", json!(301)),
        ("/accepted/extra", json!({ "name": "USDC" })),
        ("/accepted", Value::Null),
    ] {
        let mut changed = payment.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let answer = scene.ask("/v2/cheap", Some((header, &changed))).await;
        assert_eq!(answer.status(), StatusCode::PAYMENT_REQUIRED);
        let terms = facts(&answer, "payment-required").unwrap();
        assert_eq!(terms["error"], "No matching payment requirements", "{pointer}");
    }
    let wrong = scene.ask("/v2/cheap", Some(("x-payment", &payment))).await;
    assert_eq!(facts(&wrong, "payment-required").unwrap()["error"], "Payment required");
    let url = format!("{}/v2/cheap", scene.sandbox.url());
    let torn = scene.client.get(url).header(header, "%%%").send().await.unwrap();
    assert_eq!(
        facts(&torn, "payment-required").unwrap()["error"],
        "Invalid or malformed payment header"
    );
    assert_eq!(scene.balance(), DOLLAR);
}

#[tokio::test]
async fn large_is_as_large_as_asked() {
    let scene = Scene::new().await;
    let path = "/v2/large?bytes=1000001";
    let (header, payment) = scene.quote(path).await;
    let bought = scene.ask(path, Some((header, &payment))).await;
    assert_eq!(bought.content_length(), Some(1_000_001));
    let body = bought.bytes().await.unwrap();
    assert_eq!(body.len(), 1_000_001);
    assert_eq!(body[..4096], body[256 << 10..][..4096]);
    for bytes in ["-1", "x", "8589934593", ""] {
        let answer = scene.ask(&format!("/v2/large?bytes={bytes}"), None).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{bytes}");
    }
}

#[tokio::test]
async fn the_misbehaving_ones_misbehave() {
    let scene = Scene::new().await;
    let (header, payment) = scene.quote("/v2/settled-then-500").await;
    let answer = scene.ask("/v2/settled-then-500", Some((header, &payment))).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(facts(&answer, "payment-response").unwrap()["success"], true);
    assert_eq!(scene.balance(), DOLLAR - 10_000);

    let (header, payment) = scene.quote("/v2/cut").await;
    let answer = scene.ask("/v2/cut", Some((header, &payment))).await;
    assert_eq!(answer.content_length(), Some(512 << 10));
    let mut answer = answer;
    let mut got = 0;
    let end = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => got += chunk.len(),
            end => break end,
        }
    };
    assert!(end.is_err());
    assert_eq!(got, 256 << 10);
    assert_eq!(scene.balance(), DOLLAR - 20_000);

    let (header, payment) = scene.quote("/v2/silent").await;
    let silence = scene.ask("/v2/silent", Some((header, &payment)));
    assert!(tokio::time::timeout(Duration::from_millis(200), silence).await.is_err());
    assert_eq!(scene.balance(), DOLLAR - 20_000);
}

#[tokio::test]
async fn the_faucet_gives_a_little() {
    let scene = Scene::new().await;
    let url = format!("{}/faucet", scene.sandbox.url());
    let address = Address::repeat_byte(5);
    for (amount, status) in [
        ("10000000", StatusCode::OK),
        ("10000001", StatusCode::BAD_REQUEST),
        ("0", StatusCode::BAD_REQUEST),
        ("1.5", StatusCode::BAD_REQUEST),
    ] {
        let wish = json!({ "address": address, "amount": amount });
        let answer = scene.client.post(&url).body(wish.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{amount}");
    }
    assert_eq!(scene.sandbox.balance(address).unwrap(), U256::from(10_000_000));
}

#[tokio::test]
async fn events_tell_the_story_in_order() {
    let scene = Scene::new().await;
    let mut events = scene.sandbox.events();
    let (header, payment) = scene.quote("/v2/cheap").await;
    scene.ask("/v2/cheap", Some((header, &payment))).await;
    scene.ask("/v2/cheap", Some((header, &payment))).await;
    let answered =
        |status| Event::Answered { method: "GET".to_owned(), path: "/v2/cheap".to_owned(), status };
    let payer = scene.payer.address;
    let amount = U256::from(1_000);
    let version = Version::V2;
    assert_eq!(events.recv().await.unwrap(), answered(402));
    assert_eq!(events.recv().await.unwrap(), Event::Verified { version, payer, amount });
    let Event::Settled { payee, .. } = events.recv().await.unwrap() else { panic!("not settled") };
    assert_eq!(payee, scene.sandbox.payee());
    assert_eq!(events.recv().await.unwrap(), answered(200));
    let refused = Event::Refused { version, reason: Reason::NonceUsed };
    assert_eq!(events.recv().await.unwrap(), refused);
    assert_eq!(events.recv().await.unwrap(), answered(402));
}

#[tokio::test]
async fn the_index_tells_the_digest_of_binary() {
    let scene = Scene::new().await;
    let index = scene.ask("/", None).await.text().await.unwrap();
    let (header, payment) = scene.quote("/v1/binary").await;
    let bought = scene.ask("/v1/binary", Some((header, &payment))).await;
    let digest = Sha256::digest(bought.bytes().await.unwrap());
    assert!(index.contains(&alloy_primitives::hex::encode(digest)));
    for url in [scene.sandbox.facilitator_url(), scene.sandbox.rpc_url()] {
        assert!(index.contains(&url), "{index}");
    }
}

#[tokio::test]
async fn both_requests_fit_one_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let scene = Scene::new().await;
    let (header, payment) = scene.quote("/v1/echo").await;
    let host = scene.sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let start = format!("POST /v1/echo HTTP/1.1\r\nhost: {host}\r\ncontent-length: 5\r\n");
    let payment = STANDARD.encode(payment.to_string());
    let script =
        format!("{start}\r\nhello{start}{header}: {payment}\r\nconnection: close\r\n\r\nhello");
    stream.write_all(script.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 402"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200") && answers.ends_with("\r\n\r\nhello"), "{answers}");
}

#[tokio::test]
async fn a_body_without_end_is_refused() {
    let scene = Scene::new().await;
    let url = format!("{}/v1/echo", scene.sandbox.url());
    let body = vec![0; (8 << 20) + 1];
    let answer = scene.client.post(url).body(body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn shutdown_closes_the_door() {
    let scene = Scene::new().await;
    let url = scene.sandbox.url().to_owned();
    scene.sandbox.shutdown().await;
    assert!(scene.client.get(url).send().await.is_err());
}
