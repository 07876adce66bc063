//! `-v`: what goes over the wire, as curl shows it, without secrets and without escape sequences.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use url::Url;

use crate::http::{Head, Trace};
use crate::protocol::PAYMENT_HEADERS;
use crate::terminal::safe::Safe;
use crate::terminal::streams::Stderr;

/// Longest header value shown, in characters.
const VALUE: usize = 2000;

/// Prints requests and responses on stderr.
pub(super) struct Verbose;

impl Trace for Verbose {
    fn request(&mut self, method: &Method, url: &Url, headers: &HeaderMap) {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Stderr.line(&format_args!("> {method} {}{query}", url.path()));
        if !headers.contains_key(header::HOST) {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Stderr.line(&format_args!("> host: {}{port}", url.host_str().unwrap_or_default()));
        }
        lines('>', headers);
    }

    fn response(&mut self, head: &Head) {
        Stderr.line(&format_args!("< {}", Safe::new(&status_line(head), VALUE)));
        lines('<', &head.headers);
    }
}

fn lines(mark: char, headers: &HeaderMap) {
    for (name, value) in headers {
        Stderr.line(&format_args!("{mark} {name}: {}", shown(name, value)));
    }
    Stderr.line(&mark);
}

fn shown(name: &HeaderName, value: &HeaderValue) -> Safe {
    let secret = value.is_sensitive()
        || name == header::AUTHORIZATION
        || name == header::PROXY_AUTHORIZATION
        || PAYMENT_HEADERS.contains(&name.as_str());
    if secret {
        return Safe::new(&format!("({} bytes, not shown)", value.len()), VALUE);
    }
    Safe::new(&String::from_utf8_lossy(value.as_bytes()), VALUE)
}

/// `HTTP/1.1 200 OK`
fn status_line(head: &Head) -> String {
    let line = format!("HTTP/{} {} {}", head.version_text(), head.status.as_u16(), head.reason);
    // HTTP/2 has no reason; curl ends its line with a space, and so do we.
    line
}

/// A head as `-i` and `-D` write it.
pub(super) fn head_bytes(head: &Head) -> Vec<u8> {
    let mut bytes = status_line(head).into_bytes();
    bytes.extend_from_slice(b"\r\n");
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}
