//! A thread that writes to one place, fed through a channel with a bound: a reader or a disk that takes
//! its time holds up what is written there, and nothing else. Where there is no thread, what is written is
//! written by whoever hands it over.

use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use crate::terminal::outlet::Outlet;
use crate::threads;

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

/// Who writes.
enum By {
    /// A thread, which has the other end of the channel and says how it ended.
    Thread(oneshot::Receiver<io::Result<()>>),
    /// Whoever hands bytes over, and those that wait.
    Caller(Outlet, VecDeque<Bytes>),
}

/// One end of the channel; the thread has the other.
pub(super) struct Writer {
    /// Gone when everything was handed over.
    pieces: Option<Sender<Bytes>>,
    by: By,
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
        let (counted, (tell, ended)) = (Arc::clone(&count), oneshot::channel());
        let begun = threads::start("output", (outlet, to_write), move |(outlet, to_write)| {
            // Whoever does not wait any more needs no answer.
            let _ = tell.send(write(outlet, to_write, &counted));
        });
        let by = match begun {
            Ok(()) => By::Thread(ended),
            Err((outlet, _)) => By::Caller(outlet, VecDeque::new()),
        };
        Self { pieces: Some(pieces), by, count, ended: None }
    }

    /// Begins with these bytes.
    pub(super) fn begun(outlet: Outlet, bytes: Vec<u8>) -> Self {
        let mut writer = Self::start(outlet);
        match (&writer.pieces, &mut writer.by) {
            (_, By::Caller(_, waiting)) => waiting.push_back(bytes.into()),
            // There is room for the first, whatever its length.
            (Some(pieces), By::Thread(_)) => drop(pieces.try_send(bytes.into())),
            (None, By::Thread(_)) => {}
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
            if let By::Caller(_, waiting) = &mut self.by {
                waiting.push_back(piece);
                self.write_here().await?;
                continue;
            }
            if pieces.send(piece).await.is_err() {
                return self.failed().await;
            }
        }
        Ok(())
    }

    /// Waits until everything is written.
    pub(super) async fn end(&mut self) -> io::Result<()> {
        self.pieces = None;
        if let By::Caller(..) = &self.by {
            return self.write_here().await;
        }
        self.failed().await
    }

    /// Writes what waits, with a pause wherever the place takes nothing.
    async fn write_here(&mut self) -> io::Result<()> {
        if let Some(ended) = self.ended {
            return ended.map_err(Into::into);
        }
        let By::Caller(outlet, waiting) = &mut self.by else { return Ok(()) };
        while let Some(piece) = waiting.front_mut() {
            let length = match outlet.write_now(piece) {
                Ok(length) => length,
                Err(error) => {
                    self.ended = Some(Err(error.kind()));
                    return Err(error);
                }
            };
            self.count.taken.fetch_add(u64::try_from(length).unwrap_or(u64::MAX), Ordering::SeqCst);
            let _ = piece.split_to(length);
            if piece.is_empty() {
                waiting.pop_front();
            } else {
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(())
    }

    /// Waits for the end of the thread: before [`Self::end`], that is a failure.
    pub(super) async fn failed(&mut self) -> io::Result<()> {
        if let Some(ended) = self.ended {
            return ended.map_err(Into::into);
        }
        let ended = match &mut self.by {
            By::Thread(ended) => match ended.await {
                Ok(ended) => ended,
                Err(_) => Err(io::Error::other("its thread has ended")),
            },
            // Whoever hands bytes over is told.
            By::Caller(..) => std::future::pending().await,
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
            if tokio::time::timeout(LOOK, self.end()).await.is_ok() {
                return;
            }
            if self.taken() != taken {
                (taken, since) = (self.taken(), Instant::now());
            }
        }
        self.count.stopped.store(true, Ordering::SeqCst);
        // It looks that often whether it was stopped; one that waits for a disk does not come back.
        let _ = tokio::time::timeout(STANDSTILL, self.end()).await;
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::threads::THERE_ARE_NONE;
    use std::fs::File;
    use std::io::Read;
    use std::os::fd::OwnedFd;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        THERE_ARE_NONE.set(true);
        let done = runtime.block_on(work);
        THERE_ARE_NONE.set(false);
        done
    }

    #[test]
    fn everything_is_written_where_there_is_no_thread() {
        let path = tempfile::NamedTempFile::new().unwrap();
        block_on(async {
            let file = Outlet::new(path.reopen().unwrap());
            let mut writer = Writer::begun(file, b"first, ".to_vec());
            writer.write(Bytes::from_static(b"second")).await.unwrap();
            writer.end().await.unwrap();
            assert_eq!((writer.taken(), writer.has_ended()), (13, true));
        });
        assert_eq!(std::fs::read(path.path()).unwrap(), b"first, second");
    }

    #[test]
    fn a_reader_that_takes_its_time_gets_everything_where_there_is_no_thread() {
        let (mut reader, writer) = io::pipe().unwrap();
        let reading = std::thread::spawn(move || {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).unwrap();
            all
        });
        let body = vec![7; 1 << 18];
        block_on(async {
            let mut writer = Writer::start(Outlet::new(File::from(OwnedFd::from(writer))));
            writer.write(Bytes::from(body.clone())).await.unwrap();
            writer.end().await.unwrap();
        });
        assert!(reading.join().unwrap() == body);
    }

    #[test]
    fn a_reader_that_has_gone_or_stands_still_ends_the_writing_where_there_is_no_thread() {
        let (reader, writer) = io::pipe().unwrap();
        let mut writer =
            block_on(async { Writer::start(Outlet::new(File::from(OwnedFd::from(writer)))) });
        block_on(async {
            let bytes = Bytes::from(vec![7; 1 << 20]);
            let written = tokio::time::timeout(LOOK, writer.write(bytes)).await;
            assert!(written.is_err() && writer.taken() > 0);
            writer.give_up().await;
            drop(reader);
            let gone = writer.end().await.unwrap_err();
            assert_eq!(gone.kind(), ErrorKind::BrokenPipe);
        });
    }
}
