//! What makes two requests the same purchase.

use ::http::{HeaderMap, HeaderName, Method, header};
use sha2::{Digest, Sha256};
use url::Url;

/// The headers that select what is bought, or for whom. All others are left out on purpose: one that
/// changes from run to run, such as a trace id, would make every run a purchase of its own.
const SELECTING: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::RANGE,
    header::AUTHORIZATION,
    header::COOKIE,
];

/// Names a purchase: SHA-256 over the method, the URL, the headers that select the resource, and the
/// body, of the request as the user meant it. No secret among them can be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a request; `body` is the SHA-256 of its body, of nothing without one. A
    /// URL's fragment is not sent, and so is no part of it.
    pub fn of(method: &Method, url: &Url, headers: &HeaderMap, body: &[u8; 32]) -> Self {
        let mut url = url.clone();
        url.set_fragment(None);
        let mut hash = Sha256::new_with_prefix(b"pay402 request 1");
        let mut part = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        part(method.as_str().as_bytes());
        part(url.as_str().as_bytes());
        part(body);
        for name in SELECTING {
            for value in headers.get_all(&name) {
                part(name.as_str().as_bytes());
                part(value.as_bytes());
            }
        }
        Self(hash.finalize().into())
    }

    /// A fingerprint that was kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;

    fn of(
        method: &Method,
        url: &str,
        headers: &[(HeaderName, &'static str)],
        body: u8,
    ) -> Fingerprint {
        let map = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        Fingerprint::of(method, &url.parse().unwrap(), &map, &[body; 32])
    }

    #[test]
    fn the_same_purchase_has_the_same_fingerprint() {
        let plain = of(&Method::GET, "http://a/x", &[], 0);
        assert_eq!(plain, of(&Method::GET, "http://a:80/x#top", &[], 0));
        let other = [(header::USER_AGENT, "curl"), (header::DATE, "today")];
        assert_eq!(plain, of(&Method::GET, "http://a/x", &other, 0));
    }

    #[test]
    fn whatever_selects_the_resource_tells_purchases_apart() {
        let all = [
            of(&Method::GET, "http://a/x", &[], 0),
            of(&Method::POST, "http://a/x", &[], 0),
            of(&Method::GET, "http://a/x?", &[], 0),
            of(&Method::GET, "https://a/x", &[], 0),
            of(&Method::GET, "http://a/x", &[], 1),
            of(&Method::GET, "http://a/x", &[(header::ACCEPT, "a")], 0),
            of(&Method::GET, "http://a/x", &[(header::ACCEPT_LANGUAGE, "a")], 0),
            of(&Method::GET, "http://a/x", &[(header::RANGE, "bytes=0-1")], 0),
            of(&Method::GET, "http://a/x", &[(header::COOKIE, "a=b")], 0),
            of(&Method::GET, "http://a/x", &[(header::ACCEPT, "a"), (header::ACCEPT, "")], 0),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
