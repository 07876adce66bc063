//! `--etag-save`, and answers that say nothing has changed.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;

fn tagged(reply: Reply) -> Reply {
    reply.header("ETag", "\"v1\"")
}

#[test]
fn the_tag_of_a_body_that_did_not_come_whole_is_not_kept() {
    let home = Home::new();
    let cut = Paywall::v2().deliver(|receipt| tagged(receipt.deliver()).cut_body(8)).start();
    home.pay(&["--etag-save", "tag", "-o", "out", &cut.url("/")]).exits(119);
    assert_eq!(home.work_files(), ["out.part"]);
    let free = Paywall::script([tagged(Reply::ok(b"0123456789")).cut_body(4)]);
    home.run(&["--etag-save", "tag", "-o", "free", &free.url("/")]).exits(18);
    assert_eq!(home.work_files(), ["free.part", "out.part"]);
    let whole = selling(tagged(Reply::ok(b"whole")));
    home.pay(&["--etag-save", "tag", "-o", "out", &whole.url("/")]).exits(0);
    assert_eq!(fs::read(home.work("tag")).unwrap(), b"\"v1\"\n");
}

#[test]
fn the_tag_of_what_a_body_was_before_stays_while_the_new_one_is_not_there() {
    let home = Home::new();
    fs::write(home.work("tag"), "\"v0\"\n").unwrap();
    let failing = selling(tagged(Reply::new("500 No", b"sorry")));
    home.pay(&["--etag-save", "tag", "-o", "out", &failing.url("/")]).exits(119);
    assert_eq!(fs::read(home.work("tag")).unwrap(), b"\"v0\"\n");
}

#[test]
fn a_paid_answer_that_nothing_has_changed_is_told_as_one() {
    let paywall = selling(Reply::new("304 Not Modified", b""));
    let run = Home::new().pay(&["-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["has not changed", "304"]).never_says("redirects");
    let moved = selling(Reply::redirect("302 Found", "/elsewhere"));
    Home::new().pay(&[moved.url("/")]).exits(119).says(&["redirects", "302"]);
}
