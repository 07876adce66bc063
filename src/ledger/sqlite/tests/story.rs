//! The story over these ledger: one authorization per purchase, whatever happens in between.

use std::cell::Cell;

use super::super::database::Database;
use super::cast::{Ended, Owner, Server, Site, capped, site};
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::{Failure, NotResent, NothingSigned, Outcome, SignedCause};
use crate::policy::Limits;

fn cause(ended: Ended) -> SignedCause<&'static str> {
    match ended {
        Err(Failure::Signed(signed)) => signed.cause,
        Err(Failure::NothingSigned(_)) => panic!("nothing signed"),
        Ok(_) => panic!("no failure"),
    }
}

fn only_entry(home: &Home) -> crate::ledger::Entry {
    let mut entries = home.ledger().list(&Filter::default(), 9).unwrap();
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

#[test]
fn running_again_sends_the_same_again_until_it_settles() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    for run in 0..3 {
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        assert!(matches!(
            cause(ended),
            SignedCause::Unanswered { error: "hung up", settled: false }
        ));
        assert_eq!((owner.signatures, owner.resent), (1, run));
    }
    site.server = Server::Refuses;
    // The first sending's silence is not outweighed by the refusal of a later one.
    let refused = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(refused, SignedCause::RefusedAgain { settled: false, .. }));
    assert_eq!(only_entry(&home).state, State::Unknown);
    site.server = Server::Settles;
    let Ok(Outcome::Paid(paid)) = owner.fetch(&home, &mut site, &capped("1")) else {
        panic!("not paid")
    };
    assert_eq!((paid.answer.body.as_str(), paid.unrecorded.is_none()), ("goods", true));
    assert_eq!((owner.signatures, owner.resent), (1, 4));
    assert_eq!(site.paid.len(), 5);
    assert!(site.paid.iter().all(|payment| *payment == site.paid[0]));
    let entry = only_entry(&home);
    assert_eq!((entry.state, entry.sendings), (State::Settled, 5));
    // What is settled and delivered is bought; the next run is the next purchase.
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(owner.signatures, 2);
    assert_ne!(site.paid[5], site.paid[0]);
}

#[test]
fn what_is_paid_and_not_delivered_is_asked_for_again_with_the_same_payment() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Breaks));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(only_entry(&home).state, State::Settled);
    site.server = Server::Refuses;
    let refused = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(refused, SignedCause::RefusedAgain { settled: true, .. }));
    site.server = Server::Hangs;
    let silence = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(silence, SignedCause::Unanswered { settled: true, .. }));
    site.server = Server::Settles;
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (1, 4));
    assert!(site.paid.iter().all(|payment| *payment == site.paid[0]));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(owner.signatures, 2);
}

#[test]
fn beside_an_open_payment_for_the_same_with_other_headers_none_is_signed_unasked() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let id = only_entry(&home).id;
    site.token = 6;
    for says in [None, Some(false)] {
        owner.says = says;
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        let Err(Failure::NothingSigned(NothingSigned::Rival { earlier, declined })) = ended else {
            panic!("signed, or not refused")
        };
        assert_eq!((earlier.payment.id, earlier.settled), (id.clone(), false));
        assert_eq!((declined, owner.signatures), (says.is_some(), 1));
    }
    // A price that the rules forbid is told first, and a living process's is nobody else's business.
    let dear = owner.fetch(&home, &mut site, &capped("0.001"));
    assert!(matches!(dear, Err(Failure::NothingSigned(NothingSigned::Refused(_)))));
    owner.says = Some(true);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    assert_eq!(owner.signatures, 2);
    owner.says = None;
    let again = Limits { pay_again: true, ..capped("1") };
    site.token = 7;
    assert!(owner.fetch(&home, &mut site, &again).is_err());
    assert_eq!(owner.signatures, 3);
    owner.now.set(121);
    site.token = 8;
    assert!(matches!(
        cause(owner.fetch(&home, &mut site, &capped("1"))),
        SignedCause::Unanswered { .. }
    ));
}

/// Pays for the same, with `token` in a header, while the wallet of `owner` is opened; the server hangs.
fn meanwhile(owner: &mut Owner, home: &Home, token: u8) {
    let (path, done) = (home.path(), Cell::new(false));
    let pay = move |path| {
        let mut other = Owner { nonces: Cell::new(9), ..Owner::default() };
        let mut site = Site { token, ..site(Server::Hangs) };
        cause(other.run(&SqliteLedger::new(Database::at(path)), &mut site, &capped("1"), None));
        assert_eq!(other.signatures, 1);
    };
    owner.meanwhile = Some(Box::new(move || {
        let path = path.clone();
        if !done.replace(true) {
            std::thread::spawn(move || pay(path)).join().unwrap();
        }
    }));
}

#[test]
fn what_others_paid_while_the_wallet_was_opened_is_sent_and_not_signed_anew() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    meanwhile(&mut owner, &home, site.token);
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    assert!(matches!(ended, Ok(Outcome::Paid(_))));
    assert_eq!((owner.signatures, owner.resent, site.paid.len()), (0, 1, 1));
    assert_eq!(only_entry(&home).state, State::Settled);
}

#[test]
fn none_is_signed_unasked_beside_what_others_paid_while_the_wallet_was_opened() {
    for (says, signed) in [(None, 0), (Some(false), 0), (Some(true), 1)] {
        let (home, mut site) = (Home::new(), site(Server::Settles));
        let mut owner = Owner { says, ..Owner::default() };
        meanwhile(&mut owner, &home, 6);
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        let refused = matches!(ended, Err(Failure::NothingSigned(NothingSigned::Rival { .. })));
        assert_eq!(refused, signed == 0);
        assert_eq!((owner.signatures, owner.resent, site.paid.len()), (signed, 0, signed as usize));
    }
}

#[test]
fn every_payment_beside_which_another_would_be_signed_is_asked_about_once() {
    let (home, mut owner) = (Home::new(), Owner::default());
    owner.says = Some(true);
    for token in [1, 2, 3] {
        let mut site = Site { token, ..site(Server::Hangs) };
        cause(owner.fetch(&home, &mut site, &capped("1")));
        // None, one and two are asked about.
        assert_eq!(owner.beside.replace(0), u32::from(token) - 1);
    }
}

#[test]
fn a_refused_payment_is_not_signed_anew_either() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Refuses));
    for _ in 0..3 {
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        assert!(matches!(cause(ended), SignedCause::Rejected { .. }));
    }
    assert_eq!((owner.signatures, only_entry(&home).state), (1, State::Rejected));
}

#[test]
fn paying_again_is_the_owners_word() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let again = Limits { pay_again: true, ..capped("1") };
    assert!(owner.fetch(&home, &mut site, &again).is_err());
    assert_eq!((owner.signatures, owner.resent), (2, 0));
}

#[test]
fn a_free_answer_is_taken_and_leaves_the_payment_alone() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    site.server = Server::IsFree;
    let free = owner.fetch(&home, &mut site, &capped("1"));
    assert!(matches!(free, Ok(Outcome::Ordinary(page)) if page.body == "free"));
    assert_eq!((site.paid.len(), only_entry(&home).state), (1, State::Unknown));
}

#[test]
fn what_keeps_it_from_being_sent_again_signs_no_other() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let mut not_resent = |site: &mut Site, cap: &str, after: u64| {
        owner.now.set(after);
        let cause = cause(owner.fetch(&home, site, &capped(cap)));
        assert_eq!((owner.signatures, owner.resent), (1, 0));
        let SignedCause::NotResent { why, settled: false } = cause else { panic!("sent again") };
        why
    };
    let dearer = not_resent(&mut site, "0.001", 1);
    assert!(matches!(dearer, NotResent::Refused(_)));
    let late = not_resent(&mut site, "1", 51);
    assert!(matches!(late, NotResent::Expiring { until } if until == NOW + 120));
    let later = not_resent(&mut site, "1", 119);
    assert!(matches!(later, NotResent::Expiring { .. }));
    site.origin = "https://example.org";
    let there = not_resent(&mut site, "1", 1);
    assert!(matches!(there, NotResent::Origin { now } if now.host_str() == Some("example.org")));
    // None of this keeps the next run from it, nor for longer than it can settle.
    site.origin = "https://example.com";
    owner.now.set(50);
    let unanswered = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(unanswered, SignedCause::Unanswered { .. }));
    assert_eq!((owner.signatures, owner.resent), (1, 1));
    owner.now.set(120);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    assert_eq!((owner.signatures, owner.resent), (2, 1));
}

#[test]
fn resuming_never_signs() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let id = only_entry(&home).id;
    for (server, paid) in [(Server::IsFree, 1), (Server::Hangs, 2), (Server::Settles, 3)] {
        site.server = server;
        let mut ledger = home.ledger();
        let payment = ledger.claim_one(&id, NOW + 1).unwrap();
        let ended =
            owner.run(&SqliteLedger::new(ledger), &mut site, &Limits::default(), Some(payment));
        assert_eq!(ended.is_ok(), !matches!(server, Server::Hangs));
        assert_eq!((site.paid.len(), owner.signatures), (paid, 1));
    }
    assert!(matches!(home.ledger().claim_one(&id, NOW + 1), Err(Error::NotResendable { .. })));
}

#[test]
fn a_budget_is_checked_before_anybody_is_asked_for_anything() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    // With a cap that would do, a wallet that would fail, and no ledger yet.
    owner.locked = true;
    let limits = |text| Limits { budgets: vec![budget(text)], ..capped("1") };
    let ended = owner.fetch(&home, &mut site, &limits("0.009/day"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::OverBudget(_)))));
    assert!(!home.path().exists());
    // A wallet that fails leaves no reservation to count.
    let ended = owner.fetch(&home, &mut site, &limits("0.01/day"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Wallet("locked")))));
    owner.locked = false;
    assert!(owner.fetch(&home, &mut site, &limits("0.01/day")).is_ok());
    let ended = owner.fetch(&home, &mut site, &limits("0.01/day"));
    let Err(Failure::NothingSigned(NothingSigned::OverBudget(short))) = ended else { panic!() };
    assert_eq!(short.balance.spent.to_string(), "0.01");
    assert_eq!((owner.signatures, site.paid.len()), (1, 1));
}

#[test]
fn an_interruption_before_the_sending_says_whether_anything_is_signed() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    // Before the signature: as if it had never been.
    site.looks.set(1);
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Transport(error))) = ended else {
        panic!("signed")
    };
    assert_eq!(error, "interrupted");
    assert!(home.ledger().list(&Filter::default(), 9).unwrap().is_empty());
    // After it, and after it was noted that it leaves.
    for looks in [2, 3] {
        site.looks.set(looks);
        let limits = Limits { pay_again: true, ..capped("1") };
        let cause = cause(owner.fetch(&home, &mut site, &limits));
        assert!(matches!(cause, SignedCause::NeverSent { interrupted: true }));
    }
    assert_eq!((owner.signatures, site.paid.len()), (2, 0));
    // An earlier one that is not sent again, the last time after it was noted that it leaves.
    for looks in 1..=4 {
        site.looks.set(looks);
        let cause = cause(owner.fetch(&home, &mut site, &capped("1")));
        assert!(matches!(cause, SignedCause::NotResent { why: NotResent::Interrupted, .. }));
        assert_eq!((owner.signatures, site.paid.len()), (2, 0));
        let states = home.ledger().list(&Filter::default(), 9).unwrap();
        assert!(states.iter().all(|entry| entry.state == State::Unsent && entry.sendings == 0));
    }
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (2, 1));
}

#[test]
fn a_body_that_is_another_by_now_is_neither_signed_for_nor_sent_with_an_earlier_payment() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    site.changes = true;
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Transport(error))) = ended else {
        panic!("signed")
    };
    assert_eq!((error, owner.signatures), ("changed", 0));
    assert!(home.ledger().list(&Filter::default(), 9).unwrap().is_empty());
    site.changes = false;
    let _ = owner.fetch(&home, &mut site, &capped("1"));
    site.changes = true;
    let cause = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(cause, SignedCause::NotResent { why: NotResent::OtherBody, .. }));
    assert_eq!((owner.signatures, site.paid.len()), (1, 1));
    // It was let go of.
    (site.changes, site.server) = (false, Server::Settles);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (1, 2));
}

#[test]
fn what_has_no_place_to_go_is_neither_signed_for_nor_sent_with_an_earlier_payment() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    site.cramped = true;
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Transport(error))) = ended else {
        panic!("signed")
    };
    assert_eq!((error, owner.signatures), ("no room", 0));
    site.cramped = false;
    let _ = owner.fetch(&home, &mut site, &capped("1"));
    site.cramped = true;
    let cause = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(cause, SignedCause::NotResent { why: NotResent::NoRoom, .. }));
    assert_eq!((owner.signatures, site.paid.len()), (1, 1));
    // It was let go of.
    (site.cramped, site.server) = (false, Server::Settles);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (1, 2));
}

#[test]
fn without_a_ledger_that_can_be_read_nothing_is_signed() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    std::fs::create_dir_all(home.path().parent().unwrap()).unwrap();
    std::fs::write(home.path(), "no ledger").unwrap();
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Ledger(_)))));
    assert_eq!((owner.signatures, site.paid.len()), (0, 0));
    site.server = Server::IsFree;
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
}
