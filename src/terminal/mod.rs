//! The eyes: what reaches a terminal, and what is asked there.
//!
//! - [`safe`]: the only form in which a server's words are shown
//! - [`streams`]: standard output and standard error, and whether they are in colour
//! - [`notice`]: what is said beside the answer, in words or as JSON
//! - [`outlet`]: writing to a pipe or a terminal whose reader takes its time
//! - [`record`]: what goes over the wire, in a file of its own
//! - [`style`]: what words look like
//! - [`prompt`]: questions on the controlling terminal
//! - [`consent`]: the owner, who is asked whether to pay
//! - [`observer`]: what is shown while a payment is made
//! - [`screen`]: whether the standard streams are terminals, and their colours
//! - [`shown`]: what may have come onto the terminal while a question stood
//! - [`progress`]: a bar for a transfer, a spinner for a wait
//! - [`report`]: payments and dry runs, in words and as JSON
//!
//! What is said, and when, is decided elsewhere.

mod backlog;
#[cfg(unix)]
mod canvas;
pub mod consent;
mod fresh;
mod hidden;
mod job;
pub mod notice;
pub mod observer;
pub mod outlet;
mod patience;
pub mod progress;
pub mod prompt;
pub mod record;
pub mod report;
pub mod safe;
pub mod screen;
pub mod shown;
pub mod streams;
pub mod style;
