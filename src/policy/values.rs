//! The values that limits are made of.

use super::cap::Cap;
use super::source::Source;

/// Longest life of a signature, in seconds, where the owner sets none.
pub const DEFAULT_MAX_VALIDITY_SECONDS: u64 = 600;

/// Longest life of a signature that can be asked for, in seconds: a week.
pub const MOST_VALIDITY_SECONDS: u64 = 604_800;

/// The caps of one source. One of them must cover a quote, whatever other sources allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    /// Where they are written.
    pub source: Source,
    /// One or more caps; of each unit the lowest counts.
    pub caps: Vec<Cap>,
}

/// What to do about an offer that differs from its origin's history, from the least to the most strict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownPayee {
    /// Pay it as any other.
    Accept,
    /// Ask the owner; refuse where nobody can be asked.
    #[default]
    Ask,
    /// Refuse it.
    Refuse,
}

impl KnownPayee {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Ask, Self::Refuse];

    /// The word for it in the owner's file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Ask => "ask",
            Self::Refuse => "refuse",
        }
    }

    /// The one a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// The values one source allows; a quote must be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<T> {
    /// Where they are written.
    pub source: Source,
    /// The values, in the owner's order of preference.
    pub values: Vec<T>,
}

/// The first source whose values do not contain `value`.
pub(super) fn refuses<'a, T: PartialEq>(all: &'a [Allowed<T>], value: &T) -> Option<&'a Source> {
    all.iter().find(|allowed| !allowed.values.contains(value)).map(|allowed| &allowed.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_goes_by_the_word_the_owner_wrote() {
        assert_eq!(KnownPayee::ALL.map(KnownPayee::word), ["accept", "ask", "refuse"]);
        for known in KnownPayee::ALL {
            assert_eq!(KnownPayee::named(known.word()), Some(known));
        }
        assert_eq!(KnownPayee::named("never"), None);
    }
}
