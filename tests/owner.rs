//! Whose the files are: keystore, ledger and configuration that others could have written are not
//! believed, and what is made is the owner's alone. Nothing is read from the current directory.

mod links;

use crate::support::home::{PASSWORD, set_mode};
use crate::support::ledger::entries;
use crate::support::{Home, Paywall, Run};
use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::Path;

/// Gives a file to somebody else, which only root can.
fn give_away(path: &Path) -> bool {
    let given = chown(path, Some(12345), None).is_ok();
    if !given {
        eprintln!("skipped: only root can give a file away");
    }
    given
}

/// Tries to pay, which must end with `code`, with nothing signed.
#[track_caller]
fn refuses(home: &Home, args: &[&str], code: i32) -> Run {
    let before = entries(home).len();
    let paywall = Paywall::v2().start().may_be_unused();
    let url = paywall.url("/thing");
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    let run = home.pay(&args);
    run.exits(code).prints_nothing();
    assert!(paywall.payments().is_empty());
    assert_eq!(entries(home).len(), before);
    run
}

/// A home with a keystore and one payment in its ledger.
fn used() -> (Home, String) {
    let home = Home::without_wallet();
    let password = home.secret("password", PASSWORD);
    home.run(&["wallet", "new", "main", "--lightkdf", "--password-file", &password]).exits(0);
    let paywall = Paywall::v2().start();
    home.pay(&["--password-file", &password, &paywall.url("/before")]).exits(0);
    (home, password)
}

#[test]
fn what_is_made_is_the_owners_alone() {
    let home = Home::without_wallet();
    let password = home.secret("password", PASSWORD);
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let open = |args: &[&str]| home.pay402(args).in_shell("umask 0; exec \"$@\"").run();
    open(&["wallet", "new", "main", "--lightkdf", "--password-file", &password]).exits(0);
    open(&["wallet", "use", "main"]).exits(0);
    open(&["--max-price", "0.05", "--password-file", &password, &url]).exits(0);
    let mut found = Vec::new();
    let mut left = vec![home.path("")];
    while let Some(path) = left.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let mode = metadata.mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
        if metadata.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    assert_eq!(found, ["config.toml", "ledger.db", "main.json"], "and nothing is left behind");
}

#[test]
fn a_configuration_that_others_may_write_sets_no_limits() {
    for mode in [0o620, 0o602, 0o666, 0o777] {
        let home = Home::new().config("max_price = \"100\"\n");
        set_mode(&home.path("config.toml"), mode);
        let run = refuses(&home, &[], 2);
        run.says(&["config.toml", &format!("{mode:o}"), "chmod go-w "]);
        home.run(&["config", "show"]).exits(2).prints_nothing();
        home.run(&["wallet", "use", "main"]).assert_fails();
    }
    for mode in [0o600, 0o644, 0o444] {
        let home = Home::new().config("max_price = \"1\"\n");
        set_mode(&home.path("config.toml"), mode);
        home.pay(&[Paywall::v2().start().url("/")]).exits(0);
    }
    let home = Home::new().config("max_price = \"100\"\n");
    if give_away(&home.path("config.toml")) {
        refuses(&home, &[], 2).says(&["config.toml", "belongs to user 12345"]);
    }
}

#[test]
fn books_that_others_may_write_are_not_believed() {
    for mode in [0o620, 0o602, 0o666] {
        let (home, password) = used();
        set_mode(&home.path("ledger.db"), mode);
        let run = refuses(&home, &["--password-file", &password], 116);
        run.says(&["ledger.db", &format!("{mode:o}"), "nothing was signed"]);
        run.says(&[&format!("chmod go-w {}", home.path("ledger.db").display())]);
    }
    let (home, password) = used();
    if give_away(&home.path("ledger.db")) {
        let run = refuses(&home, &["--password-file", &password], 116);
        run.says(&["ledger.db", "belongs to user 12345"]);
    }
}

#[test]
fn a_directory_of_somebody_elses_holds_neither_limits_nor_books() {
    let (home, password) = used();
    set_mode(&home.path("live"), 0o777);
    refuses(&home, &["--password-file", &password], 116).says(&["live", "777"]);
    let home = Home::new();
    if give_away(&home.path("")) {
        refuses(&home, &[], 2).says(&["belongs to user 12345"]);
    }
}

/// Modes with which others may make, remove or rename what is in a directory. The sticky bit keeps them
/// from removing only: what is missing they can still make.
const SHARED: [u32; 5] = [0o770, 0o775, 0o707, 0o777, 0o1777];

#[test]
fn a_configuration_in_a_directory_that_others_may_write_is_not_believed_nor_is_its_absence() {
    for mode in SHARED {
        for home in [Home::new().config("max_price = \"100\"\n"), Home::new()] {
            let home_path = home.path("").display().to_string();
            let home_path = home_path.trim_end_matches('/');
            set_mode(&home.path(""), mode);
            let run = refuses(&home, &[], 2);
            run.says(&[home_path, &format!("{mode:o}"), &format!("chmod go-w {home_path}\n")]);
            home.run(&["config", "show"]).exits(2).prints_nothing();
            set_mode(&home.path(""), 0o755);
            home.pay(&[Paywall::v2().start().url("/")]).exits(0);
        }
    }
}

#[test]
fn books_in_a_directory_that_others_may_write_are_not_believed_nor_is_their_absence() {
    for (mode, begun) in SHARED.into_iter().flat_map(|mode| [(mode, true), (mode, false)]) {
        let home = Home::new();
        let shop = Paywall::v2().start();
        // The directories of the platform: the ledger's is not the configuration's.
        let pay = |path: &str| {
            let url = shop.url(path);
            home.paying(&[url]).in_shell("unset PAY402_HOME; exec \"$@\"").run()
        };
        let directory = home.path("../user/.local/share/pay402");
        if begun {
            pay("/before").exits(0);
            assert!(directory.join("ledger.db").exists());
        } else {
            fs::create_dir_all(&directory).unwrap();
        }
        set_mode(&directory, mode);
        let paid = shop.payments().len();
        let run = pay("/thing");
        run.exits(116).says(&[&format!("{mode:o}"), "nothing was signed", "chmod go-w "]);
        run.says(&["user/.local/share/pay402\n"]);
        assert_eq!(shop.payments().len(), paid);
        set_mode(&directory, 0o755);
        pay("/thing").exits(0);
    }
}

#[test]
fn a_keystore_that_others_may_read_or_write_is_not_opened() {
    for mode in [0o640, 0o604, 0o620, 0o666] {
        let (home, password) = used();
        set_mode(&home.path("wallets/main.json"), mode);
        let run = refuses(&home, &["--password-file", &password], 115);
        run.says(&["main.json", "chmod 600 "]);
    }
    let (home, password) = used();
    if give_away(&home.path("wallets/main.json")) {
        refuses(&home, &["--password-file", &password], 115).says(&["belongs to user 12345"]);
    }
    // A link under a wallet's name was not put there by this program.
    let (home, password) = used();
    let moved = home.secret("moved.json", "");
    fs::rename(home.path("wallets/main.json"), &moved).unwrap();
    symlink(&moved, home.path("wallets/main.json")).unwrap();
    refuses(&home, &["--password-file", &password], 115).says(&["not a regular file"]);
}

#[test]
fn nothing_in_the_current_directory_is_read() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    for name in ["config.toml", "pay402.toml", ".pay402", ".pay402rc", "pay402/config.toml"] {
        let path = home.work(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "max_price = \"100\"\nallow_http = true\nnonsense\n").unwrap();
    }
    let (other, _) = used();
    fs::create_dir(home.work("wallets")).unwrap();
    fs::copy(other.path("wallets/main.json"), home.work("wallets/main.json")).unwrap();
    fs::copy(other.path("ledger.db"), home.work("ledger.db")).unwrap();
    let before = home.work_files();
    home.run(&[paywall.url("/")]).refuses(113);
    let shown = home.run(&["config", "show"]);
    shown.exits(0).assert(!shown.text().contains("config.toml"), "no file is read");
    let listed = home.run(&["wallet", "list"]);
    listed.exits(0).assert(!listed.text().contains("main"), "no wallet is there");
    home.run(&["--wallet", "main", "wallet", "show"]).assert_fails();
    home.run(&["history", "export"]).exits(0).prints_nothing();
    paywall.asked_but_not_paid();
    assert_eq!(home.work_files(), before, "nothing was written there");
}
