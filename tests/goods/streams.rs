//! Paid bodies over HTTP/2, where a stream ends by a frame and by nothing else.

use crate::support::listener::listen;
use crate::support::seller::TRANSACTION;
use crate::support::{Home, Paywall};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::{HeaderMap, Response};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How a body ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// As it should.
    Whole,
    /// Whole, and the stream is reset all the same.
    WholeThenReset,
    /// Whole, with trailers.
    Trailers,
    /// The stream is reset, as if the answer did not need the rest of the request.
    Reset,
    /// The server goes away.
    GoesAway,
}

/// A shop over HTTP/2 that takes every payment, and ends ten bytes of a body like this. `length` is what
/// it announces. Also says how many payments came.
fn shop(end: End, length: Option<u32>) -> (String, Arc<AtomicUsize>) {
    let paid = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&paid);
    let port = listen(move |stream| {
        let count = Arc::clone(&counted);
        async move {
            let mut talk = h2::server::handshake(stream).await.unwrap();
            let mut bodies = Vec::new();
            loop {
                // What is given up before it is written is never sent.
                let asked = tokio::time::timeout(Duration::from_millis(100), talk.accept());
                match asked.await {
                    Ok(Some(Ok((request, answer)))) => {
                        let is_paid = request.headers().contains_key("payment-signature");
                        count.fetch_add(usize::from(is_paid), Ordering::SeqCst);
                        bodies.extend(reply(answer, is_paid, end, length));
                    }
                    Ok(_) => break,
                    Err(_) => {
                        for mut body in bodies.drain(..) {
                            match end {
                                End::Reset | End::WholeThenReset => {
                                    body.send_reset(Reason::NO_ERROR);
                                }
                                End::GoesAway => talk.abrupt_shutdown(Reason::NO_ERROR),
                                End::Whole | End::Trailers => {}
                            }
                        }
                    }
                }
            }
        }
    });
    (format!("http://127.0.0.1:{port}/"), paid)
}

/// Answers with terms, or with ten bytes for a payment: those can still be reset.
fn reply(
    mut answer: SendResponse<Bytes>,
    is_paid: bool,
    end: End,
    length: Option<u32>,
) -> Option<SendStream<Bytes>> {
    if !is_paid {
        let terms = STANDARD.encode(Paywall::v2().terms());
        let head = Response::builder().status(402).header("payment-required", terms);
        answer.send_response(head.body(()).unwrap(), true).unwrap();
        return None;
    }
    let settled =
        format!(r#"{{"success":true,"transaction":"{TRANSACTION}","network":"eip155:8453"}}"#);
    let mut head = Response::builder().header("payment-response", STANDARD.encode(settled));
    if let Some(length) = length {
        head = head.header("content-length", length);
    }
    let mut body = answer.send_response(head.body(()).unwrap(), false).unwrap();
    let is_last = matches!(end, End::Whole | End::WholeThenReset);
    body.send_data(Bytes::from_static(b"0123456789"), is_last).unwrap();
    if let End::Trailers = end {
        body.send_trailers(HeaderMap::new()).unwrap();
    }
    Some(body)
}

const FLAGS: [&str; 5] = ["--http2-prior-knowledge", "-m", "20", "-o", "out"];

#[test]
fn a_stream_that_is_given_up_is_no_whole_body() {
    for (end, length) in [
        (End::Reset, Some(1000)),
        (End::Reset, None),
        (End::GoesAway, Some(1000)),
        (End::GoesAway, None),
    ] {
        let (home, (url, paid)) = (Home::new(), shop(end, length));
        let args = [&FLAGS[..], &[&url]].concat();
        home.pay(&args).exits(119).says(&["the body did not come whole", "out.part"]);
        home.pay(&args).exits(119).says(&["sending the same one again"]);
        assert_eq!(home.work_files(), ["out.part"], "{end:?} {length:?}");
        assert_eq!(paid.load(Ordering::SeqCst), 2);
    }
}

#[test]
fn a_stream_that_ended_is_whole_whatever_comes_after_its_end() {
    for (end, length) in [
        (End::Whole, Some(10)),
        (End::Whole, None),
        (End::WholeThenReset, Some(10)),
        (End::WholeThenReset, None),
        (End::Trailers, Some(10)),
        (End::Trailers, None),
        // All that was announced has come.
        (End::Reset, Some(10)),
        (End::GoesAway, Some(10)),
    ] {
        let (home, (url, _)) = (Home::new(), shop(end, length));
        let run = home.pay(&[&FLAGS[..], &[&url]].concat());
        run.exits(0).assert(true, &format!("{end:?} {length:?}"));
        assert_eq!(fs::read(home.work("out")).unwrap(), b"0123456789");
    }
}
