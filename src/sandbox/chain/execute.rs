//! Running code in the EVM: transactions with every check, calls with none but the EVM's own.

use alloy_primitives::{Address, Bytes, TxKind, U256};
use revm::context::result::{ExecutionResult, ResultAndState};
use revm::context::{BlockEnv, CfgEnv, TxEnv};
use revm::primitives::hardfork::SpecId;
use revm::{Context, ExecuteEvm, MainBuilder, MainContext};

use super::{Chain, ChainError, GAS_LIMIT, ID};

/// A read-only execution: who calls what with which data. Value in wei.
#[derive(Clone, Default)]
pub(super) struct Call {
    pub(super) from: Address,
    pub(super) to: TxKind,
    pub(super) data: Bytes,
    pub(super) value: U256,
    pub(super) gas: Option<u64>,
}

/// Whether the sender's nonce has to match.
#[derive(Clone, Copy)]
pub(super) enum Nonce {
    Checked,
    Ignored,
}

impl Chain {
    /// Carries out a call against the newest state at `now` (Unix seconds), leaving no trace.
    ///
    /// # Errors
    /// When it is not valid, reverts or halts.
    pub(super) fn call(&mut self, call: Call, now: u64) -> Result<Bytes, ChainError> {
        self.simulate(call, now).map(|(output, _)| output)
    }

    /// Gas with which `call` succeeds, with room to spare.
    ///
    /// # Errors
    /// When it fails whatever the gas.
    pub(super) fn estimate(&mut self, call: Call, now: u64) -> Result<u64, ChainError> {
        let (_, spent) = self.simulate(call.clone(), now)?;
        // A call may need more than it spends: an inner call gets 63/64 of what is left.
        let guess = spent.saturating_add(spent / 8);
        let tried = self.simulate(Call { gas: Some(guess), ..call }, now);
        Ok(if tried.is_ok() { guess } else { GAS_LIMIT })
    }

    fn simulate(&mut self, call: Call, now: u64) -> Result<(Bytes, u64), ChainError> {
        let transaction = TxEnv {
            caller: call.from,
            gas_limit: call.gas.unwrap_or(GAS_LIMIT).min(GAS_LIMIT),
            kind: call.to,
            value: call.value,
            data: call.data,
            chain_id: Some(ID),
            ..TxEnv::default()
        };
        match self.execute(transaction, self.time(now), Nonce::Ignored)?.result {
            ExecutionResult::Success { output, gas, .. } => {
                Ok((output.into_data(), gas.total_gas_spent().max(gas.floor_gas())))
            }
            ExecutionResult::Revert { output, .. } => Err(ChainError::Reverted(output)),
            ExecutionResult::Halt { reason, .. } => Err(ChainError::Halted(reason)),
        }
    }

    /// Runs a transaction in the block to come, and leaves it to the caller to keep the result.
    pub(super) fn execute(
        &mut self,
        transaction: TxEnv,
        time: u64,
        nonce: Nonce,
    ) -> Result<ResultAndState, ChainError> {
        let block = BlockEnv {
            number: U256::from(self.blocks.len()),
            timestamp: U256::from(time),
            gas_limit: GAS_LIMIT,
            ..BlockEnv::default()
        };
        let mut rules = CfgEnv::new_with_spec(SpecId::PRAGUE).with_chain_id(ID);
        rules.disable_nonce_check = matches!(nonce, Nonce::Ignored);
        let mut evm = Context::mainnet()
            .with_db(&mut self.state)
            .with_block(block)
            .with_cfg(rules)
            .build_mainnet();
        Ok(evm.transact(transaction)?)
    }

    /// Timestamp of the block to come: time does not run backwards on a chain.
    pub(super) fn time(&self, now: u64) -> u64 {
        now.max(self.tip.timestamp)
    }
}
