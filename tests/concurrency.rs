//! Many processes of one owner at the same moment, over one ledger.

use crate::support::ledger::entries;
use crate::support::{Home, Paywall, Reply, Run, Seller};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const MANY: usize = 40;

/// Long enough for forty programs that start at once on a small machine.
const LIMIT: Duration = Duration::from_mins(1);

/// Runs the program forty times at once, with the arguments that `args` gives for each.
fn at_once(home: &Home, args: impl Fn(usize) -> Vec<String> + Sync) -> Vec<Run> {
    let together = Barrier::new(MANY);
    thread::scope(|scope| {
        let (args, together) = (&args, &together);
        let run = |number| {
            move || {
                let program = home.paying(&args(number)).limit(LIMIT);
                together.wait();
                program.start().end()
            }
        };
        let all: Vec<_> = (0..MANY).map(|number| scope.spawn(run(number))).collect();
        all.into_iter().map(|one| one.join().expect("a run")).collect()
    })
}

/// Waits until the shop has been paid so often.
fn wait_for_payments(paywall: &Paywall, count: usize) {
    let start = Instant::now();
    while paywall.payments().len() < count {
        assert!(start.elapsed() < LIMIT, "{count} payments never came: {:?}", paywall.requests());
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn forty_at_once_with_a_budget_for_ten_sign_ten() {
    let home = Home::new();
    // Half of the answers never come, so that what is unsettled has to count as well.
    let paywall = Paywall::v2()
        .price("10000")
        .deliver(|receipt| {
            let odd = receipt.payment.nonce.as_bytes().last().is_some_and(|digit| digit % 2 == 1);
            if odd { Reply::one_byte() } else { receipt.deliver() }
        })
        .start();
    let runs = at_once(&home, |number| {
        ["--budget", "0.10/day", &paywall.url(&format!("/{number}"))].map(str::to_owned).to_vec()
    });
    assert_eq!(paywall.nonces().len(), 10);
    assert_eq!(paywall.payments().len(), 10);
    let refused: Vec<&Run> = runs.iter().filter(|run| run.code() == Some(111)).collect();
    assert_eq!(refused.len(), 30);
    for run in refused {
        run.refuses(111).says(&["has $0 left", "needs $0.01", "outstanding", "there is room from"]);
    }
    for run in runs.iter().filter(|run| run.code() != Some(111)) {
        run.assert(matches!(run.code(), Some(0 | 118)), "it should have paid");
    }
    let nonces = entries(&home).into_iter().map(|entry| entry.nonce).collect();
    assert_eq!(paywall.nonces(), nonces);
    // The next one finds no room either.
    let url = paywall.url("/next");
    home.pay(&["--budget", "0.10/day", &url]).refuses(111).says(&["has $0 left"]);
}

/// Holds answers back until it is opened.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let open = self.open.lock().unwrap();
        drop(self.opened.wait_timeout_while(open, LIMIT, |open| !*open).unwrap());
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// A shop that answers its first `held` payments when the gate is opened.
fn gated(held: usize, seller: Seller) -> (Paywall, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let (inside, paid) = (Arc::clone(&gate), AtomicUsize::new(0));
    let paywall = Paywall::serve(move |request| {
        let reply = seller.answer(request, &Mutex::default());
        if request.payment().is_some() && paid.fetch_add(1, Ordering::SeqCst) < held {
            inside.pass();
        }
        reply
    });
    (paywall, gate)
}

#[test]
fn forty_at_once_for_one_url_that_are_said_to_be_others_are_forty_purchases() {
    let home = Home::new();
    let (paywall, gate) = gated(MANY, Paywall::v2());
    let url = paywall.url("/thing");
    let runs = thread::scope(|scope| {
        // All forty are in the middle of their payments at one moment.
        scope.spawn(|| {
            wait_for_payments(&paywall, MANY);
            gate.open();
        });
        at_once(&home, |_| vec!["--pay-again".to_owned(), url.clone()])
    });
    for run in runs {
        run.exits(0).prints("the paid resource\n").never_says("sending the same");
    }
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (MANY, MANY));
    let entries = entries(&home);
    assert_eq!(entries.len(), MANY);
    assert!(entries.iter().all(|entry| entry.state == "settled" && entry.sendings == 1));
}

#[test]
fn of_many_at_once_for_one_url_one_pays_and_the_others_refuse() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let runs = thread::scope(|scope| {
        let run = || home.paying(&[&url]).limit(LIMIT).start().end();
        let all: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
        wait_for_payments(&paywall, 1);
        // All but one end, though the one is not answered.
        while all.iter().filter(|one| one.is_finished()).count() < 5 {
            thread::sleep(Duration::from_millis(20));
        }
        gate.open();
        all.into_iter().map(|one| one.join().expect("a run")).collect::<Vec<_>>()
    });
    let (paid, refused): (Vec<Run>, Vec<Run>) =
        runs.into_iter().partition(|run| run.code() == Some(0));
    assert_eq!((paid.len(), paywall.nonces().len(), paywall.payments().len()), (1, 1, 1));
    for run in refused {
        run.refuses(112).says(&["is out since", "may settle until", "--pay-again"]);
        run.says(&["waiting for its end"]);
    }
}

#[test]
fn many_at_once_for_one_url_are_purchases_one_after_the_other() {
    let home = Home::new();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (busy, peak) = (Arc::clone(&now), Arc::clone(&most));
    let paywall = Paywall::v2()
        .deliver(move |receipt| {
            let together = busy.fetch_add(1, Ordering::SeqCst) + 1;
            peak.fetch_max(together, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(50));
            busy.fetch_sub(1, Ordering::SeqCst);
            receipt.deliver()
        })
        .start();
    let url = paywall.url("/thing");
    let runs = thread::scope(|scope| {
        let run = || home.paying(&[&url]).limit(LIMIT).start().end();
        let all: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        all.into_iter().map(|one| one.join().expect("a run")).collect::<Vec<_>>()
    });
    for run in runs {
        run.exits(0).prints("the paid resource\n").never_says("sending the same");
    }
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (4, 4));
    assert_eq!(most.load(Ordering::SeqCst), 1, "paid for at the same moment");
}

#[test]
fn a_stopped_program_is_alive_and_its_payment_is_not_paid_for_again() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let first = home.paying(&[&url]).limit(LIMIT).start();
    wait_for_payments(&paywall, 1);
    first.signal("STOP");
    let second = home.pay(&[&url]);
    second.refuses(112).says(&["is out since", "may settle until", "--pay-again"]);
    if cfg!(target_os = "linux") {
        // It is not waited for what cannot come.
        second.says(&["is stopped", "fg"]).never_says("waiting for");
        let process = format!("process {}", first.id());
        second.says(&[&process]);
    }
    home.pay(&["--dry-run", &url]).exits(112).says(&["is out since"]);
    home.run(&["resume"]).exits(118).says(&["is out since", "nothing was sent"]);
    let asked = home.run(&["reconcile"]);
    asked.exits(118);
    assert!(asked.text().contains("another process waits"), "{asked}");
    let id = home.run(&["history", "list", "--format", "json"]);
    let id = id.json()["payments"][0]["id"].as_str().unwrap().to_owned();
    home.run(&["resume", &id]).exits(118).says(&["another process is busy", "nothing was sent"]);
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
    home.pay(&["--pay-again", &url]).exits(0).prints("the paid resource\n");
    assert_eq!(paywall.nonces().len(), 2, "the owner's word makes it two");
    gate.open();
    first.signal("CONT");
    first.finish().exits(0).prints("the paid resource\n");
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (2, 2));
}

#[test]
fn of_a_busy_payment_whose_validity_is_over_it_is_not_said_that_it_may_settle_until_then() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let first = home.paying(&["--max-validity", "6", &url]).limit(LIMIT).start();
    wait_for_payments(&paywall, 1);
    first.signal("STOP");
    thread::sleep(Duration::from_secs(7));
    let second = home.pay(&[&url]);
    second.refuses(112).says(&["is out since", "its validity ended at", "is not known yet"]);
    second.never_says("may settle until");
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
    gate.open();
    first.signal("CONT");
    first.finish().exits(0).prints("the paid resource\n");
}

#[test]
fn an_interruption_ends_the_wait_for_another_program() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let first = home.paying(&[&url]).limit(LIMIT).start();
    wait_for_payments(&paywall, 1);
    for args in [&[&url[..]][..], &["-Z", &url]] {
        let second = home.paying(args).limit(LIMIT).start();
        // It has seen the terms, and nothing of the answer that it waits for.
        thread::sleep(Duration::from_millis(1500));
        second.signal("INT");
        let second = second.finish();
        second.assert(second.code() != Some(0), "it was interrupted").prints_nothing();
        second.assert(second.took < Duration::from_secs(9), "it did not wait to the end");
    }
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
    gate.open();
    first.finish().exits(0);
}

#[test]
fn a_time_limit_bounds_the_wait_for_another_program() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let first = home.paying(&[&url]).limit(LIMIT).start();
    wait_for_payments(&paywall, 1);
    home.pay(&["-m", "1", &url]).exits(28).prints_nothing();
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
    gate.open();
    first.finish().exits(0);
}

#[test]
fn the_body_of_another_program_is_waited_for_like_its_answer() {
    for (has_receipt, state) in [(true, "settled"), (false, "unknown")] {
        let home = Home::new();
        let body = "goods".repeat(400);
        let seller = Paywall::v2().body(&body).deliver(move |receipt| {
            let reply = if has_receipt { receipt.deliver() } else { Reply::ok(&receipt.body) };
            reply.trickle(1000, Duration::from_millis(700))
        });
        let paywall = seller.start();
        let url = paywall.url("/thing");
        let first = home.paying(&[&url]).start();
        let start = Instant::now();
        while entries(&home).first().is_none_or(|entry| entry.state != state) {
            assert!(start.elapsed() < LIMIT, "{:?}", entries(&home));
            thread::sleep(Duration::from_millis(5));
        }
        let second = home.paying(&[&url]).limit(LIMIT).start();
        first.finish().exits(0).prints(&body);
        let second = second.finish();
        if has_receipt {
            // The first is settled and delivered by then.
            second.exits(0).prints(&body).never_says("sending the same");
            assert_eq!(paywall.nonces().len(), 2);
        } else {
            // What nobody has said settled is not signed beside, delivered or not.
            second.says(&["sending the same"]);
            assert_eq!(paywall.nonces().len(), 1);
        }
    }
}

#[test]
fn a_stopped_program_that_is_killed_is_dead() {
    let home = Home::new();
    let (paywall, gate) = gated(1, Paywall::v2());
    let url = paywall.url("/thing");
    let mut first = home.paying(&[&url]).limit(LIMIT).start();
    wait_for_payments(&paywall, 1);
    first.signal("STOP");
    first.kill();
    home.pay(&[&url]).exits(0).says(&["sending the same"]);
    assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 2));
    gate.open();
}
