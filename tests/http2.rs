//! HTTP/2: requests that the server says it did not process, and streams that never open.

use crate::support::ledger::entries;
use crate::support::listener::listen;
use crate::support::request::Request;
use crate::support::{Home, Paywall, Reply, Seller};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens on one connection when a request comes over the stream that is named first. The first
/// request is on stream 1, the second on 3.
#[derive(Clone, Copy)]
enum Trick {
    /// Nothing: it goes through.
    None,
    /// The stream is ended with this code.
    Reset(u8, u8),
    /// The server goes away, with this stream as the last one and this code, and hangs up.
    GoAway(u8, u8, u8),
    /// The server hangs up.
    Cut(u8),
    /// A head comes that announces another (103), and then the stream is ended with this code.
    EarlyReset(u8, u8),
    /// Such a head comes, and the server hangs up.
    EarlyCut(u8),
    /// No stream can be opened any more, which is said before the first request is answered.
    NoStreams,
    /// It speaks HTTP/1.1.
    Http1,
}

const REFUSED_STREAM: u8 = 7;
const HTTP_1_1_REQUIRED: u8 = 13;
const CANCEL: u8 = 8;

/// A shop that speaks HTTP/2, behind somebody who plays tricks with its connections.
struct Shop {
    url: String,
    /// What the shop was asked, on all connections.
    requests: Arc<Mutex<Vec<Request>>>,
    /// How many connections there were.
    connections: Arc<Mutex<usize>>,
    /// The same shop in HTTP/1.1.
    _text: Paywall,
}

impl Shop {
    fn open(seller: Seller, tricks: &'static [Trick]) -> Self {
        let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (known, asked, kept) = (Arc::clone(&seen), Arc::clone(&requests), seller.clone());
        let text = Paywall::serve(move |request| {
            asked.lock().unwrap().push(request.clone());
            kept.answer(request, &known)
        })
        .may_be_unused();
        let asked = Arc::clone(&requests);
        let framed = serve_framed(move |request| {
            asked.lock().unwrap().push(request.clone());
            seller.answer(request, &seen)
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let connections: Arc<Mutex<usize>> = Arc::default();
        let (counted, port) = (Arc::clone(&connections), text.port());
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                let trick = tricks.get(number).copied().unwrap_or(Trick::None);
                *counted.lock().unwrap() += 1;
                let to = if matches!(trick, Trick::Http1) { port } else { framed };
                let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
                thread::spawn(move || drop(pass_on(client.unwrap(), server, trick)));
            }
        });
        Self { url, requests, connections, _text: text }
    }

    fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    fn payments(&self) -> Vec<(String, String)> {
        self.requests.lock().unwrap().iter().filter_map(Request::payment).collect()
    }
}

/// A server of HTTP/2 from the first byte. Its port.
fn serve_framed(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> u16 {
    let answer = Arc::new(answer);
    listen(move |stream| {
        let answer = Arc::clone(&answer);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let answer = Arc::clone(&answer);
            async move { Ok::<_, hyper::Error>(plain(&answer(&read(request).await?))) }
        });
        async {
            let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
        }
    })
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, hyper::Error> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter();
    Ok(Request {
        connection: 0,
        index: 0,
        method: head.method.to_string(),
        target: head.uri.path().to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: body.collect().await?.to_bytes().to_vec(),
    })
}

/// A reply in the library's words.
fn plain(reply: &Reply) -> hyper::Response<Full<Bytes>> {
    let mut bytes = Vec::new();
    reply.write("GET", &mut bytes, |_| true).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut response = hyper::Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(body.to_owned()))).unwrap()
}

/// Passes on what a client and a server say, and plays the trick.
fn pass_on(mut client: TcpStream, mut server: TcpStream, trick: Trick) -> io::Result<()> {
    let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    if matches!(trick, Trick::Http1) {
        return io::copy(&mut client, &mut server).map(drop);
    }
    let mut preface = [0; 24];
    client.read_exact(&mut preface)?;
    server.write_all(&preface)?;
    let (mut acknowledged, mut held) = (0, Vec::new());
    loop {
        let mut frame = vec![0; 9];
        client.read_exact(&mut frame)?;
        let length =
            usize::from(frame[0]) << 16 | usize::from(frame[1]) << 8 | usize::from(frame[2]);
        frame.resize(9 + length, 0);
        client.read_exact(&mut frame[9..])?;
        let (kind, flags, stream) = (frame[3], frame[4], frame[8]);
        match (trick, kind, stream) {
            // Held back until the client has heard that it may open no more.
            (Trick::NoStreams, _, 1) if acknowledged < 2 => {
                held.extend(frame);
                continue;
            }
            (Trick::Reset(at, code), 1, _) if at == stream => {
                client.write_all(&[0, 0, 4, 3, 0, 0, 0, 0, at, 0, 0, 0, code])?;
                continue;
            }
            (Trick::GoAway(at, last, code), 1, _) if at == stream => {
                let head = [0, 0, 8, 7, 0, 0, 0, 0, 0];
                client.write_all(&[&head[..], &[0, 0, 0, last, 0, 0, 0, code]].concat())?;
                client.shutdown(Shutdown::Both)?;
                return server.shutdown(Shutdown::Both);
            }
            (Trick::EarlyReset(at, code), 1, _) if at == stream => {
                client.write_all(&early(at))?;
                client.write_all(&[0, 0, 4, 3, 0, 0, 0, 0, at, 0, 0, 0, code])?;
                continue;
            }
            (Trick::EarlyCut(at), 1, _) if at == stream => {
                client.write_all(&early(at))?;
                client.shutdown(Shutdown::Both)?;
                return server.shutdown(Shutdown::Both);
            }
            (Trick::Cut(at), 1, _) if at == stream => {
                client.shutdown(Shutdown::Both)?;
                return server.shutdown(Shutdown::Both);
            }
            (Trick::Reset(at, _), 0 | 9, _) if at == stream => continue,
            (Trick::NoStreams, 4, 0) if flags == 1 => {
                acknowledged += 1;
                if acknowledged == 2 {
                    // To what was said here, of which the server knows nothing.
                    server.write_all(&held)?;
                    continue;
                }
                // To the server's own settings, which these follow: MAX_CONCURRENT_STREAMS is 0.
                client.write_all(&[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0])?;
            }
            _ => {}
        }
        server.write_all(&frame)?;
    }
}

/// A frame with the head of an interim answer: `:status: 103` (RFC 7541 6.2.2, RFC 8297).
fn early(stream: u8) -> [u8; 14] {
    [0, 0, 5, 1, 4, 0, 0, 0, stream, 0x08, 3, b'1', b'0', b'3']
}

fn pay(home: &Home, shop: &Shop, args: &[&str]) -> crate::support::Run {
    home.pay(&[&["--http2-prior-knowledge"], args, &[&shop.url[..]]].concat())
}

#[test]
fn a_payment_that_was_not_processed_goes_once_more_over_a_new_connection() {
    let tricks: [&'static [Trick]; 4] = [
        &[Trick::None],
        &[Trick::Reset(3, REFUSED_STREAM)],
        &[Trick::GoAway(3, 1, 0)],
        &[Trick::GoAway(3, 1, 11)],
    ];
    for (number, tricks) in tricks.into_iter().enumerate() {
        let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), tricks));
        let run = pay(&home, &shop, &[]);
        run.exits(0).prints("the paid resource\n").says_one_line();
        assert_eq!(shop.payments().len(), 1, "{number}");
        assert_eq!(shop.connections(), 1 + usize::from(number > 0), "{number}");
        let entries = entries(&home);
        assert_eq!((entries.len(), &*entries[0].state), (1, "settled"), "{number}");
    }
}

#[test]
fn where_http_1_1_is_required_the_same_payment_goes_by_that() {
    let tricks: [&'static [Trick]; 2] = [
        &[Trick::Reset(3, HTTP_1_1_REQUIRED), Trick::Http1],
        &[Trick::GoAway(3, 1, HTTP_1_1_REQUIRED), Trick::Http1],
    ];
    for tricks in tricks {
        let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), tricks));
        pay(&home, &shop, &[]).exits(0).prints("the paid resource\n");
        assert_eq!((shop.payments().len(), shop.connections()), (1, 2));
        let entries = entries(&home);
        assert_eq!((entries.len(), entries[0].sendings), (1, 2), "both are recorded");
    }
}

#[test]
fn that_http_1_1_is_required_does_not_say_that_nothing_was_processed() {
    let tricks: [&'static [Trick]; 2] = [
        &[Trick::Reset(3, HTTP_1_1_REQUIRED), Trick::Http1],
        &[Trick::GoAway(3, 1, HTTP_1_1_REQUIRED), Trick::Http1],
    ];
    for tricks in tricks {
        let refuses = Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"no"));
        let (home, shop) = (Home::new(), Shop::open(refuses, tricks));
        pay(&home, &shop, &[]).exits(118).says(&["may have settled when it was sent before"]);
        let entries = entries(&home);
        assert_eq!((entries.len(), &*entries[0].state), (1, "unknown"));
        assert_eq!(entries[0].sendings, 2);
    }
}

#[test]
fn a_payment_of_which_a_part_was_answered_is_not_sent_again() {
    let tricks: [&'static [Trick]; 3] = [
        &[Trick::EarlyReset(3, REFUSED_STREAM)],
        &[Trick::EarlyReset(3, HTTP_1_1_REQUIRED), Trick::Http1],
        &[Trick::EarlyCut(3)],
    ];
    for (number, tricks) in tricks.into_iter().enumerate() {
        let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), tricks));
        pay(&home, &shop, &[]).exits(118).says(&["sent and not answered"]);
        assert_eq!((shop.payments().len(), shop.connections()), (0, 1), "{number}");
        let entries = entries(&home);
        assert_eq!((entries.len(), &*entries[0].state), (1, "unknown"), "{number}");
    }
}

#[test]
fn a_payment_over_a_connection_that_was_cut_goes_once_more() {
    let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), &[Trick::Cut(3)]));
    pay(&home, &shop, &[]).exits(0).prints("the paid resource\n");
    assert_eq!((shop.payments().len(), shop.connections()), (1, 2));
    let entries = entries(&home);
    assert_eq!((entries.len(), entries[0].sendings), (1, 2));
}

#[test]
fn free_requests_that_were_not_processed_go_once_more() {
    let tricks: [&'static [Trick]; 3] =
        [&[Trick::Reset(3, REFUSED_STREAM)], &[Trick::GoAway(3, 1, 0)], &[Trick::Cut(3)]];
    for tricks in tricks {
        let shop = Shop::open(Paywall::v2(), tricks);
        let home = Home::without_wallet();
        let args =
            ["--http2-prior-knowledge", "--no-pay", "-w", "%{http_code} ", "-o", "a", "-o", "b"];
        let run = home.run(&[&args[..], &[&shop.url, &shop.url]].concat());
        run.exits(0).prints("402 402 ");
        assert_eq!(shop.connections(), 2);
    }
}

#[test]
fn a_payment_that_may_have_been_processed_is_not_sent_again_at_once() {
    let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), &[Trick::Reset(3, CANCEL)]));
    pay(&home, &shop, &[]).exits(118).says(&["sent and not answered"]);
    assert_eq!(shop.connections(), 1);
    let entries = entries(&home);
    assert_eq!((entries.len(), &*entries[0].state), (1, "unknown"));
}

#[test]
fn a_server_that_twice_processes_nothing_has_the_signature_all_the_same() {
    let tricks: [&'static [Trick]; 2] = [
        &[Trick::Reset(3, REFUSED_STREAM), Trick::Reset(1, REFUSED_STREAM)],
        &[Trick::GoAway(3, 1, 0), Trick::GoAway(1, 0, 0)],
    ];
    for tricks in tricks {
        let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), tricks));
        pay(&home, &shop, &[]).exits(118).says(&["sent and not answered", "running again"]);
        assert_eq!((shop.payments().len(), shop.connections()), (0, 2));
        // That it did not process the payment is the server's word, as a refusal is.
        let before = entries(&home);
        assert_eq!((before.len(), &*before[0].state), (1, "rejected"));
        pay(&home, &shop, &[]).exits(0).prints("the paid resource\n");
        let after = entries(&home);
        assert_eq!((after.len(), &*after[0].state), (1, "settled"));
        assert_eq!(after[0].nonce, before[0].nonce);
    }
}

#[test]
fn a_payment_that_waits_for_a_stream_until_it_is_over_does_not_leave() {
    let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), &[Trick::NoStreams]));
    let run = pay(&home, &shop, &["--max-validity", "6"]);
    run.exits(28).prints_nothing().says(&["expired before it could leave", "nothing is out"]);
    assert!(shop.payments().is_empty());
    let entries = entries(&home);
    assert_eq!((entries.len(), &*entries[0].state, entries[0].sendings), (1, "unsent", 0));
}

#[test]
fn a_payment_whose_stream_never_opened_is_known_not_to_have_left() {
    let (home, shop) = (Home::new(), Shop::open(Paywall::v2(), &[Trick::NoStreams]));
    let run = pay(&home, &shop, &["-m", "4"]);
    run.exits(118).prints_nothing().says(&[
        "was signed and recorded, and did not leave this machine",
        "nobody else has it",
        "running again sends the same one",
    ]);
    assert!(shop.payments().is_empty());
    let before = entries(&home);
    assert_eq!((before.len(), &*before[0].state, before[0].sendings), (1, "unsent", 0));
    let history = home.run(&["history", "--state", "unsent"]);
    history.exits(0).assert(history.text().contains("unsent"), "the state");
    // The next run sends the same one.
    pay(&home, &shop, &[]).exits(0).prints("the paid resource\n");
    let after = entries(&home);
    assert_eq!((after.len(), &*after[0].state), (1, "settled"));
    assert_eq!(after[0].nonce, before[0].nonce);
    assert_eq!(shop.payments().len(), 1);
}
