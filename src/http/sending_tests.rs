//! Requests that wait to be written: what is said not to have left never leaves, and what is read for them
//! holds up no other.

use std::cell::{Cell, RefCell};
use std::io::{Seek as _, Write as _};
use std::net::TcpStream as BlockingStream;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, Method, header};
use alloy_primitives::B256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::answer::Sent;
use super::body::Body;
use super::client::{Clients, Outgoing, Pool, Repeat};
use super::credential::Pair;
use super::credentials::Credentials;
use super::error::Error;
use super::exchange::Exchange;
use super::options::{HttpVersion, Options};
use super::redirect::{Deed, Manners};
use super::request::Request;
use super::sigv4::{SigV4, Signing};
use super::system::System;
use super::trace::Told;
use crate::pay::{
    Cancellation, CancellationListener, Clock, Entropy, EntropyError, Reach, Transport as _,
    Validity,
};

/// The head of an answer of HTTP/2 on stream 1, with status 200, and the end of its body.
const ANSWER: [u8; 10] = [0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88];
const REST: [u8; 13] = [0, 0, 4, 0, 1, 0, 0, 0, 1, b'r', b'e', b's', b't'];

/// How long something is given to happen that must not.
const MOMENT: Duration = Duration::from_millis(300);

/// The settings of a server of HTTP/2 that allow so many streams.
fn streams(number: u8) -> [u8; 15] {
    [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, number]
}

/// A client, a connection of HTTP/2 that stands, and its other end.
async fn scene() -> (Clients, Url, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let version = HttpVersion::Http2PriorKnowledge;
    let mut clients =
        Clients::new(Options { version, ..Options::default() }, Pool::default(), system());
    let headers = HeaderMap::new();
    let (mut told, accepted) = (Told(None), listener.accept());
    let prepared = clients.prepare(&url, &headers, false, &mut told);
    let (prepared, accepted) = tokio::join!(prepared, accepted);
    prepared.unwrap();
    (clients, url, accepted.unwrap().0)
}

async fn send(
    clients: &mut Clients,
    url: &Url,
    validity: Option<&Validity<'_>>,
) -> Result<Sent, Error> {
    let outgoing = Outgoing {
        method: &Method::GET,
        url,
        target: None,
        hostless: false,
        typed_host: None,
        wait: None,
        headers: HeaderMap::new(),
        typed: &[],
        body: &Body::Empty,
        stays_here: false,
        repeat: Repeat::Told,
        trace: None,
        validity,
    };
    clients.send(outgoing, &mut Told(None)).await
}

/// Allows so many streams, and waits until the client knows it.
async fn allow(server: &mut TcpStream, number: u8) {
    server.write_all(&streams(number)).await.unwrap();
    let acknowledged = |bytes: &[u8]| bytes.windows(5).any(|part| part == [0, 0, 0, 4, 1]);
    let mut all = Vec::new();
    while !acknowledged(&all) {
        assert!(server.read_buf(&mut all).await.unwrap() > 0);
    }
}

/// Whether this stream is opened once it may be.
async fn opens(server: &mut TcpStream, stream: u8) -> bool {
    let mut all = Vec::new();
    if server.write_all(&streams(100)).await.is_ok() {
        while let Ok(Ok(1..)) = tokio::time::timeout(MOMENT, server.read_buf(&mut all)).await {}
    }
    // The type, the flags and the stream of a frame.
    all.windows(6).any(|part| part[0] == 1 && part[2..] == [0, 0, 0, stream])
}

/// A system that is never asked for anything.
struct Unused;

impl Entropy for Unused {
    fn nonce(&self) -> Result<B256, EntropyError> {
        Err(EntropyError)
    }
}

impl Cancellation for Unused {
    fn arm(&self) {}

    fn is_cancelled(&self) -> bool {
        false
    }

    fn listener(&self) -> Option<Box<dyn CancellationListener>> {
        None
    }
}

fn system() -> System {
    System { entropy: Rc::new(Unused), cancellation: Rc::new(Unused) }
}

/// A clock that jumps over the end of a validity when it is looked at for the second time.
struct Jumping(Cell<u64>);

impl Clock for Jumping {
    fn now(&self) -> u64 {
        self.0.set(self.0.get() + 1);
        if self.0.get() > 1 { 2_000 } else { 1_000 }
    }

    fn passed(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn what_waits_for_a_stream_and_is_given_up_never_leaves() {
    let (mut clients, url, mut server) = scene().await;
    allow(&mut server, 0).await;
    let sent = tokio::time::timeout(MOMENT, send(&mut clients, &url, None)).await;
    assert!(sent.is_err(), "it waits");
    assert_eq!(clients.reach(), Reach::Unsent);
    assert!(!opens(&mut server, 1).await);
}

#[tokio::test]
async fn what_waits_for_a_stream_until_it_is_over_never_leaves() {
    let (mut clients, url, mut server) = scene().await;
    allow(&mut server, 0).await;
    let clock = Jumping(Cell::new(0));
    let validity = Validity::begin(&clock, 1_600, 600);
    let sent = send(&mut clients, &url, Some(&validity)).await;
    assert!(matches!(sent, Err(Error::Expired)));
    assert_eq!(clients.reach(), Reach::Unsent);
    assert!(!opens(&mut server, 1).await);
}

#[tokio::test]
async fn nothing_is_known_of_what_waits_beside_the_answer_of_another() {
    let (mut clients, url, mut server) = scene().await;
    let answer = async {
        assert!(opens(&mut server, 1).await);
        server.write_all(&ANSWER).await.unwrap();
    };
    let (first, ()) = tokio::join!(send(&mut clients, &url, None), answer);
    let first = first.unwrap();
    allow(&mut server, 1).await;
    let sent = tokio::time::timeout(MOMENT, send(&mut clients, &url, None)).await;
    assert!(sent.is_err(), "it waits");
    assert_eq!(clients.reach(), Reach::Unknown);
    // The other one is not cut off.
    server.write_all(&REST).await.unwrap();
    let body = http_body_util::BodyExt::collect(first.response.into_body()).await.unwrap();
    assert_eq!(body.to_bytes(), "rest");
}

/// A clock that jumps over the end of a validity when somebody connects.
struct Connected(std::net::TcpListener, RefCell<Option<BlockingStream>>);

impl Clock for Connected {
    fn now(&self) -> u64 {
        if let Ok((stream, _)) = self.0.accept() {
            self.1.replace(Some(stream));
        }
        if self.1.borrow().is_some() { 2_000 } else { 1_000 }
    }

    fn passed(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn a_connection_that_stands_too_late_carries_nothing() {
    use std::io::Read as _;
    for version in [HttpVersion::Http11, HttpVersion::Http2PriorKnowledge] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        listener.set_nonblocking(true).unwrap();
        let clock = Connected(listener, RefCell::default());
        let validity = Validity::begin(&clock, 1_600, 600);
        assert!(!validity.is_over());
        let mut clients =
            Clients::new(Options { version, ..Options::default() }, Pool::default(), system());
        let sent = send(&mut clients, &url, Some(&validity)).await;
        assert!(matches!(sent, Err(Error::Expired)));
        assert_eq!(clients.reach(), Reach::Unsent);
        drop(clients);
        tokio::time::sleep(MOMENT).await;
        let mut stream = clock.1.take().unwrap();
        stream.set_nonblocking(false).unwrap();
        let mut came = Vec::new();
        stream.read_to_end(&mut came).unwrap();
        let came = String::from_utf8_lossy(&came);
        assert!(!came.contains("GET") && !came.contains("\0\0\0\u{1}\u{82}"), "{came:?}");
    }
}

/// A request that uploads so many bytes from a file.
fn upload(length: u64) -> Exchange {
    let file = tempfile::tempfile().unwrap();
    file.set_len(length).unwrap();
    exchange(Body::of_file(file).unwrap(), HeaderMap::new(), Credentials::default())
}

/// The exchange that uploads this.
fn exchange(body: Body, headers: HeaderMap, credentials: Credentials) -> Exchange {
    let request = Request {
        typed_host: None,
        in_chunks: false,
        method: Method::PUT,
        method_is_fixed: false,
        deed: Deed::default(),
        url: "http://127.0.0.1/".parse().unwrap(),
        target: None,
        hostless: false,
        headers,
        typed: Vec::new(),
        content_type: None,
        body,
        credentials,
        cookie: None,
        jar: None,
        manners: Manners::default(),
    };
    Exchange::new(request, Options::default(), Pool::default(), None, system())
}

/// What comes of something at once, before anything else has a turn.
async fn at_once<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = std::future::ready(()) => None,
    }
}

#[tokio::test]
async fn the_digest_of_a_long_upload_holds_up_no_other_transfer() {
    let (long, short) = (upload(32 << 20), upload(1000));
    assert!(at_once(long.asked()).await.is_none() && at_once(long.check_body()).await.is_none());
    assert!(at_once(short.asked()).await.is_some() && at_once(short.check_body()).await.is_some());
    assert!(long.asked().await.is_ok() && long.check_body().await.is_ok());
}

/// A clock that stands.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> u64 {
        0
    }

    fn passed(&self) -> Duration {
        Duration::ZERO
    }
}

/// Requests that this user signs.
fn signed_by(user: &str) -> Credentials {
    let scheme = SigV4::parse("aws:amz:eu:es").unwrap();
    let own = Some(Pair { user: user.into(), password: b"secret".to_vec().into() });
    Credentials {
        own,
        signing: Some(Signing { scheme, clock: Arc::new(Standing) }),
        ..Credentials::default()
    }
}

#[tokio::test]
async fn a_body_that_was_looked_at_is_not_read_again_to_be_signed() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len((1 << 20) + 3).unwrap();
    let before = file.as_file().metadata().unwrap().modified().unwrap();
    let body = Body::of_file(file.reopen().unwrap()).unwrap();
    let exchange = exchange(body.clone(), HeaderMap::new(), signed_by("user"));
    exchange.check_body().await.unwrap();
    // Whoever reads it from now on finds that it is not the same.
    file.rewind().unwrap();
    file.write_all(b"8").unwrap();
    file.as_file().set_modified(before).unwrap();
    assert!(exchange.check_body().await.is_err());
    let mut headers = HeaderMap::new();
    exchange.sign(&mut headers, &body).await.unwrap();
    assert!(headers.contains_key(header::AUTHORIZATION));
    // What can be seen to have changed without reading it is not sent.
    file.as_file().set_modified(before + std::time::Duration::from_secs(1)).unwrap();
    assert!(exchange.sign(&mut HeaderMap::new(), &body).await.is_err());
}

#[tokio::test]
async fn other_temporary_credentials_are_no_other_purchase() {
    let asked = async |user: &str, lines: &[(&'static str, &str)]| {
        let line = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        let headers = lines.iter().map(line).collect();
        exchange(Body::Empty, headers, signed_by(user)).asked().await.unwrap().fingerprint
    };
    let first = asked("a", &[("x-amz-security-token", "1"), ("x-amz-date", "1")]).await;
    assert!(first == asked("b", &[("x-amz-security-token", "2"), ("date", "2")]).await);
    assert!(first == asked("b", &[("x-amz-s3session-token", "2")]).await);
    // A key that lasts says who buys.
    assert!(asked("a", &[]).await != asked("b", &[]).await);
    // A token that is no credential may choose what is bought, and does not make the key a temporary one.
    let page = "x-next-token";
    assert!(asked("a", &[(page, "1")]).await != asked("a", &[(page, "2")]).await);
    assert!(asked("a", &[(page, "1")]).await != asked("b", &[(page, "1")]).await);
    let key = "x-goog-encryption-key";
    assert!(asked("a", &[(key, "1")]).await != asked("a", &[(key, "2")]).await);
}
