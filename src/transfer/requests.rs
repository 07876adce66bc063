//! The port through which a transfer has its request made of what was typed.

use crate::http::Request;

use super::{ContinueAt, RequestError, Target};

/// Makes the requests of a group of URLs.
pub(crate) trait Requests: Send + Sync {
    /// The request for a target. Where the transfer goes on (`-C`), `goes_on` says at which byte.
    ///
    /// # Errors
    ///
    /// What was typed makes no request, or a file that it names cannot be read.
    fn request(
        &self,
        target: &Target,
        goes_on: Option<ContinueAt>,
    ) -> Result<Request, RequestError>;

    /// Whether the owner is asked for a password while one is made.
    fn asks_owner(&self) -> bool;

    /// Whether files are read while one is made, besides the one that a target uploads.
    fn reads_files(&self) -> bool;

    /// The cookies that were received and kept so far, as a cookie file has them.
    fn cookies(&self) -> String;
}
