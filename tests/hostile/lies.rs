//! Attacks 33 to 37: lies about the outcome.

use super::case::{BODY, Case};
use crate::support::offer::OTHER_PAYEE;
use crate::support::seller::{Receipt, TRANSACTION, demand};
use crate::support::{BOTH, Offer, Paywall, Reply, Seller, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The resource, with this in the receipt's header.
fn with(receipt: &Receipt, value: &str) -> Reply {
    Reply::ok(&receipt.body).header(receipt.header(), value)
}

pub(super) fn n33_outcomes() {
    for version in BOTH {
        let deliver =
            |deliver: fn(&Receipt) -> Reply| Seller::new(version).deliver(deliver).start();
        let denied = deliver(|receipt| with(receipt, &STANDARD.encode(receipt.failure("no", ""))));
        Case::of("denied", denied).says(&["its outcome is unknown"]).paid_but(118, BODY);
        let absent = deliver(|receipt| Reply::ok(&receipt.body));
        Case::of("absent", absent).says(&["receipt"]).paid();
        for value in
            ["%%%", "e30=", "bnVsbA==", "W10=", "eyJzdWNjZXNzIjoidHJ1ZSJ9", "/////w==", "x"]
        {
            let damaged = Seller::new(version).deliver(move |receipt| with(receipt, value)).start();
            Case::of(value, damaged).says(&["settlement is not proven"]).paid();
        }
        let twice = deliver(|receipt| receipt.settled(receipt.deliver()));
        Case::of("twice", twice).says(&[TRANSACTION]).paid();
        let two = deliver(|receipt| {
            let denied = STANDARD.encode(receipt.failure("no", ""));
            let reply = Reply::ok(&receipt.body).header("X-PAYMENT-RESPONSE", &denied);
            reply.header("PAYMENT-RESPONSE", &STANDARD.encode(receipt.settlement()))
        });
        Case::of("two names, two stories", two).paid_but(118, BODY);
        let same = deliver(|receipt| {
            let said = STANDARD.encode(receipt.settlement());
            let reply = Reply::ok(&receipt.body).header("X-PAYMENT-RESPONSE", &said);
            reply.header("PAYMENT-RESPONSE", &said)
        });
        Case::of("two names, one story", same).says(&[TRANSACTION]).paid();
        let pending = deliver(|receipt| {
            let said = receipt.failure("settlement_pending", TRANSACTION);
            demand(receipt.version, "{}").header(receipt.header(), &STANDARD.encode(said))
        });
        Case::of("pending", pending).says(&[TRANSACTION, "do not pay again"]).paid_but(118, "");
        for status in ["400 x", "404 x", "500 x", "503 x"] {
            let taken = move |receipt: &Receipt| receipt.settled(Reply::new(status, b"oops\n"));
            let taken = Seller::new(version).deliver(taken).start();
            Case::of(status, taken).says(&["0.01 USDC was paid"]).paid_but(119, "oops\n");
            let unsaid =
                Seller::new(version).deliver(move |_| Reply::new(status, b"oops\n")).start();
            Case::of(status, unsaid).says(&["its outcome is unknown"]).paid_but(118, "oops\n");
        }
        let allowance = deliver(|_| Reply::new("412 Precondition Failed", b"{}"));
        Case::of("412", allowance).paid_but(118, "{}");
    }
}

pub(super) fn n34_tampered() {
    for version in BOTH {
        let zeros = format!("0x{}", "0".repeat(64));
        let own = if version == Version::V1 { "\"base\"" } else { "\"eip155:8453\"" };
        // What contradicts what was signed is doubted; what says nothing that can be compared proves
        // nothing, and the body is whole all the same.
        let lies: Vec<(String, String, i32)> = [
            (own, "\"polygon\"", 118),
            (own, "\"eip155:1\"", 118),
            (own, "\"nowhere\"", 0),
            ("\"payer\":\"0x7099", "\"payer\":\"0x8099", 118),
            (TRANSACTION, "0x12", 0),
            (TRANSACTION, zeros.as_str(), 0),
            (TRANSACTION, "pending", 0),
            ("{", "{\"amount\":\"10001\",", 118),
            ("{", "{\"amount\":\"9999\",", 118),
            ("{", "{\"amount\":\"1e4\",", 0),
            ("{", "{\"amount\":\"-1\",", 0),
        ]
        .map(|(from, to, code)| (from.to_owned(), to.to_owned(), code))
        .to_vec();
        for (from, to, code) in lies {
            let what = to.clone();
            let lying = Seller::new(version).deliver(move |receipt| {
                let truth = receipt.settlement();
                assert!(truth.contains(&from), "{truth}");
                with(receipt, &STANDARD.encode(truth.replacen(&from, &to, 1)))
            });
            let words = if code == 118 { "its outcome is unknown" } else { "is not proven" };
            Case::of(what, lying.start()).says(&[words]).paid_but(code, BODY);
        }
        let left_out = Seller::new(version).deliver(|receipt| {
            with(receipt, &STANDARD.encode(r#"{"success":true,"transaction":"","network":""}"#))
        });
        Case::of("left out", left_out.start()).paid();
    }
}

pub(super) fn n35_resource_url() {
    let trap = Paywall::script([]).may_be_unused();
    let elsewhere = trap.url("/trap");
    for version in BOTH {
        let offer = Offer::usdc("10000").with("resource", &format!("\"{elsewhere}\""));
        let resource = format!(r#"{{"url":"{elsewhere}","iconUrl":"{elsewhere}"}}"#);
        let seller = Seller::new(version).offer(offer);
        let seller =
            if version == Version::V2 { seller.member("resource", &resource) } else { seller };
        let after = Case::of("elsewhere", seller.start()).args(&["-L"]).paid();
        assert!(after.paywall.requests().iter().all(|request| request.target == "/thing"));
        after.run.never_says(&elsewhere);
        after.run.never_says("warning");
        // Another host is worth a word.
        let offer =
            Offer::usdc("10000").with("resource", r#""https://e\u001b.elsewhere.example/""#);
        let resource = r#"{"url":"https://elsewhere.example/thing"}"#;
        let seller = Seller::new(version).offer(match version {
            Version::V1 => offer.with("resource", r#""https://elsewhere.example/thing""#),
            Version::V2 => offer,
        });
        let seller =
            if version == Version::V2 { seller.member("resource", resource) } else { seller };
        let case = Case::of("another host's", seller.start());
        case.says(&["warning: 127.0.0.1 says", "at elsewhere.example; whatever"]).paid();
    }
    assert_eq!(trap.connections(), 0);
}

pub(super) fn n36_disagreement() {
    let header = Paywall::v2().price("20000").terms();
    let cases = [
        (Version::V1, Offer::usdc("1")),
        (Version::V2, Offer::usdc("1")),
        (Version::V1, Offer::usdc("20000").pay_to(OTHER_PAYEE)),
        (Version::V2, Offer::usdc("20000").pay_to(OTHER_PAYEE)),
        (Version::V2, Offer::polygon_usdc("20000")),
    ];
    for (version, other) in cases {
        let body = Seller::new(version).offer(other).terms();
        let header = STANDARD.encode(&header);
        let paywall = Paywall::v2()
            .price("20000")
            .demand(move |_, _| {
                Reply::new("402 Payment Required", &body).header("PAYMENT-REQUIRED", &header)
            })
            .start();
        let case = Case::of(format!("{version:?}"), paywall);
        let after = case.says(&["warning", "other terms", "PAYMENT-REQUIRED count"]).paid();
        assert!(after.paywall.payments()[0].1.contains("\"20000\""));
    }
    // The dearer one is over the cap, whatever the other says.
    let body = Paywall::v1().price("1").terms();
    let dear = STANDARD.encode(Paywall::v2().price("50001").terms());
    let paywall = Paywall::serve(move |_| {
        Reply::new("402 Payment Required", &body).header("PAYMENT-REQUIRED", &dear)
    });
    Case::of("a cheap body", paywall).refused(110);
}
