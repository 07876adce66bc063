//! A signal: what it stops, and what is said of the money.

use crate::support::ledger::entries;
use crate::support::seller::demand;
use crate::support::{Home, Paywall, Reply, Version};
use rusqlite::Connection;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn a_signal_just_before_the_signature_leaves_nothing_signed_and_says_so() {
    let paywall = Paywall::v2().start();
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&[&url]).exits(0);
    for signal in ["INT", "TERM", "QUIT"] {
        let holder = Connection::open(home.path("ledger.db")).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        let program = home.paying(&[&url]).start();
        // It shows that it is alive, and then waits to record a reservation.
        while fs::read_dir(home.path("live")).unwrap().next().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        program.signal(signal);
        std::thread::sleep(Duration::from_millis(100));
        holder.execute_batch("COMMIT").unwrap();
        program.finish().exits(130).prints_nothing().says(&["interrupted", "nothing was signed"]);
    }
    assert_eq!((paywall.nonces().len(), entries(&home).len()), (1, 1));
}

#[test]
fn a_signal_while_a_later_url_is_asked_for_is_heard() {
    // Who hears it first is chance.
    for _ in 0..6 {
        let paywall = Paywall::v2().start();
        let mute = Paywall::serve(|_| Reply::silence());
        let home = Home::new();
        let program = home.paying(&[&paywall.url("/"), &mute.url("/")]).start();
        while mute.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        program.signal("INT");
        program.finish().exits(130).prints("the paid resource\n").says(&["interrupted"]);
    }
}

/// A shop that answers the `n`th payment with `answer(n)`, whatever it is worth.
fn answering(answer: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Paywall {
    let (terms, paid) = (Paywall::v2().terms(), AtomicUsize::new(0));
    Paywall::serve(move |request| match request.payment() {
        None if request.path() == "/free" => Reply::ok(b"free"),
        None => demand(Version::V2, &terms),
        Some(_) => answer(paid.fetch_add(1, Ordering::SeqCst)),
    })
}

#[test]
fn an_interrupted_resume_goes_on_to_no_other_payment() {
    let shop = answering(|n| if n == 2 { Reply::silence() } else { Reply::one_byte() });
    let home = Home::new();
    for path in ["/a", "/b"] {
        home.pay(&[shop.url(path)]).exits(118);
    }
    let program = home.pay402(&["resume"]).start();
    while shop.payments().len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    program.signal("INT");
    program.finish().exits(118).prints_nothing();
    assert_eq!((shop.requests().len(), shop.payments().len()), (6, 3));
}

#[test]
fn a_signal_while_a_later_url_waits_for_the_books_sends_nothing_again() {
    let shop = answering(|_| Reply::one_byte());
    let home = Home::new();
    home.pay(&[shop.url("/b")]).exits(118);
    let holder = Connection::open(home.path("ledger.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let program = home.paying(&[shop.url("/free"), shop.url("/b")]).start();
    while shop.requests().len() < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    // It waits to record that the earlier payment is its own.
    std::thread::sleep(Duration::from_millis(500));
    program.signal("INT");
    std::thread::sleep(Duration::from_millis(100));
    holder.execute_batch("COMMIT").unwrap();
    program.finish().exits(130).prints("free").says(&["interrupted", "nothing was signed"]);
    assert_eq!(shop.payments().len(), 1);
}
