//! What arrived of a purchase, as it is recorded.

use rusqlite::{Connection, params};

use super::counting::integer;
use super::database::{Database, Durability, entry};
use super::fault::Fault;
use super::settling::forget_header;
use crate::ledger::{Delivery, Entry, Error, State};

impl Database {
    /// Records what arrived of a purchase; this process is not busy with the payment any more. With
    /// `over`, in Unix seconds, the purchase is over: the same request is another one from now on, if
    /// the payment is settled. `id` is a whole id.
    ///
    /// Not forced to the disk: without it the payment is sent once more, which costs nothing.
    pub(super) fn came(
        &mut self,
        id: &str,
        delivery: &Delivery,
        over: Option<u64>,
    ) -> Result<(), Error> {
        self.write_anyway(Durability::System, |ledger| {
            let entry = entry(ledger, id)?;
            record(ledger, &entry, delivery)?;
            ledger
                .prepare_cached(
                    "UPDATE payments SET delivered_at = coalesce(?2, delivered_at), owner = NULL
                     WHERE seq = ?1",
                )?
                .execute(params![entry.seq, over.map(integer)])?;
            let is_over = over.is_some() && entry.state == State::Settled;
            if is_over { forget_header(ledger, &entry) } else { Ok(()) }
        })
    }

    /// Records that what a payment bought has come whole and that the purchase is over.
    #[cfg(test)]
    pub(super) fn delivered(&mut self, id: &str, now: u64) -> Result<(), Error> {
        self.came(id, &Delivery::of(crate::ledger::Came::Whole), Some(now))
    }
}

/// Keeps what arrived, unless more did before.
pub(super) fn record(ledger: &Connection, entry: &Entry, new: &Delivery) -> Result<(), Fault> {
    if !new.outweighs(entry.delivery.as_ref()) {
        return Ok(());
    }
    ledger
        .prepare_cached(
            "UPDATE payments SET delivery = ?2, came = ?3, came_of = ?4, came_in = ?5,
             came_with = ?6 WHERE seq = ?1",
        )?
        .execute(params![
            entry.seq,
            new.came.word(),
            new.bytes.map(integer),
            new.of.map(integer),
            new.file,
            new.status,
        ])?;
    Ok(())
}
