//! Work on another thread, or on this one where the system gives none.
//!
//! A limit on threads (`ulimit -u`, that of a container) can be reached at any time, also between a payment
//! and its answer. It must not cost what was paid for, so nothing here fails for want of a thread.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

#[cfg(test)]
thread_local! {
    /// Whether this thread can start no other: for tests.
    pub(crate) static THERE_ARE_NONE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Starts a thread of this name that works on `value`; gives that back where there is no thread.
pub fn start<V: Send + 'static>(
    name: &str,
    value: V,
    work: impl FnOnce(V) + Send + 'static,
) -> Result<(), V> {
    #[cfg(test)]
    if THERE_ARE_NONE.get() {
        return Err(value);
    }
    // What is given to a thread that does not begin is gone, but for what is held here too.
    let held = Arc::new(Mutex::new(Some(value)));
    let theirs = Arc::clone(&held);
    let run = move || {
        if let Some(value) = take(&theirs) {
            work(value);
        }
    };
    match thread::Builder::new().name(name.to_owned()).spawn(run) {
        Ok(_) => Ok(()),
        Err(_) => take(&held).map_or(Ok(()), Err),
    }
}

fn take<V>(held: &Mutex<Option<V>>) -> Option<V> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Does on another thread what may wait for a disk or a person, or here where there is none. `None` if it
/// panicked.
pub async fn beside<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    if let Err((act, tell)) = start("beside", (act, tell), |(act, tell)| answer(act, tell)) {
        answer(act, tell);
    }
    told.await.ok()
}

fn answer<T>(act: impl FnOnce() -> T, tell: oneshot::Sender<T>) {
    // Whoever does not wait any more needs no answer.
    let _ = tell.send(act());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    #[test]
    fn work_is_done_here_where_there_is_no_thread() {
        let here = thread::current().id();
        assert_ne!(block_on(beside(|| thread::current().id())), Some(here));
        THERE_ARE_NONE.set(true);
        assert_eq!(block_on(beside(|| thread::current().id())), Some(here));
        assert_eq!(start("none", 7, |_| ()), Err(7));
        THERE_ARE_NONE.set(false);
    }
}
