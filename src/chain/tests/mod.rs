//! Against a node that is made to misbehave, and against the sandbox's chain.

mod answers;
mod claim;
mod fake;
#[cfg(feature = "sandbox")]
mod sandbox;
mod search;

use std::time::Duration;

use alloy_primitives::{Address, B256, U256, address};
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::http::{Options, PlainClient};
use crate::scheme::AuthorizationId;
use fake::{Fake, Reply, fault, result};

const TOKEN: Address = address!("036CbD53842c5426634e7929541eC2318f3dCF7e");
const PAYER: Address = Address::repeat_byte(0xaa);
const SHOP: Address = Address::repeat_byte(0xbb);

const NONCE: B256 = B256::repeat_byte(7);

fn key() -> SettlementKey {
    SettlementKey::Eip3009(AuthorizationId { token: TOKEN, authorizer: PAYER, nonce: NONCE })
}

fn network() -> &'static Network {
    Network::named("base-sepolia").unwrap()
}

fn client(url: &Url) -> PlainClient {
    PlainClient::new(&Options::default(), url).unwrap()
}

async fn connect(url: &Url) -> Result<Chain, ChainError> {
    Chain::connect_within(Duration::from_millis(500), Box::new(client(url)), url.clone(), network())
        .await
}

/// A node on the right chain that gives this reply to everything else, and the chain read by it.
async fn chain(reply: impl Fn(&str, &Value) -> Reply + Send + 'static) -> (Fake, Chain) {
    let fake = Fake::start(move |method, params| match method {
        "eth_chainId" => result(json!("0x14a34")),
        _ => reply(method, params),
    })
    .await;
    let chain = connect(&fake.url).await.unwrap();
    (fake, chain)
}
