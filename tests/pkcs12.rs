//! A client's certificate and key in one file: PKCS #12.
//!
//! The files of `fixtures/pkcs12` were made by OpenSSL 3.0.19, for one key on P-256 whose certificate has
//! another between it and `root.der`, all valid for a hundred years:
//! `openssl pkcs12 -export -in client.pem -inkey client.key -certfile between.pem -passout pass:open`,
//! and with it `-legacy` for `legacy.p12` (RC2-40 and 3DES, SHA-1), `-nomac` for `nomac.p12`,
//! `-iter 1000001` for `costly.p12`, `-passout pass:` for `empty.p12`, and `-nokeys` in place of the key
//! for `nokey.p12`. `scrypt.p12` was made by hand: it has a key whose password is to be hashed by scrypt
//! with N = 0.

use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};
use rustls::pki_types::CertificateDer;
use std::fs;
use std::path::Path;

const FILES: [&str; 7] =
    ["today.p12", "legacy.p12", "empty.p12", "nomac.p12", "nokey.p12", "costly.p12", "scrypt.p12"];

fn fixture(name: &str) -> Vec<u8> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pkcs12");
    fs::read(files.join(name)).unwrap()
}

/// A server that lets the client of the files in, and a home with the files.
fn server() -> Identity {
    Identity::trusting("127.0.0.1", CertificateDer::from(fixture("root.der")))
}

fn with_files(home: Home) -> Home {
    for name in FILES {
        fs::write(home.work(name), fixture(name)).unwrap();
    }
    home
}

#[test]
fn a_pkcs12_file_is_presented_with_its_chain() {
    let paywall = Paywall::serve_tls(&server(), |_| Reply::ok(b"in"));
    let (home, url) = (with_files(Home::without_wallet()), paywall.url("/"));
    for args in [
        &["-E", "today.p12:open"][..],
        &["-E", "today.p12", "--pass", "open"],
        &["-E", "legacy.p12:open"],
        &["-E", "nomac.p12:open"],
        &["-E", "empty.p12"],
        &["-E", "empty.p12", "--pass", ""],
        // As in curl, a key as PEM beside it is not used.
        &["-E", "today.p12:open", "--key", "nowhere"],
        &["-E", "today.p12:open", "--tls-max", "1.2"],
    ] {
        home.run(&[&["-k", "--cert-type", "P12", &url], args].concat()).exits(0).prints("in");
    }
    home.run(&["-k", "--cert-type", "p12", "-E", "today.p12:open", &url]).exits(0).prints("in");
}

#[test]
fn what_is_bought_is_bought_with_a_pkcs12_file() {
    let paywall = Paywall::v2().start_tls(&server());
    let home = with_files(Home::new());
    let args = ["-k", "--cert-type", "P12", "-E", "today.p12:open", &paywall.url("/")];
    home.pay(&args).exits(0).prints("the paid resource\n");
}

#[test]
fn exit_58_a_pkcs12_file_that_cannot_be_used() {
    let paywall = Paywall::serve_tls(&server(), |_| Reply::ok(b"in")).may_be_unused();
    let (home, url) = (with_files(Home::without_wallet()), paywall.url("/"));
    let whole = fixture("today.p12");
    let mut changed = whole.clone();
    changed[600] ^= 1;
    fs::write(home.work("cut.p12"), &whole[..whole.len() - 40]).unwrap();
    fs::write(home.work("changed.p12"), changed).unwrap();
    fs::write(home.work("rubbish.p12"), b"rubbish").unwrap();
    fs::write(home.work("long.p12"), [whole.as_slice(), &vec![0; 1 << 20]].concat()).unwrap();
    for (file, words) in [
        ("today.p12:shut", "the password is wrong, or the file is damaged"),
        ("today.p12", "the password is wrong, or the file is damaged"),
        ("legacy.p12:shut", "the password is wrong, or the file is damaged"),
        ("nomac.p12:shut", "the password is wrong, or the file is damaged"),
        ("empty.p12:shut", "the password is wrong, or the file is damaged"),
        ("changed.p12:open", "the password is wrong, or the file is damaged"),
        ("today.p12:\u{1f600}", "characters above U+FFFF"),
        ("cut.p12:open", "not a whole PKCS #12 file"),
        ("rubbish.p12:open", "not a whole PKCS #12 file"),
        ("nokey.p12:open", "no key is in this PKCS #12 file"),
        ("costly.p12:open", "hashed more often than is done here"),
        ("scrypt.p12:open", "hashed with parameters that are not valid"),
        ("today.p12:\u{ffff}", "the password is wrong, or the file is damaged"),
        ("long.p12:open", "longer than 1048576 bytes"),
        ("nowhere.p12:open", "No such file"),
    ] {
        let run = home.run(&["-k", "--cert-type", "P12", "-E", file, &url]);
        run.exits(58).prints_nothing().says(&[words]).never_says("shut").never_says("open");
    }
    // Neither form is taken for the other, and a key alone has none of this kind.
    home.run(&["-k", "-E", "today.p12:open", &url]).exits(58).says(&["no certificate is in it"]);
    let args = ["-k", "-E", "cut.p12", "--cert-type", "DER", "--key", "today.p12"];
    home.run(&[&args[..], &["--key-type", "P12", &url]].concat()).exits(58);
    assert!(paywall.requests().is_empty());
}

#[test]
fn a_key_as_bytes_beside_a_pkcs12_file_counts() {
    let paywall = Paywall::serve_tls(&server(), |_| Reply::ok(b"in")).may_be_unused();
    let (home, url) = (with_files(Home::without_wallet()), paywall.url("/"));
    fs::write(home.work("other.der"), Identity::new("other").key_der()).unwrap();
    let args = ["-k", "--cert-type", "P12", "-E", "today.p12:open", "--key", "other.der"];
    let run = home.run(&[&args[..], &["--key-type", "DER", &url]].concat());
    run.exits(58).prints_nothing().says(&["do not belong together"]);
}

#[test]
fn a_proxy_is_shown_a_pkcs12_file() {
    let proxy = Paywall::serve_tls(&server(), |request| Reply::ok(request.target.clone()));
    let home = with_files(Home::without_wallet());
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let url = "http://shop.test/thing";
    let with = |more: &[&str]| {
        let fixed = ["-x", &through, "--proxy-insecure", "--proxy-cert-type", "P12", url];
        home.run(&[&fixed[..], more].concat())
    };
    with(&["--proxy-cert", "today.p12:open"]).exits(0).prints(url);
    with(&["--proxy-cert", "legacy.p12", "--proxy-pass", "open"]).exits(0).prints(url);
    with(&["--proxy-cert", "today.p12:shut"]).exits(58).prints_nothing().never_says("shut");
}

#[test]
fn the_file_for_a_proxy_is_opened_once() {
    let home = with_files(Home::without_wallet());
    let file = home.work("today.p12");
    // Each request has a connection of its own, and by the second one the file is gone.
    let proxy = Paywall::serve_tls(&server(), move |request| {
        drop(fs::remove_file(&file));
        Reply::ok(request.target.clone()).close()
    });
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let fixed = ["-x", &through, "--proxy-insecure", "--proxy-cert-type", "P12"];
    let more = ["--proxy-cert", "today.p12:open", "http://shop.test/a", "http://shop.test/b"];
    let run = home.run(&[&fixed[..], &more].concat());
    run.exits(0).prints("http://shop.test/ahttp://shop.test/b");
    assert_eq!(proxy.connections(), 2);
}

#[cfg(unix)]
#[test]
fn a_limit_of_time_ends_the_wait_for_a_certificate() {
    let paywall = Paywall::serve_tls(&server(), |_| Reply::ok(b"in")).may_be_unused();
    let (home, url) = (Home::without_wallet(), paywall.url("/"));
    // Nobody writes to it.
    crate::support::pipe::make(Path::new(&home.work("pipe")));
    for args in [&["-m", "1"][..], &["--connect-timeout", "1"]] {
        let fixed = ["-k", "--cert-type", "P12", "-E", "pipe:open", &url];
        home.run(&[&fixed[..], args].concat()).exits(28).prints_nothing();
    }
}
