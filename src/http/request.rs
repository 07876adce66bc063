//! A request as the user meant it, kept so that it can be sent again, identical.

use ::http::{HeaderMap, HeaderValue, Method, header};
use sha2::{Digest, Sha256};
use thiserror::Error;
use url::Url;

use super::body::Body;
use super::cookies::Jar;
use super::credentials::Credentials;
use super::lines::TypedLine;
use super::redirect::{Deed, Manners, keep_home};
use super::sigv4::is_token;
use crate::protocol::payment_headers;

/// A request.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Whether the user chose the method by hand, which then outlives redirects.
    pub method_is_fixed: bool,
    /// What it does, whatever the method is called.
    pub deed: Deed,
    /// Where to.
    pub url: Url,
    /// What stands in the first line instead of the URL's path and query.
    pub target: Option<Target>,
    /// The host as it was typed, in whatever letters.
    pub typed_host: Option<String>,
    /// Whether Host is left out.
    pub hostless: bool,
    /// The headers that were asked for, and those that every request has.
    pub headers: HeaderMap,
    /// The lines of `-H`, in their order and spelling. What is sent is in `headers`; this says how.
    pub typed: Vec<TypedLine>,
    /// The body's type, as long as there is a body.
    pub content_type: Option<HeaderValue>,
    /// The body.
    pub body: Body,
    /// Whether the body is sent in chunks where it can be, because its source said nothing of its length.
    pub in_chunks: bool,
    /// Who asks.
    pub credentials: Credentials,
    /// Cookies that were typed.
    pub cookie: Option<HeaderValue>,
    /// Cookies that are kept, if they are.
    pub jar: Option<Jar>,
    /// What is wanted on redirects.
    pub manners: Manners,
}

/// A request's target as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The URL's path and query, with its dots: for this URL and no other.
    AsTyped(String),
    /// For every URL that redirects lead to.
    Fixed(String),
}

impl Target {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::AsTyped(text) | Self::Fixed(text) => text,
        }
    }
}

impl Request {
    /// What stands in the first line.
    pub(super) fn target_text(&self) -> String {
        self.target.as_ref().map_or_else(|| self.own_target(), |target| target.text().to_owned())
    }

    /// What would, if it were only for the URL.
    fn own_target(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// Adds the target to the body's digest where the URL does not say it.
    pub(super) fn mark_target(&self, digest: [u8; 32]) -> [u8; 32] {
        match self.target.as_ref().filter(|target| target.text() != self.own_target()) {
            None => digest,
            Some(target) => Sha256::new_with_prefix(digest)
                .chain_update(target.text().as_bytes())
                .finalize()
                .into(),
        }
    }

    /// The headers that tell this request from other purchases. Cookies of the jar do not: a server may
    /// set one with its 402, and the next run's request is the same purchase all the same.
    ///
    /// Where requests are signed, neither does what only authenticates one of them: its time and its
    /// tokens. Who signs does, by the user and the password as for any other proof, but for temporary
    /// credentials: beside a token, both are replaced with it every few hours.
    pub(super) fn marks(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        self.add_content_type(&mut headers);
        let mark = || self.credentials.mark(self.url.host_str().unwrap_or_default());
        let mut is_temporary = false;
        if let Some(signing) = &self.credentials.signing {
            headers.remove(signing.scheme.date_header());
            headers.remove(header::DATE);
            let tokens: Vec<_> = headers.keys().filter(|name| is_token(name)).cloned().collect();
            is_temporary = !tokens.is_empty();
            for name in tokens {
                headers.remove(name);
            }
        }
        if !headers.contains_key(header::AUTHORIZATION)
            && !is_temporary
            && let Some(mark) = mark()
        {
            headers.insert(header::AUTHORIZATION, mark);
        }
        if !headers.contains_key(header::COOKIE)
            && let Some(cookie) = &self.cookie
        {
            headers.insert(header::COOKIE, cookie.clone());
        }
        headers
    }

    /// The headers of a sending to the present URL, before anybody is proved; `home` is the URL that
    /// was asked first.
    pub(super) fn headers_to_send(&self, home: &Url) -> HeaderMap {
        let mut headers = self.headers.clone();
        self.add_content_type(&mut headers);
        let signed = self.credentials.signing.is_some();
        keep_home(&mut headers, home, &self.url, self.manners, signed);
        let at_home = self.manners.trusting || home.origin() == self.url.origin();
        let typed = self
            .cookie
            .as_ref()
            .filter(|_| at_home && !self.headers.contains_key(header::COOKIE))
            .map(|cookie| cookie.as_bytes().to_vec());
        let host = headers.get(header::HOST);
        let kept = self.jar.as_ref().and_then(|jar| jar.for_url(&self.url, host));
        let kept = kept.map(String::into_bytes);
        let joined: Vec<Vec<u8>> = kept.into_iter().chain(typed).collect();
        if !joined.is_empty()
            && let Ok(value) = HeaderValue::from_bytes(&joined.join(b"; ".as_slice()))
        {
            // As in curl, those of -H come after them.
            let own: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
            headers.insert(header::COOKIE, value);
            headers.extend(own.into_iter().map(|own| (header::COOKIE, own)));
        }
        headers
    }

    fn add_content_type(&self, headers: &mut HeaderMap) {
        if self.body.length().is_some()
            && !headers.contains_key(header::CONTENT_TYPE)
            && let Some(kind) = &self.content_type
        {
            headers.insert(header::CONTENT_TYPE, kind.clone());
        }
    }

    /// Turns into the request that follows a redirect: a payment goes nowhere, and a body only where
    /// the status and the user let it.
    pub(super) fn follow(&mut self, status: u16, to: Url, location: Option<&str>) {
        let as_typed = match (&self.target, location) {
            (Some(Target::AsTyped(path)), Some(location)) => joined_as_typed(path, location, &to),
            _ => None,
        };
        if self.manners.refers {
            let mut from = self.url.clone();
            from.set_fragment(None);
            if let Ok(value) = HeaderValue::from_str(from.as_str()) {
                self.headers.insert(header::REFERER, value);
            }
        }
        for name in payment_headers() {
            self.headers.remove(name);
        }
        self.target.take_if(|target| matches!(target, Target::AsTyped(_)));
        if let Some(path) = as_typed {
            self.target = Some(Target::AsTyped(path));
        }
        self.url = to;
        if self.manners.becomes_get(status, self.deed) {
            self.deed = Deed::Get;
            self.body = Body::Empty;
            if !self.method_is_fixed {
                self.method = Method::GET;
            }
        }
    }
}

/// A text that is meant for a URL, without a name and a password in it: for messages.
pub fn without_user(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at.saturating_add(3));
    let (scheme, rest) = text.split_at_checked(start).unwrap_or(("", text));
    // A password that is not encoded may hold a slash.
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, query) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match place.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}…@{place}{query}"),
        None => text.to_owned(),
    }
}

/// A text that is no URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not a URL: {why}")]
pub struct UrlError {
    /// What was given, without a name and a password.
    pub text: String,
    /// Why it does not parse.
    pub why: url::ParseError,
}

/// A URL's scheme and what follows its slashes, if it has a scheme; and how many slashes there are.
fn scheme_and_rest(text: &str) -> Option<(&str, &str, usize)> {
    let (scheme, after) = text.split_once(':')?;
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(letters);
    // A host and a port look the same, but for the slash.
    let rest = after.trim_start_matches('/');
    let slashes = after.len().saturating_sub(rest.len());
    (is_scheme && slashes > 0).then_some((scheme, rest, slashes))
}

/// The host of a URL as it was typed.
pub fn host_as_typed(text: &str) -> &str {
    let rest = scheme_and_rest(text).map_or(text, |(_, rest, _)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    match place.strip_prefix('[') {
        Some(_) => place.split_inclusive(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    }
}

/// A URL in which the host is spelled as it was typed, where that is the same host.
pub fn with_typed_host(url: &Url, typed: &str) -> String {
    let same = |host: &str| {
        let read = Url::parse(&format!("http://{typed}/")).ok();
        read.is_some_and(|read| read.host_str() == Some(host))
    };
    match url.host_str().filter(|host| *host != typed && !typed.is_empty() && same(host)) {
        Some(_) => {
            let (before, after) =
                (&url[..url::Position::BeforeHost], &url[url::Position::AfterHost..]);
            format!("{before}{typed}{after}")
        }
        None => url.to_string(),
    }
}

/// The path of a URL as it was typed, with its dots.
pub fn path_as_typed(text: &str) -> &str {
    let rest = scheme_and_rest(text).map_or(text, |(_, rest, _)| rest);
    let path = rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}

/// The path and query of a redirect's target with the dots that are left, as in curl: one that begins
/// with `../` goes up from the path it is relative to, and no other dots are touched. None where that is
/// another place than the URL library makes of it.
fn joined_as_typed(base: &str, location: &str, to: &Url) -> Option<String> {
    let location = location.split('#').next().unwrap_or_default();
    let path = if let Some((_, rest, _)) = scheme_and_rest(location) {
        rest.get(rest.find('/')?..)?.to_owned()
    } else if location.starts_with('/') {
        location.to_owned()
    } else {
        let base = base.split('?').next().unwrap_or_default();
        let (mut base, _) = base.rsplit_once('/')?;
        let mut rest = location.strip_prefix("./").unwrap_or(location);
        while let Some(after) = rest.strip_prefix("../") {
            (base, rest) = (base.rsplit_once('/').map_or("", |(base, _)| base), after);
        }
        format!("{base}/{rest}")
    };
    let same = |url: Url| {
        (url[url::Position::BeforePath..url::Position::AfterQuery]
            == to[url::Position::BeforePath..url::Position::AfterQuery])
            .then_some(path.clone())
    };
    to.join(&path).ok().and_then(same)
}

/// Most slashes after a URL's scheme, as in curl.
const MOST_SLASHES: usize = 3;

/// Longest label of a host's name, in bytes (RFC 1035).
const LONGEST_LABEL: usize = 63;

/// Reads a URL as curl does: the scheme may be left out where it is the default one, and one to three
/// slashes may follow it.
pub fn parse_url(text: &str, default_scheme: &str) -> Result<Url, UrlError> {
    let fault = |why| UrlError { text: without_user(text), why };
    let full = match scheme_and_rest(text) {
        None => format!("{default_scheme}://{text}"),
        Some((.., slashes)) if slashes > MOST_SLASHES => {
            return Err(fault(url::ParseError::EmptyHost));
        }
        Some((scheme, rest, _)) => format!("{scheme}://{rest}"),
    };
    if has_two_users(&full) {
        return Err(fault(url::ParseError::InvalidDomainCharacter));
    }
    let url = Url::parse(&full).map_err(fault)?;
    if text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(fault(url::ParseError::InvalidDomainCharacter));
    }
    if url.host().is_none() {
        return Err(fault(url::ParseError::EmptyHost));
    }
    // An international name can get too long in the letters that are sent.
    let is_long = |label: &str| label.len() > LONGEST_LABEL;
    if !full.is_ascii() && url.host_str().is_some_and(|host| host.split('.').any(is_long)) {
        return Err(fault(url::ParseError::IdnaError));
    }
    Ok(url)
}

/// Whether more than one `@` stands before the host of a URL: as in curl, it is not guessed which of them
/// ends the user's name.
pub(super) fn has_two_users(url: &str) -> bool {
    let rest = match scheme_and_rest(url) {
        Some((_, rest, _)) => rest,
        None => url.strip_prefix("//").unwrap_or_default(),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.matches('@').count() > 1
}

/// Whether more slashes follow a URL's scheme than curl takes.
pub(super) fn has_many_slashes(url: &str) -> bool {
    scheme_and_rest(url).is_some_and(|(.., slashes)| slashes > MOST_SLASHES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_message_shows_a_password() {
        for (text, shown) in [
            ("http://user:SECRET@127.0.0.1:1x/", "http://…@127.0.0.1:1x/"),
            ("user:SECRET@host:1x", "…@host:1x"),
            ("https://u:SEC/RET@[bad/", "https://…@[bad/"),
            ("base=ftp://u:SECRET@x", "base=ftp://…@x"),
            ("http://h:1x/?a=b@c", "http://h:1x/?a=b@c"),
            ("", ""),
        ] {
            assert_eq!(without_user(text), shown);
        }
        let fault = parse_url("http://user:SECRET@127.0.0.1:1x/", "http").unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("SECRET"));
    }

    #[test]
    fn a_url_may_leave_out_http() {
        for (text, url) in [
            ("example.com", "http://example.com/"),
            ("localhost:8080/a?b=c", "http://localhost:8080/a?b=c"),
            ("https://example.com/x", "https://example.com/x"),
            ("127.0.0.1:1", "http://127.0.0.1:1/"),
            ("http:/example.com/x", "http://example.com/x"),
            ("https:///example.com:8/x", "https://example.com:8/x"),
            ("h:80/a://b", "http://h/a://b"),
        ] {
            assert_eq!(parse_url(text, "http").unwrap().as_str(), url);
        }
        for text in
            ["", "http://", "http:////h", "http://a b/", "http://[::1", "http://exa mple", "a\r\nb"]
        {
            assert!(parse_url(text, "http").is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_left_out_may_be_another_scheme() {
        assert_eq!(parse_url("h/x", "https").unwrap().as_str(), "https://h/x");
        assert_eq!(parse_url("http://h/x", "https").unwrap().as_str(), "http://h/x");
        assert_eq!(parse_url("h/x", "ftp").unwrap().scheme(), "ftp");
    }

    #[test]
    fn a_host_is_shown_as_it_was_typed() {
        for (text, host) in [
            ("h", "h"),
            ("http://u:p@H.example:8/x", "H.example"),
            ("http://[::1]:8/", "[::1]"),
            ("h?a@b", "h"),
        ] {
            assert_eq!(host_as_typed(text), host);
        }
        let shown = |url: &str, typed: &str| with_typed_host(&Url::parse(url).unwrap(), typed);
        assert_eq!(shown("http://h.example:8/a?b", "H.Example"), "http://H.Example:8/a?b");
        assert_eq!(
            shown("http://xn--bcher-kva.example/", "b\u{fc}cher.example"),
            "http://b\u{fc}cher.example/"
        );
        assert_eq!(shown("http://other.example/", "H.Example"), "http://other.example/");
    }

    #[test]
    fn a_redirect_keeps_the_dots_that_curl_keeps() {
        let joined = |base: &str, location: &str| {
            let to = Url::parse("http://h/").unwrap().join(base).unwrap().join(location).unwrap();
            joined_as_typed(base, location, &to)
        };
        assert_eq!(joined("/../../391", "../392").as_deref(), Some("/../392"));
        assert_eq!(joined("/a/b", "c?d=/../e#f").as_deref(), Some("/a/c?d=/../e"));
        assert_eq!(joined("/a/b", "/x/../y").as_deref(), Some("/x/../y"));
        assert_eq!(joined("/a/b", "http://h/x/./y").as_deref(), Some("/x/./y"));
    }

    #[test]
    fn a_path_as_it_was_typed() {
        for (text, path) in [
            ("http://h/a/../b?c/../d#e", "/a/../b"),
            ("h/./x", "/./x"),
            ("http://h?q", "/"),
            ("http://u:p@h:1", "/"),
            ("http:/h/a/../b", "/a/../b"),
        ] {
            assert_eq!(path_as_typed(text), path);
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = parse_url(&text, "http");
        }
    }
}
