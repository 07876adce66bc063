//! Answers without a body, and the file that is there already.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;

/// A home whose working directory has a file `f`, and one named like the URL's last part.
fn with_files(home: Home) -> Home {
    for name in ["f", "doc"] {
        fs::write(home.work(name), "kept").unwrap();
    }
    home
}

fn is_kept(home: &Home, args: &[&str]) {
    for name in ["f", "doc"] {
        assert_eq!(fs::read(home.work(name)).unwrap(), b"kept", "{name} after {args:?}");
    }
    let names = home.work_files();
    assert!(!names.iter().any(|name| name.ends_with(".1")), "{names:?} after {args:?}");
}

/// Answers without a body: their status, and whether curl makes a file of them where none is.
const BODYLESS: [(&str, bool); 4] = [
    ("304 Not Modified", false),
    ("204 No Content", true),
    ("205 Reset Content", true),
    ("412 Precondition Failed", true),
];

#[test]
fn an_answer_without_a_body_leaves_the_file_that_is_there() {
    for (status, _) in BODYLESS {
        let server = Paywall::serve(move |_| Reply::new(status, b"").header("ETag", "\"v1\""));
        let url = server.url("/doc");
        let ways: [&[&str]; 9] = [
            &["-o", "f"],
            &["-O"],
            &["-z", "f", "-o", "f"],
            &["--etag-compare", "tag", "-o", "f"],
            &["--etag-compare", "tag", "--etag-save", "tag", "-O"],
            &["--no-clobber", "-o", "f"],
            &["--no-pay", "-o", "f"],
            &["-Z", "-o", "f"],
            &["-OJ"],
        ];
        for way in ways {
            let home = with_files(Home::without_wallet());
            fs::write(home.work("tag"), "\"v1\"\n").unwrap();
            home.run(&[way, &[&url]].concat()).exits(0).prints_nothing();
            is_kept(&home, way);
        }
    }
}

#[test]
fn where_no_file_is_an_answer_without_a_body_makes_one_as_in_curl() {
    for (status, makes) in BODYLESS {
        let server = Paywall::serve(move |_| Reply::new(status, b""));
        let home = Home::without_wallet();
        home.run(&["-o", "f", &server.url("/doc")]).exits(0);
        let files: &[&str] = if makes { &["f"] } else { &[] };
        assert_eq!(home.work_files(), files, "{status}");
    }
}

#[test]
fn a_head_leaves_the_file_that_is_there() {
    let server = Paywall::serve(|_| Reply::ok(b"body"));
    let home = with_files(Home::without_wallet());
    home.run(&["-X", "HEAD", "-o", "f", &server.url("/doc")]).exits(0);
    is_kept(&home, &["-X HEAD"]);
}

#[test]
fn the_empty_body_of_a_success_is_the_resource() {
    let server = Paywall::serve(|_| Reply::ok(b""));
    let home = with_files(Home::without_wallet());
    home.run(&["-o", "f", &server.url("/doc")]).exits(0);
    assert_eq!(fs::read(home.work("f")).unwrap(), b"");
}

#[test]
fn the_heads_of_such_an_answer_go_where_they_are_wanted() {
    let server = Paywall::serve(|_| Reply::new("304 Not Modified", b""));
    let home = with_files(Home::without_wallet());
    home.run(&["-D", "heads", "-o", "f", &server.url("/doc")]).exits(0);
    is_kept(&home, &["-D"]);
    assert!(fs::read(home.work("heads")).unwrap().starts_with(b"HTTP/1.1 304 "));
    home.run(&["-i", "-o", "f", &server.url("/doc")]).exits(0);
    assert!(fs::read(home.work("f")).unwrap().starts_with(b"HTTP/1.1 304 "));
}

#[test]
fn what_was_paid_for_and_has_no_body_leaves_the_file_too() {
    for (status, exit) in [("304 Not Modified", 119), ("204 No Content", 0)] {
        for clobber in ["--clobber", "--no-clobber"] {
            let shop = selling(Reply::new(status, b""));
            let home = with_files(Home::new());
            home.pay(&[clobber, "-o", "f", &shop.url("/doc")]).exits(exit);
            is_kept(&home, &[status, clobber]);
            assert_eq!(shop.nonces().len(), 1);
        }
    }
}

#[test]
fn a_402_without_a_body_that_is_not_paid_leaves_the_file() {
    let server = Paywall::serve(|_| Reply::new("402 Payment Required", b""));
    let home = with_files(Home::without_wallet());
    home.run(&["--no-pay", "-o", "f", &server.url("/doc")]).exits(0);
    is_kept(&home, &["--no-pay"]);
}
