//! A user with a password.

use ::http::HeaderValue;
use base64::Engine;
use zeroize::Zeroizing;

/// A user with a password. It has no `Debug`: it must not get into a log.
#[derive(Clone)]
pub struct Pair {
    /// The user.
    pub user: Vec<u8>,
    /// The password.
    pub password: Zeroizing<Vec<u8>>,
}

impl Pair {
    /// The value of a header that sends it as it is (Basic).
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let joined = Zeroizing::new([self.user.as_slice(), &self.password].join(&b':'));
        let encoded = base64::engine::general_purpose::STANDARD.encode(&*joined);
        sensitive(&format!("Basic {encoded}"))
    }
}

/// A header's value that is never shown.
pub(super) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(text.as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
