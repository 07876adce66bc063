//! Which offers the owner's rules let through, and the ones nobody should ever sign.

use crate::support::home::PAYER;
use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::seller::demand;
use crate::support::{Home, Offer, Paywall, Reply, Version};

/// The URL of a host that is not loopback: only a proxy can make anything of it.
const ELSEWHERE: &str = "http://shop.test/thing";

/// The exit code with these arguments for one offer of a cent in dollars on Base.
fn code(args: &[&str]) -> Option<i32> {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    let run = Home::new().pay(&args);
    assert_eq!(paywall.payments().len(), usize::from(run.code() == Some(0)), "{run}");
    run.code()
}

#[test]
fn an_offer_must_be_in_what_was_narrowed() {
    let fits: [&[&str]; 8] = [
        &["--network", "base"],
        &["--network", "eip155:8453"],
        &["--network", "polygon", "--network", "base"],
        &["--asset", "USDC"],
        &["--asset", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"],
        &["--scheme", "exact"],
        &["--pay-to", PAYEE],
        &["--pay-to", "0x209693bc6afc0c5328ba36faf03c514ef312287c"],
    ];
    for args in fits {
        assert_eq!(code(args), Some(0), "{args:?}");
    }
    let misses: [&[&str]; 5] = [
        &["--network", "polygon"],
        &["--network", "eip155:1"],
        &["--asset", "EURC"],
        &["--asset", "0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42"],
        &["--pay-to", OTHER_PAYEE],
    ];
    for args in misses {
        assert_eq!(code(args), Some(112), "{args:?}");
    }
}

#[test]
fn a_network_goes_by_its_name_in_both_versions() {
    for network in ["base", "eip155:8453"] {
        let paywall = Paywall::v1().start();
        Home::new().pay(&["--network", network, &paywall.url("/")]).exits(0);
    }
}

#[test]
fn a_rule_that_means_nothing_is_a_usage_error() {
    let wrong: [[&str; 2]; 5] = [
        ["--network", "bse"],
        ["--network", "eip155:08453"],
        ["--pay-to", "0x209693"],
        ["--pay-to", "0x209693bC6afc0C5328bA36FaF03C514EF312287C"],
        ["--max-validity", "-1"],
    ];
    for [flag, value] in wrong {
        let paywall = Paywall::v2().start().may_be_unused();
        Home::new().pay(&[flag, value, &paywall.url("/")]).exits(2).says(&[flag]);
        assert_eq!(paywall.connections(), 0, "{flag} {value}");
    }
}

#[test]
fn no_pay_makes_a_402_an_ordinary_answer() {
    for with_cap in [false, true] {
        let paywall = Paywall::v1().start();
        let home = Home::without_wallet();
        let url = paywall.url("/");
        let run =
            if with_cap { home.pay(&["--no-pay", &url]) } else { home.run(&["--no-pay", &url]) };
        run.exits(0).prints(Paywall::v1().terms());
        paywall.asked_but_not_paid();
        home.run(&["--no-pay", "-f", &url]).exits(22).prints_nothing();
    }
}

#[test]
fn an_expected_quote_is_paid_and_nothing_else_is() {
    let quote = |offer: Offer| {
        let paywall = Paywall::v2().offer(offer).start();
        let args = ["--max-price", "1", "--dry-run", "--format", "json", &paywall.url("/")];
        let run = Home::new().run(&args);
        run.exits(0);
        run.json()["quote"].as_str().unwrap_or_else(|| panic!("no quote\n{run}")).to_owned()
    };
    let expected = quote(Offer::usdc("10000"));
    let changed = [
        Offer::usdc("10001"),
        Offer::usdc("10000").pay_to(OTHER_PAYEE),
        Offer::polygon_usdc("10000"),
        Offer::testnet_usdc("10000"),
    ];
    for offer in changed {
        let paywall = Paywall::v2().offer(offer).start();
        Home::new().pay(&["--expect", &expected, &paywall.url("/")]).refuses(112);
        paywall.asked_but_not_paid();
    }
    for amount in ["10000", "9999"] {
        let paywall = Paywall::v2().price(amount).start();
        Home::new().pay(&["--expect", &expected, &paywall.url("/")]).exits(0);
    }
}

#[test]
fn plain_http_to_another_host_is_not_paid_unless_allowed() {
    let paywall = Paywall::v2().start();
    let proxy = paywall.url("");
    let home = Home::new();
    let run = home.pay(&["-x", &proxy, ELSEWHERE]);
    run.refuses(112).says(&["--allow-http"]);
    paywall.asked_but_not_paid();
    assert_eq!(paywall.requests()[0].target, ELSEWHERE);
    home.pay(&["-x", &proxy, "--allow-http", ELSEWHERE]).exits(0);
    assert_eq!(paywall.payments().len(), 1);
}

#[test]
fn certificates_unchecked_and_paying_exclude_each_other() {
    let paywall = Paywall::v2().start();
    let proxy = paywall.url("");
    let home = Home::new();
    let run = home.pay(&["-k", "-x", &proxy, "--allow-http", ELSEWHERE]);
    run.refuses(112).says(&["-k"]);
    paywall.asked_but_not_paid();
    home.pay(&["-k", &paywall.url("/")]).exits(0);
}

#[test]
fn a_payment_brought_along_is_not_paid_on_top() {
    for name in ["PAYMENT-SIGNATURE", "X-PAYMENT"] {
        let paywall = Paywall::serve(|_| demand(Version::V2, &Paywall::v2().terms()));
        let header = format!("{name}: e30=");
        let home = Home::new();
        // Whoever pays by hand gets the answer as it is, like curl's.
        home.pay(&["-H", &header, &paywall.url("/")]).exits(0).prints("{}").says_nothing();
        home.pay(&["-f", "-H", &header, &paywall.url("/")]).exits(22).prints_nothing();
        for request in paywall.requests() {
            let (_, payment) = request.payment().expect("the header the user gave");
            assert_eq!(payment, "{}", "{request:?}");
        }
    }
}

#[test]
fn one_does_not_pay_oneself() {
    let paywall = Paywall::v2().offer(Offer::usdc("1").pay_to(PAYER)).start();
    Home::new().pay(&[paywall.url("/")]).refuses(112);
    paywall.asked_but_not_paid();
}

#[test]
fn a_flow_that_settles_first_or_holds_in_escrow_is_not_chosen_unasked() {
    for flow in ["upfront", "escrow", "later", ""] {
        let extra = format!(r#"{{"name":"USD Coin","version":"2","paymentFlow":"{flow}"}}"#);
        let paywall = Paywall::v2().offer(Offer::usdc("1").with("extra", &extra)).start();
        Home::new().pay(&[paywall.url("/")]).refuses(114);
        paywall.asked_but_not_paid();
    }
    let extra = r#"{"name":"USD Coin","version":"2","paymentFlow":"authorization"}"#;
    let paywall = Paywall::v2().offer(Offer::usdc("1").with("extra", extra)).start();
    Home::new().pay(&[paywall.url("/")]).exits(0);
}

#[test]
fn a_domain_or_spender_that_the_server_chose_is_not_signed() {
    let extras = [
        r#""verifyingContract":"0x77777777Dcc4d5A8B6E418Fd04D8997ef11000eE""#,
        r#""assetTransferMethod":"permit2""#,
        r#""assetTransferMethod":"erc7710""#,
    ];
    for extra in extras {
        let extra = format!(r#"{{"name":"USD Coin","version":"2",{extra}}}"#);
        let paywall = Paywall::v2().offer(Offer::usdc("1").with("extra", &extra)).start();
        Home::new().pay(&[paywall.url("/")]).refuses(114);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn the_owners_rules_for_a_host_hold_for_that_host() {
    let config = "max_price = \"1\"\n[host.\"127.0.0.1\"]\nmax_price = \"0.005\"\n";
    let paywall = Paywall::v2().start();
    Home::new().config(config).run(&[paywall.url("/")]).exits(110);
    paywall.asked_but_not_paid();
    let config = config.replace("127.0.0.1", "shop.test");
    Home::new().config(&config).run(&[paywall.url("/")]).exits(0);
}

#[test]
fn a_file_in_the_working_directory_changes_nothing() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    for name in ["config.toml", ".pay402.toml", "pay402.toml", ".env"] {
        std::fs::write(home.work(name), "max_price = \"1\"\nPAY402_MAX_PRICE=1\n").unwrap();
    }
    home.run(&[paywall.url("/")]).exits(113);
    paywall.asked_but_not_paid();
}

#[test]
fn a_402_without_terms_is_not_a_success() {
    let paywall = Paywall::script([Reply::new("402 Payment Required", b"pay me")]);
    Home::new().pay(&[paywall.url("/")]).refuses(114);
    assert_eq!(paywall.requests().len(), 1);
}

#[test]
fn the_rules_of_every_host_on_the_way_hold() {
    let elsewhere = Paywall::v2().start();
    let to = elsewhere.url("/there");
    let shop = Paywall::serve(move |_| Reply::new("302 Found", b"").header("Location", &to));
    let place = |paywall: &Paywall| paywall.url("").replace("http://", "");
    let (first, last) = (place(&shop), place(&elsewhere));
    let other = format!("pay_to = [\"{OTHER_PAYEE}\"]");
    for line in [
        "no_pay = true",
        "max_price = \"0.001\"",
        &other,
        "networks = [\"polygon\"]",
        "assets = [\"EURC\"]",
        "schemes = [\"upto\"]",
        "ask = true",
    ] {
        let config = format!("max_price = \"1\"\n[host.\"{first}\"]\n{line}\n");
        let run = Home::new().config(&config).run(&["-L", &shop.url("/moved")]);
        run.assert(elsewhere.payments().is_empty(), line);
        run.assert(!elsewhere.requests().is_empty(), "the redirect is followed");
    }
    // A cap on the way is none for a place that has none.
    let config = format!("[host.\"{first}\"]\nmax_price = \"1\"\n");
    Home::new().config(&config).run(&["-L", &shop.url("/moved")]).refuses(113);
    assert!(elsewhere.payments().is_empty());
    let config = format!("[host.\"{last}\"]\nmax_price = \"1\"\n");
    Home::new().config(&config).run(&["-L", &shop.url("/moved")]).exits(0);
}
