//! What a decision rests on: the offers, the owner's limits, and what is known of the seller and of the
//! way there.

use super::assessment::Agreement;
use super::limits::Route;
use super::quote::{Quote, Unpayable};
use super::rules::Limits;
use super::seller_history::SellerHistory;

/// What the client reports. Where another process signs, that process cannot check it, so no rule may
/// become looser because of it: a rule that rests on it is [`super::Basis::Claimed`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Claimed<T>(pub T);

/// What is known of whoever would be paid. A new kind of evidence, such as a proved identity, is a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What was paid before to the origin that asks, and to each that redirected to it. Which origins those
    /// are is the client's word; origins of which nothing is recorded are left out.
    pub sellers: Claimed<Vec<SellerHistory>>,
}

/// For a decision before anything has been looked up.
static NOTHING: Evidence = Evidence { sellers: Claimed(Vec::new()) };

/// Everything a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What each offer would cost, or why it cannot be paid, in the server's order.
    pub quotes: &'a [Result<Quote, Unpayable>],
    /// What the owner allows.
    pub limits: &'a Limits,
    /// How the payment would travel.
    pub route: Claimed<Route>,
    /// What is known of whoever would be paid.
    pub evidence: &'a Evidence,
    /// The owner's answer to an earlier question.
    pub agreed: Option<&'a Agreement>,
}

impl<'a> Case<'a> {
    /// A case of which nothing but the terms is known, and in which nobody has been asked.
    pub fn new(quotes: &'a [Result<Quote, Unpayable>], limits: &'a Limits, route: Route) -> Self {
        Self { quotes, limits, route: Claimed(route), evidence: &NOTHING, agreed: None }
    }
}
