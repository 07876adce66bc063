//! How documents travel in headers: strict when sent, liberal when received.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};

/// Standard alphabet; padding expected by no one.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Standard base64 with padding: the one spelling every server reads.
pub(super) fn encode(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Text of a header value: base64 in either alphabet, padded or not, or JSON as it stands.
/// `None` when it is neither, or not UTF-8.
pub(super) fn decode(value: &[u8]) -> Option<String> {
    let value = value.trim_ascii();
    if value.starts_with(b"{") {
        return String::from_utf8(value.to_vec()).ok();
    }
    let standard: Vec<u8> = value
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    String::from_utf8(LENIENT.decode(standard).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_every_spelling_seen() {
        let text = r#"{"a":"???>>>~~~"}"#;
        let standard = encode(text);
        assert!(standard.contains('/') || standard.contains('+'));
        let url_safe = standard.replace('+', "-").replace('/', "_");
        for value in [&standard, &url_safe, standard.trim_end_matches('='), text] {
            assert_eq!(decode(value.as_bytes()).as_deref(), Some(text));
        }
        for value in ["", "not base64!", "/w=="] {
            assert_ne!(decode(value.as_bytes()).as_deref(), Some(text));
        }
    }

    proptest! {
        #[test]
        fn round_trips(text in ".{0,300}") {
            let text = format!("[{text}]");
            prop_assert_eq!(decode(encode(&text).as_bytes()), Some(text));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }
    }
}
