//! Reading an EVM chain over JSON-RPC: what became of an authorization, what a transaction moved,
//! what an account holds. Nothing is ever sent to a chain from here.
//!
//! A node is a stranger: its answers are bounded in time and length, read by a strict grammar and
//! held against the question, and nothing is believed before it has named the right chain. It can
//! still lie about what happened there; only a node of one's own is proof against that.
//!
//! What lives elsewhere: which node to ask and the client that reaches it (the front door, with
//! [`crate::http::PlainClient`]), what a proof does to the ledger ([`crate::ledger`]), and how a
//! node's words are shown ([`crate::terminal::safe`]).

mod claim;
mod client;
mod eip3009;
mod error;
mod key;
mod node;
mod settlement;
#[cfg(test)]
mod tests;
mod token;
mod verdict;
mod wire;

use std::fmt;
use std::time::Duration;

use alloy_primitives::{Address, B256, U256, hex};
use alloy_sol_types::SolCall;
use serde_json::json;
use url::Url;

pub use claim::{Claim, Finding};
pub use client::{NodeAnswer, NodeClient, NodeError, Posting};
pub use error::ChainError;
use node::Node;
pub use settlement::{Settled, Unavailable};
pub use token::Transfer;
pub use verdict::{Proof, verdict};
use wire::{Data, Log, Quantity};

use crate::protocol::Network;
use crate::scheme::SettlementKey;

/// Longest time for one call, from connecting to the last byte.
const CALL_TIME: Duration = Duration::from_secs(10);

/// A chain, read through one node that says it is on it.
pub struct Chain {
    node: Node,
    network: &'static Network,
}

/// A block, as far as anybody here cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its height.
    pub number: u64,
    /// The chain's time at it, in Unix seconds.
    pub timestamp: u64,
}

/// What a mined transaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whether it was carried out; `false` is reverted, and then nothing moved.
    pub success: bool,
    /// Number of the block that holds it.
    pub block: u64,
    /// Every ERC-20 transfer it made, in order, of whatever token.
    pub transfers: Vec<Transfer>,
}

/// A mined transaction with its logs as they came.
struct Mined {
    success: bool,
    block: u64,
    logs: Vec<Log>,
}

impl Chain {
    /// Asks the node at `url` which chain it is on (`eth_chainId`) and goes no further unless it is
    /// `network`'s. The client must follow no redirects.
    pub async fn connect(
        client: impl NodeClient + 'static,
        url: Url,
        network: &'static Network,
    ) -> Result<Self, ChainError> {
        Self::connect_within(CALL_TIME, Box::new(client), url, network).await
    }

    async fn connect_within(
        call_time: Duration,
        client: Box<dyn NodeClient>,
        url: Url,
        network: &'static Network,
    ) -> Result<Self, ChainError> {
        let node = Node { client, url, call_time };
        let Quantity(found) = node.call("eth_chainId", json!([])).await?;
        if found != network.chain_id {
            return Err(ChainError::OtherChain { expected: network.chain_id, found });
        }
        Ok(Self { node, network })
    }

    /// The newest block the node knows. It may yet be replaced by another.
    pub async fn latest(&self) -> Result<Block, ChainError> {
        let block: Option<wire::Block> =
            self.node.call(wire::BLOCK, json!(["latest", false])).await?;
        block.map(Block::from).ok_or(ChainError::Malformed(wire::BLOCK))
    }

    /// The block of this number.
    async fn block(&self, number: u64) -> Result<Block, ChainError> {
        let question = json!([Quantity(number).to_string(), false]);
        let block: Option<wire::Block> = self.node.call(wire::BLOCK, question).await?;
        let block = block.map(Block::from).ok_or(ChainError::NoBlock(number))?;
        if block.number != number {
            return Err(ChainError::Malformed(wire::BLOCK));
        }
        Ok(block)
    }

    /// Whether an authorization was used or cancelled, in the state after the block `at`.
    ///
    /// The block is named, never "latest": behind one address there may be many nodes, and a
    /// straggler would call a settled authorization unused after another has proved it expired.
    /// Nodes keep the states of about the last hundred blocks; a node without this one refuses.
    pub async fn authorization_state(
        &self,
        key: &SettlementKey,
        at: Block,
    ) -> Result<bool, ChainError> {
        let state = Quantity(at.number).to_string();
        match key {
            SettlementKey::Eip3009(id) => self.view(id.token, &eip3009::state(id), &state).await,
        }
    }

    /// What an account holds of a token, in atomic units, in the newest state.
    pub async fn balance(&self, token: Address, account: Address) -> Result<U256, ChainError> {
        self.view(token, &token::balanceOfCall { account }, "latest").await
    }

    /// What the transaction of this hash did; `None` while it is in no block.
    pub async fn receipt(&self, hash: B256) -> Result<Option<Receipt>, ChainError> {
        let receipt = |Mined { success, block, logs }| Receipt {
            success,
            block,
            transfers: logs.iter().filter_map(token::transfer).collect(),
        };
        Ok(self.mined(hash).await?.map(receipt))
    }

    async fn mined(&self, hash: B256) -> Result<Option<Mined>, ChainError> {
        let receipt: Option<wire::Receipt> =
            self.node.call(wire::RECEIPT, json!([hash.to_string()])).await?;
        let Some(receipt) = receipt else { return Ok(None) };
        // Some nodes answer for a transaction that still waits, without a block.
        let Some(Quantity(block)) = receipt.block_number else { return Ok(None) };
        let success = match receipt.status {
            Quantity(0) => false,
            Quantity(1) => true,
            Quantity(_) => return Err(ChainError::Malformed(wire::RECEIPT)),
        };
        let consistent = receipt.transaction_hash.0 == hash
            && (success || receipt.logs.is_empty())
            && receipt.logs.iter().all(|log| !log.removed);
        if !consistent {
            return Err(ChainError::Malformed(wire::RECEIPT));
        }
        Ok(Some(Mined { success, block, logs: receipt.logs }))
    }

    /// Asks a contract without changing anything (`eth_call`). The answer must be one word: every
    /// question of this room has such an answer.
    async fn view<C: SolCall>(
        &self,
        contract: Address,
        question: &C,
        state: &str,
    ) -> Result<C::Return, ChainError> {
        let call = json!({
            "to": contract.to_string(),
            "data": hex::encode_prefixed(question.abi_encode()),
        });
        let Data(answer) = self.node.call(wire::CALL, json!([call, state])).await?;
        if answer.is_empty() {
            return Err(ChainError::NoContract(contract));
        }
        Some(answer)
            .filter(|answer| answer.len() == 32)
            .and_then(|answer| C::abi_decode_returns_validate(&answer).ok())
            .ok_or(ChainError::Malformed(wire::CALL))
    }
}

/// Without the node's address: it often holds a key.
impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain").field("network", &self.network.name).finish_non_exhaustive()
    }
}
