//! Tests of finding and reading challenges.

use ::http::HeaderValue;
use proptest::prelude::*;
use std::time::{Duration, Instant};

use super::*;
use crate::protocol::challenge::{MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_OFFERS};
use crate::protocol::json::JsonError;
use crate::protocol::terms::{Terms, TermsError};
use crate::protocol::{Amount, encoding, parse_address};

const OFFER: &str = r#"{"scheme":"exact","network":"eip155:84532","amount":"10000","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}"#;

fn v2(accepts: &str) -> String {
    format!(r#"{{"x402Version":2,"error":"Payment required","accepts":[{accepts}]}}"#)
}

fn read(headers: &[(&'static str, &str)], body: &str) -> Result<Challenge, Vec<Unread>> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    read_challenge(&map, body.as_bytes())
}

fn terms_of(accepts: &str) -> Result<Terms, TermsError> {
    read(&[], &v2(accepts)).ok().unwrap().offers.remove(0).terms
}

#[test]
fn looks_in_the_header_then_the_body_then_the_variants() {
    let header = encoding::encode(&v2(OFFER));
    for (headers, body, carrier) in [
        (vec![("payment-required", header.as_str())], "{}", Carrier::Header("payment-required")),
        (vec![], v2(OFFER).as_str(), Carrier::Body),
        (vec![("x-payment-required", &header)], "<html>", Carrier::Header("x-payment-required")),
        (
            vec![("x-payment-requirements", &v2(OFFER))],
            "",
            Carrier::Header("x-payment-requirements"),
        ),
    ] {
        let challenge = read(&headers, body).ok().unwrap();
        assert_eq!(challenge.carrier, carrier);
        assert_eq!(challenge.offers[0].raw.get(), OFFER);
        assert!(challenge.offers[0].terms.is_ok());
        assert!(!challenge.contradicted);
    }
}

#[test]
fn the_header_wins_and_a_contradiction_is_said() {
    let header = encoding::encode(&v2(OFFER));
    let body = v2(&OFFER.replace("10000", "99999"));
    let challenge = read(&[("payment-required", &header)], &body).ok().unwrap();
    assert!(challenge.contradicted);
    assert_eq!(challenge.offers[0].terms.as_ref().unwrap().amount.to_string(), "10000");
}

#[test]
fn a_damaged_header_is_reported_though_the_body_is_read() {
    let challenge = read(&[("payment-required", "%%%")], &v2(OFFER)).ok().unwrap();
    assert_eq!(challenge.unread.len(), 1);
    assert_eq!(challenge.unread[0].reason, ChallengeError::Encoding);
}

#[test]
fn two_headers_of_one_name_are_not_chosen_between() {
    let a = encoding::encode(&v2(OFFER));
    let b = encoding::encode(&v2(&OFFER.replace("10000", "10001")));
    let unread = read(&[("payment-required", &a), ("payment-required", &b)], "").err().unwrap();
    assert_eq!(unread[0].reason, ChallengeError::Repeated);
    // What is read elsewhere, before or after them, is contradicted by one of them at least.
    let third = v2(&OFFER.replace("10000", "10002"));
    let before = read(&[("payment-required", &a), ("payment-required", &b)], &third).ok().unwrap();
    let after = [("x-payment-required", a.as_str()), ("x-payment-required", b.as_str())];
    let after = read(&after, &third).ok().unwrap();
    for challenge in [before, after] {
        assert!(challenge.contradicted);
        assert_eq!(challenge.carrier, Carrier::Body);
        assert_eq!(challenge.unread[0].reason, ChallengeError::Repeated);
    }
    // The same twice is one.
    for headers in [
        vec![("payment-required", a.clone()), ("payment-required", a.clone())],
        vec![("payment-required", format!("{a}, {a}"))],
        vec![("payment-required", format!("{0},{0}", v2(OFFER)))],
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let challenge = read(&headers, "").ok().unwrap();
        assert!(challenge.unread.is_empty());
        assert_eq!(challenge.offers[0].raw.get(), OFFER);
    }
}

#[test]
fn one_bad_offer_does_not_spoil_the_others() {
    let bad = OFFER.replace("\"10000\"", "10000");
    let challenge = read(&[], &v2(&format!("{bad},7,{OFFER}"))).ok().unwrap();
    assert_eq!(challenge.offers[0].terms, Err(TermsError::NotText("amount")));
    assert_eq!(challenge.offers[1].terms, Err(TermsError::NotAnObject));
    assert!(challenge.offers[2].terms.is_ok());
}

#[test]
fn refuses_ambiguous_and_impossible_terms() {
    let twice = OFFER.replace(r#""amount":"10000""#, r#""amount":"1","amount":"999999""#);
    assert_eq!(terms_of(&twice), Err(TermsError::Json(JsonError::DuplicateKey)));
    let both = OFFER.replace(r#""amount":"10000""#, r#""amount":"1","maxAmountRequired":"2""#);
    assert_eq!(terms_of(&both), Err(TermsError::TwoAmounts));
    assert!(terms_of(&both.replace("\"2\"", "\"1\"")).is_ok(), "the same, said in both versions");
    for seconds in ["0", "-5", "1.5", "1e15", "99999999999999999999", "\"60\""] {
        let offer = OFFER.replace(":60", &format!(":{seconds}"));
        assert_eq!(
            terms_of(&offer),
            Err(TermsError::NotPositive("maxTimeoutSeconds")),
            "{seconds}"
        );
    }
    let price = terms_of(&OFFER.replace("10000", "7900.000000000001"));
    assert_eq!(price, Err(TermsError::Amount("amount", crate::protocol::AmountError::Grammar)));
}

#[test]
fn a_body_is_read_in_the_encodings_of_windows() {
    let wide = |text: &str, high_first: bool| -> Vec<u8> {
        let bytes = |unit: u16| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let (text, empty) = (v2(OFFER), HeaderMap::new());
    let marked = format!("\u{feff}\r\n{text}\r\n");
    for body in [
        marked.clone().into_bytes(),
        wide(&marked, true),
        wide(&marked, false),
        wide(&text, true),
        wide(&text, false),
    ] {
        let challenge = read_challenge(&empty, &body).ok().unwrap();
        assert_eq!(challenge.offers[0].raw.get(), OFFER);
    }
    for body in [&b"\xff\xfe{"[..], b"\xef\xbb\xbf{\xff", b"{\xff"] {
        assert_eq!(read_challenge(&empty, body).err().unwrap()[0].reason, ChallengeError::Encoding);
    }
}

#[test]
fn a_network_is_matched_byte_for_byte() {
    for network in ["eip155:08453", "EIP155:8453", "eip155:8453 ", "base", "eip155:*"] {
        let terms = terms_of(&OFFER.replace("eip155:84532", network)).unwrap();
        assert_eq!(terms.known_network, None, "{network:?}");
    }
}

#[test]
fn bounds_what_it_reads() {
    let many = vec![OFFER; MAX_OFFERS + 1].join(",");
    let unread = read(&[], &v2(&many)).err().unwrap();
    assert_eq!(unread[0].reason, ChallengeError::TooManyOffers);
    let long = format!("{{{}", " ".repeat(MAX_BODY_BYTES));
    assert_eq!(read(&[], &long).err().unwrap()[0].reason, ChallengeError::TooLong(MAX_BODY_BYTES));
    let deep = format!(r#"{{"x402Version":2,"x":{}1{}}}"#, "[".repeat(70), "]".repeat(70));
    assert_eq!(read(&[], &deep).err().unwrap()[0].reason, ChallengeError::Json(JsonError::TooDeep));
}

#[test]
fn a_page_and_a_body_that_was_kept_back_are_told() {
    let reasons = |length: &str, body: &str| {
        let headers = [("content-length", length)];
        let headers = if length.is_empty() { &headers[1..] } else { &headers[..] };
        let unread = read(headers, body).err().unwrap();
        unread.into_iter().map(|unread| unread.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons("", " <html>"), [ChallengeError::Page]);
    assert_eq!(reasons("6", "<html>"), [ChallengeError::Page]);
    assert_eq!(reasons("6", ""), [ChallengeError::HeadOnly]);
    for (length, body) in [("", ""), ("0", ""), ("", "plain"), ("5", "plain")] {
        assert_eq!(reasons(length, body), [], "{length} {body}");
    }
}

#[test]
fn who_may_sign_in_instead_is_told_by_an_extension() {
    let wants = |extensions: &str| {
        let document = v2(OFFER).replacen('{', &format!(r#"{{"extensions":{extensions},"#), 1);
        read(&[], &document).ok().unwrap().wants_sign_in()
    };
    assert!(wants(r#"{"sign-in-with-x":{"info":{}}}"#));
    for others in ["null", "{}", "[]", r#"{"bazaar":{"sign-in-with-x":1}}"#] {
        assert!(!wants(others), "{others}");
    }
}

#[test]
fn as_much_as_is_allowed_is_read() {
    let many = vec![OFFER; MAX_OFFERS].join(",");
    assert_eq!(read(&[], &v2(&many)).ok().unwrap().offers.len(), MAX_OFFERS);
    let padded = |length: usize| {
        let text = v2(OFFER);
        text.replacen('{', &format!("{{{}", " ".repeat(length - text.len())), 1)
    };
    assert!(read(&[], &padded(MAX_BODY_BYTES)).is_ok());
    let longest = padded(MAX_HEADER_BYTES);
    assert!(read(&[("payment-required", &longest)], "").is_ok());
    for more in [1, 2] {
        let unread = read(&[("payment-required", &padded(MAX_HEADER_BYTES + more))], "");
        assert_eq!(unread.err().unwrap()[0].reason, ChallengeError::TooLong(MAX_HEADER_BYTES));
    }
}

#[test]
fn a_header_that_is_no_x402_is_told_and_a_body_is_not() {
    let unread = read(&[("payment-required", r#"{"a":1}"#)], r#"{"a":1}"#).err().unwrap();
    let carrier = Carrier::Header("payment-required");
    assert_eq!(unread, [Unread { carrier, reason: ChallengeError::NotX402 }]);
    assert_eq!(carrier.to_string(), "PAYMENT-REQUIRED");
    assert_eq!(Carrier::Body.to_string(), "the body");
}

#[test]
fn names_a_version_it_does_not_speak() {
    let unread = read(&[], r#"{"x402Version":3,"accepts":[]}"#).err().unwrap();
    assert_eq!(unread[0].reason, ChallengeError::Version(3));
    assert!(read(&[], r#"{"x402Version":"2","accepts":[]}"#).is_ok());
    assert!(read(&[], r#"{"error":"no x402 here"}"#).err().unwrap().is_empty());
}

#[test]
fn a_member_of_the_document_said_twice_is_told() {
    for member in [r#""accepts":[],"#, r#""x402Version":1,"#, r#""error":"","#] {
        let twice = v2(OFFER).replacen('{', &format!("{{{member}"), 1);
        let unread = read(&[], &twice).err().unwrap();
        assert_eq!(unread[0].reason, ChallengeError::Json(JsonError::DuplicateKey), "{member}");
    }
}

#[test]
fn old_python_sends_extra_as_text() {
    let offer = OFFER
        .replace(r#"{"name":"USDC","version":"2"}"#, r#""{\"name\":\"USDC\",\"version\":\"2\"}""#);
    assert_eq!(terms_of(&offer).unwrap().extra.name.as_deref(), Some("USDC"));
}

proptest! {
    #[test]
    fn never_panics(header in "[ -~]{0,200}", body in ".{0,300}") {
        let _ = read(&[("payment-required", &header)], &body);
        let _ = read(&[], &format!("{{{body}"));
    }

    #[test]
    fn what_was_asked_is_what_is_read(
        row in 0..crate::protocol::ASSETS.len(),
        amount in any::<[u8; 32]>(),
        pay_to in any::<[u8; 20]>(),
        seconds in 1..=u64::MAX,
        by_header in any::<bool>(),
        version in 1_u64..=2,
    ) {
        let asset = &crate::protocol::ASSETS[row];
        let amount = Amount::new(alloy_primitives::U256::from_be_bytes(amount));
        let pay_to = alloy_primitives::Address::from(pay_to);
        let price = if version == 1 { "maxAmountRequired" } else { "amount" };
        let document = serde_json::json!({
            "x402Version": version,
            "accepts": [{
                "scheme": "exact", "network": asset.network.caip2, price: amount.to_string(),
                "asset": asset.address.to_checksum(None), "payTo": pay_to.to_checksum(None),
                "maxTimeoutSeconds": seconds, "extra": { "name": "x", "version": null },
            }],
        })
        .to_string();
        let header = encoding::encode(&document);
        let challenge = if by_header {
            read(&[("payment-required", &header)], "")
        } else {
            read(&[], &document)
        };
        let challenge = challenge.ok().unwrap();
        prop_assert_eq!(challenge.dialect.version(), version);
        let terms = challenge.offers[0].terms.as_ref().unwrap();
        prop_assert_eq!(terms.known_network, Some(asset.network));
        prop_assert_eq!(terms.amount, amount);
        prop_assert_eq!(parse_address(&terms.pay_to), Ok(pay_to));
        prop_assert_eq!(parse_address(&terms.asset), Ok(asset.address));
        prop_assert_eq!(terms.max_timeout_seconds, seconds);
        prop_assert_eq!(terms.extra.name.as_deref(), Some("x"));
    }

    #[test]
    fn every_entry_is_kept_byte_for_byte(fields in proptest::collection::btree_map("[a-z]{1,8}", "[0-9]{1,30}(\\.[0-9]{1,9})?", 0..6)) {
        let members: Vec<String> =
            fields.iter().map(|(k, v)| format!("\"{k}\":  1{v}")).collect();
        let entry = format!("{{{}}}", members.join(" ,"));
        let challenge = read(&[], &v2(&entry)).ok().unwrap();
        prop_assert_eq!(challenge.offers[0].raw.get(), entry);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// As much as is read, of the worst there is.
    #[test]
    fn a_mebibyte_of_anything_takes_no_time(
        start in prop_oneof![Just("{"), Just("{\"accepts\":["), Just("{\"accepts\":[{\"extra\":\"")],
        part in prop_oneof!["[ -~]{1,8}", Just("{\"a\":".into()), Just("\\\\u0061".into()), Just("[".into())],
    ) {
        let body = format!("{start}{}", part.repeat(MAX_BODY_BYTES / part.len()));
        let body = body.get(..MAX_BODY_BYTES).unwrap_or(&body);
        let begin = Instant::now();
        let _ = read(&[], body);
        prop_assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    }
}
