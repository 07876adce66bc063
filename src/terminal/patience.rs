//! Reading what is typed, but not for longer than there is time, and not past a signal.

use super::shown::Mark;
use crate::signals::{Event, Watch};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long nothing was written when a question is drawn again below what was.
const STILL: Duration = Duration::from_secs(1);

/// Why nothing was read, though the terminal could have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// The time is over.
    #[error("there was no answer in time")]
    TimedOut,
    /// Something has covered what was drawn, and is over.
    #[error("something else was written")]
    Covered,
    /// A signal has come.
    #[error("a signal came")]
    Signal(Event),
    /// The process is in the background now.
    #[error("another process has the terminal")]
    Background,
}

impl Unread {
    /// What an error of reading was made of, if it was made here.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl Unread {
    /// Whether what is written next is to stand below the prompt: not where that is drawn again, on a line of
    /// its own, and not where another process has the terminal.
    pub(super) fn ends_the_line(self) -> bool {
        match self {
            Self::TimedOut | Self::Signal(Event::Interrupted | Event::Ends(_)) => true,
            Self::Covered | Self::Background | Self::Signal(Event::Stop | Event::Continued) => {
                false
            }
        }
    }
}

impl From<Unread> for io::Error {
    fn from(unread: Unread) -> Self {
        let kind = match unread {
            Unread::TimedOut => ErrorKind::TimedOut,
            Unread::Covered | Unread::Signal(_) | Unread::Background => ErrorKind::WouldBlock,
        };
        Self::new(kind, unread)
    }
}

/// A terminal that is read until a moment: [`Unread::TimedOut`] from then on. Where the system cannot
/// wait for a terminal with a limit, it is read without one.
pub(super) struct Patient {
    terminal: File,
    until: Option<Instant>,
    /// What had been written when the question was drawn.
    drawn: Option<Mark>,
    /// Tells of signals.
    watch: Option<Arc<Watch>>,
}

impl Patient {
    /// Reads `terminal`; `None` is no limit.
    pub(super) fn new(terminal: File, until: Option<Instant>) -> Self {
        Self { terminal, until, drawn: None, watch: None }
    }

    /// Reads until something has covered what was drawn then, and is over.
    pub(super) fn in_sight_of(self, drawn: Mark) -> Self {
        Self { drawn: Some(drawn), ..self }
    }

    /// Reads the controlling terminal, until a signal comes or another process has the terminal.
    pub(super) fn watched(self, watch: Option<Arc<Watch>>) -> Self {
        Self { watch, ..self }
    }

    /// Waits until there is something to read.
    #[cfg(unix)]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use rustix::io::Errno;
        let mut last = self.drawn;
        loop {
            if let Some(watch) = &self.watch {
                if let Some(event) = watch.told() {
                    return Err(Unread::Signal(event).into());
                }
                // To read it from there would stop the process.
                if !super::job::may_ask(&self.terminal) {
                    return Err(Unread::Background.into());
                }
            }
            let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Unread::TimedOut.into());
            }
            let time = left.into_iter().chain(self.drawn.map(|_| STILL)).min();
            let time = time.map(Timespec::try_from).transpose();
            let time = time.map_err(|_| ErrorKind::InvalidInput)?;
            let mut waited = vec![PollFd::new(&self.terminal, PollFlags::IN)];
            if let Some(watch) = &self.watch {
                waited.push(PollFd::from_borrowed_fd(watch.bell(), PollFlags::IN));
            }
            match poll(&mut waited, time.as_ref()) {
                Ok(0) => {
                    let now = self.drawn.map(|_| Mark::now());
                    if now == last && now != self.drawn {
                        return Err(Unread::Covered.into());
                    }
                    last = now;
                }
                Err(Errno::INTR) => {}
                // What a signal says goes before what was typed.
                Ok(_) if waited.get(1).is_some_and(|bell| !bell.revents().is_empty()) => {}
                // Also where the system does not wait for such a file: then the reading tells.
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Read for Patient {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        if self.until.is_some() || self.drawn.is_some() || self.watch.is_some() {
            self.wait()?;
        }
        self.terminal.read(bytes)
    }
}

/// Whether the system can wait for this terminal and for signals at once.
#[cfg(unix)]
pub(super) fn can_wait_for(terminal: &File) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut waited = [PollFd::new(terminal, PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let polled = poll(&mut waited, Some(&at_once));
    polled.is_ok() && waited.iter().all(|one| !one.revents().contains(PollFlags::NVAL))
}

/// Where there are no such signals there is nothing to wait for.
#[cfg(not(unix))]
pub(super) fn can_wait_for(_: &File) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    #[test]
    fn what_is_typed_in_time_is_read_and_silence_ends() {
        let (reader, mut writer) = io::pipe().unwrap();
        let until = Instant::now() + Duration::from_millis(150);
        let mut patient = Patient::new(File::from(OwnedFd::from(reader)), Some(until));
        let mut byte = [0];
        writer.write_all(b"y").unwrap();
        assert_eq!(patient.read(&mut byte).unwrap(), 1);
        assert_eq!(patient.read(&mut byte).unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(Instant::now() >= until);
        // What comes too late is not read.
        writer.write_all(b"y").unwrap();
        assert_eq!(patient.read(&mut byte).unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn why_nothing_was_read_is_found_in_the_error() {
        let all =
            [Unread::TimedOut, Unread::Covered, Unread::Signal(Event::Stop), Unread::Background];
        for unread in all {
            assert_eq!(Unread::of(&unread.into()), Some(unread));
        }
        assert_eq!(Unread::of(&ErrorKind::TimedOut.into()), None);
    }
}
