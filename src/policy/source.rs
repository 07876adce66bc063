//! Where a rule was written.

use std::fmt;

/// Where a setting is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// On the command line, by this flag.
    Flag(&'static str),
    /// In this environment variable.
    Environment(&'static str),
    /// In the owner's configuration file, by this key.
    Config(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::Config(key) => write!(f, "config.toml, {key}"),
        }
    }
}

/// A value, and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// Where.
    pub source: Source,
    /// The value.
    pub value: T,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_goes_by_the_words_the_owner_wrote() {
        assert_eq!(Source::Flag("--ask").to_string(), "--ask");
        assert_eq!(Source::Environment("PAY402_ASK").to_string(), "PAY402_ASK");
        assert_eq!(Source::Config("ask".to_owned()).to_string(), "config.toml, ask");
    }
}
