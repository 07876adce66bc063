//! A transfer that nobody waits for any more: what it holds is let go of, in the state that is true.

use std::task::{Context, Poll, Waker};

use super::super::caller::Caller;
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::Ledger as _;

/// Gives up what is waited for while another process keeps the ledger locked.
fn give_up(home: &Home, work: impl Future) {
    let other = rusqlite::Connection::open(home.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut work = Box::pin(work);
    let first = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(first, Poll::Pending), "it waits for the lock");
    drop(work);
    other.execute_batch("COMMIT").unwrap();
}

/// The states of all payments, and whether somebody is busy with them.
fn states(worker: &SqliteLedger) -> Vec<(State, bool)> {
    let list = |ledger: &mut Database| {
        let all = ledger.list(&Filter::default(), 9)?;
        Ok(all.into_iter().map(|entry| (entry.state, entry.owner.is_some())).collect())
    };
    waited(worker.try_call(list)).unwrap()
}

async fn reserve(caller: &mut Caller<'_>, one: &Purchase) {
    let (authorization, asked) = (one.authorization(NOW), one.asked());
    let reservation = Reservation {
        authorization: &authorization,
        asked: &asked,
        method: &Method::GET,
        url: &one.url(),
        budgets: &[],
        now: NOW,
        earliest: NOW,
        beside: None,
    };
    assert!(caller.reserve(&reservation).await.is_ok());
}

/// A ledger that exists, as a worker has it.
fn ledger() -> (Home, SqliteLedger) {
    let home = Home::new();
    let mut other = home.ledger();
    assert!(matches!(purchase(99).reserve(&mut other, &[], NOW), Reserved::Yes));
    other.release(&purchase(99).payment(NOW).id).unwrap();
    let worker = SqliteLedger::new(home.ledger());
    (home, worker)
}

#[test]
fn a_payment_that_was_claimed_for_nobody_is_there_for_the_next() {
    let (home, worker) = ledger();
    let one = purchase(1);
    assert!(one.send(&mut home.ledger(), &[], NOW));
    give_up(&home, async {
        let mut caller = worker.caller();
        let _ = caller.claim(&one.fingerprint(), NOW + 1).await;
    });
    assert_eq!(states(&worker), [(State::Sent, false)]);
    // Another transfer of this run, and another process.
    let mut caller = worker.caller();
    assert!(waited(caller.claim(&one.fingerprint(), NOW + 1)).unwrap().is_some());
    drop(caller);
    assert_eq!(states(&worker), [(State::Sent, false)]);
    assert!(home.ledger().claim(&one.fingerprint(), NOW + 1).unwrap().is_some());
}

#[test]
fn a_reservation_that_nobody_waits_for_is_undone() {
    let (home, worker) = ledger();
    give_up(&home, async { reserve(&mut worker.caller(), &purchase(1)).await });
    assert_eq!(states(&worker), []);
    // One that was made, and then the transfer is given up.
    waited(async { reserve(&mut worker.caller(), &purchase(1)).await });
    assert_eq!(states(&worker), []);
}

#[test]
fn what_was_signed_for_nobody_has_not_left() {
    let one = purchase(1);
    let (home, worker) = ledger();
    let mut caller = worker.caller();
    waited(reserve(&mut caller, &one));
    give_up(&home, async {
        let mut caller = caller;
        let _ = caller.signed(&one.payment(NOW), NOW).await;
    });
    assert_eq!(states(&worker), [(State::Unsent, false)]);
    // It counts for as long as it can settle.
    let count = |now| {
        let budget = [budget("0.01/total")];
        waited(worker.call(move |ledger| match purchase(2).reserve(ledger, &budget, now) {
            Reserved::Yes => ledger.release(&purchase(2).payment(now).id).map(|()| true).unwrap(),
            _ => false,
        }))
        .unwrap()
    };
    assert!(!count(NOW + OVER - 1));
    assert!(count(NOW + OVER));
}

#[test]
fn what_was_to_be_sent_for_nobody_has_not_left() {
    let one = purchase(1);
    let (home, worker) = ledger();
    let mut caller = worker.caller();
    waited(async {
        reserve(&mut caller, &one).await;
        caller.signed(&one.payment(NOW), NOW).await.unwrap();
    });
    give_up(&home, async {
        let mut caller = caller;
        let _ = caller.sent(&one.payment(NOW), NOW + 1).await;
    });
    assert_eq!(states(&worker), [(State::Unsent, false)]);
    let entry = home.ledger().list(&Filter::default(), 9).unwrap().remove(0);
    assert_eq!(entry.sent_at, None);
}

#[test]
fn what_may_have_left_when_its_transfer_is_given_up_is_unknown() {
    let one = purchase(1);
    let (home, worker) = ledger();
    let mut caller = worker.caller();
    waited(async {
        reserve(&mut caller, &one).await;
        caller.signed(&one.payment(NOW), NOW).await.unwrap();
        caller.sent(&one.payment(NOW), NOW + 1).await.unwrap();
    });
    // It is about to be sent once more.
    give_up(&home, async {
        let mut caller = caller;
        let _ = caller.sent(&one.payment(NOW), NOW + 2).await;
    });
    assert_eq!(states(&worker), [(State::Unknown, false)]);
}

#[test]
fn what_is_closed_stays_as_it_was_closed() {
    let one = purchase(1);
    let (_home, worker) = ledger();
    waited(async {
        let mut caller = worker.caller();
        reserve(&mut caller, &one).await;
        caller.signed(&one.payment(NOW), NOW).await.unwrap();
        caller.sent(&one.payment(NOW), NOW + 1).await.unwrap();
        caller.close(&one.payment(NOW), Some(&settled()), NOW + 2).await.unwrap();
    });
    // Its body is being delivered.
    assert_eq!(states(&worker), [(State::Settled, true)]);
}
