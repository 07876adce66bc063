//! The paywall is a tool that tests lean on, so it is tried first, with a client of a few lines.

use super::paywall::Paywall;
use super::reply::Reply;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Sends `request` and returns what came until the connection ended.
fn exchange(paywall: &Paywall, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", paywall.port())).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

const GET: &str = "GET /a?b HTTP/1.1\r\nHost: x\r\nX-Case: Kept\r\n\r\n";

#[test]
fn records_requests_with_their_bodies_and_connections() {
    let paywall = Paywall::script([Reply::ok(b"one"), Reply::ok(b"two").close()]);
    let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\0\r\n0\r\n\r\n";
    let answer = exchange(&paywall, &format!("{GET}{chunked}"));
    assert!(answer.contains("one") && answer.ends_with("two"), "{answer}");
    let requests = paywall.requests();
    assert_eq!((requests[0].method.as_str(), requests[0].path()), ("GET", "/a"));
    assert_eq!(requests[0].headers[1], ("X-Case".into(), "Kept".into()));
    assert_eq!(requests[1].body, b"ab\0");
    assert_eq!((requests[1].connection, requests[1].index), (0, 1));
    assert_eq!(paywall.connections(), 1);
}

#[test]
fn cuts_lies_and_trickles() {
    let paywall = Paywall::script([
        Reply::ok(b"0123456789").cut_head(10),
        Reply::ok(b"0123456789").cut_body(4),
        Reply::ok(b"0123456789").claims_length(99),
        Reply::raw(b"HTTP/1.1 2"),
        Reply::nothing(),
        Reply::ok(b"0123456789").trickle(1, Duration::from_millis(1)).close(),
        Reply::ok([b'x'; 1001]).chunked().close(),
    ]);
    assert_eq!(exchange(&paywall, GET), "HTTP/1.1 2");
    assert!(exchange(&paywall, GET).ends_with("\r\n\r\n0123"));
    assert!(exchange(&paywall, GET).contains("Content-Length: 99\r\n"));
    assert_eq!(exchange(&paywall, GET), "HTTP/1.1 2");
    assert_eq!(exchange(&paywall, GET), "");
    assert!(exchange(&paywall, GET).ends_with("0123456789"));
    assert!(exchange(&paywall, GET).ends_with("\r\n1\r\nx\r\n0\r\n\r\n"));
}

#[test]
fn goes_away_at_once_though_answers_hang_and_clients_wait() {
    let paywall = Paywall::script([Reply::silence()]);
    let mut idle = TcpStream::connect(("127.0.0.1", paywall.port())).unwrap();
    let mut hung = TcpStream::connect(("127.0.0.1", paywall.port())).unwrap();
    hung.write_all(GET.as_bytes()).unwrap();
    while paywall.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let start = Instant::now();
    drop(paywall);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
#[should_panic(expected = "was never called")]
fn fails_the_test_that_never_calls_it() {
    drop(Paywall::script([]));
}

#[test]
#[should_panic(expected = "not in the script")]
fn fails_the_test_that_calls_it_too_often() {
    let paywall = Paywall::script([]);
    exchange(&paywall, GET);
}

#[test]
fn an_unused_paywall_may_be_right() {
    drop(Paywall::script([]).may_be_unused());
}
