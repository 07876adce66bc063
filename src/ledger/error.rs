//! What keeps the ledger from being read or written, as facts.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::state::{Event, State};
use crate::ownership::Doubt;

/// Why the ledger cannot be used. Whatever it is, nothing is signed without them, and no empty ledger
/// takes the place of one that cannot be read.
#[derive(Debug, Error)]
pub enum Error {
    /// The file is damaged, or is no ledger.
    #[error("{path} is damaged: {what}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The file is gone, and its write-ahead log is still there: recent entries would be lost.
    #[error("{path} is missing, and its log is still there")]
    HalfGone {
        /// The file that is missing.
        path: PathBuf,
    },
    /// The file or its directory cannot be opened, read, made or written.
    #[error("{path}: {what}")]
    Inaccessible {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        what: String,
    },
    /// Others could have written the file, or put it where it is.
    #[error(transparent)]
    Doubtful(Doubt),
    /// The file has several names (hard links), each with a log of its own.
    #[error("{path} has {links} names (hard links), and each would have a log of its own")]
    SecondName {
        /// The file.
        path: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// Something is mounted at the file, or at the directory of the signs of life, by itself.
    #[error("{path} is mounted by itself, and what belongs to it lies elsewhere")]
    MountedAlone {
        /// The file or directory.
        path: PathBuf,
    },
    /// A file or directory beside the ledger is a symbolic link.
    #[error("{0} is a symbolic link")]
    SymbolicLink(PathBuf),
    /// The file that is open is not the one at its path any more: it was removed, moved or replaced.
    #[error("{path} was removed, moved or replaced while it was in use")]
    Replaced {
        /// The path.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("{path}: the disk is full")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this program.
    #[error("{path} has version {found}, and this program knows {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Another process kept the file locked for longer than this one waits.
    #[error("{path} was locked for {seconds} seconds")]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// The filesystem has no locks that work, so that processes cannot be told apart there.
    #[error("{path}: the filesystem has no working locks: {what}")]
    NoLocks {
        /// The file or directory.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// No entry has an id that begins so.
    #[error("no payment has an id that begins with {0:?}")]
    NotFound(String),
    /// Several entries have an id that begins so.
    #[error("{count} payments have an id that begins with {prefix:?}")]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// How many there are.
        count: u64,
    },
    /// A living process is busy with this payment.
    #[error("another process is busy with payment {0}")]
    Busy(String),
    /// The payment is not one that can be sent again.
    #[error("payment {id} is {state} and cannot be sent again")]
    NotResendable {
        /// Its id.
        id: String,
        /// Its state.
        state: State,
    },
    /// The payment's validity is over before it could leave.
    #[error("payment {0} is not valid any more")]
    Lapsed(String),
    /// The payment can still settle, so it cannot be declared expired.
    #[error("payment {id} can still settle until {until}")]
    StillValid {
        /// Its id.
        id: String,
        /// The first second at which it cannot, in Unix seconds.
        until: u64,
    },
    /// The entry is not in a state in which this can happen to it.
    #[error("payment {id} is {state}: {event:?} cannot happen to it")]
    Impossible {
        /// Its id.
        id: String,
        /// Its state.
        state: State,
        /// What was to be recorded.
        event: Event,
    },
    /// More than was authorized is said to have settled.
    #[error("payment {0} cannot have settled for more than was signed")]
    MoreThanSigned(String),
    /// The system gives no thread to work on.
    #[error("no thread for the ledger: {0}")]
    NoThread(io::Error),
    /// The ledger's thread ended before it answered.
    #[error("the ledger's thread has ended")]
    Stopped,
    /// The database refused for a reason that should not arise.
    #[error("{path}: {what}")]
    Unexpected {
        /// The file.
        path: PathBuf,
        /// The database's words.
        what: String,
    },
}

impl Error {
    pub(super) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Inaccessible { path, what: error.to_string() },
        }
    }

    pub(super) fn replaced(path: &Path) -> Self {
        Self::Replaced { path: path.to_owned() }
    }

    pub(super) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), what: what.into() }
    }
}

impl From<Doubt> for Error {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Unreadable { path, source } => Self::of_io(&path, &source),
            doubt => Self::Doubtful(doubt),
        }
    }
}

/// What stands in an entry and cannot be what this program wrote.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) String);
