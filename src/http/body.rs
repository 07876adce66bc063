//! A request's body: kept so that it can be sent any number of times, identical.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use hyper::body::Frame;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_stream::{Stream, StreamExt as _};

use super::trace::Trace;

/// Bodies up to this many bytes are kept in memory; longer ones in a file.
const IN_MEMORY: u64 = 1 << 20;

/// Bytes read from a file at once.
const CHUNK: usize = 1 << 16;

/// A body in one sending, in the form that hyper takes: its bytes, or a stream of unknown length.
pub(super) type Upload = Either<Full<Bytes>, UnsyncBoxBody<Bytes, io::Error>>;

/// A body that can be sent any number of times, also at the same time.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// One piece after the other.
    Pieces(Arc<[Piece]>),
}

/// A part of a body that is somewhere else.
#[derive(Clone)]
pub enum Piece {
    /// In memory.
    Bytes(Bytes),
    /// A file to its end.
    File(Kept),
}

/// A file as it was when it was opened.
#[derive(Clone)]
pub struct Kept {
    file: Arc<File>,
    /// The file's length, in bytes.
    length: u64,
    /// Where in the file the body begins, in bytes.
    from: u64,
    /// Of a file that others may write to: when it was last written to.
    modified: Option<SystemTime>,
    /// The SHA-256 of what was read when it was first read to its end.
    digest: Arc<OnceLock<[u8; 32]>>,
}

impl Kept {
    /// How much of the file is sent, in bytes.
    fn rest(&self) -> u64 {
        self.length.saturating_sub(self.from)
    }

    /// Fails if somebody has written to the file: what was looked at is not what would be sent.
    fn check(&self) -> io::Result<()> {
        let Some(before) = self.modified else { return Ok(()) };
        let now = self.file.metadata()?;
        if now.len() == self.length && now.modified()? == before { Ok(()) } else { Err(changed()) }
    }

    /// Reads the file to its end into a hash. Fails if it is not what it was the first time.
    fn hash_into(&self, hash: &mut Sha256) -> io::Result<()> {
        let mut own = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        let mut at = self.from;
        loop {
            let read = read_at(&self.file, &mut chunk, at)?;
            at = at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else {
                break;
            };
            hash.update(part);
            own.update(part);
        }
        self.check()?;
        let own = own.finalize().into();
        // Times are coarse, and can be set back.
        if *self.digest.get_or_init(|| own) == own { Ok(()) } else { Err(changed()) }
    }
}

fn changed() -> io::Error {
    io::Error::other("the file was changed meanwhile")
}

impl Body {
    /// Keeps everything `source` gives: in memory up to 1 MiB, beyond that in an unlinked file.
    pub fn keep(mut source: impl Read) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(IN_MEMORY).read_to_end(&mut head)?;
        let mut more = [0];
        if source.read(&mut more)? == 0 {
            return Ok(Self::Bytes(head.into()));
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(&head)?;
        file.write_all(&more)?;
        io::copy(&mut source, &mut file)?;
        let length = file.stream_position()?;
        let (file, digest) = (Arc::new(file), Arc::default());
        let kept = Kept { file, length, from: 0, modified: None, digest };
        Ok(Self::Pieces([Piece::File(kept)].into()))
    }

    /// The content of a file. A long one is read where it is each time it is sent; one that is not
    /// regular, such as a pipe, is kept.
    pub fn of_file(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() || metadata.len() <= IN_MEMORY {
            return Self::keep(file);
        }
        let kept = Kept {
            file: Arc::new(file),
            length: metadata.len(),
            from: 0,
            modified: Some(metadata.modified()?),
            digest: Arc::default(),
        };
        Ok(Self::Pieces([Piece::File(kept)].into()))
    }

    /// Several bodies, one after the other.
    pub(super) fn concatenate(bodies: impl IntoIterator<Item = Self>) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        for piece in bodies.into_iter().flat_map(|body| body.pieces().to_vec()) {
            match piece {
                Piece::Bytes(bytes) => text.extend_from_slice(&bytes),
                Piece::File(_) => {
                    pieces.push(Piece::Bytes(std::mem::take(&mut text).into()));
                    pieces.push(piece);
                }
            }
        }
        if pieces.is_empty() {
            return Self::Bytes(text.into());
        }
        pieces.push(Piece::Bytes(text.into()));
        Self::Pieces(pieces.into())
    }

    /// Fails if somebody has written to a file of it, by its length and time; reads nothing.
    pub(super) fn check(&self) -> io::Result<()> {
        let Self::Pieces(pieces) = self else { return Ok(()) };
        pieces.iter().try_for_each(|piece| match piece {
            Piece::Bytes(_) => Ok(()),
            Piece::File(kept) => kept.check(),
        })
    }

    /// What is left of it after its first `count` bytes; `None` where nothing is.
    pub fn after(&self, count: u64) -> Option<Self> {
        let mut skipped = count;
        let mut rest = Vec::new();
        for piece in self.pieces().iter() {
            let length = piece.length();
            if length <= skipped {
                skipped = skipped.saturating_sub(length);
                continue;
            }
            rest.push(piece.after(std::mem::take(&mut skipped)));
        }
        match rest.as_slice() {
            [] => None,
            [Piece::Bytes(bytes)] => Some(Self::Bytes(bytes.clone())),
            _ => Some(Self::Pieces(rest.into())),
        }
    }

    fn pieces(&self) -> Arc<[Piece]> {
        match self {
            Self::Empty => [].into(),
            Self::Bytes(bytes) => [Piece::Bytes(bytes.clone())].into(),
            Self::Pieces(pieces) => Arc::clone(pieces),
        }
    }

    /// Length in bytes; `None` without a body.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => None,
            Self::Bytes(_) | Self::Pieces(_) => {
                Some(self.pieces().iter().map(Piece::length).fold(0, u64::saturating_add))
            }
        }
    }

    /// The bytes of a body that is sent in one piece; none of a body that is read while it is sent.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Empty | Self::Pieces(_) => &[],
        }
    }

    /// Whether it is in memory, and read in no time.
    pub(super) fn is_short(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Bytes(_) => self.length().is_some_and(|length| length <= IN_MEMORY),
            Self::Pieces(pieces) => {
                let is_here = |piece: &Piece| matches!(piece, Piece::Bytes(_));
                pieces.iter().all(is_here)
                    && self.length().is_some_and(|length| length <= IN_MEMORY)
            }
        }
    }

    /// The body's SHA-256; that of nothing without one. Fails if a file is not as it was when it was
    /// opened, or when its digest was first taken.
    pub(super) fn digest(&self) -> io::Result<[u8; 32]> {
        let mut hash = Sha256::new();
        self.hash_into(&mut hash)?;
        Ok(hash.finalize().into())
    }

    /// The same, read on another thread.
    pub(super) async fn digest_elsewhere(&self) -> io::Result<[u8; 32]> {
        let body = self.clone();
        let read = tokio::task::spawn_blocking(move || body.digest()).await;
        read.map_err(io::Error::other).flatten()
    }

    /// Adds the body to a hash.
    pub(super) fn hash_into(&self, hash: &mut Sha256) -> io::Result<()> {
        for piece in self.pieces().iter() {
            match piece {
                Piece::Bytes(bytes) => hash.update(bytes),
                Piece::File(kept) => kept.hash_into(hash)?,
            }
        }
        Ok(())
    }

    /// The body from its beginning, for one sending. Of a body that is sent in chunks the library must not
    /// know that there is nothing in it: then the last chunk is missing.
    pub(super) fn to_send(&self, chunked: bool, trace: Option<&Arc<dyn Trace>>) -> Upload {
        match self {
            Self::Empty => Either::Left(Full::default()),
            Self::Bytes(bytes) if chunked && bytes.is_empty() => streamed(tokio_stream::empty()),
            Self::Bytes(bytes) => Either::Left(Full::new(bytes.clone())),
            Self::Pieces(pieces) => {
                let reading = Reading { pieces: Arc::clone(pieces), piece: 0, at: 0 };
                let stream = tokio_util::io::ReaderStream::with_capacity(reading, CHUNK);
                match trace.cloned() {
                    None => streamed(stream),
                    Some(trace) => {
                        streamed(stream.map(move |piece| piece.inspect(|piece| trace.sent(piece))))
                    }
                }
            }
        }
    }
}

/// A body that comes as a stream.
fn streamed(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Upload {
    let frames = stream.map(|piece| piece.map(Frame::data));
    Either::Right(StreamBody::new(frames).boxed_unsync())
}

impl Piece {
    /// In bytes.
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::File(kept) => kept.rest(),
        }
    }

    /// What is left of it after its first `count` bytes.
    fn after(&self, count: u64) -> Self {
        match self {
            Self::Bytes(bytes) => {
                let from = usize::try_from(count).unwrap_or(usize::MAX).min(bytes.len());
                Self::Bytes(bytes.slice(from..))
            }
            Self::File(kept) => {
                let from = kept.from.saturating_add(count);
                Self::File(Kept { from, digest: Arc::default(), ..kept.clone() })
            }
        }
    }
}

/// A place in the pieces of one's own: an earlier sending that a server answered too soon may still
/// be reading the same files elsewhere.
struct Reading {
    pieces: Arc<[Piece]>,
    piece: usize,
    at: u64,
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let pieces = Arc::clone(&self.pieces);
        while let Some(piece) = pieces.get(self.piece) {
            let count = match piece {
                Piece::Bytes(bytes) => {
                    let at = usize::try_from(self.at).unwrap_or(usize::MAX);
                    let rest = bytes.get(at..).unwrap_or_default();
                    let part = rest.get(..buffer.remaining()).unwrap_or(rest);
                    buffer.put_slice(part);
                    part.len()
                }
                // A read of a file does not wait for anybody.
                Piece::File(kept) => {
                    let rest = kept.rest().saturating_sub(self.at);
                    let most = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.remaining());
                    let space = buffer.initialize_unfilled_to(most);
                    let count = read_at(&kept.file, space, kept.from.saturating_add(self.at))?;
                    if count == 0 && most > 0 {
                        return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                    }
                    // Before its end is given away: without that the server has no whole body.
                    if u64::try_from(count).is_ok_and(|count| count == rest) {
                        kept.check()?;
                    }
                    buffer.advance(count);
                    count
                }
            };
            if count > 0 || buffer.remaining() == 0 {
                self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                break;
            }
            self.piece = self.piece.saturating_add(1);
            self.at = 0;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn a_long_body_is_read_while_others_go_on() {
        let sparse = |length| {
            let file = tempfile::tempfile().unwrap();
            file.set_len(length).unwrap();
            Body::of_file(file).unwrap()
        };
        let in_memory = |length| Body::Bytes(vec![0; length].into());
        assert!(Body::Empty.is_short() && sparse(9).is_short() && in_memory(1 << 20).is_short());
        assert!(!in_memory((1 << 20) + 1).is_short() && !sparse((1 << 20) + 1).is_short());
        let long = sparse(32 << 20);
        // The others are those who come first.
        let ended = tokio::select! {
            biased;
            digest = long.digest_elsewhere() => Some(digest),
            () = std::future::ready(()) => None,
        };
        assert!(ended.is_none(), "nobody else had a turn");
        assert_eq!(long.digest_elsewhere().await.unwrap(), long.digest().unwrap());
    }

    async fn sent(body: &Body) -> Vec<u8> {
        let mut reading = Reading { pieces: body.pieces(), piece: 0, at: 0 };
        let mut all = Vec::new();
        reading.read_to_end(&mut all).await.unwrap();
        all
    }

    #[test]
    fn a_body_has_one_digest_wherever_it_is_kept() {
        let long = vec![7_u8; (1 << 20) + 3];
        let kept = Body::keep(long.as_slice()).unwrap();
        assert!(matches!(kept, Body::Pieces(_)));
        let in_memory = Body::Bytes(long.into()).digest().unwrap();
        assert_eq!(kept.digest().unwrap(), in_memory);
        assert_eq!(kept.digest().unwrap(), in_memory);
        let nothing = Sha256::digest(b"");
        assert_eq!(Body::Empty.digest().unwrap().as_slice(), nothing.as_slice());
    }

    #[tokio::test]
    async fn a_long_body_is_sent_whole_as_often_as_one_likes() {
        let long: Vec<u8> = (0..(1_u32 << 20) + 3).map(|n| (n % 251) as u8).collect();
        let kept = Body::keep(long.as_slice()).unwrap();
        assert_eq!(kept.length(), Some((1 << 20) + 3));
        assert_eq!(sent(&kept).await, long);
        assert_eq!(sent(&kept).await, long);
        assert!(matches!(Body::keep(&b"short"[..]).unwrap(), Body::Bytes(b) if b == "short"));
    }

    #[tokio::test]
    async fn pieces_follow_each_other() {
        let long = vec![7_u8; (1 << 20) + 3];
        let text = |text: &'static str| Body::Bytes(text.into());
        let all = [text("a"), text("b"), Body::keep(long.as_slice()).unwrap(), text("c")];
        let whole = Body::concatenate(all);
        let expected = [b"ab".as_slice(), &long, b"c"].concat();
        assert_eq!(whole.length(), u64::try_from(expected.len()).ok());
        assert_eq!(sent(&whole).await, expected);
        assert_eq!(whole.digest().unwrap(), Body::Bytes(expected.into()).digest().unwrap());
        let short = Body::concatenate([text("a"), Body::Empty, text("b")]);
        assert!(matches!(short, Body::Bytes(bytes) if bytes == "ab"));
    }

    #[tokio::test]
    async fn a_body_goes_on_anywhere() {
        let long: Vec<u8> = (0..(1_u32 << 20) + 3).map(|n| (n % 251) as u8).collect();
        let kept = Body::keep(long.as_slice()).unwrap();
        let text = |text: &'static str| Body::Bytes(text.into());
        let whole = Body::concatenate([text("ab"), kept, text("c")]);
        let expected = [b"ab".as_slice(), &long, b"c"].concat();
        for from in [0, 1, 2, 3, 1 << 20, expected.len() - 2, expected.len() - 1] {
            let rest = whole.after(from as u64).unwrap();
            assert_eq!(sent(&rest).await, &expected[from..], "{from}");
            assert_eq!(rest.length(), u64::try_from(expected.len() - from).ok());
            let in_memory = Body::Bytes(expected[from..].to_vec().into());
            assert_eq!(rest.digest().unwrap(), in_memory.digest().unwrap(), "{from}");
        }
        assert!(whole.after(expected.len() as u64).is_none());
        assert!(text("ab").after(u64::MAX).is_none() && Body::Empty.after(0).is_none());
    }

    #[test]
    fn a_file_that_changed_is_not_taken_for_the_one_that_was_looked_at() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![7_u8; (1 << 20) + 3]).unwrap();
        let body = Body::of_file(file.reopen().unwrap()).unwrap();
        assert!(body.digest().is_ok());
        file.write_all(b"more").unwrap();
        assert!(body.digest().is_err());
    }

    #[test]
    fn a_file_whose_time_was_set_back_is_known_by_its_content() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![7_u8; (1 << 20) + 3]).unwrap();
        let before = file.as_file().metadata().unwrap().modified().unwrap();
        let body = Body::of_file(file.reopen().unwrap()).unwrap();
        assert!(body.digest().is_ok());
        file.rewind().unwrap();
        file.write_all(b"8").unwrap();
        file.as_file().set_modified(before).unwrap();
        assert!(body.digest().is_err());
    }

    #[tokio::test]
    async fn a_file_that_changes_on_its_way_is_not_sent_whole() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![7_u8; (1 << 20) + 3]).unwrap();
        let before = file.as_file().metadata().unwrap().modified().unwrap();
        let body = Body::of_file(file.reopen().unwrap()).unwrap();
        let mut reading = Reading { pieces: body.pieces(), piece: 0, at: 0 };
        let mut all = vec![0; 1 << 20];
        reading.read_exact(&mut all).await.unwrap();
        file.rewind().unwrap();
        file.write_all(b"8").unwrap();
        file.as_file().set_modified(before + std::time::Duration::from_secs(1)).unwrap();
        let mut rest = Vec::new();
        assert!(reading.read_to_end(&mut rest).await.is_err());
        assert!(rest.is_empty());
    }
}
