//! The program's own files, and the secrets that it reads: no output is written there.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// Every option that has something written to a file; the file's name stands for `FILE`.
const OPTIONS: [&[&str]; 13] = [
    &["-o", "FILE"],
    &["-o", "FILE", "-C", "-"],
    &["-o", "FILE", "--no-clobber"],
    &["-D", "FILE"],
    &["-c", "FILE"],
    &["--etag-save", "FILE"],
    &["--receipt", "FILE"],
    &["--stderr", "FILE"],
    &["--trace", "FILE"],
    &["--trace-ascii", "FILE"],
    &["-w", "%output{FILE}x"],
    &["-w", "%output{>>FILE}x"],
    &["--from-curl", "curl -o FILE URL"],
];

/// What a home has to lose.
const OWN: [&str; 6] =
    ["config.toml", "ledger.db", "ledger.db-wal", "wallets/default.json", "wallets/new", "live/x"];

/// A home with a configuration, a ledger and a keystore.
fn settled() -> Home {
    let home = Home::new().config("max_price = \"0.05\"\n[budget]\nday = \"0.5\"\n");
    let shop = Paywall::v2().start();
    home.run(&[shop.url("/earlier")]).exits(0);
    fs::create_dir_all(home.path("wallets")).unwrap();
    crate::support::home::set_mode(&home.path("wallets"), 0o700);
    fs::write(home.path("wallets/default.json"), "{}").unwrap();
    crate::support::home::set_mode(&home.path("wallets/default.json"), 0o600);
    home
}

fn content(home: &Home) -> Vec<(&'static str, Option<Vec<u8>>)> {
    OWN.into_iter().map(|name| (name, fs::read(home.path(name)).ok())).collect()
}

#[test]
fn no_output_is_written_to_the_programs_own_files() {
    let home = settled();
    let shop = Paywall::v2().start().may_be_unused();
    let (url, before) = (shop.url("/"), content(&home));
    for own in OWN {
        let own = home.path(own).into_os_string().into_string().unwrap();
        for option in OPTIONS {
            let named = |word: &&str| word.replace("FILE", &own).replace("URL", &url);
            let mut words: Vec<String> = option.iter().map(named).collect();
            if option[0] != "--from-curl" {
                words.push(url.clone());
            }
            for verb in [None, Some("quote")] {
                let words = verb.into_iter().map(str::to_owned).chain(words.clone());
                let run = home.run(&words.collect::<Vec<_>>());
                run.exits(2)
                    .prints_nothing()
                    .says(&["no output is written there", "nothing was sent"]);
                assert!(content(&home) == before, "{option:?}");
            }
        }
    }
    assert_eq!(shop.connections(), 0);
    assert!(home.work_files().is_empty());
}

#[test]
fn an_own_file_is_one_by_each_of_its_names() {
    let home = settled();
    let shop = Paywall::v2().start().may_be_unused();
    let (url, before) = (shop.url("/config.toml"), content(&home));
    symlink(home.path("config.toml"), home.work("link")).unwrap();
    symlink(home.path("wallets/new"), home.work("dangling")).unwrap();
    symlink(home.path(""), home.work("home")).unwrap();
    fs::hard_link(home.path("ledger.db"), home.work("hard")).unwrap();
    let (at_home, wallets) = (home.path("").display().to_string(), home.path("wallets/deeper"));
    for option in [
        &["-o", "link"][..],
        &["-o", "dangling"],
        &["-o", "home/config.toml"],
        &["-o", "hard"],
        &["-O", "--output-dir", "home"],
        &["-O", "--output-dir", &at_home],
        &["-O", "--create-dirs", "--output-dir", wallets.to_str().unwrap()],
        &["-o", "home/none/../wallets/x", "--create-dirs"],
        &["-J", "-O", "--output-dir", "home/wallets"],
        &["--stderr", "hard"],
        &["--stderr", "home/config.toml"],
    ] {
        let run = home.run(&[option, &[&url]].concat());
        run.exits(2).says(&["no output is written there"]);
        assert!(content(&home) == before, "{option:?}");
        assert!(!home.path("none").exists() && !home.path("wallets/deeper").exists());
    }
    assert_eq!(shop.connections(), 0);
    // Beside them there is room.
    fs::remove_file(home.work("hard")).unwrap();
    home.run(&["-O", "--output-dir", &at_home, &shop.url("/mine")]).exits(0);
    assert_eq!(fs::read(home.path("mine")).unwrap(), b"the paid resource\n");
}

#[test]
fn a_server_names_none_of_the_programs_own_files() {
    let home = settled();
    let name = "attachment; filename=\"config.toml\"";
    let paid = selling(Reply::ok("max_price = \"9\"\n").header("Content-Disposition", name));
    fs::remove_file(home.path("config.toml")).unwrap();
    let at_home = home.path("").display().to_string();
    for clobber in ["--clobber", "--no-clobber"] {
        let args = ["-J", "-O", clobber, "--output-dir", &at_home, &paid.url("/x")];
        home.pay(&args).exits(0).says(&["pay402's configuration", "pay402-response"]);
        assert!(!home.path("config.toml").exists());
    }
    assert_eq!(fs::read(home.path("pay402-response")).unwrap(), b"max_price = \"9\"\n");
}

#[test]
fn no_output_is_written_to_a_secret_that_is_read() {
    let shop = Paywall::v2().start().may_be_unused();
    let url = shop.url("/");
    let home = Home::new();
    let secret = home.secret("secret", "s");
    for reads in [
        &["--private-key-file", &secret][..],
        &["--wallet", "w", "--password-file", &secret],
        &["--wallet", &secret],
        &["--netrc-file", &secret],
        &["--key", &secret],
    ] {
        for writes in [&["-o", &secret][..], &["--stderr", &secret], &["-c", &secret]] {
            let run = home.without_key(&[reads, writes, &[&url]].concat()).run();
            run.exits(2).says(&["secrets that this run reads"]);
            assert_eq!(fs::read(PathBuf::from(&secret)).unwrap(), b"s");
        }
    }
    let run = home.without_key(&["-o", &secret, &url]).env("PAY402_PASSWORD_FILE", &secret).run();
    run.exits(2).says(&["secrets that this run reads"]);
    let run = home.without_key(&["-o", &secret, &url]).env("PAY402_WALLET", &secret).run();
    run.exits(2).says(&["secrets that this run reads"]);
    assert_eq!(shop.connections(), 0);
}

#[test]
fn a_quote_writes_nothing_but_its_answer() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    let options = ["-c", "jar", "-D", "heads", "-o", "out", "--receipt", "r", "--etag-save", "tag"];
    home.pay(&[&["quote"][..], &options, &[&shop.url("/")]].concat()).exits(0);
    assert!(home.work_files().is_empty(), "{:?}", home.work_files());
}
