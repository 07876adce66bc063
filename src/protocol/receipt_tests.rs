//! Tests of reading receipts.

use ::http::HeaderValue;
use proptest::prelude::*;

use super::*;

const SMALL: &str = "0xabababababababababababababababababababababababababababababababab";

fn of(headers: &[(&'static str, &str)]) -> Receipt {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    read_settlement(&map, &Before::default())
}

fn read(value: &str) -> Receipt {
    let coded = of(&[("payment-response", &encoding::encode(value))]);
    assert_eq!(of(&[("payment-response", value)]), coded, "{value}: raw and coded");
    coded
}

#[track_caller]
fn said(value: &str) -> Settlement {
    let Receipt::Read(said) = read(value) else { panic!("{value} was not read") };
    said
}

fn odd(transaction: Option<&str>) -> Receipt {
    Receipt::Odd { transaction: transaction.map(str::to_owned) }
}

#[test]
fn reads_every_name_and_every_null() {
    let text = r#"{"success":true,"transaction":"0xab","network":"base","payer":"0x1","errorReason":null}"#;
    for (_, name) in settlement_headers() {
        let Receipt::Read(read) = of(&[(name, &encoding::encode(text))]) else {
            panic!("{name} was not read")
        };
        assert!(read.success);
        assert_eq!(read.transaction_hash(), None);
    }
    assert_eq!(of(&[]), Receipt::Absent { transaction: None });
    assert_eq!(of(&[("payment-response", "")]), Receipt::Absent { transaction: None });
}

#[test]
fn what_says_nothing_of_the_money_is_odd_and_its_hash_is_kept() {
    let digits = SMALL.strip_prefix("0x").unwrap();
    for value in ["%%%", "e30=", "bm90IGpzb24=", "W10=", "/////w==", "{\"success\":1}", "OK", "12"]
    {
        assert_eq!(of(&[("payment-response", value)]), odd(None), "{value}");
    }
    for value in [
        SMALL.to_owned(),
        digits.to_owned(),
        digits.to_uppercase(),
        format!("0X{}", digits.to_uppercase()),
        format!("\"{SMALL}\""),
        format!("tx={SMALL}"),
        format!("https://basescan.org/tx/{SMALL}"),
        format!(r#"{{"receiptId":"r-1","txHash":"{digits}"}}"#),
        format!(r#"{{"order":{{"tx_hash":"{SMALL}"}}}}"#),
        format!(r#"[1,{{"transaction":"{SMALL}"}}]"#),
        format!(r#"{{"success":"true","transaction":"{SMALL}"}}"#),
        format!(r#"{{"status":"success","method":"evm","reference":"{SMALL}"}}"#),
    ] {
        assert_eq!(of(&[("payment-response", &value)]), odd(Some(SMALL)), "{value}");
        let coded = encoding::encode(&value);
        assert_eq!(of(&[("x-payment-response", &coded)]), odd(Some(SMALL)), "{value}, coded");
    }
    for value in [
        format!(r#"{{"receiptId":"r-1","nonce":"{SMALL}"}}"#),
        format!(r#"{{"fee_tx_hash":"{SMALL}"}}"#),
        format!("0x{}", "0".repeat(64)),
        format!("{SMALL}00"),
    ] {
        assert_eq!(of(&[("payment-response", &value)]), odd(None), "{value}");
    }
}

#[test]
fn another_spelling_says_the_same() {
    let one = said(&format!(r#"{{"success":true,"transaction":"{SMALL}","network":"base"}}"#));
    assert_eq!(one.transaction_hash().as_deref(), Some(SMALL));
    for value in [
        format!(r#"{{"success":true,"txHash":"{SMALL}","networkId":"base","error":null}}"#),
        format!(r#"{{"success":true,"transactionHash":"{SMALL}","chain":"base"}}"#),
        format!(r#"{{"success":true,"tx":{{"hash":"{SMALL}"}},"network":{{"name":"base"}}}}"#),
        format!(r#"[{{"success":true,"transaction":"{SMALL}","network":"base"}}]"#),
        format!(r#"{{"settlement":{{"success":true,"transaction":"{SMALL}","network":"base"}}}}"#),
        format!(r#"{{"data":[{{"success":true,"transaction":"{SMALL}","network":"base"}}]}}"#),
    ] {
        assert_eq!(said(&value), one, "{value}");
    }
    let numbers = said(r#"{"success":true,"network":8453,"amount":10000,"payer":7}"#);
    assert_eq!(
        (numbers.network.as_deref(), numbers.amount.as_deref(), numbers.payer.as_deref()),
        (Some("8453"), Some("10000"), Some("7"))
    );
}

#[test]
fn under_way_and_failed_are_said_in_many_words() {
    for value in [
        r#"{"success":false,"errorReason":"settlement_pending"}"#,
        r#"{"success":false,"error":"pending"}"#,
        r#"{"success":true,"status":"pending"}"#,
        r#"{"status":"PROCESSING"}"#,
        r#"{"success":true,"pending":true}"#,
        r#"{"settlement":{"status":"submitted"}}"#,
    ] {
        let said = said(value);
        assert!(said.is_pending() && !said.success && said.leaves_open(), "{value}");
    }
    for value in [
        r#"{"success":false}"#,
        r#"{"success":"false"}"#,
        r#"{"success":0}"#,
        r#"{"status":"failed"}"#,
        r#"{"success":true,"status":"reverted"}"#,
    ] {
        let said = said(value);
        assert!(!said.is_pending() && !said.success, "{value}");
    }
    assert_eq!(said(r#"{"status":"pending","retryAfter":"7"}"#).retry_after, Some(7));
}

#[test]
fn the_names_in_a_failures_words_are_no_words() {
    let failed = |message: &str| {
        let json =
            serde_json::json!({ "success": false, "errorReason": "no", "errorMessage": message });
        said(&json.to_string()).leaves_open()
    };
    assert!(!failed(r#"refused {"payTo":"0x1","maxTimeoutSeconds":60,"timeout":3}"#));
    assert!(failed(r#"refused {"why":"timeout"}"#));
}

#[test]
fn knows_a_hash_from_a_claim() {
    let with = |transaction: &str| {
        said(&format!(r#"{{"success":true,"transaction":"{transaction}"}}"#)).transaction_hash()
    };
    assert!(with(&format!("0x{}1", "0".repeat(63))).is_some());
    assert!(with(&"1".repeat(64)).is_some_and(|hash| hash.len() == 66));
    assert_eq!(with(&format!("0x{}", "0".repeat(64))), None);
    assert_eq!(with("0x12"), None);
    assert_eq!(with(&"1".repeat(66)), None);
}

fn both(a: &str, b: &str) -> Receipt {
    of(&[("payment-response", &encoding::encode(a)), ("x-payment-response", &encoding::encode(b))])
}

fn settled(success: bool, hash: &str, network: &str) -> String {
    format!(r#"{{"success":{success},"transaction":"{hash}","network":"{network}"}}"#)
}

#[test]
fn two_accounts_that_say_the_same_are_one() {
    let one = settled(true, SMALL, "eip155:8453");
    for same in [
        one.clone(),
        settled(true, SMALL, "base"),
        settled(true, &SMALL.replace("ab", "AB").replace("0x", ""), "8453"),
        r#"{"success":true}"#.to_owned(),
        one.replace('}', r#","amount":"1"}"#),
        one.replace('}', r#","payer":"0x1"}"#),
        "{}".to_owned(),
        SMALL.to_owned(),
        String::new(),
    ] {
        for receipt in [both(&one, &same), both(&same, &one)] {
            let Receipt::Read(read) = receipt else { panic!("{same}: {receipt:?}") };
            assert_eq!(read.transaction_hash().as_deref(), Some(SMALL), "{same}");
        }
    }
    let Receipt::Read(together) =
        both(&one, r#"{"success":true,"payer":"0x1","amount":"1","retryAfter":3}"#)
    else {
        panic!("they agree")
    };
    assert_eq!((together.payer.as_deref(), together.amount.as_deref()), (Some("0x1"), Some("1")));
}

#[test]
fn two_accounts_that_differ_in_the_money_contradict_each_other() {
    let one = settled(true, SMALL, "eip155:8453").replace('}', r#","amount":"1","payer":"0x1"}"#);
    for lie in [
        settled(false, SMALL, "base"),
        settled(true, SMALL, "polygon"),
        one.replace(r#""1""#, r#""2""#),
        one.replace("0x1", "0x2"),
        r#"{"status":"pending"}"#.to_owned(),
    ] {
        assert_eq!(both(&one, &lie), Receipt::Contradictory, "{lie}");
        assert_eq!(both(&lie, &one), Receipt::Contradictory, "{lie}");
    }
    // Of two transactions neither is known to be the one.
    let other = SMALL.replace("ab", "cd");
    assert_eq!(both(&one, &settled(true, &other, "base")), odd(None));
    assert!(matches!(both(&one, &other), Receipt::Odd { .. }));
}

#[test]
fn a_transaction_of_another_header_is_shown() {
    let absent = |transaction: &str| Receipt::Absent { transaction: Some(transaction.to_owned()) };
    for name in ["x-payment-tx-hash", "x-payment-transaction", "x-transaction-hash", "x-tx"] {
        assert_eq!(of(&[(name, SMALL)]), absent(SMALL), "{name}");
    }
    assert_eq!(of(&[("x-request-hash", SMALL)]), Receipt::Absent { transaction: None });
    assert_eq!(of(&[("payment-response", "e30="), ("x-payment-tx", SMALL)]), odd(Some(SMALL)));
}

#[test]
fn what_stood_there_before_the_payment_is_none() {
    let mut headers = HeaderMap::new();
    headers.insert("payment-response", HeaderValue::from_static("required"));
    headers.insert("x-payment-tx", HeaderValue::from_str(SMALL).unwrap());
    let before = Before::of(&headers, b"");
    assert_eq!(read_settlement(&headers, &before), Receipt::Absent { transaction: None });
    let said = settled(true, SMALL, "base");
    headers.insert("payment-response", HeaderValue::from_str(&said).unwrap());
    assert!(matches!(read_settlement(&headers, &before), Receipt::Read(_)));
    // That it is under way is true again whenever it is said.
    let pending = HeaderValue::from_static(r#"{"status":"pending"}"#);
    headers.insert("payment-response", pending);
    let before = Before::of(&headers, b"");
    assert!(matches!(read_settlement(&headers, &before), Receipt::Read(said) if said.is_pending()));
}

proptest! {
    #[test]
    fn round_trips(
        success in any::<bool>(),
        words in proptest::array::uniform6(proptest::option::of("\\PC{1,40}")),
        encoded in any::<bool>(),
    ) {
        let [error_reason, error_message, payer, transaction, network, amount] = words;
        let pending = !success
            && error_reason.as_deref().is_some_and(super::super::wording::is_pending);
        let said = Settlement {
            success, pending, error_reason, error_message, payer, transaction, network, amount,
            retry_after: None,
        };
        let text = serde_json::json!({
            "success": said.success, "errorReason": said.error_reason,
            "errorMessage": said.error_message, "payer": said.payer,
            "transaction": said.transaction, "network": said.network, "amount": said.amount,
        })
        .to_string();
        let value = if encoded { encoding::encode(&text) } else { text };
        let mut headers = HeaderMap::new();
        headers.insert("payment-response", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        prop_assert_eq!(read_settlement(&headers, &Before::default()), Receipt::Read(said));
    }

    #[test]
    fn never_panics(first in "[ -~]{0,200}", second in "[ -~]{0,60}") {
        let _ = of(&[("payment-response", &first), ("x-payment-response", &second)]);
    }

    /// A second account never makes a failure into a success.
    #[test]
    fn a_failure_stays(second in "\\{?[ -~]{0,80}") {
        let failed = r#"{"success":false,"errorReason":"no"}"#;
        let receipt = of(&[("payment-response", failed), ("x-payment-response", &second)]);
        prop_assert!(!matches!(receipt, Receipt::Read(said) if said.success));
    }
}
