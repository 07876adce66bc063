//! The header that carries a 402's terms.

#![no_main]

#[path = "support/challenge.rs"]
mod challenge;
#[path = "support/response.rs"]
mod response;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(headers) = response::headers("payment-required", data) else { return };
    if let Ok(challenge) = pay402::protocol::read_challenge(&headers, b"{}") {
        challenge::check(&challenge);
    }
});
