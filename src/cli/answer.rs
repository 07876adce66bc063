//! What a command prints on standard output.

use std::path::PathBuf;

use crate::terminal::streams::{OutputError, Stdout};

use super::error::CliError;

/// Prints a command's answer on standard output.
pub(super) fn answer(text: &str) -> Result<(), CliError> {
    let written = Stdout::open().and_then(|mut out| {
        out.write(text.as_bytes())?;
        out.flush()
    });
    match written {
        // Whoever closed the pipe has seen enough.
        Ok(()) | Err(OutputError::Closed) => Ok(()),
        Err(OutputError::Failed(source)) => {
            Err(CliError::Answer { path: PathBuf::from("stdout"), source })
        }
    }
}
