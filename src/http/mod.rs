//! The network: one request, its redirects, its answer, and the same request again with a payment.
//!
//! Redirects are followed by hand, because general clients forward payment headers to other hosts.
//! What lives elsewhere: whether to pay ([`crate::pay`]), where the body goes (the front door), and
//! reading the environment ([`crate::config`]).

mod answer;
mod client;
mod error;
mod exchange;
mod interrupt;
mod redirect;
mod request;
mod roots;

pub use answer::{Head, Response};
pub use client::{Options, Proxies, Redirects, plain_client};
pub use error::Error;
pub use exchange::{Exchange, Trace};
pub use request::{Body, Request, UrlError, parse_url};
