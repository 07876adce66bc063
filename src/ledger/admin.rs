//! What a ledger offers besides paying: history, budgets, trust, proofs, and what is sent again.
//!
//! Together with [`crate::pay::Ledger`] this is all that the program asks of a ledger, so that another store
//! can take the place of the `SQLite` file.

use url::Url;

use super::{Delivery, Entry, Error, Expiry, Filter, Grouping, Total, Trusted};
use crate::pay::Busy;
use crate::policy::{Balance, Budget, Trust};
use crate::protocol::Amount;

/// A ledger that transfers can pay from.
pub trait PayingLedger {
    /// The ledger as one transfer calls it. What the transfer holds when this is dropped is let go of: a
    /// reservation is undone, what was signed and not sent is [`super::State::Unsent`].
    type Caller<'a>: crate::pay::Ledger<Error = Error>
    where
        Self: 'a;

    /// The ledger for one transfer.
    fn caller(&self) -> Self::Caller<'_>;
}

/// The administration of a ledger. Times are Unix seconds. An `id` is a whole id.
///
/// A call that nobody waits for any more is carried out all the same.
#[expect(async_fn_in_trait, reason = "used with static dispatch on one thread")]
pub trait LedgerAdmin {
    /// The newest entries that are meant, at most `limit` of them.
    async fn list(&self, filter: &Filter, limit: u64) -> Result<Vec<Entry>, Error>;

    /// Hands out every entry that is meant, the oldest first, for as long as `take` agrees. Its error
    /// ends the export and comes back inside.
    async fn export<E>(
        &self,
        filter: &Filter,
        take: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error>;

    /// The one entry whose id begins so, with or without its `pay_`.
    async fn show(&self, prefix: &str) -> Result<Entry, Error>;

    /// What settled, exactly; newest day first, then by host and asset. Of the filter, the states are
    /// passed over, and times are rounded to whole UTC days.
    async fn totals(&self, grouping: Grouping, filter: &Filter) -> Result<Vec<Total>, Error>;

    /// The networks of all payments, as CAIP-2, the latest first.
    async fn networks(&self) -> Result<Vec<String>, Error>;

    /// Whether a payment for this URL is among the latest to its host: a hint of what will be asked
    /// again, so that a ledger which cannot be read simply gives none.
    async fn has_paid(&self, url: &Url) -> bool;

    /// How each budget stands.
    async fn balances(&self, budgets: &[Budget], now: u64) -> Result<Vec<Balance>, Error>;

    /// Every payment whose end is open and that no living process is busy with, the newest first.
    async fn unresolved(&self) -> Result<Vec<Entry>, Error>;

    /// Every payment that settled by the server's word alone and that no living process is busy with,
    /// the newest first: all of them, or those that the owner wanted proof of.
    async fn unproved(&self, all: bool) -> Result<Vec<Entry>, Error>;

    /// Every payment that can be sent again at `now` and that no living process is busy with, the
    /// newest first.
    async fn resendable(&self, now: u64) -> Result<Vec<Entry>, Error>;

    /// Every payment of which something can still come at `now` and that another living process is busy
    /// with, the newest first.
    async fn elsewhere(&self, now: u64) -> Result<Vec<Busy>, Error>;

    /// Records that the chain shows this payment settled: for `amount` atomic units, or for all that
    /// was signed, by the transaction with this hash where it is known.
    async fn prove_settled(
        &self,
        id: &str,
        amount: Option<Amount>,
        transaction: Option<&str>,
        now: u64,
    ) -> Result<(), Error>;

    /// Records that the chain confirms what a server said of a payment that is settled, and which
    /// transaction does, where that is known. With `over`, [`Self::end_delivered`] is done as well.
    async fn confirm_settlement(
        &self,
        id: &str,
        transaction: Option<&str>,
        over: Option<u64>,
    ) -> Result<(), Error>;

    /// Records that this payment never settled and cannot any more.
    async fn expire(&self, id: &str, expiry: Expiry, now: u64) -> Result<(), Error>;

    /// Records that a purchase is over, where it is settled and all that it bought has arrived: the same
    /// request is another purchase from now on.
    ///
    /// Only for what the owner has where it was wanted: a run that has not delivered keeps the payment,
    /// so that another run can ask for it again.
    async fn end_delivered(&self, id: &str, now: u64) -> Result<(), Error>;

    /// Records what arrived of a purchase; this process is not busy with the payment any more. With
    /// `over` the purchase is over: the same request is another one from now on, if the payment is
    /// settled.
    ///
    /// Not forced to the disk: without it the payment is sent once more, which costs nothing.
    async fn came(&self, id: &str, delivery: &Delivery, over: Option<u64>) -> Result<(), Error>;

    /// What has arrived of a payment, without the file where that is also another payment's.
    async fn arrived(&self, id: &str) -> Result<Option<Delivery>, Error>;

    /// Records that an origin may ask for payments of this kind.
    async fn trust(&self, origin: &str, trust: &Trust, now: u64) -> Result<(), Error>;

    /// Takes back every word on an origin; says how many there were.
    async fn distrust(&self, origin: &str) -> Result<usize, Error>;

    /// Everything that is trusted, by origin.
    async fn trusted(&self) -> Result<Vec<Trusted>, Error>;
}
