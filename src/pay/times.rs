//! The present, by this machine's clock and by the server's.
//!
//! Either may be wrong. The server's `Date` can only make a signature live shorter and a wait longer: a
//! server that lies gains nothing by it.

use std::time::Duration;

use ::http::HeaderMap;

use super::{Clock, LEAST_LIFE_SECONDS};
use crate::protocol::read_date;

/// Difference between the clocks that is none, in seconds: a `Date` has whole seconds and has travelled.
const SAME_SECONDS: u64 = 2;

/// This machine's clock, and what a server has said of the time. Times are Unix seconds.
#[derive(Clone, Copy)]
pub(super) struct Times<'a> {
    clock: &'a dyn Clock,
    heard: Option<Heard>,
}

/// The server's time, and this machine's when it was said.
#[derive(Debug, Clone, Copy)]
struct Heard {
    server: u64,
    at: u64,
}

impl<'a> Times<'a> {
    /// What the headers of an answer that has just come say of the time.
    pub(super) fn of(clock: &'a dyn Clock, headers: &HeaderMap) -> Self {
        let heard = read_date(headers).map(|server| Heard { server, at: clock.now() });
        Self { clock, heard }
    }

    /// The clock itself.
    pub(super) const fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    /// This machine's time.
    pub(super) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// The earlier one of this machine's time and the server's.
    pub(super) fn earliest(&self) -> u64 {
        let now = self.now();
        match self.heard {
            None => now,
            Some(Heard { server, at }) => {
                earlier(now, server.saturating_add(now.saturating_sub(at)))
            }
        }
    }
}

/// How long a payment is valid, by the clock and by the time that passes: the clock can be set back, and a
/// machine that sleeps or a process that is stopped does not see the time go by.
#[derive(Clone, Copy)]
pub struct Validity<'a> {
    clock: &'a dyn Clock,
    /// When it is over by the clock, in Unix seconds.
    end: u64,
    /// What had passed when this began.
    since: Duration,
    /// How long it lasted then.
    lasts: Duration,
}

impl<'a> Validity<'a> {
    /// Of what is valid before `end`, in Unix seconds, and for so many seconds from now on.
    pub(crate) fn begin(clock: &'a dyn Clock, end: u64, seconds: u64) -> Self {
        Self { clock, end, since: clock.passed(), lasts: Duration::from_secs(seconds) }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// Whether what has passed leaves too little of it to begin with.
    pub(super) fn is_short(&self) -> bool {
        let least = Duration::from_secs(LEAST_LIFE_SECONDS).min(self.lasts / 2);
        self.left() < least
    }

    fn left(&self) -> Duration {
        let by_clock = Duration::from_secs(self.end.saturating_sub(self.clock.now()));
        let passed = self.clock.passed().saturating_sub(self.since);
        by_clock.min(self.lasts.saturating_sub(passed))
    }
}

/// The earlier one of two clocks, `now` being this machine's.
pub(super) const fn earlier(now: u64, server: u64) -> u64 {
    if server.saturating_add(SAME_SECONDS) >= now { now } else { server }
}

/// How many seconds this machine's clock is ahead of the server's, where a signature that is valid for
/// `validity` seconds from the `earliest` time would be over by this machine's before it is sent.
pub(super) const fn too_far_ahead(now: u64, earliest: u64, validity: u64) -> Option<u64> {
    let is_over = earliest.saturating_add(validity) < now.saturating_add(LEAST_LIFE_SECONDS);
    if earliest < now && is_over { Some(now.saturating_sub(earliest)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    struct Watch(Cell<u64>, Cell<u64>);

    impl Clock for Watch {
        fn now(&self) -> u64 {
            self.0.get()
        }

        fn passed(&self) -> Duration {
            Duration::from_secs(self.1.get())
        }
    }

    fn headers(date: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("date", ::http::HeaderValue::from_static(date));
        headers
    }

    #[test]
    fn the_servers_time_goes_on_while_it_is_waited() {
        // Unix time 784,111,777.
        let headers = headers("Sun, 06 Nov 1994 08:49:37 GMT");
        let watch = Watch(Cell::new(784_111_777 + 100), Cell::default());
        let times = Times::of(&watch, &headers);
        assert_eq!((times.now(), times.earliest()), (784_111_877, 784_111_777));
        watch.0.set(784_111_877 + 3_600);
        assert_eq!(times.earliest(), 784_111_777 + 3_600);
        // This clock is corrected meanwhile.
        watch.0.set(784_111_700);
        assert_eq!(times.earliest(), 784_111_700);
    }

    #[test]
    fn without_a_date_there_is_one_clock() {
        let watch = Watch(Cell::new(5), Cell::default());
        assert_eq!(Times::of(&watch, &HeaderMap::new()).earliest(), 5);
        assert_eq!(Times::of(&watch, &headers("soon")).earliest(), 5);
    }

    #[test]
    fn a_validity_is_over_by_the_clock_or_by_what_has_passed() {
        let watch = Watch(Cell::new(1_000), Cell::new(50));
        let validity = Validity::begin(&watch, 1_600, 600);
        for (now, passed, is_short, is_over) in [
            (1_000, 50, false, false),
            (1_590, 640, false, false),
            (1_591, 50, true, false),
            // The machine slept.
            (1_600, 50, true, true),
            // The clock was set back, once and while the machine slept.
            (10, 50, false, false),
            (10, 641, true, false),
            (10, 650, true, true),
            // What counts the time began anew.
            (1_000, 0, false, false),
        ] {
            watch.0.set(now);
            watch.1.set(passed);
            assert_eq!((validity.is_short(), validity.is_over()), (is_short, is_over), "{now}");
        }
        // Where it is short by the owner's wish, a second is no lack.
        watch.0.set(1_000);
        let validity = Validity::begin(&watch, 1_002, 2);
        watch.0.set(1_001);
        assert!(!validity.is_short());
    }

    #[test]
    fn a_signature_needs_some_life_by_both_clocks() {
        assert_eq!(too_far_ahead(1_000, 1_000, 600), None);
        assert_eq!(too_far_ahead(1_000, 410, 600), None);
        assert_eq!(too_far_ahead(1_000, 409, 600), Some(591));
        assert_eq!(too_far_ahead(200_000, 0, 600), Some(200_000));
        // Where the clocks agree, a short validity is the owner's wish.
        assert_eq!(too_far_ahead(1_000, 1_000, 1), None);
        assert_eq!(too_far_ahead(u64::MAX, 0, u64::MAX), None);
    }

    proptest! {
        #[test]
        fn a_date_only_ever_makes_it_earlier(now: u64, server: u64) {
            let earliest = earlier(now, server);
            prop_assert!(earliest <= now);
            prop_assert!(earliest <= server.saturating_add(SAME_SECONDS));
        }
    }
}
