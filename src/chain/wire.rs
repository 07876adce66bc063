//! The shapes in which nodes answer (Ethereum execution API specification), strictly read.

use std::fmt;

use alloy_primitives::{B256, LogData, hex};
use alloy_sol_types::SolEvent;
use serde::Deserialize;
use thiserror::Error;

/// Looks a block up.
pub(super) const BLOCK: &str = "eth_getBlockByNumber";
/// Asks a contract.
pub(super) const CALL: &str = "eth_call";
/// Looks a transaction's outcome up.
pub(super) const RECEIPT: &str = "eth_getTransactionReceipt";
/// Searches blocks for events.
pub(super) const LOGS: &str = "eth_getLogs";

/// Not the hex it should be.
#[derive(Debug, Error)]
#[error("not of the hex grammar")]
pub(super) struct Grammar;

/// A number below 2^64: `0x0`, or `0x` and digits without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Quantity(pub(super) u64);

impl TryFrom<String> for Quantity {
    type Error = Grammar;

    fn try_from(text: String) -> Result<Self, Grammar> {
        let digits = digits(&text)?;
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(Grammar);
        }
        u64::from_str_radix(digits, 16).map(Self).map_err(|_| Grammar)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// Bytes: `0x` and two digits for each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Data(pub(super) Vec<u8>);

impl TryFrom<String> for Data {
    type Error = Grammar;

    fn try_from(text: String) -> Result<Self, Grammar> {
        hex::decode(digits(&text)?).map(Self).map_err(|_| Grammar)
    }
}

/// Bytes of a fixed number: an address (20), a hash or topic (32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Fixed<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> TryFrom<String> for Fixed<N> {
    type Error = Grammar;

    fn try_from(text: String) -> Result<Self, Grammar> {
        hex::decode_to_array(digits(&text)?).map(Self).map_err(|_| Grammar)
    }
}

/// What follows `0x`: hex digits and nothing else. The library's decoders would take `0x` twice or
/// not at all.
fn digits(text: &str) -> Result<&str, Grammar> {
    text.strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .ok_or(Grammar)
}

/// A block's header, as far as it is read.
#[derive(Deserialize)]
pub(super) struct Block {
    number: Quantity,
    timestamp: Quantity,
}

impl From<Block> for super::Block {
    fn from(block: Block) -> Self {
        Self { number: block.number.0, timestamp: block.timestamp.0 }
    }
}

/// The outcome of a transaction, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) transaction_hash: Fixed<32>,
    /// `null` while the transaction waits.
    pub(super) block_number: Option<Quantity>,
    pub(super) status: Quantity,
    pub(super) logs: Vec<Log>,
}

/// An event that a contract logged.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    /// The contract.
    pub(super) address: Fixed<20>,
    topics: Vec<Fixed<32>>,
    data: Data,
    /// `null` while its transaction waits.
    pub(super) block_number: Option<Quantity>,
    /// `null` while its transaction waits.
    pub(super) transaction_hash: Option<Fixed<32>>,
    /// Whether a reorganization took it back.
    #[serde(default)]
    pub(super) removed: bool,
}

impl Log {
    /// The log as this event, if it is one: same topics, same length, canonical encoding.
    pub(super) fn event<E: SolEvent>(&self) -> Option<E> {
        let topics: Vec<B256> = self.topics.iter().map(|topic| topic.0.into()).collect();
        let log = LogData::new(topics, self.data.0.clone().into())?;
        E::decode_log_data_validate(&log).ok().filter(|event| event.encode_log_data() == log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quantity(text: &str) -> Option<u64> {
        Quantity::try_from(text.to_owned()).ok().map(|quantity| quantity.0)
    }

    #[test]
    fn a_quantity_has_one_spelling() {
        assert_eq!(quantity("0x0"), Some(0));
        assert_eq!(quantity("0x14a34"), Some(84_532));
        assert_eq!(quantity("0xffffffffffffffff"), Some(u64::MAX));
        for text in ["", "0", "0x", "0x00", "0x01", "1", "0X1", "0x+1", "0x1 ", "0x1g", "-0x1"] {
            assert_eq!(quantity(text), None, "{text}");
        }
        assert_eq!(quantity("0x10000000000000000"), None);
        assert!(serde_json::from_str::<Quantity>("1").is_err());
    }

    #[test]
    fn bytes_come_in_pairs_after_one_prefix() {
        let data = |text: &str| Data::try_from(text.to_owned()).ok().map(|data| data.0);
        assert_eq!(data("0x"), Some(vec![]));
        assert_eq!(data("0x00fF"), Some(vec![0, 255]));
        for text in ["", "00ff", "0x0", "0x0x00", "0x 00", "0xzz"] {
            assert_eq!(data(text), None, "{text}");
        }
        let word = |text: String| Fixed::<32>::try_from(text).is_ok();
        assert!(word(format!("0x{}", "a".repeat(64))));
        assert!(!word(format!("0x{}", "a".repeat(62))));
        assert!(!word(format!("0x{}", "a".repeat(66))));
        assert!(!word("a".repeat(64)));
    }

    proptest! {
        #[test]
        fn round_trips(number: u64, bytes: Vec<u8>, word: [u8; 32]) {
            prop_assert_eq!(quantity(&Quantity(number).to_string()), Some(number));
            let read = Data::try_from(hex::encode_prefixed(&bytes));
            prop_assert_eq!(read.unwrap().0, bytes);
            let read = Fixed::<32>::try_from(hex::encode_prefixed(word));
            prop_assert_eq!(read.unwrap().0, word);
        }

        #[test]
        fn never_panics(text in "(0x)?.{0,70}") {
            let _ = quantity(&text);
            let _ = Data::try_from(text.clone());
            let _ = Fixed::<20>::try_from(text);
        }
    }
}
