//! What an answer to a payment means (x402 specification v2, 5.3), held against what was signed.

use alloy_primitives::Address;

use super::Payment;
use crate::protocol::{Network, Receipt, Settlement};

/// What is to be made of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is a body to deliver; the money stands like this.
    Deliver(Money),
    /// The server refused the payment. It can still settle it until it expires.
    Rejected(Option<Settlement>),
    /// The server did not take the payment, in words that leave open whether it settled, or in none that
    /// could be read.
    Undecided(Option<Settlement>),
    /// Broadcast, outcome unknown: never pay again.
    Pending(Settlement),
    /// There is no answer, because no byte of the payment left this machine this time.
    Unsent,
    /// There is no answer, because the server did not process the request, by its own word.
    Unprocessed,
}

/// What is known of the money when there is a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Money {
    /// Settled, by the server's word, and it fits what was signed.
    Settled(Settlement),
    /// The resource came, and the server says nothing of the settlement that could be relied on.
    Unproven {
        /// Whether there is a receipt, which does not say how it went.
        odd: bool,
        /// The transaction that the answer names all the same.
        transaction: Option<String>,
    },
    /// What the server says cannot be relied on.
    Doubtful(Doubt),
    /// Settled, but the answer is no success.
    NotDelivered(Settlement),
    /// An answer that is no success, without a word on the settlement.
    Unsettled,
    /// An error page of a server that says it refused the payment.
    Refused(Settlement),
}

/// Why a server's word on a settlement cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The settlement header cannot be read.
    Damaged,
    /// Two settlement headers say different things of the money.
    Contradictory,
    /// The server served the resource and says the settlement failed.
    ServedButDenied(Settlement),
    /// The server served the resource and says the settlement is still on its way.
    ServedWhilePending(Settlement),
    /// It fits what was signed, and the chain has not been asked yet, as the owner wants.
    Unchecked(Settlement),
    /// It fits what was signed, and the chain says otherwise.
    Contradicted(Settlement),
    /// The settlement is not of what was signed.
    Differs {
        /// What the server says.
        settlement: Settlement,
        /// In which members it differs.
        differences: Vec<Difference>,
    },
}

impl Verdict {
    /// What it is until the chain was asked, where the server delivers or says that it settled. One
    /// that says nothing of the money escapes no check by that.
    pub(super) fn until_checked(&self) -> Option<Self> {
        match self {
            Self::Deliver(Money::Settled(said) | Money::NotDelivered(said)) => {
                Some(Self::Deliver(Money::Doubtful(Doubt::Unchecked(said.clone()))))
            }
            Self::Deliver(Money::Unproven { .. }) => Some(self.clone()),
            _ => None,
        }
    }
}

/// A member of a settlement that does not fit what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Another network.
    Network,
    /// Another payer.
    Payer,
    /// Another amount than was signed.
    Amount,
}

/// Judges the answer to `payment`; `asks` is whether its headers hold terms.
pub fn judge(status: u16, asks: bool, receipt: Receipt, payment: &Payment) -> Verdict {
    let success = (200..300).contains(&status);
    // 412: a Permit2 allowance is missing, which is a refusal by another number. Without terms it is an
    // answer to the user's own precondition, which the server may well have charged for.
    let refuses = status == 402 || status == 412 && asks;
    match receipt {
        Receipt::Read(settlement) if settlement.is_pending() && success => {
            Verdict::Deliver(Money::Doubtful(Doubt::ServedWhilePending(settlement)))
        }
        Receipt::Read(settlement) if settlement.is_pending() => Verdict::Pending(settlement),
        Receipt::Read(settlement) if settlement.success => {
            Verdict::Deliver(settled(settlement, payment, success))
        }
        Receipt::Read(settlement) if success => {
            Verdict::Deliver(Money::Doubtful(Doubt::ServedButDenied(settlement)))
        }
        Receipt::Read(settlement) if refuses => refusal(settlement),
        Receipt::Read(settlement) if settlement.leaves_open() => Verdict::Deliver(Money::Unsettled),
        Receipt::Read(settlement) => Verdict::Deliver(Money::Refused(settlement)),
        Receipt::Contradictory => Verdict::Deliver(Money::Doubtful(Doubt::Contradictory)),
        Receipt::Odd { transaction } if success => {
            Verdict::Deliver(unproven(true, transaction, payment))
        }
        Receipt::Odd { .. } if refuses => Verdict::Undecided(None),
        Receipt::Odd { .. } => Verdict::Deliver(Money::Doubtful(Doubt::Damaged)),
        Receipt::Absent { transaction } if success => {
            Verdict::Deliver(unproven(false, transaction, payment))
        }
        Receipt::Absent { .. } if refuses => Verdict::Rejected(None),
        Receipt::Absent { .. } => Verdict::Deliver(Money::Unsettled),
    }
}

/// The resource came, and nothing proves the settlement. A hash of the payment itself is no transaction.
fn unproven(odd: bool, transaction: Option<String>, payment: &Payment) -> Money {
    let transaction = transaction.filter(|hash| !payment.authorization.is_own_hash(hash));
    Money::Unproven { odd, transaction }
}

/// Judges a refusal by its words.
fn refusal(said: Settlement) -> Verdict {
    if said.leaves_open() { Verdict::Undecided(Some(said)) } else { Verdict::Rejected(Some(said)) }
}

fn settled(settlement: Settlement, payment: &Payment, success: bool) -> Money {
    let differences = differences(&settlement, payment);
    if !differences.is_empty() {
        return Money::Doubtful(Doubt::Differs { settlement, differences });
    }
    match (is_readable(&settlement), success) {
        (true, true) => Money::Settled(settlement),
        (true, false) => Money::NotDelivered(settlement),
        (false, true) => unproven(true, settlement.transaction_hash(), payment),
        (false, false) => Money::Doubtful(Doubt::Damaged),
    }
}

/// What says another thing than was signed. Absent and empty members differ from nothing, because
/// several servers leave them out, and neither does one that says nothing that can be compared.
fn differences(settlement: &Settlement, payment: &Payment) -> Vec<Difference> {
    let authorization = &payment.authorization;
    let quote = &authorization.quote;
    let mut differences = Vec::new();
    if said(settlement.network.as_ref())
        .is_some_and(|network| names_another(network, quote.network))
    {
        differences.push(Difference::Network);
    }
    if let Some(payer) = said(settlement.payer.as_ref()).and_then(account)
        && payer != authorization.payer
    {
        differences.push(Difference::Payer);
    }
    if authorization.settled_amount(settlement).is_none() {
        differences.push(Difference::Amount);
    }
    differences
}

/// Whether every member that is there says something that can be compared with what was signed.
fn is_readable(settlement: &Settlement) -> bool {
    said(settlement.network.as_ref()).is_none_or(|network| Network::of_receipt(network).is_some())
        && said(settlement.payer.as_ref()).is_none_or(|payer| account(payer).is_some())
        && said(settlement.transaction.as_ref())
            .is_none_or(|_| settlement.transaction_hash().is_some())
        && settlement.settled_amount().is_ok()
}

/// Whether a word names another network than this one: one of the table, one of another family by its
/// usual name, or any by its CAIP-2 identifier.
fn names_another(word: &str, network: &'static Network) -> bool {
    let foreign = ["solana", "aptos", "sui", "stellar", "near", "algorand", "bitcoin", "lightning"];
    let family = word.split(['-', ':']).next().unwrap_or_default();
    match Network::of_receipt(word) {
        Some(named) => named != network,
        None => {
            foreign.iter().any(|name| family.eq_ignore_ascii_case(name))
                || word.strip_prefix("eip155:").is_some_and(|id| id.parse::<u64>().is_ok())
        }
    }
}

/// The account that a payer's word ends in: an address as it is, or in CAIP-10 or `did:pkh`. Its capitals
/// say nothing.
fn account(payer: &str) -> Option<Address> {
    payer.rsplit(':').next()?.trim().parse().ok()
}

/// A member that says something.
fn said(member: Option<&String>) -> Option<&str> {
    member.map(String::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
