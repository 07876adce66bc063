//! The key of a client's own certificate.

use rustls::pki_types::PrivateKeyDer;
use zeroize::Zeroizing;

use super::error::Unusable;

/// A client's key: bytes that are overwritten when they are dropped.
pub(super) type Key = Zeroizing<PrivateKeyDer<'static>>;

/// A key as DER: PKCS #8, or the form of its own kind.
///
/// It is copied only once it is known to be one: a conversion that fails would leave its bytes behind.
/// What is left behind all the same is outside of what can be overwritten here: the bytes of a PEM file
/// between its letters and its key, and what the TLS library makes of a key to sign with it.
pub(super) fn private_key(content: &[u8]) -> Result<Key, Unusable> {
    let key = PrivateKeyDer::try_from(content).map_err(|_| Unusable::KindOfKey)?;
    Ok(Zeroizing::new(key.clone_key()))
}
