//! After the payment has gone out: what arrived is kept, and the exit code says where the money is.

use crate::support::seller::{Receipt, TRANSACTION, rejection};
use crate::support::{BOTH, Home, Paywall, Reply, Run, Seller, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Pays once in each version, is answered by `deliver`, and must end with `code` after printing
/// `body`; `check` sees the run as well.
#[track_caller]
pub(crate) fn ends(
    deliver: impl Fn(&Receipt) -> Reply + Clone + Send + Sync + 'static,
    code: i32,
    body: &str,
    check: impl Fn(&Run),
) {
    for version in BOTH {
        let paywall =
            Seller::new(version).body("the paid resource\n").deliver(deliver.clone()).start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(code).prints(body);
        assert_eq!(paywall.nonces().len(), 1, "one authorization and no other");
        check(&run);
    }
}

pub(crate) fn anything(_: &Run) {}

/// A settlement in the header of its version.
pub(crate) fn with_receipt(receipt: &Receipt, reply: Reply, json: &str) -> Reply {
    reply.header(receipt.header(), &STANDARD.encode(json))
}

#[test]
fn no_answer_is_unknown() {
    ends(
        |_| Reply::one_byte(),
        118,
        "",
        |run| {
            run.says(&["again"]);
        },
    );
}

#[test]
fn an_answer_cut_in_its_head_is_unknown() {
    ends(|_| Reply::raw("HTTP/1.1 2"), 118, "", anything);
    ends(|_| Reply::raw("HTTP/1.1 200 OK\r\nContent-Le"), 118, "", anything);
    ends(|receipt| receipt.deliver().cut_head(100), 118, "", anything);
    ends(|_| Reply::raw("\0\u{1}\u{2} nonsense\r\n\r\n"), 118, "", anything);
}

#[test]
fn a_head_without_end_is_unknown_and_bounded() {
    let flood = |_: &Receipt| Reply::ok(b"").header("X-Flood", &"x".repeat(10 << 20));
    ends(flood, 118, "", anything);
}

#[test]
fn a_silent_server_is_unknown_when_the_time_is_up() {
    let paywall = Paywall::v2().deliver(|_| Reply::silence()).start();
    let run = Home::new().pay(&["-m", "2", &paywall.url("/")]);
    run.exits(118).prints_nothing();
    assert_eq!(paywall.nonces().len(), 1);
}

#[test]
fn a_body_cut_after_settlement_is_paid_and_not_delivered() {
    ends(
        |receipt| receipt.deliver().cut_body(8),
        119,
        "the paid",
        |run| {
            run.says(&[TRANSACTION]);
        },
    );
    let chunks = "4\r\nthe \r\n4\r\npa";
    let broken = move |receipt: &Receipt| {
        receipt.settled(Reply::ok(b"")).then_raw("Transfer-Encoding: chunked", chunks)
    };
    ends(broken, 119, "the pa", anything);
}

#[test]
fn a_body_cut_without_a_settlement_is_unknown() {
    ends(|receipt| Reply::ok(&receipt.body).cut_body(8), 118, "the paid", anything);
}

#[test]
fn a_second_402_is_a_rejection_and_never_a_second_price() {
    for version in BOTH {
        let paywall = Seller::new(version)
            .price("10000")
            .deliver(move |_| {
                let terms = Seller::new(version).price("1").terms();
                rejection(version, &terms, "insufficient\u{1b}[31m_funds")
            })
            .start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(117).prints_nothing().says(&["insufficient", "_funds"]).never_says("\u{1b}");
        assert_eq!(paywall.payments().len(), 1);
    }
}

#[test]
fn a_settlement_that_failed_is_a_rejection() {
    ends(
        |receipt| {
            let json = receipt.failure("invalid_exact_evm_transaction_failed", "");
            with_receipt(receipt, Reply::new("402 Payment Required", b"{}"), &json)
        },
        117,
        "",
        |run| {
            run.says(&["transaction_failed"]);
        },
    );
}

#[test]
fn a_refusal_that_leaves_the_money_open_is_unknown() {
    for status in ["402 Payment Required", "502 Bad Gateway"] {
        let lost = move |receipt: &Receipt| {
            let json = receipt.failure("fetch failed", "");
            with_receipt(receipt, Reply::new(status, b""), &json)
        };
        ends(lost, 118, "", |run| {
            run.says(&["again"]);
        });
    }
    // In the body alone, beside terms in a header that say nothing; and in one too long to be read.
    let terms = Paywall::v2().terms();
    let body = |padding: usize| {
        let padding = " ".repeat(padding);
        format!(r#"{{"error":"Settlement failed: timed out"{padding}}}"#)
    };
    let beside = move |_: &Receipt| {
        let terms = STANDARD.encode(&terms);
        Reply::new("402 Payment Required", body(0)).header("PAYMENT-REQUIRED", &terms)
    };
    ends(beside, 118, "", |run| {
        run.says(&["may have settled"]);
    });
    ends(move |_| Reply::new("402 Payment Required", body(2 << 20)), 118, "", anything);
    // A refusal of which nothing can be read.
    let cut = |_: &Receipt| Reply::new("402 Payment Required", b"{\"x402Ver").claims_length(400);
    ends(cut, 118, "", |run| {
        run.says(&["may have settled"]);
    });
}

#[test]
fn a_settlement_that_is_pending_is_unknown() {
    ends(
        |receipt| {
            let json = receipt.failure("settlement_pending", TRANSACTION);
            with_receipt(receipt, Reply::new("402 Payment Required", b"{}"), &json)
        },
        118,
        "",
        |run| {
            run.says(&[TRANSACTION]);
        },
    );
}

#[test]
fn a_settlement_that_is_pending_tells_when_to_come_back_wherever_it_is_said() {
    let hash = TRANSACTION.trim_start_matches("0x");
    let said = [
        (r#"{"error":"settlement_pending","retryAfter":7}"#.to_owned(), "settlement_pending"),
        (
            r#"{"detail":{"error":"payment_pending","retry_after":"7"}}"#.to_owned(),
            "payment_pending",
        ),
        (format!(r#"{{"status":"pending","txHash":"{hash}","retryAfterMs":7000}}"#), TRANSACTION),
    ];
    for (body, words) in said {
        let deliver = move |_: &Receipt| Reply::new("402 Payment Required", &body);
        ends(deliver, 118, "", |run| {
            run.says(&[words, "do not pay again", "come back in 7 s", "pay402 reconcile pay_"]);
        });
    }
    for status in ["402 Payment Required", "425 Too Early", "503 Later"] {
        let deliver = move |receipt: &Receipt| {
            let json = receipt.failure("settlement_pending", TRANSACTION);
            let reply = Reply::new(status, b"{}").header("Retry-After", "7");
            with_receipt(receipt, reply, &json)
        };
        ends(deliver, 118, "", |run| {
            run.says(&[TRANSACTION, "come back in 7 s"]);
        });
        let bare = move |_: &Receipt| {
            Reply::new(status, b"{\"error\":\"timed out\"}").header("Retry-After", "7")
        };
        let body = if status.starts_with("402") { "" } else { "{\"error\":\"timed out\"}" };
        ends(bare, 118, body, |run| {
            run.says(&["come back in 7 s"]);
        });
    }
    let far = |_: &Receipt| Reply::new("503 Later", b"").header("Retry-After", "99999999999");
    ends(far, 118, "", |run| {
        run.never_says("come back");
    });
}

#[test]
fn what_the_first_402_said_already_says_nothing_of_the_payment() {
    let note = r#""note":"settlement may time out; retry later","status":"pending""#;
    let marked = |reply: Reply| reply.header("X-Payment-Required", "true");
    for version in BOTH {
        let paywall = Seller::new(version)
            .member("note", "\"settlement may time out; retry later\"")
            .member("status", "\"pending\"")
            .demand(move |_, terms| marked(crate::support::seller::demand(version, terms)))
            .deliver(move |_| {
                let terms = Seller::new(version).terms().replacen('{', &format!("{{{note},"), 1);
                marked(rejection(version, &terms, "insufficient_funds"))
            })
            .start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(117).says(&["insufficient_funds"]).never_says("may have settled");
        // By itself each of them leaves it open.
        let alone = move |_: &Receipt| {
            let terms = Seller::new(version).terms().replacen('{', &format!("{{{note},"), 1);
            rejection(version, &terms, "insufficient_funds")
        };
        let paywall = Seller::new(version).deliver(alone).start();
        Home::new().pay(&[paywall.url("/")]).exits(118);
        let paywall = Seller::new(version)
            .deliver(move |_| {
                marked(rejection(version, &Seller::new(version).terms(), "insufficient_funds"))
            })
            .start();
        Home::new().pay(&[paywall.url("/")]).exits(118).says(&["may have settled"]);
    }
}

#[test]
fn a_server_that_repeats_its_first_answer_gets_no_second_signature() {
    // It settles, and says before and after that the authorization is used.
    let lie = |_: &Receipt| {
        rejection(Version::V2, &Seller::new(Version::V2).terms(), "nonce already used")
    };
    let paywall = Paywall::v2()
        .demand(|_, terms| rejection(Version::V2, terms, "nonce already used"))
        .deliver(lie)
        .start();
    let home = Home::new();
    for _ in 0..3 {
        let code = home.pay(&["--budget", "0.01/day", &paywall.url("/")]).code();
        assert!(matches!(code, Some(117 | 118)), "{code:?}");
    }
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 3));
    home.pay(&["--budget", "0.01/day", "--pay-again", &paywall.url("/")]).refuses(111);
}

#[test]
fn terms_that_a_refusal_quotes_are_no_words_on_the_payment() {
    let quoting = |receipt: &Receipt| {
        let offer = Seller::new(receipt.version).terms();
        let offer: serde_json::Value = serde_json::from_str(&offer).unwrap();
        let details = serde_json::json!({ "paymentRequirements": offer["accepts"][0] });
        let body = serde_json::json!({ "error": "insufficient_funds", "details": details });
        Reply::new("402 Payment Required", body.to_string())
    };
    ends(quoting, 117, "", |run| {
        run.says(&["insufficient_funds"]).never_says("maxTimeoutSeconds");
    });
}

#[test]
fn an_error_without_a_settlement_is_unknown() {
    for status in ["500 Internal Server Error", "502 Bad Gateway", "404 Not Found"] {
        ends(move |_| Reply::new(status, b"oops\n"), 118, "oops\n", anything);
    }
}

#[test]
fn a_412_with_terms_is_a_rejection_like_a_402() {
    for version in BOTH {
        let refusal = move |_: &Receipt| {
            let terms = Seller::new(version).terms();
            let header = STANDARD.encode(terms.replace("Payment required", "allowance_required"));
            Reply::new("412 Precondition Failed", b"{}").header("PAYMENT-REQUIRED", &header)
        };
        let paywall = Seller::new(version).deliver(refusal).start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(117).prints_nothing().says(&["allowance_required"]);
    }
}

#[test]
fn a_412_without_terms_is_an_answer_like_any_other() {
    let changed = |_: &Receipt| Reply::new("412 Precondition Failed", b"it has changed\n");
    ends(changed, 118, "it has changed\n", |run| {
        run.says(&["412", "outcome is unknown"]);
    });
    let refused = |receipt: &Receipt| {
        let json = receipt.failure("insufficient_funds", "");
        with_receipt(receipt, Reply::new("412 Precondition Failed", b"no\n"), &json)
    };
    ends(refused, 117, "no\n", anything);
}

#[test]
fn an_error_with_a_settlement_is_paid_and_not_delivered() {
    for status in ["500 Internal Server Error", "404 Not Found"] {
        let deliver = move |receipt: &Receipt| receipt.settled(Reply::new(status, b"oops\n"));
        ends(deliver, 119, "oops\n", |run| {
            run.says(&[TRANSACTION]);
        });
    }
}

#[test]
fn a_redirect_in_answer_to_a_payment_is_not_followed() {
    let trap = std::sync::Arc::new(Paywall::script([]).may_be_unused());
    let elsewhere = trap.url("/trap");
    for location in [elsewhere.as_str(), "/elsewhere"] {
        for version in BOTH {
            let location = location.to_owned();
            let paywall = Seller::new(version)
                .deliver(move |_| Reply::redirect("302 Found", &location))
                .start();
            let run = Home::new().pay(&["-L", &paywall.url("/")]);
            run.exits(118);
            assert_eq!(paywall.requests().len(), 2, "{run}");
        }
    }
    assert!(trap.requests().is_empty(), "{:?}", trap.requests());
}

#[test]
fn the_body_is_printed_though_the_server_fails_with_fail_with_body() {
    let deliver = |receipt: &Receipt| receipt.settled(Reply::new("500 Oops", b"oops\n"));
    for (flag, body) in [("-f", ""), ("--fail-with-body", "oops\n")] {
        let paywall = Paywall::v2().deliver(deliver).start();
        Home::new().pay(&[flag, &paywall.url("/")]).exits(119).prints(body);
    }
}

#[test]
fn the_servers_words_are_never_raw() {
    let nasty = "\u{202e}evil\u{200b}\u{9b}31m\u{7f}\r\n\u{1b}]8;;http://x\u{7}";
    for version in BOTH {
        let paywall = Seller::new(version)
            .deliver(move |_| rejection(version, &Seller::new(version).terms(), nasty))
            .start();
        let run = Home::new().pay(&[paywall.url("/")]);
        run.exits(117).says(&["evil"]);
        for raw in ["\u{202e}", "\u{200b}", "\u{9b}", "\u{7f}", "\r", "\u{1b}", "\u{7}"] {
            run.never_says(raw);
        }
    }
}

#[test]
fn a_long_word_of_the_server_is_cut() {
    let paywall = Paywall::v1()
        .deliver(|_| rejection(Version::V1, &Paywall::v1().terms(), &"y".repeat(100_000)))
        .start();
    let run = Home::new().pay(&[paywall.url("/")]);
    run.exits(117).assert(run.stderr.len() < 4096, "it should have said less");
}
