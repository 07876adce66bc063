//! Requests that are more than a plain GET, and paid: the second sending is the first one again, and
//! what a server learns on the way stays between it and this client.

use crate::support::request::Request;
use crate::support::{BOTH, Home, Paywall, Reply, Seller, Version};
use std::fs;
use std::sync::Mutex;

/// A shop that lets in whoever `admits`, and turns the rest away with `refusal`.
fn shop(
    version: Version,
    admits: impl Fn(&Request) -> bool + Send + Sync + 'static,
    refusal: impl Fn() -> Reply + Send + Sync + 'static,
) -> Paywall {
    let (seller, seen) = (Seller::new(version).price("10000"), Mutex::default());
    Paywall::serve(
        move |request| {
            if admits(request) { seller.answer(request, &seen) } else { refusal() }
        },
    )
}

/// The asked and the paid request, which must be the same but for the payment.
#[track_caller]
fn asked_and_paid(paywall: &Paywall) -> (Request, Request) {
    let requests = paywall.requests();
    let [asked, paid] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(asked.payment().is_none() && paid.payment().is_some(), "{requests:?}");
    // A long body waits until it is known to be wanted; one that is paid for is.
    let mut plain = asked.plain_headers();
    plain.retain(|(name, _)| !name.eq_ignore_ascii_case("expect"));
    assert_eq!(plain, paid.plain_headers());
    assert_eq!(asked.body, paid.body);
    assert_eq!(asked.target, paid.target);
    (asked.clone(), paid.clone())
}

#[test]
fn a_form_is_sent_again_with_its_files_and_its_boundary() {
    for version in BOTH {
        let paywall = Seller::new(version).price("10000").start();
        let home = Home::new();
        // One part in memory, one past a mebibyte that is read where it is.
        let long = vec![b'x'; (1 << 20) + 77];
        fs::write(home.work("long.bin"), &long).unwrap();
        let url = paywall.url("/upload");
        home.pay(&["-F", "a=b", "-F", "file=@long.bin", &url]).exits(0);
        let (asked, _) = asked_and_paid(&paywall);
        assert!(asked.body.windows(long.len()).any(|part| part == long));
        assert_eq!(asked.header("content-length"), Some(asked.body.len().to_string().as_str()));
    }
}

#[test]
fn the_same_form_on_the_next_run_is_the_same_purchase() {
    let seller = Paywall::v2().price("10000");
    let paid = Mutex::new(0);
    let paywall = Paywall::serve(move |request| {
        let first = request.payment().is_some() && {
            let mut paid = paid.lock().unwrap();
            *paid += 1;
            *paid == 1
        };
        if first { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) }
    });
    let home = Home::new();
    fs::write(home.work("file"), "content").unwrap();
    let url = paywall.url("/upload");
    let args = ["-F", "file=@file", "-F", "a=b", url.as_str()];
    home.pay(&args).exits(118);
    home.pay(&args).exits(0).says(&["earlier payment"]);
    assert_eq!((paywall.payments().len(), paywall.nonces().len()), (2, 1));
    // Another file is another purchase.
    fs::write(home.work("file"), "other content").unwrap();
    home.pay(&args).exits(0);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn an_upload_is_sent_again_also_from_a_pipe() {
    let paywall = Paywall::v2().price("10000").start();
    let home = Home::new();
    let url = paywall.url("/put/");
    home.paying(&["-T", "-", &url]).stdin("from a pipe").run().exits(0);
    let (asked, _) = asked_and_paid(&paywall);
    assert_eq!((asked.method.as_str(), asked.body.as_slice()), ("PUT", &b"from a pipe"[..]));
    assert_eq!(asked.header("transfer-encoding"), Some("chunked"));
}

#[test]
fn a_file_that_changes_between_asking_and_paying_is_not_paid_for() {
    let home = Home::new();
    let file = home.work("file");
    fs::write(&file, vec![b'x'; (1 << 20) + 1]).unwrap();
    let (seller, changed) = (Paywall::v2().price("10000"), file.clone());
    let paywall = Paywall::serve(move |request| {
        fs::write(&changed, "another content").unwrap();
        seller.answer(request, &Mutex::default())
    });
    home.pay(&["-T", "file", &paywall.url("/x")]).exits(26).prints_nothing().says(&["changed"]);
    paywall.asked_but_not_paid();
}

#[test]
fn cookies_that_come_with_the_402_go_out_with_the_payment() {
    let paywall = Paywall::v2()
        .price("10000")
        .demand(|_, terms| {
            crate::support::seller::demand(Version::V2, terms).header("set-cookie", "basket=7")
        })
        .start();
    let home = Home::new();
    let url = paywall.url("/thing");
    home.pay(&["-c", "jar", "-b", "mine=1", &url]).exits(0);
    let requests = paywall.requests();
    assert_eq!(requests[0].header("cookie"), Some("mine=1"));
    assert_eq!(requests[1].header("cookie"), Some("basket=7; mine=1"));
    let jar = fs::read_to_string(home.work("jar")).unwrap();
    assert!(jar.contains("\tbasket\t7\n") && !jar.contains("mine"), "{jar}");
    // Without a jar there is nothing to remember.
    home.pay(&[&paywall.url("/other")]).exits(0);
    assert_eq!(paywall.requests()[3].header("cookie"), None);
}

#[test]
fn a_cookie_of_the_jar_does_not_make_another_purchase() {
    let seller = Paywall::v2().price("10000");
    let paid = Mutex::new(0);
    let paywall = Paywall::serve(move |request| {
        let first = request.payment().is_some() && {
            let mut paid = paid.lock().unwrap();
            *paid += 1;
            *paid == 1
        };
        let reply =
            if first { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) };
        reply.header("set-cookie", &format!("visit={}", request.index))
    });
    let home = Home::new();
    let url = paywall.url("/thing");
    let args = ["-b", "jar", "-c", "jar", url.as_str()];
    home.pay(&args).exits(118);
    assert!(fs::read_to_string(home.work("jar")).unwrap().contains("visit"));
    home.pay(&args).exits(0).says(&["earlier payment"]);
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn whoever_must_prove_themselves_does_so_first_and_pays_then() {
    let proved = |request: &Request| {
        request.header("authorization").is_some_and(|value| value.starts_with("Digest "))
    };
    for (version, flag) in [(Version::V1, "--digest"), (Version::V2, "--anyauth")] {
        let paywall = shop(version, proved, || {
            let said = "Digest realm=\"r\", qop=\"auth\", nonce=\"abc\", algorithm=MD5";
            Reply::new("401 Unauthorized", "who?\n").header("www-authenticate", said)
        });
        let home = Home::new();
        let url = paywall.url("/thing");
        home.pay(&[flag, "-u", "me:sesame", "-d", "data", &url]).exits(0).never_says("sesame");
        let requests = paywall.requests();
        assert_eq!(requests.len(), 3, "{requests:?}");
        assert_eq!(requests[0].body.is_empty(), flag == "--digest");
        assert!(requests[1].payment().is_none() && requests[2].payment().is_some());
        assert!(requests[1..].iter().all(|request| request.body == b"data"));
        let counted = |n: usize| requests[n].header("authorization").unwrap().to_owned();
        assert!(counted(1).contains("nc=00000001") && counted(2).contains("nc=00000002"));
    }
}

#[test]
fn a_shop_that_asks_for_money_before_it_asks_who_is_sent_the_data_it_is_paid_for() {
    let paywall = Paywall::v2().price("10000").start();
    let url = paywall.url("/thing");
    Home::new().pay(&["--digest", "-u", "me:sesame", "-d", "data", &url]).exits(0);
    let bodies: Vec<_> = paywall.requests().iter().map(|r| r.body.clone()).collect();
    assert_eq!(bodies, [&b""[..], b"data", b"data"]);
    assert!(paywall.requests().iter().all(|r| r.header("authorization").is_none()));
}

#[test]
fn what_is_left_of_an_upload_is_what_is_paid_for() {
    for version in BOTH {
        let paywall = Seller::new(version).price("10000").start();
        let home = Home::new();
        fs::write(home.work("file"), "0123456789").unwrap();
        fs::write(home.work("out"), "before:").unwrap();
        let url = paywall.url("/upload");
        home.pay(&["-T", "file", "-C", "4", "-o", "out", &url]).exits(0);
        let (asked, paid) = asked_and_paid(&paywall);
        assert_eq!(asked.header("content-range"), Some("bytes 4-9/10"));
        assert_eq!(paid.body, b"456789");
        assert_eq!(fs::read_to_string(home.work("out")).unwrap(), "before:the paid resource\n");
        // Another rest is another purchase, and so is the whole file.
        home.pay(&["-T", "file", "-C", "6", &url]).exits(0);
        home.pay(&["-T", "file", &url]).exits(0);
        assert_eq!(paywall.nonces().len(), 3);
        home.pay(&["-T", "file", "-C", "10", &url]).exits(18).says(&["nothing was signed"]);
        assert_eq!(paywall.nonces().len(), 3);
    }
}

#[test]
fn a_part_of_a_resource_is_said_before_it_is_paid_for() {
    let paywall = Paywall::v2().price("10000").start();
    let home = Home::new();
    let run = home.pay(&["-r", "0-99", &paywall.url("/thing")]);
    run.exits(0).says(&["bytes 0-99 only"]);
    let (asked, _) = asked_and_paid(&paywall);
    assert_eq!(asked.header("range"), Some("bytes=0-99"));
    home.pay(&["-s", "-r", "0-9", &paywall.url("/thing")]).exits(0).says_nothing();
}

#[test]
fn what_was_paid_for_is_delivered_whatever_it_says_of_its_age() {
    let paywall = Paywall::v2()
        .price("10000")
        .deliver(|receipt| {
            receipt.deliver().header("last-modified", "Sat, 21 Nov 2020 10:20:30 GMT")
        })
        .start();
    let url = paywall.url("/thing");
    Home::new().pay(&["-z", "2030-01-01", &url]).exits(0).prints("the paid resource\n");
}

#[test]
fn a_payment_follows_no_redirect_however_much_is_trusted() {
    let shop = std::sync::Arc::new(Paywall::v2().start());
    let there = shop.url("/thing");
    let door = Paywall::serve(move |_| Reply::redirect("307 Temporary", &there));
    let args = ["--location-trusted", "-H", "X-PAYMENT: bWluZQ==", "-u", "me:x", &door.url("/")];
    Home::new().pay(&args).exits(0);
    assert_eq!(door.requests()[0].header("x-payment"), Some("bWluZQ=="));
    assert_eq!(shop.requests()[0].header("x-payment"), None);
    assert!(shop.requests()[0].header("authorization").is_some(), "that was asked for");
    assert!(shop.payments().is_empty());
}

#[test]
fn paths_that_differ_only_in_their_dots_are_different_purchases() {
    let paywall = Paywall::v2().price("10000").start();
    let home = Home::new();
    for path in ["/b", "/a/../b"] {
        home.pay(&["--path-as-is", &paywall.url(path)]).exits(0);
    }
    let targets: Vec<_> = paywall.requests().iter().map(|r| r.target.clone()).collect();
    assert_eq!(targets, ["/b", "/b", "/a/../b", "/a/../b"]);
    assert_eq!(paywall.nonces().len(), 2);
}
