//! How an offer stands with the owner's rules, and what the owner agreed to.

use std::mem::{Discriminant, discriminant};

use super::cap::Cap;
use super::quote::{Quote, QuoteId, Unpayable};
use super::seller_history::Change;
use super::source::Source;

/// A reason not to pay an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// This client cannot pay it.
    Unpayable(Unpayable),
    /// The owner never pays here.
    NeverPay,
    /// It would go over plain http to another machine.
    PlainHttp,
    /// It would go to a server whose certificate is not checked.
    Unverified,
    /// Its network is not among those allowed.
    Network(Source),
    /// Its asset is not among those allowed.
    Asset(Source),
    /// Its scheme is not among those allowed.
    Scheme(Source),
    /// Its payee is not among those allowed.
    Payee(Source),
    /// It is not the expected quote, or costs more.
    NotExpected,
    /// It costs more than a cap.
    OverCap {
        /// The cap.
        cap: Cap,
        /// Where the cap is written.
        source: Source,
    },
    /// No cap has been said, or none in its unit.
    NoCap,
    /// It differs from the seller's history.
    Changed {
        /// Of which origin: that of the offer, or one that led there.
        origin: String,
        /// How.
        change: Change,
    },
}

/// How an assessed offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the one that is paid, or asked about.
    Chosen,
    /// It could be paid; another one was preferred.
    Passed,
    /// There are objections.
    Refused,
}

/// One offer, assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// What it would cost, if it can be paid at all.
    pub quote: Option<Quote>,
    /// Every reason against it.
    pub objections: Vec<Objection>,
    /// How it stands.
    pub standing: Standing,
}

impl Assessed {
    /// How it differs from the seller's history.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.objections.iter().filter_map(|objection| match objection {
            Objection::Changed { change, .. } => Some(change),
            _ => None,
        })
    }

    /// The reasons against it that have nothing to do with the seller's history.
    pub(super) fn breaches(&self) -> Vec<&Objection> {
        let all = self.objections.iter();
        all.filter(|objection| !matches!(objection, Objection::Changed { .. })).collect()
    }
}

/// Why nothing is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The cheapest offer that is otherwise acceptable costs more than a cap.
    OverCap,
    /// Every payable offer breaks a rule.
    Rules,
    /// The offer that the rules choose differs from the seller's history, and the owner does not want to
    /// be asked about that.
    Changed,
    /// There is no offer this client can pay.
    NothingPayable,
}

/// The owner's yes to a question: to this quote, at this price or less, with what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    quote: QuoteId,
    changes: Vec<Discriminant<Change>>,
}

impl Agreement {
    /// A yes to `quote`, differing from the seller's history in these ways and no others.
    pub fn to<'a>(quote: &Quote, changes: impl IntoIterator<Item = &'a Change>) -> Self {
        Self { quote: quote.id(), changes: changes.into_iter().map(discriminant).collect() }
    }

    pub(super) fn covers(&self, quote: &Quote, assessed: &Assessed) -> bool {
        self.quote.covers(quote)
            && assessed.changes().all(|change| self.changes.contains(&discriminant(change)))
    }
}
