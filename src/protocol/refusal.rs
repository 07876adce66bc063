//! What a refusal says, and what its words leave open.
//!
//! A refusal is free text: servers write what their facilitator wrote, or what went wrong on the way
//! there, and no list of codes is complete. Words are looked for as parts of it, and to doubt: of what
//! is looked for, only that verifying was what failed, or that the chain undid a transaction, makes a
//! refusal more certain. The spellings are those of x402 for TypeScript, Python, Go and Rust, of the
//! token contracts, and of the nodes and proxies between them.

use std::collections::BTreeSet;

use ::http::HeaderMap;
use serde_json::Value;

use super::account::Account;
use super::before::Before;
use super::challenge::{CARRIERS, Carrier, ChallengeError, MAX_BODY_BYTES, read_challenge};
use super::retry::read_retry_after;
use super::settlement::{Settlement, is_pending};
use super::{encoding, fields};

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

/// The headers in which a server tells what went wrong, in words.
const WORDY: [&str; 4] = ["x-payment-error", "payment-error", "x-402-error", "x-x402-error"];

/// What a refusal says beside a settlement in a header: in its challenge, and in its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The server's words, as they came.
    pub words: Option<String>,
    /// Whether the payment may have settled all the same.
    pub leaves_open: bool,
    /// What it says of a settlement that is under way.
    pub pending: Option<Settlement>,
    /// When to come back, in seconds.
    pub retry_after: Option<u64>,
}

/// Reads a refusal; `body` is `None` where it could not be read to its end. Header and body are two
/// accounts, and what one of them leaves open the other does not close. One that is there and cannot be
/// read may have said anything. What was said `before` the payment says nothing about it.
pub fn read_refusal(headers: &HeaderMap, body: Option<&[u8]>, before: &Before) -> Refusal {
    let mut accounts = Vec::new();
    let mut lost = false;
    for carrier in CARRIERS {
        let Carrier::Header(name) = carrier else { continue };
        let unread = lost_in(name, headers);
        for value in fields::distinct(headers, name) {
            let was_there = before.has_header(name, value);
            lost |= unread && !was_there;
            if let Some(text) = encoding::decode(value).filter(|_| !unread) {
                accounts.push(Account::of(&text, before));
            }
        }
    }
    for name in WORDY {
        let new = fields::distinct(headers, name).into_iter();
        let new = new.filter(|value| !before.has_header(name, value));
        accounts.extend(new.map(|value| Account::of(&String::from_utf8_lossy(value), before)));
    }
    let text = body.filter(|body| body.len() <= MAX_BODY_BYTES).and_then(crate::text::read);
    lost |= text.is_none();
    accounts.extend(text.map(|text| Account::of(&text, before)));
    let pending = accounts.iter().find_map(|account| {
        let says = account.words.iter().any(|word| is_pending(word));
        let said = account.settlement.clone().unwrap_or_default();
        let transaction = said.transaction.clone().or_else(|| account.transaction.clone());
        let said = Settlement { success: false, pending: true, transaction, ..said };
        (says || account.settlement.as_ref().is_some_and(|said| said.pending)).then_some(said)
    });
    let open = |account: &Account| {
        account.lost
            || account.moved
            || account.settlement.as_ref().is_some_and(Settlement::leaves_open)
            || leaves_open(&account.text)
    };
    let in_words = accounts.iter().find_map(|account| account.retry_after);
    let retry_after = in_words.or_else(|| read_retry_after(headers));
    let leaves_open = lost || pending.is_some() || accounts.iter().any(open);
    let mut words: Vec<String> = accounts.into_iter().flat_map(|account| account.words).collect();
    let mut seen = BTreeSet::new();
    words.retain(|words| seen.insert(words.clone()));
    let words = (!words.is_empty()).then(|| words.join(": "));
    Refusal { words, leaves_open, pending, retry_after }
}

/// Whether a header may have held terms that cannot be read.
fn lost_in(name: &'static str, headers: &HeaderMap) -> bool {
    let mut alone = HeaderMap::new();
    for value in headers.get_all(name) {
        alone.append(name, value.clone());
    }
    let unread = match read_challenge(&alone, b"") {
        Ok(challenge) => challenge.unread,
        Err(unread) => unread,
    };
    unread.iter().any(|unread| unread.reason != ChallengeError::NotX402)
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
    // A member of the terms, where a text quotes them in another language's spelling.
    let text = spelled(text).replace(" max timeout second", " ");
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
pub(super) fn spelled(text: &str) -> String {
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
