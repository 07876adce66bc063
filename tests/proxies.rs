//! Proxies that are reached in unusual ways: over TLS with a certificate, before another proxy, over a
//! local socket; and the line by which a client's address is passed on.

use crate::connection_ways::{socks, tie};
use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::thread;

#[test]
fn a_proxy_over_tls_is_shown_a_certificate() {
    let client = Identity::new("client");
    let proxy = Paywall::serve_tls(&Identity::wanting("127.0.0.1", &client), |request| {
        Reply::ok(request.target.clone())
    });
    let home = Home::without_wallet();
    let certificate = home.secret("cert.pem", client.pem());
    let key = home.secret("key.pem", client.key());
    fs::write(home.work("cert.der"), client.der()).unwrap();
    fs::write(home.work("key.der"), client.key_der()).unwrap();
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let url = "http://shop.test/thing";
    let with =
        |more: &[&str]| home.run(&[&["-x", &through, "--proxy-insecure"], more, &[url]].concat());
    with(&["--proxy-cert", &certificate, "--proxy-key", &key]).exits(0).prints(url);
    let bytes = ["--proxy-cert", "cert.der", "--proxy-key", "key.der"];
    let forms = ["--proxy-cert-type", "DER", "--proxy-key-type", "der"];
    with(&[bytes, forms].concat()).exits(0).prints(url);
    with(&bytes).exits(58).prints_nothing();
    // The server's certificate is no proxy's.
    with(&["-E", &certificate, "--key", &key]).assert_fails().prints_nothing();
}

#[test]
fn ciphers_for_a_proxy_are_kept_to() {
    let proxy = Paywall::serve_tls(&Identity::new("127.0.0.1"), |_| Reply::ok(b"through"));
    let home = Home::without_wallet();
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let with = |more: &[&str]| {
        let fixed = ["-x", &through, "--proxy-insecure"];
        home.run(&[&fixed, more, &["http://shop.test/"]].concat())
    };
    with(&["--proxy-tls13-ciphers", "TLS_AES_128_GCM_SHA256"]).exits(0).prints("through");
    with(&["--proxy-ciphers", "RC4-SHA"]).exits(59).prints_nothing();
    with(&["--proxy-tls13-ciphers", "NONE"]).exits(59).prints_nothing();
    // Those of the server are for the server.
    with(&["--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"]).exits(0).prints("through");
}

#[test]
fn a_certificate_of_a_proxy_that_was_revoked() {
    let (identity, authority, revoked, none) = Identity::revoked("127.0.0.1");
    let proxy = Paywall::serve_tls(&identity, |_| Reply::ok(b"through"));
    let home = Home::without_wallet();
    let ca = home.secret("ca.pem", &authority);
    fs::write(home.work("revoked.pem"), revoked).unwrap();
    fs::write(home.work("none.pem"), none).unwrap();
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let with = |list: &str| {
        let args = ["-x", &through, "--proxy-cacert", &ca, "--proxy-crlfile", list];
        home.run(&[&args[..], &["http://shop.test/"]].concat())
    };
    with("revoked.pem").exits(60).prints_nothing();
    with("none.pem").exits(0).prints("through");
}

#[test]
fn one_proxy_is_reached_through_another() {
    let paywall = Paywall::serve(|request| Reply::ok(request.target.clone()));
    let first = socks(paywall.port());
    let before = format!("socks5h://127.0.0.1:{}", first.port);
    let args = ["--preproxy", &before, "-x", "http://proxy.test:81", "http://shop.test/thing"];
    Home::without_wallet().run(&args).exits(0).prints("http://shop.test/thing");
    let asked = first.asked.lock().unwrap();
    assert_eq!(asked.as_slice(), [b"\x05\x01\x00\x03\x0aproxy.test\x00\x51"]);
}

#[test]
fn a_socks_proxy_on_a_local_socket() {
    let paywall = Paywall::serve(|_| Reply::ok(b"through"));
    let home = Home::without_wallet();
    let path = home.work("socks");
    let (listener, port) = (UnixListener::bind(&path).unwrap(), paywall.port());
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut said = [0; 300];
        let _ = stream.read(&mut said).unwrap();
        stream.write_all(&[5, 0]).unwrap();
        let length = stream.read(&mut said).unwrap();
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        tie(stream, TcpStream::connect(("127.0.0.1", port)).unwrap());
        said[..length].to_vec()
    });
    let proxy = format!("socks5h://localhost{}", path.display());
    home.run(&["-x", &proxy, "http://shop.test/"]).exits(0).prints("through");
    assert_eq!(asked.join().unwrap(), b"\x05\x01\x00\x03\x09shop.test\x00\x50");
}

#[test]
fn a_connection_begins_with_the_address_it_comes_from() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let said = thread::spawn(move || {
        let (mut stream, from) = listener.accept().unwrap();
        let mut said = Vec::new();
        while !said.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            said.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes").unwrap();
        (from.port(), String::from_utf8(said).unwrap())
    });
    let url = format!("http://127.0.0.1:{port}/");
    Home::without_wallet().run(&["--haproxy-protocol", &url]).exits(0).prints("yes");
    let (from, said) = said.join().unwrap();
    let line = format!("PROXY TCP4 127.0.0.1 127.0.0.1 {from} {port}\r\nGET / HTTP/1.1\r\n");
    assert!(said.starts_with(&line), "{said}");
}
