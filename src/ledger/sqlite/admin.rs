//! The administration, carried out on the ledger's thread.

use tokio::sync::mpsc;
use url::Url;

use super::database::Database;
use super::worker::SqliteLedger;
use crate::ledger::{
    Delivery, Entry, Error, Expiry, Filter, Grouping, LedgerAdmin, Total, Trusted,
};
use crate::pay::Busy;
use crate::policy::{Balance, Budget, Trust};
use crate::protocol::Amount;

/// How many entries of an export wait at most to be taken.
const EXPORTED_AHEAD: usize = 256;

impl LedgerAdmin for SqliteLedger {
    async fn list(&self, filter: &Filter, limit: u64) -> Result<Vec<Entry>, Error> {
        let filter = filter.clone();
        self.try_call(move |ledger| ledger.list(&filter, limit)).await
    }

    async fn export<E>(
        &self,
        filter: &Filter,
        mut take: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error> {
        let filter = filter.clone();
        let (give, mut entries) = mpsc::channel(EXPORTED_AHEAD);
        let done = self.begin(move |ledger| {
            // Who takes no more has closed its end.
            ledger.export(&filter, |entry| give.blocking_send(entry).map_err(drop))
        })?;
        while let Some(entry) = entries.recv().await {
            if let Err(error) = take(entry) {
                return Ok(Err(error));
            }
        }
        done.await.map_err(|_| Error::Stopped)??.map_err(|()| Error::Stopped).map(Ok)
    }

    async fn show(&self, prefix: &str) -> Result<Entry, Error> {
        let prefix = prefix.to_owned();
        self.try_call(move |ledger| ledger.show(&prefix)).await
    }

    async fn totals(&self, grouping: Grouping, filter: &Filter) -> Result<Vec<Total>, Error> {
        let filter = filter.clone();
        self.try_call(move |ledger| ledger.totals(grouping, &filter)).await
    }

    async fn networks(&self) -> Result<Vec<String>, Error> {
        self.try_call(Database::networks).await
    }

    async fn has_paid(&self, url: &Url) -> bool {
        let url = url.clone();
        self.call(move |ledger| ledger.has_paid(&url)).await.unwrap_or_default()
    }

    async fn balances(&self, budgets: &[Budget], now: u64) -> Result<Vec<Balance>, Error> {
        let budgets = budgets.to_vec();
        self.try_call(move |ledger| ledger.balances(&budgets, now)).await
    }

    async fn unresolved(&self) -> Result<Vec<Entry>, Error> {
        self.try_call(Database::unresolved).await
    }

    async fn unproved(&self, all: bool) -> Result<Vec<Entry>, Error> {
        self.try_call(move |ledger| ledger.unproved(all)).await
    }

    async fn resendable(&self, now: u64) -> Result<Vec<Entry>, Error> {
        self.try_call(move |ledger| ledger.resendable(now)).await
    }

    async fn elsewhere(&self, now: u64) -> Result<Vec<Busy>, Error> {
        self.try_call(move |ledger| ledger.elsewhere(now)).await
    }

    async fn prove_settled(
        &self,
        id: &str,
        amount: Option<Amount>,
        transaction: Option<&str>,
        now: u64,
    ) -> Result<(), Error> {
        let (id, transaction) = (id.to_owned(), transaction.map(str::to_owned));
        let prove = move |ledger: &mut Database| {
            ledger.prove_settled(&id, amount, transaction.as_deref(), now)
        };
        self.try_call(prove).await
    }

    async fn confirm_settlement(
        &self,
        id: &str,
        transaction: Option<&str>,
        over: Option<u64>,
    ) -> Result<(), Error> {
        let (id, transaction) = (id.to_owned(), transaction.map(str::to_owned));
        let confirm = move |ledger: &mut Database| {
            ledger.confirm_settlement(&id, transaction.as_deref())?;
            over.map_or(Ok(()), |now| ledger.end_delivered(&id, now))
        };
        self.try_call(confirm).await
    }

    async fn expire(&self, id: &str, expiry: Expiry, now: u64) -> Result<(), Error> {
        let id = id.to_owned();
        self.try_call(move |ledger| ledger.expire(&id, expiry, now)).await
    }

    async fn end_delivered(&self, id: &str, now: u64) -> Result<(), Error> {
        let id = id.to_owned();
        self.try_call(move |ledger| ledger.end_delivered(&id, now)).await
    }

    async fn came(&self, id: &str, delivery: &Delivery, over: Option<u64>) -> Result<(), Error> {
        let (id, delivery) = (id.to_owned(), delivery.clone());
        self.try_call(move |ledger| ledger.came(&id, &delivery, over)).await
    }

    async fn arrived(&self, id: &str) -> Result<Option<Delivery>, Error> {
        let id = id.to_owned();
        self.try_call(move |ledger| ledger.arrived(&id)).await
    }

    async fn trust(&self, origin: &str, trust: &Trust, now: u64) -> Result<(), Error> {
        let (origin, trust) = (origin.to_owned(), trust.clone());
        self.try_call(move |ledger| ledger.trust(&origin, &trust, now)).await
    }

    async fn distrust(&self, origin: &str) -> Result<usize, Error> {
        let origin = origin.to_owned();
        self.try_call(move |ledger| ledger.distrust(&origin)).await
    }

    async fn trusted(&self) -> Result<Vec<Trusted>, Error> {
        self.try_call(Database::trusted).await
    }
}
