//! The body of an answer as a stream: as it came, or decompressed.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::{HeaderMap, header};
use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio_util::io::StreamReader;

/// Size of a decompressed piece, in bytes.
const PIECE: usize = 1 << 16;

/// Most codings on top of one another.
const LAYERS: usize = 5;

/// What went wrong with a body.
pub(super) enum Broken {
    /// It did not come whole.
    Network(hyper::Error),
    /// It cannot be decompressed.
    Coding(String),
}

/// A body.
pub(super) enum Flow {
    /// As it comes.
    Plain(Incoming),
    /// Through these codings, outermost last, which are looked at when the first byte is there. The
    /// body moves into its decoder; nothing is left to be read in its place.
    Coded(Vec<Coding>, Option<Incoming>),
    /// Decompressed.
    Decoded(Pin<Box<dyn AsyncBufRead + Send>>),
    /// In a coding of an unknown name.
    Unknown(String, Incoming),
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
    /// A body as its headers describe it; `decode` is whether it is decompressed.
    pub(super) fn of(body: Incoming, headers: &HeaderMap, decode: bool) -> Self {
        if !decode || body.is_end_stream() {
            return Self::Plain(body);
        }
        match codings(headers) {
            Ok(codings) if codings.is_empty() => Self::Plain(body),
            Ok(codings) => Self::Coded(codings, Some(body)),
            Err(name) => Self::Unknown(name, body),
        }
    }

    /// The announced length of what is delivered.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Plain(body) => body.size_hint().exact(),
            Self::Coded(..) | Self::Decoded(_) | Self::Unknown(..) => None,
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
                Self::Plain(body) => loop {
                    match body.frame().await {
                        None => return Ok(None),
                        Some(Err(error)) => return Err(Broken::Network(error)),
                        Some(Ok(frame)) => {
                            if let Ok(data) = frame.into_data()
                                && !data.is_empty()
                            {
                                return Ok(Some(data));
                            }
                        }
                    }
                },
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

/// The codings of a body, in the order they were applied, or the first name that is not known.
fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, String> {
    let mut all = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for name in String::from_utf8_lossy(value.as_bytes()).split(',').map(str::trim) {
            match name.to_ascii_lowercase().as_str() {
                "" | "identity" | "none" => {}
                "gzip" | "x-gzip" => all.push(Coding::Gzip),
                "deflate" => all.push(Coding::Deflate),
                "br" => all.push(Coding::Brotli),
                "zstd" => all.push(Coding::Zstd),
                _ => return Err(name.to_owned()),
            }
            if all.len() > LAYERS {
                return Err("more than five codings".to_owned());
            }
        }
    }
    Ok(all)
}

async fn decoder(
    body: Incoming,
    codings: &[Coding],
) -> Result<Pin<Box<dyn AsyncBufRead + Send>>, Broken> {
    let mut reader: Pin<Box<dyn AsyncBufRead + Send>> = Box::pin(StreamReader::new(Pieces(body)));
    for coding in codings.iter().rev() {
        reader = match coding {
            // Both may come in several members, and all of them are the body.
            Coding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(BufReader::with_capacity(PIECE, decoder))
            }
            Coding::Brotli => Box::pin(BufReader::with_capacity(PIECE, BrotliDecoder::new(reader))),
            Coding::Zstd => {
                let mut decoder = ZstdDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(BufReader::with_capacity(PIECE, decoder))
            }
            Coding::Deflate => {
                // Some servers leave out the two bytes in front that the standard asks for.
                let first = reader.fill_buf().await.map_err(broken)?.first().copied();
                if first.is_none_or(|byte| byte & 0x0f == 8) {
                    Box::pin(BufReader::with_capacity(PIECE, ZlibDecoder::new(reader)))
                } else {
                    Box::pin(BufReader::with_capacity(PIECE, DeflateDecoder::new(reader)))
                }
            }
        };
    }
    Ok(reader)
}

/// The pieces of a body, with errors that pass through a decoder.
struct Pieces(Incoming);

impl tokio_stream::Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            return match std::task::ready!(Pin::new(&mut self.0).poll_frame(context)) {
                None => Poll::Ready(None),
                Some(Err(error)) => Poll::Ready(Some(Err(io::Error::other(error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Poll::Ready(Some(Ok(data))),
                    Err(_) => continue,
                },
            };
        }
    }
}

fn broken(error: io::Error) -> Broken {
    match error.downcast::<hyper::Error>() {
        Ok(error) => Broken::Network(error),
        Err(error) => Broken::Coding(error.to_string()),
    }
}
