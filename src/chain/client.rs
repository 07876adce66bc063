//! The port to the client that reaches a node.

use std::pin::Pin;

use url::Url;

/// Posts to a node. It follows no redirects and repeats nothing.
pub trait NodeClient {
    /// Posts a JSON document and reads the answer, which is an error beyond `limit` bytes.
    fn post(&self, url: Url, document: String, limit: usize) -> Posting<'_>;
}

/// A document that is posted, and its answer.
pub type Posting<'a> = Pin<Box<dyn Future<Output = Result<NodeAnswer, NodeError>> + Send + 'a>>;

/// A node's answer.
pub struct NodeAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body, decoded.
    pub body: Vec<u8>,
}

/// Why there is no answer.
pub enum NodeError {
    /// It did not come in time.
    TimedOut,
    /// It is longer than the limit.
    TooLong,
    /// There is no connection, or one that broke.
    Unreachable {
        /// The deepest cause known, in the words of the system or a library, without the node's address.
        why: String,
    },
}
