//! The ledger as one transfer calls it, and what becomes of the transfer's payments when nobody waits for
//! it any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::Method;
use url::Url;

use super::database::Database;
use super::worker::SqliteLedger;
use crate::ledger::Error;
use crate::pay::{
    Asked, Busy, Earlier, Fingerprint, Ledger, Payment, Recorded, Reservation, Unreserved, Verdict,
};
use crate::policy::{Budget, Quote, SellerHistory, Shortage};

/// The ledger, for one transfer.
///
/// A transfer can be given up at any point at which it waits, also for a call of its own. What it holds
/// then is let go of after that call, in the state that is true: a reservation is undone, and a signed
/// payment that nobody has sent is recorded as unsent. What it holds ends with [`Ledger::close`], after
/// which a payment with a body belongs to its delivery.
pub struct Caller<'a> {
    worker: &'a SqliteLedger,
    held: Held,
}

/// The payments that a transfer holds, by their ids.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<BTreeMap<String, Stage>>>);

/// How far a payment is that a transfer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Claimed or reserved.
    Taken,
    /// Its signature is recorded; nothing has left since. The time of the last call, in Unix seconds.
    Kept(u64),
    /// The transfer was told to send it.
    Leaving(u64),
}

impl Held {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Stage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is(&self, id: &str, stage: Stage) {
        self.all().insert(id.to_owned(), stage);
    }

    fn ends(&self, id: &str) {
        self.all().remove(id);
    }
}

impl<'a> Caller<'a> {
    pub(super) fn new(worker: &'a SqliteLedger) -> Self {
        Self { worker, held: Held::default() }
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        // Calls that nobody waits for any more are carried out before this one, and may still add to it.
        if Arc::strong_count(&self.held.0) == 1 && self.held.all().is_empty() {
            return;
        }
        let held = self.held.clone();
        let let_go = move |ledger: &mut Database| {
            for (id, stage) in std::mem::take(&mut *held.all()) {
                // What cannot be recorded stays this process's, and counts, until that ends.
                let _ = ledger.given_up(&id, stage);
            }
        };
        let _ = self.worker.begin(let_go);
    }
}

impl Ledger for Caller<'_> {
    type Error = Error;

    async fn claim(&mut self, purchase: &Fingerprint, now: u64) -> Result<Option<Earlier>, Error> {
        let (purchase, held) = (*purchase, self.held.clone());
        let claim = move |ledger: &mut Database| {
            let claimed = ledger.claim(&purchase, now)?;
            if let Some(earlier) = &claimed {
                held.is(&earlier.payment.id, Stage::Taken);
            }
            Ok(claimed)
        };
        self.worker.try_call(claim).await
    }

    async fn claim_by_id(&mut self, id: &str, now: u64) -> Result<Earlier, Error> {
        let (id, held) = (id.to_owned(), self.held.clone());
        let claim = move |ledger: &mut Database| {
            let claimed = ledger.claim_one(&id, now)?;
            held.is(&claimed.payment.id, Stage::Taken);
            Ok(claimed)
        };
        self.worker.try_call(claim).await
    }

    async fn find(&mut self, purchase: &Fingerprint, now: u64) -> Result<Option<Earlier>, Error> {
        let purchase = *purchase;
        self.worker.try_call(move |ledger| ledger.find(&purchase, now)).await
    }

    async fn rival(
        &mut self,
        asked: &Asked,
        (method, url): (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, Error> {
        let (asked, known) = (asked.clone(), known.to_vec());
        let (method, url) = (method.clone(), url.clone());
        let rival = move |ledger: &mut Database| ledger.rival(&asked, (&method, &url), &known, now);
        self.worker.try_call(rival).await
    }

    async fn busy(
        &mut self,
        asked: &Asked,
        (method, url): (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, Error> {
        let (asked, known) = (asked.clone(), known.to_vec());
        let (method, url) = (method.clone(), url.clone());
        let busy = move |ledger: &mut Database| ledger.busy(&asked, (&method, &url), &known, now);
        self.worker.try_call(busy).await
    }

    async fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, Error> {
        let url = url.clone();
        self.worker.try_call(move |ledger| ledger.seller_history(&url)).await
    }

    async fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, Error> {
        let (quote, url, budgets) = (quote.clone(), url.clone(), budgets.to_vec());
        self.worker.try_call(move |ledger| ledger.shortage(&quote, &url, &budgets, now)).await
    }

    async fn reserve(&mut self, wanted: &Reservation<'_>) -> Result<(), Unreserved<Error>> {
        let (authorization, asked) = (wanted.authorization.clone(), wanted.asked.clone());
        let (method, url) = (wanted.method.clone(), wanted.url.clone());
        let (budgets, now, earliest) = (wanted.budgets.to_vec(), wanted.now, wanted.earliest);
        let beside = wanted.beside.map(<[String]>::to_vec);
        let held = self.held.clone();
        let reserve = move |ledger: &mut Database| {
            ledger.reserve(&Reservation {
                authorization: &authorization,
                asked: &asked,
                method: &method,
                url: &url,
                budgets: &budgets,
                now,
                earliest,
                beside: beside.as_deref(),
            })?;
            held.is(&authorization.identifier(), Stage::Taken);
            Ok(())
        };
        self.worker.call(reserve).await.map_err(Unreserved::Failed)?
    }

    async fn release(&mut self, id: &str) -> Result<(), Error> {
        let (id, held) = (id.to_owned(), self.held.clone());
        let release = move |ledger: &mut Database| {
            ledger.release(&id)?;
            held.ends(&id);
            Ok(())
        };
        self.worker.try_call(release).await
    }

    async fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        let (payment, held) = (payment.clone(), self.held.clone());
        let signed = move |ledger: &mut Database| {
            ledger.signed(&payment, now)?;
            held.is(&payment.id, Stage::Kept(now));
            Ok(())
        };
        self.worker.try_call(signed).await
    }

    async fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        let (id, held) = (payment.id.clone(), self.held.clone());
        // One that was sent before may have arrived, whatever becomes of this call.
        let was_leaving = matches!(held.all().get(&id), Some(Stage::Leaving(_)));
        let payment = payment.clone();
        let sent = move |ledger: &mut Database| {
            ledger.sent(&payment, now)?;
            if !was_leaving {
                held.is(&payment.id, Stage::Kept(now));
            }
            Ok(())
        };
        self.worker.try_call(sent).await?;
        self.held.is(&id, Stage::Leaving(now));
        Ok(())
    }

    async fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<Recorded, Error> {
        let (payment, verdict) = (payment.clone(), verdict.cloned());
        let held = self.held.clone();
        let close = move |ledger: &mut Database| {
            let recorded = ledger.close(&payment, verdict.as_ref(), now);
            held.ends(&payment.id);
            recorded
        };
        self.worker.try_call(close).await
    }
}
