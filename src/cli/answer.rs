//! What a command prints on standard output.

use std::path::PathBuf;

use crate::terminal::streams::{OutputError, Stdout};

use super::failure::Failure;

/// Prints a command's answer on standard output.
pub(super) fn answer(text: &str) -> Result<(), Failure> {
    let written = Stdout::open().and_then(|mut out| {
        out.write(text.as_bytes())?;
        out.flush()
    });
    match written {
        // Whoever closed the pipe has seen enough.
        Ok(()) | Err(OutputError::Closed) => Ok(()),
        Err(OutputError::Failed(source)) => {
            Err(Failure::Answer { path: PathBuf::from("stdout"), source })
        }
    }
}
