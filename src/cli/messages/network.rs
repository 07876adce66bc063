//! The failures that curl has too.

use crate::http::{self, Unsignable};

use super::super::exit::Exit;
use super::{Message, safe};

/// Failures of the network with nothing signed: curl's codes.
pub(super) fn network(error: &http::Error) -> Message {
    use http::Error as E;
    let exit = match error {
        E::Scheme(_) | E::SchemeForbidden(_) | E::RedirectTarget | E::NotHttp => Exit::Protocol,
        E::Target | E::Unsignable(Unsignable::Service | Unsignable::Region) => Exit::Url,
        E::ConnectTo(_) => Exit::Option,
        E::ProxyUrl | E::ResolveProxy(_) => Exit::Proxy,
        E::Resolve(_) => Exit::Resolve,
        E::Connect { .. } | E::ProxyScheme(_) | E::Elsewhere => Exit::Connect,
        E::Malformed(_) => Exit::Weird,
        E::Framing(_) => Exit::Http2,
        E::NoRange | E::OtherPart => Exit::Range,
        E::Gap => Exit::Write,
        E::Tls(_) => Exit::Tls,
        E::Interface(_) => Exit::Interface,
        E::Certificate(_) => Exit::Certificate,
        E::CaFile { .. } => Exit::CaFile,
        E::ClientCertificate { .. } => Exit::ClientCertificate,
        E::Unsignable(Unsignable::Time | Unsignable::Header) => Exit::Usage,
        E::PinnedKey => Exit::PinnedKey,
        E::UserInUrl => Exit::Login,
        E::Cipher(_) => Exit::Cipher,
        E::Revoked { .. } => Exit::CrlFile,
        E::Interrupted => Exit::Interrupted,
        E::TimedOut | E::TooSlow(_) | E::Expired => Exit::Timeout,
        E::EmptyReply => Exit::Empty,
        E::Send(_) => Exit::Send,
        E::Receive(_) | E::ProxyRefused(_) | E::ProxyHungUp(_) => Exit::Receive,
        E::Partial => Exit::Partial,
        E::RequestBody(_) => Exit::Read,
        E::Decode(_) | E::Undecoded(_) => Exit::Encoding,
        E::TooLarge(_) => Exit::TooLarge,
        E::TooManyRedirects(_) => Exit::Redirects,
        E::Stream(_) => Exit::Http2Stream,
        E::Socks(_) => Exit::ProxyHandshake,
    };
    let message = Message::new(exit, safe(error));
    match error {
        // Nobody is told of it but who would have to pay.
        E::Gap => Message { sentence: format!("{error}; nothing was signed"), ..message }
            .hint("-C - goes on where the file ends"),
        E::Certificate(_) => {
            message.hint("name the authority with --cacert; -k skips the check and excludes paying")
        }
        E::TooManyRedirects(_) => message.hint("allow more with --max-redirs"),
        _ => message,
    }
}
