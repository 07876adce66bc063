//! Attacks 42 to 46: what is wrong on this side of the wire.

use super::case::{BODY, Case};
use crate::support::request::Request;
use crate::support::seller::demand;
use crate::support::tls::Identity;
use crate::support::{BOTH, Home, Offer, Seller, Version};
use std::collections::BTreeSet;
use std::io::{BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

pub(super) fn n42_clock() {
    for version in BOTH {
        let dated = |date: &'static str| {
            let seller = Seller::new(version);
            let paywall =
                seller.demand(move |_, terms| demand(version, terms).header("Date", date)).start();
            Case::of(date, paywall).says(&["warning", "clock"])
        };
        // Nothing can be signed that is valid by both clocks: either may be the wrong one.
        dated("Sat, 01 Jan 2000 00:00:00 GMT").says(&["ahead of"]).refused(112);
        // The seller checks that the times fit this machine's clock, and not the later one it told.
        dated("Fri, 01 Jan 2100 00:00:00 GMT").says(&["behind"]).paid();
    }
}

pub(super) fn n43_nonces() {
    for version in BOTH {
        let mut nonces = BTreeSet::new();
        let paywall = Seller::new(version).start();
        let home = Home::new();
        for number in 0..6 {
            home.pay(&[paywall.url(&format!("/{}", number % 3))]).exits(0).prints(BODY);
        }
        nonces.extend(paywall.nonces());
        // The same owner from an empty home, where nothing is remembered.
        let other = Seller::new(version).start();
        Home::new().pay(&[other.url("/0")]).exits(0);
        nonces.extend(other.nonces());
        assert_eq!(nonces.len(), 7, "{nonces:?}");
        for nonce in nonces {
            let different: BTreeSet<char> = nonce.chars().skip(2).collect();
            assert!(nonce.len() == 66 && different.len() > 4, "{nonce} is no random number");
        }
    }
}

pub(super) fn n44_concurrency() {
    for version in BOTH {
        let (paywall, home) = (Seller::new(version).start(), Home::new());
        let runs: Vec<_> = thread::scope(|scope| {
            let (paywall, home) = (&paywall, &home);
            let all: Vec<_> = (0..8)
                .map(|number| {
                    scope.spawn(move || {
                        let url = paywall.url(&format!("/{number}"));
                        home.paying(&["--budget", "0.02/day", &url]).start().end()
                    })
                })
                .collect();
            all.into_iter().map(|run| run.join().unwrap()).collect()
        });
        assert_eq!(paywall.payments().len(), 2, "two fit into the budget");
        for run in &runs {
            super::case::is_clean(run, "at once");
            run.assert(matches!(run.code(), Some(0 | 111)), "paid, or over the budget");
        }
        assert_eq!(runs.iter().filter(|run| run.code() == Some(0)).count(), 2);
    }
}

/// A proxy that connects whoever asks to `address`, whatever host they ask for.
fn tunnel(address: &str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let address = address.to_owned();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(&address).unwrap();
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let asked = Request::read_head(&mut reader, 0, 0).unwrap().unwrap();
            assert_eq!(asked.method, "CONNECT");
            (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut &back.0, &mut &back.1));
            thread::spawn(move || {
                let _ = std::io::copy(&mut reader, &mut &server);
                server.shutdown(Shutdown::Write)
            });
        }
    });
    proxy
}

pub(super) fn n45_interception() {
    for version in BOTH {
        for name in ["http_proxy", "ALL_PROXY", "all_proxy"] {
            let between = Seller::new(version).start();
            let proxy = between.url("");
            let case = Case::of(name, between).env(name, &proxy).url("http://shop.test/thing");
            case.says(&["--allow-http"]).refused(112);
        }
        // A name that this machine is not, reached over a proxy that does what proxies do.
        let identity = Identity::new("shop.test");
        let https = |case: Case, shop: &str| {
            case.args(&["-x", &tunnel(shop)]).url("https://shop.test/thing")
        };
        let shop = Seller::new(version).start_tls(&identity);
        let at = shop.url("").replace("https://", "");
        https(Case::of("-k", shop).args(&["-k"]), &at).says(&["-k"]).refused(112);
        // With an authority that vouches for it, it is who it says it is.
        let shop = Seller::new(version).start_tls(&identity);
        let at = shop.url("").replace("https://", "");
        let home = Home::new();
        let ca = home.secret("ca.pem", identity.pem());
        https(Case::of("--cacert", shop).home(home).args(&["--cacert", &ca]), &at).paid();
    }
}

pub(super) fn n46_numbers() {
    let numbers = [
        "9007199254740993",
        "123456789012345678901234567890",
        "1e21",
        "1E+2",
        "1.0",
        "-0.0",
        "0.1000",
        "1.7976931348623157e308",
    ];
    for version in BOTH {
        for number in numbers {
            let extra =
                format!(r#"{{"name":"USD Coin","version":"2","x":{number},"y":[{number}]}}"#);
            let offer = Offer::usdc("10000").with("extra", &extra).with("note", number);
            let seller = Seller::new(version).offer(offer);
            let declared = format!(r#"{{"a":{{"info":{{"n":{number}}}}}}}"#);
            let seller = if version == Version::V2 {
                seller.member("extensions", &declared)
            } else {
                seller
            };
            // The seller compares what is repeated to the letter.
            Case::of(number, seller.start()).paid();
        }
    }
}
