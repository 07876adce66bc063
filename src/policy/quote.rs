//! Quotes: what an offer would cost at most, and the id that pins one.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use alloy_primitives::{Address, keccak256};
use thiserror::Error;

use crate::protocol::{Amount, Asset, MOST_HEADER_BYTES, Network, TermsError};

/// An offer that can be paid, as a scheme understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Place of the offer in the challenge, from 0.
    pub offer: usize,
    /// The scheme's name, e.g. `exact`.
    pub scheme: &'static str,
    /// The chain.
    pub network: &'static Network,
    /// The token.
    pub asset: &'static Asset,
    /// Who is paid.
    pub pay_to: Address,
    /// The most it can cost, in atomic units of `asset`.
    pub amount: Amount,
    /// How long the server wants the signature to live, in seconds.
    pub max_timeout_seconds: u64,
}

impl Quote {
    /// The id that `--expect` takes.
    pub fn id(&self) -> QuoteId {
        let essence = format!(
            "pay402 quote 1\n{}\n{}\n{}\n{}",
            self.network.caip2, self.asset.address, self.pay_to, self.scheme
        );
        let mut terms = [0; 16];
        terms.iter_mut().zip(keccak256(essence)).for_each(|(to, from)| *to = from);
        QuoteId { amount: self.amount, terms: u128::from_be_bytes(terms) }
    }

    /// The price in whole tokens with the symbol: `0.01 USDC`.
    pub fn price(&self) -> String {
        format!("{} {}", self.amount.human(self.asset.decimals), self.asset.symbol)
    }
}

/// Why an offer cannot be paid by this client, whatever the owner allows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unpayable {
    /// Its terms cannot be read.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// No scheme here goes by this name.
    #[error("scheme {0:?} is not supported")]
    Scheme(String),
    /// The network is not in the table, or is no EVM chain.
    #[error("network {0:?} is not supported")]
    Network(String),
    /// The network is in the table, and not by the name that the server gives it: a name of version 1 in
    /// version 2, or other capitals.
    #[error(
        "network {said:?} is not spelled so: {} is {:?} in version 1 and {} in version 2",
        network.name, network.v1_name.unwrap_or(network.name), network.caip2
    )]
    NetworkSpelled {
        /// As the server spells it.
        said: String,
        /// Which is probably meant.
        network: &'static Network,
    },
    /// The payment's header would be too long for the servers in use.
    #[error(
        "its terms are so long that the payment's header would have {0} bytes, and servers take no more \
         than {MOST_HEADER_BYTES}"
    )]
    HeaderTooLong(usize),
    /// The asset is not in the table.
    #[error("asset {asset} is not known on {network}")]
    UnknownAsset {
        /// The token contract.
        asset: Address,
        /// The chain.
        network: &'static Network,
    },
    /// The server asks for a way of transfer that is not supported.
    #[error("transfer method {0:?} is not supported")]
    TransferMethod(String),
    /// The server settles in an order that is not supported.
    #[error("payment flow {0:?} is not supported")]
    PaymentFlow(String),
    /// The scheme cannot pay it, for a reason of its own.
    #[error(transparent)]
    Own(OwnReason),
}

/// A scheme's own reason against an offer: an error type of that scheme's file.
#[derive(Debug, Clone, Error)]
#[error(transparent)]
pub struct OwnReason(Arc<dyn Error + Send + Sync>);

impl OwnReason {
    /// The same as the scheme's own type, for those who know it.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
}

/// Two reasons are the same if they have the same type and members, as `Debug` writes them.
impl PartialEq for OwnReason {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl Eq for OwnReason {}

impl Unpayable {
    /// A scheme's own reason.
    pub fn own(reason: impl Error + Send + Sync + 'static) -> Self {
        Self::Own(OwnReason(Arc::new(reason)))
    }

    /// Why an offer on a network that goes by this name cannot be paid.
    pub fn of_network(said: &str) -> Self {
        match Network::of_receipt(said) {
            Some(network) => Self::NetworkSpelled { said: said.to_owned(), network },
            None => Self::Network(said.to_owned()),
        }
    }
}

/// Pins a quote: its network, asset, payee and scheme by hash, its amount by value, so that a later
/// price may be lower but never higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteId {
    amount: Amount,
    terms: u128,
}

/// A text that is not a quote id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a quote id looks like q1-10000-0123456789abcdef0123456789abcdef, as printed by --dry-run")]
pub struct QuoteIdError;

impl QuoteId {
    /// Whether `quote` is the pinned one, at its price or less.
    pub fn covers(&self, quote: &Quote) -> bool {
        quote.id().terms == self.terms && quote.amount <= self.amount
    }
}

impl fmt::Display for QuoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "q1-{}-{:032x}", self.amount, self.terms)
    }
}

impl FromStr for QuoteId {
    type Err = QuoteIdError;

    fn from_str(text: &str) -> Result<Self, QuoteIdError> {
        let rest = text.strip_prefix("q1-").ok_or(QuoteIdError)?;
        let (amount, terms) = rest.split_once('-').ok_or(QuoteIdError)?;
        let hex =
            terms.len() == 32 && terms.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !hex {
            return Err(QuoteIdError);
        }
        Ok(Self {
            amount: Amount::parse(amount).map_err(|_| QuoteIdError)?,
            terms: u128::from_str_radix(terms, 16).map_err(|_| QuoteIdError)?,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use alloy_primitives::U256;
    use proptest::prelude::*;

    /// A quote for tests: this many atomic units of the asset `symbol` on `network`.
    pub(in crate::policy) fn quote(network: &str, symbol: &str, atomic: u64) -> Quote {
        let network = Network::named(network).unwrap();
        let asset = crate::protocol::ASSETS
            .iter()
            .find(|a| a.network == network && a.symbol == symbol)
            .unwrap();
        Quote {
            offer: 0,
            scheme: "exact",
            network,
            asset,
            pay_to: Address::repeat_byte(0x42),
            amount: Amount::new(U256::from(atomic)),
            max_timeout_seconds: 60,
        }
    }

    #[test]
    fn an_id_covers_the_same_terms_at_the_price_or_less() {
        let pinned = quote("base", "USDC", 100).id();
        assert!(pinned.covers(&quote("base", "USDC", 100)));
        assert!(pinned.covers(&quote("base", "USDC", 99)));
        assert!(!pinned.covers(&quote("base", "USDC", 101)));
        assert!(!pinned.covers(&quote("base-sepolia", "USDC", 100)));
        assert!(!pinned.covers(&quote("base", "EURC", 100)));
        let elsewhere = Quote { pay_to: Address::ZERO, ..quote("base", "USDC", 100) };
        assert!(!pinned.covers(&elsewhere));
        let otherwise = Quote { scheme: "upto", ..quote("base", "USDC", 100) };
        assert!(!pinned.covers(&otherwise));
    }

    #[test]
    fn a_price_is_in_whole_tokens() {
        assert_eq!(quote("base", "USDC", 10_000).price(), "0.01 USDC");
    }

    #[test]
    fn an_id_has_one_spelling() {
        let text = quote("base", "USDC", 100).id().to_string();
        let (start, digits) = text.rsplit_once('-').unwrap();
        for other in [
            digits.to_uppercase(),
            format!("0{digits}"),
            format!("+{}", digits.get(1..).unwrap()),
            digits.get(1..).unwrap().to_owned(),
            "x".repeat(32),
        ] {
            assert_eq!(format!("{start}-{other}").parse::<QuoteId>(), Err(QuoteIdError), "{other}");
        }
    }

    proptest! {
        #[test]
        fn an_id_round_trips(atomic in any::<u64>()) {
            let id = quote("base", "USDC", atomic).id();
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn never_panics(text in ".{0,100}") {
            let _ = text.parse::<QuoteId>();
        }
    }
}
