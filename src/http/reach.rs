//! How far a request came that had no answer, as far as that can be known.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::cause::chain;
use super::error::Error;
use super::watch::Watch;
use crate::pay::{Reach, Validity};

/// A request that had no answer.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) reach: Reach,
    /// What the server says against it by HTTP/2.
    pub(super) refused: Option<Refused>,
}

/// How a server of HTTP/2 declines a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It did not process it on this connection.
    Here,
    /// It wants it by HTTP/1.1, which does not say that it did nothing with it.
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
    /// How far the request came in all of its sendings, when nobody waits for it any more.
    pub(super) fn reach(&self) -> Reach {
        let never_left = |underway: &Underway| underway.never_left(GIVEN_UP);
        let unsent = self.now.as_ref().is_none_or(never_left);
        self.before.max(if unsent { Reach::Unsent } else { Reach::Unknown })
    }
}

/// Who holds a connection's watch while a request is sent: the connection twice, as its stream and for the
/// next requests, the one who sends, and [`Underway`].
pub(super) const SENDING: usize = 4;

/// The same when nobody waits for the answer any more: the stream and [`Underway`].
const GIVEN_UP: usize = 2;

/// A sending under way.
pub(super) struct Underway {
    pub(super) watch: Arc<Watch>,
    pub(super) task: AbortHandle,
    /// Whether it is one of HTTP/1, which has its connection for itself.
    pub(super) is_text: bool,
    /// What had been written before it: bytes of HTTP/1, streams of HTTP/2.
    before: u64,
}

impl Underway {
    /// What is written over this connection from now on is the request.
    pub(super) fn begin(watch: &Arc<Watch>, task: &AbortHandle, is_text: bool) -> Self {
        let before = if is_text { watch.sent() } else { watch.opened() };
        Self { watch: Arc::clone(watch), task: task.clone(), is_text, before }
    }

    /// Whether any of it was written, or may have been.
    pub(super) fn wrote(&self) -> bool {
        let now = if self.is_text { self.watch.sent() } else { self.watch.opened() };
        now > self.before
    }

    /// Whether none of it was written, nor ever will be. What waits in the HTTP library, as for a free
    /// stream, could leave later, so that the connection is closed first; that is not done to one over
    /// which others still have their answers, which are those that hold the watch beside `own`.
    pub(super) fn never_left(&self, own: usize) -> bool {
        let is_shared = !self.is_text && Arc::strong_count(&self.watch) > own;
        if is_shared || self.wrote() {
            return false;
        }
        self.watch.close();
        self.task.abort();
        !self.wrote()
    }
}

/// How often it is looked whether what waits to be written is still valid.
const LOOK: Duration = Duration::from_secs(1);

/// Waits for the answer to what is sent, unless its validity is over before any of it is written.
pub(super) async fn while_valid<T>(
    validity: Option<&Validity<'_>>,
    underway: &Underway,
    sending: impl Future<Output = T>,
) -> Result<T, Error> {
    let Some(validity) = validity else { return Ok(sending.await) };
    tokio::pin!(sending);
    while !underway.wrote() {
        if let Ok(sent) = tokio::time::timeout(LOOK, &mut sending).await {
            return Ok(sent);
        }
        if validity.is_over() && !underway.wrote() {
            return Err(Error::Expired);
        }
    }
    Ok(sending.await)
}

/// HTTP/2's own error, if that is what went wrong.
pub(super) fn h2_fault(error: &hyper::Error) -> Option<&h2::Error> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// What the server says against a request: it refused the stream, or named an earlier one as its last (RFC
/// 9113 8.7 and 6.8), or wants HTTP/1.1. The library gives a GOAWAY as the error of those streams alone
/// that are above the last one.
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
    watch.end().is_some() && !watch.is_answered() && !by_frame && !error.is_user()
}
