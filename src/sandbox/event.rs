//! What happens in the sandbox, as facts that a log can be made of.

use alloy_primitives::{Address, B256, U256};

use super::{Reason, Version};

/// Something that happened. Amounts are atomic units of the token (millionths of a dollar).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The seller answered a request.
    Answered {
        /// HTTP method, as received.
        method: String,
        /// Path without the query, as received: text from a client.
        path: String,
        /// HTTP status of the answer.
        status: u16,
    },
    /// The facilitator found a payment good; nothing has moved yet.
    Verified {
        /// The protocol version it came in.
        version: Version,
        /// Who pays.
        payer: Address,
        /// How much.
        amount: U256,
    },
    /// The facilitator turned a payment down, when it was verified or when it was settled.
    Refused {
        /// The protocol version it came in.
        version: Version,
        /// Why.
        reason: Reason,
    },
    /// A payment was carried out on the chain.
    Settled {
        /// The protocol version it came in.
        version: Version,
        /// Who paid.
        payer: Address,
        /// Who was paid.
        payee: Address,
        /// How much.
        amount: U256,
        /// Hash of the transaction.
        transaction: B256,
    },
    /// The faucet gave tokens away.
    Funded {
        /// Who got them.
        address: Address,
        /// How many.
        amount: U256,
        /// Hash of the transaction.
        transaction: B256,
    },
}
