//! One payment, from its reservation to its end.

use super::*;
use crate::ledger::{Answered, Error, Expiry, Filter, Proof, State};
use crate::pay::{Doubt, Recorded};
use crate::policy::{Approval, Unpayable};
use crate::protocol::Terms;
use crate::scheme::{Scheme, SettlementKey, SignRequest, Signature, SigningInputs};
use serde_json::value::RawValue;

#[test]
fn a_payment_is_recorded_step_by_step() {
    let home = Home::new();
    let (mut ledger, mut others) = (home.ledger(), home.ledger());
    let (one, payment) = (purchase(1), purchase(1).payment(NOW));
    let mut state = || others.show(&payment.id).unwrap().state;
    assert!(matches!(one.reserve(&mut ledger, &[], NOW), Reserved::Yes));
    assert_eq!(state(), State::Reserved);
    ledger.signed(&payment, NOW + 1).unwrap();
    assert_eq!(state(), State::Signed);
    ledger.sent(&payment, NOW + 2).unwrap();
    assert_eq!(state(), State::Sent);
    ledger.close(&payment, Some(&settled()), NOW + 3).unwrap();
    let entry = others.show(&payment.id).unwrap();
    assert_eq!(entry.state, State::Settled);
    assert_eq!((entry.reserved_at, entry.signed_at), (NOW, Some(NOW + 1)));
    assert_eq!((entry.sent_at, entry.closed_at), (Some(NOW + 2), Some(NOW + 3)));
    assert_eq!((entry.sendings, entry.version), (1, Some(2)));
    assert_eq!(entry.settled, Some(entry.amount));
    assert_eq!(entry.transaction.as_deref(), Some(HASH));
    assert_eq!((entry.answered, entry.proof), (Some(Answered::Delivered), Some(Proof::Server)));
    assert_eq!(entry.url, "https://example.com/x");
    assert_eq!(entry.authority, "example.com:443");
    assert_eq!(entry.fingerprint, one.fingerprint());
}

#[test]
fn what_every_answer_leads_to() {
    let deliver = Verdict::Deliver;
    let doubt = |doubt| Some(deliver(Money::Doubtful(doubt)));
    let differs = Doubt::Differs { settlement: says(true), differences: Vec::new() };
    let cases = [
        (Some(settled()), State::Settled, Answered::Delivered),
        (Some(deliver(Money::NotDelivered(says(true)))), State::Settled, Answered::NotDelivered),
        (Some(refused()), State::Rejected, Answered::Refused),
        (Some(Verdict::Rejected(None)), State::Rejected, Answered::Refused),
        (Some(Verdict::Undecided(None)), State::Unknown, Answered::Refused),
        (Some(Verdict::Undecided(Some(says(false)))), State::Unknown, Answered::Refused),
        (Some(Verdict::Pending(says(true))), State::Unknown, Answered::Pending),
        (Some(deliver(UNPROVEN)), State::Unknown, Answered::Unproven),
        (Some(deliver(Money::Unsettled)), State::Unknown, Answered::Failed),
        (doubt(Doubt::Damaged), State::Unknown, Answered::Damaged),
        (doubt(Doubt::ServedButDenied(says(false))), State::Unknown, Answered::Denied),
        (doubt(differs), State::Unknown, Answered::Differs),
        (None, State::Unknown, Answered::Nothing),
    ];
    let home = Home::new();
    let mut ledger = home.ledger();
    for (number, (verdict, state, answered)) in (1..).zip(cases) {
        let one = purchase(number);
        assert!(one.send(&mut ledger, &[], NOW));
        one.close(&mut ledger, verdict.as_ref(), NOW);
        let entry = ledger.show(&one.payment(NOW).id).unwrap();
        assert_eq!((entry.state, entry.answered), (state, Some(answered)));
    }
}

#[test]
fn the_same_bytes_come_back_while_they_may_settle() {
    for verdict in [None, Some(refused()), Some(Verdict::Deliver(UNPROVEN))] {
        let home = Home::new();
        let one = purchase(1);
        assert!(one.send(&mut home.ledger(), &[], NOW));
        let mut ledger = home.ledger();
        one.close(&mut ledger, verdict.as_ref(), NOW);
        let payment = one.payment(NOW);
        ledger.release(&payment.id).unwrap();
        for again in 1..4 {
            let claimed = ledger.claim(&one.fingerprint(), NOW + again).unwrap().unwrap().payment;
            assert_eq!(claimed.header.name, payment.header.name);
            assert_eq!(claimed.header.value, payment.header.value);
            assert!(claimed.header.value.is_sensitive());
            assert_eq!(claimed.authorization, payment.authorization);
            assert_eq!(claimed.url.as_str(), "https://example.com/x");
            ledger.sent(&claimed, NOW + again).unwrap();
            ledger.close(&claimed, verdict.as_ref(), NOW + again).unwrap();
            ledger.release(&payment.id).unwrap();
        }
        assert!(ledger.claim(&purchase(2).fingerprint(), NOW).unwrap().is_some());
        ledger.release(&payment.id).unwrap();
        assert!(ledger.claim(&one.fingerprint(), NOW + OVER - 1).unwrap().is_some());
        ledger.release(&payment.id).unwrap();
        assert!(ledger.claim(&one.fingerprint(), NOW + OVER).unwrap().is_none());
    }
}

#[test]
fn nothing_comes_back_for_another_purchase_or_a_delivered_one() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let (one, other) = (purchase(1), Purchase { url: "https://example.com/y", ..purchase(2) });
    assert!(one.send(&mut ledger, &[], NOW));
    one.close(&mut ledger, None, NOW);
    assert!(ledger.claim(&other.fingerprint(), NOW).unwrap().is_none());
    let id = one.payment(NOW).id;
    ledger.prove_settled(&id, None, None, NOW).unwrap();
    assert!(ledger.claim(&one.fingerprint(), NOW).unwrap().is_some());
    ledger.delivered(&id, NOW).unwrap();
    assert!(ledger.claim(&one.fingerprint(), NOW).unwrap().is_none());
}

#[test]
fn what_settled_and_was_not_delivered_comes_back_while_a_server_would_take_it() {
    let home = Home::new();
    let one = purchase(1);
    assert!(one.send(&mut home.ledger(), &[], NOW));
    let mut busy = home.ledger();
    let payment = busy.claim(&one.fingerprint(), NOW).unwrap().unwrap().payment;
    busy.sent(&payment, NOW).unwrap();
    assert_eq!(busy.close(&payment, Some(&settled()), NOW).unwrap(), Recorded::Settled);
    // Its body is on its way to a living process.
    let mut ledger = home.ledger();
    assert!(ledger.claim(&one.fingerprint(), NOW).unwrap().is_none());
    drop(busy);
    let counted = ledger.balances(&[budget("1/day")], NOW).unwrap();
    assert!(ledger.claim(&one.fingerprint(), NOW + LIFE - 9).unwrap().is_none());
    let again = ledger.claim(&one.fingerprint(), NOW + LIFE - 10).unwrap().unwrap().payment;
    assert_eq!(again.header.value, payment.header.value);
    ledger.sent(&again, NOW).unwrap();
    for verdict in [None, Some(refused())] {
        assert_eq!(ledger.close(&again, verdict.as_ref(), NOW).unwrap(), Recorded::Settled);
    }
    let entry = ledger.show(&payment.id).unwrap();
    assert_eq!((entry.state, entry.sendings), (State::Settled, 3));
    assert_eq!(ledger.balances(&[budget("1/day")], NOW).unwrap(), counted);
    ledger.delivered(&payment.id, NOW).unwrap();
    assert!(ledger.claim(&one.fingerprint(), NOW).unwrap().is_none());
}

#[test]
fn a_body_on_its_way_belongs_to_the_process_that_reads_it() {
    let home = Home::new();
    let (mut busy, mut other) = (home.ledger(), home.ledger());
    let one = purchase(1);
    assert!(one.send(&mut busy, &[], NOW));
    one.close(&mut busy, Some(&Verdict::Deliver(UNPROVEN)), NOW);
    assert!(other.claim(&one.fingerprint(), NOW).unwrap().is_none());
    busy.delivered(&one.payment(NOW).id, NOW).unwrap();
    // Nobody has said that it settled: while it may, there is no other.
    assert!(other.claim(&one.fingerprint(), NOW).unwrap().is_some());
    // Once that is known, it was bought and delivered.
    other.prove_settled(&one.payment(NOW).id, None, None, NOW).unwrap();
    other.release(&one.payment(NOW).id).unwrap();
    assert!(other.claim(&one.fingerprint(), NOW).unwrap().is_none());
}

#[test]
fn what_a_living_process_is_busy_with_is_not_borrowed() {
    let home = Home::new();
    let (mut first, mut second) = (home.ledger(), home.ledger());
    let one = purchase(1);
    assert!(one.send(&mut first, &[], NOW));
    assert!(second.claim(&one.fingerprint(), NOW).unwrap().is_none());
    assert!(first.claim(&one.fingerprint(), NOW).unwrap().is_none());
    assert!(matches!(second.claim_one(&one.payment(NOW).id, NOW), Err(Error::Busy(_))));
    drop(first);
    assert!(second.claim(&one.fingerprint(), NOW).unwrap().is_some());
    let mut third = home.ledger();
    assert!(third.claim(&one.fingerprint(), NOW).unwrap().is_none());
    second.release(&one.payment(NOW).id).unwrap();
    assert!(third.claim(&one.fingerprint(), NOW).unwrap().is_some());
}

#[test]
fn several_orphans_of_one_purchase_are_handed_out_one_each() {
    let home = Home::new();
    for number in 1..4 {
        assert!(purchase(number).send(&mut home.ledger(), &[], NOW));
    }
    let mut heirs = [home.ledger(), home.ledger(), home.ledger(), home.ledger()];
    let claimed: Vec<_> = heirs
        .iter_mut()
        .map(|ledger| ledger.claim(&purchase(1).fingerprint(), NOW).unwrap().map(|p| p.payment.id))
        .collect();
    let ids: std::collections::HashSet<_> = claimed.iter().flatten().collect();
    assert_eq!((ids.len(), claimed.last()), (3, Some(&None)));
}

#[test]
fn a_refusal_after_a_silence_proves_nothing() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let one = purchase(1);
    assert!(one.send(&mut ledger, &[], NOW));
    one.close(&mut ledger, None, NOW);
    let claimed = ledger.claim(&one.fingerprint(), NOW).unwrap().unwrap().payment;
    ledger.sent(&claimed, NOW).unwrap();
    ledger.close(&claimed, Some(&refused()), NOW).unwrap();
    let entry = ledger.show(&claimed.id).unwrap();
    assert_eq!((entry.state, entry.answered), (State::Unknown, Some(Answered::Refused)));
    assert_eq!((entry.sendings, entry.reason.as_deref()), (2, Some("insufficient_funds")));
}

/// A scheme that settles for whatever a server says.
struct Metered;

impl Scheme for Metered {
    fn name(&self) -> &'static str {
        "metered"
    }

    fn claims(&self, _: &Terms) -> bool {
        false
    }

    fn quote(&self, _: usize, terms: &Terms) -> Result<Quote, Unpayable> {
        Err(Unpayable::Scheme(terms.scheme.clone()))
    }

    fn most_payload_bytes(&self) -> usize {
        4
    }

    fn authorize(&self, approval: &Approval, inputs: SigningInputs) -> Authorization {
        SCHEMES[0].authorize(approval, inputs)
    }

    fn sign_request(&self, signed: &Authorization) -> SignRequest {
        SCHEMES[0].sign_request(signed)
    }

    fn payload(&self, _: &Authorization, _: &Signature) -> Box<RawValue> {
        RawValue::NULL.to_owned()
    }

    fn settled_amount(&self, _: &Authorization, said: &Settlement) -> Option<Amount> {
        said.settled_amount().ok().flatten()
    }

    fn settlement_key(&self, token: Address, payer: Address, nonce: B256) -> SettlementKey {
        SCHEMES[0].settlement_key(token, payer, nonce)
    }
}

#[test]
fn a_chain_can_be_asked_about_a_token_that_is_not_in_the_table() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(purchase(1).send(&mut ledger, &[], NOW));
    let payment = purchase(1).payment(NOW);
    let mut entry = ledger.show(&payment.id).unwrap();
    assert_eq!(entry.settlement_key(), Some(payment.authorization.settlement_key()));
    entry.asset = Address::repeat_byte(0xee);
    assert_eq!(
        entry.settlement_key(),
        Some(SCHEMES[0].settlement_key(entry.asset, entry.payer, entry.nonce))
    );
    entry.scheme = "unheard-of".into();
    assert_eq!(entry.settlement_key(), None);
}

#[test]
fn a_scheme_says_what_settled_and_never_more_than_was_signed() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let schemes: [&'static dyn Scheme; 2] = [SCHEMES[0], &Metered];
    let numbers = 1..;
    let cases = [(0, "4000", 10_000), (1, "4000", 4_000), (1, "20000", 10_000), (1, "", 10_000)];
    for (number, (scheme, said, amount)) in numbers.zip(cases) {
        let one = purchase(number);
        assert!(one.send(&mut ledger, &[], NOW));
        let mut payment = one.payment(NOW);
        payment.authorization.scheme = schemes[scheme];
        let said = Settlement { amount: Some(said.into()), ..says(true) };
        let verdict = Verdict::Deliver(Money::Settled(said));
        ledger.close(&payment, Some(&verdict), NOW).unwrap();
        let entry = ledger.show(&payment.id).unwrap();
        assert_eq!(entry.settled, Some(Amount::new(U256::from(amount))), "{verdict:?}");
    }
}

#[test]
fn an_end_is_proved_once_and_never_undone() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let id = |number: u64| purchase(number).payment(NOW).id;
    for number in 1..4 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
        let verdict = (number == 3).then(refused);
        purchase(number).close(&mut ledger, verdict.as_ref(), NOW);
    }
    let too_much = Amount::new(U256::from(10_001));
    let proved = ledger.prove_settled(&id(1), Some(too_much), None, NOW);
    assert!(matches!(proved, Err(Error::MoreThanSigned(_))));
    ledger.prove_settled(&id(1), None, Some(HASH), NOW + 5).unwrap();
    let early = ledger.expire(&id(2), Expiry::Unused, NOW + OVER - 1);
    assert!(matches!(early, Err(Error::StillValid { until, .. }) if until == NOW + OVER));
    let unknown = ledger.expire(&id(2), Expiry::Lapsed, NOW + OVER);
    assert!(matches!(unknown, Err(Error::Impossible { .. })));
    ledger.expire(&id(2), Expiry::Unused, NOW + OVER).unwrap();
    ledger.expire(&id(3), Expiry::Lapsed, NOW + OVER).unwrap();
    let ends = [1, 2, 3].map(|number| ledger.show(&id(number)).unwrap());
    let states = ends.clone().map(|entry| (entry.state, entry.proof.unwrap()));
    assert_eq!(
        states,
        [
            (State::Settled, Proof::Chain),
            (State::Expired, Proof::Chain),
            (State::Expired, Proof::Clock)
        ]
    );
    for number in 1..4 {
        assert!(ledger.prove_settled(&id(number), None, None, NOW).is_err());
        assert!(ledger.expire(&id(number), Expiry::Unused, NOW + OVER).is_err());
        // The late answer of a payment whose end a chain has told changes nothing.
        purchase(number).close(&mut ledger, Some(&settled()), NOW);
    }
    for (before, number) in ends.iter().zip(1..) {
        let after = ledger.show(&id(number)).unwrap();
        assert_eq!((after.state, after.settled), (before.state, before.settled));
    }
    assert!(matches!(ledger.prove_settled("pay_0", None, None, NOW), Err(Error::NotFound(_))));
}

#[test]
fn a_reservation_without_a_signature_leaves_nothing() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(matches!(purchase(1).reserve(&mut ledger, &[], NOW), Reserved::Yes));
    ledger.release(&purchase(1).payment(NOW).id).unwrap();
    assert!(ledger.list(&Filter::default(), 9).unwrap().is_empty());
    // The same, by a process that dies, noticed by the next one that reserves.
    assert!(matches!(purchase(2).reserve(&mut home.ledger(), &[], NOW), Reserved::Yes));
    assert!(matches!(purchase(3).reserve(&mut ledger, &[], NOW), Reserved::Yes));
    let ids: Vec<_> =
        ledger.list(&Filter::default(), 9).unwrap().into_iter().map(|e| e.id).collect();
    assert_eq!(ids, [purchase(3).payment(NOW).id]);
}

#[test]
fn steps_out_of_order_are_refused() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let payment = purchase(1).payment(NOW);
    assert!(matches!(ledger.signed(&payment, NOW), Err(Error::NotFound(_))));
    assert!(matches!(purchase(1).reserve(&mut ledger, &[], NOW), Reserved::Yes));
    assert!(matches!(ledger.sent(&payment, NOW), Err(Error::Impossible { .. })));
    assert!(matches!(ledger.close(&payment, None, NOW), Err(Error::Impossible { .. })));
    ledger.signed(&payment, NOW).unwrap();
    assert!(matches!(ledger.signed(&payment, NOW), Err(Error::Impossible { .. })));
    assert!(matches!(ledger.close(&payment, None, NOW), Err(Error::Impossible { .. })));
    assert!(matches!(purchase(1).reserve(&mut ledger, &[], NOW), Reserved::Failed(_)));
}

#[test]
fn what_is_over_does_not_leave_any_more() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let payment = purchase(1).payment(NOW);
    assert!(purchase(1).send(&mut ledger, &[], NOW));
    purchase(1).close(&mut ledger, Some(&refused()), NOW);
    assert!(ledger.claim(&purchase(1).fingerprint(), NOW).unwrap().is_some());
    // The process slept, and somebody else has used the room that was left.
    let total = [budget("0.01/total")];
    assert!(purchase(2).send(&mut home.ledger(), &total, NOW + OVER));
    let sent = ledger.sent(&payment, NOW + LIFE);
    assert!(matches!(sent, Err(Error::Lapsed(_))));
    assert_eq!(ledger.balances(&total, NOW + OVER).unwrap()[0].left.count(), 0);
}

#[test]
fn a_refusal_of_what_a_dead_process_had_signed_proves_nothing() {
    let home = Home::new();
    let one = purchase(1);
    let mut dead = home.ledger();
    assert!(matches!(one.reserve(&mut dead, &[], NOW), Reserved::Yes));
    dead.signed(&one.payment(NOW), NOW).unwrap();
    drop(dead);
    let mut ledger = home.ledger();
    let payment = ledger.claim(&one.fingerprint(), NOW).unwrap().unwrap().payment;
    ledger.sent(&payment, NOW).unwrap();
    ledger.close(&payment, Some(&Verdict::Rejected(None)), NOW).unwrap();
    assert_eq!(ledger.show(&payment.id).unwrap().state, State::Unknown);
}
