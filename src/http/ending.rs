//! Where the body of an answer ends, and how long one is waited for that nobody needs.

use std::time::Duration;

use ::http::{Method, Version, header};
use bytes::Bytes;

use super::answer::Response;
use super::error::Error;
use super::head::Head;
use crate::pay::{Answer, Patience};

/// Longest body of a redirect that is read rather than hung up on, in bytes.
const DRAINED_BYTES: usize = 64 << 10;

/// How long it is waited for: another connection takes less.
const DRAINING: Patience = Patience { most: Duration::from_secs(2), needed: false };

/// After how long a silence a body without an announced length is taken for ended where it need not go
/// on: a server may keep a stream open for ever.
const PAUSE: Duration = Duration::from_millis(250);

impl Response {
    /// Whether it has no body at all: by its status or method (RFC 9110 6.4.1), or because an answer
    /// that is no success announces none. The empty body of another success is the resource, which is
    /// empty.
    pub fn is_bodyless(&self) -> bool {
        match self.status() {
            100..=199 | 204 | 304 => true,
            // One that has a body all the same was paid for with it.
            205 => self.length() == Some(0),
            _ if self.method() == Method::HEAD => true,
            200..=299 => false,
            _ => self.length() == Some(0),
        }
    }

    /// Reads a body that nobody wants to its end, so that the connection can be used again. One that is
    /// long, or ends with the connection, is dropped at once, and the connection with it.
    pub(super) async fn drain(self) {
        let is_long = self.announced().is_some_and(|length| length > DRAINED_BYTES);
        if !is_long && !self.ends_with_connection() {
            let _ = self.body_within(DRAINED_BYTES, DRAINING).await;
        }
    }

    /// The length of the body in its head, in bytes as they come over the connection.
    fn announced(&self) -> Option<usize> {
        let length = self.head.headers.get(header::CONTENT_LENGTH)?;
        // One that no machine could hold is long, whatever it says.
        length.to_str().ok().map(|digits| digits.trim().parse().unwrap_or(usize::MAX))
    }

    /// Whether the connection is of no use after this answer (RFC 9112 9.3 and 6.3).
    fn ends_with_connection(&self) -> bool {
        let Head { version, headers, .. } = &self.head;
        let says = |word: &str| {
            let values = headers.get_all(header::CONNECTION).iter();
            let mut words =
                values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
            words.any(|said| said.trim().eq_ignore_ascii_case(word))
        };
        match *version {
            Version::HTTP_11 => {
                says("close")
                    || !self.is_bodyless()
                        && self.announced().is_none()
                        && !headers.contains_key(header::TRANSFER_ENCODING)
            }
            Version::HTTP_09 | Version::HTTP_10 => !says("keep-alive"),
            _ => false,
        }
    }

    /// The next piece of a body that need not go on: `None` at its end, and at a pause that ends it.
    /// `so_far` is what came before.
    pub(super) async fn next_piece(
        &mut self,
        patience: Patience,
        so_far: &[u8],
    ) -> Result<Option<Bytes>, Error> {
        let may_be_endless = self.announced().is_none();
        let piece = self.chunk();
        tokio::pin!(piece);
        loop {
            match tokio::time::timeout(PAUSE, &mut piece).await {
                Ok(piece) => return piece,
                Err(_) if may_be_endless && (!patience.needed || is_document(so_far)) => {
                    return Ok(None);
                }
                Err(_) => {}
            }
        }
    }
}

/// Whether these bytes are one whole JSON object or list, after which nothing need come.
fn is_document(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_end().last(), Some(b'}' | b']'))
        && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_document;

    #[test]
    fn a_document_is_whole_or_none() {
        for whole in ["{}", "[1]", " {\"a\": [{}]} \r\n"] {
            assert!(is_document(whole.as_bytes()), "{whole}");
        }
        // A number may go on, and what is cut off has the last byte of a whole one at times.
        for other in ["", "12", "\"a\"", "{", "[{}", "{\"a\": {}", "{}}", "page}"] {
            assert!(!is_document(other.as_bytes()), "{other}");
        }
    }
}
