//! What the program says on standard error: for each exit code the whole of it, of one typical command,
//! as text and as JSON, compared with a file under `tests/snapshots/`.
//!
//! These messages are part of what users rely on, so a change of a snapshot is reviewed like a change
//! of the contract. `PAY402_TEST_WRITE=1 cargo test --test integration messages::` writes the files
//! again; read the difference before you commit it. A new exit code needs a row in `cases!` below.
//!
//! What changes from run to run is replaced by a placeholder first: `DIR` is the temporary directory of
//! the test (`DIR/home` is `PAY402_HOME`, `DIR/work` the working directory), `PORT` the server's port,
//! `PORT2` a second server's, `PROXY` the proxy's, `PAYMENT` the id of a payment, `NONCE` its nonce, `TIME` a
//! time, `SECONDS` how long something took. All else is compared as it is, the system's own words (those
//! of Linux) and those of libraries included. Plain files hold this without another crate, and one file
//! for each code lets each test write its own.

use crate::support::offer::OTHER_PAYEE;
use crate::support::seller::rejection;
use crate::support::tls::Identity;
use crate::support::{Home, Offer, Paywall, Reply, Run, Seller, Version};
use pay402::cli::TABLE;
use regex::Regex;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// With this variable set, snapshots are written instead of being compared.
const WRITE: &str = "PAY402_TEST_WRITE";

/// The two forms of standard error: the arguments that choose them.
const FORMS: [&[&str]; 2] = [&[], &["--format", "json"]];

/// One exit code and how a command comes to it.
struct Case {
    code: u8,
    /// What is so before the command runs.
    situation: &'static str,
    run: fn(&mut Scene) -> Run,
}

/// The cases and a test for each, made at once, so that none lacks the other.
macro_rules! cases {
    ($($name:ident = $code:literal, $situation:literal, $run:expr;)*) => {
        const CASES: &[Case] = &[$(Case { code: $code, situation: $situation, run: $run }),*];

        $(#[test]
        fn $name() {
            compare(CASES.iter().find(|case| case.code == $code).expect("a case"));
        })*
    };
}

cases! {
    exit_0_ok = 0, "The seller is paid and delivers.", |scene| {
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_1_unsupported_scheme = 1, "A scheme that is not HTTP.",
        |scene| scene.fetch(&["ftp://127.0.0.1/file"]);
    exit_2_usage = 2, "An amount with an exponent.",
        |scene| scene.fetch(&["--max-price", "1e3", "http://127.0.0.1:1/"]);
    exit_3_malformed_url = 3, "A bracket in the URL is not closed.",
        |scene| scene.fetch(&["http://[::1"]);
    exit_5_proxy = 5, "The proxy's name does not exist.",
        |scene| scene.fetch(&["-x", "http://proxy.invalid:3128", "http://shop.test/"]);
    exit_6_resolve = 6, "The host's name does not exist.",
        |scene| scene.fetch(&["http://shop.invalid/"]);
    exit_7_connect = 7, "Nobody listens at the port.", |scene| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = scene.port(listener.local_addr().unwrap().port());
        drop(listener);
        scene.fetch(&[&format!("http://127.0.0.1:{port}/")])
    };
    exit_8_malformed_answer = 8, "The answer has a header without a colon.",
        |scene| scene.ask(&[], |_| Reply::raw("HTTP/1.1 200 OK\r\nno colon\r\n\r\n").hang());
    exit_16_http2 = 16, "The server answers HTTP/2 with HTTP/1.1.", |scene| {
        scene.ask(&["--http2-prior-knowledge"], |_| {
            Reply::raw("HTTP/1.1 400 Bad Request\r\n\r\n").hang()
        })
    };
    exit_18_partial = 18, "Of ten bytes four come.",
        |scene| scene.ask(&["-o", "out"], |_| Reply::ok(b"0123456789").cut_body(4));
    exit_22_http_error = 22, "The server answers 404.",
        |scene| scene.ask(&["-f"], |_| Reply::new("404 Not Found", b"no such thing\n"));
    exit_23_write = 23, "The output's directory does not exist.", |scene| {
        let shop = Paywall::v2().start().may_be_unused();
        let url = scene.url(&shop);
        scene.pay(&["-o", "missing/out", &url])
    };
    exit_26_read = 26, "The file with the request's body does not exist.",
        |scene| scene.fetch(&["-d", "@missing", "http://127.0.0.1:1/"]);
    exit_28_timeout = 28, "The server does not answer.",
        |scene| scene.ask(&["-m", "0.3"], |_| Reply::silence());
    exit_33_no_range = 33, "The server sends the whole where a part was asked for.",
        |scene| scene.ask(&["-C", "5"], |_| Reply::ok(b"0123456789"));
    exit_35_tls = 35, "The server answers TLS with HTTP.", |scene| {
        let port = scene.port(plain());
        scene.fetch(&[&format!("https://127.0.0.1:{port}/")])
    };
    exit_45_interface = 45, "The interface to connect from does not exist.",
        |scene| scene.fetch(&["--interface", "if!none0", "http://127.0.0.1:1/"]);
    exit_47_too_many_redirects = 47, "The server redirects without end.", |scene| {
        scene.ask(&["-L", "--max-redirs", "1"], |_| Reply::redirect("302 Found", "/"))
    };
    exit_49_option = 49, "An entry of --resolve without an address.",
        |scene| scene.fetch(&["--resolve", "shop.test:80", "http://shop.test/"]);
    exit_52_empty_reply = 52, "The server closes the connection without an answer.",
        |scene| scene.ask(&[], |_| Reply::nothing());
    exit_55_send = 55, "The server stops to read before the body is sent.", send;
    exit_56_receive = 56, "A chunk of the body has no length.", |scene| {
        scene.ask(&[], |_| {
            Reply::new("200 OK", b"").then_raw("Transfer-Encoding: chunked", "no\r\n").hang()
        })
    };
    exit_58_client_certificate = 58, "The client's certificate does not exist.",
        |scene| scene.greet(&["-E", "missing.pem"]);
    exit_59_cipher = 59, "A cipher suite that is too old.",
        |scene| scene.greet(&["--ciphers", "RC4-SHA"]);
    exit_60_certificate = 60, "A certificate of an unknown authority.", |scene| {
        let shop = Paywall::v2().start_tls(&Identity::new("127.0.0.1")).may_be_unused();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_61_encoding = 61, "A body that is called gzip and is not.", |scene| {
        scene.ask(&["--compressed"], |_| {
            Reply::ok(b"this is plain text").header("Content-Encoding", "gzip")
        })
    };
    exit_63_too_large = 63, "Ten bytes where four are allowed.",
        |scene| scene.ask(&["--max-filesize", "4"], |_| Reply::ok(b"0123456789"));
    exit_67_login_denied = 67, "A URL with a user, which is forbidden.", |scene| {
        scene.fetch(&["--disallow-username-in-url", "http://user@127.0.0.1:1/"])
    };
    exit_77_ca_file = 77, "The file of authorities does not exist.",
        |scene| scene.greet(&["--cacert", "missing.pem"]);
    exit_82_crl_file = 82, "The file of revoked certificates does not exist.", |scene| {
        scene.greet(&["--crlfile", "missing.pem"])
    };
    exit_90_pinned_key = 90, "The server has another key than the pinned one.", |scene| {
        let identity = Identity::new("127.0.0.1");
        let shop = Paywall::v2().start_tls(&identity).may_be_unused();
        fs::write(scene.home.work("ca.pem"), identity.pem()).unwrap();
        let url = scene.url(&shop);
        scene.pay(&["--cacert", "ca.pem", "--pinnedpubkey", "sha256//AAAA", &url])
    };
    exit_92_http2_stream = 92, "The server resets the stream of HTTP/2.", |scene| {
        let port = scene.port(resetting_streams());
        scene.fetch(&["--http2-prior-knowledge", &format!("http://127.0.0.1:{port}/")])
    };
    exit_97_proxy_handshake = 97, "A SOCKS proxy that allows nothing.", |scene| {
        let port = refusing_socks();
        scene.names.push((format!(":{port}"), ":PROXY"));
        scene.fetch(&["-x", &format!("socks5h://127.0.0.1:{port}"), "http://shop.test/"])
    };
    exit_110_price_over_cap = 110, "The seller asks for 0.01 USDC.", |scene| {
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.run(&["--max-price", "0.005", &url])
    };
    exit_111_budget_exhausted = 111, "0.01 USDC was paid today, and the seller asks for as much.", |scene| {
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.home.pay(&[&url]).exits(0);
        scene.pay(&["--budget", "0.015/day", &url])
    };
    exit_112_policy_refused = 112, "The seller was paid before and names another payee now.", |scene| {
        let paid = Mutex::new(false);
        let shop = Paywall::serve(move |request| {
            let mut paid = paid.lock().unwrap();
            let offer = Offer::usdc("10000");
            let offer = if *paid { offer.pay_to(OTHER_PAYEE) } else { offer };
            *paid |= request.payment().is_some();
            Paywall::v2().offer(offer).answer(request, &Mutex::default())
        });
        let url = scene.url(&shop);
        scene.home.pay(&[&url]).exits(0);
        scene.pay(&[&url])
    };
    exit_113_consent_missing = 113, "No cap is set, and there is no terminal.", |scene| {
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.run(&[&url])
    };
    exit_114_no_payable_offer = 114, "The seller takes payments on Solana alone.", |scene| {
        let solana = "\"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\"";
        let shop = Paywall::v2().offer(Offer::usdc("10000").with("network", solana)).start();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_115_wallet_unavailable = 115, "No wallet is set up.", |scene| {
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.fetch(&["--max-price", "0.05", &url])
    };
    exit_116_ledger_unavailable = 116, "A directory stands where the ledger should.", |scene| {
        fs::create_dir(scene.home.path("ledger.db")).unwrap();
        let shop = Paywall::v2().start();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_117_payment_rejected = 117, "The seller refuses the payment.", |scene| {
        let refuse = |seller: &Seller| rejection(Version::V2, &seller.terms(), "insufficient_funds");
        let refusal = refuse(&Paywall::v2());
        let shop = Paywall::v2().deliver(move |_| refusal.clone()).start();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_118_outcome_unknown = 118, "The connection ends after the payment was sent.", |scene| {
        let shop = Paywall::v2().deliver(|_| Reply::one_byte()).start();
        let url = scene.url(&shop);
        scene.pay(&[&url])
    };
    exit_119_paid_not_delivered = 119, "The payment settles, and the body ends early.", |scene| {
        let shop = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8)).start();
        let url = scene.url(&shop);
        scene.pay(&["-o", "out", &url])
    };
    exit_130_interrupted = 130, "Ctrl-C while the second of two servers is silent.", |scene| {
        let shop = Paywall::v2().start();
        let silent = Paywall::serve(|_| Reply::silence());
        let first = scene.url(&shop);
        scene.names.push((format!(":{}", silent.port()), ":PORT2"));
        let second = silent.url("/");
        let args = scene.words(&["--max-price", "0.05", &first, &second]);
        let program = scene.home.pay402(&args).start();
        while silent.requests().is_empty() {
            thread::sleep(Duration::from_millis(5));
        }
        program.signal("INT");
        program.finish()
    };
}

/// One run of a case: a fresh home, the form of standard error, and what has a placeholder.
struct Scene {
    home: Home,
    form: &'static [&'static str],
    names: Vec<(String, &'static str)>,
}

impl Scene {
    fn new(form: &'static [&'static str]) -> Self {
        let home = Home::new();
        let root = home.path("").parent().expect("a root").to_string_lossy().into_owned();
        Self { names: vec![(root, "DIR")], home, form }
    }

    /// The URL of a server's `/`.
    fn url(&mut self, server: &Paywall) -> String {
        self.port(server.port());
        server.url("/")
    }

    /// A port, which gets its placeholder.
    fn port(&mut self, port: u16) -> u16 {
        self.names.push((format!(":{port}"), ":PORT"));
        port
    }

    fn words<'a>(&self, args: &[&'a str]) -> Vec<&'a str> {
        [self.form, args].concat()
    }

    /// Runs the program without a wallet.
    fn fetch(&self, args: &[&str]) -> Run {
        self.home.without_key(&self.words(args)).run()
    }

    /// Runs it with a wallet.
    fn run(&self, args: &[&str]) -> Run {
        self.home.run(&self.words(args))
    }

    /// Runs it with a wallet and a cap.
    fn pay(&self, args: &[&str]) -> Run {
        self.run(&[&["--max-price", "0.05"], args].concat())
    }

    /// Fetches from a server that answers everything in this way.
    fn ask(
        &mut self,
        args: &[&str],
        answer: fn(&crate::support::request::Request) -> Reply,
    ) -> Run {
        let server = Paywall::serve(answer);
        let url = self.url(&server);
        self.fetch(&[args, &[&url]].concat())
    }

    /// Fetches from a server of TLS, which is not to see a request.
    fn greet(&mut self, args: &[&str]) -> Run {
        let server = Paywall::v2().start_tls(&Identity::new("127.0.0.1")).may_be_unused();
        let url = self.url(&server);
        let run = self.fetch(&[args, &[&url]].concat());
        assert!(server.requests().is_empty());
        run
    }

    /// Puts the placeholders into a text.
    fn fixed(&self, text: &str) -> String {
        let known = self.names.iter().fold(text.to_owned(), |text, (value, name)| {
            // A port ends where its digits end.
            let value = Regex::new(&format!(r"{}(?-u:\b)", regex::escape(value))).unwrap();
            value.replace_all(&text, *name).into_owned()
        });
        let patterns = [
            (r"pay_[0-9a-zA-Z]+", "PAYMENT"),
            (r"[0-9]+\.[0-9]{3} s(?-u:\b)", "SECONDS s"),
            (r#""nonce": "0x[0-9a-f]{64}""#, r#""nonce": "NONCE""#),
            (r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+( UTC|Z)", "TIME"),
        ];
        patterns.into_iter().fold(known, |text, (pattern, name)| {
            Regex::new(pattern).unwrap().replace_all(&text, name).into_owned()
        })
    }
}

/// A server of a local socket that reads the head of a request, and when the client may send the
/// body it reads no more.
fn send(scene: &mut Scene) -> Run {
    let listener = UnixListener::bind(scene.home.work("socket")).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        stream.shutdown(Shutdown::Read).unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        // Open until the client has ended.
        thread::sleep(Duration::from_mins(1));
    });
    fs::write(scene.home.work("body"), "the body").unwrap();
    let waits = ["-H", "Expect: 100-continue", "--expect100-timeout", "60"];
    let upload = ["--unix-socket", "socket", "-T", "body", "http://shop.test/"];
    scene.fetch(&[&waits[..], &upload].concat())
}

/// A server of HTTP/2 that resets each stream when its head has come (RFC 9113, 6.4). Its port.
fn resetting_streams() -> u16 {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const INTERNAL_ERROR: u8 = 2;
    const HEADERS: u8 = 1;
    serve(|stream| {
        stream.read_exact(&mut [0; 24])?;
        stream.write_all(&SETTINGS)?;
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head)?;
            let length =
                usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            stream.read_exact(&mut vec![0; length])?;
            if head[3] == HEADERS {
                stream.write_all(&[0, 0, 4, 3, 0, 0, 0, 0, head[8], 0, 0, 0, INTERNAL_ERROR])?;
            }
        }
    })
}

/// A server that answers a handshake of TLS as if it were a bad request. Its port.
fn plain() -> u16 {
    serve(|stream| {
        let _ = stream.read(&mut [0; 1 << 14])?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        std::io::copy(stream, &mut std::io::sink()).map(drop)
    })
}

/// A SOCKS proxy that answers each request by "connection not allowed by ruleset" (RFC 1928). Its port.
fn refusing_socks() -> u16 {
    serve(|stream| {
        let mut hello = [0; 2];
        stream.read_exact(&mut hello)?;
        stream.read_exact(&mut vec![0; hello[1].into()])?;
        stream.write_all(&[5, 0])?;
        let mut request = [0; 5];
        stream.read_exact(&mut request)?;
        // The name, and two bytes of the port.
        stream.read_exact(&mut vec![0; usize::from(request[4]) + 2])?;
        stream.write_all(&[5, 2, 0, 1, 0, 0, 0, 0, 0, 0])?;
        std::io::copy(stream, &mut std::io::sink()).map(drop)
    })
}

/// Serves connections on 127.0.0.1, one after the other, for as long as the tests run. The port.
fn serve(converse: fn(&mut TcpStream) -> std::io::Result<()>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = converse(&mut stream.unwrap());
        }
    });
    port
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// The file of an exit code.
fn file(code: u8, name: &str) -> String {
    format!("{code:03}-{name}.txt")
}

/// Runs a case in both forms and compares what it says with its snapshot.
fn compare(case: &Case) {
    let row = TABLE.iter().find(|row| row.exit.code() == case.code).expect("a row of the table");
    let mut said =
        format!("exit {} {}: {}\n{}\n", case.code, row.name, row.meaning, case.situation);
    for form in FORMS {
        let mut scene = Scene::new(form);
        let run = (case.run)(&mut scene);
        run.exits(case.code.into());
        let args = scene.fixed(&shell_words::join(&run.args));
        let stderr = if form.is_empty() { run.stderr.clone() } else { documents(&run) };
        let _ = write!(said, "\n$ pay402 {args}\n{}", scene.fixed(&stderr));
    }
    let path = folder().join(file(case.code, row.name));
    if std::env::var_os(WRITE).is_some() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(path, said).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        said == kept,
        "{} is another now; {WRITE}=1 cargo test --test integration messages:: writes it\n{}",
        path.display(),
        difference(&kept, &said)
    );
}

/// Standard error as documents, of which each line is one, written so that a person can read them: a
/// member a line, in the order of their names.
fn documents(run: &Run) -> String {
    let shown = |line: &str| {
        let document: Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}\n{run}"));
        serde_json::to_string_pretty(&document).unwrap() + "\n"
    };
    run.stderr.split_terminator('\n').map(shown).collect()
}

/// The lines from the first to the last one that differ.
fn difference(kept: &str, said: &str) -> String {
    let (kept, said): (Vec<_>, Vec<_>) = (kept.lines().collect(), said.lines().collect());
    let same = kept.iter().zip(&said).take_while(|(one, other)| one == other).count();
    let (kept, said) = (&kept[same..], &said[same..]);
    let tail = kept.iter().rev().zip(said.iter().rev());
    let same = tail.take_while(|(one, other)| one == other).count();
    let lines = |sign: &str, lines: &[&str]| {
        let lines = lines[..lines.len() - same].iter();
        lines.flat_map(|line| [sign, *line, "\n"]).collect::<String>()
    };
    lines("-", kept) + &lines("+", said)
}

#[test]
fn every_exit_code_has_a_snapshot_and_no_other_is_left() {
    let codes: Vec<u8> = TABLE.iter().map(|row| row.exit.code()).collect();
    assert_eq!(CASES.iter().map(|case| case.code).collect::<Vec<_>>(), codes);
    let wanted: Vec<_> = TABLE.iter().map(|row| file(row.exit.code(), row.name)).collect();
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut found: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, wanted);
}

#[test]
fn a_difference_is_the_lines_that_differ() {
    assert_eq!(difference("a\nb\nc\nd\n", "a\nx\ny\nd\n"), "-b\n-c\n+x\n+y\n");
    assert_eq!(difference("a\n", "a\nb\n"), "+b\n");
    assert_eq!(difference("a\na\n", "a\n"), "-a\n");
}
