//! How the story can end badly: with nothing signed, or with a signature out.
//!
//! Facts only; sentences and exit codes are made at the front door.

use alloy_primitives::Address;
use url::Url;

use super::ports::{Busy, EntropyError};
use super::{Demand, Earlier, Payment, Recorded};
use crate::policy::{Assessment, Route, Shortage};
use crate::protocol::{Before, Instead, Settlement, Unread};

/// A failure, in the one distinction that matters. `T`, `W`, `L` are the errors of the network, the
/// wallet and the ledger.
pub enum Failure<T, W, L> {
    /// No money can move.
    NothingSigned(NothingSigned<T, W, L>),
    /// A signature is out.
    Signed(Box<Signed<T, L>>),
}

impl<T, W, L> From<NothingSigned<T, W, L>> for Failure<T, W, L> {
    fn from(failure: NothingSigned<T, W, L>) -> Self {
        Self::NothingSigned(failure)
    }
}

/// A 402 without terms that can be read.
pub struct Lost {
    /// Where it came from: the URL after redirects.
    pub url: Url,
    /// The URLs that redirected there, in their order.
    pub way: Vec<Url>,
    /// How a payment would travel.
    pub route: Route,
    /// The time by the server, in Unix seconds, if it says one.
    pub server_time: Option<u64>,
    /// What was found unreadable.
    pub unread: Vec<Unread>,
    /// What it is instead, as far as that can be told.
    pub instead: Option<Instead>,
    /// The 402 as it was said.
    pub before: Before,
}

/// A failure before anything left.
pub enum NothingSigned<T, W, L> {
    /// The network failed.
    Transport(T),
    /// A 402 without terms that can be read.
    NoTerms(Box<Lost>),
    /// The rules, or the terms, do not allow it.
    Refused(Box<Demand>),
    /// The rules leave it to the owner, who said no or could not be asked.
    ConsentMissing {
        /// What would have been paid.
        demand: Box<Demand>,
        /// Whether the owner said no.
        declined: bool,
    },
    /// An earlier payment for the same method, URL and body with other headers, or to the same place by
    /// another way, may be for the same goods, and the owner has not said to sign another.
    Rival {
        /// The earlier one.
        earlier: Box<Earlier>,
        /// Whether the owner said no.
        declined: bool,
    },
    /// Another process is busy with a payment for the same purchase, or perhaps the same, and the owner
    /// has not said to sign another.
    Busy {
        /// That payment.
        busy: Box<Busy>,
        /// Whether the owner said no.
        declined: bool,
    },
    /// Other processes came first with payments for the same purchase again and again, for as long as they
    /// are waited for.
    Overtaken,
    /// It does not fit into a budget.
    OverBudget(Box<Shortage>),
    /// The wallet failed.
    Wallet(W),
    /// This machine's clock is so many seconds ahead of the server's that what is signed would be over by
    /// the one, or live too long by the other.
    ClockAhead {
        /// How many.
        seconds: u64,
    },
    /// The payee is the payer.
    OwnAddress(Address),
    /// No randomness.
    Entropy(EntropyError),
    /// It could not be looked up or recorded, so nothing was sent.
    Ledger(L),
}

/// A failure with a signature out.
pub struct Signed<T, L> {
    /// What was signed.
    pub payment: Payment,
    /// What happened.
    pub cause: SignedCause<T>,
    /// What kept the outcome from being recorded, if anything did.
    pub unrecorded: Option<L>,
}

/// What happened to a payment that is out.
pub enum SignedCause<T> {
    /// The network failed before there was an answer.
    Unanswered {
        /// How.
        error: T,
        /// Whether it is known to have settled when it was sent before.
        settled: bool,
    },
    /// The server refused it, in these words of its own.
    Rejected {
        /// The server's words, as they came.
        reason: Option<String>,
    },
    /// It was sent once more, and the server refused it; its ledger or the first sending's silence says
    /// that the money may have moved all the same.
    RefusedAgain {
        /// The server's words, as they came.
        reason: Option<String>,
        /// Whether it is known to have settled.
        settled: bool,
    },
    /// No byte of it left this machine, because the network failed before that.
    Unsent {
        /// How.
        error: T,
        /// What was known of it before: nothing, unless an earlier run had sent it.
        before: Option<Recorded>,
    },
    /// It is signed and recorded, and was not sent: the owner interrupted, or that it leaves could not be
    /// recorded.
    NeverSent {
        /// Whether the owner did.
        interrupted: bool,
    },
    /// The server did not take it, in words that leave open whether it settled.
    Undecided {
        /// The server's words, as they came.
        reason: Option<String>,
        /// When to come back by the server's word, in seconds.
        retry_after: Option<u64>,
    },
    /// The server says it is broadcast, with the outcome unknown.
    Pending(Settlement),
    /// It was signed in an earlier run, may still settle or has settled undelivered, and was not sent
    /// again; no other was signed in its place.
    NotResent {
        /// Why it was not sent.
        why: NotResent,
        /// Whether it is known to have settled.
        settled: bool,
    },
}

/// Why an earlier payment was not sent again.
pub enum NotResent {
    /// What it bought has arrived. Whether it settled is a question for the chain.
    Delivered,
    /// The terms come from another origin now than the one it was signed for.
    Origin {
        /// Where the terms come from now.
        now: Url,
    },
    /// No server would settle it any more, yet a chain with a slow clock still could.
    Expiring {
        /// From then on it cannot settle, in Unix seconds, and running again signs a new one.
        until: u64,
    },
    /// The owner's rules, as they are now, do not allow it.
    Refused(Box<Assessment>),
    /// The body of the request was changed after it was read, or cannot be read any more.
    OtherBody,
    /// What it buys has no place to go.
    NoRoom,
    /// The owner interrupted.
    Interrupted,
    /// The ledger could not record that it goes out again; `unrecorded` says why.
    Unrecorded,
}
