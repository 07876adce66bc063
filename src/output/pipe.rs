//! Opening what is written in place without waiting for ever: a pipe that nobody reads opens only when
//! somebody does.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Error, Sink, refuse};
use crate::signals::interrupted;
use crate::threads;

/// How often it is looked whether somebody reads a pipe by now.
const LOOK: Duration = Duration::from_millis(20);

/// Opens something there is that is no regular file. A pipe that nobody reads is
/// [`ErrorKind::WouldBlock`].
#[cfg(unix)]
pub(super) fn open_special(path: &Path, existing: &Metadata) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    let mut options = OpenOptions::new();
    options.write(true);
    if !existing.file_type().is_fifo() {
        return options.open(path);
    }
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    match options.custom_flags(flags).open(path) {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            Err(ErrorKind::WouldBlock.into())
        }
        opened => opened,
    }
}

/// Opens something there is that is no regular file.
#[cfg(not(unix))]
pub(super) fn open_special(path: &Path, _: &Metadata) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// Opens a file for this program's words, which are all that is in it then. A pipe is waited for until
/// somebody reads it, or the time is over.
pub(crate) fn open_words(path: &Path, until: Option<Instant>) -> Result<File, Error> {
    refuse(path)?;
    let failed = |source| Error::Unwritable { path: path.to_path_buf(), source };
    loop {
        let opened = match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => open_special(path, &found),
            Ok(_) | Err(_) => File::create(path),
        };
        match opened {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            opened => return opened.map_err(failed),
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(Error::NobodyReads(PathBuf::from(path)));
        }
        std::thread::sleep(LOOK);
    }
}

/// Opens on another thread, because a disk may take its time, and waits for the reader of a pipe until
/// the time is over.
pub(super) async fn open(
    path: &Path,
    until: Option<Instant>,
    open: impl Fn(&Path) -> io::Result<Sink> + Clone + Send + 'static,
) -> Result<Sink, Error> {
    loop {
        let (there, open) = (path.to_path_buf(), open.clone());
        let opened = threads::beside(move || open(&there)).await;
        match opened.unwrap_or_else(|| Err(io::Error::other("its thread has ended"))) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            opened => {
                let failed = |source| Error::Unwritable { path: path.to_path_buf(), source };
                return opened.map_err(failed);
            }
        }
        if interrupted() {
            return Err(Error::Interrupted);
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(Error::NobodyReads(PathBuf::from(path)));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether a named pipe is there.
#[cfg(unix)]
pub(crate) fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
}

/// There are no named pipes in the file system.
#[cfg(not(unix))]
pub(crate) fn is_pipe(_: &Path) -> bool {
    false
}
