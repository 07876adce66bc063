//! Ledgers that earlier versions wrote.

use std::fs;

use rusqlite::Connection;

use super::super::counting::integer;
use super::*;
use crate::ledger::{Came, Filter, State};
use crate::policy::Refused;

/// A ledger as version 1 left it: payments of one cent, the first of them refused and taken for over,
/// the second refused, the third without an answer.
fn version_1() -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path().parent().unwrap()).unwrap();
    let ledger = Connection::open(home.path()).unwrap();
    ledger.pragma_update(None, "application_id", 0x7034_3032).unwrap();
    ledger.pragma_update(None, "journal_mode", "wal").unwrap();
    ledger.execute_batch(include_str!("../schema.sql")).unwrap();
    ledger.pragma_update(None, "user_version", 1).unwrap();
    for (number, state, counted) in
        [(1, "rejected", 0), (2, "rejected", 10_000), (3, "unknown", 10_000)]
    {
        let payment = purchase(number).payment(NOW);
        let authorization = &payment.authorization;
        let quote = &authorization.quote;
        ledger
            .execute(
                "INSERT INTO payments (seq, id, state, fingerprint, reserved_at, method, url, host,
                   authority, version, scheme, network, asset, symbol, decimals, dollar, payer,
                   payee, amount, nonce, digest, valid_after, valid_before, max_timeout, counted)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'GET', 'https://example.com/x', 'example.com',
                   'example.com:443', 2, 'exact', 'eip155:8453', ?6, 'USDC', 6, 1, ?7,
                   ?8, '10000', ?9, ?10, 0, ?11, 600, ?12)",
                rusqlite::params![
                    integer(number),
                    payment.id,
                    state,
                    purchase(number).fingerprint().whole(),
                    integer(NOW),
                    quote.asset.address.to_string(),
                    authorization.payer.to_string(),
                    quote.pay_to.to_string(),
                    authorization.nonce.to_string(),
                    authorization.digest.to_string(),
                    integer(authorization.valid_before),
                    counted,
                ],
            )
            .unwrap();
        let header = "INSERT INTO headers VALUES (?1, 'payment-signature', ?2)";
        ledger
            .execute(header, rusqlite::params![integer(number), format!("signed-{number}")])
            .unwrap();
    }
    home
}

#[test]
fn an_old_ledger_is_taken_over_with_everything_in_it() {
    let home = version_1();
    let mut ledger = home.ledger();
    let entries = ledger.list(&Filter::default(), 9).unwrap();
    let states: Vec<_> = entries.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Unknown, State::Rejected, State::Rejected]);
    // The one that an earlier clock had freed counts again while it may settle.
    let [total, hour] = [budget("1/total"), budget("1/hour")];
    for balance in ledger.balances(&[total.clone(), hour], NOW + 1).unwrap() {
        assert_eq!(balance.outstanding.count(), 30_000);
        assert_eq!(balance.left.count(), 970_000);
    }
    assert_eq!(ledger.balances(&[total], NOW + OVER).unwrap()[0].unproven.count(), 10_000);
    let claimed = ledger.claim(&purchase(1).fingerprint(), NOW + 1).unwrap().unwrap().payment;
    assert!(claimed.header.value.to_str().unwrap().starts_with("signed-"));
    let ledger = Connection::open(home.path()).unwrap();
    let version: u32 = ledger.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 9);
}

#[test]
fn an_old_payment_stands_in_the_way_of_another_with_other_headers() {
    let home = version_1();
    let mut ledger = home.ledger();
    let other = Fingerprint::kept([9; 32], Some([9; 32]));
    let url: Url = "https://example.com/x".parse().unwrap();
    let asked = Asked { method: Method::GET, url, fingerprint: other };
    let mut rival = |asked: &Asked, now| {
        ledger.rival(asked, (&asked.method, &asked.url), &[], now).unwrap().is_some()
    };
    assert!(rival(&asked, NOW + 1));
    assert!(!rival(&asked, NOW + OVER));
    let elsewhere = "https://example.com/y".parse().unwrap();
    assert!(!rival(&Asked { url: elsewhere, ..asked.clone() }, NOW + 1));
    assert!(!rival(&Asked { method: Method::POST, ..asked }, NOW + 1));
}

#[test]
fn two_who_open_an_old_ledger_at_once_take_it_over_once() {
    let home = version_1();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(home.ledger().list(&Filter::default(), 9).unwrap().len(), 3));
        }
    });
}

#[test]
fn the_fragments_that_a_fifth_version_kept_are_cut() {
    let home = Home::new();
    let mut ledger = home.ledger();
    for number in 1..=3 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
    }
    let before = ledger.balances(&[budget("1/total")], NOW + 1).unwrap();
    drop(ledger);
    let fifth = Connection::open(home.path()).unwrap();
    let change = |set: &str| fifth.execute(&format!("UPDATE payments SET {set}"), []).unwrap();
    change("url = url || '#a' WHERE seq = 1");
    change(
        "url = url || '?q#b#c', asked_method = 'GET', asked_url = 'https://a.example/#' WHERE seq = 2",
    );
    without_delivery(&fifth);
    fifth.pragma_update(None, "user_version", 5).unwrap();
    drop(fifth);
    let mut ledger = home.ledger();
    let mut entries = ledger.list(&Filter::default(), 9).unwrap();
    entries.reverse();
    let urls: Vec<_> = entries.iter().map(|entry| entry.url.as_str()).collect();
    let page = "https://example.com/x";
    assert_eq!(urls, [page, "https://example.com/x?q", page]);
    let asked: Vec<_> = entries.iter().map(|entry| entry.asked_url.as_deref()).collect();
    assert_eq!(asked, [None, Some("https://a.example/"), None]);
    assert_eq!(ledger.balances(&[budget("1/total")], NOW + 1).unwrap(), before);
    // It stands in the way of the same place by another way.
    let asked = Asked {
        method: Method::GET,
        url: "https://b.example/".parse().unwrap(),
        fingerprint: Fingerprint::kept([9; 32], Some([9; 32])),
    };
    let place = "https://example.com/x?q".parse().unwrap();
    assert!(ledger.rival(&asked, (&Method::GET, &place), &[], NOW + 1).unwrap().is_some());
}

#[test]
fn what_never_left_in_an_eighth_version_is_in_the_sums() {
    let home = Home::new();
    let mut ledger = home.ledger();
    for number in 1..=3 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
    }
    purchase(1).close(&mut ledger, Some(&Verdict::Unsent), NOW);
    purchase(2).close(&mut ledger, Some(&refused()), NOW);
    drop(ledger);
    let eighth = Connection::open(home.path()).unwrap();
    // There it was in none.
    eighth.execute("UPDATE counted SET refused = refused - 10000", []).unwrap();
    eighth.pragma_update(None, "user_version", 8).unwrap();
    drop(eighth);
    let strict = |text| Budget { refused: Refused::UntilProved, ..budget(text) };
    for (budget, unproven) in [
        (strict("1/total"), 30_000),
        (strict("1/day"), 30_000),
        (budget("1/total"), 10_000),
        (budget("1/day"), 10_000),
    ] {
        let balance = home.ledger().balances(std::slice::from_ref(&budget), NOW + OVER).unwrap();
        assert_eq!(balance[0].unproven.count(), unproven, "{budget}");
        assert_eq!(balance[0].left.count(), 1_000_000 - unproven, "{budget}");
    }
    assert_eq!(super::model::drift(&home), 0);
}

#[test]
fn what_a_sixth_version_knew_of_deliveries_is_kept() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let failed = Verdict::Deliver(Money::NotDelivered(says(true)));
    let verdicts = [Some(settled()), Some(settled()), Some(failed), Some(refused()), None];
    for (number, verdict) in (1..).zip(&verdicts) {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
        purchase(number).close(&mut ledger, verdict.as_ref(), NOW);
    }
    ledger.delivered(&purchase(1).payment(NOW).id, NOW).unwrap();
    drop(ledger);
    let sixth = Connection::open(home.path()).unwrap();
    without_delivery(&sixth);
    sixth.pragma_update(None, "user_version", 6).unwrap();
    drop(sixth);
    let mut entries = home.ledger().list(&Filter::default(), 9).unwrap();
    entries.reverse();
    let came: Vec<_> = entries.iter().map(|entry| entry.delivery.clone().map(|d| d.came)).collect();
    let wanted =
        [Some(Came::Whole), None, Some(Came::Failed), Some(Came::Failed), Some(Came::None)];
    assert_eq!(came, wanted);
    // What is not known to have arrived is among what has not.
    let undelivered = Filter { undelivered: true, ..Filter::default() };
    assert_eq!(home.ledger().list(&undelivered, 9).unwrap().len(), 3);
}
