//! Text of other systems: files and bodies in UTF-8 or UTF-16, with or without a byte order mark, and
//! a library's errors in words ([`tls`]).
//!
//! Editors of Windows put a byte order mark (U+FEFF) in front of UTF-8, and `PowerShell`'s `>` writes
//! UTF-16. Both are text to whoever wrote it. Pure: bytes in, text out.

pub mod tls;

use std::borrow::Cow;

/// The byte order mark in UTF-8.
const MARK_UTF8: [u8; 3] = [0xef, 0xbb, 0xbf];
/// The byte order mark in UTF-16, low byte first.
const MARK_LOW_FIRST: [u8; 2] = [0xff, 0xfe];
/// The byte order mark in UTF-16, high byte first.
const MARK_HIGH_FIRST: [u8; 2] = [0xfe, 0xff];

/// How the characters of a text are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or any other whose line feed is one byte.
    Utf8,
    /// UTF-16, low byte first.
    Utf16LowFirst,
    /// UTF-16, high byte first.
    Utf16HighFirst,
}

impl Encoding {
    /// The encoding that the first bytes of a text show, and how many of them are a byte order mark.
    pub fn of(start: &[u8]) -> (Self, usize) {
        match start {
            _ if start.starts_with(&MARK_UTF8) => (Self::Utf8, MARK_UTF8.len()),
            _ if start.starts_with(&MARK_LOW_FIRST) => (Self::Utf16LowFirst, MARK_LOW_FIRST.len()),
            _ if start.starts_with(&MARK_HIGH_FIRST) => {
                (Self::Utf16HighFirst, MARK_HIGH_FIRST.len())
            }
            _ => (Self::Utf8, 0),
        }
    }

    /// The two bytes of one unit of UTF-16 as a number.
    pub fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::Utf16HighFirst => u16::from_be_bytes(pair),
            Self::Utf8 | Self::Utf16LowFirst => u16::from_le_bytes(pair),
        }
    }
}

/// Reads bytes as text, without the byte order mark. `None` for what is neither UTF-8 nor UTF-16.
///
/// UTF-16 without a mark is known by its first character, which in every document that is read here
/// (JSON, TOML) is one of ASCII: it has a zero byte, which UTF-8 text never has.
pub fn read(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (marked, mark) = Encoding::of(bytes);
    let encoding = match (marked, mark, bytes) {
        (Encoding::Utf8, 0, [0, second, ..]) if *second != 0 => Encoding::Utf16HighFirst,
        (Encoding::Utf8, 0, [first, 0, ..]) if *first != 0 => Encoding::Utf16LowFirst,
        (marked, _, _) => marked,
    };
    let content = bytes.get(mark..)?;
    if encoding == Encoding::Utf8 {
        return std::str::from_utf8(content).ok().map(Cow::Borrowed);
    }
    let (pairs, rest) = content.as_chunks::<2>();
    let units = pairs.iter().map(|pair| encoding.unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty()).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, mark: bool, high_first: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff_u16);
        let units = mark.into_iter().chain(text.encode_utf16());
        units
            .flat_map(|unit| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn what_is_no_text_is_none() {
        assert_eq!(read(b"").as_deref(), Some(""));
        for bytes in [&b"\xff"[..], b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xc3", b"\xef\xbb\xbf\xff"]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn only_the_first_mark_is_none_of_the_text() {
        assert_eq!(read("\u{feff}\u{feff}a".as_bytes()).as_deref(), Some("\u{feff}a"));
        assert_eq!(read("a\u{feff}".as_bytes()).as_deref(), Some("a\u{feff}"));
    }

    proptest! {
        #[test]
        fn the_same_text_in_every_encoding(text in "[{\\[\"a-z#][^\0]{0,60}", high_first in any::<bool>()) {
            let marked = format!("\u{feff}{text}").into_bytes();
            let plain = text.clone().into_bytes();
            let wide = [true, false].map(|mark| utf16(&text, mark, high_first));
            for bytes in [marked, plain].into_iter().chain(wide) {
                let read = read(&bytes).map(Cow::into_owned);
                prop_assert_eq!(read.as_deref(), Some(text.as_str()));
            }
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = read(&bytes);
        }
    }
}
