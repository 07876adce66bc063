//! `--raw` and `--http0.9` beside a payment: what was paid for is an answer, and all of it.

use crate::support::seller::{Receipt, demand};
use crate::support::{Home, Paywall, Reply, Version};
use std::fs;

/// Twelve bytes of a paid body in two chunks.
const CHUNKS: &str = "7\r\nthe pai\r\n5\r\nd one\r\n0\r\n\r\n";

fn chunked(receipt: &Receipt, bytes: &str) -> Reply {
    receipt.settled(Reply::ok(b"")).then_raw("Transfer-Encoding: chunked", bytes)
}

#[test]
fn raw_is_what_came_over_the_wire_and_the_terms_are_read_all_the_same() {
    let terms = Paywall::v1().terms();
    let paywall = Paywall::v1()
        .demand(move |_, _| demand(Version::V1, &terms).chunked())
        .deliver(|receipt| chunked(receipt, CHUNKS))
        .start();
    let home = Home::new();
    home.pay(&["--raw", "-o", "out", &paywall.url("/")]).exits(0);
    assert_eq!(fs::read_to_string(home.work("out")).unwrap(), CHUNKS);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn exit_119_raw_chunks_without_an_end_are_a_part() {
    let paywall = Paywall::v2().deliver(|receipt| chunked(receipt, &CHUNKS[..18])).start();
    let home = Home::new();
    home.pay(&["--raw", "-o", "out", &paywall.url("/")]).exits(119);
    assert_eq!(home.work_files(), ["out.part"]);
    assert_eq!(fs::read_to_string(home.work("out.part")).unwrap(), CHUNKS[..18]);
}

/// The frames of chunks are no bytes of the part that was paid for.
#[test]
fn exit_119_a_part_that_is_too_short_without_its_chunks() {
    let paywall = Paywall::v2()
        .deliver(|receipt| {
            let part = Reply::new("206 Partial Content", b"");
            let part = part.header("content-range", "bytes 0-19/100");
            receipt.settled(part).then_raw("Transfer-Encoding: chunked", CHUNKS)
        })
        .start();
    let home = Home::new();
    home.pay(&["--raw", "-r", "0-19", "-o", "out", &paywall.url("/")]).exits(119);
    assert_eq!(home.work_files(), ["out.part"]);
}

#[test]
fn exit_118_what_has_no_head_answers_no_payment() {
    let terms = Paywall::v2().terms();
    let paywall = Paywall::serve(move |request| match request.payment() {
        None => demand(Version::V2, &terms),
        Some(_) => Reply::raw(b"-the paid resource, or so it says\n"),
    });
    let url = paywall.url("/");
    Home::new().pay(&["--http0.9", &url]).exits(118).prints_nothing();
}

/// Whoever ignores a length does not get less for the money without a word.
#[test]
fn exit_119_less_than_the_length_that_was_ignored() {
    let short =
        |receipt: &Receipt| receipt.settled(Reply::ok(b"the paid")).claims_length(12).cut_body(8);
    let paywall = Paywall::v2().deliver(short).start();
    let home = Home::new();
    let args = ["--ignore-content-length", "-o", "out", &paywall.url("/")];
    home.pay(&args).exits(119);
    assert_eq!(home.work_files(), ["out.part"]);
    assert_eq!(fs::read_to_string(home.work("out.part")).unwrap(), "the paid");
    let whole = Paywall::v2().deliver(|receipt| receipt.deliver().close()).start();
    let args = ["--ignore-content-length", &whole.url("/")];
    Home::new().pay(&args).exits(0).prints("the paid resource\n");
}
