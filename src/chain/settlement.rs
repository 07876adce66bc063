//! Finding the transaction that settled an authorization.
//!
//! A contract logs the use of an authorization ([`super::key`]), but nodes search only short ranges of blocks. An
//! authorization settles within its life, so the blocks of that time are found first, by their
//! timestamps, and only they are searched.

use std::ops::Range;
use std::time::Duration;

use alloy_primitives::{Address, B256, U256};
use serde_json::json;
use thiserror::Error;

use super::wire::{self, Log, Quantity};
use super::{Block, Chain, ChainError, key};
use crate::scheme::SettlementKey;

/// Blocks searched by one question, at first; many nodes allow no more.
const WINDOW: u64 = 2_000;

/// The shortest window that is tried on a node that refuses longer ones.
const LEAST_WINDOW: u64 = 10;

/// Most questions in one search. 2,000 blocks each are a day and a half on a chain with a block in
/// two seconds.
const MOST_WINDOWS: usize = 64;

/// Longest time for a search, all its calls together.
const SEARCH_TIME: Duration = Duration::from_mins(1);

/// The transaction that settled an authorization, and what it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its hash.
    pub transaction: B256,
    /// Number of the block that holds it.
    pub block: u64,
    /// Who got the money.
    pub payee: Address,
    /// How much, in atomic units.
    pub value: U256,
}

/// Why a search for a settlement cannot say whether there is one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// A call failed, or the node refuses to search.
    #[error(transparent)]
    Node(#[from] ChainError),
    /// The event was there, but its transaction is not: the chain was just reorganized, or the node
    /// speaks with two tongues.
    #[error("the transaction that used the authorization is not in the chain")]
    Reorganized,
    /// Its transaction makes several transfers, and which is whose cannot be told.
    #[error("the transaction {0} does not show which transfer used the authorization")]
    Ambiguous(B256),
    /// The authorization lived through more blocks than are searched.
    #[error("there are too many blocks to search")]
    TooManyBlocks,
    /// The authorization is used, and no transaction can be shown that used it.
    #[error("the authorization is used, and the transaction was not found")]
    NoTransaction,
    /// The search took too long.
    #[error("the search took too long")]
    TooSlow,
}

impl Chain {
    /// Looks for the transaction that settled an authorization. `None`: there is none in the blocks
    /// of its life up to `newest`, as far as this node tells.
    ///
    /// `life` is in Unix seconds, from `validAfter`, or some minutes before signing where that is
    /// later, to `validBefore`. At most a minute and some eighty calls.
    pub async fn settlement(
        &self,
        key: &SettlementKey,
        life: Range<u64>,
        newest: Block,
    ) -> Result<Option<Settled>, Unavailable> {
        let search = tokio::time::timeout(SEARCH_TIME, self.search(key, life, newest));
        search.await.map_err(|_| Unavailable::TooSlow)?
    }

    async fn search(
        &self,
        key: &SettlementKey,
        life: Range<u64>,
        newest: Block,
    ) -> Result<Option<Settled>, Unavailable> {
        let mut from = self.block_before(life.start, newest).await?;
        let mut window = WINDOW;
        for _ in 0..MOST_WINDOWS {
            let to = from.saturating_add(window.saturating_sub(1)).min(newest.number);
            match self.event(key, from, to).await {
                Ok(Some((transaction, block))) => {
                    return self.settled_by(key, transaction, block).await.map(Some);
                }
                Ok(None) if to == newest.number => return Ok(None),
                Ok(None) => {}
                // Nodes that set a lower limit say so in words of their own.
                Err(ChainError::Refused { .. }) if window > LEAST_WINDOW => {
                    window = (window / 5).max(LEAST_WINDOW);
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            from = to.saturating_add(1);
            if self.block(from).await?.timestamp >= life.end {
                return Ok(None);
            }
        }
        Err(Unavailable::TooManyBlocks)
    }

    /// The number of a block before `time` (Unix seconds), or 0, with fewer than [`WINDOW`] blocks
    /// between it and the first that is not.
    async fn block_before(&self, time: u64, newest: Block) -> Result<u64, ChainError> {
        // Settlements are mostly looked for soon, so the steps back begin short.
        let (mut high, mut step) = (newest.number, WINDOW);
        let mut low = loop {
            let probe = high.saturating_sub(step);
            if probe == 0 || self.block(probe).await?.timestamp < time {
                break probe;
            }
            (high, step) = (probe, step.saturating_mul(2));
        };
        while high.saturating_sub(low) > WINDOW {
            let middle = low.midpoint(high);
            if self.block(middle).await?.timestamp < time {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// The transaction and the block, in a range of blocks, in which the authorization was used.
    async fn event(
        &self,
        key: &SettlementKey,
        from: u64,
        to: u64,
    ) -> Result<Option<(B256, u64)>, ChainError> {
        let (contract, topics) = key::filter(key);
        let filter = json!({
            "address": contract.to_string(),
            "fromBlock": Quantity(from).to_string(),
            "toBlock": Quantity(to).to_string(),
            "topics": topics,
        });
        let logs: Vec<Log> = self.node.call(wire::LOGS, json!([filter])).await?;
        // An authorization is used once, so there is one event at most.
        let log = match logs.as_slice() {
            [] => return Ok(None),
            [log] if key::is_use_of(key, log) && !log.removed => log,
            _ => return Err(ChainError::Malformed(wire::LOGS)),
        };
        match (log.transaction_hash, log.block_number) {
            (Some(hash), Some(Quantity(block))) if (from..=to).contains(&block) => {
                Ok(Some((hash.0.into(), block)))
            }
            _ => Err(ChainError::Malformed(wire::LOGS)),
        }
    }

    /// Reads from a transaction's receipt what it moved.
    async fn settled_by(
        &self,
        key: &SettlementKey,
        transaction: B256,
        block: u64,
    ) -> Result<Settled, Unavailable> {
        let mined = self.mined(transaction).await?;
        let mined = mined.filter(|mined| mined.success && mined.block == block);
        let mined = mined.ok_or(Unavailable::Reorganized)?;
        if !mined.logs.iter().any(|log| key::is_use_of(key, log)) {
            return Err(ChainError::Malformed(wire::RECEIPT).into());
        }
        let transfer = key::transfer_by(key, &mined.logs);
        let transfer = transfer.ok_or(Unavailable::Ambiguous(transaction))?;
        Ok(Settled { transaction, block, payee: transfer.to, value: transfer.value })
    }
}
