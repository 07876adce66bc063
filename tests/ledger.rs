//! Promise 2: on disk before it is on the wire, and never twice.

use crate::support::seller::Seller;
use crate::support::{BOTH, Home, Paywall, Reply};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether a file below `directory` has `needle` in it, as text or as the bytes it spells.
fn is_recorded(directory: &Path, needle: &str) -> bool {
    let spelled: Vec<u8> = (0..needle.len() / 2)
        .map(|at| u8::from_str_radix(&needle[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_recorded(&path, needle);
        }
        let content = fs::read(&path).unwrap_or_default();
        let has = |bytes: &[u8]| content.windows(bytes.len()).any(|window| window == bytes);
        has(needle.as_bytes()) || has(&spelled)
    })
}

/// A shop that hangs up on the first payment and answers later ones well.
fn forgetful(seller: Seller) -> Paywall {
    let payments = AtomicUsize::new(0);
    Paywall::serve(move |request| {
        let first = request.payment().is_some() && payments.fetch_add(1, Ordering::SeqCst) == 0;
        if first { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) }
    })
}

#[test]
fn an_authorization_is_on_disk_before_it_is_on_the_wire() {
    for version in BOTH {
        let home = Home::new();
        let directory = home.path("");
        let paywall = Seller::new(version)
            .deliver(move |receipt| {
                let nonce = &receipt.payment.nonce[2..];
                assert!(is_recorded(&directory, nonce), "{nonce} is nowhere on disk");
                receipt.deliver()
            })
            .start();
        home.pay(&[paywall.url("/")]).exits(0);
    }
}

#[test]
fn exit_116_what_cannot_be_recorded_is_not_signed() {
    let home = Home::new();
    fs::create_dir(home.path("ledger.db")).unwrap();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/")]).exits(116).prints_nothing().says(&["ledger.db", "nothing was"]);
    paywall.asked_but_not_paid();
}

#[cfg(target_os = "linux")]
#[test]
fn exit_116_a_full_disk_keeps_the_payment_at_home() {
    let home = Home::new();
    std::os::unix::fs::symlink("/dev/full", home.path("ledger.db")).unwrap();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/")]).exits(116).prints_nothing().says(&["ledger.db", "nothing was"]);
    paywall.asked_but_not_paid();
}

#[test]
fn the_ledger_is_the_owners_alone() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(0);
    assert_eq!(home.mode("ledger.db"), 0o600);
}

#[test]
fn a_ledger_that_cannot_be_read_is_never_an_empty_one() {
    let home = Home::new();
    fs::write(home.path("ledger.db"), "this was a ledger once\n".repeat(100)).unwrap();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/")]).exits(116).prints_nothing();
    paywall.asked_but_not_paid();
}

#[test]
fn what_is_free_needs_no_ledger() {
    let home = Home::new();
    fs::create_dir(home.path("ledger.db")).unwrap();
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    home.pay(&[paywall.url("/")]).exits(0).prints("free");
}

#[test]
fn running_again_sends_the_same_authorization_again() {
    for version in BOTH {
        let paywall = forgetful(Seller::new(version));
        let home = Home::new();
        home.pay(&[paywall.url("/")]).exits(118).prints_nothing();
        home.pay(&[paywall.url("/")]).exits(0).prints("the paid resource\n");
        assert_eq!(paywall.nonces().len(), 1);
    }
}

#[test]
fn another_request_is_another_payment() {
    let paywall = forgetful(Paywall::v2());
    let home = Home::new();
    home.pay(&[paywall.url("/one")]).exits(118);
    home.pay(&[paywall.url("/two")]).exits(0);
    home.pay(&["-d", "other", &paywall.url("/one")]).exits(0);
    assert_eq!(paywall.nonces().len(), 3);
}

#[test]
fn paying_again_is_for_those_who_say_so() {
    let paywall = forgetful(Paywall::v2());
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(118);
    home.pay(&["--pay-again", &paywall.url("/")]).exits(0);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn the_history_is_cut_short_on_either_side_of_list_but_never_an_export() {
    let home = Home::new();
    let paywall = Paywall::v2().start();
    for path in ["/one", "/two", "/three"] {
        home.pay(&[paywall.url(path)]).exits(0);
    }
    let listed = |args: &[&str]| {
        let json = home.run(&[&["--format", "json"], args].concat()).exits(0).json();
        json["payments"].as_array().unwrap().len()
    };
    assert_eq!(listed(&["history", "--limit", "2", "list"]), 2);
    assert_eq!(listed(&["history", "list", "--limit", "2"]), 2);
    assert_eq!(listed(&["history", "--limit", "1"]), 1);
    assert_eq!(listed(&["history", "list"]), 3);
    let exported = home.run(&["history", "--limit", "1", "export"]);
    assert_eq!(exported.exits(0).text().lines().count(), 3);
}

#[test]
fn budget_shows_one_that_a_flag_sets() {
    let home = Home::new();
    let none = "no budget is set; PAY402_BUDGET or [budget] in config.toml sets one (--budget is for a \
                single run)\n";
    home.run(&["budget"]).exits(0).prints(none);
    let shown = home.run(&["--budget", "5/day", "--format", "json", "budget"]).exits(0).json();
    assert_eq!(shown["budgets"][0]["budget"], "$5/day");
    assert_eq!(shown["budgets"][0]["left"], "5");
}

#[test]
fn history_show_begins_with_what_people_look_for() {
    let home = Home::new();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/one")]).exits(0);
    let id = home.run(&["history", "export"]).json()["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["history", "show", &id]);
    let text = shown.exits(0).says_nothing().text();
    let rows: Vec<(&str, &str)> = text
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(n, v)| (n, v.trim()))
        .collect();
    let names: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(names[..5], ["id", "state", "amount", "asset", "url"], "{text}");
    assert_eq!(
        rows[1..5].iter().map(|(_, value)| *value).collect::<Vec<_>>(),
        ["settled", "0.01", "USDC", &paywall.url("/one")]
    );
    assert!(names[5..].is_sorted() && !names.contains(&"schema"), "{text}");
}
