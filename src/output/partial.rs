//! A file that has not got its name yet.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Clobber;
use super::in_place::{There, take_mode, there, write_over};
use super::moved::{Directory, find};
use super::names::{
    directory_of, elsewhere, end_of_links, name_twice, number, number_from, temporary,
};
use super::own::what_is;
use super::parts::{Part, begins_alike, name_part};
use crate::terminal::streams::Standard;
#[cfg(unix)]
use crate::terminal::streams::same;

/// A temporary file, beside its target as far as that can be, and the target.
pub(crate) struct Partial {
    pub(super) file: NamedTempFile,
    pub(super) target: PathBuf,
    pub(super) clobber: Clobber,
    /// The target itself, where it was there.
    pub(super) over: Option<There>,
    /// What pays for it, once something does.
    pub(super) payment: Option<String>,
    directory: Directory,
}

impl Partial {
    /// One whose name is looked for when it is whole.
    pub(super) fn unnamed(path: &Path, clobber: Clobber) -> io::Result<Self> {
        let file = temporary(directory_of(path))?;
        Ok(Self::of(file, path.to_path_buf(), clobber, None))
    }

    /// One for a file that is not there.
    pub(super) fn fresh(path: &Path) -> io::Result<Self> {
        let target = end_of_links(path);
        super::prove_name(&target)?;
        // Nothing was there: what a link leads to by now is somebody's.
        let clobber = if target == path { Clobber::Replace } else { Clobber::Number };
        Self::unnamed(&target, clobber)
    }

    /// One for a file that is there.
    pub(super) fn instead_of(path: &Path, existing: &Metadata) -> io::Result<Self> {
        let target = true_name(path, existing)?;
        // Proves the right to write to the file itself, not only to its directory.
        let mut over = there(OpenOptions::new().write(true).open(path)?)?;
        let file = match (temporary(directory_of(&target)), &mut over) {
            (Err(error), Some(over)) if is_forbidden(&error) => {
                over.stays = true;
                elsewhere()?
            }
            (file, _) => file?,
        };
        if over.as_ref().is_none_or(|over| !over.stays) {
            take_mode(file.as_file(), existing)?;
        }
        Ok(Self::of(file, target, Clobber::Replace, over))
    }

    fn of(file: NamedTempFile, target: PathBuf, clobber: Clobber, over: Option<There>) -> Self {
        let directory = Directory::of(&target);
        Self { file, target, clobber, over, payment: None, directory }
    }

    /// Gives the file its name. Where that fails, what it holds stays if it was paid for, or can have
    /// another name beside; that name comes with the failure.
    pub(super) fn name(self) -> Result<PathBuf, (PathBuf, io::Error, Option<PathBuf>)> {
        let Self { file, target, clobber, over, payment, directory } = self;
        let (file, target) = find(file, &target, &directory);
        // A name that came later, by the server's word or by a link.
        if let Some(what) = what_is(&target) {
            let kept = name_part(file, &target, payment.as_deref()).map(|part| part.path);
            return Err((target, io::Error::other(what), kept));
        }
        match named(file, target.clone(), clobber, over) {
            Ok(path) => Ok(path),
            Err((file, error)) => {
                // Whole, and perhaps paid for: it stays, under whatever name it can have.
                let kept = name_part(file, &target, payment.as_deref());
                Err((target, error, kept.map(|part| part.path)))
            }
        }
    }

    /// Gives what is there under the target's name a second one, unless it is the same. Where that cannot
    /// be, this file gets another name.
    pub(super) fn set_aside(&mut self) -> Option<PathBuf> {
        if self.is_what_is_there().unwrap_or(false) {
            return None;
        }
        let is_written_over =
            self.over.as_ref().is_some_and(|over| over.stays) || is_standard(&self.target);
        let aside = if is_written_over { None } else { name_twice(&self.target).ok() };
        if aside.is_none() {
            self.clobber = Clobber::Apart;
        }
        aside
    }

    /// Whether the file at the target has these bytes and no others.
    fn is_what_is_there(&self) -> io::Result<bool> {
        let mut there = File::open(&self.target)?;
        let length = self.file.as_file().metadata()?.len();
        let is_as_long = there.metadata()?.len() == length;
        Ok(is_as_long && begins_alike(self.file.reopen()?, &mut there, length)?)
    }

    /// Keeps what there is of a body, and says where.
    pub(super) fn keep_part(self) -> Option<Part> {
        let Self { file, target, payment, directory, .. } = self;
        if file.as_file().metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return None;
        }
        let (file, target) = find(file, &target, &directory);
        name_part(file, &target, payment.as_deref())
    }
}

/// Gives the file its name, or gives the file back.
fn named(
    file: NamedTempFile,
    target: PathBuf,
    clobber: Clobber,
    over: Option<There>,
) -> Result<PathBuf, (NamedTempFile, io::Error)> {
    let named = match (clobber, over) {
        // What has gone to a standard stream by now is in that file and nowhere else.
        (Clobber::Replace, _) if is_standard(&target) => return number(file, &target),
        (Clobber::Replace, Some(over)) if over.stays => {
            return write_over(file, over, &target).map(|()| target);
        }
        (Clobber::Replace, over) => match (file.persist(&target), over) {
            // Nothing can take the place of a mount point.
            (Err(error), Some(over)) => {
                return write_over(error.file, over, &target).map(|()| target);
            }
            (named, _) => named,
        },
        (Clobber::Refuse, _) => file.persist_noclobber(&target),
        (Clobber::Number, _) => return number(file, &target),
        (Clobber::Apart, _) => return number_from(1, file, &target),
    };
    named.map(|_: File| target).map_err(|error| (error.file, error.error))
}

/// The name of a file that is no link, so that what a link points to is replaced and not the link.
fn true_name(path: &Path, existing: &Metadata) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(name) if is_its_name(&name, existing) => Ok(name),
        Ok(_) | Err(_) if path.is_symlink() => {
            Err(io::Error::other("it is a file that has no name of its own"))
        }
        Ok(_) | Err(_) => Ok(path.to_path_buf()),
    }
}

#[cfg(unix)]
fn is_its_name(name: &Path, existing: &Metadata) -> bool {
    fs::metadata(name).is_ok_and(|found| same(&found, existing))
}

#[cfg(not(unix))]
fn is_its_name(_: &Path, _: &Metadata) -> bool {
    true
}

/// Whether a file is the one that a standard stream goes to.
fn is_standard(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| Standard::behind(&found).is_some())
}

/// Whether it is the directory that takes no new file.
fn is_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
