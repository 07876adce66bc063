//! Attacks 1 to 10: being made to pay more.

use super::case::{Case, sells};
use crate::support::seller::{demand, rejection};
use crate::support::{BOTH, Offer, Paywall, Reply, Seller, Version};
use std::collections::HashSet;
use std::sync::Mutex;

pub(super) fn n01_amounts() {
    let huge = format!("\"{}\"", "9".repeat(78));
    let amounts = [
        "\"1e3\"",
        "\"0x10\"",
        "\"\"",
        "\" 12 \"",
        "\"+5\"",
        "\"-1\"",
        "\"1.0\"",
        "\"\u{663}\"",
        "5",
        "5.0",
        "1e3",
        "true",
        "null",
        "[]",
        "{}",
        "\"010\"",
        "\"1_000\"",
        "\"1,000\"",
        "\"7900.000000000001\"",
        "\"NaN\"",
        "\"1\\u0000\"",
        &huge,
    ];
    for version in BOTH {
        for amount in amounts {
            Case::of(amount, sells(version, Offer::usdc("1").amount(amount))).refused(114);
        }
        let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        Case::of("2^256-1", sells(version, Offer::usdc(most))).refused(110);
        Case::of("without", sells(version, Offer::usdc("1").amount("null"))).refused(114);
    }
}

pub(super) fn n02_duplicate_keys() {
    for version in BOTH {
        let offer = Offer::usdc("1").json(version);
        let amount = if version == Version::V1 { "maxAmountRequired" } else { "amount" };
        let first = |member: &str| offer.replacen('{', &format!("{{{member},"), 1);
        let doubled = [
            first(&format!("\"{amount}\":\"999999\"")),
            first(&format!("\"{amount}\":\"1\"")),
            first("\"payTo\":\"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC\""),
            first("\"p\\u0061yTo\":\"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC\""),
            first("\"asset\":\"0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42\""),
            first("\"network\":\"eip155:1\""),
            first("\"note\":{\"a\":[{\"b\":1,\"b\":2}]}"),
            offer.replace("\"version\":\"2\"", "\"version\":\"2\",\"version\":\"1\""),
        ];
        for twice in doubled {
            let paywall = Seller::new(version).raw_offers(&[&twice]).start();
            Case::of(&twice, paywall).says(&["same key twice"]).refused(114);
        }
        // By two names, one price each.
        let other = if version == Version::V1 { "amount" } else { "maxAmountRequired" };
        let both = first(&format!("\"{other}\":\"2\""));
        Case::of(&both, Seller::new(version).raw_offers(&[&both]).start()).refused(114);
    }
}

pub(super) fn n03_decimals_and_words() {
    let lie = r#"{"name":"USD Coin","version":"2","decimals":18,"symbol":"WEI","price":"$0.01"}"#;
    for version in BOTH {
        let offer = Offer::usdc("1000000").with("extra", lie).with("decimals", "18");
        let words = "\"only $0.01, 0.01 USDC!\"";
        let offer = offer.with("description", words).with("symbol", "\"DUST\"");
        let dear = Seller::new(version).offer(offer).member("description", words).start();
        Case::of("a dollar", dear).says(&["the price is 1 USDC"]).refused(110);
        let unknown = Offer::usdc("1")
            .with("asset", "\"0x1111111111111111111111111111111111111111\"")
            .with("extra", r#"{"name":"USD Coin","version":"2","decimals":6,"symbol":"USDC"}"#);
        Case::of("a token nobody knows", sells(version, unknown)).refused(114);
    }
}

/// Dollars with eighteen decimals, on BNB Chain.
fn usd1(amount: &str) -> Offer {
    Offer::usdc(amount)
        .with("network", "\"eip155:56\"")
        .with("asset", "\"0x8d0D000Ee44948FC98c9B98A4FA4921476f08B0d\"")
        .with("extra", r#"{"name":"World Liberty Financial USD","version":"1"}"#)
}

pub(super) fn n04_other_decimals() {
    let cent = "10000000000000000";
    Case::of("a cent of eighteen decimals", sells(Version::V2, usd1(cent))).paid();
    let more = "50000000000000001";
    Case::of("an atom over five cents", sells(Version::V2, usd1(more))).refused(110);
    let dollars = "1000000000000000000";
    Case::of("a dollar", sells(Version::V2, usd1(dollars))).says(&["1 USD1"]).refused(110);
    for version in BOTH {
        Case::of("euros under dollars", sells(version, Offer::eurc("1"))).refused(113);
    }
    // The cheaper by number is the dearer by value.
    let two = Paywall::v2().offers([usd1("40000000000000000"), Offer::usdc("30000")]).start();
    let after = Case::of("by number", two).paid();
    assert!(after.paywall.payments()[0].1.contains("\"30000\""));
}

pub(super) fn n05_units_of_a_cap() {
    for version in BOTH {
        for (cap, offer, exit) in [
            ("0.05 USDC", Offer::eurc("1"), 113),
            ("0.05 EURC", Offer::usdc("1"), 113),
            ("0.05 EURC", Offer::eurc("50001"), 110),
            ("0.05 USDC", Offer::usdc("50001"), 110),
        ] {
            Case::of(cap, sells(version, offer)).cap(cap).refused(exit);
        }
        Case::of("euros", sells(version, Offer::eurc("50000"))).cap("0.05 EURC").paid();
    }
    Case::of("USD1", sells(Version::V2, usd1("1"))).cap("0.05 USDC").refused(113);
}

pub(super) fn n06_ceilings_and_deposits() {
    let extra = |more: &str| format!(r#"{{"name":"USD Coin","version":"2",{more}}}"#);
    for (scheme, more) in [
        ("upto", r#""ceiling":"99999999""#),
        ("batch-settlement", r#""minDeposit":"99999999""#),
        ("deferred", r#""maxAmount":"99999999""#),
    ] {
        let scheme = format!("\"{scheme}\"");
        let offer = Offer::usdc("1").with("scheme", &scheme).with("extra", &extra(more));
        Case::of(scheme, sells(Version::V2, offer)).refused(114);
    }
    // Beside a plain offer such words ask for nothing: the amount is signed, and nothing else.
    let offer = Offer::usdc("1").with("extra", &extra(r#""minDeposit":"99999999""#));
    Case::of("words beside an offer", sells(Version::V2, offer)).paid();
}

pub(super) fn n07_auth_capture() {
    for version in BOTH {
        let extra = r#"{"name":"USD Coin","version":"2","captureDeadline":99999999999,
            "refundDeadline":99999999999,"maxFeeBps":9999,"feeReceiver":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"}"#;
        let offer = Offer::usdc("1").with("scheme", "\"auth-capture\"").with("extra", extra);
        Case::of("auth-capture", sells(version, offer)).refused(114);
        for flow in ["upfront", "escrow", "Authorization", ""] {
            let extra = format!(r#"{{"name":"USD Coin","version":"2","paymentFlow":"{flow}"}}"#);
            let offer = Offer::usdc("1").with("extra", &extra);
            Case::of(format!("flow {flow:?}"), sells(version, offer)).refused(114);
        }
    }
}

pub(super) fn n08_a_second_price() {
    for version in BOTH {
        for price in ["1", "20000", "99999999"] {
            let again = Seller::new(version).price(price).terms();
            let paywall = Seller::new(version)
                .deliver(move |_| rejection(version, &again, "too little"))
                .start();
            let after = Case::of(price, paywall).says(&["too little"]).paid_but(117, "");
            assert_eq!(after.paywall.requests().len(), 2);
        }
        // 402 to everything, whatever it carries, here and after every redirect.
        let terms = Seller::new(version).terms();
        let endless = Paywall::serve(move |request| {
            let paid = request.payment().is_some();
            if paid { Reply::redirect("307 x", "/again") } else { demand(version, &terms) }
        });
        Case::of("endless", endless).args(&["-L"]).paid_but(118, "moved\n");
        // Each URL of one command is a payment of its own; a budget holds them together.
        let paywall = Seller::new(version).start();
        let (one, two) = (paywall.url("/1"), paywall.url("/2"));
        let case = Case::of("three URLs", paywall).args(&["--budget", "0.02/day", &one, &two]);
        case.ends(2, 2, 111, "the paid resource\nthe paid resource\n");
    }
}

pub(super) fn n09_cheap_then_dear() {
    for version in BOTH {
        let broken = Offer::usdc("1").with("extra", r#"{"name":"USDC","version":"2"}"#);
        let bait = Seller::new(version).offers([broken.clone(), Offer::usdc("60000")]).start();
        Case::of("the other is over the cap", bait).says(&["0.06 USDC"]).refused(110);
        let within = Seller::new(version).offers([broken, Offer::usdc("40000")]).start();
        let after = Case::of("the other is within it", within).paid();
        assert!(after.paywall.payments()[0].1.contains("\"40000\""));
        let refusing = Seller::new(version)
            .offers([Offer::usdc("10000"), Offer::polygon_usdc("20000"), Offer::usdc("40000")])
            .deliver(move |_| rejection(version, &Seller::new(version).terms(), "no"))
            .start();
        let after = Case::of("never the next one", refusing).paid_but(117, "");
        assert!(after.paywall.payments()[0].1.contains("\"10000\""));
    }
}

pub(super) fn n10_kept_for_later() {
    for version in BOTH {
        let seller = Seller::new(version);
        let paywall = Paywall::serve(move |request| {
            let reply = seller.answer(request, &Mutex::new(HashSet::new()));
            match request.index {
                1 => Reply::new("500 Oops", b"sorry\n"),
                3 => rejection(version, &seller.terms(), "not now"),
                _ => reply,
            }
        });
        let after = Case::of("the first time", paywall).paid_but(118, "sorry\n");
        let (home, paywall) = (after.home, after.paywall);
        let url = paywall.url("/thing");
        let nonces = paywall.nonces();
        home.pay(&[&url]).exits(118).prints_nothing().says(&["may have settled"]);
        home.pay(&[&url]).exits(0).prints(super::case::BODY);
        assert_eq!(paywall.nonces(), nonces, "the same one every time");
        assert_eq!(paywall.payments().len(), 3);
    }
}
