//! What can go wrong between this client and a node.

use alloy_primitives::Address;
use thiserror::Error;

use super::client::NodeError;

/// Most characters kept of what a node or the system says.
const WORDS_LIMIT: usize = 300;

/// Why a node's answer cannot be had or believed.
///
/// What others say (`why`, `words`) is kept out of the sentences: it is bounded, but not fit for a
/// terminal. No variant holds the node's address, which often contains a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainError {
    /// No connection, or one that broke.
    #[error("the node cannot be reached")]
    Unreachable {
        /// The deepest cause known, in the words of the system or a library.
        why: String,
    },
    /// No whole answer within the time for one call.
    #[error("the node did not answer in time")]
    TimedOut,
    /// An HTTP status other than 2xx, without a JSON-RPC error in its body.
    #[error("the node answered with HTTP status {0}")]
    Status(u16),
    /// The answer is longer than this many bytes.
    #[error("the node's answer is longer than {0} bytes")]
    TooLong(usize),
    /// The answer is no JSON-RPC response.
    #[error("the node's answer is not JSON-RPC")]
    NotJsonRpc,
    /// The node answered with an error object.
    #[error("the node refused, with code {code}")]
    Refused {
        /// Its code; 0 where it gives none.
        code: i64,
        /// Its message; may be empty.
        words: String,
    },
    /// The result is not of the method's shape, or contradicts the question.
    #[error("the node's answer to {0} makes no sense")]
    Malformed(&'static str),
    /// The node is on another chain. Nothing it says is about this one.
    #[error("the node is on the chain {found}, not on {expected}")]
    OtherChain {
        /// The EIP-155 chain id wanted.
        expected: u64,
        /// The one it names.
        found: u64,
    },
    /// The node does not have the block of this number.
    #[error("the node has no block {0}")]
    NoBlock(u64),
    /// There is no contract at this address, or not one with the function asked for.
    #[error("no contract answers at {0}")]
    NoContract(Address),
}

impl ChainError {
    pub(super) fn refused(code: i64, words: &str) -> Self {
        Self::Refused { code, words: bounded(words) }
    }

    /// Why there is no answer; `limit` is how long one may be.
    pub(super) fn of(error: NodeError, limit: usize) -> Self {
        match error {
            NodeError::TimedOut => Self::TimedOut,
            NodeError::TooLong => Self::TooLong(limit),
            NodeError::Unreachable { why } => Self::Unreachable { why: bounded(&why) },
        }
    }
}

fn bounded(words: &str) -> String {
    words.chars().take(WORDS_LIMIT).collect()
}
