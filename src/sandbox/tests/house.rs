//! What is neither bought nor sold: the faucet, the events, the index, the way out.

use alloy_primitives::{Address, U256};
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;

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
async fn shutdown_closes_the_door() {
    let scene = Scene::new().await;
    let url = scene.sandbox.url().to_owned();
    scene.sandbox.shutdown().await;
    assert!(scene.client.get(url).send().await.is_err());
}
