//! What is looked up and not done: the terms, and what the ledger would make of paying them.

use super::cast::{Owner, Server, Site, capped, site};
use super::*;
use crate::pay::{
    Demand, Foreseen, Inspected, NotResent, NothingSigned, Transport, foresee, inspect, remember,
};
use crate::policy::{Decision, Limits, Objection};

type Looked = Inspected<<Site as Transport>::Answer>;

fn remembered(home: &Home, demand: &mut Demand) {
    let worker = SqliteLedger::new(home.ledger());
    waited(remember(demand, &|_| capped("1"), &mut worker.caller())).unwrap();
}

fn inspected(site: &mut Site, limits: &Limits) -> Looked {
    let rules = |_: &Url| limits.clone();
    let looked: Result<_, NothingSigned<_, (), ()>> = waited(inspect(site, &rules));
    looked.unwrap_or_else(|_| panic!("not inspected"))
}

fn demanded(site: &mut Site, limits: &Limits) -> Box<Demand> {
    match inspected(site, limits) {
        Inspected::Demanded(demand) => demand,
        Inspected::Ordinary(_) => panic!("nothing demanded"),
    }
}

#[test]
fn the_terms_are_read_even_by_who_never_pays() {
    let mut free = site(Server::IsFree);
    assert!(matches!(inspected(&mut free, &capped("1")), Inspected::Ordinary(_)));
    let mut carrying = Site { carries: true, ..site(Server::Settles) };
    assert!(matches!(inspected(&mut carrying, &capped("1")), Inspected::Ordinary(_)));
    let mut shop = site(Server::Settles);
    let demand = demanded(&mut shop, &capped("1"));
    assert!(matches!(demand.assessment.decision, Decision::Pay(_)));
    assert_eq!(demand.nearest(), demand.assessment.offers.first());
    let never = demanded(&mut shop, &Limits { no_pay: true, ..capped("1") });
    assert_eq!(never.nearest().unwrap().objections, [Objection::NeverPay]);
    assert!(shop.paid.is_empty());
}

#[test]
fn terms_are_held_against_what_is_remembered_when_that_is_asked() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    site.payee = "0x1111111111111111111111111111111111111111";
    let mut demand = demanded(&mut site, &capped("1"));
    assert!(matches!(demand.assessment.decision, Decision::Pay(_)));
    remembered(&home, &mut demand);
    assert!(matches!(demand.assessment.decision, Decision::Ask { changed: true, .. }));
    // A redirect within one site is no second memory of it, and a stranger on the way is none.
    site.way = ["https://example.com/from", "https://stranger.example/"]
        .map(|u| u.parse().unwrap())
        .into();
    let mut demand = demanded(&mut site, &capped("1"));
    remembered(&home, &mut demand);
    assert_eq!(demand.nearest().unwrap().changes().count(), 1);
}

#[test]
fn what_would_become_of_it_is_told_in_the_order_it_is_looked_for() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    let foreseen = |site: &mut Site, limits: &Limits| {
        let (demand, asked) = (demanded(site, limits), site.request());
        let worker = SqliteLedger::new(home.ledger());
        let rules = |_: &Url| limits.clone();
        let found = waited(foresee(&demand, &asked, site, &rules, &mut worker.caller(), NOW + 1));
        match found.unwrap() {
            Foreseen::Resend(_) => "resend",
            Foreseen::NotResent(_, NotResent::Refused(_)) => "not resent",
            Foreseen::NotResent(_, NotResent::NoRoom) => "no room to send it again",
            Foreseen::NotResent(..) => "not resent, for another reason",
            Foreseen::Rival(_) => "rival",
            Foreseen::ClockAhead(_) => "clock ahead",
            Foreseen::Busy(_) => "busy",
            Foreseen::Short(_) => "short",
            Foreseen::NoRoom => "no room",
            Foreseen::Clear => "clear",
        }
    };
    let again = Limits { pay_again: true, ..capped("1") };
    let never = Limits { no_pay: true, ..capped("1") };
    let short = Limits { budgets: vec![budget("0.009/day")], ..capped("1") };
    let both = Limits { pay_again: true, ..short.clone() };
    assert_eq!(foreseen(&mut site, &capped("1")), "clear");
    assert_eq!(foreseen(&mut site, &capped("0.001")), "clear", "what the rules refuse is refused");
    assert_eq!(foreseen(&mut site, &short), "short");
    site.cramped = true;
    assert_eq!(foreseen(&mut site, &short), "no room");
    assert_eq!(foreseen(&mut site, &never), "clear");
    site.cramped = false;
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    for (limits, told) in [
        (&capped("1"), "resend"),
        (&short, "resend"),
        (&capped("0.001"), "not resent"),
        (&again, "clear"),
        (&both, "short"),
        (&never, "clear"),
    ] {
        assert_eq!(foreseen(&mut site, limits), told);
    }
    site.cramped = true;
    for (limits, told) in [
        (&capped("1"), "no room to send it again"),
        (&capped("0.001"), "not resent"),
        (&again, "no room"),
    ] {
        assert_eq!(foreseen(&mut site, limits), told);
    }
    site.method = Method::HEAD;
    assert_eq!(foreseen(&mut site, &capped("1")), "clear", "nothing goes out with a HEAD");
    site.cramped = false;
    (site.method, site.token) = (Method::GET, 6);
    for (limits, told) in
        [(&capped("1"), "rival"), (&short, "rival"), (&again, "clear"), (&capped("0.001"), "clear")]
    {
        assert_eq!(foreseen(&mut site, limits), told);
    }
    site.method = Method::HEAD;
    assert_eq!(foreseen(&mut site, &capped("1")), "clear", "nor does it ask about another");
    assert_eq!((owner.signatures, site.paid.len()), (1, 1));
}
