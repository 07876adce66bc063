//! A command line that cannot be read.

use super::super::error::CliError;
use super::super::exit::Exit;
use super::super::line::{LineError, Meant, Stray};
use super::{Message, safe};
use crate::terminal::safe::shown_path;

/// A command line that is not understood.
pub(super) fn line(error: &LineError) -> Message {
    let usage = |sentence: String| Message::new(Exit::Usage, sentence);
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
            shown_path(file),
            safe(option)
        )),
        LineError::Variable { text, why } => {
            usage(format!("the variable {:?} cannot be used: {why}", safe(text)))
        }
        LineError::NothingToExpand(option) => {
            usage(format!("{}: the option takes no value", safe(option)))
        }
        LineError::Nested(file) => {
            usage(format!("{}: files of options name each other", shown_path(file)))
        }
        LineError::Stray(stray) => {
            let sentence = format!(
                "{:?} is neither a command nor a URL; nothing was requested",
                safe(&stray.word)
            );
            usage(sentence).hint(stray_hint(stray))
        }
        LineError::OneDash(name) => usage(format!(
            "-{name} has one dash, which reads as several short options; nothing was requested"
        ))
        .hint(format!("write --{name}")),
    }
}

/// What clap says of a command line, as facts.
pub(in crate::cli) fn of_usage(error: &clap::Error) -> CliError {
    use clap::error::{ContextKind, ContextValue};
    let text = error.to_string();
    let mut parts = text.trim_start_matches("error: ").split("\n\n");
    let message = parts.next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let tip = parts.find_map(|part| part.trim().strip_prefix("tip: ").map(str::to_owned));
    let value = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(all)) => Some(all.join(", ")),
        _ => None,
    };
    let argument = value(ContextKind::InvalidArg).or_else(|| value(ContextKind::InvalidSubcommand));
    CliError::Words {
        message: safe(&message),
        hint: tip.map(|tip| safe(&tip)),
        argument: argument.map(|argument| safe(&argument)),
    }
}

/// What a word may have been meant for.
fn stray_hint(stray: &Stray) -> String {
    let meant = match &stray.meant {
        Some(Meant::Command(name)) => format!("did you mean the command pay402 {name}?"),
        Some(Meant::LateCommand(name)) => {
            format!("a command is the first word: pay402 {name}")
        }
        Some(Meant::Option(name)) => format!("did you mean the option --{name}?"),
        Some(Meant::Amount) => "did you mean --max-price AMOUNT, or --budget AMOUNT/PERIOD?".into(),
        None => "pay402 help all lists commands and options".into(),
    };
    if stray.may_be_host {
        format!("{meant} A host of this name is written http://{}/", safe(&stray.word))
    } else {
        meant
    }
}
