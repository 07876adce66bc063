//! What the ledger tell.

use super::*;
use crate::ledger::{Error, Filter, Grouping, State};

/// Twelve payments, an hour apart, of two hosts, two networks and four ends.
fn filled(home: &Home) -> Database {
    let mut ledger = home.ledger();
    for number in 0..12 {
        let now = NOW + number * 3_600;
        let url = if number % 2 == 0 { "https://example.com/x" } else { "http://other.org:81/" };
        let network = if number % 3 == 0 { "base-sepolia" } else { "base" };
        let one = Purchase { url, network, atomic: 10_000 + number, ..purchase(number + 1) };
        assert!(one.send(&mut ledger, &[], now));
        match number % 4 {
            0 => one.close(&mut ledger, None, now),
            1 => one.close(&mut ledger, Some(&refused()), now),
            _ => one.close(&mut ledger, Some(&settled()), now),
        }
    }
    ledger
}

fn numbers(entries: &[crate::ledger::Entry]) -> Vec<u64> {
    entries.iter().map(|entry| (entry.reserved_at - NOW) / 3_600).collect()
}

#[test]
fn lists_are_filtered_and_the_newest_comes_first() {
    let home = Home::new();
    let mut ledger = filled(&home);
    let all = Filter::default();
    let mut list = |filter: &Filter| numbers(&ledger.list(filter, 5).unwrap());
    assert_eq!(list(&all), [11, 10, 9, 8, 7]);
    let host = |host: &str| Filter { host: Some(host.into()), ..Filter::default() };
    assert_eq!(list(&host("Example.com")), [10, 8, 6, 4, 2]);
    assert_eq!(list(&host("other.org:81")), [11, 9, 7, 5, 3]);
    assert_eq!(list(&host("other.org:80")), [0; 0]);
    let states = Filter { states: vec![State::Unknown, State::Rejected], ..Filter::default() };
    assert_eq!(list(&states), [9, 8, 5, 4, 1]);
    let times = Filter { since: Some(NOW + 3_600), until: Some(NOW + 4 * 3_600), ..all.clone() };
    assert_eq!(list(&times), [3, 2, 1]);
    let network = Filter { network: Some("eip155:84532".into()), ..all.clone() };
    assert_eq!(list(&network), [9, 6, 3, 0]);
    let hostile = Filter { network: Some("' OR 1 --".into()), ..host("x' OR '1'='1") };
    assert_eq!(list(&hostile), [0; 0]);
}

#[test]
fn an_export_goes_forward_and_can_be_ended() {
    let home = Home::new();
    let mut ledger = filled(&home);
    let mut seen = Vec::new();
    let ended = ledger.export(&Filter::default(), |entry| {
        seen.push(entry);
        if seen.len() < 3 { Ok(()) } else { Err("enough") }
    });
    assert_eq!(ended.unwrap(), Err("enough"));
    assert_eq!(numbers(&seen), [0, 1, 2]);
}

#[test]
fn an_id_may_be_cut_short_where_it_stays_clear() {
    let home = Home::new();
    let mut ledger = filled(&home);
    let id = purchase(3).payment(NOW).id;
    for prefix in [id.as_str(), id.strip_prefix("pay_").unwrap(), id.split_at(16).0] {
        assert_eq!(ledger.show(prefix).unwrap().id, id);
    }
    let all = ledger.list(&Filter::default(), 99).unwrap();
    let twins = "0123456789abcdef"
        .chars()
        .find(|digit| all.iter().filter(|e| e.id.starts_with(&format!("pay_{digit}"))).count() > 1);
    let shown = ledger.show(&twins.unwrap().to_string());
    assert!(matches!(shown, Err(Error::Ambiguous { count, .. }) if count > 1));
    for prefix in ["", "pay_", "xyz", "PAY_", "pay_%", &format!("{id}0")] {
        assert!(matches!(ledger.show(prefix), Err(Error::NotFound(_))), "{prefix:?}");
    }
}

#[test]
fn totals_are_exact_and_never_across_assets() {
    let home = Home::new();
    let mut ledger = filled(&home);
    let mut total = |grouping, filter: &Filter| -> Vec<_> {
        let totals = ledger.totals(grouping, filter).unwrap();
        let text = |t: crate::ledger::Total| {
            (t.host.or(t.day.map(|d| d.to_string())), t.network, t.payments, t.amount.to_string())
        };
        totals.into_iter().map(text).collect()
    };
    let (base, sepolia) = ("eip155:8453".to_owned(), "eip155:84532".to_owned());
    // Settled are 2, 3, 6, 7, 10 and 11; 3 and 6 on the test network.
    let all = Filter::default();
    let mut by_asset = total(Grouping::Asset, &all);
    by_asset.sort();
    assert_eq!(
        by_asset,
        [(None, base.clone(), 4, "40030".into()), (None, sepolia.clone(), 2, "20009".into())]
    );
    let only =
        Filter { network: Some(base.clone()), host: Some("other.org".into()), ..all.clone() };
    let host = Some("other.org:81".to_owned());
    assert_eq!(total(Grouping::Host, &only), [(host, base.clone(), 2, "20018".into())]);
    let day = NOW / 86_400;
    let first = Filter { until: Some((day + 1) * 86_400), network: Some(base.clone()), ..all };
    let in_first: Vec<u64> =
        [2, 7, 10, 11].into_iter().filter(|n| (NOW + n * 3_600) / 86_400 == day).collect();
    let sum: u64 = in_first.iter().map(|n| 10_000 + n).sum();
    let count = u64::try_from(in_first.len()).unwrap();
    assert!(count > 0 && count < 4);
    assert_eq!(
        total(Grouping::Day, &first),
        [(Some(day.to_string()), base, count, sum.to_string())]
    );
}

#[test]
fn the_unresolved_are_those_nobody_is_busy_with() {
    let home = Home::new();
    let mut ledger = filled(&home);
    let busy = purchase(50);
    assert!(busy.send(&mut ledger, &[], NOW + 90_000));
    let mut others = home.ledger();
    let open = others.unresolved().unwrap();
    assert_eq!(numbers(&open), [9, 8, 5, 4, 1, 0]);
    assert!(open.iter().all(|entry| entry.state.is_open()));
    let now = NOW + 9 * 3_600;
    let live: Vec<_> = open.iter().filter(|entry| entry.may_settle(now)).collect();
    assert_eq!(live.len(), 1);
    let payment = others.claim_one(&live[0].id, now).unwrap().payment;
    assert_eq!(payment.id, live[0].id);
    let lapsed = others.claim_one(&open[5].id, now);
    assert!(matches!(lapsed, Err(Error::NotResendable { state: State::Unknown, .. })));
    assert_eq!(numbers(&home.ledger().unresolved().unwrap()), [8, 5, 4, 1, 0]);
    // Nobody else is handed what a living process is busy with.
    assert!(others.find(&busy.fingerprint(), NOW + 90_000).unwrap().is_none());
    // What has settled is nobody's either once its process is gone, and is not among them.
    drop(ledger);
    let orphans = home.ledger().unresolved().unwrap();
    assert!(orphans.len() > 5 && orphans.iter().all(|entry| entry.state.is_open()));
}

#[test]
fn looking_makes_no_ledger() {
    let home = Home::new();
    let mut ledger = home.ledger();
    assert!(ledger.list(&Filter::default(), 9).unwrap().is_empty());
    assert!(ledger.totals(Grouping::Day, &Filter::default()).unwrap().is_empty());
    assert!(ledger.unresolved().unwrap().is_empty());
    assert!(matches!(ledger.show("pay_1"), Err(Error::NotFound(_))));
    assert!(ledger.claim(&purchase(1).fingerprint(), NOW).unwrap().is_none());
    let untouched = ledger.balances(&[budget("5/day")], NOW).unwrap();
    assert_eq!(untouched[0].left.to_string(), "5");
    assert!(!home.path().parent().unwrap().exists());
}
