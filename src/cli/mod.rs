//! The front door: what was typed, what it means, which room does it, and how it ends.
//!
//! The only room that knows clap. Commands call rooms and report; they decide nothing.

pub mod args;
mod beside;
mod commands;
mod deliver;
mod entry;
mod exit;
mod failure;
mod help;
mod nodes;
mod output;
mod settings;
mod trace;
mod verification;
mod world;
mod write_out;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::terminal::streams::Stderr;
use crate::wallet;
use args::{Args, Command, Format};
use failure::{Failure, Voice};
use settings::Screen;

pub use exit::{Exit, TABLE};
pub use help::{completions, manual, short_help};

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    wallet::keep_private();
    let matches = match help::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let voice = Voice {
        screen: Screen::look(),
        json: args.speech.format == Format::Json,
        silent: args.speech.silent && !args.speech.show_error,
    };
    match dispatch(args, &matches) {
        Ok(exit) => exit.into(),
        Err(failure) => voice.tell(&failure).into(),
    }
}

fn dispatch(args: Args, matches: &clap::ArgMatches) -> Result<Exit, Failure> {
    if let Some(topic) = &args.help {
        return help::print(topic);
    }
    match args.command {
        #[cfg(feature = "sandbox")]
        Some(Command::Demo) => commands::demo::run(),
        #[cfg(feature = "sandbox")]
        Some(Command::Sandbox { port }) => commands::sandbox::run(port),
        Some(Command::Wallet { action }) => {
            commands::wallet::run(action, &args.wallet, args.speech.format)
        }
        Some(Command::Config { action }) => commands::config::run(action, args.speech.format),
        Some(Command::History { action, filter }) => {
            commands::history::run(action, &filter, args.speech.format)
        }
        Some(Command::Resume(resume)) => {
            commands::fetch::resume(*resume, args.wallet, args.speech, matches)
        }
        Some(Command::Reconcile(reconcile)) => {
            commands::reconcile::run(&reconcile, args.speech.format)
        }
        Some(Command::Trust { action, trust }) => {
            commands::trust::run(action, &trust, args.speech.format)
        }
        Some(Command::Budget) => commands::budget::run(args.speech.format),
        Some(Command::Completions { shell }) => help::print_completions(shell),
        Some(Command::Man) => help::print_manual(),
        None => commands::fetch::run(&args, matches),
    }
}

/// clap's own words: help and version to stdout with 0, mistakes to stderr with 2.
fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        Stderr.line(&error.to_string().trim_end());
        return Exit::Usage.into();
    }
    match output::answer(&error.to_string()) {
        Ok(()) => Exit::Done.into(),
        Err(_) => Exit::Write.into(),
    }
}
