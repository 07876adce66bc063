//! Tests of what the words of a refusal leave open.

use ::http::HeaderValue;
use proptest::prelude::*;

use super::*;

#[test]
fn what_is_wrong_with_the_payment_is_a_refusal() {
    for words in [
        "",
        "Payment required",
        "insufficient_funds",
        "invalid_exact_evm_payload_signature",
        "invalid_exact_evm_payload_authorization_value_mismatch",
        "invalid_exact_evm_transaction_failed",
        "FiatTokenV2: authorization is not yet valid",
        "permit2_not_yet_valid",
        "facilitator_down",
        "unexpected_verify_error",
        "Payment verification failed",
        "Unexpected token 'h', \"hello\" is not valid JSON",
        "Verification failed: HTTP error: POST /verify: error sending request",
        "Verification failed: Unexpected HTTP status 500 Internal Server Error: POST /verify: \
         unexpected_error: execution reverted: FiatTokenV2: invalid signature",
        "Failed to verify payment: unexpected_error",
        "Invalid payment: invalid_exact_evm_payload_signature",
        "unexpected_error: Transaction 0x5c84 reverted",
        "Settlement failed: Unexpected HTTP status 500 Internal Server Error: POST /settle: \
         Transaction 0x5c84 reverted",
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
        "Request failed with status code 503",
        "context canceled",
        "Unexpected token '<', \"<html>\"... is not valid JSON",
        "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
        "Unexpected end of JSON input",
        "Server disconnected without sending a response.",
    ] {
        assert!(leaves_open(words), "{words}");
    }
}

#[test]
fn whoever_was_not_heard_outweighs_what_failed() {
    for words in [
        "settle_exact_evm: transaction failed to confirm: timed out waiting for receipt",
        "unexpected_settle_error: broadcast transaction failed: socket hang up",
        "transaction failed to confirm",
        "Invalid payment: Settlement failed: timed out",
        "No or invalid payment: timed out",
        "Payment verification failed: settlement timed out",
        "Failed to verify the transaction: timed out",
    ] {
        assert!(leaves_open(words), "{words}");
    }
}

#[test]
fn a_code_is_read_in_every_spelling() {
    for words in [
        "settlement_pending",
        "transaction_confirmation_pending",
        "SETTLEMENT-PENDING",
        "Facilitator gave no receipt within 60s",
        "transaction 0x5c84 not yet mined",
        "authorization_used",
        "invalid_exact_evm_payload_authorization_nonce_used",
        "AuthorizationAlreadyUsed()",
        "Payment has already been processed",
        "nonce already consumed",
        "Payment already redeemed",
        "replay detected: nonce seen",
        "duplicate payment",
        "transaction in flight",
        "transaction sent, still processing",
        "tx submitted: awaiting block",
        "connect: reset by peer",
        "TLS handshake failure talking to facilitator",
        "service overloaded, retry later",
        "rate limited by facilitator",
        "nonce has already been used",
        "authorization has been used",
        "settle: already known",
        "replacement transaction underpriced",
        "504 Gateway Time-out",
        "502 Bad Gateway",
        "failed to call facilitator: context deadline exceeded",
        "Post \"https://x402.org/settle\": EOF",
        "EOFError",
        "The operation was aborted",
        "AbortError",
        "ReadTimeout",
        "connect ETIMEDOUT",
    ] {
        assert!(leaves_open(words), "{words}");
    }
    assert!(!leaves_open("undetermined typeof"), "neither mined nor EOF");
}

fn refusal(header: Option<&str>, body: &str) -> Refusal {
    let mut headers = HeaderMap::new();
    if let Some(error) = header {
        let terms = serde_json::json!({ "x402Version": 2, "error": error, "accepts": [] });
        let value = HeaderValue::from_str(&super::super::encoding::encode(&terms.to_string()));
        headers.insert("payment-required", value.unwrap());
    }
    read_refusal(&headers, Some(body.as_bytes()))
}

#[test]
fn no_account_closes_what_another_leaves_open() {
    let lost = r#"{"error":"Settlement failed","details":"facilitator: timed out"}"#;
    for error in ["Payment required", "No or invalid payment", "execution reverted"] {
        assert!(refusal(Some(error), lost).leaves_open, "{error}");
    }
    for body in ["", "{}", r#"{"error":"invalid payment"}"#, r#"{"error":"reverted"}"#] {
        let refusal = refusal(Some("Settlement failed: timed out"), body);
        assert!(refusal.leaves_open, "{body}");
    }
    let closed = refusal(Some("insufficient_funds"), r#"{"error":"insufficient_funds"}"#);
    let words = Some("insufficient_funds".to_owned());
    assert_eq!(closed, Refusal { words, leaves_open: false });
}

#[test]
fn a_body_is_read_whatever_it_is() {
    let hash = format!("0x{}", "cd".repeat(32));
    for (body, words) in [
        (r#"{"x402Version":2,"error":"settlement_pending","accepts":[]}"#, "settlement_pending"),
        (r#"{"x402Version":1,"error":"settlement_pending"}"#, "settlement_pending"),
        (r#"{"error":{"code":"settle_failed"}}"#, r#"{"code":"settle_failed"}"#),
        (
            r#"{"error":"Payment failed","details":{"why":"timed out"}}"#,
            r#"Payment failed: {"why":"timed out"}"#,
        ),
        (r#"{"success":false,"errorReason":"oops","errorMessage":"timed out"}"#, "oops: timed out"),
        (r#"{"error":"oops","facilitator":{"said":"timed out"}}"#, "oops"),
        (&format!(r#"{{"success":false,"error":"oops","transaction":"{hash}"}}"#), "oops"),
        (r#"{"success":true,"error":"oops"}"#, "oops"),
        (r#"{"error":"oops","settlement":{"success":true,"transaction":""}}"#, "oops"),
        (r#"{"error":"oops","data":[{"deep":{"success":true}}]}"#, "oops"),
        (r#"[{"success":true}]"#, ""),
        (&format!(r#"{{"error":"oops","txHash":"{hash}"}}"#), "oops"),
        (&format!(r#"{{"error":"oops","tx_hash":"{hash}"}}"#), "oops"),
        (&format!(r#"{{"error":"oops","tx":"0X{}"}}"#, "CD".repeat(32)), "oops"),
        (r#"{"error":"oops","data":{"settled":true}}"#, "oops"),
        (r#"{"error":"oops","error":"no"}"#, ""),
        (&format!(r#"{{"error":"oops","data":{{"transaction":"{hash}"}}}}"#), "oops"),
        ("Settlement failed\n", "Settlement failed"),
        ("<html><title>504 Gateway Time-out</title></html>", ""),
        (r#"["timed out"]"#, ""),
        (r#"{"error":"timed out","error":"oops"}"#, ""),
        (r#"{"error":"timed out""#, ""),
    ] {
        let words = Some(words).filter(|words| !words.is_empty()).map(str::to_owned);
        assert_eq!(refusal(None, body), Refusal { words, leaves_open: true }, "{body}");
    }
}

#[test]
fn what_moved_nothing_leaves_nothing_open() {
    let hash = format!("0x{}", "cd".repeat(32));
    for body in [
        format!(r#"{{"error":"transaction reverted","data":{{"transactionHash":"{hash}"}}}}"#)
            .as_str(),
        &format!(r#"{{"error":"insufficient_funds","nonce":"{hash}"}}"#),
        r#"{"error":"insufficient_funds","data":{"success":false,"transaction":""}}"#,
        r#"{"error":"insufficient_funds","accepts":[{"extra":{"success":true}}]}"#,
        r#"{"error":"insufficient_funds","txHash":null}"#,
    ] {
        assert!(!refusal(None, body).leaves_open, "{body}");
    }
}

#[test]
fn terms_are_no_words_on_the_payment() {
    let body = r#"{"x402Version":1,"error":"insufficient_funds","payer":"0x1","accepts":
        [{"description":"a timeout, settled","maxTimeoutSeconds":60}],
        "resource":{"description":"timeout"},"extensions":{"timeout":1}}"#;
    assert!(!refusal(None, body).leaves_open);
    let script = format!("<script>setTimeout({})</script>", "x".repeat(MAX_PAGE_BYTES));
    assert!(!refusal(Some("insufficient_funds"), &script).leaves_open);
}

#[test]
fn what_cannot_be_read_to_its_end_refuses_nothing() {
    let long = " ".repeat(MAX_BODY_BYTES + 1);
    for body in [None, Some(&b"\xff\xfe"[..]), Some(long.as_bytes())] {
        let open = Refusal { words: None, leaves_open: true };
        assert_eq!(read_refusal(&HeaderMap::new(), body), open);
    }
    let longest = " ".repeat(MAX_BODY_BYTES);
    let closed = Refusal { words: None, leaves_open: false };
    assert_eq!(read_refusal(&HeaderMap::new(), Some(longest.as_bytes())), closed);
}

#[test]
fn terms_that_cannot_be_read_refuse_nothing() {
    let asked = |values: &[&str], open| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("payment-required", HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(read_refusal(&headers, Some(b"{}")).leaves_open, open, "{values:?}");
    };
    let no_funds = r#"{"x402Version":2,"error":"insufficient_funds","accepts":[]}"#;
    let many = no_funds.replace("[]", &format!("[{}{{}}]", "{},".repeat(64)));
    asked(&[no_funds], false);
    asked(&[r#"{"asks":true}"#], false);
    for values in [&["%%%"][..], &[no_funds, no_funds], &["{\"x402Version\":2"], &[&many]] {
        asked(values, true);
    }
}

proptest! {
    #[test]
    fn never_panics(error in proptest::option::of(".{0,60}"), body in "[{<\"]?.{0,200}") {
        let _ = refusal(error.as_deref(), &body);
    }

    /// More words never make a body's doubt go away, wherever the doubt is told.
    #[test]
    fn a_doubt_stays(before in ".{0,40}", after in ".{0,40}") {
        let body = serde_json::json!({ "error": before, "details": { "why": "nonce_used" }, "message": after });
        prop_assert!(refusal(Some(&after), &body.to_string()).leaves_open);
    }
}
