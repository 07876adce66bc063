//! The receipt in answer to a payment: absent, damaged, lying, or under another name.

use crate::outcome::{anything, ends, with_receipt};
use crate::support::seller::Receipt;
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
