//! Under `--format json` every line on standard error is a document, and an error holds as facts what
//! its words say.

use crate::support::home::PASSWORD;
use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::seller::{Receipt, TRANSACTION};
use crate::support::{Home, Offer, Paywall, Reply, Run};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::sync::Mutex;

/// Every line of standard error as a document with a schema.
fn documents(run: &Run) -> Vec<Value> {
    let parsed = |line: &str| {
        let document: Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}\n{run}"));
        assert!(document["schema"].as_str().is_some_and(|s| s.starts_with("pay402/")), "{run}");
        document
    };
    run.stderr.lines().map(parsed).collect()
}

/// The error, which is the last of them, and has what every error has.
#[track_caller]
fn error(run: &Run, code: i32, money: &str) -> Value {
    run.exits(code);
    let error = documents(run).pop().expect("an error");
    assert_eq!(error["schema"], "pay402/error/1", "{run}");
    assert_eq!((&error["code"], &error["money"]), (&json!(code), &json!(money)), "{run}");
    for text in ["name", "message"] {
        assert!(error[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {run}");
    }
    assert!(error["retryable"].is_boolean() && error["next"].is_array(), "{run}");
    assert!(error["hint"].is_string() || error["hint"].is_null(), "{run}");
    error
}

fn words<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["--format", "json"], args].concat()
}

#[test]
fn a_mistake_in_the_command_line_is_a_document_too() {
    let home = Home::without_wallet();
    let url = "http://127.0.0.1:1/";
    for args in [
        &["--max-price", "abc", url][..],
        &["--max-pirce", "1", url],
        &["--max", "1", url],
        &["wallet", "creat"],
        &["wallet"],
        &["history", "--state", "nonsense"],
        &["prise", url],
        &["-dry-run", url],
        &["-d"],
        &["--no-pay", "--ask", url],
        &["--from-curl", "wget x"],
        &[],
    ] {
        let run = home.run(&words(args));
        let error = error(run.prints_nothing(), 2, "none");
        assert_eq!((&error["name"], &error["retryable"]), (&json!("usage"), &json!(false)));
        assert_eq!(run.stderr.lines().count(), 1, "{run}");
    }
    let run = home.run(&["--max-price", "abc", url, "--format=json"]);
    let error = error(&run, 2, "none");
    assert!(error["argument"].as_str().unwrap().contains("--max-price"), "{error}");
    assert!(!error["message"].as_str().unwrap().starts_with("error"), "{error}");
    // For people it is said as before.
    home.run(&["--max-price", "abc", url, "--format", "text"]).exits(2).says(&["error: "]);
}

#[test]
fn what_is_over_a_limit_says_the_price_and_the_limit() {
    let shop = Paywall::v2().price("12345").start();
    let (home, url) = (Home::new(), shop.url("/thing"));
    let over = error(&home.run(&words(&["--max-price", "0.01", &url])), 110, "none");
    let price = &over["price"];
    assert_eq!((&price["amount"], &price["amount_atomic"]), (&json!("0.012345"), &json!("12345")));
    assert_eq!((&price["asset"], &price["payee"]), (&json!("USDC"), &json!(PAYEE)));
    let cap = json!({ "amount": "0.01", "unit": "USD", "source": "--max-price" });
    assert_eq!((&over["cap"], &over["url"]), (&cap, &json!(url)));

    let budget = ["--max-price", "1", "--budget", "0.02/day", &url];
    home.run(&words(&budget)).exits(0);
    let short = error(&home.run(&words(&budget)), 111, "none");
    let budget = &short["budget"];
    assert_eq!((&budget["limit"], &budget["period"]), (&json!("0.02"), &json!("day")));
    assert_eq!((&budget["left"], &budget["spent"]), (&json!("0.007655"), &json!("0.012345")));
    assert_eq!((&budget["needed"], &budget["source"]), (&json!("0.012345"), &json!("--budget")));
    assert!(budget["room_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{short}");
    assert_eq!(
        (&short["retryable"], &short["next"]),
        (&json!(true), &json!([["pay402", "budget"]]))
    );

    let asked = error(&home.run(&words(&[&url])), 113, "none");
    assert_eq!(asked["price"]["amount"], "0.012345");
}

#[test]
fn a_seller_who_changed_is_told_with_both_payees_and_only_people_are_told_how_to_accept() {
    let payee = std::sync::Arc::new(Mutex::new(PAYEE));
    let now = std::sync::Arc::clone(&payee);
    let shop = Paywall::serve(move |request| {
        let offer = Offer::usdc("10000").pay_to(*now.lock().unwrap());
        Paywall::v2().offer(offer).answer(request, &Mutex::default())
    });
    let (home, url) = (Home::new(), shop.url("/"));
    home.pay(&[&url]).exits(0);
    *payee.lock().unwrap() = OTHER_PAYEE;
    let changed = error(&home.pay(&words(&[&url])), 112, "none");
    let change = &changed["changes"][0];
    assert_eq!((&changed["rule"], &change["what"]), (&json!("known-payee"), &json!("payee")));
    assert_eq!((&change["expected"], &change["offered"]), (&json!([PAYEE]), &json!(OTHER_PAYEE)));
    // A program that runs what is suggested must not accept whom the server has just named.
    assert_eq!(changed["next"], json!([]));
    let hint = changed["hint"].as_str().unwrap();
    let accept = hint.split("pay402 ").nth(1).unwrap().split(';').next().unwrap();
    let accept: Vec<&str> = accept.split(' ').collect();
    assert_eq!((accept[0], *accept.last().unwrap()), ("trust", OTHER_PAYEE));
    // And it runs.
    home.run(&accept).exits(0);
    home.pay(&[&url]).exits(0);
}

#[test]
fn a_payment_that_is_out_is_named_with_its_deadline_and_what_leads_on() {
    let mute = Paywall::v2().deliver(|_| Reply::one_byte()).start();
    let (home, url) = (Home::new(), mute.url("/"));
    let first = error(&home.pay(&words(&[&url])), 118, "maybe");
    let payment = &first["payment"];
    let entry = home.run(&["history", "export"]).exits(0).json();
    for name in ["id", "amount", "amount_atomic", "payee", "valid_before", "network_id"] {
        assert_eq!(payment[name], entry[name], "{name}");
    }
    assert_eq!((&first["method"], &first["url"]), (&json!("GET"), &json!(url)));
    assert_eq!(first["retryable"], true);
    let (reconcile, resume) =
        (json!(["pay402", "reconcile", payment["id"]]), json!(["pay402", "resume", payment["id"]]));
    assert_eq!(first["next"], json!([reconcile, resume]));

    // The notice of a resend is a document as well.
    let again = home.pay(&words(&[&url]));
    error(&again, 118, "maybe");
    let notice = documents(&again).remove(0);
    assert_eq!((&notice["schema"], &notice["name"]), (&json!("pay402/notice/1"), &json!("resend")));
    assert_eq!(notice["payment"]["id"], payment["id"]);
    let resumed = home.run(&words(&["resume"]));
    error(&resumed, 118, "maybe");
    assert_eq!(documents(&resumed)[0]["name"], "resend");

    let refusing = Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"")).start();
    let refused = error(&home.pay(&words(&[&refusing.url("/x")])), 117, "maybe");
    assert!(refused["payment"]["id"].is_string(), "{refused}");

    let cut = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
    let run = home.pay(&words(&["-o", "got", &cut.url("/y")]));
    let cut = error(&run, 119, "moved");
    assert_eq!((&cut["delivered"]["bytes"], &cut["delivered"]["of"]), (&json!(8), &json!(18)));
    assert!(cut["delivered"]["file"].as_str().unwrap().ends_with("got.part"), "{cut}");
    assert!(cut["payment"]["transaction"].is_string(), "{cut}");
    assert_eq!(documents(&run)[0]["schema"], "pay402/payment/1");
}

/// The document of a failure and the report of the same payment agree.
#[test]
fn a_payment_that_is_out_is_in_the_state_that_its_report_says() {
    type Answer = fn(&Receipt) -> Reply;
    let pending: Answer = |receipt| {
        let said = receipt.failure("settlement_pending", TRANSACTION);
        let reply = Reply::new("402 Payment Required", b"{}");
        reply.header(receipt.header(), &STANDARD.encode(said))
    };
    let refused: Answer = |_| Reply::new("402 Payment Required", b"");
    let silent: Answer = |_| Reply::one_byte();
    for (answer, code, state, transaction) in [
        (refused, 117, "rejected", Value::Null),
        (pending, 118, "unknown", json!(TRANSACTION)),
        (silent, 118, "unknown", Value::Null),
    ] {
        let shop = Paywall::v2().deliver(answer).start();
        let home = Home::new();
        let run = home.pay(&words(&["--receipt", "report", &shop.url("/")]));
        let failure = error(&run, code, "maybe");
        let payment = &failure["payment"];
        assert_eq!((&payment["state"], &payment["transaction"]), (&json!(state), &transaction));
        let report: Value =
            serde_json::from_slice(&std::fs::read(home.work("report")).unwrap()).unwrap();
        for name in ["id", "state", "transaction"] {
            assert_eq!(payment[name], report[name], "{name}");
        }
    }
}

#[test]
fn what_is_missing_is_named_by_the_command_that_makes_it() {
    let shop = Paywall::v2().start();
    let home = Home::without_wallet();
    let none = error(&home.pay(&words(&[&shop.url("/")])), 115, "none");
    assert_eq!(none["next"], json!([["pay402", "wallet", "new"]]));
    let password = home.secret("password", PASSWORD);
    for name in ["one", "two"] {
        let new = ["wallet", "new", name, "--lightkdf", "--password-file", &password];
        home.run(&new).exits(0);
    }
    std::fs::write(home.path("config.toml"), "").unwrap();
    let unchosen = error(&home.pay(&words(&[&shop.url("/")])), 115, "none");
    let one = json!(["pay402", "wallet", "use", "one"]);
    assert_eq!(unchosen["next"][0], one, "{unchosen}");
}

#[test]
fn warnings_and_what_goes_over_the_wire_are_documents() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    let url = shop.url("/").replace("http://", "http://user:secret@");
    let run = home.pay(&words(&["-v", "-w", "%{nonsense}", &url]));
    run.exits(0).never_says("user:secret");
    let all = documents(&run);
    let has = |name: &str| all.iter().any(|one| one["name"] == name);
    assert!(has("trace") && has("warning"), "{run}");
    let head = home.pay(&words(&["-I", &shop.url("/")]));
    head.exits(0);
    assert_eq!(documents(&head)[0]["name"], "warning");
    let run = home.run(&words(&["--max-price", "0.001", &url]));
    let over = error(&run, 110, "none");
    assert!(!over.to_string().contains("secret"), "{over}");
    let lost = home.run(&words(&["http://u:secret@127.0.0.1:1/"]));
    assert_eq!(error(&lost, 7, "none")["url"], "http://127.0.0.1:1/");
    let dropped = home.run(&words(&["--from-curl", "curl --ntlm http://127.0.0.1:1/"]));
    error(&dropped, 7, "none");
}
