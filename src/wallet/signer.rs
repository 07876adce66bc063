//! The one place where a private key is used.

use super::error::Error;
use super::secret::PrivateKey;
use alloy_primitives::{Address, B256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;

/// An unlocked key. It signs what it is given; whether to sign was decided before it came here.
pub struct Signer(PrivateKeySigner);

impl Signer {
    /// Takes over a key.
    pub fn new(key: PrivateKey) -> Self {
        Self(PrivateKeySigner::from_signing_key(key.into_signing_key()))
    }

    /// The account that signs.
    pub fn address(&self) -> Address {
        self.0.address()
    }

    /// Signs a 32-byte digest: r and s, 32 bytes each, big-endian, then v as 27 or 28. The nonce is
    /// that of RFC 6979 and s is in the lower half (EIP-2), so a digest has one signature.
    pub(super) fn sign(&self, digest: &B256) -> Result<[u8; 65], Error> {
        Ok(self.0.sign_hash_sync(digest)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{U256, hex, uint};
    use serde_json::Value;

    const VECTORS: &str = include_str!("../../tests/vectors/x402-evm.json");
    const HALF_ORDER: U256 =
        uint!(0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0_U256);

    fn text<'a>(value: &'a Value, key: &str) -> &'a str {
        value[key].as_str().unwrap()
    }

    #[test]
    fn every_signature_of_the_reference_clients_is_made_again_bit_for_bit() {
        let root: Value = serde_json::from_str(VECTORS).unwrap();
        let mut signatures = 0;
        for vector in root["vectors"].as_array().unwrap() {
            let id = text(vector, "id");
            let key = PrivateKey::parse(text(vector, "privateKey").as_bytes()).ok().unwrap();
            let signer = Signer::new(key);
            assert_eq!(signer.address().to_string(), text(vector, "address"), "{id}");
            for expected in vector["signatures"].as_array().unwrap() {
                let digest: B256 = text(expected, "digest").parse().unwrap();
                let signature = signer.sign(&digest).unwrap();
                assert_eq!(hex::encode_prefixed(signature), text(expected, "signature"), "{id}");
                signatures += 1;
            }
        }
        assert!(signatures >= 26, "{signatures}");
    }

    #[test]
    fn s_is_low_and_v_is_27_or_28() {
        let mut seen = [0, 0];
        for n in 1..=64 {
            let signer = Signer::new(PrivateKey::from_bytes(&[n; 32]).ok().unwrap());
            let signature = signer.sign(&B256::repeat_byte(n)).unwrap();
            assert!(U256::from_be_slice(&signature[32..64]) <= HALF_ORDER);
            seen[usize::from(signature[64] - 27)] += 1;
        }
        assert!(seen[0] > 0 && seen[1] > 0);
    }
}
