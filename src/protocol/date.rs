//! Times in headers: what time it is by the server.

use ::http::{HeaderMap, header};
use jiff::fmt::rfc2822::DateTimeParser;

/// The server's time in Unix seconds: its `Date`, and the `Age` of an answer out of a cache (RFC 9111,
/// 4.2.3). Nothing where one of them cannot be read.
pub fn read_date(headers: &HeaderMap) -> Option<u64> {
    let date = parse_date(headers.get(header::DATE)?.to_str().ok()?)?;
    let age = match headers.get(header::AGE) {
        None => 0,
        Some(age) => u64::from(age.to_str().ok()?.trim().parse::<u32>().ok()?),
    };
    date.checked_add(age)
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
    fn an_answer_out_of_a_cache_is_as_old_as_it_says() {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        for (age, time) in [("3600", Some(784_115_377)), ("0", Some(784_111_777)), ("-1", None)] {
            headers.insert(header::AGE, HeaderValue::from_static(age));
            assert_eq!(read_date(&headers), time, "{age}");
        }
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
