//! The program's part: the ports of one run, and the schedule of many.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use ::http::{HeaderMap, HeaderValue, Method};
use alloy_primitives::{Address, B256};
use pay402::ledger::State;
use pay402::pay::{
    self, Answer as _, Asked, Busy, Clock, Consent, Demand, Earlier, Entropy, EntropyError,
    Failure, Fingerprint, Kept, LEAST_LIFE_SECONDS, Ledger, Money, NothingSigned, Observer,
    Outcome, Payment, Ports, Reach, Recorded, SignedCause, Transport, Unanswered, Validity, Wallet,
};
use pay402::policy::{Cap, Caps, KnownPayee, Limits, Quote, Source};
use pay402::protocol::PaymentHeader;
use pay402::scheme::{SignRequest, Signature};
use url::Url;

use super::ledger::MemoryLedger;
use super::seller::{self, PAGES, Page, Reply};
use super::sqlite::{Files, SqliteProcess, truth};
use super::world::{self, Planted, START, Tally, World};

/// How many processes run side by side.
const SHOPPERS: usize = 3;

/// Most steps of a schedule: more is one that never ends.
const MOST_STEPS: u32 = 400_000;

/// Lets others go on, or the process die.
pub(crate) async fn pause(_: &World) {
    let mut gave_way = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut gave_way, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The ledger as one process has it, with what a run does with it besides paying.
pub(crate) trait ProcessLedger: Ledger {
    /// Records what arrived; with `over` the purchase is over.
    async fn came(&mut self, id: &str, whole: bool, over: bool);
}

/// Where the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// In memory, written after the documentation of `pay402::ledger`.
    Memory,
    /// In a file, as it ships.
    Sqlite,
}

/// One process: its clock, its randomness, and what it is asked for.
struct Shopper {
    world: Rc<World>,
    process: u64,
    /// How far its clock is from the true time, in seconds.
    skew: i64,
    request: usize,
    nonces: Cell<u64>,
    interrupted: Cell<bool>,
}

impl Shopper {
    fn page(&self) -> &'static Page {
        &PAGES[self.request]
    }
}

impl Clock for Shopper {
    fn now(&self) -> u64 {
        self.world.now.get().checked_add_signed(self.skew).expect("a time")
    }

    fn passed(&self) -> Duration {
        Duration::from_secs(self.world.now.get() - START)
    }
}

impl Entropy for Shopper {
    fn nonce(&self) -> Result<B256, EntropyError> {
        self.nonces.set(self.nonces.get() + 1);
        let mut nonce = [0; 32];
        nonce[16..24].copy_from_slice(&self.process.to_be_bytes());
        nonce[24..].copy_from_slice(&self.nonces.get().to_be_bytes());
        Ok(B256::from(nonce))
    }
}

/// The network, for one shopper.
struct Network<'a>(&'a Shopper);

impl Transport for Network<'_> {
    type Answer = Reply;
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
        if self.0.world.happens(4) {
            self.0.interrupted.set(true);
        }
        self.0.interrupted.get().then_some("interrupted")
    }

    async fn asked(&self) -> Result<Asked, &'static str> {
        let (method, page) = (Method::GET, self.0.page());
        let url: Url = page.url.parse().expect("a URL");
        let token = HeaderValue::from(u16::from(page.token));
        let headers = HeaderMap::from_iter([(::http::header::AUTHORIZATION, token)]);
        let fingerprint = Fingerprint::of(&method, &url, &headers, &[0; 32]);
        Ok(Asked { method, url, fingerprint })
    }

    async fn check_body(&self) -> Result<(), &'static str> {
        Ok(())
    }

    fn has_room(&self) -> Result<(), &'static str> {
        Ok(())
    }

    fn holds(&self, _: &Kept) -> bool {
        false
    }

    async fn rest(&mut self, _: Duration) -> Result<(), &'static str> {
        pause(&self.0.world).await;
        self.interrupted().map_or(Ok(()), Err)
    }

    async fn ask(&mut self) -> Result<Reply, &'static str> {
        let world = &self.0.world;
        pause(world).await;
        if world.happens(30) {
            return Err("no connection");
        }
        world.show(|| format!("{}: asks for {}", self.0.process, self.0.request));
        Ok(seller::ask(world, self.0.page()))
    }

    async fn ready(&mut self) -> Result<(), &'static str> {
        pause(&self.0.world).await;
        if self.0.world.happens(30) { Err("no connection") } else { Ok(()) }
    }

    fn expired(&self) -> &'static str {
        self.0.world.count(|tally| &mut tally.over_before_it_left);
        "over"
    }

    async fn pay(
        &mut self,
        payment: &PaymentHeader,
        _: u64,
        validity: &Validity<'_>,
    ) -> Result<Reply, Unanswered<&'static str>> {
        let world = &self.0.world;
        let stops = |error, reach| {
            world.show(|| format!("{}: {error}", self.0.process));
            Err(Unanswered { error, reach })
        };
        pause(world).await;
        if validity.is_over() && !world.is_planted(Planted::SendsWhatIsOver) {
            return stops(self.expired(), Reach::Unsent);
        }
        if world.happens(40) {
            return stops("broke before the first byte", Reach::Unsent);
        }
        let header = payment.value.to_str().expect("text");
        world.leaves(header, self.0.now());
        if world.happens(30) {
            return stops("was not processed", Reach::Unprocessed);
        }
        if world.happens(40) {
            return stops("was closed before it arrived", Reach::Dropped);
        }
        pause(world).await;
        let answer = seller::take(world, self.0.page(), header);
        let is_lost = answer.is_err() || world.happens(40);
        pause(world).await;
        match answer {
            Ok(reply) if !is_lost => {
                world.show(|| format!("{}: is answered {}", self.0.process, reply.status()));
                Ok(reply)
            }
            _ if world.is_planted(Planted::CallsLostUnsent) => stops("lost", Reach::Unsent),
            Ok(_) => stops("the answer was lost", Reach::Unknown),
            Err(reach) => stops("no answer", reach),
        }
    }
}

struct Key<'a>(&'a Shopper);

impl Wallet for Key<'_> {
    type Error = &'static str;

    fn look(&self) -> Result<(), &'static str> {
        Ok(())
    }

    async fn unlock(&mut self, _: Option<Instant>) -> Result<Address, &'static str> {
        pause(&self.0.world).await;
        if self.0.world.happens(10) {
            Err("wrong password")
        } else {
            Ok(Address::repeat_byte(0xab))
        }
    }

    fn sign(&self, _: &SignRequest) -> Result<Signature, &'static str> {
        if self.0.world.happens(10) { Err("no key") } else { Ok(Signature::new([27; 65])) }
    }
}

struct Nobody;

impl Consent for Nobody {
    fn ask(
        &mut self,
        _: &Demand,
        _: &Quote,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        Box::pin(std::future::ready(None))
    }

    fn ask_beside(
        &mut self,
        _: &Earlier,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        Box::pin(std::future::ready(None))
    }

    fn ask_beside_busy(
        &mut self,
        _: &Busy,
        _: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        Box::pin(std::future::ready(None))
    }
}

struct Counting<'a>(&'a World);

impl Observer for Counting<'_> {
    fn demanded(&mut self, _: &Demand) {}
    fn waiting(&mut self, _: &Busy) {}
    fn signing(&mut self) {}
    fn sending(&mut self, _: &Payment) {}
    fn answered(&mut self) {}
    fn resending(&mut self, _: &Earlier) {
        self.0.count(|tally| &mut tally.resent);
    }
}

/// What the owner said.
fn limits(world: &World, extra: bool) -> Limits {
    let caps = vec![Cap::parse("0.03").expect("a cap")];
    Limits {
        caps: vec![Caps { source: Source::Flag("--max-price"), caps }],
        budgets: world.budgets.clone(),
        max_validity_seconds: seller::VALIDITY,
        known_payee: KnownPayee::Accept,
        pay_again: extra,
        ..Limits::default()
    }
}

/// One run of the program, to its end: of its request, or of `resume` with the id of a payment.
async fn run<L: ProcessLedger>(
    shopper: Shopper,
    ledger: &mut L,
    extra: bool,
    resumed: Option<String>,
) {
    let world = &shopper.world;
    let (mut network, mut key) = (Network(&shopper), Key(&shopper));
    let process = shopper.process;
    let limits = limits(world, extra);
    let earlier = match &resumed {
        None => None,
        Some(id) => match ledger.claim_by_id(id, world.now.get()).await {
            Ok(earlier) => Some(earlier),
            Err(_) => return,
        },
    };
    let ports = Ports {
        transport: &mut network,
        wallet: &mut key,
        ledger: &mut *ledger,
        consent: &mut Nobody,
        observer: &mut Counting(world),
        clock: &shopper,
        entropy: &shopper,
    };
    let ended = match earlier {
        None => pay::fetch(ports, &|_| limits.clone()).await,
        Some(earlier) => {
            world.count(|tally| &mut tally.resumed);
            pay::resume(ports, &|_| limits.clone(), earlier).await
        }
    };
    match ended {
        Ok(Outcome::Paid(paid)) => {
            pause(world).await;
            let is_good = (200..300).contains(&paid.answer.status());
            let whole = is_good && !paid.answer.is_cut && !world.happens(50);
            if whole {
                let header = paid.payment.header.value.to_str().expect("text");
                if let Some(signature) = world.signatures.borrow_mut().get_mut(header) {
                    signature.delivered = true;
                }
                world.count(|tally| &mut tally.delivered);
            }
            world.show(|| format!("{process}: body {}", if whole { "whole" } else { "not whole" }));
            let sound = matches!(paid.money, Money::Settled(_) | Money::Unproven { .. });
            let over = sound && whole || world.is_planted(Planted::EndsCutPurchases);
            ledger.came(&paid.payment.id, whole, over).await;
        }
        Err(Failure::NothingSigned(NothingSigned::OverBudget(_))) => {
            world.count(|tally| &mut tally.refused_for_budget);
        }
        Err(Failure::NothingSigned(NothingSigned::Busy { .. } | NothingSigned::Rival { .. })) => {
            world.count(|tally| &mut tally.refused_for_another);
        }
        Ok(Outcome::Ordinary(_)) | Err(Failure::NothingSigned(_)) => {}
        Err(Failure::Signed(signed)) => {
            if matches!(
                signed.cause,
                SignedCause::Unsent { before: None | Some(Recorded::Unsent), .. }
            ) {
                world.count(|tally| &mut tally.unsent);
            }
        }
    }
}

/// A process that is on its way.
struct Process<'a> {
    number: u64,
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
}

/// One schedule, from its seed: what happened, or what must not have.
pub(crate) fn schedule(
    seed: u64,
    store: Store,
    planted: Option<Planted>,
    shows: bool,
) -> Result<Tally, String> {
    let files = (store == Store::Sqlite).then(Files::new);
    let world = World::new(seed, planted, shows);
    let deaths = if world.below(2) == 0 { 0 } else { 12 };
    let next = Cell::new(0_u64);
    let begin = |request: usize, resumed: Option<String>, extra: bool, skew: i64| {
        let process = next.get() + 1;
        next.set(process);
        world.entries.borrow_mut().begin(process);
        world.count(|tally| &mut tally.runs);
        if extra {
            world.count(|tally| &mut tally.signed_beside);
        }
        let (nonces, interrupted) = (Cell::new(0), Cell::new(false));
        let world = Rc::clone(&world);
        let shopper = Shopper { world, process, skew, request, nonces, interrupted };
        let future: Pin<Box<dyn Future<Output = ()> + '_>> = match &files {
            None => Box::pin(async move {
                let world = Rc::clone(&shopper.world);
                let mut ledger = MemoryLedger { world, process, request, extra };
                run(shopper, &mut ledger, extra, resumed).await;
            }),
            Some(files) => Box::pin(async move {
                let (world, opened) = (Rc::clone(&shopper.world), files.open());
                let mut ledger = SqliteProcess::new(&opened, &world, request, extra);
                run(shopper, &mut ledger, extra, resumed).await;
                ledger.end();
            }),
        };
        Process { number: process, future }
    };
    let mut left = world.below(9) + 2;
    let mut processes: Vec<Process<'_>> = Vec::new();
    let mut steps = 0;
    while left > 0 || !processes.is_empty() {
        steps += 1;
        if steps > MOST_STEPS {
            return Err("it never ends".to_owned());
        }
        if left > 0 && processes.len() < SHOPPERS && (processes.is_empty() || world.below(20) == 0)
        {
            left -= 1;
            let resumable = match &files {
                None => world.entries.borrow().resumable(&world),
                Some(files) => files.resumable(&world),
            };
            let named = if resumable.is_empty() || world.below(8) > 0 {
                None
            } else {
                let at = usize::try_from(world.below(resumable.len() as u64)).expect("a payment");
                resumable.get(at).cloned()
            };
            let (named, request) = match named {
                Some((id, request)) => (Some(id), request),
                None => (None, usize::try_from(world.below(4)).expect("a page")),
            };
            let skew = [0, 0, 1, -1, 30, 45, -40][usize::try_from(world.below(7)).expect("one")];
            processes.push(begin(request, named, world.below(30) == 0, skew));
        }
        let at = usize::try_from(world.below(processes.len() as u64)).expect("a process");
        if world.happens(deaths) {
            let dead = processes.swap_remove(at);
            world.show(|| format!("{}: dies", dead.number));
            world.entries.borrow_mut().end(dead.number);
            world.count(|tally| &mut tally.deaths);
        } else {
            let mut context = Context::from_waker(Waker::noop());
            if processes[at].future.as_mut().poll(&mut context).is_ready() {
                let ended = processes.swap_remove(at);
                world.entries.borrow_mut().end(ended.number);
            }
        }
        match world.below(1_000) {
            0..200 => world.pass(1),
            200..205 => world.pass(7),
            205 => world.pass(seller::VALIDITY),
            206 => world.pass(2 * seller::VALIDITY + 5),
            207..212 => match &files {
                None => world.entries.borrow_mut().reconcile(&world),
                Some(files) => files.reconcile(&world),
            },
            _ => {}
        }
        if let Some(violation) = world.violation.borrow().clone() {
            return Err(violation);
        }
    }
    world.is_calm.set(true);
    fetch_what_is_owed(&world, &begin);
    let found = found(&world, files.as_ref());
    check_entries(&world, &found);
    if let Some(violation) = world.violation.borrow().clone() {
        return Err(violation);
    }
    let mut tally = world.tally.borrow().clone();
    tally.sent_twice = found.iter().filter(|entry| entry.sendings > 1).count() as u64;
    Ok(tally)
}

/// What is paid and not delivered is to be had by the same command, while a seller takes the payment.
fn fetch_what_is_owed<'a>(
    world: &World,
    begin: &dyn Fn(usize, Option<String>, bool, i64) -> Process<'a>,
) {
    for (request, page) in PAGES.iter().enumerate().filter(|(_, page)| page.redelivers) {
        let now = world.now.get();
        let owed = {
            let signatures = world.signatures.borrow();
            let is_owed = |header: &String| {
                let one = &signatures[header];
                one.request == request
                    && one.settled_at.is_some()
                    && !one.delivered
                    && now + LEAST_LIFE_SECONDS + 1 < one.valid_before
            };
            let alone = signatures.values().all(|one| one.group != page.group || !one.extra);
            signatures.keys().find(|header| alone && is_owed(header)).cloned()
        };
        let Some(header) = owed else { continue };
        let before = world.tally.borrow().signatures;
        let mut process = begin(request, None, false, 0);
        let mut context = Context::from_waker(Waker::noop());
        while process.future.as_mut().poll(&mut context).is_pending() {}
        world.entries.borrow_mut().end(process.number);
        let delivered = world.signatures.borrow()[&header].delivered;
        if !delivered || world.tally.borrow().signatures != before {
            world.violate(|| format!("paid and lost: {request} is not handed out by another run"));
        }
    }
}

/// What the ledger says of a payment, and what really is.
struct Found {
    id: String,
    state: State,
    sendings: u64,
    truth: world::Signature,
}

/// All that is signed, as the ledger has it.
fn found(world: &World, files: Option<&Files>) -> Vec<Found> {
    let Some(files) = files else {
        let (entries, signatures) = (world.entries.borrow(), world.signatures.borrow());
        let found = entries.all.iter().filter_map(|entry| {
            let header = entry.payment.as_ref()?.header.value.to_str().expect("text");
            let (id, truth) = (entry.id.clone(), signatures[header].clone());
            Some(Found { id, state: entry.state, sendings: entry.sendings.into(), truth })
        });
        return found.collect();
    };
    let found = files.entries().into_iter().filter_map(|entry| {
        let truth = truth(world, &entry)?;
        Some(Found { id: entry.id, state: entry.state, sendings: entry.sendings, truth })
    });
    found.collect()
}

/// What the ledger says fits what the sellers saw.
fn check_entries(world: &World, found: &[Found]) {
    if found.len() != world.signatures.borrow().len() {
        world.violate(|| "the ledger has lost a signature".to_owned());
    }
    for Found { id, state, sendings, truth } in found {
        let fits = match state {
            State::Reserved | State::Signed => !truth.left,
            State::Unsent => truth.arrivals == 0,
            State::Rejected => truth.arrivals == truth.refusals,
            State::Settled => truth.settled_at.is_some(),
            State::Expired => truth.settled_at.is_none() && truth.valid_before <= world.now.get(),
            State::Sent | State::Unknown => true,
        };
        if !fits {
            world.violate(|| format!("the ledger says {state:?} of {truth:?}"));
        }
        if *sendings < u64::from(truth.arrivals) {
            world.violate(|| format!("{id} arrived more often than it was sent"));
        }
    }
}
