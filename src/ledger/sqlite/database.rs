//! The ledger of one owner, as one process holds them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::fault::Fault;
use super::presence::{Presence, lives, process};
use super::row::{COLUMNS, read};
use super::store::{Opened, Store};
use crate::ledger::{Entry, Error, Event, State};
use crate::pay::Process;

/// How long to wait while other processes write.
const PATIENCE: Duration = Duration::from_secs(10);

/// The directory of signs of life, beside the ledger.
const LIVE: &str = "live";

/// The ledger at a path. It is opened when something is looked up, and made when something is
/// reserved, not before.
pub(super) struct Database {
    pub(super) store: Store,
    opened: Option<Opened>,
    presence: Option<Presence>,
    /// The ids of payments that this process has signed and forced to the disk, and not sent yet.
    pub(super) on_disk: BTreeSet<String>,
    /// How many transactions were forced to the disk.
    #[cfg(test)]
    pub(super) forced: u32,
}

/// Whether a transaction survives a loss of power, or only the death of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// Forced to the disk before it counts as done.
    Disk,
    /// Handed to the system.
    System,
}

impl Database {
    /// The ledger at `path`; nothing is opened.
    pub(super) fn at(path: PathBuf) -> Self {
        // SQLite reads "file:" at the start of a relative path as a URI.
        let path = std::path::absolute(&path).unwrap_or(path);
        // Signs of life lie beside the file itself: whoever shares it by a link must see them.
        let linked = path.is_symlink() && path.is_file();
        let named = path.clone();
        let path = if linked { path.canonicalize().unwrap_or(path) } else { path };
        Self {
            store: Store { named, path, patience: PATIENCE },
            opened: None,
            presence: None,
            on_disk: BTreeSet::new(),
            #[cfg(test)]
            forced: 0,
        }
    }

    /// The same, waiting this long for other processes instead of ten seconds.
    #[cfg(test)]
    pub(super) fn with_patience(mut self, patience: Duration) -> Self {
        self.store.patience = patience;
        self
    }

    /// Where the ledger is.
    pub(super) fn path(&self) -> &Path {
        &self.store.path
    }

    /// The directory of the signs of life of the processes that use it.
    pub(super) fn live(&self) -> PathBuf {
        self.store.directory().join(LIVE)
    }

    /// The name that entries of this process carry; shows that it lives from now on.
    pub(super) fn owner(&mut self) -> Result<String, Error> {
        let presence = match self.presence.take() {
            Some(presence) => presence,
            None => Presence::begin(&self.live())?,
        };
        Ok(self.presence.insert(presence).name().to_owned())
    }

    /// Reads in one snapshot; `None` when there is no ledger yet.
    pub(super) fn read<T>(
        &mut self,
        act: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<Option<T>, Error> {
        if self.opened.is_none() {
            self.opened = self.store.open_existing()?;
        }
        let Some(Opened { connection, .. }) = &mut self.opened else {
            return Ok(None);
        };
        let transaction = connection.transaction().map_err(|error| self.store.fault(error))?;
        act(&transaction).map(Some).map_err(|fault| self.store.fault(fault))
    }

    /// Writes in one transaction that no other process can come between, making the ledger if there
    /// is none. Fails, with nothing written, where the open ledger is not the one at its path.
    pub(super) fn write<T>(
        &mut self,
        durability: Durability,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        self.check_in_place()?;
        self.write_anyway(durability, act)
    }

    /// The same, of something that is so whatever became of the ledger's path: it is better recorded in
    /// a file that was moved away than not at all.
    pub(super) fn write_anyway<T>(
        &mut self,
        durability: Durability,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let mut opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.store.open()?,
        };
        let level = match durability {
            Durability::Disk => "FULL",
            Durability::System => "NORMAL",
        };
        let written = opened
            .connection
            .pragma_update(None, "synchronous", level)
            .map_err(Fault::from)
            .and_then(|()| commit(&mut opened.connection, act));
        self.opened = Some(opened);
        #[cfg(test)]
        {
            self.forced += u32::from(written.is_ok() && durability == Durability::Disk);
        }
        written.map_err(|fault| self.store.fault(fault))
    }

    /// Fails where the ledger that is open is not the one at its path any more.
    pub(super) fn check_in_place(&self) -> Result<(), Error> {
        match &self.opened {
            Some(opened) => self.store.check_in_place(&opened.identity),
            None => Ok(()),
        }
    }

    /// Undoes the reservations of dead processes, and frees what they were busy with.
    pub(super) fn tidy(&mut self) -> Result<(), Error> {
        let owners = self.read(|ledger| {
            let mut owners = ledger
                .prepare_cached("SELECT DISTINCT owner FROM payments WHERE owner IS NOT NULL")?;
            let owners = owners.query_map([], |row| row.get(0))?;
            Ok(owners.collect::<Result<Vec<String>, _>>()?)
        })?;
        let mut dead = Vec::new();
        for owner in owners.unwrap_or_default() {
            if !self.is_alive(&owner)? {
                dead.push(owner);
            }
        }
        if dead.is_empty() {
            return Ok(());
        }
        self.write(Durability::System, |ledger| {
            for owner in &dead {
                let reserved = "owner = ?1 AND state = 'reserved'";
                drop_reservations(ledger, reserved, owner)?;
                ledger.execute("UPDATE payments SET owner = NULL WHERE owner = ?1", [owner])?;
            }
            Ok(())
        })
    }

    /// Whether this process carries this name.
    pub(super) fn is_own(&self, owner: &str) -> bool {
        self.presence.as_ref().is_some_and(|presence| presence.name() == owner)
    }

    /// The other living process that carries this name, as far as it is known; `None` where it is this
    /// one, or dead.
    pub(super) fn other(&self, owner: &str) -> Result<Option<Process>, Error> {
        if self.is_own(owner) || !self.is_alive(owner)? {
            return Ok(None);
        }
        Ok(Some(process(&self.live(), owner)))
    }

    pub(super) fn is_alive(&self, owner: &str) -> Result<bool, Error> {
        match &self.presence {
            Some(presence) => presence.sees(owner),
            None => lives(&self.live(), owner),
        }
    }
}

fn commit<T>(
    connection: &mut Connection,
    act: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = act(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// Removes reservations, which have no signature, as if they had never been. `which` is a condition
/// with one parameter.
pub(super) fn drop_reservations(
    ledger: &Connection,
    which: &str,
    parameter: &str,
) -> Result<(), Fault> {
    ledger.execute(&format!("UPDATE payments SET counted = 0 WHERE {which}"), [parameter])?;
    ledger.execute(&format!("DELETE FROM payments WHERE {which}"), [parameter])?;
    Ok(())
}

/// The entry with this whole id.
pub(super) fn entry(ledger: &Connection, id: &str) -> Result<Entry, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM payments WHERE id = ?1");
    let mut statement = ledger.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => read(row),
        None => Err(Error::NotFound(id.to_owned()).into()),
    }
}

/// The state an event leads to, or the fact that it cannot happen.
pub(super) fn after(entry: &Entry, event: Event) -> Result<State, Fault> {
    entry
        .state
        .after(event)
        .ok_or_else(|| Error::Impossible { id: entry.id.clone(), state: entry.state, event }.into())
}
