//! The file: made whole or not at all, opened with what durability needs, never replaced.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tempfile::NamedTempFile;

use super::counting::integer;
use super::fault::Fault;
use super::identity::Identity;
use crate::ledger::Error;
use crate::ownership::{check, directory_of, follow};
use crate::policy::BudgetUnits;
use crate::protocol::Amount;

/// Says that a database is a ledger of this program: `p402`.
const APPLICATION_ID: i64 = 0x7034_3032;

/// What takes a ledger from one version to the next; `user_version` counts those applied.
const MIGRATIONS: [Migration; 9] = [
    Migration { script: include_str!("schema.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_2.sql"), finish: recount_refused },
    Migration { script: include_str!("schema_3.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_4.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_5.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_6.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_7.sql"), finish: |_| Ok(()) },
    Migration { script: include_str!("schema_8.sql"), finish: tell_of_schema },
    Migration { script: include_str!("schema_9.sql"), finish: |_| Ok(()) },
];

/// One step from a version to the next: a script, and what SQL alone cannot say.
struct Migration {
    script: &'static str,
    finish: fn(&Connection) -> Result<(), Fault>,
}

/// How many pages the write-ahead log grows to before it is worked into the file. Whoever comes first
/// after a crash reads the log through, so it is kept short.
const LOG_PAGES: i64 = 250;

/// How often a ledger is opened that is another file each time.
const OPENINGS: u32 = 3;

/// An open ledger.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// The files that are open.
    pub(super) identity: Identity,
}

/// A path and how long to wait for others who write there.
#[derive(Debug, Clone)]
pub(super) struct Store {
    /// As its owner named it: a link, perhaps.
    pub(super) named: PathBuf,
    /// The file itself.
    pub(super) path: PathBuf,
    pub(super) patience: Duration,
}

impl Store {
    /// Opens the ledger, making an empty one if there is none.
    pub(super) fn open(&self) -> Result<Opened, Error> {
        if let Some(opened) = self.open_existing()? {
            return Ok(opened);
        }
        let directory = self.directory();
        make_private_directory(directory).map_err(|error| Error::of_io(directory, &error))?;
        self.create()?;
        let opened = self.open_existing()?;
        opened.ok_or_else(|| Error::of_io(&self.path, &io::ErrorKind::NotFound.into()))
    }

    /// Opens the ledger if there is one.
    pub(super) fn open_existing(&self) -> Result<Option<Opened>, Error> {
        // The log is looked for first: another process that is just beginning makes it last.
        let log = fs::metadata(with_suffix(&self.path, "-wal")).is_ok_and(|log| log.len() > 0);
        // Whoever can put another ledger there, or a log beside them, can make room in every budget.
        if follow(&self.named)?.is_none() {
            let path = self.path.clone();
            return if log { Err(Error::HalfGone { path }) } else { Ok(None) };
        }
        let found = fs::metadata(&self.path).map_err(|error| Error::of_io(&self.path, &error))?;
        if found.len() == 0 {
            return Err(Error::corrupt(&self.path, "the file is empty"));
        }
        check(&self.path, &found)?;
        for _ in 0..OPENINGS {
            let before = Identity::of(self)?;
            let connection = self.connect().and_then(|connection| self.prepare(connection))?;
            // The file is open and cannot be asked which it is, so its path is asked on both sides.
            let identity = Identity::of(self)?;
            if identity.is_same_ledger(&before) {
                return Ok(Some(Opened { connection, identity }));
            }
        }
        Err(Error::replaced(&self.path))
    }

    /// Fails unless the files that are open are those at the ledger's path.
    pub(super) fn check_in_place(&self, identity: &Identity) -> Result<(), Error> {
        if Identity::of(self)? == *identity { Ok(()) } else { Err(Error::replaced(&self.path)) }
    }

    /// The directory the ledger is in.
    pub(super) fn directory(&self) -> &Path {
        directory_of(&self.path)
    }

    pub(super) fn fault(&self, fault: impl Into<Fault>) -> Error {
        fault.into().at(&self.path, self.patience.as_secs())
    }

    fn connect(&self) -> Result<Connection, Error> {
        // The log is worked into the file when the last process closes. Leaving it would save a
        // millisecond and a half, but a ledger that is restored or damaged beside a log of another
        // time would have that log replayed over it.
        connect(&self.path, self.patience).map_err(|error| self.fault(error))
    }

    /// Makes sure that it is a ledger, and of this version.
    fn prepare(&self, mut connection: Connection) -> Result<Connection, Error> {
        let number = |connection: &Connection, pragma: &str| {
            connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
        };
        if number(&connection, "application_id").map_err(|e| self.fault(e))? != APPLICATION_ID {
            return Err(Error::corrupt(&self.path, "it is a database, but no ledger of payments"));
        }
        let version = number(&connection, "user_version").map_err(|e| self.fault(e))?;
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        if version > known {
            return Err(Error::Newer { path: self.path.clone(), found: version, known });
        }
        if version < 1 {
            return Err(Error::corrupt(&self.path, "it has no version"));
        }
        if version < known {
            migrate(&mut connection).map_err(|error| self.fault(error))?;
        }
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .map_err(|error| self.fault(error))?;
        if mode != "wal" {
            let what = format!("the journal mode is {mode}, not wal");
            return Err(Error::NoLocks { path: self.path.clone(), what });
        }
        Ok(connection)
    }

    /// Makes an empty ledger under another name, and gives it its own only when it is complete and on
    /// the disk. Whoever else does the same at the same moment wins or loses; both then open one file.
    fn create(&self) -> Result<(), Error> {
        let directory = self.directory();
        let io_fault = |error: io::Error| Error::of_io(directory, &error);
        let new = tempfile::Builder::new()
            .prefix(".ledger-")
            .suffix(".new")
            .tempfile_in(directory)
            .map_err(io_fault)?;
        build(&new, self.patience).map_err(|error| self.fault(error))?;
        new.as_file().sync_all().map_err(io_fault)?;
        match new.persist_noclobber(&self.path) {
            Err(lost) if lost.error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(io_fault(lost.error));
            }
            _ => {}
        }
        sync_directory(directory).map_err(io_fault)
    }
}

fn connect(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn build(new: &NamedTempFile, patience: Duration) -> Result<(), Fault> {
    let mut connection = connect(new.path(), patience)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    migrate(&mut connection)?;
    // The last one to close works the log into the file and removes it.
    connection.close().map_err(|(_, error)| error.into())
}

fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have come first while this one waited.
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let applied = usize::try_from(version).unwrap_or(0);
    for (step, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
        transaction.execute_batch(migration.script)?;
        (migration.finish)(&transaction)?;
        let version = i64::try_from(step.saturating_add(1)).unwrap_or(i64::MAX);
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.commit().map_err(Fault::from)
}

/// Tells connections of other processes that the schema was written to by hand.
fn tell_of_schema(ledger: &Connection) -> Result<(), Fault> {
    let version: i64 = ledger.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    ledger.pragma_update(None, "schema_version", version.saturating_add(1)).map_err(Fault::from)
}

/// Until version 2, what was refused lost its count once it was over by some clock.
fn recount_refused(ledger: &Connection) -> Result<(), Fault> {
    let mut refused =
        ledger.prepare("SELECT seq, amount, decimals FROM payments WHERE state = 'rejected'")?;
    let mut rows = refused.query([])?;
    let mut count = ledger.prepare("UPDATE payments SET counted = ?2 WHERE seq = ?1")?;
    while let Some(row) = rows.next()? {
        let (seq, amount): (i64, String) = (row.get(0)?, row.get(1)?);
        let amount = Amount::parse(&amount)
            .map_err(|_| Fault::Entry(format!("{amount:?} for an amount")))?;
        let counted = BudgetUnits::of_price(amount, row.get(2)?);
        count.execute([seq, integer(counted.count())])?;
    }
    Ok(())
}

/// Makes a directory and its missing parents, closed to everybody else.
pub(super) fn make_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes a directory's entries durable. Only unix lets a directory be synced.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// The path of a file beside the ledger.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
