//! Tests of the judgement, one kind of answer at a time.

use ::http::{HeaderName, HeaderValue, Method};
use alloy_primitives::{Address, B256, U256};

use super::*;
use crate::policy::Quote;
use crate::protocol::{ASSETS, Amount, PaymentHeader};
use crate::scheme::Authorization;

const HASH: &str = "0xe573be2dbb098ab671efd698cadb26f4fbc3fb823e042fe39cc557951c2bbf7f";

fn payment() -> Payment {
    let asset = ASSETS.iter().find(|a| a.network.name == "base-sepolia").unwrap();
    let quote = Quote {
        offer: 0,
        scheme: "exact",
        network: asset.network,
        asset,
        pay_to: Address::repeat_byte(1),
        amount: Amount::new(U256::from(10_000)),
        max_timeout_seconds: 60,
    };
    Payment {
        id: "pay_0".into(),
        method: Method::GET,
        url: "http://127.0.0.1/".parse().unwrap(),
        version: 2,
        authorization: Authorization {
            quote,
            payer: Address::repeat_byte(0xab),
            valid_after: 0,
            valid_before: 1,
            nonce: B256::ZERO,
            digest: B256::ZERO,
        },
        header: PaymentHeader {
            name: HeaderName::from_static("payment-signature"),
            value: HeaderValue::from_static(""),
        },
    }
}

fn says(success: bool) -> Settlement {
    Settlement {
        success,
        error_reason: (!success).then(|| "insufficient_funds".into()),
        error_message: None,
        payer: Some(Address::repeat_byte(0xab).to_string().to_lowercase()),
        transaction: Some(if success { HASH.into() } else { String::new() }),
        network: Some("eip155:84532".into()),
        amount: None,
    }
}

fn verdict(status: u16, receipt: Receipt) -> Verdict {
    judge(status, false, receipt, &payment())
}

fn asking_again(status: u16, receipt: Receipt) -> Verdict {
    judge(status, true, receipt, &payment())
}

#[test]
fn a_success_that_fits_is_settled() {
    for network in ["eip155:84532", "base-sepolia", ""] {
        let said = Settlement { network: Some(network.into()), ..says(true) };
        let settled = Verdict::Deliver(Money::Settled(said.clone()));
        assert_eq!(verdict(200, Receipt::Read(said)), settled);
    }
    let sparse = Settlement { network: None, payer: None, transaction: None, ..says(true) };
    let settled = Verdict::Deliver(Money::Settled(sparse.clone()));
    assert_eq!(verdict(200, Receipt::Read(sparse)), settled);
}

#[test]
fn a_success_that_does_not_fit_is_doubted() {
    let other = Address::repeat_byte(9).to_string();
    let cases = [
        (Settlement { network: Some("eip155:8453".into()), ..says(true) }, Difference::Network),
        (Settlement { payer: Some(other), ..says(true) }, Difference::Payer),
        (Settlement { amount: Some("10001".into()), ..says(true) }, Difference::Amount),
        (Settlement { amount: Some("9999".into()), ..says(true) }, Difference::Amount),
        (Settlement { amount: Some("1e3".into()), ..says(true) }, Difference::Amount),
        (Settlement { transaction: Some("0x00".into()), ..says(true) }, Difference::Transaction),
    ];
    for (settlement, difference) in cases {
        for status in [200, 500] {
            let doubted = Verdict::Deliver(Money::Doubtful(Doubt::Differs {
                settlement: settlement.clone(),
                differences: vec![difference],
            }));
            assert_eq!(verdict(status, Receipt::Read(settlement.clone())), doubted);
        }
    }
    let same = Settlement { amount: Some("10000".into()), ..says(true) };
    let settled = Verdict::Deliver(Money::Settled(same.clone()));
    assert_eq!(verdict(200, Receipt::Read(same)), settled);
}

#[test]
fn money_can_be_gone_on_an_error() {
    for status in [302, 402, 404, 412, 500, 502, 503] {
        let gone = Verdict::Deliver(Money::NotDelivered(says(true)));
        assert_eq!(verdict(status, Receipt::Read(says(true))), gone);
    }
}

#[test]
fn a_refusal_is_a_refusal_on_any_error_status() {
    for status in [402, 412] {
        let refused = Verdict::Rejected(Some(says(false)));
        assert_eq!(asking_again(status, Receipt::Read(says(false))), refused);
        assert_eq!(asking_again(status, Receipt::Absent), Verdict::Rejected(None));
    }
    let refused = Verdict::Rejected(Some(says(false)));
    assert_eq!(verdict(402, Receipt::Read(says(false))), refused);
    for status in [400, 412, 500] {
        let refused = Verdict::Deliver(Money::Refused(says(false)));
        assert_eq!(verdict(status, Receipt::Read(says(false))), refused);
    }
    let denied = Verdict::Deliver(Money::Doubtful(Doubt::ServedButDenied(says(false))));
    assert_eq!(verdict(200, Receipt::Read(says(false))), denied);
    assert_eq!(verdict(402, Receipt::Absent), Verdict::Rejected(None));
}

#[test]
fn a_refusal_by_whoever_does_not_know_is_none() {
    for reason in ["invalid_exact_evm_nonce_already_used", "fetch failed", "Settle failed"] {
        let said = Settlement { error_reason: Some(reason.into()), ..says(false) };
        for status in [402, 412] {
            let open = Verdict::Undecided(Some(said.clone()));
            assert_eq!(asking_again(status, Receipt::Read(said.clone())), open);
        }
        for status in [400, 412, 502] {
            let open = Verdict::Deliver(Money::Unsettled);
            assert_eq!(verdict(status, Receipt::Read(said.clone())), open);
        }
    }
}

#[test]
fn pending_is_never_a_refusal() {
    for transaction in [Some(HASH.into()), Some(String::new()), None] {
        let error_reason = Some("settlement_pending".into());
        let pending = Settlement { error_reason, transaction, ..says(false) };
        for status in [402, 412, 500, 502] {
            let verdict = verdict(status, Receipt::Read(pending.clone()));
            assert_eq!(verdict, Verdict::Pending(pending.clone()));
        }
        let doubt = Doubt::ServedWhilePending(pending.clone());
        let served = Verdict::Deliver(Money::Doubtful(doubt));
        assert_eq!(verdict(200, Receipt::Read(pending)), served);
    }
}

#[test]
fn silence_and_damage_are_told_apart() {
    assert_eq!(verdict(200, Receipt::Absent), Verdict::Deliver(Money::Unproven));
    for status in [302, 400, 409, 412, 500, 502] {
        assert_eq!(verdict(status, Receipt::Absent), Verdict::Deliver(Money::Unsettled));
    }
    assert_eq!(asking_again(500, Receipt::Absent), Verdict::Deliver(Money::Unsettled));
    for status in [200, 402, 500] {
        let damaged = Verdict::Deliver(Money::Doubtful(Doubt::Damaged));
        assert_eq!(verdict(status, Receipt::Damaged), damaged);
    }
}

#[test]
fn until_the_chain_was_asked_a_claim_is_only_that() {
    for (status, settles) in [(200, true), (500, true), (302, true), (200, false), (402, false)] {
        let verdict = verdict(status, Receipt::Read(says(settles)));
        let unchecked = Verdict::Deliver(Money::Doubtful(Doubt::Unchecked(says(true))));
        assert_eq!(verdict.until_checked(), settles.then_some(unchecked), "{status}");
    }
    // Who says nothing escapes no check; for an error page nothing is known.
    let silent = verdict(200, Receipt::Absent);
    assert_eq!(silent.until_checked(), Some(silent));
    assert_eq!(verdict(500, Receipt::Absent).until_checked(), None);
}
