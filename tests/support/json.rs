//! JSON as it was written: numbers keep their spelling and duplicate keys are an error.
//!
//! `serde_json::Value` would read `1e21` and `1000000000000000000000` as the same number, and a
//! paywall that compares echoes must tell them apart.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A JSON value with object keys in no particular order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Object(BTreeMap<String, Json>),
    Array(Vec<Json>),
    Text(String),
    /// A number, `true`, `false` or `null`, exactly as spelled.
    Token(String),
}

impl Json {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let raw: Box<RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
        Self::from_raw(&raw)
    }

    fn from_raw(raw: &RawValue) -> Result<Self, String> {
        let text = raw.get().trim();
        match text.as_bytes().first() {
            Some(b'{') => {
                let mut object = BTreeMap::new();
                for (key, value) in entries(text)? {
                    if object.insert(key.clone(), Self::from_raw(&value)?).is_some() {
                        return Err(format!("the key {key:?} is there twice"));
                    }
                }
                Ok(Self::Object(object))
            }
            Some(b'[') => {
                let items: Vec<Box<RawValue>> =
                    serde_json::from_str(text).map_err(|e| e.to_string())?;
                items
                    .iter()
                    .map(|item| Self::from_raw(item))
                    .collect::<Result<_, _>>()
                    .map(Self::Array)
            }
            Some(b'"') => serde_json::from_str(text).map(Self::Text).map_err(|e| e.to_string()),
            _ => Ok(Self::Token(text.to_owned())),
        }
    }

    /// The member `key`, or what is wrong.
    pub(crate) fn at(&self, key: &str) -> Result<&Self, String> {
        self.find(key).ok_or_else(|| format!("{key:?} is missing"))
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(key),
            _ => None,
        }
    }

    /// The text of a JSON string; a number is not one.
    pub(crate) fn text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(format!("{other:?} is not a string")),
        }
    }

    /// Whether everything `offered` says is said here too, in objects at any depth; arrays and
    /// scalars must be equal.
    pub(crate) fn contains(&self, offered: &Self) -> bool {
        match (self, offered) {
            (Self::Object(mine), Self::Object(theirs)) => theirs
                .iter()
                .all(|(key, value)| mine.get(key).is_some_and(|own| own.contains(value))),
            _ => self == offered,
        }
    }
}

/// The members of an object in the order written, duplicates included.
fn entries(text: &str) -> Result<Vec<(String, Box<RawValue>)>, String> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, Box<RawValue>)>;
        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_map(Entries).map_err(|e| e.to_string())
}

#[test]
fn key_order_is_free_and_number_spelling_is_not() {
    let parse = |text| Json::parse(text).unwrap();
    assert_eq!(parse(r#"{"a":1,"b":[null]}"#), parse(r#"{ "b" : [ null ], "a" : 1 }"#));
    assert_ne!(parse("1e21"), parse("1000000000000000000000"));
    assert_ne!(parse("60"), parse("60.0"));
    assert_ne!(parse(r#"{"a":null}"#), parse("{}"));
    assert!(Json::parse(r#"{"a":1,"a":2}"#).is_err());
    assert!(parse(r#"{"a":{"b":1,"c":2}}"#).contains(&parse(r#"{"a":{"b":1}}"#)));
    assert!(!parse(r#"{"a":{"b":1}}"#).contains(&parse(r#"{"a":{"b":1,"c":2}}"#)));
}
