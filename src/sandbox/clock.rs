//! The sandbox's clock. Everything below the doors of HTTP and of [`super::Sandbox`] is told the
//! time.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970. A clock set before that reads zero.
#[expect(clippy::disallowed_methods, reason = "the sandbox is a server, and this is its clock")]
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
