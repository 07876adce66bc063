//! The challenge of a 402: its offers, whatever dialect spells them. [`super::dialect`] reads it.
//!
//! Offers are read one by one and kept as the raw JSON they came in; one that cannot be used does not
//! spoil the others, and its reason is kept.

use std::fmt;

use serde_json::value::RawValue;
use thiserror::Error;

use super::dialect::Dialect;
use super::extensions::sign_in_with_x;
use super::json::JsonError;
use super::terms::{Terms, TermsError};

/// Longest 402 body that is read, in bytes after decoding.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Longest header value that is read as a document, in bytes.
pub const MAX_HEADER_BYTES: usize = 64 << 10;
/// Most entries of `accepts`.
pub const MAX_OFFERS: usize = 64;

/// Where in a response a document travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A response header, by its lower-case name.
    Header(&'static str),
    /// The response body.
    Body,
}

impl Challenge {
    /// Whether the server also lets in who proves to own an address, which this client does not do.
    pub fn wants_sign_in(&self) -> bool {
        sign_in_with_x::is_declared(self.extensions.as_deref())
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.write_str(&name.to_ascii_uppercase()),
            Self::Body => f.write_str("the body"),
        }
    }
}

/// A payment challenge, whatever version spelled it.
pub struct Challenge {
    /// The dialect that read it, and must write the payment.
    pub dialect: &'static dyn Dialect,
    /// Where it was found.
    pub carrier: Carrier,
    /// The server's `error`, as it came; as JSON where it is no text.
    pub error: Option<String>,
    /// v2 `resource`, raw, for the echo.
    pub resource: Option<Box<RawValue>>,
    /// v2 `extensions`, raw, for the echo.
    pub extensions: Option<Box<RawValue>>,
    /// The resource's description, as it came.
    pub description: Option<String>,
    /// The URL of the resource by the server's word, as it came. Nothing is ever sent there.
    pub resource_url: Option<String>,
    /// The entries of `accepts`, in the server's order.
    pub offers: Vec<Offer>,
    /// Places that held something which could not be read.
    pub unread: Vec<Unread>,
    /// Whether a second document of this 402 named other prices or payees. The first wins.
    pub contradicted: bool,
}

/// One entry of `accepts`.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The entry, byte for byte: v2 wants it echoed.
    pub raw: Box<RawValue>,
    /// What it asks for, or why that cannot be read.
    pub terms: Result<Terms, TermsError>,
}

/// A carrier whose content was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it was.
    pub carrier: Carrier,
    /// Why it was refused.
    pub reason: ChallengeError,
}

/// Why a document is not a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChallengeError {
    /// Longer than [`MAX_BODY_BYTES`] or [`MAX_HEADER_BYTES`].
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// The header is there more than once, and its values differ.
    #[error("the header is there more than once, with different values")]
    Repeated,
    /// Neither base64 of text nor text.
    #[error("it is neither base64 nor JSON text")]
    Encoding,
    /// Not JSON, too deep, or ambiguous.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON without an `x402Version`, or with a shape no version has.
    #[error("it is not an x402 document")]
    NotX402,
    /// A version this client does not speak.
    #[error("x402 version {0} is not spoken here")]
    Version(u64),
    /// More than [`MAX_OFFERS`] entries.
    #[error("it has more than {MAX_OFFERS} offers")]
    TooManyOffers,
    /// HTML: servers send it to what looks like a browser, with the terms inside a script.
    #[error("it is a page for people")]
    Page,
    /// The head promises a body, and there is none, as in the answer to a HEAD.
    #[error("it did not come with the head")]
    HeadOnly,
}
