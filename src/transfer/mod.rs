//! One transfer: its target, what is known of it, and what can end it.
//!
//! Nothing here knows an argument or a sentence: the front door makes plain options of the one, and
//! words of what is returned.

mod error;

pub(crate) use error::{
    BodyFailure, PayFailure, RequestError, StillOpen, TransferError, Undelivered, Unproved,
    WalletFailure,
};
