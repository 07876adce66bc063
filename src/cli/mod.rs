//! The front door: what was typed, what it means, which module does it, and how the command ends.
//!
//! The only module that knows clap, reads the environment and exits. `args` is what can be typed,
//! `line` reads it with curl's grammar, `settings` says what it means, `commands` call other modules,
//! `error` is what can end a command and `messages` the words for it. What a transfer does is in
//! [`crate::transfer`].

mod answer;
pub mod args;
mod commands;
mod config_file;
mod entry;
mod error;
mod exit;
mod from_curl;
mod glob;
mod help;
mod line;
mod messages;
mod settings;
mod shell;
mod trace;
mod write_out;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as _, FromArgMatches};

use crate::config::Environment;
use crate::http;
use crate::signals;
use crate::terminal::notice;
use crate::terminal::prompt;
use crate::terminal::record::Record;
use crate::terminal::streams::Stderr;
use crate::wallet;
use args::{Args, Command, PayArgs, SpeechArgs};
use commands::transfers::{self, Group};
use error::CliError;
use line::{Line, LineError, Words};
use messages::Reporter;
use settings::screen;

pub use exit::{Exit, TABLE};
pub use help::{completions, manual, rules_table, short_help};

/// How long standard error may stand still, when the time that the owner has set is over.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let ended = run_words();
    prompt::give_back();
    ended
}

fn run_words() -> ExitCode {
    wallet::keep_private();
    signals::ignore_file_size_limit();
    let mut limit = None;
    let end = run_line(&mut limit);
    // As long as nobody has said how long, whoever reads has the time they need.
    let begun = Instant::now();
    let limited = limit.is_some();
    let gives_up = || (limited || signals::interrupted()) && begun.elapsed() >= LAST_WORDS;
    Stderr::finish(&gives_up);
    Record::finish(&gives_up);
    end
}

/// Does what the arguments say; `limit` is the time that they give to a transfer.
fn run_line(limit: &mut Option<Duration>) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let mut definition = help::command();
    if line::asks_for_json(&words) {
        notice::as_documents();
    }
    let read = from_curl::carry_over(&definition, words).and_then(|(words, dropped)| {
        let line = line::read(&definition, &words)?;
        Ok((words, line, dropped))
    });
    let (words, line, dropped) = match read {
        Ok(read) => read,
        Err(CliError::Line(LineError::Refused(word))) => {
            // clap knows what was meant, perhaps.
            return match definition.try_get_matches_from_mut([OsString::from("pay402"), word]) {
                Err(error) => usage(error),
                Ok(_) => Exit::Usage.into(),
            };
        }
        Err(failure) => return reporter().tell(&failure).into(),
    };
    let lists = match line {
        Line::Command => vec![Words { options: words, operands: Vec::new() }],
        Line::Fetch(groups) => groups,
    };
    let mut groups = Vec::new();
    for Words { options, operands } in lists {
        if line::asks_for_json(&options) {
            notice::as_documents();
        }
        let words = [OsString::from("pay402")].into_iter().chain(options);
        let parsed = definition
            .try_get_matches_from_mut(words)
            .and_then(|matches| Ok((Args::from_arg_matches(&matches)?, matches)));
        match parsed {
            Ok((args, matches)) => groups.push(Group { args, matches, operands }),
            Err(error) => return usage(error),
        }
    }
    let limits = groups.iter().filter_map(|group| group.args.connection.limits.max_time);
    *limit = limits.filter(|limit| !limit.is_zero()).min();
    settings::wait_at_most(*limit);
    let Some(speech) = groups.first().map(|group| group.args.speech.clone()) else {
        return Exit::Usage.into();
    };
    for group in &groups {
        settings::keep_from_outputs(&group.args);
    }
    if let Err(failure) = transfers::redirect_stderr(&groups) {
        return reporter().tell(&failure).into();
    }
    let reporter = Reporter::of(&speech, screen());
    // Also where the pasted line says -s: whoever pasted it does not know what was left out of it.
    for words in &dropped {
        notice::warn(&"warning:", words);
    }
    match dispatch(groups) {
        Ok(exit) => exit.into(),
        Err(failure) => reporter.tell(&failure).into(),
    }
}

fn dispatch(mut groups: Vec<Group>) -> Result<Exit, CliError> {
    let Some(first) = groups.first_mut() else { return Err(CliError::NoUrl) };
    if let Some(topic) = &first.args.help {
        return help::print(topic);
    }
    if first.args.command.as_ref().is_none_or(Command::is_the_owners) {
        Environment.check()?;
    }
    let Some(command) = first.args.command.take() else { return transfers::run(groups) };
    let Group { args, matches, .. } = groups.swap_remove(0);
    if let (Command::Resume(_) | Command::Reconcile(_) | Command::Trust { .. }, Some(option)) =
        (&command, paying_option(&matches))
    {
        return Err(CliError::Misplaced { option });
    }
    match command {
        #[cfg(feature = "sandbox")]
        Command::Demo => commands::demo::run(),
        #[cfg(feature = "sandbox")]
        Command::Sandbox { port } => commands::sandbox::run(port),
        Command::Wallet { action } => {
            commands::wallet::run(action, &args.wallet, args.speech.format)
        }
        Command::Config { action } => commands::config::run(action, args.speech.format),
        Command::History { action, filter } => {
            commands::history::run(action, &filter, args.speech.format)
        }
        Command::Resume(resume) => {
            commands::resume::run(*resume, args.wallet, args.speech, &matches)
        }
        Command::Reconcile(reconcile) => commands::reconcile::run(&reconcile, args.speech.format),
        Command::Trust { action, trust } => {
            commands::trust::run(action, &trust, args.speech.format)
        }
        Command::Budget => commands::budget::run(&args),
        Command::Completions { shell } => help::print_completions(shell),
        Command::Man => help::print_manual(),
        Command::Help { words } => help::print(&words.join(" ")),
        Command::Version => help::print_version(),
        // The line's own reading makes a dry run of it; see `line`.
        Command::Quote => Err(CliError::NoUrl),
    }
}

/// An option about paying that stands before a command, which does not read it.
fn paying_option(matches: &ArgMatches) -> Option<String> {
    let options = PayArgs::augment_args(clap::Command::new("pay402"));
    let is_given = |option: &&clap::Arg| {
        matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let found = options.get_arguments().find(is_given)?.get_long()?.to_owned();
    Some(format!("--{found}"))
}

/// How failures are told before it is known what was asked for.
fn reporter() -> Reporter {
    let format = if notice::are_documents() { args::Format::Json } else { args::Format::Text };
    Reporter::of(&SpeechArgs { format, ..SpeechArgs::default() }, screen())
}

/// clap's own words: help and version to stdout with 0, mistakes to stderr with 2.
fn usage(mut error: clap::Error) -> ExitCode {
    use clap::error::{ContextKind::InvalidValue, ContextValue};
    if let Some(ContextValue::String(text)) = error.get(InvalidValue) {
        let text = ContextValue::String(http::without_user(text));
        error.insert(InvalidValue, text);
    }
    if error.use_stderr() && notice::are_documents() {
        return reporter().tell(&messages::of_usage(&error)).into();
    }
    if error.use_stderr() {
        Stderr.line(&error.to_string().trim_end());
        return Exit::Usage.into();
    }
    match answer::answer(&error.to_string()) {
        Ok(()) => Exit::Done.into(),
        Err(_) => Exit::Write.into(),
    }
}
