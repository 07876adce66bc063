//! Who is alive.
//!
//! A process that is busy with payments holds a lock on a file of its own, whose name is the owner
//! the entries carry. The system drops the lock with the process, however it ends, and no other
//! process ever takes the name: pids that are used again and reboots cannot mislead.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::identity::check_directory_is_alone;
use super::store::make_private_directory;
use crate::ledger::Error;
use crate::ownership::check_directory;
use crate::pay::Process;

/// How often a name is tried before giving up; each failure is another process's tidying up in the
/// instant between the making and the locking of the file.
const ATTEMPTS: u32 = 16;

/// Characters of a name: letters and digits.
const NAME_LENGTH: usize = 20;

/// Most bytes of a sign of life: two numbers.
const LONGEST_SIGN: u64 = 40;

/// This process's sign of life; it ends when this is dropped.
pub(super) struct Presence {
    name: String,
    file: NamedTempFile,
}

impl Presence {
    /// Shows that this process lives, in `directory`. Removes the signs of those that do not.
    pub(super) fn begin(directory: &Path) -> Result<Self, Error> {
        let fault = |error: io::Error| Error::of_io(directory, &error);
        make_private_directory(directory).map_err(fault)?;
        // Whoever can write here can show a dead process alive, beside which others are signed.
        check_directory(directory)?;
        check_directory_is_alone(directory)?;
        for _ in 0..ATTEMPTS {
            let mut file = tempfile::Builder::new()
                .prefix("")
                .rand_bytes(NAME_LENGTH)
                .tempfile_in(directory)
                .map_err(fault)?;
            let locked = granted(file.as_file().try_lock(), file.path())?;
            if !locked || !file.path().exists() {
                continue;
            }
            prove_exclusive(file.path())?;
            // The lock shows that it lives; what it says is only for people and for how long to wait.
            let _ = file.as_file_mut().write_all(signature().as_bytes());
            tidy(directory).map_err(fault)?;
            let name = file.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Ok(Self { name, file });
        }
        let what = "a new file was locked by somebody else every time".to_owned();
        Err(Error::NoLocks { path: directory.to_owned(), what })
    }

    /// The name entries carry.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether this owner lives; this process does.
    pub(super) fn sees(&self, owner: &str) -> Result<bool, Error> {
        let directory = self.file.path().parent().unwrap_or(Path::new("."));
        Ok(owner == self.name || lives(directory, owner)?)
    }
}

/// What its sign of life says of the process that carries this name.
pub(super) fn process(directory: &Path, owner: &str) -> Process {
    let unknown = Process { id: None, stopped: false };
    if owner.is_empty() || !owner.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return unknown;
    }
    let text = fs::read_to_string(directory.join(owner)).unwrap_or_default();
    let mut words = text.split_whitespace();
    let Some(id) = words.next().and_then(|word| word.parse().ok()) else { return unknown };
    // A number counts only where it was given: a container has numbers of its own.
    if words.next() != namespace().as_deref() {
        return unknown;
    }
    Process { id: Some(id), stopped: is_stopped(id) }
}

/// What a sign of life says: the number of its process, and where that is its number.
fn signature() -> String {
    let id = std::process::id();
    namespace().map_or_else(|| id.to_string(), |namespace| format!("{id} {namespace}"))
}

/// The namespace that this process's number is from, on Linux.
fn namespace() -> Option<String> {
    let link = fs::read_link("/proc/self/ns/pid").ok()?;
    let digits: String = link.to_str()?.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Whether a process is stopped by a signal (Ctrl-Z) or a debugger, where the system says so in a file
/// (proc(5): `T` or `t` after the name in parentheses).
fn is_stopped(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    matches!(state, Some('T' | 't'))
}

/// Whether the process that carries this name in `directory` lives.
pub(super) fn lives(directory: &Path, owner: &str) -> Result<bool, Error> {
    // A name comes from the database: it must not lead anywhere else.
    if owner.is_empty() || !owner.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(false);
    }
    let path: PathBuf = directory.join(owner);
    match File::open(&path) {
        // Shared, so that two who look at the same moment do not take each other for the living.
        Ok(file) => Ok(!granted(file.try_lock_shared(), &path)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::of_io(&path, &error)),
    }
}

/// Whether a lock was granted; an error where the system cannot lock at all.
fn granted(lock: Result<(), TryLockError>, path: &Path) -> Result<bool, Error> {
    match lock {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => {
            Err(Error::NoLocks { path: path.to_owned(), what: error.to_string() })
        }
    }
}

/// Some filesystems grant every lock to everybody: then two opens of one file both get it.
fn prove_exclusive(path: &Path) -> Result<(), Error> {
    let again = File::open(path).map_err(|error| Error::of_io(path, &error))?;
    if granted(again.try_lock_shared(), path)? {
        let what = "a lock was granted twice".to_owned();
        return Err(Error::NoLocks { path: path.to_owned(), what });
    }
    Ok(())
}

/// Whether a byte can stand in a sign of life.
const fn is_of_a_sign(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b' '
}

/// Whether a file could be a process's sign by its name.
fn is_a_name(name: &str) -> bool {
    name.len() == NAME_LENGTH && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Removes the signs nobody locks. A missing file says the same as an unlocked one. Whatever else lies
/// there is somebody's: a sign is a file with a name of its own form, and no more in it than numbers.
fn tidy(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // Of the entry itself, not of what a link leads to; opening a pipe would wait for a writer.
        let is_sign = entry.file_name().to_str().is_some_and(is_a_name)
            && entry.metadata().is_ok_and(|found| found.is_file() && found.len() <= LONGEST_SIGN)
            && fs::read(entry.path()).is_ok_and(|said| said.into_iter().all(is_of_a_sign));
        if !is_sign {
            continue;
        }
        let path = entry.path();
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock_shared().is_ok() {
            // Somebody else may have removed it first.
            let _ = fs::remove_file(&path);
        }
        // Kept open until here: the lock is what keeps its maker from believing that it is his.
        drop(file);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_living_are_seen_and_the_dead_are_not() {
        let directory = tempfile::tempdir().unwrap();
        let live = directory.path().join("live");
        let one = Presence::begin(&live).unwrap();
        let two = Presence::begin(&live).unwrap();
        assert!(one.sees(two.name()).unwrap() && two.sees(one.name()).unwrap());
        assert!(one.sees(one.name()).unwrap());
        let gone = two.name().to_owned();
        drop(two);
        assert!(!one.sees(&gone).unwrap());
        for odd in ["", "../ledger.db", "nobody"] {
            assert!(!one.sees(odd).unwrap(), "{odd:?}");
        }
    }

    #[test]
    fn a_name_leads_nowhere_else_and_what_cannot_be_looked_at_is_not_dead() {
        let directory = tempfile::tempdir().unwrap();
        let live = directory.path().join("live");
        let one = Presence::begin(&live).unwrap();
        let outside = File::create(directory.path().join("outside")).unwrap();
        outside.lock().unwrap();
        for name in ["../outside", "", "."] {
            assert!(!lives(&live, name).unwrap(), "{name:?}");
        }
        // Taken for dead, its payments would be taken over.
        let no_directory = directory.path().join("outside");
        assert!(matches!(lives(&no_directory, one.name()), Err(Error::Inaccessible { .. })));
    }

    #[test]
    fn what_a_crash_leaves_is_dead_and_is_removed() {
        let live = tempfile::tempdir().unwrap();
        let name = "0123456789abcdefABCD";
        let left = live.path().join(name);
        fs::write(&left, "").unwrap();
        assert!(!lives(live.path(), name).unwrap());
        let one = Presence::begin(live.path()).unwrap();
        assert!(!left.exists());
        assert!(one.file.path().exists());
        assert!(is_a_name(one.name()), "{}", one.name());
    }

    #[test]
    fn what_somebody_else_keeps_there_stays() {
        let live = tempfile::tempdir().unwrap();
        let path = |name: &str| live.path().join(name);
        for name in ["notes.txt", "left", ".keep", "0123456789abcdefABC", "0123456789abcdefABCDE"] {
            fs::write(path(name), "").unwrap();
        }
        // The right name, and something in it, which no sign of life has.
        fs::write(path("00000000000000000001"), "mine").unwrap();
        fs::create_dir(path("00000000000000000002")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(path("left"), path("00000000000000000003")).unwrap();
        let entries = || fs::read_dir(live.path()).unwrap().count();
        let before = entries();
        let one = Presence::begin(live.path()).unwrap();
        assert_eq!(entries(), before + 1);
        drop(one);
        assert_eq!(entries(), before);
    }

    #[test]
    fn many_can_begin_at_once() {
        let live = tempfile::tempdir().unwrap();
        for _ in 0..20 {
            let begun: Vec<_> = std::thread::scope(|scope| {
                let begin = || Presence::begin(live.path()).unwrap();
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            for presence in &begun {
                assert!(lives(live.path(), presence.name()).unwrap());
            }
        }
    }
}
