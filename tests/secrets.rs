//! Every run of every test is searched for the key and the password. These are the runs in which
//! a program is most tempted to show them.

use crate::support::home::{KEY, PASSWORD};
use crate::support::{Home, Paywall, Reply};

#[test]
fn not_when_talking_about_the_key() {
    let paywall = Paywall::v2().start();
    let home = Home::without_wallet();
    // A key as an argument, where a file or a name was meant, must not come back in the error.
    for key in [KEY, &KEY[2..]] {
        let url = paywall.url("/");
        for flag in ["--private-key-file", "--wallet"] {
            home.pay(&[flag, key, &url]).exits(115).says(&["private key"]);
        }
        home.run(&["wallet", "import", key]).exits(115).says(&["private key"]);
        home.run(&["wallet", "new", "--password-file", key]).exits(115).says(&["private key"]);
        home.run(&["wallet", "import", "--private-key-file", key]).exits(115);
        home.run(&["wallet", "show", key]).exits(115);
        home.paying(&[&url]).env("PAY402_WALLET", key).run().exits(115);
    }
    let long = format!("{KEY}00");
    home.paying(&[paywall.url("/")]).env("PAY402_PRIVATE_KEY", long).run().exits(115);
    paywall.asked_but_not_paid();
}

#[test]
fn not_when_everything_is_told() {
    for deliver_nothing in [false, true] {
        let mut seller = Paywall::v2();
        if deliver_nothing {
            seller = seller.deliver(|_| Reply::one_byte());
        }
        let paywall = seller.start();
        let home = Home::without_wallet();
        let url = paywall.url("/");
        let run = home
            .paying(&["-v", "-i", "--format", "json", "--receipt", "receipt.json", &url])
            .env("PAY402_PRIVATE_KEY", KEY)
            .env("PAY402_PASSWORD", PASSWORD)
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace")
            .run();
        run.exits(if deliver_nothing { 118 } else { 0 });
    }
}

#[test]
fn not_when_the_settings_are_shown() {
    let run = Home::new()
        .pay402(&["config", "show"])
        .env("PAY402_PRIVATE_KEY", KEY)
        .env("PAY402_PASSWORD", PASSWORD)
        .run();
    run.never_says("panicked");
    // A key in the wrong place is still a key.
    for key in [KEY.to_owned(), KEY[2..].to_owned(), format!("./{KEY}")] {
        for format in ["text", "json"] {
            let home = Home::new().config(&format!("wallet = \"{key}\"\n"));
            // The file has it, because it was put there; nothing that is said may.
            let shown = home.pay402(&["--format", format, "config", "show"]);
            let run = shown.env("PAY402_WALLET", &key).start().end();
            // A path of the working directory is refused (2); what is no path is only no wallet.
            run.exits(if key.starts_with('.') { 2 } else { 0 }).keeps_secrets();
            let run = home.paying(&["http://127.0.0.1:1/"]).start().end();
            run.assert_fails().keeps_secrets();
        }
    }
}

#[test]
fn not_when_a_key_stands_in_a_path() {
    let paywall = Paywall::v2().start();
    let home = Home::without_wallet();
    for path in [format!("./{KEY}"), format!("/nowhere/{}", &KEY[2..])] {
        for flag in ["--private-key-file", "--wallet", "--password-file"] {
            home.pay(&[flag, &path, &paywall.url("/")]).exits(115);
        }
    }
    paywall.asked_but_not_paid();
}
