//! What exchanges are given of the system, instead of asking for it themselves.

use std::future::poll_fn;
use std::rc::Rc;

use crate::pay::{Cancellation, CancellationListener, Entropy};

/// What exchanges need of the system. The time of day is given to those who need it: the cookies and
/// what signs requests.
#[derive(Clone)]
pub struct System {
    /// Random numbers, for the client's nonce of a digest.
    pub entropy: Rc<dyn Entropy>,
    /// What asks the exchange to end early.
    pub cancellation: Rc<dyn Cancellation>,
}

/// Does `work` unless there is a request to end; `None` then.
pub(super) async fn unless_cancelled<T>(
    listener: Option<&mut Box<dyn CancellationListener>>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match listener {
        None => Some(work.await),
        Some(listener) => tokio::select! {
            done = work => Some(done),
            () = poll_fn(|context| listener.poll_cancelled(context)) => None,
        },
    }
}
