//! `--trace` and `--trace-ascii`: everything that goes over the wire, without what could be used as a secret.

#[cfg(unix)]
use crate::support::pipe::Pipe;
use crate::support::{Home, Paywall, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
#[cfg(unix)]
use std::process::Command;

#[test]
fn a_trace_has_all_that_went_over_the_wire_but_no_signature() {
    for (flag, other) in
        [("--trace", "GET / HTTP/1.1.."), ("--trace-ascii", "0000: GET / HTTP/1.1\n")]
    {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let url = paywall.url("/");
        let args = [flag, "t", "-u", "me:sesame", "-d", "a=b", "-X", "GET", &url];
        home.pay(&args).exits(0).prints("the paid resource\n").never_says("HTTP/1.1");
        let trace = fs::read_to_string(home.work("t")).unwrap();
        for part in [
            other,
            "== Info: ",
            "=> Send header, ",
            "=> Send data, 3 bytes (0x3)\n",
            "<= Recv data, ",
        ] {
            assert!(trace.contains(part), "{part}: {trace}");
        }
        // The letters alone, as both forms have them.
        let letters: String = if flag == "--trace" {
            trace.lines().filter_map(|line| line.get(54..)).collect()
        } else {
            trace.lines().filter_map(|line| line.split_once(": ")).map(|(_, text)| text).collect()
        };
        for part in ["402 Payment Required", "the paid resource", "Authorization: (", "a=b"] {
            assert!(letters.contains(part), "{part}: {letters}");
        }
        let payment: serde_json::Value = serde_json::from_str(&paywall.payments()[0].1).unwrap();
        let signature = payment["payload"]["signature"].as_str().unwrap();
        assert!(!letters.contains(&signature[20..60]), "{letters}");
        let authorization = paywall.requests()[0].header("authorization").unwrap().to_owned();
        assert!(!letters.contains(&authorization), "{letters}");
    }
}

#[test]
fn a_trace_goes_where_it_is_sent_and_shares_no_file_with_a_body() {
    let paywall = Paywall::serve(|_| Reply::ok(b"free"));
    let home = Home::without_wallet();
    let url = paywall.url("/");
    let run = home.run(&["--trace-ascii", "-", "--trace-time", "-o", "out", &url]);
    let text = String::from_utf8(run.stdout.clone()).unwrap();
    let (time, rest) = text.split_at(16);
    assert!(
        time.chars().filter(|c| *c == ':').count() == 2 && rest.starts_with("== Info:"),
        "{text}"
    );
    home.run(&["--trace", "%", &url]).exits(0).says(&["=> Send header", "66 72 65 65"]);
    home.run(&["-v", "--trace-time", &url]).exits(0).says(&[" > GET / HTTP/1.1"]);
    home.run(&["--trace", "no/such/directory/t", &url]).exits(23);
    home.run(&["--trace", "out", "-o", "out", &url]).exits(2).says(&["the same file"]);
}

/// A server that repeats the payment in the header of its own report.
#[test]
fn a_signature_that_a_server_repeats_is_cut_in_a_trace_too() {
    let paywall = Paywall::v2()
        .deliver(|receipt| {
            let report: serde_json::Value = serde_json::from_str(&receipt.settlement()).unwrap();
            let mut report = report.as_object().unwrap().clone();
            report.insert("signature".into(), format!("0x{}", "ab".repeat(65)).into());
            let report = STANDARD.encode(serde_json::Value::from(report).to_string());
            Reply::ok(&receipt.body).header(receipt.header(), &report)
        })
        .start();
    let home = Home::new();
    home.pay(&["--trace-ascii", "t", &paywall.url("/")]).exits(0);
    let trace = fs::read_to_string(home.work("t")).unwrap().to_ascii_lowercase();
    assert!(trace.contains("payment-response: {") && !trace.contains("abababababab"), "{trace}");
}

#[cfg(unix)]
#[test]
fn a_trace_that_nobody_reads_holds_up_no_payment() {
    let paywall = Paywall::v2().body(vec![b'x'; 1 << 18]).start();
    let home = Home::new();
    // Open, and full soon.
    let _unread = Pipe::at(home.work("pipe"));
    let args = ["-m", "60", "-o", "out", "--trace-ascii", "pipe", &paywall.url("/")];
    home.pay(&args).exits(0);
    assert_eq!(fs::read(home.work("out")).unwrap().len(), 1 << 18);
}

#[cfg(unix)]
#[test]
fn a_pipe_for_a_trace_that_nobody_opens_is_waited_for_as_long_as_a_transfer() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    let made = Command::new("mkfifo").arg(home.work("pipe")).status().unwrap();
    assert!(made.success());
    home.pay(&["--connect-timeout", "0.2", "--trace", "pipe", &paywall.url("/")]).exits(28);
    assert!(paywall.requests().is_empty());
}
