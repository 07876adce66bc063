//! What the seller sells, as a table.

use super::super::Version;

/// A thing on the shelf, at `/v1/NAME` and `/v2/NAME`.
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) method: Method,
    /// Price in atomic units of the token (millionths of a dollar).
    pub(super) price: u64,
    /// Media type of the answer.
    pub(super) mime: &'static str,
    /// One line for the terms and the index.
    pub(super) description: &'static str,
    pub(super) content: Content,
    /// The protocol versions it is sold in.
    pub(super) versions: &'static [Version],
}

/// How a product is asked for.
#[derive(Clone, Copy)]
pub(super) enum Method {
    Get,
    Post,
}

impl Method {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What a buyer gets.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// These words.
    Text(&'static str),
    /// [`super::noise::LENGTH`] bytes of noise.
    Binary,
    /// As many bytes of noise as `?bytes=` says.
    Large,
    /// The body of the request.
    Echo,
    /// Nothing: paid, and then status 500.
    Fault,
    /// No answer at all, and no settlement.
    Silence,
    /// Paid, and then half of what was announced.
    Half,
}

/// Bytes of `large` when the query does not say.
pub(super) const LARGE: u64 = 64 << 20;

/// Most bytes of `large`.
pub(super) const LARGEST: u64 = 8 << 30;

/// Most bytes of a request's body.
pub(super) const BODY_LIMIT: usize = 8 << 20;

/// Most sales that are remembered, to be delivered again.
pub(super) const MOST_SOLD: usize = 4096;

const CENT: u64 = 10_000;
const BOTH: &[Version] = &Version::ALL;
const NEW: &[Version] = &[Version::V2];

const ARTICLE: &str = "{\n  \"title\": \"402, at last\",\n  \"text\": \"For thirty years the status \
code 402 was reserved for later. Later is now: you asked, the seller named a price, you signed, \
the chain moved one cent, and here is what you bought.\"\n}\n";

/// Everything that costs something.
pub(super) const PRODUCTS: &[Product] = &[
    Product {
        name: "cheap",
        method: Method::Get,
        price: 1_000,
        mime: "text/plain; charset=utf-8",
        description: "a sentence",
        content: Content::Text("A tenth of a cent well spent.\n"),
        versions: BOTH,
    },
    Product {
        name: "article",
        method: Method::Get,
        price: CENT,
        mime: "application/json",
        description: "a short article as JSON",
        content: Content::Text(ARTICLE),
        versions: BOTH,
    },
    Product {
        name: "dear",
        method: Method::Get,
        price: 1_000_000_000,
        mime: "text/plain; charset=utf-8",
        description: "a thousand dollars for a sentence",
        content: Content::Text("You paid a thousand dollars for this sentence.\n"),
        versions: BOTH,
    },
    Product {
        name: "binary",
        method: Method::Get,
        price: CENT,
        mime: "application/octet-stream",
        description: "256 KiB, the same every time",
        content: Content::Binary,
        versions: BOTH,
    },
    Product {
        name: "large",
        method: Method::Get,
        price: CENT,
        mime: "application/octet-stream",
        description: "64 MiB, or ?bytes=N up to 8 GiB: the bytes of binary over and over",
        content: Content::Large,
        versions: BOTH,
    },
    Product {
        name: "echo",
        method: Method::Post,
        price: CENT,
        mime: "application/octet-stream",
        description: "the body of the request, up to 8 MiB",
        content: Content::Echo,
        versions: BOTH,
    },
    Product {
        name: "settled-then-500",
        method: Method::Get,
        price: CENT,
        mime: "text/plain; charset=utf-8",
        description: "takes the money, then fails with status 500",
        content: Content::Fault,
        versions: NEW,
    },
    Product {
        name: "silent",
        method: Method::Get,
        price: CENT,
        mime: "text/plain; charset=utf-8",
        description: "takes the payment header and never answers",
        content: Content::Silence,
        versions: NEW,
    },
    Product {
        name: "cut",
        method: Method::Get,
        price: CENT,
        mime: "application/octet-stream",
        description: "takes the money, then hangs up in the middle; gives the rest for the same payment",
        content: Content::Half,
        versions: NEW,
    },
];
