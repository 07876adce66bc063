//! Readers, writers and disks that take their time: what waits for one of them is one transfer, and
//! nothing waits for ever.

use crate::support::pipe::{self, Pipe};
use crate::support::started::Started;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// More than fits into any pipe, and into what the program keeps.
const BIG: usize = 4 << 20;

/// The letter it is of.
const LETTER: u8 = b'x';

/// Sells everything but `/big`, which is free, and long.
fn shop() -> Paywall {
    let (seller, big) = (Paywall::v2().price("1000"), vec![LETTER; BIG]);
    Paywall::serve(move |request| match request.path() {
        "/big" => Reply::ok(&big),
        _ => seller.answer(request, &Mutex::default()),
    })
}

fn settled(home: &Home) -> usize {
    let run = home.run(&["history", "export", "--state", "settled"]);
    run.exits(0).text().lines().count()
}

/// Waits until `holds`, for at most fifteen seconds.
#[track_caller]
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until these files hold what was paid for.
#[track_caller]
fn are_delivered(home: &Home, names: &[&str]) {
    for name in names {
        let whole = || fs::read(home.work(name)).is_ok_and(|body| body == b"the paid resource\n");
        eventually(&format!("{name} was not delivered"), whole);
    }
}

/// Reads a pipe until the program has ended, and answers all it wrote there.
fn read_on(pipe: &Pipe, started: &mut Started<'_>) -> Vec<u8> {
    let mut all = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(15);
    while !started.has_ended() && Instant::now() < deadline {
        all.append(&mut pipe.read());
        thread::sleep(Duration::from_millis(10));
    }
    all.append(&mut pipe.read());
    all
}

#[test]
fn a_body_that_nobody_reads_stops_no_other_transfer_and_ends_in_time() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe"));
    let told = "%{stderr}%{exitcode} %{size_download}\n";
    let (big, paid) = (shop.url("/big"), shop.url("/paid"));
    let args = ["-Z", "-m", "4", "-w", told, "-o", "-", &big, "-o", "f", &paid];
    let run = home.paying(&args).in_shell("exec \"$@\" >pipe").run();
    run.exits(28).says(&["paid 0.001", "\n0 18\n"]);
    are_delivered(&home, &["f"]);
    assert_eq!(settled(&home), 1);
    let written = pipe.read();
    assert!((1..BIG).contains(&written.len()), "{}", written.len());
    assert!(written.iter().all(|byte| *byte == LETTER));
    run.says(&[&format!("28 {}\n", written.len())]);
}

#[test]
fn what_a_slow_reader_takes_is_whole() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe"));
    let mut started = home.pay402(&[&shop.url("/big")]).in_shell("exec \"$@\" >pipe").start();
    thread::sleep(Duration::from_millis(300));
    let written = read_on(&pipe, &mut started);
    started.finish().exits(0).says_nothing();
    assert_eq!(written.len(), BIG);
}

#[test]
fn a_paid_body_that_nobody_reads_is_given_up_by_time_and_by_signal() {
    for by_signal in [false, true] {
        let (home, shop) = (Home::new(), Paywall::v2().body(vec![LETTER; BIG]).start());
        let pipe = Pipe::at(home.work("pipe"));
        let limit = if by_signal { "100" } else { "4" };
        let args = ["-m", limit, "-o", "pipe", &shop.url("/")];
        let started = home.paying(&args).start();
        if by_signal {
            eventually("nothing was paid", || !shop.payments().is_empty());
            thread::sleep(Duration::from_millis(500));
            started.signal("INT");
        }
        started.finish().exits(119).says(&["was paid"]);
        let written = pipe.read();
        assert!((1..BIG).contains(&written.len()), "{}", written.len());
        assert_eq!(shop.nonces().len(), 1);
    }
}

#[test]
fn notices_that_nobody_reads_stop_nothing_and_come_in_the_end() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe")).fill();
    let args = ["-v", "-Z", "-o", "#1", &shop.url("/{a,b}")];
    let mut started = home.paying(&args).in_shell("exec \"$@\" 2>pipe").start();
    are_delivered(&home, &["a", "b"]);
    let told = String::from_utf8(read_on(&pipe, &mut started)).unwrap();
    started.finish().exits(0);
    assert_eq!(told.matches("paid 0.001 USDC").count(), 2, "{told}");
    assert!(
        told.trim_end().ends_with("in total: 2 payments settled, 0.002 USDC on base"),
        "{told}"
    );
}

#[test]
fn the_words_of_a_format_that_nobody_reads_stop_nothing_and_come_in_the_end() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe")).fill();
    let args = ["-Z", "-w", "%{http_code}\n", "-o", "#1", &shop.url("/{a,b}")];
    let mut started = home.paying(&args).in_shell("exec \"$@\" >pipe").start();
    are_delivered(&home, &["a", "b"]);
    let told = read_on(&pipe, &mut started);
    started.finish().exits(0);
    assert_eq!(told, b"200\n200\n");
}

#[test]
fn heads_that_nobody_reads_do_not_hold_up_the_body() {
    for heads in ["pipe", "-"] {
        let (shop, home) = (shop(), Home::new());
        let pipe = Pipe::at(home.work("pipe")).fill();
        let args = ["-D", heads, "-o", "f", &shop.url("/paid")];
        let mut started = home.paying(&args).in_shell("exec \"$@\" >pipe").start();
        are_delivered(&home, &["f"]);
        let told = String::from_utf8(read_on(&pipe, &mut started)).unwrap();
        started.finish().exits(0);
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n") && told.ends_with("\r\n\r\n"), "{told}");
    }
}

#[test]
fn a_receipt_that_nobody_reads_does_not_hold_up_the_body() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe")).fill();
    let args = ["--receipt", "pipe", "-o", "f", &shop.url("/paid")];
    let mut started = home.paying(&args).start();
    are_delivered(&home, &["f"]);
    let told = String::from_utf8(read_on(&pipe, &mut started)).unwrap();
    started.finish().exits(0);
    assert!(told.starts_with("{\"schema\":\"pay402/payment/1\""), "{told}");

    let args = ["-m", "4", "--receipt", "pipe", "-o", "g", &shop.url("/paid")];
    let _full = pipe.fill();
    home.pay(&args).exits(0).says(&["the receipt could not be written"]);
    are_delivered(&home, &["g"]);
}

#[test]
fn on_one_pipe_the_receipt_comes_before_the_body() {
    let (shop, home) = (shop(), Home::new());
    let run = home.pay(&["--receipt", "/dev/stdout", &shop.url("/paid")]);
    let (receipt, body) = run.exits(0).text().split_once('\n').unwrap();
    assert!(receipt.starts_with('{') && body == "the paid resource\n", "{run}");
    let run = home.pay(&["-D", "/dev/stdout", "--pay-again", &shop.url("/paid")]);
    assert!(run.exits(0).text().ends_with("\r\n\r\nthe paid resource\n"), "{run}");
}

#[test]
fn a_pipe_that_nobody_opens_is_waited_for_in_time_and_before_anything_is_sent() {
    for option in ["-o", "-D", "--receipt", "--etag-save", "-c"] {
        for limit in ["-m", "--connect-timeout"] {
            let (shop, home) = (Paywall::v2().start().may_be_unused(), Home::new());
            pipe::make(&home.work("pipe"));
            let run = home.pay(&[limit, "1", option, "pipe", &shop.url("/")]);
            run.exits(28).says(&["nobody read pipe in time", "nothing was signed"]);
            assert!(shop.requests().is_empty(), "{option} {limit}");
        }
    }
}

#[test]
fn a_pipe_that_nobody_writes_is_waited_for_in_time() {
    for option in ["-d", "--data-binary", "-b", "-T", "--private-key-file"] {
        let (shop, home) = (Paywall::v2().start().may_be_unused(), Home::without_wallet());
        pipe::make(&home.work("pipe"));
        let name = if option.contains("-d") { "@pipe" } else { "pipe" };
        let args = ["--max-price", "1", "-m", "2", option, name, &shop.url("/")];
        let run = home.run(&args);
        assert!(matches!(run.code(), Some(28 | 115)), "{option}: {run}");
        assert!(shop.payments().is_empty(), "{option}");
    }
}

#[test]
fn a_pipe_is_written_as_soon_as_somebody_reads_it() {
    let (shop, home) = (shop(), Home::new());
    pipe::make(&home.work("pipe"));
    let run = home
        .paying(&["-c", "pipe", "-o", "f", &shop.url("/paid")])
        .in_shell("\"$@\" & sleep 1; cat pipe; wait $!")
        .run();
    assert!(run.exits(0).text().starts_with("# Netscape HTTP Cookie File"), "{run}");
    are_delivered(&home, &["f"]);
}

#[test]
fn an_upload_that_is_slow_to_come_stops_no_other_transfer() {
    let (shop, home) = (shop(), Home::new());
    let pipe = Pipe::at(home.work("pipe"));
    let (up, paid) = (shop.url("/big"), shop.url("/paid"));
    let args = ["-Z", "-o", "big", "-T", "pipe", &up, "-o", "f", &paid];
    let started = home.paying(&args).start();
    are_delivered(&home, &["f"]);
    pipe.write(b"uploaded");
    drop(pipe);
    started.finish().exits(0);
    let requests = shop.requests();
    let upload = requests.iter().find(|request| request.path() == "/big").unwrap();
    assert_eq!(upload.body, b"uploaded");
}
