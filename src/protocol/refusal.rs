//! What a refusal says, in its headers and in its body. What its words leave open is in [`super::wording`].

use std::collections::BTreeSet;

use ::http::HeaderMap;

use super::account::Account;
use super::before::Before;
use super::challenge::{ChallengeError, MAX_BODY_BYTES};
use super::dialect::{carrier_headers, error_headers, read_challenge};
use super::retry::read_retry_after;
use super::settlement::Settlement;
use super::wording::{is_pending, leaves_open};
use super::{encoding, fields};

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
    for name in carrier_headers() {
        let unread = lost_in(name, headers);
        for value in fields::distinct(headers, name) {
            let was_there = before.has_header(name, value);
            lost |= unread && !was_there;
            if let Some(text) = encoding::decode(value).filter(|_| !unread) {
                accounts.push(Account::of(&text, before));
            }
        }
    }
    for name in error_headers() {
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

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
