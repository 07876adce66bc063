//! Who signed an authorization: EIP-712 by hand, so that a mistake in the client's way of signing
//! cannot hide behind the same mistake here.

use alloy_primitives::{Address, B256, Signature, U256, keccak256};

use crate::sandbox::chain::token::{self, transferWithAuthorizationCall};

/// EIP-712 `encodeType` of the domain.
const DOMAIN: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/// EIP-3009 `TransferWithAuthorization`.
const TRANSFER: &str = "TransferWithAuthorization(address from,address to,uint256 value,\
uint256 validAfter,uint256 validBefore,bytes32 nonce)";

/// The address whose key made the authorization's signature under the token's domain on
/// `chain_id`; `None` when there is none, and for the forms that the token refuses: a high `s`, a
/// `v` other than 27 and 28.
pub(super) fn signer(call: &transferWithAuthorizationCall, chain_id: u64) -> Option<Address> {
    let odd = match call.v {
        27 => false,
        28 => true,
        _ => return None,
    };
    let signature = Signature::from_scalars_and_parity(call.r, call.s, odd);
    if signature.normalize_s().is_some() {
        return None;
    }
    signature.recover_address_from_prehash(&digest(call, chain_id)).ok()
}

/// `keccak256(0x1901 ‖ domainSeparator ‖ structHash)`.
fn digest(call: &transferWithAuthorizationCall, chain_id: u64) -> B256 {
    let domain = hash(&[
        keccak256(DOMAIN),
        keccak256(token::NAME),
        keccak256(token::VERSION),
        U256::from(chain_id).into(),
        token::ADDRESS.into_word(),
    ]);
    let transfer = hash(&[
        keccak256(TRANSFER),
        call.from.into_word(),
        call.to.into_word(),
        call.value.into(),
        call.validAfter.into(),
        call.validBefore.into(),
        call.nonce,
    ]);
    keccak256([&[0x19, 0x01], domain.as_slice(), transfer.as_slice()].concat())
}

/// The hash of words in a row, which is how EIP-712 hashes a struct of fixed-size members.
fn hash(words: &[B256]) -> B256 {
    keccak256(words.iter().flat_map(|word| word.0).collect::<Vec<u8>>())
}
