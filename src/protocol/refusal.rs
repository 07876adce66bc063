//! What a refusal says, and what its words leave open.
//!
//! A refusal is free text: servers write what their facilitator wrote, or what went wrong on the way
//! there, and no list of codes is complete. Words are looked for as parts of it, and to doubt: of what
//! is looked for, only that verifying was what failed, or that the chain undid a transaction, makes a
//! refusal more certain. The spellings are those of x402 for TypeScript, Python, Go and Rust, of the
//! token contracts, and of the nodes and proxies between them.

use ::http::HeaderMap;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::challenge::{Carrier, ChallengeError, MAX_BODY_BYTES, Unread, read_challenge};
use super::json;
use super::settlement::{Settlement, is_hash};

/// The authorization is used, or being used: by this very payment, for nobody else knows its nonce.
const USED: [&str; 16] = [
    "already used",
    "already been",
    "already consumed",
    "redeemed",
    "replay",
    "has been used",
    "authorization used",
    "authorization is used",
    "nonce used",
    "nonce is used",
    "nonce too low",
    "underpriced",
    "duplicate",
    "already known",
    "already processed",
    "already settled",
];

/// It was sent to the chain, and is not there yet.
const PENDING: [&str; 8] = [
    " pending ",
    " mined ",
    "unconfirmed",
    "in flight",
    "still processing",
    "transaction sent",
    "tx submitted",
    "transaction submitted",
];

/// Whoever settles was asked and not heard, or did not hear from the chain: what was asked may have
/// been done.
const UNHEARD: [&str; 41] = [
    "fetch failed",
    "failed to fetch",
    "http error",
    "error sending request",
    "connection",
    "disconnected",
    "econn",
    "socket hang up",
    "timed out",
    "timedout",
    "timeout",
    "time out",
    "deadline exceeded",
    " eof",
    " epipe ",
    "broken pipe",
    "abort",
    "network error",
    "bad gateway",
    "unavailable",
    "unreachable",
    "no response",
    "getaddrinfo",
    "too many requests",
    "broadcast",
    "to confirm",
    "confirmation",
    "not confirmed",
    "no receipt",
    "receipt not",
    "waiting for",
    "reset by",
    "handshake",
    "overloaded",
    "rate limit",
    "retry later",
    "status code 5",
    "context cancel",
    "token html",
    "token doctype",
    "end of json",
];

/// Something went wrong, at whatever step.
const VAGUE: [&str; 3] = ["unexpected error", "node failure", "internal server error"];

/// The server asked whether the payment is good, and got no further. Settling comes after that.
const VERIFYING: [&str; 2] = ["verification failed", "failed to verify"];

/// What is not spoken of before the payment was found good.
const AFTER_VERIFYING: [&str; 6] =
    [SETTLING, "transaction", "confirm", "broadcast", "receipt", " mined "];

/// Settling is what went wrong, or is spoken of without a word on how it went.
const SETTLING: &str = "settl";

/// A transaction that the chain undid has moved nothing.
const UNDONE: [&str; 4] = ["reverted", "failed onchain", "failed on chain", "transaction failed"];

/// The members of a body that are words on what went wrong, in the order they are told in.
const WORDS: [&str; 7] =
    ["error", "errorReason", "errorMessage", "reason", "message", "detail", "details"];

/// The members that are terms, and say nothing of the payment.
const TERMS: [&str; 4] = ["x402Version", "accepts", "resource", "extensions"];

/// Longest page for people whose text is looked at, in bytes. An error page is shorter; the page that
/// asks for a payment in a browser is longer, and its scripts say "timeout" of other things.
const MAX_PAGE_BYTES: usize = 16 << 10;

/// What a refusal says beside a settlement in a header: in its challenge, and in its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The server's words, as they came.
    pub words: Option<String>,
    /// Whether the payment may have settled all the same.
    pub leaves_open: bool,
}

/// Reads a refusal; `body` is `None` where it could not be read to its end. Header and body are two
/// accounts, and what one of them leaves open the other does not close. One that is there and cannot be
/// read may have said anything.
pub fn read_refusal(headers: &HeaderMap, body: Option<&[u8]>) -> Refusal {
    let (header, unread) = match read_challenge(headers, b"") {
        Ok(challenge) => (challenge.error, challenge.unread),
        Err(unread) => (None, unread),
    };
    let lost = |unread: &Unread| {
        unread.carrier != Carrier::Body && unread.reason != ChallengeError::NotX402
    };
    let text = body
        .filter(|body| body.len() <= MAX_BODY_BYTES)
        .and_then(|body| std::str::from_utf8(body).ok());
    let body = text.map(Account::of).unwrap_or_default();
    let leaves_open = text.is_none()
        || unread.iter().any(lost)
        || body.leaves_open
        || header.as_deref().is_some_and(leaves_open);
    let mut words: Vec<String> = header.into_iter().chain(body.words).collect();
    words.retain(|words| !words.is_empty());
    words.dedup();
    let words = (!words.is_empty()).then(|| words.join(": "));
    Refusal { words, leaves_open }
}

/// What a body says.
#[derive(Default)]
struct Account {
    words: Option<String>,
    leaves_open: bool,
}

impl Account {
    /// Reads a document by its members, and anything else as plain words.
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.starts_with('<') {
            let open = text.len() <= MAX_PAGE_BYTES && leaves_open(text);
            return Self { words: None, leaves_open: open };
        }
        match document(text) {
            Some(Value::Object(members)) => return Self::of_members(members),
            Some(list @ Value::Array(_)) => {
                let open = has_moved(&list, is_undone(text)) || leaves_open(text);
                return Self { words: None, leaves_open: open };
            }
            _ => {}
        }
        // A document that cannot be read may have said anything.
        let is_document = text.starts_with(['{', '[']);
        let words = (!is_document).then(|| text.to_owned());
        Self { words, leaves_open: is_document || leaves_open(text) }
    }

    fn of_members(mut members: Map<String, Value>) -> Self {
        for name in TERMS {
            members.remove(name);
        }
        let document = Value::Object(members.clone());
        let settlement: Option<Settlement> = Settlement::deserialize(&document).ok();
        let mut words: Vec<String> =
            WORDS.iter().filter_map(|name| members.remove(*name)).filter_map(plain).collect();
        words.dedup();
        let words = words.join(": ");
        let rest: Vec<String> = members.into_iter().filter_map(|(_, value)| plain(value)).collect();
        let text = format!("{words}: {}", rest.join(": "));
        let leaves_open = settlement.is_some_and(|said| said.leaves_open())
            || has_moved(&document, is_undone(&text))
            || leaves_open(&text);
        Self { words: (!words.is_empty()).then_some(words), leaves_open }
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

/// Whether a member is the hash of a transaction: `txHash`, `transaction`, `tx_hash`, … A nonce and a digest
/// look the same.
fn is_transaction(name: &str, value: &Value) -> bool {
    let name = spelled(name);
    let named = ["transaction", " tx ", " hash "].iter().any(|part| name.contains(part));
    named && value.as_str().is_some_and(|text| is_hash(&text.to_ascii_lowercase()))
}

/// A document that can be read in one way only.
fn document(text: &str) -> Option<Value> {
    json::check_unambiguous_text(text).ok()?;
    serde_json::from_str(text).ok()
}

/// A value as words: text as it is, and what has parts as JSON.
pub(super) fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        value => Some(value.to_string()),
    }
}

/// Whether a payment that was refused in these words may have settled all the same.
pub(super) fn leaves_open(text: &str) -> bool {
    let text = spelled(text);
    let says = |any: &[&str]| any.iter().any(|part| text.contains(part));
    let verifying = says(&VERIFYING) && !says(&AFTER_VERIFYING);
    says(&USED)
        || says(&PENDING)
        || says(&UNHEARD) && !verifying
        || !says(&UNDONE) && (says(&[SETTLING]) || says(&VAGUE) && !verifying)
}

/// Whether these words say that the chain undid the transaction.
pub(super) fn is_undone(text: &str) -> bool {
    let text = spelled(text);
    UNDONE.iter().any(|part| text.contains(part))
}

/// One spelling for `timed out`, `timed_out` and `TimedOut`: small words with one space before and
/// after each.
fn spelled(text: &str) -> String {
    let mut spelled = String::from(" ");
    let mut small = false;
    for c in text.chars() {
        let ends = !c.is_alphanumeric() || c.is_uppercase() && small;
        if ends && !spelled.ends_with(' ') {
            spelled.push(' ');
        }
        if c.is_alphanumeric() {
            spelled.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    spelled.push(' ');
    spelled
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
