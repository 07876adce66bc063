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
            scheme: crate::scheme::SCHEMES[0],
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

const ABSENT: Receipt = Receipt::Absent { transaction: None };

fn says(success: bool) -> Settlement {
    Settlement {
        success,
        pending: false,
        retry_after: None,
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
        (Settlement { amount: Some("0".into()), ..says(true) }, Difference::Amount),
        (Settlement { network: Some("polygon".into()), ..says(true) }, Difference::Network),
        (Settlement { network: Some("8453".into()), ..says(true) }, Difference::Network),
        (Settlement { network: Some("solana".into()), ..says(true) }, Difference::Network),
        (Settlement { network: Some("eip155:777777".into()), ..says(true) }, Difference::Network),
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
fn what_cannot_be_compared_contradicts_nothing_and_proves_nothing() {
    for odd in [
        Settlement { amount: Some("1e3".into()), ..says(true) },
        Settlement { amount: Some("0.01".into()), ..says(true) },
        Settlement { transaction: Some("0x00".into()), ..says(true) },
        Settlement { transaction: Some("stl_1".into()), ..says(true) },
        Settlement { payer: Some("you".into()), ..says(true) },
        Settlement { network: Some("mainnet".into()), ..says(true) },
    ] {
        let transaction = odd.transaction_hash();
        let unproven = Verdict::Deliver(Money::Unproven { odd: true, transaction });
        assert_eq!(verdict(200, Receipt::Read(odd.clone())), unproven, "{odd:?}");
        let damaged = Verdict::Deliver(Money::Doubtful(Doubt::Damaged));
        assert_eq!(verdict(500, Receipt::Read(odd)), damaged);
    }
    let same = Address::repeat_byte(0xab).to_string();
    for fits in [
        Settlement { network: Some("84532".into()), ..says(true) },
        Settlement { network: Some("Base-Sepolia".into()), ..says(true) },
        Settlement { payer: Some(format!("eip155:84532:{same}")), ..says(true) },
        Settlement { payer: Some(same.to_uppercase().replace("0X", "0x")), ..says(true) },
        Settlement { transaction: Some(HASH.trim_start_matches("0x").into()), ..says(true) },
    ] {
        let settled = Verdict::Deliver(Money::Settled(fits.clone()));
        assert_eq!(verdict(200, Receipt::Read(fits)), settled);
    }
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
        assert_eq!(asking_again(status, ABSENT), Verdict::Rejected(None));
    }
    let refused = Verdict::Rejected(Some(says(false)));
    assert_eq!(verdict(402, Receipt::Read(says(false))), refused);
    for status in [400, 412, 500] {
        let refused = Verdict::Deliver(Money::Refused(says(false)));
        assert_eq!(verdict(status, Receipt::Read(says(false))), refused);
    }
    let denied = Verdict::Deliver(Money::Doubtful(Doubt::ServedButDenied(says(false))));
    assert_eq!(verdict(200, Receipt::Read(says(false))), denied);
    assert_eq!(verdict(402, ABSENT), Verdict::Rejected(None));
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
        let pending = Settlement { pending: true, error_reason, transaction, ..says(false) };
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
    let hash = Some(HASH.to_owned());
    for (transaction, odd) in [(None, false), (hash.clone(), false), (None, true), (hash, true)] {
        let receipt = || {
            let transaction = transaction.clone();
            if odd { Receipt::Odd { transaction } } else { Receipt::Absent { transaction } }
        };
        let unproven =
            || Verdict::Deliver(Money::Unproven { odd, transaction: transaction.clone() });
        for status in [200, 202, 204] {
            assert_eq!(verdict(status, receipt()), unproven());
        }
    }
    for status in [302, 400, 409, 412, 500, 502] {
        assert_eq!(verdict(status, ABSENT), Verdict::Deliver(Money::Unsettled));
        let damaged = Verdict::Deliver(Money::Doubtful(Doubt::Damaged));
        assert_eq!(verdict(status, Receipt::Odd { transaction: None }), damaged);
    }
    assert_eq!(asking_again(500, ABSENT), Verdict::Deliver(Money::Unsettled));
    // Of a refusal the words are read, and none of them makes it certain.
    let open = Verdict::Undecided(None);
    assert_eq!(verdict(402, Receipt::Odd { transaction: None }), open);
    for status in [200, 402, 500] {
        let doubted = Verdict::Deliver(Money::Doubtful(Doubt::Contradictory));
        assert_eq!(verdict(status, Receipt::Contradictory), doubted);
    }
    // What names the payment itself names no transaction.
    let nonce = Some(payment().authorization.nonce.to_string());
    let unproven = Verdict::Deliver(Money::Unproven { odd: true, transaction: None });
    assert_eq!(verdict(200, Receipt::Odd { transaction: nonce }), unproven);
}

#[test]
fn until_the_chain_was_asked_a_claim_is_only_that() {
    for (status, settles) in [(200, true), (500, true), (302, true), (200, false), (402, false)] {
        let verdict = verdict(status, Receipt::Read(says(settles)));
        let unchecked = Verdict::Deliver(Money::Doubtful(Doubt::Unchecked(says(true))));
        assert_eq!(verdict.until_checked(), settles.then_some(unchecked), "{status}");
    }
    // Who says nothing escapes no check; for an error page nothing is known.
    let silent = verdict(200, ABSENT);
    assert_eq!(silent.until_checked(), Some(silent));
    assert_eq!(verdict(500, ABSENT).until_checked(), None);
}
