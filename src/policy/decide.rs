//! The decision: which quote to pay, if any, and why not the others.

use alloy_primitives::U256;

use super::assessment::{Assessed, Objection, Refusal, Standing};
use super::cap::Cap;
use super::case::{Case, Claimed, Evidence};
use super::limits::Route;
use super::quote::{Quote, Unpayable};
use super::rules::Limits;
use super::seller_history::{Change, SellerHistory};
use super::source::Source;
use super::values::{KnownPayee, refuses};
use crate::protocol::Amount;

/// The owner's leave to pay one quote. Only [`decide`] makes one, so nothing can be signed that did
/// not pass the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    quote: Quote,
    validity_seconds: u64,
}

impl Approval {
    /// What is approved.
    pub fn quote(&self) -> &Quote {
        &self.quote
    }

    /// How long the signature may live, in seconds.
    pub fn validity_seconds(&self) -> u64 {
        self.validity_seconds
    }
}

/// What to do about a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Pay.
    Pay(Approval),
    /// Ask the owner whether to pay this; the flags tell why, and neither means that the owner wants
    /// to be asked.
    Ask {
        /// What would be paid.
        quote: Quote,
        /// Whether it is asked because no cap covers it.
        for_want_of_cap: bool,
        /// Whether it is asked because it differs from the seller's history.
        changed: bool,
        /// What the URL has in braces that was to be filled in, if it is asked because of that.
        placeholder: Option<String>,
    },
    /// Do not pay. `offer` is the one whose objections say why.
    Refuse {
        /// The kind of reason.
        refusal: Refusal,
        /// The offer that came nearest, if there is any.
        offer: Option<usize>,
    },
}

/// A decision with the standing of every offer, in the server's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What to do.
    pub decision: Decision,
    /// Each offer.
    pub offers: Vec<Assessed>,
}

/// Decides which quote to pay.
///
/// Keeps the quotes without objections, and prefers the owner's network order, then the lowest price
/// among dollar stablecoins, then the server's order. A quote that only lacks a cap is asked about
/// when nothing else remains.
///
/// The seller's history has no part in the choice: a seller's list would otherwise decide between a dear
/// offer that is paid unasked and a cheap one that is not. It is the chosen offer that is then held
/// against the evidence, and asked about or refused where it differs.
pub fn decide(case: &Case<'_>) -> Assessment {
    let Case { quotes, limits, agreed, .. } = *case;
    let mut offers: Vec<Assessed> = quotes.iter().map(|quote| assess(quote, case)).collect();
    let best = |only_lacking_cap: bool| {
        let fits = |(_, assessed): &(usize, &Assessed)| match assessed.breaches().as_slice() {
            [] => !only_lacking_cap,
            [Objection::NoCap] => only_lacking_cap,
            _ => false,
        };
        let candidates = offers.iter().enumerate().filter(fits);
        let candidates = candidates.filter_map(|(place, o)| Some((place, o, o.quote.as_ref()?)));
        candidates.min_by_key(|(.., quote)| preference(quote, limits))
    };
    let covered = best(false);
    let for_want_of_cap = covered.is_none();
    let Some((place, chosen, quote)) = covered.or_else(|| best(true)) else {
        let (refusal, offer) = refusal(&offers);
        return Assessment { decision: Decision::Refuse { refusal, offer }, offers };
    };
    let quote = quote.clone();
    let changed = chosen.changes().next().is_some();
    let placeholder = limits.placeholder.clone();
    let must_ask = limits.ask || for_want_of_cap || changed || placeholder.is_some();
    let decision = if changed && limits.known_payee == KnownPayee::Refuse {
        Decision::Refuse { refusal: Refusal::Changed, offer: Some(place) }
    } else if must_ask && !agreed.is_some_and(|agreed| agreed.covers(&quote, chosen)) {
        Decision::Ask { quote, for_want_of_cap, changed, placeholder }
    } else {
        Decision::Pay(approve(quote, limits))
    };
    let refused = matches!(decision, Decision::Refuse { .. });
    for (own, assessed) in offers.iter_mut().enumerate() {
        assessed.standing = if own == place && !refused {
            Standing::Chosen
        } else if assessed.objections.is_empty() {
            Standing::Passed
        } else {
            Standing::Refused
        };
    }
    Assessment { decision, offers }
}

/// Shortest life of a signature, in seconds: facilitators refuse one with less than about six left.
const MIN_VALIDITY_SECONDS: u64 = 30;

/// How long a signature for a quote is valid, in seconds: as long as the server wants, within the
/// owner's limit.
pub fn validity_seconds(quote: &Quote, limits: &Limits) -> u64 {
    quote.max_timeout_seconds.max(MIN_VALIDITY_SECONDS).min(limits.max_validity_seconds)
}

fn approve(quote: Quote, limits: &Limits) -> Approval {
    Approval { validity_seconds: validity_seconds(&quote, limits), quote }
}

fn assess(quote: &Result<Quote, Unpayable>, case: &Case<'_>) -> Assessed {
    let Case { limits, route, evidence, .. } = *case;
    let (quote, objections) = match quote {
        Ok(quote) => {
            let mut objections = objections(quote, limits, route);
            objections.extend(changes(quote, limits, evidence));
            (Some(quote.clone()), objections)
        }
        Err(unpayable) => (None, vec![Objection::Unpayable(unpayable.clone())]),
    };
    Assessed { quote, objections, standing: Standing::Refused }
}

/// The objections of each rule. Every rule is named here, or where else it is kept, so that a new one
/// does not compile before it is.
fn objections(quote: &Quote, limits: &Limits, route: Claimed<Route>) -> Vec<Objection> {
    let Limits {
        networks,
        schemes,
        payees,
        no_pay,
        allow_http,
        expect,
        // In `cap_objection`, and in `refuses_asset`, which knows an asset by two names.
        caps: _,
        assets: _,
        // In `decide`: what is asked about.
        ask: _,
        placeholder: _,
        // In `changes`.
        known_payee: _,
        // In `validity_seconds`.
        max_validity_seconds: _,
        // By the ledger, which reserves room in every budget in the transaction that records a payment.
        budgets: _,
        // By the flow in `pay`: what is signed beside an earlier payment, and what is proved afterwards.
        pay_again: _,
        verify_settlement: _,
    } = limits;
    let mut objections = Vec::new();
    if *no_pay {
        objections.push(Objection::NeverPay);
    }
    objections.extend(route_objections(route, *allow_http));
    if let Some(source) = refuses(networks, &quote.network) {
        objections.push(Objection::Network(source.clone()));
    }
    if let Some(source) = limits.refuses_asset(quote.asset) {
        objections.push(Objection::Asset(source.clone()));
    }
    if let Some(source) = refuses(schemes, &quote.scheme.to_owned()) {
        objections.push(Objection::Scheme(source.clone()));
    }
    if let Some(source) = refuses(payees, &quote.pay_to) {
        objections.push(Objection::Payee(source.clone()));
    }
    if expect.is_some_and(|expected| !expected.covers(quote)) {
        objections.push(Objection::NotExpected);
    }
    objections.extend(cap_objection(quote, limits));
    objections
}

/// What rests on the client's word about the way there. That nobody has looked at a server's certificate
/// is no rule of the owner's: it is never allowed.
fn route_objections(Claimed(route): Claimed<Route>, allow_http: bool) -> Vec<Objection> {
    let mut objections = Vec::new();
    if !route.encrypted && !route.loopback && !allow_http {
        objections.push(Objection::PlainHttp);
    }
    if !route.verified && !route.loopback {
        objections.push(Objection::Unverified);
    }
    objections
}

/// How a quote differs from the seller's history, unless the owner has said that it may: of any
/// difference, or by naming this quote, or this payee. No flag says so where the owner's file refuses
/// every difference.
fn changes(quote: &Quote, limits: &Limits, evidence: &Evidence) -> Vec<Objection> {
    let Evidence { sellers: Claimed(known) } = evidence;
    let by_flag = limits.known_payee != KnownPayee::Refuse;
    let expected = by_flag && limits.expect.is_some_and(|expected| expected.covers(quote));
    if limits.known_payee == KnownPayee::Accept || expected {
        return Vec::new();
    }
    let named = by_flag && limits.names_payee(quote.pay_to);
    let of = |one: &SellerHistory| {
        let origin = one.origin.clone();
        let all = one.changes(quote).into_iter();
        all.filter(|change| !(named && matches!(change, Change::Payee { .. })))
            .map(move |change| Objection::Changed { origin: origin.clone(), change })
            .collect::<Vec<_>>()
    };
    known.iter().flat_map(of).collect()
}

/// Every source that said caps must have one in the quote's unit that covers it; the tightest cap of
/// the unit decides.
fn cap_objection(quote: &Quote, limits: &Limits) -> Option<Objection> {
    let mut uncovered = limits.caps.is_empty();
    let mut tightest: Option<(Amount, &Cap, &Source)> = None;
    for source in &limits.caps {
        let comparable = source
            .caps
            .iter()
            .filter_map(|cap| Some((cap.in_atomic_units_of(quote.asset)?, cap, &source.source)));
        match comparable.min_by_key(|(amount, ..)| *amount) {
            None => uncovered = true,
            Some(cap) if tightest.is_none_or(|(least, ..)| cap.0 < least) => tightest = Some(cap),
            Some(_) => {}
        }
    }
    match tightest {
        Some((most, cap, source)) if quote.amount > most => {
            Some(Objection::OverCap { cap: cap.clone(), source: source.clone() })
        }
        _ => uncovered.then_some(Objection::NoCap),
    }
}

/// Smaller is better: the owner's network order, dollars by price, then the server's order.
fn preference(quote: &Quote, limits: &Limits) -> (usize, bool, U256, usize) {
    let price = if quote.asset.dollar { common_scale(quote) } else { U256::ZERO };
    (limits.rank(quote.network), !quote.asset.dollar, price, quote.offer)
}

/// The amount in units of 10^-30 tokens, so that tokens of different decimals compare.
fn common_scale(quote: &Quote) -> U256 {
    let exponent = 30_u8.saturating_sub(quote.asset.decimals);
    U256::from(10)
        .checked_pow(U256::from(exponent))
        .and_then(|factor| quote.amount.atomic().checked_mul(factor))
        .unwrap_or(U256::MAX)
}

/// The reason that stands for all: the price, if price alone stands in the way of some offer, then
/// the rules, then that nothing can be paid.
fn refusal(offers: &[Assessed]) -> (Refusal, Option<usize>) {
    let only_over_cap = offers
        .iter()
        .enumerate()
        .filter(|(_, o)| matches!(o.breaches().as_slice(), [Objection::OverCap { .. }]))
        .filter_map(|(place, o)| Some((place, o.quote.as_ref()?)))
        .min_by_key(|(_, quote)| (!quote.asset.dollar, common_scale(quote)));
    if let Some((place, _)) = only_over_cap {
        return (Refusal::OverCap, Some(place));
    }
    match offers.iter().position(|o| o.quote.is_some()) {
        Some(place) => (Refusal::Rules, Some(place)),
        None => (Refusal::NothingPayable, (!offers.is_empty()).then_some(0)),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
