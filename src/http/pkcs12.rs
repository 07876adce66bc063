//! A client's certificates and its key in one file: PKCS #12 (RFC 7292), as DER and under a password.
//!
//! The file is opened here and not by a library, because only what walks through it can bound its cost:
//! encrypted parts hold more encrypted parts, and each has a key derived at a cost that the file chooses.
//! What all parts cost together is added up before the first key is derived; of what is found inside, one
//! key at most is decrypted.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Sequence};
use hmac::digest::block_api::BlockSizeUser;
use hmac::digest::{Digest, FixedOutputReset};
use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use pkcs8::AlgorithmIdentifierRef;
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use rustls::pki_types::CertificateDer;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use zeroize::Zeroizing;

use super::error::Unusable;
use super::pbe::{EncryptedKey, MOST_ROUNDS, Scheme, basic, rounds};
use super::private_key::{Key, private_key};

/// Most rounds of all derivations of a file together, but for the one of its key: some seconds.
const MOST_TOGETHER: u64 = 8 * MOST_ROUNDS;

/// `Data` and `EncryptedData` (RFC 5652, sections 4 and 8).
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");

/// The kinds of bags that are read (RFC 7292, section 4.2): others, such as secrets, are passed over.
const KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const ENCRYPTED_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");

/// A certificate of X.509 (RFC 2985, section 6.6.2).
const X509: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

/// The version of a file (RFC 7292, section 4).
const VERSION: u8 = 3;

/// The whole file.
#[derive(Sequence)]
struct Pfx<'a> {
    version: u8,
    safes: ContentInfo<'a>,
    mac: Option<MacData<'a>>,
}

/// A part of it (RFC 5652, section 3).
#[derive(Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

/// What authenticates the file under the password.
#[derive(Sequence)]
struct MacData<'a> {
    mac: DigestInfo<'a>,
    salt: &'a OctetStringRef,
    #[asn1(default = "one")]
    rounds: u32,
}

fn one() -> u32 {
    1
}

#[derive(Sequence)]
struct DigestInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    digest: &'a OctetStringRef,
}

/// An encrypted part.
#[derive(Sequence)]
struct EncryptedData<'a> {
    version: u8,
    content: EncryptedContent<'a>,
}

#[derive(Sequence)]
struct EncryptedContent<'a> {
    kind: ObjectIdentifier,
    algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    content: Option<&'a OctetStringRef>,
}

/// One thing in a part.
#[derive(Sequence)]
struct Bag<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
    attributes: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct CertificateBag<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    certificate: &'a OctetStringRef,
}

/// A part whose kind is known and whose scheme, if it is encrypted, is within the bounds.
enum Part<'a> {
    Plain(&'a [u8]),
    Encrypted(Scheme<'a>, &'a [u8]),
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The first key.
    pub(super) key: Option<Key>,
    /// All certificates, in the order of the file.
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

/// Reads a file.
pub(super) fn read(content: &[u8], password: &str) -> Result<Found, Unusable> {
    let pfx = Pfx::from_der(content).map_err(damaged)?;
    if pfx.version != VERSION {
        return Err(Unusable::Damaged);
    }
    if pfx.safes.kind != DATA {
        return Err(Unusable::Algorithm);
    }
    let safes: &OctetStringRef = pfx.safes.content.decode_as().map_err(damaged)?;
    let parts = Vec::<ContentInfo<'_>>::from_der(safes.as_bytes()).map_err(damaged)?;
    let parts: Vec<Part<'_>> = parts.iter().map(Part::of).collect::<Result<_, _>>()?;
    let mac = pfx.mac.as_ref().map_or(Ok(0), |mac| rounds(mac.rounds))?;
    if parts.iter().map(Part::cost).fold(mac, u64::saturating_add) > MOST_TOGETHER {
        return Err(Unusable::Costly);
    }
    if let Some(mac) = &pfx.mac {
        mac.verify(safes.as_bytes(), password)?;
    }
    let mut found = Found::default();
    for part in &parts {
        match part {
            Part::Plain(bags) => found.add(bags, password, Unusable::Damaged)?,
            Part::Encrypted(scheme, content) => {
                let bags = scheme.decrypt(content, password)?;
                // A wrong password may leave bytes that only look as if they had been decrypted.
                found.add(&bags, password, Unusable::Password)?;
            }
        }
    }
    Ok(found)
}

fn damaged(_: der::Error) -> Unusable {
    Unusable::Damaged
}

impl<'a> Part<'a> {
    fn of(part: &ContentInfo<'a>) -> Result<Self, Unusable> {
        match part.kind {
            DATA => {
                let bags: &OctetStringRef = part.content.decode_as().map_err(damaged)?;
                Ok(Self::Plain(bags.as_bytes()))
            }
            ENCRYPTED_DATA => {
                let part: EncryptedData<'_> = part.content.decode_as().map_err(damaged)?;
                if part.version != 0 || part.content.kind != DATA {
                    return Err(Unusable::Damaged);
                }
                let scheme = Scheme::of(part.content.algorithm)?;
                let content = part.content.content.ok_or(Unusable::Damaged)?;
                Ok(Self::Encrypted(scheme, content.as_bytes()))
            }
            _ => Err(Unusable::Algorithm),
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Plain(_) => 0,
            Self::Encrypted(scheme, _) => scheme.cost,
        }
    }
}

impl Found {
    /// Adds what is in the bags of a part. `otherwise` is what it means if they are none.
    fn add(&mut self, bags: &[u8], password: &str, otherwise: Unusable) -> Result<(), Unusable> {
        let Ok(bags) = Vec::<Bag<'_>>::from_der(bags) else { return Err(otherwise) };
        for bag in bags {
            match bag.kind {
                KEY if self.key.is_none() => {
                    let key = der::Encode::to_der(&bag.value).map(Zeroizing::new);
                    self.key = Some(private_key(&key.map_err(damaged)?)?);
                }
                ENCRYPTED_KEY if self.key.is_none() => {
                    let key: EncryptedKey<'_> = bag.value.decode_as().map_err(damaged)?;
                    self.key = Some(private_key(&key.open(password)?)?);
                }
                CERTIFICATE => {
                    let bag: CertificateBag<'_> = bag.value.decode_as().map_err(damaged)?;
                    if bag.kind != X509 {
                        return Err(Unusable::Algorithm);
                    }
                    let certificate = bag.certificate.as_bytes();
                    AnyRef::from_der(certificate).map_err(damaged)?;
                    self.certificates.push(CertificateDer::from(certificate.to_vec()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl MacData<'_> {
    fn verify(&self, content: &[u8], password: &str) -> Result<(), Unusable> {
        let password = basic(password)?;
        match self.mac.algorithm.oid.to_string().as_str() {
            "1.3.14.3.2.26" => self.verify_by::<Sha1>(content, &password),
            "2.16.840.1.101.3.4.2.4" => self.verify_by::<Sha224>(content, &password),
            "2.16.840.1.101.3.4.2.1" => self.verify_by::<Sha256>(content, &password),
            "2.16.840.1.101.3.4.2.2" => self.verify_by::<Sha384>(content, &password),
            "2.16.840.1.101.3.4.2.3" => self.verify_by::<Sha512>(content, &password),
            "2.16.840.1.101.3.4.2.5" => self.verify_by::<Sha512_224>(content, &password),
            "2.16.840.1.101.3.4.2.6" => self.verify_by::<Sha512_256>(content, &password),
            _ => Err(Unusable::Algorithm),
        }
    }

    fn verify_by<D>(&self, content: &[u8], password: &[u8]) -> Result<(), Unusable>
    where
        D: Digest + FixedOutputReset + BlockSizeUser,
    {
        let rounds = i32::try_from(self.rounds).map_err(|_| Unusable::Costly)?;
        let (salt, length) = (self.salt.as_bytes(), <D as Digest>::output_size());
        let key = derive_key::<D>(password, salt, Pkcs12KeyType::Mac, rounds, length);
        let key = Zeroizing::new(key);
        let mut mac = SimpleHmac::<D>::new_from_slice(&key).map_err(|_| Unusable::Algorithm)?;
        mac.update(content);
        mac.verify_slice(self.mac.digest.as_bytes()).map_err(|_| Unusable::Password)
    }
}

#[cfg(test)]
#[path = "pkcs12_tests.rs"]
mod tests;
