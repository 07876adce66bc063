//! Ctrl-C and SIGTERM from just before a payment is signed: the first is an answer like any other, so
//! that the books are closed and the owner is told; the second ends the process at once.
//!
//! Before that nobody listens, and a signal ends the process as it ends any other. Who has listened once
//! must go on: the system's own way with a signal does not come back. A run of several transfers
//! listens from its beginning, because some of them may have paid.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the process ends with at the second signal, as when a signal ends it.
const ENDED: i32 = 130;

/// Whether a signal has come, from when somebody first listened in this process. It is one for all and
/// stays set: who begins to listen later is told of a signal that came before.
static CAME: OnceLock<Result<Arc<AtomicBool>, io::ErrorKind>> = OnceLock::new();

/// A listener for the two signals.
pub struct Interrupt {
    #[cfg(unix)]
    control_c: Signal,
    #[cfg(unix)]
    terminate: Signal,
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
        })
    }

    /// Listens if somebody has listened before, whose signals would otherwise get lost.
    pub(super) fn again() -> Option<Self> {
        CAME.get().is_some().then(Self::listen).and_then(Result::ok)
    }

    /// Waits for either, unless one has come already.
    pub async fn come(&mut self) {
        if interrupted() {
            return;
        }
        #[cfg(unix)]
        tokio::select! {
            _ = self.control_c.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Sets a flag at the first signal from now on, and ends the process at the next. Once in a process:
/// registered twice, the first signal would find the flag set by itself.
fn heed() -> Result<Arc<AtomicBool>, io::ErrorKind> {
    let came = Arc::new(AtomicBool::new(false));
    for number in [SIGINT, SIGTERM] {
        // In this order: the first signal sets the flag, the next one finds it set.
        flag::register_conditional_shutdown(number, ENDED, Arc::clone(&came))
            .and_then(|_| flag::register(number, Arc::clone(&came)))
            .map_err(|error| error.kind())?;
    }
    Ok(came)
}

/// Whether either signal has come since somebody first listened in this process.
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
