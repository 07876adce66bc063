//! How far a request came that had no answer, as far as that can be known.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::error::{Error, chain};
use super::wire::Watch;
use crate::pay::Reach;

/// A request that had no answer.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) reach: Reach,
    /// What the server says against it by HTTP/2, where it did not process it.
    pub(super) refused: Option<Refused>,
}

/// How a server of HTTP/2 declines to process a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Not on this connection.
    Here,
    /// Only by HTTP/1.1.
    ByHttp2,
}

impl Failed {
    /// One of which nothing was written.
    pub(super) fn unsent(error: Error) -> Self {
        Self { error, reach: Reach::Unsent, refused: None }
    }
}

/// How far a request came, also where nobody waits for its end any more.
#[derive(Default)]
pub(super) struct Progress {
    /// What earlier sendings of it came to.
    pub(super) before: Reach,
    /// The sending under way.
    pub(super) now: Option<Underway>,
}

impl Progress {
    /// How far the request came in all of its sendings.
    pub(super) fn reach(&self) -> Reach {
        self.before.max(self.now.as_ref().map_or(Reach::Unsent, Underway::reach))
    }
}

/// A sending under way.
pub(super) struct Underway {
    pub(super) watch: Arc<Watch>,
    pub(super) task: AbortHandle,
    /// How many streams had been opened before it. `None` for HTTP/1, which writes at once.
    pub(super) opened: Option<u64>,
}

impl Underway {
    /// How far it came, when nobody waits for it any more. What waits for a free stream could leave
    /// later, so that the connection is ended first; that is not done to one which others use.
    pub(super) fn reach(&self) -> Reach {
        // One is the stream's and one is here; the others are those of answers.
        let is_alone = Arc::strong_count(&self.watch) <= 2;
        if self.opened.is_none() || !is_alone {
            return Reach::Unknown;
        }
        self.task.abort();
        if self.opened == Some(self.watch.opened()) { Reach::Unsent } else { Reach::Unknown }
    }
}

/// HTTP/2's own error, if that is what went wrong.
pub(super) fn h2_fault(error: &hyper::Error) -> Option<&h2::Error> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// What the server says against a request that it did not process: it refused the stream, or named an
/// earlier one as its last, or wants HTTP/1.1 (RFC 9113 8.7 and 6.8). The library gives a GOAWAY as the
/// error of those streams alone that are above the last one.
pub(super) fn refusal(fault: &h2::Error) -> Option<Refused> {
    use h2::Reason;
    match fault.reason().filter(|_| fault.is_remote())? {
        Reason::HTTP_1_1_REQUIRED => Some(Refused::ByHttp2),
        Reason::REFUSED_STREAM => Some(Refused::Here),
        _ => fault.is_go_away().then_some(Refused::Here),
    }
}

/// Whether a connection ended without a byte of an answer.
pub(super) fn is_dropped(error: &hyper::Error, watch: &Watch) -> bool {
    let by_frame = h2_fault(error).is_some_and(|fault| !fault.is_io());
    watch.end().is_some() && watch.head().is_empty() && !by_frame && !error.is_user()
}
