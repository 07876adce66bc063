//! The receipt in an answer: the headers that say what became of a payment.

use ::http::HeaderMap;
use serde_json::Value;

use super::before::Before;
use super::challenge::MAX_HEADER_BYTES;
use super::dialect::{Dialect, settlement_headers};
use super::hash::hash;
use super::settlement::Settlement;
use super::texts::transaction_in;
use super::{encoding, fields, json};

/// What a response says of a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Nothing.
    Absent {
        /// A transaction that another header names.
        transaction: Option<String>,
    },
    /// Something that does not say how it went, or two accounts that name two transactions.
    Odd {
        /// The transaction that it names.
        transaction: Option<String>,
    },
    /// Accounts of which one says another thing of the money than the other.
    Contradictory,
    /// How it went.
    Read(Settlement),
}

/// Reads every account of the settlement, on any status, in the headers of every dialect: servers mix them. What was there `before` the payment says
/// nothing about it.
pub fn read_settlement(headers: &HeaderMap, before: &Before) -> Receipt {
    let mut read: Option<Settlement> = None;
    let (mut odd, mut hashes) = (false, Vec::new());
    for (dialect, name) in settlement_headers() {
        for value in fields::distinct(headers, name) {
            if value.is_empty() || before.has_header(name, value) && !is_under_way(dialect, value) {
                continue;
            }
            match (account(dialect, value), read.take()) {
                (Account::Read(said), None) => read = Some(said),
                (Account::Read(said), Some(first)) if first.contradicts(&said) => {
                    return Receipt::Contradictory;
                }
                (Account::Read(said), Some(first)) => {
                    hashes.extend(
                        [&first, &said].into_iter().filter_map(Settlement::transaction_hash),
                    );
                    match first.and(said) {
                        Some(both) => read = Some(both),
                        None => odd = true,
                    }
                }
                (Account::Odd(transaction), first) => {
                    read = first;
                    odd = true;
                    hashes.extend(transaction);
                }
            }
        }
    }
    let named = || named_elsewhere(headers, before);
    match read {
        Some(said) if fits(&said, &hashes) => {
            let transaction = said.transaction.clone().filter(|text| !text.is_empty());
            let hash = || hashes.into_iter().next();
            Receipt::Read(Settlement {
                transaction: transaction.or_else(hash).or_else(named),
                ..said
            })
        }
        // A success of which a second account names another transaction is none to rely on.
        Some(said) if !said.success => Receipt::Read(said),
        Some(said) => Receipt::Odd { transaction: said.transaction_hash() },
        None if odd => Receipt::Odd { transaction: single(hashes).or_else(named) },
        None => Receipt::Absent { transaction: named() },
    }
}

/// The one hash that all name.
fn single(mut hashes: Vec<String>) -> Option<String> {
    hashes.dedup();
    if hashes.len() == 1 { hashes.pop() } else { None }
}

/// Whether nothing beside an account names another transaction than it does itself.
fn fits(said: &Settlement, hashes: &[String]) -> bool {
    let own = said.transaction_hash();
    let first = own.as_ref().or(hashes.first());
    hashes.iter().all(|hash| Some(hash) == first)
}

/// One account.
enum Account {
    Read(Settlement),
    /// What it does not say, and the transaction that it names.
    Odd(Option<String>),
}

fn account(dialect: &dyn Dialect, value: &[u8]) -> Account {
    if value.len() > MAX_HEADER_BYTES {
        return Account::Odd(None);
    }
    // A hash alone is made of the letters of base64, too.
    let plain = std::str::from_utf8(value).unwrap_or_default().trim_matches('"');
    if let Some(hash) = hash(plain) {
        return Account::Odd(Some(hash));
    }
    let text = encoding::decode(value).unwrap_or_else(|| plain.to_owned());
    if json::check_unambiguous_text(&text).is_ok()
        && let Ok(document) = serde_json::from_str::<Value>(&text)
    {
        return match dialect.read_settlement(&document) {
            Some(said) => Account::Read(said),
            None => Account::Odd(transaction_in(&document)),
        };
    }
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    Account::Odd(words.into_iter().find_map(hash))
}

/// Whether a value says that a settlement is under way, which is said of a payment whenever it is said.
fn is_under_way(dialect: &dyn Dialect, value: &[u8]) -> bool {
    matches!(account(dialect, value), Account::Read(said) if said.is_pending())
}

/// The transaction of a header that names nothing else: `X-Payment-Tx-Hash` and its like.
fn named_elsewhere(headers: &HeaderMap, before: &Before) -> Option<String> {
    let names = |name: &str| {
        name.split('-')
            .any(|part| ["tx", "txhash", "txid", "transaction", "transactionhash"].contains(&part))
            || name.contains("payment-hash")
            || name.contains("settlement-hash")
    };
    let mut new = headers.iter().filter(|(name, value)| {
        names(name.as_str()) && !before.has_header(name.as_str(), value.as_bytes())
    });
    new.find_map(|(_, value)| hash(value.to_str().ok()?))
}

#[cfg(test)]
#[path = "receipt_tests.rs"]
mod tests;
