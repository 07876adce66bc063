//! How fast bytes may go, and how slow.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep_until};

use super::error::Error;

/// How often the speed is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A speed below which a transfer is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeastSpeed {
    /// Bytes a second.
    pub bytes: u64,
    /// For how long it may be slower.
    pub patience: Duration,
}

/// A limit of speed in one direction. What was not used is not saved up.
pub(super) struct Limit {
    /// Bytes a second; never zero.
    rate: u64,
    /// From when on the next bytes may move.
    due: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Limit {
    pub(super) fn new(rate: u64) -> Self {
        Self { rate: rate.max(1), due: Instant::now(), sleep: None }
    }

    /// Waits until bytes may move, and says how many at most: a tenth of a second's.
    pub(super) fn poll_allowance(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        if Instant::now() < self.due {
            let due = self.due.into();
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(due)));
            ready!(sleep.as_mut().poll(context));
        }
        self.sleep = None;
        let most = self.rate.div_ceil(10).min(1 << 16);
        Poll::Ready(usize::try_from(most).unwrap_or(1).max(1))
    }

    /// Takes note of bytes that moved.
    pub(super) fn moved(&mut self, bytes: usize) {
        let now = Instant::now();
        let takes = time_for(bytes, self.rate);
        self.due = self.due.max(now).checked_add(takes).unwrap_or(now);
    }
}

fn time_for(bytes: usize, rate: u64) -> Duration {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    let nanoseconds = bytes.saturating_mul(1_000_000_000).checked_div(rate).unwrap_or(0);
    Duration::from_nanos(nanoseconds)
}

/// Watches for a transfer that is too slow for too long.
pub(super) struct Slowness {
    least: LeastSpeed,
    counted: u64,
    since: Instant,
    /// Since when it has been too slow.
    slow_since: Option<Instant>,
}

impl Slowness {
    /// A watch that begins now.
    pub(super) fn new(least: LeastSpeed, counted: u64) -> Self {
        Self { least, counted, since: Instant::now(), slow_since: None }
    }

    /// Looks at the count of bytes, and says whether the transfer is to be given up.
    pub(super) fn is_over(&mut self, counted: u64, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since);
        if passed < Duration::from_millis(900) {
            return false;
        }
        let moved = counted.saturating_sub(self.counted);
        let wanted = u128::from(self.least.bytes).saturating_mul(passed.as_millis());
        let slow = u128::from(moved).saturating_mul(1000) < wanted;
        let begun = self.since;
        (self.counted, self.since) = (counted, now);
        if !slow {
            self.slow_since = None;
            return false;
        }
        let since = *self.slow_since.get_or_insert(begun);
        now.saturating_duration_since(since) >= self.least.patience
    }
}

/// Waits for `work` unless too little moves for too long.
pub(super) async fn no_slower<T>(
    watched: Option<(&mut Slowness, LeastSpeed)>,
    moved: impl Fn() -> u64,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    let Some((slowness, least)) = watched else { return Ok(work.await) };
    tokio::pin!(work);
    loop {
        match tokio::time::timeout(LOOK, &mut work).await {
            Ok(done) => return Ok(done),
            Err(_) if slowness.is_over(moved(), Instant::now()) => {
                return Err(Error::TooSlow(least.bytes));
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_their_time() {
        assert_eq!(time_for(1000, 1000), Duration::from_secs(1));
        assert_eq!(time_for(1, 1 << 40), Duration::ZERO);
    }

    #[test]
    fn only_a_long_slowness_ends_a_transfer() {
        let least = LeastSpeed { bytes: 100, patience: Duration::from_secs(2) };
        let mut watch = Slowness::new(least, 0);
        let start = watch.since;
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(!watch.is_over(10, at(1)), "slow for a second");
        assert!(!watch.is_over(1000, at(2)), "quick again");
        assert!(!watch.is_over(1010, at(3)));
        assert!(watch.is_over(1020, at(4)), "slow for two seconds");
    }
}
