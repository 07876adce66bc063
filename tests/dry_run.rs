//! What would be paid and why, and why not: nothing is signed and no wallet is needed.

use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::seller::demand;
use crate::support::{BOTH, Home, Offer, Paywall, Reply, Run, Seller, Version};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// A dry run without a wallet, in JSON.
fn dry(home: &Home, args: &[&str], url: &str) -> Run {
    let args: Vec<&str> =
        ["--dry-run", "--format", "json"].iter().chain(args).copied().chain([url]).collect();
    home.run(&args)
}

#[test]
fn the_exit_code_is_what_paying_would_have_had() {
    let cases: [(&[&str], i32); 6] = [
        (&["--max-price", "0.05"], 0),
        (&["--max-price", "0.005"], 110),
        (&["--max-price", "0.05", "--network", "polygon"], 112),
        (&["--max-price", "0.05", "--pay-to", OTHER_PAYEE], 112),
        (&["--max-price", "1e3"], 2),
        (&[], 113),
    ];
    for (args, code) in cases {
        for version in BOTH {
            let paywall = Seller::new(version).price("10000").start().may_be_unused();
            dry(&Home::without_wallet(), args, &paywall.url("/")).exits(code);
            assert!(paywall.payments().is_empty());
            assert!(paywall.requests().len() <= 1);
        }
    }
    let unpayable = Paywall::v2().offer(Offer::usdc("1").with("scheme", "\"barter\"")).start();
    dry(&Home::without_wallet(), &["--max-price", "1"], &unpayable.url("/")).exits(114);
}

#[test]
fn a_free_resource_costs_nothing_and_is_not_printed_as_an_answer() {
    let paywall = Paywall::script([Reply::ok(b"free")]);
    let run = dry(&Home::without_wallet(), &[], &paywall.url("/"));
    run.exits(0);
    assert_eq!(run.json()["schema"], "pay402/dry-run/1");
    assert_eq!(run.json()["offers"], Value::Array(vec![]));
}

#[test]
fn the_answer_names_every_offer_with_its_price_or_its_fault() {
    let paywall = Paywall::v2()
        .offers([
            Offer::usdc("40000"),
            Offer::polygon_usdc("20000"),
            Offer::usdc("1").with("scheme", "\"barter\""),
        ])
        .start();
    let run = dry(&Home::without_wallet(), &["--max-price", "0.05"], &paywall.url("/"));
    run.exits(0);
    let answer = run.json();
    assert_eq!(answer["schema"], "pay402/dry-run/1");
    assert!(answer["quote"].as_str().is_some_and(|quote| !quote.is_empty()), "{run}");
    let offers = answer["offers"].as_array().expect("offers");
    assert_eq!(offers.len(), 3, "{run}");
    let text = |offer: &Value| offer.to_string();
    // Atomic and human, as strings.
    assert!(text(&offers[0]).contains("\"40000\"") && text(&offers[0]).contains("0.04"), "{run}");
    assert!(text(&offers[1]).contains("\"20000\"") && text(&offers[1]).contains("0.02"), "{run}");
    assert!(text(&offers[0]).contains(PAYEE), "{run}");
    assert!(text(&offers[0]).contains("eip155:8453"), "{run}");
    assert!(text(&offers[2]).contains("barter"), "{run}");
}

#[test]
fn the_same_terms_have_the_same_quote_and_others_another() {
    let quote = |offer: Offer| {
        let paywall = Paywall::v2().offer(offer).start();
        let run = dry(&Home::without_wallet(), &["--max-price", "1"], &paywall.url("/"));
        run.json()["quote"].as_str().map(str::to_owned)
    };
    let one = quote(Offer::usdc("10000"));
    assert!(one.is_some());
    assert_ne!(one, quote(Offer::polygon_usdc("10000")));
    assert_ne!(one, quote(Offer::usdc("10000").pay_to(OTHER_PAYEE)));
}

#[test]
fn a_person_reads_price_payee_and_network() {
    let paywall = Paywall::v1().price("12345").start();
    let run = Home::without_wallet().run(&["--dry-run", "--max-price", "1", &paywall.url("/")]);
    run.exits(0);
    for word in ["0.012345", "USDC", "base", PAYEE] {
        run.assert(run.text().contains(word), word);
    }
}

#[test]
fn a_post_is_asked_as_a_post() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    dry(&Home::without_wallet(), &["--max-price", "1", "-d", "a=b"], &url).exits(0);
    assert_eq!(paywall.requests()[0].method, "POST");
    assert_eq!(paywall.requests()[0].body, b"a=b");
    paywall.asked_but_not_paid();
}

#[test]
fn nothing_is_unlocked_or_written_down() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let run = Home::new().pay(&["--dry-run", &url]);
    run.exits(0).assert(run.home_files().is_empty(), "nothing to remember");
    // The key is not even looked for.
    for nowhere in [["--wallet", "nobody"], ["--private-key-file", "no-such-file"]] {
        let args = ["--dry-run", nowhere[0], nowhere[1], &url];
        Home::without_wallet().pay(&args).exits(0).says_nothing();
    }
    paywall.asked_but_not_paid();
}

#[test]
fn the_servers_words_are_data_in_text_and_in_json() {
    let paywall = Paywall::v2()
        .member("resource", r#"{"url":"https://shop.test/","description":"a\u001b[31m\u202eb"}"#)
        .member("error", r#""no\u0007\u009b""#)
        .offer(Offer::usdc("1").with("scheme", r#""ex\u001b[2Jact""#))
        .start();
    for format in ["text", "json"] {
        let args = ["--dry-run", "--max-price", "1", "--format", format, &paywall.url("/")];
        let run = Home::without_wallet().run(&args);
        run.exits(114);
        for raw in ["\u{1b}", "\u{7}", "\u{9b}", "\u{202e}"] {
            run.never_says(raw);
            run.assert(!run.text().contains(raw), "a control character is on stdout");
        }
    }
}

#[test]
fn who_never_pays_sees_the_terms_all_the_same() {
    let paywall = Paywall::v2().price("12345").start();
    let url = paywall.url("/");
    let never = || Home::without_wallet().config("no_pay = true\nmax_price = \"1\"\n");
    let of_host = "max_price = \"1\"\n[host.\"127.0.0.1\"]\nno_pay = true\n";
    let by_host = Home::without_wallet().config(of_host).run(&["--dry-run", &url]);
    for run in [never().run(&["--dry-run", &url]), by_host] {
        run.exits(112).assert(run.text().contains("0.012345 USDC"), "the price");
    }
    let run = never().run(&["--dry-run", "--format", "json", &url]);
    run.exits(112).assert(run.text().contains("\"12345\""), "the price");
    paywall.asked_but_not_paid();
}

#[test]
fn a_head_shows_what_the_resource_would_cost_and_says_that_it_is_not_paid_for() {
    let paywall = Paywall::v2().price("12345").start();
    let home = Home::without_wallet();
    for (most, code) in [("1", 0), ("0.01", 110)] {
        let run = home.run(&["--dry-run", "-I", "--max-price", most, &paywall.url("/")]);
        run.exits(code).says(&["a HEAD is not paid for"]);
        run.assert(run.text().contains("0.012345 USDC"), "the price");
    }
    assert!(paywall.requests().iter().all(|request| request.method == "HEAD"));
    paywall.asked_but_not_paid();
}

#[test]
fn the_rules_of_whoever_led_there_hold_for_an_earlier_payment_too() {
    for is_readable in [true, false] {
        let paid = Arc::new(AtomicBool::new(false));
        let (sent, seen) = (Arc::clone(&paid), Arc::clone(&paid));
        let shop = Paywall::v2()
            .demand(move |_, terms| {
                if is_readable || !seen.load(SeqCst) {
                    demand(Version::V2, terms)
                } else {
                    Reply::new("402 Payment Required", "pay")
                }
            })
            .deliver(move |_| {
                sent.store(true, SeqCst);
                Reply::one_byte()
            })
            .start();
        let there = shop.url("/thing");
        let door = Paywall::serve(move |_| Reply::redirect("307 Temporary Redirect", &there));
        let home = Home::new();
        let url = door.url("/");
        home.pay(&["-L", &url]).exits(118);
        let dry = ["--dry-run", "-L", &url];
        let run = home.pay(&dry);
        run.exits(0).assert(run.text().contains("again, and sign no other"), "it goes out again");
        let port = door.port();
        let rules = format!("[host.\"127.0.0.1:{port}\"]\nnetworks = [\"polygon\"]\n");
        let home = home.config(&rules);
        home.pay(&["-L", &url]).exits(118).says(&["your rules do not allow it now"]);
        let run = home.pay(&dry);
        run.exits(118).says(&["your rules do not allow it now"]);
        run.assert(!run.text().contains("sign no other"), "nothing goes out");
        assert_eq!(shop.payments().len(), 1);
        assert!(door.payments().is_empty());
    }
}
