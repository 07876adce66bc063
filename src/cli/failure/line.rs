//! A command line that cannot be read.

use super::super::exit::Exit;
use super::super::line::LineError;
use super::{Telling, safe, shown};

/// A command line that is not understood.
pub(super) fn line(error: &LineError) -> Telling {
    let usage = |sentence: String| Telling::new(Exit::Usage, sentence);
    match error {
        LineError::Refused(option) => {
            let option = option.to_string_lossy();
            usage(format!("{} is not understood", safe(&option))).hint("try: pay402 --help all")
        }
        LineError::Ambiguous(option) => {
            usage(format!("{} may be several options", safe(option))).hint("write it out")
        }
        LineError::NotBoolean(option) => {
            usage(format!("{}: only a switch can be turned off", safe(option)))
        }
        LineError::Setting { file, line, option } => usage(format!(
            "{}, line {line}: {} is not understood, or does not go with its value",
            shown(file),
            safe(option)
        )),
        LineError::Nested(file) => {
            usage(format!("{}: files of options name each other", shown(file)))
        }
    }
}
