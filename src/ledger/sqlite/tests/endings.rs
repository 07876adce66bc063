//! How the story ends, by what the server answers and by who asks.

use super::cast::{Ended, Owner, Server, Site, capped, site};
use super::*;
use crate::ledger::{Filter, State};
use crate::pay::{Failure, NothingSigned, Outcome, Recorded, SignedCause};
use crate::policy::Limits;

const PENDING: &str = r#"{"success":false,"errorReason":"settlement_pending"}"#;

fn ended(site: &mut Site) -> Ended {
    Owner::default().fetch(&Home::new(), site, &capped("1"))
}

fn cause(ended: Ended) -> SignedCause<&'static str> {
    match ended {
        Err(Failure::Signed(signed)) => signed.cause,
        _ => panic!("no failure with something signed"),
    }
}

#[test]
fn who_never_pays_or_carries_a_payment_gets_the_402_itself() {
    let never = Limits { no_pay: true, ..capped("1") };
    for (carries, limits) in [(true, capped("1")), (false, never)] {
        let (home, mut owner) = (Home::new(), Owner::default());
        let mut site = Site { carries, ..site(Server::Settles) };
        let ended = owner.fetch(&home, &mut site, &limits);
        assert!(matches!(ended, Ok(Outcome::Ordinary(page)) if page.status == 402));
        assert_eq!((owner.signatures, site.paid.len()), (0, 0));
    }
    // Nor does resuming put another payment on top of the user's own.
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let mut ledger = home.ledger();
    let id = ledger.list(&Filter::default(), 1).unwrap().remove(0).id;
    let earlier = ledger.claim_one(&id, NOW + 1).unwrap();
    site.carries = true;
    let ended = owner.run(&SqliteLedger::new(ledger), &mut site, &capped("1"), Some(earlier));
    assert!(matches!(ended, Ok(Outcome::Ordinary(page)) if page.status == 402));
    assert_eq!(site.paid.len(), 1);
}

#[test]
fn a_head_is_never_paid_for_and_sends_nothing_again() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    for payments in [0, 1] {
        let mut head = Site { method: Method::HEAD, ..site };
        let ended = owner.fetch(&home, &mut head, &capped("1"));
        assert!(matches!(ended, Ok(Outcome::Ordinary(page)) if page.status == 402));
        assert_eq!(head.paid.len(), payments);
        site = Site { method: Method::GET, ..head };
        assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    }
}

#[test]
fn a_body_that_breaks_off_matters_only_where_the_terms_are_in_it() {
    let broken = Site { cut: true, ..site(Server::Settles) };
    let mut told = Site { in_header: true, ..broken };
    assert!(matches!(ended(&mut told), Ok(Outcome::Paid(_))));
    let mut untold = Site { in_header: false, ..told };
    let failure = ended(&mut untold);
    assert!(matches!(failure, Err(Failure::NothingSigned(NothingSigned::Transport("cut off")))));
}

#[test]
fn nobody_pays_himself() {
    let payee = "0xabababababababababababababababababababab";
    let failure = ended(&mut Site { payee, ..site(Server::Settles) });
    let Err(Failure::NothingSigned(NothingSigned::OwnAddress(address))) = failure else {
        panic!("signed")
    };
    assert_eq!(address, Address::repeat_byte(0xab));
}

#[test]
fn a_refusal_keeps_the_servers_words() {
    let asked_again = r#"{"x402Version":1,"error":"expired","accepts":[]}"#;
    let failed = r#"{"success":false,"errorReason":"no_funds"}"#;
    let undone = r#"{"success":false,"errorReason":"reverted","transaction":"0xe573be2dbb098ab671efd698cadb26f4fbc3fb823e042fe39cc557951c2bbf7f"}"#;
    let transaction = format!("transaction {HASH}: reverted");
    for (receipt, body, words) in [
        (undone, "", Some(transaction.as_str())),
        ("", r#"{"error":"no such payer"}"#, Some("no such payer")),
        ("", asked_again, Some("expired")),
        (failed, asked_again, Some("no_funds")),
        ("", "<html>", None),
    ] {
        let refused = cause(ended(&mut site(Server::Says(402, receipt, body))));
        let SignedCause::Rejected { reason } = refused else { panic!("{body}") };
        assert_eq!(reason.as_deref(), words);
    }
}

#[test]
fn what_is_pending_is_open_unless_it_has_settled_before() {
    let pending = Server::Says(402, PENDING, "");
    assert!(matches!(cause(ended(&mut site(pending))), SignedCause::Pending(_)));
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Breaks));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    site.server = pending;
    let known = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(known, SignedCause::RefusedAgain { reason: None, settled: true }));
}

#[test]
fn a_refusal_that_leaves_open_what_it_did_is_undecided_unless_it_has_settled_before() {
    let undecided = Server::Says(402, "", r#"{"error":"settle failed"}"#);
    let SignedCause::Undecided { reason, .. } = cause(ended(&mut site(undecided))) else {
        panic!("decided")
    };
    assert_eq!(reason.as_deref(), Some("settle failed"));
    // Words that do not come whole may have been any.
    let no_funds = site(Server::Says(402, "", r#"{"error":"no funds"}"#));
    let mut broken = Site { cut: true, in_header: true, ..no_funds };
    assert!(matches!(cause(ended(&mut broken)), SignedCause::Undecided { reason: None, .. }));
    let failed = r#"{"success":false,"errorReason":"no_funds"}"#;
    let failing = site(Server::Says(402, failed, "{}"));
    let mut broken = Site { cut: true, in_header: true, ..failing };
    assert!(matches!(cause(ended(&mut broken)), SignedCause::Undecided { reason: Some(_), .. }));
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Breaks));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    site.server = undecided;
    let known = cause(owner.fetch(&home, &mut site, &capped("1")));
    let SignedCause::RefusedAgain { reason, settled: true } = known else { panic!("forgotten") };
    assert_eq!(reason.as_deref(), Some("settle failed"));
}

#[test]
fn a_claim_that_is_to_be_checked_is_open_until_it_was() {
    for (verify_settlement, server, settled, to_check, state) in [
        (false, Server::Settles, true, false, State::Settled),
        (true, Server::Settles, false, true, State::Unknown),
        (true, Server::Says(200, "", "goods"), false, true, State::Unknown),
        (false, Server::Says(200, "", "goods"), false, false, State::Unknown),
    ] {
        let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(server));
        let limits = Limits { verify_settlement, ..capped("1") };
        let Ok(Outcome::Paid(paid)) = owner.fetch(&home, &mut site, &limits) else {
            panic!("not paid")
        };
        let known = if settled { Recorded::Settled } else { Recorded::Unknown };
        assert_eq!((paid.recorded, paid.to_check), (Some(known), to_check));
        assert_eq!(home.ledger().show(&paid.payment.id).unwrap().state, state);
    }
}
