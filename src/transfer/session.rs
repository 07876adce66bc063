//! What all transfers of a run share: one account that is unlocked once, one ledger, one owner who is
//! asked one question at a time, and what was paid in total.
//!
//! Everything runs on one thread, so a borrow that is never held across a wait is never held twice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use ::http::Method;
use alloy_primitives::{Address, U256};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::WalletFailure;
use crate::ledger::{self, LedgerAdmin, OpenLedger, PayingLedger};
use crate::pay::{
    Asked, Busy, Consent, Demand, Earlier, Fingerprint, Ledger, Payment, Recorded, Reservation,
    Unreserved, Verdict, Wallet,
};
use crate::policy::{Budget, Quote, SellerHistory, Shortage};
use crate::protocol::Amount;
use crate::scheme::{SignRequest, Signature};
use crate::signals::interrupted;
use crate::terminal::consent::Owner;
use crate::terminal::progress::Away;
use crate::terminal::prompt::PromptError;
use crate::terminal::report::State;
use crate::wallet::{self, Account};

/// What transfers share.
pub(crate) struct Shared {
    /// Away only while it is being opened, when nobody has a use for it.
    account: RefCell<Option<Account<WalletFailure>>>,
    /// Whoever opens the account holds this.
    opening: Mutex<()>,
    ledger: OpenLedger,
    /// Whoever asks the owner holds this, for a yes or for a password.
    owner: Arc<Mutex<()>>,
    /// Whether the first budget without room stops every payment that is not yet signed.
    stops: bool,
    shortage: RefCell<Option<Box<Shortage>>>,
    /// How each payment stands, by its id: what is sent again is told of again.
    ended: RefCell<BTreeMap<String, End>>,
}

impl Shared {
    /// Shares an account and a ledger. With `stops`, the first shortage of a budget is one for all.
    pub(crate) fn new(account: Account<WalletFailure>, ledger: OpenLedger, stops: bool) -> Self {
        Self {
            account: RefCell::new(Some(account)),
            opening: Mutex::default(),
            ledger,
            owner: Arc::default(),
            stops,
            shortage: RefCell::default(),
            ended: RefCell::default(),
        }
    }

    /// Puts another account in the place of this one.
    pub(crate) fn use_account(&self, account: Account<WalletFailure>) {
        *self.account.borrow_mut() = Some(account);
    }

    /// Whether a budget has had no room, and nothing more is paid.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.shortage.borrow().is_some()
    }

    /// The account, for one transfer.
    pub(crate) fn wallet(&self) -> SharedWallet<'_> {
        SharedWallet(self)
    }

    /// The ledger, for one transfer.
    pub(crate) fn ledger(&self) -> SharedLedger<'_> {
        SharedLedger { shared: self, caller: self.ledger.caller() }
    }

    /// The ledger, for what is no part of paying.
    pub(crate) const fn admin(&self) -> &impl LedgerAdmin {
        &self.ledger
    }

    /// The owner, for one transfer.
    pub(crate) fn owner(&self) -> SharedOwner {
        SharedOwner(Arc::clone(&self.owner))
    }

    /// Waits for the turn to ask the owner something, which lasts as long as what is returned; `None` if
    /// that does not come in time.
    pub(crate) async fn turn_to_ask(&self, until: Option<Instant>) -> Option<impl Sized + use<>> {
        let turn = in_time(Arc::clone(&self.owner).lock_owned(), until).await?;
        Some((Away::begin(), turn))
    }

    /// Takes a payment into the total, or what has become of it since.
    pub(crate) fn count(&self, payment: &Payment, state: State) {
        self.ended.borrow_mut().insert(payment.id.clone(), End::of(payment, state));
    }

    /// What was paid in total.
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for end in self.ended.borrow().values() {
            totals.add(end);
        }
        totals
    }
}

/// The shared account.
pub(crate) struct SharedWallet<'a>(&'a Shared);

impl Wallet for SharedWallet<'_> {
    type Error = WalletFailure;

    fn look(&self) -> Result<(), WalletFailure> {
        // Away while it is opened: then there is one.
        self.0.account.borrow().as_ref().map_or(Ok(()), Account::look)
    }

    async fn unlock(&mut self, until: Option<Instant>) -> Result<Address, WalletFailure> {
        let out_of_time = || PromptError::TimedOut;
        let _opening = in_time(self.0.opening.lock(), until).await.ok_or_else(out_of_time)?;
        let will_ask = self.0.account.borrow().as_ref().is_some_and(Account::will_ask);
        let _asking = if will_ask {
            let turn = in_time(self.0.owner.lock(), until).await.ok_or_else(out_of_time)?;
            // Whoever had the turn may have given it up to the signal that ends this transfer too.
            if interrupted() {
                return Err(PromptError::Interrupted.into());
            }
            Some((Away::begin(), turn))
        } else {
            None
        };
        let account = self.0.account.borrow_mut().take();
        let mut account = account.ok_or(wallet::Error::Locked)?;
        let unlocked = account.unlock(until).await;
        *self.0.account.borrow_mut() = Some(account);
        unlocked
    }

    fn sign(&self, request: &SignRequest) -> Result<Signature, WalletFailure> {
        match self.0.account.borrow().as_ref() {
            Some(account) => account.sign(request),
            None => Err(wallet::Error::Locked.into()),
        }
    }
}

/// The shared ledger.
pub(crate) struct SharedLedger<'a> {
    shared: &'a Shared,
    caller: <OpenLedger as PayingLedger>::Caller<'a>,
}

impl SharedLedger<'_> {
    fn note(&self, shortage: &Shortage) {
        if self.shared.stops {
            *self.shared.shortage.borrow_mut() = Some(Box::new(shortage.clone()));
        }
    }

    fn noted(&self) -> Option<Box<Shortage>> {
        self.shared.shortage.borrow().clone()
    }
}

impl Ledger for SharedLedger<'_> {
    type Error = ledger::Error;

    async fn claim(
        &mut self,
        purchase: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, ledger::Error> {
        self.caller.claim(purchase, now).await
    }

    async fn claim_by_id(&mut self, id: &str, now: u64) -> Result<Earlier, ledger::Error> {
        self.caller.claim_by_id(id, now).await
    }

    async fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, ledger::Error> {
        self.caller.seller_history(url).await
    }

    async fn find(
        &mut self,
        purchase: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, ledger::Error> {
        self.caller.find(purchase, now).await
    }

    async fn rival(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, ledger::Error> {
        self.caller.rival(asked, place, known, now).await
    }

    async fn busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, ledger::Error> {
        self.caller.busy(asked, place, known, now).await
    }

    async fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, ledger::Error> {
        if let Some(shortage) = self.noted() {
            return Ok(Some(shortage));
        }
        let found = self.caller.shortage(quote, url, budgets, now).await?;
        if let Some(shortage) = &found {
            self.note(shortage);
        }
        Ok(found)
    }

    async fn reserve(&mut self, wanted: &Reservation<'_>) -> Result<(), Unreserved<ledger::Error>> {
        if let Some(shortage) = self.noted() {
            return Err(Unreserved::OverBudget(shortage));
        }
        let reserved = self.caller.reserve(wanted).await;
        if let Err(Unreserved::OverBudget(shortage)) = &reserved {
            self.note(shortage);
        }
        reserved
    }

    async fn release(&mut self, id: &str) -> Result<(), ledger::Error> {
        self.caller.release(id).await
    }

    async fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), ledger::Error> {
        self.caller.signed(payment, now).await
    }

    async fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), ledger::Error> {
        self.caller.sent(payment, now).await
    }

    async fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<Recorded, ledger::Error> {
        self.caller.close(payment, verdict, now).await
    }
}

type Question = Pin<Box<dyn Future<Output = Option<bool>>>>;

/// The owner, who is asked one thing after the other.
pub(crate) struct SharedOwner(Arc<Mutex<()>>);

impl Consent for SharedOwner {
    fn ask(&mut self, demand: &Demand, quote: &Quote, until: Option<Instant>) -> Question {
        in_turn(&self.0, Owner.ask(demand, quote, until), until)
    }

    fn ask_beside(&mut self, earlier: &Earlier, until: Option<Instant>) -> Question {
        in_turn(&self.0, Owner.ask_beside(earlier, until), until)
    }

    fn ask_beside_busy(&mut self, busy: &Busy, until: Option<Instant>) -> Question {
        in_turn(&self.0, Owner.ask_beside_busy(busy, until), until)
    }
}

/// Asks when nobody else is being asked; whoever waits too long for that has no answer.
fn in_turn(turn: &Arc<Mutex<()>>, question: Question, until: Option<Instant>) -> Question {
    let turn = Arc::clone(turn);
    Box::pin(async move {
        let _turn = in_time(turn.lock_owned(), until).await?;
        if interrupted() { None } else { question.await }
    })
}

/// Waits until `until` at most, where there is such a limit.
async fn in_time<T>(wait: impl Future<Output = T>, until: Option<Instant>) -> Option<T> {
    match until {
        None => Some(wait.await),
        Some(until) => tokio::time::timeout_at(until.into(), wait).await.ok(),
    }
}

/// How one payment stands.
struct End {
    state: &'static str,
    network: &'static str,
    asset: &'static str,
    atomic: U256,
    decimals: u8,
}

impl End {
    fn of(payment: &Payment, state: State) -> Self {
        let quote = &payment.authorization.quote;
        Self {
            state: state.word(),
            network: quote.network.name,
            asset: quote.asset.symbol,
            atomic: quote.amount.atomic(),
            decimals: quote.asset.decimals,
        }
    }
}

/// Payments by network, asset and what became of them; amounts of different assets are never added.
#[derive(Debug, Default)]
pub(crate) struct Totals(BTreeMap<(&'static str, &'static str, &'static str), Total>);

#[derive(Debug, Default)]
struct Total {
    payments: u64,
    atomic: U256,
    decimals: u8,
}

impl Totals {
    fn add(&mut self, end: &End) {
        let total = self.0.entry((end.state, end.network, end.asset)).or_default();
        total.payments = total.payments.saturating_add(1);
        total.atomic = total.atomic.saturating_add(end.atomic);
        total.decimals = end.decimals;
    }

    /// How many payments there are.
    pub(crate) fn payments(&self) -> u64 {
        self.0.values().map(|total| total.payments).sum()
    }

    /// All of them in one line.
    pub(crate) fn line(&self) -> String {
        let each = self.0.iter().map(|((state, network, asset), total)| {
            let amount = Amount::new(total.atomic).human(total.decimals);
            let plural = if total.payments == 1 { "" } else { "s" };
            format!("{} payment{plural} {state}, {amount} {asset} on {network}", total.payments)
        });
        format!("in total: {}", each.collect::<Vec<_>>().join("; "))
    }

    /// All of them as JSON: schema `pay402/total/1`.
    pub(crate) fn json(&self) -> Value {
        let each = self.0.iter().map(|((state, network, asset), total)| {
            json!({
                "state": state,
                "network": network,
                "asset": asset,
                "payments": total.payments,
                "amount": Amount::new(total.atomic).human(total.decimals),
                "amount_atomic": total.atomic.to_string(),
            })
        });
        json!({ "schema": "pay402/total/1", "totals": each.collect::<Vec<_>>() })
    }
}
