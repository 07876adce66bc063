//! Standard streams that go to files: what is in such a file stays, whatever else names it.
//!
//! A link of the test's own stands for `/dev/stdout`: root could lose the system's.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::os::unix::fs::symlink;

const BODY: &[u8] = b"the paid resource\n";

/// A home with a link like `/dev/stdout` in its working directory.
fn home() -> Home {
    let home = Home::new();
    symlink("/proc/self/fd/1", home.work("stdout")).unwrap();
    home
}

fn out(home: &Home) -> String {
    fs::read_to_string(home.work("out")).unwrap()
}

fn shop() -> Paywall {
    Paywall::v2()
        .deliver(|receipt| {
            receipt.deliver().header("ETag", "\"v\"").header("Set-Cookie", "a=b; Max-Age=99")
        })
        .start()
}

#[test]
fn nothing_else_is_written_to_the_file_that_takes_a_body_from_standard_output() {
    let paywall = shop().may_be_unused();
    let url = paywall.url("/");
    for flag in ["--receipt", "-D", "--etag-save", "--stderr", "-c"] {
        for (place, stream) in [("out", ""), ("./out", ""), ("stdout", ""), ("/dev/fd/1", "-")] {
            let home = home();
            let body = if stream.is_empty() { &[][..] } else { &["-o", stream] };
            let args = [&[flag, place][..], body, &[&url]].concat();
            home.paying(&args).in_shell("echo earlier >out; \"$@\" >>out").run().exits(2);
            let text = out(&home);
            assert!(text.starts_with("earlier\n"), "{args:?} {text}");
            assert!(!text.contains("paid"), "{args:?} {text}");
        }
    }
    let home = home();
    let run = home.paying(&["--receipt", "out", &url]).in_shell("\"$@\" >out").run();
    run.exits(2).says(&["the output and --receipt are the same file, out", "nothing was sent"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_body_or_a_report_has_no_file_of_a_stream_by_its_own_name() {
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/");
    for (args, script) in [
        (&["-o", "out"][..], "\"$@\" >out"),
        (&["-o", "out"], "\"$@\" 2>out"),
        (&["--receipt", "out", "-o", "body"], "\"$@\" >out"),
        (&["--receipt", "out", "-o", "body"], "\"$@\" 2>out"),
    ] {
        let home = home();
        home.paying(&[args, &[&url]].concat()).in_shell(script).run().exits(2);
        assert_eq!(home.work_files(), ["out", "stdout"], "{args:?} {script}");
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn bodies_on_one_standard_output_are_all_in_its_file() {
    let paywall = shop();
    let (a, b) = (paywall.url("/a"), paywall.url("/b"));
    for stream in ["stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        for args in [
            vec!["-o", stream, &a, &b],
            vec!["-o", "-", &a, "-o", stream, &b],
            vec!["-o", stream, &a, "-o", stream, &b],
            vec!["--no-clobber", "-o", stream, &a, "-o", stream, &b],
        ] {
            let home = home();
            home.paying(&args).in_shell("\"$@\" >out").run().exits(0);
            assert_eq!(out(&home).as_bytes(), [BODY, BODY].concat(), "{args:?}");
            assert_eq!(home.work_files(), ["out", "stdout"]);
            assert!(home.work("stdout").is_symlink());
        }
    }
    let home = home();
    let script = format!("{{ \"$@\" -o stdout {a} && \"$@\" {b} && \"$@\" -o stdout {a}; }} >out");
    home.paying::<&str>(&[]).in_shell(script).run().exits(0);
    assert_eq!(out(&home).as_bytes(), BODY.repeat(3));
    // A file that lost its name is the stream's all the same.
    let home = self::home();
    let script = format!("{{ rm out; \"$@\" -o stdout {a}; cat <&3 >&4; }} 3<out 4>&1 >out");
    fs::write(home.work("out"), "").unwrap();
    home.paying::<&str>(&[]).in_shell(script).run().exits(0).prints(BODY);
    assert_eq!(home.work_files(), ["stdout"]);
}

#[test]
fn a_body_that_went_to_standard_output_is_not_overwritten_by_what_comes_next() {
    let paywall = Paywall::v2()
        .deliver(|receipt| {
            receipt
                .deliver()
                .header("ETag", "\"v\"")
                .header("Content-Disposition", "attachment; filename=out")
        })
        .start();
    let (a, b) = (paywall.url("/a"), paywall.url("/b"));
    for (next, code, files) in [
        (&["-o", "out"][..], 2, &["out", "stdout"][..]),
        (&["-OJ", "--clobber"], 0, &["out", "out.1", "stdout"]),
        (&["-o", "b", "-c", "out"], 0, &["b", "out", "stdout"]),
        (&["-o", "b", "-c", "stdout"], 0, &["b", "out", "stdout"]),
        (&["-o", "b", "--etag-save", "out"], 0, &["b", "out", "stdout"]),
        (&["-o", "b", "-D", "stdout"], 2, &["out", "stdout"]),
    ] {
        let home = home();
        let args = [&[a.as_str(), "--next"], next, &[&b]].concat();
        home.paying(&args).in_shell("\"$@\" >out").run().exits(code);
        assert_eq!(out(&home).as_bytes(), BODY, "{next:?}");
        assert_eq!(home.work_files(), files, "{next:?}");
    }
    // Neither by another run.
    let home = home();
    let script = format!("{{ \"$@\" {a} && \"$@\" -OJ --clobber {b}; }} >out");
    home.paying::<&str>(&[]).in_shell(script).run().exits(0);
    assert_eq!(out(&home).as_bytes(), BODY);
    assert_eq!(home.work_files(), ["out", "out.1", "stdout"]);
}

#[test]
fn what_names_a_stream_is_added_to_its_file() {
    let paywall = shop();
    let url = paywall.url("/");
    let home = home();
    let args = ["-o", "stdout", "-w", "told", &url];
    home.paying(&args).in_shell("echo earlier >out; \"$@\" >>out").run().exits(0);
    assert_eq!(out(&home), "earlier\nthe paid resource\ntold");
    for (flag, what) in [
        ("--receipt", "\"settled\""),
        ("-D", "HTTP/1.1 200"),
        ("--etag-save", "\"v\""),
        ("-c", "\ta\tb"),
    ] {
        for (script, stream, wanted) in [
            ("echo earlier >out; \"$@\" >>out", "stdout", ["earlier\n", ""]),
            ("{ echo earlier; \"$@\"; echo later; } >out", "stdout", ["earlier\n", "later\n"]),
            ("echo earlier >out; \"$@\" 2>>out", "/dev/fd/2", ["earlier\n", ""]),
        ] {
            let home = self::home();
            let args = [flag, stream, "-o", "body", &url];
            home.paying(&args).in_shell(script).run().exits(0);
            let (text, [start, end]) = (out(&home), wanted);
            assert!(text.starts_with(start) && text.ends_with(end), "{args:?} {text}");
            assert!(text.contains(what), "{args:?} {text}");
            assert_eq!(fs::read(home.work("body")).unwrap(), BODY);
        }
    }
}

#[test]
fn a_body_goes_on_in_the_file_of_standard_output() {
    let part = Reply::new("206 Partial Content", b"56789").header("Content-Range", "bytes 5-9/10");
    let home = home();
    fs::write(home.work("out"), "01234").unwrap();
    let paywall = selling(part);
    let args = ["-C", "-", "-o", "stdout", "-w", "told", &paywall.url("/")];
    home.paying(&args).in_shell("\"$@\" 1<>out").run().exits(0);
    assert_eq!(out(&home), "0123456789told");
    let whole = selling(Reply::ok(b"0123456789"));
    let args = ["-C", "-", "-o", "stdout", &whole.url("/")];
    fs::write(home.work("out"), "01234").unwrap();
    home.paying(&args).in_shell("\"$@\" >>out").run().exits(119).says(&["response.part"]);
    assert_eq!(out(&home), "01234");
}

#[test]
fn what_is_never_paid_may_share_the_file_of_standard_output() {
    let free = Paywall::serve(|_| Reply::ok(b"free\n"));
    let (home, url) = (home(), free.url("/"));
    let args = ["--no-pay", "-o", "out", "-D", "stdout", &url];
    home.paying(&args).in_shell("\"$@\" >out").run().exits(0);
    assert!(out(&home).starts_with("HTTP/1.1 200") && out(&home).ends_with("\r\n\r\nfree\n"));
    // Both streams into one file is an everyday thing.
    home.paying(&[&url]).in_shell("\"$@\" >out 2>&1").run().exits(0);
    assert_eq!(out(&home), "free\n");
}

#[test]
fn a_file_that_lost_its_name_is_not_looked_for_under_another() {
    let (home, paywall) = (home(), Paywall::v2().start().may_be_unused());
    let script = "exec 3>gone; rm gone; echo other >\"gone (deleted)\"; \"$@\"";
    let args = ["-o", "/dev/fd/3", &paywall.url("/")];
    home.paying(&args).in_shell(script).run().exits(23).says(&["nothing was sent"]);
    assert_eq!(fs::read(home.work("gone (deleted)")).unwrap(), b"other\n");
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn words_empty_no_file_that_a_body_goes_to() {
    let paywall = Paywall::v2().start();
    let (home, url) = (Home::new(), paywall.url("/"));
    let body = b"the paid resource\n";
    home.pay(&["-o", "out", "--receipt", "r", &url]).exits(0);
    let receipt = fs::read(home.work("r")).unwrap();
    fs::hard_link(home.work("out"), home.work("other")).unwrap();
    let other = paywall.url("/other");
    for args in [
        &["--stderr", "out", "-o", "out", &url][..],
        &["--stderr", "other", "-o", "out", &url],
        &["--trace", "out", "-o", "out", &url],
        &["--trace-ascii", "./out", "-o", "out", &url],
        // Where the file is that of a later URL, and its heads come first.
        &["-o", "a", &other, "-o", "out", &url, "--stderr", "out"],
        &["-D", "out", "-o", "a", &other, "-o", "out", &url],
        &["-o", "a", &other, "--next", "-o", "out", "-D", "out", &url],
        &["--stderr", "r", "--receipt", "r", &url],
        &["--stderr", "out", "resume", "-o", "out"],
        &["resume", "--trace", "out", "-o", "out"],
    ] {
        let run = home.run(args);
        run.exits(2).says(&["are the same file"]);
        assert_eq!(fs::read(home.work("out")).unwrap(), body, "{args:?}");
        assert_eq!(fs::read(home.work("r")).unwrap(), receipt, "{args:?}");
    }
    assert_eq!(paywall.requests().len(), 2);
}

#[test]
fn a_pipe_for_words_that_nobody_reads_is_waited_for_as_long_as_there_is_time() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    crate::support::pipe::make(&home.work("words"));
    for limit in ["-m", "--connect-timeout"] {
        let run = home.pay(&[limit, "0.2", "--stderr", "words", &paywall.url("/")]);
        run.exits(28).says(&["nobody read words in time"]);
    }
    assert_eq!(paywall.connections(), 0);
}
