//! The chain behind a lock, and the operator: the one account whose key the sandbox holds. It owns
//! the token (so it can mint) and pays the facilitator's gas, which costs nothing here.

use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_primitives::{Address, B256, TxKind, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::SolCall;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::execute::Call;
use super::{Chain, ChainError, GAS_LIMIT, ID, token};

/// A chain that many tasks share.
pub(crate) struct Node {
    chain: Mutex<Chain>,
    operator: PrivateKeySigner,
}

/// What became of a transaction that was mined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The transaction's hash.
    pub(crate) transaction: B256,
    /// Whether it did what it was for; otherwise it reverted.
    pub(crate) succeeded: bool,
}

impl Node {
    /// A fresh chain at `now` (Unix seconds), whose operator's key is drawn at random.
    pub(crate) fn new(now: u64) -> Self {
        let operator = PrivateKeySigner::random();
        Self { chain: Mutex::new(Chain::new(operator.address(), now)), operator }
    }

    /// Address of the operator.
    pub(crate) fn operator(&self) -> Address {
        self.operator.address()
    }

    /// The chain, alone with it. A panic elsewhere cannot leave it half changed: its state is
    /// replaced in one step after the EVM is done.
    pub(super) fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Mints `amount` atomic units of the token for `to`.
    ///
    /// # Errors
    /// When the transaction is refused or reverts.
    pub(crate) fn mint(&self, to: Address, amount: U256, now: u64) -> Result<B256, ChainError> {
        let call = token::mintCall { to, value: amount };
        let outcome = self.send(&call, now)?;
        if outcome.succeeded {
            return Ok(outcome.transaction);
        }
        // The receipt has no reason; asking again does.
        self.ask(&call, now)?;
        Err(ChainError::Reverted(alloy_primitives::Bytes::new()))
    }

    /// Executes `transferWithAuthorization` (EIP-3009).
    ///
    /// # Errors
    /// When the transaction is refused; one that reverts is no error but an outcome.
    pub(crate) fn transfer(
        &self,
        authorization: &token::transferWithAuthorizationCall,
        now: u64,
    ) -> Result<Outcome, ChainError> {
        self.send(authorization, now)
    }

    /// An account's balance in atomic units of the token.
    ///
    /// # Errors
    /// When the contract does not answer.
    pub(crate) fn balance(&self, account: Address, now: u64) -> Result<U256, ChainError> {
        self.ask(&token::balanceOfCall { account }, now)
    }

    /// Whether an authorization's nonce has been used (EIP-3009).
    ///
    /// # Errors
    /// When the contract does not answer.
    pub(crate) fn is_used(
        &self,
        authorizer: Address,
        nonce: B256,
        now: u64,
    ) -> Result<bool, ChainError> {
        self.ask(&token::authorizationStateCall { authorizer, nonce }, now)
    }

    /// Calls the token as the operator and leaves no trace.
    fn ask<C: SolCall>(&self, call: &C, now: u64) -> Result<C::Return, ChainError> {
        let call = Call {
            from: self.operator.address(),
            to: TxKind::Call(token::ADDRESS),
            data: call.abi_encode().into(),
            ..Call::default()
        };
        let answer = self.chain().call(call, now)?;
        Ok(C::abi_decode_returns_validate(&answer)?)
    }

    /// Sends the token a transaction signed by the operator. The lock is held from reading the
    /// nonce to mining, so two tasks never sign the same nonce.
    fn send<C: SolCall>(&self, call: &C, now: u64) -> Result<Outcome, ChainError> {
        let mut chain = self.chain();
        let transaction = TxEip1559 {
            chain_id: ID,
            nonce: chain.nonce(self.operator.address()),
            gas_limit: GAS_LIMIT / 10,
            to: TxKind::Call(token::ADDRESS),
            input: call.abi_encode().into(),
            ..TxEip1559::default()
        };
        let signature = self.operator.sign_hash_sync(&transaction.signature_hash())?;
        let transaction =
            chain.submit(TxEnvelope::from(transaction.into_signed(signature)), now)?;
        let succeeded = chain.succeeded(transaction);
        Ok(Outcome { transaction, succeeded })
    }
}
