//! The network: one request, its redirects, its answer, and the same request again with a payment.
//!
//! What each file does on the way of a request:
//!
//! - [`Exchange`] follows redirects and sends payments; `client` keeps connections and sends over them.
//! - `connect` makes connections: `address`, `dial`, `proxy`, `socks`, `tunnel`, and `tls` with `identity`,
//!   `pkcs12` and `pbe`.
//! - `wire` is the stream of a connection, `watch` is what is known of it, and `frames` reads the frames of
//!   HTTP/2 on it.
//! - `lines` writes the heads of requests, `reach` says how far a request came that had no answer,
//!   `classify` says which [`Error`] an error of a library is, and `decode` reads the body.
//!
//! There are two clients. Purchases go over hyper: heads leave and are shown byte for byte, curl's options
//! say where each connection goes, and what was written once is not written again; `reqwest` hides all
//! three. Every other request goes over `reqwest` (`plain`). Both are made from the same [`Options`].
//!
//! Redirects are followed by hand, because general clients forward payment headers to other hosts.
//! What lives elsewhere: whether to pay ([`crate::pay`]), where the body goes (the front door), and
//! reading the environment ([`crate::config`]).

mod address;
mod answer;
mod body;
mod broken;
mod cause;
mod chunks;
mod ciphers;
mod classify;
mod client;
mod connect;
mod cookies;
mod credential;
mod credentials;
mod decode;
mod dial;
mod ending;
mod error;
mod exchange;
mod frames;
mod head;
mod head_bytes;
mod identity;
mod lines;
mod multipart;
mod options;
mod pace;
mod pbe;
mod pkcs12;
mod plain;
mod private_key;
mod proxy;
mod range;
mod raw_head;
mod reach;
mod redirect;
mod request;
mod roots;
mod schemes;
#[cfg(test)]
mod sending_tests;
mod sigv4;
mod socks;
mod system;
mod tls;
mod tls_options;
mod trace;
mod tunnel;
mod typed_url;
mod watch;
mod wire;

pub use address::{BadEntry, ConnectTo, Family, PinnedAddress};
pub use answer::{Fit, Response};
pub use body::Body;
pub use client::Pool;
pub use connect::Reached;
pub use cookies::Jar;
pub use credential::Pair;
pub use credentials::{Credentials, Lookup, Proof};
pub use error::{Error, Unsignable, Unusable};
pub use exchange::{Exchange, Tally};
pub use head::Head;
pub use head_bytes::{head_bytes, header_lines};
pub use lines::{Line, TypedLine};
pub use multipart::{Content, Form, Part};
pub use options::{HttpVersion, Interface, LocalSocket, Options, Outgoing, Redirects};
pub use pace::LeastSpeed;
pub use plain::PlainClient;
pub use proxy::{Proxies, Proxy, ProxyKind};
pub use redirect::{Deed, Manners};
pub use request::{Request, Target};
pub use schemes::{Schemes, SchemesError};
pub use sigv4::{NoProvider, SigV4, Signing, is_secret};
pub use system::System;
pub use tls_options::{CertificateForm, ClientCertificate, TlsOptions, TlsVersion};
pub use trace::Trace;
pub use typed_url::{
    UrlError, host_as_typed, parse_url, path_as_typed, with_typed_host, without_user,
};
