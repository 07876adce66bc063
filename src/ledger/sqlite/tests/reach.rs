//! The story where the network fails: what never left, what may have arrived, and what is sent twice.

use super::budgets::cents;
use super::cast::{Ended, Owner, Server, Site, capped, site};
use super::*;
use crate::ledger::{Entry, Expiry, Filter, State};
use crate::pay::{Failure, NothingSigned, Outcome, Reach, Recorded, SignedCause};
use crate::policy::Refused;

const DAY: u64 = 86_400;

fn cause(ended: Ended) -> SignedCause<&'static str> {
    match ended {
        Err(Failure::Signed(signed)) => signed.cause,
        Err(Failure::NothingSigned(_)) => panic!("nothing signed"),
        Ok(_) => panic!("no failure"),
    }
}

fn only_entry(home: &Home) -> Entry {
    let mut entries = home.ledger().list(&Filter::default(), 9).unwrap();
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

/// Fetches once from a site whose sendings come so far.
fn fetch(home: &Home, owner: &mut Owner, site: &mut Site, reaches: &[Reach]) -> Ended {
    site.reaches = reaches.to_vec();
    let ended = owner.fetch(home, site, &capped("1"));
    assert!(site.reaches.is_empty(), "{} sendings were not made", site.reaches.len());
    ended
}

#[test]
fn without_a_connection_nothing_is_signed() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    site.is_down = true;
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Transport("no connection"))) = ended else {
        panic!("signed")
    };
    assert_eq!((owner.signatures, site.paid.len()), (0, 0));
    assert!(home.ledger().list(&Filter::default(), 9).unwrap().is_empty());
}

#[test]
fn without_a_connection_an_earlier_payment_stays_as_it_is() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Refuses));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    site.is_down = true;
    let why = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(why, SignedCause::Unsent { before: Some(Recorded::Unknown), .. }));
    let entry = only_entry(&home);
    assert_eq!((entry.state, entry.sendings), (State::Rejected, 1));
    // It was let go of.
    (site.is_down, site.server) = (false, Server::Settles);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (1, 2));
}

#[test]
fn what_never_left_is_kept_and_sent_by_the_next_run() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    for _ in 0..3 {
        let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Unsent]));
        assert!(matches!(why, SignedCause::Unsent { error: "cut off", before: None }));
        let entry = only_entry(&home);
        assert_eq!((entry.state, entry.sendings, entry.sent_at), (State::Unsent, 0, None));
    }
    let ended = fetch(&home, &mut owner, &mut site, &[]);
    assert!(matches!(ended, Ok(Outcome::Paid(_))));
    assert_eq!((owner.signatures, owner.resent, site.paid.len()), (1, 3, 1));
    assert_eq!(only_entry(&home).state, State::Settled);
}

#[test]
fn an_interruption_after_the_signature_leaves_it_unsent() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    site.looks.set(2);
    let why = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(why, SignedCause::NeverSent { interrupted: true }));
    assert_eq!(only_entry(&home).state, State::Unsent);
}

#[test]
fn what_did_not_leave_this_time_takes_back_nothing_of_earlier_times() {
    for (first, state) in [(Server::Refuses, State::Rejected), (Server::Hangs, State::Unknown)] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(first));
        assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
        assert_eq!(only_entry(&home).state, state);
        let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Unsent]));
        assert!(matches!(why, SignedCause::Unsent { before: Some(_), .. }));
        let entry = only_entry(&home);
        assert_eq!((entry.state, entry.sendings), (state, 1));
    }
}

#[test]
fn over_a_connection_that_was_closed_the_same_payment_goes_once_more() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    let ended = fetch(&home, &mut owner, &mut site, &[Reach::Dropped]);
    assert!(matches!(ended, Ok(Outcome::Paid(_))));
    assert_eq!((owner.signatures, site.paid.len()), (1, 2));
    assert_eq!(site.paid[0], site.paid[1]);
    let entry = only_entry(&home);
    assert_eq!((entry.state, entry.sendings), (State::Settled, 2));
}

#[test]
fn once_more_is_once_and_its_failure_leaves_the_outcome_unknown() {
    for second in [Reach::Unsent, Reach::Unprocessed, Reach::Dropped, Reach::Unknown] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
        let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Dropped, second]));
        assert!(matches!(why, SignedCause::Unanswered { settled: false, .. }), "{second:?}");
        assert_eq!(only_entry(&home).state, State::Unknown, "{second:?}");
        // The next run sends the same.
        assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
        assert_eq!(owner.signatures, 1);
        assert!(site.paid.iter().all(|payment| *payment == site.paid[0]));
    }
}

#[test]
fn a_refusal_of_the_second_sending_proves_nothing_about_the_first() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Refuses));
    let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Dropped]));
    assert!(matches!(why, SignedCause::RefusedAgain { settled: false, .. }));
    assert_eq!(only_entry(&home).state, State::Unknown);
}

#[test]
fn what_may_have_arrived_is_not_sent_again_at_once() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Unknown]));
    assert!(matches!(why, SignedCause::Unanswered { settled: false, .. }));
    assert_eq!((site.paid.len(), only_entry(&home).state), (1, State::Unknown));
}

#[test]
fn what_a_server_says_it_did_not_process_counts_like_what_it_refused() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    let why = cause(fetch(&home, &mut owner, &mut site, &[Reach::Unprocessed]));
    assert!(matches!(why, SignedCause::Unanswered { settled: false, .. }));
    let entry = only_entry(&home);
    assert_eq!(entry.state, State::Rejected);
    assert_eq!(entry.answered, Some(crate::ledger::Answered::Unprocessed));
}

/// A payment that was signed and marked as sent, and of which no byte left.
fn unsent(number: u64, ledger: &mut Database, budgets: &[Budget]) -> Purchase {
    let one = purchase(number);
    assert!(one.send(ledger, budgets, NOW));
    one.close(ledger, Some(&Verdict::Unsent), NOW);
    one
}

#[test]
fn what_never_left_counts_until_it_cannot_settle_and_not_after_that() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let budgets = [budget("0.03/day"), budget("0.03/total")];
    unsent(1, &mut ledger, &budgets);
    for budget in &budgets {
        assert_eq!(cents(&mut ledger, budget, NOW + OVER - 1), [0, 0, 1, 2], "{budget}");
        let balance = ledger.balances(std::slice::from_ref(budget), NOW).unwrap().remove(0);
        assert_eq!(balance.next_release, Some(NOW + OVER), "{budget}");
        for now in [NOW + OVER, NOW + DAY - 1, NOW + DAY] {
            assert_eq!(cents(&mut ledger, budget, now), [0, 0, 0, 3], "{budget} at {now}");
        }
    }
    // There is room for as much again, and the sums say so too.
    let third = [budget("0.01/day")];
    assert!(!purchase(2).send(&mut ledger, &third, NOW + OVER - 1));
    assert!(purchase(2).send(&mut ledger, &third, NOW + OVER));
}

#[test]
fn what_never_left_counts_like_a_silence_where_the_owner_wants_proof() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let strict = |text| Budget { refused: Refused::UntilProved, ..budget(text) };
    let both = [strict("0.03/total"), strict("0.03/day")];
    let one = unsent(1, &mut ledger, &both);
    for budget in &both {
        assert_eq!(cents(&mut ledger, budget, NOW + OVER - 1), [0, 0, 1, 2], "{budget}");
        for now in [NOW + OVER, NOW + DAY - 1] {
            assert_eq!(cents(&mut ledger, budget, now), [0, 1, 0, 2], "{budget} at {now}");
        }
        let balance = ledger.balances(std::slice::from_ref(budget), NOW + OVER).unwrap().remove(0);
        assert_eq!(balance.refused.count(), 10_000, "{budget}");
    }
    let next = |ledger: &mut Database, budget: &Budget| {
        ledger.balances(std::slice::from_ref(budget), NOW + OVER).unwrap().remove(0).next_release
    };
    assert_eq!(next(&mut ledger, &both[0]), None);
    assert_eq!(next(&mut ledger, &both[1]), Some(NOW + DAY));
    assert_eq!(cents(&mut ledger, &both[1], NOW + DAY), [0, 0, 0, 3]);
    // Sent and refused, and sent and not answered, it counts once.
    let sent = |ledger: &mut Database| ledger.sent(&one.payment(NOW), NOW).unwrap();
    sent(&mut ledger);
    assert_eq!(cents(&mut ledger, &both[0], NOW), [0, 0, 1, 2]);
    one.close(&mut ledger, Some(&refused()), NOW);
    assert_eq!(cents(&mut ledger, &both[0], NOW + OVER), [0, 1, 0, 2]);
    ledger.expire(&one.payment(NOW).id, Expiry::Unused, NOW + OVER).unwrap();
    let two = unsent(2, &mut ledger, &both);
    assert_eq!(cents(&mut ledger, &both[0], NOW + OVER), [0, 1, 0, 2]);
    ledger.expire(&two.payment(NOW).id, Expiry::Unused, NOW + OVER).unwrap();
    assert_eq!(cents(&mut ledger, &both[0], NOW + OVER), [0, 0, 0, 3]);
}

#[test]
fn what_counts_less_is_on_the_disk_before_it_leaves_again() {
    for verdict in [Verdict::Unsent, refused()] {
        let (home, one) = (Home::new(), purchase(1));
        let mut ledger = home.ledger();
        assert!(one.send(&mut ledger, &[], NOW));
        one.close(&mut ledger, Some(&verdict), NOW);
        let before = ledger.forced;
        ledger.sent(&one.payment(NOW), NOW).unwrap();
        assert_eq!(ledger.forced, before + 1, "{verdict:?}");
    }
}

#[test]
fn sent_again_it_counts_before_it_leaves_whoever_dies_then() {
    let home = Home::new();
    let day = budget("0.03/day");
    let one = unsent(1, &mut home.ledger(), &[]);
    {
        let mut ledger = home.ledger();
        let earlier = ledger.claim(&one.fingerprint(), NOW).unwrap().unwrap();
        ledger.sent(&earlier.payment, NOW).unwrap();
        // This process dies here, before or after the first byte.
    }
    let mut ledger = home.ledger();
    assert_eq!(cents(&mut ledger, &day, NOW + OVER), [0, 1, 0, 2]);
    let earlier = ledger.claim(&one.fingerprint(), NOW).unwrap().unwrap();
    ledger.sent(&earlier.payment, NOW).unwrap();
    // What the dead one did is not taken back by what this one did not do.
    ledger.close(&earlier.payment, Some(&Verdict::Unsent), NOW).unwrap();
    assert_eq!(only_entry(&home).state, State::Unknown);
    assert_eq!(cents(&mut ledger, &day, NOW + OVER), [0, 1, 0, 2]);
}
