//! Paid bodies that are not, or not only, what was asked for; and where they are kept.

use super::{patient, selling, taking_again};
use crate::support::{Home, Paywall, Reply};
use std::fs;

const PARTIAL: &str = "206 Partial Content";

#[test]
fn a_paid_body_that_does_not_go_on_where_the_file_ends_is_kept_beside_it() {
    let (old, body) = ([b'o'; 50], [b'n'; 50]);
    for (status, range) in [
        ("203 Non-Authoritative Information", None),
        (PARTIAL, Some("bytes 0-49/100")),
        (PARTIAL, Some("bytes 10-59/100")),
        ("416 Range Not Satisfiable", None),
        ("503 Service Unavailable", None),
    ] {
        let reply = Reply::new(status, body);
        let paywall = selling(match range {
            Some(range) => reply.header("Content-Range", range),
            None => reply,
        });
        let home = Home::new();
        fs::write(home.work("big"), old).unwrap();
        let run = home.pay(&["-C", "-", "-o", "big", &paywall.url("/")]);
        run.exits(119).says(&["was paid", "big.part"]);
        if !status.starts_with('2') {
            run.says(&["answered with HTTP status", &status[..3]]).never_says("support ranges");
        }
        assert_eq!(fs::read(home.work("big")).unwrap(), old, "{status}");
        assert_eq!(fs::read(home.work("big.part")).unwrap(), body, "{status}");
    }
}

#[test]
fn a_body_goes_on_in_the_file_that_it_is_written_to() {
    let home = Home::new();
    fs::create_dir(home.work("d")).unwrap();
    fs::write(home.work("d/out"), "0123").unwrap();
    // An absolute name, which as in curl is below the directory all the same.
    let paywall = selling(Reply::new(PARTIAL, b"456789").header("Content-Range", "bytes 4-9/10"));
    home.pay(&["-C", "-", "--output-dir", "d", "-o", "/out", &paywall.url("/")]).exits(0);
    assert_eq!(fs::read(home.work("d/out")).unwrap(), b"0123456789");
    let ranges = paywall.requests();
    assert!(ranges.iter().all(|request| request.header("range") == Some("bytes=4-")));
}

#[test]
fn a_part_that_nobody_asked_for_is_not_the_whole() {
    let part = |range: &str| selling(Reply::new(PARTIAL, b"12345").header("Content-Range", range));
    for range in ["bytes 0-4/5000", "bytes 5-9/10", "bytes 0-4/*", "nonsense"] {
        let (paywall, home) = (part(range), Home::new());
        home.pay(&["-o", "out", &paywall.url("/")]).exits(119).says(&["was paid", "out.part"]);
        assert_eq!(home.work_files(), ["out.part"], "{range}");
        // Whoever reads standard output has not asked for it either.
        let home = Home::new();
        let run = home.pay(&[paywall.url("/")]);
        run.exits(119).prints_nothing().says(&["pay402-response.part"]);
        assert_eq!(fs::read(home.work("pay402-response.part")).unwrap(), b"12345");
    }
    let home = Home::new();
    home.pay(&["-o", "out", &part("bytes 0-4/5").url("/")]).exits(0);
    home.pay(&["-r", "5-9", "-o", "asked", &part("bytes 5-9/10").url("/")]).exits(0);
    home.pay(&["-r", "-5", "-o", "last", &part("bytes 5-9/10").url("/")]).exits(0);
    home.pay(&["-r", "5-", "-o", "other", &part("bytes 3-7/10").url("/")]).exits(119);
    home.pay(&["-r", "0-4", "-o", "short", &part("bytes 0-5/10").url("/")]).exits(119);
    assert_eq!(home.work_files(), ["asked", "last", "other.part", "out", "short.part"]);
    let free =
        Paywall::serve(|_| Reply::new(PARTIAL, b"12345").header("Content-Range", "bytes 0-4/5000"));
    home.run(&[free.url("/")]).exits(0).prints("12345");
}

#[test]
fn a_part_that_is_shorter_than_asked_or_the_wrong_end_is_kept_and_paid_for_once() {
    for (asked, came) in [
        ("0-4", "bytes 0-2/10"),
        ("0-99", "bytes 0-4/1000"),
        ("5-", "bytes 5-6/10"),
        ("5-", "bytes 6-9/*"),
        ("-5", "bytes 0-4/10"),
        ("-5", "bytes 8-9/10"),
        ("-500", "bytes 0-4/1000"),
        ("-5", "garbage"),
        ("0-4,10-14", "bytes 99-100/1000"),
        ("0-1,4-5", "bytes 0-0/10"),
    ] {
        let paywall = taking_again(Paywall::v2(), move |_, receipt| {
            let length = came.strip_prefix("bytes ").and_then(|range| {
                let (first, last) = range.split('/').next()?.split_once('-')?;
                Some(last.parse::<usize>().ok()? - first.parse::<usize>().ok()? + 1)
            });
            let reply = Reply::new(PARTIAL, "x".repeat(length.unwrap_or(3)));
            receipt.settled(reply.header("Content-Range", came))
        });
        let home = Home::new();
        for _ in 0..2 {
            let run = home.pay(&["-r", asked, "-o", "out", &paywall.url("/")]);
            run.exits(119).says(&["was paid", "another part", "out.part"]).never_says("out.part.1");
        }
        assert_eq!(home.work_files(), ["out.part"], "{asked} {came}");
        assert_eq!(paywall.nonces().len(), 1, "{asked} {came}");
    }
}

#[test]
fn all_that_there_is_of_a_part_is_the_part() {
    for (asked, came) in [
        ("0-99", "bytes 0-4/5"),
        ("0-4", "bytes 0-4/*"),
        ("5-", "bytes 5-9/10"),
        // Of what is made while it is sent nobody knows how long all of it is.
        ("5-", "bytes 5-9/*"),
        ("5", "bytes 5-9/10"),
        ("-99", "bytes 0-4/5"),
        ("0-1,3-4", "bytes 0-4/10"),
    ] {
        let part = selling(Reply::new(PARTIAL, b"12345").header("Content-Range", came));
        Home::new().pay(&["-r", asked, &part.url("/")]).exits(0).prints("12345");
    }
    let several = Reply::new(PARTIAL, b"--x").header("Content-Type", "multipart/byteranges");
    Home::new().pay(&["-r", "0-1,3-4", &selling(several).url("/")]).exits(0).prints("--x");
    let free =
        Paywall::serve(|_| Reply::new(PARTIAL, b"123").header("Content-Range", "bytes 0-2/9"));
    Home::new().run(&["-r", "0-4", &free.url("/")]).exits(0).prints("123");
}

#[test]
fn what_does_not_prove_to_be_the_rest_is_kept_beside_the_beginning() {
    let gzip =
        b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\x33\x36\x31\x05\0\x0f\xb5\xf5\x34\x03\0\0\0".to_vec();
    for (range, body, coding) in [
        ("bytes 2-4/*", b"234".to_vec(), None),
        ("bytes 3-nonsense", b"34".to_vec(), None),
        ("bytes 3-5/10", gzip, Some("gzip")),
    ] {
        let reply = Reply::new(PARTIAL, body).header("Content-Range", range);
        let paywall = selling(match coding {
            Some(coding) => reply.header("Content-Encoding", coding),
            None => reply,
        });
        let home = Home::new();
        fs::write(home.work("out"), "012").unwrap();
        let run = home.pay(&["--compressed", "-C", "-", "-o", "out", &paywall.url("/")]);
        run.exits(119).says(&["was paid", "another part", "out.part"]);
        assert_eq!(fs::read(home.work("out")).unwrap(), b"012", "{range}");
        assert_eq!(home.work_files(), ["out", "out.part"], "{range}");
    }
}

#[test]
fn what_is_kept_of_a_paid_body_is_not_overwritten_in_the_same_run() {
    let cut = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
    let free = Paywall::serve(|_| Reply::ok("free"));
    let home = Home::new();
    home.pay(&["-o", "f", &cut.url("/"), "-o", "f.part", &free.url("/")]).exits(119);
    assert_eq!(fs::read(home.work("f.part")).unwrap(), b"the paid");
    assert_eq!(fs::read(home.work("f.part.1")).unwrap(), b"free");
}

#[test]
fn a_part_that_goes_on_and_ends_too_soon_is_added_and_not_the_whole() {
    let home = Home::new();
    fs::write(home.work("out"), "0123").unwrap();
    let paywall = selling(Reply::new(PARTIAL, b"456").header("Content-Range", "bytes 4-6/10"));
    home.pay(&["-C", "-", "-o", "out", &paywall.url("/")]).exits(119).says(&["was paid"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456");
}

#[test]
fn what_was_kept_of_a_body_is_not_overwritten_with_what_came_of_another() {
    let home = Home::new();
    fs::write(home.work("out.part"), "mine\n").unwrap();
    let paywall = patient(Paywall::v2(), |n, reply| match n {
        0 => reply.cut_body(12),
        1 => reply.cut_body(3),
        _ => reply,
    });
    let args = ["-o", "out", &paywall.url("/")];
    home.pay(&args).exits(119).says(&["what came is in out.part.1"]);
    // The same payment sent again: its longer part stays, and no disk is filled by trying.
    home.pay(&args).exits(119).says(&["what came is in out.part.1;"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"mine\n");
    assert_eq!(fs::read(home.work("out.part.1")).unwrap(), b"the paid res");
    assert_eq!(home.work_files(), ["out.part", "out.part.1"]);
    home.pay(&args).exits(0);
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn a_try_that_is_followed_by_another_leaves_no_part() {
    let home = Home::new();
    let cut = || Reply::ok(b"0123456789").cut_body(4);
    let free = Paywall::script([cut(), cut()]);
    let retry = ["--retry", "1", "--retry-all-errors"];
    home.run(&[&retry[..], &["-o", "out", &free.url("/")]].concat()).exits(18).says(&["out.part"]);
    assert_eq!(home.work_files(), ["out.part"]);
}

#[test]
fn a_body_that_begins_again_takes_the_files_place_only_when_it_is_whole() {
    let whole: Vec<u8> = (b' '..b'~').collect();
    let home = Home::new();
    fs::write(home.work("out"), &whole[..90]).unwrap();
    let seller = Paywall::v2().body(&whole);
    let paywall = patient(seller, |n, reply| if n == 0 { reply.cut_body(5) } else { reply });
    let args = ["-i", "-C", "-", "-o", "out", &paywall.url("/")];
    home.pay(&args).exits(119).says(&["out.part"]);
    assert_eq!(fs::read(home.work("out")).unwrap(), &whole[..90]);
    assert!(fs::read(home.work("out.part")).unwrap().ends_with(&whole[..5]));
    home.pay(&args).exits(0);
    let out = fs::read(home.work("out")).unwrap();
    assert!(out.starts_with(b"HTTP/1.1 200") && out.ends_with(&whole), "its head, and all of it");
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn a_part_gives_way_to_a_longer_one_of_its_payment_and_to_no_other() {
    let paywall = patient(Paywall::v2(), |n, reply| reply.cut_body(4 * n.min(2) + 4));
    let (home, url) = (Home::new(), paywall.url("/"));
    let args = ["-o", "out", &url];
    for whole in ["the ", "the paid", "the paid res", "the paid res"] {
        home.pay(&args).exits(119).says(&["what came is in out.part;"]);
        assert_eq!(fs::read_to_string(home.work("out.part")).unwrap(), whole);
        assert_eq!(home.work_files(), ["out.part"]);
    }
    let other = Paywall::v2().body("another thing").deliver(|r| r.deliver().cut_body(9)).start();
    home.pay(&["-o", "out", &other.url("/")]).exits(119).says(&["in out.part.1;"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"the paid res");
}

#[test]
fn what_is_said_of_a_body_is_where_its_directory_is_now() {
    for (cut, moved) in [(true, true), (true, false), (false, true), (false, false)] {
        let home = Home::new();
        fs::create_dir(home.work("d")).unwrap();
        let (old, new) = (home.work("d"), home.work("e"));
        let paywall = Paywall::v2()
            .deliver(move |receipt| {
                if moved {
                    fs::rename(&old, &new).unwrap();
                } else {
                    fs::remove_dir_all(&old).unwrap();
                }
                let reply = receipt.deliver();
                if cut { reply.cut_body(8) } else { reply }
            })
            .start();
        let run = home.pay(&["-o", "d/out", &paywall.url("/")]);
        run.exits(if cut { 119 } else { 0 });
        let name = if cut { "out.part" } else { "out" };
        let place = if moved { home.work("e") } else { home.work("../tmp") };
        let place = place.canonicalize().unwrap();
        run.says(&[&format!("is in {}", place.join(name).display())]);
        let body: &[u8] = if cut { b"the paid" } else { b"the paid resource\n" };
        assert_eq!(fs::read(place.join(name)).unwrap(), body);
    }
}
