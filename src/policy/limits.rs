//! What the owner allows, each limit with the place it was said.

use std::fmt;

use alloy_primitives::Address;

use super::budget::Budget;
use super::cap::Cap;
use super::quote::QuoteId;
use crate::protocol::{Asset, Network};

/// Longest life of a signature, in seconds, unless the owner says otherwise.
pub const DEFAULT_MAX_VALIDITY_SECONDS: u64 = 600;

/// Longest life of a signature that can be asked for, in seconds: a week.
pub const MOST_VALIDITY_SECONDS: u64 = 604_800;

/// Where a setting was said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// On the command line, by this flag.
    Flag(&'static str),
    /// In this environment variable.
    Environment(&'static str),
    /// In the owner's configuration file, by this key.
    Config(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::Config(key) => write!(f, "config.toml, {key}"),
        }
    }
}

/// The caps of one source. A quote must be within one of them, whatever other sources allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    /// Where they were said.
    pub source: Source,
    /// One or more caps; at most the tightest of each unit matters.
    pub caps: Vec<Cap>,
}

/// What to do about an offer that differs from what is remembered of its origin. The later is the
/// stricter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownPayee {
    /// Pay it as any other.
    Accept,
    /// Ask the owner; refuse where nobody can be asked.
    #[default]
    Ask,
    /// Refuse it.
    Refuse,
}

impl KnownPayee {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Ask, Self::Refuse];

    /// The word for it in the owner's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Ask => "ask",
            Self::Refuse => "refuse",
        }
    }

    /// The one a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// The values one source allows; a quote must be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<T> {
    /// Where they were said.
    pub source: Source,
    /// The values, in the owner's order of preference.
    pub values: Vec<T>,
}

/// Everything the owner has said about paying. The sources of one limit are kept apart, because the
/// tightest of them wins: each must allow a quote.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Caps by source; none at all means: ask.
    pub caps: Vec<Caps>,
    /// Budgets of every source; a payment must fit into all that count it.
    pub budgets: Vec<Budget>,
    /// Networks by source.
    pub networks: Vec<Allowed<&'static Network>>,
    /// Asset symbols or addresses by source.
    pub assets: Vec<Allowed<String>>,
    /// Schemes by source.
    pub schemes: Vec<Allowed<String>>,
    /// Payees by source.
    pub payees: Vec<Allowed<Address>>,
    /// Longest life of a signature, in seconds.
    pub max_validity_seconds: u64,
    /// Never pay: a 402 is an ordinary response.
    pub no_pay: bool,
    /// Sign a fresh payment though an earlier one for the same request may still settle.
    pub pay_again: bool,
    /// Ask even within the caps.
    pub ask: bool,
    /// What the URL has in braces that was to be filled in: it is asked about, whatever the price.
    pub placeholder: Option<String>,
    /// Pay over plain http to a host that is not loopback.
    pub allow_http: bool,
    /// Pay only this quote.
    pub expect: Option<QuoteId>,
    /// What to do about an offer that differs from what is remembered of its origin.
    pub known_payee: KnownPayee,
    /// Ask the chain about every settlement that a server claims.
    pub verify_settlement: bool,
}

impl Limits {
    /// These limits and others beside them: what either forbids or wants to be asked about is so. Where
    /// these have no cap, which means to ask, a cap of the others is none for what these are about.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.ask |= other.ask || (self.caps.is_empty() && !other.caps.is_empty());
        join(&mut self.caps, other.caps);
        join(&mut self.networks, other.networks);
        join(&mut self.assets, other.assets);
        join(&mut self.schemes, other.schemes);
        join(&mut self.payees, other.payees);
        join(&mut self.budgets, other.budgets);
        self.max_validity_seconds = self.max_validity_seconds.min(other.max_validity_seconds);
        self.no_pay |= other.no_pay;
        self.pay_again &= other.pay_again;
        self.allow_http &= other.allow_http;
        self.expect = self.expect.or(other.expect);
        self.placeholder = self.placeholder.or(other.placeholder);
        self.known_payee = self.known_payee.max(other.known_payee);
        self.verify_settlement |= other.verify_settlement;
        self
    }

    /// The first source that does not name this asset, by symbol or address.
    pub(super) fn refuses_asset(&self, asset: &Asset) -> Option<&Source> {
        let names = |text: &String| asset.goes_by(text);
        self.assets.iter().find(|a| !a.values.iter().any(names)).map(|a| &a.source)
    }

    /// Whether the owner has named this payee on the command line: for this run, and no other.
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

/// Adds what is not there yet: flags are the same for every URL.
fn join<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// The first source whose values do not contain `value`.
pub(super) fn refuses<'a, T: PartialEq>(all: &'a [Allowed<T>], value: &T) -> Option<&'a Source> {
    all.iter().find(|allowed| !allowed.values.contains(value)).map(|allowed| &allowed.source)
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
    /// This way and then another: as safe as the less safe of them. A hop on this machine is as good
    /// as an encrypted one.
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
    use super::super::quote::tests::quote;
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

    #[test]
    fn a_source_and_a_setting_go_by_the_words_the_owner_wrote() {
        assert_eq!(Source::Flag("--ask").to_string(), "--ask");
        assert_eq!(Source::Environment("PAY402_ASK").to_string(), "PAY402_ASK");
        assert_eq!(Source::Config("ask".to_owned()).to_string(), "config.toml, ask");
        assert_eq!(KnownPayee::ALL.map(KnownPayee::word), ["accept", "ask", "refuse"]);
        for known in KnownPayee::ALL {
            assert_eq!(KnownPayee::named(known.word()), Some(known));
        }
        assert_eq!(KnownPayee::named("never"), None);
    }
}
