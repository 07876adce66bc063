//! Many payments against budgets.

use super::*;
use crate::ledger::Expiry;
use crate::policy::{Balance, Refused};

const DAY: u64 = 86_400;

fn standing(ledger: &mut Database, budget: &Budget, now: u64) -> Balance {
    ledger.balances(std::slice::from_ref(budget), now).unwrap().remove(0)
}

/// Spent, unproven, outstanding and left, in cents.
pub(super) fn cents(ledger: &mut Database, budget: &Budget, now: u64) -> [u64; 4] {
    let balance = standing(ledger, budget, now);
    [balance.spent, balance.unproven, balance.outstanding, balance.left].map(|m| {
        assert_eq!(m.count() % 10_000, 0);
        m.count() / 10_000
    })
}

#[test]
fn the_limit_itself_fits_and_one_unit_more_does_not() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let day = [budget("0.03/day")];
    for number in 1..4 {
        assert!(purchase(number).send(&mut ledger, &day, NOW + number));
    }
    let tiny = Purchase { atomic: 1, ..purchase(4) };
    let Reserved::No(shortage) = tiny.reserve(&mut ledger, &day, NOW + 9) else {
        panic!("reserved")
    };
    assert_eq!(shortage.needed.count(), 1);
    assert_eq!(shortage.balance.outstanding.to_string(), "0.03");
    assert_eq!((shortage.balance.left.count(), shortage.balance.spent.count()), (0, 0));
    // Nobody will say what became of them, so only the day's end makes room.
    assert_eq!(shortage.fits_at, Some(NOW + 1 + DAY));
    assert!(!tiny.send(&mut ledger, &day, NOW + DAY));
    assert!(tiny.send(&mut ledger, &day, NOW + 1 + DAY));
}

#[test]
fn a_first_payment_that_is_too_much_is_told_without_a_ledger() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let one = purchase(1);
    let mut short = |text| {
        let (quote, url) = (one.quote(), one.url());
        ledger.shortage(&quote, &url, &[budget(text)], NOW).unwrap()
    };
    assert!(short("0.01/day").is_none());
    assert!(short("0.001 EURC/day").is_none());
    let shortage = short("0.009/day").unwrap();
    assert_eq!((shortage.fits_at, shortage.balance.left.count()), (None, 9_000));
    assert!(!home.path().exists());
}

#[test]
fn what_counts_and_until_when() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let (day, all) = (budget("1/day"), budget("1/total"));
    for number in 1..7 {
        assert!(purchase(number).send(&mut ledger, &[], NOW));
    }
    purchase(1).close(&mut ledger, Some(&settled()), NOW);
    purchase(2).close(&mut ledger, Some(&refused()), NOW);
    purchase(3).close(&mut ledger, None, NOW);
    assert_eq!(cents(&mut ledger, &day, NOW), [1, 0, 5, 94]);
    assert_eq!(standing(&mut ledger, &day, NOW).next_release, Some(NOW + OVER));
    let (last, over) = (NOW + OVER - 1, NOW + OVER);
    assert_eq!(cents(&mut ledger, &all, last), [1, 0, 5, 94]);
    // The refused one cannot settle any more; of the others nobody has said that they did not.
    assert_eq!(cents(&mut ledger, &day, over), [1, 4, 0, 95]);
    assert_eq!(cents(&mut ledger, &all, over), [1, 4, 0, 95]);
    let id = |number: u64| purchase(number).payment(NOW).id;
    ledger.expire(&id(3), Expiry::Unused, over).unwrap();
    ledger.prove_settled(&id(4), None, None, over).unwrap();
    assert_eq!(cents(&mut ledger, &day, over), [2, 2, 0, 96]);
    assert_eq!(cents(&mut ledger, &day, NOW + DAY - 1), [2, 2, 0, 96]);
    assert_eq!(cents(&mut ledger, &day, NOW + DAY), [0, 0, 0, 100]);
    assert_eq!(cents(&mut ledger, &all, NOW + DAY), [2, 2, 0, 96]);
    assert_eq!(standing(&mut ledger, &all, NOW + DAY).next_release, None);
    // A server that refused and settled all the same is found out by the chain.
    ledger.prove_settled(&id(2), None, None, over).unwrap();
    assert_eq!(cents(&mut ledger, &all, NOW + DAY), [3, 2, 0, 95]);
}

#[test]
fn a_refusal_counts_like_a_silence_where_the_owner_wants_proof() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let strict = |text| Budget { refused: Refused::UntilProved, ..budget(text) };
    let both = [strict("0.03/total"), strict("0.03/day")];
    for number in 1..4 {
        assert!(purchase(number).send(&mut ledger, &both, NOW));
        purchase(number).close(&mut ledger, Some(&refused()), NOW);
    }
    let id = |number: u64| purchase(number).payment(NOW).id;
    for now in [NOW, NOW + OVER, NOW + DAY - 1] {
        assert!(!purchase(4).send(&mut ledger, &both, now));
        for budget in &both {
            let balance = standing(&mut ledger, budget, now);
            assert_eq!((balance.left.count(), balance.refused.count()), (0, 30_000), "{budget}");
        }
    }
    assert_eq!(cents(&mut ledger, &budget("0.03/day"), NOW + OVER), [0, 0, 0, 3]);
    assert_eq!(standing(&mut ledger, &both[0], NOW + OVER).next_release, None);
    assert_eq!(standing(&mut ledger, &both[1], NOW + OVER).next_release, Some(NOW + DAY));
    ledger.expire(&id(1), Expiry::Unused, NOW + OVER).unwrap();
    ledger.prove_settled(&id(2), None, None, NOW + OVER).unwrap();
    for budget in &both {
        assert_eq!(cents(&mut ledger, budget, NOW + OVER), [1, 1, 0, 1], "{budget}");
    }
    // The day is over for the one, the other has no end.
    assert_eq!(cents(&mut ledger, &both[1], NOW + DAY), [0, 0, 0, 3]);
    assert_eq!(cents(&mut ledger, &both[0], NOW + DAY), [1, 1, 0, 1]);
}

#[test]
fn a_clock_that_jumps_ahead_and_back_frees_nothing() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let total = [budget("0.02/total"), budget("0.02/hour")];
    assert!(purchase(1).send(&mut ledger, &total, NOW));
    purchase(1).close(&mut ledger, Some(&refused()), NOW);
    // A year ahead there is room, and it is used.
    let ahead = NOW + 365 * DAY;
    assert!(purchase(2).send(&mut ledger, &total, ahead));
    purchase(2).close(&mut ledger, Some(&settled()), ahead);
    for budget in &total {
        assert_eq!(cents(&mut ledger, budget, NOW), [1, 0, 1, 0], "{budget}");
    }
    assert!(!purchase(3).send(&mut ledger, &total, NOW + 1));
    assert!(purchase(3).send(&mut ledger, &total[..1], NOW + OVER));
}

#[test]
fn a_signature_that_may_still_settle_counts_whatever_its_age() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let hour = budget("0.01/hour");
    let one = purchase(1);
    let mut authorization = one.authorization(NOW);
    authorization.valid_before = NOW + 10_000;
    let long = Payment { authorization: authorization.clone(), ..one.payment(NOW) };
    ledger
        .reserve(&Reservation {
            authorization: &authorization,
            asked: &one.asked(),
            method: &Method::GET,
            url: &one.url(),
            budgets: &[],
            now: NOW,
            earliest: NOW,
            beside: None,
        })
        .unwrap_or_else(|_| panic!("not reserved"));
    ledger.signed(&long, NOW).unwrap();
    let margin = crate::pay::CLOCK_MARGIN_SECONDS;
    for (now, left) in [(NOW + 9_000, 0), (NOW + 9_999 + margin, 0), (NOW + 10_000 + margin, 1)] {
        assert_eq!(cents(&mut ledger, &hour, now)[3], left, "{now}");
    }
    let next = standing(&mut ledger, &hour, NOW + 9_000).next_release;
    assert_eq!(next, Some(NOW + 10_000 + margin));
}

#[test]
fn units_and_hosts_are_counted_apart() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let payments = [
        purchase(1),
        Purchase { symbol: "EURC", ..purchase(2) },
        // 18 decimals: 0.02 of a dollar and one wei, which counts as a whole millionth.
        Purchase { network: "bsc", symbol: "USD1", atomic: 20_000_000_000_000_001, ..purchase(3) },
        Purchase { url: "https://other.org:8443/y", ..purchase(4) },
    ];
    for one in &payments {
        assert!(one.send(&mut ledger, &[], NOW));
    }
    let on = |host| Budget::parse("1/day", Source::Flag("--test"), Some(host)).unwrap();
    for (budget, counted) in [
        (budget("1/day"), 40_001),
        (budget("1/total"), 40_001),
        (budget("1 USDC/day"), 20_000),
        (budget("1 eurc/week"), 10_000),
        (budget("1 USD1/month"), 20_001),
        (on("example.com"), 30_001),
        (on("EXAMPLE.com:443"), 30_001),
        (on("example.com:80"), 0),
        (on("other.org:8443"), 10_000),
        (on("example.org"), 0),
    ] {
        let balance = standing(&mut ledger, &budget, NOW);
        assert_eq!(balance.outstanding.count(), counted, "{budget} {:?}", budget.host);
        assert_eq!(balance.left.count(), 1_000_000 - counted, "{budget} {:?}", budget.host);
    }
}

#[test]
fn every_budget_must_have_room() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let host = Budget::parse("0.02/hour", Source::Flag("--test"), Some("other.org")).unwrap();
    let budgets = [budget("0.05/day"), budget("1 EURC/day"), host];
    for number in 1..4 {
        assert!(purchase(number).send(&mut ledger, &budgets, NOW));
    }
    let other = |number| Purchase { url: "https://other.org/", ..purchase(number) };
    assert!(other(5).send(&mut ledger, &budgets, NOW));
    assert!(other(6).send(&mut ledger, &budgets, NOW));
    let Reserved::No(shortage) = other(7).reserve(&mut ledger, &budgets, NOW) else {
        panic!("reserved")
    };
    assert_eq!(shortage.balance.budget, budgets[0]);
    let euros = Purchase { symbol: "EURC", ..purchase(8) };
    assert!(euros.send(&mut ledger, &budgets, NOW));
}

#[test]
fn room_returns_when_enough_of_it_does() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let hour = [budget("0.05/hour")];
    for number in 1..6 {
        assert!(purchase(number).send(&mut ledger, &hour, NOW + 100 * number));
        purchase(number).close(&mut ledger, Some(&settled()), NOW + 100 * number);
    }
    let fits_at = |atomic, ledger: &mut Database| {
        let one = Purchase { atomic, ..purchase(9) };
        match one.reserve(ledger, &hour, NOW + 600) {
            Reserved::No(shortage) => shortage.fits_at,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fits_at(1, &mut ledger), Some(NOW + 100 + 3_600));
    assert_eq!(fits_at(10_001, &mut ledger), Some(NOW + 200 + 3_600));
    assert_eq!(fits_at(50_000, &mut ledger), Some(NOW + 500 + 3_600));
    assert_eq!(fits_at(50_001, &mut ledger), None);
    assert_eq!(standing(&mut ledger, &hour[0], NOW + 600).next_release, Some(NOW + 3_700));
}

#[test]
fn a_payment_beyond_counting_fits_no_budget() {
    let home = Home::new();
    let mut ledger = home.ledger();
    let huge = Purchase { atomic: u64::MAX, ..purchase(1) };
    let widest = [budget("999999999999999999999999999999/total")];
    assert!(matches!(huge.reserve(&mut ledger, &widest, NOW), Reserved::No(_)));
    assert!(huge.send(&mut ledger, &[], NOW));
    assert_eq!(standing(&mut ledger, &widest[0], NOW).left.count(), 0);
}
