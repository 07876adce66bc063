//! What is kept of a payment, and for how long.

use rusqlite::Connection;

use super::*;
use crate::ledger::{Entry, Error, Expiry, Proof, State};

const OTHER_HASH: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

fn entry(home: &Home, one: &Purchase) -> Entry {
    home.ledger().show(&one.payment(NOW).id).unwrap()
}

/// How many payments' signed bytes are kept.
fn signed_bytes(home: &Home) -> u32 {
    let ledger = Connection::open(home.path()).unwrap();
    ledger.query_row("SELECT count(*) FROM headers", [], |row| row.get(0)).unwrap()
}

#[test]
fn where_a_redirect_began_is_kept_and_of_no_redirect_nothing() {
    let (home, paid) = (Home::new(), purchase(1));
    let mut ledger = home.ledger();
    let there = "https://user:secret@example.org/start";
    for (number, method, url, kept) in [
        (1, Method::GET, paid.url, None),
        (2, Method::GET, there, Some(("GET", "https://example.org/start"))),
        (3, Method::POST, paid.url, Some(("POST", "https://example.com/x"))),
    ] {
        let one = purchase(number);
        let asked = Asked { method, url: url.parse().unwrap(), fingerprint: one.fingerprint() };
        let (authorization, url) = (one.authorization(NOW), one.url());
        let reservation = Reservation {
            authorization: &authorization,
            asked: &asked,
            method: &Method::GET,
            url: &url,
            budgets: &[],
            now: NOW,
            earliest: NOW,
            beside: None,
        };
        assert!(ledger.reserve(&reservation).is_ok());
        let entry = ledger.show(&authorization.identifier()).unwrap();
        assert_eq!(entry.asked_method.as_deref().zip(entry.asked_url.as_deref()), kept);
        assert_eq!((entry.method.as_str(), entry.url.as_str()), ("GET", "https://example.com/x"));
    }
}

#[test]
fn the_words_of_an_answer_and_the_transaction_it_names_are_kept() {
    let named = Settlement { transaction: Some(HASH.into()), ..says(false) };
    let words = Some("insufficient_funds");
    let doubt = Money::Doubtful(crate::pay::Doubt::ServedWhilePending(named.clone()));
    let odd = Money::Unproven { odd: true, transaction: Some(HASH.into()) };
    for (number, verdict, reason, transaction) in [
        (1, Verdict::Rejected(Some(named.clone())), words, Some(HASH)),
        (2, Verdict::Rejected(None), None, None),
        (3, Verdict::Pending(named.clone()), words, Some(HASH)),
        (4, Verdict::Deliver(Money::Refused(named)), words, Some(HASH)),
        (5, Verdict::Deliver(doubt), words, Some(HASH)),
        (6, Verdict::Deliver(Money::Unsettled), None, None),
        (7, Verdict::Deliver(odd), None, Some(HASH)),
    ] {
        let (home, one) = (Home::new(), purchase(number));
        assert!(one.send(&mut home.ledger(), &[], NOW));
        one.close(&mut home.ledger(), Some(&verdict), NOW);
        let entry = entry(&home, &one);
        assert_eq!((entry.reason.as_deref(), entry.transaction.as_deref()), (reason, transaction));
    }
}

#[test]
fn the_signed_bytes_are_kept_for_as_long_as_they_are_of_use() {
    let home = Home::new();
    let mut ledger = home.ledger();
    for number in 1..5 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
    }
    let id = |number: u64| purchase(number).payment(NOW).id;
    purchase(1).close(&mut ledger, Some(&settled()), NOW);
    assert_eq!(signed_bytes(&home), 4, "until it is delivered");
    ledger.delivered(&id(1), NOW).unwrap();
    assert_eq!(signed_bytes(&home), 3);
    ledger.delivered(&id(2), NOW).unwrap();
    assert_eq!(signed_bytes(&home), 3, "until it is settled");
    ledger.prove_settled(&id(2), None, None, NOW).unwrap();
    assert_eq!(signed_bytes(&home), 2);
    ledger.expire(&id(3), Expiry::Unused, NOW + OVER).unwrap();
    assert_eq!(signed_bytes(&home), 1);
}

#[test]
fn a_claim_that_the_chain_bears_out_is_the_chains() {
    let home = Home::new();
    let mut ledger = home.ledger();
    for number in 1..3 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
    }
    purchase(1).close(&mut ledger, Some(&settled()), NOW);
    assert_eq!(entry(&home, &purchase(1)).proof, Some(Proof::Server));
    for number in 1..3 {
        ledger.confirm_settlement(&purchase(number).payment(NOW).id, Some(OTHER_HASH)).unwrap();
    }
    let one = entry(&home, &purchase(1));
    assert_eq!((one.proof, one.transaction.as_deref()), (Some(Proof::Chain), Some(OTHER_HASH)));
    let open = entry(&home, &purchase(2));
    assert_eq!((open.proof, open.transaction), (None, None), "nobody said that it settled");
}

#[test]
fn a_payment_may_be_sent_again_while_something_can_come_of_it() {
    let (home, one) = (Home::new(), purchase(1));
    assert!(one.send(&mut home.ledger(), &[], NOW));
    let found = entry(&home, &one);
    let last = NOW + LIFE - crate::pay::LEAST_LIFE_SECONDS;
    let in_state = |state, delivered_at| Entry { state, delivered_at, ..found.clone() };
    for state in [State::Signed, State::Sent, State::Rejected, State::Unknown] {
        let open = in_state(state, None);
        let may = |now| (open.may_settle(now), open.may_be_resent(now));
        assert_eq!(may(NOW + OVER - 1), (true, true), "{state}");
        assert_eq!(may(NOW + OVER), (false, false), "{state}");
    }
    for (state, delivered_at, now, may) in [
        (State::Settled, None, last, true),
        (State::Settled, None, last + 1, false),
        (State::Settled, Some(NOW), NOW, false),
        (State::Expired, None, NOW, false),
        (State::Reserved, None, NOW, false),
    ] {
        let entry = in_state(state, delivered_at);
        assert_eq!((entry.may_settle(now), entry.may_be_resent(now)), (false, may), "{state}");
    }
}

#[test]
fn what_is_resumed_is_asked_for_by_its_whole_id() {
    let (home, one) = (Home::new(), purchase(1));
    let id = one.payment(NOW).id;
    assert!(matches!(home.ledger().claim_one(&id, NOW), Err(Error::NotFound(_))));
    assert!(one.send(&mut home.ledger(), &[], NOW));
    let mut ledger = home.ledger();
    assert!(matches!(ledger.claim_one("pay_0", NOW), Err(Error::NotFound(_))));
    let late = ledger.claim_one(&id, NOW + OVER);
    assert!(matches!(late, Err(Error::NotResendable { state: State::Sent, .. })));
    let earlier = ledger.claim_one(&id, NOW).unwrap();
    assert_eq!((earlier.payment.id, earlier.settled), (id, false));
}

#[test]
fn what_another_process_signed_is_on_the_disk_before_it_is_sent_again() {
    // A process that is killed while it forces leaves what any other leaves: an entry that is read.
    for (sends, verdict) in [(false, None), (true, None), (true, Some(settled()))] {
        let (home, one) = (Home::new(), purchase(1));
        let mut ledger = home.ledger();
        assert!(matches!(one.reserve(&mut ledger, &[], NOW), Reserved::Yes));
        ledger.signed(&one.payment(NOW), NOW).unwrap();
        assert_eq!(ledger.forced, 1, "its own signature");
        if sends {
            ledger.sent(&one.payment(NOW), NOW).unwrap();
            assert_eq!(ledger.forced, 1, "the signature is on the disk already");
            one.close(&mut ledger, verdict.as_ref(), NOW);
            ledger.release(&one.payment(NOW).id).unwrap();
        }
        drop(ledger);
        let mut next = home.ledger();
        let payment = next.claim(&one.fingerprint(), NOW).unwrap().unwrap().payment;
        next.sent(&payment, NOW).unwrap();
        assert_eq!(next.forced, 1, "before its first byte leaves");
        next.sent(&payment, NOW).unwrap();
        assert_eq!(next.forced, 2, "and so is every later sending");
    }
}
