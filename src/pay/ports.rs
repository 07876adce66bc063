//! What the story needs of the world. Edges implement these; tests can too.

use ::http::{HeaderMap, Method};
use std::pin::Pin;
use std::time::{Duration, Instant};

use alloy_primitives::{Address, B256};
use thiserror::Error;
use url::Url;

use super::{Asked, Demand, Fingerprint, Payment, Validity, Verdict};
use crate::policy::{Budget, Quote, Route, SellerHistory, Shortage};
use crate::protocol::PaymentHeader;
use crate::scheme::{Authorization, SignRequest, Signature};

/// The network, holding one request.
#[expect(async_fn_in_trait, reason = "used with static dispatch on one thread")]
pub trait Transport {
    /// A response.
    type Answer: Answer<Error = Self::Error>;
    /// What can go wrong.
    type Error;

    /// Whether the user's own headers already carry a payment: then none is made on top.
    fn carries_payment(&self) -> bool;

    /// When the time allowed is over; `None` where there is no limit.
    fn deadline(&self) -> Option<Instant>;

    /// Whether the time allowed is over, as the error that says so: then nothing is signed any more.
    fn time_is_up(&self) -> Option<Self::Error>;

    /// From now on an interruption by the owner does not end the process, but is told by
    /// [`Transport::interrupted`] and by [`Transport::pay`].
    fn arm(&mut self);

    /// Whether the owner has interrupted since [`Transport::arm`], of this transport or of an earlier one
    /// in the same process, or in place of an answer, as the error that says so.
    fn interrupted(&self) -> Option<Self::Error>;

    /// This request as the user meant it, before any redirect. An error when its body cannot be read
    /// again. A long body takes its time, which an interruption ends.
    async fn asked(&self) -> Result<Asked, Self::Error>;

    /// Fails unless the body is, byte for byte, what it was when [`Transport::asked`] read it: prices
    /// are for bodies, and a question or a password gives others time to change a file.
    async fn check_body(&self) -> Result<(), Self::Error>;

    /// Fails where what would be bought is known to have no place to go: then nothing is signed, and
    /// nothing sent again.
    fn has_room(&self) -> Result<(), Self::Error>;

    /// Whether this request's output is the file that holds what came, as it came: then there is nothing
    /// to ask for again.
    fn holds(&self, kept: &Kept) -> bool;

    /// Waits for a while. An error where the time allowed is over, or the owner has interrupted.
    async fn rest(&mut self, time: Duration) -> Result<(), Self::Error>;

    /// Sends the request, following redirects where the user allows it.
    async fn ask(&mut self) -> Result<Self::Answer, Self::Error>;

    /// Makes sure that there is a living connection to the URL that answered [`Transport::ask`], so
    /// that what is signed next can leave. Makes one where there is none.
    async fn ready(&mut self) -> Result<(), Self::Error>;

    /// The error that says that a payment's validity is over before it could be sent.
    fn expired(&self) -> Self::Error;

    /// Sends the same request again with a payment, to the URL that answered [`Transport::ask`] and
    /// nowhere else: no redirect is followed. Waits at least `patience` seconds for the answer,
    /// because servers settle before they speak, but not forever.
    ///
    /// A connection may take its time to come about, or to take a request: the payment leaves only while
    /// it is valid, and is [`Transport::expired`] otherwise.
    ///
    /// After [`Reach::Dropped`] the next call uses a new connection.
    async fn pay(
        &mut self,
        payment: &PaymentHeader,
        patience: u64,
        validity: &Validity<'_>,
    ) -> Result<Self::Answer, Unanswered<Self::Error>>;
}

/// A payment that had no answer.
pub struct Unanswered<E> {
    /// What went wrong.
    pub error: E,
    /// How far the payment came.
    pub reach: Reach,
}

/// How far a payment without an answer came, the furthest last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No byte of it left this machine: nobody else has the signature.
    #[default]
    Unsent,
    /// The server says, by the protocol, that it did not process the request (RFC 9113 8.7 and 6.8).
    Unprocessed,
    /// It may have arrived, and the same bytes are right over another connection. This one had answered an
    /// earlier request, and ended without one byte of an answer to this one: most likely the server had
    /// closed it while it was idle (RFC 9112 9.3.1). Or the server wants it by HTTP/1.1 (RFC 9113 7), which
    /// does not promise that it did nothing with it.
    Dropped,
    /// It may have arrived.
    Unknown,
}

/// A response whose body has not been read.
#[expect(async_fn_in_trait, reason = "used with static dispatch on one thread")]
pub trait Answer {
    /// What can go wrong.
    type Error;

    /// The status code.
    fn status(&self) -> u16;
    /// The headers.
    fn headers(&self) -> &HeaderMap;
    /// The URL that answered, after redirects.
    fn url(&self) -> &Url;
    /// The URLs that redirected there, in their order.
    fn way(&self) -> &[Url];
    /// The method it was asked with, after redirects.
    fn method(&self) -> Method;
    /// How it was reached.
    fn route(&self) -> Route;
    /// The body, read to its end so that the connection can be used again, but for no longer than
    /// `patience`; of one that is longer than `limit` bytes, the first `limit` and one more. One whose
    /// length is not announced need not end: a pause ends it where it is not needed, and where it is a
    /// whole JSON document by then.
    async fn body_within(self, limit: usize, patience: Patience) -> Result<Vec<u8>, Self::Error>;
}

/// How long a body is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Longest time in all.
    pub most: Duration,
    /// Whether something depends on it.
    pub needed: bool,
}

/// The key.
#[expect(async_fn_in_trait, reason = "used with static dispatch on one thread")]
pub trait Wallet {
    /// What can go wrong.
    type Error;

    /// Fails where it is clear, without opening anything, that there is no key: then nobody is asked whether to
    /// pay.
    fn look(&self) -> Result<(), Self::Error>;

    /// Makes the key usable, and says its address. Whoever is asked for a password has until `until`.
    async fn unlock(&mut self, until: Option<Instant>) -> Result<Address, Self::Error>;

    /// Signs a message. After [`Wallet::unlock`].
    fn sign(&self, request: &SignRequest) -> Result<Signature, Self::Error>;
}

/// Something to be signed, for the ledger to make room for.
pub struct Reservation<'a> {
    /// What is going to be signed.
    pub authorization: &'a Authorization,
    /// The purchase it is for: the request before any redirect.
    pub asked: &'a Asked,
    /// The method of the request that is paid.
    pub method: &'a Method,
    /// The URL that is paid.
    pub url: &'a Url,
    /// Every budget; those that do not count this payment are passed over.
    pub budgets: &'a [Budget],
    /// The present, in Unix seconds.
    pub now: u64,
    /// The present by the clock that is behind, this machine's or the server's: what may still settle by
    /// either counts, and stands in the way.
    pub earliest: u64,
    /// The ids of the earlier payments for the same purchase, or perhaps the same, beside which the owner
    /// wants this one; `None` where it may be signed beside any.
    pub beside: Option<&'a [String]>,
}

/// Why something could not be reserved.
pub enum Unreserved<E> {
    /// It does not fit into a budget.
    OverBudget(Box<Shortage>),
    /// There is a payment by now beside which it may not be signed.
    Overtaken,
    /// The ledger failed.
    Failed(E),
}

/// A payment that another living process is busy with: it is about to leave, waits for its answer, or
/// what it bought is on its way.
#[derive(Debug, Clone)]
pub struct Busy {
    /// Names it.
    pub id: String,
    /// What it pays.
    pub quote: Quote,
    /// The URL that is paid.
    pub url: Url,
    /// Whether it is for the same purchase, and not one with other headers or by another way.
    pub same: bool,
    /// Whether it has settled, and is being delivered.
    pub settled: bool,
    /// Since when it is out, in Unix seconds.
    pub since: u64,
    /// Until when it can settle, in Unix seconds.
    pub valid_before: u64,
    /// The process that is busy with it.
    pub process: Process,
}

/// What is known of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Its number, where it can be told.
    pub id: Option<u32>,
    /// Whether it is known to be stopped, as by Ctrl-Z.
    pub stopped: bool,
}

/// A payment of an earlier run.
#[derive(Clone)]
pub struct Earlier {
    /// The payment as it was signed.
    pub payment: Payment,
    /// Whether it has settled: then it is sent for the goods alone.
    pub settled: bool,
    /// What it bought, where all of that has arrived and only proof of the settlement is wanted: it is not
    /// sent where this request's output holds that already.
    pub delivered: Option<Kept>,
}

/// Where a body is that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The file's absolute path; `None` for what went to standard output.
    pub file: Option<String>,
    /// Its length in bytes, where that was recorded.
    pub bytes: Option<u64>,
}

/// What the ledger knows of a payment once an answer is recorded: it remembers its earlier sendings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It settled, now or before.
    Settled,
    /// No byte of it ever left this machine.
    Unsent,
    /// Every sending of it was refused.
    Refused,
    /// At least one sending had no answer that tells.
    Unknown,
}

/// The ledger. What a call was told outlives this process once it returns; a signature, and how it ended,
/// outlive a loss of power too. Times are Unix seconds.
///
/// A call that nobody waits for any more is carried out all the same.
#[expect(async_fn_in_trait, reason = "used with static dispatch on one thread")]
pub trait Ledger {
    /// What can go wrong.
    type Error;

    /// An earlier payment for the same purchase that no living process is busy with, and that may still
    /// settle, or has settled and was not delivered. It is this process's until [`Ledger::close`] or
    /// [`Ledger::release`].
    async fn claim(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, Self::Error>;

    /// The payment with this whole id, to be sent again by [`super::resume`]: it is this process's as after
    /// [`Ledger::claim`]. An error where it cannot be sent again, or another living process is busy with it.
    async fn claim_by_id(&mut self, id: &str, now: u64) -> Result<Earlier, Self::Error>;

    /// An earlier payment that [`Ledger::claim`] would hand out; nothing is taken.
    async fn find(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, Self::Error>;

    /// An earlier payment as [`Ledger::claim`] knows them, for the same method, URL and body with other
    /// headers, or to the same `place` by another way than this one's redirects. It may be for the same
    /// goods, so none is signed beside it unasked. Those with an id in `known` are passed over.
    async fn rival(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, Self::Error>;

    /// A payment for the same purchase, or a rival of it, that another living process is busy with. Those
    /// with an id in `known` are passed over, and so are those of this process: whoever names a request
    /// twice in one run wants it twice.
    async fn busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, Self::Error>;

    /// What is remembered of the origin of `url`.
    async fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, Self::Error>;

    /// Whether `quote` would not fit into a budget now, by the clock that is behind. [`Ledger::reserve`]
    /// looks again.
    async fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, Self::Error>;

    /// Makes room in every budget, before anything is signed, unless there is a payment by now that
    /// [`Ledger::claim`], [`Ledger::busy`] or [`Ledger::rival`] would find: the checks and the entry are one.
    async fn reserve(
        &mut self,
        reservation: &Reservation<'_>,
    ) -> Result<(), Unreserved<Self::Error>>;

    /// Lets go of what this process holds under an id: a reservation without a signature is undone,
    /// a payment that was claimed stays as it was found.
    async fn release(&mut self, id: &str) -> Result<(), Self::Error>;

    /// Records a whole signed payment, before its first byte leaves.
    async fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), Self::Error>;

    /// Records that it leaves now. What a crash of the machine may lose of this is no more than that
    /// a payment known to be signed did leave.
    async fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), Self::Error>;

    /// Records what became of it; no verdict means no answer. Where there is a body to deliver, the
    /// payment stays this process's until that has come, or [`Ledger::release`].
    async fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<Recorded, Self::Error>;
}

/// The owner, when the rules leave the decision to them.
pub trait Consent {
    /// Asks whether to pay `quote`. `None` when there is nobody to ask, or no answer by `until`. The
    /// network goes on meanwhile: it must see a connection that the server gives up.
    fn ask(
        &mut self,
        demand: &Demand,
        quote: &Quote,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>>;

    /// Asks whether to sign another payment beside an earlier one for the same method, URL and body.
    /// `None` when there is nobody to ask, or no answer by `until`.
    fn ask_beside(
        &mut self,
        earlier: &Earlier,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>>;

    /// Asks whether to sign another payment beside one that another process is busy with. `None` when
    /// there is nobody to ask, or no answer by `until`.
    fn ask_beside_busy(
        &mut self,
        busy: &Busy,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>>;
}

/// Watches a payment's progress.
pub trait Observer {
    /// Terms have been read.
    fn demanded(&mut self, demand: &Demand);
    /// Another process is busy with a payment, whose end is waited for.
    fn waiting(&mut self, busy: &Busy);
    /// A payment is going to be reserved, signed and sent: from here on an interruption is told by the
    /// transport, and the call must be waited for.
    fn signing(&mut self);
    /// A payment is signed and recorded, and goes out now.
    fn sending(&mut self, payment: &Payment);
    /// An earlier payment for the same request may still settle, or has settled and was not
    /// delivered: that one goes out again now, byte for byte, and no new one is signed.
    fn resending(&mut self, earlier: &Earlier);
    /// The wait for its answer is over, one way or the other.
    fn answered(&mut self);
}

/// The time.
pub trait Clock {
    /// Seconds since the Unix epoch.
    fn now(&self) -> u64;

    /// The time that has passed since some moment, also while the machine slept: nobody can set it.
    fn passed(&self) -> Duration;
}

/// The dice.
pub trait Entropy {
    /// 32 bytes nobody can guess and nobody has seen.
    fn nonce(&self) -> Result<B256, EntropyError>;
}

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system gives no random numbers")]
pub struct EntropyError;
