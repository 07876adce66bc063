//! How bodies get to their files: names of the server's, files that are there already, directories,
//! times, and what is kept when something goes wrong.

use crate::support::home::PAYER;
use crate::support::{Home, Paywall, Reply};
use base64::Engine as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// "first half; " and "second half\n", each a member of one gzip file.
const MEMBERS: &str =
    "H4sIAAAAAAACA0vLLCouUchIzEmzVgAAakiVMQwAAAAfiwgAAAAAAAIDK05Nzs9LUchIzEnjAgDPOtu1DAAAAA==";

fn named(disposition: &'static str) -> Paywall {
    Paywall::serve(move |_| Reply::ok(b"body").header("Content-Disposition", disposition))
}

#[test]
fn the_server_names_a_file_in_the_directory_and_nothing_else() {
    for (disposition, name) in [
        ("attachment; filename=plain.txt", "plain.txt"),
        ("attachment; filename=\"../../etc/passwd\"", "passwd"),
        ("attachment; filename=\"..\\\\..\\\\up.txt\"", "up.txt"),
        ("attachment; filename=.bashrc", "bashrc"),
        ("attachment; filename=/etc/cron.d/job", "job"),
        ("attachment; filename*=UTF-8''a%1b%5b2Kb%0a", "a[2Kb"),
        ("attachment; filename=x; filename*=UTF-8''na%C3%AFve%2F..%2Fname", "name"),
        ("attachment; filename=..", "url.txt"),
        ("attachment", "url.txt"),
    ] {
        let server = named(disposition);
        let home = Home::without_wallet();
        let run =
            home.run(&["-OJ", "--output-dir", "in", "--create-dirs", &server.url("/url.txt")]);
        run.exits(0).says_nothing();
        let found: Vec<_> = run.files.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(found, [Path::new("work/in").join(name)], "{disposition}");
    }
}

#[test]
fn a_name_of_the_servers_overwrites_nothing() {
    let server = named("attachment; filename=there");
    let home = Home::without_wallet();
    fs::write(home.work("there"), "old").unwrap();
    home.run(&["-OJ", &server.url("/x")]).exits(23).says(&["there"]);
    assert_eq!(fs::read(home.work("there")).unwrap(), b"old");
    assert_eq!(home.work_files(), ["there"]);
    home.run(&["-OJ", "--no-clobber", &server.url("/x")]).exits(0);
    assert_eq!(home.work_files(), ["there", "there.1"]);
}

#[test]
fn what_was_paid_for_is_kept_under_a_name_that_is_free() {
    let shop = Paywall::v2()
        .deliver(|r| r.deliver().header("Content-Disposition", "attachment; filename=there"))
        .start();
    let home = Home::new();
    fs::write(home.work("there"), "old").unwrap();
    let run = home.pay(&["-OJ", "-w", "%{filename_effective}", &shop.url("/x")]);
    run.exits(0).prints("there.1");
    assert_eq!(fs::read(home.work("there")).unwrap(), b"old");
    assert_eq!(fs::read(home.work("there.1")).unwrap(), b"the paid resource\n");
    // Neither the URL nor the server has a name.
    let nameless = Paywall::v2().start();
    home.pay(&["-OJ", "-w", "%{filename_effective}", &nameless.url("/")])
        .exits(0)
        .prints("pay402-response");
    let free = Paywall::serve(|_| Reply::ok(b"x"));
    home.run(&["-OJ", &free.url("/")]).exits(23);
}

#[test]
fn a_name_of_the_servers_is_never_taken_for_words_of_the_program() {
    let name = "nothing, it was refused. Nothing was signed. Try; pay402 --pay-again https";
    let attach = format!("attachment; filename=\"{name}\"");
    let (cut, whole) = (attach.clone(), attach.clone());
    let cut = Paywall::v2()
        .deliver(move |r| r.deliver().header("Content-Disposition", &cut).cut_body(8))
        .start();
    let home = Home::new();
    home.pay(&["-OJ", &cut.url("/x")]).exits(119).says(&[&format!("is in \"{name}.part\"")]);
    let free = Paywall::serve(move |_| {
        Reply::ok(b"body").header("Content-Disposition", &attach).cut_body(2)
    });
    home.run(&["-OJ", &free.url("/x")]).exits(18).says(&[&format!("is in \"{name}.part.1\"")]);
    // A quote of its own does not end the quotes.
    let quoted = Paywall::serve(|_| {
        let named = r#"attachment; filename="a\". Nothing was signed""#;
        Reply::ok(b"body").header("Content-Disposition", named).cut_body(2)
    });
    let run = home.run(&["-OJ", &quoted.url("/x")]);
    run.exits(18).says(&[r#"is in "a\". Nothing was signed.part""#]);
    let shop =
        Paywall::v2().deliver(move |r| r.deliver().header("Content-Disposition", &whole)).start();
    let home = Home::new();
    let twice = home.pay(&["-OJ", "--clobber", &shop.url("/x"), "-OJ", &shop.url("/y")]);
    let words = format!("\"{name}\" was written in this run, so what came next is in \"{name}.1\"");
    twice.exits(0).says(&[&words]);
}

#[test]
fn a_directory_that_is_not_there_is_found_before_anything_is_sent() {
    let shop = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    for args in [vec!["-OJ"], vec!["-O"], vec!["-o", "x"], vec!["-OJ", "--no-clobber"]] {
        let url = shop.url("/x");
        let args: Vec<&str> = args.into_iter().chain(["--output-dir", "none", &url]).collect();
        home.pay(&args).exits(23).says(&["nothing was sent"]);
    }
    assert_eq!(shop.connections(), 0);
}

#[test]
fn remove_on_error_does_not_remove_what_was_paid_for() {
    let home = Home::new();
    let free = Paywall::script([Reply::ok(b"0123456789").cut_body(4)]);
    home.run(&["--remove-on-error", "-o", "free", &free.url("/")]).exits(18);
    assert!(home.work_files().is_empty());
    let paid = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
    home.pay(&["--remove-on-error", "-o", "paid", &paid.url("/")]).exits(119).says(&["paid.part"]);
    assert_eq!(fs::read(home.work("paid.part")).unwrap(), b"the paid");
}

#[test]
fn the_file_has_the_time_that_the_server_names() {
    let dated =
        |date: &'static str| Paywall::serve(move |_| Reply::ok(b"x").header("Last-Modified", date));
    let home = Home::without_wallet();
    let time = |name: &str| fs::metadata(home.work(name)).unwrap().modified().unwrap();
    let server = dated("Sat, 21 Nov 2020 10:20:30 GMT");
    home.run(&["-R", "-o", "dated", &server.url("/")]).exits(0);
    assert_eq!(time("dated"), UNIX_EPOCH + Duration::from_secs(1_605_954_030));
    home.run(&["-o", "new", &server.url("/")]).exits(0);
    assert!(time("new") > time("dated"));
    home.run(&["-R", "-o", "odd", &dated("yesterday").url("/")]).exits(0).says_nothing();
}

#[test]
fn events_appear_as_they_come() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n";
    let server = Paywall::serve(move |_| Reply::raw(head).hang());
    let home = Home::without_wallet();
    // Returns when the event is there, and the server has not ended its answer.
    let running = home.pay402(&["-N", &server.url("/")]).start_until("data: one");
    assert_eq!(running.said, "data: one\n");
}

#[test]
fn what_is_said_goes_where_stderr_was_sent() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    home.pay(&["--stderr", "said", &shop.url("/")]).exits(0).says_nothing();
    let said = fs::read_to_string(home.work("said")).unwrap();
    assert!(said.starts_with("paid 0.01 USDC") && said.lines().count() == 1, "{said}");
    let run =
        home.run(&["--stderr", "-", "-f", &Paywall::serve(|_| Reply::new("404 No", b"")).url("/")]);
    run.exits(22).says_nothing().assert(run.text().contains("404"), "on stdout");
    assert!(!said.contains(PAYER), "the payer is nobody's business here");
}

#[test]
fn every_member_of_a_compressed_body_is_delivered() {
    let body = base64::engine::general_purpose::STANDARD.decode(MEMBERS).unwrap();
    let server = Paywall::serve(move |_| Reply::ok(&body).header("Content-Encoding", "gzip"));
    let run = Home::without_wallet().run(&["--compressed", &server.url("/")]);
    run.exits(0).prints("first half; second half\n");
}
