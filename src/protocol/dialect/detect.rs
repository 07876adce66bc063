//! Which dialect a 402 speaks: the places where a challenge may stand, and the first that holds one.

use ::http::HeaderMap;
use ::http::header::CONTENT_LENGTH;

use super::contradiction::contradicts;
use super::{DIALECTS, carriers};
use crate::protocol::challenge::{Carrier, Challenge, ChallengeError, Unread};

/// Finds and reads the challenge of a 402. The first carrier that parses wins; `Err` lists what was
/// found unreadable (nothing at all, for a 402 that asks for no payment in any dialect).
///
/// A header that is there twice, with different values, contradicts whatever is read elsewhere, before or
/// after it: one of the two at least says something else. One that cannot be read at all does not: it is
/// listed.
pub fn read_challenge(headers: &HeaderMap, body: &[u8]) -> Result<Challenge, Vec<Unread>> {
    let mut unread = Vec::new();
    let mut found: Option<Challenge> = None;
    let mut is_repeated = false;
    for carrier in carriers() {
        let mut own = DIALECTS.iter().filter(|dialect| dialect.carriers().contains(&carrier));
        let Some(read) = own.find_map(|dialect| dialect.read_challenge(carrier, headers, body))
        else {
            continue;
        };
        match (read, &mut found) {
            (Ok(challenge), None) => found = Some(challenge),
            (Ok(other), Some(first)) => first.contradicted |= contradicts(first, &other),
            // The body of a server that has its terms in a header is free: only its absence of terms
            // is worth a word.
            (Err(ChallengeError::NotX402), _) if carrier == Carrier::Body => {}
            (Err(reason), _) => {
                is_repeated |= reason == ChallengeError::Repeated;
                unread.push(Unread { carrier, reason });
            }
        }
    }
    if let Some(challenge) = found {
        let contradicted = challenge.contradicted || is_repeated;
        return Ok(Challenge { unread, contradicted, ..challenge });
    }
    unread.extend(no_document(headers, body));
    Err(unread)
}

/// What a body is that is no document, where that helps to get one.
fn no_document(headers: &HeaderMap, body: &[u8]) -> Option<Unread> {
    let says = |name| headers.get(name).map(::http::HeaderValue::as_bytes).unwrap_or_default();
    let reason = if body.trim_ascii_start().starts_with(b"<") {
        ChallengeError::Page
    } else if body.is_empty() && !matches!(says(CONTENT_LENGTH), b"" | b"0") {
        ChallengeError::HeadOnly
    } else {
        return None;
    };
    Some(Unread { carrier: Carrier::Body, reason })
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
