//! The body of a 402.

#![no_main]

#[path = "support/challenge.rs"]
mod challenge;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let headers = http::HeaderMap::new();
    let _ = pay402::protocol::read_refusal(&headers, Some(data));
    if let Ok(challenge) = pay402::protocol::read_challenge(&headers, data) {
        challenge::check(&challenge);
    }
});
