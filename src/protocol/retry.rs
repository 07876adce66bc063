//! When to come back, by the server's word: `Retry-After` (RFC 9110, 10.2.3), and what documents say.

use ::http::HeaderMap;
use ::http::header::RETRY_AFTER;
use serde_json::{Map, Value};

use super::date::{parse_date, read_date};

/// Longest time that is told, in seconds: what a server wants beyond a day is no hint.
const MOST_SECONDS: u64 = 86_400;

/// Members of a document that say it in seconds.
const SECONDS: [&str; 8] = [
    "retryAfter",
    "retry_after",
    "retryAfterSeconds",
    "retry_after_seconds",
    "retryIn",
    "retry_in",
    "pollAfter",
    "poll_after",
];
/// Members of a document that say it in thousandths of a second.
const THOUSANDTHS: [&str; 5] =
    ["retryAfterMs", "retry_after_ms", "nextPollMs", "next_poll_ms", "pollIntervalMs"];

/// The seconds that a header asks to wait, from the moment of the answer.
pub fn read_retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse() {
        Ok(seconds) => seconds,
        // A date is one of the server's clock, so it is read against the server's own.
        Err(_) => parse_date(text)?.checked_sub(read_date(headers)?)?,
    };
    bounded(seconds)
}

/// The seconds that a document asks to wait.
pub(super) fn retry_after(members: &Map<String, Value>) -> Option<u64> {
    let whole = |value: &Value| match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().trim_end_matches('s').parse().ok(),
        _ => None,
    };
    let named = |names: &[&str]| names.iter().find_map(|name| whole(members.get(*name)?));
    let thousandths = || named(&THOUSANDTHS).map(|count| count.div_ceil(1_000));
    named(&SECONDS).or_else(thousandths).and_then(bounded)
}

fn bounded(seconds: u64) -> Option<u64> {
    (1..=MOST_SECONDS).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn header(value: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        headers.insert("date", "Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
        read_retry_after(&headers)
    }

    #[test]
    fn seconds_and_dates_are_read_within_a_day() {
        assert_eq!(header("7"), Some(7));
        assert_eq!(header(" 86400 "), Some(86_400));
        assert_eq!(header("Wed, 21 Oct 2026 07:29:30 GMT"), Some(90));
        for none in [
            "",
            "0",
            "-1",
            "1.5",
            "86401",
            "99999999999999999999",
            "soon",
            "Wed, 21 Oct 2026 07:27:00 GMT",
        ] {
            assert_eq!(header(none), None, "{none}");
        }
    }

    #[test]
    fn a_document_says_it_in_many_spellings() {
        for (document, seconds) in [
            (json!({ "retryAfter": 5 }), Some(5)),
            (json!({ "retry_after": "5" }), Some(5)),
            (json!({ "retry_after_seconds": "5s" }), Some(5)),
            (json!({ "retryAfterMs": 1_500 }), Some(2)),
            (json!({ "retryAfter": -5 }), None),
            (json!({ "retryAfter": 1e9 }), None),
            (json!({ "retryAfter": { "seconds": 5 } }), None),
            (json!({}), None),
        ] {
            let Value::Object(members) = &document else { panic!("no object") };
            assert_eq!(retry_after(members), seconds, "{document}");
        }
    }

    proptest! {
        #[test]
        fn never_beyond_a_day(text in "[ -~]{0,40}") {
            prop_assert!(header(&text).is_none_or(|seconds| (1..=MOST_SECONDS).contains(&seconds)));
        }
    }
}
