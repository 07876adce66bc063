//! How a payment ends: settled or expired, and never anything after that.

use alloy_primitives::U256;
use rusqlite::{Connection, OptionalExtension, params};

use super::counting::integer;
use super::database::{Database, Durability, after, entry};
use super::fault::Fault;
use crate::ledger::{Entry, Error, Event, Expiry, Proof, State};
use crate::policy::BudgetUnits;
use crate::protocol::Amount;

/// Seconds of a day: days are UTC.
const DAY: u64 = 86_400;

/// A payment's good end.
pub(super) struct Settled<'a> {
    pub(super) amount: Amount,
    pub(super) transaction: Option<&'a str>,
    pub(super) proof: Proof,
    pub(super) now: u64,
}

impl Database {
    /// Records that the chain shows this payment settled: for `amount` atomic units, or for all that
    /// was signed, by the transaction with this hash where it is known. `id` is a whole id; `now` is
    /// in Unix seconds.
    pub(super) fn prove_settled(
        &mut self,
        id: &str,
        amount: Option<Amount>,
        transaction: Option<&str>,
        now: u64,
    ) -> Result<(), Error> {
        self.write(Durability::Disk, |ledger| {
            let entry = entry(ledger, id)?;
            let amount = amount.unwrap_or(entry.amount);
            if amount > entry.amount {
                return Err(Error::MoreThanSigned(id.to_owned()).into());
            }
            let settled = Settled { amount, transaction, proof: Proof::Chain, now };
            settle(ledger, &entry, Event::Prove, &settled)
        })
    }

    /// Records that the chain confirms what a server said of a payment that is settled, and which
    /// transaction does, where that is known. `id` is a whole id; `now` is in Unix seconds.
    pub(super) fn confirm_settlement(
        &mut self,
        id: &str,
        transaction: Option<&str>,
    ) -> Result<(), Error> {
        self.write(Durability::Disk, |ledger| {
            ledger
                .prepare_cached(
                    "UPDATE payments SET proof = ?2, tx = coalesce(?3, tx)
                     WHERE id = ?1 AND state = 'settled'",
                )?
                .execute(params![id, Proof::Chain.word(), transaction])?;
            Ok(())
        })
    }

    /// Records that a purchase is over, where it is settled and all that it bought has arrived: the same
    /// request is another purchase from now on. `id` is a whole id; `now` is in Unix seconds.
    ///
    /// Only for what the owner has where it was wanted: a run that has not delivered keeps the payment,
    /// so that another run can ask for it again.
    pub(super) fn end_delivered(&mut self, id: &str, now: u64) -> Result<(), Error> {
        self.write(Durability::System, |ledger| {
            let entry = entry(ledger, id)?;
            if entry.state != State::Settled || !entry.came_whole() || entry.delivered_at.is_some()
            {
                return Ok(());
            }
            ledger
                .prepare_cached("UPDATE payments SET delivered_at = ?2 WHERE seq = ?1")?
                .execute(params![entry.seq, integer(now)])?;
            forget_header(ledger, &entry)
        })
    }

    /// Records that this payment never settled and cannot any more. `id` is a whole id; `now` is in
    /// Unix seconds.
    pub(super) fn expire(&mut self, id: &str, expiry: Expiry, now: u64) -> Result<(), Error> {
        let (event, proof) = match expiry {
            Expiry::Unused => (Event::Unused, Proof::Chain),
            Expiry::Lapsed => (Event::Lapse, Proof::Clock),
        };
        self.write(Durability::Disk, |ledger| {
            let entry = entry(ledger, id)?;
            let state = after(&entry, event)?;
            if now < entry.lapses_at() {
                return Err(
                    Error::StillValid { id: id.to_owned(), until: entry.lapses_at() }.into()
                );
            }
            ledger.execute(
                "UPDATE payments SET state = ?2, proof = ?3, closed_at = ?4, counted = 0,
                 owner = NULL WHERE seq = ?1",
                params![entry.seq, state.word(), proof.word(), integer(now)],
            )?;
            forget_header(ledger, &entry)
        })
    }
}

/// Ends an entry as settled, and adds it to what settled that day.
pub(super) fn settle(
    ledger: &Connection,
    entry: &Entry,
    event: Event,
    settled: &Settled<'_>,
) -> Result<(), Fault> {
    let state = after(entry, event)?;
    let counted = BudgetUnits::of_price(settled.amount, entry.decimals);
    ledger
        .prepare_cached(
            "UPDATE payments SET state = ?2, settled = ?3, tx = coalesce(?4, tx), proof = ?5,
             closed_at = ?6, counted = ?7 WHERE seq = ?1",
        )?
        .execute(params![
            entry.seq,
            state.word(),
            settled.amount.to_string(),
            settled.transaction,
            settled.proof.word(),
            integer(settled.now),
            integer(counted.count()),
        ])?;
    let delivered = "SELECT 1 FROM payments WHERE seq = ?1 AND delivered_at IS NOT NULL";
    if ledger.prepare_cached(delivered)?.exists([entry.seq])? {
        forget_header(ledger, entry)?;
    }
    add_to_day(ledger, entry, settled.amount)
}

/// The signed bytes are of no use to anybody once nothing can come of them.
pub(super) fn forget_header(ledger: &Connection, entry: &Entry) -> Result<(), Fault> {
    ledger.prepare_cached("DELETE FROM headers WHERE seq = ?1")?.execute([entry.seq])?;
    Ok(())
}

fn add_to_day(ledger: &Connection, entry: &Entry, amount: Amount) -> Result<(), Fault> {
    let day = integer(entry.reserved_at.checked_div(DAY).unwrap_or_default());
    let asset = entry.asset.to_string();
    let key = params![day, entry.authority, entry.network, asset];
    let before: Option<String> = ledger
        .prepare_cached(
            "SELECT amount FROM settled
             WHERE day = ?1 AND host = ?2 AND network = ?3 AND asset = ?4",
        )?
        .query_row(key, |row| row.get(0))
        .optional()?;
    let before = before.as_deref().map_or(Ok(Amount::new(U256::ZERO)), Amount::parse);
    let before = before.map_err(|_| Fault::Entry("a day's sum that is no amount".to_owned()))?;
    // No token has so many units that a day's payments could reach 2^256.
    let together = Amount::new(before.atomic().saturating_add(amount.atomic()));
    ledger
        .prepare_cached(
            "INSERT INTO settled (day, host, network, asset, symbol, decimals, payments, amount)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)
             ON CONFLICT DO UPDATE SET payments = payments + 1, amount = excluded.amount",
        )?
        .execute(params![
            day,
            entry.authority,
            entry.network,
            asset,
            entry.symbol,
            entry.decimals,
            together.to_string(),
        ])?;
    Ok(())
}
