//! What the ledger has to tell.

use alloy_primitives::U256;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use url::Url;

use super::counting::{Count, integer};
use super::database::Database;
use super::fault::Fault;
use super::lookup::{WANTED, with_payment};
use super::row::{COLUMNS, read};
use crate::ledger::{Entry, Error, Filter, Grouping, Proof, State, Total};
use crate::pay::{CLOCK_MARGIN_SECONDS, Earlier};
use crate::policy::{Balance, Budget, host};
use crate::protocol::Amount;

/// What every id begins with.
const ID_PREFIX: &str = "pay_";

impl Database {
    /// The newest entries that are meant, at most `limit` of them.
    pub(super) fn list(&mut self, filter: &Filter, limit: u64) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        let order = format!("ORDER BY reserved_at DESC, seq DESC LIMIT {}", integer(limit));
        self.each(filter, &order, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        Ok(entries)
    }

    /// Hands out every entry that is meant, the oldest first, for as long as `take` agrees. Its error
    /// ends the export and comes back inside.
    pub(super) fn export<E>(
        &mut self,
        filter: &Filter,
        mut take: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error> {
        let mut ended = Ok(());
        self.each(filter, "ORDER BY reserved_at, seq", &mut |entry| {
            take(entry).map_err(|error| ended = Err(error))
        })?;
        Ok(ended)
    }

    /// The one entry whose id begins so, with or without its `pay_`.
    pub(super) fn show(&mut self, prefix: &str) -> Result<Entry, Error> {
        let digits = prefix.strip_prefix(ID_PREFIX).unwrap_or(prefix);
        let hexadecimal = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        let missing = || Error::NotFound(prefix.to_owned());
        if digits.is_empty() || !hexadecimal {
            return Err(missing());
        }
        let first = format!("{ID_PREFIX}{digits}");
        let end = format!("{first}g");
        let range = [first.as_str(), end.as_str()];
        let found = self.read(|ledger| {
            let sql = format!("SELECT {COLUMNS} FROM payments WHERE id >= ?1 AND id < ?2 LIMIT 2");
            let mut statement = ledger.prepare_cached(&sql)?;
            let mut rows = statement.query(range)?;
            let Some(row) = rows.next()? else { return Ok((None, 0)) };
            let entry = read(row)?;
            if rows.next()?.is_none() {
                return Ok((Some(entry), 1));
            }
            let count = "SELECT count(*) FROM payments WHERE id >= ?1 AND id < ?2";
            Ok((None, ledger.query_row(count, range, |row| row.get::<_, u32>(0))?))
        })?;
        match found {
            Some((Some(entry), _)) => Ok(entry),
            Some((None, count)) if count > 0 => {
                Err(Error::Ambiguous { prefix: prefix.to_owned(), count: count.into() })
            }
            _ => Err(missing()),
        }
    }

    /// Every payment whose end is open and that no living process is busy with, the newest first.
    pub(super) fn unresolved(&mut self) -> Result<Vec<Entry>, Error> {
        let states = State::ALL.iter().copied().filter(|state| state.is_open()).collect();
        let open = self.list(&Filter { states, ..Filter::default() }, u64::MAX)?;
        self.free(open)
    }

    /// Every payment that can be sent again at `now` and that no living process is busy with, the
    /// newest first.
    pub(super) fn resendable(&mut self, now: u64) -> Result<Vec<Entry>, Error> {
        let wanted = self.wanted(now)?;
        self.free(wanted)
    }

    /// Every payment of which something can still come at `now`, the newest first.
    pub(super) fn wanted(&mut self, now: u64) -> Result<Vec<Entry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM payments JOIN headers USING (seq)
             WHERE {WANTED} AND valid_before > ?1 ORDER BY reserved_at DESC, seq DESC"
        );
        let lapsed = integer(now.saturating_sub(CLOCK_MARGIN_SECONDS));
        let found = self.read(|ledger| {
            let mut statement = ledger.prepare_cached(&sql)?;
            let mut rows = statement.query([lapsed])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        })?;
        let mut wanted = found.unwrap_or_default();
        wanted.retain(|entry| entry.may_be_resent(now));
        Ok(wanted)
    }

    /// Those of the entries that no living process is busy with.
    fn free(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, Error> {
        let mut free = Vec::new();
        for entry in entries {
            let held = match &entry.owner {
                Some(owner) => self.is_alive(owner)?,
                None => false,
            };
            if !held {
                free.push(entry);
            }
        }
        Ok(free)
    }

    /// The networks of all payments, as CAIP-2, the latest first.
    pub(super) fn networks(&mut self) -> Result<Vec<String>, Error> {
        let found = self.read(|ledger| {
            let mut statement = ledger.prepare_cached(
                "SELECT network FROM payments GROUP BY network ORDER BY max(seq) DESC",
            )?;
            let networks = statement.query_map([], |row| row.get(0))?;
            Ok(networks.collect::<Result<_, _>>()?)
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Whether a payment for this URL is among the latest to its host: a hint of what will be asked
    /// again, so that a ledger which cannot be read simply gives none.
    pub(super) fn has_paid(&mut self, url: &Url) -> bool {
        let (Some(host), url) = (host(url), url.as_str()) else { return false };
        let found = self.read(|ledger| {
            let mut statement = ledger.prepare_cached(
                "SELECT 1 FROM (SELECT url FROM payments WHERE host = ?1
                 ORDER BY reserved_at DESC, seq DESC LIMIT 500) WHERE url = ?2 LIMIT 1",
            )?;
            Ok(statement.exists([host, url])?)
        });
        matches!(found, Ok(Some(true)))
    }

    /// Every payment that settled by the server's word alone and that no living process is busy with,
    /// the newest first: all of them, or those that the owner wanted proof of.
    pub(super) fn unproved(&mut self, all: bool) -> Result<Vec<Entry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM payments WHERE state = 'settled' AND proof = ?1
             AND (?2 OR (delivery = 'whole' AND delivered_at IS NULL))
             ORDER BY reserved_at DESC, seq DESC"
        );
        let found = self.read(|ledger| {
            let mut statement = ledger.prepare_cached(&sql)?;
            let mut rows = statement.query(rusqlite::params![Proof::Server.word(), all])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        })?;
        self.free(found.unwrap_or_default())
    }

    /// Hands out one payment to be sent again by [`crate::pay::resume`]: it is this process's from now
    /// on. `id` is a whole id.
    pub(super) fn claim_one(&mut self, id: &str, now: u64) -> Result<Earlier, Error> {
        let owner = self.owner()?;
        let found = self.read(|ledger| {
            let entry = super::database::entry(ledger, id)?;
            if !entry.may_be_resent(now) {
                let state = entry.state;
                return Err(Error::NotResendable { id: id.to_owned(), state }.into());
            }
            let sql = format!(
                "SELECT {COLUMNS}, name, value FROM payments JOIN headers USING (seq) WHERE id = ?1"
            );
            let mut statement = ledger.prepare_cached(&sql)?;
            let mut rows = statement.query([id])?;
            match rows.next()? {
                Some(row) => with_payment(row),
                None => Err(Fault::Entry(format!("payment {id} has lost its header"))),
            }
        })?;
        let (entry, payment) = found.ok_or_else(|| Error::NotFound(id.to_owned()))?;
        if self.take(&entry, &owner)? {
            self.earlier_of(&entry, payment)
        } else {
            Err(Error::Busy(id.to_owned()))
        }
    }

    /// How each budget stands.
    pub(super) fn balances(&mut self, budgets: &[Budget], now: u64) -> Result<Vec<Balance>, Error> {
        self.tidy()?;
        let counted = self.read(|ledger| {
            budgets.iter().map(|budget| Count::new(ledger, budget, now).balance()).collect()
        })?;
        Ok(counted.unwrap_or_else(|| budgets.iter().map(Balance::untouched).collect()))
    }

    /// What settled, exactly; newest day first, then by host and asset. Of the filter, the states are
    /// passed over, and times are rounded to whole UTC days.
    pub(super) fn totals(
        &mut self,
        grouping: Grouping,
        filter: &Filter,
    ) -> Result<Vec<Total>, Error> {
        Ok(self.read(|ledger| totals(ledger, grouping, filter))?.unwrap_or_default())
    }

    fn each(
        &mut self,
        filter: &Filter,
        order: &str,
        take: &mut dyn FnMut(Entry) -> Result<(), ()>,
    ) -> Result<(), Error> {
        let (conditions, values) = conditions(filter);
        let sql = format!("SELECT {COLUMNS} FROM payments {conditions} {order}");
        self.read(|ledger| {
            let mut statement = ledger.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                if take(read(row)?).is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// A filter as SQL, with the values of its parameters.
fn conditions(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut add = |condition: String, value: Value| {
        conditions.push(condition);
        values.push(value);
    };
    if let Some(host) = &filter.host {
        let column = if has_port(host) { "authority" } else { "host" };
        add(format!("{column} = ?"), host.to_ascii_lowercase().into());
    }
    for (time, comparison) in [(filter.since, ">="), (filter.until, "<")] {
        if let Some(time) = time {
            add(format!("reserved_at {comparison} ?"), integer(time).into());
        }
    }
    if let Some(network) = &filter.network {
        add("network = ?".to_owned(), network.clone().into());
    }
    if !filter.states.is_empty() {
        // Words of this program's own, so they can stand in the statement.
        let words: Vec<_> = filter.states.iter().map(|s| format!("'{}'", s.word())).collect();
        conditions.push(format!("state IN ({})", words.join(", ")));
    }
    if filter.undelivered {
        conditions
            .push("state IN ('sent', 'unknown', 'settled') AND delivery IS NOT 'whole'".to_owned());
    }
    match conditions.as_slice() {
        [] => (String::new(), values),
        some => (format!("WHERE {}", some.join(" AND ")), values),
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(name, port)| {
        !name.is_empty()
            && (!name.contains(':') || name.ends_with(']'))
            && !port.is_empty()
            && port.bytes().all(|b| b.is_ascii_digit())
    })
}

fn totals(ledger: &Connection, grouping: Grouping, filter: &Filter) -> Result<Vec<Total>, Fault> {
    const DAY: u64 = 86_400;
    let day = |time: u64| integer(time.checked_div(DAY).unwrap_or_default());
    let host = filter.host.as_deref().map(str::to_ascii_lowercase);
    let mut statement = ledger.prepare_cached(
        "SELECT day, host, network, asset, symbol, decimals, payments, amount FROM settled
         WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR network = ?3)
         AND (?4 IS NULL OR host = ?4 OR (NOT ?5 AND host LIKE ?4 || ':%'))
         ORDER BY day DESC, host, network, asset",
    )?;
    let until = filter.until.map_or(i64::MAX, |time| day(time.saturating_sub(1)));
    let with_port = host.as_deref().is_some_and(has_port);
    let since = day(filter.since.unwrap_or_default());
    let mut rows =
        statement.query(rusqlite::params![since, until, filter.network, host, with_port])?;
    let mut totals: Vec<Total> = Vec::new();
    while let Some(row) = rows.next()? {
        let one = total(row, grouping)?;
        let same = |other: &&mut Total| {
            (&other.day, &other.host, &other.network, &other.asset)
                == (&one.day, &one.host, &one.network, &one.asset)
        };
        match totals.iter_mut().find(same) {
            Some(sum) => {
                sum.payments = sum.payments.saturating_add(one.payments);
                let together: U256 = sum.amount.atomic().saturating_add(one.amount.atomic());
                sum.amount = Amount::new(together);
            }
            None => totals.push(one),
        }
    }
    Ok(totals)
}

fn total(row: &rusqlite::Row<'_>, grouping: Grouping) -> Result<Total, Fault> {
    let odd = |what: &str| Fault::Entry(format!("a day's sum with {what} that is none"));
    let (asset, amount): (String, String) = (row.get(3)?, row.get(7)?);
    let day = u64::try_from(row.get::<_, i64>(0)?).map_err(|_| odd("a day"))?;
    let payments = u64::try_from(row.get::<_, i64>(6)?).map_err(|_| odd("a number"))?;
    let host: String = row.get(1)?;
    Ok(Total {
        day: (grouping == Grouping::Day).then_some(day),
        host: (grouping == Grouping::Host).then_some(host),
        network: row.get(2)?,
        asset: asset.parse().map_err(|_| odd("an asset"))?,
        symbol: row.get(4)?,
        decimals: row.get(5)?,
        payments,
        amount: Amount::parse(&amount).map_err(|_| odd("an amount"))?,
    })
}
