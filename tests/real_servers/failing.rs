//! Payments that were taken and went wrong after that.

use super::refusing::is_fit_for_a_terminal;
use super::{Sample, buy};
use crate::support::ledger::entries;
use crate::support::{Home, Paywall};

/// Who asks, who answers, how it must end, and what must be shown.
const SETTLEMENTS: [(&str, &str, i32, &[&str]); 10] = [
    ("express1", "express1", 118, &["Failed to settle payment: 400 Bad Request"]),
    ("express1", "express1-rs", 118, &["Failed to settle payment: unexpected_error"]),
    ("fastapi1", "fastapi1", 118, &["Settle failed"]),
    (
        "axum-v1",
        "axum-v1",
        117,
        &[
            "Settlement failed",
            "0x7c9642b851244d2fed8ffa4431fd58f4bc49aba6cb7d73f8e28ae8c089e8156d",
        ],
    ),
    ("axum", "axum", 118, &["authorization is used or canceled"]),
    (
        "express2",
        "express2",
        118,
        &["invalid_exact_evm_nonce_already_used", "authorization is used or canceled"],
    ),
    (
        "flask2",
        "flask2",
        118,
        &["invalid_exact_evm_nonce_already_used", "authorization is used or canceled"],
    ),
    (
        "express2",
        "hono2",
        117,
        &[
            "invalid_exact_evm_transaction_failed",
            "0x416455398c0af586d7073c6ab82cd672c142541a95df1d4ab5808850daf13d62",
        ],
    ),
    (
        "flask2",
        "fastapi2",
        117,
        &[
            "invalid_exact_evm_transaction_failed",
            "0x1881ff34f08e84161ac6a1518d78cf65ecb0275b6604abcd472949172da1ea4e",
        ],
    ),
    (
        "express2",
        "express2-rs",
        117,
        &[
            "unexpected_error",
            "Transaction 0x5c84f4d0116f6514d0f79e516c23ab1eedc3ded80c6e74caf29f0644326a330d reverted",
        ],
    ),
];

#[test]
fn a_settlement_that_fails_is_told_in_every_spelling() {
    for (asker, server, code, words) in SETTLEMENTS {
        let bought = buy(&Sample::of(asker, "asks"), &Sample::of(server, "settlement fails"));
        let state = if code == 117 { "rejected" } else { "unknown" };
        bought.ends(code, state).run.prints_nothing().says(words).says(&["again"]);
        is_fit_for_a_terminal(&bought.run);
    }
}

#[test]
fn whoever_was_not_heard_gets_the_same_payment_again() {
    for server in ["express1", "express2", "axum"] {
        let (asks, sells) = (Sample::of(server, "asks"), Sample::of(server, "sells"));
        let (first, down) = (asks.reply(), asks.error("fetch failed").reply());
        let (used, then) = (Sample::of(server, "replayed").reply(), sells.reply());
        let paywall = Paywall::serve(move |request| match (request.payment(), request.index) {
            (None, _) => first.clone(),
            (Some(_), 1) => down.clone(),
            (Some(_), 3) => used.clone(),
            (Some(_), _) => then.clone(),
        });
        let home = Home::new();
        for code in [118, 118, 0] {
            home.pay(&[paywall.url("/cheap")]).exits(code);
        }
        assert_eq!((paywall.payments().len(), paywall.nonces().len()), (3, 1), "{server}");
        let entry = &entries(&home)[0];
        assert_eq!((entry.state.as_str(), entry.sendings), ("settled", 3), "{server}");
    }
}

#[test]
fn an_approval_that_is_missing_is_a_refusal_by_another_number() {
    let missing = Sample::of("express2-extras", "permit2: not approved");
    let bought = buy(&Sample::of("express2", "asks"), &missing);
    bought.ends(117, "rejected").run.prints_nothing().says(&["permit2_allowance_required"]);
}

#[test]
fn a_handler_that_fails_leaves_the_money_where_nobody_knows() {
    for server in ["express1", "fastapi1", "axum-v1", "express2", "flask2", "axum"] {
        let fails = Sample::of(server, "handler 500");
        let bought = buy(&Sample::of(server, "asks"), &fails);
        bought.ends(118, "unknown").run.prints(&fails.body).says(&["500", "again"]);
    }
}

#[test]
fn paid_and_failed_is_both_told() {
    let fails = Sample::of("express2-extras", "upfront: answer");
    let bought = buy(&Sample::of("express2", "asks"), &fails);
    let transaction = "0xf80ae161da92f3eea7b0756a6b45cf65dc7c71817864b49d4b2a872cc14e5f02";
    bought.ends(119, "settled").costs_a_thousandth(transaction);
    bought.run.prints(&fails.body).says(&["0.001 USDC was paid", "500", transaction]);
    assert!(bought.entry.header.is_some(), "it can be asked for again");
}

#[test]
fn half_a_settlement_of_a_fixed_price_is_doubted() {
    for name in ["upto: answer", "upto: settles nothing"] {
        let answers = Sample::of("express2-extras", name);
        let amount = answers.settlement().expect("a settlement")["amount"].clone();
        let bought = buy(&Sample::of("express2", "asks"), &answers);
        if amount == "1000" {
            bought.ends(0, "settled");
        } else {
            bought.ends(118, "unknown").run.says(&["another amount"]);
        }
        bought.run.prints(&answers.body);
    }
}
