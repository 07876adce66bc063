//! What of a purchase arrived: recorded apart from what became of its money, told, and asked for.

use crate::support::seller::Receipt;
use crate::support::{Home, Paywall, Reply, Run};
use serde_json::{Value, json};
use std::fs;
use std::sync::Mutex;
use std::time::Duration;

const BODY: &str = "the paid resource\n";

/// The one payment, as the history tells it.
fn entry(home: &Home) -> Value {
    home.run(&["history", "export"]).exits(0).json()
}

/// How many payments there are that have not arrived whole.
fn undelivered(home: &Home) -> usize {
    let run = home.run(&["history", "--undelivered", "--format", "json"]);
    run.exits(0).json()["payments"].as_array().unwrap().len()
}

/// A shop that cuts its first delivery off, and takes the same payment again: whole, or the rest where
/// that is asked for.
fn cutting(bytes: usize) -> Paywall {
    let cut = Paywall::v2().body(BODY).deliver(move |receipt| receipt.deliver().cut_body(bytes));
    let well = Paywall::v2().body(BODY);
    let rest = Paywall::v2().deliver(move |receipt: &Receipt| {
        let part = format!("bytes {bytes}-{}/{}", BODY.len() - 1, BODY.len());
        let reply = Reply::new("206 Partial Content", &BODY[bytes..]);
        receipt.settled(reply.header("Content-Range", &part))
    });
    let paid = Mutex::new(0);
    Paywall::serve(move |request| {
        let mut paid = paid.lock().unwrap();
        *paid += usize::from(request.payment().is_some());
        let seller = match (*paid, request.header("range")) {
            (0 | 1, _) => &cut,
            (_, Some(_)) => &rest,
            (_, None) => &well,
        };
        seller.answer(request, &Mutex::default())
    })
}

/// The command after `by` in what was said, without the name of the program.
fn suggested(run: &Run) -> Vec<String> {
    let at = run.stderr.find("pay402 resume").expect("a command");
    let line = run.stderr[at..].lines().next().unwrap();
    line.split_whitespace().skip(1).take(6).map(str::to_owned).collect()
}

#[test]
fn what_came_whole_is_recorded_with_its_file() {
    let (shop, home) = (Paywall::v2().body(BODY).start(), Home::new());
    home.pay(&["-o", "got", &shop.url("/")]).exits(0);
    let found = entry(&home);
    assert_eq!(found["answer"], "whole");
    let delivered = &found["delivered"];
    assert_eq!((&delivered["bytes"], &delivered["of"]), (&json!(18), &json!(18)));
    assert!(delivered["file"].as_str().unwrap().ends_with("/work/got"), "{found}");
    assert_eq!(undelivered(&home), 0);
    let run = home.run(&["history"]);
    run.exits(0).assert(run.text().contains("whole"), "in the list");
    let csv = home.run(&["history", "export", "--to", "csv"]);
    csv.exits(0).assert(csv.text().contains(",answer,proof\n"), "its names");
    csv.assert(csv.text().contains(",whole,server\n"), "in the export");
}

#[test]
fn what_was_cut_off_is_partial_and_the_rest_is_had_by_what_is_said() {
    let (shop, home) = (cutting(8), Home::new());
    let run = home.pay(&["-o", "got", &shop.url("/")]);
    run.exits(119).says(&["8 of 18 bytes came; what came is in got.part", "-C -"]);
    let found = entry(&home);
    assert_eq!((&found["state"], &found["answer"]), (&json!("settled"), &json!("partial")));
    let delivered = &found["delivered"];
    assert_eq!((&delivered["bytes"], &delivered["of"]), (&json!(8), &json!(18)));
    assert!(delivered["file"].as_str().unwrap().ends_with("/work/got.part"), "{found}");
    let shown = home.run(&["history", "show", found["id"].as_str().unwrap()]);
    shown.exits(0).assert(shown.text().contains("partial, 8 of 18 bytes, in /"), "how much");
    assert_eq!(undelivered(&home), 1);

    home.run(&suggested(&run)).exits(0);
    assert_eq!(fs::read_to_string(home.work("got.part")).unwrap(), BODY);
    let found = entry(&home);
    assert_eq!((&found["answer"], &found["delivered"]["bytes"]), (&json!("whole"), &json!(18)));
    assert_eq!((shop.nonces().len(), undelivered(&home)), (1, 0));
}

#[test]
fn the_same_command_asks_for_all_of_it_again_and_pays_nothing_more() {
    let (shop, home) = (cutting(8), Home::new());
    let args = ["-o", "got", &shop.url("/")];
    home.pay(&args).exits(119);
    home.pay(&args).exits(0);
    assert_eq!(fs::read_to_string(home.work("got")).unwrap(), BODY);
    assert_eq!((entry(&home)["answer"].clone(), shop.nonces().len()), (json!("whole"), 1));
}

#[test]
fn a_download_that_its_owner_interrupts_is_partial() {
    let shop =
        Paywall::v2().body(BODY).deliver(|receipt| receipt.deliver().cut_body(8).hang()).start();
    let home = Home::new();
    let program = home.paying(&["-o", "got", "--format", "json", &shop.url("/")]).start();
    let arrived = || {
        let names = home.work_files();
        let size = |name: &String| fs::metadata(home.work(name)).map_or(0, |there| there.len());
        names.iter().any(|name| size(name) == 8)
    };
    while !arrived() {
        std::thread::sleep(Duration::from_millis(10));
    }
    program.signal("INT");
    let run = program.finish();
    run.exits(119);
    let error: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["delivered"]["bytes"], 8);
    let rest = json!(["pay402", "resume", entry(&home)["id"], "-C", "-", "-o", "got.part"]);
    assert_eq!(error["next"], json!([rest]));
    assert_eq!((&entry(&home)["answer"], undelivered(&home)), (&json!("partial"), 1));
}

#[test]
fn an_error_is_failed_with_its_status_and_no_answer_is_none() {
    let home = Home::new();
    let shop = Paywall::v2()
        .deliver(|receipt| receipt.settled(Reply::new("500 Oops", b"an error page\n")))
        .start();
    home.pay(&[shop.url("/")]).exits(119);
    let found = entry(&home);
    assert_eq!((&found["answer"], &found["delivered"]["status"]), (&json!("failed"), &json!(500)));
    assert_eq!(undelivered(&home), 1);

    let home = Home::new();
    let mute = Paywall::v2().deliver(|_| Reply::one_byte()).start();
    home.pay(&[mute.url("/")]).exits(118);
    assert_eq!((&entry(&home)["answer"], undelivered(&home)), (&json!("none"), 1));

    // What the server refused was not paid, as far as it says.
    let home = Home::new();
    let refusing = Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"")).start();
    home.pay(&[refusing.url("/")]).exits(117);
    assert_eq!((&entry(&home)["answer"], undelivered(&home)), (&json!("failed"), 0));
}

#[test]
fn a_process_that_is_killed_in_a_download_has_delivered_nothing_that_is_known() {
    let shop =
        Paywall::v2().body(BODY).deliver(|receipt| receipt.deliver().cut_body(8).hang()).start();
    let home = Home::new();
    let mut program = home.paying(&[&shop.url("/")]).start();
    while shop.payments().is_empty() || entry(&home)["state"] != "settled" {
        std::thread::sleep(Duration::from_millis(20));
    }
    program.kill();
    drop(program);
    assert_eq!((&entry(&home)["answer"], undelivered(&home)), (&json!("none"), 1));
}

#[test]
fn less_that_comes_later_takes_nothing_away() {
    let deliveries = Mutex::new(0);
    let seller = Paywall::v2().body(BODY).deliver(move |receipt| {
        let mut deliveries = deliveries.lock().unwrap();
        *deliveries += 1;
        if *deliveries == 1 { receipt.deliver().cut_body(8) } else { Reply::one_byte() }
    });
    let shop = Paywall::serve(move |request| seller.answer(request, &Mutex::default()));
    let home = Home::new();
    let args = ["-o", "got", &shop.url("/")];
    home.pay(&args).exits(119);
    home.pay(&args).exits(119);
    let found = entry(&home);
    assert_eq!((&found["answer"], &found["delivered"]["bytes"]), (&json!("partial"), &json!(8)));
}

#[test]
fn a_longer_page_that_is_cut_does_not_take_the_place_of_a_paid_part() {
    for status in ["500 Oops", "502 Bad Gateway", "202 Accepted", "200 OK"] {
        let sendings = Mutex::new(0);
        let seller = Paywall::v2().deliver(move |receipt| {
            let mut sendings = sendings.lock().unwrap();
            *sendings += 1;
            match *sendings {
                1 => receipt.deliver().cut_body(8),
                _ => receipt.settled(Reply::new(status, [b'<'; 60])).cut_body(20),
            }
        });
        let shop = Paywall::serve(move |request| seller.answer(request, &Mutex::default()));
        let (home, url) = (Home::new(), shop.url("/"));
        home.pay(&["-o", "got", &url]).exits(119);
        let run = home.pay(&["-o", "got", &url]);
        run.exits(119);
        assert_eq!(std::fs::read(home.work("got.part")).unwrap(), b"the paid", "{status}");
        assert_eq!(std::fs::read(home.work("got.part.1")).unwrap(), [b'<'; 20], "{status}");
        if status.starts_with("202") {
            run.never_says("-C -");
        }
        assert_eq!(shop.nonces().len(), 1);
    }
}
