//! Whose a file is: what others than its owner could have written, or put in its place, is not believed.
//!
//! Root is believed, because it can replace this program as well. What a file says, and what follows
//! from not believing it, is decided where it is read. Keystores have a rule of their own, because
//! others may not even read them.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why what is at a path is not believed.
#[derive(Debug, Error)]
pub enum Doubt {
    /// Others than the owner may write it, or what is in it.
    #[error("others may write {path}: its mode is {mode:03o}")]
    Loose {
        /// The file or directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to somebody else, neither the effective user nor root.
    #[error("{path} belongs to user {owner}")]
    NotOurs {
        /// The file or directory.
        path: PathBuf,
        /// The owner's user id.
        owner: u32,
    },
    /// It is a link, and where it leads is nothing.
    #[error("the link {link} leads nowhere")]
    Nowhere {
        /// The first link of those that lead there.
        link: PathBuf,
    },
    /// It is a directory, a device or a pipe.
    #[error("{path} is not a regular file")]
    NotAFile {
        /// What was taken for a file.
        path: PathBuf,
    },
    /// It cannot be looked at.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// How many links may lead from one to the next, as on Linux.
const MOST_LINKS: usize = 40;

/// Where a file lies, followed link by link, because whoever can change one of them decides what is read:
/// each must lie in a directory that only the owner can write, as the file must. `None` if there is no
/// file.
pub fn follow(path: &Path) -> Result<Option<PathBuf>, Doubt> {
    let mut at = path.to_owned();
    for links in 0..=MOST_LINKS {
        let directory = directory_of(&at);
        check_directory(directory)?;
        let unreadable = |source| Doubt::Unreadable { path: at.clone(), source };
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                at = directory.join(fs::read_link(&at).map_err(unreadable)?);
            }
            Ok(found) if found.is_file() => return Ok(Some(at)),
            Ok(_) => return Err(Doubt::NotAFile { path: path.to_owned() }),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unreadable(error)),
            Err(_) if links == 0 => return check_way(path).map(|()| None),
            Err(_) => break,
        }
    }
    Err(Doubt::Nowhere { link: path.to_owned() })
}

/// A file that is not there may be hidden: behind a directory that is a link to what is not mounted.
fn check_way(path: &Path) -> Result<(), Doubt> {
    let gone = |found: io::Result<Metadata>| {
        found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    let is_link = |at: &&Path| fs::symlink_metadata(at).is_ok_and(|found| found.is_symlink());
    match path.ancestors().find(|at| is_link(at) && gone(fs::metadata(at))) {
        Some(link) => Err(Doubt::Nowhere { link: link.to_owned() }),
        None => Ok(()),
    }
}

/// The directory that a path's last name is in.
pub fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Whoever can write a directory can put another file in a file's place, or none: that a file is missing
/// there says nothing. The sticky bit keeps others from removing a file, not from making one. A directory
/// that is not there holds nothing.
pub fn check_directory(directory: &Path) -> Result<(), Doubt> {
    match fs::metadata(directory) {
        Ok(found) => check(directory, &found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Doubt::Unreadable { path: directory.to_owned(), source }),
    }
}

/// Whether a file or directory is the owner's, or root's, and nobody else may write it. `found` is best
/// had of what was opened, because a path may lead elsewhere a moment later. Reading harms nobody.
#[cfg(unix)]
pub fn check(path: &Path, found: &Metadata) -> Result<(), Doubt> {
    use std::os::unix::fs::MetadataExt;
    let (owner, mode) = (found.uid(), found.mode() & 0o7777);
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(Doubt::NotOurs { path: path.to_owned(), owner });
    }
    if mode & 0o022 != 0 {
        return Err(Doubt::Loose { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Only unix has owners and modes.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix has owners and modes")]
pub fn check(_: &Path, _: &Metadata) -> Result<(), Doubt> {
    Ok(())
}
