//! How documents travel in headers: strict when sent, liberal when received.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

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

/// Text of a header value: base64 in either alphabet, padded or not, or JSON as it stands; in quotes or
/// percent-coded where a server did that too. `None` when it is none of these, or no text.
pub(super) fn decode(value: &[u8]) -> Option<String> {
    decode_within(value, MOST_LAYERS)
}

/// Most codings on top of each other that are taken off: quotes around base64 of base64 were seen.
const MOST_LAYERS: u8 = 3;

fn decode_within(value: &[u8], layers: u8) -> Option<String> {
    let value = value.trim_ascii();
    match value {
        [b'{' | b'[', ..] => text(value),
        [b'"', ..] => Some(within(serde_json::from_slice::<String>(value).ok()?, layers)),
        [b'%', b'7' | b'5', b'B' | b'b', ..] | [b'%', b'2', b'2', ..] => {
            Some(within(text(&percent_decode(value).collect::<Vec<u8>>())?, layers))
        }
        _ => {
            let decoded = text(&LENIENT.decode(standard(value)).ok()?)?;
            // Base64 of a JSON object begins with these letters.
            let is_coded = decoded.starts_with("eyJ") || decoded.starts_with('"');
            Some(if is_coded { within(decoded, layers) } else { decoded })
        }
    }
}

/// What is under the next coding, or the text as it is where that is none.
fn within(coded: String, layers: u8) -> String {
    let inner = layers.checked_sub(1).and_then(|left| decode_within(coded.as_bytes(), left));
    inner.unwrap_or(coded)
}

/// Base64 in the standard alphabet, without the white space of folded lines.
fn standard(value: &[u8]) -> Vec<u8> {
    let letter = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    value.iter().filter(|byte| !byte.is_ascii_whitespace()).map(letter).collect()
}

fn text(bytes: &[u8]) -> Option<String> {
    crate::text::read(bytes).map(std::borrow::Cow::into_owned)
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
        let quoted = format!("\"{standard}\"");
        let said_twice = encode(&standard);
        let folded = standard.replace('7', "7 \t");
        let as_a_string = serde_json::to_string(text).unwrap();
        let percent = text.replace('{', "%7B").replace('"', "%22").replace('}', "%7d");
        let marked = encode(&format!("\u{feff}{text}"));
        for value in [
            &standard,
            &url_safe,
            standard.trim_end_matches('='),
            text,
            &quoted,
            &said_twice,
            &folded,
            &as_a_string,
            &encode(&as_a_string),
            &percent,
            &marked,
        ] {
            assert_eq!(decode(value.as_bytes()).as_deref(), Some(text), "{value}");
        }
        for value in ["", "not base64!", "/w=="] {
            assert_ne!(decode(value.as_bytes()).as_deref(), Some(text));
        }
    }

    proptest! {
        #[test]
        fn round_trips(text in "[^\0]{0,300}") {
            let text = format!("[{text}]");
            prop_assert_eq!(decode(encode(&text).as_bytes()), Some(text));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }
    }
}
