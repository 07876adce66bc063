//! What is open: how it counts, who may sign beside it, and how it is sent again or closed.

use crate::support::{Home, Paywall, Reply};
use rusqlite::Connection;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A shop that refuses every payment.
fn refusing() -> Paywall {
    Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"")).start()
}

/// Changes the books behind the program's back.
fn edit(home: &Home, sql: &str) {
    let ledger = Connection::open(home.path("ledger.db")).unwrap();
    ledger.execute_batch(sql).unwrap();
}

/// Lets everything in the books be over, five minutes ago.
fn let_expire(home: &Home) {
    edit(
        home,
        "UPDATE payments SET valid_before = unixepoch() - 300, reserved_at = reserved_at - 900",
    );
}

#[test]
fn a_refusal_counts_until_it_is_over_or_until_it_is_proved() {
    for (refused, code) in
        [("", 0), ("refused = \"until-expiry\"\n", 0), ("refused = \"until-proved\"\n", 111)]
    {
        let home = Home::new().config(&format!("[budget]\nday = \"0.01\"\n{refused}"));
        home.pay(&[refusing().url("/lies")]).exits(117);
        let paywall = Paywall::v2().start().may_be_unused();
        home.pay(&[paywall.url("/thing")]).refuses(111);
        let_expire(&home);
        let run = home.pay(&[paywall.url("/thing")]);
        if code == 111 {
            run.refuses(111).says(&["$0.01 was refused", "until it is proved", "pay402 reconcile"]);
            let shown = home.run(&["config", "show"]);
            shown.exits(0);
            let line = shown.text().lines().find(|line| line.starts_with("budget.refused"));
            let parts: Vec<_> = line.unwrap_or_default().split_whitespace().collect();
            shown.assert(parts == ["budget.refused", "until-proved", "config.toml"], "its source");
            let told = home.run(&["--format", "json", "budget"]).json();
            assert_eq!(told["budgets"][0]["refused_unproved"], "0.01");
        } else {
            run.exits(code).never_says("was refused");
        }
    }
}

#[test]
fn a_flags_budget_is_counted_as_the_file_says_and_a_word_that_is_none_is_an_error() {
    let home = Home::new().config("[budget]\nrefused = \"until-proved\"\n");
    home.pay(&[refusing().url("/lies")]).exits(117);
    let_expire(&home);
    let paywall = Paywall::v2().start().may_be_unused();
    home.pay(&["--budget", "0.01/day", &paywall.url("/")]).refuses(111).says(&["reconcile"]);
    for section in ["budget", "host.\"a.example\".budget"] {
        let home = Home::new().config(&format!("[{section}]\nrefused = \"never\"\n"));
        let key = format!("{section}.refused");
        home.pay(&[paywall.url("/")]).exits(2).says(&[&key, "until-expiry", "until-proved"]);
    }
}

/// A shop that settles, cuts the body the first time, and then goes wrong in another way.
fn owing(then: fn() -> Reply) -> Paywall {
    let paid = AtomicUsize::new(0);
    let cut = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(4));
    let well = Paywall::v2();
    Paywall::serve(move |request| {
        let turn = request.payment().map(|_| paid.fetch_add(1, Ordering::SeqCst));
        match turn {
            Some(0) => cut.answer(request, &Mutex::default()),
            Some(1) => then(),
            _ => well.answer(request, &Mutex::default()),
        }
    })
}

#[test]
fn what_settled_and_was_not_delivered_is_resumed_and_never_said_to_be_open() {
    for then in [Reply::nothing, || Reply::new("500 Oops", b""), || Reply::redirect("302 x", "/y")]
    {
        let paywall = owing(then);
        let home = Home::new();
        home.pay(&[paywall.url("/")]).exits(119);
        let run = home.pay(&[paywall.url("/")]);
        run.exits(119).never_says("may still settle").never_says("still be settled");
        run.says(&["has settled and was not delivered", "no further cost"]);
        let run = home.run(&["resume"]);
        run.exits(0).prints("the paid resource\n").says(&["has settled and was not delivered"]);
        home.run(&["resume"]).exits(0).prints_nothing().says(&["no payment can be sent again"]);
        assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 3));
    }
}

#[test]
fn a_resume_that_gets_no_goods_for_what_settled_exits_119() {
    let paywall = owing(Reply::nothing);
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(119);
    home.run(&["resume"]).exits(119);
    drop(paywall);
    home.run(&["resume"]).exits(119).says(&["has settled, was not delivered"]);
}

/// A shop that hangs up on the first payment, has lost its terms after that, and is well when it is
/// paid once more.
fn forgetting(lost: fn() -> Reply) -> Paywall {
    let (paid, well) = (AtomicUsize::new(0), Paywall::v2());
    Paywall::serve(move |request| {
        let before = paid.load(Ordering::SeqCst);
        match request.payment() {
            Some(_) if paid.fetch_add(1, Ordering::SeqCst) == 0 => Reply::nothing(),
            None if before > 0 => lost(),
            _ => well.answer(request, &Mutex::default()),
        }
    })
}

#[test]
fn a_402_that_has_lost_its_terms_is_sent_the_open_payment_again() {
    let bare = || Reply::new("402 Payment Required", b"");
    let garbage = || {
        Reply::new("402 Payment Required", b"{\"x402Version\":2,").header("PAYMENT-REQUIRED", "%%%")
    };
    for lost in [bare, garbage] {
        for again in [&[][..], &["resume"]] {
            let paywall = forgetting(lost);
            let (home, url) = (Home::new(), paywall.url("/"));
            home.pay(&[&url]).exits(118);
            let run = if again.is_empty() { home.pay(&[&url]) } else { home.run(again) };
            run.exits(0).prints("the paid resource\n").says(&["earlier payment"]);
            assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
            // With nothing open there is nothing to go by.
            home.pay(&[&url]).refuses(114);
        }
    }
}
