//! What an answer said before anything was paid. Whatever stands there word for word in the answer to
//! the payment, too, says nothing about the payment.
//!
//! It is taken out of the answer before that is judged, so at most a refusal becomes certain that would
//! else be doubted. A server gains nothing by it: it could refuse in plain words as well, and a payment
//! that was refused is kept, counted and sent again all the same while it can be settled.

use std::collections::{BTreeSet, HashSet};

use ::http::HeaderMap;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::challenge::Carrier;
use super::dialect::carriers;
use super::texts::{REASONS, document, page_texts, terms_texts};
use super::wording::is_pending;
use super::{encoding, fields};

/// Shortest text of the terms that is looked for inside other texts, in bytes: a shorter one may be any
/// word.
const LEAST_QUOTED: usize = 12;

/// Most texts of the terms that are looked for: 64 offers have fewer.
const MOST_QUOTED: usize = 512;

/// Longest text in which they are looked for, in bytes. A longer one keeps its quotes, so that more is doubted.
const LONGEST_QUOTING: usize = 16 << 10;

/// The first 402, as far as the answer to the payment may say the same again.
#[derive(Debug, Clone, Default)]
pub struct Before {
    headers: HeaderMap,
    /// Texts, numbers and truths of its documents, with the places where they stood. Kept as digests:
    /// a server chooses how long the names of members are, and how many lie below each.
    members: HashSet<[u8; 32]>,
    /// Texts without a name: of lists, of pages and of plain bodies.
    texts: BTreeSet<String>,
    /// Texts of its terms, which a refusal may quote.
    quoted: Vec<String>,
}

impl Before {
    /// Reads the answer to the request without a payment.
    pub fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut before = Self { headers: headers.clone(), ..Self::default() };
        for carrier in carriers() {
            match carrier {
                Carrier::Header(name) => {
                    for value in fields::distinct(headers, name) {
                        before.learn_text(&encoding::decode(value).unwrap_or_default());
                    }
                }
                Carrier::Body => before.learn_text(&crate::text::read(body).unwrap_or_default()),
            }
        }
        before
    }

    fn learn_text(&mut self, text: &str) {
        let text = text.trim();
        if text.starts_with('<') {
            self.texts.extend(page_texts(text).map(str::to_owned));
        } else if let Some(document) = document(text) {
            if document.is_string() {
                self.texts.extend(document.as_str().map(str::to_owned));
            }
            self.learn(Place::default(), &document);
            let long = |text: &String| (LEAST_QUOTED..=LONGEST_QUOTING).contains(&text.len());
            let room = MOST_QUOTED.saturating_sub(self.quoted.len());
            let distinct: BTreeSet<_> = terms_texts(&document).into_iter().filter(long).collect();
            self.quoted.extend(distinct.into_iter().take(room));
        } else if !text.is_empty() {
            self.texts.insert(text.to_owned());
        }
    }

    fn learn(&mut self, place: Place, part: &Value) {
        match part {
            Value::Object(members) => {
                members.iter().for_each(|(name, part)| self.learn(place.below(name), part));
            }
            Value::Array(all) => all.iter().for_each(|part| self.learn(place, part)),
            leaf => {
                self.members.insert(place.holding(leaf));
            }
        }
    }

    /// Whether a header had this value.
    pub(super) fn has_header(&self, name: &str, value: &[u8]) -> bool {
        fields::distinct(&self.headers, name).contains(&value.trim_ascii())
    }

    /// Whether a text without a name was there.
    pub(super) fn has_text(&self, text: &str) -> bool {
        self.texts.contains(text)
    }

    /// Takes out of a document what was said before in the same place. That a settlement is under way
    /// stays: it is said of a payment whenever it is said as the error.
    pub(super) fn take_from(&self, document: &mut Value) {
        self.take(Place::default(), document);
    }

    fn take(&self, place: Place, part: &mut Value) {
        match part {
            Value::Object(members) => {
                members.retain(|name, part| !self.was_said(place.below(name), name, part));
                members.iter_mut().for_each(|(name, part)| self.take(place.below(name), part));
            }
            Value::Array(all) => {
                all.retain(|part| !self.was_said(place, "", part));
                for part in all {
                    self.take(place, part);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Whether a leaf was there in the same place, and may be taken out.
    fn was_said(&self, place: Place, name: &str, part: &Value) -> bool {
        let is_leaf = !part.is_object() && !part.is_array();
        let tells = REASONS.contains(&name) && part.as_str().is_some_and(is_pending);
        is_leaf && !tells && self.members.contains(&place.holding(part))
    }

    /// A text without what it quotes of the terms.
    pub(super) fn without_quotes(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if text.len() > LONGEST_QUOTING {
            return text;
        }
        for quoted in &self.quoted {
            if text.contains(quoted.as_str()) {
                text = text.replace(quoted.as_str(), " ");
            }
        }
        text
    }
}

/// A place in a document: the digest of the names of the members that lead there. Elements of a list
/// stand in the place of the list.
#[derive(Debug, Clone, Copy, Default)]
struct Place([u8; 32]);

impl Place {
    /// The place of a member.
    fn below(self, name: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(name).finalize().into())
    }

    /// A text, a number or a truth in this place.
    fn holding(self, leaf: &Value) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"=")
            .chain_update(self.0)
            .chain_update(leaf.to_string())
            .finalize()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_said_is_taken_out_of_the_same_place_alone() {
        let first = json!({"a": {"b": "x", "c": [1, true, null]}, "ab": "y"}).to_string();
        let before = Before::of(&HeaderMap::new(), first.as_bytes());
        let mut later = json!({"a": {"b": "x", "c": [true, 2, "1"]}, "b": "x", "ab": "z"});
        before.take_from(&mut later);
        assert_eq!(later, json!({"a": {"c": [2, "1"]}, "b": "x", "ab": "z"}));
    }

    #[test]
    fn names_and_texts_of_any_length_and_number_are_kept_small() {
        // With a name as long as half a body, below which the other half lies.
        let members = (0..40_000).map(|i| (format!("{i:05x}"), json!(1))).collect();
        let name = "z".repeat(400_000);
        let long = json!({ name.clone(): Value::Object(members) });
        let before = Before::of(&HeaderMap::new(), long.to_string().as_bytes());
        assert_eq!(before.members.len(), 40_000);
        let mut later = long;
        before.take_from(&mut later);
        assert_eq!(later, json!({ name: {} }));

        let texts: Vec<_> = (0..60_000).map(|i| format!("{i:012}")).collect();
        let many = json!({"x402Version": 2, "accepts": texts}).to_string();
        let before = Before::of(&HeaderMap::new(), many.as_bytes());
        assert_eq!(before.quoted.len(), MOST_QUOTED);
        let quoting = format!("no: {}", before.quoted.join(" "));
        assert_eq!(before.without_quotes(&quoting).trim_end(), "no:");
        let long = "no".repeat(500_000);
        assert_eq!(before.without_quotes(&long), long);
    }
}
