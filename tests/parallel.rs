//! Transfers side by side: one owner, one unlocking, one set of budgets, and every record true.

use crate::support::{Home, Paywall, Reply};
use rusqlite::Connection;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn history(home: &Home, state: &str) -> usize {
    let run = home.run(&["history", "export", "--state", state]);
    run.exits(0).text().lines().count()
}

#[test]
fn each_is_paid_once_and_told_and_the_total_is_right() {
    let shop = Paywall::v2().price("1000").start();
    let home = Home::new();
    let run = home.pay(&["-Z", "-o", "out#1", &shop.url("/[1-12]")]);
    run.exits(0).prints_nothing().says(&["in total: 12 payments settled, 0.012 USDC on base"]);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("paid 0.001")).count(), 12);
    assert_eq!((shop.payments().len(), shop.nonces().len()), (12, 12));
    assert_eq!(home.work_files().len(), 12);
    assert_eq!(history(&home, "settled"), 12);
}

#[test]
fn they_do_go_side_by_side_and_no_wider_than_said() {
    for (width, least, most) in [("4", 2, 4), ("1", 1, 1)] {
        let (now, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, seen) = (Arc::clone(&now), Arc::clone(&peak));
        let server = Paywall::serve(move |_| {
            let busy = counted.fetch_add(1, Ordering::SeqCst) + 1;
            seen.fetch_max(busy, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(40));
            counted.fetch_sub(1, Ordering::SeqCst);
            Reply::ok(b"x")
        });
        let args = ["-Z", "--parallel-max", width, &server.url("/[1-12]")];
        Home::without_wallet().run(&args).exits(0).prints("x".repeat(12));
        let peak = peak.load(Ordering::SeqCst);
        assert!((least..=most).contains(&peak), "{peak} at once of {width}");
    }
}

#[test]
fn the_same_url_twice_is_two_purchases_with_two_authorizations() {
    let shop = Paywall::v2().start();
    let url = shop.url("/");
    Home::new().pay(&["-Z", &url, &url]).exits(0).prints("the paid resource\n".repeat(2));
    assert_eq!((shop.payments().len(), shop.nonces().len()), (2, 2));
}

#[test]
fn a_budget_is_one_for_all_and_the_first_refusal_stops_what_is_not_paid() {
    let shop = Paywall::v2().price("10000").start();
    let home = Home::new();
    let run =
        home.pay(&["-Z", "--budget", "0.03/day", "--parallel-max", "3", &shop.url("/[1-40]")]);
    run.exits(111).prints("the paid resource\n".repeat(3)).says(&["a budget is exhausted"]);
    assert_eq!(shop.payments().len(), 3);
    assert!(shop.requests().len() < 20, "{} requests", shop.requests().len());
    assert_eq!(history(&home, "settled"), 3);
}

#[test]
fn a_wrong_password_is_tried_once() {
    let shop = Paywall::v2().start();
    let home = Home::without_wallet();
    let file = home.secret("password", "right");
    home.run(&["wallet", "new", "--lightkdf", "--password-file", &file]).exits(0);
    let wrong = home.secret("wrong", "wrong");
    let args = ["-Z", "--parallel-max", "2", "--password-file", &wrong, &shop.url("/[1-30]")];
    let run = home.pay(&args);
    run.exits(115);
    assert_eq!(run.stderr.matches("wrong password").count(), 1, "{run}");
    shop.asked_but_not_paid();
    assert!(shop.requests().len() < 10, "{} requests", shop.requests().len());
}

#[test]
fn fail_early_begins_nothing_more() {
    let server = Paywall::serve(|_| Reply::new("404 Not Found", b""));
    let args = ["-Z", "-f", "--fail-early", "--parallel-max", "1", &server.url("/[1-9]")];
    Home::without_wallet().run(&args).exits(22);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn json_has_a_total_of_its_own() {
    let shop = Paywall::v2().price("1000").start();
    let run = Home::new().pay(&["-Z", "--format", "json", &shop.url("/[1-2]")]);
    run.exits(0);
    let last = run.stderr.lines().last().unwrap();
    let total: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(total["schema"], "pay402/total/1");
    assert_eq!(total["totals"][0]["amount_atomic"], "2000");
}

#[test]
fn a_signal_ends_what_has_not_paid_and_every_payment_is_on_record() {
    // One is paid and delivered, one is silent after the payment, and two are silent at once.
    let paid = AtomicUsize::new(0);
    let shop = Paywall::v2()
        .demand(|request, terms| {
            if request.path().starts_with("/silent") {
                Reply::silence()
            } else {
                crate::support::seller::demand(crate::support::Version::V2, terms)
            }
        })
        .deliver(move |receipt| {
            let first = paid.fetch_add(1, Ordering::SeqCst) == 0;
            if first { receipt.deliver() } else { Reply::silence() }
        })
        .start();
    let home = Home::new();
    let args = ["-Z", &shop.url("/{a,b,silent1,silent2}")];
    let started = home.paying(&args).start();
    let deadline = Instant::now() + Duration::from_secs(10);
    while shop.requests().len() < 6 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    started.signal("INT");
    let run = started.finish();
    run.exits(118).prints("the paid resource\n").says(&["can still be settled"]);
    assert_eq!((history(&home, "settled"), history(&home, "unknown")), (1, 1));
    assert_eq!(shop.payments().len(), 2);
}

/// A shop that hangs up on its first payments.
fn answers_late(nothing: usize) -> Paywall {
    let (seller, taken) = (Paywall::v2().price("1000"), AtomicUsize::new(0));
    Paywall::serve(move |request| {
        let is_early =
            request.payment().is_some() && taken.fetch_add(1, Ordering::SeqCst) < nothing;
        if is_early { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) }
    })
}

#[test]
fn what_is_tried_again_is_one_payment_in_the_total_and_counts_as_it_ended() {
    for (ends_well, word) in [(true, "settled"), (false, "unknown")] {
        let shop = answers_late(if ends_well { 2 } else { usize::MAX });
        let url = shop.url("/{a,b}");
        let args = ["-Z", "--retry", "2", "--retry-all-errors", "--retry-delay", "1", &url];
        let run = Home::new().pay(&args);
        run.exits(if ends_well { 0 } else { 118 });
        let total = run.stderr.lines().find(|line| line.starts_with("in total: "));
        let expected = format!("in total: 2 payments {word}, 0.002 USDC on base");
        assert_eq!(total, Some(expected.as_str()), "{run}");
        assert_eq!(shop.nonces().len(), 2);
        assert!(shop.payments().len() >= 4);
    }
}

#[test]
fn the_total_in_json_counts_a_payment_once_too() {
    let shop = answers_late(2);
    let url = shop.url("/{a,b}");
    let run = Home::new().pay(&[
        "-Z",
        "--retry",
        "2",
        "--retry-all-errors",
        "--retry-delay",
        "1",
        "--format",
        "json",
        &url,
    ]);
    run.exits(0);
    let last = run.stderr.lines().last().unwrap();
    let total: serde_json::Value = serde_json::from_str(last).unwrap();
    let totals = total["totals"].as_array().unwrap();
    assert_eq!(totals.len(), 1, "{total}");
    assert_eq!((&totals[0]["state"], &totals[0]["payments"]), (&"settled".into(), &2.into()));
    assert_eq!(totals[0]["amount_atomic"], "2000");
}

#[test]
fn a_transfer_that_waits_for_the_ledger_holds_up_no_other() {
    let (paywall, home) = (Paywall::v2().start(), Home::new());
    home.pay(&[paywall.url("/first")]).exits(0);
    let holder = Connection::open(home.path("ledger.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let live = home.path("live");
    // It answers when the other transfer waits to record its reservation.
    let free = Paywall::serve(move |_| {
        while fs::read_dir(&live).unwrap().next().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(100));
        Reply::ok(b"free")
    });
    let (paid_file, free_file) = (home.work("paid"), home.work("free"));
    let (second, free) = (paywall.url("/second"), free.url("/"));
    let program = home.paying(&["-Z", "-o", "paid", &second, "-o", "free", &free]).start();
    while fs::read(&free_file).unwrap_or_default() != b"free" {
        assert!(!paid_file.exists());
        std::thread::sleep(Duration::from_millis(5));
    }
    holder.execute_batch("COMMIT").unwrap();
    program.finish().exits(0);
    assert_eq!(fs::read(&paid_file).unwrap(), b"the paid resource\n");
}
