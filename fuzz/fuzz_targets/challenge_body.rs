//! The body of a 402.

#![no_main]

#[path = "support/challenge.rs"]
mod challenge;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let headers = http::HeaderMap::new();
    let before = pay402::protocol::Before::of(&headers, data);
    let alone = pay402::protocol::read_refusal(&headers, Some(data), &Default::default());
    let after = pay402::protocol::read_refusal(&headers, Some(data), &before);
    // What was said before takes doubt away, and words are told all the same.
    assert!(alone.words.is_some() == after.words.is_some());
    if let Some(instead) = pay402::protocol::read_instead(&headers, data) {
        assert!(instead.to_string().len() < 8_000);
    }
    if let Ok(challenge) = pay402::protocol::read_challenge(&headers, data) {
        challenge::check(&challenge);
    }
});
