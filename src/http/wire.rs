//! The innermost stream of a connection, watched: the heads as they came, how it ended, how much went
//! over it, and no faster than allowed. Heads of requests are replaced on their way: the HTTP library
//! writes them in an order and a spelling of its own.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::cause::said;
use super::chunks::Chunks;
use super::frames::{Frame, Frames};
use super::pace::Limit;

/// Longest head that is kept as it came, in bytes.
const HEAD_BYTES: usize = 1 << 20;

/// The header that announces a body's length.
pub(super) const LENGTH: &str = "content-length";

/// The letter that its last one becomes where it is hidden.
const HIDDEN: u8 = b'_';

/// What it is called then.
pub(super) const HIDDEN_LENGTH: &str = "content-lengt_";

/// Anything that bytes go over.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What was seen of a connection.
#[derive(Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    /// Whether a head of HTTP/1 is waited for.
    recording: AtomicBool,
    /// Whether a length that a head announces is hidden from the HTTP library.
    hiding: AtomicBool,
    /// Whether what follows the head is kept.
    keeping: AtomicBool,
    received: AtomicU64,
    sent: AtomicU64,
    /// The head to send in place of the next one that the HTTP library writes.
    replacement: Mutex<Option<Vec<u8>>>,
    /// Whether there is one.
    replacing: AtomicBool,
    /// What is to become of the body behind that head.
    hold: Mutex<Hold>,
    /// Who waits for that.
    waiting: AtomicWaker,
    /// Requests of HTTP/2 of which a first byte was written.
    opened: AtomicU64,
    /// The stream of the last one.
    last_opened: AtomicU32,
    /// The last stream of HTTP/2 on which a part of an answer came.
    last_answered: AtomicU32,
    /// Whether what came last is the beginning of a frame of HTTP/2 that is not known yet.
    is_cut: AtomicBool,
    /// Whether nothing may be written any more. It is held while something is written.
    closed: Mutex<bool>,
}

/// What becomes of a body whose request says `Expect: 100-continue` (RFC 9110, section 10.1.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Hold {
    /// It is sent.
    #[default]
    Free,
    /// It waits until the server wants it, or for so long.
    Waits(Duration),
    /// The server has answered without it.
    Unwanted,
}

#[derive(Default)]
struct Seen {
    head: Vec<u8>,
    /// Where in `head` the last one begins, after interim ones.
    last: usize,
    first_byte: Option<Instant>,
    end: Option<End>,
    /// What came behind the head and was not taken yet, where that is kept.
    raw: Vec<u8>,
}

/// How a connection ended.
#[derive(Debug, Clone)]
pub(super) enum End {
    /// The other side ended it in order.
    Closed,
    /// It could not be read any more.
    Unreadable(String),
    /// It could not be written any more.
    Unwritable(String),
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request goes out next, and the bytes after it are a head's. With `raw`, those behind the head
    /// are kept. With `without_length`, a length that is announced does not end the body.
    pub(super) fn expect_head(&self, in_text: bool, raw: bool, without_length: bool) {
        self.hiding.store(in_text && without_length, Ordering::Relaxed);
        let mut seen = self.seen();
        *seen = Seen { end: seen.end.take(), ..Seen::default() };
        self.recording.store(in_text, Ordering::Relaxed);
        self.keeping.store(in_text && raw, Ordering::Relaxed);
    }

    /// What came behind the head since this was asked last.
    pub(super) fn take_raw(&self) -> Bytes {
        std::mem::take(&mut self.seen().raw).into()
    }

    /// The next head of a request that is written is replaced by this one. With `wait`, what follows it
    /// waits so long for a word of the server's, and is not sent where that is a refusal.
    pub(super) fn replace_head(&self, head: Vec<u8>, wait: Option<Duration>) {
        self.set_hold(wait.map_or(Hold::Free, Hold::Waits));
        *self.replacement.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        self.replacing.store(true, Ordering::Release);
    }

    fn hold(&self) -> Hold {
        *self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_hold(&self, hold: Hold) {
        *self.hold.lock().unwrap_or_else(PoisonError::into_inner) = hold;
        self.waiting.wake();
    }

    /// Whether a body was never sent, so that nothing else can be sent either.
    pub(super) fn is_spoilt(&self) -> bool {
        self.hold() == Hold::Unwanted
    }

    fn take_replacement(&self) -> Option<Vec<u8>> {
        self.replacing.store(false, Ordering::Release);
        self.replacement.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The head as it came, with interim ones before it; empty where it was not text.
    pub(super) fn head(&self) -> Bytes {
        Bytes::copy_from_slice(&self.seen().head)
    }

    /// When the first byte of the head came.
    pub(super) fn first_byte(&self) -> Option<Instant> {
        self.seen().first_byte
    }

    /// Bytes that were written.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How many streams of HTTP/2 were opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// From now on nothing is written any more: what was written is all that there will ever be.
    pub(super) fn close(&self) {
        *self.gate() = true;
    }

    fn gate(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a part of an answer to the last request has come, or may have.
    pub(super) fn is_answered(&self) -> bool {
        let [opened, answered] =
            [&self.last_opened, &self.last_answered].map(|stream| stream.load(Ordering::Relaxed));
        let by_frames = opened > 0 && answered >= opened || self.is_cut.load(Ordering::Relaxed);
        by_frames || !self.seen().head.is_empty()
    }

    fn opened_by(&self, frame: Frame) {
        if frame.opens() {
            self.opened.fetch_add(1, Ordering::Relaxed);
            self.last_opened.store(frame.stream, Ordering::Relaxed);
        }
    }

    fn answered_by(&self, frame: Frame) {
        if frame.answers() {
            self.last_answered.fetch_max(frame.stream, Ordering::Relaxed);
        }
    }

    /// How the connection ended, if it has.
    pub(super) fn end(&self) -> Option<End> {
        self.seen().end.clone()
    }

    /// Bytes in both directions.
    pub(super) fn moved(&self) -> u64 {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        count(&self.received).saturating_add(count(&self.sent))
    }

    fn came(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.ended(End::Closed);
            return;
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.received.fetch_add(length, Ordering::Relaxed);
        if self.recording.load(Ordering::Relaxed) {
            let mut seen = self.seen();
            seen.first_byte.get_or_insert_with(Instant::now);
            seen.head.extend_from_slice(bytes);
            let rest = seen.rest();
            if let Hold::Waits(_) = self.hold()
                && let Some(hold) = seen.verdict(rest.is_some())
            {
                self.set_hold(hold);
            }
            self.recording.store(rest.is_none(), Ordering::Relaxed);
            if self.keeping.load(Ordering::Relaxed) {
                seen.raw.extend(rest.unwrap_or_default());
            }
        } else if self.keeping.load(Ordering::Relaxed) {
            self.seen().raw.extend_from_slice(bytes);
        }
    }

    /// How much of a head was recorded in which a length is hidden.
    fn recorded(&self) -> Option<usize> {
        let hides = self.hiding.load(Ordering::Relaxed) && self.recording.load(Ordering::Relaxed);
        hides.then(|| self.seen().head.len())
    }

    /// Writes another letter into the names of announced lengths among these bytes, which came behind
    /// so much of the head.
    fn hide_length(&self, recorded: usize, came: &mut [u8]) {
        let seen = self.seen();
        let mut at = 0_usize;
        for line in seen.head.split_inclusive(|&byte| byte == b'\n') {
            let name = line.get(..LENGTH.len()).unwrap_or_default();
            let last = at.saturating_add(LENGTH.len()).saturating_sub(1);
            if name.eq_ignore_ascii_case(LENGTH.as_bytes())
                && let Some(letter) = last.checked_sub(recorded).and_then(|at| came.get_mut(at))
            {
                *letter = HIDDEN;
            }
            at = at.saturating_add(line.len());
        }
    }

    fn ended(&self, end: End) {
        self.seen().end.get_or_insert(end);
    }
}

impl Seen {
    /// What the heads that came mean for a body that waits: `is_final` is whether the last is one that no
    /// other follows.
    fn verdict(&self, is_final: bool) -> Option<Hold> {
        let status = |head: &[u8]| {
            let digits = head.split(|&byte| byte == b' ').nth(1)?.get(..3)?;
            std::str::from_utf8(digits).ok()?.parse::<u16>().ok()
        };
        if is_final {
            let last = self.head.get(self.last..).and_then(status);
            let refused = last.is_some_and(|status| status >= 300);
            return Some(if refused { Hold::Unwanted } else { Hold::Free });
        }
        // Others say nothing about the body: 103 Early Hints.
        let interim = self.head.get(..self.last).unwrap_or_default();
        let mut lines = interim.split(|&byte| byte == b'\n');
        let continues = |line: &[u8]| line.starts_with(b"HTTP/") && status(line) == Some(100);
        lines.any(continues).then_some(Hold::Free)
    }

    /// Cuts off what was recorded behind the head of the final answer, once that is there.
    fn rest(&mut self) -> Option<Vec<u8>> {
        while let Some(length) = self.head.get(self.last..).and_then(head_length) {
            let end = self.last.saturating_add(length);
            if !self.head.get(self.last..end).is_some_and(is_interim) {
                return Some(self.head.split_off(end));
            }
            self.last = end;
        }
        (self.head.len() > HEAD_BYTES).then(Vec::new)
    }
}

/// Whether a head says that its body comes in chunks.
fn is_chunked(head: &[u8]) -> bool {
    const NAME: &[u8] = b"transfer-encoding:";
    head.split(|&byte| byte == b'\n').any(|line| {
        let name = line.get(..NAME.len()).unwrap_or_default();
        let value = line.get(NAME.len()..).unwrap_or_default();
        name.eq_ignore_ascii_case(NAME) && value.trim_ascii().eq_ignore_ascii_case(b"chunked")
    })
}

/// Length of the head at the beginning, up to and with its empty line.
fn head_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at = at.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") && at > line.len() {
            return Some(at);
        }
    }
    None
}

/// Whether a head is one of those that another follows: 100 Continue, 103 Early Hints.
pub(super) fn is_interim(head: &[u8]) -> bool {
    let status = head.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    status.starts_with(b"1") && !status.starts_with(b"101")
}

/// A watched stream.
pub(super) struct Wire<S> {
    inner: S,
    watch: Arc<Watch>,
    limits: Option<(Limit, Limit)>,
    /// The part of a head that is being replaced.
    replaced: Vec<u8>,
    /// What is to be written before anything else.
    pending: BytesMut,
    /// What is to be written when the server wants it.
    held: BytesMut,
    /// Where the body in chunks is that is being written.
    chunks: Option<Chunks>,
    /// Until when that is waited for.
    timer: Option<Pin<Box<Sleep>>>,
    /// The frames that are written, and those that are read.
    frames: Option<(Frames, Frames)>,
}

impl<S> Wire<S> {
    /// Watches a stream, which moves at most `rate` bytes a second in each direction.
    pub(super) fn new(inner: S, watch: Arc<Watch>, rate: Option<u64>) -> Self {
        let limits = rate.map(|rate| (Limit::new(rate), Limit::new(rate)));
        let (pending, held) = (BytesMut::new(), BytesMut::new());
        Self {
            inner,
            watch,
            limits,
            frames: None,
            replaced: Vec::new(),
            pending,
            held,
            chunks: None,
            timer: None,
        }
    }

    /// The same, for a connection over which a client speaks HTTP/2 from the first byte.
    pub(super) fn framed(self) -> Self {
        Self { frames: Some((Frames::written(), Frames::read())), ..self }
    }
}

/// Keeps a connection from being closed while something is written to it; fails where it is closed.
fn open(watch: &Watch) -> io::Result<MutexGuard<'_, bool>> {
    let gate = watch.gate();
    if *gate { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(gate) }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = match &mut this.limits {
            None => ready!(Pin::new(&mut this.inner).poll_read(context, buffer)),
            Some((limit, _)) => {
                let most = ready!(limit.poll_allowance(context)).min(buffer.remaining());
                let mut part = vec![0; most];
                let mut part = ReadBuf::new(&mut part);
                let read = ready!(Pin::new(&mut this.inner).poll_read(context, &mut part));
                limit.moved(part.filled().len());
                buffer.put_slice(part.filled());
                read
            }
        };
        match &read {
            Ok(()) if buffer.filled().len() == before && buffer.remaining() == 0 => {}
            Ok(()) => {
                let came = buffer.filled_mut().get_mut(before..).unwrap_or_default();
                if let Some((_, frames)) = &mut this.frames {
                    frames.take(came, |frame| this.watch.answered_by(frame));
                    this.watch.is_cut.store(frames.is_cut(), Ordering::Relaxed);
                }
                let recorded = this.watch.recorded();
                this.watch.came(came);
                if let Some(recorded) = recorded {
                    this.watch.hide_length(recorded, came);
                }
            }
            Err(error) => this.watch.ended(End::Unreadable(said(error))),
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Counts how much of these parts was written, or may have been.
    fn wrote<'a>(
        &mut self,
        written: io::Result<usize>,
        parts: impl Iterator<Item = &'a [u8]>,
    ) -> io::Result<usize> {
        // TLS writes record by record: one that fails may have written those before it.
        let mut left = *written.as_ref().unwrap_or(&usize::MAX);
        for part in parts {
            let part = part.get(..left).unwrap_or(part);
            left = left.saturating_sub(part.len());
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            self.watch.sent.fetch_add(length, Ordering::Relaxed);
            if let Some((frames, _)) = &mut self.frames {
                frames.take(part, |frame| self.watch.opened_by(frame));
            }
        }
        if let Err(error) = &written {
            self.watch.ended(End::Unwritable(said(error)));
        }
        written
    }

    /// Writes bytes as they are, no faster than allowed.
    fn poll_write_out(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let most = match &mut self.limits {
            None => bytes.len(),
            Some((_, limit)) => ready!(limit.poll_allowance(context)),
        };
        let part = bytes.get(..most).unwrap_or(bytes);
        let watch = Arc::clone(&self.watch);
        let gate = open(&watch)?;
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, part));
        if let (Some((_, limit)), Ok(length)) = (&mut self.limits, &written) {
            limit.moved(*length);
        }
        let written = self.wrote(written, std::iter::once(part));
        drop(gate);
        Poll::Ready(written)
    }

    /// Writes what is to be written first.
    fn poll_pending(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let mut pending = std::mem::take(&mut self.pending);
            let written = self.poll_write_out(context, &pending);
            let length = match &written {
                Poll::Ready(Ok(length)) => *length,
                _ => 0,
            };
            pending.advance(length);
            self.pending = pending;
            if ready!(written)? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Waits until the server wants the body.
    fn poll_held(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.timer.is_none() {
            return Poll::Ready(());
        }
        self.watch.waiting.register(context.waker());
        match (self.watch.hold(), &mut self.timer) {
            (Hold::Unwanted, _) => return Poll::Pending,
            (Hold::Waits(_), Some(timer)) => {
                ready!(timer.as_mut().poll(context));
                self.watch.set_hold(Hold::Free);
            }
            _ => {}
        }
        self.timer = None;
        self.pending.extend_from_slice(&self.held);
        self.held.clear();
        Poll::Ready(())
    }

    /// Takes bytes of a head that is replaced, and of what follows it, which goes out in one piece
    /// with the replacement.
    fn replace(&mut self, bytes: &[u8]) {
        self.replaced.extend_from_slice(bytes);
        if let Some(length) = head_length(&self.replaced) {
            let head = self.watch.take_replacement().unwrap_or_default();
            self.pending.extend_from_slice(&head);
            self.chunks = is_chunked(&head).then_some(Chunks::Size(0));
            let mut after = self.replaced.get(length..).unwrap_or_default().to_vec();
            if let Some(chunks) = &mut self.chunks {
                chunks.lower(&mut after);
            }
            if let Hold::Waits(most) = self.watch.hold() {
                self.held.extend_from_slice(&after);
                self.timer = Some(Box::pin(tokio::time::sleep(most)));
            } else {
                self.pending.extend_from_slice(&after);
            }
            self.replaced = Vec::new();
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_pending(context))?;
        ready!(this.poll_held(context));
        ready!(this.poll_pending(context))?;
        if this.watch.replacing.load(Ordering::Acquire) {
            this.replace(bytes);
            // What cannot be written yet is written by the next call, or by the flush that follows.
            return match this.poll_pending(context) {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                _ => Poll::Ready(Ok(bytes.len())),
            };
        }
        if let Some(chunks) = &mut this.chunks {
            let mut own = bytes.to_vec();
            chunks.lower(&mut own);
            this.pending.extend_from_slice(&own);
            return match this.poll_pending(context) {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                _ => Poll::Ready(Ok(bytes.len())),
            };
        }
        this.poll_write_out(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let is_changed = self.chunks.is_some() || self.watch.replacing.load(Ordering::Acquire);
        if self.limits.is_some() || is_changed {
            let first = parts.iter().find(|part| !part.is_empty()).map_or(&[][..], |part| part);
            return self.poll_write(context, first);
        }
        let this = self.get_mut();
        ready!(this.poll_pending(context))?;
        ready!(this.poll_held(context));
        ready!(this.poll_pending(context))?;
        let watch = Arc::clone(&this.watch);
        let gate = open(&watch)?;
        let written = ready!(Pin::new(&mut this.inner).poll_write_vectored(context, parts));
        let written = this.wrote(written, parts.iter().map(|part| &**part));
        drop(gate);
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_pending(context))?;
        ready!(Pin::new(&mut this.inner).poll_flush(context))?;
        ready!(this.poll_held(context));
        ready!(this.poll_pending(context))?;
        Pin::new(&mut this.inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_pending(context))?;
        Pin::new(&mut this.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(pieces: &[&str]) -> String {
        let watch = Watch::default();
        watch.expect_head(true, false, false);
        for piece in pieces {
            watch.came(piece.as_bytes());
        }
        String::from_utf8(watch.head().to_vec()).unwrap()
    }

    #[test]
    fn a_head_is_kept_as_it_came_and_the_body_is_not() {
        let head = "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n";
        assert_eq!(recorded(&[head, "body"]), head);
        assert_eq!(recorded(&["HTTP/1.1 200 OK\r\nX-A:", " 1\r\n\r", "\nbo", "dy\r\n\r\n"]), head);
        assert_eq!(recorded(&["HTTP/1.1 200 OK\n\nbody"]), "HTTP/1.1 200 OK\n\n");
        let both = format!("HTTP/1.1 100 Continue\r\n\r\n{head}");
        assert_eq!(recorded(&[&both, "x"]), both);
        assert_eq!(recorded(&["HTTP/1.1 200"]), "HTTP/1.1 200");
    }

    #[test]
    fn what_follows_the_head_is_kept_where_it_is_wanted() {
        let watch = Watch::default();
        for raw in [true, false] {
            watch.expect_head(true, raw, false);
            let mut kept = Vec::new();
            for piece in ["HTTP/1.1 200 OK\r\n", "\r\n3\r\n", "abc", "\r\n0\r\n\r\n"] {
                watch.came(piece.as_bytes());
                kept.extend(watch.take_raw());
            }
            let wanted: &[u8] = if raw { b"3\r\nabc\r\n0\r\n\r\n" } else { b"" };
            assert_eq!(kept, wanted, "{raw}");
        }
    }

    #[tokio::test]
    async fn what_is_closed_writes_nothing_any_more() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (near, mut far) = tokio::io::duplex(99);
        let watch = Arc::new(Watch::default());
        let mut wire = Wire::new(near, Arc::clone(&watch), None);
        wire.write_all(b"before").await.unwrap();
        watch.close();
        assert!(wire.write_all(b"after").await.is_err());
        assert!(wire.write_vectored(&[io::IoSlice::new(b"after")]).await.is_err());
        watch.replace_head(b"GET / HTTP/1.1\r\n\r\n".to_vec(), None);
        assert!(wire.write_all(b"GET / HTTP/1.1\r\n\r\n").await.is_err());
        drop(wire);
        let mut came = String::new();
        far.read_to_string(&mut came).await.unwrap();
        assert_eq!((came.as_str(), watch.sent()), ("before", 6));
    }

    #[tokio::test]
    async fn it_is_known_whether_a_part_of_the_last_answer_came() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let frame = |kind: u8, stream: u8| [0, 0, 0, kind, 0, 0, 0, 0, stream];
        let (near, mut far) = tokio::io::duplex(99);
        let watch = Arc::new(Watch::default());
        let mut wire = Wire::new(near, Arc::clone(&watch), None).framed();
        wire.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        let mut came = [0; 9];
        for (stream, answers) in [(1, true), (3, false), (5, true)] {
            wire.write_all(&frame(1, stream)).await.unwrap();
            assert!(!watch.is_answered());
            // SETTINGS, RST_STREAM and the end of an earlier answer are none.
            for other in [frame(4, 0), frame(3, stream), frame(0, stream.saturating_sub(2))] {
                far.write_all(&other).await.unwrap();
                wire.read_exact(&mut came).await.unwrap();
                assert!(!watch.is_answered());
            }
            if answers {
                far.write_all(&frame(1, stream)).await.unwrap();
                wire.read_exact(&mut came).await.unwrap();
                assert!(watch.is_answered());
            }
        }
        wire.write_all(&frame(1, 7)).await.unwrap();
        far.write_all(&[0, 0]).await.unwrap();
        wire.read_exact(&mut came[..2]).await.unwrap();
        assert!(watch.is_answered(), "it may be the beginning of one");
    }

    /// What came of a body that waits when these heads came.
    fn held_after(heads: &[&str]) -> Hold {
        let watch = Watch::default();
        watch.replace_head(Vec::new(), Some(Duration::from_secs(1)));
        watch.expect_head(true, false, false);
        for head in heads {
            watch.came(head.as_bytes());
        }
        watch.hold()
    }

    #[test]
    fn a_body_that_waits_is_sent_where_it_is_wanted() {
        let waits = Hold::Waits(Duration::from_secs(1));
        assert_eq!(held_after(&[]), waits);
        assert_eq!(held_after(&["HTTP/1.1 103 Early Hints\r\n\r\n"]), waits);
        assert_eq!(held_after(&["HTTP/1.1 100 Conti", "nue\r\n\r\n"]), Hold::Free);
        assert_eq!(held_after(&["HTTP/1.1 200 OK\r\n\r\n"]), Hold::Free);
        for refusal in ["402 Payment Required", "417 No", "302 Elsewhere", "500 No"] {
            assert_eq!(held_after(&[&format!("HTTP/1.1 {refusal}\r\n\r\n")]), Hold::Unwanted);
        }
        let both = ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 402 No\r\n\r\n"];
        assert_eq!(held_after(&both), Hold::Free);
    }

    #[test]
    fn an_announced_length_is_hidden_wherever_it_is_cut() {
        let head = "HTTP/1.1 200 OK\r\nA: content-length: 1\r\nConTent-Length: 5\r\n\r\n";
        for cut in 1..head.len() {
            let watch = Watch::default();
            watch.expect_head(true, false, true);
            let mut shown = Vec::new();
            for piece in head.as_bytes().chunks(cut) {
                let mut piece = piece.to_vec();
                let recorded = watch.recorded();
                watch.came(&piece);
                if let Some(recorded) = recorded {
                    watch.hide_length(recorded, &mut piece);
                }
                shown.extend(piece);
            }
            let hidden = head.replace("ConTent-Length", "ConTent-Lengt_");
            assert_eq!(String::from_utf8(shown).unwrap(), hidden);
            assert_eq!(watch.head(), head.as_bytes(), "it is kept as it came");
        }
    }

    /// What comes out where a head is replaced, and the pieces that go in are these.
    async fn replaced(pieces: &[&str], rate: Option<u64>) -> String {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        // A narrow pipe: the replacement does not fit at once.
        let (near, mut far) = tokio::io::duplex(7);
        let watch = Arc::new(Watch::default());
        let mut wire = Wire::new(near, Arc::clone(&watch), rate);
        let writing = async move {
            watch.replace_head(b"GET /own HTTP/1.1\r\n\r\n".to_vec(), None);
            for piece in pieces {
                wire.write_all(piece.as_bytes()).await.unwrap();
            }
            wire.flush().await.unwrap();
            assert_eq!(watch.sent.load(Ordering::Relaxed), 25);
        };
        let mut came = String::new();
        let reading = far.read_to_string(&mut came);
        let ((), read) = tokio::join!(writing, reading);
        read.unwrap();
        came
    }

    #[tokio::test]
    async fn a_head_is_replaced_however_it_is_cut_and_the_body_is_not() {
        for rate in [None, Some(1_000_000)] {
            for pieces in [
                &["GET / HTTP/1.1\r\nA: 1\r\n\r\nbody"][..],
                &["GET / HTTP/1.1\r\nA", ": 1\r\n\r", "\nbo", "dy"],
                &["GET / HTTP/1.1\r\nA: 1\r\n\r\n", "body"],
            ] {
                assert_eq!(replaced(pieces, rate).await, "GET /own HTTP/1.1\r\n\r\nbody");
            }
        }
    }
}
