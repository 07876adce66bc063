//! What a server claims, held against what a node says.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::search::{HASH, receipt, transfer_log, used_log};
use super::*;

const SOON: Duration = Duration::from_millis(300);
const LATER: Duration = Duration::from_secs(5);

fn claim() -> Claim {
    let value = U256::from(10_000);
    Claim { key: key(), payee: SHOP, value, transaction: Some(HASH), life: 1_000..2_000 }
}

fn with_logs(status: u64, logs: &[Value]) -> Value {
    json!({ "transactionHash": HASH, "blockNumber": "0x10", "status": format!("{status:#x}"),
        "logs": logs })
}

/// A node in whose newest block the authorization is used or not, and that has this receipt.
fn node(used: bool, receipt: Value) -> impl Fn(&str, &Value) -> Reply {
    move |method, _| match method {
        "eth_getTransactionReceipt" => result(receipt.clone()),
        "eth_getBlockByNumber" => result(json!({ "number": "0x10", "timestamp": "0x500" })),
        "eth_call" => result(json!(B256::from(U256::from(u64::from(used))))),
        "eth_getLogs" => result(if used { json!([used_log(16)]) } else { json!([]) }),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_receipt_says_what_was_moved() {
    let other = Claim { payee: PAYER, ..claim() };
    let dear = Claim { value: U256::from(10_001), ..claim() };
    let differs = Finding::Differs { transaction: HASH, payee: SHOP, value: U256::from(10_000) };
    let unrelated = with_logs(1, &[transfer_log(16, 10_000)]);
    for (claim, receipt, finding) in [
        (claim(), receipt(16), Finding::Confirmed(HASH)),
        (other, receipt(16), differs),
        (dear, receipt(16), differs),
        (claim(), with_logs(0, &[]), Finding::Reverted(HASH)),
        (claim(), unrelated, Finding::Unrelated(HASH)),
        (claim(), with_logs(1, &[]), Finding::Unrelated(HASH)),
    ] {
        let (_fake, chain) = chain(node(false, receipt)).await;
        assert_eq!(chain.check(&claim, SOON).await, Ok(finding));
    }
    let twice = with_logs(1, &[used_log(16), transfer_log(16, 1), transfer_log(16, 10_000)]);
    let (_fake, chain) = chain(node(true, twice)).await;
    assert_eq!(chain.check(&claim(), SOON).await, Err(Unavailable::Ambiguous(HASH)));
}

#[tokio::test]
async fn a_wrong_transaction_contradicts_only_while_the_authorization_is_unused() {
    let other = B256::repeat_byte(3);
    for wrong in [with_logs(0, &[]), with_logs(1, &[])] {
        let (_fake, chain) = chain(move |method, params| match method {
            "eth_getTransactionReceipt" if params[0] == json!(other) => {
                let mut wrong = wrong.clone();
                wrong["transactionHash"] = json!(other);
                result(wrong)
            }
            _ => node(true, receipt(16))(method, params),
        })
        .await;
        let claim = Claim { transaction: Some(other), ..claim() };
        assert_eq!(chain.check(&claim, SOON).await, Ok(Finding::Confirmed(HASH)));
    }
}

#[tokio::test]
async fn what_is_not_there_yet_is_waited_for() {
    let looks = AtomicUsize::new(0);
    let (fake, chain) = chain(move |method, params| {
        let late =
            looks.fetch_add(usize::from(method == "eth_getTransactionReceipt"), Ordering::SeqCst);
        node(false, if late < 1 { json!(null) } else { receipt(16) })(method, params)
    })
    .await;
    assert_eq!(chain.check(&claim(), LATER).await, Ok(Finding::Confirmed(HASH)));
    assert_eq!(fake.calls("eth_getTransactionReceipt").len(), 2);
}

#[tokio::test]
async fn what_never_comes_is_unused_at_the_end() {
    let (_fake, chain) = chain(node(false, json!(null))).await;
    assert_eq!(chain.check(&claim(), SOON).await, Ok(Finding::Unused));
}

#[tokio::test]
async fn without_a_transaction_named_it_is_searched_for() {
    let nameless = Claim { transaction: None, ..claim() };
    let (_fake, found) = chain(node(true, receipt(16))).await;
    assert_eq!(found.check(&nameless, SOON).await, Ok(Finding::Confirmed(HASH)));
    let (_fake, open) = chain(node(false, receipt(16))).await;
    assert_eq!(open.check(&nameless, SOON).await, Ok(Finding::Unused));
}

#[tokio::test]
async fn a_node_that_fails_or_is_slow_says_nothing() {
    let (_fake, failing) = chain(|_, _| Reply::Body(503, String::new())).await;
    let failed = failing.check(&claim(), SOON).await;
    assert_eq!(failed, Err(Unavailable::Node(ChainError::Status(503))));
    let (_fake, slow) = chain(|_, _| Reply::Trickle("HTTP/1.1 200 \r\n\r\n".to_owned())).await;
    assert_eq!(slow.check(&claim(), SOON).await, Err(Unavailable::TooSlow));
}
