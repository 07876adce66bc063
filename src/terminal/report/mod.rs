//! What is said about payments: for people in a line or a table, for programs as JSON.
//!
//! Every document carries `"schema": "pay402/<kind>/1"`; amounts are decimal strings in atomic units
//! beside the human ones; times are RFC 3339 in UTC. A server's words appear as
//! [`super::safe::Safe`] text only.

mod change;
mod dry_run;
mod payment;

pub use dry_run::{DryRun, dry_run_json, dry_run_text, reason};
pub use payment::{PaymentReport, State, Verification, payment_line};

use std::time::Duration;

use jiff::Timestamp;

use crate::pay::{Busy, Process};

/// Longest server text in a report, in characters.
pub const SERVER_TEXT: usize = 200;

/// Longest words of a refusal, in characters: some servers put more than two hundred before what matters.
pub const REFUSAL_TEXT: usize = 300;

/// How an earlier payment stands that is open, by whether it has settled.
pub fn stands(settled: bool) -> &'static str {
    if settled { "has settled and was not delivered" } else { "may still settle" }
}

/// That another process is busy with a payment, since when, and until when it may settle. `now` is in Unix
/// seconds.
pub fn is_busy(busy: &Busy, now: u64) -> String {
    let for_what = if busy.same {
        "for this request"
    } else {
        "for the same, with other headers or by another way,"
    };
    let (since, end) = (time(busy.since), time(busy.valid_before));
    let stands = if busy.settled {
        "has settled and is being delivered".to_owned()
    } else if now < busy.valid_before {
        format!("is out since {since} and may settle until {end}")
    } else {
        format!(
            "is out since {since}, its validity ended at {end}, and whether it settled is not known yet"
        )
    };
    let Process { id, stopped } = busy.process;
    let process = id.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"));
    let waits = if stopped { "is stopped while it waits for it" } else { "waits for it" };
    format!("payment {} of {} {for_what} {stands}; {process} {waits}", busy.id, busy.quote.price())
}

/// A length of time in its largest whole unit, from seconds to days.
pub fn span(seconds: u64) -> String {
    let (amount, unit) = match seconds {
        86_400.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        60.. => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

/// A time in Unix seconds as RFC 3339 in UTC.
pub fn time(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

/// Seconds with this many decimals, at most nine.
pub fn seconds(time: Duration, decimals: usize) -> String {
    let nanoseconds = format!("{:09}", time.subsec_nanos());
    let fraction: String = nanoseconds.chars().take(decimals).collect();
    format!("{}.{fraction}", time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(Duration::new(3, 45_000_000), 6), "3.045000");
        assert_eq!(seconds(Duration::from_millis(7), 3), "0.007");
    }
}
