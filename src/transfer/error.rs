//! What can end a transfer, as facts. The words for them are the front door's.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::http::{self, UrlError};
use crate::ledger::{self, Delivery};
use crate::output::{self, Part, SinkError};
use crate::pay;
use crate::policy::Decision;
use crate::terminal::prompt::PromptError;
use crate::terminal::report::PaymentReport;
use crate::terminal::safe::shown_path;
use crate::wallet;

/// How a payment failed with this program's network, wallet and ledger.
pub(crate) type PayFailure = pay::Failure<http::Error, WalletFailure, ledger::Error>;

/// How a transfer ended that did not fail.
#[derive(Debug)]
pub(crate) enum Ended {
    /// What was asked is done.
    Done,
    /// A dry run found that nothing would be paid, or that the owner would be asked.
    Decided(Decision),
}

/// What can end a transfer.
pub(crate) enum TransferError {
    /// An output cannot be written to, which was found out before anything was sent.
    Output(output::Error),
    /// The file of `--etag-save` cannot be written to, for which curl has a code of its own.
    TagFile {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The request cannot be made.
    Request(RequestError),
    /// The system gives no thread.
    Runtime(io::Error),
    /// The network, before it is known whether anything is to be paid.
    Connection(http::Error),
    /// The ledger, where nothing was to be paid.
    Ledger(ledger::Error),
    /// `resume` with a request that is not the one the payment was signed for.
    OtherRequest(String),
    /// A payment was to be sent again, and nothing was: it is as open as before.
    StillOpen {
        /// Its id.
        id: String,
        /// Why it was not sent.
        why: StillOpen,
        /// Whether it is known to have settled: then what it bought is still to be delivered.
        settled: bool,
    },
    /// The payment.
    Pay(PayFailure),
    /// A body that was not paid for came only in part.
    Body {
        /// What happened.
        error: http::Error,
        /// Where its beginning is kept.
        part: Option<Part>,
    },
    /// A body that was not paid for could not be written.
    Sink(SinkError),
    /// A status of 400 or above, with `-f`.
    Status(u16),
    /// A payment is out and its answer is no success, or could not be delivered.
    Undelivered(Box<Undelivered>),
    /// The same request was paid and delivered before, and nothing was sent now.
    Unproved(Box<Unproved>),
}

/// Why a payment that was to be sent again was not.
pub(crate) enum StillOpen {
    /// The server answered with this status, and asked for no payment.
    Status(u16),
    /// It was signed for other headers.
    OtherHeaders,
    /// It was signed for another method, URL or body.
    OtherRequest,
    /// Nothing was sent, for the reason of a payment that is not signed.
    NotSent(Box<PayFailure>),
}

/// Why a request cannot be made of what was typed.
pub(crate) enum RequestError {
    /// Not a URL.
    Url(UrlError),
    /// The URL names a user, which `--disallow-username-in-url` forbids.
    UserInUrl,
    /// Two of `-I`, data, a form and an upload together.
    TwoMethods,
    /// `-F` with something that is no field.
    BadForm(String),
    /// `-z` with something that is neither a date nor a file.
    Condition(String),
    /// `-X` with something that is no method.
    BadMethod(String),
    /// `-H` and the like with something that is no header.
    BadHeader(String),
    /// `-G` with data that is not text.
    QueryNotText,
    /// A file or standard input cannot be read.
    Input {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// `-C` goes on behind the end of the file that is uploaded.
    NothingLeft {
        /// The file.
        path: PathBuf,
        /// Where it was to go on, in bytes.
        from: u64,
    },
    /// The password of `-u` could not be asked for.
    UserPassword(PromptError),
}

/// Why there is no key: the wallet's reason, or the terminal's.
#[derive(Debug, Error)]
pub(crate) enum WalletFailure {
    /// The wallet's.
    #[error(transparent)]
    Wallet(#[from] wallet::Error),
    /// The terminal's, when a password was asked for.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The terminal's, when the password was asked for that takes another's place.
    #[error(transparent)]
    NewPrompt(PromptError),
}

/// A payment whose answer is in doubt or not delivered.
pub(crate) struct Undelivered {
    /// The payment and how it stands.
    pub report: PaymentReport,
    /// The answer's status.
    pub status: u16,
    /// What went wrong with the body, if that was it.
    pub body: Option<BodyFailure>,
    /// Where its beginning is kept.
    pub part: Option<PathBuf>,
    /// Whether what came was added to the file that it goes on in.
    pub added: bool,
    /// What is recorded of what came.
    pub delivery: Delivery,
    /// Whether the rest can be asked for by `resume` with nothing but the file: no server has named
    /// that, and the request is a GET without data.
    pub goes_on: bool,
    /// When to come back by the server's word, in seconds.
    pub retry_after: Option<u64>,
}

/// The same request was paid and delivered before, and its settlement is still to be proved.
pub(crate) struct Unproved {
    /// The payment, and what the chain says now.
    pub report: PaymentReport,
    /// What was delivered, and where.
    pub delivery: Delivery,
    /// Whether it was sent again now, and the server refused to deliver for it.
    pub refused: bool,
}

/// Where what came was delivered.
pub(crate) fn delivered_to(delivery: &Delivery) -> String {
    match &delivery.file {
        Some(file) => format!("to {}", shown_path(Path::new(file))),
        None => "to standard output".to_owned(),
    }
}

/// What went wrong with a body.
pub(crate) enum BodyFailure {
    /// It did not come whole.
    Cut(http::Error),
    /// It could not be written.
    Unwritten(SinkError),
}

impl From<output::Error> for TransferError {
    fn from(error: output::Error) -> Self {
        Self::Output(error)
    }
}

impl From<RequestError> for TransferError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<PayFailure> for TransferError {
    fn from(failure: PayFailure) -> Self {
        Self::Pay(failure)
    }
}

impl From<UrlError> for RequestError {
    fn from(error: UrlError) -> Self {
        Self::Url(error)
    }
}
