//! Bodies in a coding that nobody knows.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;

fn odd() -> Reply {
    Reply::ok(b"\x01odd\x02").header("Content-Encoding", "x-odd")
}

#[test]
fn a_paid_body_of_an_unknown_coding_is_kept_as_it_came() {
    let paywall = selling(odd());
    let home = Home::new();
    let run = home.pay(&["--compressed", "-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["was paid", "x-odd", "as it came", "out.part"]);
    assert_eq!(home.work_files(), ["out.part"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"\x01odd\x02");
    let home = Home::new();
    let run = home.pay(&["--compressed", &paywall.url("/")]);
    run.exits(119).prints_nothing().says(&["x-odd", "pay402-response.part"]);
    assert_eq!(fs::read(home.work("pay402-response.part")).unwrap(), b"\x01odd\x02");
    // Who did not ask for it to be decoded has it as it came.
    Home::new().pay(&[paywall.url("/")]).exits(0).prints(b"\x01odd\x02");
    let free = Paywall::serve(|_| odd());
    Home::new().run(&["--compressed", &free.url("/")]).exits(61).prints_nothing();
}

#[test]
fn a_body_in_a_transfer_coding_that_nobody_asked_for_is_not_the_resource() {
    for (coding, chunked) in [("gzip", false), ("chunked, gzip", false), ("gzip", true)] {
        let coded = move || {
            let reply = Reply::ok(b"0123").header("Transfer-Encoding", coding).close();
            if chunked { reply.chunked() } else { reply }
        };
        let home = Home::new();
        let run = home.pay(&["-o", "out", &selling(coded()).url("/")]);
        run.exits(119).says(&["was paid", coding, "out.part"]);
        assert_eq!(home.work_files(), ["out.part"], "{coding}");
        let free = Paywall::serve(move |_| coded());
        home.run(&[free.url("/")]).exits(61).prints_nothing().says(&[coding]);
    }
}
