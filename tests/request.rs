//! curl's letters keep curl's meaning: what is sent for each of them.

use crate::support::request::Request;
use crate::support::{Home, Paywall, Reply};
use std::fs;

/// The one request that these arguments lead to; `setup` prepares the home.
#[track_caller]
fn sent_with(setup: impl Fn(&Home), args: &[&str], path: &str) -> Request {
    let paywall = Paywall::serve(|_| Reply::ok(b"ok"));
    let url = paywall.url(path);
    let home = Home::without_wallet();
    setup(&home);
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    home.run(&args).exits(0);
    let mut requests = paywall.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[track_caller]
fn sent(args: &[&str]) -> Request {
    sent_with(|_| {}, args, "/")
}

#[test]
fn nothing_asked_for_is_a_plain_get() {
    let request = sent(&[]);
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/"));
    let mut names: Vec<String> =
        request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "host", "user-agent"]);
    assert_eq!(request.header("accept"), Some("*/*"));
    assert!(request.header("user-agent").unwrap().starts_with("pay402/"));
}

#[test]
fn methods() {
    assert_eq!(sent(&["-X", "PUT"]).method, "PUT");
    assert_eq!(sent(&["-X", "BREW", "-d", "x"]).method, "BREW");
    assert_eq!(sent(&["-d", "x"]).method, "POST");
    assert_eq!(sent(&["-X", "DELETE"]).header("content-length"), None);
}

#[test]
fn headers_are_added_replaced_removed_and_left_empty() {
    let request =
        sent(&["-H", "X-One:  1 ", "-H", "X-Two;", "-H", "User-Agent:", "-H", "Host: other"]);
    assert_eq!(request.header("x-one"), Some("1"));
    assert_eq!(request.header("x-two"), Some(""));
    assert_eq!(request.header("user-agent"), None);
    assert_eq!(request.header("host"), Some("other"));
    let request = sent_with(
        |home| fs::write(home.work("headers"), "X-A: 1\r\nX-B: 2\n").unwrap(),
        &["-H", "@headers"],
        "/",
    );
    assert_eq!((request.header("x-a"), request.header("x-b")), (Some("1"), Some("2")));
}

#[test]
fn a_header_cannot_smuggle_another() {
    let paywall = Paywall::serve(|_| Reply::ok(b"ok")).may_be_unused();
    for header in ["X-A: 1\r\nX-Evil: 1", "X-A: 1\nX-Evil: 1", "X\u{1}A: 1", "X A: 1"] {
        let run = Home::without_wallet().run(&["-H", header, &paywall.url("/")]);
        run.never_says("panicked");
    }
    for request in paywall.requests() {
        assert_eq!(request.header("x-evil"), None, "{request:?}");
    }
}

#[test]
fn data() {
    let request = sent(&["-d", "a=1", "-d", "b=2"]);
    assert_eq!(request.body, b"a=1&b=2");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("content-length"), Some("7"));
    let file = |home: &Home| fs::write(home.work("file"), b"a\r\nb\0c\n").unwrap();
    assert_eq!(sent_with(file, &["-d", "@file"], "/").body, b"abc");
    assert_eq!(sent_with(file, &["--data-binary", "@file"], "/").body, b"a\r\nb\0c\n");
    assert_eq!(sent(&["--data-raw", "@file"]).body, b"@file");
    assert_eq!(
        sent(&["-d", "x", "-H", "Content-Type: text/plain"]).header("content-type"),
        Some("text/plain")
    );
}

#[test]
fn json_sets_its_headers_unless_they_are_given() {
    let request = sent(&["--json", "{\"a\":", "--json", "1}"]);
    assert_eq!((request.method.as_str(), request.body.as_slice()), ("POST", &b"{\"a\":1}"[..]));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let request = sent(&["--json", "{}", "-H", "Accept: text/html"]);
    assert_eq!(request.header("accept"), Some("text/html"));
}

#[test]
fn get_puts_the_data_into_the_query() {
    let request = sent(&["-G", "-d", "a=1", "-d", "b=2"]);
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/?a=1&b=2"));
    assert!(request.body.is_empty());
    assert_eq!(sent_with(|_| {}, &["-G", "-d", "a=1"], "/x?y=z").target, "/x?y=z&a=1");
    assert_eq!(sent(&["-G", "-I", "-d", "a=1"]).method, "HEAD");
}

#[test]
fn who_asks_and_from_where() {
    let request = sent(&["-A", "me/1", "-e", "http://from.test/"]);
    assert_eq!(request.header("user-agent"), Some("me/1"));
    assert_eq!(request.header("referer"), Some("http://from.test/"));
    assert_eq!(sent(&["-A", ""]).header("user-agent"), None);
    let request = sent(&["-u", "Aladdin:open sesame"]);
    assert_eq!(request.header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

#[test]
fn compressed_asks_and_undoes() {
    // gzip of "compressed\n".
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x4b\xce\xcf\x2d\x28\x4a\x2d\x2e\x4e\x4d\xe1\x02\x00\xbb\x6d\x4f\xc8\x0b\x00\x00\x00";
    let paywall = Paywall::serve(|_| Reply::ok(GZIP).header("Content-Encoding", "gzip"));
    let home = Home::without_wallet();
    home.run(&["--compressed", &paywall.url("/")]).exits(0).prints("compressed\n");
    home.run(&[paywall.url("/")]).exits(0).prints(GZIP);
    let requests = paywall.requests();
    assert!(requests[0].header("accept-encoding").unwrap().contains("gzip"));
    assert_eq!(requests[1].header("accept-encoding"), None);
}

#[test]
fn a_proxy_by_flag_and_by_environment() {
    let proxy = Paywall::serve(|_| Reply::ok(b"through"));
    let home = Home::without_wallet();
    home.run(&["-x", &proxy.url(""), "http://shop.test/a?b"]).exits(0).prints("through");
    home.pay402(&["http://shop.test/c"]).env("http_proxy", proxy.url("")).run().prints("through");
    let targets: Vec<String> = proxy.requests().iter().map(|r| r.target.clone()).collect();
    assert_eq!(targets, ["http://shop.test/a?b", "http://shop.test/c"]);
    assert_eq!(proxy.requests()[0].header("host"), Some("shop.test"));
}

#[test]
fn through_a_proxy_nothing_is_this_machine() {
    let proxy = Paywall::v2().start();
    let home = Home::new();
    // One that goes unseen would make a neighbour of whoever it leads to.
    for spelling in [proxy.url(""), format!("{} ", proxy.url("")), format!("\t{}", proxy.url(""))] {
        for url in ["http://localhost:9/", "http://127.0.0.1:9/", "http://[::1]:9/"] {
            let run = home.paying(&[url]).env("http_proxy", &spelling).run();
            run.refuses(112).says(&["--allow-http"]);
        }
    }
    proxy.asked_but_not_paid();
}

#[test]
fn exit_5_and_7_a_proxy_that_is_none() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    for (proxy, exit) in
        [("ftp://127.0.0.1:1", 7), ("http://", 5), ("file:///dev/null", 7), ("http://a b/", 5)]
    {
        home.pay(&["-x", proxy, &paywall.url("/")]).exits(exit).prints_nothing();
        home.paying(&[paywall.url("/")]).env("http_proxy", proxy).run().exits(exit);
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn no_proxy_goes_straight() {
    let proxy = Paywall::script([]).may_be_unused();
    let paywall = Paywall::serve(|_| Reply::ok(b"straight"));
    let run = Home::without_wallet()
        .pay402(&[paywall.url("/")])
        .env("http_proxy", proxy.url(""))
        .env("NO_PROXY", "127.0.0.1")
        .run();
    run.exits(0).prints("straight");
}

#[test]
fn nobody_to_connect_to_in_time() {
    let home = Home::without_wallet();
    // An address kept for documentation: nobody is there.
    let run = home.run(&["--connect-timeout", "1", "http://192.0.2.1:9/"]);
    run.assert(matches!(run.code(), Some(7 | 28)), "no way, or no answer in time");
}

#[test]
fn a_fragment_is_not_sent_and_odd_characters_are_kept_as_they_were() {
    assert_eq!(sent_with(|_| {}, &[], "/a#b").target, "/a");
    assert_eq!(sent_with(|_| {}, &[], "/%7Ea%2fb?x=%20+").target, "/%7Ea%2fb?x=%20+");
}
