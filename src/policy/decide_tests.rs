//! Tests of the decision.

use alloy_primitives::Address;
use proptest::prelude::*;

use super::super::assessment::Agreement;
use super::super::quote::tests::quote;
use super::super::values::{Allowed, Caps};
use super::*;
use crate::protocol::{Network, TermsError};

const HTTPS: Route = Route { encrypted: true, verified: true, loopback: false };

fn capped(caps: &[&str]) -> Limits {
    Limits {
        caps: caps
            .iter()
            .map(|cap| Caps {
                source: Source::Flag("--test"),
                caps: vec![Cap::parse(cap).unwrap()],
            })
            .collect(),
        max_validity_seconds: 600,
        ..Limits::default()
    }
}

#[expect(clippy::unnecessary_wraps, clippy::needless_pass_by_value, reason = "as decide takes it")]
fn at(offer: usize, quote: Quote) -> Result<Quote, Unpayable> {
    Ok(Quote { offer, ..quote })
}

fn paid(quotes: &[Result<Quote, Unpayable>], limits: &Limits) -> Option<usize> {
    match decide(&Case::new(quotes, limits, HTTPS)).decision {
        Decision::Pay(approval) => Some(approval.quote().offer),
        _ => None,
    }
}

fn refused(quotes: &[Result<Quote, Unpayable>], limits: &Limits, route: Route) -> Refusal {
    match decide(&Case::new(quotes, limits, route)).decision {
        Decision::Refuse { refusal, .. } => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn without_a_cap_it_asks() {
    let quotes = [at(0, quote("base", "USDC", 1))];
    let limits = capped(&[]);
    let asked = decide(&Case::new(&quotes, &limits, HTTPS)).decision;
    assert!(matches!(asked, Decision::Ask { for_want_of_cap: true, .. }));
    let yes = Agreement::to(quotes[0].as_ref().unwrap(), []);
    let answered =
        decide(&Case { agreed: Some(&yes), ..Case::new(&quotes, &limits, HTTPS) }).decision;
    assert!(matches!(answered, Decision::Pay(_)));
    let dearer = [at(0, quote("base", "USDC", 2))];
    let answered =
        decide(&Case { agreed: Some(&yes), ..Case::new(&dearer, &limits, HTTPS) }).decision;
    assert!(matches!(answered, Decision::Ask { .. }), "a yes is to one price");
}

#[test]
fn who_wants_to_be_asked_is_asked_within_the_cap() {
    let offer = quote("base", "USDC", 1);
    let limits = Limits { ask: true, ..capped(&["1"]) };
    let decided = |agreed| {
        decide(&Case { agreed, ..Case::new(&[Ok(offer.clone())], &limits, HTTPS) }).decision
    };
    let quote = offer.clone();
    let (for_want_of_cap, changed, placeholder) = (false, false, None);
    let asked = Decision::Ask { quote, for_want_of_cap, changed, placeholder };
    assert_eq!(decided(None), asked);
    assert!(matches!(decided(Some(&Agreement::to(&offer, []))), Decision::Pay(_)));
}

#[test]
fn what_was_to_be_filled_in_is_asked_about_within_the_cap() {
    let offer = quote("base", "USDC", 1);
    let limits = Limits { placeholder: Some("{id}".into()), ..capped(&["1"]) };
    for limits in [limits.clone(), capped(&["1"]).and(limits)] {
        let decided = |agreed| {
            decide(&Case { agreed, ..Case::new(&[Ok(offer.clone())], &limits, HTTPS) }).decision
        };
        let asked = decided(None);
        assert!(
            matches!(&asked, Decision::Ask { placeholder: Some(text), .. } if text == "{id}"),
            "{asked:?}"
        );
        assert!(matches!(decided(Some(&Agreement::to(&offer, []))), Decision::Pay(_)));
    }
}

#[test]
fn every_offer_has_its_standing() {
    let quotes = [
        at(0, quote("base", "USDC", 2)),
        at(1, quote("base", "USDC", 1)),
        at(2, quote("base", "EURC", 1)),
    ];
    let standings = |limits: &Limits| {
        let offers = decide(&Case::new(&quotes, limits, HTTPS)).offers;
        offers.iter().map(|offer| offer.standing).collect::<Vec<_>>()
    };
    let limits = capped(&["1"]);
    assert_eq!(standings(&limits), [Standing::Passed, Standing::Chosen, Standing::Refused]);
    let never = Limits { no_pay: true, ..limits };
    assert_eq!(standings(&never), [Standing::Refused; 3]);
}

#[test]
fn dollars_come_before_what_has_no_common_measure() {
    let quotes = [at(0, quote("base", "EURC", 2_000_000)), at(1, quote("base", "USDC", 3_000_000))];
    let both = |euros: &str, dollars: &str| {
        let caps = vec![Cap::parse(euros).unwrap(), Cap::parse(dollars).unwrap()];
        Limits { caps: vec![Caps { source: Source::Flag("--test"), caps }], ..capped(&[]) }
    };
    assert_eq!(paid(&quotes, &both("5 EURC", "5")), Some(1));
    assert_eq!(paid(&quotes, &both("5 EURC", "1")), Some(0));
    let decision = decide(&Case::new(&quotes, &both("1 EURC", "1"), HTTPS)).decision;
    assert_eq!(decision, Decision::Refuse { refusal: Refusal::OverCap, offer: Some(1) });
}

#[test]
fn of_equal_caps_the_one_said_first_is_named() {
    let caps = |cap, source| Caps { source, caps: vec![Cap::parse(cap).unwrap()] };
    let (flag, file) = (Source::Flag("--max-price"), Source::Config("max_price".into()));
    for (first, second, named) in [("1", "1", &flag), ("2", "1", &file), ("1", "2", &flag)] {
        let all = vec![caps(first, flag.clone()), caps(second, file.clone())];
        let limits = Limits { caps: all, ..capped(&[]) };
        let dear = [at(0, quote("base", "USDC", 3_000_000))];
        let objections = decide(&Case::new(&dear, &limits, HTTPS)).offers.remove(0).objections;
        let cap = Cap::parse("1").unwrap();
        assert_eq!(objections, [Objection::OverCap { cap, source: named.clone() }]);
    }
}

#[test]
fn the_cap_itself_is_allowed_and_one_unit_more_is_not() {
    let limits = capped(&["0.05"]);
    assert_eq!(paid(&[at(0, quote("base", "USDC", 50_000))], &limits), Some(0));
    let over = [at(0, quote("base", "USDC", 50_001))];
    assert_eq!(refused(&over, &limits, HTTPS), Refusal::OverCap);
}

#[test]
fn the_tightest_source_wins() {
    let limits = capped(&["5", "0.01", "1"]);
    assert_eq!(refused(&[at(0, quote("base", "USDC", 10_001))], &limits, HTTPS), Refusal::OverCap);
    assert_eq!(paid(&[at(0, quote("base", "USDC", 10_000))], &limits), Some(0));
}

#[test]
fn a_source_that_says_nothing_of_the_unit_does_not_allow_it() {
    let limits = capped(&["1 EURC", "5"]);
    let quotes = [at(0, quote("base", "USDC", 1))];
    let decision = decide(&Case::new(&quotes, &limits, HTTPS)).decision;
    assert!(matches!(decision, Decision::Ask { for_want_of_cap: true, .. }));
}

#[test]
fn a_dollar_cap_says_nothing_of_euros() {
    let quotes = [at(0, quote("base", "EURC", 1))];
    let decision = decide(&Case::new(&quotes, &capped(&["100"]), HTTPS)).decision;
    assert!(matches!(decision, Decision::Ask { for_want_of_cap: true, .. }));
}

#[test]
fn prefers_the_owners_network_then_the_price_then_the_servers_order() {
    let quotes = [
        at(0, quote("base", "EURC", 1)),
        at(1, quote("base", "USDC", 30_000)),
        at(2, quote("bsc", "USD1", 20_000_000_000_000_000)),
        at(3, quote("polygon", "USDC", 20_000)),
    ];
    let mut limits = capped(&["1"]);
    assert_eq!(paid(&quotes, &limits), Some(2), "0.02 before 0.03, and the first of two equal");
    let named = |n| Network::named(n).unwrap();
    limits.networks =
        vec![Allowed { source: Source::Flag("--test"), values: vec![named("base"), named("bsc")] }];
    assert_eq!(paid(&quotes, &limits), Some(1));
}

#[test]
fn every_rule_objects() {
    let good = at(0, quote("base", "USDC", 1));
    let source = Source::Flag("--x");
    let with = |change: fn(&mut Limits, Source)| {
        let mut limits = capped(&["1"]);
        change(&mut limits, Source::Flag("--x"));
        decide(&Case::new(std::slice::from_ref(&good), &limits, HTTPS)).offers.remove(0).objections
    };
    assert_eq!(with(|_, _| {}), []);
    assert_eq!(with(|l, _| l.no_pay = true), [Objection::NeverPay]);
    assert_eq!(
        with(|l, source| {
            l.networks = vec![Allowed { source, values: vec![Network::named("bsc").unwrap()] }];
        }),
        [Objection::Network(source.clone())]
    );
    assert_eq!(
        with(|l, source| l.assets = vec![Allowed { source, values: vec!["EURC".into()] }]),
        [Objection::Asset(source.clone())]
    );
    assert_eq!(
        with(|l, source| l.schemes = vec![Allowed { source, values: vec!["upto".into()] }]),
        [Objection::Scheme(source.clone())]
    );
    assert_eq!(
        with(|l, source| l.payees = vec![Allowed { source, values: vec![Address::ZERO] }]),
        [Objection::Payee(source.clone())]
    );
    assert_eq!(
        with(|l, _| l.expect = Some(quote("bsc", "USDC", 1).id())),
        [Objection::NotExpected]
    );
}

#[test]
fn the_route_must_be_safe_unless_it_is_loopback() {
    let quotes = [at(0, quote("base", "USDC", 1))];
    let mut limits = capped(&["1"]);
    let plain = Route { encrypted: false, verified: true, loopback: false };
    let blind = Route { encrypted: true, verified: false, loopback: false };
    assert_eq!(refused(&quotes, &limits, plain), Refusal::Rules);
    assert_eq!(refused(&quotes, &limits, blind), Refusal::Rules);
    limits.allow_http = true;
    assert!(matches!(decide(&Case::new(&quotes, &limits, plain)).decision, Decision::Pay(_)));
    assert_eq!(refused(&quotes, &limits, blind), Refusal::Rules, "--allow-http is not -k");
    let local = Route { encrypted: false, verified: false, loopback: true };
    limits.allow_http = false;
    assert!(matches!(decide(&Case::new(&quotes, &limits, local)).decision, Decision::Pay(_)));
}

#[test]
fn the_refusal_names_the_nearest_miss() {
    let unpayable = Err(Unpayable::Terms(TermsError::NotAnObject));
    let limits = capped(&["0.01"]);
    let nothing = |offer| Decision::Refuse { refusal: Refusal::NothingPayable, offer };
    assert_eq!(decide(&Case::new(&[], &limits, HTTPS)).decision, nothing(None));
    let alone = std::slice::from_ref(&unpayable);
    assert_eq!(decide(&Case::new(alone, &limits, HTTPS)).decision, nothing(Some(0)));
    let quotes =
        [unpayable, at(1, quote("base", "USDC", 30_000)), at(2, quote("base", "USDC", 20_000))];
    let Decision::Refuse { refusal, offer } = decide(&Case::new(&quotes, &limits, HTTPS)).decision
    else {
        panic!("not refused")
    };
    assert_eq!((refusal, offer), (Refusal::OverCap, Some(2)), "the cheapest of them");
}

#[test]
fn a_signature_lives_as_long_as_asked_within_the_limit() {
    for (asked, seconds) in [(60, 60), (5, 30), (1_000_000_000, 600)] {
        let quotes = [at(0, Quote { max_timeout_seconds: asked, ..quote("base", "USDC", 1) })];
        let Decision::Pay(approval) = decide(&Case::new(&quotes, &capped(&["1"]), HTTPS)).decision
        else {
            panic!("not paid")
        };
        assert_eq!(approval.validity_seconds(), seconds);
    }
}

proptest! {
    /// Whatever is offered, what is approved is within every cap.
    #[test]
    fn never_more_than_any_cap(amounts in proptest::collection::vec(0u64..200_000, 0..8), caps in proptest::collection::vec(0u64..200_000, 1..4)) {
        let quotes: Vec<_> =
            amounts.iter().enumerate().map(|(i, n)| at(i, quote("base", "USDC", *n))).collect();
        let texts: Vec<String> =
            caps.iter().map(|n| format!("{}.{:06}", n / 1_000_000, n % 1_000_000)).collect();
        let limits = capped(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let tightest = *caps.iter().min().unwrap();
        match decide(&Case::new(&quotes, &limits, HTTPS)).decision {
            Decision::Pay(approval) => {
                prop_assert!(approval.quote().amount.atomic() <= U256::from(tightest));
                prop_assert!(amounts.iter().all(|n| U256::from(*n) >= approval.quote().amount.atomic()));
            }
            Decision::Ask { .. } => prop_assert!(false, "there is a cap"),
            Decision::Refuse { .. } => prop_assert!(amounts.iter().all(|n| *n > tightest)),
        }
    }
}
