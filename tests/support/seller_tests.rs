//! The honest seller, tried with payments made by other people's clients: the golden vectors are
//! years out of date, so all that is left to find wrong with them must be the time.

use super::offer::Offer;
use super::paywall::Paywall;
use super::verifier::Version;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Write};
use std::net::TcpStream;

fn ask(paywall: &Paywall, headers: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", paywall.port())).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).unwrap() == 1 {
        answer.push(byte[0]);
        if answer.ends_with(b"{}") || answer.ends_with(b"]}") {
            break;
        }
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn asks_in_the_body_in_version_1_and_in_a_header_in_version_2() {
    let first = ask(&Paywall::v1().price("7").start(), "");
    assert!(first.starts_with("HTTP/1.1 402 "), "{first}");
    assert!(first.contains(r#""maxAmountRequired":"7""#), "{first}");
    let second = ask(&Paywall::v2().price("7").start(), "");
    let header = second.lines().find_map(|line| line.strip_prefix("PAYMENT-REQUIRED: ")).unwrap();
    let terms = String::from_utf8(STANDARD.decode(header).unwrap()).unwrap();
    assert!(terms.contains(r#""amount":"7""#), "{terms}");
    assert!(second.ends_with("\r\n\r\n{}"), "{second}");
}

#[test]
fn refuses_a_payment_and_says_why() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../vectors/x402-evm.json")).unwrap();
    let find = |id: &str| {
        let vectors = file["vectors"].as_array().unwrap();
        vectors.iter().find(|vector| vector["id"] == id).unwrap().clone()
    };
    let vector = find("v1-base-usdc");
    let payment = vector["headerValue"].as_str().unwrap();
    let paywall = Paywall::v1().price("10000").start();
    let late = ask(&paywall, &format!("X-PAYMENT: {payment}\r\n"));
    assert!(late.starts_with("HTTP/1.1 402 ") && late.contains("validBefore"), "{late}");
    let misplaced = ask(&paywall, &format!("PAYMENT-SIGNATURE: {payment}\r\n"));
    assert!(misplaced.contains("not in X-PAYMENT"), "{misplaced}");
    assert_eq!(paywall.payments()[0].0, "X-PAYMENT");
}

#[test]
fn an_offer_says_what_a_test_puts_in_it() {
    let offer = Offer::usdc("1").with("payTo", "5").without("extra").amount("1e3");
    let json = offer.json(Version::V2);
    assert!(json.contains(r#""payTo":5"#) && json.contains(r#""amount":1e3"#), "{json}");
    assert!(!json.contains("extra"), "{json}");
}
