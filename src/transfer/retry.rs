//! Whether a request that failed is tried again, and when: curl's rules.
//!
//! Once a payment is signed, only that one is ever sent again, and only when nobody answered it.

use std::time::{Duration, Instant};

use crate::http::Error;
use crate::pay::{self, NothingSigned, SignedCause};

use super::{Ended, RetryOptions, TransferError};

/// Longest pause between two tries that is chosen here.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Longest pause that a server can ask for, where the owner has not said how long all tries may take.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// Statuses that may pass.
const TRANSIENT: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// Why something is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Any,
    Refused,
    Timeout,
    Http,
}

impl Reason {
    /// In curl's words.
    fn words(self) -> &'static str {
        match self {
            Self::Any => "(retrying all errors)",
            Self::Refused => "connection refused",
            Self::Timeout => "timeout",
            Self::Http => "HTTP error",
        }
    }
}

/// The tries that are left to one URL.
pub(crate) struct Retries {
    left: u32,
    pause: Duration,
    /// Whether the pause grows.
    doubles: bool,
    began: Instant,
    most: Option<Duration>,
    all: bool,
    refused: bool,
}

/// What is done next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    End,
    /// Nothing, because the server wants more patience than the user has, or can be taken to have;
    /// the words are to be said.
    TooLate(&'static str),
    /// Another try, after a pause; the words are to be said.
    Again(Duration, String),
}

impl Retries {
    /// As the flags say; the time for all tries begins now.
    pub(crate) fn of(options: RetryOptions) -> Self {
        Self {
            left: options.retries,
            pause: options.delay.unwrap_or(Duration::from_secs(1)),
            doubles: options.delay.is_none(),
            began: Instant::now(),
            most: options.max_time,
            all: options.all_errors,
            refused: options.connrefused,
        }
    }

    /// What to do after a try that ended so, with this status of the last answer; `wait` is what the
    /// server asked for.
    pub(crate) fn after(
        &mut self,
        ended: &Result<Ended, TransferError>,
        status: u16,
        wait: Option<Duration>,
    ) -> Next {
        let passed = self.began.elapsed();
        if self.left == 0 || self.most.is_some_and(|most| passed >= most) {
            return Next::End;
        }
        match self.reason(ended, status) {
            None => Next::End,
            Some(reason) => self.again(reason, wait, passed),
        }
    }

    fn again(&mut self, reason: Reason, wait: Option<Duration>, passed: Duration) -> Next {
        let asked = wait.filter(|_| reason == Reason::Http).unwrap_or_default();
        let pause = self.pause.max(asked);
        match self.most {
            _ if asked.is_zero() => {}
            Some(most) if passed.saturating_add(pause) > most => {
                return Next::TooLate(
                    "the server asks for more patience than --retry-max-time leaves",
                );
            }
            None if asked > LONGEST_ASKED => {
                return Next::TooLate(
                    "the server asks for more than an hour's patience, which it has only by a \
                     --retry-max-time that is longer",
                );
            }
            _ => {}
        }
        let (seconds, left) = (pause.as_secs(), self.left);
        let tries = if left == 1 { "retry" } else { "retries" };
        let words = format!(
            "Problem: {}. Will retry in {seconds} seconds. {left} {tries} left.",
            reason.words()
        );
        self.left = self.left.saturating_sub(1);
        if self.doubles {
            self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        Next::Again(pause, words)
    }

    fn reason(&self, ended: &Result<Ended, TransferError>, status: u16) -> Option<Reason> {
        let any = self.all.then_some(Reason::Any);
        let transient = TRANSIENT.contains(&status).then_some(Reason::Http);
        match ended {
            Ok(Ended::Done) => transient,
            Err(TransferError::Status(_)) => transient.or(any),
            Err(
                TransferError::Body { error, .. }
                | TransferError::Pay(pay::Failure::NothingSigned(NothingSigned::Transport(error))),
            ) => self.of_network(error),
            Err(TransferError::Pay(pay::Failure::Signed(signed))) => match &signed.cause {
                SignedCause::Unanswered { error, .. } | SignedCause::Unsent { error, .. } => {
                    self.of_network(error)
                }
                _ => None,
            },
            // An earlier payment that is still open: asking for it again signs nothing.
            Err(TransferError::StillOpen { .. }) => Some(transient.unwrap_or(Reason::Timeout)),
            Ok(_) | Err(_) => None,
        }
    }

    fn of_network(&self, error: &Error) -> Option<Reason> {
        let any = self.all.then_some(Reason::Any);
        match error {
            Error::Interrupted | Error::Gap => None,
            Error::TimedOut | Error::TooSlow(_) | Error::Resolve(_) | Error::ResolveProxy(_) => {
                Some(Reason::Timeout)
            }
            Error::Connect { refused: true, .. } if self.refused => Some(Reason::Refused),
            _ => any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(options: RetryOptions) -> Retries {
        Retries::of(RetryOptions { retries: options.retries.max(2), ..options })
    }

    fn unanswered(error: Error) -> Result<Ended, TransferError> {
        Err(TransferError::Pay(pay::Failure::NothingSigned(NothingSigned::Transport(error))))
    }

    fn pause(next: &Next) -> Option<u64> {
        match next {
            Next::Again(pause, _) => Some(pause.as_secs()),
            Next::End | Next::TooLate(_) => None,
        }
    }

    #[test]
    fn pauses_double_and_tries_run_out() {
        let mut tries = retries(RetryOptions { retries: 3, ..RetryOptions::default() });
        let pauses = [(); 4].map(|()| pause(&tries.after(&Ok(Ended::Done), 503, None)));
        assert_eq!(pauses, [Some(1), Some(2), Some(4), None]);
        tries = retries(RetryOptions { retries: 12, ..RetryOptions::default() });
        let last = [(); 12].map(|()| pause(&tries.after(&Ok(Ended::Done), 503, None)));
        assert_eq!(last[10..], [Some(600), Some(600)]);
        let mut fixed = retries(RetryOptions {
            delay: Some(Duration::from_secs(5)),
            ..RetryOptions::default()
        });
        let pauses = [(); 3].map(|()| pause(&fixed.after(&Ok(Ended::Done), 429, None)));
        assert_eq!(pauses, [Some(5), Some(5), None]);
    }

    #[test]
    fn a_server_that_asks_for_patience_gets_it_where_there_is_any() {
        let wait = Some(Duration::from_secs(7));
        let mut tries = retries(RetryOptions::default());
        assert_eq!(pause(&tries.after(&Ok(Ended::Done), 503, wait)), Some(7));
        let mut hasty = retries(RetryOptions {
            max_time: Some(Duration::from_secs(3)),
            ..RetryOptions::default()
        });
        assert!(matches!(hasty.after(&Ok(Ended::Done), 503, wait), Next::TooLate(_)));
        let asked = |seconds, limits: RetryOptions| {
            let wait = Some(Duration::from_secs(seconds));
            retries(limits).after(&Ok(Ended::Done), 503, wait)
        };
        let none = RetryOptions::default();
        assert_eq!(pause(&asked(3600, none)), Some(3600));
        assert!(matches!(asked(3601, none), Next::TooLate(_)));
        assert!(matches!(asked(u64::MAX, none), Next::TooLate(_)));
        // Who names a longer time has said how long.
        let day = RetryOptions { max_time: Some(Duration::from_hours(24)), ..none };
        assert_eq!(pause(&asked(7200, day)), Some(7200));
        assert!(matches!(asked(u64::MAX, day), Next::TooLate(_)));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let connect = |refused| Error::Connect { host: "h".into(), refused, why: "w".into() };
        let plain = || retries(RetryOptions::default());
        for (status, again) in [(200, false), (404, false), (408, true), (500, true), (501, false)]
        {
            assert_eq!(pause(&plain().after(&Ok(Ended::Done), status, None)).is_some(), again);
            let failed = Err(TransferError::Status(status));
            assert_eq!(pause(&plain().after(&failed, status, None)).is_some(), again);
        }
        let again = |limits: RetryOptions, error| {
            pause(&retries(limits).after(&unanswered(error), 0, None)).is_some()
        };
        let (none, all, refused) = (
            RetryOptions::default(),
            RetryOptions { all_errors: true, ..RetryOptions::default() },
            RetryOptions { connrefused: true, ..RetryOptions::default() },
        );
        assert!(again(none, Error::TimedOut));
        assert!(again(none, Error::Resolve("h".into())));
        assert!(!again(none, Error::EmptyReply) && again(all, Error::EmptyReply));
        assert!(!again(none, connect(true)) && again(refused, connect(true)));
        assert!(!again(refused, connect(false)));
        assert!(!again(all, Error::Interrupted));
    }
}
