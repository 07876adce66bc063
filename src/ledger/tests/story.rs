//! The story over these books: one authorization per purchase, whatever happens in between.

use std::cell::Cell;
use std::pin::Pin;
use std::time::{Duration, Instant};

use ::http::HeaderMap;

use super::super::{Filter, State};
use super::*;
use crate::pay::{
    self, Answer, Asked, Clock, Consent, Demand, Earlier, Entropy, EntropyError, Failure,
    NotResent, NothingSigned, Observer, Outcome, Ports, SignedCause, Transport, Wallet,
};
use crate::policy::{Approval, Cap, Caps, Limits, Route};

const TERMS: &str = r#"{"x402Version":1,"accepts":[{"scheme":"exact","network":"base-sepolia",
    "maxAmountRequired":"10000","resource":"https://example.com/x","description":"","mimeType":"",
    "payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","maxTimeoutSeconds":60,
    "asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","extra":{"name":"USDC","version":"2"}}]}"#;

/// What the server does with a payment.
#[derive(Clone, Copy)]
enum Server {
    Settles,
    /// It settles, and the body does not come whole.
    Breaks,
    Refuses,
    Hangs,
    /// It asks for none.
    IsFree,
}

struct Site {
    server: Server,
    origin: &'static str,
    /// In a header of the request.
    token: u8,
    /// At which look the owner has interrupted; 0 is never.
    looks: Cell<u32>,
    /// The payments it was sent.
    paid: Vec<String>,
}

struct Page {
    status: u16,
    headers: HeaderMap,
    body: &'static str,
    url: Url,
}

impl Site {
    fn page(&self, status: u16, body: &'static str) -> Page {
        let url = format!("{}/x", self.origin).parse().unwrap();
        Page { status, headers: HeaderMap::new(), body, url }
    }
}

impl Transport for Site {
    type Answer = Page;
    type Error = &'static str;

    fn carries_payment(&self) -> bool {
        false
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn time_is_up(&self) -> Option<&'static str> {
        None
    }

    fn arm(&mut self) {}

    fn interrupted(&self) -> Option<&'static str> {
        let looks = self.looks.get();
        self.looks.set(looks.saturating_sub(1));
        (looks == 1).then_some("interrupted")
    }

    fn asked(&self) -> Result<Asked, &'static str> {
        let fingerprint = Fingerprint::kept([self.token; 32], Some([5; 32]));
        Ok(Asked { method: Method::GET, url: self.page(0, "").url, fingerprint })
    }

    async fn ask(&mut self) -> Result<Page, &'static str> {
        match self.server {
            Server::IsFree => Ok(self.page(200, "free")),
            _ => Ok(self.page(402, TERMS)),
        }
    }

    async fn pay(&mut self, payment: &PaymentHeader, _: u64) -> Result<Page, &'static str> {
        self.paid.push(payment.value.to_str().unwrap().to_owned());
        match self.server {
            Server::Settles | Server::Breaks => {
                let mut page = self.page(200, "goods");
                let receipt = HeaderValue::from_static(r#"{"success":true}"#);
                page.headers.insert("payment-response", receipt);
                Ok(page)
            }
            Server::Refuses => Ok(self.page(402, TERMS)),
            Server::Hangs | Server::IsFree => Err("hung up"),
        }
    }
}

impl Answer for Page {
    type Error = &'static str;

    fn status(&self) -> u16 {
        self.status
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn url(&self) -> &Url {
        &self.url
    }

    fn method(&self) -> Method {
        Method::GET
    }

    fn route(&self) -> Route {
        Route { encrypted: true, verified: true, loopback: false }
    }

    async fn body_within(self, _: usize, _: Duration) -> Result<Vec<u8>, &'static str> {
        Ok(self.body.as_bytes().to_vec())
    }
}

#[derive(Default)]
struct Owner {
    signatures: u32,
    locked: bool,
    says: Option<bool>,
    resent: u32,
    now: Cell<u64>,
    nonces: Cell<u64>,
}

/// The parts of an owner that are asked for at once.
struct Purse<'a>(&'a Cell<u32>, bool);
struct Eyes<'a>(&'a Cell<u32>);
/// Answers every question like this.
struct Says(Option<bool>);

impl Wallet for Purse<'_> {
    type Error = &'static str;

    async fn unlock(&mut self, _: Option<Instant>) -> Result<Address, &'static str> {
        Ok(Address::repeat_byte(0xab))
    }

    fn sign(&self, _: &B256) -> Result<[u8; 65], &'static str> {
        if self.1 {
            return Err("locked");
        }
        self.0.set(self.0.get() + 1);
        Ok([27; 65])
    }
}

impl Observer for Eyes<'_> {
    fn demanded(&mut self, _: &Demand) {}
    fn approved(&mut self, _: &Approval) {}
    fn sending(&mut self, _: &Payment) {}
    fn answered(&mut self) {}
    fn resending(&mut self, _: &Earlier) {
        self.0.set(self.0.get() + 1);
    }
}

impl Consent for Says {
    fn ask(
        &mut self,
        _: &Demand,
        _: &Quote,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        Box::pin(std::future::ready(self.0))
    }

    fn ask_beside(
        &mut self,
        _: &Earlier,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        Box::pin(std::future::ready(self.0))
    }
}

impl Clock for Owner {
    fn now(&self) -> u64 {
        NOW + self.now.get()
    }
}

impl Entropy for Owner {
    fn nonce(&self) -> Result<B256, EntropyError> {
        self.nonces.set(self.nonces.get() + 1);
        Ok(B256::from(U256::from(self.nonces.get())))
    }
}

type Ended = Result<Outcome<Page, Error>, Failure<&'static str, &'static str, Error>>;

impl Owner {
    /// Runs the program once: a process that begins, fetches and ends.
    fn fetch(&mut self, home: &Home, site: &mut Site, limits: &Limits) -> Ended {
        self.run(&mut home.books(), site, limits, None)
    }

    fn run(
        &mut self,
        books: &mut Books,
        site: &mut Site,
        limits: &Limits,
        earlier: Option<Earlier>,
    ) -> Ended {
        let (signed, resent) = (Cell::new(0), Cell::new(0));
        let rules = |_: &Url| limits.clone();
        let ports = Ports {
            transport: &mut *site,
            wallet: &mut Purse(&signed, self.locked),
            ledger: &mut *books,
            consent: &mut Says(self.says),
            observer: &mut Eyes(&resent),
            clock: self,
            entropy: self,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ended = runtime.block_on(async {
            match earlier {
                None => pay::fetch(ports, &rules).await,
                Some(payment) => pay::resume(ports, &rules, payment).await,
            }
        });
        if let Ok(Outcome::Paid(paid)) = &ended {
            match site.server {
                Server::Breaks => books.release(&paid.payment.id).unwrap(),
                _ => books.delivered(&paid.payment.id, self.now()).unwrap(),
            }
        }
        self.signatures += signed.get();
        self.resent += resent.get();
        ended
    }
}

fn site(server: Server) -> Site {
    Site { server, origin: "https://example.com", token: 5, looks: Cell::new(0), paid: Vec::new() }
}

fn capped(cap: &str) -> Limits {
    let caps = vec![Cap::parse(cap).unwrap()];
    let source = Source::Flag("--max-price");
    Limits { caps: vec![Caps { source, caps }], max_validity_seconds: LIFE, ..Limits::default() }
}

fn cause(ended: Ended) -> SignedCause<&'static str> {
    match ended {
        Err(Failure::Signed(signed)) => signed.cause,
        Err(Failure::NothingSigned(_)) => panic!("nothing signed"),
        Ok(_) => panic!("no failure"),
    }
}

fn only_entry(home: &Home) -> super::super::Entry {
    let mut entries = home.books().list(&Filter::default(), 9).unwrap();
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

#[test]
fn running_again_sends_the_same_again_until_it_settles() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    for run in 0..3 {
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        assert!(matches!(
            cause(ended),
            SignedCause::Unanswered { error: "hung up", settled: false }
        ));
        assert_eq!((owner.signatures, owner.resent), (1, run));
    }
    site.server = Server::Refuses;
    // The first sending's silence is not outweighed by the refusal of a later one.
    let refused = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(refused, SignedCause::RefusedAgain { settled: false, .. }));
    assert_eq!(only_entry(&home).state, State::Unknown);
    site.server = Server::Settles;
    let Ok(Outcome::Paid(paid)) = owner.fetch(&home, &mut site, &capped("1")) else {
        panic!("not paid")
    };
    assert_eq!((paid.answer.body, paid.unrecorded.is_none()), ("goods", true));
    assert_eq!((owner.signatures, owner.resent), (1, 4));
    assert_eq!(site.paid.len(), 5);
    assert!(site.paid.iter().all(|payment| *payment == site.paid[0]));
    let entry = only_entry(&home);
    assert_eq!((entry.state, entry.sendings), (State::Settled, 5));
    // What is settled and delivered is bought; the next run is the next purchase.
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(owner.signatures, 2);
    assert_ne!(site.paid[5], site.paid[0]);
}

#[test]
fn what_is_paid_and_not_delivered_is_asked_for_again_with_the_same_payment() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Breaks));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(only_entry(&home).state, State::Settled);
    site.server = Server::Refuses;
    let refused = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(refused, SignedCause::RefusedAgain { settled: true, .. }));
    site.server = Server::Hangs;
    let silence = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(silence, SignedCause::Unanswered { settled: true, .. }));
    site.server = Server::Settles;
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (1, 4));
    assert!(site.paid.iter().all(|payment| *payment == site.paid[0]));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!(owner.signatures, 2);
}

#[test]
fn beside_an_open_payment_for_the_same_with_other_headers_none_is_signed_unasked() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let id = only_entry(&home).id;
    site.token = 6;
    for says in [None, Some(false)] {
        owner.says = says;
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        let Err(Failure::NothingSigned(NothingSigned::Rival { earlier, declined })) = ended else {
            panic!("signed, or not refused")
        };
        assert_eq!((earlier.payment.id, earlier.settled), (id.clone(), false));
        assert_eq!((declined, owner.signatures), (says.is_some(), 1));
    }
    // A price that the rules forbid is told first, and a living process's is nobody else's business.
    let dear = owner.fetch(&home, &mut site, &capped("0.001"));
    assert!(matches!(dear, Err(Failure::NothingSigned(NothingSigned::Refused(_)))));
    owner.says = Some(true);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    assert_eq!(owner.signatures, 2);
    owner.says = None;
    let again = Limits { pay_again: true, ..capped("1") };
    site.token = 7;
    assert!(owner.fetch(&home, &mut site, &again).is_err());
    assert_eq!(owner.signatures, 3);
    owner.now.set(121);
    site.token = 8;
    assert!(matches!(
        cause(owner.fetch(&home, &mut site, &capped("1"))),
        SignedCause::Unanswered { .. }
    ));
}

#[test]
fn a_refused_payment_is_not_signed_anew_either() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Refuses));
    for _ in 0..3 {
        let ended = owner.fetch(&home, &mut site, &capped("1"));
        assert!(matches!(cause(ended), SignedCause::Rejected { .. }));
    }
    assert_eq!((owner.signatures, only_entry(&home).state), (1, State::Rejected));
}

#[test]
fn paying_again_is_the_owners_word() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let again = Limits { pay_again: true, ..capped("1") };
    assert!(owner.fetch(&home, &mut site, &again).is_err());
    assert_eq!((owner.signatures, owner.resent), (2, 0));
}

#[test]
fn a_free_answer_is_taken_and_leaves_the_payment_alone() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    site.server = Server::IsFree;
    let free = owner.fetch(&home, &mut site, &capped("1"));
    assert!(matches!(free, Ok(Outcome::Ordinary(page)) if page.body == "free"));
    assert_eq!((site.paid.len(), only_entry(&home).state), (1, State::Unknown));
}

#[test]
fn what_keeps_it_from_being_sent_again_signs_no_other() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let mut not_resent = |site: &mut Site, cap: &str, after: u64| {
        owner.now.set(after);
        let cause = cause(owner.fetch(&home, site, &capped(cap)));
        assert_eq!((owner.signatures, owner.resent), (1, 0));
        let SignedCause::NotResent { why, settled: false } = cause else { panic!("sent again") };
        why
    };
    let dearer = not_resent(&mut site, "0.001", 1);
    assert!(matches!(dearer, NotResent::Refused(_)));
    let late = not_resent(&mut site, "1", 51);
    assert!(matches!(late, NotResent::Expiring { until } if until == NOW + 120));
    let later = not_resent(&mut site, "1", 119);
    assert!(matches!(later, NotResent::Expiring { .. }));
    site.origin = "https://example.org";
    let there = not_resent(&mut site, "1", 1);
    assert!(matches!(there, NotResent::Origin { now } if now.host_str() == Some("example.org")));
    // None of this keeps the next run from it, nor for longer than it can settle.
    site.origin = "https://example.com";
    owner.now.set(50);
    let unanswered = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(unanswered, SignedCause::Unanswered { .. }));
    assert_eq!((owner.signatures, owner.resent), (1, 1));
    owner.now.set(120);
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    assert_eq!((owner.signatures, owner.resent), (2, 1));
}

#[test]
fn resuming_never_signs() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Hangs));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_err());
    let id = only_entry(&home).id;
    let mut books = home.books();
    for (server, paid) in [(Server::IsFree, 1), (Server::Hangs, 2), (Server::Settles, 3)] {
        site.server = server;
        let payment = books.claim_one(&id, NOW + 1).unwrap();
        let ended = owner.run(&mut books, &mut site, &Limits::default(), Some(payment));
        assert_eq!(ended.is_ok(), !matches!(server, Server::Hangs));
        assert_eq!((site.paid.len(), owner.signatures), (paid, 1));
    }
    assert!(matches!(books.claim_one(&id, NOW + 1), Err(Error::NotResendable { .. })));
}

#[test]
fn a_budget_is_checked_before_anybody_is_asked_for_anything() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    // With a cap that would do, a wallet that would fail, and no ledger yet.
    owner.locked = true;
    let limits = |text| Limits { budgets: vec![budget(text)], ..capped("1") };
    let ended = owner.fetch(&home, &mut site, &limits("0.009/day"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::OverBudget(_)))));
    assert!(!home.path().exists());
    // A wallet that fails leaves no reservation to count.
    let ended = owner.fetch(&home, &mut site, &limits("0.01/day"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Wallet("locked")))));
    owner.locked = false;
    assert!(owner.fetch(&home, &mut site, &limits("0.01/day")).is_ok());
    let ended = owner.fetch(&home, &mut site, &limits("0.01/day"));
    let Err(Failure::NothingSigned(NothingSigned::OverBudget(short))) = ended else { panic!() };
    assert_eq!(short.balance.spent.to_string(), "0.01");
    assert_eq!((owner.signatures, site.paid.len()), (1, 1));
}

#[test]
fn an_interruption_before_the_sending_says_whether_anything_is_signed() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    // Before the signature: as if it had never been.
    site.looks.set(1);
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    let Err(Failure::NothingSigned(NothingSigned::Transport(error))) = ended else {
        panic!("signed")
    };
    assert_eq!(error, "interrupted");
    assert!(home.books().list(&Filter::default(), 9).unwrap().is_empty());
    // After it, and after it was noted that it leaves.
    for looks in [2, 3] {
        site.looks.set(looks);
        let limits = Limits { pay_again: true, ..capped("1") };
        let cause = cause(owner.fetch(&home, &mut site, &limits));
        assert!(matches!(cause, SignedCause::NeverSent { interrupted: true }));
    }
    assert_eq!((owner.signatures, site.paid.len()), (2, 0));
    // An earlier one that is not sent again.
    site.looks.set(1);
    let cause = cause(owner.fetch(&home, &mut site, &capped("1")));
    assert!(matches!(cause, SignedCause::NotResent { why: NotResent::Interrupted, .. }));
    assert_eq!((owner.signatures, site.paid.len()), (2, 0));
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
    assert_eq!((owner.signatures, site.paid.len()), (2, 1));
}

#[test]
fn without_a_ledger_that_can_be_read_nothing_is_signed() {
    let (home, mut owner, mut site) = (Home::new(), Owner::default(), site(Server::Settles));
    std::fs::create_dir_all(home.path().parent().unwrap()).unwrap();
    std::fs::write(home.path(), "no ledger").unwrap();
    let ended = owner.fetch(&home, &mut site, &capped("1"));
    assert!(matches!(ended, Err(Failure::NothingSigned(NothingSigned::Ledger(_)))));
    assert_eq!((owner.signatures, site.paid.len()), (0, 0));
    site.server = Server::IsFree;
    assert!(owner.fetch(&home, &mut site, &capped("1")).is_ok());
}
