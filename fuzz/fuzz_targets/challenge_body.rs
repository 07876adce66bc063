//! The body of a 402.

#![no_main]

#[path = "support/challenge.rs"]
mod challenge;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = pay402::protocol::read_error(data);
    if let Ok(challenge) = pay402::protocol::read_challenge(&http::HeaderMap::new(), data) {
        challenge::check(&challenge);
    }
});
