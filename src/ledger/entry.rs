//! One entry of the ledger, as it is read.

use ::http::{HeaderName, HeaderValue, Method};
use alloy_primitives::{Address, B256};
use url::Url;

use super::delivery::{Came, Delivery};
use super::error::Unreadable;
use super::state::State;
use super::words::words;
use crate::pay::{
    Busy, Doubt, Fingerprint, LEAST_LIFE_SECONDS, Money, Payment, Process, Verdict, lapses_at,
};
use crate::policy::Quote;
use crate::protocol::{Amount, Asset, Network, PaymentHeader};
use crate::scheme::{Authorization, Scheme, SettlementKey, scheme_named};

/// What the last answer to a payment was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answered {
    /// The resource, and word that the payment settled.
    Delivered,
    /// Word that it settled, and no resource.
    NotDelivered,
    /// The resource, without a word on the money.
    Unproven,
    /// A settlement header that cannot be read.
    Damaged,
    /// The resource, and word that the settlement failed.
    Denied,
    /// Word of a settlement that is not of what was signed.
    Differs,
    /// An error, without a word on the money.
    Failed,
    /// A refusal of the payment.
    Refused,
    /// Word that it is broadcast, with the outcome open.
    Pending,
    /// Word, by the protocol, that the request was not processed.
    Unprocessed,
    /// None.
    Nothing,
}

words! { Answered {
    Delivered = "delivered",
    NotDelivered = "not-delivered",
    Unproven = "unproven",
    Damaged = "damaged",
    Denied = "denied",
    Differs = "differs",
    Failed = "failed",
    Refused = "refused",
    Pending = "pending",
    Unprocessed = "unprocessed",
    Nothing = "nothing",
} }

impl Answered {
    /// What a verdict says; none at all is no answer.
    pub(super) const fn of(verdict: Option<&Verdict>) -> Self {
        match verdict {
            None | Some(Verdict::Unsent) => Self::Nothing,
            Some(Verdict::Unprocessed) => Self::Unprocessed,
            Some(Verdict::Pending(_)) => Self::Pending,
            Some(Verdict::Rejected(_) | Verdict::Undecided(_)) => Self::Refused,
            Some(Verdict::Deliver(money)) => match money {
                Money::Settled(_) => Self::Delivered,
                Money::NotDelivered(_) => Self::NotDelivered,
                Money::Unproven { .. } | Money::Doubtful(Doubt::Unchecked(_)) => Self::Unproven,
                Money::Unsettled => Self::Failed,
                Money::Refused(_) => Self::Refused,
                Money::Doubtful(Doubt::Damaged | Doubt::Contradictory) => Self::Damaged,
                Money::Doubtful(Doubt::ServedButDenied(_)) => Self::Denied,
                Money::Doubtful(Doubt::Differs { .. } | Doubt::Contradicted(_)) => Self::Differs,
                Money::Doubtful(Doubt::ServedWhilePending(_)) => Self::Pending,
            },
        }
    }
}

/// Who says how a payment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// The server, in its answer.
    Server,
    /// The chain.
    Chain,
    /// Nobody but the clock, after a refusal.
    Clock,
}

words! { Proof { Server = "server", Chain = "chain", Clock = "clock" } }

/// One payment as the ledger has it. Times are Unix seconds, amounts atomic units of the asset.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) seq: i64,
    /// Names it.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// What the last answer was, if it was ever sent.
    pub answered: Option<Answered>,
    /// The server's own words on a refusal.
    pub reason: Option<String>,
    /// The purchase it was signed for.
    pub fingerprint: Fingerprint,
    pub(super) owner: Option<String>,
    /// When room was made for it: the time it counts from in every budget.
    pub reserved_at: u64,
    /// When it was signed.
    pub signed_at: Option<u64>,
    /// When it last left.
    pub sent_at: Option<u64>,
    /// When an answer or a proof last changed its state.
    pub closed_at: Option<u64>,
    /// When the purchase was over: all of it had come, and of its settlement nothing was left to ask.
    pub delivered_at: Option<u64>,
    /// What arrived, as far as it is known.
    pub delivery: Option<Delivery>,
    /// How many times it left.
    pub sendings: u64,
    /// The request's method.
    pub method: String,
    /// The URL that was paid, without user and password.
    pub url: String,
    /// The method before the redirects that led to it, where there were any.
    pub asked_method: Option<String>,
    /// The URL before those, without user and password.
    pub asked_url: Option<String>,
    /// Host and port.
    pub authority: String,
    /// The protocol version, once it is signed.
    pub version: Option<u64>,
    /// The payment scheme.
    pub scheme: String,
    /// The network as CAIP-2.
    pub network: String,
    /// The token contract.
    pub asset: Address,
    /// What people call the token.
    pub symbol: String,
    /// Decimal places between atomic units and whole tokens.
    pub decimals: u8,
    /// Who pays.
    pub payer: Address,
    /// Who is paid.
    pub payee: Address,
    /// The most that can settle.
    pub amount: Amount,
    /// What did settle.
    pub settled: Option<Amount>,
    /// The authorization's nonce.
    pub nonce: B256,
    pub(super) digest: B256,
    /// Start of its validity.
    pub valid_after: u64,
    /// End of its validity.
    pub valid_before: u64,
    pub(super) max_timeout: u64,
    /// The hash of the settling transaction, by the server's or the chain's word.
    pub transaction: Option<String>,
    /// Who says how it ended, once it has.
    pub proof: Option<Proof>,
}

impl Entry {
    /// The first second at which it cannot settle any more, in Unix time.
    pub fn lapses_at(&self) -> u64 {
        lapses_at(self.valid_before)
    }

    /// Whether sending it again can still bring something: it may settle, or has settled without
    /// being delivered while a server would take it.
    pub fn may_be_resent(&self, now: u64) -> bool {
        let owed =
            self.state == State::Settled && self.delivered_at.is_none() && !self.came_whole();
        let in_time = now.saturating_add(LEAST_LIFE_SECONDS) <= self.valid_before;
        self.may_settle(now) || (owed && in_time)
    }

    /// Whether all of what it bought has arrived.
    pub fn came_whole(&self) -> bool {
        self.delivery.as_ref().is_some_and(|delivery| delivery.came == Came::Whole)
    }

    /// Whether it settled by the server's word alone.
    pub fn rests_on_server(&self) -> bool {
        self.state == State::Settled && self.proof == Some(Proof::Server)
    }

    /// Whether what it bought has arrived, and the chain is still to be asked whether it settled, as
    /// the owner wanted.
    pub fn awaits_proof(&self) -> bool {
        self.rests_on_server() && self.came_whole() && self.delivered_at.is_none()
    }

    /// Whether a signature is out that can still settle.
    pub fn may_settle(&self, now: u64) -> bool {
        self.state.is_open() && now < self.lapses_at()
    }

    /// What it pays.
    fn quote(&self) -> Result<Quote, Unreadable> {
        let lacks = |what| self.lacks(what);
        let network = Network::of_v2(&self.network).ok_or_else(|| lacks("unknown network"))?;
        let asset = Asset::at(network, self.asset).ok_or_else(|| lacks("unknown asset"))?;
        Ok(Quote {
            offer: 0,
            scheme: self.scheme()?.name(),
            network,
            asset,
            pay_to: self.payee,
            amount: self.amount,
            max_timeout_seconds: self.max_timeout,
        })
    }

    /// How it pays.
    fn scheme(&self) -> Result<&'static dyn Scheme, Unreadable> {
        scheme_named(&self.scheme).ok_or_else(|| self.lacks("unknown scheme"))
    }

    /// What was signed.
    fn authorization(&self) -> Result<Authorization, Unreadable> {
        Ok(Authorization {
            scheme: self.scheme()?,
            quote: self.quote()?,
            payer: self.payer,
            valid_after: self.valid_after,
            valid_before: self.valid_before,
            nonce: self.nonce,
            digest: self.digest,
        })
    }

    /// What to ask a chain for, to learn whether it settled; `None` where its scheme is not known any more.
    pub fn settlement_key(&self) -> Option<SettlementKey> {
        let scheme = self.scheme().ok()?;
        Some(scheme.settlement_key(self.asset, self.payer, self.nonce))
    }

    fn lacks(&self, what: &str) -> Unreadable {
        Unreadable(format!("payment {}: {what}", self.id))
    }

    /// The same as one that another process is busy with. `same` is whether it is for the purchase at
    /// hand, and not for a rival of it.
    pub(super) fn busy(&self, process: Process, same: bool) -> Result<Busy, Unreadable> {
        Ok(Busy {
            id: self.id.clone(),
            quote: self.quote()?,
            url: Url::parse(&self.url).map_err(|_| self.lacks("no URL"))?,
            same,
            settled: self.state == State::Settled,
            since: self.sent_at.or(self.signed_at).unwrap_or(self.reserved_at),
            valid_before: self.valid_before,
            process,
        })
    }

    /// The payment as it was signed, with the header that carries it.
    pub(super) fn payment(&self, name: &str, value: &str) -> Result<Payment, Unreadable> {
        let lacks = |what| self.lacks(what);
        let mut header_value = HeaderValue::from_str(value).map_err(|_| lacks("no header"))?;
        header_value.set_sensitive(true);
        Ok(Payment {
            id: self.id.clone(),
            method: Method::from_bytes(self.method.as_bytes()).map_err(|_| lacks("no method"))?,
            url: Url::parse(&self.url).map_err(|_| lacks("no URL"))?,
            version: self.version.ok_or_else(|| lacks("no version"))?,
            authorization: self.authorization()?,
            header: PaymentHeader {
                name: HeaderName::from_bytes(name.as_bytes()).map_err(|_| lacks("no header"))?,
                value: header_value,
            },
        })
    }
}
