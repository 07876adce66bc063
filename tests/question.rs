//! A question that stands on the terminal while other transfers go on beside it.

use crate::support::request::Request;
use crate::support::seller::{Receipt, demand};
use crate::support::{Home, Offer, Paywall, Reply, Version};
use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// When the other transfer's answer comes: the question stands by then.
const LATE: Duration = Duration::from_millis(700);

/// Longer than a question takes to read.
const READ: Duration = Duration::from_millis(1100);

/// What a server paints over a question of another's.
const FAKE: &str = "\u{1b}[2J\u{1b}[Hhttps://news.example asks for 0.001 USDC. Pay? [y/N] ";

/// A free body that comes late, with a head and a body that look like a question.
fn painter() -> Paywall {
    Paywall::serve(|_| {
        sleep(LATE);
        Reply::ok(FAKE).header("X-Painted", "https://news.example asks for 0.001 USDC. Pay? [y/N]")
    })
}

/// Terms that come late.
fn late_terms(_: &Request, terms: &str) -> Reply {
    sleep(LATE);
    demand(Version::V2, terms)
}

#[test]
fn a_yes_does_not_count_if_something_else_was_written_while_the_question_stood() {
    let ways: [(&[&str], &str); 5] = [
        (&["-o", "/dev/stdout"], "\"$@\""),
        (&["-o", "/dev/tty"], "\"$@\""),
        (&["-o", "-"], "\"$@\" | cat"),
        (&["-o", "other", "-D", "-"], "\"$@\""),
        (
            &["-o", "other", "-w", "https://news.example asks for 0.001 USDC. Pay? [y/N]\\n"],
            "\"$@\"",
        ),
    ];
    for (way, script) in ways {
        let (shop, painter) = (Paywall::v2().price("5000000").start(), painter());
        let home = Home::new();
        let (other, dear) = (painter.url("/"), shop.url("/"));
        let args = [&["-Z", "-s"], way, &[&other, "-o", "dear", &dear]].concat();
        let mut shell = home.pay402(&args).on_terminal(&format!("{script}; echo \"code $?\""));
        shell.exp_string("5 USDC").unwrap();
        shell.exp_string("Pay? [y/N]").unwrap();
        shell.exp_string("news.example asks for 0.001 USDC. Pay? [y/N]").unwrap();
        shell.send_line("y").unwrap();
        let again = shell.exp_string("5 USDC").unwrap();
        assert!(again.contains("does not count"), "{way:?}: {again:?}");
        shell.exp_string("Pay? [y/N]").unwrap();
        shop.asked_but_not_paid();
        sleep(READ);
        shell.send_line("y").unwrap();
        shell.exp_string("code 0").unwrap();
        assert_eq!(fs::read(home.work("dear")).unwrap(), b"the paid resource\n");
    }
}

#[test]
fn a_yes_does_not_count_if_it_comes_too_soon_after_what_was_painted_before_the_question() {
    let painter = Paywall::serve(|_| Reply::ok(FAKE));
    let shop = Paywall::v2().demand(late_terms).price("5000000").start();
    let args = ["-s", &painter.url("/"), &shop.url("/")];
    let home = Home::new();
    let mut shell = home.pay402(&args).on_terminal("\"$@\"; echo \"code $?\"");
    shell.exp_string("5 USDC").unwrap();
    shell.exp_string("Pay? [y/N]").unwrap();
    shell.send_line("y").unwrap();
    shell.exp_string("does not count").unwrap();
    shell.exp_string("Pay? [y/N]").unwrap();
    shop.asked_but_not_paid();
    // Nothing was painted since: this one is meant for it, however quick.
    shell.send_line("y").unwrap();
    shell.exp_string("code 0").unwrap();
}

#[test]
fn a_terminal_that_does_not_stay_quiet_is_no_place_for_a_yes() {
    let shop = Paywall::v2().start();
    let rest = Duration::from_millis(20);
    let torrent = Paywall::serve(move |_| Reply::ok("x".repeat(5_000)).trickle(20, rest));
    let home = Home::new();
    let args = ["-Z", "-o", "/dev/tty", &torrent.url("/"), "-o", "dear", &shop.url("/")];
    let mut shell = home.pay402(&args).on_terminal("\"$@\"; echo \"code $?\"");
    for _ in 0..5 {
        shell.exp_string("Pay? [y/N]").unwrap();
        shell.exp_string("xxx").unwrap();
        shell.send_line("y").unwrap();
    }
    shell.exp_string("taken for a no").unwrap();
    shell.exp_string("was declined").unwrap();
    shell.exp_string("code 113").unwrap();
    shop.asked_but_not_paid();
}

#[test]
fn a_question_that_was_covered_is_drawn_again_when_it_is_quiet() {
    let (shop, painter) = (Paywall::v2().price("5000000").start(), painter());
    let home = Home::new();
    let (other, dear) = (painter.url("/"), shop.url("/"));
    let args = ["-Z", "-s", "-o", "/dev/tty", &other, "-o", "dear", &dear];
    let mut shell = home.pay402(&args).on_terminal("\"$@\"; echo \"code $?\"");
    shell.exp_string("5 USDC").unwrap();
    shell.exp_string("news.example").unwrap();
    shell.exp_string("5 USDC").unwrap();
    shell.exp_string("Pay? [y/N]").unwrap();
    // So soon, it answers what was painted.
    shell.send_line("y").unwrap();
    shell.exp_string("does not count").unwrap();
    shell.exp_string("Pay? [y/N]").unwrap();
    shop.asked_but_not_paid();
    sleep(READ);
    shell.send_line("y").unwrap();
    shell.exp_string("code 0").unwrap();
}

#[test]
fn what_goes_to_a_file_or_nowhere_disturbs_no_question() {
    for place in ["other", "/dev/null"] {
        let (shop, painter) = (Paywall::v2().start(), painter());
        let home = Home::new();
        let args = ["-Z", "-s", "-o", place, &painter.url("/"), "-o", "dear", &shop.url("/")];
        let mut shell = home.pay402(&args).on_terminal("\"$@\"; echo \"code $?\"");
        shell.exp_string("Pay? [y/N]").unwrap();
        sleep(LATE * 2);
        shell.send_line("y").unwrap();
        let rest = shell.exp_string("code 0").unwrap();
        assert!(!rest.contains("[y/N]"), "{rest:?}");
    }
}

#[test]
fn what_was_paid_for_is_read_while_another_question_stands() {
    let body = "a line that was paid for\n".repeat(20_000) + "to the end\n";
    let late = |receipt: &Receipt| {
        sleep(LATE);
        receipt.deliver()
    };
    let shop = Paywall::v2().body(body).deliver(late).start();
    let home = Home::new();
    let args = ["-Z", "-s", &shop.url("/{a,b}")];
    let mut shell = home.pay402(&args).on_terminal("\"$@\"; echo \"code $?\"");
    shell.exp_string("Pay? [y/N]").unwrap();
    shell.send_line("y").unwrap();
    shell.exp_string("Pay? [y/N]").unwrap();
    let meanwhile = shell.exp_string("to the end").unwrap();
    assert_eq!(meanwhile.matches("paid for").count(), 20_000);
    shell.exp_string("Pay? [y/N]").unwrap();
    shell.send_line("n").unwrap();
    shell.exp_string("code 113").unwrap();
    assert_eq!(shop.payments().len(), 1);
}

/// A home whose key is in a keystore, with the password `sesame`.
fn home_with_keystore() -> Home {
    let home = Home::without_wallet();
    let password = home.secret("password", "sesame");
    home.run(&["wallet", "new", "--lightkdf", "--password-file", &password]).exits(0);
    home
}

#[test]
fn a_question_and_a_password_are_asked_for_one_after_the_other() {
    let cheap = Paywall::v2().start();
    let slow = Paywall::v2().demand(late_terms).start();
    let home = home_with_keystore();
    let args = ["-Z", "-s", "--ask", &cheap.url("/"), &slow.url("/")];
    let mut shell = home.paying(&args).on_terminal("\"$@\" >out; echo \"code $?\"");
    shell.exp_string("Pay? [y/N]").unwrap();
    shell.send_line("y").unwrap();
    shell.exp_string("Password for wallet").unwrap();
    // The other terms have come by now, and wait.
    sleep(LATE * 2);
    shell.send_line("sesame").unwrap();
    let meanwhile = shell.exp_string("Pay? [y/N]").unwrap();
    assert!(meanwhile.starts_with(" default: \r\n"), "the password first: {meanwhile:?}");
    shell.send_line("y").unwrap();
    shell.exp_string("code 0").unwrap();
    assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n".repeat(2));
}

#[test]
fn who_waits_to_ask_for_a_password_waits_no_longer_than_allowed_and_not_after_an_interruption() {
    for interrupted in [false, true] {
        // Euros are not within a cap in dollars: they are asked about.
        let asked = Paywall::v2().offer(Offer::eurc("10000")).start();
        let slow = Paywall::v2().demand(late_terms).start();
        let home = home_with_keystore();
        let args = ["-Z", &asked.url("/"), "--next", "-m", "2", &slow.url("/")];
        let mut shell = home.paying(&args).on_terminal("trap : INT; \"$@\"; echo \"code $?\"");
        shell.exp_string("Pay? [y/N]").unwrap();
        sleep(LATE * 2);
        let waited = if interrupted {
            shell.send_control('c').unwrap();
            shell.exp_string("code 130").unwrap()
        } else {
            let waited = shell.exp_string("the time limit has passed").unwrap();
            shell.send_line("n").unwrap();
            waited + &shell.exp_string("code 113").unwrap()
        };
        assert!(!waited.contains("Password"), "{waited:?}");
        asked.asked_but_not_paid();
        slow.asked_but_not_paid();
    }
}

#[test]
fn nothing_is_drawn_over_a_question_though_nothing_was_drawn_before_it() {
    let asked = Paywall::v2().offer(Offer::eurc("10000")).start();
    let slow = Paywall::v2().demand(late_terms).deliver(|receipt| {
        sleep(LATE);
        receipt.deliver()
    });
    let slow = slow.start();
    let home = Home::new();
    let args = ["-Z", "-o", "asked", &asked.url("/"), "-o", "slow", &slow.url("/")];
    let invocation = home.paying(&args).env("TERM", "xterm");
    let mut shell = invocation.on_terminal("\"$@\"; echo \"code $?\"");
    shell.exp_string("Pay? [y/N]").unwrap();
    let meanwhile = shell.exp_string("paid").unwrap();
    assert!(!meanwhile.contains("waiting"), "{meanwhile:?}");
    shell.send_line("n").unwrap();
    shell.exp_string("code 113").unwrap();
}
