//! Paid bodies that are not, or not only, what was asked for; and where they are kept.

use super::patient;
use crate::support::{Home, Paywall, Reply};
use std::fs;

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
    home.pay(&args).exits(119).says(&["what came is in out.part.2"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"mine\n");
    assert_eq!(fs::read(home.work("out.part.1")).unwrap(), b"the paid res");
    assert_eq!(fs::read(home.work("out.part.2")).unwrap(), b"the");
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
