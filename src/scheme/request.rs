//! What a wallet is asked to sign, and what it answers.

use alloy_primitives::B256;
use alloy_sol_types::{Eip712Domain, SolStruct};

use super::TransferWithAuthorization;

/// A message for a wallet to sign, whole: whoever holds the key can read what it authorizes, and derives
/// the digest itself. One arm for each kind of message.
#[derive(Debug, Clone)]
pub enum SignRequest {
    /// A transfer of a token by EIP-3009.
    Eip3009(TypedData<TransferWithAuthorization>),
}

impl SignRequest {
    /// The 32 bytes that the signature is over.
    pub fn digest(&self) -> B256 {
        match self {
            Self::Eip3009(typed) => typed.digest(),
        }
    }
}

/// EIP-712 typed data: a struct, and the contract that it is meant for.
#[derive(Debug, Clone)]
pub struct TypedData<S> {
    /// The contract, its chain, and the name and version it goes by.
    pub domain: Eip712Domain,
    /// The struct.
    pub message: S,
}

impl<S: SolStruct> TypedData<S> {
    /// The EIP-712 digest.
    pub fn digest(&self) -> B256 {
        self.message.eip712_signing_hash(&self.domain)
    }
}

/// A signature by secp256k1: r and s, 32 bytes each, big-endian, with s in the lower half (EIP-2), then
/// v as 27 or 28. Whoever has it can settle what was signed, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature([u8; 65]);

impl Signature {
    /// A signature of these bytes.
    pub const fn new(bytes: [u8; 65]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 65] {
        &self.0
    }
}
