//! Whether this process may use a terminal: a job that a shell runs in the background may not.
//!
//! Whoever works in the foreground meanwhile (an editor, a shell's prompt) has the screen and the keys to
//! itself. A process may be moved from one to the other at any time, by Ctrl-Z, `bg` and `fg`.

#[cfg(unix)]
use std::os::fd::AsFd;

#[cfg(unix)]
use rustix::process::{Pid, getpgrp};
#[cfg(unix)]
use rustix::termios::tcgetpgrp;

/// Whether this process is in the foreground of its controlling terminal.
#[cfg(unix)]
pub(super) fn may_ask(terminal: impl AsFd) -> bool {
    foreground(terminal).is_some_and(|group| group == getpgrp())
}

/// Whether this process may draw on a terminal. On one that is not its controlling terminal there are
/// no jobs.
#[cfg(unix)]
pub(super) fn may_draw(terminal: impl AsFd) -> bool {
    foreground(terminal).is_none_or(|group| group == getpgrp())
}

/// The process group in the foreground of a terminal, if it is the controlling terminal.
#[cfg(unix)]
fn foreground(terminal: impl AsFd) -> Option<Pid> {
    tcgetpgrp(terminal).ok()
}

/// Where there are no jobs, every process may draw.
#[cfg(not(unix))]
pub(super) fn may_draw<T>(_: T) -> bool {
    true
}
