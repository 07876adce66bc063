//! What the owner's limits say about a quote, and the way that a payment would go. Which limits there
//! are is in [`super::rules`].

use alloy_primitives::Address;

use super::rules::Limits;
use super::source::Source;
use super::values::Allowed;
use crate::protocol::{Asset, Network};

impl Limits {
    /// These limits together with those of another host on the way: of each the tighter one holds. Where
    /// these have no cap, the owner is asked, whatever caps the others have: a cap for one host is none for
    /// another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.ask |= self.caps.is_empty() && !other.caps.is_empty();
        self.both(other)
    }

    /// The first source that does not name this asset, by symbol or address.
    pub(super) fn refuses_asset(&self, asset: &Asset) -> Option<&Source> {
        let names = |text: &String| asset.goes_by(text);
        self.assets.iter().find(|a| !a.values.iter().any(names)).map(|a| &a.source)
    }

    /// Whether the owner has named this payee on the command line, which is for this run only.
    pub(super) fn names_payee(&self, payee: Address) -> bool {
        let by_flag = |allowed: &&Allowed<Address>| matches!(allowed.source, Source::Flag(_));
        self.payees.iter().filter(by_flag).any(|allowed| allowed.values.contains(&payee))
    }

    /// The place of a network in the owner's order; the first source that orders networks decides.
    pub(super) fn rank(&self, network: &Network) -> usize {
        self.networks
            .first()
            .and_then(|allowed| allowed.values.iter().position(|n| *n == network))
            .unwrap_or(usize::MAX)
    }
}

/// Facts about the way a payment would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Whether the request goes over TLS.
    pub encrypted: bool,
    /// Whether the server's certificate is checked.
    pub verified: bool,
    /// Whether the host is this machine, and no proxy stands between.
    pub loopback: bool,
}

impl Route {
    /// This way and then another, which together are as safe as the less safe of them. A hop on this
    /// machine is as safe as an encrypted one.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let safe = |route: Self| Self {
            encrypted: route.encrypted || route.loopback,
            verified: route.verified || route.loopback,
            ..route
        };
        let (first, second) = (safe(self), safe(next));
        Self {
            encrypted: first.encrypted && second.encrypted,
            verified: first.verified && second.verified,
            loopback: self.loopback && next.loopback,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cap::Cap;
    use super::super::quote::tests::quote;
    use super::super::values::{Caps, KnownPayee};
    use super::*;

    fn caps(all: &[&str]) -> Limits {
        let caps = all.iter().map(|cap| Caps {
            source: Source::Flag("--max-price"),
            caps: vec![Cap::parse(cap).unwrap()],
        });
        Limits { caps: caps.collect(), max_validity_seconds: 600, ..Limits::default() }
    }

    #[test]
    fn what_either_forbids_is_forbidden() {
        let strict = Limits {
            ask: true,
            no_pay: true,
            verify_settlement: true,
            known_payee: KnownPayee::Refuse,
            max_validity_seconds: 60,
            ..caps(&["1"])
        };
        let loose = Limits {
            pay_again: true,
            allow_http: true,
            known_payee: KnownPayee::Accept,
            ..caps(&["1"])
        };
        for both in [strict.clone().and(loose.clone()), loose.clone().and(strict.clone())] {
            assert!(both.ask && both.no_pay && both.verify_settlement);
            assert!(!both.pay_again && !both.allow_http);
            assert_eq!((both.known_payee, both.max_validity_seconds), (KnownPayee::Refuse, 60));
        }
        let twice = loose.clone().and(loose);
        assert!(twice.pay_again && twice.allow_http);
        assert!(!twice.ask && !twice.no_pay && !twice.verify_settlement);
        let expect = Some(quote("base", "USDC", 1).id());
        let expecting = Limits { expect, ..caps(&[]) };
        assert_eq!(expecting.clone().and(caps(&[])).expect, expect);
        assert_eq!(caps(&[]).and(expecting).expect, expect);
    }

    #[test]
    fn a_cap_of_others_is_none_of_ones_own() {
        let asks = |own: &[&str], other: &[&str]| caps(own).and(caps(other)).ask;
        assert!(asks(&[], &["1"]));
        assert!(!asks(&["1"], &["2"]));
        assert!(!asks(&["1"], &[]));
        assert!(!asks(&[], &[]), "no cap at all: that it is asked follows from that");
        assert_eq!(caps(&["1"]).and(caps(&["2", "1"])).caps, caps(&["1", "2"]).caps);
    }

    #[test]
    fn a_way_is_as_safe_as_its_least_safe_part() {
        let route = |encrypted, verified, loopback| Route { encrypted, verified, loopback };
        let (https, here) = (route(true, true, false), route(false, false, true));
        let (plain, blind) = (route(false, true, false), route(true, false, false));
        assert_eq!(https.then(https), https);
        assert_eq!(here.then(here), route(true, true, true));
        for (other, both) in [(here, https), (plain, plain), (blind, blind)] {
            assert_eq!(https.then(other), both);
            assert_eq!(other.then(https), both);
        }
        assert_eq!(plain.then(blind), route(false, false, false));
        assert_eq!(here.then(plain), plain);
        assert_eq!(blind.then(here), blind);
    }

    #[test]
    fn the_first_source_that_orders_networks_decides() {
        let named = |name| Network::named(name).unwrap();
        let allowed = |values| Allowed { source: Source::Flag("--test"), values };
        let networks =
            vec![allowed(vec![named("base"), named("bsc")]), allowed(vec![named("bsc")])];
        let limits = Limits { networks, ..Limits::default() };
        assert_eq!(limits.rank(named("base")), 0);
        assert_eq!(limits.rank(named("bsc")), 1);
        assert_eq!(limits.rank(named("polygon")), usize::MAX);
        assert_eq!(Limits::default().rank(named("base")), usize::MAX);
    }
}
