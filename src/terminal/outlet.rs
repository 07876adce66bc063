//! Writing to what may make a writer wait: a pipe, a socket or a terminal whose reader takes its time.
//!
//! A write to such a file can last for ever, and nothing ends it. So it is asked first whether the file
//! takes bytes now, and only as many are written as it takes without a wait: whoever writes can stop in
//! between, and knows to the byte what was taken.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(unix)]
use std::time::Duration;

use super::shown::Watched;

/// How often a writer that waits looks whether it is still to go on.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(50);

/// How many bytes a pipe that has room takes without a wait (`PIPE_BUF`): on Linux a page, elsewhere at
/// least what POSIX asks for.
#[cfg(unix)]
const AT_ONCE: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// What is written to where files can be waited for, and elsewhere.
#[cfg(unix)]
type Raw = File;
#[cfg(not(unix))]
type Raw = Box<dyn Write + Send>;

/// Something open, to be written to.
pub struct Outlet {
    into: Watched<Raw>,
    waits: Waits,
}

/// How a write waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// For nobody: a regular file, or nothing that can be asked.
    Never,
    /// Until the file takes all of the bytes.
    #[cfg(unix)]
    ForAll,
    /// Not at all: the file is open for writing without waits.
    #[cfg(unix)]
    Refuses,
}

#[cfg(unix)]
impl Waits {
    fn of(file: &File) -> Self {
        if file.metadata().is_ok_and(|found| found.is_file()) {
            return Self::Never;
        }
        match rustix::fs::fcntl_getfl(file) {
            Ok(flags) if flags.contains(rustix::fs::OFlags::NONBLOCK) => Self::Refuses,
            Ok(_) | Err(_) => Self::ForAll,
        }
    }
}

impl Outlet {
    /// For a server's own bytes.
    #[cfg(unix)]
    pub fn new(file: File) -> Self {
        Self { waits: Waits::of(&file), into: Watched::new(file) }
    }

    /// For this program's words.
    #[cfg(unix)]
    pub(super) fn of_words(file: File) -> Self {
        Self { waits: Waits::of(&file), into: Watched::words(file) }
    }

    /// For a server's own bytes.
    #[cfg(not(unix))]
    pub fn new(file: File) -> Self {
        let shows = super::shown::may_show(&file);
        Self { waits: Waits::Never, into: Watched::boxed(Box::new(file), shows) }
    }

    /// For this program's words.
    #[cfg(not(unix))]
    pub(super) fn of_words(into: Box<dyn Write + Send>) -> Self {
        Self { waits: Waits::Never, into: Watched::boxed(into, true) }
    }

    /// For a server's own bytes, to standard output.
    #[cfg(not(unix))]
    pub(super) fn stdout(stdout: io::Stdout) -> Self {
        Self { waits: Waits::Never, into: Watched::boxed(Box::new(stdout), true) }
    }

    /// The device and the number of the file, where writes to it wait for somebody: all who write to the
    /// same pipe have the same.
    #[cfg(unix)]
    pub fn lane(&self) -> Option<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        let found = self.into.inner().metadata().ok().filter(|found| !found.is_file())?;
        Some((found.dev(), found.ino()))
    }

    /// The device and the number of the file; only unix says.
    #[cfg(not(unix))]
    pub fn lane(&self) -> Option<(u64, u64)> {
        None
    }

    /// Writes all of the bytes, waiting as long as that takes and `goes_on` holds, and counts those that
    /// were taken. Whether all were.
    pub fn write_all(
        &mut self,
        mut bytes: &[u8],
        goes_on: &dyn Fn() -> bool,
        taken: &AtomicU64,
    ) -> io::Result<bool> {
        while !bytes.is_empty() {
            if !goes_on() {
                return Ok(false);
            }
            let length = match self.write_some(bytes, true) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                written => written?,
            };
            taken.fetch_add(u64::try_from(length).unwrap_or(u64::MAX), Ordering::SeqCst);
            bytes = bytes.get(length..).unwrap_or_default();
        }
        self.into.flush().map(|()| true)
    }

    /// Writes as many of the bytes as go without a wait, and says how many.
    pub fn write_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            match self.write_some(rest, false) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                length => written = written.saturating_add(length?),
            }
        }
        self.into.flush().map(|()| written)
    }

    /// Writes some of the bytes; [`ErrorKind::WouldBlock`] if there is no room, which with `wait` is found
    /// out in a while.
    fn write_some(&mut self, bytes: &[u8], wait: bool) -> io::Result<usize> {
        let part = self.room(bytes, wait)?;
        match self.into.write(part) {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(0),
            written => written,
        }
    }

    #[cfg(unix)]
    fn room<'a>(&self, bytes: &'a [u8], wait: bool) -> io::Result<&'a [u8]> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        if self.waits == Waits::Never {
            return Ok(bytes);
        }
        let time = Timespec::try_from(if wait { LOOK } else { Duration::ZERO });
        let time = time.map_err(|_| ErrorKind::InvalidInput)?;
        let mut waited = [PollFd::new(self.into.inner(), PollFlags::OUT)];
        match poll(&mut waited, Some(&time)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => Err(ErrorKind::WouldBlock.into()),
            // Also where the system does not wait for such a file: then the writing tells.
            Ok(_) | Err(_) if self.waits == Waits::Refuses => Ok(bytes),
            Ok(_) | Err(_) => Ok(bytes.get(..AT_ONCE).unwrap_or(bytes)),
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "only unix can be asked")]
    fn room<'a>(&self, bytes: &'a [u8], _wait: bool) -> io::Result<&'a [u8]> {
        Ok(bytes)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::fd::OwnedFd;

    fn pipe() -> (io::PipeReader, Outlet) {
        let (reader, writer) = io::pipe().unwrap();
        (reader, Outlet::new(File::from(OwnedFd::from(writer))))
    }

    #[test]
    fn a_full_pipe_takes_nothing_now_and_the_rest_is_known() {
        let (mut reader, mut outlet) = pipe();
        let bytes = vec![7; 1 << 20];
        let first = outlet.write_now(&bytes).unwrap();
        assert!((1..bytes.len()).contains(&first), "{first}");
        assert_eq!(outlet.write_now(&bytes).unwrap(), 0);
        let mut read = vec![0; first];
        reader.read_exact(&mut read).unwrap();
        assert!(outlet.write_now(&bytes).unwrap() > 0);
    }

    #[test]
    fn who_waits_for_a_reader_can_be_stopped_and_has_counted() {
        let (mut reader, mut outlet) = pipe();
        let (taken, looks) = (AtomicU64::new(0), AtomicU64::new(0));
        let goes_on = || looks.fetch_add(1, Ordering::SeqCst) < 400;
        assert!(!outlet.write_all(&vec![7; 1 << 22], &goes_on, &taken).unwrap());
        drop(outlet);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert_eq!(u64::try_from(all.len()).unwrap(), taken.load(Ordering::SeqCst));
    }

    #[test]
    fn a_reader_that_has_gone_is_an_error_and_no_wait() {
        let (reader, mut outlet) = pipe();
        drop(reader);
        let ended = outlet.write_all(b"x", &|| true, &AtomicU64::new(0));
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
}
