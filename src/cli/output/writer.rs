//! A thread that writes to one place, fed through a channel with a bound: a reader or a disk that takes
//! its time holds up what is written there, and nothing else.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::terminal::outlet::Outlet;

/// Most bytes that are handed over at once.
const PIECE: usize = 1 << 16;

/// Most pieces that wait to be written.
const WAITING: usize = 4;

/// How often somebody who waits looks whether to go on.
const LOOK: Duration = Duration::from_millis(50);

/// How long nothing may be taken when the time for a transfer is over, before its rest is given up.
const STANDSTILL: Duration = Duration::from_millis(500);

/// How long that rest may take altogether.
const LAST_BYTES: Duration = Duration::from_secs(5);

/// One end of the channel; the thread has the other.
pub(super) struct Writer {
    /// Gone when everything was handed over.
    pieces: Option<Sender<Bytes>>,
    thread: JoinHandle<io::Result<()>>,
    count: Arc<Count>,
    /// What the thread ended with, once it has.
    ended: Option<Result<(), ErrorKind>>,
}

/// What both ends know.
#[derive(Default)]
struct Count {
    /// Bytes that were taken.
    taken: AtomicU64,
    /// Set when nobody wants the rest any more.
    stopped: AtomicBool,
}

impl Writer {
    /// Begins.
    pub(super) fn start(outlet: Outlet) -> Self {
        let (pieces, to_write) = channel(WAITING);
        let count = Arc::new(Count::default());
        let counted = Arc::clone(&count);
        let thread = tokio::task::spawn_blocking(move || write(outlet, to_write, &counted));
        Self { pieces: Some(pieces), thread, count, ended: None }
    }

    /// Begins with these bytes.
    pub(super) fn begun(outlet: Outlet, bytes: Vec<u8>) -> Self {
        let writer = Self::start(outlet);
        if let Some(pieces) = &writer.pieces {
            // There is room for the first, whatever its length.
            let _ = pieces.try_send(bytes.into());
        }
        writer
    }

    /// Whether everything was handed over.
    pub(super) fn has_ended(&self) -> bool {
        self.pieces.is_none()
    }

    /// Hands bytes over, as soon as there is room for them. An error is that of any bytes before.
    pub(super) async fn write(&mut self, mut bytes: Bytes) -> io::Result<()> {
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE));
            let Some(pieces) = &self.pieces else { return Err(ErrorKind::BrokenPipe.into()) };
            if pieces.send(piece).await.is_err() {
                return self.failed().await;
            }
        }
        Ok(())
    }

    /// Waits until everything is written.
    pub(super) async fn end(&mut self) -> io::Result<()> {
        self.pieces = None;
        self.failed().await
    }

    /// Waits for the end of the thread: before [`Self::end`], that is a failure.
    pub(super) async fn failed(&mut self) -> io::Result<()> {
        if let Some(ended) = self.ended {
            return ended.map_err(Into::into);
        }
        let ended = match (&mut self.thread).await {
            Ok(ended) => ended,
            Err(error) => Err(io::Error::other(error)),
        };
        self.ended = Some(ended.as_ref().copied().map_err(io::Error::kind));
        ended
    }

    /// Gives up what nobody takes. A reader that goes on reading gets what is there.
    pub(super) async fn give_up(&mut self) {
        self.pieces = None;
        let begun = Instant::now();
        let (mut taken, mut since) = (self.taken(), begun);
        while begun.elapsed() < LAST_BYTES && since.elapsed() < STANDSTILL {
            if tokio::time::timeout(LOOK, self.failed()).await.is_ok() {
                return;
            }
            if self.taken() != taken {
                (taken, since) = (self.taken(), Instant::now());
            }
        }
        self.count.stopped.store(true, Ordering::SeqCst);
        // It looks that often whether it was stopped; one that waits for a disk does not come back.
        let _ = tokio::time::timeout(STANDSTILL, self.failed()).await;
    }

    /// How many bytes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.count.taken.load(Ordering::SeqCst)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.count.stopped.store(true, Ordering::SeqCst);
    }
}

/// What the thread does.
fn write(mut outlet: Outlet, mut pieces: Receiver<Bytes>, count: &Count) -> io::Result<()> {
    let lane = outlet.lane().map(Lane::of);
    let goes_on = || !count.stopped.load(Ordering::SeqCst);
    while let Some(piece) = pieces.blocking_recv() {
        let turn = match &lane {
            None => None,
            Some(lane) => match lane.take(&goes_on) {
                Some(turn) => Some(turn),
                None => return Err(ErrorKind::TimedOut.into()),
            },
        };
        let whole = outlet.write_all(&piece, &goes_on, &count.taken)?;
        drop(turn);
        if !whole {
            return Err(ErrorKind::TimedOut.into());
        }
    }
    Ok(())
}

/// Those who write to one pipe do so one after the other, a piece each: a small answer is one piece, and
/// stays whole beside those of other transfers.
#[derive(Default)]
struct Lane {
    busy: Mutex<bool>,
    free: Condvar,
}

struct Turn<'a>(&'a Lane);

/// The lanes of this process, by device and number of the file.
type Lanes = HashMap<(u64, u64), Arc<Lane>>;

impl Lane {
    /// That of a file, by its device and number.
    fn of(file: (u64, u64)) -> Arc<Self> {
        static LANES: LazyLock<Mutex<Lanes>> = LazyLock::new(Mutex::default);
        let mut lanes = LANES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(file).or_default())
    }

    /// Waits for the turn as long as `goes_on` holds.
    fn take(&self, goes_on: &dyn Fn() -> bool) -> Option<Turn<'_>> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        while *busy {
            if !goes_on() {
                return None;
            }
            let waited = self.free.wait_timeout(busy, LOOK);
            busy = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *busy = true;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.busy.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.free.notify_one();
    }
}
