//! A file that is written over in place, as curl does, because nothing can take its place or nothing may:
//! one of somebody else's, whose owner stays, a mount point, one in a directory that cannot be written.
//! That comes last, when the new content is whole.

use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::path::Path;

use tempfile::NamedTempFile;

#[cfg(unix)]
use crate::terminal::streams::same;

/// The bits of a mode that say whose rights a program has, and not who may use it.
#[cfg(unix)]
const SET_ID: u32 = 0o6000;

/// A file that was there, opened to be written before anything was sent.
#[cfg_attr(not(unix), expect(dead_code, reason = "only unix lets an open file be replaced"))]
pub(super) struct There {
    file: File,
    /// Whether nothing takes its place.
    pub(super) stays: bool,
}

/// Somebody else's file stays. In a directory whose files only their owners may rename (`/tmp`), nothing
/// else of it can be written; and a file that root puts in its place is root's.
#[cfg(unix)]
pub(super) fn there(file: File) -> io::Result<Option<There>> {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata()?;
    let stays = found.uid() != rustix::process::geteuid().as_raw();
    if stays && found.mode() & SET_ID != 0 {
        let what = "it is somebody else's, and runs with their rights";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
    }
    Ok(Some(There { file, stays }))
}

/// Only unix says whose a file is, and lets an open one be replaced.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix says whose a file is")]
pub(super) fn there(_: File) -> io::Result<Option<There>> {
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

/// Writes a whole file over one that was there, and on to the disk, or gives it back. Who owns that may
/// have removed it or given its name to another since.
pub(super) fn write_over(
    mut file: NamedTempFile,
    There { file: mut over, .. }: There,
    target: &Path,
) -> Result<(), (NamedTempFile, io::Error)> {
    let mut write = || {
        // Of two who write over it at once, one is last and the file is whole: as when it is renamed to.
        over.lock()?;
        still_named(&over, target)?;
        give_up_rights(&over)?;
        file.as_file_mut().rewind()?;
        over.set_len(0)?;
        io::copy(file.as_file_mut(), &mut over)?;
        over.sync_all()?;
        still_named(&over, target)
    };
    write().map_err(|error| (file, error))
}

/// Takes from a file the right to run as its owner, before it holds a server's bytes.
#[cfg(unix)]
fn give_up_rights(over: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let found = over.metadata()?;
    if found.mode() & SET_ID == 0 { Ok(()) } else { take_mode(over, &found) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix has such a right")]
fn give_up_rights(_: &File) -> io::Result<()> {
    Ok(())
}

/// Fails unless a file is what its name stands for.
#[cfg(unix)]
fn still_named(file: &File, name: &Path) -> io::Result<()> {
    if same(&file.metadata()?, &std::fs::symlink_metadata(name)?) {
        return Ok(());
    }
    Err(io::Error::other("it was replaced meanwhile"))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only unix says whose a file is")]
fn still_named(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn of_two_who_write_over_one_file_the_second_waits() {
        let mut target = NamedTempFile::new().unwrap();
        target.write_all(b"the first is at it").unwrap();
        target.as_file().lock().unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(b"second").unwrap();
        let path = target.path().to_path_buf();
        let over = File::options().write(true).open(&path).unwrap();
        let second = std::thread::spawn(move || {
            write_over(file, There { file: over, stays: true }, &path).map_err(|(_, error)| error)
        });
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert_eq!(std::fs::read(target.path()).unwrap(), b"the first is at it");
        target.as_file().unlock().unwrap();
        second.join().unwrap().unwrap();
        assert_eq!(std::fs::read(target.path()).unwrap(), b"second");
    }
}
