//! What an answer said before anything was paid. Whatever stands there word for word in the answer to
//! the payment, too, says nothing about the payment.
//!
//! It is taken out of the answer before that is judged, so at most a refusal becomes certain that would
//! else be doubted. A server gains nothing by it: it could refuse in plain words as well, and a payment
//! that was refused is kept, counted and sent again all the same while it can be settled.

use std::collections::{BTreeMap, BTreeSet};

use ::http::HeaderMap;
use serde_json::Value;

use super::account::{REASONS, document, page_texts, terms_texts};
use super::challenge::{CARRIERS, Carrier};
use super::settlement::is_pending;
use super::{encoding, fields};

/// Shortest text of the terms that is looked for inside other texts, in bytes: a shorter one may be any
/// word.
const LEAST_QUOTED: usize = 12;

/// The first 402, as far as the answer to the payment may say the same again.
#[derive(Debug, Clone, Default)]
pub struct Before {
    headers: HeaderMap,
    /// Texts, numbers and truths of its documents, by the names of the members that lead there.
    members: BTreeMap<String, BTreeSet<String>>,
    /// Texts without a name: of lists, of pages and of plain bodies.
    texts: BTreeSet<String>,
    /// Texts of its terms, which a refusal may quote.
    quoted: Vec<String>,
}

impl Before {
    /// Reads the answer to the request without a payment.
    pub fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut before = Self { headers: headers.clone(), ..Self::default() };
        for carrier in CARRIERS {
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
            self.learn("", &document);
            let long = |text: &String| text.len() >= LEAST_QUOTED;
            self.quoted.extend(terms_texts(&document).into_iter().filter(long));
        } else if !text.is_empty() {
            self.texts.insert(text.to_owned());
        }
    }

    fn learn(&mut self, path: &str, part: &Value) {
        match part {
            Value::Object(members) => {
                members.iter().for_each(|(name, part)| self.learn(&below(path, name), part));
            }
            Value::Array(all) => all.iter().for_each(|part| self.learn(path, part)),
            leaf => {
                self.members.entry(path.to_owned()).or_default().insert(leaf.to_string());
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
        self.take("", document);
    }

    fn take(&self, path: &str, part: &mut Value) {
        match part {
            Value::Object(members) => {
                members.retain(|name, part| !self.was_said(&below(path, name), name, part));
                members.iter_mut().for_each(|(name, part)| self.take(&below(path, name), part));
            }
            Value::Array(all) => {
                all.retain(|part| !self.was_said(path, "", part));
                for part in all {
                    self.take(path, part);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Whether a leaf was there in the same place, and may be taken out.
    fn was_said(&self, path: &str, name: &str, part: &Value) -> bool {
        let is_leaf = !part.is_object() && !part.is_array();
        let tells = REASONS.contains(&name) && part.as_str().is_some_and(is_pending);
        let known = || self.members.get(path).is_some_and(|all| all.contains(&part.to_string()));
        is_leaf && !tells && known()
    }

    /// A text without what it quotes of the terms.
    pub(super) fn without_quotes(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for quoted in &self.quoted {
            if text.contains(quoted.as_str()) {
                text = text.replace(quoted.as_str(), " ");
            }
        }
        text
    }
}

/// The place of a member.
fn below(path: &str, name: &str) -> String {
    format!("{path}/{name}")
}
