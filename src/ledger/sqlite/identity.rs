//! Which file the ledger is, apart from its path.
//!
//! `SQLite` keeps the write-ahead log, its index and, for the first process that opens them, the right
//! to recover both beside the *name* of a database. One file under two names has two logs, and what is
//! recorded by one name is not seen by the other: both pay from the same budget, and one of them loses
//! its entries. So the ledger must be the only name of its file, and what lies beside it must be files
//! and directories of their own.
//!
//! An open file may also lose its name: it is removed, or its directory is moved and another is put in
//! its place. What is recorded then is recorded where no later process looks.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::store::{Store, with_suffix};
use crate::ledger::Error;
use crate::ownership::directory_of;

/// How often a file with two names is looked at before it is refused. Where the filesystem cannot
/// rename without replacing, a new ledger has two names for an instant.
const LOOKS: u32 = 10;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// One file, as the system tells it from others: device and inode number. An inode number is not given
/// to another file while the first is open. Only unix has them; elsewhere all files are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

/// The files of a ledger while it is open. `SQLite` removes none of them before the last process has
/// closed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    ledger: FileId,
    log: Option<FileId>,
    index: Option<FileId>,
}

impl Identity {
    /// The files at a ledger's path now, each of them fit to be one.
    pub(super) fn of(store: &Store) -> Result<Self, Error> {
        let ledger = alone(&store.path)?.ok_or_else(|| Error::replaced(&store.path))?;
        if store.named != store.path {
            // A symbolic link to the ledger may lead elsewhere by now.
            let named = fs::metadata(&store.named).ok();
            if named.is_none_or(|found| FileId::of(&found) != ledger) {
                return Err(Error::replaced(&store.named));
            }
        }
        let beside = |suffix| alone(&with_suffix(&store.path, suffix));
        Ok(Self { ledger, log: beside("-wal")?, index: beside("-shm")? })
    }

    /// Whether two looks found the same ledger, whatever lies beside it.
    pub(super) fn is_same_ledger(&self, other: &Self) -> bool {
        self.ledger == other.ledger
    }
}

impl FileId {
    #[cfg(unix)]
    fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { device: found.dev(), inode: found.ino() }
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self { device: 0, inode: 0 }
    }
}

/// The file at a path, if there is one: it must be no symbolic link, have no other name, and be no mount
/// point by itself.
fn alone(path: &Path) -> Result<Option<FileId>, Error> {
    let mut looks = 1;
    loop {
        let found = match fs::symlink_metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::of_io(path, &error)),
        };
        check_no_link(path, &found)?;
        match names(&found) {
            0 | 1 => {
                check_no_mount(path, &found)?;
                return Ok(Some(FileId::of(&found)));
            }
            links if looks == LOOKS => {
                return Err(Error::SecondName { path: path.to_owned(), links });
            }
            _ => {}
        }
        thread::sleep(PAUSE);
        looks = looks.saturating_add(1);
    }
}

/// A directory that belongs to the ledger must lie where its name is: processes that see another one
/// there see nothing of each other.
pub(super) fn check_directory_is_alone(path: &Path) -> Result<(), Error> {
    let found = fs::symlink_metadata(path).map_err(|error| Error::of_io(path, &error))?;
    check_no_link(path, &found)?;
    check_no_mount(path, &found)
}

fn check_no_link(path: &Path, found: &Metadata) -> Result<(), Error> {
    if found.is_symlink() { Err(Error::SymbolicLink(path.to_owned())) } else { Ok(()) }
}

fn check_no_mount(path: &Path, found: &Metadata) -> Result<(), Error> {
    if is_mount_point(path, found)? {
        return Err(Error::MountedAlone { path: path.to_owned() });
    }
    Ok(())
}

/// How many names a file has.
#[cfg(unix)]
fn names(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn names(_: &Metadata) -> u64 {
    1
}

/// Whether something is mounted at a path itself and not at a directory above it. Where the system does
/// not say so, another device than the directory's tells; on an overlay filesystem that alone would
/// prove nothing.
#[cfg(unix)]
fn is_mount_point(path: &Path, found: &Metadata) -> Result<bool, Error> {
    match told_mount_point(path)? {
        Some(told) => Ok(told),
        None => is_on_another_device(path, found),
    }
}

#[cfg(unix)]
fn is_on_another_device(path: &Path, found: &Metadata) -> Result<bool, Error> {
    use std::os::unix::fs::MetadataExt;
    let directory = directory_of(path);
    let around = fs::metadata(directory).map_err(|error| Error::of_io(directory, &error))?;
    Ok(around.dev() != found.dev())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix mounts files")]
fn is_mount_point(_: &Path, _: &Metadata) -> Result<bool, Error> {
    Ok(false)
}

/// What the kernel says of a path (statx, `STATX_ATTR_MOUNT_ROOT`, since Linux 5.8); `None` where it does
/// not say.
#[cfg(target_os = "linux")]
fn told_mount_point(path: &Path) -> Result<Option<bool>, Error> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    use rustix::io::Errno;
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT;
    match statx(CWD, path, flags, StatxFlags::TYPE) {
        Ok(found) => {
            let says = found.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT);
            Ok(says.then(|| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)))
        }
        // Filters of system calls answer with the second.
        Err(Errno::NOSYS | Errno::PERM) => Ok(None),
        Err(error) => Err(Error::of_io(path, &error.into())),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
#[expect(clippy::unnecessary_wraps, reason = "only Linux says so")]
fn told_mount_point(_: &Path) -> Result<Option<bool>, Error> {
    Ok(None)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_mounted_by_itself_is_seen_and_a_file_in_a_directory_is_not() {
        // The root of a filesystem, and a directory in it.
        for (path, mounted) in [("/", true), ("/proc", true), ("/proc/sys/kernel", false)] {
            let found = fs::symlink_metadata(path).unwrap();
            assert_eq!(is_mount_point(Path::new(path), &found).unwrap(), mounted, "{path}");
            let told = told_mount_point(Path::new(path)).unwrap();
            assert!(told.is_none_or(|told| told == mounted), "{path}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(alone(file.path()).unwrap().is_some());
        let proc = alone(Path::new("/proc/"));
        assert!(matches!(proc, Err(Error::MountedAlone { .. } | Error::SecondName { .. })));
    }

    #[test]
    fn where_the_kernel_does_not_say_the_device_tells() {
        let found = |path| fs::symlink_metadata(path).unwrap();
        assert!(is_on_another_device(Path::new("/proc"), &found("/proc")).unwrap());
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(!is_on_another_device(file.path(), &found(file.path().to_str().unwrap())).unwrap());
    }

    #[test]
    fn a_second_name_that_goes_away_at_once_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let (one, two) = (directory.path().join("one"), directory.path().join("two"));
        fs::write(&one, "").unwrap();
        fs::hard_link(&one, &two).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(PAUSE);
                fs::remove_file(&two).unwrap();
            });
            // The thread may be slow to begin.
            let found = (0..100).find_map(|_| alone(&one).ok().flatten());
            assert!(found.is_some());
        });
    }
}
