//! Attacks 11 to 21: being made to sign for the wrong party, or something dangerous.

use super::case::{Case, sells};
use crate::support::home::PAYER;
use crate::support::{BOTH, Home, Offer, Paywall, Reply, Seller, Version};

const PERMIT2: &str = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const STRANGER: &str = "0x1111111111111111111111111111111111111111";

fn text(value: &str) -> String {
    format!("\"{value}\"")
}

/// A domain of Base's dollars, and these members beside it.
fn extra(more: &str) -> String {
    format!(r#"{{"name":"USD Coin","version":"2",{more}}}"#)
}

pub(super) fn n11_payees() {
    let nobody = [
        "0x0000000000000000000000000000000000000000",
        "0x000000000000000000000000000000000000dEaD",
        "0x0000000000000000000000000000000000000001",
        "0x0000000000000000000000000000000000000100",
        // The token itself, another token, Permit2, and a proxy of x402's.
        "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        "0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42",
        PERMIT2,
        "0x402085c248EeA27D92E8b30b2C58ed07f9E20001",
    ];
    for version in BOTH {
        for payee in nobody {
            Case::of(payee, sells(version, Offer::usdc("1").pay_to(payee))).refused(114);
        }
        let own = sells(version, Offer::usdc("1").pay_to(PAYER));
        Case::of("one's own", own).says(&["which is this wallet"]).refused(112);
        for payee in ["merchant", "0x", "0x209693bC6afc0C5328bA36FaF03C514EF312287C", "vitalik.eth"]
        {
            Case::of(payee, sells(version, Offer::usdc("1").pay_to(payee))).refused(114);
        }
    }
}

pub(super) fn n12_assets() {
    let lookalikes = [
        "0x833589fcd6ed000000000000000000000000bda02913",
        "0x833589fcd6edb6e08f4c7c32d4f71b54bda02914",
        // Another chain's dollars, somebody's account, the coin of the chain, and a name.
        "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        STRANGER,
        "0x0000000000000000000000000000000000000000",
        "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
        "USDC",
        "usd",
    ];
    for version in BOTH {
        for asset in lookalikes {
            let offer = Offer::usdc("1").with("asset", &text(asset));
            Case::of(asset, sells(version, offer)).refused(114);
        }
    }
}

pub(super) fn n13_foreign_domain() {
    let domain = r#""domain":{"name":"Permit2","chainId":1,"verifyingContract":"0x000000000022D473030F116dDEE9F6B43aC78BA3"},
        "types":{"Permit":[{"name":"spender","type":"address"}]},"primaryType":"Permit","chainId":1"#;
    for version in BOTH {
        // The verifier knows one domain and one type for a token: had anything else been signed, it
        // would not have delivered.
        let offer = Offer::usdc("1").with("extra", &extra(domain));
        Case::of("a domain in extra", sells(version, offer)).paid();
        let offer = Offer::usdc("1").with("domain", "{\"chainId\":1}").with("chainId", "1");
        Case::of("a domain beside it", sells(version, offer)).paid();
        for named in [
            r#"{"name":"Permit2","version":"2"}"#,
            r#"{"name":"USD Coin","version":"1"}"#,
            r#"{"name":"USD Coin ","version":"2"}"#,
            r#"{"name":["USD Coin"],"version":"2"}"#,
            r#"["USD Coin","2"]"#,
            r#""USD Coin""#,
        ] {
            Case::of(named, sells(version, Offer::usdc("1").with("extra", named))).refused(114);
        }
    }
}

pub(super) fn n14_permit2() {
    let contracts = [
        PERMIT2,
        "0x402085c248EeA27D92E8b30b2C58ed07f9E20001",
        "0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002",
        "0x77777777Dcc4d5A8B6E418Fd04D8997ef11000eE",
    ];
    for version in BOTH {
        for contract in contracts {
            for named in [r#"{"name":"Permit2"}"#, r#"{"name":"Permit2","version":"2"}"#, "{}"] {
                let offer = Offer::usdc("1").with("asset", &text(contract)).with("extra", named);
                Case::of(contract, sells(version, offer)).refused(114);
            }
        }
        let offer =
            Offer::usdc("1").with("extra", r#"{"name":"GatewayWalletBatched","version":"1"}"#);
        Case::of("Circle's gateway", sells(version, offer)).refused(114);
    }
}

pub(super) fn n15_servers_choice() {
    for version in BOTH {
        for contract in [STRANGER, PERMIT2, "", "anything"] {
            let more = format!(r#""verifyingContract":"{contract}""#);
            let offer = Offer::usdc("1").with("extra", &extra(&more));
            Case::of(more, sells(version, offer)).refused(114);
        }
        for method in ["permit2", "erc7710", "Eip3009", ""] {
            let more = format!(r#""assetTransferMethod":"{method}","spenderAddress":"{STRANGER}""#);
            let offer = Offer::usdc("1").with("extra", &extra(&more));
            Case::of(more, sells(version, offer)).refused(114);
        }
        let more = format!(
            r#""assetTransferMethod":"eip3009","spenderAddress":"{STRANGER}","spender":"{STRANGER}",
               "from":"{STRANGER}","nonce":"0x00","validBefore":"99999999999","value":"99999999""#
        );
        let offer = Offer::usdc("1").with("extra", &extra(&more));
        let after = Case::of("a spender", sells(version, offer)).paid();
        let (_, json) = &after.paywall.payments()[0];
        let payload =
            serde_json::from_str::<serde_json::Value>(json).unwrap()["payload"].to_string();
        assert!(!payload.to_lowercase().contains(STRANGER), "{payload}");
    }
}

/// Declares an extension to a payment that needs none: it is repeated, and nothing is added to it.
fn sponsored(name: &str) {
    let declared = format!(
        r#"{{"{name}":{{"info":{{"description":"free gas","version":"1","amount":"max"}},"schema":{{"required":["signature"]}}}}}}"#
    );
    let paywall = Paywall::v2().member("extensions", &declared).start();
    let after = Case::of(name, paywall).paid();
    let payment: serde_json::Value = serde_json::from_str(&after.paywall.payments()[0].1).unwrap();
    assert_eq!(
        payment["extensions"],
        serde_json::from_str::<serde_json::Value>(&declared).unwrap()
    );
    let keys: Vec<&String> = payment["payload"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["authorization", "signature"]);
    // To one that would need it, it is no reason to sign anything.
    let needing = Offer::usdc("1").with("extra", &extra(r#""assetTransferMethod":"permit2""#));
    let paywall = Paywall::v2().offer(needing).member("extensions", &declared).start();
    Case::of(name, paywall).refused(114);
}

pub(super) fn n16_approval_sponsoring() {
    sponsored("erc20ApprovalGasSponsoring");
}

pub(super) fn n17_permit_sponsoring() {
    sponsored("eip2612GasSponsoring");
}

pub(super) fn n18_chains() {
    let v2 = [
        "eip155:08453",
        "EIP155:8453",
        "eip155:8453 ",
        " eip155:8453",
        "eip155:*",
        "eip155:",
        "base",
        "eip155:8453\\u0000",
        "eip155:0x2105",
        "eip155:8453.0",
        "eip155:18446744073709560069",
        "8453",
    ];
    for network in v2 {
        let offer = Offer::usdc("1").with("network", &text(network));
        Case::of(network, sells(Version::V2, offer)).refused(114);
    }
    for network in ["Base", "base ", "BASE", "base-mainnet", "8453", "eip155:08453", "mainnet"] {
        let offer = Offer::usdc("1").with("network", &text(network));
        Case::of(network, sells(Version::V1, offer)).refused(114);
    }
    // A chain reader that reads another chain proves nothing.
    for other in ["0x1", "0x02105", "8453", "0x", ""] {
        let silent = Paywall::v2().deliver(|_| Reply::one_byte()).start();
        let after = Case::of("silence", silent).paid_but(118, "");
        let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{other}"}}"#);
        let rpc = Paywall::serve(move |_| Reply::ok(&answer));
        let endpoint = format!("base={}", rpc.url("/"));
        let run = after.home.run(&["reconcile", "--rpc-url", &endpoint]);
        run.exits(118).assert(!run.text().contains("settled in"), "it should have proved nothing");
        let ledger = crate::support::ledger::entries(&after.home);
        assert_eq!(ledger[0].state, "unknown", "{run}");
    }
}

pub(super) fn n19_homoglyphs() {
    for version in BOTH {
        for scheme in
            ["\u{435}xact", "ex\u{430}ct", "Exact", "exact\u{200b}", "exact ", "e\\u0000xact"]
        {
            let offer = Offer::usdc("1").with("scheme", &text(scheme));
            Case::of(scheme, sells(version, offer)).refused(114);
        }
        for network in ["b\u{430}se", "eip155\u{ff1a}8453", "eip155:\u{ff18}453", "base\u{200d}"] {
            let offer = Offer::usdc("1").with("network", &text(network));
            Case::of(network, sells(version, offer)).refused(114);
        }
        for payee in [
            "0\u{445}209693Bc6afc0C5328bA36FaF03C514EF312287C",
            "0X209693bc6afc0c5328ba36faf03c514ef312287c",
        ] {
            Case::of(payee, sells(version, Offer::usdc("1").pay_to(payee))).refused(114);
        }
    }
}

pub(super) fn n20_sign_in() {
    let declared = r#"{"sign-in-with-x":{"info":{"domain":"bank.test","uri":"https://bank.test/login",
        "statement":"Log in","version":"1","chainId":"eip155:8453","nonce":"abcdefgh","issuedAt":"2026-11-21T00:00:00Z"},"schema":{}}}"#
        .replace('\n', "");
    let paywall = Paywall::v2().raw_offers(&[]).member("extensions", &declared).start();
    let after = Case::of("nothing but a login", paywall).refused(114);
    let paywall = Paywall::v2().member("extensions", &declared).start();
    let both = Case::of("a login beside the price", paywall).paid();
    for request in after.paywall.requests().iter().chain(&both.paywall.requests()) {
        assert_eq!(request.header("sign-in-with-x"), None);
    }
    let (_, json) = &both.paywall.payments()[0];
    assert_eq!(json.matches("signature").count(), 1, "one signature, of the payment: {json}");
}

pub(super) fn n21_testnets() {
    for version in BOTH {
        let test = || Seller::new(version).offer(Offer::testnet_usdc("10000")).start();
        Case::of("told", test()).says(&["base-sepolia", "(testnet)"]).paid();
        Case::of("not allowed", test()).args(&["--network", "base"]).refused(112);
        let real = || Seller::new(version).offer(Offer::usdc("10000")).start();
        Case::of("allowed", real()).args(&["--network", "base-sepolia"]).refused(112);
        // Real money by the name that the test token has, and the other way round.
        for (offer, name) in [(Offer::usdc("1"), "USDC"), (Offer::testnet_usdc("1"), "USD Coin")] {
            let named = format!(r#"{{"name":"{name}","version":"2","testnet":true}}"#);
            let offer = offer.with("extra", &named);
            Case::of(named, Seller::new(version).offer(offer).start()).refused(114);
        }
        let home = Home::new().config("networks = [\"base-sepolia\"]\n");
        Case::of("by the owner's file", real()).home(home).refused(112);
    }
}
