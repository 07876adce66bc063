//! The ledger that ships, a file of `SQLite`, under the simulator: every process opens the same file.
//!
//! A call is waited for where it is made, so that a schedule depends on its seed alone; a process can die
//! before and after each call. Killing one in the middle of a call is for `tests/faults.rs`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use ::http::Method;
use pay402::ledger::{
    self, Came, Delivery, Entry, Error, Expiry, Filter, LedgerAdmin as _, OpenLedger, PayingLedger,
};
use pay402::pay::{
    Asked, Busy, Earlier, Fingerprint, Ledger, Payment, Recorded, Reservation, Unreserved, Verdict,
};
use pay402::policy::{Budget, Quote, SellerHistory, Shortage};
use tempfile::TempDir;
use url::Url;

use super::shopper::{ProcessLedger, pause};
use super::world::{Signature, World};

/// A directory for a ledger of one schedule, in memory where the system offers that.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        Self(made.expect("a directory"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("data").join("ledger.db")
    }

    /// The ledger, as another process opens it.
    pub(crate) fn open(&self) -> OpenLedger {
        ledger::open(self.path())
    }

    /// All entries.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        waited(self.open().list(&Filter::default(), u64::MAX)).expect("a ledger")
    }

    /// The payments that `resume` can name, with the requests they are for.
    pub(crate) fn resumable(&self, world: &World) -> Vec<(String, usize)> {
        let found = waited(self.open().resendable(world.now.get())).expect("a ledger");
        let request = |entry: Entry| Some((entry.id.clone(), truth(world, &entry)?.request));
        found.into_iter().filter_map(request).collect()
    }

    /// Asks the chain about every payment that nobody is busy with, and records the ends that are proved.
    pub(crate) fn reconcile(&self, world: &World) {
        let (ledger, now) = (self.open(), world.now.get());
        for entry in waited(ledger.unresolved()).expect("a ledger") {
            let Some(truth) = truth(world, &entry) else { continue };
            if truth.settled_at.is_some() {
                waited(ledger.prove_settled(&entry.id, None, None, now)).expect("recorded");
            } else if now >= entry.lapses_at() {
                waited(ledger.expire(&entry.id, Expiry::Unused, now)).expect("recorded");
            } else {
                continue;
            }
            world.show(|| format!("the chain proves the end of {}", entry.id));
            world.count(|tally| &mut tally.proved);
        }
    }
}

/// What really is of a payment, once it is signed.
pub(crate) fn truth(world: &World, entry: &Entry) -> Option<Signature> {
    world.signatures.borrow().values().find(|one| one.nonce == entry.nonce).cloned()
}

/// What comes of a call.
fn waited<T>(call: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(call)
}

/// The ledger, as one process has it.
pub(crate) struct SqliteProcess<'a> {
    ledger: &'a OpenLedger,
    /// A process that dies lets go of nothing.
    caller: ManuallyDrop<<OpenLedger as PayingLedger>::Caller<'a>>,
    world: &'a World,
    request: usize,
    extra: bool,
}

impl<'a> SqliteProcess<'a> {
    pub(crate) fn new(
        ledger: &'a OpenLedger,
        world: &'a World,
        request: usize,
        extra: bool,
    ) -> Self {
        Self { ledger, caller: ManuallyDrop::new(ledger.caller()), world, request, extra }
    }

    /// The process ends as it should.
    pub(crate) fn end(self) {
        drop(ManuallyDrop::into_inner(self.caller));
    }
}

/// A call of the ledger, before and after which others go on and the process can die.
macro_rules! call {
    ($process:ident, $call:expr) => {{
        pause($process.world).await;
        let done = waited($call);
        pause($process.world).await;
        done
    }};
}

impl ProcessLedger for SqliteProcess<'_> {
    async fn came(&mut self, id: &str, whole: bool, over: bool) {
        let came = Delivery::of(if whole { Came::Whole } else { Came::Partial });
        let over = over.then(|| self.world.now.get());
        call!(self, self.ledger.came(id, &came, over)).expect("recorded");
    }
}

impl Ledger for SqliteProcess<'_> {
    type Error = Error;

    async fn claim(&mut self, of: &Fingerprint, now: u64) -> Result<Option<Earlier>, Error> {
        call!(self, self.caller.claim(of, now))
    }

    async fn claim_by_id(&mut self, id: &str, now: u64) -> Result<Earlier, Error> {
        call!(self, self.caller.claim_by_id(id, now))
    }

    async fn find(&mut self, of: &Fingerprint, now: u64) -> Result<Option<Earlier>, Error> {
        call!(self, self.caller.find(of, now))
    }

    async fn rival(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, Error> {
        call!(self, self.caller.rival(asked, place, known, now))
    }

    async fn busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, Error> {
        call!(self, self.caller.busy(asked, place, known, now))
    }

    async fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, Error> {
        call!(self, self.caller.seller_history(url))
    }

    async fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, Error> {
        call!(self, self.caller.shortage(quote, url, budgets, now))
    }

    async fn reserve(&mut self, wanted: &Reservation<'_>) -> Result<(), Unreserved<Error>> {
        call!(self, self.caller.reserve(wanted))
    }

    async fn release(&mut self, id: &str) -> Result<(), Error> {
        call!(self, self.caller.release(id))
    }

    async fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        pause(self.world).await;
        let done = waited(self.caller.signed(payment, now));
        if done.is_ok() {
            self.world.records(payment, self.request, self.extra);
        }
        pause(self.world).await;
        done
    }

    async fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        call!(self, self.caller.sent(payment, now))
    }

    async fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<Recorded, Error> {
        call!(self, self.caller.close(payment, verdict, now))
    }
}
