//! The story, told once: ask, read the terms, look for an earlier payment, decide, record, sign, send
//! again, judge the answer.
//!
//! Pure: the network, the key, the ledger, the clock, the dice and the owner's answer come in through
//! [`ports`]. What came back is judged in [`judge()`]. Nothing here prints, and nothing here knows a
//! version's spelling or a scheme's fields.

mod asking;
mod cancellation;
mod conclude;
mod evidence;
mod failure;
mod fingerprint;
mod foresee;
mod judge;
mod ports;
mod resend;
mod signing;
mod times;

use ::http::Method;
use std::time::Duration;

use url::Url;

use crate::policy::{
    Agreement, Assessed, Assessment, Case, Decision, Evidence, Limits, Quote, Route,
    Standing::Chosen, Unpayable, decide, validity_seconds,
};
use crate::protocol::{
    Before, Challenge, MAX_BODY_BYTES, PaymentHeader, read_challenge, read_date, read_instead,
};
use crate::scheme::{ApprovedOffer, Authorization, quotes};
use asking::{Looked, agree, check_budgets, claim, look_back, pause, wanted};
use conclude::conclude;
use evidence::{gather, limits_for};
use signing::{Signing, Step, send, sign};
use times::{Times, too_far_ahead};

pub use cancellation::{Cancellation, CancellationListener};
pub use failure::{Failure, Lost, NotResent, NothingSigned, Signed, SignedCause};
pub use fingerprint::{Asked, Fingerprint};
pub use foresee::{Foreseen, foresee, foresee_lost};
pub use judge::{Difference, Doubt, Money, Verdict, judge};
pub use ports::{
    Answer, Busy, Clock, Consent, Earlier, Entropy, EntropyError, Kept, Ledger, Observer, Patience,
    Process, Reach, Recorded, Reservation, Transport, Unanswered, Unreserved, Wallet,
};
pub use resend::{CLOCK_MARGIN_SECONDS, LEAST_LIFE_SECONDS, lapses_at, resume};
pub use times::Validity;

/// For a body that may hold the terms: it is short, so a slow one is a trap.
const NEEDED: Patience = Patience { most: Duration::from_mins(1), needed: true };

/// For the body of a 402 whose terms are known already.
const AFTERTHOUGHT: Patience = Patience { most: Duration::from_secs(2), needed: false };

/// A 402 that has been read: what is asked, and how it stands with the owner's rules.
pub struct Demand {
    /// The request's method.
    pub method: Method,
    /// Where the terms came from: the URL after redirects.
    pub url: Url,
    /// The URLs that redirected there, in their order.
    pub way: Vec<Url>,
    /// How a payment would travel.
    pub route: Route,
    /// The time by the server, in Unix seconds, if it says one.
    pub server_time: Option<u64>,
    /// The terms.
    pub challenge: Challenge,
    /// What each offer would cost.
    pub quotes: Vec<Result<Quote, Unpayable>>,
    /// How each offer stands, and what to do.
    pub assessment: Assessment,
    /// The 402 as it was said: what stands in the answer to a payment, too, says nothing about that.
    pub before: Before,
}

/// Where a 402 came from, which is where a payment goes.
pub(crate) struct Place {
    /// The URL that answered, after redirects.
    pub(crate) url: Url,
    /// How a payment would travel.
    pub(crate) route: Route,
    /// What was said there before a payment went out.
    pub(crate) before: Before,
}

impl Demand {
    /// Decides again, in the light of what is remembered and of the owner's answer.
    pub fn decide(&mut self, limits: &Limits, evidence: &Evidence, agreed: Option<&Agreement>) {
        self.assessment =
            decide(&Case { evidence, agreed, ..Case::new(&self.quotes, limits, self.route) });
    }

    /// What may be signed for, if the decision is to pay.
    fn approved(&self) -> Option<ApprovedOffer<'_>> {
        match &self.assessment.decision {
            Decision::Pay(approval) => ApprovedOffer::find(&self.challenge, approval),
            Decision::Ask { .. } | Decision::Refuse { .. } => None,
        }
    }

    /// The offer that is paid, asked about, or refused as the nearest.
    pub fn nearest(&self) -> Option<&Assessed> {
        let offers = &self.assessment.offers;
        match self.assessment.decision {
            Decision::Refuse { offer, .. } => offers.get(offer?),
            _ => offers.iter().find(|assessed| assessed.standing == Chosen),
        }
    }
}

/// The first answer, understood.
pub enum Inspected<A> {
    /// Nothing is asked, or nothing may be paid: an ordinary response.
    Ordinary(A),
    /// Payment is asked.
    Demanded(Box<Demand>),
}

/// One payment, from the moment it is signed.
#[derive(Clone)]
pub struct Payment {
    /// Names it in the ledger and in reports.
    pub id: String,
    /// The request's method.
    pub method: Method,
    /// Where it was sent.
    pub url: Url,
    /// The protocol version it was spelled in.
    pub version: u64,
    /// What was signed.
    pub authorization: Authorization,
    /// The header that carries it: the same bytes on every resend.
    pub header: PaymentHeader,
}

/// A payment that was answered with something to deliver.
pub struct Paid<A, L> {
    /// The answer; its body has not been read.
    pub answer: A,
    /// What was signed.
    pub payment: Payment,
    /// What this answer says of the money.
    pub money: Money,
    /// What the ledger knows of it now, by this answer and those before it; `None` where it could not
    /// be written.
    pub recorded: Option<Recorded>,
    /// Whether the owner wants the chain asked about the settlement that the server claims: until that
    /// is done the ledger has its outcome as unknown.
    pub to_check: bool,
    /// What kept the outcome from being recorded, if anything did.
    pub unrecorded: Option<L>,
}

/// What came of a request.
pub enum Outcome<A, L> {
    /// An ordinary response; nothing was signed.
    Ordinary(A),
    /// A payment went out and there is a body to deliver.
    Paid(Box<Paid<A, L>>),
}

/// Everything outside that the story needs.
pub struct Ports<'a, T, W, L> {
    /// The network, holding the request.
    pub transport: &'a mut T,
    /// The key.
    pub wallet: &'a mut W,
    /// The ledger.
    pub ledger: &'a mut L,
    /// The owner, for questions.
    pub consent: &'a mut dyn Consent,
    /// Watches progress.
    pub observer: &'a mut dyn Observer,
    /// The time.
    pub clock: &'a dyn Clock,
    /// The dice.
    pub entropy: &'a dyn Entropy,
}

/// Sends the request and reads the terms of a 402, without paying. `rules` gives the owner's limits
/// for the URL that answered, after redirects. Where the owner never pays, the terms are read all the
/// same. What is remembered of the origin has no part in it: that is for [`remember`].
pub async fn inspect<T: Transport, W, L>(
    transport: &mut T,
    rules: &dyn Fn(&Url) -> Limits,
) -> Result<Inspected<T::Answer>, NothingSigned<T::Error, W, L>> {
    let answer = transport.ask().await.map_err(NothingSigned::Transport)?;
    if answer.status() != 402 || transport.carries_payment() {
        return Ok(Inspected::Ordinary(answer));
    }
    let limits = limits_for(rules, answer.url(), answer.way());
    read(answer, &limits).await.map(Inspected::Demanded)
}

/// Holds terms that were read against what the ledger remembers of their origin.
pub async fn remember<L: Ledger>(
    demand: &mut Demand,
    rules: &dyn Fn(&Url) -> Limits,
    ledger: &mut L,
) -> Result<(), L::Error> {
    let limits = limits_for(rules, &demand.url, &demand.way);
    let evidence = gather(demand, &limits, ledger).await?;
    demand.decide(&limits, &evidence, None);
    Ok(())
}

/// Reads the terms of a 402 and holds them against the limits.
async fn read<A: Answer<Error = T>, T, W, L>(
    answer: A,
    limits: &Limits,
) -> Result<Box<Demand>, NothingSigned<T, W, L>> {
    let (url, way) = (answer.url().clone(), answer.way().to_vec());
    let (method, route, headers) = (answer.method(), answer.route(), answer.headers().clone());
    // With the terms in a header the body is a page for people, or says the same again: it is read
    // for what it may contradict, and whatever is wrong with it does not hold up the purchase.
    let is_asked = read_challenge(&headers, b"").is_ok();
    let body = match answer.body_within(MAX_BODY_BYTES, patience(is_asked)).await {
        Ok(body) => body,
        Err(_) if is_asked => Vec::new(),
        Err(error) => return Err(NothingSigned::Transport(error)),
    };
    let before = Before::of(&headers, &body);
    let server_time = read_date(&headers);
    let challenge = match read_challenge(&headers, &body) {
        Ok(challenge) => challenge,
        Err(unread) => {
            let instead = read_instead(&headers, &body);
            let lost = Lost { url, way, route, server_time, unread, instead, before };
            return Err(NothingSigned::NoTerms(Box::new(lost)));
        }
    };
    let quotes = quotes(&challenge);
    let assessment = decide(&Case::new(&quotes, limits, route));
    Ok(Box::new(Demand {
        method,
        url,
        way,
        route,
        server_time,
        challenge,
        quotes,
        assessment,
        before,
    }))
}

/// How long to wait for the body of a 402, by whether its headers hold the terms.
fn patience(is_asked: bool) -> Patience {
    if is_asked { AFTERTHOUGHT } else { NEEDED }
}

/// Whether a request with this method is ever paid for. What a `HEAD` would buy is the resource's head,
/// and the resource itself would be asked for by another request and paid for once more. What answers
/// a `CONNECT` is a tunnel and no resource (RFC 9110 9.3.6).
pub fn is_paid_for(method: &Method) -> bool {
    !matches!(*method, Method::HEAD | Method::CONNECT)
}

/// Sends the request, and pays for it if that is asked and allowed: at most one signature. It is sent
/// once, and once more, byte for byte, where the connection turns out to have been closed.
///
/// While an earlier payment for the same request may still settle, that one is sent again instead, unless
/// [`Limits::pay_again`]. Where another living process is busy with it, its end is waited for, or the
/// owner asked.
///
/// Methods for which [`is_paid_for`] says no are never paid for.
pub async fn fetch<T: Transport, W: Wallet, L: Ledger>(
    mut ports: Ports<'_, T, W, L>,
    rules: &dyn Fn(&Url) -> Limits,
) -> Result<Outcome<T::Answer, L::Error>, Failure<T::Error, W::Error, L::Error>> {
    let answer = ports.transport.ask().await.map_err(NothingSigned::Transport)?;
    let limits = limits_for(rules, answer.url(), answer.way());
    let is_paid_for = is_paid_for(&answer.method());
    if answer.status() != 402 || limits.no_pay || !is_paid_for || ports.transport.carries_payment()
    {
        return Ok(Outcome::Ordinary(answer));
    }
    let (url, route) = (answer.url().clone(), answer.route());
    let times = Times::of(ports.clock, answer.headers());
    let demand = match read(answer, &limits).await {
        Ok(demand) => Ok(demand),
        Err(lost @ NothingSigned::NoTerms(_)) => Err(lost),
        Err(failure) => return Err(failure.into()),
    };
    let before = match &demand {
        Ok(demand) => demand.before.clone(),
        Err(NothingSigned::NoTerms(lost)) => lost.before.clone(),
        Err(_) => Before::default(),
    };
    let place = Place { url, route, before };
    if let Ok(demand) = &demand {
        ports.observer.demanded(demand);
    }
    let asked = ports.transport.asked().await.map_err(NothingSigned::Transport)?;
    // Before the terms are needed: what is signed already goes out without them.
    if let Some(earlier) = claim(&asked, &limits, ports.ledger, &times).await? {
        return resend::resend(ports, &place, &limits, &times, earlier).await;
    }
    ports.transport.has_room().map_err(NothingSigned::Transport)?;
    let mut demand = demand?;
    let evidence = gather(&demand, &limits, ports.ledger).await.map_err(NothingSigned::Ledger)?;
    demand.decide(&limits, &evidence, None);
    let mut looked = Looked::default();
    if let Some(quote) = wanted(&demand) {
        check_clocks(validity_seconds(quote, &limits), &times)?;
        let earlier = look_back(&demand, &asked, &limits, &times, &mut ports, &mut looked);
        if let Some(earlier) = earlier.await? {
            return resend::resend(ports, &place, &limits, &times, earlier).await;
        }
    }
    check_budgets(&demand, &limits, ports.ledger, &times).await?;
    let (mut demand, agreed) =
        agree(demand, &limits, &evidence, ports.consent, ports.transport, ports.wallet).await?;
    let unlocked = ports.wallet.unlock(ports.transport.deadline()).await;
    // Unlocking and asking take time, and a signature that cannot be sent in time is a gift.
    if let Some(error) = ports.transport.time_is_up() {
        return Err(NothingSigned::Transport(error).into());
    }
    let payer = unlocked.map_err(NothingSigned::Wallet)?;
    // Both may have waited for a person, and others pay meanwhile.
    loop {
        let earlier = look_back(&demand, &asked, &limits, &times, &mut ports, &mut looked).await?;
        if let Some(earlier) = earlier {
            return resend::resend(ports, &place, &limits, &times, earlier).await;
        }
        // A server closes a connection that nobody uses: what cannot be sent is not signed.
        ports.transport.ready().await.map_err(NothingSigned::Transport)?;
        let evidence =
            gather(&demand, &limits, ports.ledger).await.map_err(NothingSigned::Ledger)?;
        demand.decide(&limits, &evidence, agreed.as_ref());
        let Some(approved) = demand.approved() else {
            return Err(NothingSigned::Refused(demand).into());
        };
        ports.transport.check_body().await.map_err(NothingSigned::Transport)?;
        // A long body is not read in no time.
        if let Some(error) = ports.transport.time_is_up() {
            return Err(NothingSigned::Transport(error).into());
        }
        let (demand, asked, limits) = (&demand, &asked, &limits);
        let (times, accepted) = (&times, looked.accepted.as_slice());
        let signing = Signing { demand, approved, payer, asked, limits, times, accepted };
        match sign(&mut ports, &signing).await? {
            Step::Signed(payment, validity) => {
                return send(ports, &signing, *payment, &validity).await;
            }
            // By another process, since the look back.
            Step::Overtaken if looked.is_enough() => return Err(NothingSigned::Overtaken.into()),
            Step::Overtaken => pause(ports.transport, ports.clock, &mut looked).await?,
        }
    }
}

/// Fails where what would be signed now lives too short by one of the clocks: signed from this machine's
/// time it would live too long by the server's, and from the server's it could not be sent.
fn check_clocks<T, W, L>(validity: u64, times: &Times<'_>) -> Result<(), NothingSigned<T, W, L>> {
    match too_far_ahead(times.now(), times.earliest(), validity) {
        Some(seconds) => Err(NothingSigned::ClockAhead { seconds }),
        None => Ok(()),
    }
}
