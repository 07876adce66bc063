//! A record of what the program does (`--trace`), to a file of its own and without waiting for its reader.

use std::sync::{Mutex, PoisonError};

use super::backlog::Backlog;
use super::outlet::Outlet;

/// Everything that is recorded in this process.
static RECORDED: Backlog = Backlog::new();

/// The record of this process: the first one that is written to counts.
pub struct Record(Mutex<Option<Outlet>>);

impl Record {
    /// A record in this place.
    pub fn to(outlet: Outlet) -> Self {
        Self(Mutex::new(Some(outlet)))
    }

    /// Adds to it: now, or as soon as that can be. A record that cannot be written is no reason to stop.
    pub fn write(&self, bytes: &[u8]) {
        RECORDED.say(bytes, || self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether so much has not been read that nothing more should be begun.
    pub fn is_behind() -> bool {
        RECORDED.is_long()
    }

    /// Waits until everything is written, or until `gives_up`: for the end of the program.
    pub fn finish(gives_up: &dyn Fn() -> bool) {
        RECORDED.finish(gives_up);
    }
}
