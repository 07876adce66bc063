//! Earlier payments for a request that something can still come of.

use ::http::Method;
use rusqlite::{Connection, Rows, params};
use url::Url;

use super::counting::integer;
use super::entry::{COLUMNS, Entry, WIDTH, read};
use super::error::Fault;
use super::reserving::recorded;
use crate::pay::{Asked, CLOCK_MARGIN_SECONDS, Fingerprint, LEAST_LIFE_SECONDS, Payment};

/// Entries of which something can still come by sending them again, as far as their state tells. The
/// words are those of the partial indexes.
pub(super) const WANTED: &str = "(state IN ('signed', 'sent', 'rejected', 'unknown')
    OR (state = 'settled' AND delivered_at IS NULL))";

/// The payments for a purchase that may still settle, or have settled without being delivered and can
/// still be sent: the longest-lived first.
pub(super) fn earlier(
    books: &Connection,
    fingerprint: &Fingerprint,
    now: u64,
) -> Result<Vec<(Entry, Payment)>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS}, name, value
         FROM payments INDEXED BY payments_purchase JOIN headers USING (seq)
         WHERE fingerprint = ?1 AND {WANTED}
         AND valid_before > iif(state = 'settled', ?3, ?2) AND valid_before > ?2
         ORDER BY valid_before DESC",
    );
    let mut statement = books.prepare_cached(&sql)?;
    let (lapsed, too_late) = ends(now);
    let mut rows = statement.query(params![fingerprint.whole(), lapsed, too_late])?;
    let mut found = Vec::new();
    take(&mut rows, &mut found)?;
    Ok(found)
}

/// The same for other purchases with the same method, URL and body, and for those of the same place by
/// another way. Of entries from before bodies were told apart here, method and URL must do.
pub(super) fn rivals(
    books: &Connection,
    asked: &Asked,
    place: (&Method, &Url),
    now: u64,
) -> Result<Vec<(Entry, Payment)>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS}, name, value
         FROM payments INDEXED BY payments_bare JOIN headers USING (seq)
         WHERE bare IS ?1 AND {WANTED} AND fingerprint <> ?2
         AND valid_before > iif(state = 'settled', ?4, ?3) AND valid_before > ?3
         AND (?1 IS NOT NULL OR (method = ?5 AND url = ?6))
         ORDER BY valid_before DESC",
    );
    let mut statement = books.prepare_cached(&sql)?;
    let (lapsed, too_late) = ends(now);
    let url = recorded(&asked.url);
    let (fingerprint, method) = (&asked.fingerprint, asked.method.as_str());
    let mut found = Vec::new();
    for bare in [fingerprint.bare(), None] {
        let mut rows = statement.query(params![
            bare,
            fingerprint.whole(),
            lapsed,
            too_late,
            method,
            url.as_str()
        ])?;
        take(&mut rows, &mut found)?;
    }
    let sql = format!(
        "SELECT {COLUMNS}, name, value
         FROM payments INDEXED BY payments_place JOIN headers USING (seq)
         WHERE url = ?6 AND method = ?5 AND coalesce(asked_url, url) <> ?1
         AND {WANTED} AND fingerprint <> ?2
         AND valid_before > iif(state = 'settled', ?4, ?3) AND valid_before > ?3
         ORDER BY valid_before DESC",
    );
    let mut statement = books.prepare_cached(&sql)?;
    let (method, there) = (place.0.as_str(), recorded(place.1));
    let asked_url = url.as_str();
    let mut rows = statement.query(params![
        asked_url,
        fingerprint.whole(),
        lapsed,
        too_late,
        method,
        there.as_str()
    ])?;
    take(&mut rows, &mut found)?;
    Ok(found)
}

/// The reservations for a purchase: what is about to be signed.
fn reserved(books: &Connection, fingerprint: &Fingerprint) -> Result<Vec<Entry>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payments INDEXED BY payments_owner
         WHERE owner IS NOT NULL AND state = 'reserved' AND fingerprint = ?1"
    );
    let mut statement = books.prepare_cached(&sql)?;
    let mut rows = statement.query([fingerprint.whole()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Every payment beside which none is signed without a word of the owner's: for the purchase itself, also
/// where it is only reserved (`true`), and its rivals (`false`).
pub(super) fn beside(
    books: &Connection,
    asked: &Asked,
    place: (&Method, &Url),
    now: u64,
) -> Result<Vec<(Entry, bool)>, Fault> {
    let mut all: Vec<_> =
        reserved(books, &asked.fingerprint)?.into_iter().map(|e| (e, true)).collect();
    all.extend(earlier(books, &asked.fingerprint, now)?.into_iter().map(|(e, _)| (e, true)));
    all.extend(rivals(books, asked, place, now)?.into_iter().map(|(e, _)| (e, false)));
    Ok(all)
}

/// The last ends of validity at which a payment cannot settle any more, and at which no server takes it.
fn ends(now: u64) -> (i64, i64) {
    let lapsed = now.saturating_sub(CLOCK_MARGIN_SECONDS);
    let too_late = now.saturating_add(LEAST_LIFE_SECONDS).saturating_sub(1);
    (integer(lapsed), integer(too_late))
}

fn take(rows: &mut Rows<'_>, found: &mut Vec<(Entry, Payment)>) -> Result<(), Fault> {
    while let Some(row) = rows.next()? {
        found.push(with_payment(row)?);
    }
    Ok(())
}

/// Reads an entry and its header from a row of [`COLUMNS`], name and value.
pub(super) fn with_payment(row: &rusqlite::Row<'_>) -> Result<(Entry, Payment), Fault> {
    let entry = read(row)?;
    let (name, value): (String, String) = (row.get(WIDTH)?, row.get(WIDTH.saturating_add(1))?);
    let payment = entry.payment(&name, &value)?;
    Ok((entry, payment))
}
