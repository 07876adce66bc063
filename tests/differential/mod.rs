//! The same command line through the real curl and through the program, against a server that
//! records: exit code, standard output, files and the requests must be the same.
//!
//! A chapter is a list of command lines as one types them, without the program's name. In each,
//! `URL` stands for the server (`http://127.0.0.1:1234`), `HOST` for the same without `http://`,
//! and `PORT` for its port. The working directory holds [`FILES`]. What is known to differ stands
//! beside its reason in [`differs`] and in README; an entry that has ceased to differ fails.

mod compare;
mod connection;
mod output;
mod request;
mod server;
mod upload;

use compare::{Observed, observe};
use std::fmt::Write as _;

/// What stands in the working directory of both programs.
pub(crate) const FILES: [(&str, &[u8]); 12] = [
    ("text", b"line one\nline two\r\nno end"),
    ("bytes", b"\x00\x01\xfe\xff\r\n\x7f"),
    ("nothing", b""),
    ("headers", b"X-From-File: 1\nX-Also: two words\n"),
    // All of /range.
    (
        "whole",
        b"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz\
          0123456789abcdefghijklmnopqrstuvwxyz",
    ),
    ("photo.jpg", b"\xff\xd8\xff\xe0 not really"),
    (
        "options",
        b"# what stands here\n\n-X PUT\n  header = \"X-One: a \\\"b\\\"\"\nuser-agent: mine # rest\n\
          output \"o u t\"\nno-include\n",
    ),
    ("options-next", b"-s\noutput = 1\nnext\noutput: 2\ndata a=b\n"),
    ("a b.html", b"<p>text</p>\n"),
    (
        "jar",
        b"# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tses\t1\n\
        127.0.0.1\tFALSE\t/deep\tFALSE\t4102444800\tdeep\t2\n\
        #HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tho\t3\n\
        127.0.0.1\tFALSE\t/\tTRUE\t4102444800\tsec\t4\n\
        127.0.0.1\tFALSE\t/\tFALSE\t1\told\t5\n.example.com\tTRUE\t/\tFALSE\t0\tother\t6\n\
        localhost\tFALSE\t/\tFALSE\t0\tloc\t7\n127.0.0.1\tFALSE\t/\tFALSE\t0\tempty\n",
    ),
    ("heads", b"HTTP/1.1 200 OK\r\nSet-Cookie: h1=a; Path=/\r\nSet-Cookie: h2=b\r\n"),
    (
        "netrc",
        b"machine 127.0.0.1 login alice password \"s p\\\"x\"\n\
        machine localhost\n login lo\n password lp\nmacdef init\n cd /\n\n\
        default login d password dp\n",
    ),
];

/// What both programs read from standard input.
pub(crate) const STDIN: &[u8] = b"from stdin\nand more\n";

/// Runs every line through both, and fails with all that differ.
#[track_caller]
pub(crate) fn same(lines: &[&str]) {
    let mut report = String::new();
    let mut count = 0;
    for line in lines {
        let (curl, ours) = both(line);
        if curl != ours {
            count += 1;
            let _ = write!(report, "\n=== {line}\n{}", curl.against(&ours));
        }
    }
    assert!(count == 0, "{count} of {} command lines differ:\n{report}", lines.len());
}

/// Runs lines that are known to differ, each with its reason, and fails if one does not.
#[track_caller]
pub(crate) fn differs(lines: &[(&str, &str)]) {
    for (line, reason) in lines {
        let (curl, ours) = both(line);
        assert!(curl != ours, "does not differ any more ({reason}): {line}\n{curl:?}");
    }
}

fn both(line: &str) -> (Observed, Observed) {
    (observe("curl", line), observe(env!("CARGO_BIN_EXE_pay402"), line))
}

#[test]
fn the_plainest_lines() {
    same(&[
        "URL/echo",
        "HOST/echo?a=b",
        "-s URL/echo -o out",
        "-i URL/echo",
        "-i 'URL/headers?X-Cased=1'",
        "-I URL/echo",
        "-d a=1 -d b=2 URL/echo",
        "-f URL/status/404",
        "--fail-with-body URL/status/500",
        "-L URL/redirect/302/echo",
        "-X PUT --data-binary @bytes URL/echo",
        "URL/cut",
        "URL/nothing",
        "http://127.0.0.1:1/",
        "'URL/echo?ids[]=1&ids[]=2'",
        "'URL/[]/x' 'URL/{a,b}[]'",
        "http:/HOST/echo",
        "http:///HOST/echo",
        "http:////HOST/echo",
        "http://app.localhost:PORT/echo",
        "http://a.b.LOCALHOST:PORT/echo -4",
        "--no-such-flag URL/echo",
    ]);
}

#[test]
fn a_difference_is_seen() {
    let (curl, ours) =
        (observe("curl", "URL/echo"), observe(env!("CARGO_BIN_EXE_pay402"), "-d x URL/echo"));
    assert_ne!(curl, ours);
    assert!(curl.against(&ours).contains("POST"), "{}", curl.against(&ours));
}
