//! The ledger on a thread of its own: a forced write, or the wait for another process's lock, must not
//! hold up the other transfers of a run.
//!
//! Calls are carried out one after the other, in the order in which they were made. A call that nobody
//! waits for any more is carried out all the same. What a call does is [`Database`]' business.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::caller::Caller;
use super::database::Database;
use crate::ledger::{Error, PayingLedger};

/// A call, as the thread carries it out.
type Call = Box<dyn FnOnce(&mut Database) + Send>;

/// A ledger whose thread begins with the first call. It ends when this is dropped, after what was
/// called.
pub struct SqliteLedger {
    path: PathBuf,
    live: PathBuf,
    /// Taken by the thread when it begins.
    idle: Cell<Option<Database>>,
    thread: OnceCell<(mpsc::Sender<Call>, JoinHandle<()>)>,
}

impl SqliteLedger {
    /// The ledger at `path`. Nothing is opened, and no thread begins, before something is asked of it.
    pub(in crate::ledger) fn at(path: PathBuf) -> Self {
        Self::new(Database::at(path))
    }

    /// A thread for this ledger, which may be open already.
    pub(super) fn new(ledger: Database) -> Self {
        let (path, live) = (ledger.path().to_owned(), ledger.live());
        Self { path, live, idle: Cell::new(Some(ledger)), thread: OnceCell::new() }
    }

    /// The file, where the links at its path lead to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory of the signs of life of the processes that use it.
    pub fn live(&self) -> &Path {
        &self.live
    }

    /// Does something with the ledger, and waits for what came of it.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Database) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let done = self.begin(act)?;
        done.await.map_err(|_| Error::Stopped)
    }

    /// The same for a call that can fail by itself.
    pub(super) async fn try_call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Database) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.call(act).await?
    }

    /// Has something done with the ledger, after what was called before.
    pub(super) fn begin<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Database) -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>, Error> {
        let (answer, done) = oneshot::channel();
        let call = move |ledger: &mut Database| {
            // Who does not wait any more needs no answer.
            let _ = answer.send(act(ledger));
        };
        let (calls, _) = if let Some(thread) = self.thread.get() {
            thread
        } else {
            let thread = start(self.idle.take().ok_or(Error::Stopped)?)?;
            self.thread.get_or_init(|| thread)
        };
        calls.send(Box::new(call)).map_err(|_| Error::Stopped)?;
        Ok(done)
    }
}

impl PayingLedger for SqliteLedger {
    type Caller<'a> = Caller<'a>;

    fn caller(&self) -> Caller<'_> {
        Caller::new(self)
    }
}

/// Starts the thread, which ends with its last caller.
fn start(mut ledger: Database) -> Result<(mpsc::Sender<Call>, JoinHandle<()>), Error> {
    let (calls, queue) = mpsc::channel::<Call>();
    let work = move || {
        for call in queue {
            call(&mut ledger);
        }
    };
    let thread = std::thread::Builder::new().name("ledger".to_owned()).spawn(work);
    thread.map(|thread| (calls, thread)).map_err(Error::NoThread)
}

impl Drop for SqliteLedger {
    fn drop(&mut self) {
        if let Some((calls, thread)) = self.thread.take() {
            drop(calls);
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}
