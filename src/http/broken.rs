//! What came of a head that is no answer: it is shown as far as it can be read, as curl shows it.

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use bytes::Bytes;

use super::head::Head;

/// The beginning of a head that can be read: whole interim answers before none that follows, or the lines
/// before the first malformed one. None where not even the first line can be read.
pub(super) fn readable(text: &[u8]) -> Option<Head> {
    let mut length = 0_usize;
    let mut head = None;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let trimmed = line.trim_ascii_end();
        match &mut head {
            None => head = Some(first(trimmed)?),
            // The end of an interim answer.
            Some(_) if trimmed.is_empty() => head = None,
            Some(head) => match field(trimmed) {
                Some((name, value)) => drop(head.headers.append(name, value)),
                None => break,
            },
        }
        length = length.saturating_add(line.len());
    }
    let shown = text.get(..length).filter(|shown| !shown.is_empty())?;
    let head =
        head.or_else(|| first(shown.split(|&byte| byte == b'\n').next()?.trim_ascii_end()))?;
    Some(Head { text: Bytes::copy_from_slice(shown), ..head })
}

/// Whether a head begins as one of HTTP/1 does.
pub(super) fn is_http1(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    first(line).is_some()
}

/// Whether a head announces a length that is a number beyond all bounds.
pub(super) fn is_endless(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').filter_map(|line| split(line.trim_ascii_end())).any(
        |(name, value)| {
            let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let read = std::str::from_utf8(value).ok().and_then(|value| value.parse::<u64>().ok());
            name.eq_ignore_ascii_case(b"content-length") && is_number && read.is_none()
        },
    )
}

/// The first line of an answer.
fn first(line: &[u8]) -> Option<Head> {
    let (version, rest) = line.split_at_checked(9)?;
    let version = match version {
        b"HTTP/1.0 " => Version::HTTP_10,
        b"HTTP/1.1 " => Version::HTTP_11,
        _ => return None,
    };
    let status = StatusCode::from_bytes(rest.get(..3)?).ok()?;
    let reason = String::from_utf8_lossy(rest.get(4..).unwrap_or_default()).into_owned();
    let (headers, text) = (HeaderMap::new(), Bytes::new());
    Some(Head { version, status, reason, headers, text, of_tunnel: false })
}

fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    Some((line.get(..colon)?, line.get(colon.saturating_add(1)..)?.trim_ascii()))
}

/// A header that says what it is to say.
fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = split(line)?;
    let (name, value) = (HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?);
    let is_length = name == ::http::header::CONTENT_LENGTH;
    (!is_length || value.as_bytes().iter().all(u8::is_ascii_digit)).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        let head = readable(text.as_bytes())?;
        Some(String::from_utf8(head.text.to_vec()).unwrap())
    }

    #[test]
    fn a_head_is_shown_up_to_its_fault() {
        let sound = "HTTP/1.1 200 OK\r\nDate: x\r\n";
        for fault in ["Content-Length: -6\r\n", "no colon\r\n", "a b: c\r\n", "A: \0\r\n"] {
            assert_eq!(shown(&format!("{sound}{fault}B: c\r\n\r\n")).as_deref(), Some(sound));
        }
        let interim = "HTTP/1.1 100 Continue\r\nA: b\r\n\r\n";
        assert_eq!(shown(interim).as_deref(), Some(interim));
        assert_eq!(readable(interim.as_bytes()).unwrap().status, 100);
        for none in ["", "HTTP/1.2 200 OK\r\n", "HTTP/1.1", "GET / HTTP/1.1\r\n", "HTTP/1.1 x y"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn a_length_without_bounds_is_a_number() {
        let has = |length: &str| {
            is_endless(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").as_bytes())
        };
        assert!(has("36893488147419103232") && has("99999999999999999999999999"));
        assert!(!has("18446744073709551615") && !has("-1") && !has("") && !has("1x"));
        assert!(is_http1(b"HTTP/1.0 200") && is_http1(b"HTTP/1.1 200 OK\0\n"));
        assert!(!is_http1(b"HTTP/1.12 200") && !is_http1(b"HTTP/1.1 2"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(HTTP/1.1 200 )?[a:\\r\\n 0-9\\x00\u{ff}-]{0,40}") {
            let _ = (readable(text.as_bytes()), is_endless(text.as_bytes()));
        }
    }
}
