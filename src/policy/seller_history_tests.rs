//! Tests of what counts as a change, and of what it leads to.

use alloy_primitives::Address;
use proptest::prelude::*;

use super::super::assessment::{Agreement, Objection, Refusal, Standing};
use super::super::case::{Case, Claimed, Evidence};
use super::super::decide::{Decision, decide};
use super::super::limits::Route;
use super::super::quote::tests::quote;
use super::super::rules::Limits;
use super::super::source::Source;
use super::super::values::{Allowed, Caps, KnownPayee};
use super::*;
use crate::policy::Cap;

const SHOP: &str = "https://shop.example";
const ROUTE: Route = Route { encrypted: true, verified: true, loopback: false };

fn past_payment(quote: &Quote) -> PastPayment {
    PastPayment {
        network: quote.network.caip2.to_owned(),
        asset: quote.asset.address,
        symbol: quote.asset.symbol.to_owned(),
        payee: quote.pay_to,
        amount: quote.amount,
    }
}

/// A seller who was paid these, the latest first.
fn known(quotes: &[Quote]) -> SellerHistory {
    let payments = quotes.iter().map(past_payment).collect();
    SellerHistory { origin: SHOP.to_owned(), payments, trusted: Vec::new() }
}

fn trusting(trusted: Trust) -> SellerHistory {
    SellerHistory { origin: SHOP.to_owned(), payments: Vec::new(), trusted: vec![trusted] }
}

#[expect(clippy::needless_pass_by_value, reason = "made for one use")]
fn to(byte: u8, quote: Quote) -> Quote {
    Quote { pay_to: Address::repeat_byte(byte), ..quote }
}

/// `p`ayee, `a`sset, `$` price.
fn kinds(known: &SellerHistory, quote: &Quote) -> String {
    let letter = |change: &Change| match change {
        Change::Payee { .. } => 'p',
        Change::Asset { .. } => 'a',
        Change::Price { .. } => '$',
    };
    known.changes(quote).iter().map(letter).collect()
}

fn usdc(atomic: u64) -> Quote {
    quote("base", "USDC", atomic)
}

#[test]
fn from_a_stranger_nothing_differs() {
    assert_eq!(kinds(&SellerHistory::default(), &usdc(1)), "");
}

#[test]
fn a_payee_or_an_asset_that_was_not_paid_is_a_change() {
    let known = known(&[usdc(100)]);
    assert_eq!(kinds(&known, &usdc(100)), "");
    assert_eq!(kinds(&known, &to(9, usdc(100))), "p");
    assert_eq!(kinds(&known, &quote("base", "EURC", 100)), "a");
    assert_eq!(kinds(&known, &to(9, quote("base", "EURC", 100))), "pa");
    assert_eq!(kinds(&known, &quote("polygon", "USDC", 100)), "a", "the same payee elsewhere");
    assert_eq!(kinds(&known, &to(9, quote("polygon", "USDC", 100))), "pa");
    let Some(Change::Payee { now, before }) = known.changes(&to(9, usdc(1))).pop() else {
        panic!("no change of payee")
    };
    assert_eq!((now, before), (Address::repeat_byte(9), vec![Address::repeat_byte(0x42)]));
}

#[test]
fn an_address_counts_on_its_own_network() {
    let polygon = quote("polygon", "USDC", 100);
    let known = known(&[usdc(100), to(9, polygon.clone())]);
    assert_eq!(kinds(&known, &to(9, polygon.clone())), "");
    assert_eq!(kinds(&known, &polygon), "p", "it was paid on base alone");
}

#[test]
fn trust_is_as_wide_as_it_was_said() {
    let open = Trust { network: None, asset: None, payee: None };
    let on_base = Trust { network: Some("eip155:8453".into()), ..open.clone() };
    let in_usdc = Trust { asset: Some("usdc".into()), ..on_base.clone() };
    let to_nine = Trust { payee: Some(Address::repeat_byte(9)), ..open.clone() };
    let offers = [
        to(9, usdc(1)),
        usdc(1),
        to(9, quote("base", "EURC", 1)),
        to(9, quote("polygon", "USDC", 1)),
        quote("polygon", "USDC", 1),
    ];
    for (trust, expected) in [
        (open, ["", "", "", "", ""]),
        (on_base, ["", "", "", "pa", "pa"]),
        (in_usdc, ["", "", "a", "pa", "pa"]),
        (to_nine, ["", "p", "", "", "p"]),
    ] {
        let known = trusting(trust.clone());
        assert_eq!(offers.each_ref().map(|offer| kinds(&known, offer)), expected, "{trust:?}");
    }
}

#[test]
fn trust_opens_nothing_beside_what_it_names() {
    let open = Trust { network: None, asset: None, payee: None };
    let in_euros = Trust { asset: Some("EURC".into()), ..open.clone() };
    let to_nine = Trust { payee: Some(Address::repeat_byte(9)), ..open };
    let euros = quote("base", "EURC", 100);
    let with = |trusted: &[&Trust]| SellerHistory {
        trusted: trusted.iter().map(|trust| (*trust).clone()).collect(),
        ..known(&[usdc(100)])
    };
    assert_eq!(kinds(&with(&[&in_euros]), &to(9, usdc(100))), "p");
    assert_eq!(kinds(&with(&[&in_euros]), &to(9, euros.clone())), "");
    assert_eq!(kinds(&with(&[&to_nine]), &euros), "a");
    assert_eq!(kinds(&with(&[&to_nine]), &to(9, euros.clone())), "");
    for known in [with(&[&in_euros]), with(&[&to_nine]), with(&[&in_euros, &to_nine])] {
        assert_eq!(kinds(&known, &usdc(100)), "");
        assert_ne!(kinds(&known, &to(8, quote("polygon", "USDC", 100))), "");
    }
    // Neither was ever paid, and each is named by another word.
    let in_euros_to_eight = Trust { payee: Some(Address::repeat_byte(8)), ..in_euros };
    let in_dollars_to_nine = Trust { asset: Some("USDC".into()), ..to_nine };
    let known = with(&[&in_euros_to_eight, &in_dollars_to_nine]);
    assert_eq!(kinds(&known, &to(9, euros)), "pa");
}

#[test]
fn a_payee_of_another_network_is_not_let_in_by_trust_in_the_asset() {
    let polygon = quote("polygon", "USDC", 1);
    let trust = Trust {
        network: Some("eip155:137".into()),
        asset: Some("USDC".into()),
        payee: Some(Address::repeat_byte(9)),
    };
    let known = SellerHistory { trusted: vec![trust], ..known(&[usdc(1)]) };
    assert_eq!(kinds(&known, &to(9, polygon.clone())), "");
    assert_eq!(kinds(&known, &polygon), "p");
}

#[test]
fn a_price_is_out_of_the_ordinary_above_ten_medians_and_above_all_before() {
    let prices = |all: &[u64]| known(&all.iter().map(|price| usdc(*price)).collect::<Vec<_>>());
    for (before, dearest) in [
        (vec![100], 1_000),
        (vec![100, 100, 100], 1_000),
        // One dear page among cheap ones is agreed to, and makes nothing else ordinary.
        (vec![5_000, 100, 100], 5_000),
        // Of two the lower counts: a single step up does not make room for the next.
        (vec![1_000, 100], 1_000),
        (vec![1_000, 100, 1_000], 10_000),
        (vec![0], 0),
    ] {
        let known = prices(&before);
        assert_eq!(kinds(&known, &usdc(dearest)), "", "{before:?}");
        assert_eq!(kinds(&known, &usdc(dearest + 1)), "$", "{before:?}");
    }
    let euros = quote("base", "EURC", 1_000_000);
    assert_eq!(kinds(&prices(&[1]), &euros), "a", "prices of another asset say nothing");
}

fn limits(known_payee: KnownPayee) -> Limits {
    let caps = vec![Caps { source: Source::Flag("--test"), caps: vec![Cap::parse("1").unwrap()] }];
    Limits { caps, known_payee, max_validity_seconds: 600, ..Limits::default() }
}

fn evidence(known: &SellerHistory) -> Evidence {
    Evidence { sellers: Claimed(vec![known.clone()]) }
}

fn decided(quotes: &[Quote], limits: &Limits, known: &SellerHistory) -> Decision {
    let quotes: Vec<_> = quotes.iter().cloned().map(Ok).collect();
    let evidence = evidence(known);
    decide(&Case { evidence: &evidence, ..Case::new(&quotes, limits, ROUTE) }).decision
}

#[test]
fn a_change_is_asked_about_refused_or_accepted() {
    let (known, offer) = (known(&[usdc(100)]), [to(9, usdc(100))]);
    let asked = decided(&offer, &limits(KnownPayee::Ask), &known);
    assert!(matches!(asked, Decision::Ask { changed: true, for_want_of_cap: false, .. }));
    let refused = decided(&offer, &limits(KnownPayee::Refuse), &known);
    assert_eq!(refused, Decision::Refuse { refusal: Refusal::Changed, offer: Some(0) });
    assert!(matches!(decided(&offer, &limits(KnownPayee::Accept), &known), Decision::Pay(_)));
    let first = decided(&offer, &limits(KnownPayee::Refuse), &SellerHistory::default());
    assert!(matches!(first, Decision::Pay(_)), "the first contact");
}

#[test]
fn naming_the_payee_or_the_quote_is_leave_for_it() {
    let known = known(&[usdc(1)]);
    let payees = |source| {
        let values = vec![Address::repeat_byte(9)];
        Limits { payees: vec![Allowed { source, values }], ..limits(KnownPayee::Ask) }
    };
    let pays = |decision| matches!(decision, Decision::Pay(_));
    let flag = payees(Source::Flag("--pay-to"));
    assert!(pays(decided(&[to(9, usdc(1))], &flag, &known)));
    let file = payees(Source::Config("pay_to".into()));
    assert!(!pays(decided(&[to(9, usdc(1))], &file, &known)));
    let elsewhere = [to(9, quote("polygon", "USDC", 1))];
    assert!(!pays(decided(&elsewhere, &flag, &known)), "the asset");
    assert!(!pays(decided(&[to(9, usdc(50))], &flag, &known)), "price");

    let expect = Some(to(9, usdc(50)).id());
    let expecting = Limits { expect, ..limits(KnownPayee::Ask) };
    assert!(pays(decided(&[to(9, usdc(50))], &expecting, &known)));
    assert!(!pays(decided(&[to(9, usdc(51))], &expecting, &known)));

    // Where the owner's file refuses every change, no flag gives leave.
    for limits in [flag, expecting] {
        let limits = Limits { known_payee: KnownPayee::Refuse, ..limits };
        for quote in [to(9, usdc(1)), to(9, usdc(50))] {
            let refused = decided(&[quote], &limits, &known);
            assert!(matches!(refused, Decision::Refuse { .. }), "{refused:?}");
        }
    }
}

#[test]
fn what_is_remembered_does_not_choose_and_gives_every_offer_its_reason() {
    let known = known(&[quote("polygon", "USDC", 200)]);
    let quotes: Vec<_> =
        [usdc(100), Quote { offer: 1, ..quote("polygon", "USDC", 200) }].map(Ok).into();
    let (limits, evidence) = (limits(KnownPayee::Ask), evidence(&known));
    let assessment = decide(&Case { evidence: &evidence, ..Case::new(&quotes, &limits, ROUTE) });
    let Decision::Ask { quote, .. } = &assessment.decision else {
        panic!("not asked: {:?}", assessment.decision)
    };
    assert_eq!(quote.offer, 0, "the cheaper, though the other is known");
    let standings: Vec<_> = assessment.offers.iter().map(|offer| offer.standing).collect();
    assert_eq!(standings, [Standing::Chosen, Standing::Passed]);
    assert!(matches!(assessment.offers[0].objections.as_slice(), [Objection::Changed { .. }]));
}

#[test]
fn a_cap_speaks_first() {
    let known = known(&[usdc(100)]);
    let dear = decided(&[to(9, usdc(2_000_000))], &limits(KnownPayee::Ask), &known);
    assert!(matches!(dear, Decision::Refuse { refusal: Refusal::OverCap, .. }));
    let uncapped = Limits { caps: Vec::new(), ..limits(KnownPayee::Ask) };
    let asked = decided(&[to(9, usdc(100))], &uncapped, &known);
    assert!(matches!(asked, Decision::Ask { changed: true, for_want_of_cap: true, .. }));
}

#[test]
fn a_yes_is_to_what_was_shown() {
    let (offer, limits) = (to(9, usdc(5_000)), limits(KnownPayee::Ask));
    let pays = |known: &SellerHistory, agreed: &Agreement| {
        let (quotes, evidence) = ([Ok(offer.clone())], evidence(known));
        let case = Case::new(&quotes, &limits, ROUTE);
        let case = Case { evidence: &evidence, agreed: Some(agreed), ..case };
        let decision = decide(&case).decision;
        matches!(decision, Decision::Pay(_))
    };
    let (payee, both) = (known(&[usdc(5_000)]), known(&[usdc(1)]));
    let shown = payee.changes(&offer);
    assert!(pays(&payee, &Agreement::to(&offer, &shown)));
    assert!(pays(&SellerHistory::default(), &Agreement::to(&offer, &shown)));
    assert!(!pays(&both, &Agreement::to(&offer, &shown)), "the price was no news then");
    assert!(!pays(&payee, &Agreement::to(&offer, [])), "nothing was shown");
}

proptest! {
    /// Whoever is paid, and whatever is trusted: an offer like the last payment is no change, and one
    /// to somebody who was never paid nor trusted always is.
    #[test]
    fn what_was_paid_is_known_and_nobody_else(
        payees in proptest::collection::vec(1_u8..5, 1..8),
        prices in proptest::collection::vec(0_u64..1_000_000, 8),
        new in 5_u8..,
    ) {
        let paid: Vec<Quote> =
            payees.iter().zip(&prices).map(|(payee, price)| to(*payee, usdc(*price))).collect();
        let known = known(&paid);
        for again in &paid {
            prop_assert_eq!(kinds(&known, again), "");
        }
        prop_assert!(kinds(&known, &to(new, usdc(0))).contains('p'));
    }
}
