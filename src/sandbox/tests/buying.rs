//! Buying, and failing to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;

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
