//! What may have come onto the terminal since a question was drawn there.
//!
//! Another transfer can paint over a question about money. Where bytes come out is not to be known: a
//! pipe, `/dev/stdout` or a FIFO may end on the very terminal. So every write counts, except those to a
//! regular file and those to nowhere.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many writes have begun, in this process.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// How many of them are over. A long one shows its beginning before it is.
static ENDED: AtomicU64 = AtomicU64::new(0);

/// Whether any of them was of a server's own bytes, as they came.
static RAW: AtomicBool = AtomicBool::new(false);

/// Does `write`, whose bytes may come onto the terminal.
pub(super) fn shown<T>(write: impl FnOnce() -> T) -> T {
    BEGUN.fetch_add(1, Ordering::SeqCst);
    let written = write();
    ENDED.fetch_add(1, Ordering::SeqCst);
    written
}

/// Whether a server's own bytes may have come onto the terminal.
pub(super) fn was_raw() -> bool {
    RAW.load(Ordering::SeqCst)
}

/// What had been written at a moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    ended: u64,
    begun: u64,
}

impl Mark {
    /// This moment's.
    pub(super) fn now() -> Self {
        // In this order: what begins and ends in between must not look like nothing.
        let ended = ENDED.load(Ordering::SeqCst);
        Self { ended, begun: BEGUN.load(Ordering::SeqCst) }
    }

    /// Whether anything had been written at all.
    pub(super) fn is_first(self) -> bool {
        self.begun == 0
    }

    /// Whether nothing was being written then, and nothing has been since.
    pub(super) fn stands(self) -> bool {
        self.begun == self.ended && self == Self::now()
    }
}

/// Whether what is written to a file may come onto a terminal.
pub(super) fn may_show(file: &File) -> bool {
    file.metadata().map_or(true, |found| !found.is_file() && !is_null(&found))
}

#[cfg(unix)]
fn is_null(found: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let null = || fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == found.rdev());
    found.file_type().is_char_device() && null()
}

#[cfg(not(unix))]
fn is_null(_: &Metadata) -> bool {
    false
}

/// Somewhere to write a server's own bytes to, where each write counts if it may show.
pub struct Watched<W> {
    inner: W,
    shows: bool,
    /// Whether the bytes are a server's own.
    raw: bool,
}

impl<W> Watched<W> {
    /// What is written to.
    pub fn inner(&self) -> &W {
        &self.inner
    }
}

impl Watched<File> {
    /// Watches a file.
    pub fn new(file: File) -> Self {
        Self { raw: true, ..Self::words(file) }
    }

    /// Watches a file that this program's words go to.
    pub(super) fn words(file: File) -> Self {
        Self { shows: may_show(&file), inner: file, raw: false }
    }
}

#[cfg(not(unix))]
impl Watched<io::Stdout> {
    /// Watches standard output, wherever it goes.
    pub(super) fn stdout(inner: io::Stdout) -> Self {
        Self { inner, shows: true, raw: true }
    }
}

#[cfg(not(unix))]
impl Watched<Box<dyn Write + Send>> {
    /// Watches what a server's own bytes go to.
    pub(super) fn boxed(inner: Box<dyn Write + Send>, shows: bool) -> Self {
        Self { inner, shows, raw: true }
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.shows {
            return self.inner.write(bytes);
        }
        if self.raw {
            RAW.store(true, Ordering::SeqCst);
        }
        shown(|| self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    #[test]
    fn a_pipe_may_show_and_a_file_and_nowhere_do_not() {
        let (_reader, writer) = io::pipe().unwrap();
        assert!(may_show(&File::from(OwnedFd::from(writer))));
        assert!(!may_show(&tempfile::tempfile().unwrap()));
        assert!(!may_show(&File::options().write(true).open("/dev/null").unwrap()));
        assert!(may_show(&File::open("/dev/zero").unwrap()));
    }

    #[test]
    fn a_mark_stands_until_something_is_written() {
        let (_reader, writer) = io::pipe().unwrap();
        let mut pipe = Watched::new(File::from(OwnedFd::from(writer)));
        let before = Mark::now();
        pipe.write_all(b"x").unwrap();
        assert!(!before.stands());
        shown(|| assert!(!Mark::now().stands(), "a write is going on"));
    }
}
