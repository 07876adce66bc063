//! Against an EVM: what was really settled is what is read.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;
use crate::sandbox::{Options as Place, Sandbox};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{SolStruct, eip712_domain, sol};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

sol! {
    struct TransferWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }
}

const DOLLAR: u64 = 1_000_000;

#[expect(clippy::disallowed_methods, reason = "the sandbox runs by the same clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

struct Scene {
    sandbox: Sandbox,
    chain: Chain,
    client: reqwest::Client,
    payer: PrivateKeySigner,
}

impl Scene {
    async fn new() -> Self {
        let sandbox = Sandbox::start(Place::default()).await.unwrap();
        let payer = PrivateKeySigner::from_slice(&[9; 32]).unwrap();
        sandbox.fund(payer.address(), U256::from(DOLLAR)).unwrap();
        let url: Url = sandbox.rpc_url().parse().unwrap();
        let chain = Chain::connect(client(&url), url, network()).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox, chain, client, payer }
    }

    fn id(&self, nonce: u8) -> SettlementKey {
        SettlementKey::Eip3009(self.authorization(nonce))
    }

    fn authorization(&self, nonce: u8) -> AuthorizationId {
        let authorizer = self.payer.address();
        AuthorizationId { token: TOKEN, authorizer, nonce: B256::repeat_byte(nonce) }
    }

    /// Buys for 0.001 dollars by an authorization signed here. Answers the transaction that the
    /// seller names.
    async fn buy(&self, nonce: u8) -> B256 {
        let url = format!("{}/v2/cheap", self.sandbox.url());
        let demand = self.client.get(&url).send().await.unwrap();
        let offer = facts(&demand, "payment-required")["accepts"][0].clone();
        let transfer = TransferWithAuthorization {
            from: self.payer.address(),
            to: self.sandbox.payee(),
            value: offer["amount"].as_str().unwrap().parse().unwrap(),
            validAfter: U256::ZERO,
            validBefore: U256::from(now() + 60),
            nonce: B256::repeat_byte(nonce),
        };
        let domain = eip712_domain! {
            name: "USDC",
            version: "2",
            chain_id: 84_532,
            verifying_contract: TOKEN,
        };
        let signature = self.payer.sign_hash_sync(&transfer.eip712_signing_hash(&domain)).unwrap();
        let payment = json!({ "x402Version": 2, "accepted": offer, "payload": {
            "signature": hex::encode_prefixed(signature.as_bytes()),
            "authorization": {
                "from": transfer.from.to_checksum(None),
                "to": transfer.to.to_checksum(None),
                "value": transfer.value.to_string(),
                "validAfter": "0",
                "validBefore": transfer.validBefore.to_string(),
                "nonce": transfer.nonce,
            },
        } });
        let payment = STANDARD.encode(payment.to_string());
        let request = self.client.get(&url).header("payment-signature", payment);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let claimed = facts(&answer, "payment-response")["transaction"].clone();
        serde_json::from_value(claimed).unwrap()
    }
}

fn facts(response: &reqwest::Response, header: &str) -> Value {
    let bytes = STANDARD.decode(response.headers().get(header).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_settlement_is_proved() {
    let scene = Scene::new().await;
    let Scene { chain, sandbox, payer, .. } = &scene;
    let before = chain.latest().await.unwrap();
    assert_eq!(chain.authorization_state(&scene.id(1), before).await, Ok(false));
    assert_eq!(chain.balance(TOKEN, payer.address()).await, Ok(U256::from(DOLLAR)));

    let (first, second) = (scene.buy(1).await, scene.buy(2).await);
    let at = chain.latest().await.unwrap();
    assert_eq!(at.number, before.number + 2);
    assert_eq!(chain.balance(TOKEN, payer.address()).await, Ok(U256::from(DOLLAR - 2_000)));
    let (payee, value) = (sandbox.payee(), U256::from(1_000));
    for (nonce, transaction, block) in [(1, first, at.number - 1), (2, second, at.number)] {
        let id = scene.id(nonce);
        let used = chain.authorization_state(&id, at).await.unwrap();
        let found = chain.settlement(&id, now() - 600..now() + 60, at).await.unwrap();
        let settled = Settled { transaction, block, payee, value };
        assert_eq!(verdict(used, found, at, now() + 60), Proof::Settled(settled));
        let transfer = Transfer { token: TOKEN, from: payer.address(), to: payee, value };
        let receipt = Receipt { success: true, block, transfers: vec![transfer] };
        assert_eq!(chain.receipt(transaction).await, Ok(Some(receipt)));
    }
}

#[tokio::test]
async fn what_never_settled_is_open_until_the_chain_is_past_it() {
    let scene = Scene::new().await;
    let id = scene.id(3);
    let at = scene.chain.latest().await.unwrap();
    let used = scene.chain.authorization_state(&id, at).await.unwrap();
    let found = scene.chain.settlement(&id, at.timestamp - 9..at.timestamp + 9, at).await.unwrap();
    assert_eq!((used, &found), (false, &None));
    assert_eq!(verdict(used, found.clone(), at, at.timestamp), Proof::StillOpen);
    assert_eq!(verdict(used, found, at, at.timestamp - 1), Proof::UnusedAndExpired);
    assert_eq!(scene.chain.receipt(B256::repeat_byte(1)).await, Ok(None));
}

#[tokio::test]
async fn an_account_is_no_token_and_an_old_state_is_refused() {
    let scene = Scene::new().await;
    let at = scene.chain.latest().await.unwrap();
    let elsewhere = AuthorizationId { token: SHOP, ..scene.authorization(1) };
    let elsewhere = SettlementKey::Eip3009(elsewhere);
    let state = scene.chain.authorization_state(&elsewhere, at).await;
    assert_eq!(state, Err(ChainError::NoContract(SHOP)));
    assert_eq!(scene.chain.balance(SHOP, PAYER).await, Err(ChainError::NoContract(SHOP)));
    let ahead = Block { number: at.number + 1, timestamp: at.timestamp };
    let state = scene.chain.authorization_state(&scene.id(1), ahead).await;
    assert!(matches!(state, Err(ChainError::Refused { code: -32000, .. })), "{state:?}");
}

#[tokio::test]
async fn a_chain_under_another_name_is_refused() {
    let scene = Scene::new().await;
    let url = scene.sandbox.rpc_url().parse().unwrap();
    let base = Network::named("base").unwrap();
    let refused = Chain::connect(client(&url), url, base).await.unwrap_err();
    assert_eq!(refused, ChainError::OtherChain { expected: 8_453, found: 84_532 });
}
