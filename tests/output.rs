//! Where the resource goes: stdout, files, headers, and what `-w` writes.

use crate::support::home::{PAYER, set_mode};
use crate::support::offer::PAYEE;
use crate::support::seller::TRANSACTION;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::path::Path;

#[test]
fn a_file_appears_whole_under_its_name() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    home.pay(&["-o", "thing.bin", &paywall.url("/")]).exits(0).prints_nothing();
    assert_eq!(fs::read(home.work("thing.bin")).unwrap(), b"the paid resource\n");
    assert_eq!(home.work_files(), ["thing.bin"], "something was left beside it");
}

#[test]
fn a_file_is_named_after_the_url() {
    let paywall = Paywall::serve(|_| Reply::ok(b"named"));
    let home = Home::without_wallet();
    home.run(&["-O", &paywall.url("/dir/name.txt?query=1")]).exits(0);
    assert_eq!(fs::read(home.work("name.txt")).unwrap(), b"named");
    let run = home.run(&["-O", &paywall.url("/..%2fescape")]);
    let outside = run.files.iter().any(|(path, _)| path == Path::new("escape"));
    run.assert(!outside, "it wrote outside the working directory");
}

#[test]
fn a_cut_body_is_kept_beside_the_name_and_not_under_it() {
    let home = Home::new();
    let free = Paywall::script([Reply::ok(b"0123456789").cut_body(4)]);
    home.run(&["-o", "free", &free.url("/")]).exits(18).says(&["free.part"]);
    assert_eq!(fs::read(home.work("free.part")).unwrap(), b"0123");
    let paid = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
    home.pay(&["-o", "paid", &paid.url("/")]).exits(119).says(&["paid.part"]);
    assert_eq!(fs::read(home.work("paid.part")).unwrap(), b"the paid");
    assert_eq!(home.work_files(), ["free.part", "paid.part"]);
}

#[test]
fn what_was_in_the_file_stays_until_there_is_something_better() {
    let home = Home::new();
    fs::write(home.work("thing"), "old").unwrap();
    let dear = Paywall::v2().price("50001").start();
    home.pay(&["-o", "thing", &dear.url("/")]).exits(110);
    let cut = Paywall::script([Reply::ok(b"0123456789").cut_body(4)]);
    home.run(&["-o", "thing", &cut.url("/")]).exits(18);
    assert_eq!(fs::read(home.work("thing")).unwrap(), b"old");
}

#[test]
fn a_directory_that_cannot_be_written_is_found_before_paying() {
    let home = Home::new();
    fs::create_dir(home.work("shut")).unwrap();
    set_mode(&home.work("shut"), 0o500);
    let paywall = Paywall::v2().start().may_be_unused();
    let run = home.pay(&["-o", "shut/thing", &paywall.url("/")]);
    // To the superuser no directory is shut.
    if run.code() != Some(0) {
        run.exits(23).says(&["shut"]);
        assert!(paywall.payments().is_empty());
    }
}

#[test]
fn headers_come_first_when_asked_for() {
    let paywall = Paywall::serve(|_| Reply::ok(b"body").header("X-One", "1"));
    let home = Home::without_wallet();
    let run = home.run(&["-i", &paywall.url("/")]);
    run.exits(0);
    let head = run.text().strip_suffix("\r\n\r\nbody").unwrap_or_else(|| panic!("{run}"));
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{run}");
    assert!(head.to_lowercase().contains("x-one: 1"), "{run}");
    let run = home.run(&["-I", &paywall.url("/")]);
    run.exits(0).assert(run.text().ends_with("\r\n\r\n"), "headers alone");
    home.run(&["-D", "head", &paywall.url("/")]).exits(0).prints("body");
    let head = fs::read_to_string(home.work("head")).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    home.run(&["-o", "out", "-D", "-", &paywall.url("/")])
        .exits(0)
        .assert(home.work("out").exists(), "a file");
}

#[test]
fn after_a_payment_the_headers_are_those_of_the_resource() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&["-i", &paywall.url("/")]);
    run.exits(0);
    assert!(run.text().contains("HTTP/1.1 200 OK\r\n"), "{run}");
    assert!(run.text().ends_with("\r\n\r\nthe paid resource\n"), "{run}");
}

#[test]
fn silence_is_kept_but_errors_may_be_let_through() {
    let home = Home::without_wallet();
    let paywall = Paywall::serve(|_| Reply::new("404 Not Found", b""));
    home.run(&["-s", "-f", &paywall.url("/")]).exits(22).says_nothing();
    home.run(&["-sS", "-f", &paywall.url("/")]).exits(22).says(&["404"]);
    let shop = Paywall::v2().start();
    Home::new().pay(&["-s", &shop.url("/")]).exits(0).says_nothing();
}

#[test]
fn verbose_shows_the_talk_but_not_the_cheque() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&["-v", &paywall.url("/thing")]);
    run.exits(0).says(&["> GET /thing", "< HTTP/1.1 402", "< HTTP/1.1 200"]);
    let requests = paywall.requests();
    run.never_says(requests[1].header("PAYMENT-SIGNATURE").unwrap());
}

#[test]
fn write_out_knows_curls_variables() {
    let paywall = Paywall::serve(|_| Reply::new("201 Created", b"four").header("X-A", "b"));
    let format = r"%{http_code} %{response_code} %{size_download} %{method} %{num_redirects}\n%%\t";
    let run = Home::without_wallet().run(&["-w", format, &paywall.url("/")]);
    run.exits(0).prints("four201 201 4 GET 0\n%\t");
    let run = Home::without_wallet().run(&["-w", "%{url_effective}", &paywall.url("/x")]);
    run.prints(format!("four{}", paywall.url("/x")));
    let run = Home::without_wallet().run(&["-w", "%{content_type}|%{nonsense}", &paywall.url("/")]);
    run.exits(0).assert(run.text().starts_with("four|"), "an empty type");
}

#[test]
fn write_out_knows_the_payment() {
    let format =
        "%{payment_state} %{payment_amount_atomic} %{payment_asset} %{payment_to} %{payment_tx}";
    let paywall = Paywall::v2().price("12345").body(b"").start();
    let run = Home::new().pay(&["-w", format, &paywall.url("/")]);
    run.exits(0).prints(format!("settled 12345 USDC {PAYEE} {TRANSACTION}"));
    let run = Home::new().pay(&["-w", "%{payment_amount}", &paywall.url("/")]);
    run.exits(0).assert(run.text().contains("0.012345"), "the human amount");
    let run = Home::new().pay(&["-w", "%{payment_json}", &paywall.url("/")]);
    run.exits(0);
    let json = run.json();
    assert!(json["schema"].as_str().unwrap_or_default().starts_with("pay402/"), "{run}");
    run.assert(run.text().contains("12345") && run.text().contains(TRANSACTION), "the payment");
}

#[test]
fn write_out_tells_every_end_of_a_payment() {
    let state = |paywall: Paywall, args: &[&str]| {
        let url = paywall.url("/");
        let args: Vec<&str> = ["-s", "-o", "/dev/null", "-w", "%{payment_state}"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let args: Vec<&str> = args.into_iter().chain([url.as_str()]).collect();
        Home::new().pay(&args).text().to_owned()
    };
    assert_eq!(state(Paywall::serve(|_| Reply::ok(b"")), &[]), "none");
    assert_eq!(state(Paywall::v2().start(), &["--no-pay"]), "none");
    assert_eq!(state(Paywall::v2().price("50001").start(), &[]), "refused");
    assert_eq!(state(Paywall::v2().deliver(|_| Reply::one_byte()).start(), &[]), "unknown");
    let rejecting = Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"{}"));
    assert_eq!(state(rejecting.start(), &[]), "rejected");
}

#[test]
fn the_receipt_is_written_to_its_file() {
    let paywall = Paywall::v2().price("12345").start();
    let home = Home::new();
    home.pay(&["--receipt", "receipt.json", &paywall.url("/")]).exits(0);
    let text = fs::read_to_string(home.work("receipt.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(json["schema"].as_str().unwrap().starts_with("pay402/"), "{text}");
    for word in ["\"12345\"", "0.012345", PAYEE, PAYER, TRANSACTION, "eip155:8453"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn the_report_is_json_when_json_was_asked_for() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&["--format", "json", &paywall.url("/")]);
    run.exits(0).prints("the paid resource\n").says_one_line();
    let report: serde_json::Value =
        serde_json::from_str(&run.stderr).unwrap_or_else(|e| panic!("{e}\n{run}"));
    assert!(report["schema"].as_str().unwrap_or_default().starts_with("pay402/"), "{run}");
}

#[test]
fn exit_2_one_receipt_for_two_urls() {
    let paywall = Paywall::v2().start().may_be_unused();
    let args = ["--receipt", "receipt", &paywall.url("/a"), &paywall.url("/b")];
    let home = Home::new();
    home.pay(&args).exits(2).says(&["--receipt"]);
    assert_eq!(paywall.connections(), 0);
    assert!(home.work_files().is_empty());
}

#[test]
fn write_out_never_repeats_a_servers_control_characters() {
    let nasty = "text/\u{9b}31mred\u{202e}\u{200b}05.0";
    let reply = move |_: &_| {
        Reply::new("302 Found", b"").header("Content-Type", nasty).header("Location", nasty)
    };
    let paywall = Paywall::serve(reply);
    let format = "%{content_type} %{redirect_url} %{json}";
    let run = Home::without_wallet().run(&["-w", format, &paywall.url("/")]);
    run.exits(0).assert(run.text().contains("red"), "the rest of it");
    for raw in ["\u{9b}", "\u{202e}", "\u{200b}"] {
        run.assert(!run.text().contains(raw), &format!("{raw:?} is on stdout"));
    }
}
