//! The ways to a host: named addresses, local sockets, tunnels; and that none of them makes a
//! neighbour of a stranger.

use crate::support::listener::listen;
use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// Two streams that can be tied together.
pub(crate) trait End: Read + Write + Send + Sized + 'static {
    fn twin(&self) -> Self;
    fn done(&self);
}

impl End for TcpStream {
    fn twin(&self) -> Self {
        self.try_clone().unwrap()
    }
    fn done(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

impl End for std::os::unix::net::UnixStream {
    fn twin(&self) -> Self {
        self.try_clone().unwrap()
    }
    fn done(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

pub(crate) fn tie(one: impl End, other: impl End) {
    let (mut from, mut to) = (one.twin(), other.twin());
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        to.done();
    });
    let (mut from, mut to) = (other, one);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        to.done();
    });
}

/// A SOCKS proxy that leads everywhere to `port` here, and remembers what it was asked.
pub(crate) struct Socks {
    pub(crate) port: u16,
    pub(crate) asked: Arc<Mutex<Vec<Vec<u8>>>>,
}

pub(crate) fn socks(to: u16) -> Socks {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::default());
    let heard: Arc<Mutex<Vec<Vec<u8>>>> = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let said = if greeting(&mut stream).is_ok() { request(&mut stream) } else { continue };
            let Ok(said) = said else { continue };
            heard.lock().unwrap().push(said);
            tie(stream, TcpStream::connect(("127.0.0.1", to)).unwrap());
        }
    });
    Socks { port, asked }
}

/// SOCKS 5's choice of a way to say who one is: by password if that is offered.
fn greeting(stream: &mut TcpStream) -> io::Result<()> {
    let mut version = [0];
    stream.peek(&mut version)?;
    if version == [4] {
        return Ok(());
    }
    let mut head = [0; 2];
    stream.read_exact(&mut head)?;
    let mut methods = vec![0; head[1].into()];
    stream.read_exact(&mut methods)?;
    if !methods.contains(&2) {
        return stream.write_all(&[5, 0]);
    }
    stream.write_all(&[5, 2])?;
    let mut said = [0; 64];
    let length = stream.read(&mut said)?;
    let good = &said[..length] == b"\x01\x04user\x04pass";
    stream.write_all(&[1, u8::from(!good)])
}

/// What a SOCKS request asks for, answered with a yes.
fn request(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut said = vec![0; 300];
    let length = stream.read(&mut said)?;
    said.truncate(length);
    if said.first() == Some(&4) {
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0])?;
    } else {
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    }
    Ok(said)
}

#[test]
fn through_socks_of_every_dialect() {
    let paywall = Paywall::serve(|_| Reply::ok(b"through"));
    let proxy = socks(paywall.port());
    let (home, host) = (Home::without_wallet(), format!("127.0.0.1:{}", proxy.port));
    let run = |args: &[&str]| {
        home.run(args).exits(0).prints("through");
        proxy.asked.lock().unwrap().pop().unwrap()
    };
    let name = b"\x05\x01\x00\x03\x09shop.test\x00\x50";
    assert_eq!(run(&["--socks5-hostname", &host, "http://shop.test/"]), name);
    assert_eq!(run(&["-x", &format!("socks5h://{host}"), "http://shop.test/"]), name);
    let user = format!("socks5h://user:pass@{host}");
    assert_eq!(run(&["-x", &user, "http://shop.test/"]), name);
    assert_eq!(run(&["--socks5-hostname", &host, "-U", "user:pass", "http://shop.test/"]), name);
    let address = b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x51";
    assert_eq!(run(&["--socks5", &host, "http://127.0.0.1:81/"]), address);
    let pinned = ["--resolve", "shop.test:81:127.0.0.1", "--socks5", &host, "http://shop.test:81/"];
    assert_eq!(run(&pinned), address);
    assert_eq!(
        run(&["--socks4", &host, "http://127.0.0.1:81/"]),
        b"\x04\x01\x00\x51\x7f\x00\x00\x01\x00"
    );
    assert_eq!(
        run(&["--socks4a", &host, "http://shop.test/"]),
        b"\x04\x01\x00\x50\x00\x00\x00\x01\x00shop.test\x00"
    );
}

#[test]
fn exit_97_a_socks_proxy_that_refuses() {
    let proxy = socks(1);
    let user = format!("socks5h://user:wrong@127.0.0.1:{}", proxy.port);
    Home::without_wallet().run(&["-x", &user, "http://shop.test/"]).exits(97).prints_nothing();
}

#[test]
fn through_a_socket_of_this_machine() {
    let paywall = Paywall::serve(|_| Reply::ok(b"through"));
    let (home, port) = (Home::without_wallet(), paywall.port());
    let path = home.work("socket");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            tie(stream.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
        }
    });
    home.run(&["--unix-socket", "socket", "http://shop.test/x"]).exits(0).prints("through");
    assert_eq!(paywall.requests()[0].header("host"), Some("shop.test"));
}

#[test]
fn exit_112_no_way_makes_a_neighbour_of_a_stranger() {
    let paywall = Paywall::v2().start();
    let (home, port) = (Home::new(), paywall.port());
    let path = home.work("socket");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            tie(stream.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
        }
    });
    let pinned = format!("shop.test:{port}:127.0.0.1");
    let elsewhere = format!("::127.0.0.1:{port}");
    let shop = format!("http://shop.test:{port}/");
    let tunnel = socks(port);
    let proxy = format!("socks5h://127.0.0.1:{}", tunnel.port);
    let ways: [&[&str]; 5] = [
        &["--resolve", &pinned, &shop],
        &["--connect-to", &elsewhere, "http://shop.test/"],
        &["--unix-socket", "socket", "http://shop.test/"],
        // Whatever listens there may lead anywhere.
        &["--unix-socket", "socket", "http://localhost/"],
        &["-x", &proxy, "http://127.0.0.1/"],
    ];
    for way in ways {
        home.pay(way).refuses(112).says(&["--allow-http"]);
    }
    paywall.asked_but_not_paid();
    for way in ways {
        let mut args = vec!["--allow-http", "--pay-again"];
        args.extend(way);
        home.pay(&args).exits(0).prints("the paid resource\n");
    }
    // A name of this machine that is this machine is one.
    let here = format!("localhost:{port}:127.0.0.1");
    let url = format!("http://localhost:{port}/");
    home.pay(&["--resolve", &here, "--pay-again", &url]).exits(0);
    // So is every name below it, of which no resolver is asked; but not one that leads elsewhere.
    let url = format!("http://shop.localhost:{port}/");
    home.pay(&["--pay-again", &url]).exits(0).prints("the paid resource\n");
    home.pay(&["-x", &proxy, "--pay-again", &url]).refuses(112).says(&["--allow-http"]);
    home.pay(&["--unix-socket", "socket", "--pay-again", &url]).refuses(112);
}

#[test]
fn exit_112_an_unchecked_stranger_is_not_paid_at_an_address_of_this_machine() {
    let paywall = Paywall::v2().start_tls(&Identity::new("shop.test"));
    let (home, port) = (Home::new(), paywall.port());
    let pinned = format!("shop.test:{port}:127.0.0.1");
    let url = format!("https://shop.test:{port}/");
    home.pay(&["-k", "--resolve", &pinned, &url]).refuses(112).says(&["-k"]);
    home.pay(&["-k", "--connect-to", &format!("::127.0.0.1:{port}"), &url]).refuses(112);
    paywall.asked_but_not_paid();
}

#[test]
fn names_are_shown_as_they_came() {
    let head = "HTTP/1.1 200 Fine\r\nX-ODD-case: 1\r\nContent-Length: 2\r\nx-Odd-Case:  2\r\n\r\n";
    let reply = format!("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n{head}ok");
    let paywall = Paywall::serve(move |_| Reply::raw(&reply));
    let home = Home::without_wallet();
    let early = format!("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n{head}ok");
    home.run(&["-i", &paywall.url("/")]).exits(0).prints(early);
}

#[test]
fn a_payment_is_shown_decoded_and_its_signature_is_not() {
    let paywall = Paywall::v2().start();
    let run = Home::new().pay(&["-v", &paywall.url("/")]);
    run.exits(0).prints("the paid resource\n").says(&[
        "* Connected to 127.0.0.1",
        "> GET / HTTP/1.1",
        "> Payment-Signature: {",
        "\"accepted\":{",
        "characters)",
        "< HTTP/1.1 402 Payment Required",
        "\"success\":true",
    ]);
    let payment: serde_json::Value = serde_json::from_str(&paywall.payments()[0].1).unwrap();
    let signature = payment["payload"]["signature"].as_str().unwrap();
    assert_eq!(signature.len(), 132);
    run.never_says(&signature[12..]);
    run.never_says(&signature[..20]);
}

/// A server that speaks HTTP/2 from the first byte, and says what it was asked.
fn h2() -> u16 {
    use http_body_util::Full;
    use hyper::{Request, Response, body::Bytes, body::Incoming, service::service_fn};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    listen(|stream| async {
        let answer = |request: Request<Incoming>| async move {
            let said = format!("{} {:?}", request.method(), request.uri().authority());
            let reply = Response::builder().status(201).header("X-A", "1");
            reply.body(Full::new(Bytes::from(said)))
        };
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
    })
}

#[test]
fn http_2_is_spoken_to_those_who_are_known_to() {
    let (home, port) = (Home::without_wallet(), h2());
    let url = format!("http://127.0.0.1:{port}/");
    let run = home.run(&["--http2-prior-knowledge", "-i", &url]);
    let said = format!("GET Some(127.0.0.1:{port})");
    run.exits(0).assert(run.text().starts_with("HTTP/2 201 \r\nx-a: 1\r\n"), "curl's spelling");
    run.assert(run.text().ends_with(&format!("\r\n\r\n{said}")), "the authority");
    let run = home.run(&["--http2-prior-knowledge", "-H", "Host: shop.test", &url]);
    run.exits(0).prints("GET Some(shop.test)");
    let text = Paywall::serve(|_| Reply::ok(b"text"));
    home.run(&["--http2-prior-knowledge", &text.url("/")]).assert_fails();
}
