//! What is remembered of sellers, and what the story makes of it.

use rusqlite::Connection;

use super::cast::{Ended, Owner, PAYEE, Server, Site, capped, site};
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::{Failure, NothingSigned, Outcome};
use crate::policy::{
    Change, Decision, KnownPayee, Limits, REMEMBERED_PAYMENTS, SellerHistory, Trust,
};

const OTHER: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

fn known(ledger: &mut Database, url: &str) -> SellerHistory {
    ledger.seller_history(&url.parse().unwrap()).unwrap()
}

fn trust(payee: &str) -> Trust {
    Trust { network: None, asset: None, payee: Some(payee.parse().unwrap()) }
}

#[test]
fn only_what_settled_is_remembered() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(known(&mut ledger, "https://example.com/").is_empty());
    assert!(!home.path().exists(), "looking makes no ledger");
    for (number, verdict) in [(1, Some(refused())), (2, None), (3, Some(settled()))] {
        let one = Purchase { atomic: number * 100, ..purchase(number) };
        assert!(one.send(&mut ledger, &[], NOW));
        one.close(&mut ledger, verdict.as_ref(), NOW);
    }
    assert!(purchase(4).send(&mut ledger, &[], NOW));
    let found = known(&mut ledger, "https://example.com./elsewhere");
    assert_eq!((found.origin.as_str(), found.payments.len()), ("https://example.com", 1));
    let payment = &found.payments[0];
    assert_eq!((payment.network.as_str(), payment.symbol.as_str()), ("eip155:8453", "USDC"));
    assert_eq!(
        (payment.payee, payment.amount.to_string().as_str()),
        (Address::repeat_byte(1), "300")
    );
    for other in ["http://example.com:443/", "https://example.com:444/", "https://www.example.com/"]
    {
        assert!(known(&mut ledger, other).is_empty(), "{other}");
    }
}

#[test]
fn the_chain_can_make_known_what_the_server_did_not_say() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(purchase(1).send(&mut ledger, &[], NOW));
    purchase(1).close(&mut ledger, None, NOW);
    ledger.prove_settled(&purchase(1).payment(NOW).id, None, None, NOW).unwrap();
    assert_eq!(known(&mut ledger, "https://example.com/").payments.len(), 1);
}

#[test]
fn the_latest_are_remembered_and_no_more() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let all = u64::try_from(REMEMBERED_PAYMENTS).unwrap() + 3;
    for number in 1..=all {
        let one = Purchase { atomic: number, ..purchase(number) };
        assert!(one.send(&mut ledger, &[], NOW + number));
        let payment = one.payment(NOW + number);
        ledger.close(&payment, Some(&settled()), NOW + number).unwrap();
    }
    let amounts: Vec<String> = known(&mut ledger, "https://example.com/")
        .payments
        .iter()
        .map(|payment| payment.amount.to_string())
        .collect();
    assert_eq!(amounts.len(), REMEMBERED_PAYMENTS);
    assert_eq!((amounts.first(), amounts.last()), (Some(&all.to_string()), Some(&"4".to_owned())));
}

#[test]
fn trust_is_given_once_and_taken_back_whole() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert_eq!(ledger.distrust("https://example.com").unwrap(), 0);
    assert!(!home.path().exists());
    let wide =
        Trust { network: Some("eip155:8453".into()), asset: Some("USDC".into()), payee: None };
    for trusted in [trust(PAYEE), trust(PAYEE), wide.clone()] {
        ledger.trust("https://example.com", &trusted, NOW).unwrap();
    }
    ledger.trust("https://other.example", &trust(PAYEE), NOW).unwrap();
    let found = known(&mut ledger, "https://example.com/");
    assert_eq!(found.trusted, [trust(PAYEE), wide]);
    assert_eq!(ledger.trusted().unwrap().len(), 3);
    assert_eq!(ledger.distrust("https://example.com").unwrap(), 2);
    assert!(known(&mut ledger, "https://example.com/").is_empty());
    assert_eq!(ledger.trusted().unwrap()[0].origin, "https://other.example");
}

#[test]
fn a_ledger_of_the_third_version_learns_to_remember() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(purchase(1).send(&mut ledger, &[], NOW));
    purchase(1).close(&mut ledger, Some(&settled()), NOW);
    drop(ledger);
    let third = Connection::open(home.path()).unwrap();
    third
        .execute_batch(
            "DROP INDEX payments_bought; DROP TABLE trusted;
             DROP INDEX payments_led; DROP INDEX payments_place",
        )
        .unwrap();
    without_delivery(&third);
    third.pragma_update(None, "user_version", 3).unwrap();
    drop(third);
    let mut ledger = home.ledger();
    assert_eq!(known(&mut ledger, "https://example.com/").payments.len(), 1);
    ledger.trust("https://example.com", &trust(OTHER), NOW).unwrap();
}

/// A shop that was paid once.
fn paid_once() -> (Home, Owner, Site) {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, owner.asked.get()), (1, 0));
    (home, owner, site)
}

#[track_caller]
fn unasked(ended: Ended) -> Vec<Change> {
    match ended {
        Err(Failure::NothingSigned(NothingSigned::ConsentMissing { demand, declined: false })) => {
            assert!(matches!(demand.assessment.decision, Decision::Ask { changed: true, .. }));
            demand.nearest().unwrap().changes().cloned().collect()
        }
        _ => panic!("no question that was not put"),
    }
}

#[test]
fn another_payee_is_asked_about_and_known_once_it_was_paid() {
    let (home, mut owner, mut site) = paid_once();
    site.payee = OTHER;
    let changes = unasked(owner.fetch(&home, &mut site, &capped("1")));
    let (now, before) = (OTHER.parse().unwrap(), vec![PAYEE.parse().unwrap()]);
    assert_eq!(changes, [Change::Payee { now, before }]);
    owner.says = Some(false);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    owner.says = Some(true);
    site.server = Server::Refuses;
    let refused = Limits { pay_again: true, ..capped("1") };
    assert!(owner.fetch(&home, &mut site, &refused).is_err());
    assert_eq!((owner.signatures, owner.asked.get()), (2, 3));
    // A yes that led to no payment makes nobody known; one that did makes both.
    site.server = Server::Settles;
    assert!(owner.fetch(&home, &mut site, &refused).is_ok());
    assert_eq!((owner.signatures, owner.asked.get()), (3, 4));
    owner.says = None;
    for payee in [PAYEE, OTHER] {
        site.payee = payee;
        assert!(owner.fetch(&home, &mut site, &refused).is_ok(), "{payee}");
    }
    assert_eq!(owner.asked.get(), 4);
}

#[test]
fn trust_is_taken_for_a_yes() {
    let (home, mut owner, mut site) = paid_once();
    site.payee = OTHER;
    home.ledger().trust("https://example.com", &trust(OTHER), NOW).unwrap();
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, owner.asked.get()), (2, 0));
}

#[test]
fn trust_before_the_first_contact_holds_from_then_on() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    home.ledger().trust("https://example.com", &trust(OTHER), NOW).unwrap();
    unasked(owner.fetch(&home, &mut site, &capped("1")));
    assert_eq!(owner.signatures, 0);
}

#[test]
fn a_redirect_to_a_stranger_is_no_way_around() {
    let (home, mut owner, mut site) = paid_once();
    (site.payee, site.origin) = (OTHER, "https://stranger.example");
    // Asked at its own address it is a first contact.
    assert!(owner.fetch(&home, &mut site, &capped("0.001")).is_err());
    site.way =
        vec!["https://first.example/".parse().unwrap(), "https://example.com/".parse().unwrap()];
    unasked(owner.fetch(&home, &mut site, &capped("1")));
    site.way.reverse();
    unasked(owner.fetch(&home, &mut site, &capped("1")));
    assert_eq!(owner.signatures, 1);
    // Whoever was paid there has a memory of its own, which does not speak for whoever led there.
    site.way.clear();
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    site.way.push("https://example.com/".parse().unwrap());
    unasked(owner.fetch(&home, &mut site, &capped("1")));
    assert_eq!(owner.signatures, 2);
}

#[test]
fn what_was_learned_while_the_wallet_was_opened_counts() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    let path = home.path();
    owner.meanwhile = Some(Box::new(move || {
        Database::at(path.clone()).trust("https://example.com", &trust(OTHER), NOW).unwrap();
    }));
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Refused(demand))) = ended else {
        panic!("signed all the same")
    };
    assert!(matches!(demand.assessment.decision, Decision::Ask { changed: true, .. }));
    // Nor does a yes to a price cover what was not shown with it.
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), self::site(Server::Settles));
    let path = home.path();
    owner.meanwhile = Some(Box::new(move || {
        Database::at(path.clone()).trust("https://example.com", &trust(OTHER), NOW).unwrap();
    }));
    owner.says = Some(true);
    let ended = owner.fetch(&home, &mut site, &Limits { ask: true, ..capped("1") });
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Refused(_)))));
    assert_eq!((owner.signatures, owner.asked.get()), (0, 1));
}

#[test]
fn the_same_payment_goes_out_again_without_a_question() {
    let (home, mut owner, mut site) = paid_once();
    (site.payee, site.server) = (OTHER, Server::Hangs);
    owner.says = Some(true);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    site.server = Server::Settles;
    owner.says = None;
    let strict = Limits { known_payee: KnownPayee::Refuse, ..capped("1") };
    assert!(matches!(owner.fetch(&home, &mut site, &strict), Ok(Outcome::Paid(_))));
    assert_eq!((owner.signatures, owner.asked.get(), owner.resent), (2, 1, 1));
    let all = home.ledger().list(&Filter::default(), 9).unwrap();
    assert!(all.iter().all(|entry| entry.state == State::Settled));
}
