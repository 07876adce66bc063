//! Several URLs in one run: in turn, in groups, from patterns and from files of options.

use crate::support::home::{KEY, PAYER};
use crate::support::{Home, Paywall, Reply};
use std::fs;

/// A server that says what it was asked.
fn echo() -> Paywall {
    Paywall::serve(|request| Reply::ok(format!("{} {}\n", request.method, request.target)))
}

#[test]
fn urls_share_a_connection() {
    let server = echo();
    let home = Home::without_wallet();
    home.run(&[server.url("/{a,b}"), server.url("/c")]).exits(0).prints("GET /a\nGET /b\nGET /c\n");
    assert_eq!(server.connections(), 1);
}

#[test]
fn each_url_is_paid_for_with_one_unlocking() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    let run = home.pay(&[shop.url("/a"), shop.url("/b"), shop.url("/a")]);
    run.exits(0).prints("the paid resource\n".repeat(3));
    assert_eq!((shop.payments().len(), shop.nonces().len()), (3, 3), "also for the same URL again");
}

#[test]
fn where_money_is_in_question_a_later_success_does_not_hide_it() {
    let (dear, free) = (Paywall::v2().price("50001").start(), echo());
    let home = Home::new();
    home.pay(&[dear.url("/"), free.url("/")]).exits(110);
    home.pay(&["-f", &echo_404().url("/"), &free.url("/")]).exits(0);
    let doubtful = Paywall::v2().deliver(|_| Reply::one_byte()).start();
    home.pay(&[&doubtful.url("/"), "http://127.0.0.1:1/"]).exits(118);
}

fn echo_404() -> Paywall {
    Paywall::serve(|_| Reply::new("404 Not Found", b""))
}

#[test]
fn groups_have_their_own_requests_and_one_owner() {
    let server = echo();
    let home = Home::without_wallet();
    let run = home.run(&["-d", "x", &server.url("/a"), "--next", &server.url("/b"), "-:", "-I"]);
    run.exits(2).prints("POST /a\nGET /b\n").says(&["no URL"]);
    let shop = Paywall::v2().start();
    let home = Home::new();
    // The cap of one group is the cap of all, the lower one.
    let cap = |cents: &str| ["--max-price".to_owned(), format!("0.0{cents}")];
    let line = |first: &str, second: &str| {
        let one = cap(first).into_iter().chain([shop.url("/a"), "--next".into()]);
        one.chain(cap(second)).chain([shop.url("/b")]).collect::<Vec<_>>()
    };
    home.run(&line("5", "5")).exits(0);
    home.run(&line("5", "01")).exits(110).prints_nothing();
    home.run(&line("01", "5")).exits(110).prints_nothing();
    assert_eq!(shop.payments().len(), 2);
}

#[test]
fn no_pay_anywhere_is_no_pay_everywhere_and_contrary_rules_are_refused() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    home.pay(&[&shop.url("/a"), "--next", "--no-pay", &shop.url("/b")]).exits(0);
    shop.asked_but_not_paid();
    let (a, b) = (shop.url("/a"), shop.url("/b"));
    let line = ["--asset", "USDC", &a, "--next", "--asset", "EURC", &b];
    home.pay(&line).exits(2).says(&["--asset"]).prints_nothing();
}

#[test]
fn a_dry_run_anywhere_is_a_dry_run_everywhere() {
    let shop = Paywall::v2().start();
    let (home, a, b) = (Home::new(), shop.url("/a"), shop.url("/b"));
    for line in [
        ["--dry-run", &a, "--next", "--no-dry-run", &b],
        ["--no-dry-run", &a, "--next", "--dry-run", &b],
    ] {
        let run = home.pay(&line);
        run.exits(0).assert(run.text().matches("asks for payment").count() == 2, "both");
    }
    shop.asked_but_not_paid();
}

#[test]
fn one_wallet_pays_for_every_group() {
    let shop = Paywall::v2().start();
    let home = Home::without_wallet();
    let (one, two) = (home.secret("one", KEY), home.secret("two", &KEY.replace('5', "6")));
    let (a, b) = (shop.url("/a"), shop.url("/b"));
    let group = |flag: &str, value: &str, url: &str| [flag, value, url].map(str::to_owned);
    for (first, second) in [
        (group("--private-key-file", &one, &a), group("--private-key-file", &two, &b)),
        (group("--wallet", "cold", &a), group("--wallet", "hot", &b)),
        (group("--wallet", "cold", &a), group("--private-key-file", &one, &b)),
    ] {
        let line = [&first[..], &["--next".to_owned()], &second].concat();
        let run = home.pay(&line);
        run.exits(2).prints_nothing().says(&[&second[0], "both sides of --next"]);
    }
    assert!(shop.requests().is_empty());
    let line = [&a, "--next", "--private-key-file", &one, &b];
    home.pay(&line).exits(0);
    assert!(shop.payments().iter().all(|(_, payment)| payment.contains(PAYER)));
    assert_eq!(shop.payments().len(), 2);
}

#[test]
fn allow_http_holds_for_the_group_that_says_it() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    // Through a proxy, plain http goes to another machine for all that is known.
    let proxy = shop.url("");
    let line = ["-x", &proxy, "http://a.test/", "--next", "--allow-http", "-x", &proxy];
    let line: Vec<&str> = line.into_iter().chain(["http://b.test/"]).collect();
    home.pay(&line).exits(112).prints("the paid resource\n");
    assert_eq!(shop.payments().len(), 1);
}

#[test]
fn a_file_of_options_is_read_where_it_stands_and_nowhere_else() {
    let server = echo();
    let home = Home::without_wallet();
    fs::write(home.work(".curlrc"), "-X PUT\n").unwrap();
    fs::write(home.work("k"), format!("# mine\nurl = {}\nrequest = DELETE\n", server.url("/k")))
        .unwrap();
    let run = home.run(&["-K", "k", &server.url("/a")]);
    run.exits(0).prints("DELETE /k\nDELETE /a\n");
    let text = format!("url \"{}\"\nnext\nurl={}\n-I", server.url("/1"), server.url("/2"));
    home.pay402(&["-K", "-"])
        .stdin(text)
        .run()
        .exits(0)
        .assert(server.requests().last().unwrap().method == "HEAD", "its own group");
    home.run(&[server.url("/plain")]).prints("GET /plain\n");
}

#[test]
fn a_limit_in_a_file_that_is_not_understood_is_no_warning() {
    let shop = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    fs::write(home.work("k"), "max-prize = 0.01\n").unwrap();
    home.pay(&["-K", "k", &shop.url("/")]).exits(2).says(&["k, line 1", "max-prize"]);
    assert_eq!(shop.connections(), 0);
}

#[test]
fn a_switch_is_turned_off_again() {
    let server = echo();
    let home = Home::without_wallet();
    home.run(&["-i", "--no-include", &server.url("/a")]).exits(0).prints("GET /a\n");
    let shop = Paywall::v2().start();
    Home::new().pay(&["--ask", "--no-ask", &shop.url("/")]).exits(0);
}

#[test]
fn a_command_line_of_curls_is_carried_over() {
    let server = echo();
    let home = Home::without_wallet();
    let line = format!("$ curl -sSX PUT \\\n  '{}' --ntlm -H $'A: b' | jq .", server.url("/x?y&z"));
    let run = home.run(&["--from-curl", &line]);
    run.exits(0).prints("PUT /x?y&z\n").says(&["--ntlm", "'|'"]);
    assert_eq!(server.requests()[0].header("a"), Some("b"));
    let words = ["--from-curl", "--", "curl", "-d", "a b", &server.url("/w")];
    home.run(&words).exits(0).prints("POST /w\n").never_says("warning");
    home.run(&["--from-curl", "wget x"]).exits(2).says(&["curl"]);
    let shop = Paywall::v2().start();
    let line = format!("curl {}", shop.url("/"));
    Home::new().pay(&["--from-curl", &line]).exits(0).prints("the paid resource\n");
}

#[test]
fn a_pasted_line_decides_nothing_about_money() {
    let shop = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    for option in
        ["--max-price=5", "--no-dry-run", "--no-ask", "--pay-again", "--no-verify-settlement"]
    {
        let line = format!("curl {option} {}", shop.url("/"));
        let run = home.pay(&["--dry-run", "--from-curl", &line]);
        run.exits(2).says(&["no option of curl's", "before --from-curl"]);
    }
    assert_eq!(shop.connections(), 0);
}
