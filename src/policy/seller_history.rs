//! What was paid to a seller before, what the owner accepts from it, and how an offer differs from both.
//! Somebody who breaks into a seller's web server can put another address into its terms; this is what
//! shows it.
//!
//! The ledger records it. [`super::decide()`] decides what a change leads to.

use alloy_primitives::{Address, U256};

use super::quote::Quote;
use crate::protocol::{Amount, Asset};

/// How many of the latest payments to an origin are looked at. A payee that was last paid before those is
/// asked about again, which costs a question; reading more of them would slow down every payment.
pub const REMEMBERED_PAYMENTS: usize = 200;

/// A price is unusual above this many times the median of the earlier ones.
const OUT_OF_THE_ORDINARY: u64 = 10;

/// A payment that settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPayment {
    /// The network as CAIP-2.
    pub network: String,
    /// The token contract.
    pub asset: Address,
    /// What people call the token.
    pub symbol: String,
    /// Who was paid.
    pub payee: Address,
    /// How much, in atomic units.
    pub amount: Amount,
}

/// The owner's statement that an origin may ask for payments of this kind. A member that is `None` may be
/// anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The network as CAIP-2.
    pub network: Option<String>,
    /// The asset's symbol or address.
    pub asset: Option<String>,
    /// Who may be paid.
    pub payee: Option<Address>,
}

impl Trust {
    fn names_network(&self, quote: &Quote) -> bool {
        self.network.as_deref().is_none_or(|network| network == quote.network.caip2)
    }

    fn names_asset(&self, quote: &Quote) -> bool {
        self.names_network(quote)
            && self.asset.as_deref().is_none_or(|asset| quote.asset.goes_by(asset))
    }

    fn names_payee(&self, quote: &Quote) -> bool {
        self.names_network(quote) && self.payee.is_none_or(|payee| payee == quote.pay_to)
    }

    fn names_both(&self, quote: &Quote) -> bool {
        self.names_asset(quote) && self.names_payee(quote)
    }
}

/// What is known of an origin from the ledger. It is empty for a seller that is seen for the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SellerHistory {
    /// The origin.
    pub origin: String,
    /// The latest payments to it that settled, newest first, at most [`REMEMBERED_PAYMENTS`]. A
    /// refused or an open one proves nothing about the payee.
    pub payments: Vec<PastPayment>,
    /// What the owner accepts from it, by `pay402 trust`.
    pub trusted: Vec<Trust>,
}

/// How an offer differs from its origin's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its payee was never paid there on its network, and is not trusted.
    Payee {
        /// The payee.
        now: Address,
        /// Those who were, and those who are trusted, the latest first.
        before: Vec<Address>,
    },
    /// Its asset was never paid with there on its network, and is not trusted.
    Asset {
        /// The asset, on its network.
        now: &'static Asset,
        /// Asset and network (CAIP-2) of those that were or are trusted, the latest first; a trust may
        /// leave either open.
        before: Vec<(Option<String>, Option<String>)>,
    },
    /// Its price is above every price that was paid there in its asset, and above ten times the usual
    /// one.
    Price {
        /// The price.
        now: Amount,
        /// What it is of.
        asset: &'static Asset,
        /// The median of those prices.
        usual: Amount,
    },
}

impl SellerHistory {
    /// Whether nothing is known of the origin.
    pub fn is_empty(&self) -> bool {
        self.payments.is_empty() && self.trusted.is_empty()
    }

    /// How `quote` differs from this history. From an empty one nothing differs.
    ///
    /// Payees and assets count for their network only: the address of a contract can belong to somebody
    /// else on another. Trust says whom and with what, not how much: that is what caps are for.
    pub fn changes(&self, quote: &Quote) -> Vec<Change> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut asset = self.other_asset(quote, Trust::names_asset);
        let mut payee = self.other_payee(quote, asset.is_some(), Trust::names_payee);
        if asset.is_none() && payee.is_none() {
            // Trust in an asset is none in whoever wants to be paid in another, nor the other way round:
            // what was never paid, one word must name whole.
            asset = self.other_asset(quote, Trust::names_both);
            payee = self.other_payee(quote, asset.is_some(), Trust::names_both);
        }
        [payee, asset, self.other_price(quote)].into_iter().flatten().collect()
    }

    fn on_network<'a>(&'a self, quote: &'a Quote) -> impl Iterator<Item = &'a PastPayment> {
        self.payments.iter().filter(|payment| payment.network == quote.network.caip2)
    }

    fn other_payee(
        &self,
        quote: &Quote,
        asset_is_new: bool,
        names: fn(&Trust, &Quote) -> bool,
    ) -> Option<Change> {
        let mut paid: Vec<Address> = self.on_network(quote).map(|payment| payment.payee).collect();
        // On a network of which nothing is known the asset is asked about; that a payee known from
        // another is named there is no second question.
        if asset_is_new && paid.is_empty() {
            paid = self.payments.iter().map(|payment| payment.payee).collect();
        }
        if paid.contains(&quote.pay_to) || self.trusted.iter().any(|trust| names(trust, quote)) {
            return None;
        }
        let trusted = self.trusted.iter().filter_map(|trust| trust.payee);
        let before = distinct(paid.into_iter().chain(trusted));
        Some(Change::Payee { now: quote.pay_to, before })
    }

    fn other_asset(&self, quote: &Quote, names: fn(&Trust, &Quote) -> bool) -> Option<Change> {
        let paid = self.on_network(quote).any(|payment| payment.asset == quote.asset.address);
        if paid || self.trusted.iter().any(|trust| names(trust, quote)) {
            return None;
        }
        let payments = self.payments.iter();
        let payments =
            payments.map(|payment| (Some(payment.symbol.clone()), Some(payment.network.clone())));
        let trusted = self.trusted.iter();
        let trusted = trusted.map(|trust| (trust.asset.clone(), trust.network.clone()));
        Some(Change::Asset { now: quote.asset, before: distinct(payments.chain(trusted)) })
    }

    /// The median is what a few odd prices cannot move; a price that was paid before was agreed to.
    fn other_price(&self, quote: &Quote) -> Option<Change> {
        let mut prices: Vec<Amount> = self
            .on_network(quote)
            .filter(|payment| payment.asset == quote.asset.address)
            .map(|payment| payment.amount)
            .collect();
        prices.sort_unstable();
        let middle = prices.len().saturating_sub(1).checked_div(2)?;
        let (usual, most) = (*prices.get(middle)?, *prices.last()?);
        let limit = usual.atomic().saturating_mul(U256::from(OUT_OF_THE_ORDINARY));
        let (now, asset) = (quote.amount, quote.asset);
        (now > most && now.atomic() > limit).then_some(Change::Price { now, asset, usual })
    }
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut each = Vec::new();
    for one in all {
        if !each.contains(&one) {
            each.push(one);
        }
    }
    each
}

#[cfg(test)]
#[path = "seller_history_tests.rs"]
mod tests;
