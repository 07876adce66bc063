//! Payments that are refused: every text for every mistake, in the place where each server puts it.

use super::{Sample, buy};

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
    ("axum", "bad signature", "Verification failed: Unexpected HTTP status 500"),
    ("axum", "not base64", "Invalid or malformed payment header"),
    ("axum-v1", "no funds", "Verification failed: insufficient_funds"),
    ("axum-v1", "bad signature", "Verification failed: Unexpected HTTP status 500"),
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

/// A server's words take a line or two, and none of them steers.
#[track_caller]
fn is_fit_for_a_terminal(run: &crate::support::Run) {
    let longest = run.stderr.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    run.assert(longest < 700, "the lines are short");
    run.assert(!run.stderr.contains(['\r', '\t', '\u{1b}']), "nothing steers the terminal");
    run.assert(run.stderr.lines().count() <= 4, "a message, a hint, and what -w tells");
}
