//! AWS's signatures (`--aws-sigv4`): each sending is signed for itself, a payment is not signed, and the
//! signature stays with the origin it is for.

use crate::support::request::Request;
use crate::support::{Home, Paywall, Reply, Seller, Version};
use sha2::{Digest, Sha256};
use std::fs;
use std::sync::Mutex;

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=user/";
const EPOCH: &str = "x-amz-date: 19700101T000000Z";

fn signature(request: &Request) -> &str {
    request.header("authorization").unwrap().rsplit_once("Signature=").unwrap().1
}

fn hash(body: &[u8]) -> String {
    alloy_primitives::hex::encode(Sha256::digest(body))
}

#[test]
fn a_signature_is_the_one_that_curls_test_expects() {
    // Its test 439, in which the time is set.
    let paywall = Paywall::serve(|_| Reply::ok(b"in"));
    let to = format!("fake.fake.fake:8000:127.0.0.1:{}", paywall.port());
    let url = "http://fake.fake.fake:8000/439/?name=me&noval&aim=b%aad&&&weirdo=*.//-";
    let scheme = ["-u", "user:secret", "--aws-sigv4", "aws:amz:us-east-2:es"];
    let args = [&scheme[..], &["--connect-to", &to, "-v", "-H", EPOCH, url]].concat();
    Home::without_wallet().run(&args).exits(0).prints("in").never_says("secret");
    let expected = "AWS4-HMAC-SHA256 Credential=user/19700101/us-east-2/es/aws4_request, \
                    SignedHeaders=host;x-amz-date, \
                    Signature=9dd8592929306832a6673d10063491391e486e5f50de4647ea7c2c797277e0a6";
    assert_eq!(paywall.requests()[0].header("authorization"), Some(expected));
}

#[test]
fn the_headers_of_a_signature_stand_where_curls_do() {
    let paywall = Paywall::serve(|_| Reply::ok(b"in"));
    let url = paywall.url("/");
    let home = Home::without_wallet();
    let args = ["-u", "user:secret", "--aws-sigv4", "aws:amz:eu:s3", "-H", "X-B: b", "-d", "data"];
    home.run(&[&args[..], &[&url]].concat()).exits(0);
    let request = &paywall.requests()[0];
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    let expected = [
        "host",
        "authorization",
        "x-amz-date",
        "x-amz-content-sha256",
        "user-agent",
        "accept",
        "x-b",
        "content-length",
        "content-type",
    ];
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| expected.iter().position(|expected| expected == name));
    assert_eq!((names.len(), &names), (expected.len(), &sorted));
    assert_eq!(names[1], "authorization");
    assert!(names[2..4].iter().all(|name| name.starts_with("x-amz-")), "{names:?}");
    assert_eq!(request.header("x-amz-content-sha256"), Some(hash(b"data").as_str()));
    let proof = request.header("authorization").unwrap();
    let signed = "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-b,";
    assert!(proof.starts_with(SIGNED) && proof.contains(signed), "{proof}");
    // The time is the clock's.
    let date = request.header("x-amz-date").unwrap();
    assert!(date > "20250101T000000Z" && proof.contains(&date[..8]), "{date}");
}

#[test]
fn a_payment_goes_beside_a_signature_that_is_right() {
    for version in [Version::V1, Version::V2] {
        let paywall = Seller::new(version).price("10000").start();
        let (home, url) = (Home::new(), paywall.url("/thing?b=2&a=1"));
        fs::write(home.work("file"), vec![b'x'; 3 << 20]).unwrap();
        let args = ["-u", "user:secret", "--aws-sigv4", "aws:amz:eu:s3", "-H", EPOCH, &url];
        let payment = ["-H", "X-Amz-Security-Token: t", "-T", "file"];
        let run = home.pay(&[&args[..], &payment].concat());
        run.exits(0).prints("the paid resource\n").never_says("secret");
        let requests = paywall.requests();
        assert!(requests[0].payment().is_none() && requests[1].payment().is_some());
        // The same request at the same time: the same signature, whatever else is sent.
        assert_eq!(signature(&requests[0]), signature(&requests[1]));
        let proof = requests[1].header("authorization").unwrap();
        let names = "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,";
        assert!(proof.contains(names), "{proof}");
        let hashed = requests[1].header("x-amz-content-sha256").map(str::to_owned);
        assert_eq!(hashed, Some(hash(&requests[1].body)));
    }
}

#[test]
fn another_time_is_no_other_purchase() {
    let seller = Paywall::v2().price("10000");
    let paid = Mutex::new(0);
    let paywall = Paywall::serve(move |request| {
        let first = request.payment().is_some() && {
            let mut paid = paid.lock().unwrap();
            *paid += 1;
            *paid == 1
        };
        if first { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) }
    });
    let (home, url) = (Home::new(), paywall.url("/thing"));
    let at = |time: &str| {
        let date = format!("x-amz-date: {time}");
        let scheme = ["-u", "user:secret", "--aws-sigv4", "aws:amz:eu:es"];
        home.pay(&[&scheme[..], &["-H", &date, &url]].concat())
    };
    at("20260101T000000Z").exits(118);
    at("20260101T000500Z").exits(0).says(&["earlier payment"]);
    assert_eq!((paywall.payments().len(), paywall.nonces().len()), (2, 1));
    let requests = paywall.requests();
    let paid: Vec<_> = requests.iter().filter(|request| request.payment().is_some()).collect();
    assert_ne!(signature(paid[0]), signature(paid[1]));
}

#[test]
fn a_signature_stays_with_its_origin() {
    let other = Paywall::serve(|_| Reply::ok(b"there"));
    let away = other.url("/away");
    let paywall = Paywall::serve(move |request| match request.path() {
        "/" => Reply::redirect("302 Found", "/next"),
        _ => Reply::redirect("302 Found", &away),
    });
    let home = Home::without_wallet();
    let args = ["-u", "user:secret", "--aws-sigv4", "aws:amz:eu:es", "-H", EPOCH];
    let names = [
        "X-Amz-Security-Token",
        "X-Oss-Security-Token",
        "X-Amz-S3session-Token",
        "X-Tc-Token",
        "X-Goog-Encryption-Key",
        "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key",
    ];
    let lines = names.map(|name| format!("{name}: token"));
    let token: Vec<&str> = lines.iter().flat_map(|line| ["-H", line]).collect();
    let url = paywall.url("/");
    home.run(&[&args[..], &token, &["-L", "-v", &url]].concat())
        .exits(0)
        .prints("there")
        .never_says(": token");
    let requests = paywall.requests();
    assert_ne!(signature(&requests[0]), signature(&requests[1]));
    let away = &other.requests()[0];
    assert_eq!(away.header("authorization"), None);
    for name in names {
        assert_eq!(away.header(&name.to_lowercase()), None, "{name}");
    }
    // Unless every origin is trusted.
    home.run(&[&args[..], &token, &["--location-trusted", &url]].concat()).exits(0);
    let away = &other.requests()[1];
    assert!(away.header("authorization").unwrap().starts_with(SIGNED));
    assert_eq!(away.header("x-amz-security-token"), Some("token"));
}

#[test]
fn what_cannot_be_signed_is_not_sent() {
    let paywall = Paywall::serve(|_| Reply::ok(b"in")).may_be_unused();
    let home = Home::without_wallet();
    let url = paywall.url("/");
    let named = url.replace("127.0.0.1", "localhost");
    let run = |args: &[&str]| home.run(&[&["-u", "user:secret"], args].concat());
    run(&["--aws-sigv4", "aws:amz", &named]).exits(3).says(&["names a service"]);
    run(&["--aws-sigv4", "aws:amz:eu:es:x", &url]).exits(2);
    run(&["--aws-sigv4", ":amz", &url]).exits(2);
    run(&["--aws-sigv4", "aws", "-H", "x-aws-date: today", &url]).exits(2).says(&["the time"]);
    assert!(paywall.requests().is_empty());
    // A line of one's own counts, and nobody is no user.
    let own = ["--aws-sigv4", "aws:amz", "-H", "Authorization: own", &url];
    run(&own).exits(0);
    home.run(&["--aws-sigv4", "aws:amz", &url]).exits(0);
    let requests = paywall.requests();
    assert_eq!(requests[0].header("authorization"), Some("own"));
    assert!(requests.iter().all(|request| request.header("x-amz-date").is_none()));
    assert_eq!(requests[1].header("authorization"), None);
}
