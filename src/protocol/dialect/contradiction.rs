//! Two readings of one 402, held against each other.

use alloy_primitives::Address;

use crate::protocol::address::parse_address_of_any_case;
use crate::protocol::amount::Amount;
use crate::protocol::challenge::Challenge;
use crate::protocol::networks::Network;
use crate::protocol::terms::Terms;

/// Whether two readings of one 402 ask for different things. In one version they must make the same
/// offers; in two, which do not have all networks and schemes in common, what both sell by the same
/// scheme for the same token must have one price and one payee.
pub(super) fn contradicts(first: &Challenge, other: &Challenge) -> bool {
    let (mine, theirs) = (Essence::of(first), Essence::of(other));
    if first.dialect.id() == other.dialect.id() {
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
        let address = |text: &'a str| parse_address_of_any_case(text).map_err(|_| text);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::read_challenge;
    use ::http::HeaderMap;
    use serde_json::{Value, json};

    const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
    const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

    fn challenge(version: u64, accepts: &[Value]) -> Challenge {
        let document = json!({ "x402Version": version, "accepts": accepts }).to_string();
        read_challenge(&HeaderMap::new(), document.as_bytes()).ok().unwrap()
    }

    fn offer(network: &str, asset: &str, pay_to: &str, amount: &str) -> Value {
        json!({ "scheme": "exact", "network": network, "asset": asset, "payTo": pay_to, "amount": amount })
    }

    #[test]
    fn in_one_version_every_offer_must_be_the_same() {
        let one = offer("eip155:84532", USDC, PAYEE, "10000");
        let first = challenge(2, std::slice::from_ref(&one));
        let spelled = offer("eip155:84532", &USDC.to_lowercase(), &PAYEE.to_lowercase(), "10000");
        assert!(!contradicts(&first, &challenge(2, &[spelled])));
        for others in [
            vec![],
            vec![one.clone(), offer("eip155:8453", USDC, PAYEE, "10000")],
            vec![offer("eip155:8453", USDC, PAYEE, "10000")],
            vec![offer("eip155:84532", USDC, USDC, "10000")],
            vec![offer("eip155:84532", USDC, PAYEE, "9999")],
        ] {
            assert!(contradicts(&first, &challenge(2, &others)), "{others:?}");
        }
    }

    #[test]
    fn in_two_versions_what_both_sell_must_be_the_same() {
        let solana = offer("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "USDC", "me", "10000");
        let first = challenge(2, &[offer("eip155:84532", USDC, PAYEE, "10000"), solana]);
        let same = offer("base-sepolia", &USDC.to_lowercase(), PAYEE, "10000");
        let elsewhere = offer("base", USDC, PAYEE, "77");
        for others in
            [vec![], vec![same.clone()], vec![elsewhere.clone()], vec![elsewhere, same.clone()]]
        {
            assert!(!contradicts(&first, &challenge(1, &others)), "{others:?}");
        }
        for lie in [
            offer("base-sepolia", USDC, PAYEE, "10001"),
            offer("base-sepolia", USDC, USDC, "10000"),
        ] {
            assert!(contradicts(&first, &challenge(1, &[same.clone(), lie.clone()])), "{lie}");
        }
    }
}
