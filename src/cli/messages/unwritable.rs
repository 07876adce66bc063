//! An output that cannot be written to, before anything was sent.

use super::super::exit::Exit;
use super::Message;
use super::network::network;
use crate::http;
use crate::output::Error;
use crate::terminal::safe::shown_path;

/// What is added where a transfer has not begun.
pub(super) const NOTHING_SENT: &str = "for this URL nothing was sent and nothing was signed";

/// Why an output cannot be written to.
pub(super) fn unwritable(error: &Error) -> Message {
    match error {
        Error::SameFile { one, other, path } => {
            let sentence = format!("{one} and {other} are the same file, {}", shown_path(path));
            Message::new(Exit::Usage, sentence).hint(NOTHING_SENT)
        }
        Error::OwnFile { path, what } => {
            let sentence = format!("{} is {what}: no output is written there", shown_path(path));
            Message::new(Exit::Usage, sentence).hint(
                "nothing was sent or signed, and the file is as it was; give the output another name",
            )
        }
        Error::Unwritable { path, source } => {
            Message::new(Exit::Write, format!("cannot write {}: {source}", shown_path(path)))
                .hint(NOTHING_SENT)
        }
        Error::NobodyReads(path) => {
            Message::new(Exit::Timeout, format!("nobody read {} in time", shown_path(path)))
                .hint(NOTHING_SENT)
        }
        Error::Interrupted => network(&http::Error::Interrupted),
    }
}
