//! Where a redirect leads, and what may go along. Follows curl's rules.

use std::fmt::Write as _;
use std::net::Ipv6Addr;

use ::http::{HeaderMap, HeaderName, header};
use url::Url;

use super::error::Error;
use super::sigv4::{is_secret, is_security_token};
use super::typed_url::{has_many_slashes, has_two_users};

/// What a request does, whatever its method is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deed {
    /// It gets something.
    #[default]
    Get,
    /// It gets a head.
    Head,
    /// It posts data.
    Post,
    /// It uploads a file.
    Put,
}

impl Deed {
    /// The method, where no other was asked for.
    pub fn method(self) -> ::http::Method {
        match self {
            Self::Get => ::http::Method::GET,
            Self::Head => ::http::Method::HEAD,
            Self::Post => ::http::Method::POST,
            Self::Put => ::http::Method::PUT,
        }
    }
}

/// What the user wants done on redirects. A payment follows none, whatever is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manners {
    /// A POST stays one after a 301.
    pub post301: bool,
    /// A POST stays one after a 302.
    pub post302: bool,
    /// A POST stays one after a 303.
    pub post303: bool,
    /// Credentials and cookies go to every origin.
    pub trusting: bool,
    /// The referer is the URL before.
    pub refers: bool,
}

impl Manners {
    /// Whether the request gets something from now on, and has no body any more.
    pub(super) fn becomes_get(self, status: u16, deed: Deed) -> bool {
        let stays = match status {
            301 => self.post301,
            302 => self.post302,
            303 => self.post303,
            _ => return false,
        };
        match deed {
            Deed::Post => !stays,
            Deed::Put => status == 303,
            Deed::Get | Deed::Head => false,
        }
    }
}

/// The URL a response redirects to, if it does.
pub(super) fn target(status: u16, headers: &HeaderMap, from: &Url) -> Option<Result<Url, Error>> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    // As in curl, an empty one is none.
    let location = headers.get(header::LOCATION).filter(|value| !value.is_empty())?;
    let location = escaped(location.as_bytes());
    if has_many_slashes(&location) || has_two_users(&location) {
        return Some(Err(Error::Target));
    }
    let joined = from.join(&location).ok();
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

/// A `Location` as curl reads it: behind the host, bytes beyond ASCII are escaped with small digits,
/// and blanks as `%20`, in a query as `+`. The zone of an address (RFC 6874) is taken out.
fn escaped(location: &[u8]) -> String {
    let (begin, end) = host(location);
    let mut text = String::from_utf8_lossy(location.get(..begin).unwrap_or_default()).into_owned();
    let host = String::from_utf8_lossy(location.get(begin..end).unwrap_or_default()).into_owned();
    match zoned(&host) {
        Some((before, _, after)) => text.extend([before, after]),
        None => text.push_str(&host),
    }
    let mut in_query = false;
    for &byte in location.get(end..).unwrap_or_default() {
        in_query |= byte == b'?';
        match byte {
            b' ' if in_query => text.push('+'),
            b' ' => text.push_str("%20"),
            byte if byte.is_ascii() => text.push(char::from(byte)),
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{byte:02x}");
            }
        }
    }
    text
}

/// Where the host of a `Location` begins and ends; with the user and the port.
fn host(location: &[u8]) -> (usize, usize) {
    let slashes = location.windows(2).position(|pair| pair == b"//");
    let is_scheme = |before: &[u8]| match before {
        [] => true,
        [scheme @ .., b':'] => {
            scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        }
        _ => false,
    };
    let Some(at) = slashes.filter(|at| is_scheme(location.get(..*at).unwrap_or_default())) else {
        return (0, 0);
    };
    let begin = at.saturating_add(2);
    let rest = location.get(begin..).unwrap_or_default();
    let length = rest.iter().position(|byte| b"/?#\\".contains(byte)).unwrap_or(rest.len());
    (begin, begin.saturating_add(length))
}

/// What is before the zone of an IPv6 address, the zone, and what is after it.
fn zoned(host: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = host.split_once("%25")?;
    let (zone, after) = rest.split_at_checked(rest.find(']')?)?;
    before.contains('[').then_some((before, zone, after))
}

/// The address of a redirect that names a zone by its number, and that number.
pub(super) fn zone(headers: &HeaderMap) -> Option<(Ipv6Addr, u32)> {
    let location = headers.get(header::LOCATION)?.as_bytes();
    let (begin, end) = host(location);
    let host = std::str::from_utf8(location.get(begin..end)?).ok()?;
    let (before, zone, _) = zoned(host)?;
    let address = before.rsplit_once('[')?.1;
    Some((address.parse().ok()?, zone.parse().ok()?))
}

/// Whether a redirect's URL names a user.
pub(super) fn names_user(headers: &HeaderMap, from: &Url) -> bool {
    let location = headers.get(header::LOCATION);
    let joined = location.and_then(|to| from.join(&escaped(to.as_bytes())).ok());
    joined.is_some_and(|to| !to.username().is_empty() || to.password().is_some())
}

/// Takes off what belongs to the origin that is asked first, for a request to another place. Where
/// requests are signed, that is every header with a secret: providers have many.
pub(super) fn keep_home(
    headers: &mut HeaderMap,
    home: &Url,
    to: &Url,
    manners: Manners,
    signed: bool,
) {
    let mut drop = |names: &[&str]| names.iter().for_each(|name| drop(headers.remove(*name)));
    if home.host_str() != to.host_str() {
        drop(&["host"]);
    }
    if to.origin() != home.origin() && !manners.trusting {
        drop(&["authorization", "cookie", "proxy-authorization", "sign-in-with-x"]);
        let is_own = |name: &&HeaderName| is_security_token(name) || signed && is_secret(name);
        let secrets = headers.keys().filter(is_own).cloned();
        for name in secrets.collect::<Vec<_>>() {
            headers.remove(name);
        }
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

    fn left(to: &str, manners: Manners) -> Vec<String> {
        let names = ["authorization", "cookie", "host", "accept"];
        let mut headers: HeaderMap =
            names.iter().map(|name| (name.parse().unwrap(), "x".parse().unwrap())).collect();
        keep_home(&mut headers, &url("https://a.example/x"), &url(to), manners, false);
        let mut names: Vec<_> = headers.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        let none = Manners::default();
        assert_eq!(
            left("https://a.example/y", none),
            ["accept", "authorization", "cookie", "host"]
        );
        assert_eq!(left("https://b.example/y", none), ["accept"]);
        assert_eq!(left("http://a.example/y", none), ["accept", "host"]);
        assert_eq!(left("https://a.example:444/y", none), ["accept", "host"]);
        let trusting = Manners { trusting: true, ..none };
        assert_eq!(left("http://b.example/", trusting), ["accept", "authorization", "cookie"]);
    }

    #[test]
    fn deeds_change_as_curl_changes_them() {
        let none = Manners::default();
        let all = Manners { post301: true, post302: true, post303: true, ..none };
        for (status, deed, plainly, with_all) in [
            (301, Deed::Post, true, false),
            (302, Deed::Post, true, false),
            (303, Deed::Post, true, false),
            (303, Deed::Put, true, true),
            (303, Deed::Head, false, false),
            (307, Deed::Post, false, false),
            (308, Deed::Put, false, false),
            (302, Deed::Put, false, false),
        ] {
            assert_eq!(none.becomes_get(status, deed), plainly, "{status} {deed:?}");
            assert_eq!(all.becomes_get(status, deed), with_all, "{status} {deed:?}");
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
        let named = |location: &str| {
            let headers = [(header::LOCATION, location.parse().unwrap())].into_iter().collect();
            names_user(&headers, &url("https://own:pass@a.example/"))
        };
        assert!(named("http://trusted.example:x@c.example/") && named("//u@c.example/"));
        assert!(!named("http://c.example/a@b"));
        for refused in ["http:////c.example/", "http://u@v@c.example/", "//u@v@c.example/"] {
            assert!(to(refused).unwrap().is_err(), "{refused}");
        }
        assert!(to("/to?url=http://u@v@c.example/").unwrap().is_ok());
        assert!(to("file:///etc/passwd").unwrap().is_err());
        assert!(to("javascript:1").unwrap().is_err());
        assert!(target(200, &HeaderMap::new(), &from).is_none());
        assert!(target(302, &HeaderMap::new(), &from).is_none());
        assert!(to("").is_none());
    }

    #[test]
    fn a_location_is_escaped_as_curl_escapes_it() {
        for (location, text) in [
            ("a b/c?d e f", "a%20b/c?d+e+f"),
            ("/\u{e9}?\u{e9}", "/%c3%a9?%c3%a9"),
            ("http://b\u{fc}cher.example/\u{e9}", "http://b\u{fc}cher.example/%c3%a9"),
            ("/to?url=http://x y/", "/to?url=http://x+y/"),
            ("//[fe80::1%252]:8/a", "//[fe80::1]:8/a"),
            ("%c3%A9%2f", "%c3%A9%2f"),
        ] {
            assert_eq!(escaped(location.as_bytes()), text);
        }
        assert_eq!(escaped(b"/\xff"), "/%ff");
    }

    #[test]
    fn a_zone_is_read_off_an_address() {
        let of = |location: &str| {
            let headers = [(header::LOCATION, location.parse().unwrap())].into_iter().collect();
            zone(&headers)
        };
        let address: Ipv6Addr = "fe80::1".parse().unwrap();
        assert_eq!(of("http://[fe80::1%2512]:8/"), Some((address, 12)));
        for none in ["http://[fe80::1]/", "/[fe80::1%251]", "http://h%251]/", "http://[x%251]/"] {
            assert_eq!(of(none), None, "{none}");
        }
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
