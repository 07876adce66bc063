//! The system behind ports: its clock and its random numbers, which only this file reads, and its
//! signals.
//!
//! Everything else is given a [`Clock`], an [`Entropy`] or a [`Cancellation`], so that a test can choose
//! them. How long something takes is measured by [`std::time::Instant`] where it happens.

use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alloy_primitives::B256;

use crate::pay::{Cancellation, CancellationListener, Clock, Entropy, EntropyError};
use crate::signals::{self, Interrupt};

/// The system's clock.
pub struct SystemClock;

impl SystemClock {
    /// The time since the Unix epoch, with fractions of a second; zero before the epoch.
    pub fn since_epoch() -> Duration {
        #[expect(clippy::disallowed_methods, reason = "this is the file that reads the clock")]
        let now = SystemTime::now();
        now.duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        Self::since_epoch().as_secs()
    }

    #[cfg(unix)]
    fn passed(&self) -> Duration {
        use rustix::time::{ClockId, clock_gettime};
        // The standard library's monotonic clock stands still while the machine is asleep.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let id = ClockId::Boottime;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let id = ClockId::Monotonic;
        Duration::try_from(clock_gettime(id)).unwrap_or_default()
    }

    #[cfg(not(unix))]
    fn passed(&self) -> Duration {
        use std::time::Instant;
        static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }
}

/// The system's random numbers.
pub struct SystemEntropy;

impl SystemEntropy {
    /// Fills a buffer.
    pub fn fill(buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

impl Entropy for SystemEntropy {
    fn nonce(&self) -> Result<B256, EntropyError> {
        let mut bytes = [0; 32];
        Self::fill(&mut bytes)?;
        Ok(B256::from(bytes))
    }
}

/// The signals of this process.
pub struct Signals;

impl Cancellation for Signals {
    fn arm(&self) {
        // Where this fails a signal ends the process as before, and the ledger knows what was signed.
        let _ = signals::heed();
    }

    fn is_cancelled(&self) -> bool {
        signals::interrupted()
    }

    fn listener(&self) -> Option<Box<dyn CancellationListener>> {
        Some(Box::new(Interrupt::again()?))
    }
}

impl CancellationListener for Interrupt {
    fn poll_cancelled(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.poll_come(context)
    }
}
