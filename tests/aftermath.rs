//! Every way a seller can fail after the payment: where the money is said to be, what the ledger holds,
//! and that the same bytes fetch the goods once the seller is well.

use crate::outcome::with_receipt;
use crate::support::ledger::entries;
use crate::support::seller::{Receipt, TRANSACTION, demand, rejection};
use crate::support::{BOTH, Home, Paywall, Reply, Seller, Version};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const BODY: &str = "the paid resource\n";

/// A way to fail once the payment has come.
struct Failing {
    reply: Box<dyn Fn(&Receipt) -> Reply + Send + Sync>,
    /// What the first run prints.
    prints: &'static str,
    code: i32,
    /// In the ledger, after the first run.
    state: &'static str,
    /// How often the first run sends the payment.
    sendings: usize,
}

impl Failing {
    /// Without a byte of an answer over the connection that asked, it goes once more over a new one.
    fn twice(self) -> Self {
        Self { sendings: 2, ..self }
    }
}

fn fails(
    code: i32,
    state: &'static str,
    prints: &'static str,
    reply: impl Fn(&Receipt) -> Reply + Send + Sync + 'static,
) -> Failing {
    Failing { reply: Box::new(reply), prints, code, state, sendings: 1 }
}

/// Fails once, in each version; then the same command has to fetch the goods with the same bytes.
#[track_caller]
fn heals(failing: impl Fn() -> Failing) {
    for version in BOTH {
        let Failing { reply, prints, code, state, sendings } = failing();
        let paid = AtomicUsize::new(0);
        let sick = Seller::new(version).body(BODY).deliver(reply);
        let well = Seller::new(version).body(BODY);
        let paywall = Paywall::serve(move |request| {
            let first =
                request.payment().is_some() && paid.fetch_add(1, Ordering::SeqCst) < sendings;
            let seller = if first { &sick } else { &well };
            seller.answer(request, &Mutex::default())
        });
        let home = Home::new();
        let url = paywall.url("/thing");
        let run = home.pay(&["-m", "2", &url]);
        run.exits(code).prints(prints);
        let between = entries(&home);
        let found: Vec<&str> = between.iter().map(|entry| entry.state.as_str()).collect();
        run.assert(found == [state], &format!("the ledger should hold {state}: {between:?}"));
        run.assert(between[0].header.is_some(), "the signed bytes are kept");

        let again = home.pay(&[&url]);
        again.exits(0).prints(BODY).says(&["earlier payment"]);
        assert_eq!(payment_headers(&paywall, version).len(), 1, "the same bytes each time");
        let sendings = sendings + 1;
        assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, sendings));
        let after = entries(&home);
        again.assert(
            after.len() == 1
                && after[0].state == "settled"
                && after[0].sendings == u64::try_from(sendings).unwrap(),
            &format!("the ledger should hold one settled payment: {after:?}"),
        );
        assert_eq!(after[0].header, None, "what is delivered is not asked for again");
    }
}

/// The payments as they came, each once.
fn payment_headers(paywall: &Paywall, version: Version) -> BTreeSet<String> {
    let name = match version {
        Version::V1 => "x-payment",
        Version::V2 => "payment-signature",
    };
    let requests = paywall.requests();
    requests.iter().filter_map(|request| request.header(name).map(str::to_owned)).collect()
}

#[test]
fn no_answer() {
    heals(|| fails(118, "unknown", "", |_| Reply::nothing()).twice());
}

#[test]
fn a_reset() {
    heals(|| fails(118, "unknown", "", |_| Reply::nothing().reset()).twice());
    let in_the_body = |receipt: &Receipt| receipt.deliver().cut_body(8).reset();
    heals(|| fails(119, "settled", "the paid", in_the_body));
    let paywall = Paywall::serve(|request| match request.payment() {
        Some(_) => Reply::nothing().reset(),
        None => demand(Version::V2, &Paywall::v2().terms()),
    });
    Home::new().pay(&[paywall.url("/")]).exits(118).says(&["reset by peer"]);
}

#[test]
fn half_a_status_line() {
    heals(|| fails(118, "unknown", "", |_| Reply::raw("HTTP/1.1 2")));
}

#[test]
fn half_a_header() {
    heals(|| fails(118, "unknown", "", |receipt| receipt.deliver().cut_head(90)));
}

#[test]
fn garbage() {
    heals(|| fails(118, "unknown", "", |_| Reply::raw("\0\u{1}\u{2} nonsense\r\n\r\n")));
    heals(|| fails(118, "unknown", "", |_| Reply::raw("220 mail.example ESMTP\r\n")));
}

#[test]
fn a_cut_body_without_a_receipt() {
    heals(|| fails(118, "unknown", "the paid", |receipt| Reply::ok(&receipt.body).cut_body(8)));
}

#[test]
fn a_cut_body_with_a_receipt() {
    heals(|| fails(119, "settled", "the paid", |receipt| receipt.deliver().cut_body(8)));
    heals(|| fails(119, "settled", "", |receipt| receipt.deliver().cut_body(0)));
    let chunks = |receipt: &Receipt| receipt.deliver().chunked().cut_body(12);
    heals(|| fails(119, "settled", "the paid", chunks));
}

#[test]
fn an_error_without_a_receipt() {
    for status in ["400 Bad Request", "404 Not Found", "429 Too Many", "500 Oops", "503 Later"] {
        heals(|| fails(118, "unknown", "oops\n", move |_| Reply::new(status, b"oops\n")));
    }
}

#[test]
fn an_error_with_a_receipt() {
    for status in ["404 Not Found", "500 Oops"] {
        let reply = move |receipt: &Receipt| receipt.settled(Reply::new(status, b"oops\n"));
        heals(|| fails(119, "settled", "oops\n", reply));
    }
}

#[test]
fn a_bare_402() {
    heals(|| fails(117, "rejected", "", |_| Reply::new("402 Payment Required", b"")));
}

#[test]
fn a_402_with_terms() {
    heals(|| {
        fails(117, "rejected", "", |receipt| {
            let terms = Seller::new(receipt.version).terms();
            rejection(receipt.version, &terms, "facilitator_down")
        })
    });
}

#[test]
fn a_settlement_that_is_pending() {
    heals(|| {
        fails(118, "unknown", "", |receipt| {
            let json = receipt.failure("settlement_pending", TRANSACTION);
            with_receipt(receipt, Reply::new("402 Payment Required", b"{}"), &json)
        })
    });
}

#[test]
fn a_damaged_receipt() {
    heals(|| {
        fails(0, "unknown", BODY, |receipt| {
            Reply::ok(&receipt.body).header(receipt.header(), "%%%")
        })
    });
}

#[test]
fn a_redirect() {
    heals(|| fails(118, "unknown", "moved\n", |_| Reply::redirect("302 Found", "/elsewhere")));
}

#[test]
fn silence_until_the_time_is_up() {
    heals(|| fails(118, "unknown", "", |_| Reply::silence()));
}

#[test]
fn silence_in_the_body_until_the_time_is_up() {
    let in_the_body = |receipt: &Receipt| receipt.deliver().cut_body(8).hang();
    heals(|| fails(119, "settled", "the paid", in_the_body));
}

/// Settles, fails in `reply`'s way, and refuses the same payment ever after.
fn unforgiving(reply: impl Fn(&Receipt) -> Reply + Send + Sync + 'static) -> Paywall {
    Seller::new(Version::V2).body(BODY).deliver(reply).start()
}

#[test]
fn a_seller_who_took_the_money_and_forgot_is_told_from_one_who_refuses() {
    let paywall = unforgiving(|_| Reply::one_byte());
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(118);
    for _ in 0..2 {
        let again = home.pay(&[paywall.url("/")]);
        again.exits(118).prints_nothing().says(&["nonce already used", "may have settled"]);
    }
    assert_eq!(paywall.nonces().len(), 1);
    assert_eq!(entries(&home)[0].state, "unknown");
}

#[test]
fn an_error_that_says_it_failed_proves_nothing_after_a_silence() {
    let failing = |silences: usize| {
        let sent = AtomicUsize::new(0);
        let seller = Seller::new(Version::V2).deliver(move |receipt| {
            if sent.fetch_add(1, Ordering::SeqCst) < silences {
                return Reply::one_byte();
            }
            let failed = receipt.failure("insufficient_funds", "");
            with_receipt(receipt, Reply::new("500 Internal Server Error", b"no"), &failed)
        });
        Paywall::serve(move |request| seller.answer(request, &Mutex::default()))
    };
    let (alone, later) = (failing(0), failing(1));
    let home = Home::new();
    let told = ["--receipt", "r", "-w", "%{payment_state}", "-o", "out"];
    home.pay(&[&told, &[&alone.url("/")[..]][..]].concat()).exits(117).prints("rejected");
    home.pay(&[later.url("/")]).exits(118);
    let again = home.pay(&[&told, &[&later.url("/")[..]][..]].concat());
    again.exits(118).prints("unknown").says(&["earlier payment", "outcome is unknown"]);
    let receipt = fs::read_to_string(home.work("r")).unwrap();
    assert!(receipt.contains("\"state\":\"unknown\""), "{receipt}");
    assert_eq!(entries(&home)[1].state, "unknown");
}

#[test]
fn what_was_paid_and_is_not_delivered_again_says_so() {
    let paywall = unforgiving(|receipt| receipt.deliver().cut_body(8));
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(119).prints("the paid").says(&["running again"]);
    for _ in 0..2 {
        let again = home.pay(&[paywall.url("/")]);
        again.exits(119).prints_nothing().says(&["nonce already used", "was paid", "--pay-again"]);
    }
    assert_eq!(paywall.nonces().len(), 1);
    // It is the owner's word that makes it two.
    home.pay(&["--pay-again", &paywall.url("/")]).exits(119);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn what_is_settled_and_delivered_is_another_purchase_next_time() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    for _ in 0..3 {
        home.pay(&[paywall.url("/")]).exits(0).never_says("earlier payment");
    }
    assert_eq!((paywall.nonces().len(), entries(&home).len()), (3, 3));
}
