//! A request as the user meant it, kept so that it can be sent again, identical.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::{HeaderMap, Method};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::io::{AsyncRead, ReadBuf};
use url::Url;

/// Bodies up to this many bytes are kept in memory; longer ones in an unlinked file.
const IN_MEMORY: u64 = 1 << 20;

/// A request.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Whether the user chose the method by hand, which then outlives redirects.
    pub method_is_fixed: bool,
    /// Where to.
    pub url: Url,
    /// Every header but those the connection needs.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

/// A body that can be sent any number of times, also at the same time.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// In a file without a name.
    Spooled {
        /// The file.
        file: Arc<File>,
        /// Its length, in bytes.
        length: u64,
    },
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
        Ok(Self::Spooled { file: Arc::new(file), length })
    }

    /// Length in bytes; `None` without a body.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Self::Spooled { length, .. } => Some(*length),
        }
    }

    /// The body's SHA-256; that of nothing without one.
    pub(super) fn digest(&self) -> io::Result<[u8; 32]> {
        let mut hash = Sha256::new();
        match self {
            Self::Empty => {}
            Self::Bytes(bytes) => hash.update(bytes),
            Self::Spooled { file, .. } => {
                let mut chunk = vec![0; 1 << 16];
                let mut at = 0;
                loop {
                    let read = read_at(file, &mut chunk, at)?;
                    at = at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
                    let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else {
                        break;
                    };
                    hash.update(part);
                }
            }
        }
        Ok(hash.finalize().into())
    }

    /// The body from its beginning, for one sending.
    pub(super) fn to_send(&self) -> Option<reqwest::Body> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) => Some(bytes.clone().into()),
            Self::Spooled { file, .. } => {
                let reading = Reading { file: Arc::clone(file), at: 0 };
                let stream = tokio_util::io::ReaderStream::with_capacity(reading, 1 << 16);
                Some(reqwest::Body::wrap_stream(stream))
            }
        }
    }
}

/// A place in a file of one's own: an earlier sending that a server answered too soon may still be
/// reading the same file elsewhere.
struct Reading {
    file: Arc<File>,
    at: u64,
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // A read of a temporary file does not wait for anybody.
        let count = read_at(&self.file, buffer.initialize_unfilled(), self.at)?;
        buffer.advance(count);
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
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

/// A text that is no URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not a URL: {why}")]
pub struct UrlError {
    /// What was given.
    pub text: String,
    /// Why it does not parse.
    pub why: url::ParseError,
}

/// Reads a URL as curl does: `http://` may be left out.
pub fn parse_url(text: &str) -> Result<Url, UrlError> {
    let has_scheme = text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    let full = if has_scheme { text.to_owned() } else { format!("http://{text}") };
    let fault = |why| UrlError { text: text.to_owned(), why };
    let url = Url::parse(&full).map_err(fault)?;
    if text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(fault(url::ParseError::InvalidDomainCharacter));
    }
    if url.host().is_none() {
        return Err(fault(url::ParseError::EmptyHost));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_url_may_leave_out_http() {
        for (text, url) in [
            ("example.com", "http://example.com/"),
            ("localhost:8080/a?b=c", "http://localhost:8080/a?b=c"),
            ("https://example.com/x", "https://example.com/x"),
            ("127.0.0.1:1", "http://127.0.0.1:1/"),
        ] {
            assert_eq!(parse_url(text).unwrap().as_str(), url);
        }
        for text in ["", "http://", "http://a b/", "http://[::1", "http://exa mple", "a\r\nb"] {
            assert!(parse_url(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_body_has_one_digest_wherever_it_is_kept() {
        let long = vec![7_u8; (1 << 20) + 3];
        let kept = Body::keep(long.as_slice()).unwrap();
        assert!(matches!(kept, Body::Spooled { .. }));
        let in_memory = Body::Bytes(long.into()).digest().unwrap();
        assert_eq!(kept.digest().unwrap(), in_memory);
        assert_eq!(kept.digest().unwrap(), in_memory);
        let nothing = Sha256::digest(b"");
        assert_eq!(Body::Empty.digest().unwrap().as_slice(), nothing.as_slice());
    }

    #[test]
    fn a_long_body_is_kept_whole() {
        let long = vec![7_u8; (1 << 20) + 3];
        let Body::Spooled { file, length } = Body::keep(long.as_slice()).unwrap() else {
            panic!("kept in memory")
        };
        assert_eq!(length, (1 << 20) + 3);
        let mut back = vec![0; long.len() + 1];
        assert_eq!(read_at(&file, &mut back, 0).unwrap(), long.len());
        assert_eq!(read_at(&file, &mut back, 3).unwrap(), long.len() - 3);
        back.truncate(long.len());
        assert_eq!(back, long);
        assert!(
            matches!(Body::keep(&b"short"[..]).unwrap(), Body::Bytes(bytes) if bytes == "short")
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = parse_url(&text);
        }
    }
}
