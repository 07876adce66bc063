//! An entry as a row of the table of payments.

use rusqlite::Row;
use rusqlite::types::FromSql;

use super::fault::Fault;
use super::word::Word;
use crate::ledger::{Came, Delivery, Entry};
use crate::pay::Fingerprint;
use crate::protocol::Amount;

/// The columns [`read`] expects, in its order.
pub(super) const COLUMNS: &str = "seq, id, state, outcome, reason, fingerprint, bare, owner, reserved_at, \
    signed_at, sent_at, closed_at, delivered_at, sendings, method, url, asked_method, asked_url, authority, version, scheme, network, \
    asset, symbol, decimals, payer, payee, amount, settled, nonce, digest, valid_after, \
    valid_before, max_timeout, tx, proof, delivery, came, came_of, came_in, came_with";

/// How many they are.
pub(super) const WIDTH: usize = 41;

/// Reads an entry from a row that begins with [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<Entry, Fault> {
    let mut cells = Cells { row, next: 0 };
    Ok(Entry {
        seq: cells.cell()?,
        id: cells.cell()?,
        state: cells.cell::<Word<_>>()?.0,
        answered: cells.word()?,
        reason: cells.cell()?,
        fingerprint: Fingerprint::kept(cells.cell()?, cells.cell()?),
        owner: cells.cell()?,
        reserved_at: cells.number()?,
        signed_at: cells.maybe_number()?,
        sent_at: cells.maybe_number()?,
        closed_at: cells.maybe_number()?,
        delivered_at: cells.maybe_number()?,
        sendings: cells.number()?,
        method: cells.cell()?,
        url: cells.cell()?,
        asked_method: cells.cell()?,
        asked_url: cells.cell()?,
        authority: cells.cell()?,
        version: cells.maybe_number()?,
        scheme: cells.cell()?,
        network: cells.cell()?,
        asset: cells.parsed()?,
        symbol: cells.cell()?,
        decimals: cells.cell()?,
        payer: cells.parsed()?,
        payee: cells.parsed()?,
        amount: cells.amount()?.ok_or_else(|| Fault::Entry("an entry without amount".into()))?,
        settled: cells.amount()?,
        nonce: cells.parsed()?,
        digest: cells.parsed()?,
        valid_after: cells.number()?,
        valid_before: cells.number()?,
        max_timeout: cells.number()?,
        transaction: cells.cell()?,
        proof: cells.word()?,
        delivery: cells.delivery()?,
    })
}

/// The cells of a row, one after the other.
struct Cells<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl Cells<'_> {
    fn cell<T: FromSql>(&mut self) -> Result<T, Fault> {
        let place = self.next;
        self.next = place.saturating_add(1);
        Ok(self.row.get(place)?)
    }

    /// A word of an enumeration.
    fn word<T>(&mut self) -> Result<Option<T>, Fault>
    where
        Word<T>: FromSql,
    {
        Ok(self.cell::<Option<Word<T>>>()?.map(|Word(value)| value))
    }

    fn number(&mut self) -> Result<u64, Fault> {
        let number = self.cell::<i64>()?;
        u64::try_from(number).map_err(|_| Fault::Entry(format!("{number} where none can be")))
    }

    fn maybe_number(&mut self) -> Result<Option<u64>, Fault> {
        let number = self.cell::<Option<i64>>()?;
        let number = number.map(u64::try_from).transpose();
        number.map_err(|_| Fault::Entry("a number below zero".into()))
    }

    fn delivery(&mut self) -> Result<Option<Delivery>, Fault> {
        let came: Option<Came> = self.word()?;
        let (bytes, of) = (self.maybe_number()?, self.maybe_number()?);
        let (file, status) = (self.cell()?, self.cell()?);
        Ok(came.map(|came| Delivery { came, bytes, of, file, status }))
    }

    fn parsed<T: std::str::FromStr>(&mut self) -> Result<T, Fault> {
        let text: String = self.cell()?;
        text.parse().map_err(|_| Fault::Entry(format!("{text:?} where none can be")))
    }

    fn amount(&mut self) -> Result<Option<Amount>, Fault> {
        let text: Option<String> = self.cell()?;
        let amount = text.as_deref().map(Amount::parse).transpose();
        amount.map_err(|_| Fault::Entry(format!("{text:?} for an amount")))
    }
}
