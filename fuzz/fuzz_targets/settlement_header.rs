//! The header that says what became of a payment.

#![no_main]

#[path = "support/response.rs"]
mod response;

use libfuzzer_sys::fuzz_target;
use pay402::protocol::{Before, Receipt, read_settlement};

fuzz_target!(|data: &[u8]| {
    let Some(headers) = response::headers("payment-response", data) else { return };
    let hash = |text: &str| {
        text.len() == 66 && text.starts_with("0x") && !text.bytes().any(|b| b.is_ascii_uppercase())
    };
    let alone = read_settlement(&headers, &Before::default());
    // What was there before the payment settles nothing.
    let after = read_settlement(&headers, &Before::of(&headers, b""));
    assert!(!matches!(&after, Receipt::Read(said) if !said.is_pending()));
    if let Receipt::Odd { transaction: Some(named) } | Receipt::Absent { transaction: Some(named) } =
        &alone
    {
        assert!(hash(named));
    }
    if let Receipt::Read(said) = alone {
        assert!(!(said.success && said.is_pending()));
        assert!(said.transaction_hash().is_none_or(|named| hash(&named)));
        if let Ok(Some(amount)) = said.settled_amount() {
            assert_eq!(said.amount.as_deref(), Some(amount.to_string().as_str()));
        }
    }
});
