//! `--retry` around a payment: before it anything may be tried again, after it only the same one.

use crate::support::{Home, Paywall, Reply, Version, seller::rejection};
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A shop that answers its first payments with these instead of anything good.
fn shop(bad: Vec<Reply>) -> Paywall {
    let (seller, taken) = (Paywall::v2(), AtomicUsize::new(0));
    Paywall::serve(move |request| {
        let number = request.payment().map(|_| taken.fetch_add(1, Ordering::SeqCst));
        match number.and_then(|number| bad.get(number)) {
            Some(reply) => reply.clone(),
            None => seller.answer(request, &Mutex::new(HashSet::new())),
        }
    })
}

#[test]
fn a_payment_nobody_answered_is_sent_again_and_no_other_is_signed() {
    for extra in [&[][..], &["--pay-again"]] {
        let paywall = shop(vec![Reply::one_byte(), Reply::one_byte().reset()]);
        let mut args = vec!["--retry", "3", "--retry-all-errors", "--retry-delay", "1"];
        args.extend(extra);
        let url = paywall.url("/");
        args.push(&url);
        let run = Home::new().pay(&args);
        run.exits(0)
            .prints("the paid resource\n")
            .says(&["Will retry in 1 seconds. 2 retries left"]);
        assert_eq!((paywall.payments().len(), paywall.nonces().len()), (3, 1));
    }
}

#[test]
fn the_receipt_tells_how_the_last_try_ended() {
    let paywall = shop(vec![Reply::one_byte()]);
    let home = Home::new();
    let tries = ["--retry", "1", "--retry-all-errors", "--retry-delay", "1"];
    let url = paywall.url("/");
    let run = home.pay(&[&tries[..], &["--receipt", "r.json", "-o", "out", &url]].concat());
    run.exits(0).never_says("could not be written");
    assert_eq!(std::fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    let receipt: serde_json::Value =
        serde_json::from_slice(&std::fs::read(home.work("r.json")).unwrap()).unwrap();
    assert_eq!(receipt["state"], "settled", "{receipt}");
}

#[test]
fn exit_118_without_a_flag_that_says_so_silence_is_the_end() {
    let paywall = shop(vec![Reply::one_byte()]);
    Home::new().pay(&["--retry", "3", &paywall.url("/")]).exits(118).prints_nothing();
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn exit_118_tries_run_out_with_the_same_payment_open() {
    let paywall = shop(vec![Reply::one_byte(); 9]);
    let args = ["--retry", "1", "--retry-all-errors", &paywall.url("/")];
    Home::new().pay(&args).exits(118).prints_nothing();
    assert_eq!((paywall.payments().len(), paywall.nonces().len()), (2, 1));
}

#[test]
fn exit_117_what_is_refused_is_not_tried_again() {
    let terms = Paywall::v2().terms();
    let paywall = shop(vec![rejection(Version::V2, &terms, "no"); 9]);
    let args = ["--retry", "3", "--retry-all-errors", &paywall.url("/")];
    Home::new().pay(&args).exits(117).prints_nothing();
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn exit_119_an_error_that_was_paid_for_is_not_tried_again() {
    let paywall =
        Paywall::v2().deliver(|receipt| receipt.settled(Reply::new("503 Busy", "busy"))).start();
    let args = ["--retry", "3", "--retry-all-errors", "-f", &paywall.url("/")];
    Home::new().pay(&args).exits(119);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn exit_119_a_body_cut_short_is_not_asked_for_on_its_own() {
    let paywall = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(5)).start();
    let args = ["--retry", "3", "--retry-all-errors", &paywall.url("/")];
    Home::new().pay(&args).exits(119);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn before_a_payment_anything_is_tried_again() {
    let (seller, seen, asked) = (Paywall::v2(), Mutex::default(), AtomicUsize::new(0));
    let paywall = Paywall::serve(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::new("503 Busy", "").header("Retry-After", "0"),
        1 => Reply::new("429 Slowly", ""),
        _ => seller.answer(request, &seen),
    });
    let run = Home::new().pay(&["--retry", "2", "--retry-delay", "1", &paywall.url("/")]);
    run.exits(0).prints("the paid resource\n").says(&["HTTP error", "1 retry left"]);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn a_refusal_of_the_owners_is_not_tried_again() {
    let paywall = Paywall::v2().start();
    let args = ["--retry", "3", "--retry-all-errors", "--max-price", "0.000001", &paywall.url("/")];
    Home::new().run(&args).exits(110);
    assert_eq!(paywall.requests().len(), 1);
}

#[test]
fn a_part_is_said_to_be_one_before_it_is_paid() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    std::fs::write(home.work("out"), "0123").unwrap();
    let run = home.pay(&["-C", "4", "-o", "out", &paywall.url("/")]);
    run.exits(0).says(&["bytes 4- only"]);
    // It was paid for whole, so it is kept whole.
    assert_eq!(std::fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    let requests = paywall.requests();
    assert!(requests.iter().all(|request| request.header("range") == Some("bytes=4-")));
    let cents = Home::new().run(&["-C", "4", "--max-price", "0.000001", &paywall.url("/")]);
    cents.exits(110).says(&["bytes 4- only"]);
}

#[test]
fn a_download_that_was_paid_for_and_cut_goes_on_with_the_same_payment() {
    let (seller, taken) = (Paywall::v2().body("0123456789"), AtomicUsize::new(0));
    let seller = seller.deliver(move |receipt| {
        if taken.fetch_add(1, Ordering::SeqCst) == 0 {
            return receipt.deliver().cut_body(4);
        }
        receipt.settled(
            Reply::new("206 Partial Content", "456789").header("Content-Range", "bytes 4-9/10"),
        )
    });
    let paywall =
        Paywall::serve(move |request| seller.answer(request, &Mutex::new(HashSet::new())));
    let home = Home::new();
    home.pay(&["-o", "out", &paywall.url("/")]).exits(119);
    std::fs::rename(home.work("out.part"), home.work("out")).unwrap();
    home.pay(&["-C", "-", "-o", "out", &paywall.url("/")]).exits(0);
    assert_eq!(std::fs::read(home.work("out")).unwrap(), b"0123456789");
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn a_server_cannot_make_the_program_wait_for_ever() {
    // The second is more than a number holds, and no date either.
    for seconds in ["18446744073709551615", "99999999999999999999999", "3601"] {
        let busy = Reply::new("503 Busy", "busy\n").header("Retry-After", seconds);
        let server = Paywall::serve(move |_| busy.clone());
        let run = Home::without_wallet().run(&["--retry", "1", &server.url("/")]);
        run.exits(0).prints("busy\n").says(&["patience", "--retry-max-time"]);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn a_try_that_brings_less_for_nothing_leaves_the_part_that_was_paid_for() {
    let (seller, asked) = (Paywall::v2(), AtomicUsize::new(0));
    let seller = seller.body("0123456789").deliver(|receipt| receipt.deliver().cut_body(6));
    let paywall = Paywall::serve(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => seller.answer(request, &Mutex::new(HashSet::new())),
        _ => Reply::ok("0123456789").cut_body(2),
    });
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&["-o", "out", &url]).exits(119).says(&["out.part"]);
    let tries = ["--retry", "1", "--retry-all-errors", "--retry-delay", "1", "-o", "out", &url];
    home.pay(&tries).exits(18);
    assert_eq!(paywall.requests().len(), 4);
    assert_eq!(home.work_files(), ["out.part"]);
    assert_eq!(std::fs::read(home.work("out.part")).unwrap(), b"012345");
}
