//! The facilitator as other servers use it.

use alloy_primitives::{Address, U256};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;

/// Requirements as the sandbox's seller states them in version 2, for 1 cent.
fn requirements() -> Value {
    json!({ "scheme": "exact", "network": "eip155:84532", "amount": "10000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "payTo": seller::payee().to_checksum(None), "maxTimeoutSeconds": 300,
        "extra": { "name": "USDC", "version": "2" } })
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
