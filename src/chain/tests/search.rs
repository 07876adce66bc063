//! Finding a settlement on a long chain, through nodes with limits and flaws.

use super::*;
use crate::chain::eip3009::AuthorizationUsed;
use alloy_sol_types::SolEvent;

/// A block every two seconds; block 0 at this time, in Unix seconds.
const GENESIS: u64 = 1_000_000;
const HEIGHT: u64 = 30_000_000;
pub(super) const HASH: B256 = B256::repeat_byte(9);

fn time(number: u64) -> u64 {
    GENESIS + 2 * number
}

const NEWEST: Block = Block { number: HEIGHT, timestamp: GENESIS + 2 * HEIGHT };

/// A chain on which the authorization was used in block `used`, if that is above 0, and a node on
/// it that searches at most `limit` blocks at once and knows `receipt`.
fn long_chain(used: u64, limit: u64, receipt: Value) -> impl Fn(&str, &Value) -> Reply {
    move |method, params| match method {
        "eth_getBlockByNumber" => {
            let number = number(&params[0]);
            assert!(number <= HEIGHT);
            let timestamp = format!("{:#x}", time(number));
            result(json!({ "number": params[0], "timestamp": timestamp }))
        }
        "eth_getLogs" => {
            let (from, to) = (number(&params[0]["fromBlock"]), number(&params[0]["toBlock"]));
            assert!(from <= to && to <= HEIGHT);
            if to - from >= limit {
                return fault(200, -32005, "range too wide");
            }
            let hit = used > 0 && (from..=to).contains(&used);
            result(if hit { json!([used_log(used)]) } else { json!([]) })
        }
        "eth_getTransactionReceipt" => result(receipt.clone()),
        other => panic!("{other}"),
    }
}

fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().strip_prefix("0x").unwrap(), 16).unwrap()
}

pub(super) fn used_log(block: u64) -> Value {
    let topics = json!([AuthorizationUsed::SIGNATURE_HASH, PAYER.into_word(), NONCE]);
    log(block, &topics, &json!("0x"))
}

pub(super) fn transfer_log(block: u64, value: u64) -> Value {
    let signature = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    let topics = json!([signature, PAYER.into_word(), SHOP.into_word()]);
    log(block, &topics, &json!(B256::from(U256::from(value))))
}

fn log(block: u64, topics: &Value, data: &Value) -> Value {
    json!({ "address": TOKEN, "topics": topics, "data": data, "removed": false,
        "blockNumber": format!("{block:#x}"), "transactionHash": HASH, "logIndex": "0x0" })
}

pub(super) fn receipt(block: u64) -> Value {
    json!({ "transactionHash": HASH, "blockNumber": format!("{block:#x}"), "status": "0x1",
        "logs": [used_log(block), transfer_log(block, 10_000)] })
}

fn settled(block: u64) -> Settled {
    Settled { transaction: HASH, block, payee: SHOP, value: U256::from(10_000) }
}

#[tokio::test]
async fn is_found_however_long_ago_in_few_questions() {
    for (used, life, most) in [
        (HEIGHT, 600, 5),
        (HEIGHT - 100, 600, 5),
        (HEIGHT - 43_200, 600, 15),
        (HEIGHT / 2, 600, 40),
        (HEIGHT / 2, 40_000, 60),
        (1, 600, 40),
    ] {
        let (fake, chain) = chain(long_chain(used, 2_000, receipt(used))).await;
        let since = time(used) - 1;
        let found = chain.settlement(&key(), since..since + life, NEWEST).await;
        assert_eq!(found, Ok(Some(settled(used))), "{used}");
        let late = time(used) - life / 2;
        let found = chain.settlement(&key(), late..late + life, NEWEST).await;
        assert_eq!(found, Ok(Some(settled(used))), "{used}");
        let asked = fake.calls("eth_getBlockByNumber").len() + fake.calls("eth_getLogs").len();
        assert!(asked <= 2 * most, "{used}: {asked}");
    }
}

#[tokio::test]
async fn a_nodes_limit_is_found_out() {
    let used = HEIGHT - 20_000;
    let (fake, chain) = chain(long_chain(used, 100, receipt(used))).await;
    let life = time(used) - 100..time(used) + 500;
    assert_eq!(chain.settlement(&key(), life, NEWEST).await, Ok(Some(settled(used))));
    let windows = fake.calls("eth_getLogs");
    let topics = json!([AuthorizationUsed::SIGNATURE_HASH, PAYER.into_word(), NONCE]);
    for filter in &windows {
        assert_eq!(filter[0]["topics"], topics);
        assert_eq!(filter[0]["address"], json!(TOKEN.to_string()));
    }
    // Nothing between the windows is left out.
    let taken: Vec<_> = windows
        .iter()
        .map(|w| (number(&w[0]["fromBlock"]), number(&w[0]["toBlock"])))
        .filter(|(from, to)| to - from < 100)
        .collect();
    assert!(taken.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{taken:?}");
}

#[tokio::test]
async fn a_node_that_refuses_says_nothing() {
    let (fake, chain) = chain(long_chain(0, 0, Value::Null)).await;
    let life = NEWEST.timestamp - 600..NEWEST.timestamp;
    let refused = ChainError::refused(-32005, "range too wide");
    assert_eq!(chain.settlement(&key(), life, NEWEST).await, Err(Unavailable::Node(refused)));
    assert!(fake.calls("eth_getLogs").len() <= 5);
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is() {
    let (fake, chain) = chain(long_chain(0, 2_000, Value::Null)).await;
    for age in [0, 600, 600_000] {
        let end = NEWEST.timestamp - age;
        assert_eq!(chain.settlement(&key(), end - 600..end, NEWEST).await, Ok(None));
    }
    assert!(fake.calls("eth_getLogs").len() <= 9);
    // A node that is behind the signer's clock.
    let future = NEWEST.timestamp + 50;
    assert_eq!(chain.settlement(&key(), future..future + 600, NEWEST).await, Ok(None));
    // More blocks than anybody searches.
    let found = chain.settlement(&key(), GENESIS..NEWEST.timestamp, NEWEST).await;
    assert_eq!(found, Err(Unavailable::TooManyBlocks));
}

#[tokio::test]
async fn a_receipt_that_is_gone_or_moved_is_no_proof() {
    let used = HEIGHT - 5;
    let life = || time(used) - 100..time(used) + 100;
    let with = |member: &str, value: Value| {
        let mut changed = receipt(used);
        changed[member] = value;
        changed
    };
    let malformed = Unavailable::Node(ChainError::Malformed("eth_getTransactionReceipt"));
    for (receipt, why) in [
        (Value::Null, Unavailable::Reorganized),
        (receipt(used + 1), Unavailable::Reorganized),
        (with("blockNumber", Value::Null), Unavailable::Reorganized),
        (with("logs", json!([])), malformed.clone()),
        (with("logs", json!([transfer_log(used, 10_000)])), malformed.clone()),
        (with("status", json!("0x0")), malformed),
        (with("logs", json!([used_log(used)])), Unavailable::Ambiguous(HASH)),
        (
            with("logs", json!([used_log(used), transfer_log(used, 1), transfer_log(used, 2)])),
            Unavailable::Ambiguous(HASH),
        ),
    ] {
        let (_fake, chain) = chain(long_chain(used, 2_000, receipt)).await;
        assert_eq!(chain.settlement(&key(), life(), NEWEST).await, Err(why));
    }
}

#[tokio::test]
async fn logs_that_were_not_asked_for_are_refused() {
    let used = HEIGHT - 5;
    let with = |member: &str, value: Value| {
        let mut changed = used_log(used);
        changed[member] = value;
        json!([changed])
    };
    for logs in [
        Value::Null,
        json!([transfer_log(used, 1)]),
        json!([used_log(used), used_log(used)]),
        json!([used_log(used - 1_000_000)]),
        with("removed", json!(true)),
        with("address", json!(SHOP)),
        with("blockNumber", Value::Null),
        with("transactionHash", Value::Null),
        with("data", json!("0x00")),
    ] {
        let rest = long_chain(used, 2_000, receipt(used));
        let (_fake, chain) = chain(move |method, params| match method {
            "eth_getLogs" => result(logs.clone()),
            _ => rest(method, params),
        })
        .await;
        let found = chain.settlement(&key(), time(used) - 9..time(used) + 9, NEWEST).await;
        assert_eq!(found, Err(ChainError::Malformed("eth_getLogs").into()));
    }
}

#[tokio::test]
async fn a_block_other_than_asked_for_ends_the_search() {
    for (block, error) in [
        (Value::Null, ChainError::NoBlock(HEIGHT - 2_000)),
        (
            json!({ "number": "0x1", "timestamp": "0x1" }),
            ChainError::Malformed("eth_getBlockByNumber"),
        ),
    ] {
        let (_fake, chain) = chain(move |_, _| result(block.clone())).await;
        assert_eq!(chain.settlement(&key(), 5..9, NEWEST).await, Err(error.into()));
    }
}
