//! Places where goods cannot be put, or where something else is to go as well.

use super::selling;
use crate::support::home::set_mode;
use crate::support::seller::{Receipt, demand};
use crate::support::{Home, Paywall, Reply, Version};
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};

#[test]
fn a_name_that_no_file_can_have_is_found_before_anything_is_sent() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    fs::write(home.work("plain"), "old").unwrap();
    let (url, long) = (paywall.url("/"), "x".repeat(256));
    let long_url = paywall.url(&format!("/{long}"));
    for args in [
        vec!["-o", "new/", &url],
        vec!["-o", "new/.", &url],
        vec!["-o", "plain/", &url],
        vec!["-o", &long, &url],
        vec!["--no-clobber", "-o", "new/", &url],
        vec!["-o", "#1", &format!("{url}{{,a}}")],
        vec!["-O", &long_url],
        vec!["-o", "out", "--receipt", "new/", &url],
        vec!["-o", "out", "--receipt", &long, &url],
    ] {
        home.pay(&[&args[..], &["--fail-early"]].concat()).exits(23).says(&["nothing was sent"]);
        assert_eq!(home.work_files(), ["plain"], "{args:?}");
    }
    // As in curl.
    let tag = home.pay(&["-o", "out", "--etag-save", "plain/", &url]);
    tag.exits(26).says(&["nothing was sent"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_name_may_have_as_many_bytes_as_the_system_allows() {
    let (home, name) = (Home::new(), "x".repeat(255));
    home.pay(&["-o", &name, &Paywall::v2().start().url("/")]).exits(0);
    assert_eq!(home.work_files(), [name]);
}

#[test]
fn nothing_else_is_written_to_the_file_of_a_body() {
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/");
    for flag in ["-c", "-D", "--etag-save", "--receipt"] {
        let home = Home::new();
        let run = home.pay(&["-o", "same", flag, "./same", &url]);
        run.exits(2).says(&["same file", "nothing was sent"]);
        // The cookies that are there are written even so.
        assert!(flag == "-c" || home.work_files().is_empty(), "{flag}");
    }
    let home = Home::new();
    home.pay(&["-o", "same", "--stderr", "same", &url]).exits(2);
    home.pay(&["-o", "out", "--receipt", "same", "-c", "same", &url])
        .exits(2)
        .says(&["--receipt", "--cookie-jar"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_body_shares_a_file_of_two_names_with_nothing() {
    let paywall = Paywall::v2().start().may_be_unused();
    for flag in ["-c", "-D", "--etag-save", "--receipt"] {
        let home = Home::new();
        fs::write(home.work("one"), "before").unwrap();
        fs::hard_link(home.work("one"), home.work("two")).unwrap();
        home.pay(&["-o", "one", flag, "two", &paywall.url("/")]).exits(2).says(&["same file"]);
        assert!(flag == "-c" || fs::read(home.work("two")).unwrap() == b"before", "{flag}");
    }
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn what_is_no_file_takes_everything_and_what_is_never_paid_is_as_in_curl() {
    let free = Paywall::serve(|_| Reply::ok(b"free"));
    let (home, url) = (Home::new(), free.url("/"));
    home.pay(&["-o", "/dev/null", "-D", "/dev/null", "-c", "/dev/null", &url]).exits(0);
    home.pay(&["--no-pay", "-o", "same", "-D", "same", &url]).exits(0);
    assert_eq!(fs::read(home.work("same")).unwrap(), b"free");
}

#[test]
fn of_two_bodies_of_one_name_none_that_was_paid_for_is_lost() {
    let shop = Paywall::v2().demand(|request, terms| match request.path() {
        "/free" => Reply::ok(b"free"),
        _ => demand(Version::V2, terms),
    });
    let paywall = shop.start();
    let (a, b, free) = (paywall.url("/a"), paywall.url("/b"), paywall.url("/free"));
    let two = ["-o", "same", "-o", "same"];
    for (args, files) in [
        (vec![a.as_str(), &b], vec!["same", "same.1"]),
        (vec!["-Z", &a, &b], vec!["same", "same.1"]),
        (vec![&a, &free], vec!["same", "same.1"]),
        (vec![&free, &a], vec!["same"]),
        (vec![&free, &free], vec!["same"]),
        (vec!["-Z", &free, &free], vec!["same"]),
    ] {
        let home = Home::new();
        let run = home.pay(&[&two[..], &args].concat());
        run.exits(0);
        assert_eq!(home.work_files(), files, "{args:?}");
        if files.len() > 1 {
            run.says(&["same.1"]);
        }
    }
    let home = Home::new();
    home.pay(&["-o", "same", &a, "--next", "-o", "./same", &b]).exits(0).says(&["same.1"]);
    assert_eq!(home.work_files(), ["same", "same.1"]);
    // Another run is another matter.
    home.pay(&["-o", "same", &a]).exits(0).never_says("same.");
    assert_eq!(home.work_files(), ["same", "same.1"]);
}

#[test]
fn nothing_else_takes_a_name_that_the_server_gave_to_goods() {
    let paywall = Paywall::v2()
        .deliver(|receipt| {
            receipt
                .deliver()
                .header("Content-Disposition", "x; filename=jar")
                .header("ETag", "\"v\"")
        })
        .start();
    let home = Home::new();
    let args =
        ["-OJ", "-c", "jar", "--etag-save", "jar", "--receipt", "receipt", &paywall.url("/")];
    home.pay(&args).exits(0).says(&["cookies could not be written", "ETag could not be written"]);
    assert_eq!(fs::read(home.work("jar")).unwrap(), b"the paid resource\n");
    assert_eq!(home.work_files(), ["jar", "receipt"]);
}

#[test]
fn a_body_does_not_take_the_name_of_its_receipt() {
    let named = |receipt: &Receipt| {
        receipt.deliver().header("Content-Disposition", "attachment; filename=receipt")
    };
    let paywall = Paywall::v2().deliver(named).start();
    let url = paywall.url("/");
    for clobber in [&[][..], &["--clobber"]] {
        let home = Home::new();
        let args = [clobber, &["-OJ", "--receipt", "receipt", &url]].concat();
        home.pay(&args).exits(0).says(&["receipt was written in this run", "is in receipt.1"]);
        assert!(fs::read_to_string(home.work("receipt")).unwrap().contains("\"settled\""));
        assert_eq!(fs::read(home.work("receipt.1")).unwrap(), b"the paid resource\n");
        assert_eq!(home.work_files(), ["receipt", "receipt.1"]);
    }
}

/// A file of somebody else's in the working directory, which only root can make.
fn somebody_elses(home: &Home, mode: u32) -> Option<std::path::PathBuf> {
    let path = home.work("report");
    fs::write(&path, "what was there before, and longer").unwrap();
    if chown(&path, Some(12345), Some(12345)).is_err() {
        eprintln!("skipped: only root can give a file away");
        return None;
    }
    set_mode(&path, mode);
    Some(path)
}

#[test]
fn a_file_of_somebody_elses_stays_theirs() {
    let home = Home::new();
    let Some(path) = somebody_elses(&home, 0o640) else { return };
    let before = fs::metadata(&path).unwrap();
    home.pay(&["-o", "report", &selling(Reply::ok(b"goods")).url("/")]).exits(0);
    let after = fs::metadata(&path).unwrap();
    let facts = |found: &fs::Metadata| (found.uid(), found.gid(), found.mode(), found.ino());
    assert_eq!((fs::read(&path).unwrap(), facts(&after)), (b"goods".to_vec(), facts(&before)));
    assert_eq!(home.work_files(), ["report"]);
    // It is whole, or it is as it was.
    let cut = selling(Reply::ok(b"the paid").claims_length(100));
    home.pay(&["-o", "report", &cut.url("/")]).exits(119).says(&["report.part"]);
    assert_eq!(fs::read(&path).unwrap(), b"goods");
    assert_eq!(home.work_files(), ["report", "report.part"]);
}

#[test]
fn goods_do_not_vanish_with_a_file_that_somebody_else_takes_away_meanwhile() {
    for replaced in [false, true] {
        let home = Home::new();
        let Some(path) = somebody_elses(&home, 0o666) else { return };
        let taken = move |receipt: &Receipt| {
            fs::remove_file(&path).unwrap();
            if replaced {
                fs::write(&path, "another").unwrap();
            }
            receipt.deliver()
        };
        let paywall = Paywall::v2().deliver(taken).start();
        let run = home.pay(&["-o", "report", &paywall.url("/")]);
        run.exits(119).says(&["was paid", "report.part"]);
        assert_eq!(fs::read(home.work("report.part")).unwrap(), b"the paid resource\n");
        assert_eq!(home.work_files().len(), 1 + usize::from(replaced));
    }
}

#[test]
fn a_program_that_runs_as_somebody_else_is_no_place_for_goods() {
    for mode in [0o4755, 0o2755] {
        let home = Home::new();
        let Some(path) = somebody_elses(&home, mode) else { return };
        let paywall = Paywall::v2().start().may_be_unused();
        home.pay(&["-o", "report", &paywall.url("/")])
            .exits(23)
            .says(&["report", "nothing was sent"]);
        let found = fs::metadata(&path).unwrap();
        assert_eq!((paywall.connections(), found.uid(), found.mode() & 0o7777), (0, 12345, mode));
    }
}
