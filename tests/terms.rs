//! Reading what a 402 says: where the terms may be, how they may be spelled, and what is no terms.

use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::seller::demand;
use crate::support::{BOTH, Home, Offer, Paywall, Reply, Seller, Version};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::time::{Duration, Instant};

/// A 402 with `terms` in a header of that name.
fn in_header(name: &str, value: &str) -> Reply {
    Reply::new("402 Payment Required", b"{}").header(name, value)
}

/// The seller asks by `reply` instead, and is paid all the same.
#[track_caller]
fn is_paid(seller: Seller, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) {
    let paywall = seller.demand(move |_, terms| reply(terms)).start();
    Home::new().pay(&[paywall.url("/")]).exits(0).prints(b"the paid resource\n");
    assert_eq!(paywall.payments().len(), 1);
}

/// The terms are no terms: nothing is signed.
#[track_caller]
fn is_not_payable(seller: Seller, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) {
    let paywall = seller.demand(move |_, terms| reply(terms)).start();
    Home::new().pay(&[paywall.url("/")]).refuses(114);
    paywall.asked_but_not_paid();
}

/// An offer that this client cannot pay.
#[track_caller]
fn is_refused(version: Version, offer: &Offer) {
    let paywall = Seller::new(version).offer(offer.clone()).start();
    Home::new().pay(&[paywall.url("/")]).refuses(114);
    paywall.asked_but_not_paid();
}

#[test]
fn the_header_may_have_other_names() {
    for name in ["X-PAYMENT-REQUIRED", "X-PAYMENT-REQUIREMENTS", "payment-required"] {
        is_paid(Paywall::v2(), move |terms| in_header(name, &STANDARD.encode(terms)));
    }
}

#[test]
fn the_header_may_be_any_base64_or_plain_json() {
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        // Three of a kind give the two characters in which the alphabets differ.
        let seller = Paywall::v2().member("note", "\"??????>>>>>>\"");
        is_paid(seller, move |terms| in_header("PAYMENT-REQUIRED", &engine.encode(terms)));
    }
    is_paid(Paywall::v2(), |terms| in_header("PAYMENT-REQUIRED", terms));
    is_paid(Paywall::v2(), |terms| in_header("X-PAYMENT-REQUIRED", terms));
}

#[test]
fn version_2_may_be_in_the_body() {
    is_paid(Paywall::v2(), |terms| Reply::new("402 Payment Required", terms));
}

#[test]
fn the_header_wins_over_the_body() {
    let body = Paywall::v1().price("1").terms();
    let paywall = Paywall::v2()
        .price("20000")
        .demand(move |_, terms| {
            Reply::new("402 Payment Required", &body)
                .header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
        })
        .start();
    Home::new().pay(&[paywall.url("/")]).exits(0);
    assert!(paywall.payments()[0].1.contains("\"20000\""));
}

#[test]
fn two_headers_that_differ_are_told_though_the_body_is_paid() {
    let paywall = Paywall::v2()
        .demand(|_, terms| {
            let other = STANDARD.encode(terms.replace("10000", "20000"));
            demand(Version::V1, terms)
                .header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
                .header("PAYMENT-REQUIRED", &other)
        })
        .start();
    Home::new().pay(&[paywall.url("/")]).exits(0).says(&["names other terms elsewhere"]);
}

#[test]
fn a_body_that_asks_otherwise_is_told_whatever_its_version() {
    let contradicts = |version: Version, other: Offer, told: bool| {
        let body = Seller::new(version).offer(other).terms();
        let paywall = Paywall::v2()
            .demand(move |_, terms| {
                demand(Version::V1, &body).header("PAYMENT-REQUIRED", &STANDARD.encode(terms))
            })
            .start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(0);
        assert!(paywall.payments()[0].1.contains("\"10000\""));
        run.assert(run.stderr.contains("other terms") == told, "a contradiction is told, or not");
    };
    for version in BOTH {
        contradicts(version, Offer::usdc("10000"), false);
        contradicts(version, Offer::usdc("20000"), true);
        contradicts(version, Offer::usdc("10000").pay_to(OTHER_PAYEE), true);
    }
    // The same by other spellings, and offers that only one version can make.
    contradicts(Version::V1, Offer::usdc("10000").pay_to(&PAYEE.to_lowercase()), false);
    contradicts(Version::V1, Offer::polygon_usdc("20000"), false);
}

#[test]
fn a_header_that_cannot_be_read_leaves_the_body() {
    let reply = |terms: &str| demand(Version::V1, terms).header("PAYMENT-REQUIRED", "%%%");
    is_paid(Paywall::v1(), reply);
}

#[test]
fn the_body_may_come_in_chunks_or_end_with_the_connection() {
    is_paid(Paywall::v1(), |terms| demand(Version::V1, terms).chunked());
    is_paid(Paywall::v1(), |terms| demand(Version::V1, terms).until_close());
}

#[test]
fn a_body_of_a_mebibyte_is_read_and_no_more() {
    let padded = |terms: &str, size: usize| {
        let padding = " ".repeat(size - terms.len());
        demand(Version::V1, &format!("{terms}{padding}"))
    };
    is_paid(Paywall::v1(), move |terms| padded(terms, 1 << 20));
    is_not_payable(Paywall::v1(), move |terms| padded(terms, (1 << 20) + 1));
}

#[test]
fn a_header_over_64_kibibytes_is_not_read() {
    let seller = Paywall::v2().member("note", &format!("\"{}\"", "x".repeat(50_000)));
    is_not_payable(seller, |terms| in_header("PAYMENT-REQUIRED", &STANDARD.encode(terms)));
}

#[test]
fn terms_in_the_header_do_not_wait_for_the_body() {
    let stuck: [fn(Reply) -> Reply; 5] = [
        |reply| reply.hang(),
        |reply| reply.trickle(300, Duration::from_secs(3)),
        |reply| reply.cut_body(7),
        |reply| reply.header("Content-Encoding", "gzip"),
        |reply| reply,
    ];
    for (place, stuck) in stuck.into_iter().enumerate() {
        let size = if place == 4 { 3 << 20 } else { 1 << 10 };
        let page = format!("<html>{}", "x".repeat(size));
        let claimed = page.len() + usize::from(place == 0);
        let start = Instant::now();
        is_paid(Paywall::v2(), move |terms| {
            let page = Reply::new("402 Payment Required", &page).claims_length(claimed);
            stuck(page.header("PAYMENT-REQUIRED", &STANDARD.encode(terms)))
        });
        assert!(start.elapsed() < Duration::from_secs(10), "case {place}: {:?}", start.elapsed());
    }
}

#[test]
fn a_402_that_cannot_be_read_is_a_refusal_and_not_a_fault_of_the_network() {
    let long = |terms: &str| format!("{terms}{}", " ".repeat(1 << 20));
    let paywall = Paywall::v1().demand(move |_, terms| demand(Version::V1, &long(terms))).start();
    let run = Home::new().pay(&["-o", "/dev/null", "-w", "%{payment_state}", &paywall.url("/")]);
    run.exits(114).prints("refused").says(&["longer than 1048576 bytes", "nothing was signed"]);
    paywall.asked_but_not_paid();
}

#[test]
fn there_are_at_most_64_offers() {
    for version in BOTH {
        let offers = |count| vec![Offer::usdc("10000"); count];
        is_paid(Seller::new(version).offers(offers(64)), move |terms| demand(version, terms));
        let many = Seller::new(version).offers(offers(65));
        is_not_payable(many, move |terms| demand(version, terms));
    }
}

#[test]
fn json_deeper_than_64_is_not_read() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let seller = Paywall::v2().member("deep", &nested(60));
    is_paid(seller, |terms| demand(Version::V2, terms));
    let seller = Paywall::v2().member("deep", &nested(100_000));
    is_not_payable(seller, |terms| Reply::new("402 Payment Required", terms));
}

#[test]
fn what_is_not_terms_is_not_paid() {
    let texts =
        ["", "Payment Required", "<html>pay</html>", "[]", "null", "{}", "{\"accepts\":[]}"];
    for text in texts {
        is_not_payable(Paywall::v1(), move |_| Reply::new("402 Payment Required", text));
    }
    is_not_payable(Paywall::v1().raw_offers(&[]), |terms| demand(Version::V1, terms));
    let unknown = |terms: &str| demand(Version::V1, &terms.replacen(":1,", ":3,", 1));
    is_not_payable(Paywall::v1(), unknown);
}

#[test]
fn a_number_beyond_every_float_is_not_read() {
    let seller = Paywall::v2().member("resource", r#"{"url":"https://shop.test/","x":1e400}"#);
    is_not_payable(seller, |terms| demand(Version::V2, terms));
    is_refused(Version::V2, &Offer::usdc("1").with("x", "-1e400"));
}

#[test]
fn an_amount_is_a_decimal_string_and_nothing_else_is() {
    let amounts = [
        "10000",
        "1e3",
        "-1",
        "null",
        "\"\"",
        "\"1e3\"",
        "\"0x10\"",
        "\" 1\"",
        "\"1 \"",
        "\"+5\"",
        "\"-1\"",
        "\"1.0\"",
        "\"010\"",
        "\"\u{661}\"",
        "\"7900.000000000001\"",
        "[\"1\"]",
        "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"",
    ];
    for version in BOTH {
        for amount in amounts {
            is_refused(version, &Offer::usdc("1").amount(amount));
        }
        let huge = "9".repeat(79);
        is_refused(version, &Offer::usdc(&huge));
    }
}

#[test]
fn a_key_said_twice_is_not_believed() {
    for version in BOTH {
        let key = if version == Version::V1 { "maxAmountRequired" } else { "amount" };
        let offer = Offer::usdc("1").json(version);
        let twice = offer.replacen('{', &format!("{{\"{key}\":\"99999999\","), 1);
        let paywall = Seller::new(version).raw_offers(&[&twice]).start();
        Home::new().pay(&[paywall.url("/")]).refuses(114);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn an_address_is_twenty_bytes_with_a_true_checksum_or_none() {
    let addresses = [
        "0x209693bC6afc0C5328bA36FaF03C514EF312287C",
        "0x209693Bc6afc0C5328bA36FaF03C514EF312287",
        "209693Bc6afc0C5328bA36FaF03C514EF312287C",
        "0x0000000000000000000000000000000000000000",
        "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        "vitalik.eth",
    ];
    for address in addresses {
        is_refused(Version::V2, &Offer::usdc("10000").pay_to(address));
    }
    let lower = Offer::usdc("10000").pay_to("0x209693bc6afc0c5328ba36faf03c514ef312287c");
    is_paid(Paywall::v2().offer(lower), |terms| demand(Version::V2, terms));
}

#[test]
fn the_capitals_of_a_token_in_the_table_say_nothing() {
    for asset in
        ["0x833589fCD6eDb6E08f4c7C32D4f71b54bda02913", "0x833589FcD6eDb6E08f4c7C32D4f71b54bdA02913"]
    {
        for version in BOTH {
            let offer = Offer::usdc("10000").with("asset", &format!("\"{asset}\""));
            is_paid(Seller::new(version).offer(offer), move |terms| demand(version, terms));
        }
    }
}

#[test]
fn version_1_has_every_name_of_the_table_and_version_2_is_told_how_it_is_spelled() {
    let sepolia = Offer::testnet_usdc("10000")
        .with("network", "\"optimism-sepolia\"")
        .with("asset", "\"0x5fd84259d66Cd46123540766Be93DFE6D43130D7\"");
    let paywall = Paywall::v1().offer(sepolia).start().may_be_unused();
    let home = Home::new();
    let run = home.pay(&[paywall.url("/")]);
    run.assert(run.code() != Some(114), "it is a network that is known");
    assert!(paywall.payments()[0].1.contains("\"network\":\"optimism-sepolia\""));
    for (said, spelled) in
        [("base", "eip155:8453"), ("EIP155:8453", "eip155:8453"), ("137", "eip155:137")]
    {
        let offer = Offer::usdc("1").with("network", &format!("\"{said}\""));
        let paywall = Paywall::v2().offer(offer).start();
        Home::new().pay(&[paywall.url("/")]).refuses(114).says(&[said, spelled, "version 2"]);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn the_same_header_twice_is_one_and_two_that_differ_are_none() {
    let lines = |first: &str, second: &str| {
        in_header("PAYMENT-REQUIRED", first).header("PAYMENT-REQUIRED", second)
    };
    is_paid(Paywall::v2(), move |terms| lines(&STANDARD.encode(terms), &STANDARD.encode(terms)));
    is_paid(Paywall::v2(), |terms| {
        let one = STANDARD.encode(terms);
        in_header("PAYMENT-REQUIRED", &format!("{one}, {one}"))
    });
    is_paid(Paywall::v2(), |terms| in_header("PAYMENT-REQUIRED", &format!("{terms},{terms}")));
    is_not_payable(Paywall::v2(), move |terms| {
        lines(&STANDARD.encode(terms), &STANDARD.encode(terms.replace("10000", "10001")))
    });
}

#[test]
fn a_402_in_the_encodings_of_windows_is_read() {
    let wide = |text: &str, high_first: bool| -> Vec<u8> {
        let bytes = |unit: u16| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let demand = |body: Vec<u8>| Reply::new("402 Payment Required", body);
    for version in BOTH {
        let seller = || Seller::new(version);
        is_paid(seller(), move |terms| demand(format!("\u{feff}{terms}\r\n").into_bytes()));
        for high_first in [true, false] {
            is_paid(seller(), move |terms| demand(wide(&format!("\u{feff}{terms}"), high_first)));
            is_paid(seller(), move |terms| demand(wide(terms, high_first)));
        }
    }
    is_paid(Paywall::v2(), |terms| {
        in_header("PAYMENT-REQUIRED", &STANDARD.encode(format!("\u{feff}{terms}")))
    });
    is_paid(Paywall::v2(), |terms| {
        in_header("PAYMENT-REQUIRED", &format!("\"{}\"", STANDARD.encode(terms)))
    });
}

#[test]
fn a_402_that_is_compressed_unasked_is_read() {
    let gzip = |bytes: &[u8]| {
        // Stored, not deflated: header, one block, check and length (RFC 1951, 3.2.4; RFC 1952).
        let length = u16::try_from(bytes.len()).unwrap();
        let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(bytes);
        let mut crc = u32::MAX;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            }
        }
        out.extend((!crc).to_le_bytes());
        out.extend(u32::from(length).to_le_bytes());
        out
    };
    for version in BOTH {
        is_paid(Seller::new(version), move |terms| {
            Reply::new("402 Payment Required", gzip(terms.as_bytes()))
                .header("Content-Encoding", "gzip")
        });
        // A proxy that undid it and left the header.
        is_paid(Seller::new(version), move |terms| {
            demand(version, terms).header("Content-Encoding", "gzip")
        });
    }
}

#[test]
fn a_payment_fits_the_servers_in_use_or_is_not_signed() {
    let long = "lorem ipsum ".repeat(500);
    let resource = format!(r#"{{"url":"http://127.0.0.1/","description":"{long}"}}"#);
    let unused = format!(r#"{{"bazaar":{{"info":{{"note":"{long}"}}}}}}"#);
    for (resource_sent, members) in [
        (false, vec![("resource", resource.clone())]),
        (false, vec![("resource", resource), ("extensions", unused.clone())]),
        (true, vec![("extensions", unused)]),
    ] {
        let (asks, well) = (Paywall::v2(), Paywall::v2());
        let asks = members.iter().fold(asks, |asks, (name, json)| asks.member(name, json));
        let paywall = Paywall::serve(move |request| {
            let line = request.header("payment-signature").map(str::len).unwrap_or_default();
            if line == 0 {
                return asks.answer(request, &std::sync::Mutex::default());
            }
            if line > 7168 {
                return Reply::new("400 Request Header Or Cookie Too Large", b"");
            }
            let (_, payment) = request.payment().unwrap();
            assert_eq!(payment.contains("\"resource\""), resource_sent);
            well.clone().member("resource", "null").answer(request, &std::sync::Mutex::default())
        });
        Home::new().pay(&[paywall.url("/")]).exits(0).prints("the paid resource\n");
    }
    let extra = format!(r#"{{"name":"USD Coin","version":"2","note":"{long}"}}"#);
    let paywall = Paywall::v2().offer(Offer::usdc("10000").with("extra", &extra)).start();
    Home::new().pay(&[paywall.url("/")]).refuses(114).says(&["header would have", "8000"]);
    paywall.asked_but_not_paid();
    // In version 1 the terms are not repeated.
    let paywall = Paywall::v1().offer(Offer::usdc("10000").with("extra", &extra)).start();
    Home::new().pay(&[paywall.url("/")]).exits(0);
}

#[test]
fn a_network_and_a_scheme_are_matched_to_the_letter() {
    let networks = ["eip155:08453", "EIP155:8453", "eip155:8453 ", "eip155:*", "b\u{430}se"];
    for network in networks {
        is_refused(Version::V2, &Offer::usdc("1").with("network", &format!("\"{network}\"")));
    }
    for scheme in ["Exact", "\u{435}xact", "exact ", "", "upfront"] {
        is_refused(Version::V2, &Offer::usdc("1").with("scheme", &format!("\"{scheme}\"")));
    }
}

#[test]
fn a_time_is_a_whole_number_of_seconds() {
    for seconds in ["0", "-1", "1.5", "1e3", "\"60\"", "99999999999999999999"] {
        is_refused(Version::V2, &Offer::usdc("1").with("maxTimeoutSeconds", seconds));
    }
}

#[test]
fn a_time_left_out_is_what_servers_mean_by_it() {
    for version in BOTH {
        for offer in [
            Offer::usdc("1").without("maxTimeoutSeconds"),
            Offer::usdc("1").with("maxTimeoutSeconds", "null"),
        ] {
            is_paid(Seller::new(version).offer(offer), move |terms| demand(version, terms));
        }
    }
}

#[test]
fn a_long_time_is_cut_to_the_longest_validity() {
    for (args, longest) in [(&[][..], 600), (&["--max-validity", "90"][..], 90)] {
        let offer = Offer::usdc("1").with("maxTimeoutSeconds", "31536000");
        let paywall = Paywall::v2()
            .offer(offer)
            .deliver(move |receipt| {
                let life = receipt.payment.valid_before - crate::support::seller::now();
                assert!(life <= longest, "{life} seconds");
                // A chain's clock lags behind: an authorization must not begin just now.
                let age = crate::support::seller::now() - receipt.payment.valid_after;
                assert!(age >= 30, "{age} seconds");
                receipt.deliver()
            })
            .start();
        let url = paywall.url("/");
        let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
        Home::new().pay(&args).exits(0);
    }
}

#[test]
fn a_domain_the_token_does_not_have_is_not_signed() {
    let extras = [
        r#"{"name":"USDC","version":"2"}"#,
        r#"{"name":"USD Coin","version":"1"}"#,
        r#"{"name":"GatewayWalletBatched","version":"1"}"#,
        r#"{"name":2,"version":"2"}"#,
    ];
    for version in BOTH {
        for extra in extras {
            is_refused(version, &Offer::usdc("1").with("extra", extra));
        }
    }
}

#[test]
fn a_token_that_is_not_in_the_table_is_not_paid() {
    let stranger = "\"0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02914\"".to_lowercase();
    is_refused(Version::V2, &Offer::usdc("1").with("asset", &stranger));
    // Right token, wrong chain.
    is_refused(Version::V2, &Offer::usdc("1").with("network", "\"eip155:1\""));
}
