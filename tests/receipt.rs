//! The receipt in answer to a payment: absent, damaged, lying, or under another name.

use crate::outcome::{anything, ends, with_receipt};
use crate::support::seller::{Receipt, TRANSACTION};
use crate::support::{BOTH, Home, Reply, Seller, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[test]
fn a_resource_without_a_receipt_is_printed_with_a_warning() {
    ends(
        |receipt| Reply::ok(&receipt.body),
        0,
        "the paid resource\n",
        |run| {
            run.says(&["receipt"]);
        },
    );
}

#[test]
fn a_damaged_receipt_costs_nothing_of_the_body() {
    let damaged = ["%%%", "e30=", "bm90IGpzb24=", "W10=", "eyJzdWNjZXNzIjoidHJ1ZSJ9", "/////w=="];
    for value in damaged {
        let deliver =
            move |receipt: &Receipt| Reply::ok(&receipt.body).header(receipt.header(), value);
        ends(deliver, 118, "the paid resource\n", anything);
    }
}

#[test]
fn a_receipt_of_failure_with_the_resource_is_unknown() {
    let deliver = |receipt: &Receipt| {
        let json = receipt.failure("unexpected_settle_error", "");
        with_receipt(receipt, Reply::ok(&receipt.body), &json)
    };
    ends(deliver, 118, "the paid resource\n", anything);
}

#[test]
fn a_receipt_for_something_else_is_told() {
    let lies: [(&str, &str); 3] = [
        ("base", "polygon"),
        ("eip155:8453", "eip155:1"),
        (
            "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
            "0x0000000000000000000000000000000000000001",
        ),
    ];
    for (truth, lie) in lies {
        for version in BOTH {
            let paywall = Seller::new(version)
                .deliver(move |receipt| {
                    let json = receipt.settlement().replace(truth, lie);
                    with_receipt(receipt, Reply::ok(&receipt.body), &json)
                })
                .start();
            let honest = Home::new().pay(&[paywall.url("/")]);
            honest.prints("the paid resource\n");
            let network_of_this_version = (version == Version::V1) == (truth == "base");
            if truth.starts_with("0x") || network_of_this_version {
                let lines = honest.stderr.lines().count();
                honest.assert(lines > 1 || honest.code() != Some(0), "it should have told the lie");
            }
        }
    }
}

#[test]
fn a_receipt_may_have_the_other_versions_name_and_any_case() {
    for name in ["payment-response", "X-Payment-Response", "Payment-Response"] {
        let deliver = move |receipt: &Receipt| {
            Reply::ok(&receipt.body).header(name, &STANDARD.encode(receipt.settlement()))
        };
        ends(deliver, 0, "the paid resource\n", |run| {
            run.says_one_line();
        });
    }
}

#[test]
fn a_resource_that_comes_while_its_settlement_is_pending_is_printed() {
    let deliver = |receipt: &Receipt| {
        let json = receipt.failure("settlement_pending", TRANSACTION);
        with_receipt(receipt, Reply::ok(&receipt.body), &json)
    };
    ends(deliver, 118, "the paid resource\n", |run| {
        run.says(&["on its way", TRANSACTION]);
    });
}

#[test]
fn an_error_page_that_comes_with_a_failed_settlement_is_printed() {
    for status in ["500 Internal Server Error", "400 Bad Request"] {
        let deliver = move |receipt: &Receipt| {
            let json = receipt.failure("insufficient_funds", "");
            with_receipt(receipt, Reply::new(status, b"what went wrong\n"), &json)
        };
        ends(deliver, 117, "what went wrong\n", |run| {
            run.says(&["insufficient_funds"]);
        });
    }
}

#[test]
fn a_receipt_of_another_amount_is_doubted_and_never_repeated() {
    for lie in ["0", "1", "9999", "10001", "1e4", "-10000", "ten"] {
        for version in BOTH {
            let paywall = Seller::new(version)
                .deliver(move |receipt| {
                    let amount = format!("{{\"amount\":\"{lie}\",");
                    let json = receipt.settlement().replacen('{', &amount, 1);
                    with_receipt(receipt, Reply::ok(b""), &json)
                })
                .start();
            let format = "%{payment_state} %{payment_amount} %{payment_amount_atomic}";
            let home = Home::new();
            let run = home.pay(&["-w", format, "--receipt", "receipt", &paywall.url("/")]);
            run.exits(118).prints("unknown 0.01 10000").says(&["0.01 USDC"]);
            let file = std::fs::read(home.work("receipt")).unwrap();
            let report: serde_json::Value = serde_json::from_slice(&file).unwrap();
            assert_eq!(report["amount_atomic"], "10000", "{report}");
        }
    }
    let honest = |receipt: &Receipt| {
        let json = receipt.settlement().replacen('{', "{\"amount\":\"10000\",", 1);
        with_receipt(receipt, Reply::ok(&receipt.body), &json)
    };
    ends(honest, 0, "the paid resource\n", anything);
}

#[test]
fn two_receipts_are_none() {
    let twice = |receipt: &Receipt| receipt.settled(receipt.deliver());
    ends(twice, 118, "the paid resource\n", anything);
    let and_a_failure = |receipt: &Receipt| {
        with_receipt(receipt, receipt.deliver(), &receipt.failure("insufficient_funds", ""))
    };
    ends(and_a_failure, 118, "the paid resource\n", anything);
}
