//! A file that belongs to somebody else. Its owner stays, so nothing takes its place: it is written over,
//! as curl does. That comes last, when the new content is whole.

use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::path::Path;

use tempfile::NamedTempFile;

/// The bits of a mode that say whose rights a program has, and not who may use it.
#[cfg(unix)]
const SET_ID: u32 = 0o6000;

/// The file itself, opened to be written, if it is somebody else's. In a directory whose files only their
/// owners may rename (`/tmp`), nothing else of it can be written; and a file that root puts in its place
/// is root's.
#[cfg(unix)]
pub(super) fn theirs(file: File) -> io::Result<Option<File>> {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata()?;
    if found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(None);
    }
    if found.mode() & SET_ID != 0 {
        let what = "it is somebody else's, and runs with their rights";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
    }
    Ok(Some(file))
}

/// Only unix says whose a file is.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix says whose a file is")]
pub(super) fn theirs(_: File) -> io::Result<Option<File>> {
    Ok(None)
}

/// Who may use the file that takes another's place: as before, but a server's bytes run with the rights
/// of nobody else.
pub(super) fn take_mode(file: &File, before: &Metadata) -> io::Result<()> {
    let permissions = before.permissions();
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::Permissions::from_mode(permissions.mode() & 0o777)
    };
    file.set_permissions(permissions)
}

/// Writes a whole file over theirs, and on to the disk, or gives it back. `over` was opened before
/// anything was sent, and its owner may have removed it or given its name to another since.
pub(super) fn write_over(
    mut file: NamedTempFile,
    mut over: File,
    target: &Path,
) -> Result<(), (NamedTempFile, io::Error)> {
    let mut write = || {
        still_named(&over, target)?;
        file.as_file_mut().rewind()?;
        over.set_len(0)?;
        io::copy(file.as_file_mut(), &mut over)?;
        over.sync_all()?;
        still_named(&over, target)
    };
    write().map_err(|error| (file, error))
}

/// Fails unless a file is what its name stands for.
#[cfg(unix)]
fn still_named(file: &File, name: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (held, named) = (file.metadata()?, std::fs::symlink_metadata(name)?);
    if (held.dev(), held.ino()) == (named.dev(), named.ino()) {
        return Ok(());
    }
    Err(io::Error::other("it was replaced meanwhile"))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix says whose a file is")]
fn still_named(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}
