//! The port by which a run is asked to end early; in the program, signals ask for it.

use std::task::{Context, Poll};

/// What asks a run to end early.
pub trait Cancellation {
    /// From now on, and for good, a request to end is reported here instead of ending the process.
    fn arm(&self);

    /// Whether there was a request to end.
    fn is_cancelled(&self) -> bool;

    /// What can wait for a request to end; `None` as long as nobody has called
    /// [`Cancellation::arm`], because then a request to end still ends the process.
    fn listener(&self) -> Option<Box<dyn CancellationListener>>;
}

/// Waits for a request to end.
pub trait CancellationListener {
    /// Ready once there was a request to end, also one from before this listener was made.
    fn poll_cancelled(&mut self, context: &mut Context<'_>) -> Poll<()>;
}
