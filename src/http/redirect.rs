//! Where a redirect leads, and what may go along. Follows curl's rules.

use ::http::{HeaderMap, Method, header};
use url::Url;

use super::error::Error;
use crate::protocol::PAYMENT_HEADERS;

/// A request after a redirect.
pub(super) struct Hop {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    /// Whether the body goes along.
    pub(super) keeps_body: bool,
}

/// The URL a response redirects to, if it does.
pub(super) fn target(status: u16, headers: &HeaderMap, from: &Url) -> Option<Result<Url, Error>> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(header::LOCATION)?;
    let joined = std::str::from_utf8(location.as_bytes()).ok().and_then(|to| from.join(to).ok());
    Some(match joined {
        Some(mut url) if matches!(url.scheme(), "http" | "https") => {
            // Credentials of a server's choosing are neither sent nor shown.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            if url.fragment().is_none() {
                url.set_fragment(from.fragment());
            }
            Ok(url)
        }
        _ => Err(Error::RedirectTarget),
    })
}

/// The request to send after a redirect: 301, 302 and 303 turn a POST into a GET unless the method
/// was chosen by hand; credentials stay with their origin; a payment goes nowhere else at all.
pub(super) fn follow(
    status: u16,
    to: Url,
    from: &Url,
    method: &Method,
    method_is_fixed: bool,
    headers: &HeaderMap,
) -> Hop {
    let becomes_get = match status {
        301 | 302 => method == Method::POST,
        303 => method != Method::HEAD,
        _ => false,
    };
    let mut headers = headers.clone();
    let mut drop = |names: &[&str]| names.iter().for_each(|name| drop(headers.remove(*name)));
    drop(&PAYMENT_HEADERS);
    if becomes_get {
        drop(&["content-type", "content-length", "content-encoding"]);
    }
    if to.origin() != from.origin() {
        drop(&["authorization", "cookie", "host", "proxy-authorization", "sign-in-with-x"]);
    }
    Hop {
        url: to,
        method: if becomes_get && !method_is_fixed { Method::GET } else { method.clone() },
        headers,
        keeps_body: !becomes_get,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;
    use proptest::prelude::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn headers() -> HeaderMap {
        let names = ["authorization", "cookie", "x-payment", "payment-signature", "accept"];
        names.iter().map(|name| (name.parse().unwrap(), "x".parse().unwrap())).collect()
    }

    fn names(hop: &Hop) -> Vec<&str> {
        let mut names: Vec<_> = hop.headers.keys().map(::http::HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn credentials_stay_with_their_origin_and_payments_go_nowhere() {
        let from = url("https://a.example/x");
        for (to, left) in [
            ("https://a.example/y", vec!["accept", "authorization", "cookie"]),
            ("https://b.example/y", vec!["accept"]),
            ("http://a.example/y", vec!["accept"]),
            ("https://a.example:444/y", vec!["accept"]),
        ] {
            let hop = follow(302, url(to), &from, &Method::GET, false, &headers());
            assert_eq!(names(&hop), left, "{to}");
        }
    }

    #[test]
    fn methods_change_as_curl_changes_them() {
        let from = url("http://a.example/");
        for (status, method, fixed, becomes, body) in [
            (301, Method::POST, false, Method::GET, false),
            (302, Method::POST, false, Method::GET, false),
            (303, Method::PUT, false, Method::GET, false),
            (303, Method::HEAD, false, Method::HEAD, true),
            (307, Method::POST, false, Method::POST, true),
            (308, Method::PUT, false, Method::PUT, true),
            (302, Method::PUT, false, Method::PUT, true),
            (302, Method::POST, true, Method::POST, false),
        ] {
            let hop = follow(status, from.clone(), &from, &method, fixed, &headers());
            assert_eq!((hop.method, hop.keeps_body), (becomes, body), "{status} {method}");
        }
    }

    #[test]
    fn a_target_is_an_http_url() {
        let from = url("https://a.example/dir/x#part");
        let to = |location: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("location", location.parse().unwrap());
            target(302, &headers, &from)
        };
        assert_eq!(to("y").unwrap().unwrap().as_str(), "https://a.example/dir/y#part");
        assert_eq!(to("//b.example/z").unwrap().unwrap().as_str(), "https://b.example/z#part");
        let disguised = to("http://trusted.example:x@c.example/").unwrap().unwrap();
        assert_eq!(disguised.as_str(), "http://c.example/#part");
        assert!(to("file:///etc/passwd").unwrap().is_err());
        assert!(to("javascript:1").unwrap().is_err());
        assert!(target(200, &HeaderMap::new(), &from).is_none());
        assert!(target(302, &HeaderMap::new(), &from).is_none());
    }

    proptest! {
        #[test]
        fn whatever_a_server_writes_it_is_a_web_address_without_a_user(
            location in proptest::collection::vec(any::<u8>(), 0..60),
            start in prop_oneof![Just(""), Just("//"), Just("http://a:b@"), Just("https:"), Just("\\\\")],
        ) {
            let mut headers = HeaderMap::new();
            let bytes = [start.as_bytes(), &location].concat();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.insert("location", value);
            }
            if let Some(Ok(to)) = target(302, &headers, &url("https://c:d@a.example/x#part")) {
                prop_assert!(matches!(to.scheme(), "http" | "https"), "{to}");
                prop_assert_eq!((to.username(), to.password()), ("", None));
                prop_assert!(to.host_str().is_some_and(|host| !host.is_empty()));
            }
        }
    }
}
