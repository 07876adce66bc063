//! Earlier payments for a request that something can still come of.

use ::http::Method;
use rusqlite::{Connection, Rows, params};
use url::Url;

use super::counting::integer;
use super::fault::Fault;
use super::reserving::recorded;
use super::row::{COLUMNS, WIDTH, read};
use crate::ledger::Entry;
use crate::pay::{Asked, CLOCK_MARGIN_SECONDS, Fingerprint, LEAST_LIFE_SECONDS, Payment};

/// Entries of which something can still come by sending them again, as far as their state tells. The
/// words are those of the partial indexes.
pub(super) const WANTED: &str = "(state IN ('signed', 'unsent', 'sent', 'rejected', 'unknown')
    OR (state = 'settled' AND delivered_at IS NULL))";

/// The payments for a purchase that may still settle, or have settled without being delivered and can
/// still be sent: the longest-lived first.
pub(super) fn earlier(
    ledger: &Connection,
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
    let mut statement = ledger.prepare_cached(&sql)?;
    let (lapsed, too_late) = ends(now);
    let mut rows = statement.query(params![fingerprint.whole(), lapsed, too_late])?;
    let mut found = Vec::new();
    take(&mut rows, &mut found)?;
    Ok(found)
}

/// The same for other purchases with the same method, URL and body, and for those of the same place by
/// another way. Of entries from before bodies were told apart here, method and URL must do.
pub(super) fn rivals(
    ledger: &Connection,
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
    let mut statement = ledger.prepare_cached(&sql)?;
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
    let mut statement = ledger.prepare_cached(&sql)?;
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

/// What processes are busy with for a purchase, or for a rival of it, whatever the time: one that is being
/// signed, one that waits for its answer, and one whose body is on its way.
fn owned(ledger: &Connection, asked: &Asked, place: (&Method, &Url)) -> Result<Vec<Entry>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payments INDEXED BY payments_owner
         WHERE owner IS NOT NULL AND (state = 'reserved' OR {WANTED})
         AND (fingerprint = ?1 OR bare = ?2
           OR (url = ?3 AND method = ?4 AND coalesce(asked_url, url) <> ?5))"
    );
    let mut statement = ledger.prepare_cached(&sql)?;
    let (there, first) = (recorded(place.1), recorded(&asked.url));
    let mut rows = statement.query(params![
        asked.fingerprint.whole(),
        asked.fingerprint.bare(),
        there.as_str(),
        place.0.as_str(),
        first.as_str()
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// A payment beside which another may be signed only by a word of the owner's.
pub(super) struct Beside {
    /// The payment.
    pub(super) entry: Entry,
    /// Whether it is for the purchase itself, and not for a rival of it.
    pub(super) same: bool,
    /// Whether it may settle, or can be sent again. The validity of one that is not may be over: it stands
    /// in the way for as long as a living process is busy with it.
    pub(super) in_time: bool,
}

/// Every payment for a purchase, and its rivals, beside which none is signed without a word of the owner's.
pub(super) fn beside(
    ledger: &Connection,
    asked: &Asked,
    place: (&Method, &Url),
    now: u64,
) -> Result<Vec<Beside>, Fault> {
    let whole = asked.fingerprint.whole();
    let found = |in_time| {
        move |entry: Entry| Beside { same: entry.fingerprint.whole() == whole, entry, in_time }
    };
    let mut all: Vec<_> = owned(ledger, asked, place)?.into_iter().map(found(false)).collect();
    let mut in_time = earlier(ledger, &asked.fingerprint, now)?;
    in_time.extend(rivals(ledger, asked, place, now)?);
    all.extend(in_time.into_iter().map(|(entry, _)| entry).map(found(true)));
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
