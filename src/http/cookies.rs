//! Cookies: which are kept, which are sent where, and the file they live in between runs.
//!
//! A `Set-Cookie` line is read by the library; whom a cookie belongs to follows curl's rules, which are
//! RFC 6265's with a list of public suffixes.

mod date;
mod whose;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{HeaderMap, HeaderValue, header};
use url::Url;

use whose::{
    bare, default_path, is_address, is_below, is_public, is_secure, overlays, path_fits, same_path,
};

use crate::pay::Clock;

/// Longest `Set-Cookie` value that is read, in bytes, as in curl.
const LONGEST: usize = 5_000;

/// Most cookies that one answer can set, as in curl.
const MOST_PER_ANSWER: usize = 50;

/// Most cookies that are sent at a time, as in curl.
const MOST_SENT: usize = 150;

/// Longest name and value of a cookie together, in bytes, as in curl; each is shorter by two at least.
const LONGEST_PAIR: usize = 4096;

/// Most bytes of one `Cookie` header, as in curl.
const LONGEST_SENT: usize = 8_190;

/// What begins a line of a cookie that scripts cannot see.
const HTTP_ONLY: &str = "#HttpOnly_";

/// The cookies of a run, shared by all its requests.
#[derive(Clone)]
pub struct Jar {
    /// Says when a cookie is over.
    clock: Arc<dyn Clock + Send + Sync>,
    shared: Arc<Mutex<Vec<Stored>>>,
}

/// A cookie.
#[derive(Clone)]
struct Stored {
    /// Empty where a file of headers did not say: then it is sent everywhere.
    domain: String,
    /// Whether names below the domain get it as well.
    below: bool,
    path: String,
    secure: bool,
    http_only: bool,
    /// In Unix seconds; 0 for the end of the session.
    expires: i64,
    name: String,
    value: String,
}

impl Jar {
    /// A jar without cookies.
    pub fn new(clock: Arc<dyn Clock + Send + Sync>) -> Self {
        Self { clock, shared: Arc::default() }
    }

    /// The present, in Unix seconds.
    fn now(&self) -> i64 {
        i64::try_from(self.clock.now()).unwrap_or(i64::MAX)
    }

    fn cookies(&self) -> MutexGuard<'_, Vec<Stored>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the cookies of a file: Netscape's format, or an answer's headers.
    pub fn read(&self, text: &str, without_session: bool) {
        for line in text.lines() {
            let line = line.trim_end_matches('\r');
            let stored = match strip_prefix_in_any_case(line, "set-cookie:") {
                Some(rest) => parse(rest.trim(), None, self.now()),
                None => netscape(line),
            };
            if let Some(stored) = stored
                && !(without_session && stored.expires == 0)
            {
                self.put(stored);
            }
        }
    }

    /// Takes the cookies of an answer from `url`; `host` is what the request's Host header said, which
    /// says whose they are.
    pub(super) fn take(&self, headers: &HeaderMap, url: &Url, host: Option<&HeaderValue>) {
        let url = &named_by(url, host);
        for value in headers.get_all(header::SET_COOKIE).iter().take(MOST_PER_ANSWER) {
            if let Ok(text) = std::str::from_utf8(value.as_bytes())
                && text.len() <= LONGEST
                && let Some(stored) = parse(text, Some(url), self.now())
                && (is_secure(url) || !self.would_overlay(&stored))
            {
                self.put(stored);
            }
        }
    }

    /// Whether a cookie that came over plain http would be sent in the place of, or before, one that is
    /// for TLS alone (RFC 6265bis, section 5.7, step 12).
    fn would_overlay(&self, stored: &Stored) -> bool {
        let now = self.now();
        self.cookies().iter().any(|kept| {
            kept.secure
                && !kept.is_over(now)
                && kept.name == stored.name
                && (is_below(&kept.domain, &stored.domain)
                    || is_below(&stored.domain, &kept.domain))
                && overlays(&stored.path, &kept.path)
        })
    }

    /// One of the same name, domain and path is replaced, and keeps its place.
    fn put(&self, stored: Stored) {
        let mut cookies = self.cookies();
        let same = |other: &Stored| {
            other.name == stored.name
                && other.domain.eq_ignore_ascii_case(&stored.domain)
                && other.below == stored.below
                && same_path(&other.path, &stored.path)
        };
        let place = cookies.iter().position(same);
        let over = stored.is_over(self.now());
        match (place, over) {
            (Some(place), true) => drop(cookies.remove(place)),
            (Some(place), false) => {
                if let Some(cookie) = cookies.get_mut(place) {
                    *cookie = stored;
                }
            }
            (None, true) => {}
            (None, false) => cookies.push(stored),
        }
    }

    /// What `Cookie` says to `url`, if anything, in a request with this Host header.
    pub(super) fn for_url(&self, url: &Url, host: Option<&HeaderValue>) -> Option<String> {
        let url = &named_by(url, host);
        let now = self.now();
        let cookies = self.cookies();
        let mut fitting: Vec<(usize, &Stored)> = cookies
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.is_over(now) && c.fits(url))
            .take(MOST_SENT)
            .collect();
        fitting.sort_by_key(|(place, cookie)| {
            Reverse((cookie.path.len(), cookie.domain.len(), cookie.name.len(), *place))
        });
        let mut text = String::new();
        for (_, cookie) in fitting {
            let length = cookie.name.len().saturating_add(cookie.value.len());
            if text.len().saturating_add(length) > LONGEST_SENT {
                break;
            }
            let between = if text.is_empty() { "" } else { "; " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{between}{}={}", cookie.name, cookie.value);
        }
        (!text.is_empty()).then_some(text)
    }

    /// Every cookie that is not over, in Netscape's format, newest first.
    pub fn file(&self) -> String {
        let mut text = String::from(
            "# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\
             # This file was generated by libcurl! Edit at your own risk.\n\n",
        );
        let now = self.now();
        for cookie in self.cookies().iter().rev().filter(|cookie| !cookie.is_over(now)) {
            let word = |yes| if yes { "TRUE" } else { "FALSE" };
            let Stored { domain, path, expires, name, value, .. } = cookie;
            let prefix = if cookie.http_only { HTTP_ONLY } else { "" };
            let dot = if cookie.below { "." } else { "" };
            let domain = if domain.is_empty() { "unknown" } else { domain };
            let (below, secure) = (word(cookie.below), word(cookie.secure));
            let path = if path.is_empty() { "/" } else { path };
            let _ = writeln!(
                text,
                "{prefix}{dot}{domain}\t{below}\t{path}\t{secure}\t{expires}\t{name}\t{value}"
            );
        }
        text
    }
}

impl Stored {
    fn is_over(&self, now: i64) -> bool {
        self.expires != 0 && self.expires <= now
    }

    fn fits(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().map(bare) else { return false };
        let host_fits = self.domain.is_empty()
            || if self.below {
                is_below(host, &self.domain)
            } else {
                host.eq_ignore_ascii_case(&self.domain)
            };
        host_fits && path_fits(&self.path, url.path()) && (!self.secure || is_secure(url))
    }
}

/// Reads a `Set-Cookie` value that came from `url`, or stood in a file, at the time `now` in Unix seconds.
fn parse(text: &str, url: Option<&Url>, now: i64) -> Option<Stored> {
    let has_control = |c: char| c.is_control() && c != '\t';
    if text.contains(has_control) || has_tab(text) {
        return None;
    }
    let cookie = cookie::Cookie::parse(text).ok()?;
    let (name, value) = (cookie.name().to_owned(), cookie.value_raw().unwrap_or_default());
    let longest = name.len().max(value.len()).saturating_add(2);
    if longest.max(name.len().saturating_add(value.len())) > LONGEST_PAIR {
        return None;
    }
    let secure = cookie.secure() == Some(true);
    let domain = cookie.domain().map(|domain| domain.trim_matches('.')).filter(|d| !d.is_empty());
    let path = cookie.path().filter(|path| !path.is_empty());
    let host = url.and_then(Url::host_str).map(bare).unwrap_or_default();
    if secure && url.is_some_and(|url| !is_secure(url)) {
        return None;
    }
    if name.starts_with("__Secure-") && !secure
        || name.starts_with("__Host-") && !(secure && domain.is_none() && path == Some("/"))
    {
        return None;
    }
    let (domain, below) = match domain {
        Some(domain) if is_address(domain) || is_address(host) => {
            (url.is_none() || domain == host).then(|| (domain.to_owned(), false))?
        }
        Some(domain) if url.is_none() => (domain.to_owned(), true),
        Some(domain) => {
            if !is_below(host, domain) || is_public(domain) && !host.eq_ignore_ascii_case(domain) {
                return None;
            }
            (domain.to_owned(), true)
        }
        None => (host.to_owned(), false),
    };
    let path = path.map_or_else(|| url.map(default_path).unwrap_or_default(), str::to_owned);
    let expires = match (cookie.max_age(), attribute(text, "expires").and_then(date::moment)) {
        (Some(age), _) if !age.is_positive() => 1,
        (Some(age), _) => now.saturating_add(age.whole_seconds()),
        (None, Some(at)) => at.max(1),
        (None, None) => 0,
    };
    let http_only = cookie.http_only() == Some(true);
    let value = value.to_owned();
    Some(Stored { domain, below, path, secure, http_only, expires, name, value })
}

/// Whether a tab stands within a name or a value, which would be one field more in the file.
fn has_tab(text: &str) -> bool {
    let words = text.split(';').flat_map(|part| part.splitn(2, '='));
    words.into_iter().any(|word| word.trim().contains('\t'))
}

/// The last attribute of a name counts.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let pairs = text.split(';').skip(1).filter_map(|part| part.split_once('='));
    let named = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
    named.last().map(|(_, value)| value)
}

/// The URL with the host that the Host header names, if it names one.
fn named_by<'a>(url: &'a Url, host: Option<&HeaderValue>) -> Cow<'a, Url> {
    let named = host.and_then(|host| host.to_str().ok()).and_then(|host| {
        let mut named = url.clone();
        let colon = host.rfind(':').filter(|colon| host.rfind(']').is_none_or(|end| end < *colon));
        let name = colon.and_then(|colon| host.get(..colon)).unwrap_or(host).trim();
        (!name.is_empty()).then_some(())?;
        named.set_host(Some(name)).ok()?;
        Some(named)
    });
    named.map_or(Cow::Borrowed(url), Cow::Owned)
}

/// Reads a line of Netscape's format: seven fields between tabs, the last of which may be missing.
fn netscape(line: &str) -> Option<Stored> {
    let (line, http_only) = match line.strip_prefix(HTTP_ONLY) {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('\t');
    let mut field = || fields.next();
    let (domain, below, path) = (field()?, field()?, field()?);
    let (secure, expires, name) = (field()?, field()?, field()?);
    let value = field().unwrap_or_default();
    let yes = |word: &str| word.eq_ignore_ascii_case("TRUE");
    Some(Stored {
        domain: domain.trim_start_matches('.').to_ascii_lowercase(),
        below: yes(below),
        path: path.to_owned(),
        secure: yes(secure),
        http_only,
        expires: expires.parse().ok()?,
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

fn strip_prefix_in_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use proptest::prelude::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    /// The time of these tests: 2026-12-01, in Unix seconds.
    const NOW: i64 = 1_796_083_200;

    /// A clock that a test sets, in Unix seconds.
    struct Set(AtomicU64);

    impl Clock for Set {
        fn now(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }

        fn passed(&self) -> Duration {
            Duration::ZERO
        }
    }

    fn clock() -> Arc<Set> {
        Arc::new(Set(AtomicU64::new(NOW.unsigned_abs())))
    }

    fn empty() -> Jar {
        Jar::new(clock())
    }

    fn jar(from: &str, lines: &[&str]) -> Jar {
        let jar = empty();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::SET_COOKIE, line.parse().unwrap());
        }
        jar.take(&headers, &url(from), None);
        jar
    }

    fn sent(jar: &Jar, to: &str) -> String {
        jar.for_url(&url(to), None).unwrap_or_default()
    }

    #[test]
    fn there_are_bounds_to_a_cookie_and_to_how_many_are_sent() {
        let kept = |name: usize, value: usize| {
            let line = format!("{}={}", "n".repeat(name), "v".repeat(value));
            !sent(&jar("http://h.example/", &[&line]), "http://h.example/").is_empty()
        };
        assert!(kept(3000, 1096) && kept(4094, 1) && kept(1, 4094));
        assert!(!kept(3000, 1097) && !kept(4096, 1) && !kept(1, 4095));
        let many = empty();
        let line = |n: usize| format!("h.example\tTRUE\t/\tFALSE\t0\tname{n}\tv\n");
        many.read(&(1..=160).map(line).collect::<String>(), false);
        let text = sent(&many, "http://h.example/");
        assert!(text.matches('=').count() == 150 && !text.contains("name151"), "{text}");
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_to_no_other() {
        let jar = jar("http://a.example.com/x", &["host=1", "all=2; Domain=example.com"]);
        assert_eq!(sent(&jar, "http://a.example.com/"), "host=1; all=2");
        assert_eq!(sent(&jar, "https://b.example.com/"), "all=2");
        assert_eq!(sent(&jar, "http://example.com/"), "all=2");
        for other in ["http://badexample.com/", "http://example.com.evil.test/", "http://com/"] {
            assert_eq!(sent(&jar, other), "", "{other}");
        }
    }

    #[test]
    fn nobody_sets_a_cookie_for_others() {
        let lines = ["a=1; Domain=com", "b=2; Domain=other.com", "c=3; Domain=x.a.com"];
        assert_eq!(sent(&jar("http://a.com/", &lines), "http://a.com/"), "");
        assert!(is_public("co.uk") && is_public("com") && !is_public("example.co.uk"));
        let by_address = jar("http://10.0.0.1/", &["a=1; Domain=0.0.1", "b=2; Domain=10.0.0.1"]);
        assert_eq!(sent(&by_address, "http://10.0.0.1/"), "b=2");
    }

    #[test]
    fn what_is_secure_needs_a_way_that_is() {
        let jar = jar("https://a.test/", &["s=1; Secure", "p=2"]);
        assert_eq!(sent(&jar, "https://a.test/"), "p=2; s=1");
        assert_eq!(sent(&jar, "http://a.test/"), "p=2");
        let plain = self::jar("http://a.test/", &["s=1; Secure", "__Secure-t=1", "__Host-h=1"]);
        assert_eq!(sent(&plain, "https://a.test/"), "");
        // And is neither replaced nor removed over one that is not.
        for line in ["s=9", "s=; Max-Age=0"] {
            let mut headers = HeaderMap::new();
            headers.insert(header::SET_COOKIE, line.parse().unwrap());
            jar.take(&headers, &url("http://a.test/"), None);
            assert_eq!(sent(&jar, "https://a.test/"), "p=2; s=1", "{line}");
        }
    }

    #[test]
    fn plain_http_puts_nothing_before_what_is_for_tls_alone() {
        let with = |line: &str| {
            let jar = jar("https://a.test/", &["s=1; Secure; Path=/in/deep", "t=1"]);
            let mut headers = HeaderMap::new();
            headers.insert(header::SET_COOKIE, line.parse().unwrap());
            jar.take(&headers, &url("http://a.test/in/deep/"), None);
            sent(&jar, "https://a.test/in/deep/er")
        };
        for line in ["s=9; Domain=a.test", "s=9; Path=/in/deep/er", "s=9; Path=/in", "s=9"] {
            assert_eq!(with(line), "s=1; t=1", "{line}");
        }
        assert_eq!(with("s=9; Path=/"), "s=1; s=9; t=1", "it comes after");
        assert_eq!(with("t=9; Path=/in/deep"), "t=9; s=1; t=1", "nobody's secret");
        let jar = jar("https://www.a.test/", &["s=1; Secure"]);
        let mut headers = HeaderMap::new();
        headers.insert(header::SET_COOKIE, "s=9; Domain=a.test; Path=/x".parse().unwrap());
        jar.take(&headers, &url("http://b.a.test/"), None);
        assert_eq!(sent(&jar, "https://www.a.test/x"), "s=1");
    }

    #[test]
    fn the_host_header_says_whose_a_cookie_is() {
        let jar = empty();
        let mut headers = HeaderMap::new();
        headers.insert(header::SET_COOKIE, "a=1; Domain=foo.test".parse().unwrap());
        headers.append(header::SET_COOKIE, "b=2; Domain=127.0.0.1".parse().unwrap());
        let at = url("http://127.0.0.1:8/");
        let host = |text: &'static str| HeaderValue::from_static(text);
        jar.take(&headers, &at, Some(&host("www.foo.test:90")));
        assert_eq!(jar.for_url(&at, None), None);
        assert_eq!(sent(&jar, "http://foo.test/"), "a=1");
        assert_eq!(jar.for_url(&at, Some(&host("foo.test"))).unwrap(), "a=1");
        for none in ["", "a b", "[::1"] {
            assert_eq!(jar.for_url(&at, Some(&host(none))), None, "{none}");
        }
        jar.take(&headers, &at, Some(&host("")));
        assert_eq!(jar.for_url(&at, None).unwrap(), "b=2", "no host is the URL's");
    }

    #[test]
    fn a_tab_is_no_part_of_a_cookie() {
        let lines = ["a\tb=1", "c=1\t2", "d=1; Path=/\t", "\te\t=\t1\t;\tPath=/"];
        assert_eq!(sent(&jar("http://a.test/", &lines), "http://a.test/"), "e=1; d=1");
    }

    #[test]
    fn paths_are_whole_parts() {
        let jar = jar("http://a.test/", &["a=1; Path=/x"]);
        assert_eq!(sent(&jar, "http://a.test/x"), "a=1");
        assert_eq!(sent(&jar, "http://a.test/x/y"), "a=1");
        assert_eq!(sent(&jar, "http://a.test/xy"), "");
        assert_eq!(default_path(&url("http://a.test/a/b/c?d/e")), "/a/b/");
        assert_eq!(default_path(&url("http://a.test/a")), "/");
    }

    #[test]
    fn a_cookie_that_is_over_is_gone() {
        let jar = jar("http://a.test/", &["a=1", "b=2", "a=; Max-Age=0"]);
        assert_eq!(sent(&jar, "http://a.test/"), "b=2");
        for past in [
            "c=1; Expires=Thu, 01 Jan 1970 00:00:10 GMT",
            "c=1; expires=Thursday, 01-Jan-1970 00:00:00 GMT",
            "c=1; expires=Thu Jan  1 00:00:00 GMT 1970",
            "c=1; expires=Fri, 13 Feb 2037 00:00:00 GMT; expires=1 Jan 1601 00:00:00",
        ] {
            let jar = self::jar("http://a.test/", &["c=0", past]);
            assert_eq!(sent(&jar, "http://a.test/"), "", "{past}");
        }
        let future = "c=1; expires=Fri Feb 13 11:56:27 GMT 2037";
        assert!(self::jar("http://a.test/", &[future]).file().contains("\t2118138987\t"));
    }

    #[test]
    fn a_cookie_is_over_when_the_clock_that_was_given_says_so() {
        let clock = clock();
        let jar = Jar::new(Arc::<Set>::clone(&clock));
        jar.read("Set-Cookie: a=1; Max-Age=60\nSet-Cookie: b=2", false);
        for (seconds, left) in [(59, "b=2; a=1"), (1, "b=2"), (1 << 40, "b=2")] {
            clock.0.fetch_add(seconds, Ordering::Relaxed);
            assert_eq!(sent(&jar, "http://a.test/"), left, "{seconds} seconds later");
        }
    }

    #[test]
    fn the_file_is_read_back_as_it_was_written() {
        let lines = ["a=1; Max-Age=1000; HttpOnly", "b=2; Domain=a.test; Path=/x", "c="];
        let text = jar("http://a.test/", &lines).file();
        let again = empty();
        again.read(&text, false);
        // The newest is first in the file, and the first in a file counts as the oldest.
        let turned = empty();
        turned.read(&again.file(), false);
        assert_eq!(turned.file(), text);
        assert_eq!(text.lines().count(), 7, "{text}");
        again.read(&text, true);
        let without = empty();
        without.read(&text, true);
        assert_eq!(without.file().lines().count(), 5);
    }

    #[test]
    fn a_file_of_headers() {
        let jar = empty();
        jar.read("HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n", false);
        assert_eq!(sent(&jar, "http://any.test/x/y"), "a=1; b=2");
    }

    proptest! {
        #[test]
        fn never_panics_and_never_breaks_a_line(text in ".{0,80}") {
            let jar = empty();
            jar.read(&text, false);
            let _ = parse(&text, Some(&url("http://a.test/")), NOW);
            if let Some(sent) = jar.for_url(&url("http://a.test/"), None) {
                prop_assert!(!sent.contains(['\r', '\n']));
            }
        }
    }
}
