//! The names of files: whether a file can have one, which one is free, and that it reaches the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

#[cfg(unix)]
use crate::terminal::streams::same;

pub(crate) use crate::ownership::directory_of;

/// How the name of a temporary file begins.
const PREFIX: &str = ".pay402-";

/// Highest number of [`super::Clobber::Number`], as in curl.
pub(super) const MOST_NUMBER: u32 = 99;

/// Gives a file this name, or the first of `NAME.1`, `NAME.2` and so on that is free.
pub(super) fn number(
    file: NamedTempFile,
    name: &Path,
) -> Result<PathBuf, (NamedTempFile, io::Error)> {
    number_from(0, file, name)
}

/// Gives a file the first name of these that is free, from this number on; 0 is the name without one.
pub(super) fn number_from(
    first: u32,
    mut file: NamedTempFile,
    name: &Path,
) -> Result<PathBuf, (NamedTempFile, io::Error)> {
    for number in first..=MOST_NUMBER {
        let path = numbered(name, number);
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err((error.file, error.error)),
        }
    }
    Err((file, io::ErrorKind::AlreadyExists.into()))
}

/// Gives a file the first of `NAME.1`, `NAME.2` and so on that is free as a second name.
pub(super) fn name_twice(name: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST_NUMBER {
        let path = numbered(name, number);
        match fs::hard_link(name, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn numbered(name: &Path, number: u32) -> PathBuf {
    if number == 0 { name.to_path_buf() } else { with_suffix(name, &number.to_string()) }
}

/// Whether a file can have this name at all. That its directory can be written says nothing of it.
pub(super) fn prove_name(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(_) | Err(_) => {}
    }
    // `Path` passes over what a name ends in, and reads `new` out of `new/` and `new/.`.
    let bytes = path.as_os_str().as_encoded_bytes();
    match bytes.rsplit(|byte| std::path::is_separator(char::from(*byte))).next() {
        None | Some(b"") if bytes.is_empty() => Err(io::ErrorKind::InvalidFilename.into()),
        None | Some(b"" | b"." | b"..") => Err(io::ErrorKind::IsADirectory.into()),
        Some(_) => Ok(()),
    }
}

/// How many links in a row are followed, as in Linux.
const MOST_LINKS: usize = 40;

/// A name, what it is a link to, and so on.
fn links(path: &Path) -> impl Iterator<Item = PathBuf> {
    let next = |path: &PathBuf| Some(directory_of(path).join(fs::read_link(path).ok()?));
    std::iter::successors(Some(path.to_path_buf()), next).take(MOST_LINKS)
}

/// The name that a link stands for which leads to nothing yet, and any other name itself.
pub(crate) fn end_of_links(path: &Path) -> PathBuf {
    links(path).last().unwrap_or_else(|| path.to_path_buf())
}

/// Whether a name means a descriptor of this program, whatever that goes to: `/dev/stdout` does.
pub(crate) fn means_descriptor(path: &Path) -> bool {
    links(path).any(|path| {
        let directory = fs::canonicalize(directory_of(&path)).unwrap_or_default();
        directory == Path::new("/dev/fd")
            || directory.starts_with("/proc") && directory.ends_with("fd")
    })
}

/// Has a file's name reach the disk. A directory that cannot be synced, as not every system lets one,
/// has what it can have.
pub(crate) fn sync_name(path: &Path) {
    let _ = File::open(directory_of(path)).and_then(|directory| directory.sync_all());
}

/// A new file in a directory, with the mode that any program would give it.
pub(super) fn temporary(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program would create it, under the user's umask.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // A missing directory, in the system's words; of other failures the kind alone, because they
    // come with the temporary name.
    fs::metadata(directory)?;
    Ok(builder.tempfile_in(directory).map_err(|error| error.kind())?)
}

/// A new file where temporary ones are, for its owner alone.
pub(super) fn elsewhere() -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).tempfile()
}

/// A name with something after a point.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether a temporary file has its name still.
#[cfg(unix)]
pub(super) fn is_there(file: &NamedTempFile) -> bool {
    let open = file.as_file().metadata();
    open.is_ok_and(|open| fs::symlink_metadata(file.path()).is_ok_and(|there| same(&there, &open)))
}

/// Whether a temporary file has its name still.
#[cfg(not(unix))]
pub(super) fn is_there(file: &NamedTempFile) -> bool {
    file.path().exists()
}
