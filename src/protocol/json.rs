//! JSON from strangers: bounded in depth, without duplicate keys, kept as the text it came in.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use thiserror::Error;

/// Deepest nesting that is read.
pub(super) const MAX_DEPTH: usize = 64;

/// Why a text is refused as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonError {
    /// It is not JSON (the parser's line and column are kept, not its words on the content).
    #[error("not valid JSON at line {line}, column {column}")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1.
        column: usize,
    },
    /// It nests deeper than [`MAX_DEPTH`].
    #[error("nested deeper than 64 levels")]
    TooDeep,
    /// An object has the same key twice: two readers would see two different documents.
    #[error("an object has the same key twice")]
    DuplicateKey,
    /// An object has a key that makes the JSON library read a string as a document of its own, past
    /// every check.
    #[error("an object has a reserved key")]
    ReservedKey,
}

/// Checks that a text is one JSON value within [`MAX_DEPTH`].
pub(super) fn check_depth(text: &str) -> Result<(), JsonError> {
    check(text, false)
}

/// Checks that no object in a text, at any depth, has a key twice.
pub(super) fn check_unambiguous(raw: &RawValue) -> Result<(), JsonError> {
    check_unambiguous_text(raw.get())
}

/// As [`check_unambiguous`], for text that is not known to be JSON.
pub(super) fn check_unambiguous_text(text: &str) -> Result<(), JsonError> {
    check(text, true)
}

/// A value as words: text as it is, and what has parts as JSON.
pub(super) fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        value => Some(value.to_string()),
    }
}

fn check(text: &str, unique_keys: bool) -> Result<(), JsonError> {
    let mut parser = serde_json::Deserializer::from_str(text);
    Walk { depth: 0, unique_keys }.deserialize(&mut parser).and_then(|()| parser.end()).map_err(
        |error| match error.to_string() {
            text if text.starts_with(TOO_DEEP) || text.starts_with("recursion limit") => {
                JsonError::TooDeep
            }
            text if text.starts_with(DUPLICATE) => JsonError::DuplicateKey,
            text if text.starts_with(RESERVED) => JsonError::ReservedKey,
            _ => JsonError::Syntax { line: error.line(), column: error.column() },
        },
    )
}

// serde carries custom errors as text; these two are ours, so matching on them is sound.
const TOO_DEEP: &str = "pay402: too deep";
const DUPLICATE: &str = "pay402: duplicate key";
const RESERVED: &str = "pay402: reserved key";

/// How `serde_json` names its private representations of numbers and raw values.
const LIBRARY_KEYS: &str = "$serde_json::private::";

/// Visits a value without building it.
#[derive(Clone, Copy)]
struct Walk {
    depth: usize,
    unique_keys: bool,
}

impl Walk {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth.saturating_add(1);
        if depth > MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(Self { depth, ..self }) }
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key.starts_with(LIBRARY_KEYS) {
                return Err(A::Error::custom(RESERVED));
            }
            if self.unique_keys && !seen.insert(key) {
                return Err(A::Error::custom(DUPLICATE));
            }
            entries.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn finds_duplicates_at_any_depth() {
        assert_eq!(check_unambiguous(&raw(r#"{"a":1,"b":{"a":2}}"#)), Ok(()));
        for text in [r#"{"a":1,"a":2}"#, r#"[{"b":{"c":1,"c":1}}]"#, r#"{"a":1,"\u0061":2}"#] {
            assert_eq!(check_unambiguous(&raw(text)), Err(JsonError::DuplicateKey), "{text}");
        }
    }

    #[test]
    fn no_key_makes_a_string_a_document() {
        for text in [
            r#"{"$serde_json::private::RawValue":"{\"a\":1,\"a\":2}"}"#,
            r#"{"x":[{"\u0024serde_json::private::RawValue":"[]"}]}"#,
            r#"{"$serde_json::private::Number":"1"}"#,
        ] {
            assert_eq!(check_depth(text), Err(JsonError::ReservedKey), "{text}");
        }
    }

    #[test]
    fn bounds_the_depth() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(check_depth(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check_depth(&nested(MAX_DEPTH + 1)), Err(JsonError::TooDeep));
        assert_eq!(check_depth(&nested(100_000)), Err(JsonError::TooDeep));
    }

    #[test]
    fn says_where_the_syntax_fails() {
        assert_eq!(check_depth("{\n \"a\" 1}"), Err(JsonError::Syntax { line: 2, column: 6 }));
        assert!(check_depth("{} {}").is_err());
    }

    /// A key as JSON can write it: each letter as itself or by its number.
    fn spelled(key: &str, by_number: bool) -> String {
        let letter = |c: char| format!("\\u{:04x}", u32::from(c));
        if by_number { key.chars().map(letter).collect() } else { key.to_owned() }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = check_depth(&text);
        }

        #[test]
        fn a_key_said_twice_is_found_however_it_is_spelled(
            keys in proptest::collection::vec(("[a-d]{1,2}", any::<bool>()), 0..6),
            depth in 0_usize..MAX_DEPTH,
        ) {
            let members: Vec<String> =
                keys.iter().map(|(key, odd)| format!("\"{}\":[]", spelled(key, *odd))).collect();
            let object = format!("{{{}}}", members.join(","));
            // The object and the lists in it are two levels more.
            let depth = depth.min(MAX_DEPTH - 2);
            let text = format!("{}{object}{}", "[".repeat(depth), "]".repeat(depth));
            let different: HashSet<&String> = keys.iter().map(|(key, _)| key).collect();
            let expected =
                if different.len() == keys.len() { Ok(()) } else { Err(JsonError::DuplicateKey) };
            prop_assert_eq!(check_unambiguous_text(&text), expected);
            prop_assert_eq!(check_depth(&text), Ok(()));
        }

        #[test]
        fn depth_is_counted_through_lists_and_objects(
            levels in proptest::collection::vec(any::<bool>(), 0..150),
        ) {
            let open: String = levels.iter().map(|list| if *list { "[" } else { "{\"a\":" }).collect();
            let shut: String = levels.iter().rev().map(|list| if *list { ']' } else { '}' }).collect();
            let expected = if levels.len() > MAX_DEPTH { Err(JsonError::TooDeep) } else { Ok(()) };
            prop_assert_eq!(check_depth(&format!("{open}1{shut}")), expected);
        }
    }
}
