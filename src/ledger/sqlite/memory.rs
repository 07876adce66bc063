//! What is remembered of sellers: the payments to them that settled, and what their owner trusts them
//! with. What follows from it is the policy's.

use std::cmp::Reverse;

use rusqlite::{Connection, Row, Rows, params};
use url::Url;

use super::counting::integer;
use super::database::{Database, Durability};
use super::fault::Fault;
use crate::ledger::{Error, Trusted};
use crate::policy::{
    PastPayment, REMEMBERED_PAYMENTS, SellerHistory, Trust, authority, host, origin,
};
use crate::protocol::Amount;

impl Database {
    /// Records that an origin may ask for payments of this kind. `now` is in Unix seconds.
    pub(super) fn trust(&mut self, origin: &str, trust: &Trust, now: u64) -> Result<(), Error> {
        let payee = trust.payee.map(|payee| payee.to_string());
        let or_any = |text: Option<&str>| text.unwrap_or_default().to_owned();
        self.write(Durability::Disk, |ledger| {
            ledger
                .prepare_cached(
                    "INSERT INTO trusted (origin, network, asset, payee, since)
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    origin,
                    or_any(trust.network.as_deref()),
                    or_any(trust.asset.as_deref()),
                    or_any(payee.as_deref()),
                    integer(now),
                ])?;
            Ok(())
        })
    }

    /// Takes back every word on an origin; says how many there were.
    pub(super) fn distrust(&mut self, origin: &str) -> Result<usize, Error> {
        // No ledger is made for this.
        if self.read(|ledger| trusted(ledger, Some(origin)))?.unwrap_or_default().is_empty() {
            return Ok(0);
        }
        self.write(Durability::Disk, |ledger| {
            Ok(ledger.execute("DELETE FROM trusted WHERE origin = ?1", [origin])?)
        })
    }

    /// Everything that is trusted, by origin.
    pub(super) fn trusted(&mut self) -> Result<Vec<Trusted>, Error> {
        Ok(self.read(|ledger| trusted(ledger, None))?.unwrap_or_default())
    }

    pub(super) fn remembered(&mut self, url: &Url) -> Result<SellerHistory, Error> {
        let Some(origin) = origin(url) else { return Ok(SellerHistory::default()) };
        let found = self.read(|ledger| {
            let trusted = trusted(ledger, Some(&origin))?;
            Ok((past_payments(ledger, url)?, trusted.into_iter().map(|line| line.trust).collect()))
        })?;
        let (payments, trusted) = found.unwrap_or_default();
        Ok(SellerHistory { origin, payments, trusted })
    }
}

/// The latest payments that settled for what was asked of the origin of a URL, newest first: to itself,
/// and to whomever its redirects led. Whoever takes it over can lead elsewhere, and need not ask itself.
fn past_payments(ledger: &Connection, url: &Url) -> Result<Vec<PastPayment>, Fault> {
    const COLUMNS: &str =
        "reserved_at, seq, network, asset, symbol, payee, coalesce(settled, amount)";
    let limit = i64::try_from(REMEMBERED_PAYMENTS).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    let mut take = |rows: &mut Rows<'_>| -> Result<(), Fault> {
        while let Some(row) = rows.next()? {
            found.push(((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?), past_payment(row)?));
        }
        Ok(())
    };
    let mut statement = ledger.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM payments INDEXED BY payments_bought
         WHERE state = 'settled' AND authority = ?1 AND substr(url, 1, length(?2)) = ?2
         ORDER BY reserved_at DESC, seq DESC LIMIT ?3",
    ))?;
    let scheme = format!("{}://", url.scheme());
    let authority = authority(url).unwrap_or_default();
    take(&mut statement.query(params![authority, scheme, limit])?)?;
    let mut statement = ledger.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM payments INDEXED BY payments_led
         WHERE state = 'settled' AND asked_url >= ?1 AND asked_url < ?2
         ORDER BY reserved_at DESC, seq DESC LIMIT ?3",
    ))?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    for dot in ["", "."] {
        let place = format!("{scheme}{}{dot}{port}", host(url).unwrap_or_default());
        // Everything below that place: `0` comes after `/`.
        take(&mut statement.query(params![format!("{place}/"), format!("{place}0"), limit])?)?;
    }
    found.sort_unstable_by_key(|(age, _)| Reverse(*age));
    found.dedup_by_key(|(age, _)| *age);
    Ok(found.into_iter().map(|(_, payment)| payment).take(REMEMBERED_PAYMENTS).collect())
}

fn past_payment(row: &Row<'_>) -> Result<PastPayment, Fault> {
    let amount: String = row.get(6)?;
    Ok(PastPayment {
        network: row.get(2)?,
        asset: parsed(row, 3)?,
        symbol: row.get(4)?,
        payee: parsed(row, 5)?,
        amount: Amount::parse(&amount).map_err(|_| odd(&amount))?,
    })
}

fn trusted(ledger: &Connection, origin: Option<&str>) -> Result<Vec<Trusted>, Fault> {
    let mut statement = ledger.prepare_cached(
        "SELECT origin, network, asset, payee, since FROM trusted
         WHERE ?1 IS NULL OR origin = ?1 ORDER BY origin, network, asset, payee",
    )?;
    let mut rows = statement.query([origin])?;
    let mut trusted = Vec::new();
    while let Some(row) = rows.next()? {
        let payee = named(row, 3)?;
        let payee = payee.map(|text| text.parse().map_err(|_| odd(&text))).transpose()?;
        let since: i64 = row.get(4)?;
        trusted.push(Trusted {
            origin: row.get(0)?,
            trust: Trust { network: named(row, 1)?, asset: named(row, 2)?, payee },
            since: u64::try_from(since).map_err(|_| odd(&since.to_string()))?,
        });
    }
    Ok(trusted)
}

/// A cell in which an empty text leaves something open.
fn named(row: &Row<'_>, place: usize) -> Result<Option<String>, Fault> {
    let text: String = row.get(place)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn parsed<T: std::str::FromStr>(row: &Row<'_>, place: usize) -> Result<T, Fault> {
    let text: String = row.get(place)?;
    text.parse().map_err(|_| odd(&text))
}

fn odd(text: &str) -> Fault {
    Fault::Entry(format!("{text:?} where none can be"))
}
