//! What can end a command, as facts. [`super::messages`] has the words, the hint and the exit code.

use std::io;
use std::path::PathBuf;

use crate::config::environment::{NotText, NotUnderstood};
use crate::config::{ConfigError, NoHome};
use crate::http::{self, UrlError};
use crate::ledger;
use crate::output;
use crate::pay;
use crate::transfer::{RequestError, TransferError, WalletFailure};
use crate::wallet;

use super::glob::GlobError;
use super::line::LineError;

/// Everything that can end a command, as facts.
pub(super) enum CliError {
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
    /// An option about paying before a command that does not read it there.
    Misplaced {
        /// The option.
        option: String,
    },
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
        $(impl From<$error> for CliError {
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

impl From<wallet::Error> for CliError {
    fn from(error: wallet::Error) -> Self {
        Self::Wallet(WalletFailure::Wallet(error))
    }
}
