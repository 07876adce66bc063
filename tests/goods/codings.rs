//! Bodies in a coding that nobody knows, and bodies that are more than their coding.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::time::Duration;

fn odd() -> Reply {
    Reply::ok(b"\x01odd\x02").header("Content-Encoding", "x-odd")
}

#[test]
fn a_paid_body_of_an_unknown_coding_is_kept_as_it_came() {
    let paywall = selling(odd());
    let home = Home::new();
    let run = home.pay(&["--compressed", "-o", "out", &paywall.url("/")]);
    run.exits(119).says(&["was paid", "x-odd", "as it came", "out.part"]);
    assert_eq!(home.work_files(), ["out.part"]);
    assert_eq!(fs::read(home.work("out.part")).unwrap(), b"\x01odd\x02");
    let home = Home::new();
    let run = home.pay(&["--compressed", &paywall.url("/")]);
    run.exits(119).prints_nothing().says(&["x-odd", "pay402-response.part"]);
    assert_eq!(fs::read(home.work("pay402-response.part")).unwrap(), b"\x01odd\x02");
    // Who did not ask for it to be decoded has it as it came.
    Home::new().pay(&[paywall.url("/")]).exits(0).prints(b"\x01odd\x02");
    let free = Paywall::serve(|_| odd());
    Home::new().run(&["--compressed", &free.url("/")]).exits(61).prints_nothing();
}

#[test]
fn a_body_in_a_transfer_coding_that_nobody_asked_for_is_not_the_resource() {
    for (coding, chunked) in [("gzip", false), ("chunked, gzip", false), ("gzip", true)] {
        let coded = move || {
            let reply = Reply::ok(b"0123").header("Transfer-Encoding", coding).close();
            if chunked { reply.chunked() } else { reply }
        };
        let home = Home::new();
        let run = home.pay(&["-o", "out", &selling(coded()).url("/")]);
        run.exits(119).says(&["was paid", coding, "out.part"]);
        assert_eq!(home.work_files(), ["out.part"], "{coding}");
        let free = Paywall::serve(move |_| coded());
        home.run(&[free.url("/")]).exits(61).prints_nothing().says(&[coding]);
    }
}

#[test]
fn what_follows_the_end_of_a_compressed_body_is_not_dropped_without_a_word() {
    let streams: [(&str, &[u8]); 3] = [
        ("deflate", b"\x78\x9c\x33\x34\x32\x36\x31\x05\x00\x02\xf8\x01\x00"),
        ("deflate", b"\x33\x34\x32\x36\x31\x05\x00"),
        ("br", b"\x0b\x02\x8012345\x03"),
    ];
    for (coding, stream) in streams {
        let coded = |body: &[u8]| Reply::ok(body).header("Content-Encoding", coding);
        let whole = selling(coded(stream));
        Home::new().pay(&["--compressed", &whole.url("/")]).exits(0).prints("12345");
        let padded = selling(coded(&[stream, b"\r\n\0"].concat()));
        Home::new().pay(&["--compressed", &padded.url("/")]).exits(0).prints("12345");
        let far = Duration::from_millis(20);
        for more in [coded(&[stream, b"more"].concat()), coded(&stream.repeat(2)).trickle(7, far)] {
            let home = Home::new();
            let paywall = selling(more.clone());
            let run = home.pay(&["--compressed", "-o", "out", &paywall.url("/")]);
            run.exits(119).says(&["was paid", "more follows its end", "out.part"]);
            assert_eq!(fs::read(home.work("out.part")).unwrap(), b"12345", "{coding}");
            let free = Paywall::serve(move |_| more.clone());
            home.run(&["--compressed", "-o", "free", &free.url("/")]).exits(61);
        }
    }
}
