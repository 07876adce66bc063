//! What a place has written for a rule, before it is read.

use std::fmt;

use super::source::Source;

/// How the value of a rule is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Amounts of money: repeated as an option, a text or a list of texts in the file.
    Amounts,
    /// Amounts of money by period: repeated as an option, a table in the file.
    Budgets,
    /// Names: repeated as an option, a list of texts in the file.
    Names,
    /// A whole number.
    Number,
    /// `true` or `false`; as an option, its presence is `true`.
    Switch,
    /// One word.
    Word,
}

/// What a place has written for a rule, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// One or more texts.
    Texts(Vec<String>),
    /// A whole number.
    Number(u64),
    /// `true` or `false`.
    Switch(bool),
    /// Budgets by period.
    Budgets {
        /// The word for each period, with its amounts.
        amounts: Vec<(&'static str, Vec<String>)>,
        /// How long a refused payment counts.
        refused: Option<String>,
    },
}

impl Written {
    /// Each value as text, with what follows the rule's key where it has keys of its own: `.day`.
    pub fn lines(&self) -> Vec<(String, String)> {
        match self {
            Self::Texts(texts) => vec![(String::new(), texts.join(", "))],
            Self::Number(number) => vec![(String::new(), number.to_string())],
            Self::Switch(on) => vec![(String::new(), on.to_string())],
            Self::Budgets { amounts, refused } => amounts
                .iter()
                .flat_map(|(period, all)| all.iter().map(move |one| (format!(".{period}"), one)))
                .chain(refused.iter().map(|word| (".refused".to_owned(), word)))
                .map(|(key, text)| (key, text.clone()))
                .collect(),
        }
    }

    /// What follows the rule's key where a list is empty, or has a blank text in it.
    pub fn blank(&self) -> Option<String> {
        let is_blank =
            |all: &[String]| all.is_empty() || all.iter().any(|text| text.trim().is_empty());
        match self {
            Self::Texts(texts) => is_blank(texts).then(String::new),
            Self::Number(_) | Self::Switch(_) => None,
            Self::Budgets { amounts, .. } => amounts
                .iter()
                .find(|(_, texts)| is_blank(texts))
                .map(|(period, _)| format!(".{period}")),
        }
    }
}

/// The place in which something is written: what its values are read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where that is.
    pub source: Source,
    /// The only host it is about, as `host` or `host:port`; `None` is every host.
    pub host: Option<String>,
}

/// A value that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What follows the rule's key where it has keys of its own: `.day`.
    pub key: String,
    /// What is wrong, with the text that it is about.
    pub what: String,
}

impl Unreadable {
    pub(super) fn new(what: String) -> Self {
        Self { key: String::new(), what }
    }

    pub(super) fn of(text: &str, why: impl fmt::Display) -> Self {
        Self::new(format!("{text:?}: {why}"))
    }
}
