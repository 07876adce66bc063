//! What is remembered of a seller, and how an offer differs from it: a compromised web server can
//! change where the money goes, and nothing else would show it.
//!
//! What lives elsewhere: where it is remembered (the ledger), and what a change leads to
//! ([`super::decide()`]).

use alloy_primitives::{Address, U256};
use url::Url;

use super::budget::{authority, host};
use super::quote::Quote;
use crate::protocol::{Amount, Asset};

/// How many of the latest payments to an origin are remembered. What was not paid for so long is asked
/// about again, which costs a question; looking further would cost every payment.
pub const REMEMBERED_PAYMENTS: usize = 200;

/// A price above so many times the usual one is out of the ordinary.
const OUT_OF_THE_ORDINARY: u64 = 10;

/// A payment that settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
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

/// The owner's word that an origin may ask for payments of a kind. What is not named may be anything.
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

/// What is remembered of an origin. An empty one is a stranger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acquaintance {
    /// The origin.
    pub origin: String,
    /// The latest payments to it that settled, newest first, at most [`REMEMBERED_PAYMENTS`]. A
    /// refused or an open one proves nothing about the payee.
    pub bought: Vec<Bought>,
    /// What its owner trusts it with.
    pub trusted: Vec<Trust>,
}

/// How an offer differs from what is remembered of its origin.
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

impl Acquaintance {
    /// Whether nothing is remembered.
    pub fn is_stranger(&self) -> bool {
        self.bought.is_empty() && self.trusted.is_empty()
    }

    /// How `quote` differs from what is remembered; from a stranger nothing does.
    ///
    /// Payees and assets count for their network only: the address of a contract can belong to somebody
    /// else on another. Trust says whom and with what, not how much: that is what caps are for.
    pub fn changes(&self, quote: &Quote) -> Vec<Change> {
        if self.is_stranger() {
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

    fn on_network<'a>(&'a self, quote: &'a Quote) -> impl Iterator<Item = &'a Bought> {
        self.bought.iter().filter(|bought| bought.network == quote.network.caip2)
    }

    fn other_payee(
        &self,
        quote: &Quote,
        asset_is_new: bool,
        names: fn(&Trust, &Quote) -> bool,
    ) -> Option<Change> {
        let mut paid: Vec<Address> = self.on_network(quote).map(|bought| bought.payee).collect();
        // On a network of which nothing is known the asset is asked about; that a payee known from
        // another is named there is no second question.
        if asset_is_new && paid.is_empty() {
            paid = self.bought.iter().map(|bought| bought.payee).collect();
        }
        if paid.contains(&quote.pay_to) || self.trusted.iter().any(|trust| names(trust, quote)) {
            return None;
        }
        let trusted = self.trusted.iter().filter_map(|trust| trust.payee);
        let before = distinct(paid.into_iter().chain(trusted));
        Some(Change::Payee { now: quote.pay_to, before })
    }

    fn other_asset(&self, quote: &Quote, names: fn(&Trust, &Quote) -> bool) -> Option<Change> {
        let paid = self.on_network(quote).any(|bought| bought.asset == quote.asset.address);
        if paid || self.trusted.iter().any(|trust| names(trust, quote)) {
            return None;
        }
        let bought = self.bought.iter();
        let bought =
            bought.map(|bought| (Some(bought.symbol.clone()), Some(bought.network.clone())));
        let trusted = self.trusted.iter();
        let trusted = trusted.map(|trust| (trust.asset.clone(), trust.network.clone()));
        Some(Change::Asset { now: quote.asset, before: distinct(bought.chain(trusted)) })
    }

    /// The median is what a few odd prices cannot move; a price that was paid before was agreed to.
    fn other_price(&self, quote: &Quote) -> Option<Change> {
        let mut prices: Vec<Amount> = self
            .on_network(quote)
            .filter(|bought| bought.asset == quote.asset.address)
            .map(|bought| bought.amount)
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

/// Scheme, host and port of a URL as the text by which a seller is remembered: `https://example.com`,
/// the port only where it is not the scheme's own, no dot at the end of the host.
pub fn origin(url: &Url) -> Option<String> {
    let place = if url.port().is_some() { authority(url)? } else { host(url)?.to_owned() };
    Some(format!("{}://{place}", url.scheme()))
}

#[cfg(test)]
#[path = "acquaintance_tests.rs"]
mod tests;
