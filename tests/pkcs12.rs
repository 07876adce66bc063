//! A client's certificate and key in one file: PKCS #12.
//!
//! The files of `fixtures/pkcs12` were made by OpenSSL 3.0.19, for one key on P-256 whose certificate has
//! another between it and `root.der`, all valid for a hundred years:
//! `openssl pkcs12 -export -in client.pem -inkey client.key -certfile between.pem -passout pass:open`,
//! and with it `-legacy` for `legacy.p12` (RC2-40 and 3DES, SHA-1), `-nomac` for `nomac.p12`,
//! `-iter 1000001` for `costly.p12`, `-passout pass:` for `empty.p12`, and `-nokeys` in place of the key
//! for `nokey.p12`.

use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply};
use rustls::pki_types::CertificateDer;
use std::fs;
use std::path::Path;

const FILES: [&str; 6] =
    ["today.p12", "legacy.p12", "empty.p12", "nomac.p12", "nokey.p12", "costly.p12"];

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
    let pbes2 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
    fs::write(home.work("many.p12"), [whole.as_slice(), &pbes2.repeat(17)].concat()).unwrap();
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
        ("many.p12:open", "hashed more often than is done here"),
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
