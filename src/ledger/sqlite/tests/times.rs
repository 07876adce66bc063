//! Two clocks that differ: this machine's, and the server's as its answers say.

use super::cast::{Ended, Owner, Server, Site, capped, site};
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::{CLOCK_MARGIN_SECONDS, Failure, NotResent, NothingSigned, SignedCause};
use crate::policy::Limits;

/// The longest validity that the terms of the site ask for, in seconds.
const ASKED: u64 = 60;

fn at(server: Server, date: u64) -> Site {
    let mut site = site(server);
    site.date = Some(date);
    site
}

fn is_refused_for_the_clock(ended: &Ended) -> u64 {
    match ended {
        Err(Failure::NothingSigned(NothingSigned::ClockAhead { seconds })) => *seconds,
        Err(Failure::NothingSigned(_)) => panic!("for another reason"),
        _ => panic!("signed"),
    }
}

#[test]
fn what_is_signed_is_valid_from_the_clock_that_is_behind() {
    // By the server's clock, and by this machine's.
    for (date, from) in [(NOW - 40, NOW - 40), (NOW - 1, NOW), (NOW, NOW), (NOW + 90_000, NOW)] {
        let (home, mut owner) = (Home::new(), Owner::default());
        let mut site = at(Server::Settles, date);
        assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
        let entry = home.ledger().list(&Filter::default(), 9).unwrap().remove(0);
        assert_eq!(entry.valid_before, from + ASKED);
        assert_eq!(entry.valid_after, from - 600, "version 1 dates it back");
    }
}

#[test]
fn a_clock_that_is_too_far_ahead_of_the_servers_signs_nothing() {
    for ahead in [ASKED - 9, ASKED, 3_600, 2 * 86_400, 8_000 * 365 * 86_400] {
        let (home, mut owner) = (Home::new(), Owner::default());
        let mut site = at(Server::Settles, NOW);
        owner.now.set(ahead);
        let told = is_refused_for_the_clock(&owner.fetch(&home, &mut site, &capped("1")));
        assert_eq!((told, owner.signatures, site.paid.len()), (ahead, 0, 0));
        assert!(home.ledger().list(&Filter::default(), 9).unwrap().is_empty());
    }
}

#[test]
fn a_payment_has_lapsed_only_when_both_clocks_say_so() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let _ = owner.fetch(&home, &mut at(Server::Hangs, NOW), &capped("1"));
    assert_eq!(owner.signatures, 1);
    // This clock is an hour ahead by now, and the first one lives.
    owner.now.set(3_600);
    let mut site = at(Server::Settles, NOW + 5);
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::Signed(signed)) = ended else { panic!("not refused") };
    let SignedCause::NotResent { why: NotResent::Expiring { until }, settled: false } =
        signed.cause
    else {
        panic!("another cause")
    };
    // In the time of this machine, which people see.
    assert_eq!(until, NOW + ASKED + CLOCK_MARGIN_SECONDS + (3_600 - 5));
    assert_eq!((owner.signatures, site.paid.len()), (1, 0));
    // Once it is over by the server's clock too, another is signed.
    let over = ASKED + CLOCK_MARGIN_SECONDS;
    owner.now.set(over);
    assert!(owner.fetch(&home, &mut at(Server::Settles, NOW + over), &capped("1")).is_ok());
    assert_eq!(owner.signatures, 2);
}

#[test]
fn a_lie_about_the_time_never_makes_a_payment_lapse() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let _ = owner.fetch(&home, &mut site(Server::Hangs), &capped("1"));
    let mut later = at(Server::Settles, NOW + 90_000);
    assert!(owner.fetch(&home, &mut later, &capped("1")).is_ok());
    assert_eq!((owner.signatures, owner.resent), (1, 1));
    let entry = home.ledger().list(&Filter::default(), 9).unwrap().remove(0);
    assert_eq!(entry.state, State::Settled);
}

#[test]
fn what_is_over_when_a_stopped_process_goes_on_does_not_leave() {
    // By the clock, and by the time that has passed where the clock was set back meanwhile.
    for is_set_back in [false, true] {
        // Before it is recorded that it leaves, and after.
        for (look, is_marked) in [(2, false), (3, true)] {
            let (home, mut owner, mut shop) =
                (Home::new(), Owner::default(), site(Server::Settles));
            let goes_on = if is_set_back { owner.passed.clone() } else { owner.now.clone() };
            shop.at_look = Some((look, Box::new(move || goes_on.set(90_000))));
            let ended = owner.fetch(&home, &mut shop, &capped("1"));
            let Err(Failure::Signed(signed)) = ended else { panic!("not refused") };
            if is_marked || is_set_back {
                let SignedCause::Unsent { error, before: None } = signed.cause else {
                    panic!("another cause")
                };
                assert_eq!(error, "expired");
            } else {
                assert!(matches!(signed.cause, SignedCause::NeverSent { interrupted: false }));
                assert!(matches!(signed.unrecorded, Some(Error::Lapsed(_))));
            }
            assert_eq!((owner.signatures, shop.paid.len()), (1, 0));
            let entry = home.ledger().list(&Filter::default(), 9).unwrap().remove(0);
            assert_eq!(entry.state, State::Unsent, "nobody has it");
            // It is in nobody's way: the next run signs another, or sends the same one.
            assert!(owner.fetch(&home, &mut site(Server::Settles), &capped("1")).is_ok());
            assert_eq!(owner.signatures, if is_set_back { 1 } else { 2 });
        }
    }
}

#[test]
fn nothing_is_signed_where_a_stopped_process_goes_on_too_late() {
    for is_set_back in [false, true] {
        let (home, mut owner, mut shop) = (Home::new(), Owner::default(), site(Server::Settles));
        let goes_on = if is_set_back { owner.passed.clone() } else { owner.now.clone() };
        // After the reservation.
        shop.at_look = Some((1, Box::new(move || goes_on.set(595))));
        let ended = owner.fetch(&home, &mut shop, &capped("1"));
        let Err(Failure::NothingSigned(NothingSigned::Transport(error))) = ended else {
            panic!("signed")
        };
        assert_eq!((error, owner.signatures, shop.paid.len()), ("expired", 0, 0));
        assert!(home.ledger().list(&Filter::default(), 9).unwrap().is_empty());
    }
}

#[test]
fn looking_ahead_sees_the_same_clocks() {
    use crate::pay::{Foreseen, Inspected, foresee, inspect};
    let (home, owner) = (Home::new(), Owner::default());
    let look = |site: &mut Site, now: u64| {
        let rules = |_: &Url| capped("1");
        let inspected = inspect::<_, (), ()>(site, &rules);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let Ok(Inspected::Demanded(demand)) = runtime.block_on(inspected) else { panic!("free") };
        let asked = site.request();
        let ledger = SqliteLedger::new(home.ledger());
        waited(foresee(&demand, &asked, site, &rules, &mut ledger.caller(), now)).unwrap()
    };
    assert!(matches!(look(&mut at(Server::Settles, NOW), NOW), Foreseen::Clear));
    assert!(matches!(look(&mut at(Server::Settles, NOW), NOW + 90), Foreseen::ClockAhead(90)));
    let mut owner = owner;
    let _ = owner.fetch(&home, &mut at(Server::Hangs, NOW), &capped("1"));
    let ahead = look(&mut at(Server::Settles, NOW + 5), NOW + 3_600);
    assert!(matches!(ahead, Foreseen::NotResent(_, NotResent::Expiring { .. })));
}

#[test]
fn a_budget_counts_what_may_settle_by_the_clock_that_is_behind() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let budgets = vec![budget("0.01/day")];
    let limits = Limits { budgets, pay_again: true, ..capped("1") };
    let refused = owner.fetch(&home, &mut at(Server::Refuses, NOW), &limits);
    assert!(refused.is_err() && owner.signatures == 1);
    // What was refused counts until it cannot settle: by this clock that is over, by the server's not.
    let over = ASKED + CLOCK_MARGIN_SECONDS;
    owner.now.set(over + 5);
    for (date, signed) in [(NOW + over - 40, 1), (NOW + over, 2)] {
        let mut other = at(Server::Settles, date);
        let ended = owner.fetch(&home, &mut other, &limits);
        let short = matches!(ended, Err(Failure::NothingSigned(NothingSigned::OverBudget(_))));
        assert_eq!((short, owner.signatures), (signed == 1, signed), "{date}");
    }
}
