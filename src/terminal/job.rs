//! Whether this process may use a terminal: a job that a shell runs in the background may not.
//!
//! Whoever works in the foreground meanwhile (an editor, a shell's prompt) has the screen and the keys to
//! itself. A process may be moved from one to the other at any time, by Ctrl-Z, `bg` and `fg`.

#[cfg(unix)]
use std::os::fd::AsFd;

#[cfg(unix)]
use crate::signals::Process;
#[cfg(unix)]
use rustix::io::Errno;
#[cfg(unix)]
use rustix::termios::tcgetpgrp;

/// Whether this process is in the foreground of its controlling terminal.
#[cfg(unix)]
pub(super) fn may_ask(terminal: impl AsFd) -> bool {
    is_in_foreground(terminal) == Some(true)
}

/// Whether this process may draw on a terminal. On one that is not its controlling terminal there are
/// no jobs.
#[cfg(unix)]
pub(super) fn may_draw(terminal: impl AsFd) -> bool {
    is_in_foreground(terminal) != Some(false)
}

/// Whether this process is in the foreground of a terminal; `None` where that is not its controlling terminal.
#[cfg(unix)]
fn is_in_foreground(terminal: impl AsFd) -> Option<bool> {
    match tcgetpgrp(terminal) {
        Ok(group) => {
            let own = Process::this().map_or(0, |process| process.group);
            Some(group.as_raw_nonzero().get() == own)
        }
        // The group in the foreground is outside of this PID namespace, as that of a sandbox's caller: so is
        // this one's, which cannot be compared.
        Err(Errno::OPNOTSUPP) => Some(true),
        Err(_) => None,
    }
}

/// Where there are no jobs, every process may draw.
#[cfg(not(unix))]
pub(super) fn may_draw<T>(_: T) -> bool {
    true
}
