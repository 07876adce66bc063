//! Times in headers: what time it is by the server.

use ::http::{HeaderMap, header};
use jiff::fmt::rfc2822::DateTimeParser;

/// The server's time in Unix seconds, as its `Date` says. Nothing where it says none that can be
/// read, or where the answer comes out of a cache and the time is that of long ago.
pub fn read_date(headers: &HeaderMap) -> Option<u64> {
    let fresh = !headers.contains_key(header::AGE);
    parse_date(headers.get(header::DATE).filter(|_| fresh)?.to_str().ok()?)
}

/// The Unix seconds of a date in a header (RFC 9110, 5.6.7), unless it is before 1970.
pub fn parse_date(text: &str) -> Option<u64> {
    let time = DateTimeParser::new().parse_timestamp(text).ok()?;
    u64::try_from(time.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;
    use proptest::prelude::*;

    fn read(value: &[u8]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_bytes(value).ok()?);
        read_date(&headers)
    }

    #[test]
    fn reads_the_one_form_that_servers_write() {
        assert_eq!(read(b"Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for text in ["", "0", "Sun, 06 Nov", "Wed, 31 Dec 1969 23:59:59 GMT", "\u{661}"] {
            assert_eq!(read(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn the_time_out_of_a_cache_is_none() {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        headers.insert(header::AGE, HeaderValue::from_static("3600"));
        assert_eq!(read_date(&headers), None);
    }

    proptest! {
        #[test]
        fn round_trips(seconds in 0_i64..250_000_000_000) {
            let time = jiff::Timestamp::from_second(seconds).unwrap();
            let text = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            prop_assert_eq!(read(text.as_bytes()), u64::try_from(seconds).ok());
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&bytes);
        }
    }
}
