//! Web3 Secret Storage, version 3: the keystore file of geth, foundry, ethers and the others, as
//! bytes. No file is opened here; see [`super::store`].
//!
//! Format: <https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/>.
//! The fields are picked out of the JSON by hand, because wallets differ in spelling (`Crypto`,
//! `0x`, no `id`, no `address`) and because a fault must be told by the field's name, never by
//! quoting what stood there: someone may hand over a raw key by mistake.

use super::kdf::{Cost, CostError, DerivedKeys, Kdf};
use super::secret::{Password, PrivateKey, PrivateKeyError};
use aes::cipher::{KeyIvInit, StreamCipher};
use alloy_primitives::{Address, Keccak256, hex};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Longest keystore that is read, in bytes. Real ones have about 500.
pub const KEYSTORE_LIMIT: usize = 64 * 1024;

/// Most leading zero bytes that an initialization vector may lack: more is a damaged file, not chance.
const IV_ZEROS: usize = 4;

/// An encrypted private key, its form checked and its cost bounded, not yet opened.
pub struct Keystore {
    address: Option<Address>,
    kdf: Kdf,
    iv: [u8; 16],
    ciphertext: [u8; 32],
    mac: [u8; 32],
}

/// Why a keystore cannot be read or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// More bytes than [`KEYSTORE_LIMIT`].
    #[error("longer than {KEYSTORE_LIMIT} bytes")]
    TooLong,
    /// Not JSON in UTF-8 or UTF-16, or nested too deeply; counted from one.
    #[error("not JSON at line {line}, column {column}")]
    NotJson {
        /// Line of the fault.
        line: usize,
        /// Column of the fault, in bytes.
        column: usize,
    },
    /// A field is missing or is not what it must be.
    #[error("{field} must be {expected}")]
    Field {
        /// The field, dots between the levels.
        field: &'static str,
        /// What this version of the format, or this program, takes there.
        expected: &'static str,
    },
    /// The key derivation asks for too much, or for the impossible. Nothing was spent.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// The MAC does not fit: another password, or a damaged file. The two cannot be told apart.
    #[error("wrong password, or a damaged file")]
    WrongPassword,
    /// It opened, but what it holds is no key.
    #[error("it does not hold a private key: {0}")]
    NoKey(#[source] PrivateKeyError),
    /// It opened, but to another account than the one it names.
    #[error("it names {declared} and holds the key of {actual}")]
    AddressMismatch {
        /// The `address` field.
        declared: Address,
        /// The account of the key inside.
        actual: Address,
    },
}

/// What a new keystore needs from the system's generator. Every field must be filled anew.
#[derive(Default)]
pub struct Randomness {
    /// Salt of the key derivation.
    pub salt: [u8; 32],
    /// Initial counter of the cipher.
    pub iv: [u8; 16],
    /// The file's `id`, before the bits that make it a version 4 UUID.
    pub id: [u8; 16],
}

impl Keystore {
    /// Reads a keystore and checks everything that can be checked without the password.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeystoreError> {
        if bytes.len() > KEYSTORE_LIMIT {
            return Err(KeystoreError::TooLong);
        }
        let root: Value = match crate::text::read(bytes) {
            Some(text) => serde_json::from_str(&text),
            None => serde_json::from_slice(bytes),
        }
        .map_err(|e| KeystoreError::NotJson { line: e.line(), column: e.column() })?;
        Fields(&root).exact("version", &json!(3), "3")?;
        // ethers writes a capital.
        let crypto = root.get("crypto").or_else(|| root.get("Crypto"));
        let absent = KeystoreError::Field { field: "crypto", expected: "an object" };
        let crypto = Fields(crypto.filter(|crypto| crypto.is_object()).ok_or(absent)?);
        crypto.exact("cipher", &json!("aes-128-ctr"), "aes-128-ctr")?;
        let address = Fields(&root).address()?;
        Ok(Self {
            address,
            kdf: crypto.kdf()?,
            iv: crypto.iv(address)?,
            ciphertext: crypto.bytes("ciphertext", "32 bytes in hexadecimal")?,
            mac: crypto.bytes("mac", "32 bytes in hexadecimal")?,
        })
    }

    /// The account the file names, if it names one. Unproved until [`Keystore::decrypt`].
    pub fn address(&self) -> Option<Address> {
        self.address
    }

    /// Opens it. Takes up to seconds of processor time and hundreds of MiB, as the file asks
    /// within the bounds of [`super::kdf`].
    pub fn decrypt(&self, password: &Password) -> Result<PrivateKey, KeystoreError> {
        let keys = self.kdf.derive(password)?;
        if !bool::from(mac(&keys, &self.ciphertext).ct_eq(&self.mac)) {
            return Err(KeystoreError::WrongPassword);
        }
        let mut secret = Zeroizing::new(self.ciphertext);
        apply_cipher(&keys, &self.iv, &mut secret);
        let key = PrivateKey::from_bytes(&secret).map_err(KeystoreError::NoKey)?;
        let actual = key.address();
        match self.address {
            Some(declared) if declared != actual => {
                Err(KeystoreError::AddressMismatch { declared, actual })
            }
            _ => Ok(key),
        }
    }

    /// Writes a key as a keystore's JSON, in geth's layout and on one line. Costs what opening it
    /// will cost.
    pub fn encrypt(
        key: &PrivateKey,
        password: &Password,
        cost: Cost,
        randomness: &Randomness,
    ) -> Result<String, CostError> {
        let Randomness { salt, iv, id } = randomness;
        let (n, r, p) = cost.scrypt();
        let keys = Kdf::scrypt(n, r, p, salt.to_vec())?.derive(password)?;
        let mut sealed = key.to_bytes();
        apply_cipher(&keys, iv, &mut sealed);
        let document = json!({
            "address": hex::encode(key.address()),
            "crypto": {
                "cipher": "aes-128-ctr",
                "ciphertext": hex::encode(*sealed),
                "cipherparams": { "iv": hex::encode(iv) },
                "kdf": "scrypt",
                "kdfparams": { "dklen": 32, "n": n, "p": p, "r": r, "salt": hex::encode(salt) },
                "mac": hex::encode(mac(&keys, &sealed)),
            },
            "id": uuid_v4(*id),
            "version": 3,
        });
        Ok(document.to_string())
    }
}

/// One JSON object of the file.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    /// The value at a path with dots between the levels.
    fn at(self, field: &str) -> Option<&'a Value> {
        field.split('.').try_fold(self.0, |value, key| value.get(key))
    }

    fn exact(
        self,
        field: &'static str,
        value: &Value,
        expected: &'static str,
    ) -> Result<(), KeystoreError> {
        let equal = self.at(field) == Some(value);
        if equal { Ok(()) } else { Err(KeystoreError::Field { field, expected }) }
    }

    fn number(self, field: &'static str) -> Result<u64, KeystoreError> {
        let expected = "a whole number";
        self.at(field).and_then(Value::as_u64).ok_or(KeystoreError::Field { field, expected })
    }

    fn hex(self, field: &'static str, expected: &'static str) -> Result<Vec<u8>, KeystoreError> {
        let text = self.at(field).and_then(Value::as_str);
        let bytes = text.and_then(|text| hex::decode(text).ok());
        bytes.ok_or(KeystoreError::Field { field, expected })
    }

    fn bytes<const N: usize>(
        self,
        field: &'static str,
        expected: &'static str,
    ) -> Result<[u8; N], KeystoreError> {
        let bytes = self.hex(field, expected)?;
        bytes.try_into().map_err(|_| KeystoreError::Field { field, expected })
    }

    /// eth-keyfile takes it for a number and leaves out its leading zeros: one keystore of 256 has a
    /// byte less. The MAC does not cover it, so only an account that is named tells that it is right.
    fn iv(self, named: Option<Address>) -> Result<[u8; 16], KeystoreError> {
        let (field, expected) = ("cipherparams.iv", "16 bytes in hexadecimal");
        let least = if named.is_some() { 16 - IV_ZEROS } else { 16 };
        let short = self.hex(field, expected)?;
        let mut iv = [0; 16];
        let missing = iv.len().checked_sub(short.len()).filter(|_| short.len() >= least);
        let end = missing.and_then(|missing| iv.get_mut(missing..));
        end.ok_or(KeystoreError::Field { field, expected })?.copy_from_slice(&short);
        Ok(iv)
    }

    fn address(self) -> Result<Option<Address>, KeystoreError> {
        match self.at("address") {
            None | Some(Value::Null) => Ok(None),
            Some(_) => {
                self.bytes("address", "20 bytes in hexadecimal").map(|bytes| Some(bytes.into()))
            }
        }
    }

    fn kdf(self) -> Result<Kdf, KeystoreError> {
        let name = self.at("kdf").and_then(Value::as_str).unwrap_or_default();
        self.exact("kdfparams.dklen", &json!(32), "32")?;
        let salt = self.hex("kdfparams.salt", "hexadecimal")?;
        match name {
            "scrypt" => {
                let n = self.number("kdfparams.n")?;
                let r = self.number("kdfparams.r")?;
                let p = self.number("kdfparams.p")?;
                Ok(Kdf::scrypt(n, r, p, salt)?)
            }
            "pbkdf2" => {
                self.exact("kdfparams.prf", &json!("hmac-sha256"), "hmac-sha256")?;
                Ok(Kdf::pbkdf2(self.number("kdfparams.c")?, salt)?)
            }
            _ => Err(KeystoreError::Field { field: "kdf", expected: "scrypt or pbkdf2" }),
        }
    }
}

fn mac(keys: &DerivedKeys, ciphertext: &[u8; 32]) -> [u8; 32] {
    let [_, mac_key] = &**keys;
    let mut hasher = Keccak256::new();
    hasher.update(mac_key);
    hasher.update(ciphertext);
    hasher.finalize().0
}

/// AES-128 in counter mode, which is its own inverse.
fn apply_cipher(keys: &DerivedKeys, iv: &[u8; 16], data: &mut [u8; 32]) {
    let [cipher_key, _] = &**keys;
    ctr::Ctr128BE::<aes::Aes128>::new(cipher_key.into(), iv.into()).apply_keystream(data);
}

/// RFC 9562 section 5.4: random but for the version and variant bits.
fn uuid_v4(random: [u8; 16]) -> String {
    let fixed: u128 = 0xf << 76 | 0x3 << 62;
    let bits = u128::from_be_bytes(random) & !fixed | 0x4 << 76 | 0x2 << 62;
    let mut text = format!("{bits:032x}");
    for dash in [8, 13, 18, 23] {
        text.insert(dash, '-');
    }
    text
}

#[cfg(test)]
#[path = "keystore_tests.rs"]
mod tests;
