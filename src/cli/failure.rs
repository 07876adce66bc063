//! How a failure is told: one match from facts to a sentence, a hint and an exit code.

mod books;
mod change;
mod doubt;
mod environment;
mod facts;
mod line;
mod money;
mod network;
mod no_terms;
mod request;
mod signed;
mod telling;
mod transfer;
mod undelivered;
mod unwritable;
mod voice;

use std::io;
use std::path::PathBuf;

use crate::config::environment::{NotText, NotUnderstood};
use crate::config::{ConfigError, NoHome};
use crate::http::{self, UrlError};
use crate::ledger;
use crate::pay;
use crate::terminal::prompt::PromptError;
use crate::terminal::safe::{Safe, shown_path};
use crate::transfer::{RequestError, TransferError, WalletFailure};
use crate::wallet;

use super::exit::Exit;
use super::glob::GlobError;
use super::line::LineError;
use crate::output;
use line::line;
use network::network;
use telling::Money;

pub(super) use line::of_usage;
pub(super) use money::exit_of;
pub(super) use telling::Telling;
pub(super) use transfer::transfer as telling_of;
pub(super) use voice::Voice;

/// Everything that can end a command, as facts.
pub(super) enum Failure {
    /// There is nowhere to look for files.
    NoHome(NoHome),
    /// A variable of the environment is not text.
    NotText(NotText),
    /// A variable of the environment that is not understood.
    NotUnderstood(NotUnderstood),
    /// The owner's file.
    Config(ConfigError),
    /// A variable of the environment does not parse.
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// No URL and no command.
    NoUrl,
    /// `--help` with something that is no topic.
    NoTopic(String),
    /// A request cannot be made of what was typed.
    Request(RequestError),
    /// A transfer.
    Transfer(TransferError),
    /// Not a URL.
    Url(UrlError),
    /// The command line, before its options are looked at.
    Line(LineError),
    /// A URL's pattern.
    Glob(GlobError),
    /// Groups of `--next` that say different things where one must hold.
    Contrary(&'static str),
    /// A command line for `--from-curl` that no shell would understand.
    FromCurl(&'static str),
    /// A word of the line of `--from-curl` that is no option of curl's.
    NotCurls(String),
    /// `-O` with a URL whose path has no last part.
    NoRemoteName(String),
    /// `--receipt` with several URLs, or several payments to send again.
    OneReceipt,
    /// `--resolve` with something that is no address of a host.
    BadEntry(http::BadEntry),
    /// `--tls-max` with something that is no version.
    BadTlsVersion(String),
    /// An output cannot be written to, which was found out before anything was sent.
    Output(output::Error),
    /// An answer of this program cannot be written.
    Answer {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A wallet command.
    Wallet(WalletFailure),
    /// Removing a wallet was not confirmed.
    NotRemoved,
    /// The system gives no random numbers.
    NoRandomness,
    /// No runtime for the network.
    Runtime(io::Error),
    /// The connection cannot be set up as it was asked.
    Connection(http::Error),
    /// The ledger, outside the story.
    Ledger(ledger::Error),
    /// The owner's file names an RPC endpoint or its network wrongly.
    Rpc(String),
    /// The owner's file names two endpoints for one network, by two of its names.
    RpcTwice(&'static str),
    /// Another process is busy with a payment that was to be sent again.
    Elsewhere(Box<pay::Busy>),
    /// What is to be taken back was never said.
    NotTrusted(String),
    /// A time that does not parse.
    Time(String),
    /// A state that no payment has.
    NoState(String),
    /// What clap says of the command line.
    Words {
        /// What is wrong.
        message: String,
        /// What would be right.
        hint: Option<String>,
        /// The option or word that is meant.
        argument: Option<String>,
    },
    /// The sandbox.
    #[cfg(feature = "sandbox")]
    Sandbox(String),
}

macro_rules! from {
    ($($error:ty => $variant:ident),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from! {
    NoHome => NoHome,
    NotText => NotText,
    NotUnderstood => NotUnderstood,
    ConfigError => Config,
    output::Error => Output,
    RequestError => Request,
    TransferError => Transfer,
    UrlError => Url,
    WalletFailure => Wallet,
}

impl From<wallet::Error> for Failure {
    fn from(error: wallet::Error) -> Self {
        Self::Wallet(WalletFailure::Wallet(error))
    }
}

impl Failure {
    /// The one match.
    pub(super) fn telling(&self) -> Telling {
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
            Self::Glob(error) => Telling::new(Exit::Url, safe(error)),
            Self::Contrary(flag) => {
                usage(format!("{flag} is given on both sides of --next, with nothing in common"))
                    .hint("the rules for paying and the wallet hold for the whole command line")
            }
            Self::NotCurls(option) => {
                usage(format!("{:?} in the line of --from-curl is no option of curl's", safe(option)))
                    .hint("what pay402 itself is told goes before --from-curl")
            }
            Self::FromCurl(why) => usage(format!("the command line of --from-curl {why}")),
            Self::Url(error) => Telling::new(Exit::Url, safe(error)),
            Self::Request(error) => request::request(error),
            Self::Transfer(error) => transfer::transfer(error),
            Self::NoRemoteName(url) => {
                Telling::new(Exit::Write, format!("{} ends in no file name for -O", safe(url)))
                    .hint("name the file with -o")
            }
            Self::OneReceipt => {
                usage("--receipt takes the report of one payment, not of several".into())
                    .hint("--format json reports each payment on standard error")
            }
            Self::BadEntry(bad) => Telling::new(Exit::Option, safe(bad)),
            Self::BadTlsVersion(text) => usage(format!("{:?} is not a version of TLS", safe(text)))
                .hint("a version is default, 1.0, 1.1, 1.2 or 1.3"),
            Self::Answer { path, source } => {
                Telling::new(Exit::Write, format!("cannot write {}: {source}", shown_path(path)))
            }
            Self::Output(error) => unwritable::unwritable(error),
            Self::Wallet(
                WalletFailure::Prompt(PromptError::Interrupted)
                | WalletFailure::NewPrompt(PromptError::Interrupted),
            ) => Telling::new(Exit::Interrupted, "interrupted; nothing was changed"),
            Self::Wallet(failure) => money::wallet(failure),
            Self::NotRemoved => Telling::new(Exit::ConsentMissing, "the wallet was not removed")
                .hint("confirm on the terminal, or say --yes"),
            Self::NoRandomness => {
                Telling::new(Exit::WalletUnavailable, "the system gives no random numbers")
            }
            Self::Runtime(error) => runtime(error),
            Self::Connection(error) => network(error),
            Self::Ledger(error) => books::ledger(error),
            Self::Rpc(key) => {
                usage(format!("config.toml: rpc.{}: not NETWORK = \"URL\"", safe(key)))
                    .hint("a network is a name such as base, or CAIP-2; a URL is http or https")
            }
            Self::RpcTwice(network) => {
                usage(format!("config.toml: rpc names two endpoints for {network}"))
                    .hint("one network has one endpoint, by its name or by CAIP-2")
            }
            Self::Elsewhere(busy) => books::elsewhere(busy),
            Self::NotTrusted(origin) => usage(format!("no trust is recorded for {}", safe(origin)))
                .hint("pay402 trust list shows what was"),
            Self::Time(text) => usage(format!("{:?} is not a time", safe(text)))
                .hint("a time is 2026-01-31, 2026-01-31T12:00:00Z, or 12h, 7d for so long ago"),
            Self::NoState(text) => usage(format!("{:?} is not a state of a payment", safe(text)))
                .hint("states are reserved, signed, unsent, sent, rejected, unknown, settled, expired"),
            Self::Words { message, hint, argument } => Telling {
                hint: hint.clone(),
                ..usage(message.clone()).fact("argument", argument.clone()).next(&["help", "all"])
            },
            #[cfg(feature = "sandbox")]
            Self::Sandbox(what) => Telling::new(Exit::Connect, what.clone()),
        }
    }
}

/// The system gives no runtime or no thread.
fn runtime(error: &io::Error) -> Telling {
    Telling::new(Exit::Connect, format!("cannot start the network: {error}"))
}

/// What is wrong with the command line or the configuration.
fn usage(sentence: String) -> Telling {
    Telling::new(Exit::Usage, sentence)
}

/// A keystore's password could not be asked for.
fn prompt(error: &PromptError) -> Telling {
    match error {
        PromptError::Interrupted => Telling::new(Exit::Interrupted, "interrupted"),
        PromptError::NoTerminal => Telling::new(
            Exit::WalletUnavailable,
            "a password is needed and there is no terminal to ask on",
        )
        .hint("name a file with --password-file, or set PAY402_PASSWORD"),
        PromptError::TimedOut => Telling::new(Exit::Timeout, error.to_string()),
        PromptError::NoAnswer | PromptError::NotConfirmed | PromptError::Failed(_) => {
            Telling::new(Exit::WalletUnavailable, error.to_string())
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
