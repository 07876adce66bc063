//! What is done with a keystore that is there: another password, a copy, its raw key, what it holds.

use crate::support::home::{KEY, PASSWORD, PAYER};
use crate::support::keystore::{EXAMPLE_ADDRESS, EXAMPLE_PASSWORD, EXAMPLE_PBKDF2, open, seal};
use crate::support::{Home, Paywall, Reply};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

const OTHER: &str = "correct horse";

/// A home with [`KEY`] in a keystore called `main`, its password and [`OTHER`] in files.
fn with_keystore() -> (Home, String, String) {
    let home = Home::without_wallet();
    let (old, new) = (home.secret("old", PASSWORD), home.secret("new", OTHER));
    let key = home.secret("import", KEY);
    let import = ["wallet", "import", "main", "--lightkdf", "--private-key-file", &key];
    home.run(&[&import[..], &["--password-file", &old]].concat()).exits(0);
    (home, old, new)
}

fn keystore(home: &Home) -> String {
    fs::read_to_string(home.path("wallets/main.json")).unwrap()
}

/// A node of the network with this id, whose every token gives every account `held`.
fn node(chain_id: &'static str, held: u64) -> Paywall {
    Paywall::serve(move |request| {
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let result = match asked["method"].as_str().unwrap() {
            "eth_chainId" => chain_id.to_owned(),
            "eth_call" => format!("0x{held:064x}"),
            other => panic!("{other} has nothing to do with a balance"),
        };
        let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
        Reply::ok(answer.to_string()).header("Content-Type", "application/json")
    })
}

#[test]
fn with_another_password_it_is_the_same_key() {
    let (home, old, new) = with_keystore();
    let passwd = ["wallet", "passwd", "--lightkdf", "--password-file"];
    let run = home.run(&[&passwd[..], &[&old, "--new-password-file", &new]].concat());
    run.exits(0).assert(run.text().contains(PAYER), PAYER);
    assert!(open(&keystore(&home), PASSWORD).is_err());
    assert_eq!(open(&keystore(&home), OTHER).unwrap(), KEY[2..]);
    assert_eq!(home.mode("wallets/main.json"), 0o600);
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    home.pay(&["--password-file", &old, &url]).exits(115).says(&["wrong password"]);
    home.pay(&["--password-file", &new, &url]).exits(0);
    // Both from standard input, a line each.
    let both = ["-", "--new-password-file", "-", "main"];
    let run = home.pay402(&[&passwd[..], &both].concat());
    run.stdin(format!("{OTHER}\n{PASSWORD}\n")).run().exits(0);
    assert_eq!(open(&keystore(&home), PASSWORD).unwrap(), KEY[2..]);
}

#[test]
fn whatever_is_wrong_with_a_password_leaves_the_keystore_as_it_was() {
    let (home, old, new) = with_keystore();
    let before = keystore(&home);
    let empty = home.secret("empty", "");
    for (old, new, why) in [
        (&new, &new, "wrong password"),
        (&empty, &new, "is empty"),
        (&old, &empty, "no password"),
        (&old, &"nowhere".to_owned(), "nowhere"),
    ] {
        let files = ["--password-file", old, "--new-password-file", new];
        home.run(&[&["wallet", "passwd"][..], &files].concat()).exits(115).says(&[why]);
    }
    // What names the old password does not name the new one, and there is nobody to ask.
    let run = home.pay402(&["wallet", "passwd"]).env("PAY402_PASSWORD", PASSWORD).run();
    run.exits(115).says(&["terminal", "--new-password-file"]);
    home.run(&["wallet", "passwd", "nobody", "--password-file", &old]).exits(115).says(&["main"]);
    assert_eq!(keystore(&home), before);
    assert_eq!(fs::read_dir(home.path("wallets")).unwrap().count(), 1, "and nothing beside it");
}

#[test]
fn a_keystore_anywhere_is_given_another_password_behind_its_link() {
    let (home, _, new) = with_keystore();
    let theirs = home.secret("theirs.json", EXAMPLE_PBKDF2);
    let link = home.work("link.json");
    symlink(&theirs, &link).unwrap();
    let example = home.secret("example", EXAMPLE_PASSWORD);
    let files = ["--password-file", &example, "--new-password-file", &new];
    let passwd = ["wallet", "passwd", "--lightkdf", "./link.json"];
    let run = home.run(&[&passwd[..], &files].concat());
    run.exits(0).assert(run.text().contains(EXAMPLE_ADDRESS), EXAMPLE_ADDRESS);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(open(&fs::read_to_string(&theirs).unwrap(), OTHER).is_ok());
}

#[test]
fn at_a_terminal_the_old_password_is_asked_for_and_the_new_one_twice() {
    let (home, ..) = with_keystore();
    let mut session = home
        .pay402(&["wallet", "passwd", "--lightkdf"])
        .on_terminal("\"$@\"; printf 'ended=%s=\\n' $?");
    session.exp_string("Password for wallet main").unwrap();
    session.send_line(PASSWORD).unwrap();
    for question in ["New password: ", "The same again: "] {
        session.exp_string(question).unwrap();
        session.send_line(OTHER).unwrap();
    }
    let shown = session.exp_string("ended=0=").unwrap();
    assert!(shown.contains("has another password") && !shown.contains(OTHER), "{shown}");
    assert_eq!(open(&keystore(&home), OTHER).unwrap(), KEY[2..]);
}

#[test]
fn an_exported_keystore_is_the_keystore() {
    let (home, ..) = with_keystore();
    let run = home.run(&["wallet", "export"]);
    run.exits(0).prints(format!("{}\n", keystore(&home).trim_end()));
    assert_eq!(open(run.text().trim(), PASSWORD).unwrap(), KEY[2..]);
    home.run(&["wallet", "export", "nobody"]).exits(115).says(&["main"]);
}

#[test]
fn a_raw_key_goes_into_a_new_file_of_the_owners_and_nowhere_else() {
    let (home, old, new) = with_keystore();
    // Where the tests keep what may hold a secret.
    let out = old.replace("old", "raw");
    assert_ne!(out, old);
    let export = ["wallet", "export", "--private-key-file", &out, "--password-file"];
    home.run(&[&export[..], &[&new]].concat()).exits(115).says(&["wrong password"]);
    assert!(!fs::exists(&out).unwrap());
    let run = home.run(&[&export[..], &[&old]].concat());
    run.exits(0).assert(run.text().contains(PAYER), PAYER);
    run.assert(!format!("{}{}", run.text(), run.stderr).contains(&KEY[2..]), "it is not shown");
    assert_eq!(fs::read_to_string(&out).unwrap(), format!("{}\n", &KEY[2..]));
    let mode = fs::metadata(&out).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let import = ["wallet", "import", "again", "--lightkdf", "--private-key-file", &out];
    let run = home.run(&[&import[..], &["--password-file", &new]].concat());
    run.exits(0).assert(run.text().contains(PAYER), PAYER);
    // What is there stays, a link to nothing too, and no password is asked for in vain.
    symlink(home.work("nothing"), home.work("dangling")).unwrap();
    for taken in [&out, "dangling"] {
        home.run(&["wallet", "export", "main", "--private-key-file", taken]).exits(23).says(&[
            "cannot write",
            taken,
            "there already",
        ]);
    }
    assert!(!home.work("nothing").exists());
    let stdout = ["wallet", "export", "main", "--private-key-file", "-"];
    home.run(&stdout).exits(23).prints_nothing().says(&["into a file"]);
    let nowhere = ["wallet", "export", "main", "--private-key-file", "no/where"];
    home.run(&[&nowhere[..], &["--password-file", &old]].concat()).exits(23).says(&["no/where"]);
    home.run(&["wallet", "export", "main", "--private-key-file", KEY])
        .exits(115)
        .never_says(&KEY[2..]);
}

#[test]
fn a_balance_is_what_the_chain_says() {
    let (home, ..) = with_keystore();
    let (base, polygon) = (node("0x2105", 1_230_000), node("0x89", 0));
    let (base_rpc, polygon_rpc) =
        (format!("base={}", base.url("/")), format!("polygon={}", polygon.url("/")));
    let balance = ["wallet", "balance", "--rpc-url", &base_rpc, "--rpc-url", &polygon_rpc];
    let run = home.run(&balance);
    run.exits(0).says_nothing();
    for line in ["wallet main\n", PAYER, " 1.23 USDC\n", " 1.23 EURC\n"] {
        run.assert(run.text().contains(line), line);
    }
    run.assert(run.text().contains("polygon            0 USDC\n"), "its node is named");
    let asked = |request: &crate::support::request::Request| {
        String::from_utf8_lossy(&request.body).to_lowercase().contains(&PAYER[2..].to_lowercase())
    };
    assert_eq!(base.requests().iter().filter(|request| asked(request)).count(), 2);
    let run = home.run(
        &[&balance[..], &["main", "--network", "polygon", "--asset", "usdc", "--format", "json"]]
            .concat(),
    );
    let found = &run.exits(0).json();
    assert_eq!((&found["schema"], &found["address"]), (&json!("pay402/balance/1"), &json!(PAYER)));
    let held = found["balances"].as_array().unwrap();
    assert_eq!(held.len(), 1, "{run}");
    assert_eq!(held[0]["network_id"], "eip155:137");
    assert_eq!((&held[0]["amount"], &held[0]["amount_atomic"]), (&json!("0"), &json!("0")));
    // The owner's networks are those that are meant.
    fs::write(home.path("config.toml"), "networks = [\"polygon\"]\n").unwrap();
    let run = home.run(&["wallet", "balance", "--rpc-url", &polygon_rpc]);
    run.exits(0).assert(!run.text().contains("base"), "nobody pays there");
}

#[test]
fn the_networks_whose_balance_is_told_are_those_that_are_used() {
    let (home, old, _) = with_keystore();
    // The one token that the node of a sandbox has.
    let only = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";
    let sandbox = Paywall::serve(move |request| {
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let to = asked["params"][0]["to"].as_str().unwrap_or_default().to_lowercase();
        let result = match asked["method"].as_str().unwrap() {
            "eth_chainId" => "0x14a34".to_owned(),
            "eth_call" if to == only => format!("0x{:064x}", 830_000),
            "eth_call" => "0x".to_owned(),
            other => panic!("{other} has nothing to do with a balance"),
        };
        let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
        Reply::ok(answer.to_string()).header("Content-Type", "application/json")
    });
    let rpc = format!("base-sepolia={}", sandbox.url("/rpc"));
    let told = "  base-sepolia       0.83 USDC\n";
    let only_that = |run: &crate::support::Run| {
        let rows: Vec<&str> = run.text().lines().skip(2).collect();
        run.exits(0).assert(rows == [told.trim_end()], "that and nothing else");
    };
    // The node that is named is asked, whatever the default would be.
    only_that(&home.run(&["wallet", "balance", "--rpc-url", &rpc]));
    // What was asked for by name is unknown where it has no contract.
    let run = home.run(&["wallet", "balance", "--rpc-url", &rpc, "--asset", "EURC"]);
    run.exits(56).assert(run.text().contains("EURC is unknown: no contract"), "EURC");
    // The node of the owner's file is, too.
    let config = format!("[rpc]\nbase-sepolia = \"{}\"\n", sandbox.url("/rpc"));
    fs::write(home.path("config.toml"), &config).unwrap();
    only_that(&home.run(&["wallet", "balance"]));
    // And where there were payments.
    let shop = Paywall::v2().offer(crate::support::Offer::polygon_usdc("10000")).start();
    home.pay(&["--password-file", &old, &shop.url("/")]).exits(0);
    let polygon = node("0x89", 5_000_000);
    let config = format!("{config}polygon = \"{}\"\n", polygon.url("/"));
    fs::write(home.path("config.toml"), config).unwrap();
    let run = home.run(&["wallet", "balance", "--format", "json"]);
    let networks: Vec<Value> = run.exits(0).json()["balances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["network"].clone())
        .collect();
    assert_eq!(networks, [json!("base-sepolia"), json!("polygon")]);
}

#[test]
fn a_balance_that_cannot_be_read_is_unknown_and_hides_no_other() {
    let (home, ..) = with_keystore();
    let (base, wrong) = (node("0x2105", 5_000_000), node("0x1", 0));
    let rpc = [format!("base={}", base.url("/")), format!("polygon={}", wrong.url("/"))];
    let balance = ["wallet", "balance", "--asset", "USDC", "--network", "polygon", "--network"];
    let nodes = ["base", "--rpc-url", &rpc[0], "--rpc-url", &rpc[1]];
    let run = home.run(&[&balance[..], &nodes].concat());
    run.exits(56);
    for words in ["  polygon            is unknown: ", "  base               5 USDC\n"] {
        run.assert(run.text().contains(words), words);
    }
    let run = home.run(&[&balance[..], &nodes, &["--format", "json"]].concat());
    let held = run.exits(56).json()["balances"].clone();
    assert!(held[0]["amount"].is_null() && held[0]["error"].is_string(), "{run}");
    assert_eq!((&held[1]["amount"], &held[1]["error"]), (&json!("5"), &Value::Null));
}

#[test]
fn whose_balance_is_asked_for_is_who_would_pay() {
    let (home, ..) = with_keystore();
    let chain = node("0x2105", 7);
    let rpc = format!("base={}", chain.url("/"));
    let balance = ["wallet", "balance", "--rpc-url", &rpc];
    // Like Foundry's, it names no account: that is the key's.
    let unnamed = home.secret("unnamed.json", EXAMPLE_PBKDF2);
    let opens = home.secret("example", EXAMPLE_PASSWORD);
    let theirs = ["--wallet", &unnamed, "--password-file", &opens];
    for asked in [
        home.pay402(&[&theirs, &balance[..]].concat()),
        home.pay402(&balance).env("PAY402_WALLET", &unnamed).env("PAY402_PASSWORD_FILE", &opens),
    ] {
        let run = asked.run();
        run.exits(0).assert(run.text().contains(EXAMPLE_ADDRESS), EXAMPLE_ADDRESS);
    }
    let run = home.pay402(&["wallet", "show", &unnamed]).run();
    run.exits(0).assert(run.text().contains("wallet unnamed\n"), "by its path");
    let run = home.pay402(&balance).env("PAY402_PRIVATE_KEY", KEY).run();
    run.exits(0).assert(run.text().contains(PAYER), PAYER);
    home.run(&[&balance[..], &["nobody"]].concat()).exits(115).says(&["nobody", "main"]);
}

#[test]
fn the_wallet_of_the_environment_is_shown_as_the_one_that_pays() {
    let (home, old, _) = with_keystore();
    home.run(&["wallet", "new", "other", "--lightkdf", "--password-file", &old]).exits(0);
    home.run(&["wallet", "use", "other"]).exits(0);
    let run = home.pay402(&["wallet", "show"]).env("PAY402_WALLET", "main").run();
    run.exits(0).assert(run.text().contains(PAYER), "main");
    let run = home.pay402(&["wallet", "list"]).env("PAY402_WALLET", "main").run();
    run.exits(0).assert(run.text().contains("* main"), "marked");
}

#[test]
fn an_empty_password_that_is_given_is_one() {
    let home = Home::without_wallet();
    let key = home.secret("import", KEY);
    // None is made with it, but other programs make them.
    let empty = home.secret("empty", "");
    let import = ["wallet", "import", "main", "--lightkdf", "--private-key-file", &key];
    home.run(&[&import[..], &["--password-file", &empty]].concat())
        .exits(115)
        .says(&["no password"]);
    let path = home.secret("theirs.json", &seal(&KEY[2..], ""));
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let run = home.pay402(&["--max-price", "0.05", "--wallet", &path, &url]);
    run.env("PAY402_PASSWORD", "").run().exits(0).prints("the paid resource\n");
    for content in ["", "\r\n", "\u{feff}"] {
        let file = home.secret(&format!("{}", content.len()), content);
        home.pay(&["--wallet", &path, "--password-file", &file, &url]).exits(0);
    }
    let other = home.secret("other.json", EXAMPLE_PBKDF2);
    home.pay(&["--wallet", &other, "--password-file", &empty, &url])
        .exits(115)
        .says(&["wrong password", "is empty"]);
}

#[test]
fn what_editors_of_windows_write_is_read() {
    let (home, _, _) = with_keystore();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let write = |name: &str, bytes: Vec<u8>| {
        let path = home.secret(name, "");
        fs::write(&path, bytes).unwrap();
        path
    };
    let paywall = Paywall::v2().start();
    let json = keystore(&home).replace(',', ",\r\n");
    for (place, json) in [format!("\u{feff}{json}").into_bytes(), wide(&format!("\u{feff}{json}"))]
        .into_iter()
        .enumerate()
    {
        let wallet = write(&format!("{place}.json"), json);
        let words = [
            format!("\u{feff}{PASSWORD}\r\n").into_bytes(),
            wide(&format!("\u{feff}{PASSWORD}\r\nnext\r\n")),
            format!("{PASSWORD}\r\n").into_bytes(),
        ];
        for (number, word) in words.into_iter().enumerate() {
            let file = write(&format!("{place}-{number}"), word);
            let url = paywall.url(&format!("/{place}/{number}"));
            home.pay(&["--wallet", &wallet, "--password-file", &file, &url]).exits(0);
        }
    }
    let key = write("key", wide(&format!("\u{feff}{KEY}\r\n")));
    home.pay(&["--private-key-file", &key, &paywall.url("/key")]).exits(0);
    fs::write(home.path("config.toml"), wide("\u{feff}no_pay = true\r\n")).unwrap();
    fs::set_permissions(home.path("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    home.run(&["--private-key-file", &key, &paywall.url("/none")]).exits(0);
    assert_eq!(paywall.payments().len(), 7);
}

#[test]
fn a_keystore_whose_mode_cannot_be_changed_has_a_way_that_works() {
    let (home, old, _) = with_keystore();
    let path = home.path("wallets/main.json");
    let url = Paywall::v2().start().may_be_unused();
    let url = url.url("/");
    for (mode, fixed) in [(0o444, true), (0o440, true), (0o644, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let run = home.pay(&["--password-file", &old, &url]);
        run.exits(115).says(&["chmod 600"]);
        for words in ["read-only mount", "defaultMode", "install -m 600"] {
            run.assert(run.stderr.contains(words) == fixed, words);
        }
    }
}
