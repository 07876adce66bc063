//! The texts of documents, without names of members and without the terms that they quote.

use serde_json::Value;

use super::hash::hash;
use super::json;
use super::wording::spelled;

/// The members that are words on what went wrong, in the order they are told in.
pub(super) const REASONS: [&str; 17] = [
    "error",
    "errors",
    "errorReason",
    "error_reason",
    "errorCode",
    "error_code",
    "invalidReason",
    "invalid_reason",
    "reason",
    "code",
    "errorMessage",
    "error_message",
    "invalidMessage",
    "message",
    "title",
    "detail",
    "details",
];
/// The members that hold a whole answer inside of another, in which its `error` is told first.
const WRAPPERS: [&str; 6] = ["detail", "details", "data", "body", "response", "result"];
/// The members that are terms, or the payment that was sent, wherever they stand.
const TERMS: [&str; 16] = [
    "x402Version",
    "accepts",
    "accepted",
    "resource",
    "extensions",
    "paymentRequirements",
    "payment_requirements",
    "paymentRequired",
    "payment_required",
    "requirements",
    "paymentPayload",
    "payment_payload",
    "outputSchema",
    "output_schema",
    "inputSchema",
    "schema",
];
/// The members beside the offers that describe what is sold.
const OF_THE_ENVELOPE: [&str; 5] = ["description", "url", "mimeType", "metadata", "serviceName"];
/// The members of one offer.
const OF_AN_OFFER: [&str; 16] = [
    "scheme",
    "network",
    "asset",
    "payTo",
    "pay_to",
    "amount",
    "maxAmountRequired",
    "max_amount_required",
    "maxTimeoutSeconds",
    "max_timeout_seconds",
    "extra",
    "description",
    "mimeType",
    "mime_type",
    "serviceName",
    "tags",
];

/// Most documents that are looked for inside one text.
const MOST_INSIDE: usize = 8;

/// A document that can be read in one way only.
pub(super) fn document(text: &str) -> Option<Value> {
    json::check_unambiguous_text(text).ok()?;
    serde_json::from_str(text).ok()
}

/// The texts of the terms in a document.
pub(super) fn terms_texts(document: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    if let Value::Object(members) = document {
        for name in TERMS {
            members.get(name).into_iter().for_each(|part| collect(part, &mut texts));
        }
        for name in WRAPPERS {
            texts.extend(members.get(name).into_iter().flat_map(terms_texts));
        }
    }
    texts
}

/// The texts of a page that people see, without tags, scripts and styles.
pub(super) fn page_texts(page: &str) -> impl Iterator<Item = &str> {
    let mut hidden = "";
    page.split('<').filter_map(move |part| {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next()?;
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if hidden.is_empty() {
            hidden = ["script", "style"].into_iter().find(|other| is(other)).unwrap_or_default();
        } else if name.strip_prefix('/').is_some_and(|end| end.eq_ignore_ascii_case(hidden)) {
            hidden = "";
        }
        let text = text.trim();
        (hidden.is_empty() && !text.is_empty()).then_some(text)
    })
}

/// The same document, with the documents in its texts in their places: as a text of their own, or
/// between other words.
pub(super) fn unfolded(part: &Value) -> Value {
    match part {
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, part)| (name.clone(), unfolded(part))).collect(),
        ),
        Value::Array(all) => Value::Array(all.iter().map(unfolded).collect()),
        Value::String(text) if text.contains(['{', '[']) => from_text(text),
        leaf => leaf.clone(),
    }
}

/// A text that holds documents, as the list of its words and of them.
fn from_text(text: &str) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.len() < MOST_INSIDE
        && let Some((words, inside, after)) = first_document(rest)
    {
        if !words.trim().is_empty() {
            parts.push(Value::String(words.trim().to_owned()));
        }
        parts.push(inside);
        rest = after;
    }
    if parts.is_empty() {
        return Value::String(text.to_owned());
    }
    if !rest.trim().is_empty() {
        parts.push(Value::String(rest.trim().to_owned()));
    }
    Value::Array(parts)
}

/// The first object or list in a text that has one: what is before it, it, and what is after it.
fn first_document(text: &str) -> Option<(&str, Value, &str)> {
    let starts = text.match_indices(['{', '[']).take(MOST_INSIDE);
    starts.into_iter().find_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let value = values.next()?.ok()?;
        let (own, after) = rest.split_at_checked(values.byte_offset())?;
        json::check_unambiguous_text(own).ok()?;
        Some((before, value, after))
    })
}

/// Takes the terms out of a document, wherever they stand.
pub(super) fn take_terms(part: &mut Value) {
    match part {
        Value::Object(members) => {
            let is_envelope =
                members.contains_key("x402Version") || members.contains_key("accepts");
            members.retain(|name, part| !is_terms(name, part));
            if is_envelope {
                members.retain(|name, _| !OF_THE_ENVELOPE.contains(&name.as_str()));
            }
            let is_offer = members.contains_key("payTo")
                || members.contains_key("pay_to")
                || members.contains_key("scheme") && members.contains_key("network");
            if is_offer {
                members.retain(|name, _| !OF_AN_OFFER.contains(&name.as_str()));
            }
            members.values_mut().for_each(take_terms);
        }
        Value::Array(all) => all.iter_mut().for_each(take_terms),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a member is the terms. A text under one of the common names may be words of its own.
fn is_terms(name: &str, part: &Value) -> bool {
    let is_common =
        ["requirements", "schema", "paymentRequired", "payment_required"].contains(&name);
    TERMS.contains(&name) && !(is_common && part.is_string())
}

/// Every text in a document, in its order.
pub(super) fn collect(part: &Value, texts: &mut Vec<String>) {
    match part {
        Value::Object(members) => members.values().for_each(|part| collect(part, texts)),
        Value::Array(all) => all.iter().for_each(|part| collect(part, texts)),
        Value::String(text) => texts.push(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text with the texts of the documents in it, without names of members and without terms.
pub(super) fn texts_in(text: &str) -> String {
    let mut document = from_text(text);
    take_terms(&mut document);
    let mut texts = Vec::new();
    collect(&document, &mut texts);
    texts.join(" : ")
}

/// The words of a document on what went wrong: those of an answer inside of it first, and every text of
/// a part that has none of the usual names.
pub(super) fn words(document: &Value) -> Vec<String> {
    let mut told = Vec::new();
    tell(document, &mut told);
    told.retain(|words| !words.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    told.retain(|words| seen.insert(words.clone()));
    told
}

fn tell(part: &Value, told: &mut Vec<String>) {
    match part {
        Value::Object(members) => {
            let is_answer = |part: &&Value| part.get("error").is_some();
            let inner = WRAPPERS.iter().filter_map(|name| members.get(*name)).filter(is_answer);
            inner.for_each(|part| tell(part, told));
            for name in REASONS {
                // Of an answer inside, all is told already.
                let told_already = |part: &&Value| WRAPPERS.contains(&name) && is_answer(part);
                let part = members.get(name).filter(|part| !told_already(part));
                if let Some(part) = part {
                    tell_all(part, told);
                }
            }
        }
        Value::String(text) => match inner_document(text) {
            Some(part) => tell_all(&part, told),
            None => told.push(text.clone()),
        },
        Value::Array(all) => all.iter().for_each(|part| tell(part, told)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text that is a document and nothing else, without its terms.
fn inner_document(text: &str) -> Option<Value> {
    let mut part = document(text.trim()).filter(|part| part.is_object() || part.is_array())?;
    take_terms(&mut part);
    Some(part)
}

/// The words of a member that tells what went wrong.
fn tell_all(part: &Value, told: &mut Vec<String>) {
    let before = told.len();
    tell(part, told);
    if told.len() == before {
        collect(part, told);
    }
}

/// Whether a member is the hash of a transaction: `txHash`, `transaction`, `tx_hash`, … A nonce and a digest
/// look the same.
pub(super) fn is_transaction(name: &str, value: &Value) -> bool {
    let name = spelled(name);
    let named = ["transaction", " tx ", " hash "].iter().any(|part| name.contains(part));
    named && value.as_str().and_then(hash).is_some()
}

/// The transaction that a document names, at whatever depth, which may be of another shape than any
/// settlement. A fee's is another one.
pub(super) fn transaction_in(document: &Value) -> Option<String> {
    match document {
        Value::Object(members) => {
            let mut own = members.iter().filter(|(name, value)| {
                (is_transaction(name, value) || *name == "reference") && !name.contains("fee")
            });
            let deeper =
                || members.values().filter(|part| !part.is_string()).find_map(transaction_in);
            own.find_map(|(_, value)| hash(value.as_str()?)).or_else(deeper)
        }
        Value::Array(all) => all.iter().find_map(transaction_in),
        Value::String(text) => hash(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
