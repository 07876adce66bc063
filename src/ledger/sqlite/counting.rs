//! What counts against a budget, now, and when it stops counting.
//!
//! Within its period a budget counts what settled, at what settled, and every signature whose end is
//! not known, at its ceiling. A signature that can still settle counts whatever its age. What was
//! refused, or never left this machine, stops counting when it cannot settle any more, unless the owner
//! wants proof of that too. What
//! was never told stays, for it may have been settled in time: a server without receipts would otherwise
//! be paid beyond every budget.

use rusqlite::{Connection, ToSql};

use super::fault::Fault;
use super::word::Word;
use crate::ledger::State;
use crate::ledger::counting::ends_with_validity;
use crate::pay::{CLOCK_MARGIN_SECONDS, lapses_at};
use crate::policy::{Balance, Budget, BudgetUnits, Refused, Shortage, Unit};

/// Entries whose reservation or signature can still come to money. The words are those of the partial
/// indexes, which serve only a query that says the same.
const LIVE: &str = "state IN ('reserved', 'signed', 'unsent', 'sent', 'rejected', 'unknown')";

/// Entries that count within the period after they cannot settle any more: nobody has said that these
/// did not settle in time. Where proof is wanted, neither the server's word that it refused nor this
/// machine's that it never left is any.
const MAY_HAVE_SETTLED: &str = "(:proved OR state NOT IN ('unsent', 'rejected'))";

/// Entries of a budget's unit and host.
const OF_THE_BUDGET: &str = "(CASE :unit WHEN '$' THEN dollar ELSE upper(symbol) = :unit END)
    AND :scope IN ('', host, authority)";

/// The ledger as a budget sees them, at one moment of one transaction.
pub(super) struct Count<'a> {
    connection: &'a Connection,
    budget: &'a Budget,
    unit: String,
    scope: &'a str,
    /// The first second that is within the period.
    from: i64,
    /// The last `validBefore` that can no longer settle.
    lapsed: i64,
    /// Whether what was refused, or never left, counts like what was never answered.
    proved: bool,
}

impl<'a> Count<'a> {
    pub(super) fn new(connection: &'a Connection, budget: &'a Budget, now: u64) -> Self {
        let from = budget
            .period
            .seconds()
            .map_or(0, |seconds| now.saturating_sub(seconds).saturating_add(1));
        let unit = match &budget.limit.unit {
            Unit::Dollars => "$".to_owned(),
            Unit::Asset(symbol) => symbol.to_ascii_uppercase(),
        };
        Self {
            connection,
            budget,
            unit,
            scope: budget.host.as_deref().unwrap_or_default(),
            from: integer(from),
            lapsed: integer(now.saturating_sub(CLOCK_MARGIN_SECONDS)),
            proved: budget.refused == Refused::UntilProved,
        }
    }

    /// The shortage, if `needed` does not fit in.
    pub(super) fn shortage(&self, needed: BudgetUnits) -> Result<Option<Shortage>, Fault> {
        let together = self.committed()?.plus(needed);
        let most = self.budget.most();
        if together <= most {
            return Ok(None);
        }
        let fits_at = if needed > most { None } else { self.release(together.less(most))? };
        Ok(Some(Shortage { balance: self.balance()?, needed, fits_at }))
    }

    /// How the budget stands.
    pub(super) fn balance(&self) -> Result<Balance, Fault> {
        let (committed, outstanding) = (self.committed()?, self.outstanding()?);
        let unproven = self.unproven()?;
        Ok(Balance {
            budget: self.budget.clone(),
            spent: committed.less(outstanding).less(unproven),
            unproven,
            outstanding,
            refused: self.refused()?,
            left: self.budget.most().less(committed),
            next_release: self.release(BudgetUnits::new(1))?,
        })
    }

    /// Everything that counts: whole hours from the sums, the hour in which the period begins from
    /// its entries, and what can still settle and is older, or refused.
    fn committed(&self) -> Result<BudgetUnits, Fault> {
        let sums = if self.budget.period.seconds().is_none() {
            self.sum(
                "SELECT amount + :proved * refused FROM counted
                 WHERE unit = :unit AND scope = :scope AND hour = -1",
            )?
        } else {
            let hours = self.sum(
                "SELECT sum(amount + :proved * refused) FROM counted
                 WHERE unit = :unit AND scope = :scope AND hour > :from / 3600",
            )?;
            hours.plus(self.sum(&format!(
                "SELECT sum(counted) FROM payments INDEXED BY payments_time
                 WHERE reserved_at >= :from AND reserved_at < (:from / 3600 + 1) * 3600
                 AND {MAY_HAVE_SETTLED} AND {OF_THE_BUDGET}",
            ))?)
        };
        let live = self.sum(&format!(
            "SELECT sum(counted) FROM payments INDEXED BY payments_open
             WHERE {LIVE} AND valid_before > :lapsed
             AND (reserved_at < :from OR NOT ({MAY_HAVE_SETTLED}))
             AND {OF_THE_BUDGET}",
        ))?;
        Ok(sums.plus(live))
    }

    /// What can still settle, whatever its age.
    fn outstanding(&self) -> Result<BudgetUnits, Fault> {
        self.sum(&format!(
            "SELECT sum(counted) FROM payments INDEXED BY payments_open
             WHERE {LIVE} AND valid_before > :lapsed AND {OF_THE_BUDGET}",
        ))
    }

    /// What counts within the period, cannot settle any more, and may have settled.
    fn unproven(&self) -> Result<BudgetUnits, Fault> {
        self.sum(&format!(
            "SELECT sum(counted) FROM payments INDEXED BY payments_open
             WHERE {LIVE} AND valid_before <= :lapsed AND valid_before >= :from
             AND reserved_at >= :from AND {MAY_HAVE_SETTLED} AND {OF_THE_BUDGET}",
        ))
    }

    /// What was refused, or never left, and counts until it is proved not to have settled.
    fn refused(&self) -> Result<BudgetUnits, Fault> {
        if !self.proved {
            return Ok(BudgetUnits::default());
        }
        self.sum(&format!(
            "SELECT sum(counted) FROM payments INDEXED BY payments_open
             WHERE {LIVE} AND state IN ('unsent', 'rejected') AND {OF_THE_BUDGET}
             AND (valid_before > :lapsed OR (valid_before >= :from AND reserved_at >= :from))",
        ))
    }

    /// When time alone will have released as much as `amount`; `None` if it never will.
    fn release(&self, amount: BudgetUnits) -> Result<Option<u64>, Fault> {
        let mut releases = self.live_releases()?;
        if let Some(period) = self.budget.period.seconds() {
            self.add_past_releases(period, amount, &mut releases)?;
        }
        releases.sort_unstable();
        let mut released = BudgetUnits::default();
        Ok(releases.into_iter().find_map(|(at, counted)| {
            released = released.plus(counted);
            (released >= amount).then_some(at)
        }))
    }

    /// When each entry that can still settle stops counting, if its end alone makes it.
    fn live_releases(&self) -> Result<Vec<(u64, BudgetUnits)>, Fault> {
        let sql = format!(
            "SELECT state, reserved_at, valid_before, counted
             FROM payments INDEXED BY payments_open
             WHERE {LIVE} AND valid_before > :lapsed AND counted > 0 AND {OF_THE_BUDGET}",
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(self.parameters(&sql).as_slice(), |row| {
            Ok((row.get::<_, Word<State>>(0)?.0, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        let mut releases = Vec::new();
        for row in rows {
            let (state, reserved_at, valid_before, counted) = row?;
            let lapses = lapses_at(natural(valid_before));
            let leaves = self
                .budget
                .period
                .seconds()
                .map(|period| natural(reserved_at).saturating_add(period).max(lapses));
            let lapse = ends_with_validity(state, self.proved);
            let at = if lapse { Some(lapses) } else { leaves };
            releases.extend(at.map(|at| (at, BudgetUnits::sum(natural(counted)))));
        }
        Ok(releases)
    }

    /// When entries that cannot settle any more leave the period, the oldest first, until they come to
    /// `amount`.
    fn add_past_releases(
        &self,
        period: u64,
        amount: BudgetUnits,
        releases: &mut Vec<(u64, BudgetUnits)>,
    ) -> Result<(), Fault> {
        let sql = format!(
            "SELECT reserved_at, counted FROM payments INDEXED BY payments_time
             WHERE reserved_at >= :from AND counted > 0 AND {OF_THE_BUDGET}
             AND NOT ({LIVE} AND valid_before > :lapsed) AND {MAY_HAVE_SETTLED}
             ORDER BY reserved_at, seq",
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(self.parameters(&sql).as_slice())?;
        let mut found = BudgetUnits::default();
        while found < amount
            && let Some(row) = rows.next()?
        {
            let counted = BudgetUnits::sum(natural(row.get(1)?));
            found = found.plus(counted);
            releases.push((natural(row.get(0)?).saturating_add(period), counted));
        }
        Ok(())
    }

    fn sum(&self, sql: &str) -> Result<BudgetUnits, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(self.parameters(sql).as_slice())?;
        let sum = match rows.next()? {
            Some(row) => row.get::<_, Option<i64>>(0)?,
            None => None,
        };
        Ok(BudgetUnits::sum(natural(sum.unwrap_or(0))))
    }

    /// The values of the parameters that a statement names.
    fn parameters(&self, sql: &str) -> Vec<(&'static str, &dyn ToSql)> {
        let all: [(&'static str, &dyn ToSql); 5] = [
            (":unit", &self.unit),
            (":scope", &self.scope),
            (":from", &self.from),
            (":lapsed", &self.lapsed),
            (":proved", &self.proved),
        ];
        all.into_iter().filter(|(name, _)| sql.contains(name)).collect()
    }
}

/// A number as the database keeps it; no time and no count there is comes near its end.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as the database kept it.
fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
