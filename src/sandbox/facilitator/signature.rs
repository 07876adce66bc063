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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::chain;
    use alloy_primitives::{address, b256, uint};

    /// Golden vector v1-base-sepolia-usdc, made by the official packages.
    fn vector() -> transferWithAuthorizationCall {
        transferWithAuthorizationCall {
            from: address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
            to: address!("209693Bc6afc0C5328bA36FaF03C514EF312287C"),
            value: U256::from(10_000),
            validAfter: U256::from(1_763_682_600),
            validBefore: U256::from(1_763_683_260),
            nonce: b256!("50c094d4a1ef4a103198fcb057096846dfd64b1d6e6b2ed4d2ec500fc1a91578"),
            v: 27,
            r: b256!("22d4143444e2df1d9333f79f42fe7429cecd970d8e88f9de2f7a123f1fd1cd92"),
            s: b256!("390aa9b941db9f32e211c771be89cebc1975c3c9be6432e0eb775717f1de7dce"),
        }
    }

    #[test]
    fn the_digest_is_the_official_one() {
        let digest = b256!("d004b17f996d857dc936c360cd974eb4fad4d8583e39c926c91bb4fa20094598");
        assert_eq!(super::digest(&vector(), chain::ID), digest);
        assert_eq!(signer(&vector(), chain::ID), Some(vector().from));
        assert_ne!(signer(&vector(), 8453), Some(vector().from));
    }

    #[test]
    fn the_twins_of_a_signature_are_refused() {
        assert_eq!(signer(&transferWithAuthorizationCall { v: 0, ..vector() }, chain::ID), None);
        let order = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);
        let s = order - U256::from_be_bytes(vector().s.0);
        let twin = transferWithAuthorizationCall { v: 28, s: s.into(), ..vector() };
        assert_eq!(signer(&twin, chain::ID), None);
    }
}
