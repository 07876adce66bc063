//! One file per command: call a room, report. Nothing here parses or decides.

pub(super) mod config;
#[cfg(feature = "sandbox")]
pub(super) mod demo;
mod dry_run;
pub(super) mod fetch;
#[cfg(feature = "sandbox")]
pub(super) mod sandbox;
pub(super) mod wallet;

pub(super) use fetch::Run;
