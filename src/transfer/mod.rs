//! One transfer: its target, what is known of it, and what can end it.
//!
//! Nothing here knows an argument or a sentence: the front door makes plain options of the one, and
//! words of what is returned.

mod attempts;
mod condition;
mod deliver;
mod delivered;
mod destination;
mod dry_run;
mod error;
mod fetch;
mod naming;
mod nodes;
mod offset;
mod options;
mod paid;
mod requests;
mod retry;
mod run;
mod session;
mod side_files;
mod stats;
mod target;
mod verification;

pub(crate) use condition::{condition, is_older};
pub(crate) use error::{
    BodyFailure, Ended, PayFailure, RequestError, StillOpen, TransferError, Undelivered, Unproved,
    WalletFailure, delivered_to,
};
pub(crate) use nodes::{CLOCKS_DIFFER, Nodes, unavailable, words};
pub use options::ContinueAt;
pub(crate) use options::{OutputOptions, RetryOptions, Speech, TransferOptions};
pub(crate) use requests::Requests;
pub(crate) use run::{Purpose, Run};
pub(crate) use session::Shared;
pub(crate) use side_files::{open_cookies, write_cookies};
pub(crate) use stats::{LONGEST, TransferStats};
pub(crate) use target::{BodyPlace, Target, in_directory, remote_name};
