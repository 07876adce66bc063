//! `-v`: what goes over the wire, as curl shows it, without secrets and without escape sequences.
//! Payment headers are shown decoded, and a signature never so that it could be used.

mod dump;

use ::http::{HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::http::{Head, Line, Trace, head_bytes, is_secret};
use crate::protocol::{is_document_header, is_payment_header};
use crate::system::SystemClock;
use crate::terminal::notice;
use crate::terminal::safe::Safe;

pub(super) use dump::Dump;

/// Longest header value shown, in characters.
const VALUE: usize = 2000;

/// Longest text of a payment's JSON that is shown whole, in characters: an address has 42, a hash 66.
const WHOLE: usize = 66;

/// Prints requests and responses on stderr.
pub(super) struct Verbose {
    /// Whether each line begins with the time.
    pub(super) with_time: bool,
}

/// `-v`, with the time in front if `--trace-time` asks for it.
impl Trace for Verbose {
    fn note(&self, text: &str) {
        notice::say("trace", &format_args!("{}* {}", self.time(), noted(text)));
    }

    fn request(&self, line: &str, headers: &[Line]) {
        let time = self.time();
        notice::say("trace", &format_args!("{time}> {}", Safe::new(line, VALUE)));
        for line in headers {
            let value = shown(&line.name, &line.value);
            notice::say("trace", &format_args!("{time}> {}: {value}", line.spelled()));
        }
        notice::say("trace", &format_args!("{time}>"));
    }

    fn response(&self, head: &Head) {
        let time = self.time();
        for line in head_bytes(head).split_inclusive(|&byte| byte == b'\n') {
            let line = String::from_utf8_lossy(line);
            let line = answered(line.trim_end_matches(['\r', '\n']));
            notice::say("trace", &format_args!("{time}< {line}"));
        }
    }
}

impl Verbose {
    fn time(&self) -> String {
        if self.with_time { now() } else { String::new() }
    }
}

/// A note of the connection's.
fn noted(text: &str) -> String {
    // Leading blanks are curl's, and no server's words.
    let blanks = if text.starts_with(' ') { "  " } else { "" };
    format!("{blanks}{}", Safe::new(text, VALUE))
}

/// The time of day in UTC, as curl writes it before a line of a trace.
fn now() -> String {
    let since = SystemClock::since_epoch();
    let (day, micros) = (since.as_secs().checked_rem(86_400).unwrap_or(0), since.subsec_micros());
    let part = |unit: u64, of: u64| {
        day.checked_div(unit).and_then(|parts| parts.checked_rem(of)).unwrap_or(0)
    };
    format!("{:02}:{:02}:{:02}.{micros:06} ", part(3600, 24), part(60, 60), part(1, 60))
}

/// Whether a line of an answer's head is one that is shown decoded.
fn is_encoded(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    is_document_header(&String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// A line of an answer's head.
fn answered(line: &str) -> Safe {
    let encoded = line.split_once(':').and_then(|(name, value)| {
        is_encoded(name.as_bytes())
            .then(|| decoded(value.trim()))
            .flatten()
            .map(|json| format!("{name}: {json}"))
    });
    Safe::new(encoded.as_deref().unwrap_or(line), VALUE)
}

fn shown(name: &HeaderName, value: &HeaderValue) -> Safe {
    let text = String::from_utf8_lossy(value.as_bytes());
    if is_payment_header(name.as_str())
        && let Some(json) = decoded(&text)
    {
        return Safe::new(&json, VALUE);
    }
    let secret = value.is_sensitive()
        || name == header::AUTHORIZATION
        || name == header::PROXY_AUTHORIZATION
        || is_secret(name)
        || is_payment_header(name.as_str());
    if secret {
        return Safe::new(&format!("({} bytes, not shown)", value.len()), VALUE);
    }
    Safe::new(&text, VALUE)
}

/// JSON in base64, on one line; what is long enough to be a signature, or is called one, is cut.
fn decoded(text: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    let mut json: Value = serde_json::from_slice(&bytes).ok()?;
    shorten(&mut json, false);
    Some(json.to_string())
}

fn shorten(json: &mut Value, is_signature: bool) {
    match json {
        Value::String(text) => {
            let length = text.chars().count();
            if is_signature || (text.starts_with("0x") && length > WHOLE) {
                let front: String = text.chars().take(10).collect();
                *text = format!("{front}… ({length} characters)");
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| shorten(one, is_signature)),
        Value::Object(members) => {
            for (name, value) in members {
                let called = name.to_ascii_lowercase();
                shorten(value, is_signature || called.contains("signature"));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_shown_too_short_to_be_used() {
        let signature = format!("0x{}", "ab".repeat(65));
        let json = format!(
            r#"{{"payload":{{"signature":"{signature}","other":["{signature}"],"nonce":"0x{}"}},"Signatures":[["short"]]}}"#,
            "12".repeat(32)
        );
        let shown = decoded(&BASE64_STANDARD.encode(json)).unwrap();
        assert!(!shown.contains(&signature), "{shown}");
        assert!(shown.contains(&"12".repeat(32)) && shown.contains("0xabababab…"), "{shown}");
        assert_eq!(decoded("rubbish"), None);
        let value = HeaderValue::from_static("rubbish");
        let name = HeaderName::from_static("payment-signature");
        assert_eq!(shown_text(&name, &value), "(7 bytes, not shown)");
        for name in [
            "x-amz-security-token",
            "x-amz-s3session-token",
            "x-tc-token",
            "x-goog-encryption-key",
            "x-amz-server-side-encryption-customer-key",
        ] {
            let name = HeaderName::from_static(name);
            assert_eq!(shown_text(&name, &value), "(7 bytes, not shown)");
        }
    }

    #[test]
    fn every_header_with_terms_or_a_settlement_is_shown_decoded() {
        let coded = BASE64_STANDARD.encode(r#"{"a":1}"#);
        for name in
            ["PAYMENT-REQUIRED", "X-Payment-Requirements", "payment-response", "Payment-Receipt"]
        {
            assert_eq!(
                answered(&format!("{name}: {coded}")).to_string(),
                format!("{name}: {{\"a\":1}}")
            );
        }
        let other = format!("etag: {coded}");
        assert_eq!(answered(&other).to_string(), other);
    }

    fn shown_text(name: &HeaderName, value: &HeaderValue) -> String {
        shown(name, value).to_string()
    }
}
