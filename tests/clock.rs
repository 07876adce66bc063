//! Time, by two clocks: this machine's, which stamps what is signed, and the server's.

use crate::connection::slow_pipe;
use crate::support::keystore::{EXAMPLE_PASSWORD, EXAMPLE_SCRYPT};
use crate::support::seller::{demand, now};
use crate::support::{BOTH, Home, Offer, Paywall, Run, Seller, Version};
use jiff::Timestamp;
use std::time::Duration;

/// What a server writes into `Date` at that time, in Unix seconds.
fn date(seconds: u64) -> String {
    let time = Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Pays a server that says so of the time, and may say more.
fn told(version: Version, date: String, more: &'static [(&str, &str)], args: &[&str]) -> Run {
    let run = asks(version, date, more, args).0;
    run.exits(0);
    run
}

/// Asks such a server, and says until when the signatures live that it was sent.
fn asks(
    version: Version,
    date: String,
    more: &'static [(&str, &str)],
    args: &[&str],
) -> (Run, Vec<u64>) {
    let reply = move |terms: &str| {
        let reply = demand(version, terms).header("Date", &date);
        more.iter().fold(reply, |reply, (name, value)| reply.header(name, value))
    };
    let offer = Offer::usdc("10000").with("maxTimeoutSeconds", "600");
    let seller = Seller::new(version).offer(offer);
    let paywall = seller.demand(move |_, terms| reply(terms)).start();
    let args: Vec<String> =
        args.iter().map(|&arg| arg.to_owned()).chain([paywall.url("/")]).collect();
    let run = Home::new().pay(&args);
    let ends = paywall.payments().into_iter().map(|(_, json)| {
        let payment: serde_json::Value = serde_json::from_str(&json).unwrap();
        let end = payment["payload"]["authorization"]["validBefore"].as_str().unwrap();
        end.parse().unwrap()
    });
    (run, ends.collect())
}

#[test]
fn what_is_signed_lives_by_the_clock_that_is_behind() {
    for version in BOTH {
        let begun = now();
        let (run, ends) = asks(version, date(begun - 300), &[], &[]);
        run.exits(0).prints("the paid resource\n");
        // The server's time goes on while this program works.
        assert!((300..330).contains(&(ends[0] - begun)), "{} seconds", ends[0] - begun);
    }
}

#[test]
fn a_clock_that_is_days_ahead_of_the_servers_signs_nothing() {
    for args in [&[][..], &["--max-validity", "1"], &["--dry-run"]] {
        let (run, ends) = asks(Version::V2, date(now() - 86_400 * 2), &[], args);
        run.exits(112).says(&[
            "clock is 2 days ahead",
            "nothing was signed",
            "set this machine's clock",
        ]);
        assert_eq!(ends, [0; 0]);
    }
}

#[test]
fn a_clock_that_is_more_than_two_minutes_off_is_told() {
    for version in BOTH {
        let behind = told(version, date(now() + 630), &[], &[]);
        behind.says(&["warning", "clock", "10 minutes behind"]).prints("the paid resource\n");
        let ahead = told(version, date(now() - 300), &[], &[]);
        ahead.says(&["warning", "clock", "5 minutes ahead"]);
        told(version, date(now() - 500), &[], &["--dry-run"]).says(&["8 minutes ahead"]);
        told(version, date(now() - 300), &[], &["-s"]).never_says("clock");
        told(version, date(now() - 600), &[("Age", "600")], &[]).never_says("clock");
        for near in [now() + 60, now() - 60] {
            told(version, date(near), &[], &[]).never_says("clock");
        }
    }
}

#[test]
fn what_is_no_date_tells_nothing() {
    let texts = ["", "now", "Sat, 99 Nov 2026 12:00:00 GMT", "99999999999999", "Sat, 01 Jan 0001"];
    for text in texts {
        told(Version::V2, text.to_owned(), &[], &[]).never_says("clock");
    }
}

#[test]
fn the_validity_begins_when_the_wallet_is_open() {
    let home = Home::without_wallet();
    let password = slow_pipe(&home, EXAMPLE_PASSWORD, Duration::from_secs(4));
    let wallet = home.secret("theirs.json", EXAMPLE_SCRYPT);
    let paywall = Paywall::v2()
        .offer(Offer::usdc("10000").with("maxTimeoutSeconds", "30"))
        .deliver(|receipt| {
            let life = receipt.payment.valid_before - now();
            assert!(life >= 28, "only {life} of 30 seconds are left");
            receipt.deliver()
        })
        .start();
    let args = ["--wallet", &wallet, "--password-file", &password, &paywall.url("/")];
    home.pay(&args).exits(0).prints("the paid resource\n");
}
