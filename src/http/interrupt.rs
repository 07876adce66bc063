//! Ctrl-C, Ctrl-\, SIGTERM and SIGHUP from just before a payment is signed: the first is an answer like any
//! other, so that the ledger is closed and the owner is told; the second ends the process at once.
//!
//! Before that nobody listens, and a signal ends the process as it ends any other. Who has listened once
//! must go on: see [`crate::signals`]. A run of several transfers listens from its beginning, because some
//! of them may have paid.

use std::io;
use std::time::{Duration, Instant};

use crate::signals;
pub use crate::signals::interrupted;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

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
        signals::heed()?;
        Ok(Self {
            #[cfg(unix)]
            control_c: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            quit: signals::hears_quit().then(|| signal(SignalKind::quit())).transpose()?,
            #[cfg(unix)]
            hang_up: signals::hears_hang_up().then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Listens if somebody has listened before, whose signals would otherwise get lost.
    pub(super) fn again() -> Option<Self> {
        signals::is_heeded().then(Self::listen).and_then(Result::ok)
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

/// Waits for a signal, or forever where that is nobody's business.
#[cfg(unix)]
async fn comes(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Does what follows a payment unless a signal comes first; `None` then. Whoever has paid listens to
/// signals for good, so that without this they would be lost.
pub async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut interrupt = Interrupt::listen().ok();
    unless(interrupt.as_mut(), work).await
}

/// How long something may still take that was to end, by the time or by a signal.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Does `work` until the time is over, or a signal comes where signals are listened to, and a moment
/// longer; `None` then.
pub async fn in_time<T>(until: Option<Instant>, work: impl Future<Output = T>) -> Option<T> {
    let over = async {
        let mut interrupt = Interrupt::again();
        let time = async {
            match until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        let _ = unless(interrupt.as_mut(), time).await;
        tokio::time::sleep(LAST_MOMENT).await;
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = over => None,
    }
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
