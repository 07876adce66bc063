//! Time and connections around a payment: servers that answer too soon or hang up meanwhile, and
//! time that runs out before anything is signed.

use crate::support::keystore::{EXAMPLE_PASSWORD, EXAMPLE_SCRYPT};
use crate::support::request::Request;
use crate::support::seller::demand;
use crate::support::{Home, Paywall, Reply, Version};
use std::collections::HashSet;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, sleep};
use std::time::Duration;

/// Long enough to be still on its way when the answer comes, and too long to be kept in memory.
const BODY_BYTES: usize = 3 << 20;

/// A body in which every place is another one.
fn body() -> Vec<u8> {
    (0..BODY_BYTES / 16).flat_map(|at| format!("{at:015}\n").into_bytes()).collect()
}

/// A server that answers requests without a payment from their head alone, then reads the body at its
/// leisure; a payment it answers last of all, when every body is there.
#[derive(Default)]
struct Hasty {
    /// What came: the path, whether there was a payment, and the body.
    legs: Mutex<Vec<(String, bool, Vec<u8>)>>,
    came: Condvar,
}

impl Hasty {
    /// Serves requests, of which `legs` are to come; returns the URL of `/`.
    fn start(self: &Arc<Self>, legs: usize) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = Arc::clone(self);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let server = Arc::clone(&server);
                thread::spawn(move || server.converse(&stream.unwrap(), legs));
            }
        });
        url
    }

    fn converse(&self, stream: &TcpStream, legs: usize) {
        let mut reader = BufReader::with_capacity(1 << 16, stream.try_clone().unwrap());
        while let Ok(Some(mut request)) = Request::read_head(&mut reader, 0, 0) {
            let paid = request.payment().is_some();
            if !paid {
                let reply = if request.path() == "/" {
                    Reply::redirect("307 Temporary Redirect", "/next")
                } else {
                    demand(Version::V2, &Paywall::v2().terms())
                };
                say(&reply, stream);
                // By now the client has its answer, and is about to send the next request.
                sleep(Duration::from_millis(300));
            }
            let whole = request.read_body(&mut reader).is_ok();
            let came = if whole { request.body } else { b"cut off".to_vec() };
            let mut all = self.legs.lock().unwrap();
            all.push((request.target, paid, came));
            self.came.notify_all();
            if paid {
                let patience = Duration::from_secs(10);
                let missing = |all: &mut Vec<_>| all.len() < legs;
                drop(self.came.wait_timeout_while(all, patience, missing).unwrap());
                say(&Reply::ok(b"done"), stream);
            }
        }
    }
}

fn say(reply: &Reply, mut stream: &TcpStream) {
    drop(reply.write("POST", &mut stream, |_| true));
}

#[test]
fn a_body_is_sent_whole_each_time_though_the_server_answers_before_it_has_it() {
    let body = body();
    let legs: [&[(&str, bool)]; 2] =
        [&[("/next", false), ("/next", true)], &[("/", false), ("/next", false), ("/next", true)]];
    for legs in legs {
        let server = Arc::new(Hasty::default());
        let url = server.start(legs.len());
        let url = if legs.len() == 3 { url } else { format!("{url}next") };
        let run = Home::new()
            .paying(&["-L", "-H", "Expect:", "--data-binary", "@-", &url])
            .stdin(&body)
            .run();
        run.exits(0).prints("done");
        let came = server.legs.lock().unwrap();
        let names: HashSet<_> = came.iter().map(|(path, paid, _)| (path.as_str(), *paid)).collect();
        assert_eq!(names, legs.iter().copied().collect());
        for (path, paid, bytes) in came.iter() {
            assert!(*bytes == body, "{path} {paid}: {} bytes of another body", bytes.len());
        }
    }
}

/// A long body waits for the server's word, and a server that wants money says 402 instead.
#[test]
fn a_body_that_waits_goes_to_the_payment_alone() {
    let body = body();
    for (flags, legs) in [(["--data-binary", "@-"], 3), (["-T", "-"], 2)] {
        let server = Arc::new(Hasty::default());
        let url = server.start(legs);
        let url = if legs == 3 { url } else { format!("{url}next") };
        let args = [&["-L"], flags.as_slice(), &[&url]].concat();
        Home::new().paying(&args).stdin(&body).run().exits(0).prints("done");
        let came = server.legs.lock().unwrap();
        assert_eq!(came.len(), legs);
        for (path, paid, bytes) in came.iter() {
            let wanted: &[u8] = if *paid { &body } else { b"cut off" };
            assert!(bytes == wanted, "{path} {paid}: {} bytes of another body", bytes.len());
        }
    }
}

/// A server that does not know `Expect` gets the body after a while.
#[test]
fn a_body_that_nobody_asks_for_is_sent_all_the_same() {
    let paywall = Paywall::v2().start();
    let args = ["-T", "-", "--expect100-timeout", "0.1", &paywall.url("/thing")];
    Home::new().paying(&args).stdin("the body").run().exits(0).prints("the paid resource\n");
    let requests = paywall.requests();
    let expects: Vec<_> = requests.iter().map(|request| request.header("expect")).collect();
    assert_eq!(expects, [Some("100-continue"), None]);
    assert!(requests.iter().all(|request| request.body == b"the body"), "{requests:?}");
}

#[test]
fn a_server_that_hangs_up_while_a_key_is_derived_is_called_again() {
    let home = Home::without_wallet();
    let password = home.secret("password", EXAMPLE_PASSWORD);
    let wallet = home.secret("theirs.json", EXAMPLE_SCRYPT);
    let hasty = |terms: &str| demand(Version::V2, terms).then_hangs_up(Duration::from_millis(50));
    let paywall = Paywall::v2().demand(move |_, terms| hasty(terms)).start();
    let args = ["--wallet", &wallet, "--password-file", &password, &paywall.url("/")];
    home.pay(&args).exits(0).prints("the paid resource\n");
    assert_eq!(paywall.connections(), 2);
}

/// A pipe that gives `content` to its reader only after a while.
pub(crate) fn slow_pipe(home: &Home, content: &'static str, after: Duration) -> String {
    let path = home.secret("pipe", "");
    std::fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").args(["-m", "600", &path]).status().unwrap().success());
    let pipe = path.clone();
    thread::spawn(move || {
        // Opening it waits for the reader.
        let mut writer = std::fs::OpenOptions::new().write(true).open(pipe).unwrap();
        sleep(after);
        drop(writer.write_all(content.as_bytes()));
    });
    path
}

#[test]
fn a_server_that_hangs_up_while_a_password_is_waited_for_is_called_again() {
    let home = Home::without_wallet();
    let password = slow_pipe(&home, EXAMPLE_PASSWORD, Duration::from_millis(700));
    let wallet = home.secret("theirs.json", EXAMPLE_SCRYPT);
    let hasty = |terms: &str| demand(Version::V2, terms).then_hangs_up(Duration::from_millis(200));
    let paywall = Paywall::v2().demand(move |_, terms| hasty(terms)).start();
    let args = ["--wallet", &wallet, "--password-file", &password, &paywall.url("/")];
    home.pay(&args).exits(0).prints("the paid resource\n");
    assert_eq!(paywall.connections(), 2);
}

#[test]
fn exit_28_what_cannot_be_sent_in_time_is_not_signed() {
    let home = Home::without_wallet();
    let password = slow_pipe(&home, EXAMPLE_PASSWORD, Duration::from_millis(1200));
    let wallet = home.secret("theirs.json", EXAMPLE_SCRYPT);
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let args = ["-m", "1", "--wallet", &wallet, "--password-file", &password, &url];
    let run = home.pay(&args);
    run.exits(28).prints_nothing();
    paywall.asked_but_not_paid();
    let ledger = home.run(&["history", "--format", "json"]);
    ledger.exits(0).assert(!ledger.text().contains("0x"), "nothing is in the ledger");
}
