//! Variables and lines of the configuration that are not understood: nothing is sent, and what was meant is said.

use crate::support::home::KEY;
use crate::support::{Home, Paywall, Run};

/// A shop that sells for less than the cap, at which nothing may be asked for.
fn shop() -> Paywall {
    Paywall::v2().start().may_be_unused()
}

/// Nothing was sent, signed or written, and the exit is that of a usage error.
#[track_caller]
fn refused(run: &Run, shop: &Paywall, words: &[&str]) {
    run.exits(2).prints_nothing().says(words).says(&["nothing was sent"]);
    assert!(shop.requests().is_empty(), "{run}");
    run.assert(!run.home_files().iter().any(|name| name.contains("ledger")), "no ledger is made");
}

#[test]
fn an_empty_variable_is_an_error_and_not_another_wallet_ledger_or_limit() {
    let shop = shop();
    for name in [
        "PAY402_HOME",
        "PAY402_WALLET",
        "PAY402_PRIVATE_KEY",
        "PAY402_PASSWORD_FILE",
        "PAY402_MAX_PRICE",
        "PAY402_BUDGET",
        "PAY402_NETWORK",
        "PAY402_ASSET",
        "PAY402_SCHEME",
        "PAY402_PAY_TO",
        "PAY402_MAX_VALIDITY",
    ] {
        let home = Home::new();
        let run = home.paying(&[shop.url("/")]).env(name, "").run();
        refused(&run, &shop, &[name, "is empty", "unset it"]);
        for args in [&["history"][..], &["wallet", "list"], &["budget"], &["config", "path"]] {
            home.pay402(args).env(name, "").run().exits(2).says(&[name]);
        }
    }
}

#[test]
fn a_list_with_nothing_between_its_commas_is_an_error() {
    let shop = shop();
    for name in ["BUDGET", "NETWORK", "ASSET", "SCHEME", "PAY_TO", "MAX_PRICE", "MAX_VALIDITY"] {
        let name = format!("PAY402_{name}");
        for value in [" ", ",", "USDC,", ",USDC"] {
            let run = Home::new().paying(&[shop.url("/")]).env(&name, value).run();
            run.exits(2).prints_nothing().says(&[&name, "commas"]);
            assert!(shop.requests().is_empty(), "{run}");
        }
    }
}

#[test]
fn two_variables_that_each_name_a_key_are_an_error_unless_an_option_decides() {
    let shop = Paywall::v2().start();
    let home = Home::without_wallet();
    let key = home.secret("key", KEY);
    let both = |args: &[&str]| {
        home.paying(args).env("PAY402_WALLET", "main").env("PAY402_PRIVATE_KEY", KEY).run()
    };
    let url = shop.url("/");
    let run = both(&[&url]);
    run.exits(2)
        .prints_nothing()
        .says(&["PAY402_WALLET and PAY402_PRIVATE_KEY", "nothing was sent"]);
    assert!(shop.requests().is_empty(), "{run}");
    both(&["wallet", "balance"]).exits(2).says(&["both set"]);
    both(&["--private-key-file", &key, &url]).exits(0);
    both(&["--wallet", "other", &shop.url("/b")]).exits(115).says(&["other"]);
    both(&["history"]).exits(0);
}

/// A line of config.toml, and the words that name it.
const MISTAKES: [(&str, &str); 14] = [
    ("max_price = []", "max_price: it is empty"),
    ("max_price = \"\"", "max_price: it is empty"),
    ("networks = []", "networks: it is empty"),
    ("wallet = \"\"", "wallet: it is empty"),
    ("wallet = \"keys/a.json\"", "another file in each directory"),
    ("password_file = \"~/secret\"", "another file in each directory"),
    ("[budget]\nday = []", "budget.day: it is empty"),
    ("[budget]\nmax_price = \"1\"", "unknown field"),
    ("[budget]\nday = \"1\"\nday = \"2\"", "duplicate key"),
    ("[host.\"https://a.example\"]\nno_pay = true", "not a host"),
    ("[host.\"a.example/path\"]\nno_pay = true", "not a host"),
    ("[host.a.example]\nno_pay = true", "unknown field"),
    ("[host.\"a.example\"]\n[host.\"A.example.\"]", "same host"),
    ("[rpc]\nbase = \"http://a/\"\n\"eip155:8453\" = \"http://b/\"", "two endpoints for base"),
];

#[test]
fn what_is_said_in_vain_in_the_configuration_is_an_error_before_anything_is_sent() {
    let shop = shop();
    for (text, words) in MISTAKES {
        let home = Home::new().config(text);
        let run = home.paying(&[shop.url("/")]).run();
        run.exits(2).prints_nothing().says(&["config.toml", words]);
        assert!(shop.requests().is_empty(), "{run}");
    }
}

#[test]
fn a_variable_that_is_unknown_is_an_error_that_names_the_near_one() {
    let shop = shop();
    for (name, words) in [
        ("PAY402_MAXPRICE", "PAY402_MAX_PRICE"),
        ("PAY402_WALET", "PAY402_WALLET"),
        ("pay402_budget", "PAY402_BUDGET"),
        ("PAY402_NO_PAY", "--no-pay"),
        ("PAY402_ALLOW_HTTP", "--allow-http"),
        ("PAY402_X", "pay402 man"),
    ] {
        for value in ["1", ""] {
            let run = Home::new().paying(&[shop.url("/")]).env(name, value).run();
            refused(&run, &shop, &[name, "is no variable of pay402", words]);
        }
    }
}

#[test]
fn the_name_of_an_unknown_variable_does_not_move_the_cursor() {
    let shop = shop();
    let name = String::from_utf8(b"PAY402_\x1b[2J".to_vec()).unwrap();
    let run = Home::new().paying(&[shop.url("/")]).env(&name, "1").run();
    refused(&run, &shop, &["PAY402_"]);
    run.never_says("\u{1b}");
    let script = "env \"$(printf 'PAY402_\\377')=1\" \"$@\"";
    let run = Home::new().paying(&[shop.url("/")]).in_shell(script).run();
    refused(&run, &shop, &["PAY402_"]);
}

#[test]
fn a_grant_or_a_signer_is_not_passed_over_by_a_build_that_has_none() {
    let shop = shop();
    for (name, what) in
        [("PAY402_GRANT", "grants"), ("PAY402_SIGNER", "signers"), ("PAY402_AGENT", "agents")]
    {
        for value in ["x", ""] {
            let run = Home::new().paying(&[shop.url("/")]).env(name, value).run();
            refused(&run, &shop, &[name, "this build has no", what]);
        }
    }
}

#[test]
fn what_is_not_about_the_owners_money_works_whatever_the_environment_says() {
    let home = Home::without_wallet();
    for args in [
        &["--version"][..],
        &["--help"],
        &["--help", "pay"],
        &["wallet", "--help"],
        &["completions", "bash"],
        &["man"],
    ] {
        let run = home.pay402(args).env("PAY402_X", "1").env("PAY402_WALLET", "").run();
        run.exits(0).says_nothing();
    }
    #[cfg(feature = "sandbox")]
    home.pay402(&["demo"]).env("PAY402_X", "1").env("PAY402_SIGNER", "x").run().exits(0);
}

#[test]
fn names_for_scripts_and_tests_are_left_alone() {
    let shop = Paywall::v2().start();
    let home = Home::new();
    let run = home.paying(&[shop.url("/")]).env("PAY402_BIN", "").env("PAY402_TEST_X", "1");
    run.run().exits(0);
}

#[test]
fn a_home_that_depends_on_the_working_directory_is_refused_and_nothing_is_made() {
    for place in ["~/x", "~", "./x", "x/y", "$HOME/x", "${HOME}/x"] {
        let shop = shop();
        let home = Home::new();
        let run = home.paying(&[shop.url("/")]).env("PAY402_HOME", place).run();
        run.exits(2).prints_nothing().says(&["PAY402_HOME", "absolute path", "nothing was signed"]);
        for command in [&["history"][..], &["config", "show"], &["budget"], &["wallet", "list"]] {
            home.pay402(command).env("PAY402_HOME", place).run().exits(2).says(&["PAY402_HOME"]);
        }
        assert!(home.work_files().is_empty(), "{place}: {:?}", home.work_files());
        assert!(shop.payments().is_empty(), "{place}");
    }
}
