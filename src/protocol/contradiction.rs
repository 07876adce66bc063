//! Two readings of one 402, held against each other.

use alloy_primitives::Address;

use super::address::parse_address;
use super::amount::Amount;
use super::challenge::Challenge;
use super::networks::Network;
use super::terms::Terms;

/// Whether two readings of one 402 ask for different things. In one version they must make the same
/// offers; in two, which do not have all networks and schemes in common, what both sell by the same
/// scheme for the same token must have one price and one payee.
pub(super) fn contradicts(first: &Challenge, other: &Challenge) -> bool {
    let (mine, theirs) = (Essence::of(first), Essence::of(other));
    if first.dialect.version() == other.dialect.version() {
        return mine != theirs;
    }
    let common = |offer: &&Essence<'_>| mine.iter().any(|own| own.token() == offer.token());
    theirs.iter().filter(common).any(|offer| !mine.contains(offer))
}

/// What an offer comes down to, whatever its version. Addresses are compared as the bytes they are.
#[derive(PartialEq)]
struct Essence<'a> {
    scheme: &'a str,
    network: Result<&'static Network, &'a str>,
    asset: Result<Address, &'a str>,
    pay_to: Result<Address, &'a str>,
    amount: Amount,
}

impl<'a> Essence<'a> {
    fn of(challenge: &'a Challenge) -> Vec<Self> {
        let address = |text: &'a str| parse_address(text).map_err(|_| text);
        let terms = challenge.offers.iter().filter_map(|offer| offer.terms.as_ref().ok());
        let essence = |terms: &'a Terms| Self {
            scheme: &terms.scheme,
            network: terms.known_network.ok_or(&terms.network),
            asset: address(&terms.asset),
            pay_to: address(&terms.pay_to),
            amount: terms.amount,
        };
        terms.map(essence).collect()
    }

    fn token(&self) -> (&str, Result<&Network, &str>, Result<Address, &str>) {
        (self.scheme, self.network, self.asset)
    }
}
