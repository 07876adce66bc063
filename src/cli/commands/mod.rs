//! One file per command: call other modules, report. Nothing here parses or decides.

pub(super) mod budget;
pub(super) mod config;
#[cfg(feature = "sandbox")]
pub(super) mod demo;
mod group;
pub(super) mod history;
pub(super) mod reconcile;
pub(super) mod resume;
#[cfg(feature = "sandbox")]
pub(super) mod sandbox;
pub(super) mod transfers;
pub(super) mod trust;
pub(super) mod wallet;

use super::error::CliError;

/// How many threads may write, read, ask and look up names at most: there are several to a transfer, and
/// those that wait for a reader must not keep others from theirs.
const MOST_THREADS: usize = 4096;

/// The one thread on which the network goes on.
fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MOST_THREADS)
        .build()
        .map_err(CliError::Runtime)
}
