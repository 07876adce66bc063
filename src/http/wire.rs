//! The innermost stream of a connection, watched: the heads as they came, how it ended, how much went
//! over it, and no faster than allowed.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pace::Limit;

/// Longest head that is kept as it came, in bytes.
const HEAD_BYTES: usize = 1 << 20;

/// Anything that bytes go over.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What was seen of a connection.
#[derive(Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    /// Whether a head of HTTP/1 is waited for.
    recording: AtomicBool,
    received: AtomicU64,
    sent: AtomicU64,
}

#[derive(Default)]
struct Seen {
    head: Vec<u8>,
    /// Where in `head` the last one begins, after interim ones.
    last: usize,
    first_byte: Option<Instant>,
    end: Option<End>,
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

    /// A request goes out next, and the bytes after it are a head's.
    pub(super) fn expect_head(&self, in_text: bool) {
        let mut seen = self.seen();
        *seen = Seen { end: seen.end.take(), ..Seen::default() };
        self.recording.store(in_text, Ordering::Relaxed);
    }

    /// The head as it came, with interim ones before it; empty where it was not text.
    pub(super) fn head(&self) -> Bytes {
        Bytes::copy_from_slice(&self.seen().head)
    }

    /// When the first byte of the head came.
    pub(super) fn first_byte(&self) -> Option<Instant> {
        self.seen().first_byte
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
            self.recording.store(!seen.is_whole(), Ordering::Relaxed);
        }
    }

    fn ended(&self, end: End) {
        self.seen().end.get_or_insert(end);
    }
}

impl Seen {
    /// Cuts what was recorded behind the head of the final answer, once it is there.
    fn is_whole(&mut self) -> bool {
        while let Some(length) = self.head.get(self.last..).and_then(head_length) {
            let end = self.last.saturating_add(length);
            if !self.head.get(self.last..end).is_some_and(is_interim) {
                self.head.truncate(end);
                return true;
            }
            self.last = end;
        }
        self.head.len() > HEAD_BYTES
    }
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
fn is_interim(head: &[u8]) -> bool {
    let status = head.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    status.starts_with(b"1") && !status.starts_with(b"101")
}

/// A watched stream.
pub(super) struct Wire<S> {
    inner: S,
    watch: Arc<Watch>,
    limits: Option<(Limit, Limit)>,
}

impl<S> Wire<S> {
    /// Watches a stream, which moves at most `rate` bytes a second in each direction.
    pub(super) fn new(inner: S, watch: Arc<Watch>, rate: Option<u64>) -> Self {
        let limits = rate.map(|rate| (Limit::new(rate), Limit::new(rate)));
        Self { inner, watch, limits }
    }
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
            Ok(()) => this.watch.came(buffer.filled().get(before..).unwrap_or_default()),
            Err(error) => this.watch.ended(End::Unreadable(error.to_string())),
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    fn wrote(&self, written: io::Result<usize>) -> io::Result<usize> {
        match &written {
            Ok(length) => {
                let length = u64::try_from(*length).unwrap_or(u64::MAX);
                self.watch.sent.fetch_add(length, Ordering::Relaxed);
            }
            Err(error) => self.watch.ended(End::Unwritable(error.to_string())),
        }
        written
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let most = match &mut this.limits {
            None => bytes.len(),
            Some((_, limit)) => ready!(limit.poll_allowance(context)),
        };
        let part = bytes.get(..most).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, part));
        if let (Some((_, limit)), Ok(length)) = (&mut this.limits, &written) {
            limit.moved(*length);
        }
        Poll::Ready(this.wrote(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.limits.is_some() {
            let first = parts.iter().find(|part| !part.is_empty()).map_or(&[][..], |part| part);
            return self.poll_write(context, first);
        }
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.inner).poll_write_vectored(context, parts));
        Poll::Ready(this.wrote(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(pieces: &[&str]) -> String {
        let watch = Watch::default();
        watch.expect_head(true);
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
}
