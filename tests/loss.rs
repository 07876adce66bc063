//! What cannot be written: it never costs the body that came, and never hides where the money is.

use crate::support::seller::{TRANSACTION, rejection};
use crate::support::{Home, Paywall, Reply, Seller, Version};
use std::fs;

/// Answers a payment in the ways that end with 0, 117, 118 and 119.
fn every_end() -> [(i32, &'static str, Seller); 4] {
    let refuse = |_: &_| rejection(Version::V2, &Paywall::v2().terms(), "no_funds");
    [
        (0, "paid", Paywall::v2()),
        (117, "no_funds", Paywall::v2().deliver(refuse)),
        (118, "not answered", Paywall::v2().deliver(|_| Reply::one_byte())),
        (119, "was paid", Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8))),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_leaves_the_end_of_a_payment_as_it_was() {
    for (code, word, seller) in every_end() {
        let paywall = seller.start();
        let home = Home::new();
        let args = ["-o", "out", "-w", "%{payment_state}", &paywall.url("/")];
        let run = home.paying(&args).in_shell("\"$@\" >/dev/full").run();
        run.exits(code).says(&[word, "-w could not be written"]);
        assert_eq!(paywall.nonces().len(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn exit_23_a_report_that_cannot_be_written_when_nothing_was_paid() {
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    let home = Home::without_wallet();
    let args = ["-o", "out", "-w", "%{http_code}", &paywall.url("/")];
    home.pay402(&args).in_shell("\"$@\" >/dev/full").run().exits(23);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"free");
}

#[test]
fn the_worst_end_for_the_money_is_the_end_of_several_urls() {
    let nobody = "http://127.0.0.1:1/";
    let free = Paywall::serve(|_| Reply::ok(b""));
    for (code, word, seller) in every_end() {
        let paywall = seller.start();
        let url = paywall.url("/");
        // Where no money is in doubt the last one counts, as in curl.
        let (first, last) = if code == 0 { (7, 0) } else { (code, code) };
        Home::new().pay(&[&url, nobody]).exits(first).says(&[word, "connect"]);
        Home::new().pay(&[nobody, &url]).exits(last).says(&[word, "connect"]);
        for urls in [[&url, &free.url("/")], [&free.url("/"), &url]] {
            Home::new().pay(&urls).exits(code);
        }
    }
    let ends = every_end().map(|(_, _, seller)| seller.start());
    let urls: Vec<String> = ends.iter().map(|paywall| paywall.url("/")).collect();
    Home::new().pay(&urls).exits(118);
}

#[cfg(target_os = "linux")]
#[test]
fn heads_that_cannot_be_written_do_not_cost_the_body() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&["-D", "/dev/full", &paywall.url("/")]);
    run.exits(119).prints("the paid resource\n").says(&["was paid", "/dev/full"]);
    let home = Home::new();
    home.pay(&["-D", "/dev/full", "-o", "out", &paywall.url("/")]).exits(119);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    let free = Paywall::serve(|_| Reply::ok(b"free"));
    Home::new().run(&["-D", "/dev/full", &free.url("/")]).exits(23).prints("free");
}

#[test]
fn a_body_whose_name_is_taken_meanwhile_is_kept_beside_it() {
    let home = Home::new();
    let name = home.work("out");
    let paywall = Paywall::v2()
        .deliver(move |receipt| {
            fs::create_dir(&name).unwrap();
            receipt.deliver()
        })
        .start();
    let run = home.pay(&["-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["was paid", "out.part"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"the paid resource\n");
    assert_eq!(home.work_files(), ["out", "out.part"]);
}

#[test]
fn a_body_is_kept_though_even_the_name_beside_is_taken() {
    let home = Home::new();
    let names = [home.work("out"), home.work("out.part")];
    let paywall = Paywall::v2()
        .deliver(move |receipt| {
            for name in &names {
                fs::create_dir(name).unwrap();
            }
            receipt.deliver()
        })
        .start();
    let run = home.pay(&["-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["what came is in out.part.1"]);
    assert_eq!(fs::read(home.work("out.part.1")).unwrap(), b"the paid resource\n");
}

#[test]
fn a_body_is_kept_though_its_name_leaves_no_room_for_more() {
    let (home, name) = (Home::new(), "x".repeat(255));
    let cut = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
    let run = home.pay(&["-o", &name, &cut.url("/")]);
    let files = home.work_files();
    let [kept] = files.as_slice() else { panic!("one file: {files:?}") };
    run.exits(119).says(&[kept]);
    assert_eq!(fs::read(home.work(kept)).unwrap(), b"the paid");
}

#[test]
fn exit_23_a_stdout_that_cannot_be_written_to_is_found_before_anything_is_sent() {
    for seller in [Paywall::v2(), Paywall::v1()] {
        let paywall = seller.start().may_be_unused();
        let url = paywall.url("/");
        let run = Home::new().paying(&[&url]).in_shell("\"$@\" 1</dev/null").run();
        run.exits(23).says(&["stdout"]).never_says(TRANSACTION);
        assert_eq!(paywall.connections(), 0);
    }
}
