//! What is said on the wire: terms, amounts, networks, assets, and how x402 v1 and v2 spell them.
//!
//! Pure: bytes and headers in, types out. Nothing here decides whether to pay (that is
//! [`crate::policy`]) or builds what is signed (that is [`crate::scheme`]).

mod account;
mod address;
mod amount;
mod assets;
mod authenticate;
mod before;
mod challenge;
mod date;
mod dialect;
mod encoding;
mod extensions;
mod fields;
mod hash;
mod instead;
mod json;
mod networks;
mod receipt;
mod refusal;
mod retry;
mod settlement;
mod terms;
mod texts;
mod wording;

pub use address::{AddressError, parse_address, parse_address_of_any_case};
pub use amount::{Amount, AmountError};
pub use assets::{ASSETS, Asset, TransferMethod};
pub use before::Before;
pub use challenge::{
    Carrier, Challenge, ChallengeError, MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_OFFERS, Offer, Unread,
};
pub use date::{parse_date, read_date};
pub use dialect::{
    DIALECTS, Dialect, MOST_HEADER_BYTES, PaymentHeader, is_document_header, is_payment_header,
    payment_headers, payment_length, read_challenge,
};
pub use instead::{Instead, read_instead};
pub use json::JsonError;
pub use networks::{NETWORKS, Network};
pub use receipt::{Receipt, read_settlement};
pub use refusal::{Refusal, read_refusal};
pub use retry::read_retry_after;
pub use settlement::Settlement;
pub use terms::{Extra, Terms, TermsError};
