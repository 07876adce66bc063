//! Ctrl-C and SIGTERM while a payment is out: the first is an answer like any other, so that the books
//! are closed and the owner is told; the second ends the process at once.
//!
//! Before a payment leaves nobody listens, and a signal ends the process as it ends any other.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the process ends with at the second signal, as when a signal ends it.
const ENDED: i32 = 130;

/// A listener for the two signals.
pub(super) struct Interrupt {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Self> {
        let came = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            // In this order: the first signal sets the flag, the next one finds it set.
            flag::register_conditional_shutdown(number, ENDED, Arc::clone(&came))?;
            flag::register(number, Arc::clone(&came))?;
        }
        Ok(Self {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for either.
    pub(super) async fn come(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
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
