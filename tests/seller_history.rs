//! A seller who asks for something else than before: asked about at a terminal, refused without one,
//! and accepted only by the owner's word.

use crate::support::ledger::entries;
use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::{Home, Offer, Paywall, Reply, Run, Version};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A shop under one origin that asks for the usual everywhere but at `/changed`.
fn shop(changed: impl IntoIterator<Item = Offer>) -> Paywall {
    let (usual, changed) = (Paywall::v2(), Paywall::v2().offers(changed));
    let seen = Mutex::new(HashSet::new());
    Paywall::serve(move |request| {
        let seller = if request.target == "/changed" { &changed } else { &usual };
        seller.answer(request, &seen)
    })
}

/// The shop, and a home that has paid it once.
fn known(changed: impl IntoIterator<Item = Offer>) -> (Paywall, Home) {
    let (shop, home) = (shop(changed), Home::new());
    home.pay(&[shop.url("/usual")]).exits(0).says_one_line();
    (shop, home)
}

fn to_other() -> [Offer; 1] {
    [Offer::usdc("10000").pay_to(OTHER_PAYEE)]
}

/// The command in the hint, as words for this program.
fn suggested(run: &Run) -> Vec<String> {
    let said = &run.stderr;
    let rest = said.split("pay402 trust ").nth(1).unwrap_or_else(|| panic!("no command\n{run}"));
    let command = rest.split(';').next().unwrap();
    std::iter::once("trust").chain(command.split_whitespace()).map(str::to_owned).collect()
}

#[test]
fn another_payee_is_refused_until_the_suggested_command_is_given() {
    let (shop, home) = known(to_other());
    let origin = shop.url("");
    let run = home.pay(&[shop.url("/changed")]);
    run.refuses(112).prints_nothing().says(&[OTHER_PAYEE, PAYEE, &origin, "pay402 trust"]);
    home.pay(&[shop.url("/usual")]).exits(0);
    let command = suggested(&run);
    assert_eq!(command[1], origin, "{run}");
    home.run(&command)
        .exits(0)
        .says_nothing()
        .prints(format!("{origin} may ask for USDC on base, to {OTHER_PAYEE}\n"));
    home.pay(&[shop.url("/changed")]).exits(0).prints("the paid resource\n");
    // What was paid stays known when the trust is taken back.
    home.run(&["trust", "remove", &origin]).exits(0);
    home.pay(&[shop.url("/changed")]).exits(0);
}

#[test]
fn another_asset_or_network_is_refused_with_both_named() {
    let cases = [
        (Offer::polygon_usdc("10000"), ["USDC on polygon", "USDC on base"]),
        (Offer::testnet_usdc("10000"), ["USDC on base-sepolia", "USDC on base"]),
        (Offer::eurc("10000"), ["EURC on base", "USDC on base"]),
    ];
    for (offer, said) in cases {
        let (shop, home) = known([offer]);
        let caps = ["--max-price", "1 EURC", "--max-price", "1", &shop.url("/changed")];
        let run = home.run(&caps);
        run.refuses(112).says(&said);
        home.run(&suggested(&run)).exits(0);
        home.run(&caps).exits(0);
    }
}

#[test]
fn a_price_out_of_the_ordinary_is_refused_until_its_quote_is_named() {
    let (shop, home) = known([Offer::usdc("100001")]);
    let url = shop.url("/changed");
    let pay = |args: &[&str]| {
        let all: Vec<&str> = ["--max-price", "1"].iter().chain(args).copied().collect();
        home.run(&all)
    };
    let run = pay(&[&url]);
    run.refuses(112).says(&["0.100001 USDC", "ten times the usual 0.01 USDC", "--expect q1-"]);
    // Whom to pay is one thing, how much another.
    home.run(&["trust", &shop.url("")]).exits(0);
    pay(&["--pay-to", PAYEE, &url]).refuses(112);
    let said = &run.stderr;
    let quote = said.split("--expect ").nth(1).unwrap().split(';').next().unwrap();
    pay(&["--expect", quote, &url]).exits(0);
    // It was agreed to, and is nothing new any more.
    pay(&[&url]).exits(0);
}

#[test]
fn naming_the_payee_on_the_command_line_is_the_owners_word() {
    let (shop, home) = known(to_other());
    let url = shop.url("/changed");
    home.paying(&[&url]).env("PAY402_PAY_TO", OTHER_PAYEE).run().refuses(112);
    home.pay(&["--pay-to", PAYEE, "--pay-to", OTHER_PAYEE, &url]).exits(0);
    home.pay(&[&url]).exits(0);
}

#[test]
fn the_dry_run_says_what_paying_would_and_ends_with_its_code() {
    let changed = [Offer::usdc("9000").pay_to(OTHER_PAYEE), Offer::usdc("10000")];
    let (shop, home) = known(changed);
    let dry = |args: &[&str]| {
        let url = shop.url("/changed");
        let all: Vec<&str> =
            ["--dry-run", "--max-price", "1"].iter().chain(args).chain([&&*url]).copied().collect();
        home.run(&all)
    };
    let run = dry(&[]);
    run.exits(112).says_nothing();
    let text = run.text();
    for part in [OTHER_PAYEE, PAYEE, "offer 1: its payee is", "would ask before paying 0.009 USDC"]
    {
        run.assert(text.contains(part), part);
    }
    let run = dry(&["--format", "json"]);
    let found = run.exits(112).json();
    assert_eq!(found["decision"], "ask");
    assert_eq!(found["offers"][0]["standing"], "chosen", "the known one is not preferred for it");
    assert!(found["offers"][0]["reasons"][0].as_str().unwrap().contains(PAYEE));
    assert_eq!(found["offers"][1]["standing"], "passed");
    // The quote that was printed is the owner's word for it.
    dry(&["--expect", found["quote"].as_str().unwrap()]).exits(0);
    assert_eq!(shop.payments().len(), 1);
}

#[test]
fn the_owners_file_decides_for_all_or_for_one_host() {
    for (lines, code) in [
        ("known_payee = \"accept\"", 0),
        ("known_payee = \"ask\"", 112),
        ("known_payee = \"refuse\"", 112),
        ("known_payee = \"refuse\"\n[host.\"127.0.0.1\"]\nknown_payee = \"accept\"", 0),
        ("known_payee = \"accept\"\n[host.\"127.0.0.1\"]\nknown_payee = \"refuse\"", 112),
        ("known_payee = \"accept\"\n[host.\"127.0.0.1\"]\nask = false", 0),
    ] {
        let (shop, home) = (shop(to_other()), Home::new().config(lines));
        home.pay(&[shop.url("/usual")]).exits(0);
        home.pay(&[shop.url("/changed")]).exits(code);
        assert_eq!(shop.payments().len(), if code == 0 { 2 } else { 1 }, "{lines}");
        let shown = home.run(&["config", "show"]);
        shown.assert(shown.text().contains("known_payee"), "known_payee");
    }
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new().config("known_payee = \"maybe\"\n");
    home.pay(&[paywall.url("/")]).exits(2).says(&["known_payee", "ask, refuse or accept"]);
}

/// Asked at a terminal, and answered at once.
fn asked(home: &Home, args: &[&str], answer: &str) -> (String, String) {
    home.paying(args).asked(Duration::ZERO, answer)
}

#[test]
fn at_a_terminal_the_owner_is_asked_with_old_and_new() {
    let (shop, home) = known(to_other());
    let url = shop.url("/changed");
    let (question, code) = asked(&home, &[&url], "n");
    for part in ["Careful", OTHER_PAYEE, PAYEE, &shop.url("")] {
        assert!(question.contains(part), "{part}: {question:?}");
    }
    assert_eq!((code.as_str(), shop.payments().len()), ("113", 1));
    let (_, code) = asked(&home, &[&url], "y");
    assert_eq!((code.as_str(), shop.payments().len()), ("0", 2));
    home.pay(&[&url]).exits(0);
    // Who never wants to be asked is not.
    let (shop, home) = (self::shop(to_other()), Home::new().config("known_payee = \"refuse\"\n"));
    home.pay(&[shop.url("/usual")]).exits(0);
    let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
    let mut session = home.paying(&[&shop.url("/changed")]).on_terminal(script);
    let shown = session.exp_string("ended=112=").unwrap();
    assert!(!shown.contains("[y/N]"), "{shown:?}");
}

#[test]
fn what_was_only_refused_makes_nobody_known() {
    let seller = Paywall::v2().deliver(|receipt| {
        crate::support::seller::rejection(
            Version::V2,
            &Paywall::v2().terms(),
            &receipt.payment.nonce,
        )
    });
    let (honest, seen) = (Paywall::v2().offers(to_other()), Mutex::new(HashSet::new()));
    let shop = Paywall::serve(move |request| {
        let seller = if request.target == "/honest" { &honest } else { &seller };
        seller.answer(request, &seen)
    });
    let home = Home::new();
    home.pay(&[shop.url("/refuses")]).exits(117);
    home.pay(&[shop.url("/honest")]).exits(0);
    // And now that one is known, the first is not.
    home.pay(&["--pay-again", &shop.url("/refuses")]).refuses(112);
    assert_eq!(entries(&home).len(), 2);
}

/// A shop of which one page leads elsewhere.
fn moved(to: String) -> Paywall {
    let (usual, seen) = (Paywall::v2(), Mutex::new(HashSet::new()));
    Paywall::serve(move |request| match request.target.as_str() {
        "/moved" => Reply::redirect("302 Found", &to),
        _ => usual.answer(request, &seen),
    })
}

#[test]
fn a_redirect_elsewhere_is_no_first_contact() {
    let elsewhere = Paywall::v2().offers(to_other()).start();
    let shop = moved(elsewhere.url("/there"));
    let home = Home::new();
    home.pay(&[shop.url("/usual")]).exits(0);
    let run = home.pay(&["-L", &shop.url("/moved")]);
    run.refuses(112).says(&[OTHER_PAYEE, PAYEE, &shop.url("")]);
    elsewhere.asked_but_not_paid();
    Home::new().pay(&["-L", &shop.url("/moved")]).exits(0);
}

/// A door that leads to the first place until it is turned, and to the second from then on.
fn door(first: String, second: String) -> (Paywall, Arc<AtomicBool>) {
    let turned = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&turned);
    let door = Paywall::serve(move |_| {
        let to = if seen.load(Ordering::SeqCst) { &second } else { &first };
        Reply::redirect("302 Found", to)
    });
    (door, turned)
}

#[test]
fn a_door_that_led_to_one_payee_and_leads_to_another_is_no_stranger() {
    let shop = Paywall::v2().start();
    let elsewhere = Paywall::v2().offers(to_other()).start();
    let (door, turned) = door(shop.url("/there"), elsewhere.url("/there"));
    let home = Home::new();
    home.pay(&["-L", &door.url("/item")]).exits(0);
    home.pay(&["-L", &door.url("/item")]).exits(0);
    turned.store(true, Ordering::SeqCst);
    let run = home.pay(&["-L", &door.url("/item")]);
    run.refuses(112).says(&[OTHER_PAYEE, PAYEE, &door.url("")]);
    elsewhere.asked_but_not_paid();
    home.run(&suggested(&run)).exits(0);
    home.pay(&["-L", &door.url("/item")]).exits(0);
    assert_eq!(elsewhere.payments().len(), 1);
}

#[test]
fn a_redirect_to_another_who_is_known_is_held_against_both() {
    let elsewhere = Paywall::v2().offers(to_other()).start();
    let shop = moved(elsewhere.url("/there"));
    let home = Home::new();
    home.pay(&[shop.url("/usual")]).exits(0);
    home.pay(&[elsewhere.url("/there")]).exits(0);
    let run = home.pay(&["-L", &shop.url("/moved")]);
    run.refuses(112).says(&[OTHER_PAYEE, PAYEE, &shop.url("")]);
    assert_eq!(elsewhere.payments().len(), 1);
    home.run(&suggested(&run)).exits(0);
    home.pay(&["-L", &shop.url("/moved")]).exits(0);
    assert_eq!(elsewhere.payments().len(), 2);
}

#[test]
fn trust_is_listed_and_taken_back() {
    let home = Home::new();
    home.run(&["trust", "list"]).exits(0).prints("nothing is trusted beyond what was paid\n");
    home.run(&["trust", "Shop.Example", "--network", "base", "--asset", "usdc"]).exits(0);
    let lower = OTHER_PAYEE.to_lowercase();
    home.run(&["trust", "http://[::1]:8080/a?b", "--pay-to", &lower]).exits(0);
    let run = home.run(&["trust", "list"]);
    let text = run.exits(0).text();
    for part in
        ["https://shop.example", "http://[::1]:8080 ", "anybody", "any network", OTHER_PAYEE]
    {
        run.assert(text.contains(part), part);
    }
    let run = home.run(&["trust", "list", "--format", "json"]);
    let list = run.exits(0).json();
    assert_eq!(list["schema"], "pay402/trust/1");
    let found = &list["trusted"][1];
    assert_eq!((&found["network"], &found["network_id"]), (&"base".into(), &"eip155:8453".into()));
    assert_eq!(
        (&found["origin"], &found["asset"]),
        (&"https://shop.example".into(), &"usdc".into())
    );
    assert!(found["payee"].is_null(), "{list}");
    let run = home.run(&["trust", "remove", "shop.example:443", "--format", "json"]);
    assert_eq!(run.exits(0).json()["removed"], 1);
    home.run(&["trust", "remove", "https://shop.example"]).exits(2).says(&["trust list"]);
    for wrong in [
        &["trust"][..],
        &["trust", "ftp://shop.example"],
        &["trust", "https://"],
        &["trust", "shop.example", "--asset", "DOGE"],
        &["trust", "shop.example", "--network", "bse"],
        &["trust", "shop.example", "--pay-to", "0x12"],
    ] {
        home.run(wrong).exits(2).prints_nothing();
    }
}
