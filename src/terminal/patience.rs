//! Reading what is typed, but not for longer than there is time.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::time::Instant;

/// A terminal that is read until a moment: [`ErrorKind::TimedOut`] from then on. Where the system cannot
/// wait for a terminal with a limit, it is read without one.
pub(super) struct Patient {
    terminal: File,
    until: Option<Instant>,
}

impl Patient {
    /// Reads `terminal`; `None` is no limit.
    pub(super) fn new(terminal: File, until: Option<Instant>) -> Self {
        Self { terminal, until }
    }

    /// Waits until there is something to read.
    #[cfg(unix)]
    fn wait(&self, until: Instant) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use rustix::io::Errno;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            let left = Timespec::try_from(left).map_err(|_| ErrorKind::InvalidInput)?;
            let mut waited = [PollFd::new(&self.terminal, PollFlags::IN)];
            match poll(&mut waited, Some(&left)) {
                Ok(0) | Err(Errno::INTR) => {}
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
        if let Some(until) = self.until {
            self.wait(until)?;
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
