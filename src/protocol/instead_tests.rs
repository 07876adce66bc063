//! Tests of telling what a 402 without terms is.

use ::http::HeaderValue;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn told(headers: &[(&'static str, &str)], body: &str) -> String {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    let found = read_instead(&map, body.as_bytes());
    found.as_ref().map(Instead::to_string).unwrap_or_default()
}

fn challenge(method: &str, request: &Value) -> String {
    let request = encoding::encode(&request.to_string()).replace('+', "-").replace('/', "_");
    let request = request.trim_end_matches('=');
    format!(
        r#"Payment id="a", realm="r, s", method="{method}", intent="charge", request="{request}""#
    )
}

#[test]
fn another_protocol_is_named_with_its_price() {
    let usdc = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913".to_lowercase();
    let evm = json!({ "amount": "10000", "currency": usdc, "methodDetails": { "chainId": 8453 } });
    let evm = challenge("evm", &evm);
    let stripe = challenge("stripe", &json!({ "amount": 500, "currency": "usd" }));
    for (headers, parts) in [
        (vec![("www-authenticate", evm.as_str())], vec!["MPP", "\"evm\"", "0.01 USDC on base"]),
        (vec![("www-authenticate", &stripe)], vec!["MPP", "\"stripe\"", "amount 500 usd"]),
        (
            vec![("www-authenticate", &stripe), ("www-authenticate", &evm)],
            vec!["MPP", "\"stripe\"", "the first of 2"],
        ),
        (vec![("www-authenticate", "Payment id=\"a\"")], vec!["MPP", "Payment"]),
        (
            vec![("www-authenticate", r#"LSAT macaroon="AGI=", invoice="lnbc2500u1pvjluez""#)],
            vec!["LSAT", "Lightning", "250000 satoshi"],
        ),
        (
            vec![(
                "www-authenticate",
                r#"L402 token="x", invoice="lnbc15n1pv", L402 macaroon="y""#,
            )],
            vec!["L402", "1.500 satoshi"],
        ),
        (vec![("www-authenticate", "L402")], vec!["L402"]),
        (vec![("crawler-price", "USD 0.05")], vec!["crawler-price: USD 0.05"]),
        (vec![("www-authenticate", "X402 realm=\"x\"")], vec!["WWW-Authenticate: X402"]),
    ] {
        let told = told(&headers, r#"{"error":"pay"}"#);
        for part in parts {
            assert!(told.contains(part), "{told}");
        }
    }
    let words = told(&[("www-authenticate", "Bearer realm=x")], r#"{"error":"pay"}"#);
    assert!(words.contains("says \"pay\""), "{words}");
}

#[test]
fn an_invoice_says_its_price_or_none() {
    for (invoice, price) in [
        ("lnbc1m1p", Some("100000 satoshi")),
        ("LNBC20M1P", Some("2000000 satoshi")),
        ("lntb1u1p", Some("100 satoshi")),
        ("lnbcrt10n1p", Some("1 satoshi")),
        ("lnbc10p1p", Some("0.001 satoshi")),
        ("lnbc11p", Some("100000000 satoshi")),
        ("lnbc1p", None),
        ("lnbcp", None),
        ("lnbc99999999999999999999m1", None),
        ("btc1m", None),
        ("", None),
    ] {
        assert_eq!(invoice_price(invoice).as_deref(), price, "{invoice}");
    }
}

#[test]
fn terms_that_are_not_where_they_belong_are_told() {
    let offer = json!({ "scheme": "exact", "network": "base", "payTo": "0x1" });
    let terms = json!({ "x402Version": 1, "accepts": [offer] });
    for (body, parts) in [
        (json!({ "error": "pay", "accepts": [offer] }), vec!["no x402Version"]),
        (json!([offer]), vec!["no x402Version"]),
        (json!({ "detail": terms }), vec!["\"detail\"", "not at the top"]),
        (json!({ "data": { "payment": terms } }), vec!["\"data.payment\""]),
        (json!([{ "body": terms }]), vec!["\"0.body\""]),
        (json!({ "detail": terms.to_string() }), vec!["\"detail.text\""]),
        (json!({ "detail": { "accepts": [offer] } }), vec!["\"detail\"", "without an x402Version"]),
        (json!(terms.to_string()), vec!["\"text\""]),
    ] {
        let told = told(&[], &body.to_string());
        for part in parts {
            assert!(told.contains(part), "{body}: {told}");
        }
    }
    let coded = encoding::encode(&json!({ "accepts": [offer] }).to_string());
    assert!(told(&[("payment-required", &coded)], "{}").contains("no x402Version"));
    let deep = json!({ "a": { "b": { "c": { "d": { "e": terms } } } } });
    assert_eq!(told(&[], &deep.to_string()), "");
}

#[test]
fn a_bare_402_is_told_in_its_own_sentence() {
    for (body, said) in [
        (
            r#"{"error":{"message":"This request requires more credits","code":402}}"#,
            "requires more credits",
        ),
        (
            r#"{"type":"https://paymentauth.org/problems/x","title":"Pay","detail":"by card"}"#,
            "Pay: by card",
        ),
        ("Your free quota is used up\n", "quota is used up"),
        ("\u{feff}no credit", "says \"no credit\""),
    ] {
        assert!(told(&[], body).contains(said), "{body}: {}", told(&[], body));
    }
    for nothing in
        ["", "{}", "null", "<html>pay</html>", "{\"accepts\":", r#"{"x402Version":3,"accepts":[]}"#]
    {
        assert_eq!(told(&[], nothing), "", "{nothing}");
    }
    assert!(told(&[], &"long ".repeat(1_000)).len() < 500);
}

proptest! {
    #[test]
    fn never_panics(line in "[ -~]{0,80}", invoice in "ln[ -~]{0,20}", body in "[{\\[\"]?.{0,80}") {
        let _ = told(&[("www-authenticate", &line)], &body);
        let _ = invoice_price(&invoice);
    }
}
