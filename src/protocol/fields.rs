//! The values of one header: how many there are that differ.

use ::http::HeaderMap;

/// Most copies of one value that are found in a line.
const MOST_COPIES: usize = 8;

/// The values of a header that differ from each other, in their order. A proxy may add a header a second
/// time, as a line of its own or joined to the first by a comma (RFC 9110, 5.2): the same value twice is
/// one value.
pub(super) fn distinct<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    let mut values: Vec<&[u8]> = Vec::new();
    for value in headers.get_all(name) {
        let value = once(value.as_bytes());
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// A value without the copies of itself that are joined to it by commas.
fn once(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    // Fewer copies could each be several: the shortest part is the value.
    (2..=MOST_COPIES).rev().find_map(|copies| part(value, copies)).unwrap_or(value)
}

/// The part of which a value is so many copies, with a comma between them and a space or none after it.
fn part(value: &[u8], copies: usize) -> Option<&[u8]> {
    [&b","[..], b", ", b" , "].into_iter().find_map(|comma| {
        let commas = comma.len().checked_mul(copies.checked_sub(1)?)?;
        let letters = value.len().checked_sub(commas)?;
        let length = letters.checked_div(copies).filter(|length| *length > 0)?;
        let (first, mut rest) = value.split_at_checked(length)?;
        while !rest.is_empty() {
            rest = rest.strip_prefix(comma)?.strip_prefix(first)?;
        }
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;
    use proptest::prelude::*;

    fn values(lines: &[&str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x", HeaderValue::from_str(line).unwrap());
        }
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        distinct(&headers, "x").into_iter().map(text).collect()
    }

    #[test]
    fn the_same_value_again_is_one_value() {
        let raw = r#"{"a":1,"b":[1,1]}"#;
        for lines in [
            &["e30="][..],
            &["e30=", "e30="],
            &["e30=,e30="],
            &["e30=, e30=, e30="],
            &["e30= , e30=", " e30= "],
        ] {
            assert_eq!(values(lines), ["e30="], "{lines:?}");
        }
        assert_eq!(values(&[&format!("{raw}, {raw}")]), [raw]);
        assert_eq!(values(&[raw]), [raw], "its own commas join nothing");
        assert_eq!(values(&[]), [""; 0]);
        assert_eq!(values(&["", ""]), [""]);
    }

    #[test]
    fn values_that_differ_stay_apart() {
        assert_eq!(values(&["a", "b"]), ["a", "b"]);
        assert_eq!(values(&["a, b"]), ["a, b"]);
        assert_eq!(values(&["a, a, b"]), ["a, a, b"]);
        assert_eq!(values(&["a, A"]), ["a, A"]);
    }

    proptest! {
        #[test]
        fn copies_are_found_and_nothing_else_is_lost(
            value in "[a-z{}\":]{1,30}", copies in 1_usize..=MOST_COPIES, space in any::<bool>(),
        ) {
            let comma = if space { ", " } else { "," };
            prop_assert_eq!(values(&[&vec![value.as_str(); copies].join(comma)]), [value]);
        }

        #[test]
        fn never_panics(line in "[ -~]{0,80}") {
            prop_assert!(values(&[&line]).len() == 1);
        }
    }
}
