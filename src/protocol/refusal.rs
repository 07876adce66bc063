//! What the words of a refusal leave open.
//!
//! A refusal is free text: servers write what their facilitator wrote, or what went wrong on the way
//! there, and no list of codes is complete. Words are looked for as parts of it, and only to doubt more:
//! nothing here makes a refusal more certain than its silence would be, but that verifying was what
//! failed. All spellings are those of x402 for TypeScript, Python and Rust, and of the token contracts.

/// The authorization is used, or being used: by this very payment, for nobody else knows its nonce.
const USED: [&str; 3] = ["already used", "authorization is used", "duplicate settlement"];

/// The server asked whether the payment is good, and got no further. Settling comes after that.
const VERIFYING: [&str; 3] = ["verification failed", "failed to verify", "invalid payment"];

/// Settling was tried and went wrong, without a word on how.
const SETTLING: [&str; 7] = [
    "settle failed",
    "failed to settle",
    "settlement failed",
    "settlement error",
    "unexpected settle error",
    "unexpected error",
    "node failure",
];

/// Whoever settles was asked and not heard: what was asked may have been done.
const UNHEARD: [&str; 9] = [
    "fetch failed",
    "http error",
    "connection",
    "disconnected",
    "econn",
    "socket hang up",
    "timed out",
    "timeout",
    "network error",
];

/// A transaction that the chain undid has moved nothing.
const UNDONE: [&str; 3] = ["reverted", "failed onchain", "transaction failed"];

/// Whether a payment that was refused in these words may have settled all the same. Codes are read as
/// words: `timed_out` says what `timed out` says.
pub(super) fn leaves_open(words: &str) -> bool {
    let words = words.to_lowercase().replace(['_', '-'], " ");
    let says = |any: &[&str]| any.iter().any(|part| words.contains(part));
    says(&USED) || !says(&VERIFYING) && !says(&UNDONE) && (says(&SETTLING) || says(&UNHEARD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_payment_is_a_refusal() {
        for words in [
            "",
            "Payment required",
            "insufficient_funds",
            "invalid_exact_evm_payload_authorization_value_mismatch",
            "invalid_exact_evm_transaction_failed",
            "Verification failed: HTTP error: POST /verify: error sending request",
            "Invalid payment: invalid_exact_evm_payload_signature",
            "unexpected_error: Transaction 0x5c84 reverted",
        ] {
            assert!(!leaves_open(words), "{words}");
        }
    }

    #[test]
    fn what_may_have_been_done_is_none() {
        for words in [
            "FiatTokenV2: authorization is used or canceled",
            "Verification failed: invalid_exact_evm_nonce_already_used",
            "execution reverted: FiatTokenV2: authorization is used or canceled",
            "Failed to settle payment: 500 Internal Server Error",
            "Settle failed",
            "settlement_failed",
            "settlement_error",
            "settle_exact_evm_transaction_confirmation_timed_out",
            "settle_exact_node_failure",
            "FETCH FAILED",
            "[Errno 111] Connection refused",
            "Server disconnected without sending a response.",
        ] {
            assert!(leaves_open(words), "{words}");
        }
    }
}
