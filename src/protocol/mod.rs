//! What is said on the wire: terms, amounts, networks, assets, and how x402 v1 and v2 spell them.
//!
//! Pure: bytes and headers in, types out. Nothing here decides whether to pay (that is
//! [`crate::policy`]) or builds what is signed (that is [`crate::scheme`]).

mod address;
mod amount;
mod assets;
mod challenge;
mod contradiction;
mod date;
mod dialect;
mod encoding;
mod json;
mod networks;
mod refusal;
mod settlement;
mod terms;

pub use address::{AddressError, parse_address};
pub use amount::{Amount, AmountError};
pub use assets::{ASSETS, Asset, TransferMethod};
pub use challenge::{
    Carrier, Challenge, ChallengeError, MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_OFFERS, Offer,
    Unread, read_challenge,
};
pub use date::{parse_date, read_date};
pub use dialect::{DIALECTS, Dialect, PaymentHeader};
pub use json::JsonError;
pub use networks::{NETWORKS, Network};
pub use refusal::{Refusal, read_refusal};
pub use settlement::{Receipt, Settlement, read_settlement};
pub use terms::{Extra, Terms, TermsError};

/// The request headers that carry a payment: one the user set means "already attempted".
pub const PAYMENT_HEADERS: [&str; 2] = ["payment-signature", "x-payment"];
