//! Documents within documents, and documents beside documents: what is checked is what is read.

use crate::outcome::ends;
use crate::support::offer::OTHER_PAYEE;
use crate::support::seller::demand;
use crate::support::{Home, Offer, Paywall, Reply, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The key under which a JSON library keeps text that it is going to read as JSON again.
const RAW: &str = "$serde_json::private::RawValue";

/// `text` as a JSON string in which every escape is one that needs no further escape within another.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\u005c").replace('"', "\\u0022"))
}

/// A value that holds a document in a string.
fn hidden(text: &str) -> String {
    format!("{{{}:{}}}", quoted(RAW), quoted(text))
}

/// Strings in strings, each hundreds of brackets deeper than the last, up to `limit` bytes.
fn bomb(limit: usize) -> String {
    let deep = |value: &str| format!("{}{value}{}", "[".repeat(110), "]".repeat(110));
    let mut inner = deep("0");
    loop {
        let next = deep(&hidden(&inner));
        if next.len() > limit {
            return hidden(&inner);
        }
        inner = next;
    }
}

#[track_caller]
fn is_not_read(reply: Reply) {
    let paywall = Paywall::script([reply]);
    Home::new().pay(&[paywall.url("/")]).refuses(114).never_says("overflow");
}

#[test]
fn terms_that_hide_in_a_string_are_not_read() {
    for version in [Version::V1, Version::V2] {
        let offer = hidden(&Offer::usdc("10000").json(version));
        let terms = Paywall::v2().raw_offers(&[&offer]).terms();
        let number = if version == Version::V1 { ":1," } else { ":2," };
        is_not_read(demand(version, &terms.replacen(":2,", number, 1)));
    }
    let twice = Offer::usdc("1").json(Version::V2).replacen('{', "{\"amount\":\"10000\",", 1);
    for offer in [hidden(&twice), Offer::usdc("1").with("extra", &hidden("{}")).json(Version::V2)] {
        is_not_read(demand(Version::V2, &Paywall::v2().raw_offers(&[&offer]).terms()));
    }
    let text = serde_json::Value::from(hidden("{}")).to_string();
    let offer = Offer::usdc("1").with("extra", &text).json(Version::V2);
    is_not_read(demand(Version::V2, &Paywall::v2().raw_offers(&[&offer]).terms()));
    let number = Offer::usdc("1").amount("{\"$serde_json::private::Number\":\"10000\"}");
    is_not_read(demand(Version::V2, &Paywall::v2().offer(number).terms()));
}

#[test]
fn strings_in_strings_do_not_reach_the_end_of_the_stack() {
    let large = bomb(900_000);
    assert!(large.len() > 400_000, "{}", large.len());
    let body = |json: &str| Reply::new("402 Payment Required", json);
    is_not_read(body(&Paywall::v2().raw_offers(&[&large]).terms()));
    for member in ["resource", "extensions", "error", "note"] {
        is_not_read(body(&Paywall::v2().member(member, &large).terms()));
    }
    let small = bomb(40_000);
    is_not_read(demand(Version::V2, &Paywall::v2().raw_offers(&[&small]).terms()));
    is_not_read(demand(Version::V2, &Paywall::v2().member("resource", &small).terms()));
}

#[test]
fn nor_do_those_in_answer_to_a_payment() {
    let large = bomb(900_000);
    let documents = [
        format!("{{\"x402Version\":2,\"error\":{large}}}"),
        format!("{{\"x402Version\":1,\"accepts\":[{large}]}}"),
        format!("{{\"q\":{large}}}"),
        large,
    ];
    for document in documents {
        let refuse = move |_: &_| Reply::new("402 Payment Required", &document);
        // It may have said anything.
        ends(refuse, 118, "", |run| {
            run.never_says("overflow");
        });
    }
}

#[test]
fn nor_does_a_receipt() {
    let small = bomb(40_000);
    for json in [format!("{{\"success\":true,\"q\":{small}}}"), small] {
        let value = STANDARD.encode(json);
        let deliver = move |receipt: &crate::support::seller::Receipt| {
            Reply::ok(&receipt.body).header(receipt.header(), &value)
        };
        ends(deliver, 0, "the paid resource\n", |run| {
            run.says(&["is not proven"]);
        });
    }
}

#[test]
fn other_terms_elsewhere_are_told_while_paying() {
    let other = Paywall::v2().offer(Offer::usdc("10000").pay_to(OTHER_PAYEE)).terms();
    let contradiction = move |_: &_, terms: &str| {
        Reply::new("402 Payment Required", &other)
            .header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
    };
    let paywall = Paywall::v2().demand(contradiction).start();
    let run = Home::new().pay(&[paywall.url("/")]);
    run.exits(0).prints("the paid resource\n").says(&[
        "warning",
        "other terms",
        "PAYMENT-REQUIRED",
    ]);
    Home::new().pay(&["-s", &paywall.url("/")]).exits(0).says_nothing();

    let same = |_: &_, terms: &str| {
        Reply::new("402 Payment Required", terms)
            .header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
    };
    let honest = Paywall::v2().demand(same).start();
    Home::new().pay(&[honest.url("/")]).exits(0).says_one_line();
}
