//! The first part of a response.

use ::http::{HeaderMap, StatusCode, Version, header};
use bytes::Bytes;

use super::raw_head::HIDDEN_LENGTH;

/// The first part of a response.
#[derive(Debug, Clone)]
pub struct Head {
    /// The protocol's version.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The words after the status, where the protocol has them.
    pub reason: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The lines as they came, with those of interim answers before; empty where the protocol has no
    /// lines.
    pub text: Bytes,
    /// Whether a proxy answered, to a CONNECT.
    pub of_tunnel: bool,
}

impl Head {
    /// The head of an answer, with its text.
    pub(super) fn of<B>(response: &::http::Response<B>, text: Bytes) -> Self {
        let said = response.extensions().get::<hyper::ext::ReasonPhrase>();
        let reason = said.map_or_else(
            || response.status().canonical_reason().unwrap_or_default().to_owned(),
            |said| String::from_utf8_lossy(said.as_bytes()).into_owned(),
        );
        Self {
            version: response.version(),
            status: response.status(),
            reason: if response.version() >= Version::HTTP_2 { String::new() } else { reason },
            headers: with_length(response.headers().clone()),
            text: if response.version() == Version::HTTP_09 { Bytes::new() } else { text },
            of_tunnel: false,
        }
    }

    /// The version as it stands on the wire and in curl's output: `1.1`, `2`.
    pub fn version_text(&self) -> &'static str {
        match self.version {
            Version::HTTP_09 => "0.9",
            Version::HTTP_10 => "1.0",
            Version::HTTP_2 => "2",
            Version::HTTP_3 => "3",
            _ => "1.1",
        }
    }
}

/// Headers in which the length has its name again that was hidden from the HTTP library.
fn with_length(mut headers: HeaderMap) -> HeaderMap {
    if let Some(value) = headers.remove(HIDDEN_LENGTH) {
        headers.append(header::CONTENT_LENGTH, value);
    }
    headers
}
