//! What can go wrong on the network, told apart as curl tells it apart.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A failure of the network.
#[derive(Debug, Error)]
pub enum Error {
    /// The URL's scheme is neither http nor https.
    #[error("the scheme {0:?} is not supported")]
    Scheme(String),
    /// A proxy's URL cannot be used.
    #[error("the proxy's URL cannot be used")]
    ProxyUrl,
    /// A host name has no address.
    #[error("could not resolve host {0}")]
    Resolve(String),
    /// No connection.
    #[error("could not connect to {host}: {why}")]
    Connect {
        /// Host and port.
        host: String,
        /// The system's reason.
        why: String,
    },
    /// The TLS handshake failed for another reason than the certificate.
    #[error("the TLS handshake failed: {0}")]
    Tls(String),
    /// The server's certificate is not to be trusted.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// A file of certificates cannot be used.
    #[error("{path}: no usable certificates")]
    CaFile {
        /// The file.
        path: PathBuf,
    },
    /// The user, or the system, wants the program to end.
    #[error("interrupted")]
    Interrupted,
    /// The time allowed is over.
    #[error("the time allowed is over")]
    TimedOut,
    /// The connection ended before an answer's head was whole.
    #[error("the server hung up without an answer")]
    EmptyReply,
    /// The answer could not be received or understood.
    #[error("receiving failed: {0}")]
    Receive(String),
    /// The body ended before its announced end.
    #[error("the body ended early")]
    Partial,
    /// A compressed body does not decode.
    #[error("the body does not decode: {0}")]
    Decode(String),
    /// The request's body could not be read again.
    #[error("the request body could not be read: {0}")]
    RequestBody(io::Error),
    /// More redirects than allowed.
    #[error("more than {0} redirects")]
    TooManyRedirects(u32),
    /// A redirect to something that is no http URL.
    #[error("a redirect to something that is no http URL")]
    RedirectTarget,
}

/// A name without an address, in a form that survives the client library's wrapping.
#[derive(Debug, Error)]
#[error("could not resolve host {0}")]
pub(super) struct Unresolved(pub(super) String);

/// What was going on when the client library failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Up to the end of the answer's headers.
    Head,
    /// In the answer's body.
    Body,
}

impl Error {
    /// Reads the client library's error by the types in its chain of causes.
    pub(super) fn of(error: &reqwest::Error, phase: Phase, host: &str) -> Self {
        let causes = || chain(error);
        if let Some(unresolved) = causes().find_map(|e| e.downcast_ref::<Unresolved>()) {
            return Self::Resolve(unresolved.0.clone());
        }
        if let Some(tls) = causes().find_map(|e| e.downcast_ref::<rustls::Error>()) {
            return match tls {
                rustls::Error::InvalidCertificate(why) => Self::Certificate(why.to_string()),
                other => Self::Tls(other.to_string()),
            };
        }
        let io = |kind| {
            let of_kind = |e: &io::Error| e.kind() == kind;
            causes().filter_map(|e| e.downcast_ref()).any(of_kind)
        };
        let last = causes().last().map(ToString::to_string).unwrap_or_default();
        if error.is_connect() {
            return if io(io::ErrorKind::TimedOut) || error.is_timeout() {
                Self::TimedOut
            } else if io(io::ErrorKind::UnexpectedEof) {
                // A connection ends only once it has come about: in the handshake.
                Self::Tls(last)
            } else {
                Self::Connect { host: host.to_owned(), why: last }
            };
        }
        let is_io = causes().any(<dyn StdError>::is::<io::Error>);
        if phase == Phase::Body && error.is_decode() && !is_cut(causes()) && !is_io {
            return Self::Decode(last);
        }
        match (is_cut(causes()), phase) {
            (true, Phase::Head) => Self::EmptyReply,
            (true, Phase::Body) => Self::Partial,
            (false, _) => Self::Receive(last),
        }
    }
}

/// Every cause. An `io::Error` gives as its source not what it holds but that one's source, and the
/// libraries wrap several deep, so what it holds is looked at as well.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

/// Whether the other side hung up in an orderly way, but too early.
fn is_cut<'a>(mut causes: impl Iterator<Item = &'a (dyn StdError + 'static)>) -> bool {
    causes.any(|error| {
        error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
            || error
                .downcast_ref::<io::Error>()
                .is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof)
    })
}
