//! Notices on standard error: for people a line, for programs a document, `pay402/notice/1`.
//!
//! Which of the two is said once for the whole process: whoever reads standard error line by line finds
//! a document in each, or none.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};

use super::streams::Stderr;

/// Whether notices are documents.
static AS_DOCUMENTS: AtomicBool = AtomicBool::new(false);

/// Makes documents of all notices from now on.
pub fn as_documents() {
    AS_DOCUMENTS.store(true, Ordering::Relaxed);
}

/// Whether notices are documents.
pub fn are_documents() -> bool {
    AS_DOCUMENTS.load(Ordering::Relaxed)
}

/// Says something under a name that programs know it by.
pub fn say(name: &'static str, words: &dyn Display) {
    say_with(name, words, Map::new());
}

/// The same, with what a program would otherwise have to read out of the words.
pub fn say_with(name: &'static str, words: &dyn Display, facts: Map<String, Value>) {
    if are_documents() {
        Stderr.line(&document(name, &words.to_string(), facts));
    } else {
        Stderr.line(words);
    }
}

/// Warns: people see the word before it, in whatever style `head` has it.
pub fn warn(head: &dyn Display, words: &dyn Display) {
    if are_documents() {
        Stderr.line(&document("warning", &words.to_string(), Map::new()));
    } else {
        Stderr.line(&format_args!("{head} {words}"));
    }
}

fn document(name: &str, words: &str, facts: Map<String, Value>) -> Value {
    let mut document = json!({ "schema": "pay402/notice/1", "name": name, "message": words });
    if let Some(members) = document.as_object_mut() {
        members.extend(facts);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_its_facts_beside_its_words() {
        let facts = Map::from_iter([("payment".to_owned(), json!("pay_1"))]);
        let document = document("resend", "sending \"it\" again\n", facts);
        assert_eq!(document["schema"], "pay402/notice/1");
        assert_eq!(document["payment"], "pay_1");
        assert!(!document.to_string().contains('\n'), "one line");
    }
}
