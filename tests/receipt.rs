//! The receipt in answer to a payment: absent, damaged, lying, or under another name.

use crate::outcome::{anything, ends, with_receipt};
use crate::support::seller::{Receipt, TRANSACTION};
use crate::support::{BOTH, Home, Paywall, Reply, Seller, Version};
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
        ends(deliver, 0, "the paid resource\n", |run| {
            run.says_one_line().says(&["cannot be read", "settlement is not proven"]);
        });
    }
}

#[test]
fn an_odd_receipt_shows_the_transaction_that_it_names() {
    let digits = TRANSACTION.trim_start_matches("0x");
    let odd = [
        TRANSACTION.to_owned(),
        digits.to_uppercase(),
        format!("\"{TRANSACTION}\""),
        format!(r#"{{"receiptId":"r-1","txHash":"{digits}"}}"#),
        format!(r#"{{"ok":1,"order":{{"tx_hash":"{TRANSACTION}"}}}}"#),
        format!(r#"{{"success":true,"transaction":"{digits}","network":"somewhere"}}"#),
    ];
    for value in odd {
        for coded in [value.clone(), STANDARD.encode(&value)] {
            let told = value.clone();
            let deliver =
                move |receipt: &Receipt| Reply::ok(&receipt.body).header(receipt.header(), &coded);
            ends(deliver, 0, "the paid resource\n", |run| {
                run.says_one_line().says(&[TRANSACTION, "not proven"]);
                run.assert(!run.stderr.contains("paid 0.01"), &told);
            });
        }
    }
    let beside = |receipt: &Receipt| {
        Reply::ok(&receipt.body).header("X-Payment-Tx-Hash", digits_of(TRANSACTION))
    };
    ends(beside, 0, "the paid resource\n", |run| {
        run.says(&[TRANSACTION, "no receipt", "not proven"]);
    });
}

fn digits_of(hash: &str) -> &str {
    hash.trim_start_matches("0x")
}

#[test]
fn a_receipt_in_another_spelling_proves_what_it_says() {
    let spellings: [fn(&str) -> String; 6] = [
        |json| json.replace(TRANSACTION, digits_of(TRANSACTION)),
        |json| json.replace("\"transaction\"", "\"txHash\""),
        |json| json.replace("\"base\"", "8453").replace("\"eip155:8453\"", "8453"),
        |json| json.replacen('{', "{\"amount\":10000,\"error\":null,", 1),
        |json| format!("[{json}]"),
        |json| format!("{{\"settlement\":{json}}}"),
    ];
    for spelled in spellings {
        let deliver = move |receipt: &Receipt| {
            with_receipt(receipt, Reply::ok(&receipt.body), &spelled(&receipt.settlement()))
        };
        ends(deliver, 0, "the paid resource\n", |run| {
            run.says_one_line().says(&["paid 0.01 USDC", TRANSACTION]).never_says("proven");
        });
    }
}

#[test]
fn what_is_delivered_and_not_proven_counts_and_is_signed_once_while_it_may_settle() {
    for value in ["%%%", TRANSACTION, ""] {
        let paywall = Paywall::v2()
            .deliver(move |receipt| Reply::ok(&receipt.body).header("PAYMENT-RESPONSE", value))
            .start();
        let home = Home::new();
        let pay = || home.pay(&["--budget", "0.01/day", &paywall.url("/")]);
        pay().exits(0).prints("the paid resource\n");
        let entry = home.run(&["history", "export"]).exits(0).json();
        assert_eq!(entry["state"], "unknown", "{entry}");
        // Its seller refuses what it has seen, and no other is signed beside it.
        pay().exits(118);
        assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
        home.pay(&["--budget", "0.01/day", "--pay-again", &paywall.url("/")]).refuses(111);
        assert_eq!(paywall.nonces().len(), 1);
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
    for json in [r#"{"success":true,"status":"pending"}"#, r#"{"status":"processing"}"#] {
        for status in ["200 OK", "202 Accepted"] {
            let deliver = move |receipt: &Receipt| {
                let reply = Reply::new(status, &receipt.body).header("Retry-After", "7");
                with_receipt(receipt, reply, json)
            };
            ends(deliver, 118, "the paid resource\n", |run| {
                run.says(&["on its way", "come back in 7 s"]);
            });
        }
    }
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
    for (lie, code) in [
        ("0", 118),
        ("1", 118),
        ("9999", 118),
        ("10001", 118),
        // No amounts, so they contradict none, and prove nothing either.
        ("1e4", 0),
        ("-10000", 0),
        ("ten", 0),
    ] {
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
            run.exits(code).prints("unknown 0.01 10000").says(&["0.01 USDC"]);
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
fn the_same_receipt_twice_is_one_and_two_that_contradict_each_other_are_none() {
    let twice = |receipt: &Receipt| receipt.settled(receipt.deliver());
    let joined = |receipt: &Receipt| {
        let one = STANDARD.encode(receipt.settlement());
        Reply::ok(&receipt.body).header(receipt.header(), &format!("{one}, {one}"))
    };
    let under_both_names = |receipt: &Receipt| {
        let sparse = STANDARD.encode(r#"{"success":true,"amount":"10000"}"#);
        let other = ["PAYMENT-RESPONSE", "X-PAYMENT-RESPONSE"].map(|name| (name, &sparse));
        let (name, value) = other.into_iter().find(|(name, _)| *name != receipt.header()).unwrap();
        receipt.deliver().header(name, value)
    };
    let all: [fn(&Receipt) -> Reply; 3] = [twice, joined, under_both_names];
    for deliver in all {
        ends(deliver, 0, "the paid resource\n", |run| {
            run.says_one_line().says(&["paid 0.01 USDC", TRANSACTION]);
        });
    }
    let of_another = |receipt: &Receipt| {
        let other = receipt.settlement().replace(TRANSACTION, &TRANSACTION.replace('8', "7"));
        with_receipt(receipt, receipt.deliver(), &other)
    };
    ends(of_another, 0, "the paid resource\n", |run| {
        run.says(&["not proven"]);
    });
    let and_a_failure = |receipt: &Receipt| {
        with_receipt(receipt, receipt.deliver(), &receipt.failure("insufficient_funds", ""))
    };
    ends(and_a_failure, 118, "the paid resource\n", anything);
}
