//! Reading a line from a terminal that does not show it.

#[cfg(unix)]
use super::job;
#[cfg(unix)]
use super::patience::{Patient, Unread};
use crate::signals::Watch;
use rpassword::{ConfigBuilder, read_password_with_config};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::time::Instant;
use zeroize::Zeroizing;

/// What was typed after the prompt, in UTF-8. [`ErrorKind::UnexpectedEof`] stands for the end of
/// input, [`ErrorKind::BrokenPipe`] for a terminal that is gone, [`ErrorKind::Interrupted`] for
/// Control-C; what [`Unread`] stands for is in the error.
pub(super) fn read_line(
    prompt: &dyn Display,
    input: File,
    until: Option<Instant>,
    watch: Option<Arc<Watch>>,
    output: &mut dyn Write,
) -> io::Result<Zeroizing<Vec<u8>>> {
    #[cfg(unix)]
    let _silence = unix::Silence::fall(input.try_clone()?, watch.is_some())?;
    write!(output, "{prompt}: ")?;
    output.flush()?;
    #[cfg(unix)]
    let keys = unix::Keys(Patient::new(input, until).watched(watch));
    #[cfg(unix)]
    let config = ConfigBuilder::new().input_reader(keys).output_discard();
    #[cfg(not(unix))]
    let config = {
        let _ = (input, until, watch);
        ConfigBuilder::new()
    };
    let typed = read_password_with_config(config.build());
    // The line end was not shown either.
    #[cfg(unix)]
    if typed.as_ref().err().and_then(Unread::of).is_none_or(Unread::ends_the_line) {
        writeln!(output)?;
    }
    let line = Zeroizing::new(typed?.into_bytes());
    // rpassword puts this in place of what is not UTF-8: every such character the same one.
    if line.windows(REPLACEMENT.len()).any(|bytes| bytes == REPLACEMENT) {
        return Err(io::Error::new(ErrorKind::InvalidData, "what was typed is not UTF-8"));
    }
    Ok(line)
}

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Gives the terminal back as it was found, if it is silent now: a process that ends does not wait for the
/// thread that reads.
pub(super) fn restore() {
    #[cfg(unix)]
    unix::restore();
}

/// rpassword edits the line; the terminal is set here. Left to itself, rpassword hides only what is
/// typed after the prompt was shown, and Control-C ends the process before the terminal is itself
/// again.
#[cfg(unix)]
mod unix {
    use super::{ErrorKind, File, Patient, io, job};
    use rustix::termios::{
        LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use std::io::Read;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// The terminal that is silent now, and the modes in which it was found.
    static SILENT: Mutex<Option<(File, Termios)>> = Mutex::new(None);

    fn silent() -> MutexGuard<'static, Option<(File, Termios)>> {
        SILENT.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A terminal that shows nothing and passes every key on, until dropped.
    pub(super) struct Silence(());

    impl Silence {
        /// Also forgets what was typed so far, which answers nothing that was asked. Keys that send a
        /// signal go on doing so where signals are told to whoever reads.
        pub(super) fn fall(terminal: File, signals: bool) -> io::Result<Self> {
            let mut found = silent();
            let before = tcgetattr(&terminal)?;
            let mut modes = before.clone();
            modes.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON;
            if !signals {
                modes.local_modes -= LocalModes::ISIG;
            }
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            let set = terminal.try_clone()?;
            found.get_or_insert((terminal, before));
            let silence = Self(());
            // To be undone also where it fails, but not while this holds the lock.
            drop(found);
            tcsetattr(&set, OptionalActions::Flush, &modes)?;
            Ok(silence)
        }
    }

    impl Drop for Silence {
        fn drop(&mut self) {
            restore();
        }
    }

    /// Undoes [`Silence::fall`]. A process in the background leaves the terminal to whoever has it: that
    /// one has set its own modes.
    pub(super) fn restore() {
        if let Some((terminal, before)) = silent().take()
            && job::may_ask(&terminal)
        {
            let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        }
    }

    /// The keys of a terminal: Control-C and a terminal that is gone are errors.
    pub(super) struct Keys(pub(super) Patient);

    impl Read for Keys {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            const CONTROL_C: u8 = 0x03;
            let read = loop {
                match self.0.read(bytes) {
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            if read == 0 {
                return Err(ErrorKind::BrokenPipe.into());
            }
            if bytes.iter().take(read).any(|&byte| byte == CONTROL_C) {
                return Err(ErrorKind::Interrupted.into());
            }
            Ok(read)
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    /// What rpassword makes of these keys, typed on a terminal that is then gone.
    fn typed(keys: &[u8]) -> io::Result<String> {
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(keys)?;
        drop(writer);
        let keys = unix::Keys(Patient::new(File::from(OwnedFd::from(reader)), None));
        read_password_with_config(ConfigBuilder::new().input_reader(keys).output_discard().build())
    }

    #[test]
    fn a_line_is_edited_and_control_c_is_an_error() {
        assert_eq!(typed(b"word\rmore").unwrap(), "word");
        assert_eq!(typed("aé\u{7f}b\n".as_bytes()).unwrap(), "ab");
        assert_eq!(typed(b"ab\x03c\n").unwrap_err().kind(), ErrorKind::Interrupted);
        assert_eq!(typed(b"\x04").unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(typed(b"half a wo").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
}
