//! The innermost stream of a connection: what goes over it is noted in its [`Watch`], no faster than allowed.
//! Heads of requests are replaced on their way: the HTTP library writes them in an order and a spelling of
//! its own.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::cause::said;
use super::chunks::Chunks;
use super::frames::Frames;
use super::pace::Limit;
use super::raw_head::{head_length, is_chunked};
use super::watch::{End, Hold, Watch};

/// Anything that bytes go over.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

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
                    this.watch.frame_is_cut(frames.is_cut());
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
            self.watch.wrote(part.len());
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
        self.watch.wake_at_verdict(context.waker());
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
        if this.watch.is_replacing() {
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
        let is_changed = self.chunks.is_some() || self.watch.is_replacing();
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
            assert_eq!(watch.sent(), 25);
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
