//! What the database refuses, and what that says of the ledger.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::ledger::Error;
use crate::ledger::error::Unreadable;
use crate::ownership::directory_of;

/// A failure inside a transaction, before the file's name is put to it.
#[derive(Debug)]
pub(super) enum Fault {
    /// The database's.
    Sql(rusqlite::Error),
    /// An entry that cannot be what this program wrote.
    Entry(String),
    /// Already a fact.
    Known(Box<Error>),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Known(Box::new(error))
    }
}

impl From<Unreadable> for Fault {
    fn from(Unreadable(what): Unreadable) -> Self {
        Self::Entry(what)
    }
}

impl Fault {
    /// The fact this is. `patience` is how long locks were waited for, in seconds.
    pub(super) fn at(self, path: &Path, patience: u64) -> Error {
        let owned = path.to_owned();
        let error = match self {
            Self::Known(error) => return *error,
            Self::Entry(what) => return Error::Corrupt { path: owned, what },
            Self::Sql(error) => error,
        };
        let what = error.to_string();
        let Some(&ffi::Error { code, extended_code }) = error.sqlite_error() else {
            return match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Error::Corrupt { path: owned, what },
                _ => Error::Unexpected { path: owned, what },
            };
        };
        match code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Error::Corrupt { path: owned, what }
            }
            ErrorCode::DiskFull => Error::Full { path: owned },
            _ if needs_room(extended_code) && has_no_room(path) => Error::Full { path: owned },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                Error::Locked { path: owned, seconds: patience }
            }
            ErrorCode::FileLockingProtocolFailed => Error::NoLocks { path: owned, what },
            ErrorCode::SystemIoFailure if is_lock_fault(extended_code) => {
                Error::NoLocks { path: owned, what }
            }
            // A page beyond the end of the file: it was cut.
            ErrorCode::SystemIoFailure if extended_code == ffi::SQLITE_IOERR_SHORT_READ => {
                Error::Corrupt { path: owned, what }
            }
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied => Error::Inaccessible { path: owned, what },
            _ => Error::Unexpected { path: owned, what },
        }
    }
}

/// Least room on a disk, in bytes, for which a failure to write has another reason: the index of the log
/// grows by 32 KiB at once.
const LEAST_ROOM: u64 = 64 * 1024;

/// The errors of input and output that a full disk may be behind, though they do not say so.
fn needs_room(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMSIZE
            | ffi::SQLITE_IOERR_SHMMAP
            | ffi::SQLITE_CANTOPEN
    )
}

/// Whether the disk of a file has no room, or no room for another file.
#[cfg(unix)]
fn has_no_room(path: &Path) -> bool {
    let Ok(disk) = rustix::fs::statvfs(directory_of(path)) else { return false };
    // What is kept for root is left to root.
    let is_root = rustix::process::geteuid().is_root();
    let (blocks, files) =
        if is_root { (disk.f_bfree, disk.f_ffree) } else { (disk.f_bavail, disk.f_favail) };
    blocks.saturating_mul(disk.f_frsize) < LEAST_ROOM || (disk.f_files > 0 && files == 0)
}

#[cfg(not(unix))]
fn has_no_room(_: &Path) -> bool {
    false
}

/// The input and output errors that are a filesystem's inability to lock or to share memory.
fn is_lock_fault(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_LOCK
            | ffi::SQLITE_IOERR_RDLOCK
            | ffi::SQLITE_IOERR_UNLOCK
            | ffi::SQLITE_IOERR_CHECKRESERVEDLOCK
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMLOCK
            | ffi::SQLITE_IOERR_SHMMAP
    )
}
