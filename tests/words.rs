//! The words of a refusal: where they stand, and that any that leaves the money open is heard.

use crate::outcome::{anything, ends, with_receipt};
use crate::support::seller::{Receipt, TRANSACTION};
use crate::support::{Paywall, Reply};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const LOST: &str = r#"{"error":"Settlement failed","details":"facilitator: timed out"}"#;

/// A 402 with `body`, and with terms in the header that say `error`.
fn with_terms(error: &str, body: impl AsRef<[u8]>) -> Reply {
    let terms = Paywall::v2().terms().replace("Payment required", error);
    Reply::new("402 Payment Required", body).header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
}

/// A 402 with `body`, in whose header a settlement failed for `reason`.
fn failed(receipt: &Receipt, reason: &str, body: &str) -> Reply {
    let json = receipt.failure(reason, "");
    with_receipt(receipt, Reply::new("402 Payment Required", body), &json)
}

#[test]
fn header_and_body_are_heard_each_on_its_own() {
    for (error, body, words) in [
        ("Settlement failed: timed out", r#"{"error":"invalid payment"}"#, "Settlement failed"),
        ("No or invalid payment", LOST, "facilitator: timed out"),
        ("Payment verification failed", LOST, "facilitator: timed out"),
        ("execution reverted", LOST, "facilitator: timed out"),
    ] {
        ends(
            move |_| with_terms(error, body),
            118,
            "",
            |run| {
                run.says(&["may have settled", words]);
            },
        );
    }
    ends(|_| with_terms("insufficient_funds", "{}"), 117, "", anything);
}

#[test]
fn a_body_that_does_not_come_to_its_end_refuses_nothing_beside_terms() {
    let cut = |_: &Receipt| with_terms("insufficient_funds", LOST).cut_body(10);
    ends(cut, 118, "", |run| {
        run.says(&["may have settled", "insufficient_funds"]);
    });
    let long = format!("{}{LOST}", " ".repeat(2 << 20));
    ends(move |_| with_terms("insufficient_funds", &long), 118, "", anything);
    let cut = |receipt: &Receipt| failed(receipt, "payment_failed", LOST).cut_body(10);
    ends(cut, 118, "", |run| {
        run.says(&["may have settled", "payment_failed"]);
    });
}

#[test]
fn a_failed_settlement_is_held_against_the_body() {
    ends(
        |receipt| failed(receipt, "payment_failed", LOST),
        118,
        "",
        |run| {
            run.says(&["payment_failed: Settlement failed: facilitator: timed out"]);
        },
    );
    ends(|receipt| failed(receipt, "payment_failed", "{}"), 117, "", anything);
}

#[test]
fn two_accounts_of_a_failure_agree_only_in_whether_it_is_open() {
    let both = |one: &'static str, other: &'static str| {
        move |receipt: &Receipt| {
            let [one, other] = [one, other].map(|why| STANDARD.encode(receipt.failure(why, "")));
            Reply::new("402 Payment Required", "{}")
                .header("PAYMENT-RESPONSE", &one)
                .header("X-PAYMENT-RESPONSE", &other)
        }
    };
    ends(both("insufficient_funds", "fetch failed"), 118, "", anything);
    ends(both("fetch failed", "insufficient_funds"), 118, "", anything);
    ends(both("insufficient_funds", "no_funds"), 117, "", anything);
}

#[test]
fn a_transaction_that_nobody_calls_undone_may_have_settled() {
    for status in ["402 Payment Required", "500 Oops"] {
        let names = move |reason: &'static str| {
            move |receipt: &Receipt| {
                let json = receipt.failure(reason, TRANSACTION);
                with_receipt(receipt, Reply::new(status, ""), &json)
            }
        };
        ends(names("payment_failed"), 118, "", anything);
        ends(names("transaction failed to confirm: timed out"), 118, "", anything);
        ends(names("invalid_exact_evm_transaction_failed"), 117, "", anything);
    }
}

#[test]
fn a_settlement_that_is_pending_is_open_wherever_it_is_said() {
    let bodies = [
        r#"{"x402Version":1,"error":"settlement_pending","accepts":[]}"#,
        r#"{"error":{"code":"settlement_pending"}}"#,
        r#"{"success":false,"errorReason":"oops","errorMessage":"settlement_pending"}"#,
        "settlement_pending",
    ];
    for body in bodies {
        ends(
            move |_| Reply::new("402 Payment Required", body),
            118,
            "",
            |run| {
                run.says(&["settlement_pending"]);
            },
        );
    }
    ends(|_| with_terms("settlement_pending", "{}"), 118, "", anything);
    ends(|receipt| failed(receipt, "not settlement_pending", "{}"), 118, "", anything);
}

#[test]
fn a_page_for_people_is_heard_too() {
    let page = "<html><title>504 Gateway Time-out</title></html>";
    ends(
        move |_| Reply::new("402 Payment Required", page),
        118,
        "",
        |run| {
            run.never_says("html");
        },
    );
}
