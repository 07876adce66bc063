//! Ctrl-C and SIGTERM from just before a payment is signed: the first is an answer like any other, so
//! that the books are closed and the owner is told; the second ends the process at once.
//!
//! Before that nobody listens, and a signal ends the process as it ends any other. Who has listened once
//! must go on: the system's own way with a signal does not come back. A run of several transfers
//! listens from its beginning, because some of them may have paid.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the process ends with at the second signal, as when a signal ends it.
const ENDED: i32 = 130;

/// Whether anybody has ever listened in this process.
static LISTENED: AtomicBool = AtomicBool::new(false);

/// A listener for the two signals.
pub struct Interrupt {
    came: Arc<AtomicBool>,
    #[cfg(unix)]
    control_c: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl Interrupt {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        let came = Arc::new(AtomicBool::new(false));
        LISTENED.store(true, Ordering::Relaxed);
        for number in [SIGINT, SIGTERM] {
            // In this order: the first signal sets the flag, the next one finds it set.
            flag::register_conditional_shutdown(number, ENDED, Arc::clone(&came))?;
            flag::register(number, Arc::clone(&came))?;
        }
        Ok(Self {
            came,
            #[cfg(unix)]
            control_c: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Listens if somebody has listened before, whose signals would otherwise get lost.
    pub(super) fn again() -> Option<Self> {
        LISTENED.load(Ordering::Relaxed).then(Self::listen).and_then(Result::ok)
    }

    /// Whether either has come.
    pub(super) fn has_come(&self) -> bool {
        self.came.load(Ordering::Relaxed)
    }

    /// Waits for either.
    pub async fn come(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.control_c.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
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
