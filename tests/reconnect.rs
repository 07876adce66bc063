//! Connections that a server closed while they were idle: what is sent once more over a new one, and
//! what is not.

use crate::support::ledger::entries;
use crate::support::request::Request;
use crate::support::seller::demand;
use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply, Run, Seller, Version};
use std::collections::HashSet;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// A shop whose first connection ends with `end` when the payment comes over it.
fn dying(seller: Seller, end: impl Fn() -> Reply + Send + Sync + 'static) -> Paywall {
    let seen = Mutex::new(HashSet::new());
    Paywall::serve(move |request| match request.payment() {
        Some(_) if request.connection == 0 => end(),
        _ => seller.answer(request, &seen),
    })
}

/// One authorization was signed, and however often it went out, it was the same bytes.
fn one_payment(home: &Home, shop: &Paywall, sendings: usize, state: &str) {
    let payments = shop.payments();
    assert_eq!(payments.len(), sendings);
    assert!(payments.iter().all(|payment| *payment == payments[0]), "{payments:?}");
    let entries = entries(home);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0].state, state);
}

#[test]
fn a_payment_over_a_connection_that_was_closed_settles_once() {
    type Way = (&'static str, fn() -> Paywall, usize);
    let ways: [Way; 6] = [
        ("closed at once", || hanging_up(Duration::ZERO, false), 1),
        ("closed soon", || hanging_up(Duration::from_millis(4), false), 1),
        ("reset at once", || hanging_up(Duration::ZERO, true), 1),
        ("reset soon", || hanging_up(Duration::from_millis(4), true), 1),
        ("closed when the payment comes", || dying(Paywall::v2(), Reply::nothing), 2),
        ("reset when it comes", || dying(Paywall::v2(), || Reply::nothing().reset()), 2),
    ];
    for (way, open, sendings) in ways {
        for _ in 0..3 {
            let (home, shop) = (Home::new(), open());
            let run = home.pay(&[shop.url("/")]);
            run.exits(0).prints("the paid resource\n").says_one_line();
            // What a server closed early may or may not have been heard of in time.
            let seen = shop.payments().len();
            assert!(seen >= 1 && seen <= sendings.max(2), "{way}: {seen}");
            one_payment(&home, &shop, seen, "settled");
        }
    }
}

/// A shop that ends each connection so long after its 402, without having said so.
fn hanging_up(after: Duration, by_reset: bool) -> Paywall {
    Paywall::v2()
        .demand(move |_, terms| {
            let asks = demand(Version::V2, terms);
            let asks = asks.then_hangs_up(after);
            if by_reset { asks.reset() } else { asks }
        })
        .start()
}

#[test]
fn a_payment_is_sent_twice_at_most_and_then_its_outcome_is_unknown() {
    let seller = Paywall::v2();
    let seen = Mutex::new(HashSet::new());
    let shop = Paywall::serve(move |request| match request.payment() {
        Some(_) if request.connection < 2 => Reply::nothing(),
        _ => seller.answer(request, &seen),
    });
    let home = Home::new();
    let run = home.pay(&[shop.url("/")]);
    run.exits(118).prints_nothing().says(&["sent and not answered", "running again"]);
    one_payment(&home, &shop, 2, "unknown");
    home.pay(&[shop.url("/")]).exits(0).prints("the paid resource\n");
    one_payment(&home, &shop, 3, "settled");
}

#[test]
fn over_a_new_connection_a_payment_is_not_sent_twice() {
    let seller = Paywall::v2().demand(|_, terms| demand(Version::V2, terms).close());
    let seen = Mutex::new(HashSet::new());
    let shop = Paywall::serve(move |request| match request.payment() {
        Some(_) => Reply::nothing(),
        None => seller.answer(request, &seen),
    });
    let home = Home::new();
    home.pay(&[shop.url("/")]).exits(118);
    one_payment(&home, &shop, 1, "unknown");
}

#[test]
fn a_payment_of_which_a_byte_was_answered_is_not_sent_twice() {
    let home = Home::new();
    let shop = dying(Paywall::v2(), || Reply::raw(b"H"));
    home.pay(&[shop.url("/")]).exits(118);
    one_payment(&home, &shop, 1, "unknown");
}

#[test]
fn a_refusal_of_the_second_sending_is_no_proof() {
    let seller = Paywall::v2();
    let seen = Mutex::new(HashSet::new());
    let shop = Paywall::serve(move |request| match request.payment() {
        Some(_) if request.connection == 0 => Reply::nothing(),
        Some(_) => Reply::new("402 Payment Required", b"no"),
        None => seller.answer(request, &seen),
    });
    let home = Home::new();
    home.pay(&[shop.url("/")]).exits(118).says(&["may have settled when it was sent before"]);
    one_payment(&home, &shop, 2, "unknown");
}

/// A server that answers the first request of each connection, and reads no second one.
fn once_each(end: impl Fn() -> Reply + Send + Sync + 'static) -> Paywall {
    let served: Mutex<HashSet<usize>> = Mutex::default();
    Paywall::serve(move |request| {
        if !served.lock().unwrap().insert(request.connection) {
            return end();
        }
        match request.path() {
            "/moved" => Reply::redirect("307 Temporary Redirect", "/there"),
            "/digest" if request.header("authorization").is_none() => {
                Reply::new("401 Unauthorized", b"who?\n").header(
                    "WWW-Authenticate",
                    "Digest realm=\"r\", qop=\"auth\", nonce=\"abc\", algorithm=MD5",
                )
            }
            _ => Reply::ok(format!("{} {}\n", request.path(), request.body.len())),
        }
    })
}

#[test]
fn a_free_request_over_a_connection_that_was_closed_goes_once_more() {
    let ends: [fn() -> Reply; 2] = [Reply::nothing, || Reply::nothing().reset()];
    for end in ends {
        let server = once_each(end);
        let run = |args: &[&str], urls: &[&str]| -> Run {
            let urls: Vec<String> = urls.iter().map(|path| server.url(path)).collect();
            let all: Vec<&str> = args.iter().copied().chain(urls.iter().map(|u| &**u)).collect();
            Home::without_wallet().run(&all)
        };
        run(&[], &["/one", "/two", "/three"]).exits(0).prints("/one 0\n/two 0\n/three 0\n");
        run(&["-d", "data"], &["/one", "/two"]).exits(0).prints("/one 4\n/two 4\n");
        run(&["-L", "-d", "data"], &["/moved"]).exits(0).prints("/there 4\n");
        run(&["--digest", "-u", "a:b"], &["/digest"]).exits(0).prints("/digest 0\n");
        run(&["--digest", "-u", "a:b", "-d", "x"], &["/digest"]).exits(0).prints("/digest 1\n");
        let parallel = run(&["-Z", "--parallel-max", "1"], &["/one", "/two", "/three"]);
        parallel.exits(0).prints("/one 0\n/two 0\n/three 0\n");
    }
}

#[test]
fn a_free_request_over_a_new_connection_is_not_sent_twice() {
    let server = Paywall::serve(|_| Reply::nothing());
    Home::without_wallet().run(&[server.url("/")]).exits(52);
    assert_eq!(server.requests().len(), 1);
}

/// A server that asks for a payment once, and is gone then, whether it has said so or not. Its URL, and
/// what to wait for.
fn gone_after_its_demand(terms: String, says_so: bool) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        Request::read(&mut reader, 0, 0).unwrap().unwrap();
        let asks = demand(Version::V2, &terms);
        let asks = if says_so { asks.close() } else { asks };
        asks.write("GET", &mut &stream, |_| true).unwrap();
        (&stream).flush().unwrap();
    });
    (url, server)
}

#[test]
fn exit_7_a_server_that_is_gone_is_not_signed_for() {
    // A process that another test starts at this moment can hold the listener open a little longer: then
    // it is noticed after the signature, which the next test is about.
    let is_noticed_in_time = (0..5).any(|_| {
        let (url, server) = gone_after_its_demand(Paywall::v2().terms(), true);
        let home = Home::new();
        let run = home.pay(&[&url]);
        server.join().unwrap();
        if run.code() != Some(7) {
            run.exits(118).says(&["did not leave this machine"]);
            return false;
        }
        run.prints_nothing().says(&["could not connect"]);
        assert!(entries(&home).is_empty());
        home.run(&["history"]).exits(0).prints("no payments\n");
        true
    });
    assert!(is_noticed_in_time);
}

#[test]
fn what_a_server_that_is_gone_never_got_is_known_not_to_have_left() {
    let (url, server) = gone_after_its_demand(Paywall::v2().terms(), false);
    let home = Home::new();
    let run = home.pay(&[&url]);
    server.join().unwrap();
    // It is noticed before the signature or after it, but never taken for sent.
    if run.code() == Some(7) {
        assert!(entries(&home).is_empty());
    } else {
        run.exits(118).says(&["did not leave this machine", "could not connect"]);
        assert_eq!(entries(&home)[0].state, "unsent");
    }
}

/// Ties two connections together, each way on a thread of its own.
fn tie(one: TcpStream, other: TcpStream) {
    for (mut from, mut to) in [(one.try_clone().unwrap(), other.try_clone().unwrap()), (other, one)]
    {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
}

/// A shop behind TLS that closes the connection on which it asked, and says so.
fn closing(identity: &Identity) -> Paywall {
    let seller = Paywall::v2().demand(|_, terms| demand(Version::V2, terms).close());
    seller.start_tls(identity)
}

#[test]
fn a_proxy_that_gives_no_second_tunnel_is_not_signed_for() {
    let identity = Identity::new("127.0.0.1");
    let shop = closing(&identity);
    let port = shop.port();
    for (refusal, words) in [("402 Payment Required", "402"), ("503 No", "503")] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                Request::read(&mut reader, 0, 0).unwrap().unwrap();
                let status = if number == 0 { "200 Yes" } else { refusal };
                let length = if number == 0 { "" } else { "Content-Length: 0\r\n" };
                write!(stream, "HTTP/1.1 {status}\r\n{length}\r\n").unwrap();
                if number == 0 {
                    tie(stream, TcpStream::connect(("127.0.0.1", port)).unwrap());
                }
            }
        });
        let home = Home::new();
        let ca = home.secret("ca.pem", identity.pem());
        let run = home.pay(&["--cacert", &ca, "-x", &proxy, &shop.url("/")]);
        run.exits(56).prints_nothing().says(&["the proxy refused the tunnel", words]);
        assert!(entries(&home).is_empty());
    }
    shop.asked_but_not_paid();
}

#[test]
fn where_tls_fails_the_second_time_nothing_is_signed() {
    let identity = Identity::new("127.0.0.1");
    let shop = closing(&identity);
    let port = shop.port();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            if number == 0 {
                tie(stream, TcpStream::connect(("127.0.0.1", port)).unwrap());
            } else {
                let _ = stream.write_all(b"HTTP/1.1 400 No TLS here\r\n\r\n");
            }
        }
    });
    let home = Home::new();
    let ca = home.secret("ca.pem", identity.pem());
    home.pay(&["--cacert", &ca, &url]).exits(35).prints_nothing();
    shop.asked_but_not_paid();
    assert!(entries(&home).is_empty());
}

#[test]
fn payments_side_by_side_over_connections_that_were_closed_settle_once_each() {
    let served: Mutex<HashSet<usize>> = Mutex::default();
    let (seller, seen) = (Paywall::v2(), Mutex::new(HashSet::new()));
    let shop = Paywall::serve(move |request| {
        let is_first = served.lock().unwrap().insert(request.connection);
        if is_first { seller.answer(request, &seen) } else { Reply::nothing() }
    });
    let home = Home::new();
    let urls = ["/a", "/b", "/c"].map(|path| shop.url(path));
    let mut args = vec!["-Z", "-s"];
    for (name, url) in ["a", "b", "c"].iter().zip(&urls) {
        args.extend(["-o", name, url]);
    }
    home.pay(&args).exits(0);
    assert_eq!(home.work_files(), ["a", "b", "c"]);
    assert_eq!(shop.nonces().len(), 3);
    let entries = entries(&home);
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.state == "settled"), "{entries:?}");
}
