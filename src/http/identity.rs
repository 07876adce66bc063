//! The client's own certificate and key: read from files as PEM, DER or PKCS #12 when a connection needs
//! them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use der::Decode as _;
use pkcs8::SecretDocument;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, InconsistentKeys};
use zeroize::Zeroizing;

use super::error::{Error, KEY_FILE_BYTES, Unusable};
use super::pbe::EncryptedKey;
use super::pkcs12;
use super::private_key::{Key, private_key};
use super::tls_options::{CertificateForm, ClientCertificate};

/// The client's own chain and key.
pub(super) fn identity(own: &ClientCertificate) -> Result<CertifiedKey, Error> {
    let unusable = |path: &Path, why| Error::ClientCertificate { path: path.to_path_buf(), why };
    let of_certificate = |why| unusable(&own.certificate, why);
    let password = own.password.as_ref().map(|password| password.as_str());
    let content = read(&own.certificate).map_err(of_certificate)?;
    let (chain, found) = match own.form {
        CertificateForm::Pem => (pem_chain(&content).map_err(of_certificate)?, None),
        CertificateForm::Der => (vec![CertificateDer::from(content.to_vec())], None),
        CertificateForm::Pkcs12 => {
            let (chain, key) =
                of_pkcs12(&content, password.unwrap_or_default()).map_err(of_certificate)?;
            (chain, Some(key))
        }
    };
    let (path, key) = match (own.key.as_deref(), found) {
        // As in curl, a key as PEM beside a PKCS #12 file is not used.
        (path, Some(key)) if path.is_none() || own.key_form != CertificateForm::Der => {
            (own.certificate.as_path(), key)
        }
        (Some(path), _) => {
            let of_key = |why| unusable(path, why);
            let content = read(path).map_err(of_key)?;
            (path, key(&content, own.key_form, password).map_err(of_key)?)
        }
        (None, _) => {
            let key = key(&content, own.form, password).map_err(of_certificate)?;
            (own.certificate.as_path(), key)
        }
    };
    certified(chain, &key).map_err(|why| unusable(path, why))
}

/// The bytes of a file, up to a bound.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let file = File::open(path).map_err(Unusable::Unreadable)?;
    // Longer than what is read at once, so that no bytes of a key are left behind by a longer vector.
    let known = file.metadata().map_or(0, |metadata| metadata.len()).min(KEY_FILE_BYTES);
    let mut content = Zeroizing::new(Vec::with_capacity(
        usize::try_from(known).unwrap_or_default().saturating_add(64),
    ));
    let most = KEY_FILE_BYTES.saturating_add(1);
    let read = file.take(most).read_to_end(&mut content).map_err(Unusable::Unreadable)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > KEY_FILE_BYTES {
        return Err(Unusable::TooLong);
    }
    Ok(content)
}

/// The certificates of a text.
fn pem_chain(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    chain.ok_or(Unusable::NoCertificate)
}

/// The first key of a file.
fn key(content: &[u8], form: CertificateForm, password: Option<&str>) -> Result<Key, Unusable> {
    let plain = match form {
        CertificateForm::Pem => PrivateKeyDer::from_pem_slice(content).ok().map(Zeroizing::new),
        CertificateForm::Der => private_key(content).ok(),
        CertificateForm::Pkcs12 => None,
    };
    plain.map_or_else(|| decrypted(content, password), Ok)
}

/// The first key of a text that holds an encrypted one (PKCS #8).
fn decrypted(text: &[u8], password: Option<&str>) -> Result<Key, Unusable> {
    const LABEL: &str = "ENCRYPTED PRIVATE KEY";
    let part = || {
        let text = std::str::from_utf8(text).ok()?;
        let from = text.find(&format!("-----BEGIN {LABEL}-----"))?;
        let end = format!("-----END {LABEL}-----");
        let part = text.get(from..)?;
        part.get(..part.find(&end)?.checked_add(end.len())?)
    };
    let part = part().ok_or(Unusable::NoKey)?;
    let password = password.ok_or(Unusable::Locked)?;
    let (_, document) = SecretDocument::from_pem(part).map_err(|_| Unusable::NoKey)?;
    let key = EncryptedKey::from_der(document.as_bytes()).map_err(|_| Unusable::NoKey)?;
    private_key(&key.open(password)?)
}

/// The first key of a PKCS #12 file, its certificate, and after it all others of the file, as curl
/// presents them.
fn of_pkcs12(
    content: &[u8],
    password: &str,
) -> Result<(Vec<CertificateDer<'static>>, Key), Unusable> {
    let found = pkcs12::read(content, password)?;
    let key = found.key.ok_or(Unusable::OnlyCertificates)?;
    let mut chain = found.certificates;
    if chain.is_empty() {
        return Err(Unusable::NoCertificate);
    }
    let own = chain.iter().position(|one| certified(vec![one.clone()], &key).is_ok());
    // Without it, the pair is refused by the one who puts it together.
    let own = own.map(|at| chain.remove(at));
    chain.splice(..0, own);
    Ok((chain, key))
}

/// A chain with the key of its first certificate.
fn certified(chain: Vec<CertificateDer<'static>>, key: &Key) -> Result<CertifiedKey, Unusable> {
    let key = any_supported_type(key).map_err(|_| Unusable::KindOfKey)?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        // That it is not known is no fault: the library says so of kinds of keys it does not open.
        Ok(()) | Err(TlsError::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(TlsError::InconsistentKeys(_)) => Err(Unusable::Mismatch),
        Err(_) => Err(Unusable::NoCertificate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// It has no MAC: what is changed in it is read nevertheless.
    const FILE: &[u8] = include_bytes!("../../tests/fixtures/pkcs12/nomac.p12");

    #[test]
    fn a_file_has_its_key_and_the_chain_in_its_order() {
        let (chain, key) = of_pkcs12(FILE, "open").unwrap();
        assert_eq!(chain.len(), 2);
        assert!(certified(chain.clone(), &key).is_ok());
        let reversed = chain.into_iter().rev().collect();
        assert!(matches!(certified(reversed, &key), Err(Unusable::Mismatch)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_changed_file_never_panics(at in 0..FILE.len(), byte: u8, length in 0..=FILE.len()) {
            let mut changed = FILE.to_vec();
            changed[at] = byte;
            let _ = of_pkcs12(&changed, "open");
            let _ = of_pkcs12(&changed[..length], "open");
        }
    }
}
