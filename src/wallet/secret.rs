//! The secrets themselves: a password and a private key.
//!
//! Neither can be printed, cloned or serialised, and both are overwritten when dropped. A move may
//! still leave a copy on the stack; that is as far as safe Rust goes.

use alloy_primitives::{Address, hex};
use alloy_signer::k256::ecdsa::SigningKey;
use std::path::is_separator;
use zeroize::{Zeroize, Zeroizing};

/// A keystore's password, as bytes: no normalisation, no trimming. The empty password is one.
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Takes over the bytes of a password.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Whether it is the empty password.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A secp256k1 private key: a scalar from 1 to the order of the group less one.
pub struct PrivateKey(SigningKey);

/// Why some text or bytes are no private key. It never holds any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// Not 64 hexadecimal digits, with or without `0x`.
    #[error("a private key is 64 hexadecimal digits, with or without 0x")]
    NotHex,
    /// 32 bytes, but zero or not below the order of secp256k1.
    #[error("the number is zero or not below the order of secp256k1")]
    OutOfRange,
}

impl PrivateKey {
    /// Reads 64 hexadecimal digits of either case, with or without `0x`, white space around them
    /// allowed, and quotes, which Docker keeps of a line in an environment file.
    pub fn parse(text: &[u8]) -> Result<Self, PrivateKeyError> {
        let digits = unquoted(text.trim_ascii()).trim_ascii();
        let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
        let mut bytes = Zeroizing::new([0; 32]);
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(PrivateKeyError::NotHex);
        }
        hex::decode_to_slice(digits, &mut *bytes).map_err(|_| PrivateKeyError::NotHex)?;
        Self::from_bytes(&bytes)
    }

    /// Whether a text, or the last part of a path, has a key's form: then it must not be repeated,
    /// wherever it stands.
    pub fn is_form_of(text: &str) -> bool {
        let text = text.rsplit(is_separator).next().unwrap_or(text);
        !matches!(Self::parse(text.as_bytes()), Err(PrivateKeyError::NotHex))
    }

    /// The key whose big-endian bytes these are. Thirty-two bytes from the system's generator are
    /// a key with overwhelming probability, which is how a new one is made.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PrivateKeyError> {
        SigningKey::from_slice(bytes).map(Self).map_err(|_| PrivateKeyError::OutOfRange)
    }

    /// The account this key controls.
    pub fn address(&self) -> Address {
        Address::from_public_key(self.0.verifying_key())
    }

    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut field = self.0.to_bytes();
        let bytes = Zeroizing::new(field.into());
        field.zeroize();
        bytes
    }

    pub(super) fn into_signing_key(self) -> SigningKey {
        self.0
    }
}

/// A text without the quotes around it.
fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::address;
    use proptest::prelude::*;

    const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    #[test]
    fn a_key_is_read_with_and_without_prefix_in_either_case() {
        let account = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
        for text in [
            KEY.to_owned(),
            format!("0x{KEY}\n"),
            format!("0x{}", KEY.to_uppercase()),
            format!("\"0x{KEY}\"\r\n"),
            format!("'{KEY}'"),
        ] {
            let key = PrivateKey::parse(text.as_bytes()).ok().unwrap();
            assert_eq!(key.address(), account);
            assert_eq!(hex::encode(*key.to_bytes()), KEY);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let not_hex = [
            String::new(),
            "0x".to_owned(),
            format!("{KEY}0"),
            format!("0x0x{KEY}"),
            KEY.replace('a', "g"),
            format!("0x{}", KEY.replace("ac", "0x")),
            "1".repeat(1 << 20),
        ];
        for text in not_hex {
            assert_eq!(PrivateKey::parse(text.as_bytes()).err(), Some(PrivateKeyError::NotHex));
        }
        for text in ["0".repeat(64), ORDER.to_owned(), "f".repeat(64)] {
            assert_eq!(PrivateKey::parse(text.as_bytes()).err(), Some(PrivateKeyError::OutOfRange));
        }
        let last = ORDER.replace("4141", "4140");
        assert!(PrivateKey::parse(last.as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = PrivateKey::parse(&bytes);
        }

        #[test]
        fn bytes_come_back(bytes in any::<[u8; 32]>()) {
            if let Ok(key) = PrivateKey::from_bytes(&bytes) {
                prop_assert_eq!(*key.to_bytes(), bytes);
            }
        }
    }
}
