//! The token's contract as the EVM carries it out, and the chain as JSON-RPC shows it.

use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, address, b256, hex};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{SolCall, sol};
use serde_json::{Value, json};

use super::token::transferWithAuthorizationCall as Transfer;
use super::{ID, Node, answer, token};
use crate::sandbox::tests::payer::Payer;

/// The time of the golden vectors, too.
const NOW: u64 = 1_763_683_200;
const PAYEE: Address = address!("209693Bc6afc0C5328bA36FaF03C514EF312287C");

sol! {
    function name() external view returns (string);
    function version() external view returns (string);
    function symbol() external view returns (string);
    function decimals() external view returns (uint8);
    function totalSupply() external view returns (uint256);
    function owner() external view returns (address);
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    #[allow(missing_docs)]
    interface Compact {
        function transferWithAuthorization(
            address from,
            address to,
            uint256 value,
            uint256 validAfter,
            uint256 validBefore,
            bytes32 nonce,
            bytes signature
        ) external;
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn rpc(node: &Node, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let answer = answer(node, body.to_string().as_bytes(), NOW).unwrap();
    assert_eq!(answer["id"], 7);
    answer
}

fn result(node: &Node, method: &str, params: Value) -> Value {
    let answer = rpc(node, method, params);
    assert!(answer.get("error").is_none(), "{method}: {answer}");
    answer["result"].clone()
}

fn ask<C: SolCall>(node: &Node, call: &C) -> C::Return {
    let data = Bytes::from(call.abi_encode());
    let params = json!([{ "to": token::ADDRESS, "data": data }, "latest"]);
    let answer: Bytes = serde_json::from_value(result(node, "eth_call", params)).unwrap();
    C::abi_decode_returns(&answer).unwrap()
}

/// Why carrying out a call would revert.
fn reverts(node: &Node, call: &impl SolCall) -> String {
    let data = Bytes::from(call.abi_encode());
    let answer = rpc(node, "eth_call", json!([{ "to": token::ADDRESS, "data": data }, "latest"]));
    assert_eq!(answer["error"]["code"], 3, "{answer}");
    answer["error"]["message"].as_str().unwrap().replace("execution reverted: ", "")
}

fn funded(seed: u8, amount: u64) -> (Node, Payer) {
    let node = Node::new(NOW);
    let payer = Payer::new(seed);
    node.mint(payer.address, U256::from(amount), NOW).unwrap();
    (node, payer)
}

#[test]
fn the_token_answers_like_usdc_on_base_sepolia() {
    let node = Node::new(NOW);
    assert_eq!(ask(&node, &nameCall {}), token::NAME);
    assert_eq!(ask(&node, &versionCall {}), token::VERSION);
    assert_eq!(ask(&node, &symbolCall {}), "USDC");
    assert_eq!(ask(&node, &decimalsCall {}), 6);
    assert_eq!(ask(&node, &ownerCall {}), node.operator());
    // As read from the real chain.
    let separator = b256!("71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818");
    assert_eq!(ask(&node, &DOMAIN_SEPARATORCall {}), separator);
    let code = result(&node, "eth_getCode", json!([token::ADDRESS, "latest"]));
    assert_eq!(code, format!("0x{}", hex::encode(token::CODE)));
}

#[test]
fn a_signature_of_the_official_packages_moves_money() {
    let node = Node::new(NOW);
    let from = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    node.mint(from, U256::from(10_000), NOW).unwrap();
    // Golden vector v2-base-sepolia-eip3009.
    let transfer = Transfer {
        from,
        to: PAYEE,
        value: U256::from(10_000),
        validAfter: U256::ZERO,
        validBefore: U256::from(NOW + 60),
        nonce: b256!("73f92e6eb5e1eece60b86d2ef7f80977ecadc9ac9c67647655c9a56bbc1eb88c"),
        v: 27,
        r: b256!("d7267f05769ed3b10071442d680abace0b4f01d4cf4cab8f212124e87d2022f5"),
        s: b256!("1f3228ae6f5f841e1f0cbeafb4fc652852f9afb9cd72b3ee284052f679f5c0b5"),
    };
    assert!(node.transfer(&transfer, NOW).unwrap().succeeded);
    assert_eq!(node.balance(PAYEE, NOW).unwrap(), U256::from(10_000));
    assert_eq!(node.balance(from, NOW).unwrap(), U256::ZERO);
    assert!(node.is_used(from, transfer.nonce, NOW).unwrap());
}

#[test]
fn a_nonce_is_used_once() {
    let (node, payer) = funded(1, 100);
    let transfer = payer.transfer(PAYEE, 10, NOW);
    assert!(node.transfer(&transfer, NOW).unwrap().succeeded);
    let again = node.transfer(&transfer, NOW).unwrap();
    assert!(!again.succeeded);
    let receipt = result(&node, "eth_getTransactionReceipt", json!([again.transaction]));
    assert_eq!(receipt["status"], "0x0");
    assert_eq!(receipt["logs"], json!([]));
    assert_eq!(reverts(&node, &transfer), "authorization is used");
    assert_eq!(node.balance(PAYEE, NOW).unwrap(), U256::from(10));
}

#[test]
fn the_token_refuses_what_is_not_exactly_signed() {
    let (node, payer) = funded(1, 100);
    let good = || payer.transfer(PAYEE, 10, NOW);
    let order = U256::from_be_bytes(hex!(
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    ));
    let cases = [
        (Transfer { value: U256::from(11), ..good() }, "signature is not the payer's"),
        (Transfer { to: payer.address, ..good() }, "signature is not the payer's"),
        (Transfer { nonce: B256::ZERO, ..good() }, "signature is not the payer's"),
        (Transfer { from: PAYEE, ..good() }, "signature is not the payer's"),
        (payer.sign_for(8453, good()), "signature is not the payer's"),
        (Transfer { r: B256::ZERO, ..good() }, "signature is not the payer's"),
        (Transfer { v: good().v - 27, ..good() }, "signature has an odd v"),
        (
            {
                let good = good();
                let s = order - U256::from_be_bytes(good.s.0);
                Transfer { s: s.into(), v: 55 - good.v, ..good }
            },
            "signature has a high s",
        ),
        (
            payer.sign(Transfer { validBefore: U256::from(NOW), ..good() }),
            "authorization is expired",
        ),
        (
            payer.sign(Transfer { validAfter: U256::from(NOW), ..good() }),
            "authorization is not yet valid",
        ),
        (payer.sign(Transfer { value: U256::from(101), ..good() }), "transfer exceeds the balance"),
        (payer.sign(Transfer { to: Address::ZERO, ..good() }), "transfer to the zero address"),
    ];
    for (transfer, reason) in cases {
        assert_eq!(reverts(&node, &transfer), reason);
        assert!(!node.transfer(&transfer, NOW).unwrap().succeeded, "{reason}");
    }
    assert_eq!(node.balance(payer.address, NOW).unwrap(), U256::from(100));
    assert_eq!(node.balance(PAYEE, NOW).unwrap(), U256::ZERO);
}

#[test]
fn a_signature_in_one_piece_is_the_same_signature() {
    let (node, payer) = funded(1, 100);
    let Transfer { from, to, value, validAfter, validBefore, nonce, v, r, s } =
        payer.transfer(PAYEE, 10, NOW);
    let call = |signature: Vec<u8>| Compact::transferWithAuthorizationCall {
        from,
        to,
        value,
        validAfter,
        validBefore,
        nonce,
        signature: signature.into(),
    };
    let whole = [r.as_slice(), s.as_slice(), &[v]].concat();
    let data = Bytes::from(call(whole.clone()).abi_encode());
    result(&node, "eth_call", json!([{ "to": token::ADDRESS, "data": data }, "latest"]));
    assert_eq!(reverts(&node, &call(whole[..64].to_vec())), "signature is not 65 bytes");
}

#[test]
fn only_the_owner_mints_and_only_real_accounts_get() {
    let node = Node::new(NOW);
    let mint = token::mintCall { to: PAYEE, value: U256::from(1) };
    assert_eq!(reverts(&node, &mint), "only the owner mints");
    assert!(node.mint(Address::ZERO, U256::from(1), NOW).is_err());
    assert!(node.mint(PAYEE, U256::MAX, NOW).is_ok());
    assert!(node.mint(PAYEE, U256::from(1), NOW).is_err());
    assert_eq!(ask(&node, &totalSupplyCall {}), U256::MAX);
}

#[test]
fn a_settlement_can_be_looked_up() {
    let (node, payer) = funded(1, 100);
    let transfer = payer.transfer(PAYEE, 10, NOW);
    let hash = node.transfer(&transfer, NOW + 3).unwrap().transaction;

    let receipt = result(&node, "eth_getTransactionReceipt", json!([hash]));
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(receipt["blockNumber"], "0x2");
    assert_eq!(receipt["logs"][0]["topics"][2], json!(transfer.nonce));
    assert_eq!(receipt["logs"][1]["topics"][1], json!(payer.address.into_word()));
    assert_eq!(receipt["logs"][1]["data"], json!(B256::from(U256::from(10))));

    let transaction = result(&node, "eth_getTransactionByHash", json!([hash]));
    assert_eq!(transaction["hash"], json!(hash));
    assert_eq!(transaction["from"], json!(node.operator()));
    assert_eq!(transaction["input"], json!(Bytes::from(transfer.abi_encode())));

    let block = result(&node, "eth_getBlockByNumber", json!(["latest", true]));
    assert_eq!(block["hash"], receipt["blockHash"]);
    assert_eq!(block["timestamp"], json!(format!("{:#x}", NOW + 3)));
    assert_eq!(block["transactions"][0], transaction);
    let parent = result(&node, "eth_getBlockByHash", json!([block["parentHash"], false]));
    assert_eq!(parent["number"], "0x1");
    assert!(parent["transactions"][0].is_string());

    let filter = json!({ "address": token::ADDRESS, "fromBlock": "0x0", "toBlock": "latest",
        "topics": [receipt["logs"][1]["topics"][0], [payer.address.into_word()]] });
    assert_eq!(result(&node, "eth_getLogs", json!([filter])), json!([receipt["logs"][1]]));
    let minted = json!({ "fromBlock": "0x1", "toBlock": "0x1" });
    assert_eq!(result(&node, "eth_getLogs", json!([minted])).as_array().unwrap().len(), 1);
    assert_eq!(result(&node, "eth_getTransactionReceipt", json!([B256::ZERO])), Value::Null);
}

#[test]
fn anybody_may_send_a_transaction() {
    let node = Node::new(NOW);
    let wallet = PrivateKeySigner::random();
    let transaction = |nonce, chain_id| {
        let unsigned = TxEip1559 {
            chain_id,
            nonce,
            gas_limit: 100_000,
            to: TxKind::Call(token::ADDRESS),
            input: token::balanceOfCall { account: PAYEE }.abi_encode().into(),
            ..TxEip1559::default()
        };
        let signature = wallet.sign_hash_sync(&unsigned.signature_hash()).unwrap();
        Bytes::from(TxEnvelope::from(unsigned.into_signed(signature)).encoded_2718())
    };
    let count = || result(&node, "eth_getTransactionCount", json!([wallet.address(), "pending"]));
    assert!(result(&node, "eth_sendRawTransaction", json!([transaction(0, ID)])).is_string());
    assert_eq!(count(), "0x1");
    for wrong in [transaction(0, ID), transaction(5, ID), transaction(1, 8453), Bytes::from("x")] {
        assert_eq!(rpc(&node, "eth_sendRawTransaction", json!([wrong]))["error"]["code"], -32000);
    }
    assert_eq!(count(), "0x1");
}

#[test]
fn an_estimate_is_enough() {
    let (node, payer) = funded(1, 100);
    let call = payer.transfer(PAYEE, 10, NOW);
    let data = Bytes::from(call.abi_encode());
    let mut request = json!({ "to": token::ADDRESS, "data": data });
    request["gas"] = result(&node, "eth_estimateGas", json!([request]));
    assert_eq!(result(&node, "eth_call", json!([request, "latest"])), "0x");
}

#[test]
fn rpc_keeps_to_its_protocol() {
    let node = Node::new(NOW);
    assert_eq!(result(&node, "eth_chainId", json!([])), "0x14a34");
    assert_eq!(result(&node, "net_version", json!([])), "84532");
    assert_eq!(result(&node, "eth_blockNumber", json!([])), "0x0");
    assert_eq!(result(&node, "eth_gasPrice", json!([])), "0x0");
    assert_eq!(result(&node, "eth_getBalance", json!([PAYEE, "latest"])), "0x0");
    assert_eq!(rpc(&node, "eth_mining", json!([]))["error"]["code"], -32601);
    assert_eq!(rpc(&node, "eth_getCode", json!([]))["error"]["code"], -32602);
    assert_eq!(rpc(&node, "eth_getCode", json!(["0x12"]))["error"]["code"], -32602);
    assert_eq!(rpc(&node, "eth_getCode", json!([PAYEE, "0x9"]))["error"]["code"], -32000);
    let history = result(&node, "eth_feeHistory", json!(["0x5", "latest", [50]]));
    assert_eq!(history["baseFeePerGas"], json!(["0x0", "0x0"]));

    let raw = |body: &str| answer(&node, body.as_bytes(), NOW);
    assert_eq!(raw("{").unwrap()["error"]["code"], -32700);
    assert_eq!(raw("[]").unwrap()["error"]["code"], -32600);
    assert_eq!(raw("1").unwrap()["error"]["code"], -32600);
    let notification = r#"{"jsonrpc":"2.0","method":"eth_chainId"}"#;
    assert_eq!(raw(notification), None);
    let call = r#"{"jsonrpc":"2.0","method":"eth_chainId","id":null}"#;
    let batch = raw(&format!("[{call},{notification},{call}]")).unwrap();
    assert_eq!(batch.as_array().unwrap().len(), 2);
}
