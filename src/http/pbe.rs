//! Decryption of what a password encrypts in a file: a client's key as PEM, and the parts of a PKCS #12
//! file. A key is derived only after its cost is known to be within a bound: files choose the cost, and
//! deriving cannot be interrupted.
//!
//! Sources: PBES2 is RFC 8018, section 6.2; the schemes of PKCS #12 are RFC 7292, appendices B and C.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit, KeyInit};
use der::Sequence;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use pkcs8::AlgorithmIdentifierRef;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{self, pbes2};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::error::Unusable;

/// Most rounds of one derivation by hashing: about a second.
pub(super) const MOST_ROUNDS: u64 = 1_000_000;

/// Most work of one derivation by scrypt, as N·r·p: 2^17 with r = 8 and p = 1, which takes 128 MiB and a
/// quarter of a second. It bounds the memory too, which is 128·N·r bytes.
const MOST_SCRYPT: u64 = 1 << 20;

/// PBE with SHA-1 and Triple DES with three keys (RFC 7292, appendix C).
const TRIPLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");

/// PBE with SHA-1 and RC2 with 40 bits (RFC 7292, appendix C).
const RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");

/// Bytes of an initialization vector of Triple DES and RC2.
const IV: usize = 8;

/// Bytes of a hash by SHA-1.
const SHA1: usize = 20;

/// `EncryptedPrivateKeyInfo` (RFC 5208, section 6), whatever the algorithm.
#[derive(Sequence)]
pub(super) struct EncryptedKey<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    content: &'a OctetStringRef,
}

impl EncryptedKey<'_> {
    /// The decrypted key.
    pub(super) fn open(&self, password: &str) -> Result<Zeroizing<Vec<u8>>, Unusable> {
        Scheme::of(self.algorithm)?.decrypt(self.content.as_bytes(), password)
    }
}

/// `pkcs-12PbeParams` (RFC 7292, appendix C).
#[derive(Sequence)]
struct HashParameters<'a> {
    salt: &'a OctetStringRef,
    rounds: u32,
}

/// How something is encrypted by a password, at a cost that is within the bounds.
pub(super) struct Scheme<'a> {
    cipher: Cipher<'a>,
    /// What its key costs, in about the rounds of a hash.
    pub(super) cost: u64,
}

enum Cipher<'a> {
    Pbes2(Parameters),
    TripleDes(HashParameters<'a>),
    Rc2(HashParameters<'a>),
}

impl<'a> Scheme<'a> {
    /// Reads a scheme's parameters and derives nothing.
    pub(super) fn of(algorithm: AlgorithmIdentifierRef<'a>) -> Result<Self, Unusable> {
        let parameters = algorithm.parameters.ok_or(Unusable::Algorithm)?;
        if algorithm.oid == pbes2::PBES2_OID {
            let parameters = Parameters::try_from(parameters).map_err(|_| Unusable::Algorithm)?;
            let cost = cost(&parameters.kdf)?;
            return Ok(Self { cipher: Cipher::Pbes2(parameters), cost });
        }
        let (cipher, key): (fn(_) -> _, _) = match algorithm.oid {
            TRIPLE_DES => (Cipher::TripleDes, 24_usize),
            RC2_40 => (Cipher::Rc2, 5),
            _ => return Err(Unusable::Algorithm),
        };
        let parameters: HashParameters<'a> =
            parameters.decode_as().map_err(|_| Unusable::Algorithm)?;
        // The key and the initialization vector are derived one after the other.
        let hashes = u64::try_from(key.div_ceil(SHA1)).unwrap_or(u64::MAX).saturating_add(1);
        let cost = rounds(parameters.rounds)?.saturating_mul(hashes);
        Ok(Self { cipher: cipher(parameters), cost })
    }

    /// The decrypted bytes, which are overwritten when they are dropped. What a wrong password makes of
    /// them can seldom be known from the right bytes.
    ///
    /// The libraries leave the derived key on the stack: `pkcs5` does not overwrite it.
    pub(super) fn decrypt(
        &self,
        content: &[u8],
        password: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Unusable> {
        let mut buffer = Zeroizing::new(content.to_vec());
        let length = match &self.cipher {
            Cipher::Pbes2(parameters) => {
                let plain = parameters.decrypt_in_place(password.as_bytes(), &mut buffer);
                let plain = plain.map_err(|error| match error {
                    pkcs5::Error::DecryptFailed => Unusable::Password,
                    _ => Unusable::Algorithm,
                });
                plain?.len()
            }
            Cipher::TripleDes(parameters) => {
                parameters.decrypt::<des::TdesEde3>(24, &mut buffer, password)?
            }
            Cipher::Rc2(parameters) => parameters.decrypt::<rc2::Rc2>(5, &mut buffer, password)?,
        };
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl HashParameters<'_> {
    /// Decrypts in place. How many bytes there are.
    fn decrypt<C: BlockCipherDecrypt + KeyInit>(
        &self,
        key: usize,
        buffer: &mut [u8],
        password: &str,
    ) -> Result<usize, Unusable> {
        let password = basic(password)?;
        let derive = |id, length| {
            let rounds = i32::try_from(self.rounds).map_err(|_| Unusable::Costly)?;
            let salt = self.salt.as_bytes();
            Ok(Zeroizing::new(derive_key::<Sha1>(&password, salt, id, rounds, length)))
        };
        let key = derive(Pkcs12KeyType::EncryptionKey, key)?;
        let iv = derive(Pkcs12KeyType::Iv, IV)?;
        let cipher = C::new_from_slice(&key).map_err(|_| Unusable::Algorithm)?;
        let cipher = cbc::Decryptor::inner_iv_slice_init(cipher, &iv);
        let cipher = cipher.map_err(|_| Unusable::Algorithm)?;
        let plain = cipher.decrypt_padded::<Pkcs7>(buffer).map_err(|_| Unusable::Password)?;
        Ok(plain.len())
    }
}

/// A password as PKCS #12 hashes it: a `BMPString` with a zero at its end (RFC 7292, appendix B.1).
pub(super) fn basic(password: &str) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    // Long enough from the beginning, so that no bytes are left behind by a longer vector.
    let length = password.len().saturating_mul(2).saturating_add(2);
    let mut basic = Zeroizing::new(Vec::with_capacity(length));
    for letter in password.chars() {
        let unit = u16::try_from(u32::from(letter)).map_err(|_| Unusable::Letters)?;
        basic.extend(unit.to_be_bytes());
    }
    basic.extend([0; 2]);
    Ok(basic)
}

/// A number of rounds that is within the bound.
pub(super) fn rounds(rounds: u32) -> Result<u64, Unusable> {
    Some(u64::from(rounds)).filter(|rounds| *rounds <= MOST_ROUNDS).ok_or(Unusable::Costly)
}

/// What a derivation of PBES2 costs. The library checks neither this nor that N is one that scrypt can
/// have: it panics for zero.
fn cost(kdf: &Kdf) -> Result<u64, Unusable> {
    match kdf {
        Kdf::Pbkdf2(parameters) => rounds(parameters.iteration_count),
        Kdf::Scrypt(parameters) => {
            let n = parameters.cost_parameter;
            let (r, p) = (parameters.block_size, parameters.parallelization);
            if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
                return Err(Unusable::Parameters);
            }
            let work = n.checked_mul(r.into()).and_then(|work| work.checked_mul(p.into()));
            work.filter(|work| *work <= MOST_SCRYPT).ok_or(Unusable::Costly)
        }
        _ => Err(Unusable::Algorithm),
    }
}
