//! What an earlier answer to a payment brought, and the answers that come when the payment is sent again.

use super::taking_again;
use crate::outcome::with_receipt;
use crate::support::seller::{Receipt, TRANSACTION};
use crate::support::{Home, Paywall, Reply};
use serde_json::json;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const BODY: &str = "the paid resource\n";

/// Word that leaves the outcome open, beside the whole resource.
fn open(receipt: &Receipt) -> Reply {
    let pending = receipt.failure("settlement_pending", TRANSACTION);
    with_receipt(receipt, Reply::ok(BODY), &pending)
}

/// A shop that delivers with an open outcome first, and answers like this from then on.
fn shop(then: impl Fn(&Receipt) -> Reply + Send + Sync + 'static) -> Paywall {
    taking_again(
        Paywall::v2(),
        move |n, receipt| if n == 0 { open(receipt) } else { then(receipt) },
    )
}

fn out(home: &Home, name: &str) -> String {
    fs::read_to_string(home.work(name)).unwrap()
}

/// What the ledger says of the one payment: its state, how much came, how much and where.
fn recorded(home: &Home) -> (String, String, Option<u64>, String) {
    let entry = home.run(&["history", "export"]).exits(0).json();
    let (state, came) = (entry["state"].as_str().unwrap(), entry["answer"].as_str().unwrap());
    let delivered = &entry["delivered"];
    let file = delivered["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (state.to_owned(), came.to_owned(), delivered["bytes"].as_u64(), file)
}

#[test]
fn an_error_that_answers_a_payment_again_takes_no_bodys_place() {
    let page = "<h1>this payment was used</h1>\n";
    for (status, settles) in [
        ("500 Oops", false),
        ("409 Conflict", false),
        ("302 Found", false),
        ("500 Oops", true),
        ("402 Payment Required", true),
        ("404 Not Found", true),
    ] {
        let paywall = shop(move |receipt| {
            let reply = Reply::new(status, page).header("Location", "/login");
            if settles { receipt.settled(reply) } else { reply }
        });
        let (home, url) = (Home::new(), paywall.url("/"));
        home.pay(&["-o", "out", &url]).exits(118);
        assert_eq!(out(&home, "out"), BODY);
        let run = home.pay(&["-o", "out", &url]);
        // The resource came before, and what was open is settled now.
        run.exits(if settles { 0 } else { 118 }).says(&["out stays as it is", "out.1"]);
        assert_eq!((out(&home, "out").as_str(), out(&home, "out.1").as_str()), (BODY, page));
        assert_eq!(home.work_files(), ["out", "out.1"]);
        let state = if settles { "settled" } else { "unknown" }.to_owned();
        let bytes = u64::try_from(BODY.len()).ok();
        assert_eq!(recorded(&home), (state, "whole".into(), bytes, "out".into()), "{status}");
        assert_eq!((paywall.payments().len(), paywall.nonces().len()), (2, 1));
    }
}

/// How a payment is answered that is sent again, and the files that are there then.
type Case = (fn(&Receipt) -> Reply, &'static [&'static str]);

#[test]
fn an_answer_that_is_emptier_or_no_resource_takes_no_bodys_place() {
    let cases: [Case; 5] = [
        (|receipt| receipt.settled(Reply::ok("")), &["out"]),
        (|receipt| receipt.settled(Reply::new("204 No Content", "")), &["out"]),
        (|receipt| receipt.settled(Reply::ok("done")), &["out", "out.1"]),
        (
            |receipt| {
                let status = br#"{"status":"this was delivered already, a while ago"}"#;
                receipt.settled(Reply::new("202 Accepted", status))
            },
            &["out", "out.1"],
        ),
        (|receipt| receipt.settled(Reply::ok(BODY)), &["out"]),
    ];
    for (then, files) in cases {
        let paywall = shop(then);
        let (home, url) = (Home::new(), paywall.url("/"));
        home.pay(&["-o", "out", &url]).exits(118);
        home.pay(&["-o", "out", &url]).exits(0);
        assert_eq!(out(&home, "out"), BODY);
        assert_eq!(home.work_files(), files);
        let bytes = u64::try_from(BODY.len()).ok();
        assert_eq!(recorded(&home), ("settled".into(), "whole".into(), bytes, "out".into()));
        // The purchase is over.
        assert!(!home.run(&["history", "export"]).json()["delivered_at"].is_null());
    }
}

#[test]
fn another_whole_resource_has_the_name_and_the_first_one_stays() {
    let other = "another resource, which is longer\n";
    let paywall = shop(move |receipt| receipt.settled(Reply::ok(other)));
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&["-o", "out", &url]).exits(118);
    let run = home.pay(&["-o", "out", &url]);
    run.exits(0).says(&["an earlier answer to the same payment", "out.1"]);
    assert_eq!((out(&home, "out").as_str(), out(&home, "out.1").as_str()), (other, BODY));
    let bytes = u64::try_from(other.len()).ok();
    assert_eq!(recorded(&home), ("settled".into(), "whole".into(), bytes, "out".into()));
}

#[test]
fn an_error_that_answers_a_payment_takes_no_files_place() {
    for status in ["500 Oops", "404 Not Found"] {
        let paywall = taking_again(Paywall::v2(), move |_, receipt| {
            receipt.settled(Reply::new(status, "no\n"))
        });
        let home = Home::new();
        fs::write(home.work("out"), "mine\n").unwrap();
        let run = home.pay(&["-o", "out", &paywall.url("/")]);
        run.exits(119).says(&["out stays as it is", "out.1"]);
        assert_eq!((out(&home, "out").as_str(), out(&home, "out.1").as_str()), ("mine\n", "no\n"));
    }
}

#[test]
fn a_server_that_is_down_takes_nothing_from_a_payment_that_is_open() {
    let down = Arc::new(AtomicBool::new(false));
    for cut in [false, true] {
        down.store(false, Ordering::SeqCst);
        let seller =
            Paywall::v2().deliver(
                move |receipt| {
                    if cut { receipt.deliver().cut_body(4) } else { open(receipt) }
                },
            );
        let is_down = Arc::clone(&down);
        let paywall = Paywall::serve(move |request| {
            if is_down.load(Ordering::SeqCst) {
                return Reply::new("503 Service Unavailable", "maintenance\n");
            }
            seller.answer(request, &std::sync::Mutex::default())
        });
        let (home, url) = (Home::new(), paywall.url("/"));
        home.pay(&["-o", "out", &url]).exits(if cut { 119 } else { 118 });
        let (name, held) = if cut { ("out.part", "the ") } else { ("out", BODY) };
        assert_eq!(out(&home, name), held);
        let before = recorded(&home);
        let id = home.run(&["history", "export"]).json()["id"].as_str().unwrap().to_owned();
        down.store(true, Ordering::SeqCst);
        for args in [
            &["resume", &id, "-o", name][..],
            &["resume", &id, "-C", "-", "-o", name],
            &["resume", &id, "-i", "-o", name],
            &["--max-price", "0.05", "-o", name, &url],
        ] {
            let run = home.run(args);
            run.assert(args[0] != "resume" || run.code() != Some(0), "it should have failed");
            assert_eq!(out(&home, name), held, "{args:?}\n{run}");
            assert_eq!(recorded(&home), before, "{args:?}");
        }
        assert_eq!(json!(paywall.payments().len()), json!(1));
    }
}

#[test]
fn a_file_that_another_payment_wrote_to_holds_nothing_of_this_one() {
    let paywall = taking_again(Paywall::v2(), |n, receipt| {
        if n < 2 { open(receipt) } else { receipt.settled(Reply::new("500 Oops", "no\n")) }
    });
    let (home, url) = (Home::new(), paywall.url("/a"));
    for url in [&url, &paywall.url("/b")] {
        home.pay(&["-o", "out", url]).exits(118);
    }
    // It is as long as what was bought here, and is not it.
    home.pay(&["-o", "out", &url]).exits(119).says(&["out stays as it is"]);
    assert_eq!(out(&home, "out"), BODY);
}
