//! Somebody who pays: a key, and signatures made by k256 over alloy's EIP-712 hash. Neither the
//! facilitator's hand-written hash nor the program's own signing is involved.

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::{SolStruct, eip712_domain, sol};
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sandbox::chain::token::{self, transferWithAuthorizationCall as Transfer};

sol! {
    struct TransferWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }
}

pub(crate) struct Payer {
    key: SigningKey,
    pub(crate) address: Address,
}

impl Payer {
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let address = Address::from_public_key(key.verifying_key());
        Self { key, address }
    }

    /// A payment that is good at `now`, with a nonce of its own.
    pub(crate) fn transfer(&self, to: Address, value: u64, now: u64) -> Transfer {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        self.sign(Transfer {
            from: self.address,
            to,
            value: U256::from(value),
            validAfter: U256::ZERO,
            validBefore: U256::from(now + 60),
            nonce: U256::from(COUNT.fetch_add(1, Ordering::Relaxed)).into(),
            v: 0,
            r: B256::ZERO,
            s: B256::ZERO,
        })
    }

    /// The same transfer with this payer's signature for chain id 84532.
    pub(crate) fn sign(&self, transfer: Transfer) -> Transfer {
        self.sign_for(84532, transfer)
    }

    #[expect(clippy::needless_pass_by_value, reason = "consumed: an unsigned one is of no use")]
    pub(crate) fn sign_for(&self, chain_id: u64, transfer: Transfer) -> Transfer {
        let domain = eip712_domain! {
            name: "USDC",
            version: "2",
            chain_id: chain_id,
            verifying_contract: token::ADDRESS,
        };
        let message = TransferWithAuthorization {
            from: transfer.from,
            to: transfer.to,
            value: transfer.value,
            validAfter: transfer.validAfter,
            validBefore: transfer.validBefore,
            nonce: transfer.nonce,
        };
        let digest = message.eip712_signing_hash(&domain);
        let (signature, parity) = self.key.sign_prehash_recoverable(digest.as_slice()).unwrap();
        Transfer {
            v: 27 + parity.to_byte(),
            r: B256::from_slice(&signature.r().to_bytes()),
            s: B256::from_slice(&signature.s().to_bytes()),
            ..transfer
        }
    }
}

/// The `payload` of an EIP-3009 payment, the same in both versions.
pub(crate) fn payload(transfer: &Transfer) -> Value {
    let mut signature = transfer.r.to_vec();
    signature.extend_from_slice(transfer.s.as_slice());
    signature.push(transfer.v);
    json!({
        "signature": format!("0x{}", alloy_primitives::hex::encode(signature)),
        "authorization": {
            "from": transfer.from.to_checksum(None),
            "to": transfer.to.to_checksum(None),
            "value": transfer.value.to_string(),
            "validAfter": transfer.validAfter.to_string(),
            "validBefore": transfer.validBefore.to_string(),
            "nonce": transfer.nonce.to_string(),
        },
    })
}
