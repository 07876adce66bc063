//! URLs as they are typed, read as curl reads them.

use thiserror::Error;
use url::Url;

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
pub(super) fn joined_as_typed(base: &str, location: &str, to: &Url) -> Option<String> {
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
