//! Payments that are refused: every text for every mistake, in the place where each server puts it.

use super::{Sample, buy};
use crate::support::home::PAYER;

/// A refusal as it was taken down: server, situation, and what must be shown of it.
const TAKEN: [(&str, &str, &str); 22] = [
    ("express1", "underpaid", "invalid_exact_evm_payload_authorization_value"),
    ("express1", "expired", "invalid_exact_evm_payload_authorization_valid_before"),
    ("express1", "not yet valid", "invalid_exact_evm_payload_authorization_valid_after"),
    ("express1", "no funds", "insufficient_funds"),
    ("express1", "bad signature", "invalid_exact_evm_payload_signature"),
    ("express1", "not base64", "Invalid character"),
    ("express2", "underpaid", "invalid_exact_evm_payload_authorization_value_mismatch"),
    ("express2", "expired", "invalid_exact_evm_payload_authorization_valid_before"),
    ("express2", "not yet valid", "invalid_exact_evm_payload_authorization_valid_after"),
    ("express2", "no funds", "invalid_exact_evm_insufficient_balance"),
    ("express2", "bad signature", "invalid_exact_evm_signature"),
    ("express2", "not base64", "Payment required"),
    ("axum", "no funds", "Verification failed: insufficient_funds"),
    ("axum", "bad signature", "FiatTokenV2: invalid signature"),
    ("axum", "not base64", "Invalid or malformed payment header"),
    ("axum-v1", "no funds", "Verification failed: insufficient_funds"),
    ("axum-v1", "bad signature", "FiatTokenV2: invalid signature"),
    ("axum-v1", "not base64", "Invalid or malformed payment header"),
    ("fastapi1", "no funds", "Invalid payment: insufficient_funds"),
    ("fastapi1", "bad signature", "Invalid payment: invalid_exact_evm_payload_signature"),
    ("flask2", "no funds", "invalid_exact_evm_insufficient_balance"),
    ("flask2", "bad signature", "invalid_exact_evm_signature"),
];

#[test]
fn a_refusal_is_told_in_the_servers_words() {
    for (server, name, words) in TAKEN {
        let bought = buy(&Sample::of(server, "asks"), &Sample::of(server, name));
        bought.ends(117, "rejected").run.prints_nothing().says(&["refused", words, "again"]);
        is_fit_for_a_terminal(&bought.run);
        assert!(bought.entry.header.is_some(), "it can be sent again");
    }
}

/// The texts that were not taken down whole, and mean that the payment itself is no good.
const SPELLED: [&str; 14] = [
    "invalid_payment_amount",
    "recipient_mismatch",
    "invalid_exact_evm_recipient_mismatch",
    "invalid_exact_evm_payload_recipient_mismatch",
    "invalid_payment_expired",
    "invalid_payment_early",
    "permit2_insufficient_balance",
    "No matching payment requirements",
    "Unable to find matching payment requirements",
    "Unexpected token 'h', \"hello\" is not valid JSON",
    "Invalid payment header format",
    "Failed to verify payment: invalid_payment_expired",
    "Verification failed: recipient_mismatch",
    "Invalid payment: invalid_exact_evm_payload_authorization_valid_before",
];

#[test]
fn every_spelling_of_a_mistake_is_a_refusal_in_either_version() {
    for (place, words) in SPELLED.into_iter().enumerate() {
        let server = ["express1", "express2", "axum", "axum-v1"][place % 4];
        let asks = Sample::of(server, "asks");
        let bought = buy(&asks, &asks.clone().error(words));
        bought.ends(117, "rejected").run.prints_nothing().says(&[words]);
    }
}

/// The texts that tell nothing of the money: the authorization is used, or whoever settles was asked
/// and did not answer, or said that settling went wrong without saying how.
const OPEN: [&str; 16] = [
    "invalid_exact_evm_nonce_already_used",
    "nonce already used",
    "execution reverted: FiatTokenV2: authorization is used or canceled",
    "duplicate_settlement",
    "Failed to settle payment: 400 Bad Request",
    "Failed to settle payment: unexpected_error",
    "Settle failed",
    "Settlement failed",
    "unexpected_settle_error",
    "unexpected_error",
    "fetch failed",
    "All connection attempts failed",
    "[Errno 111] Connection refused",
    "Server disconnected without sending a response.",
    "Request timed out",
    "HTTP error: POST /settle: error sending request",
];

#[test]
fn what_may_have_settled_is_never_called_refused() {
    for (place, words) in OPEN.into_iter().enumerate() {
        let server = ["express1", "express2", "axum", "axum-v1"][place % 4];
        let asks = Sample::of(server, "asks");
        let bought = buy(&asks, &asks.clone().error(words));
        bought.ends(118, "unknown").run.prints_nothing().says(&[
            words,
            "may have settled",
            "again",
        ]);
        assert!(bought.entry.header.is_some(), "{words}: it can be sent again");
    }
}

#[test]
fn a_used_authorization_is_unknown_wherever_it_is_said() {
    for server in ["express1", "express2", "axum", "axum-v1", "fastapi1", "flask2"] {
        let bought = buy(&Sample::of(server, "asks"), &Sample::of(server, "replayed"));
        bought.ends(118, "unknown").run.prints_nothing().says(&["may have settled"]);
        is_fit_for_a_terminal(&bought.run);
    }
    // At the verification nothing is settled yet, whoever does not answer.
    let asks = Sample::of("axum", "asks");
    let down = asks.clone().error("Verification failed: HTTP error: POST /verify: error sending");
    buy(&asks, &down).ends(117, "rejected");
}

#[test]
fn an_empty_purse_is_told_where_to_look() {
    for (server, name) in [("express1", "no funds"), ("express2", "no funds"), ("axum", "no funds")]
    {
        let bought = buy(&Sample::of(server, "asks"), &Sample::of(server, name));
        let needs = format!("{PAYER} needs more USDC on base-sepolia");
        bought.run.says(&[needs.as_str()]);
    }
    let bought = buy(&Sample::of("express1", "asks"), &Sample::of("express1", "expired"));
    bought.run.never_says("needs more");
}

/// A server's words take a line or two, and none of them steers.
#[track_caller]
pub(super) fn is_fit_for_a_terminal(run: &crate::support::Run) {
    let longest = run.stderr.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    run.assert(longest < 700, "the lines are short");
    run.assert(!run.stderr.contains(['\r', '\t', '\u{1b}']), "nothing steers the terminal");
    run.assert(run.stderr.lines().count() <= 4, "a message, a hint, and what -w tells");
}
