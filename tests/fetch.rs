//! What a fetch puts on the wire and on stdout, free and paid.

use crate::support::seller::{Receipt, demand};
use crate::support::{BOTH, Home, Offer, Paywall, Reply, Seller, Version};
use std::time::Duration;

/// Every byte there is, NUL first.
fn every_byte() -> Vec<u8> {
    (0..=255).collect()
}

/// Three megabytes without a pattern, from a generator of Knuth's.
fn noise() -> Vec<u8> {
    let mut seed = 402u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        seed.to_be_bytes()[0]
    };
    (0..3_000_000).map(|_| next()).collect()
}

#[test]
fn a_free_resource_is_printed_byte_for_byte_and_nothing_is_said() {
    let paywall = Paywall::script([Reply::ok(every_byte())]);
    let home = Home::without_wallet();
    home.run(&[paywall.url("/")]).exits(0).prints(every_byte()).says_nothing();
    assert_eq!(paywall.requests()[0].method, "GET");
}

#[test]
fn a_paid_resource_is_printed_byte_for_byte_and_one_line_reports_the_payment() {
    for version in BOTH {
        let paywall = Seller::new(version).price("10000").body(every_byte()).start();
        let run = Home::new().pay(&[paywall.url("/thing?q=1")]);
        run.exits(0).prints(every_byte()).says(&["0.01", "USDC"]).says_one_line();
        let requests = paywall.requests();
        assert_eq!(requests.len(), 2, "{requests:?}");
        assert!(requests[0].payment().is_none(), "paid before it was asked");
        assert_eq!(requests[1].target, "/thing?q=1");
    }
}

#[test]
fn a_large_binary_arrives_whole_however_it_is_framed() {
    let plain = |receipt: &Receipt| receipt.deliver();
    let chunked = |receipt: &Receipt| receipt.deliver().chunked();
    let closing = |receipt: &Receipt| receipt.deliver().until_close();
    for (version, deliver) in
        [(Version::V1, plain as fn(&_) -> _), (Version::V2, chunked), (Version::V2, closing)]
    {
        let paywall = Seller::new(version).body(noise()).deliver(deliver).start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(0);
        assert!(run.stdout == noise(), "{} bytes came", run.stdout.len());
    }
}

#[test]
fn a_post_is_sent_again_identically_with_the_payment() {
    for version in BOTH {
        let paywall = Seller::new(version).start();
        let body = String::from("a\tb=\u{20ac}&c");
        let args = ["-d", &body, "-H", "X-Thing: Yes", "-A", "tester/1", &paywall.url("/")];
        Home::new().pay(&args).exits(0);
        let requests = paywall.requests();
        assert_eq!(requests.len(), 2);
        for request in &requests {
            assert_eq!(request.method, "POST");
            assert_eq!(request.body, body.as_bytes());
            assert_eq!(request.header("x-thing"), Some("Yes"));
            assert_eq!(request.header("user-agent"), Some("tester/1"));
        }
        assert_eq!(requests[0].plain_headers(), requests[1].plain_headers());
    }
}

#[test]
fn a_body_from_stdin_is_kept_for_the_second_request() {
    let paywall = Paywall::v2().start();
    // Over a mebibyte, so that it does not stay in memory.
    let body = noise();
    let url = paywall.url("/");
    let args = ["--data-binary", "@-", &url];
    let run = Home::new().paying(&args).stdin(&body).run();
    run.exits(0);
    for request in paywall.requests() {
        assert!(request.body == body, "{} bytes came", request.body.len());
    }
    let spooled = run.files.iter().filter(|(path, _)| path.starts_with("tmp")).count();
    assert_eq!(spooled, 0, "the spooled body was left behind");
}

#[test]
fn a_body_from_stdin_is_for_every_url() {
    for flag in ["-d", "--data-binary", "--json"] {
        let paywall = Paywall::v2().start();
        let (one, two) = (paywall.url("/one"), paywall.url("/two"));
        Home::new().paying(&[flag, "@-", &one, &two]).stdin("hello").run().exits(0);
        let sent: Vec<_> =
            paywall.requests().iter().map(|r| (r.target.clone(), r.body.clone())).collect();
        let leg = |path: &str| (path.to_owned(), b"hello".to_vec());
        assert_eq!(sent, [leg("/one"), leg("/one"), leg("/two"), leg("/two")]);
    }
}

#[test]
fn both_requests_use_one_connection() {
    for version in BOTH {
        let paywall = Seller::new(version).start();
        Home::new().pay(&[paywall.url("/")]).exits(0);
        assert_eq!(paywall.connections(), 1);
    }
}

#[test]
fn a_server_that_hangs_up_after_its_402_is_paid_on_a_second_connection() {
    let paywall = Paywall::v2().demand(|_, terms| demand(Version::V2, terms).close()).start();
    Home::new().pay(&[paywall.url("/")]).exits(0).prints(b"the paid resource\n");
    assert_eq!(paywall.connections(), 2);
}

#[test]
fn the_body_is_passed_on_as_it_comes() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234";
    let paywall = Paywall::script([Reply::raw(half).hang()]);
    let args = ["-m", "1", &paywall.url("/")];
    Home::new().run(&args).exits(28).prints(b"01234");
}

#[test]
fn a_trickling_answer_is_only_slow() {
    let slow = |receipt: &Receipt| receipt.deliver().trickle(50, Duration::from_millis(5));
    let paywall = Paywall::v2().deliver(slow).start();
    Home::new().pay(&[paywall.url("/")]).exits(0).prints(b"the paid resource\n");
}

#[test]
fn a_pipe_that_closes_early_ends_quietly() {
    let paywall = Paywall::v2().body(noise()).start();
    let url = paywall.url("/");
    let run = Home::new().paying(&[&url]).stdout_ends_after(10).run();
    run.prints(&noise()[..10]).never_says("broken pipe").never_says("panicked");
}

#[test]
fn what_the_terms_said_is_repeated_to_the_letter() {
    let extra = r#"{"name":"USD Coin","version":"2","big":123456789012345678901234567890,
        "spelled":1.50e+3,"nothing":null,"text":"\u20ac € \/"}"#;
    let offer = Offer::usdc("10000").with("extra", extra).with("unknown", r#"[1.0,{"a":-0}]"#);
    let paywall = Paywall::v2()
        .offer(offer)
        .member("resource", r#"{"url":"https://shop.test/","x":1e300}"#)
        .member("extensions", r#"{"bazaar":{"info":{"n":1.0},"schema":{"type":"object"}}}"#)
        .start();
    Home::new().pay(&[paywall.url("/")]).exits(0);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn every_payment_has_a_nonce_of_its_own() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    let (one, two) = (paywall.url("/one"), paywall.url("/two"));
    home.pay(&[one]).exits(0);
    home.pay(&[two]).exits(0);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn several_urls_are_each_paid_and_printed_in_order() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&[paywall.url("/one"), paywall.url("/two")]);
    run.exits(0).prints(b"the paid resource\nthe paid resource\n");
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn a_head_is_never_paid_for() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    for head in [&["-I"][..], &["-X", "HEAD", "-i"]] {
        let home = Home::new();
        let run = home.pay(&[head, &["--pay-again", &url]].concat());
        run.exits(0).says(&["payment is asked", "HEAD"]).says_one_line();
        assert!(run.text().starts_with("HTTP/1.1 402 "), "{run}");
        run.assert(run.home_files().is_empty(), "nothing to remember");
        home.pay(&[head, &["-f", &url]].concat()).exits(22);
        for quiet in ["-s", "--no-pay"] {
            home.pay(&[head, &[quiet, &url]].concat()).exits(0).says_nothing();
        }
    }
    assert!(paywall.requests().iter().all(|request| request.method == "HEAD"));
    paywall.asked_but_not_paid();
}

#[test]
fn a_connect_is_never_paid_for() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    let run = home.pay(&["-X", "CONNECT", "-i", "--pay-again", &paywall.url("/")]);
    run.exits(0).says(&["payment is asked", "CONNECT is not paid for"]).says_one_line();
    assert!(run.text().starts_with("HTTP/1.1 402 "), "{run}");
    run.assert(run.home_files().is_empty(), "nothing to remember");
    let run = home.run(&["--dry-run", "-X", "CONNECT", "--max-price", "1", &paywall.url("/")]);
    run.exits(0).says(&["CONNECT is not paid for"]);
    assert!(paywall.requests().iter().all(|request| request.method == "CONNECT"));
    paywall.asked_but_not_paid();
}
