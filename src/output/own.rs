//! The files that this program keeps for its owner, and the secrets that a run reads. No output goes to one
//! of them, whatever option names it and by whatever name: what a server sends would become the owner's
//! rules, an older ledger would forget what was spent, and a keystore that is overwritten is a lost key.
//!
//! Everything that opens a file to write to it asks here first.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Error;
use super::names::end_of_links;

/// Something that no output is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    /// What it is, in words.
    pub(crate) what: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

/// What of a path is kept from outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// That file.
    File,
    /// Everything in that directory.
    Directory,
    /// That database, with the files that `SQLite` has beside it (<https://www.sqlite.org/tempfiles.html>).
    Database,
}

/// What the names of the files beside a database end in.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What this run keeps from its outputs.
static OWN: Mutex<Vec<Own>> = Mutex::new(Vec::new());

/// From now on no output of this process is written there.
pub(crate) fn keep(own: impl IntoIterator<Item = Own>) {
    OWN.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
}

/// Refuses an output in one of these places, and in none that cannot be one.
pub(crate) fn refuse(path: &Path) -> Result<(), Error> {
    match what_is(path) {
        Some(what) => Err(Error::OwnFile { path: path.to_path_buf(), what }),
        None => Ok(()),
    }
}

/// What a path is in words, if no output is written there.
pub(crate) fn what_is(path: &Path) -> Option<&'static str> {
    let all = OWN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    is_one_of(path, &all)
}

fn is_one_of(path: &Path, all: &[Own]) -> Option<&'static str> {
    if all.is_empty() {
        return None;
    }
    let (name, file) = (resolved(path), identity(path));
    let is_it = |own: &&Own| {
        own.names().iter().any(|own| Some(own) == name.as_ref())
            || own.holds(name.as_deref())
            || file.is_some() && own.files().iter().any(|own| identity(own) == file)
    };
    all.iter().find(is_it).map(|own| own.what)
}

impl Own {
    /// The names that are kept, from the root and without links.
    fn names(&self) -> Vec<PathBuf> {
        let Some(name) = resolved(&self.path) else { return Vec::new() };
        match self.kind {
            Kind::File | Kind::Directory => vec![name],
            Kind::Database => BESIDE.iter().map(|end| followed_by(&name, end)).collect(),
        }
    }

    /// Whether a name is that of something in a directory that is kept.
    fn holds(&self, name: Option<&Path>) -> bool {
        let directory = || resolved(&self.path);
        self.kind == Kind::Directory
            && name.zip(directory()).is_some_and(|(name, directory)| name.starts_with(directory))
    }

    /// The files that are there.
    fn files(&self) -> Vec<PathBuf> {
        if self.kind != Kind::Directory {
            return self.names();
        }
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

fn followed_by(name: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(name);
    name.push(end);
    PathBuf::from(name)
}

/// A name from the root, without links as far as it leads to something that is there: what is not may be
/// made.
fn resolved(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(end_of_links(path)).ok()?;
    path.ancestors().find_map(|there| {
        let mut name = fs::canonicalize(there).ok()?;
        for part in path.strip_prefix(there).ok()?.components() {
            match part {
                Component::Normal(part) => name.push(part),
                Component::ParentDir => drop(name.pop()),
                Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
            }
        }
        Some(name)
    })
}

/// The device and the number of the file that a name leads to: it may have several names.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Only unix knows a file by more than its name.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_each_of_its_names_and_its_neighbours_are_free() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("home")).unwrap();
        fs::create_dir(at("home/wallets")).unwrap();
        for name in ["home/config.toml", "home/wallets/a.json", "home/ledger.db"] {
            fs::write(at(name), "").unwrap();
        }
        let own = |what, name: &str, kind| Own { what, path: at(name), kind };
        let all = [
            own("config", "home/config.toml", Kind::File),
            own("wallets", "home/wallets", Kind::Directory),
            own("ledger", "home/ledger.db", Kind::Database),
            own("secret", "none/yet", Kind::File),
        ];
        let is = |name: &str| is_one_of(&at(name), &all);
        for (name, what) in [
            ("home/config.toml", "config"),
            ("home/../home/./config.toml", "config"),
            ("home/missing/../config.toml", "config"),
            ("home/wallets", "wallets"),
            ("home/wallets/new", "wallets"),
            ("home/wallets/deep/er", "wallets"),
            ("home/missing/../wallets/x", "wallets"),
            ("home/ledger.db-wal", "ledger"),
            ("home/ledger.db-journal", "ledger"),
            ("none/yet", "secret"),
        ] {
            assert_eq!(is(name), Some(what), "{name}");
        }
        for name in ["home", "home/other", "home/config.toml.1", "home/ledger.db.bak", "wallets/x"]
        {
            assert_eq!(is(name), None, "{name}");
        }
        assert_eq!(is_one_of(Path::new("/dev/null"), &all), None);
        assert_eq!(is_one_of(Path::new(""), &all), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink(at("home"), at("directory")).unwrap();
            symlink(at("home/wallets/not-there"), at("link")).unwrap();
            fs::hard_link(at("home/wallets/a.json"), at("hard")).unwrap();
            fs::hard_link(at("home/ledger.db"), at("home/harder")).unwrap();
            for (name, what) in [
                ("directory/config.toml", "config"),
                ("link", "wallets"),
                ("hard", "wallets"),
                ("home/harder", "ledger"),
            ] {
                assert_eq!(is(name), Some(what), "{name}");
            }
        }
    }
}
