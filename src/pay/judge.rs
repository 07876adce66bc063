//! What an answer to a payment means (x402 specification v2, 5.3), held against what was signed.

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
    /// The resource came without a word on the settlement.
    Unproven,
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
            Self::Deliver(Money::Unproven) => Some(self.clone()),
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
    /// Another amount than was signed, or no amount.
    Amount,
    /// Not a transaction hash.
    Transaction,
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
        Receipt::Damaged => Verdict::Deliver(Money::Doubtful(Doubt::Damaged)),
        Receipt::Absent if success => Verdict::Deliver(Money::Unproven),
        Receipt::Absent if refuses => Verdict::Rejected(None),
        Receipt::Absent => Verdict::Deliver(Money::Unsettled),
    }
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
    if success { Money::Settled(settlement) } else { Money::NotDelivered(settlement) }
}

/// Absent and empty members differ from nothing: several servers leave them out.
fn differences(settlement: &Settlement, payment: &Payment) -> Vec<Difference> {
    let authorization = &payment.authorization;
    let quote = &authorization.quote;
    let said = |member: &Option<String>| member.clone().filter(|text| !text.is_empty());
    let amount = settlement.settled_amount();
    let mut differences = Vec::new();
    if let Some(network) = said(&settlement.network)
        && Network::of_v1(&network) != Some(quote.network)
    {
        differences.push(Difference::Network);
    }
    if let Some(payer) = said(&settlement.payer)
        && !payer.eq_ignore_ascii_case(&authorization.payer.to_string())
    {
        differences.push(Difference::Payer);
    }
    // An EIP-3009 transfer moves the signed value or nothing, whatever the server says.
    if !matches!(amount, Ok(None)) && amount != Ok(Some(quote.amount)) {
        differences.push(Difference::Amount);
    }
    if said(&settlement.transaction).is_some() && settlement.transaction_hash().is_none() {
        differences.push(Difference::Transaction);
    }
    differences
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
