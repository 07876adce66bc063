//! The chain: an EVM in memory that answers to Base Sepolia's chain id, with a token at USDC's
//! address. Every transaction gets a block of its own the moment it arrives.
//!
//! What is real: execution, signatures, nonces, receipts, logs, block and transaction hashes.
//! What is not: consensus, and the state root, which is always that of an empty state. Gas costs
//! nothing, so no account needs ether. Only the newest state is kept.
//!
//! The chain is told the time; it looks at no clock and draws no random numbers.

mod block;
mod execute;
mod node;
mod rpc;
#[cfg(test)]
mod tests;
pub(crate) mod token;
mod view;

use alloy_consensus::transaction::{Recovered, SignerRecoverable};
use alloy_consensus::{
    Eip658Value, Header, Receipt, ReceiptWithBloom, Sealable, Sealed, Transaction, TxEnvelope,
    proofs,
};
use alloy_primitives::{Address, B256, Bytes, U256, map::HashMap};
use revm::DatabaseCommit;
use revm::context::TxEnv;
use revm::context::result::{EVMError, ExecutionResult, HaltReason, ResultAndState};
use revm::database::{CacheDB, EmptyDB};
use revm::state::{AccountInfo, Bytecode};
use std::convert::Infallible;

use block::{Block, Mined};
use execute::Nonce;
pub(crate) use node::Node;
pub(crate) use rpc::answer;

/// Chain id of Base Sepolia.
pub(crate) const ID: u64 = 84532;

/// Gas a block holds, and the most that one call may use.
const GAS_LIMIT: u64 = 30_000_000;

/// Why the chain did not take a transaction or a call. A transaction that is taken and reverts is
/// no error: it has a receipt that says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The transaction's bytes do not decode (EIP-2718).
    #[error("the transaction does not decode")]
    Encoding(#[from] alloy_eips::eip2718::Eip2718Error),
    /// No signer can be recovered from the transaction's signature.
    #[error("the transaction's signature recovers no signer")]
    Signature,
    /// The transaction is of a type the chain does not take (EIP-2718 type byte).
    #[error("transactions of type {0} are not taken here")]
    TransactionType(u8),
    /// The EVM refuses the transaction: wrong nonce, wrong chain, too little gas, too little ether.
    #[error("{0}")]
    Refused(#[from] EVMError<Infallible>),
    /// The call or the transaction was carried out and reverted, with this data.
    #[error("execution reverted")]
    Reverted(Bytes),
    /// The call ran into the ground: out of gas, bad opcode, or the like.
    #[error("execution stopped: {0:?}")]
    Halted(HaltReason),
    /// The contract's answer is not of the shape its interface declares.
    #[error("the contract's answer does not decode")]
    Answer(#[from] alloy_sol_types::Error),
    /// The operator's key did not sign.
    #[error("the operator's key did not sign")]
    Operator(#[from] alloy_signer::Error),
}

/// The state, and every block since the start.
pub(crate) struct Chain {
    state: CacheDB<EmptyDB>,
    /// Block n stands at index n; the first is there from the start.
    blocks: Vec<Block>,
    /// Header of the newest block.
    tip: Sealed<Header>,
    /// Number of the block that holds a transaction.
    mined: HashMap<B256, u64>,
}

impl Chain {
    /// A chain of one empty block at `now` (Unix seconds), with the token in place and owned by
    /// `owner`.
    pub(crate) fn new(owner: Address, now: u64) -> Self {
        let code = Bytecode::new_raw(Bytes::from_static(&token::CODE));
        let mut state = CacheDB::new(EmptyDB::new());
        state.insert_account_info(token::ADDRESS, AccountInfo::from_bytecode(code));
        // Slot 0 is `owner`, see Token.sol.
        let Ok(()) = state.insert_account_storage(
            token::ADDRESS,
            U256::ZERO,
            U256::from_be_bytes(owner.into_word().0),
        );
        let header = Header {
            number: 0,
            timestamp: now,
            gas_limit: GAS_LIMIT,
            base_fee_per_gas: Some(0),
            ..Header::default()
        };
        let tip = header.seal_slow();
        let first = Block { header: tip.clone(), mined: None };
        Self { state, blocks: vec![first], tip, mined: HashMap::default() }
    }

    /// Executes a signed transaction and mines it at `now` (Unix seconds). Answers its hash; the
    /// receipt says whether it reverted.
    ///
    /// # Errors
    /// When the transaction is not valid at all; then no block is made and no nonce used.
    pub(crate) fn submit(&mut self, transaction: TxEnvelope, now: u64) -> Result<B256, ChainError> {
        let kind = u8::from(transaction.tx_type());
        if kind > 2 {
            return Err(ChainError::TransactionType(kind));
        }
        let transaction: Recovered<TxEnvelope> =
            transaction.try_into_recovered().map_err(|_| ChainError::Signature)?;
        let environment = TxEnv {
            tx_type: kind,
            caller: transaction.signer(),
            gas_limit: transaction.gas_limit(),
            gas_price: transaction.max_fee_per_gas(),
            gas_priority_fee: transaction.max_priority_fee_per_gas(),
            kind: transaction.kind(),
            value: transaction.value(),
            data: transaction.input().clone(),
            nonce: transaction.nonce(),
            chain_id: transaction.chain_id(),
            access_list: transaction.access_list().cloned().unwrap_or_default(),
            ..TxEnv::default()
        };
        let time = self.time(now);
        let ResultAndState { result, state } = self.execute(environment, time, Nonce::Checked)?;
        self.state.commit(state);
        self.mine(transaction, result, time)
    }

    fn mine(
        &mut self,
        transaction: Recovered<TxEnvelope>,
        result: ExecutionResult,
        time: u64,
    ) -> Result<B256, ChainError> {
        let hash = *transaction.tx_hash();
        let gas_used = result.tx_gas_used();
        let created = result.created_address();
        let receipt = Receipt {
            status: Eip658Value::Eip658(result.is_success()),
            cumulative_gas_used: gas_used,
            logs: result.into_logs(),
        };
        let kind = u8::from(transaction.tx_type());
        let receipt = block::envelope(transaction.inner(), ReceiptWithBloom::from(receipt))
            .ok_or(ChainError::TransactionType(kind))?;
        let number = self.blocks.len() as u64;
        let header = Header {
            parent_hash: self.tip.hash(),
            number,
            timestamp: time,
            gas_limit: GAS_LIMIT,
            gas_used,
            base_fee_per_gas: Some(0),
            transactions_root: proofs::calculate_transaction_root(&[transaction.inner().clone()]),
            receipts_root: proofs::calculate_receipt_root(std::slice::from_ref(&receipt)),
            logs_bloom: *receipt.logs_bloom(),
            ..Header::default()
        };
        let mined = Mined { hash, transaction, receipt, gas_used, created };
        self.tip = header.seal_slow();
        self.blocks.push(Block { header: self.tip.clone(), mined: Some(mined) });
        self.mined.insert(hash, number);
        Ok(hash)
    }
}
