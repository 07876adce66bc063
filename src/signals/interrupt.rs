//! Waiting for Ctrl-C, Ctrl-\, SIGTERM and SIGHUP in a future.
//!
//! Before a payment is signed nobody listens, and a signal ends the process as it ends any other. From
//! then on the first signal is reported, so that the ledger is closed and the user is told, and the second
//! one ends the process at once. The handlers stay installed, so every later wait has to listen too: see
//! [`crate::signals`]. A run of several transfers listens from its beginning, because some of them may
//! have paid.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

#[cfg(unix)]
use super::{hears_hang_up, hears_quit};
use super::{heed, interrupted, is_heeded};

/// A listener for these signals.
pub struct Interrupt {
    #[cfg(unix)]
    control_c: Signal,
    #[cfg(windows)]
    control_c: tokio::signal::windows::CtrlC,
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
        heed()?;
        Ok(Self {
            #[cfg(unix)]
            control_c: signal(SignalKind::interrupt())?,
            #[cfg(windows)]
            control_c: tokio::signal::windows::ctrl_c()?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            quit: hears_quit().then(|| signal(SignalKind::quit())).transpose()?,
            #[cfg(unix)]
            hang_up: hears_hang_up().then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Listens if somebody has listened before; otherwise the signal would be lost.
    pub fn again() -> Option<Self> {
        is_heeded().then(Self::listen).and_then(Result::ok)
    }

    /// Waits for any of them, unless one has come already.
    pub async fn come(&mut self) {
        poll_fn(|context| self.poll_come(context)).await;
    }

    /// Ready once any of them has come.
    #[cfg(unix)]
    pub fn poll_come(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let always = [&mut self.control_c, &mut self.terminate];
        let heard = [&mut self.quit, &mut self.hang_up].into_iter().filter_map(Option::as_mut);
        // Each one is polled, so that each one wakes who waits.
        let came = always
            .into_iter()
            .chain(heard)
            .filter_map(|signal| signal.poll_recv(context).is_ready().then_some(()))
            .count();
        if interrupted() || came > 0 { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Ready once Ctrl-C has come.
    #[cfg(windows)]
    pub fn poll_come(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let came = self.control_c.poll_recv(context).is_ready();
        if interrupted() || came { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Waits for Ctrl-C alone, where nothing is paid; returns at once where the system reports no signals.
pub async fn control_c() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Does what follows a payment unless a signal comes first; `None` then. Once something was paid signals
/// do not end the process any more, so that without this they would be lost.
pub async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let Ok(mut interrupt) = Interrupt::listen() else { return Some(work.await) };
    tokio::select! {
        done = work => Some(done),
        () = interrupt.come() => None,
    }
}

/// How long something may still take that was to end, by the time or by a signal.
const GRACE: Duration = Duration::from_secs(1);

/// Does `work` until the time is over, or a signal comes where signals are listened to, and one second
/// longer; `None` then.
pub async fn with_grace<T>(until: Option<Instant>, work: impl Future<Output = T>) -> Option<T> {
    let over = async {
        let time = async {
            match until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        match Interrupt::again() {
            None => time.await,
            Some(mut interrupt) => tokio::select! {
                () = time => {}
                () = interrupt.come() => {}
            },
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = over => None,
    }
}
