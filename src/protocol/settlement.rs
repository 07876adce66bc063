//! What a server says became of a payment (`SettlementResponse`, x402 specification v1 and v2, 5.3).
//!
//! Reading only: whether it can be believed is judged in [`crate::pay`] against what was signed.

use ::http::HeaderMap;
use serde::Deserialize;

use super::amount::Amount;
use super::challenge::MAX_HEADER_BYTES;
use super::networks::Network;
use super::{encoding, json, refusal};

/// The header names, in the order they are tried; some v1 servers use the v2 name.
const HEADERS: [&str; 2] = ["payment-response", "x-payment-response"];

/// What a response says of a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// No settlement header.
    Absent,
    /// A settlement header that cannot be read.
    Damaged,
    /// A readable one.
    Read(Settlement),
}

/// A `SettlementResponse`. All text is the server's, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// Whether the server says it was settled.
    pub success: bool,
    /// A code when it was not.
    pub error_reason: Option<String>,
    /// Words when it was not.
    pub error_message: Option<String>,
    /// Who paid.
    pub payer: Option<String>,
    /// The transaction's hash; may be absent or empty.
    pub transaction: Option<String>,
    /// The network as this version spells it; may be absent or empty.
    pub network: Option<String>,
    /// Atomic units actually settled; absent means the signed amount.
    pub amount: Option<String>,
}

impl Settlement {
    /// What a refusal without a settlement says in `words` of its own.
    pub fn refused(words: String) -> Self {
        Self {
            success: false,
            error_reason: None,
            error_message: Some(words),
            payer: None,
            transaction: None,
            network: None,
            amount: None,
        }
    }

    /// Why it failed, as the server says it: the code, and the words beside it, which alone tell where
    /// the code is `unexpected_error`.
    pub fn words(&self) -> Option<String> {
        let said = [&self.error_reason, &self.error_message];
        let mut said: Vec<&str> = said
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        said.dedup();
        (!said.is_empty()).then(|| said.join(": "))
    }

    /// Whether it failed and leaves open what became of the money: in its words, or by a transaction
    /// without a word that it was undone.
    pub fn leaves_open(&self) -> bool {
        let words = self.words().unwrap_or_default();
        let moved = self.transaction_hash().is_some() && !refusal::is_undone(&words);
        !self.success && (moved || refusal::leaves_open(&words))
    }

    /// With the words that stand elsewhere in the same answer after its own.
    #[must_use]
    pub fn and_words(self, words: Option<String>) -> Self {
        let mut all: Vec<String> = self.error_message.into_iter().chain(words).collect();
        all.retain(|words| !words.is_empty());
        Self { error_message: (!all.is_empty()).then(|| all.join(": ")), ..self }
    }

    /// The amount settled: `Ok(None)` where the server names none, `Err` where it is malformed.
    pub fn settled_amount(&self) -> Result<Option<Amount>, super::AmountError> {
        self.amount.as_deref().filter(|text| !text.is_empty()).map(Amount::parse).transpose()
    }

    /// The transaction as 0x and 64 hex digits, if it is one that can exist.
    pub fn transaction_hash(&self) -> Option<&str> {
        self.transaction.as_deref().filter(|text| is_hash(text))
    }

    /// Whether another account says the same of the money, in the spelling of either version.
    fn agrees_with(&self, other: &Self) -> bool {
        let network = |said: &Self| {
            let name = said.network.clone().unwrap_or_default();
            Network::of_v1(&name).map(|network| network.caip2.to_owned()).unwrap_or(name)
        };
        let lower = |said: &Option<String>| said.as_deref().unwrap_or_default().to_lowercase();
        self.success == other.success
            && self.is_pending() == other.is_pending()
            && self.leaves_open() == other.leaves_open()
            && network(self) == network(other)
            && lower(&self.transaction) == lower(&other.transaction)
            && lower(&self.payer) == lower(&other.payer)
            && lower(&self.amount) == lower(&other.amount)
    }

    /// Whether it says: broadcast, outcome not yet known. Never a reason to pay again, whether or not it
    /// names the transaction.
    pub fn is_pending(&self) -> bool {
        !self.success && self.error_reason.as_deref() == Some("settlement_pending")
    }
}

/// Reads the settlement header, on any status. Two accounts of one settlement that differ are none.
pub fn read_settlement(headers: &HeaderMap) -> Receipt {
    let [own, other] = HEADERS.map(|name| read_header(headers, name));
    match (own, other) {
        (receipt, Receipt::Absent) | (Receipt::Absent, receipt) => receipt,
        (Receipt::Read(one), Receipt::Read(two)) if one.agrees_with(&two) => Receipt::Read(one),
        _ => Receipt::Damaged,
    }
}

fn read_header(headers: &HeaderMap, name: &str) -> Receipt {
    let mut values = headers.get_all(name).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Receipt::Absent,
        (Some(value), None) => value,
        (Some(_), Some(_)) => return Receipt::Damaged,
    };
    let settlement = Some(value.as_bytes())
        .filter(|bytes| bytes.len() <= MAX_HEADER_BYTES)
        .and_then(encoding::decode)
        .filter(|text| json::check_depth(text).is_ok())
        .and_then(|text| serde_json::from_str(&text).ok());
    settlement.map_or(Receipt::Damaged, Receipt::Read)
}

/// Whether a text is 0x and 64 hex digits, not all of them zero.
pub(super) fn is_hash(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|digits| {
        digits.len() == 64
            && digits.bytes().all(|b| b.is_ascii_hexdigit())
            && digits.bytes().any(|b| b != b'0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;
    use proptest::prelude::*;

    fn read(name: &'static str, value: &[u8]) -> Receipt {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        read_settlement(&headers)
    }

    #[test]
    fn reads_both_names_and_every_null() {
        let text = r#"{"success":true,"transaction":"0xab","network":"base","payer":"0x1","errorReason":null}"#;
        for name in HEADERS {
            let Receipt::Read(read) = read(name, encoding::encode(text).as_bytes()) else {
                panic!("{name} was not read")
            };
            assert!(read.success);
            assert_eq!(read.transaction_hash(), None);
        }
        assert_eq!(read_settlement(&HeaderMap::new()), Receipt::Absent);
        assert_eq!(read("payment-response", b"%%%"), Receipt::Damaged);
        assert_eq!(read("payment-response", b"{\"success\":1}"), Receipt::Damaged);
    }

    #[test]
    fn a_failure_is_told_in_all_its_words_once() {
        let said = |reason: Option<&str>, message: Option<&str>, success| Settlement {
            success,
            error_reason: reason.map(str::to_owned),
            ..Settlement::refused(message.unwrap_or_default().to_owned())
        };
        for (reason, message, words) in [
            (None, None, None),
            (Some(""), Some("broke"), Some("broke")),
            (Some("broke"), None, Some("broke")),
            (Some("broke"), Some("broke"), Some("broke")),
            (Some("unexpected_error"), Some("broke"), Some("unexpected_error: broke")),
        ] {
            assert_eq!(said(reason, message, false).words().as_deref(), words);
        }
        assert!(said(None, Some("settle failed"), false).leaves_open());
        assert!(!said(None, Some("settle failed"), true).leaves_open(), "it says that it settled");
        assert!(!said(Some("insufficient_funds"), None, false).leaves_open());
        assert!(!said(None, None, false).leaves_open());
    }

    #[test]
    fn knows_a_hash_from_a_claim() {
        let with = |transaction: &str| {
            let text = format!(r#"{{"success":true,"transaction":"{transaction}"}}"#);
            let Receipt::Read(read) = read("payment-response", text.as_bytes()) else {
                panic!("not read")
            };
            read.transaction_hash().is_some()
        };
        assert!(with(&format!("0x{}1", "0".repeat(63))));
        assert!(!with(&format!("0x{}", "0".repeat(64))));
        assert!(!with("0x12"));
        assert!(!with(&"1".repeat(66)));
    }

    #[test]
    fn two_names_must_tell_the_same_story() {
        let hash = format!("0x{}", "ab".repeat(32));
        let other = format!("0x{}", "cd".repeat(32));
        let both = |a: &str, b: &str| {
            let mut headers = HeaderMap::new();
            for (name, text) in HEADERS.into_iter().zip([a, b]) {
                headers.insert(name, encoding::encode(text).parse().unwrap());
            }
            read_settlement(&headers)
        };
        let said = |success: bool, hash: &str, network: &str| {
            format!(r#"{{"success":{success},"transaction":"{hash}","network":"{network}"}}"#)
        };
        let one = said(true, &hash, "eip155:8453");
        for same in [one.clone(), said(true, &hash, "base"), one.replace("0xab", "0xAB")] {
            assert!(matches!(both(&one, &same), Receipt::Read(_)), "{same}");
        }
        for lie in [
            said(false, &hash, "base"),
            said(true, &other, "base"),
            said(true, &hash, "polygon"),
            one.replace('}', r#","amount":"1"}"#),
            one.replace('}', r#","payer":"0x1"}"#),
            "{}".to_owned(),
            String::new(),
        ] {
            assert_eq!(both(&one, &lie), Receipt::Damaged, "{lie}");
            assert_eq!(both(&lie, &one), Receipt::Damaged, "{lie}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(
            success in any::<bool>(),
            words in proptest::array::uniform6(proptest::option::of("\\PC{0,40}")),
            encoded in any::<bool>(),
        ) {
            let [error_reason, error_message, payer, transaction, network, amount] = words;
            let said = Settlement {
                success, error_reason, error_message, payer, transaction, network, amount,
            };
            let text = serde_json::json!({
                "success": said.success, "errorReason": said.error_reason,
                "errorMessage": said.error_message, "payer": said.payer,
                "transaction": said.transaction, "network": said.network, "amount": said.amount,
            })
            .to_string();
            let value = if encoded { encoding::encode(&text) } else { text };
            prop_assert_eq!(read("payment-response", value.as_bytes()), Receipt::Read(said));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(32u8..127, 0..200)) {
            let _ = read("payment-response", &bytes);
        }
    }
}
