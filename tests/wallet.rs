//! Keystores: made, listed, used and taken away; and every way they can fail to open.

use crate::support::home::{KEY, PASSWORD, PAYER};
use crate::support::keystore::{
    EXAMPLE_ADDRESS, EXAMPLE_PASSWORD, EXAMPLE_PBKDF2, EXAMPLE_SCRYPT, open,
};
use crate::support::verifier::address_of;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A home with [`KEY`] in a keystore called `main`, and the path of a file with its password.
fn with_keystore() -> (Home, String) {
    let home = Home::without_wallet();
    let password = home.secret("password", &format!("{PASSWORD}\n"));
    let key = home.secret("import", KEY);
    home.run(&[
        "wallet",
        "import",
        "main",
        "--private-key-file",
        &key,
        "--password-file",
        &password,
    ])
    .exits(0);
    (home, password)
}

fn set_mode(home: &Home, name: &str, mode: u32) {
    fs::set_permissions(home.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_key_to_import_must_be_named_and_be_one() {
    let home = Home::without_wallet();
    home.run(&["wallet", "import"]).exits(115).says(&["no private key", "--private-key-file"]);
    let import = home.pay402(&["wallet", "import"]).env("PAY402_PRIVATE_KEY", "0x12").run();
    import.exits(115).says(&["PAY402_PRIVATE_KEY", "64 hexadecimal digits"]);
    let file = home.secret("key", &"0".repeat(64));
    let import = home.run(&["wallet", "import", "--private-key-file", &file]);
    import.exits(115).says(&[&file, "is zero"]);
}

#[test]
fn a_new_wallet_is_a_keystore_others_can_open() {
    let home = Home::without_wallet();
    let password = home.secret("password", PASSWORD);
    let run = home.run(&["wallet", "new", "main", "--password-file", &password]);
    run.exits(0);
    assert_eq!(home.mode("wallets/main.json"), 0o600);
    assert_eq!(home.mode("wallets"), 0o700);
    let json = fs::read_to_string(home.path("wallets/main.json")).unwrap();
    let address = address_of(&open(&json, PASSWORD).unwrap()).unwrap();
    let said = format!("{}{}", run.text(), run.stderr);
    for word in [&address, "main.json", "back"] {
        run.assert(said.to_lowercase().contains(word), word);
    }
}

#[test]
fn an_imported_key_is_the_key_and_pays() {
    let (home, password) = with_keystore();
    let json = fs::read_to_string(home.path("wallets/main.json")).unwrap();
    assert_eq!(open(&json, PASSWORD).unwrap(), KEY[2..]);
    let paywall = Paywall::v2().start();
    home.pay(&["--password-file", &password, &paywall.url("/")]).exits(0);
    let payer = format!("\"from\":\"{PAYER}\"");
    assert!(paywall.payments()[0].1.contains(&payer), "{:?}", paywall.payments());
}

#[test]
fn keystores_made_by_others_pay() {
    for example in [EXAMPLE_PBKDF2, EXAMPLE_SCRYPT] {
        let home = Home::without_wallet();
        let password = home.secret("password", EXAMPLE_PASSWORD);
        let wallet = home.secret("theirs.json", example);
        let paywall = Paywall::v1().start();
        let args = ["--wallet", &wallet, "--password-file", &password, &paywall.url("/")];
        home.pay(&args).exits(0);
        assert!(paywall.payments()[0].1.contains(EXAMPLE_ADDRESS));
    }
}

#[test]
fn a_password_comes_from_a_file_stdin_or_the_environment() {
    let (home, file) = with_keystore();
    let paywall = Paywall::v2().start();
    let url = paywall.url("/a");
    home.pay(&["--password-file", &file, &url]).exits(0);
    let url = paywall.url("/b");
    home.paying(&["--password-file", "-", &url]).stdin(format!("{PASSWORD}\n")).run().exits(0);
    let url = paywall.url("/c");
    home.paying(&[&url]).env("PAY402_PASSWORD_FILE", &file).run().exits(0);
    let url = paywall.url("/d");
    home.paying(&[&url]).env("PAY402_PASSWORD", PASSWORD).run().exits(0);
    assert_eq!(paywall.nonces().len(), 4);
}

#[test]
fn the_raw_key_may_come_from_the_environment() {
    for key in [KEY, &KEY[2..]] {
        let paywall = Paywall::v2().start();
        let home = Home::without_wallet();
        home.paying(&[paywall.url("/")]).env("PAY402_PRIVATE_KEY", key).run().exits(0);
        assert!(paywall.payments()[0].1.contains(PAYER));
    }
}

#[test]
fn exit_115_whatever_keeps_the_wallet_shut() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    Home::without_wallet().pay(&[&url]).exits(115).prints_nothing().says(&["wallet new"]);

    let (home, password) = with_keystore();
    home.pay(&[&url]).exits(115).says(&["--password-file"]);
    home.paying(&[&url]).env("PAY402_PASSWORD", "wrong").run().exits(115).says(&["password"]);
    home.pay(&["--wallet", "nobody", "--password-file", &password, &url])
        .exits(115)
        .says(&["nobody"]);
    home.pay(&["--password-file", "no-such-file", &url]).exits(115).says(&["no-such-file"]);

    fs::write(home.path("wallets/main.json"), "{\"version\":3}").unwrap();
    home.pay(&["--password-file", &password, &url]).exits(115).says(&["main.json"]);
    for key in ["", "0x", "not hex", &KEY[..60], &"0".repeat(64), &"f".repeat(64)] {
        let home = Home::without_wallet();
        let file = home.secret("key", key);
        home.pay(&["--private-key-file", &file, &url]).exits(115).prints_nothing();
    }
    paywall.asked_but_not_paid();
}

#[test]
fn a_mode_that_lets_others_read_is_an_error_with_the_chmod() {
    let (home, password) = with_keystore();
    let paywall = Paywall::v2().start();
    for mode in [0o644, 0o640, 0o604, 0o660] {
        set_mode(&home, "wallets/main.json", mode);
        home.pay(&["--password-file", &password, &paywall.url("/")])
            .exits(115)
            .prints_nothing()
            .says(&["chmod 600", "main.json"]);
    }
    paywall.asked_but_not_paid();
    set_mode(&home, "wallets/main.json", 0o600);
    home.pay(&["--password-file", &password, &paywall.url("/")]).exits(0);
}

#[test]
fn a_cost_nobody_could_mean_is_not_spent() {
    let home = Home::without_wallet();
    let costly = [
        EXAMPLE_SCRYPT.replace("\"n\":262144", "\"n\":1073741824"),
        EXAMPLE_SCRYPT.replace("\"r\":1", "\"r\":1000000"),
        EXAMPLE_SCRYPT.replace("\"n\":262144", "\"n\":262145"),
        EXAMPLE_PBKDF2.replace("\"c\":262144", "\"c\":4294967295"),
    ];
    let password = home.secret("password", EXAMPLE_PASSWORD);
    let paywall = Paywall::v2().start();
    for (number, json) in costly.iter().enumerate() {
        let wallet = home.secret(&format!("{number}.json"), json);
        let run = home.pay(&["--wallet", &wallet, "--password-file", &password, &paywall.url("/")]);
        run.exits(115).prints_nothing();
        run.assert(run.took.as_secs() < 5, "it should not have tried");
    }
    paywall.asked_but_not_paid();
}

#[test]
fn the_wallet_is_not_opened_for_what_is_free_or_refused() {
    let home = Home::without_wallet();
    fs::create_dir(home.path("wallets")).unwrap();
    fs::write(home.path("wallets/main.json"), "rubbish").unwrap();
    let free = Paywall::script([Reply::ok(b"free")]);
    home.pay(&["--wallet", "main", &free.url("/")]).exits(0).prints("free");
    let dear = Paywall::v2().price("50001").start();
    home.pay(&["--wallet", "main", &dear.url("/")]).exits(110);
}

#[test]
fn listed_shown_used_and_removed() {
    let (home, password) = with_keystore();
    home.run(&["wallet", "new", "other", "--password-file", &password]).exits(0);
    let list = home.run(&["wallet", "list"]);
    list.exits(0);
    for word in ["main", "other", PAYER] {
        list.assert(list.text().contains(word), word);
    }
    let show = home.run(&["wallet", "show", "main"]);
    show.exits(0).assert(show.text().contains(PAYER), PAYER);
    home.run(&["wallet", "use", "other"]).exits(0);
    let show = home.run(&["wallet", "show"]);
    show.exits(0).assert(!show.text().contains(PAYER), "the other one is in use");

    // Nobody to ask: nothing is removed without a flag that says so.
    home.run(&["wallet", "remove", "main"]).exits(113).says(&["--yes"]);
    assert!(home.path("wallets/main.json").exists());
    home.run(&["wallet", "remove", "main", "--yes"]).exits(0);
    assert!(!home.path("wallets/main.json").exists());
    home.run(&["wallet", "show", "main"]).exits(115);
}

#[test]
fn a_second_wallet_leaves_the_first_in_charge() {
    let pays = |home: &Home| {
        let run = home.run(&["wallet", "show", "--format", "json"]);
        run.exits(0).json()["name"].as_str().unwrap().to_owned()
    };
    let make = |home: &Home, name: &str, password: &str| {
        let run = home.run(&["wallet", "new", name, "--lightkdf", "--password-file", password]);
        run.exits(0);
        run.text().to_owned()
    };
    let home = Home::without_wallet();
    let password = home.secret("password", PASSWORD);
    let said = make(&home, "first", &password);
    assert!(!said.contains("still"), "{said}");
    let said = make(&home, "second", &password);
    assert!(said.contains("Payments still come from first."), "{said}");
    assert!(said.contains("pay402 wallet use second"), "{said}");
    assert_eq!(pays(&home), "first");
    home.run(&["wallet", "use", "second"]).exits(0);
    assert!(make(&home, "third", &password).contains("still come from second"));
    assert_eq!(pays(&home), "second");

    // A home from before, with a comment of its owner's and one wallet that nobody chose.
    let (home, password) = with_keystore();
    fs::write(home.path("config.toml"), "# mine\nask = false\n").unwrap();
    let key = home.secret("other", &format!("0x{}", "11".repeat(32)));
    let import = ["wallet", "import", "other", "--lightkdf", "--private-key-file", &key];
    let run = home.run(&[&import[..], &["--password-file", &password]].concat());
    run.exits(0).assert(run.text().contains("still come from main"), "who pays");
    assert_eq!(pays(&home), "main");
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    assert_eq!(config, "# mine\nask = false\nwallet = \"main\"\n");
    let paywall = Paywall::v2().start();
    home.pay(&["--password-file", &password, &paywall.url("/")]).exits(0);

    // Where two were put and none is chosen, none is chosen for the owner.
    fs::write(home.path("config.toml"), "").unwrap();
    assert!(make(&home, "third", &password).contains("No wallet is chosen."));
    home.pay(&["--password-file", &password, &paywall.url("/x")]).exits(115);
}

#[test]
fn lists_are_json_when_json_was_asked_for() {
    let (home, _) = with_keystore();
    let run = home.run(&["wallet", "list", "--format", "json"]);
    run.exits(0);
    let schema = run.json()["schema"].as_str().unwrap_or_default().to_owned();
    assert!(schema.starts_with("pay402/") && schema.ends_with("/1"), "{run}");
    run.assert(run.text().contains(PAYER), PAYER);
    // A keystore that cannot be read hides no other, and its fault is no address.
    set_mode(&home, "wallets/main.json", 0o644);
    let wallet = home.run(&["wallet", "list", "--format", "json"]).json()["wallets"][0].clone();
    assert!(wallet["address"].is_null(), "{wallet}");
    assert!(wallet["error"].as_str().unwrap_or_default().contains("main.json"), "{wallet}");
}

#[test]
fn a_wallet_is_never_written_over() {
    let (home, password) = with_keystore();
    let before = fs::read(home.path("wallets/main.json")).unwrap();
    home.run(&["wallet", "new", "main", "--password-file", &password]).exits(115);
    assert_eq!(fs::read(home.path("wallets/main.json")).unwrap(), before);
}

#[test]
fn a_name_is_a_name_and_not_a_path() {
    let home = Home::without_wallet();
    let password = home.secret("password", PASSWORD);
    for name in ["../outside", "a/b", "", ".", "..", "a\nb"] {
        let run = home.run(&["wallet", "new", name, "--password-file", &password]);
        run.exits(2);
        run.assert(run.files.iter().all(|(path, _)| !path.ends_with("outside.json")), name);
    }
}
