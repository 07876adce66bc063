//! Reading what is typed, but not for longer than there is time.

use super::shown::Mark;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

/// How long nothing was written when a question is drawn again below what was.
const STILL: Duration = Duration::from_secs(1);

/// A terminal that is read until a moment: [`ErrorKind::TimedOut`] from then on. Where the system cannot
/// wait for a terminal with a limit, it is read without one.
pub(super) struct Patient {
    terminal: File,
    until: Option<Instant>,
    /// What had been written when the question was drawn.
    drawn: Option<Mark>,
}

impl Patient {
    /// Reads `terminal`; `None` is no limit.
    pub(super) fn new(terminal: File, until: Option<Instant>) -> Self {
        Self { terminal, until, drawn: None }
    }

    /// Reads until something has covered what was drawn then, and is over: [`ErrorKind::WouldBlock`].
    pub(super) fn in_sight_of(self, drawn: Mark) -> Self {
        Self { drawn: Some(drawn), ..self }
    }

    /// Waits until there is something to read.
    #[cfg(unix)]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use rustix::io::Errno;
        let mut last = self.drawn;
        loop {
            let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(ErrorKind::TimedOut.into());
            }
            let time = left.into_iter().chain(self.drawn.map(|_| STILL)).min();
            let time = time.map(Timespec::try_from).transpose();
            let time = time.map_err(|_| ErrorKind::InvalidInput)?;
            let mut waited = [PollFd::new(&self.terminal, PollFlags::IN)];
            match poll(&mut waited, time.as_ref()) {
                Ok(0) => {
                    let now = self.drawn.map(|_| Mark::now());
                    if now == last && now != self.drawn {
                        return Err(ErrorKind::WouldBlock.into());
                    }
                    last = now;
                }
                Err(Errno::INTR) => {}
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
        if self.until.is_some() || self.drawn.is_some() {
            self.wait()?;
        }
        self.terminal.read(bytes)
    }
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
}
