//! Ctrl-C, Ctrl-\, SIGTERM and SIGHUP from just before a payment is signed: the first is an answer like any
//! other, so that the books are closed and the owner is told; the second ends the process at once. A
//! second SIGHUP does not: it comes from the shell and from the terminal, and from nobody who waits.
//!
//! Before that nobody listens, and a signal ends the process as it ends any other. Who has listened once
//! must go on: the system's own way with a signal does not come back. A run of several transfers
//! listens from its beginning, because some of them may have paid.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

#[cfg(target_os = "linux")]
use signal_hook::consts::SIGHUP;
#[cfg(unix)]
use signal_hook::consts::SIGQUIT;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the process ends with at the second signal, as when a signal ends it.
const ENDED: i32 = 130;

/// Whether a signal has come, from when somebody first listened in this process. It is one for all and
/// stays set: who begins to listen later is told of a signal that came before.
static CAME: OnceLock<Result<Arc<AtomicBool>, io::ErrorKind>> = OnceLock::new();

/// A listener for these signals.
pub struct Interrupt {
    #[cfg(unix)]
    control_c: Signal,
    #[cfg(unix)]
    terminate: Signal,
    /// Where they are heard at all.
    #[cfg(unix)]
    quit: Option<Signal>,
    #[cfg(unix)]
    hang_up: Option<Signal>,
}

impl Interrupt {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        CAME.get_or_init(heed).as_ref().map_err(|kind| io::Error::from(*kind))?;
        Ok(Self {
            #[cfg(unix)]
            control_c: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            quit: hears_quit().then(|| signal(SignalKind::quit())).transpose()?,
            #[cfg(unix)]
            hang_up: hears_hang_up().then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Listens if somebody has listened before, whose signals would otherwise get lost.
    pub(super) fn again() -> Option<Self> {
        CAME.get().is_some().then(Self::listen).and_then(Result::ok)
    }

    /// Waits for any of them, unless one has come already.
    pub async fn come(&mut self) {
        if interrupted() {
            return;
        }
        #[cfg(unix)]
        tokio::select! {
            _ = self.control_c.recv() => {}
            _ = self.terminate.recv() => {}
            () = comes(self.quit.as_mut()) => {}
            () = comes(self.hang_up.as_mut()) => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Sets a flag at the first signal from now on, and ends the process at the next, unless that is a
/// SIGHUP. Once in a process: registered twice, the first signal would find the flag set by itself.
fn heed() -> Result<Arc<AtomicBool>, io::ErrorKind> {
    let came = Arc::new(AtomicBool::new(false));
    #[cfg(target_os = "linux")]
    if hears_hang_up() {
        flag::register(SIGHUP, Arc::clone(&came)).map_err(|error| error.kind())?;
    }
    let numbers = [
        Some(SIGINT),
        Some(SIGTERM),
        #[cfg(unix)]
        hears_quit().then_some(SIGQUIT),
    ];
    for number in numbers.into_iter().flatten() {
        // In this order: the first signal sets the flag, the next one finds it set.
        flag::register_conditional_shutdown(number, ENDED, Arc::clone(&came))
            .and_then(|_| flag::register(number, Arc::clone(&came)))
            .map_err(|error| error.kind())?;
    }
    Ok(came)
}

/// Waits for a signal, or forever where that is nobody's business.
#[cfg(unix)]
async fn comes(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether SIGHUP is heard: not where whoever started the process has it ignored (`nohup`). Systems that
/// do not say so keep their own way with it.
#[cfg(unix)]
fn hears_hang_up() -> bool {
    #[cfg(target_os = "linux")]
    return ignored().is_some_and(|ignored| ignored & 1 << (SIGHUP - 1) == 0);
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether SIGQUIT is heard: not where it is known to be ignored, as in the background of a script.
#[cfg(unix)]
fn hears_quit() -> bool {
    ignored().is_none_or(|ignored| ignored & 1 << (SIGQUIT - 1) == 0)
}

/// The signals that were ignored before anybody listened, where the system says so in a file.
#[cfg(unix)]
fn ignored() -> Option<u64> {
    static IGNORED: OnceLock<Option<u64>> = OnceLock::new();
    *IGNORED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(ignored.trim(), 16).ok()
    })
}

/// Whether any of them has come since somebody first listened in this process.
pub fn interrupted() -> bool {
    matches!(CAME.get(), Some(Ok(came)) if came.load(Ordering::SeqCst))
}

/// Does what follows a payment unless a signal comes first; `None` then. Whoever has paid listens to
/// signals for good, so that without this they would be lost.
pub async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut interrupt = Interrupt::listen().ok();
    unless(interrupt.as_mut(), work).await
}

/// Does `work` unless a signal comes first; `None` then.
pub(super) async fn unless<T>(
    interrupt: Option<&mut Interrupt>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match interrupt {
        None => Some(work.await),
        Some(interrupt) => tokio::select! {
            done = work => Some(done),
            () = interrupt.come() => None,
        },
    }
}
