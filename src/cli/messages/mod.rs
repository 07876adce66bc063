//! The messages: one match from facts to a sentence, a hint and an exit code, and the same as JSON.
//!
//! Whatever ends a command comes here as a fact ([`super::error`], [`crate::transfer`]); a new one is a
//! row of a match here and nothing else.

mod change;
mod doubt;
mod environment;
mod facts;
mod ledger_error;
mod line;
mod message;
mod money;
mod network;
mod no_terms;
mod reporter;
mod request;
mod signed;
mod transfer;
mod undelivered;
mod unwritable;

use std::io;

use crate::config::{ConfigError, NoHome};
use crate::terminal::prompt::PromptError;
use crate::terminal::safe::{Safe, shown_path};
use crate::transfer::WalletFailure;

use super::error::CliError;
use super::exit::Exit;
use line::line;
use message::Money;
use network::network;

pub(super) use line::of_usage;
pub(super) use message::Message;
pub(super) use money::exit_of;
pub(super) use reporter::Reporter;
pub(super) use transfer::message_of;

impl CliError {
    /// The one match from facts to a message.
    pub(super) fn message(&self) -> Message {
        match self {
            Self::NoHome(NoHome::Unknown) => {
                usage("there is no home directory to look for files in".into())
                    .hint("set PAY402_HOME to a directory")
            }
            Self::NoHome(error @ NoHome::Relative(_)) => usage(format!("{}; nothing was signed", safe(error)))
                .hint("name it from the root, as in PAY402_HOME=\"$HOME/.pay402\": with any other, each working directory would have a ledger of its own"),
            Self::NotText(error) => usage(error.to_string()),
            Self::NotUnderstood(error) => environment::not_understood(error),
            Self::Config(error) => usage(safe(error)).hint(match error {
                ConfigError::Doubtful(doubt) => doubt::hint(doubt),
                _ => "correct the file; a limit that is not understood is no limit".into(),
            }),
            Self::Variable { name, what } => usage(format!("{name}: {}", safe(what))),
            Self::NoUrl => {
                usage("no URL was given".into()).next(&["--help"]).hint("try: pay402 --help")
            }
            Self::NoTopic(topic) => usage(format!("there is no help on {:?}", safe(topic)))
                .hint("try: pay402 --help all; pay, request, connection, output and every command have their own"),
            Self::Line(error) => line(error),
            Self::Glob(error) => Message::new(Exit::Url, safe(error)),
            Self::Contrary(flag) => {
                usage(format!("{flag} is given on both sides of --next, with nothing in common"))
                    .hint("the rules for paying and the wallet hold for the whole command line")
            }
            Self::NotCurls(option) => {
                usage(format!("{:?} in the line of --from-curl is no option of curl's", safe(option)))
                    .hint("what pay402 itself is told goes before --from-curl")
            }
            Self::FromCurl(why) => usage(format!("the command line of --from-curl {why}")),
            Self::Url(error) => Message::new(Exit::Url, safe(error)),
            Self::Request(error) => request::request(error),
            Self::Transfer(error) => transfer::message_of(error),
            Self::NoRemoteName(url) => {
                Message::new(Exit::Write, format!("{} ends in no file name for -O", safe(url)))
                    .hint("name the file with -o")
            }
            Self::OneReceipt => {
                usage("--receipt takes the report of one payment, not of several".into())
                    .hint("--format json reports each payment on standard error")
            }
            Self::BadEntry(bad) => Message::new(Exit::Option, safe(bad)),
            Self::BadTlsVersion(text) => usage(format!("{:?} is not a version of TLS", safe(text)))
                .hint("a version is default, 1.0, 1.1, 1.2 or 1.3"),
            Self::Answer { path, source } => {
                Message::new(Exit::Write, format!("cannot write {}: {source}", shown_path(path)))
            }
            Self::Output(error) => unwritable::unwritable(error),
            Self::Wallet(
                WalletFailure::Prompt(PromptError::Interrupted)
                | WalletFailure::NewPrompt(PromptError::Interrupted),
            ) => Message::new(Exit::Interrupted, "interrupted; nothing was changed"),
            Self::Wallet(failure) => money::wallet(failure),
            Self::NotRemoved => Message::new(Exit::ConsentMissing, "the wallet was not removed")
                .hint("confirm on the terminal, or say --yes"),
            Self::NoRandomness => {
                Message::new(Exit::WalletUnavailable, "the system gives no random numbers")
            }
            Self::Runtime(error) => runtime(error),
            Self::Connection(error) => network(error),
            Self::Ledger(error) => ledger_error::ledger(error),
            Self::Rpc(key) => {
                usage(format!("config.toml: rpc.{}: not NETWORK = \"URL\"", safe(key)))
                    .hint("a network is a name such as base, or CAIP-2; a URL is http or https")
            }
            Self::RpcTwice(network) => {
                usage(format!("config.toml: rpc names two endpoints for {network}"))
                    .hint("one network has one endpoint, by its name or by CAIP-2")
            }
            Self::Elsewhere(busy) => ledger_error::elsewhere(busy),
            Self::NotTrusted(origin) => usage(format!("no trust is recorded for {}", safe(origin)))
                .hint("pay402 trust list shows what was"),
            Self::Time(text) => usage(format!("{:?} is not a time", safe(text)))
                .hint("a time is 2026-01-31, 2026-01-31T12:00:00Z, or 12h, 7d for so long ago"),
            Self::NoState(text) => usage(format!("{:?} is not a state of a payment", safe(text)))
                .hint("states are reserved, signed, unsent, sent, rejected, unknown, settled, expired"),
            Self::Misplaced { option } => {
                usage(format!("{option} before a command would say nothing; nothing was sent or signed"))
                    .fact("argument", option.clone())
                    .hint("the command's own options stand after it: pay402 help all lists them")
            }
            Self::Words { message, hint, argument } => Message {
                hint: hint.clone(),
                ..usage(message.clone()).fact("argument", argument.clone()).next(&["help", "all"])
            },
            #[cfg(feature = "sandbox")]
            Self::Sandbox(what) => Message::new(Exit::Connect, what.clone()),
        }
    }
}

/// The system gives no runtime or no thread.
fn runtime(error: &io::Error) -> Message {
    Message::new(Exit::Connect, format!("cannot start the network: {error}"))
}

/// What is wrong with the command line or the configuration.
fn usage(sentence: String) -> Message {
    Message::new(Exit::Usage, sentence)
}

/// A keystore's password could not be asked for.
fn prompt(error: &PromptError) -> Message {
    match error {
        PromptError::Interrupted => Message::new(Exit::Interrupted, "interrupted"),
        PromptError::NoTerminal => Message::new(
            Exit::WalletUnavailable,
            "a password is needed and there is no terminal to ask on",
        )
        .hint("name a file with --password-file, or set PAY402_PASSWORD"),
        PromptError::TimedOut => Message::new(Exit::Timeout, error.to_string()),
        PromptError::NoAnswer | PromptError::NotConfirmed | PromptError::Failed(_) => {
            Message::new(Exit::WalletUnavailable, error.to_string())
        }
    }
}

/// Words that may hold text from outside.
fn safe(text: &dyn ToString) -> String {
    Safe::new(&text.to_string(), 400).to_string()
}

/// That something is not what its option takes, by its name, where that is known to be no secret.
fn not_a(what: &str, name: &str) -> String {
    if name.is_empty() { format!("not a {what}") } else { format!("not a {what}: {}", safe(&name)) }
}
