//! The body of an answer as a stream: as it came, or decompressed.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use ::http::{HeaderMap, HeaderName, HeaderValue, Response, Version, header};
use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use thiserror::Error;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, ReadBuf,
};
use tokio_util::io::StreamReader;

use super::options::Options;

/// Size of a decompressed piece, in bytes.
const PIECE: usize = 1 << 16;

/// Most codings on top of one another.
const LAYERS: usize = 5;

/// What went wrong with a body.
pub(super) enum Broken {
    /// It did not come whole.
    Network(hyper::Error),
    /// It ended before its end.
    Cut,
    /// It cannot be decompressed.
    Coding(String),
}

/// A body.
pub(super) enum Flow {
    /// As it comes.
    Plain(Raw),
    /// Through these codings, outermost last, which are looked at when the first byte is there. The
    /// body moves into its decoder; nothing is left to be read in its place.
    Coded(Vec<Coding>, Option<Raw>),
    /// Decompressed.
    Decoded(Reader),
    /// In a coding of an unknown name.
    Unknown(String, Raw),
}

/// A way to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Flow {
    /// The body of an answer as its headers describe it, with the codings undone that were asked for;
    /// with `--raw` nothing at all is.
    pub(super) fn of(answer: Response<Incoming>, options: &Options) -> Self {
        let (head, body) = answer.into_parts();
        let is_empty = body.is_end_stream();
        let framed = head.version == Version::HTTP_2;
        let body = Raw { body, framed, trailers: Trailers::default() };
        if is_empty || options.raw {
            return Self::Plain(body);
        }
        match codings(&head.headers, options) {
            Ok(codings) if codings.is_empty() => Self::Plain(body),
            Ok(codings) => Self::Coded(codings, Some(body)),
            Err(name) => Self::Unknown(name, body),
        }
    }

    /// The announced length of what is delivered.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Plain(raw) => raw.body.size_hint().exact(),
            Self::Coded(..) | Self::Decoded(_) | Self::Unknown(..) => None,
        }
    }

    /// The headers that come behind the body, once all of it was read.
    pub(super) fn trailers(&self) -> Trailers {
        match self {
            Self::Plain(raw) | Self::Unknown(_, raw) | Self::Coded(_, Some(raw)) => {
                Arc::clone(&raw.trailers)
            }
            Self::Coded(_, None) | Self::Decoded(_) => Trailers::default(),
        }
    }

    /// Takes a body in an unknown coding as it comes, and says the coding's name.
    pub(super) fn undecoded(&mut self) -> Option<String> {
        match std::mem::replace(self, Self::Coded(Vec::new(), None)) {
            Self::Unknown(name, body) => {
                *self = Self::Plain(body);
                Some(name)
            }
            other => {
                *self = other;
                None
            }
        }
    }

    /// The next piece.
    pub(super) async fn piece(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            match self {
                Self::Plain(raw) => {
                    return poll_fn(|context| raw.poll_piece(context)).await.transpose();
                }
                Self::Unknown(name, _) => {
                    return Err(Broken::Coding(format!("{name:?} is not a known coding")));
                }
                Self::Coded(codings, body) => {
                    let Some(body) = body.take() else { return Ok(None) };
                    *self = Self::Decoded(decoder(body, codings).await?);
                }
                Self::Decoded(reader) => {
                    let mut piece = bytes::BytesMut::with_capacity(PIECE);
                    let read = reader.read_buf(&mut piece).await.map_err(broken)?;
                    return Ok((read > 0).then(|| piece.freeze()));
                }
            }
        }
    }
}

/// Whether a body comes in chunks, and nothing is around them.
pub(super) fn is_chunked(headers: &HeaderMap) -> bool {
    names(headers, &header::TRANSFER_ENCODING).last().is_some_and(|name| name == "chunked")
}

/// The codings of a body that are undone, in the order they were applied, or the first name that is not
/// known. What is not undone of those of the way here is not the body, whether it was asked for or not.
/// The chunks are the library's business.
fn codings(headers: &HeaderMap, options: &Options) -> Result<Vec<Coding>, String> {
    let mut all = Vec::new();
    let of_the_resource =
        if options.compressed { names(headers, &header::CONTENT_ENCODING) } else { Vec::new() };
    let mut of_the_way = names(headers, &header::TRANSFER_ENCODING);
    of_the_way.retain(|name| !matches!(name.as_str(), "" | "identity"));
    let whole = of_the_way.join(", ");
    of_the_way.pop_if(|name| name == "chunked");
    if !of_the_way.is_empty() && !options.transfer_coding {
        return Err(whole);
    }
    for name in of_the_resource.into_iter().chain(of_the_way) {
        match name.as_str() {
            "" | "identity" | "none" => {}
            "gzip" | "x-gzip" => all.push(Coding::Gzip),
            "deflate" => all.push(Coding::Deflate),
            "br" => all.push(Coding::Brotli),
            "zstd" => all.push(Coding::Zstd),
            _ => return Err(name),
        }
        if all.len() > LAYERS {
            return Err("more than five codings".to_owned());
        }
    }
    Ok(all)
}

/// The names in all headers of a name, in lower case.
fn names(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let joined: Vec<String> = values.map(text).collect();
    joined.join(",").split(',').map(|name| name.trim().to_owned()).collect()
}

/// Bytes to decode, or decoded ones.
type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// A whole body decompressed, at most `limit` bytes of it and one more: some servers compress what was
/// not asked for so. As it came, where its coding is none or not known, or is not that of the bytes.
pub(super) async fn decoded(headers: &HeaderMap, body: Vec<u8>, limit: usize) -> Vec<u8> {
    let undone = Options { compressed: true, ..Options::default() };
    let codings = codings(headers, &undone).unwrap_or_default();
    if codings.is_empty() || body.len() > limit {
        return body;
    }
    let Ok(reader) = layers(Box::pin(io::Cursor::new(body.clone())), &codings).await else {
        return body;
    };
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut plain = Vec::new();
    match reader.take(limit).read_to_end(&mut plain).await {
        Ok(_) => plain,
        Err(_) => body,
    }
}

async fn decoder(raw: Raw, codings: &[Coding]) -> Result<Reader, Broken> {
    layers(Box::pin(StreamReader::new(raw)), codings).await
}

async fn layers(mut reader: Reader, codings: &[Coding]) -> Result<Reader, Broken> {
    for coding in codings.iter().rev() {
        reader = match coding {
            // Both may come in several members, and all of them are the body.
            Coding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(BufReader::with_capacity(PIECE, decoder))
            }
            Coding::Brotli => alone(BrotliDecoder::new(reader), BrotliDecoder::get_mut),
            Coding::Zstd => {
                let mut decoder = ZstdDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(BufReader::with_capacity(PIECE, decoder))
            }
            Coding::Deflate => {
                // Some servers leave out the two bytes in front that the standard asks for.
                let first = reader.fill_buf().await.map_err(broken)?.first().copied();
                if first.is_none_or(|byte| byte & 0x0f == 8) {
                    alone(ZlibDecoder::new(reader), ZlibDecoder::get_mut)
                } else {
                    alone(DeflateDecoder::new(reader), DeflateDecoder::get_mut)
                }
            }
        };
    }
    Ok(reader)
}

/// A decoder of one stream that is all of its body.
struct Alone<D> {
    decoder: D,
    source: fn(&mut D) -> &mut Reader,
}

fn alone<D>(decoder: D, source: fn(&mut D) -> &mut Reader) -> Reader
where
    D: AsyncRead + Send + Unpin + 'static,
{
    Box::pin(BufReader::with_capacity(PIECE, Alone { decoder, source }))
}

impl<D: AsyncRead + Unpin> AsyncRead for Alone<D> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.decoder).poll_read(context, buffer))?;
        if buffer.filled().len() > before || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        // The decoder is content with its own end, and looks no further.
        let source = self.source;
        loop {
            let mut source = source(&mut self.decoder).as_mut();
            let rest = ready!(source.as_mut().poll_fill_buf(context))?;
            let length = rest.len();
            if length == 0 {
                return Poll::Ready(Ok(()));
            }
            // A line's end or padding, which some servers add, is nothing of the body.
            if !rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
                return Poll::Ready(Err(io::Error::other("more follows its end")));
            }
            source.consume(length);
        }
    }
}

/// A body as it comes off the wire.
pub(super) struct Raw {
    body: Incoming,
    /// Whether its pieces and its end are frames: HTTP/2.
    framed: bool,
    trailers: Trailers,
}

/// The headers behind a body, for who holds the answer while the body is read elsewhere.
pub(super) type Trailers = Arc<OnceLock<HeaderMap>>;

impl Raw {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            return match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                None if self.is_cut() => Poll::Ready(Some(Err(Broken::Cut))),
                None => Poll::Ready(None),
                // What was announced is there: the server only wants no more of the request.
                Some(Err(_)) if self.framed && self.body.size_hint().exact() == Some(0) => {
                    Poll::Ready(None)
                }
                Some(Err(error)) => Poll::Ready(Some(Err(Broken::Network(error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => Poll::Ready(Some(Ok(data))),
                    Ok(_) => continue,
                    Err(frame) => {
                        if let Ok(trailers) = frame.into_trailers() {
                            let _ = self.trailers.set(trailers);
                        }
                        continue;
                    }
                },
            };
        }
    }

    /// Whether a body that is over did not reach its end. The library takes a stream that is reset with
    /// `NO_ERROR` for one that is complete (RFC 9113 8.1 means a request that need not be), and a
    /// connection that goes away so as well. What is left of the announced length tells, or the lack of
    /// a last frame where none is announced.
    fn is_cut(&self) -> bool {
        self.framed && !self.body.is_end_stream() && self.body.size_hint().exact() != Some(0)
    }
}

/// With errors that pass through a decoder.
impl tokio_stream::Stream for Raw {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        self.poll_piece(context).map_err(|broken| match broken {
            Broken::Network(error) => io::Error::other(error),
            Broken::Cut => io::Error::other(CutOff),
            Broken::Coding(why) => io::Error::other(why),
        })
    }
}

/// [`Broken::Cut`] on its way through a decoder.
#[derive(Debug, Error)]
#[error("cut off")]
struct CutOff;

fn broken(error: io::Error) -> Broken {
    match error.downcast::<hyper::Error>() {
        Ok(error) => Broken::Network(error),
        Err(error) if matches!(error.get_ref(), Some(held) if held.is::<CutOff>()) => Broken::Cut,
        Err(error) => Broken::Coding(error.to_string()),
    }
}
