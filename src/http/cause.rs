//! What is behind an error of a library, by its type.

use std::error::Error as StdError;
use std::io;

use crate::text;

/// An error of the connection in words. One of TLS tells itself by its variant's name.
pub(super) fn said(error: &io::Error) -> String {
    let tls = error.get_ref().and_then(|held| held.downcast_ref::<rustls::Error>());
    tls.map_or_else(|| error.to_string(), text::tls::handshake)
}

/// Every cause. An `io::Error` gives as its source not what it holds but that one's source, and the
/// libraries wrap several deep, so what it holds is looked at as well.
pub(super) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
