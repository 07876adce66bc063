//! Downloads that go on where a file ends, and files that end elsewhere.

use super::{selling, taking_again};
use crate::support::seller::Receipt;
use crate::support::{Home, Paywall, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const PARTIAL: &str = "206 Partial Content";

fn rest() -> Reply {
    Reply::new(PARTIAL, b"3456789").header("Content-Range", "bytes 3-9/10")
}

#[test]
fn nothing_is_bought_that_the_file_has_no_place_for() {
    for old in [Some("012345"), Some("01"), None] {
        let (paywall, home) = (Paywall::v2().start(), Home::new());
        if let Some(old) = old {
            fs::write(home.work("out"), old).unwrap();
        }
        let args = ["-C", "3", "-o", "out", &paywall.url("/")];
        let dry = home.pay(&[&["--dry-run"], &args[..]].concat());
        dry.exits(23).says(&["does not end where -C goes on; nothing was signed"]);
        assert_eq!(home.work_files().len(), usize::from(old.is_some()), "{dry}");
        let run = home.pay(&args);
        run.exits(23).says(&["does not end where -C goes on; nothing was signed", "-C -"]);
        assert_eq!(fs::read(home.work("out")).unwrap(), old.unwrap_or_default().as_bytes());
        assert_eq!(paywall.payments().len(), 0);
        assert_eq!(home.work_files(), ["out"]);
        // What is free is as in curl.
        let (free, home) = (Paywall::serve(|_| rest()), Home::new());
        if let Some(old) = old {
            fs::write(home.work("out"), old).unwrap();
        }
        home.pay(&["-C", "3", "-o", "out", &free.url("/")]).exits(0);
        let out = format!("{}3456789", old.unwrap_or_default());
        assert_eq!(fs::read(home.work("out")).unwrap(), out.as_bytes());
    }
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let paywall = selling(rest());
    let args = ["-C", "3", "-o", "out", &paywall.url("/")];
    home.pay(&[&["--dry-run"], &args[..]].concat()).exits(0);
    home.pay(&args).exits(0);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
}

#[test]
fn a_part_that_is_asked_for_as_well_gives_way_to_the_rest() {
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let paywall = selling(rest());
    home.pay(&["-C", "-", "-r", "1-2", "-o", "out", &paywall.url("/")]).exits(0);
    assert!(paywall.requests().iter().all(|one| one.header("range") == Some("bytes=3-")));
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
}

#[test]
fn a_file_that_changes_while_it_is_paid_for_is_not_added_to() {
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let grown = home.work("out");
    let paywall = Paywall::v2()
        .deliver(move |receipt| {
            fs::write(&grown, "somebody else's").unwrap();
            receipt.settled(rest())
        })
        .start();
    let run = home.pay(&["-C", "3", "-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["was paid, but the file does not end where -C goes on", "out.part"]);
    run.never_says("did not come whole");
    assert_eq!(fs::read(home.work("out")).unwrap(), b"somebody else's");
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"3456789");
}

#[test]
fn a_file_that_another_took_the_name_of_is_not_added_to() {
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    fs::write(home.work("new"), "0123").unwrap();
    let (new, out) = (home.work("new"), home.work("out"));
    let paywall = Paywall::v2()
        .deliver(move |receipt| {
            fs::rename(&new, &out).unwrap();
            receipt.settled(rest())
        })
        .start();
    home.pay(&["-C", "3", "-o", "out", &paywall.url("/")]).exits(119).says(&["out.part"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123");
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"3456789");
}

#[test]
fn what_was_cut_goes_on_with_the_same_payment_where_the_file_ends_now() {
    let paywall = taking_again(Paywall::v2(), |n, receipt| {
        let reply = match n {
            0 => rest().cut_body(4),
            _ => Reply::new(PARTIAL, b"789").header("Content-Range", "bytes 7-9/10"),
        };
        receipt.settled(reply)
    });
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let first = ["-C", "3", "-o", "out", &paywall.url("/")];
    home.pay(&first).exits(119).says(&["with the same payment", "-C - it goes on"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456");
    let dry = home.run(&[&["--dry-run"], &first[..]].concat());
    let again = home.pay(&first);
    for run in [&dry, &again] {
        run.exits(119).says(&[
            "has settled",
            "was not sent again: the file",
            "with -C - it goes on",
        ]);
    }
    home.run(&["resume", "-C", "3", "-o", "out"])
        .exits(119)
        .says(&["was not sent again: the file"]);
    home.pay(&["-C", "-", "-o", "out", &paywall.url("/")]).exits(0);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
}

#[test]
fn a_stream_that_has_the_beginning_is_not_given_all_of_it_again() {
    let whole = || selling(Reply::ok(b"0123456789"));
    for place in [&[][..], &["-o", "/dev/stdout"], &["-o", "/dev/null"]] {
        let home = Home::new();
        let run = home.pay(&[&["-C", "5"], place, &[&whole().url("/")]].concat());
        run.exits(119).prints_nothing().says(&[
            "was paid",
            "does not seem to support ranges",
            "response.part",
        ]);
        assert_eq!(fs::read(home.work("pay402-response.part")).unwrap(), b"0123456789");
    }
    let home = Home::new();
    home.pay(&["-C", "3", "-o", "/dev/stdout", &selling(rest()).url("/")]).prints("3456789");
    // With data all of it is asked for.
    home.pay(&["-C", "5", "-d", "x", &whole().url("/")]).exits(0).prints("0123456789");
    let free = Paywall::serve(|_| Reply::ok(b"0123456789"));
    home.run(&["-C", "5", &free.url("/")]).exits(33).prints_nothing();
}

#[test]
fn what_is_no_file_is_not_given_another_part() {
    let other = Reply::new(PARTIAL, b"OTHER").header("Content-Range", "bytes 3-7/10");
    for place in [&[][..], &["-o", "/dev/stdout"]] {
        let home = Home::new();
        let paywall = selling(other.clone());
        let run = home.pay(&[&["-r", "5-"], place, &[&paywall.url("/")]].concat());
        run.exits(119).prints_nothing().says(&["another part", "pay402-response.part"]);
    }
}

#[test]
fn what_was_added_to_a_file_is_not_overwritten_or_added_to_in_the_same_run() {
    let free = Paywall::serve(|_| Reply::ok("free"));
    for (reply, kept, code) in [(rest().cut_body(4), "0123456", 119), (rest(), "0123456789", 0)] {
        let home = Home::new();
        fs::write(home.work("out"), "012").unwrap();
        let paid = selling(reply);
        let args = ["-C", "3", "-o", "out", &paid.url("/"), "--next"];
        home.pay(&[&args[..], &["-o", "out", &free.url("/")]].concat())
            .exits(code)
            .says(&["out.1"]);
        assert_eq!(fs::read_to_string(home.work("out")).unwrap(), kept);
        assert_eq!(fs::read(home.work("out.1")).unwrap(), b"free");
    }
    let more =
        Paywall::serve(|_| Reply::new(PARTIAL, b"free").header("Content-Range", "bytes 10-13/14"))
            .may_be_unused();
    let home = Home::new();
    for place in ["10", "-"] {
        let paid = selling(Reply::ok(b"0123456789"));
        let args = ["-o", "out", &paid.url("/"), "--next"];
        let run = home.pay(&[&args[..], &["-C", place, "-o", "out", &more.url("/")]].concat());
        run.exits(2).says(&["what was paid for and the output of -C are the same file"]);
        assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
    }
    assert_eq!(more.connections(), 0);
}

#[test]
fn of_two_paid_bodies_that_go_on_in_one_file_one_does() {
    // The head is there long before the body, of both.
    let slow = |receipt: &Receipt| {
        let (name, said) = (receipt.header(), STANDARD.encode(receipt.settlement()));
        let range = "Content-Range: bytes 3-9/10\r\nContent-Length: 7";
        let head = format!("HTTP/1.1 {PARTIAL}\r\n{name}: {said}\r\n{range}\r\n\r\n");
        Reply::raw(format!("{head}3456789")).trickle(head.len(), Duration::from_millis(150))
    };
    let (one, other) = (Paywall::v2().deliver(slow).start(), Paywall::v2().deliver(slow).start());
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let places = ["-Z", "-C", "3", "-o", "out", "-o", "out"];
    let run = home.pay(&[&places[..], &[&one.url("/"), &other.url("/")]].concat());
    run.exits(119).says(&["does not end where -C goes on"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"3456789");
}

/// Waits until a file is longer than this.
fn until_longer(file: &Path, length: u64) {
    let end = Instant::now() + Duration::from_secs(20);
    while fs::metadata(file).is_ok_and(|there| there.len() <= length) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn side_by_side_nothing_is_added_to_what_was_paid_for_and_nothing_takes_its_place() {
    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let out = home.work("out");
    let free = Paywall::serve(move |_| {
        until_longer(&out, 9);
        Reply::new(PARTIAL, b"free").header("Content-Range", "bytes 3-6/7")
    });
    let places = ["-Z", "-C", "3", "-o", "out", "-o", "out"];
    let run = home.pay(&[&places[..], &[&selling(rest()).url("/"), &free.url("/")]].concat());
    run.exits(23).says(&["out", "paid for in this run"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");

    let home = Home::new();
    fs::write(home.work("out"), "012").unwrap();
    let out = home.work("out");
    let free = Paywall::serve(move |_| {
        until_longer(&out, 3);
        Reply::ok("free")
    });
    let long = Reply::new(PARTIAL, [b'x'; 4000]).header("Content-Range", "bytes 3-4002/4003");
    let paid = selling(long.trickle(400, Duration::from_millis(20)));
    let args = ["-Z", "-C", "3", "-o", "out", &paid.url("/"), "--next"];
    home.pay(&[&args[..], &["-o", "out", &free.url("/")]].concat()).exits(0).says(&["out.1"]);
    assert_eq!(fs::metadata(home.work("out")).unwrap().len(), 4003);
    assert_eq!(fs::read(home.work("out.1")).unwrap(), b"free");
}
