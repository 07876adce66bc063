//! The name of a wallet.

use std::fmt;

/// A wallet's name, `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`: never a path, and nothing that a
/// terminal or a shell would act on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// A name, where the text is one.
    pub(super) fn new(text: &str) -> Option<Self> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let starts_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        (starts_well && text.len() <= 64 && text.bytes().all(is_allowed))
            .then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
