//! The lines of a request's head as they are sent: in curl's order, and header names of `-H` spelled
//! as they were typed.
//!
//! A [`HeaderMap`] knows neither. Servers should not care (RFC 9110, sections 5.1 and 5.3), but some
//! do, and so does whoever compares the bytes of two clients.

use std::fmt::Write as _;

use ::http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::error::Error;

/// What curl (7.88.1, `Curl_http`) sends before the lines of `-H`, in its order.
const BEFORE: [&str; 16] = [
    "host",
    "proxy-authorization",
    "authorization",
    "range",
    "content-range",
    "user-agent",
    "accept",
    "connection",
    "te",
    "accept-encoding",
    "referer",
    "proxy-connection",
    "transfer-encoding",
    "cookie",
    "if-modified-since",
    "if-unmodified-since",
];

/// What it sends after them.
const AFTER: [&str; 3] = ["content-length", "content-type", "expect"];

/// A header line that the user typed.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedLine {
    /// The header's name.
    pub name: HeaderName,
    /// Its value; none where the line says that the header is not to be sent.
    pub value: Option<HeaderValue>,
    /// The line as it is sent, without its end: `X-a:b` has no blank.
    pub text: Vec<u8>,
}

impl std::fmt::Debug for TypedLine {
    /// The value may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TypedLine({})", self.name)
    }
}

/// A header line of a request.
#[derive(Clone)]
pub struct Line {
    /// The header's name.
    pub name: HeaderName,
    /// Its value.
    pub value: HeaderValue,
    /// The line as it was typed, if it was.
    typed: Option<Vec<u8>>,
}

impl Line {
    /// A line that nobody typed.
    pub(super) fn new(name: HeaderName, value: HeaderValue) -> Self {
        Self { name, value, typed: None }
    }

    /// The name as it is sent over HTTP/1.
    pub fn spelled(&self) -> String {
        match self.typed.as_deref().and_then(|line| line.get(..self.name.as_str().len())) {
            Some(typed) => String::from_utf8_lossy(typed).into_owned(),
            None => in_title_case(&self.name),
        }
    }

    fn write(&self, head: &mut Vec<u8>) {
        if let Some(line) = &self.typed {
            head.extend_from_slice(line);
        } else {
            head.extend_from_slice(in_title_case(&self.name).as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(self.value.as_bytes());
        }
        head.extend_from_slice(b"\r\n");
    }
}

/// Puts the headers of a request in order. `typed` are the lines of `-H`; a value of `headers` that is
/// none of theirs is this client's own. What is in neither list above comes last: payments do.
pub(super) fn arrange(headers: &HeaderMap, typed: &[TypedLine]) -> Vec<Line> {
    let mut values: Vec<(HeaderName, Vec<HeaderValue>)> = headers
        .keys()
        .map(|name| (name.clone(), headers.get_all(name).iter().cloned().collect()))
        .collect();
    // Of several values of a name, the typed ones come last.
    let mut of_user = Vec::new();
    for line in typed.iter().rev().filter(|line| line.value.is_some()) {
        let found = values.iter_mut().find(|(name, _)| *name == line.name);
        // One to which this client added something is its own.
        let is_own = |values: &[HeaderValue]| {
            line.name == header::CONNECTION && values.last() != line.value.as_ref()
        };
        let found = found.filter(|(_, values)| !is_own(values));
        if let Some(value) = found.and_then(|(_, values)| values.pop()) {
            let text = (Some(&value) == line.value.as_ref()).then(|| line.text.clone());
            of_user.push(Line { name: line.name.clone(), value, typed: text });
        }
    }
    of_user.reverse();
    // The host's line has a place of its own.
    let (hosts, of_user): (Vec<_>, Vec<_>) =
        of_user.into_iter().partition(|line| line.name == header::HOST);
    let mut lines = hosts;
    let take = |names: &[&str], values: &mut Vec<(HeaderName, Vec<HeaderValue>)>| {
        let mut taken = Vec::new();
        for wanted in names {
            if let Some((name, values)) = values.iter_mut().find(|(name, _)| name == wanted) {
                taken.extend(values.drain(..).map(|value| Line::new(name.clone(), value)));
            }
        }
        taken
    };
    // What an AWS signature adds stands behind it.
    let of_signature: Vec<HeaderName> =
        values.iter().map(|(name, _)| name.clone()).filter(is_of_signature).collect();
    let before = BEFORE.iter().flat_map(|name| {
        let behind = of_signature.iter().filter(|_| *name == "authorization");
        std::iter::once(*name).chain(behind.map(HeaderName::as_str))
    });
    lines.extend(take(&before.collect::<Vec<_>>(), &mut values));
    let after = take(&AFTER, &mut values);
    lines.extend(of_user);
    lines.extend(after);
    let rest = values.into_iter().flat_map(|(name, values)| {
        values.into_iter().map(move |value| Line::new(name.clone(), value))
    });
    lines.extend(rest);
    lines
}

/// Whether a header is one that `--aws-sigv4` adds: its provider's date, or the body's hash.
fn is_of_signature(name: &HeaderName) -> bool {
    let rest = name.as_str().strip_prefix("x-");
    rest.is_some_and(|rest| rest.ends_with("-date") || rest.ends_with("-content-sha256"))
}

/// The lines as a map, for a protocol that has no lines.
pub(super) fn to_map(lines: &[Line]) -> HeaderMap {
    lines.iter().map(|line| (line.name.clone(), line.value.clone())).collect()
}

/// The head of a request in HTTP/1, with the empty line.
pub(super) fn head(first: &str, lines: &[Line]) -> Vec<u8> {
    let mut head = format!("{first}\r\n").into_bytes();
    for line in lines {
        line.write(&mut head);
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// A name as curl spells it.
fn in_title_case(name: &HeaderName) -> String {
    if name == header::TE {
        return "TE".to_owned();
    }
    let mut spelled = String::with_capacity(name.as_str().len());
    for (at, word) in name.as_str().split('-').enumerate() {
        let dash = if at == 0 { "" } else { "-" };
        let first = word.get(..1).unwrap_or_default().to_ascii_uppercase();
        // Writing to a string cannot fail.
        let _ = write!(spelled, "{dash}{first}{}", word.get(1..).unwrap_or_default());
    }
    spelled
}

/// The value of Host: the host as it was typed, where that is the URL's.
pub(super) fn host_header(url: &Url, typed: Option<&str>) -> Result<HeaderValue, Error> {
    let host = url.host_str().unwrap_or_default();
    let host = typed.filter(|typed| typed.eq_ignore_ascii_case(host)).unwrap_or(host);
    let text = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    HeaderValue::try_from(text).map_err(|_| Error::Target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        let read = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        };
        lines.iter().map(read).collect()
    }

    fn typed(line: &str) -> TypedLine {
        let (name, value) = line.split_once(':').unwrap();
        let (name, value) = (name.parse().unwrap(), value.trim().parse().unwrap());
        TypedLine { name, value: Some(value), text: line.as_bytes().to_vec() }
    }

    fn sent(headers: &HeaderMap, lines: &[TypedLine]) -> String {
        let head = head("GET / HTTP/1.1", &arrange(headers, lines));
        let text = String::from_utf8(head).unwrap();
        let text = text.strip_prefix("GET / HTTP/1.1\r\n").unwrap();
        text.strip_suffix("\r\n\r\n").unwrap().replace("\r\n", " | ")
    }

    #[test]
    fn the_order_is_curls_and_payments_come_last() {
        let headers = map(&[
            ("payment-signature", "p"),
            ("content-type", "t"),
            ("content-length", "1"),
            ("cookie", "c"),
            ("proxy-connection", "Keep-Alive"),
            ("accept", "*/*"),
            ("user-agent", "a"),
            ("range", "bytes=0-"),
            ("authorization", "Basic x"),
            ("host", "h"),
        ]);
        assert_eq!(
            sent(&headers, &[]),
            "Host: h | Authorization: Basic x | Range: bytes=0- | User-Agent: a | Accept: */* | \
             Proxy-Connection: Keep-Alive | Cookie: c | Content-Length: 1 | Content-Type: t | \
             Payment-Signature: p"
        );
    }

    #[test]
    fn a_typed_line_keeps_its_spelling_and_its_place_among_the_others() {
        let headers = map(&[
            ("host", "h"),
            ("x-a", "1"),
            ("x-a", "2"),
            ("x-b", "3"),
            ("content-length", "0"),
            ("accept", "a"),
        ]);
        let lines = [typed("x-A:1"), typed("X-B:  3"), typed("X-a: 2"), typed("ACCEPT: a")];
        assert_eq!(
            sent(&headers, &lines),
            "Host: h | x-A:1 | X-B:  3 | X-a: 2 | ACCEPT: a | Content-Length: 0"
        );
        // What a redirect took away stays away; what was replaced has its new value.
        let headers = map(&[("host", "other"), ("x-b", "new")]);
        let lines = [typed("HOST: h"), typed("Authorization: secret"), typed("X-B: 3")];
        assert_eq!(sent(&headers, &lines), "Host: other | X-B: new");
    }

    #[test]
    fn own_values_of_a_name_come_before_typed_ones() {
        let headers = map(&[("cookie", "jar"), ("x-a", "1"), ("cookie", "typed")]);
        let lines = [typed("X-A: 1"), typed("Cookie: typed")];
        assert_eq!(sent(&headers, &lines), "Cookie: jar | X-A: 1 | Cookie: typed");
    }

    #[test]
    fn a_typed_host_is_sent_first() {
        let headers = map(&[("x-a", "1"), ("host", "h")]);
        assert_eq!(sent(&headers, &[typed("X-A: 1"), typed("host:h")]), "host:h | X-A: 1");
    }
}
