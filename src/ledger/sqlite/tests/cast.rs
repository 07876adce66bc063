//! The story's cast: a site that does as it is told, and an owner who counts.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ::http::HeaderMap;

use super::*;
use crate::pay::{
    self, Answer, Asked, Busy, Clock, Consent, Demand, Earlier, Entropy, EntropyError, Failure,
    Kept, Observer, Outcome, Patience, Ports, Reach, Transport, Unanswered, Validity, Wallet,
};
use crate::policy::{Cap, Caps, Limits, Route};
use crate::scheme::{SignRequest, Signature};

const TERMS: &str = r#"{"x402Version":1,"accepts":[{"scheme":"exact","network":"base-sepolia",
    "maxAmountRequired":"10000","resource":"https://example.com/x","description":"","mimeType":"",
    "payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","maxTimeoutSeconds":60,
    "asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","extra":{"name":"USDC","version":"2"}}]}"#;

/// Whom the terms name.
pub(super) const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

/// What the server does with a payment.
#[derive(Clone, Copy)]
pub(super) enum Server {
    Settles,
    /// It settles, and the body does not come whole.
    Breaks,
    Refuses,
    Hangs,
    /// It asks for none.
    IsFree,
    /// It answers a payment with this status, settlement header (none where it is empty) and body.
    Says(u16, &'static str, &'static str),
}

pub(super) struct Site {
    pub(super) server: Server,
    pub(super) origin: &'static str,
    /// In a header of the request.
    pub(super) token: u8,
    /// At which look the owner has interrupted; 0 is never.
    pub(super) looks: Cell<u32>,
    /// Whether the body is another once the terms are agreed on.
    pub(super) changes: bool,
    /// Whether there is no place for what it sells.
    pub(super) cramped: bool,
    /// Whether its output holds what a payment bought already.
    pub(super) holds: bool,
    /// Whom it wants paid.
    pub(super) payee: &'static str,
    /// Whether the user's own headers carry a payment.
    pub(super) carries: bool,
    /// By which method it is asked.
    pub(super) method: Method,
    /// Whether the terms stand in a header, too.
    pub(super) in_header: bool,
    /// Whether the body of its 402 breaks off.
    pub(super) cut: bool,
    /// How often it was looked whether the owner has interrupted.
    pub(super) looked: Cell<u32>,
    /// What happens at one of these looks.
    pub(super) at_look: Option<(u32, Box<dyn Fn()>)>,
    /// What its answers say of the time, in Unix seconds.
    pub(super) date: Option<u64>,
    /// Where a redirect led from.
    pub(super) way: Vec<Url>,
    /// How often it was waited.
    pub(super) rests: usize,
    /// What happens while it is waited, one after the other.
    pub(super) at_rest: Vec<Box<dyn Fn()>>,
    /// Whether no connection to it can be made once it has asked.
    pub(super) is_down: bool,
    /// What happens when a connection to it is looked for.
    pub(super) at_ready: Option<Box<dyn Fn()>>,
    /// How far the next sendings of a payment come, the first one first.
    pub(super) reaches: Vec<Reach>,
    /// The payments it was sent.
    pub(super) paid: Vec<String>,
}

pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    pub(super) url: Url,
    way: Vec<Url>,
    cut: bool,
    method: Method,
}

impl Site {
    fn page(&self, status: u16, body: &'static str) -> Page {
        let url = format!("{}/x", self.origin).parse().unwrap();
        let body = body.replace(PAYEE, self.payee);
        let mut headers = HeaderMap::new();
        if self.in_header && status == 402 {
            headers.insert("payment-required", body.replace('\n', " ").parse().unwrap());
        }
        if let Some(date) = self.date {
            let date = jiff::Timestamp::from_second(date.try_into().unwrap()).unwrap();
            let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            headers.insert("date", date.parse().unwrap());
        }
        let cut = self.cut && status == 402;
        Page { status, headers, body, url, way: self.way.clone(), cut, method: self.method.clone() }
    }

    /// The request as the user meant it.
    pub(super) fn request(&self) -> Asked {
        let fingerprint = Fingerprint::kept([self.token; 32], Some([5; 32]));
        Asked { method: self.method.clone(), url: self.page(0, "").url, fingerprint }
    }
}

impl Transport for Site {
    type Answer = Page;
    type Error = &'static str;

    fn carries_payment(&self) -> bool {
        self.carries
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn time_is_up(&self) -> Option<&'static str> {
        None
    }

    fn arm(&mut self) {}

    fn interrupted(&self) -> Option<&'static str> {
        self.looked.set(self.looked.get() + 1);
        if let Some((at, happens)) = &self.at_look
            && *at == self.looked.get()
        {
            happens();
        }
        let looks = self.looks.get();
        self.looks.set(looks.saturating_sub(1));
        (looks == 1).then_some("interrupted")
    }

    async fn asked(&self) -> Result<Asked, &'static str> {
        Ok(self.request())
    }

    async fn check_body(&self) -> Result<(), &'static str> {
        if self.changes { Err("changed") } else { Ok(()) }
    }

    fn has_room(&self) -> Result<(), &'static str> {
        if self.cramped { Err("no room") } else { Ok(()) }
    }

    fn holds(&self, _: &Kept) -> bool {
        self.holds
    }

    async fn rest(&mut self, _: Duration) -> Result<(), &'static str> {
        self.rests += 1;
        match self.at_rest.get(self.rests - 1) {
            Some(happens) => happens(),
            None if self.rests > 999 => return Err("out of time"),
            None => {}
        }
        Ok(())
    }

    async fn ask(&mut self) -> Result<Page, &'static str> {
        match self.server {
            Server::IsFree => Ok(self.page(200, "free")),
            _ => Ok(self.page(402, TERMS)),
        }
    }

    fn expired(&self) -> &'static str {
        "expired"
    }

    async fn ready(&mut self) -> Result<(), &'static str> {
        self.at_ready.iter().for_each(|happens| happens());
        if self.is_down { Err("no connection") } else { Ok(()) }
    }

    async fn pay(
        &mut self,
        payment: &PaymentHeader,
        _: u64,
        _: &Validity<'_>,
    ) -> Result<Page, Unanswered<&'static str>> {
        if let Some(reach) = (!self.reaches.is_empty()).then(|| self.reaches.remove(0)) {
            if reach > Reach::Unsent {
                self.paid.push(payment.value.to_str().unwrap().to_owned());
            }
            return Err(Unanswered { error: "cut off", reach });
        }
        self.paid.push(payment.value.to_str().unwrap().to_owned());
        match self.server {
            Server::Settles | Server::Breaks => {
                let mut page = self.page(200, "goods");
                let receipt = HeaderValue::from_static(r#"{"success":true}"#);
                page.headers.insert("payment-response", receipt);
                Ok(page)
            }
            Server::Refuses => Ok(self.page(402, TERMS)),
            Server::Hangs | Server::IsFree => {
                Err(Unanswered { error: "hung up", reach: Reach::Unknown })
            }
            Server::Says(status, receipt, body) => {
                let mut page = self.page(status, body);
                page.headers.remove("payment-required");
                if !receipt.is_empty() {
                    page.headers.insert("payment-response", HeaderValue::from_static(receipt));
                }
                Ok(page)
            }
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

    fn way(&self) -> &[Url] {
        &self.way
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn route(&self) -> Route {
        Route { encrypted: true, verified: true, loopback: false }
    }

    async fn body_within(self, _: usize, patience: Patience) -> Result<Vec<u8>, &'static str> {
        if self.cut || patience.most.is_zero() {
            Err("cut off")
        } else {
            Ok(self.body.into_bytes())
        }
    }
}

#[derive(Default)]
pub(super) struct Owner {
    pub(super) signatures: u32,
    pub(super) locked: bool,
    /// What is answered to questions; `None` is nobody there.
    pub(super) says: Option<bool>,
    /// How many questions about a price there were.
    pub(super) asked: Cell<u32>,
    /// How many about an earlier payment.
    pub(super) beside: Cell<u32>,
    /// What happens while the wallet is opened.
    pub(super) meanwhile: Option<Box<dyn Fn()>>,
    pub(super) resent: u32,
    pub(super) now: Rc<Cell<u64>>,
    /// How long it has lived, in seconds.
    pub(super) passed: Rc<Cell<u64>>,
    pub(super) nonces: Cell<u64>,
}

/// The parts of an owner that are asked for at once.
pub(super) struct Purse<'a>(&'a Cell<u32>, bool, Option<&'a dyn Fn()>);
pub(super) struct Eyes<'a>(&'a Cell<u32>);
pub(super) struct Person<'a>(Option<bool>, &'a Cell<u32>, &'a Cell<u32>);

impl Wallet for Purse<'_> {
    type Error = &'static str;

    fn look(&self) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn unlock(&mut self, _: Option<Instant>) -> Result<Address, &'static str> {
        self.2.iter().for_each(|happens| happens());
        Ok(Address::repeat_byte(0xab))
    }

    fn sign(&self, _: &SignRequest) -> Result<Signature, &'static str> {
        if self.1 {
            return Err("locked");
        }
        self.0.set(self.0.get() + 1);
        Ok(Signature::new([27; 65]))
    }
}

impl Observer for Eyes<'_> {
    fn demanded(&mut self, _: &Demand) {}
    fn signing(&mut self) {}
    fn sending(&mut self, _: &Payment) {}
    fn answered(&mut self) {}
    fn waiting(&mut self, _: &Busy) {}
    fn resending(&mut self, _: &Earlier) {
        self.0.set(self.0.get() + 1);
    }
}

impl Consent for Person<'_> {
    fn ask(
        &mut self,
        _: &Demand,
        _: &Quote,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        self.1.set(self.1.get() + 1);
        Box::pin(std::future::ready(self.0))
    }

    fn ask_beside(
        &mut self,
        _: &Earlier,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        self.2.set(self.2.get() + 1);
        Box::pin(std::future::ready(self.0))
    }

    fn ask_beside_busy(
        &mut self,
        _: &Busy,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        self.2.set(self.2.get() + 1);
        Box::pin(std::future::ready(self.0))
    }
}

impl Clock for Owner {
    fn now(&self) -> u64 {
        NOW + self.now.get()
    }

    fn passed(&self) -> Duration {
        Duration::from_secs(self.passed.get())
    }
}

impl Entropy for Owner {
    fn nonce(&self) -> Result<B256, EntropyError> {
        self.nonces.set(self.nonces.get() + 1);
        Ok(B256::from(U256::from(self.nonces.get())))
    }
}

pub(super) type Ended = Result<Outcome<Page, Error>, Failure<&'static str, &'static str, Error>>;

impl Owner {
    /// Runs the program once: a process that begins, fetches and ends.
    pub(super) fn fetch(&mut self, home: &Home, site: &mut Site, limits: &Limits) -> Ended {
        self.run(&SqliteLedger::new(home.ledger()), site, limits, None)
    }

    pub(super) fn run(
        &mut self,
        worker: &SqliteLedger,
        site: &mut Site,
        limits: &Limits,
        earlier: Option<Earlier>,
    ) -> Ended {
        let (signed, resent) = (Cell::new(0), Cell::new(0));
        let breaks = matches!(site.server, Server::Breaks);
        let rules = |_: &Url| limits.clone();
        let ports = Ports {
            transport: &mut *site,
            wallet: &mut Purse(&signed, self.locked, self.meanwhile.as_deref()),
            ledger: &mut worker.caller(),
            consent: &mut Person(self.says, &self.asked, &self.beside),
            observer: &mut Eyes(&resent),
            clock: self,
            entropy: self,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ended = runtime.block_on(async {
            let ended = match earlier {
                None => pay::fetch(ports, &rules).await,
                Some(payment) => pay::resume(ports, &rules, payment).await,
            };
            if let Ok(Outcome::Paid(paid)) = &ended {
                let (id, now) = (paid.payment.id.clone(), self.now());
                let note = move |ledger: &mut Database| {
                    if breaks { ledger.release(&id) } else { ledger.delivered(&id, now) }
                };
                worker.try_call(note).await.unwrap();
            }
            ended
        });
        self.signatures += signed.get();
        self.resent += resent.get();
        ended
    }
}

pub(super) fn site(server: Server) -> Site {
    Site {
        server,
        origin: "https://example.com",
        payee: PAYEE,
        carries: false,
        method: Method::GET,
        in_header: false,
        cut: false,
        looked: Cell::new(0),
        at_look: None,
        at_ready: None,
        date: None,
        way: Vec::new(),
        token: 5,
        looks: Cell::new(0),
        changes: false,
        cramped: false,
        holds: false,
        rests: 0,
        at_rest: Vec::new(),
        is_down: false,
        reaches: Vec::new(),
        paid: Vec::new(),
    }
}

pub(super) fn capped(cap: &str) -> Limits {
    let caps = vec![Cap::parse(cap).unwrap()];
    let source = Source::Flag("--max-price");
    Limits { caps: vec![Caps { source, caps }], max_validity_seconds: LIFE, ..Limits::default() }
}
