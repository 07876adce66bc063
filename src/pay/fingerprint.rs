//! What makes two requests the same purchase.

use ::http::{HeaderMap, HeaderName, Method, header};
use sha2::{Digest, Sha256};
use url::Url;

use crate::protocol::is_payment_header;

/// The headers that select what is bought, or for whom, in nearly every request. They come first in the
/// digest, so that one without others is the same as in the first version of the ledger.
const SELECTING: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::RANGE,
    header::AUTHORIZATION,
    header::COOKIE,
];

/// The headers that never select a resource, and would make every run a purchase of its own. Any other
/// may: a server is free to choose by it. `idempotency-key` is not among them: who gives another one
/// means another order.
const PASSED_OVER: [&str; 42] = [
    // Who asks, by which program, and where from.
    "user-agent",
    "referer",
    "dnt",
    // How the answer travels: the same resource in another coding, and the connection's own.
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "priority",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    // What is there already, and how old it may be.
    "cache-control",
    "date",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "pragma",
    // Names of this one sending, for logs and traces.
    "b3",
    "baggage",
    "correlation-id",
    "request-id",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "uber-trace-id",
    "x-amzn-trace-id",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-spanid",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-request-id",
];

/// Names a purchase: SHA-256 over the method, the URL, the body and the headers, but those that never
/// select a resource, of the request as the user meant it. No secret among them can be read back.
///
/// Beside it, the digest of the bare request, without any header: a token that was refreshed makes
/// another purchase of what may be the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    whole: [u8; 32],
    bare: Option<[u8; 32]>,
}

/// A request as the user meant it, before any redirect.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its URL.
    pub url: Url,
    /// What tells it from other purchases.
    pub fingerprint: Fingerprint,
}

impl Fingerprint {
    /// The fingerprint of a request; `body` is the SHA-256 of its body, of nothing without one. A
    /// URL's fragment is not sent, and so is no part of it.
    pub fn of(method: &Method, url: &Url, headers: &HeaderMap, body: &[u8; 32]) -> Self {
        let mut url = url.clone();
        url.set_fragment(None);
        let mut hash = Sha256::new_with_prefix(b"pay402 request 1");
        for bytes in [method.as_str().as_bytes(), url.as_str().as_bytes(), body] {
            add(&mut hash, bytes);
        }
        let bare = hash.clone().chain_update(b"bare").finalize().into();
        let selects = |name: &&HeaderName| {
            !SELECTING.contains(*name)
                && !PASSED_OVER.contains(&name.as_str())
                && !is_payment_header(name.as_str())
        };
        let mut others: Vec<_> = headers.keys().filter(selects).collect();
        others.sort_unstable_by_key(|name| name.as_str());
        for name in SELECTING.iter().chain(others) {
            for value in headers.get_all(name) {
                add(&mut hash, name.as_str().as_bytes());
                add(&mut hash, value.as_bytes());
            }
        }
        Self { whole: hash.finalize().into(), bare: Some(bare) }
    }

    /// A fingerprint that was kept: of the whole request, and of the bare one where that was kept too.
    pub const fn kept(whole: [u8; 32], bare: Option<[u8; 32]>) -> Self {
        Self { whole, bare }
    }

    /// The digest of the whole request, to keep.
    pub const fn whole(&self) -> &[u8; 32] {
        &self.whole
    }

    /// The digest of the bare request, to keep; `None` where an old entry has none.
    pub const fn bare(&self) -> Option<&[u8; 32]> {
        self.bare.as_ref()
    }

    /// Whether both are of one method, URL and body, whatever the headers.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.whole == other.whole || (self.bare.is_some() && self.bare == other.bare)
    }
}

/// Takes in a part with its length, so that no two lists of parts are the same bytes.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(part);
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
        let names = PASSED_OVER.into_iter().chain(crate::protocol::payment_headers());
        let names: Vec<_> = names.map(|name| (HeaderName::from_static(name), "now")).collect();
        assert_eq!(plain, of(&Method::GET, "http://a/x", &names, 0));
    }

    #[test]
    fn a_header_of_ones_own_selects_in_any_order() {
        let with = |headers: &[(&'static str, &'static str)]| {
            let headers: Vec<_> =
                headers.iter().map(|(n, v)| (HeaderName::from_static(n), *v)).collect();
            of(&Method::GET, "http://a/x", &headers, 0)
        };
        let one = with(&[("x-model", "1"), ("x-size", "2")]);
        assert_eq!(one, with(&[("x-size", "2"), ("x-model", "1")]));
        for other in [
            with(&[("x-model", "2"), ("x-size", "2")]),
            with(&[("x-model", "1")]),
            with(&[("idempotency-key", "1")]),
            with(&[]),
        ] {
            assert_ne!(one, other);
            assert!(one.is_alike(&other));
        }
        let elsewhere = of(&Method::GET, "http://a/y", &[], 0);
        assert!(!one.is_alike(&elsewhere));
        assert!(!one.is_alike(&of(&Method::GET, "http://a/x", &[], 1)));
        assert!(!one.is_alike(&of(&Method::POST, "http://a/x", &[], 0)));
        let old = Fingerprint::kept([1; 32], None);
        assert!(old.is_alike(&Fingerprint::kept([1; 32], Some([2; 32]))));
        assert!(!old.is_alike(&Fingerprint::kept([2; 32], None)));
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
