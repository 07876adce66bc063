//! Where a redirect leads, and what may go along. Follows curl's rules.

use ::http::{HeaderMap, header};
use url::Url;

use super::error::Error;

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

/// Takes off what belongs to the origin that is asked first, for a request to another place.
pub(super) fn keep_home(headers: &mut HeaderMap, home: &Url, to: &Url, manners: Manners) {
    let mut drop = |names: &[&str]| names.iter().for_each(|name| drop(headers.remove(*name)));
    if home.host_str() != to.host_str() {
        drop(&["host"]);
    }
    if to.origin() != home.origin() && !manners.trusting {
        drop(&["authorization", "cookie", "proxy-authorization", "sign-in-with-x"]);
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
        keep_home(&mut headers, &url("https://a.example/x"), &url(to), manners);
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
        assert!(to("file:///etc/passwd").unwrap().is_err());
        assert!(to("javascript:1").unwrap().is_err());
        assert!(target(200, &HeaderMap::new(), &from).is_none());
        assert!(target(302, &HeaderMap::new(), &from).is_none());
        assert!(to("").is_none());
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
