//! A 402 without terms that can be paid: what it is instead is told, and nothing is signed.

use crate::support::{Home, Paywall, Reply, Version};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The answer is told in these words, and nothing is signed.
#[track_caller]
fn is_told(reply: &Reply, words: &[&str]) {
    let paywall = Paywall::script([reply.clone()]);
    Home::new().pay(&[paywall.url("/")]).refuses(114).says(words);
    paywall.asked_but_not_paid();
}

fn bare(body: &str) -> Reply {
    Reply::new("402 Payment Required", body)
}

#[test]
fn another_protocol_is_named() {
    let asks = |value: &str| bare("{}").header("WWW-Authenticate", value);
    let token = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913";
    let request =
        format!(r#"{{"amount":"10000","currency":"{token}","methodDetails":{{"chainId":8453}}}}"#);
    let request = URL_SAFE_NO_PAD.encode(request);
    let evm =
        format!(r#"Payment id="a", realm="r", method="evm", intent="charge", request="{request}""#);
    is_told(&asks(&evm), &["MPP", "\"evm\"", "0.01 USDC on base", "not supported"]);
    let three =
        ["a", "b", "c"].map(|id| format!(r#"Payment id="{id}", method="solana", request="e30""#));
    is_told(&asks(&three.join(", ")), &["MPP", "\"solana\"", "the first of 3"]);
    is_told(&asks(r#"L402 macaroon="x", invoice="lnbc2500u1p""#), &["L402", "250000 satoshi"]);
    is_told(&asks(r#"LSAT macaroon="x", invoice="lnbc1p""#), &["LSAT", "Lightning"]);
    is_told(&bare("").header("crawler-price", "USD 0.05"), &["crawler-price: USD 0.05"]);
}

#[test]
fn a_bare_402_is_told_in_the_servers_own_sentence() {
    is_told(
        &bare(r#"{"error":{"message":"This needs more credits"}}"#),
        &["This needs more credits"],
    );
    is_told(&bare("Your quota is used up\n"), &["Your quota is used up"]);
    let nasty = bare("\u{1b}[31mred\u{202e}").header("Content-Type", "text/plain");
    is_told(&nasty, &["red"]);
    let run = Home::new().pay(&[Paywall::script([nasty]).url("/")]);
    run.never_says("\u{1b}").never_says("\u{202e}");
    let paywall = Paywall::script([bare(&"word ".repeat(100_000))]);
    let run = Home::new().pay(&[paywall.url("/")]);
    run.exits(114).assert(run.stderr.len() < 2_000, "a bounded sentence");
}

#[test]
fn terms_that_are_not_where_they_belong_are_told() {
    for version in [Version::V1, Version::V2] {
        let terms = crate::support::Seller::new(version).terms();
        let number = if version == Version::V1 { 1 } else { 2 };
        let unversioned = terms.replacen(&format!("\"x402Version\":{number},"), "", 1);
        is_told(&bare(&unversioned), &["no x402Version"]);
        is_told(
            &bare("{}").header("PAYMENT-REQUIRED", &STANDARD.encode(&unversioned)),
            &["x402Version"],
        );
        is_told(&bare(&format!(r#"{{"detail":{terms}}}"#)), &["\"detail\"", "inside"]);
        is_told(&bare(&format!(r#"{{"data":{{"payment":{terms}}}}}"#)), &["\"data.payment\""]);
        let text = serde_json::to_string(&terms).unwrap();
        is_told(&bare(&format!(r#"{{"message":{text}}}"#)), &["\"message.text\""]);
    }
}
