//! Which [`Error`] an error of a library is, by its type and by what was seen of the connection.

use std::io;

use super::broken::is_http1;
use super::cause::chain;
use super::error::Error;
use super::tls::OtherKey;
use super::watch::{End, Watch};
use crate::text;

/// What was going on when the client library failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Up to the end of the answer's headers.
    Head,
    /// In the answer's body.
    Body,
}

/// Reads the client library's error by its type and by what was seen of the connection.
pub(super) fn classify(error: &hyper::Error, phase: Phase, watch: &Watch) -> Error {
    if let Some(stream) = chain(error).find_map(|e| e.downcast_ref::<h2::Error>())
        && !stream.is_io()
    {
        let said = stream.to_string();
        return if stream.is_reset() { Error::Stream(said) } else { Error::Framing(said) };
    }
    let said = chain(error).last().map(ToString::to_string).unwrap_or_default();
    if error.is_user() {
        return Error::RequestBody(io::Error::other(said));
    }
    let head = watch.head();
    match watch.end() {
        _ if phase == Phase::Head && error.is_parse() => {
            if error.is_parse_too_large() {
                Error::Receive(said)
            } else if is_http1(&head) {
                Error::Malformed(said)
            } else {
                Error::NotHttp
            }
        }
        Some(End::Unreadable(why)) => Error::Receive(why),
        Some(End::Unwritable(why)) => Error::Send(why),
        Some(End::Closed) => match phase {
            Phase::Head => Error::EmptyReply,
            Phase::Body => Error::Partial,
        },
        None => Error::Receive(said),
    }
}

/// Why a TLS handshake failed.
pub(super) fn classify_tls(error: &io::Error) -> Error {
    let tls = error.get_ref().and_then(|held| held.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(rustls::CertificateError::Other(why)))
            if why.0.is::<OtherKey>() =>
        {
            Error::PinnedKey
        }
        Some(rustls::Error::InvalidCertificate(why)) => {
            Error::Certificate(text::tls::certificate(why))
        }
        Some(other) => Error::Tls(text::tls::handshake(other)),
        None => Error::Tls(error.to_string()),
    }
}
