//! The ledger as it lies on the disk, read from a copy: what a dead process left is for the program
//! to find and mend, not for a test.

use super::home::Home;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::fs;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) state: String,
    /// `0x` and sixty-four lower-case hex digits.
    pub(crate) nonce: String,
    pub(crate) url: String,
    pub(crate) sendings: u64,
    /// The signed header, for as long as it is kept.
    pub(crate) header: Option<String>,
}

/// Every entry, oldest first; none where there is no ledger yet.
pub(crate) fn entries(home: &Home) -> Vec<Entry> {
    if !home.path("ledger.db").exists() {
        return Vec::new();
    }
    let copy = tempfile::TempDir::new().expect("a temporary directory");
    for name in ["ledger.db", "ledger.db-wal"] {
        if home.path(name).exists() {
            fs::copy(home.path(name), copy.path().join(name)).expect("a copy");
        }
    }
    let ledger = Connection::open(copy.path().join("ledger.db")).expect("a database");
    audit(&ledger);
    let mut statement = ledger
        .prepare(
            "SELECT state, nonce, url, sendings, value FROM payments LEFT JOIN headers USING (seq)
             ORDER BY seq",
        )
        .expect("the ledger as documented");
    let entries = statement.query_map([], |row| {
        Ok(Entry {
            state: row.get(0)?,
            nonce: row.get(1)?,
            url: row.get(2)?,
            sendings: row.get::<_, u32>(3)?.into(),
            header: row.get(4)?,
        })
    });
    entries.expect("entries").map(|entry| entry.expect("an entry")).collect()
}

/// The file is whole, the sums are those of the entries, and every signature that is out is kept.
fn audit(ledger: &Connection) {
    let text = |sql: &str| ledger.query_row(sql, [], |row| row.get::<_, String>(0)).expect(sql);
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    let number = |sql: &str| ledger.query_row(sql, [], |row| row.get::<_, i64>(0)).expect(sql);
    let sums =
        "SELECT coalesce(sum(amount + refused), 0) FROM counted WHERE hour = -1 AND scope = ''
                AND unit <> '$'";
    let entries = "SELECT coalesce(sum(counted), 0) FROM payments";
    assert_eq!(number(sums), number(entries));
    let kept = "SELECT count(*) FROM payments LEFT JOIN headers USING (seq) WHERE value IS NULL
                AND state IN ('signed', 'unsent', 'sent', 'rejected', 'unknown')";
    assert_eq!(number(kept), 0, "a signature is out and its bytes are lost");
}

/// A look at the states while the program writes.
pub(crate) struct Watch(Connection);

impl Watch {
    /// Opens the ledger; `None` while there is none.
    pub(crate) fn open(home: &Home) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(home.path("ledger.db"), flags).ok().map(Self)
    }

    /// The states that entries are in.
    pub(crate) fn states(&self) -> BTreeSet<String> {
        let mut states = BTreeSet::new();
        // A ledger that is just being made has nothing to show.
        let Ok(mut statement) = self.0.prepare_cached("SELECT state FROM payments") else {
            return states;
        };
        if let Ok(rows) = statement.query_map([], |row| row.get(0)) {
            states.extend(rows.flatten());
        }
        states
    }
}
