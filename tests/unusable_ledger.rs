//! A ledger that cannot be used: nothing is signed, exit code 116, and it is never replaced by an
//! empty one. What needs no ledger goes on.

use crate::support::home::set_mode;
use crate::support::ledger::entries;
use crate::support::{Home, Paywall, Reply};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where mode bits do not keep anybody out, as for root in most containers, a test of them shows
/// nothing.
fn modes_bind() -> bool {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("closed");
    fs::write(&file, "").unwrap();
    set_mode(&file, 0o000);
    let binds = fs::File::open(&file).is_err();
    if !binds {
        eprintln!("skipped: mode bits do not bind this user");
    }
    binds
}

/// A home whose ledger has one settled payment in it.
fn used() -> Home {
    let home = Home::new();
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/before")]).exits(0);
    home
}

/// Tries to pay, which must not sign; `said` is what the message must tell. What is free, and what
/// would only be looked at, has to work as before.
#[track_caller]
fn signs_nothing(home: &Home, said: &[&str]) {
    refuses(home, said, false);
}

/// `readable`: what is there can be looked at, and nothing can be written.
#[track_caller]
fn refuses(home: &Home, said: &[&str], readable: bool) {
    let paywall = Paywall::v2().start();
    let run = home.pay(&[paywall.url("/thing")]);
    run.refuses(116).says(said).says(&["hint:"]);
    paywall.asked_but_not_paid();
    // The terms are shown all the same, and then what paying would have come to.
    let dry = home.run(&["--dry-run", "--max-price", "0.05", &paywall.url("/thing")]);
    dry.exits(if readable { 0 } else { 116 });
    dry.assert(dry.text().contains("0.01 USDC"), "the terms");
    home.pay(&["--budget", "1/day", &paywall.url("/thing")]).refuses(116);
    paywall.asked_but_not_paid();
    let free = Paywall::serve(|_| Reply::ok(b"free"));
    home.pay(&[free.url("/")]).exits(0).prints("free");
}

/// The same, and the file is as it was.
#[track_caller]
fn is_left_alone(home: &Home, said: &[&str]) {
    let before = fs::read(home.path("ledger.db")).unwrap();
    signs_nothing(home, said);
    let after = fs::read(home.path("ledger.db")).unwrap();
    assert!(before == after, "the ledger is left as it was");
}

fn write(path: &Path, at: usize, bytes: &[u8]) {
    let mut content = fs::read(path).unwrap();
    content[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(path, content).unwrap();
}

#[test]
fn garbage_in_its_place() {
    let home = Home::new();
    fs::write(home.path("ledger.db"), [0x5a; 9000]).unwrap();
    is_left_alone(&home, &["ledger.db", "damaged"]);
}

#[test]
fn a_damaged_head() {
    let home = used();
    write(&home.path("ledger.db"), 0, b"SQLite format 9\0");
    is_left_alone(&home, &["ledger.db", "damaged"]);
}

#[test]
fn damaged_pages() {
    let home = used();
    let length = fs::metadata(home.path("ledger.db")).unwrap().len();
    write(&home.path("ledger.db"), 4096, &vec![0xa5; usize::try_from(length).unwrap() - 4096]);
    is_left_alone(&home, &["ledger.db", "damaged"]);
}

#[test]
fn a_file_that_was_cut() {
    for part in [1, 100, 4096, 5000, 20_000] {
        let home = used();
        let file = fs::OpenOptions::new().write(true).open(home.path("ledger.db")).unwrap();
        file.set_len(part).unwrap();
        is_left_alone(&home, &["ledger.db", "damaged"]);
    }
}

#[test]
fn an_empty_file() {
    let home = Home::new();
    fs::write(home.path("ledger.db"), "").unwrap();
    is_left_alone(&home, &["ledger.db", "empty"]);
}

#[test]
fn a_database_of_another_program() {
    let home = Home::new();
    let other = Connection::open(home.path("ledger.db")).unwrap();
    other.execute_batch("CREATE TABLE payments (id)").unwrap();
    drop(other);
    is_left_alone(&home, &["ledger.db", "no ledger"]);
}

#[test]
fn a_ledger_of_a_newer_version() {
    let home = used();
    let ledger = Connection::open(home.path("ledger.db")).unwrap();
    ledger.pragma_update(None, "user_version", 99).unwrap();
    drop(ledger);
    is_left_alone(&home, &["ledger.db", "version 99", "newer version"]);
}

#[test]
fn a_file_that_is_gone_while_its_log_is_there() {
    let home = used();
    fs::rename(home.path("ledger.db"), home.path("ledger.db-wal")).unwrap();
    signs_nothing(&home, &["ledger.db", "missing"]);
    assert!(!home.path("ledger.db").exists(), "no empty one takes its place");
}

#[test]
fn a_directory_in_its_place() {
    let home = Home::new();
    fs::create_dir(home.path("ledger.db")).unwrap();
    signs_nothing(&home, &["ledger.db"]);
    assert!(home.path("ledger.db").is_dir());
}

#[test]
fn a_link_to_nowhere() {
    let home = Home::new();
    std::os::unix::fs::symlink("/nowhere/ledger.db", home.path("ledger.db")).unwrap();
    signs_nothing(&home, &["ledger.db", "leads nowhere"]);
    assert!(home.path("ledger.db").is_symlink(), "nothing took its place");
}

#[test]
fn a_file_that_may_not_be_read() {
    if !modes_bind() {
        return;
    }
    let home = used();
    let path = home.path("ledger.db");
    set_mode(&path, 0o000);
    signs_nothing(&home, &["ledger.db", "permission"]);
    set_mode(&path, 0o600);
    let paywall = Paywall::v2().start();
    home.pay(&[paywall.url("/after")]).exits(0);
}

#[test]
fn a_home_that_may_not_be_written() {
    if !modes_bind() {
        return;
    }
    for home in [Home::new(), used()] {
        let directory = home.path("");
        set_mode(&directory, 0o500);
        refuses(&home, &["permission"], true);
        set_mode(&directory, 0o700);
    }
}

/// Mode bits bind nobody who is root; in /proc nobody can make a directory.
#[cfg(target_os = "linux")]
#[test]
fn a_home_that_cannot_be_made() {
    let home = Home::new();
    let paywall = Paywall::v2().start();
    let run = home.paying(&[paywall.url("/")]).env("PAY402_HOME", "/proc/pay402").run();
    run.refuses(116).says(&["/proc/pay402", "hint:"]);
    paywall.asked_but_not_paid();
}

#[test]
fn signs_of_life_that_cannot_be_shown() {
    let home = Home::new();
    fs::write(home.path("live"), "").unwrap();
    refuses(&home, &["live"], true);
}

#[test]
fn a_ledger_that_somebody_holds() {
    let home = used();
    let holder = Connection::open(home.path("ledger.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let paywall = Paywall::v2().start();
    let url = paywall.url("/thing");
    let run = home.pay(&[&url]);
    run.refuses(116).says(&["ledger.db", "locked", "hint:"]);
    run.assert(run.took.as_secs() >= 9, "it waits for whoever is about to be done");
    paywall.asked_but_not_paid();
    home.run(&["--dry-run", "--max-price", "0.05", &url]).exits(0);
    let free = Paywall::serve(|_| Reply::ok(b"free"));
    home.pay(&[free.url("/")]).exits(0).prints("free");
    // Somebody who lets go in time costs a wait, and nothing else.
    let waiting = home.paying(&[&url]).start();
    std::thread::sleep(std::time::Duration::from_millis(800));
    holder.execute_batch("COMMIT").unwrap();
    let run = waiting.finish();
    run.exits(0);
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn a_disk_that_fills_up_at_any_instant() {
    let mut ends = BTreeSet::new();
    for blocks in (8..=320).step_by(8) {
        let home = Home::new();
        let paywall = Paywall::v2().start();
        let url = paywall.url("/thing");
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let run = home.paying(&[&url]).in_shell(limit).run();
        ends.insert(run.code());
        if run.code() == Some(0) {
            run.prints("the paid resource\n");
        } else {
            // Signed and on the disk, or not signed at all; it did not leave either way.
            if run.code() == Some(118) {
                run.says(&["did not leave"]).prints_nothing();
            } else {
                run.refuses(116);
            }
            paywall.asked_but_not_paid();
        }
        let noted = entries(&home).iter().all(|entry| entry.header.is_none());
        // What was bought is noted as bought, or the owner is told that it is not.
        run.assert(run.code() != Some(0) || noted || run.stderr.contains("recorded"), "no word");
        let paid = paywall.payments().len();
        let again = home.pay(&[&url]);
        let code = if noted || paid == 0 { 0 } else { 118 };
        again.assert(matches!(again.code(), Some(119)) || again.code() == Some(code), "its code");
        assert_eq!(
            paywall.nonces().len(),
            if noted { paid + 1 } else { 1 },
            "{blocks}\n{run}{again}"
        );
    }
    let reached = |code| ends.contains(&Some(code));
    assert!(reached(0) && reached(116), "the limits reach from one to the other: {ends:?}");
}

/// Whether this machine lets a test mount something for itself.
fn may_mount() -> bool {
    let probe = Command::new("unshare").args(["-rm", "mount", "--bind", "/tmp", "/tmp"]).status();
    probe.is_ok_and(|status| status.success())
}

#[test]
fn a_disk_without_room_is_said_to_be_full() {
    if !may_mount() {
        // What `has_no_room` reads is the system's, and needs a small disk to be seen.
        return;
    }
    let paywall = Paywall::v2().start();
    for left in [0, 8, 16, 28, 36, 60, 400] {
        let home = used();
        let script = r#"mount -t tmpfs -o size=1m,mode=700 none "$1" && cp "$2"/ledger.db* "$1" &&
            dd if=/dev/zero of="$1/rest" bs=4k 2>/dev/null; truncate -s -"$3"k "$1/rest"
            home=$1; shift 3; PAY402_HOME=$home exec "$@""#;
        let (disk, from) = (home.work("disk"), home.path(""));
        fs::create_dir(&disk).unwrap();
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", script, "sh"]).args([&disk, &from]);
        command.arg(left.to_string()).arg(env!("CARGO_BIN_EXE_pay402"));
        command.args(["--max-price", "0.05", "--private-key-file"]);
        command.arg(home.path("../secrets/key")).arg(paywall.url("/thing"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let run = command.output().unwrap();
        let words = String::from_utf8_lossy(&run.stderr);
        match run.status.code() {
            Some(0) => assert!(left >= 60, "{left} KiB: {words}"),
            Some(116 | 118) if left < 400 => {
                assert!(words.contains("the disk is full"), "{left} KiB: {words}");
                assert!(words.contains("make room"), "{left} KiB: {words}");
            }
            code => panic!("{left} KiB: {code:?}: {words}"),
        }
    }
}
