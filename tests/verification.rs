//! `--verify-settlement`: what the server says of the money, held against the chain.

use crate::support::home::PAYER;
use crate::support::ledger::entries;
use crate::support::offer::{OTHER_PAYEE, PAYEE};
use crate::support::request::Request;
use crate::support::seller::{Receipt, TRANSACTION, now};
use crate::support::tls::Identity;
use crate::support::{Home, Paywall, Reply, Run};
use alloy_primitives::{Address, B256, U256, keccak256};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const USDC: &str = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

/// What the node says of the transaction that the server names.
#[derive(Clone, Copy)]
enum Node {
    /// It moved what was signed.
    Agrees,
    /// It paid somebody else.
    PaidAnother,
    /// It was reverted.
    Reverted,
    /// It is not there.
    Ignorant,
}

/// A shop that says every payment settled, and a node that was told what to say.
struct Scene {
    shop: Paywall,
    node: Paywall,
    home: Home,
}

fn scene(node: Node, answer: fn(&Receipt) -> Reply) -> Scene {
    let nonce = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&nonce);
    let shop = Paywall::v2()
        .deliver(move |receipt| {
            seen.lock().unwrap().clone_from(&receipt.payment.nonce);
            answer(receipt)
        })
        .start();
    let node = Paywall::serve(move |request| says(node, request, &nonce.lock().unwrap()));
    Scene { shop, node: node.may_be_unused(), home: Home::new() }
}

/// The receipt of a transaction that paid a cent with the authorization of this nonce.
fn receipt(payee: &str, nonce: &str, transaction: &str, block: u64) -> Value {
    let block = format!("{block:#x}");
    let word = |address: &str| address.parse::<Address>().unwrap().into_word();
    let log = |topics: Value, data: Value| {
        json!({ "address": USDC, "topics": topics, "data": data, "removed": false,
            "blockNumber": block, "transactionHash": transaction, "logIndex": "0x0" })
    };
    let logs = json!([
        log(
            json!([keccak256("AuthorizationUsed(address,bytes32)"), word(PAYER), nonce]),
            json!("0x")
        ),
        log(
            json!([keccak256("Transfer(address,address,uint256)"), word(PAYER), word(payee)]),
            json!(B256::from(U256::from(10_000)))
        ),
    ]);
    json!({ "transactionHash": transaction, "blockNumber": block, "status": "0x1", "logs": logs })
}

fn says(node: Node, request: &Request, nonce: &str) -> Reply {
    let question: Value = serde_json::from_slice(&request.body).unwrap();
    let payee = if matches!(node, Node::PaidAnother) { OTHER_PAYEE } else { PAYEE };
    let receipt = match node {
        Node::Ignorant => Value::Null,
        Node::Reverted => json!({ "transactionHash": TRANSACTION, "blockNumber": "0x10",
            "status": "0x0", "logs": [] }),
        _ => receipt(payee, nonce, TRANSACTION, 0x10),
    };
    let result = match question["method"].as_str().unwrap() {
        "eth_chainId" => json!("0x2105"),
        "eth_getTransactionReceipt" => receipt,
        "eth_getBlockByNumber" => json!({ "number": "0x10", "timestamp": "0x500" }),
        "eth_call" => json!(B256::ZERO),
        other => panic!("{other}"),
    };
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
    Reply::ok(answer.to_string()).header("Content-Type", "application/json")
}

impl Scene {
    fn pay(&self, args: &[&str]) -> Run {
        let (node, url) = (format!("base={}", self.node.url("/rpc")), self.shop.url("/"));
        let ours = ["--verify-settlement", "--rpc-url", &node, &url];
        self.home.pay(&ours.iter().chain(args).copied().collect::<Vec<_>>())
    }

    /// State and proof of the one payment, as the program tells them.
    fn told(&self) -> (String, String) {
        let run = self.home.run(&["history", "export"]);
        let entry = run.exits(0).json();
        let word = |name: &str| entry[name].as_str().unwrap_or("none").to_owned();
        (word("state"), word("proof"))
    }
}

fn pair(state: &str, proof: &str) -> (String, String) {
    (state.to_owned(), proof.to_owned())
}

#[test]
fn what_the_chain_bears_out_is_verified_and_proved() {
    let scene = scene(Node::Agrees, Receipt::deliver);
    let run = scene.pay(&["--receipt", "receipt.json"]);
    run.exits(0)
        .prints("the paid resource\n")
        .says(&["paid 0.01 USDC", "verified"])
        .says_one_line();
    let receipt = std::fs::read_to_string(scene.home.work("receipt.json")).unwrap();
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!(
        (&receipt["verification"], &receipt["state"]),
        (&json!("verified"), &json!("settled"))
    );
    assert_eq!(scene.told(), pair("settled", "chain"));
    assert_eq!(scene.node.payments().len(), 0, "a node is shown no payment");
}

#[test]
fn what_it_contradicts_is_unknown_and_the_body_is_printed_all_the_same() {
    for (node, why) in [(Node::PaidAnother, OTHER_PAYEE), (Node::Reverted, "was reverted")] {
        let scene = scene(node, Receipt::deliver);
        let run = scene.pay(&["--format", "json"]);
        run.exits(118).prints("the paid resource\n").says(&["contradicted", "contradicts", why]);
        assert_eq!(scene.told(), pair("unknown", "none"));
        let entry = &entries(&scene.home)[0];
        assert!(entry.header.is_some(), "it can be sent again");
        // It counts, and the same one is sent again instead of another.
        scene.home.pay(&["--budget", "0.01/day", &scene.shop.url("/else")]).refuses(111);
        scene.pay(&[]).exits(118);
        assert_eq!(scene.shop.nonces().len(), 1);
    }
}

#[test]
fn what_cannot_be_checked_keeps_the_servers_word_and_says_so() {
    let late = scene(Node::Ignorant, Receipt::deliver);
    let run = late.pay(&["-m", "3"]);
    run.exits(118)
        .prints("the paid resource\n")
        .says(&["could not be verified", "--rpc-url base=URL"]);
    assert_eq!(late.told(), pair("settled", "server"));

    let gone = scene(Node::Agrees, Receipt::deliver);
    let (node, url) = (format!("base={}", closed()), gone.shop.url("/"));
    let args = ["--verify-settlement", "--rpc-url", &node, "--format", "json", &url];
    let run = gone.home.pay(&args);
    run.exits(118).prints("the paid resource\n").says(&["unverified", "cannot be reached"]);
    assert_eq!(gone.told(), pair("settled", "server"));
    // The same one is sent again, and until it is proved no other is signed.
    let run = gone.home.pay(&args);
    run.exits(118).prints_nothing().says(&["does not deliver it again", "still to be proved"]);
    run.never_says("--pay-again");
    assert_eq!((gone.shop.payments().len(), gone.shop.nonces().len()), (2, 1));
    // Nor is one beside another that could be for the same.
    let other = ["-H", "X-Other: 1", "--no-pay", &url];
    gone.home.pay(&other).exits(0);
    gone.home.pay(&["--pay-again", &url]).exits(0);
    assert_eq!(gone.shop.nonces().len(), 2);
}

#[test]
fn reconcile_proves_what_could_not_be_verified() {
    let (shop, nonce) = generous(Receipt::deliver);
    let (home, url, rpc) = (Home::new(), shop.url("/"), format!("base={}", closed()));
    let args = ["--verify-settlement", "--rpc-url", &rpc, &url];
    let run = home.pay(&args);
    run.exits(118).prints("the paid resource\n").never_says("--pay-again");
    run.says(&["the body came whole", "nothing is sent or paid again"]);
    let words: Vec<&str> = run.stderr.split_whitespace().collect();
    let id = words[words.iter().position(|word| *word == "reconcile").unwrap() + 1];
    let entry = |home: &Home| home.run(&["history", "export"]).exits(0).json();
    assert_eq!(
        (&entry(&home)["answer"], &entry(&home)["proof"]),
        (&json!("whole"), &json!("server"))
    );

    // The chain that cannot be asked proves nothing.
    home.run(&["reconcile", id, "--rpc-url", &rpc]).exits(118);
    assert_eq!(entry(&home)["proof"], "server");
    let node = archive(Arc::clone(&nonce), now() - 3, PAYEE);
    let rpc = format!("base={}", node.url("/"));
    let run = home.run(&["reconcile", id, "--rpc-url", &rpc]);
    run.exits(0).assert(run.text().contains("settled in 0x0909"), "the transaction");
    assert_eq!(entry(&home)["proof"], "chain");
    let run = home.run(&["reconcile", "--rpc-url", &rpc]);
    run.exits(0).prints("no payment's outcome is open\n");
    assert_eq!(shop.payments().len(), 1, "nothing was sent");
    // The purchase is over, and the same request is another one.
    home.pay(&[&url]).exits(0);
    assert_eq!(shop.nonces().len(), 2);
}

#[test]
fn reconcile_without_an_id_takes_what_was_to_be_proved_and_on_demand_all() {
    let (shop, nonce) = generous(Receipt::deliver);
    let (home, url, rpc) = (Home::new(), shop.url("/"), format!("base={}", closed()));
    home.pay(&[&shop.url("/simple")]).exits(0);
    let node = archive(Arc::clone(&nonce), now() - 3, PAYEE);
    let good = format!("base={}", node.url("/"));
    let proofs = || {
        let run = home.run(&["history", "list", "--format", "json"]);
        let all = run.exits(0).json()["payments"].clone();
        let proof = |entry: &Value| entry["proof"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(proof).collect::<Vec<_>>()
    };
    home.run(&["reconcile", "--rpc-url", &good]).exits(0).prints("no payment's outcome is open\n");
    home.run(&["reconcile", "--settled", "--rpc-url", &good]).exits(0);
    assert_eq!(proofs(), ["chain"]);
    home.pay(&["--verify-settlement", "--rpc-url", &rpc, &url]).exits(118);
    assert_eq!(proofs(), ["server", "chain"]);
    home.run(&["reconcile", "--rpc-url", &good]).exits(0);
    assert_eq!(proofs(), ["chain", "chain"]);
}

#[test]
fn what_the_chain_does_not_show_stays_the_servers_word() {
    let scene = scene(Node::Ignorant, Receipt::deliver);
    scene.home.pay(&[&scene.shop.url("/")]).exits(0);
    let rpc = format!("base={}", scene.node.url("/"));
    let run = scene.home.run(&["reconcile", "--settled", "--rpc-url", &rpc]);
    run.exits(118).assert(run.text().contains("the server says it settled, but"), "why");
    assert_eq!(scene.told(), pair("settled", "server"));
}

/// A run whose settlement could not be verified, and what the same command does with a node that knows it.
fn unverified_then(
    shop: &Paywall,
    nonce: &Arc<Mutex<String>>,
    between: &dyn Fn(&Home),
) -> (Home, Run) {
    let (home, url) = (Home::new(), shop.url("/"));
    let pay = |node: &str| {
        let rpc = format!("base={node}");
        home.pay(&["-o", "got", "--verify-settlement", "--rpc-url", &rpc, &url])
    };
    pay(&closed()).exits(118);
    between(&home);
    let node = archive(Arc::clone(nonce), now() - 3, PAYEE);
    let run = pay(&node.url("/"));
    (home, run)
}

#[test]
fn a_rerun_proves_what_its_file_holds_and_sends_nothing() {
    let (shop, nonce) = generous(Receipt::deliver);
    let url = shop.url("/");
    let (home, run) = unverified_then(&shop, &nonce, &|home| {
        let dry = home.pay(&["--dry-run", "-o", "got", &url]);
        dry.exits(118).says(&["was delivered", "nothing is sent"]);
    });
    run.exits(0).prints_nothing().says(&["verified", "delivered before"]);
    run.never_says("sending");
    assert_eq!(shop.payments().len(), 1);
    assert_eq!(std::fs::read(home.work("got")).unwrap(), b"the paid resource\n");
    let entry = home.run(&["history", "export"]).exits(0).json();
    assert_eq!((&entry["proof"], &entry["answer"]), (&json!("chain"), &json!("whole")));
    // Then it is over, and the same command buys anew.
    home.pay(&[&url]).exits(0).prints("the paid resource\n");
    assert_eq!(shop.nonces().len(), 2);
}

#[test]
fn a_rerun_asks_again_for_what_its_output_does_not_hold() {
    let changes: [fn(&Home); 3] = [
        |home| std::fs::remove_file(home.work("got")).unwrap(),
        |home| std::fs::write(home.work("got"), "").unwrap(),
        |home| std::fs::write(home.work("got"), "the paid resource\nand more\n").unwrap(),
    ];
    for change in changes {
        let (shop, nonce) = generous(Receipt::deliver);
        let (home, run) = unverified_then(&shop, &nonce, &change);
        run.exits(0).says(&["verified"]);
        assert_eq!(std::fs::read(home.work("got")).unwrap(), b"the paid resource\n");
        assert_eq!((shop.payments().len(), shop.nonces().len()), (2, 1));
    }
    // What went to standard output is in no file of this run, whatever file that run wrote to.
    let (shop, nonce) = generous(Receipt::deliver);
    let (home, url) = (Home::new(), shop.url("/"));
    let rpc = format!("base={}", closed());
    home.pay(&["--verify-settlement", "--rpc-url", &rpc, &url]).exits(118);
    home.pay(&["--dry-run", &url]).exits(0);
    let node = archive(nonce, now() - 3, PAYEE);
    let rpc = format!("base={}", node.url("/"));
    let run = home.pay(&["--verify-settlement", "--rpc-url", &rpc, &url]);
    run.exits(0).prints("the paid resource\n").says(&["verified"]);
    assert_eq!((shop.payments().len(), shop.nonces().len()), (2, 1));
}

#[test]
fn a_file_that_another_payment_wrote_to_holds_nothing_of_this_one() {
    let (shop, nonce) = generous(Receipt::deliver);
    let (home, one, other) = (Home::new(), shop.url("/one"), shop.url("/other"));
    let rpc = format!("base={}", closed());
    home.pay(&["-o", "got", "--verify-settlement", "--rpc-url", &rpc, &one]).exits(118);
    let first = nonce.lock().unwrap().clone();
    // As long as the first, to the byte.
    home.pay(&["-o", "got", &other]).exits(0);
    *nonce.lock().unwrap() = first;
    let node = archive(Arc::clone(&nonce), now() - 3, PAYEE);
    let rpc = format!("base={}", node.url("/"));
    home.pay(&["-o", "got", "--verify-settlement", "--rpc-url", &rpc, &one]).exits(0);
    // It was asked for again, with the first payment.
    assert_eq!((shop.payments().len(), shop.nonces().len()), (3, 2));
}

/// A shop that delivers once for a payment.
fn delivers_once(settles: fn(&Receipt) -> Reply) -> (Paywall, Arc<Mutex<String>>) {
    let nonce = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&nonce);
    let shop = Paywall::v2().deliver(move |receipt| {
        let nonce = &receipt.payment.nonce;
        if std::mem::replace(&mut *seen.lock().unwrap(), nonce.clone()) == *nonce {
            return Reply::new("402 Payment Required", br#"{"error":"authorization is used"}"#);
        }
        settles(receipt)
    });
    (shop.start(), nonce)
}

#[test]
fn a_rerun_that_is_refused_is_proved_and_keeps_the_payment() {
    let (shop, nonce) = delivers_once(Receipt::deliver);
    let (home, run) =
        unverified_then(&shop, &nonce, &|home| std::fs::remove_file(home.work("got")).unwrap());
    run.exits(119).says(&["verified", "an earlier run delivered", "does not deliver for it again"]);
    assert!(!home.work("got").exists());
    let entry = home.run(&["history", "export"]).exits(0).json();
    assert_eq!((&entry["proof"], &entry["state"]), (&json!("chain"), &json!("settled")));
    // Another run does not buy it anew either.
    home.pay(&[&shop.url("/")]).exits(119).prints_nothing();
    assert_eq!((shop.payments().len(), shop.nonces().len()), (3, 1));

    // Without proof it is no more than the server's word.
    let (shop, _) = delivers_once(Receipt::deliver);
    let (home, url, rpc) = (Home::new(), shop.url("/"), format!("base={}", closed()));
    for says in ["the body came whole", "does not deliver it again"] {
        let run = home.pay(&["--verify-settlement", "--rpc-url", &rpc, &url]);
        run.exits(118).says(&[says]);
    }
    assert_eq!((shop.payments().len(), shop.nonces().len()), (2, 1));
}

#[test]
fn a_rerun_whose_body_is_cut_keeps_the_payment_though_the_chain_confirms_it() {
    let sendings = Mutex::new(0);
    let (shop, nonce) = generous(move |receipt| {
        let mut sendings = sendings.lock().unwrap();
        *sendings += 1;
        let reply = receipt.deliver();
        if *sendings == 2 { reply.cut_body(4) } else { reply }
    });
    let (home, run) =
        unverified_then(&shop, &nonce, &|home| std::fs::remove_file(home.work("got")).unwrap());
    run.exits(119).says(&["verified"]);
    // It is asked for again with the same payment.
    home.pay(&["-o", "got", &shop.url("/")]).exits(0);
    assert_eq!(std::fs::read(home.work("got")).unwrap(), b"the paid resource\n");
    assert_eq!((shop.payments().len(), shop.nonces().len()), (3, 1));
}

#[test]
fn what_was_bought_does_not_wait_for_the_chain() {
    let scene = scene(Node::Ignorant, Receipt::deliver);
    let (node, url) = (format!("base={}", scene.node.url("/")), scene.shop.url("/"));
    let args = ["-m", "3", "-o", "got", "--verify-settlement", "--rpc-url", &node, &url];
    let started = scene.home.paying(&args).start();
    let began = std::time::Instant::now();
    while !scene.home.work("got").exists() {
        assert!(began.elapsed().as_secs() < 15, "nothing came");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let came = began.elapsed();
    assert_eq!(std::fs::read(scene.home.work("got")).unwrap(), b"the paid resource\n");
    let run = started.finish();
    run.exits(118).assert(run.took.as_millis() > came.as_millis() + 500, "it was still asking");
}

#[test]
fn ctrl_c_ends_the_asking_and_keeps_what_the_server_said() {
    let shop = Paywall::v2().start();
    let node = Paywall::serve(|_| Reply::silence());
    let home = Home::new();
    let (rpc, url) = (format!("base={}", node.url("/")), shop.url("/"));
    let args = ["-o", "got", "--verify-settlement", "--rpc-url", &rpc, &url];
    let started = home.paying(&args).start();
    let began = std::time::Instant::now();
    while node.requests().is_empty() {
        assert!(began.elapsed().as_secs() < 15, "nobody was asked");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    started.signal("INT");
    let run = started.finish();
    run.exits(118).says(&["could not be verified: interrupted"]);
    run.assert(run.took.as_secs() < 9, "it waited all the same");
    let entry = home.run(&["history", "export"]);
    assert_eq!(entry.exits(0).json()["proof"], "server");

    // And who interrupts the body does not have the chain asked at all.
    let shop = Paywall::v2().deliver(|receipt| receipt.deliver().cut_body(8).hang()).start();
    let node = Paywall::serve(|_| Reply::silence()).may_be_unused();
    let (rpc, url) = (format!("base={}", node.url("/")), shop.url("/"));
    let args = ["-o", "cut", "--verify-settlement", "--rpc-url", &rpc, &url];
    let started = home.paying(&args).start();
    while shop.payments().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    started.signal("INT");
    started.finish().exits(118);
    assert_eq!(node.connections(), 0);
}

/// A URL where nobody listens.
fn closed() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[test]
fn money_that_is_gone_for_an_error_page_is_verified_too() {
    let broken: fn(&_) -> Reply =
        |receipt: &Receipt| receipt.settled(Reply::new("500 Oops", b"an error page\n"));
    let gone = scene(Node::Agrees, broken);
    gone.pay(&[]).exits(119).prints("an error page\n").says(&["verified", "was paid"]);
    assert_eq!(gone.told(), pair("settled", "chain"));
    let lied = scene(Node::Reverted, broken);
    lied.pay(&[]).exits(118).prints("an error page\n").says(&["contradicts"]);
    assert_eq!(lied.told(), pair("unknown", "none"));
}

#[test]
fn the_owners_file_can_ask_for_it_and_name_the_node() {
    let Scene { shop, node, .. } = scene(Node::Agrees, Receipt::deliver);
    let config = format!(
        "[rpc]\nbase = \"{}\"\n[host.\"127.0.0.1\"]\nverify_settlement = true\n",
        node.url("/")
    );
    let home = Home::new().config(&config);
    home.pay(&[shop.url("/")]).exits(0).says(&["verified"]);
    assert!(!node.requests().is_empty());
    let shown = home.run(&["config", "show"]);
    shown.assert(shown.text().contains("verify_settlement"), "verify_settlement");
    home.pay(&["--rpc-url", "base=ftp://x", &shop.url("/")]).exits(2);
}

#[test]
fn nobody_is_asked_unless_the_owner_wants_it() {
    let scene = scene(Node::Reverted, |receipt| Reply::ok(&receipt.body));
    let node = format!("base={}", scene.node.url("/"));
    let run = scene.home.pay(&["--rpc-url", &node, &scene.shop.url("/other")]);
    run.exits(0).says(&["not proven"]);
    assert_eq!(scene.node.connections(), 0);
}

#[test]
fn a_server_that_says_nothing_of_the_money_escapes_no_check() {
    let silent: fn(&Receipt) -> Reply = |receipt| Reply::ok(&receipt.body);
    let scene = scene(Node::Ignorant, silent);
    let run = scene.pay(&["-m", "3", "--format", "json"]);
    run.exits(118).prints("the paid resource\n").says(&["unverified", "no receipt"]);
    assert_eq!(scene.told(), pair("unknown", "none"));

    let (shop, nonce) = generous(silent);
    let (node, home, url) = (archive(nonce, now() - 3, PAYEE), Home::new(), shop.url("/"));
    let rpc = |node: &str| format!("base={node}");
    let pay = |rpc: &str| home.pay(&["-m", "9", "--verify-settlement", "--rpc-url", rpc, &url]);
    pay(&rpc(&closed()))
        .exits(118)
        .says(&["cannot be reached", "running again sends the same one"]);
    let run = pay(&rpc(&node.url("/")));
    run.exits(0).says(&["paid 0.01 USDC", "verified"]).never_says("not proven");
    assert_eq!(shop.nonces().len(), 1);
    let entry = home.run(&["history", "export"]).exits(0).json();
    assert_eq!((&entry["state"], &entry["proof"]), (&json!("settled"), &json!("chain")));
}

#[test]
fn what_the_chain_contradicts_is_unknown_though_the_server_said_nothing() {
    let (shop, nonce) = generous(|receipt| Reply::ok(&receipt.body));
    let node = archive(nonce, now() - 3, OTHER_PAYEE);
    let rpc = format!("base={}", node.url("/"));
    let home = Home::new();
    let run = home.pay(&["--verify-settlement", "--rpc-url", &rpc, &shop.url("/")]);
    run.exits(118).says(&["contradicts what was signed", OTHER_PAYEE]);
    let entry = home.run(&["history", "export"]).exits(0).json();
    assert_eq!(entry["state"], "unknown");
    assert!(entries(&home)[0].header.is_some(), "it can be sent again");
}

/// A shop that delivers whenever it is shown a payment, and the last nonce that it was shown.
fn generous(
    answer: impl Fn(&Receipt) -> Reply + Send + Sync + 'static,
) -> (Paywall, Arc<Mutex<String>>) {
    let nonce = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&nonce);
    let seller = Paywall::v2().deliver(move |receipt| {
        seen.lock().unwrap().clone_from(&receipt.payment.nonce);
        answer(receipt)
    });
    let shop = Paywall::serve(move |request| seller.answer(request, &Mutex::default()));
    (shop, nonce)
}

#[test]
fn a_node_elsewhere_is_believed_with_a_certificate_alone() {
    let (shop, nonce) = generous(Receipt::deliver);
    let identity = Identity::new("node.test");
    let node = Paywall::serve_tls(&identity, move |request| {
        says(Node::Agrees, request, &nonce.lock().unwrap())
    });
    let (home, url, near) = (Home::new(), shop.url("/"), node.url("/rpc"));
    let pay = |node: &str| {
        let rpc = format!("base={node}");
        home.pay(&["-k", "-m", "9", "--verify-settlement", "--rpc-url", &rpc, &url])
    };
    // This machine under a name that is not known for it.
    pay(&near.replace("127.0.0.1", "0.0.0.0")).exits(118).says(&["could not be verified"]);
    assert!(node.requests().is_empty());
    pay(&near).exits(0).says(&["verified"]);
}

#[test]
fn a_node_is_believed_by_the_authorities_that_purchases_are_checked_with() {
    let (identity, other) = (Identity::authority("127.0.0.1"), Identity::authority("127.0.0.1"));
    let (shop, nonce) = generous(Receipt::deliver);
    let node = Paywall::serve_tls(&identity, move |request| {
        says(Node::Agrees, request, &nonce.lock().unwrap())
    });
    let (home, url, rpc) = (Home::new(), shop.url("/"), format!("base={}", node.url("/rpc")));
    let (ca, wrong) = (home.secret("ca.pem", identity.pem()), home.secret("b.pem", other.pem()));
    let pay =
        |ca: &str| home.pay(&["--cacert", ca, "--verify-settlement", "--rpc-url", &rpc, &url]);
    pay(&wrong).exits(118).says(&["could not be verified", "not trusted"]);
    assert!(node.requests().is_empty());
    pay(&ca).exits(0).says(&["verified"]);
}

#[test]
fn a_node_is_reached_through_a_proxy_by_the_proxys_own_authorities() {
    let (shop, nonce) = generous(Receipt::deliver);
    let identity = Identity::authority("127.0.0.1");
    let proxy = Paywall::serve_tls(&identity, move |request| {
        says(Node::Agrees, request, &nonce.lock().unwrap())
    });
    let (home, url) = (Home::new(), shop.url("/"));
    let ca = home.secret("ca.pem", identity.pem());
    let through = format!("https://127.0.0.1:{}", proxy.port());
    let fixed = ["-x", &through, "--noproxy", "127.0.0.1", "--verify-settlement"];
    let pay = |more: &[&str]| {
        let node = ["--rpc-url", "base=http://node.test/rpc"];
        home.pay(&[&fixed, more, &node, &[url.as_str()]].concat())
    };
    pay(&[]).exits(118).says(&["could not be verified", "not trusted"]);
    assert!(proxy.requests().is_empty());
    pay(&["--pay-again", "--proxy-cacert", &ca]).exits(0).says(&["verified"]);
    assert!(proxy.requests().iter().all(|request| request.target == "http://node.test/rpc"));
}

/// A node whose chain has a block 20 times a second, and in that of `time`, in Unix seconds, another
/// transaction than the shop names, which uses the shop's last nonce.
fn archive(nonce: Arc<Mutex<String>>, time: u64, payee: &'static str) -> Paywall {
    const PER_SECOND: u64 = 20;
    let (now, newest, other) = (now(), 1_000_000_u64, B256::repeat_byte(9).to_string());
    let block = newest - (now - time) * PER_SECOND;
    let number = move |value: &Value| {
        let digits = value.as_str().unwrap().trim_start_matches("0x").to_owned();
        u64::from_str_radix(&digits, 16).unwrap_or(newest)
    };
    Paywall::serve(move |request| {
        let nonce = nonce.lock().unwrap();
        let question: Value = serde_json::from_slice(&request.body).unwrap();
        let first = &question["params"][0];
        let moved = || receipt(payee, &nonce, &other, block);
        let result = match question["method"].as_str().unwrap() {
            "eth_getTransactionReceipt" if *first == json!(other) => moved(),
            "eth_getTransactionReceipt" => Value::Null,
            "eth_call" => json!(B256::from(U256::from(1))),
            "eth_getBlockByNumber" => {
                let at = number(first);
                let time = now - (newest - at) / PER_SECOND;
                json!({ "number": format!("{at:#x}"), "timestamp": format!("{time:#x}") })
            }
            "eth_getLogs" => {
                let range = number(&first["fromBlock"])..=number(&first["toBlock"]);
                let used = moved()["logs"][0].clone();
                if range.contains(&block) { json!([used]) } else { json!([]) }
            }
            _ => return says(Node::Agrees, request, &nonce),
        };
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        Reply::ok(answer.to_string()).header("Content-Type", "application/json")
    })
}

#[test]
fn a_settlement_long_before_the_answer_is_found() {
    let (shop, nonce) = generous(Receipt::deliver);
    let node = archive(nonce, now() - 1_500, PAYEE);
    let (home, url) = (Home::new(), shop.url("/"));
    let pay = |node: &str| {
        let rpc = format!("base={node}");
        home.pay(&["-m", "9", "--verify-settlement", "--rpc-url", &rpc, &url])
    };
    pay(&closed()).exits(118);
    let ledger = rusqlite::Connection::open(home.path("ledger.db")).unwrap();
    ledger.execute("UPDATE payments SET reserved_at = reserved_at - 2000", []).unwrap();
    drop(ledger);
    pay(&node.url("/")).exits(0).says(&["verified"]);
    assert_eq!(shop.nonces().len(), 1);
}
