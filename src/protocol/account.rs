//! What one part of an answer says: its words on what went wrong, and whether money moved.

use serde_json::Value;

use super::before::Before;
use super::retry::retry_after;
use super::settlement::Settlement;
use super::texts::{
    collect, document, is_transaction, page_texts, take_terms, transaction_in, unfolded, words,
};
use super::wording::is_undone;

/// Longest page for people whose text is looked at, in bytes. An error page is shorter; the page that
/// asks for a payment in a browser is longer.
pub(super) const MAX_PAGE_BYTES: usize = 16 << 10;

/// What one part of an answer says.
#[derive(Default)]
pub(super) struct Account {
    /// The words on what went wrong, in the order they are told in.
    pub(super) words: Vec<String>,
    /// Every text that may be about the payment, one after the other.
    pub(super) text: String,
    /// Whether it says that money moved.
    pub(super) moved: bool,
    /// Whether it may have said anything: it is a document that cannot be read.
    pub(super) lost: bool,
    /// What it says of a settlement.
    pub(super) settlement: Option<Settlement>,
    /// The transaction that it names.
    pub(super) transaction: Option<String>,
    /// When to come back, in seconds.
    pub(super) retry_after: Option<u64>,
}

impl Account {
    /// Reads a document by its members, a page by its text, and anything else as plain words.
    pub(super) fn of(text: &str, before: &Before) -> Self {
        let text = text.trim();
        if text.starts_with('<') {
            let new = page_texts(text).filter(|text| !before.has_text(text));
            let is_short = text.len() <= MAX_PAGE_BYTES;
            let text = if is_short { new.collect::<Vec<_>>().join(" : ") } else { String::new() };
            return Self { text, ..Self::default() };
        }
        match document(text) {
            Some(document) => Self::of_document(&document, before),
            // A document that cannot be read may have said anything.
            None if text.starts_with(['{', '[']) => Self { lost: true, ..Self::default() },
            None => Self::of_document(&Value::String(text.to_owned()), before),
        }
    }

    fn of_document(document: &Value, before: &Before) -> Self {
        let mut whole = document.clone();
        take_terms(&mut whole);
        let mut new = whole.clone();
        before.take_from(&mut new);
        if new.as_str().is_some_and(|text| before.has_text(text)) {
            new = Value::Null;
        }
        let mut told = words(&new);
        if told.is_empty() {
            told = words(&whole);
        }
        // Told as it came, and looked through with the documents in its texts taken apart.
        new = unfolded(&new);
        take_terms(&mut new);
        before.take_from(&mut new);
        let mut texts = Vec::new();
        collect(&new, &mut texts);
        let text = before.without_quotes(&texts.join(" : "));
        let moved = has_moved(&new, is_undone(&text));
        Self {
            words: told,
            text,
            moved,
            lost: false,
            settlement: Settlement::of(&new),
            transaction: transaction_in(&new),
            retry_after: retry_in(&new),
        }
    }
}

/// Whether some part of a document says that money has moved: that something succeeded, or, unless the
/// chain undid it, which transaction it was. A settlement may stand at any depth, under any name.
fn has_moved(part: &Value, undone: bool) -> bool {
    match part {
        Value::Object(members) => {
            let says = |name: &str| members.get(name) == Some(&Value::Bool(true));
            let named = |(name, value): (&String, &Value)| is_transaction(name, value);
            says("success")
                || says("settled")
                || !undone && members.iter().any(named)
                || members.values().any(|part| has_moved(part, undone))
        }
        Value::Array(all) => all.iter().any(|part| has_moved(part, undone)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// When a document says to come back, at whatever depth.
fn retry_in(part: &Value) -> Option<u64> {
    match part {
        Value::Object(members) => {
            retry_after(members).or_else(|| members.values().find_map(retry_in))
        }
        Value::Array(all) => all.iter().find_map(retry_in),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
