//! One transfer: its target, what is known of it, and what can end it.
//!
//! Nothing here knows an argument or a sentence: the front door makes plain options of the one, and
//! words of what is returned.

mod condition;
mod error;
mod options;
mod requests;
mod target;

pub(crate) use condition::{condition, is_older};
pub(crate) use error::{
    BodyFailure, Ended, PayFailure, RequestError, StillOpen, TransferError, Undelivered, Unproved,
    WalletFailure, delivered_to,
};
pub use options::ContinueAt;
pub(crate) use options::{OutputOptions, RetryOptions, Speech, TransferOptions};
pub(crate) use requests::Requests;
pub(crate) use target::{BodyPlace, Target, in_directory, remote_name};
