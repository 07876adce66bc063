//! Opening a file that nobody but its owner should be able to read.

use super::error::Error;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Whether a symbolic link as the last part of a path is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// The owner gave the path, link and all.
    Followed,
    /// The path was made from a name: a link there was not put by this program.
    Refused,
}

/// Opens for reading, never waiting for a pipe's other end, and says what was opened: the checks
/// are of the open file, not of a path that may change in between.
pub(super) fn open(path: &Path, links: Links) -> Result<(File, Metadata), Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    if links == Links::Refused && path.symlink_metadata().map_err(unreadable)?.is_symlink() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let no_follow = if links == Links::Refused { OFlags::NOFOLLOW } else { OFlags::empty() };
        options.custom_flags((OFlags::NONBLOCK | no_follow).bits().cast_signed());
    }
    let file = options.open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    Ok((file, metadata))
}

/// Reads a whole file, up to `limit` bytes and one more to tell that there was more.
pub(super) fn read(path: &Path, file: &mut File, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match file.take(limit).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(source) => Err(Error::Unreadable { path: path.to_owned(), source }),
    }
}

/// Regular, ours, and closed to everybody else.
pub(super) fn check_private(path: &Path, metadata: &Metadata) -> Result<(), Error> {
    if !metadata.is_file() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let owner = metadata.uid();
        // Root can read and replace any file anyway, and puts secrets in place for services.
        if owner != 0 && owner != rustix::process::geteuid().as_raw() {
            return Err(Error::NotOurs { path: path.to_owned(), owner });
        }
    }
    match loose_mode(metadata) {
        Some(mode) => {
            let fixed = is_fixed(path, metadata);
            Err(Error::Loose { path: path.to_owned(), mode, fixed })
        }
        None => Ok(()),
    }
}

/// Whether the permission bits of a file cannot be changed where it lies, as far as that shows: a volume
/// of secrets and a bind mount hand out files like that.
fn is_fixed(path: &Path, metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use rustix::fs::StatVfsMountFlags;
        use std::os::unix::fs::MetadataExt;
        let read_only = rustix::fs::statvfs(path)
            .is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY));
        let others = metadata.uid() != rustix::process::geteuid().as_raw();
        read_only || others || metadata.mode() & 0o222 == 0
    }
    #[cfg(not(unix))]
    {
        let _ = (path, metadata);
        false
    }
}

/// The permission bits, if they let the group or others do anything. Where the system has no such
/// bits, never.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "only unix has modes"))]
pub(super) fn loose_mode(metadata: &Metadata) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o7777;
        (mode & 0o077 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// Makes a directory's entries durable. Only unix lets a directory be synced.
pub(super) fn sync_directory(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}
