//! What the chain remembers: blocks, each with at most one transaction, and their JSON-RPC shapes.

use alloy_consensus::transaction::Recovered;
use alloy_consensus::{Header, ReceiptEnvelope, ReceiptWithBloom, Sealed, Transaction, TxEnvelope};
use alloy_primitives::{Address, B256, U256};
use alloy_rpc_types_eth as rpc;

/// A block: the header with its hash, and the transaction it was mined for.
pub(crate) struct Block {
    pub(super) header: Sealed<Header>,
    /// `None` only in the first block.
    pub(super) mined: Option<Mined>,
}

/// A transaction that was executed, whether it succeeded or reverted.
pub(super) struct Mined {
    pub(super) hash: B256,
    pub(super) transaction: Recovered<TxEnvelope>,
    pub(super) receipt: ReceiptEnvelope,
    pub(super) gas_used: u64,
    pub(super) created: Option<Address>,
}

impl Block {
    /// The block's number.
    pub(super) fn number(&self) -> u64 {
        self.header.number
    }

    /// The block as `eth_getBlockByNumber` answers it.
    pub(super) fn to_rpc(&self, full: bool) -> rpc::Block {
        let transactions = if full {
            rpc::BlockTransactions::Full(self.transaction().into_iter().collect())
        } else {
            rpc::BlockTransactions::Hashes(self.mined.iter().map(|mined| mined.hash).collect())
        };
        let size = U256::from(self.header.size());
        let header = rpc::Header {
            size: Some(size),
            total_difficulty: Some(U256::ZERO),
            ..rpc::Header::from_sealed(self.header.clone())
        };
        rpc::Block::new(header, transactions)
    }

    /// The transaction as `eth_getTransactionByHash` answers it.
    pub(super) fn transaction(&self) -> Option<rpc::Transaction> {
        let mined = self.mined.as_ref()?;
        Some(rpc::Transaction {
            inner: mined.transaction.clone(),
            block_hash: Some(self.header.hash()),
            block_number: Some(self.header.number),
            transaction_index: Some(0),
            effective_gas_price: Some(mined.gas_price()),
            block_timestamp: None,
        })
    }

    /// The receipt as `eth_getTransactionReceipt` answers it.
    pub(super) fn receipt(&self) -> Option<rpc::TransactionReceipt> {
        let mined = self.mined.as_ref()?;
        let mut index = 0;
        let inner = mined.receipt.clone().map_logs(|log| {
            index += 1;
            self.log(mined, index - 1, log)
        });
        Some(rpc::TransactionReceipt {
            inner,
            transaction_hash: mined.hash,
            transaction_index: Some(0),
            block_hash: Some(self.header.hash()),
            block_number: Some(self.header.number),
            gas_used: mined.gas_used,
            effective_gas_price: mined.gas_price(),
            blob_gas_used: None,
            blob_gas_price: None,
            from: mined.transaction.signer(),
            to: mined.transaction.to(),
            contract_address: mined.created,
        })
    }

    /// The logs as `eth_getLogs` answers them.
    pub(super) fn logs(&self) -> impl Iterator<Item = rpc::Log> {
        self.mined.iter().flat_map(|mined| {
            let logs = mined.receipt.logs().iter().cloned().enumerate();
            logs.map(|(index, log)| self.log(mined, index as u64, log))
        })
    }

    fn log(&self, mined: &Mined, index: u64, log: alloy_primitives::Log) -> rpc::Log {
        rpc::Log {
            inner: log,
            block_hash: Some(self.header.hash()),
            block_number: Some(self.header.number),
            block_timestamp: Some(self.header.timestamp),
            transaction_hash: Some(mined.hash),
            transaction_index: Some(0),
            log_index: Some(index),
            removed: false,
        }
    }
}

impl Mined {
    /// The base fee is nothing, so what was paid for gas is the tip.
    fn gas_price(&self) -> u128 {
        self.transaction.effective_gas_price(Some(0))
    }
}

/// Puts a receipt into the envelope of its transaction's type; `None` for the types that
/// [`super::Chain`] does not take.
pub(super) fn envelope(
    transaction: &TxEnvelope,
    receipt: ReceiptWithBloom,
) -> Option<ReceiptEnvelope> {
    match transaction {
        TxEnvelope::Legacy(_) => Some(ReceiptEnvelope::Legacy(receipt)),
        TxEnvelope::Eip2930(_) => Some(ReceiptEnvelope::Eip2930(receipt)),
        TxEnvelope::Eip1559(_) => Some(ReceiptEnvelope::Eip1559(receipt)),
        _ => None,
    }
}
