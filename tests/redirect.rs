//! Redirects: whom the money and the secrets may follow.

use crate::support::offer::OTHER_PAYEE;
use crate::support::seller::demand;
use crate::support::{Home, Offer, Paywall, Reply, Version};
use std::sync::{Arc, Mutex};

#[test]
fn a_redirect_is_not_followed_unless_asked() {
    let paywall = Paywall::script([Reply::redirect("302 Found", "/there")]);
    Home::without_wallet().run(&[paywall.url("/")]).exits(0).prints("moved\n");
}

#[test]
fn followed_to_the_end() {
    let paywall = Paywall::script([
        Reply::redirect("301 Moved", "/one"),
        Reply::redirect("307 Temporary", "two?x=1"),
        Reply::ok(b"there"),
    ]);
    Home::without_wallet().run(&["-L", &paywall.url("/")]).exits(0).prints("there");
    assert_eq!(paywall.requests()[2].target, "/two?x=1");
}

/// An answer whose body has no end: `framing` chooses how that is said.
fn endless(reply: Reply, framing: usize) -> Reply {
    match framing {
        0 => reply.until_close().hang(),
        1 => reply.header("Connection", "close").until_close().hang(),
        _ => reply.then_raw("Transfer-Encoding: chunked", "6\r\nmoved\n\r\n").hang(),
    }
}

#[test]
fn a_redirect_whose_body_has_no_end_is_followed_at_once() {
    for framing in 0..3 {
        let paywall = Paywall::serve(move |request| match request.path() {
            "/" => endless(Reply::redirect("302 Found", "/there"), framing),
            _ => Reply::ok(b"there"),
        });
        let run = Home::without_wallet().run(&["-L", "-m", "20", &paywall.url("/")]);
        run.exits(0).prints("there");
    }
}

#[test]
fn a_401_whose_body_has_no_end_is_answered_at_once() {
    for framing in 0..3 {
        let paywall = Paywall::serve(move |request| {
            if request.header("authorization").is_some() {
                return Reply::ok(b"welcome");
            }
            let challenge = "Digest realm=\"r\", qop=\"auth\", nonce=\"abc\", algorithm=MD5";
            let asks = Reply::new("401 Unauthorized", b"who?\n");
            endless(asks.header("WWW-Authenticate", challenge), framing)
        });
        let url = paywall.url("/");
        let run = Home::without_wallet().run(&["--digest", "-u", "a:b", "-m", "20", &url]);
        run.exits(0).prints("welcome");
    }
}

#[test]
fn a_402_whose_body_has_no_end_is_paid_at_once() {
    for version in [Version::V1, Version::V2] {
        for framing in 0..2 {
            let shop = match version {
                Version::V1 => Paywall::v1(),
                Version::V2 => Paywall::v2(),
            };
            let shop =
                shop.demand(move |_, terms| endless(demand(version, terms), framing)).start();
            let run = Home::new().pay(&["-m", "20", &shop.url("/")]);
            run.exits(0).prints("the paid resource\n");
            assert_eq!(shop.nonces().len(), 1);
        }
    }
}

#[test]
fn exit_47_too_many() {
    let paywall = Paywall::serve(|_| Reply::redirect("302 Found", "/again"));
    let home = Home::without_wallet();
    home.run(&["-L", "--max-redirs", "2", &paywall.url("/")]).exits(47);
    assert_eq!(paywall.requests().len(), 3);
}

#[test]
fn a_post_becomes_a_get_where_curl_makes_it_one() {
    for (status, method) in
        [("301 x", "GET"), ("302 x", "GET"), ("303 x", "GET"), ("307 x", "POST"), ("308 x", "POST")]
    {
        let paywall = Paywall::script([Reply::redirect(status, "/next"), Reply::ok(b"done")]);
        Home::without_wallet().run(&["-L", "-d", "a=b", &paywall.url("/")]).exits(0);
        let second = &paywall.requests()[1];
        assert_eq!(second.method, method, "{status}");
        assert_eq!(second.body.is_empty(), method == "GET", "{status}");
    }
}

#[test]
fn the_origin_that_asks_is_paid_and_no_other() {
    let shop = Arc::new(Paywall::v2().start());
    let there = shop.url("/thing");
    let door = Paywall::serve(move |_| Reply::redirect("302 Found", &there));
    Home::new().pay(&["-L", &door.url("/")]).exits(0).prints("the paid resource\n");
    assert!(door.payments().is_empty());
    assert_eq!(door.requests().len(), 1, "the payment goes straight to the origin that asked");
    assert_eq!(shop.requests().len(), 2);
    assert_eq!(shop.requests()[1].target, "/thing");
}

#[test]
fn credentials_do_not_follow_to_another_origin() {
    let other = Paywall::serve(|_| Reply::ok(b"there"));
    let there = other.url("/");
    let door = Paywall::serve(move |_| Reply::redirect("302 Found", &there));
    let args = ["-L", "-u", "me:sesame", "-H", "Cookie: a=b", &door.url("/")];
    Home::without_wallet().run(&args).exits(0).prints("there");
    assert!(door.requests()[0].header("authorization").is_some());
    assert_eq!(other.requests()[0].header("authorization"), None);
    assert_eq!(other.requests()[0].header("cookie"), None);
}

#[test]
fn a_redirect_to_a_file_or_to_anything_else_is_not_followed() {
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:0"] {
        let paywall = Paywall::script([Reply::redirect("302 Found", location)]);
        let run = Home::without_wallet().run(&["-L", &paywall.url("/")]);
        run.exits(1).never_says("root:");
        run.assert(!run.text().contains("root:"), "it read a file");
    }
}

#[test]
fn a_payment_of_ones_own_is_not_followed_by_another_one() {
    for name in ["PAYMENT-SIGNATURE", "X-PAYMENT", "payment-signature"] {
        let paywall = Paywall::serve(|request| match request.path() {
            "/start" => Reply::redirect("302 Found", "/paid"),
            _ => demand(Version::V2, &Paywall::v2().terms()),
        });
        let header = format!("{name}: bWluZQ==");
        let url = paywall.url("/start");
        Home::new().pay(&["-L", "-H", &header, &url]).exits(0).prints("{}").says_nothing();
        let requests = paywall.requests();
        assert_eq!(requests.len(), 2, "asked once at each place");
        assert_eq!(requests[0].header(name), Some("bWluZQ=="));
        assert!(requests[1].payment().is_none(), "{requests:?}");
    }
}

#[test]
fn a_way_over_plain_http_is_plain_to_its_end() {
    let shop = Arc::new(Paywall::v2().start());
    let there = shop.url("/thing");
    // Whoever sits between here and a host without TLS can send this redirect.
    let between = Paywall::serve(move |_| Reply::redirect("302 Found", &there));
    let proxy = between.url("");
    let args = ["-L", "-x", &proxy, "--noproxy", "127.0.0.1", "http://shop.test/thing"];
    let home = Home::new();
    home.pay(&args).refuses(112).says(&["--allow-http"]);
    shop.asked_but_not_paid();
    home.paying(&args).in_shell("\"$@\" --allow-http").run().exits(0);
    assert_eq!(shop.payments().len(), 1);
}

#[test]
fn a_user_that_a_server_puts_into_a_location_is_neither_sent_nor_shown() {
    let shop = Arc::new(Paywall::v2().price("50001").start());
    let there = shop.url("/thing").replace("http://", "http://trusted.test:sesame@");
    let door = Paywall::serve(move |_| Reply::redirect("302 Found", &there));
    let home = Home::new();
    for more in [["--max-price", "0.05"], ["--max-price", "1"], ["--network", "polygon"]] {
        let format = " %{url_effective} %{redirect_url} %{json} %{payment_json}";
        let run = home.run(&["-L", "-w", format, more[0], more[1], &door.url("/")]);
        run.never_says("sesame").never_says("trusted.test");
        for word in ["sesame", "trusted.test"] {
            run.assert(!run.text().contains(word), "it should not have shown the user");
        }
    }
    assert!(!home.run(&["history", "export"]).text().contains("sesame"));
    assert_eq!(shop.payments().len(), 1);
    for request in shop.requests() {
        assert_eq!(request.header("authorization"), None, "{request:?}");
    }
}

#[test]
fn what_is_open_at_the_end_of_a_way_stands_in_the_way_of_another_to_the_same_place() {
    let seller = Paywall::v2().deliver(|_| Reply::ok("").cut_head(0));
    let shop = Paywall::serve(move |request| match request.target.as_str() {
        "/a" | "/c" => Reply::new("302 Found", b"").header("Location", "/b"),
        "/d" => Reply::new("302 Found", b"").header("Location", "/b#elsewhere"),
        _ => seller.answer(request, &Mutex::default()),
    });
    let home = Home::new();
    home.pay(&["-L", &shop.url("/a")]).exits(118);
    // Straight to it, by another way, and by the same one.
    let run = home.pay(&["-L", &shop.url("/b")]);
    run.refuses(112).says(&["may still settle", "--pay-again"]);
    home.pay(&["-L", &shop.url("/c")]).refuses(112);
    home.pay(&["--dry-run", "-L", &shop.url("/c")]).exits(112);
    // A fragment is never sent, whoever made it up.
    home.pay(&["-L", &shop.url("/d")]).refuses(112);
    home.pay(&["-L", &shop.url("/c#part")]).refuses(112);
    home.pay(&[&shop.url("/b#part")]).refuses(112);
    home.pay(&["-L", &shop.url("/a")]).exits(118);
    assert_eq!(shop.nonces().len(), 1);
    home.pay(&["-L", "-d", "other", &shop.url("/b")]).exits(118);
    assert_eq!(shop.nonces().len(), 2, "another method is another purchase");
    // What was asked for straight stands in the way of a way to it.
    let other = Home::new();
    other.pay(&[&shop.url("/b")]).exits(118);
    other.pay(&["-L", &shop.url("/a")]).refuses(112);
}

#[test]
fn an_address_of_any_length_is_told_in_short_and_its_host_whole() {
    let shop = Paywall::v2().start();
    let bare = Paywall::serve(|_| Reply::new("402 Payment Required", "pay"));
    let barter = Paywall::v2().offer(Offer::usdc("1").with("scheme", "\"barter\"")).start();
    let cases = [(&shop, 112), (&bare, 114), (&barter, 114)];
    for (there, code) in cases {
        let long = there.url(&format!("/{}", "a".repeat(60_000)));
        let host = there.url("");
        let door = Paywall::serve(move |_| Reply::redirect("302 Found", &long));
        let url = door.url("/");
        let run = Home::new().pay(&["-L", "--network", "base", "--pay-to", OTHER_PAYEE, &url]);
        run.exits(code).says(&[&host, "aaaa…"]);
        assert!(run.stderr.len() < 1_500, "{} bytes", run.stderr.len());
        let args = ["-L", "--dry-run", "--max-price", "1", &url];
        let run = Home::new().run(&args);
        assert!(run.text().len() + run.stderr.len() < 4_000, "{run:.4000}");
    }
}
