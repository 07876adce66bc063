//! A payment that another living process is busy with: another for the same waits, asks, or refuses.

use std::cell::RefCell;
use std::rc::Rc;

use super::cast::{Ended, Owner, Server, Site, capped, site};
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::{Busy, Failure, Foreseen, Inspected, NothingSigned, foresee, inspect};
use crate::policy::{KnownPayee, Limits};

/// How often another process is looked at before it is given up, at most.
const MOST_LOOKS: usize = 300;

/// Another process, with a payment for what the site sells.
struct Other {
    ledger: Database,
    payment: Payment,
}

impl Other {
    /// One that has reserved room for it.
    fn reserves(home: &Home, site: &Site, now: u64) -> Self {
        let one = purchase(200);
        let mut ledger = home.ledger();
        let asked = site.request();
        let reserved = ledger.reserve(&Reservation {
            authorization: &one.authorization(now),
            asked: &asked,
            method: &Method::GET,
            url: &asked.url,
            budgets: &[],
            now,
            earliest: now,
            beside: None,
        });
        assert!(reserved.is_ok());
        let payment = Payment { url: asked.url, ..one.payment(now) };
        Self { ledger, payment }
    }

    /// One that waits for its answer.
    fn waits(home: &Home, site: &Site, now: u64) -> Self {
        let mut other = Self::reserves(home, site, now);
        other.ledger.signed(&other.payment, now).unwrap();
        other.ledger.sent(&other.payment, now).unwrap();
        other
    }

    fn is_delivered(&mut self) {
        self.ledger.close(&self.payment, Some(&settled()), NOW).unwrap();
        self.ledger.delivered(&self.payment.id, NOW).unwrap();
    }

    fn hears_nothing(&mut self) {
        self.ledger.close(&self.payment, None, NOW).unwrap();
    }
}

/// A site at which something happens to the other process when it is waited for the second time.
fn while_waiting(other: Other, happens: fn(&mut Option<Other>)) -> Site {
    let mut site = site(Server::Settles);
    let other = Rc::new(RefCell::new(Some(other)));
    let act = move || happens(&mut other.borrow_mut());
    site.at_rest = vec![Box::new(|| {}), Box::new(act)];
    site
}

fn busy(ended: Ended) -> (Busy, bool) {
    match ended {
        Err(Failure::NothingSigned(NothingSigned::Busy { busy, declined })) => (*busy, declined),
        Err(Failure::NothingSigned(_)) => panic!("for another reason"),
        _ => panic!("signed"),
    }
}

#[test]
fn one_that_has_just_left_is_waited_for_and_not_forever() {
    for begins in [Other::waits, Other::reserves] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
        let other = begins(&home, &site, NOW);
        let (found, declined) = busy(owner.fetch(&home, &mut site, &capped("1")));
        assert_eq!((found.id.as_str(), found.since, declined), (&*other.payment.id, NOW, false));
        assert_eq!(found.valid_before, NOW + LIFE);
        assert!(found.same && !found.settled);
        assert_eq!((owner.signatures, site.paid.len(), site.rests), (0, 0, MOST_LOOKS));
    }
}

/// Limits under which it does not matter that the other process has paid somebody else there.
fn whoever_is_paid() -> Limits {
    Limits { known_payee: KnownPayee::Accept, ..capped("1") }
}

#[test]
fn one_that_is_delivered_to_the_other_leaves_this_a_purchase_of_its_own() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let other = Other::waits(&home, &site(Server::Settles), NOW);
    let mut site = while_waiting(other, |other| other.as_mut().unwrap().is_delivered());
    assert!(owner.fetch(&home, &mut site, &whoever_is_paid()).is_ok());
    assert_eq!((owner.signatures, owner.resent, site.rests), (1, 0, 2));
}

#[test]
fn one_that_the_other_is_not_answered_or_dies_with_is_sent_again() {
    let ways: [fn(&mut Option<Other>); 2] =
        [|other| other.as_mut().unwrap().hears_nothing(), |other| drop(other.take())];
    for happens in ways {
        let (home, mut owner) = (Home::new(), Owner::default());
        let other = Other::waits(&home, &site(Server::Settles), NOW);
        let mut site = while_waiting(other, happens);
        assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
        assert_eq!((owner.signatures, owner.resent, site.paid.len()), (0, 1, 1));
        let entries = home.ledger().list(&Filter::default(), 9).unwrap();
        assert_eq!((entries.len(), entries[0].state), (1, State::Settled));
    }
}

#[test]
fn a_reservation_of_a_process_that_dies_is_in_nobodys_way() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let other = Other::reserves(&home, &site(Server::Settles), NOW);
    let mut site = while_waiting(other, |other| drop(other.take()));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.rests), (1, 2));
}

#[test]
fn one_that_is_out_for_a_while_is_asked_about_at_once() {
    for (says, signatures) in [(None, 0), (Some(false), 0), (Some(true), 1)] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
        let _other = Other::waits(&home, &site, NOW);
        owner.says = says;
        owner.now.set(10);
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        assert_eq!((owner.signatures, site.rests), (signatures, 0));
        assert_eq!(owner.beside.get(), 1, "it is asked once");
        match says {
            Some(true) => assert!(ended.is_ok()),
            says => assert_eq!(busy(ended).1, says.is_some()),
        }
    }
}

#[test]
fn pay_again_waits_for_nobody() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    let _other = Other::waits(&home, &site, NOW);
    let limits = Limits { pay_again: true, ..capped("1") };
    assert!(owner.fetch(&home, &mut site, &limits).is_ok());
    assert_eq!((owner.signatures, site.rests, owner.beside.get()), (1, 0, 0));
}

#[test]
fn one_that_begins_while_the_password_is_typed_is_found() {
    let (home, mut owner, mut shop) =
        (Rc::new(Home::new()), Owner::default(), site(Server::Settles));
    let kept = Rc::new(RefCell::new(None));
    let (there, begun) = (Rc::clone(&home), Rc::clone(&kept));
    owner.meanwhile = Some(Box::new(move || {
        *begun.borrow_mut() = Some(Other::reserves(&there, &site(Server::Settles), NOW));
    }));
    let (found, _) = busy(owner.fetch(&home, &mut shop, &capped("1")));
    assert_eq!(found.id, kept.borrow().as_ref().unwrap().payment.id);
    assert_eq!(owner.signatures, 0);
}

#[test]
fn the_check_and_the_reservation_are_one() {
    let (home, one, two) = (Home::new(), purchase(1), purchase(2));
    let (mut first, mut second) = (home.ledger(), home.ledger());
    assert!(matches!(one.reserve_beside(&mut first, &[], NOW, Some(&[])), Reserved::Yes));
    assert!(matches!(two.reserve_beside(&mut second, &[], NOW, Some(&[])), Reserved::Overtaken));
    // Whoever is named twice in one process is wanted twice.
    assert!(matches!(two.reserve_beside(&mut first, &[], NOW, Some(&[])), Reserved::Yes));
    // What the owner has accepted is no hindrance.
    let accepted = [one.payment(NOW).id, two.payment(NOW).id];
    let three = purchase(3);
    assert!(matches!(three.reserve_beside(&mut second, &[], NOW, Some(&accepted)), Reserved::Yes));
    // Once nobody is busy with it, it is to be sent again, and not signed beside.
    first.signed(&one.payment(NOW), NOW).unwrap();
    first.sent(&one.payment(NOW), NOW).unwrap();
    first.close(&one.payment(NOW), None, NOW).unwrap();
    let four = purchase(4);
    let mut third = home.ledger();
    assert!(matches!(four.reserve_beside(&mut third, &[], NOW, Some(&[])), Reserved::Overtaken));
}

#[test]
fn a_rival_that_another_process_is_busy_with_is_no_other_purchase_either() {
    let (home, mut owner) = (Home::new(), Owner::default());
    let other = Other::waits(&home, &site(Server::Settles), NOW);
    let mut site = while_waiting(other, |other| other.as_mut().unwrap().is_delivered());
    site.token = 6;
    assert!(owner.fetch(&home, &mut site, &whoever_is_paid()).is_ok());
    assert_eq!((owner.signatures, site.rests), (1, 2));
    let (home, mut owner, mut site) =
        (Home::new(), Owner::default(), super::cast::site(Server::Settles));
    let _other = Other::waits(&home, &site, NOW);
    site.token = 6;
    let (found, _) = busy(owner.fetch(&home, &mut site, &capped("1")));
    assert!(!found.same);
}

#[test]
fn looking_ahead_tells_what_would_be_asked_and_not_what_ends_soon() {
    let (home, mut shop) = (Home::new(), site(Server::Settles));
    let _other = Other::waits(&home, &shop, NOW);
    let mut look = |now: u64| {
        let rules = |_: &Url| capped("1");
        let inspected = inspect::<_, (), ()>(&mut shop, &rules);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let Ok(Inspected::Demanded(demand)) = runtime.block_on(inspected) else { panic!("free") };
        let asked = shop.request();
        let worker = SqliteLedger::new(home.ledger());
        waited(foresee(&demand, &asked, &shop, &rules, &mut worker.caller(), now)).unwrap()
    };
    assert!(matches!(look(NOW + 9), Foreseen::Clear));
    assert!(matches!(look(NOW + 10), Foreseen::Busy(_)));
}

#[test]
fn what_another_process_is_busy_with_is_told_where_it_is_left_out() {
    let (home, shop) = (Home::new(), site(Server::Settles));
    let other = Other::waits(&home, &shop, NOW);
    let mut ledger = home.ledger();
    assert!(ledger.resendable(NOW).unwrap().is_empty());
    let elsewhere = ledger.elsewhere(NOW).unwrap();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(
        elsewhere[0].process.id,
        Some(std::process::id()).filter(|_| cfg!(target_os = "linux"))
    );
    assert!(!elsewhere[0].process.stopped);
    drop(other);
    assert!(ledger.elsewhere(NOW).unwrap().is_empty());
    assert_eq!(ledger.resendable(NOW).unwrap().len(), 1);
}

#[test]
fn one_whose_validity_is_over_stands_in_the_way_while_its_process_lives() {
    // The body of one is on its way for hours; the process of the other is stopped.
    let settles: fn(&mut Other) = |other| {
        other.ledger.close(&other.payment, Some(&settled()), NOW).unwrap();
    };
    let limits = Limits { known_payee: KnownPayee::Accept, ..capped("1") };
    for (happens, is_settled) in [(settles, true), (|_: &mut Other| {}, false)] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
        let mut other = Other::waits(&home, &site, NOW);
        happens(&mut other);
        owner.now.set(10 * OVER);
        let (found, declined) = busy(owner.fetch(&home, &mut site, &limits));
        assert_eq!((found.settled, found.same, declined), (is_settled, true, false));
        // The same for a rival: another header's value.
        site.token = 6;
        let (found, _) = busy(owner.fetch(&home, &mut site, &limits));
        assert_eq!((found.same, owner.signatures), (false, 0));
        // With its process it ends.
        drop(other);
        assert!(owner.fetch(&home, &mut site, &limits).is_ok());
        assert_eq!(owner.signatures, 1);
    }
}

#[test]
fn others_that_come_first_again_and_again_are_waited_for_half_a_minute() {
    let (home, mut owner, mut shop) = (Home::new(), Owner::default(), site(Server::Settles));
    // Another process reserves after each look, and has given up by the next one.
    let other: Rc<RefCell<Option<Other>>> = Rc::default();
    let (path, asked) = (home.path(), shop.request());
    let comes = Rc::clone(&other);
    shop.at_ready = Some(Box::new(move || {
        let mut ledger = Database::at(path.clone());
        let one = purchase(200);
        let reserved = ledger.reserve(&Reservation {
            authorization: &one.authorization(NOW),
            asked: &asked,
            method: &Method::GET,
            url: &asked.url,
            budgets: &[],
            now: NOW,
            earliest: NOW,
            beside: None,
        });
        assert!(reserved.is_ok());
        let payment = Payment { url: asked.url.clone(), ..one.payment(NOW) };
        comes.replace(Some(Other { ledger, payment }));
    }));
    let goes = || {
        let other = Rc::clone(&other);
        Box::new(move || {
            let Other { mut ledger, payment } = other.take().unwrap();
            ledger.release(&payment.id).unwrap();
        }) as Box<dyn Fn()>
    };
    shop.at_rest = (0..MOST_LOOKS + 9).map(|_| goes()).collect();
    let ended = owner.fetch(&home, &mut shop, &capped("1"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Overtaken))));
    assert_eq!((owner.signatures, shop.rests), (0, MOST_LOOKS));
}
