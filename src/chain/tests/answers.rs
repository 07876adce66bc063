//! Single questions, and every way to answer them badly.

use super::*;

/// What one question comes to when the node gives this reply.
async fn balance(reply: fn() -> Reply) -> Result<U256, ChainError> {
    let (_fake, chain) = chain(move |_, _| reply()).await;
    chain.balance(TOKEN, PAYER).await
}

fn word(value: u64) -> Value {
    json!(B256::from(U256::from(value)))
}

#[tokio::test]
async fn another_chain_is_not_believed() {
    let fake = Fake::start(|_, _| result(json!("0x2105"))).await;
    let refused = connect(&fake.url).await.unwrap_err();
    assert_eq!(refused, ChainError::OtherChain { expected: 84_532, found: 8_453 });
    for id in [json!(84_532), json!("84532"), json!("0x014a34"), json!(null)] {
        let fake = Fake::start(move |_, _| result(id.clone())).await;
        assert_eq!(connect(&fake.url).await.unwrap_err(), ChainError::Malformed("eth_chainId"));
    }
}

#[tokio::test]
async fn a_good_answer_is_read() {
    let (fake, chain) = chain(|method, _| match method {
        "eth_call" => result(word(1)),
        _ => result(json!({ "number": "0x10", "timestamp": "0x20", "hash": null })),
    })
    .await;
    let at = chain.latest().await.unwrap();
    assert_eq!(at, Block { number: 16, timestamp: 32 });
    assert_eq!(chain.balance(TOKEN, PAYER).await, Ok(U256::from(1)));
    assert_eq!(chain.authorization_state(&key(), at).await, Ok(true));
    let calls = fake.calls("eth_call");
    let data = |selector: &str, rest: &[B256]| {
        format!("0x{selector}{}", rest.iter().map(hex::encode).collect::<String>())
    };
    let balance_of = data("70a08231", &[PAYER.into_word()]);
    let state = data("e94a0102", &[PAYER.into_word(), NONCE]);
    let token = TOKEN.to_string();
    assert_eq!(calls[0], json!([{ "to": token, "data": balance_of }, "latest"]));
    assert_eq!(calls[1], json!([{ "to": token, "data": state }, "0x10"]));
}

#[tokio::test]
async fn refusals_and_statuses_are_told_apart() {
    let refused = |code, words: &str| Err(ChainError::refused(code, words));
    assert_eq!(balance(|| fault(200, -32000, "pruned")).await, refused(-32000, "pruned"));
    assert_eq!(balance(|| fault(429, -32005, "slow down")).await, refused(-32005, "slow down"));
    assert_eq!(
        balance(|| Reply::Body(503, "<html>".to_owned())).await,
        Err(ChainError::Status(503))
    );
    let Reply::Body(_, good) = result(word(1)) else { panic!("not a body") };
    let (_fake, chain) = chain(move |_, _| Reply::Body(500, good.clone())).await;
    assert_eq!(chain.balance(TOKEN, PAYER).await, Err(ChainError::Status(500)));
    // Not followed: the fake accepts one path only.
    assert_eq!(balance(|| Reply::Body(302, String::new())).await, Err(ChainError::Status(302)));
}

#[tokio::test]
async fn garbage_is_not_an_answer() {
    for body in ["", "hello", "[]", "{}", r#"{"result":"0x1""#, r#"[{"result":"0x1"}]"#] {
        let (_fake, chain) = chain(move |_, _| Reply::Body(200, body.to_owned())).await;
        assert_eq!(chain.latest().await, Err(ChainError::NotJsonRpc), "{body}");
    }
    for raw in ["", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"] {
        let (_fake, chain) = chain(move |_, _| Reply::Raw(raw.to_owned())).await;
        let Err(ChainError::Unreachable { why }) = chain.latest().await else { panic!("{raw}") };
        assert!(!why.contains("secret-key"), "{why}");
    }
    for block in
        [json!(null), json!(1), json!({ "number": "0x1" }), json!({ "number": 1, "timestamp": 1 })]
    {
        let (_fake, chain) = chain(move |_, _| result(block.clone())).await;
        assert_eq!(chain.latest().await, Err(ChainError::Malformed("eth_getBlockByNumber")));
    }
}

#[tokio::test]
async fn a_contract_answers_with_exactly_one_word_of_its_type() {
    let malformed = Err(ChainError::Malformed("eth_call"));
    let zeros = |bytes: usize| json!(hex::encode_prefixed(vec![0; bytes]));
    for answer in [zeros(31), zeros(33), zeros(64), json!("0x1"), json!(null), json!(true)] {
        let (_fake, chain) = chain(move |_, _| result(answer.clone())).await;
        assert_eq!(chain.balance(TOKEN, PAYER).await, malformed);
    }
    let at = Block { number: 1, timestamp: 1 };
    for (answer, state) in [
        (word(0), Ok(false)),
        (word(1), Ok(true)),
        (word(2), Err(ChainError::Malformed("eth_call"))),
        (json!(B256::repeat_byte(1)), Err(ChainError::Malformed("eth_call"))),
        (json!("0x"), Err(ChainError::NoContract(TOKEN))),
    ] {
        let (_fake, chain) = chain(move |_, _| result(answer.clone())).await;
        assert_eq!(chain.authorization_state(&key(), at).await, state);
    }
}

#[tokio::test]
async fn no_answer_is_too_long_or_too_slow_for_long() {
    let long = || Reply::Body(200, format!("{{\"result\":\"0x{}\"}}", "0".repeat(1 << 20)));
    assert_eq!(balance(long).await, Err(ChainError::TooLong(1 << 20)));
    let liar = || Reply::Trickle("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n{".to_owned());
    for slow in [liar, || Reply::Trickle("HTTP/1.1 200 OK\r\nx:".to_owned())] {
        let started = std::time::Instant::now();
        assert_eq!(balance(slow).await, Err(ChainError::TimedOut));
        assert!(started.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn nobody_there_is_said_without_the_address() {
    let mut fake = Fake::start(|_, _| result(json!("0x1"))).await;
    fake.stop().await;
    let error = connect(&fake.url).await.unwrap_err();
    let ChainError::Unreachable { why } = &error else { panic!("{error:?}") };
    assert!(why.contains("refused"), "{why}");
    assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn a_chain_prints_no_address() {
    let (_fake, chain) = chain(|_, _| result(json!(null))).await;
    assert_eq!(format!("{chain:?}"), "Chain { network: \"base-sepolia\", .. }");
}

#[tokio::test]
async fn a_receipt_is_of_the_transaction_asked_for() {
    let hash = B256::repeat_byte(9);
    let good =
        json!({ "transactionHash": hash, "blockNumber": "0x5", "status": "0x1", "logs": [] });
    let ask = async |receipt: Value| {
        let (_fake, chain) = chain(move |_, _| result(receipt.clone())).await;
        chain.receipt(hash).await
    };
    let receipt = Receipt { success: true, block: 5, transfers: vec![] };
    assert_eq!(ask(good.clone()).await, Ok(Some(receipt.clone())));
    assert_eq!(ask(json!(null)).await, Ok(None));
    let with = |member: &str, value: Value| {
        let mut changed = good.clone();
        changed[member] = value;
        ask(changed)
    };
    assert_eq!(with("blockNumber", json!(null)).await, Ok(None));
    let reverted = Receipt { success: false, ..receipt };
    assert_eq!(with("status", json!("0x0")).await, Ok(Some(reverted)));
    let malformed = Err(ChainError::Malformed("eth_getTransactionReceipt"));
    assert_eq!(with("status", json!("0x2")).await, malformed);
    assert_eq!(with("status", json!(null)).await, malformed);
    assert_eq!(with("transactionHash", json!(B256::repeat_byte(8))).await, malformed);
    assert_eq!(with("logs", json!(null)).await, malformed);
}
