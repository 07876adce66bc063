//! Attacks 22 to 26: being kept waiting, filled up, or made to send something else.

use super::case::{BODY, Case};
use crate::support::seller::{Receipt, demand, now};
use crate::support::{BOTH, Offer, Paywall, Reply, Seller};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

pub(super) fn n22_times() {
    for version in BOTH {
        for seconds in [
            "0",
            "-1",
            "-60",
            "1.5",
            "60.0",
            "1e15",
            "1e400",
            "99999999999999999999",
            "\"60\"",
            "true",
            "[]",
            "18446744073709551616",
        ] {
            let offer = Offer::usdc("1").with("maxTimeoutSeconds", seconds);
            Case::of(seconds, Seller::new(version).offer(offer).start()).refused(114);
        }
        for seconds in
            ["31536000", "1000000000000000", "9223372036854775808", "18446744073709551615"]
        {
            let offer = Offer::usdc("1").with("maxTimeoutSeconds", seconds);
            let deliver = |receipt: &Receipt| {
                let life = receipt.payment.valid_before - now();
                assert!(life <= 600, "valid for {life} seconds");
                receipt.deliver()
            };
            let paywall = Seller::new(version).offer(offer).deliver(deliver).start();
            Case::of(seconds, paywall).paid();
        }
    }
}

/// So many spaces after one brace, in gzip: a fixed code for a run of 258 takes thirteen bits.
fn bomb(spaces: usize) -> Vec<u8> {
    let (mut bytes, mut held, mut count) = (b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), 0_u32, 0);
    let mut bits = |code: u32, length: u32, reversed: bool| {
        for bit in 0..length {
            let at = if reversed { length - 1 - bit } else { bit };
            held |= (code >> at & 1) << count;
            count += 1;
            if count == 8 {
                bytes.push(u8::try_from(held).unwrap());
                (held, count) = (0, 0);
            }
        }
    };
    bits(0b011, 3, false);
    bits(0x30 + u32::from(b'{'), 8, true);
    bits(0x30 + u32::from(b' '), 8, true);
    for _ in 0..spaces / 258 {
        bits(0xc5, 8, true);
        bits(0, 5, true);
    }
    bits(0, 16, true);
    bytes
}

pub(super) fn n23_bombs() {
    let answer = |reply: Reply| Paywall::serve(move |_| reply.clone());
    let asks = |body: &[u8]| Reply::new("402 Payment Required", body);
    let terms = Paywall::v1().terms();
    let inside = |text: &str| terms.replacen('{', &format!("{{\"x\":{text},"), 1);
    let bodies = [
        ("long", format!("{terms}{}", " ".repeat(4 << 20))),
        ("a long text", inside(&format!("\"{}\"", "x".repeat(2 << 20)))),
        ("deep lists", inside(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)))),
        ("deep objects", inside(&format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65)))),
        ("open lists", format!("{{\"accepts\":{}", "[".repeat(1 << 19))),
        (
            "offers",
            terms.replace("\"accepts\":[", &format!("\"accepts\":[{}", "{},".repeat(100_000))),
        ),
        (
            "65 offers",
            terms.replace("\"accepts\":[", &format!("\"accepts\":[{}", "{},".repeat(64))),
        ),
        ("keys", inside(&format!("{{{}\"a\":1}}", "\"a\":1,".repeat(1 << 18)))),
        ("a number", inside(&"9".repeat(1 << 21))),
    ];
    for (what, body) in bodies {
        Case::of(what, answer(asks(body.as_bytes()))).within(10).refused(114);
    }
    let huge = STANDARD.encode(format!("{}{}", Paywall::v2().terms(), " ".repeat(60_000)));
    let header = asks(b"{}").header("PAYMENT-REQUIRED", &huge);
    Case::of("a header", answer(header)).refused(114);
    let flood = asks(b"{}").header("X-Flood", &"x".repeat(10 << 20));
    Case::of("a flood of header", answer(flood)).within(10).ends(0, 0, 56, "");
    let bomb = bomb(200 << 20);
    assert!(bomb.len() < 2 << 20);
    let squeezed = asks(&bomb).header("Content-Encoding", "gzip");
    Case::of("a bomb", answer(squeezed.clone())).args(&["--compressed"]).within(10).refused(114);
    // With the terms in the header it is no more than a bad page.
    let paywall = Paywall::v2()
        .demand(move |_, terms| {
            squeezed.clone().header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
        })
        .start();
    Case::of("a bomb beside", paywall).args(&["--compressed"]).within(10).paid();
    // In an answer to a payment, too: what cannot be read to its end refuses nothing.
    let paywall =
        Paywall::v2().deliver(|_| Reply::new("402 Payment Required", "{".repeat(5 << 20))).start();
    Case::of("after the payment", paywall).within(10).paid_but(118, "");
}

pub(super) fn n24_slowness() {
    let slow = |reply: Reply| reply.trickle(1, Duration::from_millis(200));
    for version in BOTH {
        let before = Seller::new(version).demand(move |_, terms| slow(demand(version, terms)));
        let case = Case::of("terms by the byte", before.start()).args(&["-m", "1"]);
        case.within(5).ends(0, 0, 28, "");
        let silent = Seller::new(version).demand(|_, _| Reply::silence()).start();
        Case::of("no terms", silent).args(&["-m", "1"]).within(5).ends(0, 0, 28, "");
        let after = Seller::new(version).deliver(move |receipt| slow(receipt.deliver())).start();
        let case = Case::of("an answer by the byte", after).args(&["-m", "2"]).within(6);
        case.says(&["was sent and not answered"]).paid_but(118, "");
        let silent = Seller::new(version).deliver(|_| Reply::silence()).start();
        let case = Case::of("no answer", silent).args(&["-m", "2"]).within(6);
        case.says(&["was sent and not answered", "running again sends the same one"])
            .paid_but(118, "");
        let stuck = |receipt: &Receipt| receipt.settled(Reply::ok(BODY).cut_body(8).hang());
        let paywall = Seller::new(version).deliver(stuck).start();
        let case = Case::of("half a body", paywall).args(&["-m", "2"]).within(6);
        case.says(&["was paid"]).paid_but(119, "the paid");
    }
}

pub(super) fn n25_streamed_body() {
    let body: Vec<u8> =
        (0..200_000_u32).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
    for version in BOTH {
        for (flags, method) in [(["--data-binary", "@-"], "POST"), (["-T", "-"], "PUT")] {
            let case = Case::of(method, Seller::new(version).start()).args(&flags).stdin(&body);
            let requests = case.paid().paywall.requests();
            assert_eq!(requests.len(), 2);
            for request in &requests {
                assert_eq!(request.method, method);
                assert!(request.body == body, "{} bytes of another body", request.body.len());
            }
            // An upload asks first whether it is wanted; one that is paid for is.
            let mut asked = requests[0].plain_headers();
            asked.retain(|(name, _)| !name.eq_ignore_ascii_case("expect"));
            assert_eq!(asked, requests[1].plain_headers());
        }
    }
}

pub(super) fn n26_resets() {
    for version in BOTH {
        let ends: [(&str, Reply); 7] = [
            ("a close", Reply::one_byte()),
            ("a reset", Reply::one_byte().reset()),
            ("half a status", Reply::raw("HTTP/1.1 2")),
            ("half a status and a reset", Reply::raw("HTTP/1.1 2").reset()),
            ("half a head", Reply::raw("HTTP/1.1 200 OK\r\nContent-Le").reset()),
            ("100 and no more", Reply::raw("HTTP/1.1 100 Continue\r\n\r\n")),
            ("103 and no more", Reply::raw("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")),
        ];
        for (what, reply) in ends {
            let paywall = Seller::new(version).deliver(move |_| reply.clone()).start();
            let after = Case::of(what, paywall).args(&["--data-binary", "x"]).paid_but(118, "");
            assert_eq!(after.paywall.requests().len(), 2, "never sent again unasked");
        }
        let after = |receipt: &Receipt| receipt.settled(Reply::ok(BODY)).cut_body(3).reset();
        let paywall = Seller::new(version).deliver(after).start();
        let body = Case::of("a reset in the body", paywall).says(&["was paid"]);
        body.paid_but(119, "the");
    }
    let continued = Paywall::v2().deliver(|receipt| {
        let mut bytes = Vec::new();
        receipt.deliver().write("GET", &mut bytes, |_| true).unwrap();
        Reply::raw([b"HTTP/1.1 100 Continue\r\n\r\n".as_slice(), &bytes].concat())
    });
    Case::of("100 before the answer", continued.start()).paid();
}
