//! What is open: how it counts, who may sign beside it, and how it is sent again or closed.

use crate::support::{Home, Paywall, Reply};
use rusqlite::Connection;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A shop that refuses every payment.
fn refusing() -> Paywall {
    Paywall::v2().deliver(|_| Reply::new("402 Payment Required", b"")).start()
}

/// Changes the ledger behind the program's back.
fn edit(home: &Home, sql: &str) {
    let ledger = Connection::open(home.path("ledger.db")).unwrap();
    ledger.execute_batch(sql).unwrap();
}

/// Lets everything in the ledger be over, five minutes ago.
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
    for then in [Reply::one_byte, || Reply::new("500 Oops", b""), || Reply::redirect("302 x", "/y")]
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
    let paywall = owing(Reply::one_byte);
    let home = Home::new();
    home.pay(&[paywall.url("/")]).exits(119);
    home.run(&["resume"]).exits(119);
    drop(paywall);
    home.run(&["resume"]).exits(119).says(&["has settled, was not delivered"]);
}

#[test]
fn a_receipt_is_of_one_payment_that_is_resumed_and_not_of_several() {
    let shop = Paywall::v2().deliver(|_| Reply::one_byte()).start();
    let home = Home::new();
    for path in ["/a", "/b"] {
        home.pay(&[shop.url(path)]).exits(118);
    }
    let resume = ["--format", "json", "resume", "--receipt", "receipt.json"];
    home.run(&resume).exits(2).says(&["--receipt takes the report of one payment"]);
    assert_eq!((shop.payments().len(), home.work_files().is_empty()), (2, true));
    let id = home.run(&["--format", "json", "history"]).json()["payments"][0]["id"].clone();
    home.run(&[&resume[..], &[id.as_str().unwrap()]].concat()).exits(118);
    assert_eq!((shop.payments().len(), home.work_files().len()), (3, 1));
}

/// A shop that hangs up on the first payment, has lost its terms after that, and is well when it is
/// paid once more.
fn forgetting(lost: fn() -> Reply) -> Paywall {
    let (paid, well) = (AtomicUsize::new(0), Paywall::v2());
    Paywall::serve(move |request| {
        let before = paid.load(Ordering::SeqCst);
        match request.payment() {
            Some(_) if paid.fetch_add(1, Ordering::SeqCst) == 0 => Reply::one_byte(),
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

/// A shop that hangs up on the first payment and is well after that.
fn hanging_up() -> Paywall {
    let (paid, well) = (AtomicUsize::new(0), Paywall::v2());
    Paywall::serve(move |request| {
        let first = request.payment().is_some() && paid.fetch_add(1, Ordering::SeqCst) == 0;
        if first { Reply::one_byte() } else { well.answer(request, &Mutex::default()) }
    })
}

#[test]
fn a_refreshed_token_signs_no_second_payment_and_the_first_is_resumed_with_it() {
    let paywall = hanging_up();
    let (home, url) = (Home::new(), paywall.url("/"));
    let with =
        |token: &str| ["-H".to_owned(), format!("Authorization: Bearer {token}"), url.clone()];
    home.pay(&with("one")).exits(118);
    let id = home.run(&["history", "export"]).json()["id"].as_str().unwrap().to_owned();
    let run = home.pay(&with("two"));
    run.refuses(112).says(&[&id, "may still settle", "pay402 resume", "--pay-again"]);
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
    let token = ["-H", "Authorization: Bearer two"];
    // Another body is another request, whoever names the payment.
    // Everything that is open is not sent without the token it was for.
    home.run(&["resume"]).exits(118).says(&["other headers", &format!("pay402 resume {id}")]);
    home.run(&["resume", &id, "-d", "x"]).exits(2).says(&["another method, URL or body"]);
    home.run(&[&["resume", &id][..], &token].concat()).exits(0).prints("the paid resource\n");
    let last = paywall.requests().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer two"));
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
    // It is bought: the next one is another purchase.
    home.pay(&with("three")).exits(0);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn a_header_of_ones_own_selects_and_one_that_names_the_sending_does_not() {
    let paywall = hanging_up();
    let (home, url) = (Home::new(), paywall.url("/"));
    let model = |number: &str| ["-H".to_owned(), format!("X-Model: {number}"), url.clone()];
    home.pay(&model("1")).exits(118);
    home.pay(&model("2")).refuses(112).says(&["--pay-again"]);
    let again = [&["--pay-again".to_owned()][..], &model("2")].concat();
    home.pay(&again).exits(0).never_says("earlier payment");
    assert_eq!(paywall.nonces().len(), 2);
    let traced = [&model("1")[..], &["-H", "traceparent: 00-1-2-3", "-A", "me"].map(str::to_owned)];
    home.pay(&traced.concat()).exits(0).says(&["earlier payment"]);
    assert_eq!(paywall.nonces().len(), 2);
}

#[test]
fn a_target_that_the_url_says_too_makes_no_other_purchase() {
    for (option, value) in [("--path-as-is", ""), ("--request-target", "/a?b")] {
        let paywall = hanging_up();
        let (home, url) = (Home::new(), paywall.url("/a?b"));
        home.pay(&[&url]).exits(118);
        let args: Vec<&str> = [option, value, &url].into_iter().filter(|w| !w.is_empty()).collect();
        home.pay(&args).exits(0).says(&["earlier payment"]);
        assert_eq!(paywall.nonces().len(), 1, "{option}");
    }
}

#[test]
fn on_a_terminal_a_payment_beside_another_is_asked_for() {
    let paywall = hanging_up();
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&["-H", "X-A: 1", &url]).exits(118);
    for (answer, code, nonces) in [("n", 113, 1), ("y", 0, 2)] {
        let mut shell =
            home.paying(&["-H", "X-A: 2", &url]).on_terminal("\"$@\"; echo \"code $?\"");
        shell
            .exp_string("with other headers or by another way, may still settle. Sign another?")
            .unwrap();
        shell.send_line(answer).unwrap();
        shell.exp_string(&format!("code {code}")).unwrap();
        assert_eq!(paywall.nonces().len(), nonces);
    }
}

#[test]
fn what_stays_open_beside_what_is_resumed_is_not_hidden_by_it() {
    let (home, open) = (Home::new(), hanging_up());
    home.pay(&["-d", "x=1", &open.url("/post")]).exits(118);
    let other = hanging_up();
    home.pay(&[other.url("/get")]).exits(118);
    let run = home.run(&["resume"]);
    run.exits(118).prints("the paid resource\n").says(&["another method, URL or body", "open"]);
    assert_eq!((open.payments().len(), other.payments().len()), (1, 2));
    home.run(&["resume", "-d", "x=1"]).exits(0).prints("the paid resource\n");
}

#[test]
fn a_redirected_purchase_is_resumed_from_where_it_was_asked() {
    for (status, post) in [("302 Found", false), ("302 Found", true), ("307 Temporary", true)] {
        let (paid, well) = (AtomicUsize::new(0), Paywall::v2());
        let paywall = Paywall::serve(move |request| match request.path() {
            "/door" => Reply::redirect(status, "/thing?a=b"),
            _ if request.payment().is_some() && paid.fetch_add(1, Ordering::SeqCst) == 0 => {
                Reply::one_byte()
            }
            _ => well.answer(request, &Mutex::default()),
        });
        let (home, url) = (Home::new(), paywall.url("/door"));
        let data = if post { &["-d", "x=1"][..] } else { &[] };
        home.pay(&[&["-L"], data, &[&url]].concat()).exits(118);
        let run = home.run(&[&["resume"], data].concat());
        run.exits(0).prints("the paid resource\n").says(&["earlier payment"]);
        let requests = paywall.requests();
        let path: Vec<_> = requests.iter().map(|r| (r.method.clone(), r.target.clone())).collect();
        assert_eq!(path[..3], path[3..], "the same way as before");
        assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
    }
}

#[test]
fn a_dry_run_says_which_payment_would_be_sent_again() {
    let paywall = hanging_up();
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&[&url]).exits(118);
    let id = home.run(&["history", "export"]).json()["id"].as_str().unwrap().to_owned();
    let dry =
        |args: &[&str]| home.run(&[&["--dry-run", "--max-price", "0.05"], args, &[&url]].concat());
    let run = dry(&[]);
    run.exits(0).assert(run.text().contains(&format!("would send payment {id}")), "it says so");
    // The room that it takes is its own.
    let told = dry(&["--format", "json", "--budget", "0.01/day"]);
    assert_eq!(told.exits(0).json()["resend"]["id"].as_str(), Some(id.as_str()));
    assert_eq!(told.json()["decision"], "resend");
    dry(&["--budget", "0.01/day", "--pay-again"]).exits(111);
    dry(&["--network", "polygon"]).exits(118).says(&["your rules do not allow it now"]);
    dry(&["-H", "X-A: 1"]).exits(112).says(&[&id, "with other headers"]);
    home.run(&["--dry-run", "--budget", "0.01/day", &paywall.url("/other")]).exits(111);
    assert_eq!(paywall.payments().len(), 1);
    home.pay(&[&url]).exits(0);
}

#[test]
fn a_dry_run_of_lost_terms_looks_into_the_books_too() {
    let paywall = forgetting(|| Reply::new("402 Payment Required", b""));
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&[&url]).exits(118);
    for format in ["text", "json"] {
        let run = home.run(&["--dry-run", "--format", format, &url]);
        run.exits(0).assert(run.text().contains("pay_"), "it names the payment");
    }
    home.run(&["--dry-run", "--pay-again", &url]).exits(114);
}

/// A node of the chain on which nothing was used, with a clock of its own; `busy` runs when it is asked
/// about a payment.
fn node(busy: impl Fn() + Send + Sync + 'static) -> Paywall {
    Paywall::serve(move |request| {
        let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let result = match asked["method"].as_str().unwrap() {
            "eth_chainId" => "\"0x2105\"".to_owned(),
            "eth_call" => {
                busy();
                format!("\"0x{:064x}\"", 0)
            }
            _ => format!(
                r#"{{"number":"0x10","timestamp":"0x{:x}","hash":"0x{:064x}"}}"#,
                crate::support::seller::now(),
                7
            ),
        };
        Reply::ok(format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, asked["id"]))
            .header("Content-Type", "application/json")
    })
}

#[test]
fn what_somebody_else_has_reconciled_meanwhile_is_told_as_closed() {
    let home = Home::new();
    home.pay(&[refusing().url("/a")]).exits(117);
    home.pay(&[refusing().url("/b")]).exits(117);
    let_expire(&home);
    let ledger = home.path("ledger.db");
    let chain = node(move || {
        let ledger = Connection::open(&ledger).unwrap();
        let closed = "UPDATE payments SET state = 'expired', counted = 0 WHERE seq = 2";
        ledger.execute_batch(closed).unwrap();
    });
    let home = home.config(&format!("[rpc]\nbase = \"{}\"\n", chain.url("/")));
    let run = home.run(&["reconcile"]);
    run.exits(0);
    let told = run.text();
    run.assert(told.contains("is expired already"), "the one that was closed");
    run.assert(told.contains("never settled, and cannot any more"), "the other one");
    home.run(&["reconcile"]).exits(0).prints("no payment's outcome is open\n");
}

#[test]
fn only_a_node_of_the_owners_file_makes_room_in_a_budget() {
    let home = Home::new();
    let (shop, budget) = (hanging_up(), ["--budget", "0.01/total"]);
    let url = shop.url("/a");
    home.pay(&[&budget[..], &[&url]].concat()).exits(118);
    let_expire(&home);
    let chain = node(|| ());
    let liar = format!("base={}", chain.url("/"));
    let is_full = || {
        let other = Paywall::v2().start();
        home.pay(&[&budget[..], &[&other.url("/b")]].concat()).exits(111);
    };
    // Whoever runs the program chooses the node, or the way to the owner's.
    let run = home.run(&["reconcile", "--rpc-url", &liar]);
    run.exits(118).assert(run.text().contains("says the node of --rpc-url"), "who says so");
    is_full();
    let elsewhere = "[rpc]\nbase = \"http://127.0.0.1:9/\"\n";
    let home = home.config(elsewhere);
    let run = home.run(&["reconcile", "-x", &chain.url("")]);
    run.exits(118).assert(run.text().contains("of this run's options"), "who says so");
    // Nor is one that a variable leads to.
    let elsewhere = "[rpc]\nbase = \"http://node.test/\"\n";
    std::fs::write(home.path("config.toml"), elsewhere).unwrap();
    let run = home.pay402(&["reconcile"]).env("http_proxy", chain.url("")).run();
    run.exits(118).assert(run.text().contains("or variables"), "who says so");
    let run = home.run(&["reconcile", "--rpc-url", &liar, "--format", "json"]);
    assert_eq!(run.exits(118).json()["payments"][0]["outcome"], "unknown");
    // The owner's own node is believed, named twice or not.
    let own = format!("[rpc]\nbase = \"{}\"\n", chain.url("/"));
    std::fs::write(home.path("config.toml"), own).unwrap();
    home.run(&["reconcile", "--rpc-url", &liar]).exits(0);
    let other = Paywall::v2().start();
    home.pay(&[&budget[..], &[&other.url("/b")]].concat()).exits(0);
}

#[test]
fn a_reservation_is_nothing_to_ask_a_chain_about() {
    let home = Home::new();
    home.pay(&[refusing().url("/")]).exits(117);
    edit(&home, "UPDATE payments SET state = 'reserved'");
    let chain = node(|| ()).may_be_unused();
    let rpc = format!("base={}", chain.url("/"));
    let run = home.run(&["reconcile", "pay_", "--rpc-url", &rpc]);
    run.assert(run.code() == Some(2), "that is no id");
    let id = home.run(&["history", "export"]).json()["id"].as_str().unwrap().to_owned();
    let run = home.run(&["reconcile", &id, "--rpc-url", &rpc]);
    run.exits(0).prints(format!("{id} of 0.01 USDC is reserved and not signed\n"));
    assert!(chain.requests().is_empty());
}

/// A node on which the nonce is used, and whose search for the use of it brings `logs`.
fn contradictory_node(logs: &'static str) -> Paywall {
    Paywall::serve(move |request| {
        let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let result = match asked["method"].as_str().unwrap() {
            "eth_chainId" => "\"0x2105\"".to_owned(),
            "eth_call" => format!("\"0x{:064x}\"", 1),
            "eth_getLogs" => logs.to_owned(),
            _ => {
                let number = asked["params"][0].as_str().filter(|block| *block != "latest");
                format!(
                    r#"{{"number":"{}","timestamp":"0x{:x}","hash":"0x{:064x}"}}"#,
                    number.unwrap_or("0x10"),
                    crate::support::seller::now(),
                    7
                )
            }
        };
        Reply::ok(format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, asked["id"]))
            .header("Content-Type", "application/json")
    })
}

#[test]
fn a_node_that_contradicts_itself_proves_nothing() {
    // The use of another token's nonce; something that is no log; none at all, which is no contradiction.
    let other = r#"[{"address":"0x1111111111111111111111111111111111111111","topics":[],"data":"0x",
        "blockNumber":"0x10","transactionHash":
        "0x2222222222222222222222222222222222222222222222222222222222222222","removed":false}]"#;
    for (logs, code, state) in
        [(other, 118, "unknown"), (r#"["log"]"#, 118, "unknown"), ("[]", 0, "settled")]
    {
        let home = Home::new();
        home.pay(&[hanging_up().url("/")]).exits(118);
        let chain = contradictory_node(logs);
        let rpc = format!("base={}", chain.url("/"));
        let run = home.run(&["reconcile", "--rpc-url", &rpc]);
        run.exits(code);
        run.assert(run.text().contains(state), "what it says of it");
        let entries = crate::support::ledger::entries(&home);
        assert_eq!(entries[0].state, state, "{logs}");
    }
}
