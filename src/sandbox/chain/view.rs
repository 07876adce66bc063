//! Looking at the chain: accounts as they are now, blocks and transactions as they were mined.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_eth as rpc;
use revm::DatabaseRef;
use revm::state::AccountInfo;

use super::Chain;
use super::block::Block;

impl Chain {
    /// Number of the newest block.
    pub(super) fn height(&self) -> u64 {
        self.tip.number
    }

    /// The block of this number, if there is one.
    pub(super) fn block(&self, number: u64) -> Option<&Block> {
        self.blocks.get(usize::try_from(number).ok()?)
    }

    /// The block of this hash, if there is one.
    pub(super) fn block_by_hash(&self, hash: B256) -> Option<&Block> {
        self.blocks.iter().rev().find(|block| block.header.hash() == hash)
    }

    /// The block that holds this transaction, if it was mined.
    pub(super) fn block_of(&self, transaction: B256) -> Option<&Block> {
        self.block(*self.mined.get(&transaction)?)
    }

    /// Whether this transaction was mined and did not revert.
    pub(super) fn succeeded(&self, transaction: B256) -> bool {
        let mined = self.block_of(transaction).and_then(|block| block.mined.as_ref());
        mined.is_some_and(|mined| mined.receipt.status())
    }

    /// The logs that a filter asks for, oldest first.
    pub(super) fn logs(&self, filter: &rpc::Filter, from: u64, to: u64) -> Vec<rpc::Log> {
        let blocks = self.blocks.iter().filter(|block| (from..=to).contains(&block.header.number));
        blocks.flat_map(Block::logs).filter(|log| filter.rpc_matches(log)).collect()
    }

    /// An account's balance in wei.
    pub(super) fn ether(&self, account: Address) -> U256 {
        self.account(account).balance
    }

    /// How many transactions an account has sent.
    pub(super) fn nonce(&self, account: Address) -> u64 {
        self.account(account).nonce
    }

    /// An account's code, empty for an ordinary account.
    pub(super) fn code(&self, account: Address) -> Bytes {
        let info = self.account(account);
        let code = info.code.or_else(|| {
            let Ok(code) = self.state.code_by_hash_ref(info.code_hash);
            Some(code)
        });
        code.map(|code| code.original_bytes()).unwrap_or_default()
    }

    fn account(&self, account: Address) -> AccountInfo {
        let Ok(info) = self.state.basic_ref(account);
        info.unwrap_or_default()
    }
}
