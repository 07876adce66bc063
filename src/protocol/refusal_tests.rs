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
    read_refusal(&headers, Some(body.as_bytes()), &Before::default())
}

/// What a refusal comes to where nothing is under way.
fn said(words: Option<&str>, leaves_open: bool) -> Refusal {
    Refusal { words: words.map(str::to_owned), leaves_open, ..Refusal::default() }
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
    assert_eq!(closed, said(Some("insufficient_funds"), false));
}

#[test]
fn a_body_is_read_whatever_it_is() {
    let hash = format!("0x{}", "cd".repeat(32));
    for (body, words) in [
        (r#"{"error":{"code":"settle_failed"}}"#, "settle_failed"),
        (
            r#"{"error":"Payment failed","details":{"why":"timed out"}}"#,
            "Payment failed: timed out",
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
        (r#"["timed out"]"#, "timed out"),
        (r#"{"error":"timed out","error":"oops"}"#, ""),
        (r#"{"error":"timed out""#, ""),
    ] {
        let words = Some(words).filter(|words| !words.is_empty());
        assert_eq!(refusal(None, body), said(words, true), "{body}");
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
    let script = format!("<script>setTimeout({})</script>", "x".repeat(20_000));
    assert!(!refusal(Some("insufficient_funds"), &script).leaves_open);
}

#[test]
fn what_cannot_be_read_to_its_end_refuses_nothing() {
    let long = " ".repeat(MAX_BODY_BYTES + 1);
    let read = |body| read_refusal(&HeaderMap::new(), body, &Before::default());
    for body in [None, Some(&b"\xff\xfe\xff"[..]), Some(long.as_bytes())] {
        assert_eq!(read(body), said(None, true));
    }
    let longest = " ".repeat(MAX_BODY_BYTES);
    assert_eq!(read(Some(longest.as_bytes())), said(None, false));
}

#[test]
fn terms_that_cannot_be_read_refuse_nothing() {
    let asked = |values: &[&str], open| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("payment-required", HeaderValue::from_str(value).unwrap());
        }
        let read = |before: Before| read_refusal(&headers, Some(b"{}"), &before).leaves_open;
        assert_eq!(read(Before::default()), open, "{values:?}");
        assert!(!read(Before::of(&headers, b"")), "it was there before the payment: {values:?}");
    };
    let no_funds = r#"{"x402Version":2,"error":"insufficient_funds","accepts":[]}"#;
    let many = no_funds.replace("[]", &format!("[{}{{}}]", "{},".repeat(64)));
    asked(&[no_funds], false);
    asked(&[r#"{"asks":true}"#], false);
    asked(&[no_funds, no_funds], false);
    let other = no_funds.replace("funds", "money");
    for values in [&["%%%"][..], &[no_funds, &other], &["{\"x402Version\":2"], &[&many]] {
        asked(values, true);
    }
}

#[test]
fn what_is_under_way_is_told_with_its_transaction_and_when_to_come_back() {
    let hash = format!("0x{}", "cd".repeat(32));
    for (body, words, transaction, retry_after) in [
        (
            r#"{"x402Version":2,"error":"settlement_pending","accepts":[]}"#,
            Some("settlement_pending"),
            None,
            None,
        ),
        (
            r#"{"x402Version":1,"error":"settlement_pending"}"#,
            Some("settlement_pending"),
            None,
            None,
        ),
        (
            r#"{"detail":{"error":"payment_pending"},"retryAfter":5}"#,
            Some("payment_pending"),
            None,
            Some(5),
        ),
        (
            &format!(r#"{{"status":"pending","transaction":"{hash}","retry_after":"7"}}"#),
            None,
            Some(&hash),
            Some(7),
        ),
        (
            &format!(r#"{{"error":{{"code":"settlement_pending","txHash":"{hash}"}}}}"#),
            Some("settlement_pending"),
            Some(&hash),
            None,
        ),
    ] {
        let read = refusal(None, body);
        assert!(read.leaves_open, "{body}");
        assert_eq!(read.words.as_deref(), words, "{body}");
        let pending = read.pending.unwrap_or_else(|| panic!("{body}"));
        assert!(pending.is_pending() && !pending.success, "{body}");
        assert_eq!(pending.transaction_hash().as_ref(), transaction, "{body}");
        assert_eq!(read.retry_after, retry_after, "{body}");
    }
    for body in [
        r#"{"error":"insufficient_funds"}"#,
        r#"{"error":"pending review of your account"}"#,
        "pending",
    ] {
        assert_eq!(refusal(None, body).pending.is_some(), body == "pending", "{body}");
    }
}

#[test]
fn names_of_members_and_quoted_terms_are_no_words() {
    let terms = r#"{"scheme":"exact","network":"eip155:8453","payTo":"0x1","amount":"1",
        "maxTimeoutSeconds":60,"description":"settles timeouts","extra":{"name":"USD Coin"}}"#;
    let text = serde_json::to_string(&format!("insufficient_funds: {terms}")).unwrap();
    for body in [
        r#"{"error":"insufficient_funds","timeoutSeconds":60,"settlement":null}"#.to_owned(),
        r#"{"error":"insufficient_funds","accepts":[],"description":"settles timeouts"}"#
            .to_owned(),
        format!(r#"{{"error":"insufficient_funds","details":{{"paymentRequirements":{terms}}}}}"#),
        format!(r#"{{"error":"insufficient_funds","details":{{"expected":{terms}}}}}"#),
        format!(r#"{{"error":"insufficient_funds","details":[{terms}]}}"#),
        format!(r#"{{"error":{text}}}"#),
        format!("insufficient_funds: {terms}"),
        format!("Verification: {terms}: insufficient_funds"),
        "insufficient_funds for PaymentRequirements(scheme='exact', max_timeout_seconds=60)"
            .to_owned(),
        r#"{"error":"insufficient_funds","paymentPayload":{"note":"timed out"}}"#.to_owned(),
    ] {
        let read = refusal(None, &body);
        assert!(!read.leaves_open, "{body}");
        assert!(read.words.unwrap().contains("insufficient_funds"), "{body}");
    }
    // What stands beside the terms, in whatever depth, is said of the payment all the same.
    for body in [
        terms.replace('}', r#","error":"nonce already used"}"#),
        format!(r#"{{"error":"oops","details":{{"terms":{terms},"why":["timed out"]}}}}"#),
        format!(r#"{{"error":"{}"}}"#, "settlement failed"),
        format!("{terms} timed out"),
    ] {
        assert!(refusal(None, &body).leaves_open, "{body}");
    }
}

#[test]
fn the_error_of_an_answer_inside_of_another_is_told_first() {
    for (body, words) in [
        (
            r#"{"detail":{"error":"insufficient_funds","x402Version":1,"accepts":[]}}"#,
            "insufficient_funds",
        ),
        (
            r#"{"message":"Payment failed","detail":{"error":"no funds"}}"#,
            "no funds: Payment failed",
        ),
        (r#"{"error":"no funds","detail":"no funds"}"#, "no funds"),
        (
            r#"{"error":{"message":"This request requires more credits","code":402}}"#,
            "This request requires more credits",
        ),
        (r#"{"errors":[{"detail":"no funds"},{"title":"of yours"}]}"#, "no funds: of yours"),
        (
            r#"{"error":{"issues":[{"code":"invalid_union","path":["payload"],"message":"Invalid input"}],"name":"ZodError"}}"#,
            "invalid_union: Invalid input: payload: ZodError",
        ),
    ] {
        assert_eq!(refusal(None, body).words.as_deref(), Some(words), "{body}");
    }
}

#[test]
fn a_header_may_tell_the_error_too() {
    let mut headers = HeaderMap::new();
    headers.insert("x-payment-error", HeaderValue::from_static("nonce already used"));
    let read = |before: Before| read_refusal(&headers, Some(b"{}"), &before);
    assert_eq!(read(Before::default()), said(Some("nonce already used"), true));
    assert_eq!(read(Before::of(&headers, b"")), said(None, false));
}

/// What the second answer comes to, after the first.
fn after(first: &str, second: &str) -> Refusal {
    let before = Before::of(&HeaderMap::new(), first.as_bytes());
    read_refusal(&HeaderMap::new(), Some(second.as_bytes()), &before)
}

#[test]
fn what_was_said_before_the_payment_says_nothing_about_it() {
    for (first, second) in [
        (
            r#"{"error":"Payment required","hint":"settlement may time out","docs":{"success":true}}"#,
            r#"{"error":"insufficient_funds","hint":"settlement may time out","docs":{"success":true}}"#,
        ),
        (
            r#"{"error":"Payment required","status":"pending","notes":["retry later",{"a":"timed out"}]}"#,
            r#"{"error":"insufficient_funds","status":"pending","notes":["retry later",{"a":"timed out"}]}"#,
        ),
        (
            r#"{"accepts":[{"payTo":"0x1","description":"The settlement reports"}]}"#,
            r#"{"error":"insufficient_funds for The settlement reports"}"#,
        ),
        ("Settlement by x402", "Settlement by x402"),
        (
            "<html><p>Settlement by x402</p><p>pay</p></html>",
            "<html><p>Settlement by x402</p><p>no funds</p></html>",
        ),
    ] {
        assert!(refusal(None, second).leaves_open, "{second}: by itself");
        assert!(!after(first, second).leaves_open, "{second}");
    }
    let words = after(r#"{"error":"Payment required"}"#, r#"{"error":"Payment required"}"#).words;
    assert_eq!(words.as_deref(), Some("Payment required"), "where nothing else is said");
}

#[test]
fn what_is_new_is_heard_whatever_was_said_before() {
    let first =
        r#"{"error":"timed out","status":"pending","message":"nonce used","a":{"success":true}}"#;
    for second in [
        // The same words under another name, other words, and other truths.
        r#"{"details":"timed out"}"#,
        r#"{"error":"timed out again"}"#,
        r#"{"error":"timed out","message":"nonce used","b":"settled"}"#,
        r#"{"error":"timed out","success":true}"#,
        r#"{"state":"pending"}"#,
        "timed out",
    ] {
        assert!(after(first, second).leaves_open, "{second}");
    }
    // That it is under way, told as the error, is true again whenever it is said.
    let pending = r#"{"error":"settlement_pending"}"#;
    assert!(after(pending, pending).pending.is_some());
}

proptest! {
    /// What was said before takes doubt away and nothing else: it makes no certain refusal doubtful.
    #[test]
    fn what_was_before_adds_no_doubt(first in "[{<\"]?.{0,80}", second in "[{<\"]?.{0,80}") {
        let alone = refusal(None, &second).leaves_open;
        prop_assert!(alone || !after(&first, &second).leaves_open);
        // And of what stands nowhere in the first answer nothing is taken away.
        let new = format!(r#"{{"error":{},"why":"the nonce is used"}}"#, serde_json::json!(second));
        prop_assert!(after(&first, &new).leaves_open || first.contains("nonce"));
    }

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
