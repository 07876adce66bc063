//! From a password to a key: scrypt and PBKDF2, with their cost bounded before any of it is spent.

use super::secret::Password;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Most memory scrypt may take, in bytes: 1.25 GiB, which lets N = 2^20 with r = 8 through.
pub const SCRYPT_MEMORY_LIMIT: u64 = 5 << 28;

/// Most work scrypt may do, as N·r·p. The usual keystore (N = 2^18, r = 8, p = 1) is 2^21 and takes
/// about half a second; the limit is sixteen times that.
pub const SCRYPT_WORK_LIMIT: u64 = 1 << 25;

/// Most iterations of PBKDF2, ten times the strongest default in use.
pub const PBKDF2_ITERATION_LIMIT: u64 = 10_000_000;

/// How dear a new keystore is to open, and so to guess: the two settings geth knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// scrypt with N = 2^18, r = 8, p = 1: 256 MiB and about half a second.
    #[default]
    Standard,
    /// scrypt with N = 2^12, r = 8, p = 6: 4 MiB and some 40 ms; for keys that hold little.
    Light,
}

/// Why a keystore's key derivation is refused, with the numbers it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CostError {
    /// scrypt's N is not a power of two, or below two.
    #[error("scrypt's n must be a power of two above one, not {n}")]
    NotPowerOfTwo {
        /// The N asked for.
        n: u64,
    },
    /// scrypt's r or p is zero, or the three together are outside the algorithm's range.
    #[error("scrypt cannot run with n={n}, r={r}, p={p}")]
    OutOfRange {
        /// The N asked for.
        n: u64,
        /// The block size asked for.
        r: u64,
        /// The parallelism asked for.
        p: u64,
    },
    /// scrypt would take more memory than [`SCRYPT_MEMORY_LIMIT`].
    #[error(
        "scrypt with n={n}, r={r}, p={p} takes {bytes} bytes of memory, limit {}",
        SCRYPT_MEMORY_LIMIT
    )]
    Memory {
        /// The N asked for.
        n: u64,
        /// The block size asked for.
        r: u64,
        /// The parallelism asked for.
        p: u64,
        /// Bytes that would be taken.
        bytes: u64,
    },
    /// scrypt would do more work than [`SCRYPT_WORK_LIMIT`].
    #[error(
        "scrypt with n={n}, r={r}, p={p} is {work} blocks of work, limit {}",
        SCRYPT_WORK_LIMIT
    )]
    Work {
        /// The N asked for.
        n: u64,
        /// The block size asked for.
        r: u64,
        /// The parallelism asked for.
        p: u64,
        /// N·r·p.
        work: u64,
    },
    /// PBKDF2's count is zero or above [`PBKDF2_ITERATION_LIMIT`].
    #[error("pbkdf2 with c={c}: iterations must be from 1 to {}", PBKDF2_ITERATION_LIMIT)]
    Iterations {
        /// The count asked for.
        c: u64,
    },
}

/// Two keys of 16 bytes: the cipher's, then the one of the MAC.
pub(super) type DerivedKeys = Zeroizing<[[u8; 16]; 2]>;

/// A key derivation whose cost has been found bearable.
pub(super) struct Kdf {
    algorithm: Algorithm,
    salt: Vec<u8>,
}

enum Algorithm {
    Scrypt(scrypt::Params),
    Pbkdf2HmacSha256 { iterations: u32 },
}

impl Kdf {
    pub(super) fn scrypt(n: u64, r: u64, p: u64, salt: Vec<u8>) -> Result<Self, CostError> {
        if n < 2 || !n.is_power_of_two() {
            return Err(CostError::NotPowerOfTwo { n });
        }
        // N blocks of 128·r bytes to look back on, and p blocks that are mixed one after another.
        let bytes = n.saturating_add(p).saturating_mul(r).saturating_mul(128);
        if bytes > SCRYPT_MEMORY_LIMIT {
            return Err(CostError::Memory { n, r, p, bytes });
        }
        let work = n.saturating_mul(r).saturating_mul(p);
        if work > SCRYPT_WORK_LIMIT {
            return Err(CostError::Work { n, r, p, work });
        }
        let out_of_range = CostError::OutOfRange { n, r, p };
        let (Ok(log_n), Ok(r), Ok(p)) =
            (u8::try_from(n.ilog2()), u32::try_from(r), u32::try_from(p))
        else {
            return Err(out_of_range);
        };
        let params = scrypt::Params::new(log_n, r, p).map_err(|_| out_of_range)?;
        Ok(Self { algorithm: Algorithm::Scrypt(params), salt })
    }

    pub(super) fn pbkdf2(c: u64, salt: Vec<u8>) -> Result<Self, CostError> {
        match u32::try_from(c) {
            Ok(iterations) if (1..=PBKDF2_ITERATION_LIMIT).contains(&c) => {
                Ok(Self { algorithm: Algorithm::Pbkdf2HmacSha256 { iterations }, salt })
            }
            _ => Err(CostError::Iterations { c }),
        }
    }

    /// Spends the cost: up to seconds of processor time, so never on an async thread.
    pub(super) fn derive(&self, password: &Password) -> Result<DerivedKeys, CostError> {
        let mut keys = DerivedKeys::default();
        let out = keys.as_flattened_mut();
        match &self.algorithm {
            Algorithm::Scrypt(params) => {
                // Its one error, an output of 128 GiB, cannot occur; left unhandled, the key of
                // a new keystore would be zeros.
                scrypt::scrypt(password.bytes(), &self.salt, params, out).map_err(|_| {
                    let (r, p) = (u64::from(params.r()), u64::from(params.p()));
                    CostError::OutOfRange { n: params.n(), r, p }
                })?;
            }
            Algorithm::Pbkdf2HmacSha256 { iterations } => {
                pbkdf2::pbkdf2_hmac::<Sha256>(password.bytes(), &self.salt, *iterations, out);
            }
        }
        Ok(keys)
    }
}

impl Cost {
    /// N, r and p of scrypt.
    pub(super) fn scrypt(self) -> (u64, u64, u64) {
        match self {
            Cost::Standard => (1 << 18, 8, 1),
            Cost::Light => (1 << 12, 8, 6),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::hex;

    fn password(text: &str) -> Password {
        Password::new(text.as_bytes().to_vec().into())
    }

    fn scrypt(n: u64, r: u64, p: u64) -> Option<CostError> {
        Kdf::scrypt(n, r, p, Vec::new()).err()
    }

    // RFC 7914 section 12 (its first 32 bytes), and section 11 for PBKDF2.
    #[test]
    fn both_derivations_match_the_rfc() {
        let kdf = Kdf::scrypt(1024, 8, 16, b"NaCl".to_vec()).ok().unwrap();
        let keys = kdf.derive(&password("password")).unwrap();
        let expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162";
        assert_eq!(hex::encode(keys.as_flattened()), expected);

        let kdf = Kdf::pbkdf2(1, b"salt".to_vec()).ok().unwrap();
        let keys = kdf.derive(&password("passwd")).unwrap();
        let expected = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc";
        assert_eq!(hex::encode(keys.as_flattened()), expected);
    }

    #[test]
    fn what_wallets_write_is_within_bounds() {
        let settings =
            [(1 << 18, 8, 1), (1 << 12, 8, 6), (1 << 13, 8, 1), (1 << 17, 8, 1), (1 << 20, 8, 1)];
        for (n, r, p) in settings {
            assert_eq!(scrypt(n, r, p), None, "n={n} r={r} p={p}");
        }
        assert!(Kdf::pbkdf2(1_000_000, Vec::new()).is_ok());
    }

    #[test]
    fn unbearable_costs_are_refused_with_their_numbers() {
        assert_eq!(scrypt(0, 8, 1), Some(CostError::NotPowerOfTwo { n: 0 }));
        assert_eq!(scrypt(1, 8, 1), Some(CostError::NotPowerOfTwo { n: 1 }));
        assert_eq!(scrypt(12_000, 8, 1), Some(CostError::NotPowerOfTwo { n: 12_000 }));
        assert_eq!(scrypt(1 << 18, 0, 1), Some(CostError::OutOfRange { n: 1 << 18, r: 0, p: 1 }));
        assert_eq!(scrypt(1 << 18, 8, 0), Some(CostError::OutOfRange { n: 1 << 18, r: 8, p: 0 }));
        let bytes = ((1 << 30) + 1) * 8 * 128;
        assert_eq!(
            scrypt(1 << 30, 8, 1),
            Some(CostError::Memory { n: 1 << 30, r: 8, p: 1, bytes })
        );
        let work = 1 << 26;
        assert_eq!(scrypt(1 << 18, 8, 32), Some(CostError::Work { n: 1 << 18, r: 8, p: 32, work }));
        for (n, r, p) in [(2, u64::MAX, 1), (2, 1, u64::MAX), (1 << 63, u64::MAX, u64::MAX)] {
            assert!(matches!(scrypt(n, r, p), Some(CostError::Memory { .. })));
        }
        for c in [0, PBKDF2_ITERATION_LIMIT + 1, u64::MAX] {
            assert_eq!(Kdf::pbkdf2(c, Vec::new()).err(), Some(CostError::Iterations { c }));
        }
    }
}
