//! First answers that lead to no payment.

use super::{Sample, refused};
use crate::support::{Home, Paywall, Reply};
use std::time::Duration;

fn extra(name: &str) -> Reply {
    Sample::of("express2-extras", &format!("{name}: asks")).reply()
}

#[test]
fn what_cannot_be_paid_is_named() {
    for (name, words) in [
        ("permit2", &["transfer method \"permit2\" is not supported"][..]),
        ("upto", &["scheme \"upto\" is not supported"]),
        ("upfront", &["payment flow \"upfront\" is not supported"]),
        ("escrow", &["payment flow \"escrow\" is not supported"]),
        ("unknown flow", &["payment flow \"deferred\" is not supported"]),
        ("sign-in", &["sign-in-with-x", "not supported"]),
    ] {
        let run = refused(&[], extra(name), 114);
        run.says(words);
        let paywall = Paywall::script([extra(name)]);
        let dry = Home::new().pay(&["--dry-run", &paywall.url("/cheap")]);
        dry.exits(114);
    }
}

/// A page for people of that many bytes, with no terms that a program can read.
fn page(bytes: usize) -> String {
    let head = "<!DOCTYPE html><html><head><title>Payment Required</title><script>window.x402 = {";
    format!("{head}{}", "\u{1b}[31m x402 ".repeat(bytes / 11))
}

#[test]
fn a_page_for_people_is_no_terms_and_is_not_read_to_its_end() {
    let html = "text/html; charset=utf-8";
    let reply = |page: &str| Reply::new("402 Payment Required", page).header("Content-Type", html);
    for size in [800, 3_500_000] {
        let run = refused(&[], reply(&page(size)), 114);
        run.says(&["page for people", "--no-pay"]).never_says("\u{1b}");
        run.assert(run.took < Duration::from_secs(10), "at once");
    }
    // The page on an endless connection, too.
    let run = refused(&[], reply(&page(3_500_000)).hang(), 114);
    run.assert(run.took < Duration::from_secs(10), "at once");
}

#[test]
fn a_page_for_people_may_have_terms_in_its_header() {
    for size in [800, 2_300_000] {
        let mut asks = Sample::of("express2", "asks");
        asks.body = page(size);
        asks.headers.retain(|(name, _)| name != "content-type");
        asks.headers.push(("content-type".into(), "text/html".into()));
        let sells = Sample::of("express2", "sells");
        super::buy(&asks, &sells).ends(0, "settled").run.prints(&sells.body);
    }
}

#[test]
fn nothing_of_a_browser_is_said_unasked() {
    let paywall = Paywall::script([Reply::ok(b"free")]);
    Home::new().pay(&[paywall.url("/")]).exits(0);
    let request = &paywall.requests()[0];
    assert_eq!(request.header("accept"), Some("*/*"));
    assert!(!request.header("user-agent").unwrap_or_default().contains("Mozilla"));
}

#[test]
fn a_head_may_be_free() {
    let head = Reply::new("200 OK", b"").header("Content-Type", "application/json");
    let paywall = Paywall::script([head]);
    Home::new().pay(&["-I", &paywall.url("/cheap")]).exits(0).says_nothing();
    paywall.asked_but_not_paid();
}

#[test]
fn a_head_that_is_asked_to_pay_without_terms_says_how_to_see_them() {
    // Version 1 has its terms in a body, which a HEAD has not.
    for server in ["fastapi1", "axum-v1"] {
        let asks = || Sample::of(server, "asks").reply();
        refused(&["--dry-run", "-I"], asks(), 114).says(&["HEAD", "no body"]);
        let paywall = Paywall::script([asks()]);
        let run = Home::new().pay(&["-I", &paywall.url("/cheap")]);
        run.exits(0).says(&["payment is asked, and a HEAD is not paid for"]).says_one_line();
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_server_that_fails_on_every_paid_route_is_an_ordinary_answer() {
    for text in ["Internal Server Error", "{\"error\":\"Internal Server Error\"}"] {
        let reply = Reply::new("500 Internal Server Error", text);
        let paywall = Paywall::script([reply.clone(), reply]);
        let home = Home::new();
        home.pay(&[paywall.url("/cheap")]).exits(0).prints(text).says_nothing();
        home.pay(&["-f", &paywall.url("/cheap")]).exits(22).prints_nothing();
        paywall.asked_but_not_paid();
    }
}
