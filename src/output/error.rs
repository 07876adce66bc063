//! Why an output cannot be written to, found out before anything is sent.

use std::io;
use std::path::PathBuf;

/// Why an output cannot be written to.
#[derive(Debug)]
pub(crate) enum Error {
    /// Two things would be written to one file, and one of them is paid for.
    SameFile {
        /// One of them, as its option is called.
        one: &'static str,
        /// The other.
        other: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// It is one of this program's own files, or a secret that it reads.
    OwnFile {
        /// The output.
        path: PathBuf,
        /// What it is, in words.
        what: &'static str,
    },
    /// The system refused.
    Unwritable {
        /// The output.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It is a pipe that nobody reads, and the time is over.
    NobodyReads(PathBuf),
    /// A signal came while its reader was awaited.
    Interrupted,
}
