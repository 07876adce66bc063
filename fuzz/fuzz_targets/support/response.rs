//! A response as a server could send it.

use http::{HeaderMap, HeaderValue};

/// A response with one header; `None` where no server could send it.
pub fn headers(name: &'static str, value: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_bytes(value).ok()?);
    Some(headers)
}
