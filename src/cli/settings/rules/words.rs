//! The words that rules are said in, read into what they mean. An error says which word is none.

use alloy_primitives::Address;

use crate::cli::failure::Failure;
use crate::policy::{Cap, KnownPayee, MOST_VALIDITY_SECONDS};
use crate::protocol::{Network, parse_address};

pub(super) fn parse<T>(
    texts: Option<Vec<String>>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<Vec<T>>, String> {
    texts.map(|texts| texts.iter().map(|text| read(text)).collect()).transpose()
}

pub(super) fn parse_in<T>(
    texts: Option<Vec<String>>,
    name: &'static str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<Vec<T>>, Failure> {
    parse(texts, read).map_err(|what| Failure::Variable { name, what })
}

pub(super) fn cap(text: &str) -> Result<Cap, String> {
    Cap::parse(text).map_err(|error| format!("{text:?}: {error}"))
}

pub(super) fn network(text: &str) -> Result<&'static Network, String> {
    Network::named(text).ok_or_else(|| format!("{text:?} is not a known network"))
}

pub(super) fn payee(text: &str) -> Result<Address, String> {
    parse_address(text).map_err(|error| format!("{text:?}: {error}"))
}

pub(super) fn known_payee(word: &str) -> Result<KnownPayee, String> {
    KnownPayee::named(word).ok_or_else(|| format!("{word:?} is not ask, refuse or accept"))
}

pub(super) fn validity(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(seconds) if (1..=MOST_VALIDITY_SECONDS).contains(&seconds) => Ok(seconds),
        _ => Err(format!("{text:?} is not a number of seconds")),
    }
}
