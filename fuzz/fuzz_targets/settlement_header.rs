//! The header that says what became of a payment.

#![no_main]

#[path = "support/response.rs"]
mod response;

use libfuzzer_sys::fuzz_target;
use pay402::protocol::{Receipt, read_settlement};

fuzz_target!(|data: &[u8]| {
    let Some(headers) = response::headers("payment-response", data) else { return };
    if let Receipt::Read(said) = read_settlement(&headers) {
        assert!(!(said.success && said.is_pending()));
        if let Some(hash) = said.transaction_hash() {
            assert!(hash.len() == 66 && hash.is_ascii());
        }
        if let Ok(Some(amount)) = said.settled_amount() {
            assert_eq!(said.amount.as_deref(), Some(amount.to_string().as_str()));
        }
    }
});
