//! Promise 1: never more than you said.

use crate::support::seller::rejection;
use crate::support::{BOTH, Home, Offer, Paywall, Seller, Version};

/// With these arguments, the offers lead to a payment of `paid` atomic units.
#[track_caller]
fn pays(args: &[&str], offers: &[Offer], paid: &str) {
    let paywall = Paywall::v2().offers(offers.to_vec()).start();
    let url = paywall.url("/");
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    Home::new().run(&args).exits(0).prints(b"the paid resource\n");
    let payments = paywall.payments();
    assert_eq!(payments.len(), 1);
    assert!(payments[0].1.contains(&format!("\"value\":\"{paid}\"")), "{payments:?}");
}

/// With these arguments, nothing is paid and the exit code says why.
#[track_caller]
fn refuses(args: &[&str], offers: &[Offer], code: i32) {
    let paywall = Paywall::v2().offers(offers.to_vec()).start();
    let url = paywall.url("/");
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    Home::new().run(&args).refuses(code);
    paywall.asked_but_not_paid();
}

#[test]
fn without_a_cap_and_a_terminal_nothing_is_paid() {
    for version in BOTH {
        let paywall = Seller::new(version).price("1000000000").start();
        let run = Home::new().run(&[paywall.url("/")]);
        run.refuses(113).says(&["1000", "USDC", "--max-price"]);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn over_the_cap_nothing_is_paid() {
    for version in BOTH {
        let paywall = Seller::new(version).price("50001").start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.refuses(110).says(&["0.050001", "0.05"]);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn the_cap_itself_may_be_paid_and_an_atom_more_may_not() {
    pays(&["--max-price", "0.05"], &[Offer::usdc("50000")], "50000");
    refuses(&["--max-price", "0.05"], &[Offer::usdc("50001")], 110);
    pays(&["--max-price", "0.000001"], &[Offer::usdc("1")], "1");
    refuses(&["--max-price", "0.000001"], &[Offer::usdc("2")], 110);
    refuses(&["--max-price", "0"], &[Offer::usdc("1")], 110);
}

#[test]
fn numbers_too_large_for_a_machine_word_are_compared_too() {
    for amount in ["18446744073709551616", "18446744073709551617", &"9".repeat(60)] {
        refuses(&["--max-price", "1000"], &[Offer::usdc(amount)], 110);
    }
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    refuses(&["--max-price", "18446744073709"], &[Offer::usdc(most)], 110);
}

#[test]
fn an_amount_has_several_spellings() {
    for cap in ["0.05", "$0.05", "0.05 USDC", "0.0500"] {
        pays(&["--max-price", cap], &[Offer::usdc("50000")], "50000");
        refuses(&["--max-price", cap], &[Offer::usdc("50001")], 110);
    }
}

#[test]
fn what_is_not_an_amount_is_a_usage_error_before_any_connection() {
    let wrong = [
        "1e3",
        "1,000",
        ".5",
        "5.",
        "-1",
        "+1",
        "\u{661}",
        "",
        " ",
        "0x10",
        "1_000",
        "1.2.3",
        "$",
        "NaN",
        "inf",
        "1 DOGECOIN!",
        "0.05USDC0.05",
        "\u{20ac}1",
        "1\n",
    ];
    for cap in wrong {
        let paywall = Paywall::v2().start().may_be_unused();
        let run = Home::new().run(&[&format!("--max-price={cap}"), &paywall.url("/")]);
        run.exits(2).prints_nothing().says(&["--max-price"]);
        assert_eq!(paywall.connections(), 0, "{cap:?}");
    }
}

#[test]
fn a_number_finer_than_any_coin_is_not_rounded_up() {
    let cap = ["--max-price", "0.0000019"];
    let paywall = Paywall::v2().price("2").start().may_be_unused();
    let run = Home::new().run(&[cap[0], cap[1], &paywall.url("/")]);
    run.refuses(110);
    assert!(paywall.payments().is_empty());
}

#[test]
fn the_environment_and_the_config_file_set_caps_too() {
    let offer = || Paywall::v2().price("50001").start();
    let paywall = offer();
    let home = Home::new();
    home.pay402(&[paywall.url("/")]).env("PAY402_MAX_PRICE", "0.05").run().exits(110);
    paywall.asked_but_not_paid();
    home.pay402(&[paywall.url("/")]).env("PAY402_MAX_PRICE", "0.06").run().exits(0);

    let paywall = offer();
    Home::new().config("max_price = \"0.05\"\n").run(&[paywall.url("/")]).exits(110);
    paywall.asked_but_not_paid();
    Home::new().config("max_price = \"0.06\"\n").run(&[paywall.url("/")]).exits(0);
}

#[test]
fn the_tightest_cap_wins_wherever_it_is_said() {
    let caps = ["0.01", "0.9", "0.9"];
    for turn in 0..3 {
        let paywall = Paywall::v2().price("50000").start();
        let cap = |place: usize| caps[(place + turn) % 3];
        let home = Home::new().config(&format!("max_price = \"{}\"\n", cap(0)));
        let run = home
            .pay402(&["--max-price", cap(1), &paywall.url("/")])
            .env("PAY402_MAX_PRICE", cap(2))
            .run();
        run.refuses(110);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_wrong_cap_in_the_environment_or_the_config_file_is_never_no_cap() {
    let paywall = Paywall::v2().start().may_be_unused();
    let home = Home::new();
    let run = home.paying(&[paywall.url("/")]).env("PAY402_MAX_PRICE", "1e3").run();
    run.exits(2).prints_nothing().says(&["PAY402_MAX_PRICE"]);
    let home = Home::new().config("max_price = 0.05\n");
    home.pay(&[paywall.url("/")]).exits(2).prints_nothing();
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn euros_are_not_dollars() {
    refuses(&["--max-price", "100"], &[Offer::eurc("1")], 113);
    refuses(&["--max-price", "100 USDC"], &[Offer::eurc("1")], 113);
    refuses(&["--max-price", "100 EURC"], &[Offer::usdc("1")], 113);
    pays(&["--max-price", "0.05 EURC"], &[Offer::eurc("50000")], "50000");
    refuses(&["--max-price", "0.05 EURC"], &[Offer::eurc("50001")], 110);
    pays(&["--max-price", "0.05"], &[Offer::eurc("1"), Offer::usdc("50000")], "50000");
}

#[test]
fn the_cheapest_acceptable_offer_is_chosen() {
    let (dear, cheap) = (Offer::usdc("40000"), Offer::polygon_usdc("20000"));
    pays(&["--max-price", "0.05"], &[dear.clone(), cheap.clone()], "20000");
    pays(&["--max-price", "0.03"], &[dear.clone(), cheap.clone()], "20000");
    pays(&["--max-price", "0.05", "--network", "base"], &[dear, cheap], "40000");
}

#[test]
fn an_offer_that_cannot_be_paid_does_not_hide_one_that_can() {
    let cases = [
        Offer::usdc("1").with("scheme", "\"upto\""),
        Offer::usdc("1").with("network", "\"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\""),
        Offer::usdc("1").with("extra", "{\"name\":\"Wrong\",\"version\":\"2\"}"),
        Offer::usdc("1").amount("1"),
        Offer::usdc("1").without("payTo"),
    ];
    for unusable in cases {
        pays(&["--max-price", "0.05"], &[unusable, Offer::usdc("50000")], "50000");
    }
    let good = Offer::usdc("50000").json(Version::V2);
    let paywall = Paywall::v2().raw_offers(&["null", "[]", "7", "\"x\"", &good]).start();
    Home::new().pay(&[paywall.url("/")]).exits(0);
}

#[test]
fn a_cheap_offer_that_fails_is_not_followed_by_a_dearer_one() {
    let paywall = Paywall::v2()
        .offers([Offer::usdc("10000"), Offer::polygon_usdc("40000")])
        .deliver(|_| rejection(Version::V2, "{}", "no"))
        .start();
    Home::new().pay(&[paywall.url("/")]).exits(117);
    assert_eq!(paywall.nonces().len(), 1);
}
