//! Promise 2: on disk before it is on the wire.

use crate::support::seller::Seller;
use crate::support::{BOTH, Home, Paywall, Reply};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where payments are recorded.
const JOURNAL: &str = "journal.jsonl";

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
        if first { Reply::nothing() } else { seller.answer(request, &Mutex::default()) }
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
fn the_journal_is_the_owners_alone_and_tells_the_end() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(0);
    assert_eq!(home.mode(JOURNAL), 0o600);
    let states = |home: &Home| -> Vec<String> {
        let text = fs::read_to_string(home.path(JOURNAL)).unwrap();
        let state = |line: &str| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            entry["state"].as_str().unwrap().to_owned()
        };
        text.lines().map(state).collect()
    };
    assert_eq!(states(&home), ["signed", "settled"]);
    let silent = Paywall::v2().deliver(|_| Reply::nothing()).start();
    home.pay(&[silent.url("/")]).exits(118);
    let refusing = Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"{}")).start();
    home.pay(&[refusing.url("/")]).exits(117);
    let later = ["signed", "unknown", "signed", "rejected"];
    assert_eq!(states(&home)[2..], later);
}

#[test]
fn exit_116_what_cannot_be_recorded_is_not_signed() {
    let home = Home::new();
    fs::create_dir(home.path(JOURNAL)).unwrap();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/")]).exits(116).prints_nothing().says(&[JOURNAL, "nothing was"]);
    paywall.asked_but_not_paid();
}

#[cfg(target_os = "linux")]
#[test]
fn exit_116_a_full_disk_keeps_the_payment_at_home() {
    let home = Home::new();
    std::os::unix::fs::symlink("/dev/full", home.path(JOURNAL)).unwrap();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/")]).exits(116).prints_nothing().says(&[JOURNAL, "nothing was"]);
    paywall.asked_but_not_paid();
}

#[test]
fn what_is_free_needs_no_ledger() {
    let home = Home::new();
    fs::create_dir(home.path(JOURNAL)).unwrap();
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    home.pay(&[paywall.url("/")]).exits(0).prints("free");
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
