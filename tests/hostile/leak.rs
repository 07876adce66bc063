//! Attacks 27 to 32: money and secrets that go astray.

use super::case::{BODY, Case};
use crate::support::home::{KEY, PASSWORD};
use crate::support::keystore::{EXAMPLE_PASSWORD, EXAMPLE_SCRYPT};
use crate::support::{BOTH, Home, Paywall, Reply, Seller, Version};
use std::fs;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(super) fn n27_redirects() {
    for version in BOTH {
        for status in ["301 x", "302 x", "303 x", "307 x", "308 x"] {
            // In answer to the payment: here, elsewhere, and to another port of the same host.
            let trap = Arc::new(Paywall::script([]).may_be_unused());
            for location in [trap.url("/trap"), "/elsewhere".to_owned(), "//evil.test/".to_owned()]
            {
                let paywall = Seller::new(version)
                    .deliver(move |_| Reply::redirect(status, &location))
                    .start();
                let case = Case::of(status, paywall).args(&["-L", "-u", "me:sesame"]);
                let after = case.says(&["redirects"]).paid_but(118, "moved\n");
                assert_eq!(after.paywall.requests().len(), 2);
            }
            assert!(trap.requests().is_empty(), "{:?}", trap.requests());
            // Before it: the one who asks is paid, without what was meant for the other.
            let shop = Arc::new(Seller::new(version).start());
            let there = shop.url("/thing");
            let door = Paywall::serve(move |_| Reply::redirect(status, &there));
            let args = ["-L", "-u", "me:sesame", "-H", "Cookie: a=b", "-H", "Authorization: x"];
            let home = Home::new();
            let args: Vec<String> =
                args.iter().map(|&arg| arg.to_owned()).chain([door.url("/")]).collect();
            home.pay(&args).exits(0).prints(BODY);
            assert!(door.payments().is_empty());
            assert_eq!(shop.payments().len(), 1);
            for request in shop.requests() {
                assert_eq!(request.header("authorization"), None);
                assert_eq!(request.header("cookie"), None);
            }
        }
    }
}

pub(super) fn n28_plain_http() {
    for version in BOTH {
        let shop = || Seller::new(version).start();
        let between = shop();
        let proxy = between.url("");
        let case = Case::of("through a proxy", between).args(&["-x", &proxy]);
        case.url("http://shop.test/thing").says(&["--allow-http"]).refused(112);
        // A name that leads to this machine is not this machine, by whatever way it leads there.
        let ways: [fn(u16) -> [String; 2]; 2] = [
            |port| ["--resolve".into(), format!("shop.test:{port}:127.0.0.1")],
            |port| ["--connect-to".into(), format!("shop.test::127.0.0.1:{port}")],
        ];
        for way in ways {
            let here = shop();
            let ([flag, value], port) = (way(here.port()), here.port());
            let case = Case::of(flag.as_str(), here).args(&[&flag, &value]);
            let url = format!("http://shop.test:{port}/thing");
            case.url(&url).says(&["--allow-http"]).refused(112);
        }
        // And this machine's name is not this machine where it leads elsewhere: to a proxy, here.
        let here = shop();
        let proxy = here.url("");
        let case = Case::of("localhost over a proxy", here).args(&["-x", &proxy]);
        case.url("http://localhost/thing").says(&["--allow-http"]).refused(112);
    }
}

pub(super) fn n29_verbose() {
    for version in BOTH {
        for ends in [0, 118] {
            let seller = Seller::new(version);
            let seller = if ends == 0 { seller } else { seller.deliver(|_| Reply::one_byte()) };
            let args = ["-v", "-i", "--format", "json", "-u", "me:sesame", "-o", "/dev/null"];
            let after = Case::of("told everything", seller.start()).args(&args).paid_but(ends, "");
            let sent = &after.paywall.requests()[1];
            let value = |name: &str| sent.header(name).map(str::to_owned);
            let header = value("x-payment").or_else(|| value("payment-signature")).unwrap();
            let (_, json) = sent.payment().unwrap();
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            let signature = json["payload"]["signature"].as_str().unwrap();
            for secret in
                [&header[..60], &header[header.len() - 60..], &signature[10..70], "sesame"]
            {
                after.run.never_says(secret);
            }
        }
    }
}

pub(super) fn n31_keys() {
    let home = Home::without_wallet();
    let wallet = home.secret("theirs.json", EXAMPLE_SCRYPT);
    let password = home.secret("password", EXAMPLE_PASSWORD);
    let key = home.secret("key", KEY);
    let ways: [&[&str]; 3] =
        [&["--wallet", &wallet, "--password-file", &password], &["--private-key-file", &key], &[]];
    for args in ways {
        let silent = Paywall::v2().deliver(|_| Reply::silence()).start();
        let url = silent.url(&format!("/{}", args.len()));
        let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
        let mut program = home.paying(&args);
        if args.len() == 1 {
            program = program.env("PAY402_PRIVATE_KEY", KEY).env("PAY402_PASSWORD", PASSWORD);
        }
        let started = program.limit(Duration::from_secs(40)).start();
        let begin = Instant::now();
        while silent.payments().is_empty() && begin.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(5));
        }
        // Now the key has been used, and everybody on this machine may look.
        if cfg!(target_os = "linux") {
            let process = format!("/proc/{}", started.id());
            let arguments = fs::read(format!("{process}/cmdline")).unwrap();
            for secret in [&KEY[2..], PASSWORD, EXAMPLE_PASSWORD] {
                let found = arguments.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "a secret is in its arguments");
            }
            let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
            let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
            let words: Vec<&str> = core.split_whitespace().collect();
            assert_eq!(words[4..6], ["0", "0"], "no core is dumped: {core}");
        }
        // Its streams and files are searched for key and password here.
        started.signal("INT");
        started.finish().exits(118);
    }
}

pub(super) fn n32_own_payment() {
    for version in BOTH {
        for name in ["PAYMENT-SIGNATURE", "x-payment"] {
            let paywall = Seller::new(version).start();
            let own = format!("{name}: e30=");
            let case = Case::of(name, paywall).args(&["-L", "-H", &own]);
            let answer = if version == Version::V2 { "{}".into() } else { rejection_of(name) };
            // The one payment is the user's own, of which there is nothing in the ledger.
            case.ends(0, 1, 0, &answer);
        }
    }
}

/// What the shop of version 1 says to an empty payment in that header.
fn rejection_of(name: &str) -> String {
    let wrong = if name == "x-payment" {
        "\"x402Version\" is missing; ".to_owned()
    } else {
        format!("the payment is in {name}, not in X-PAYMENT")
    };
    let terms = Paywall::v1().terms();
    terms.replacen("\"Payment required\"", &serde_json::Value::from(wrong).to_string(), 1)
}
