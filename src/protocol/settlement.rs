//! What a server says became of a payment (`SettlementResponse`, protocol §1.3 and §2.5).
//!
//! Reading only: whether it can be believed is judged in [`crate::pay`] against what was signed.

use ::http::HeaderMap;
use serde::Deserialize;

use super::amount::Amount;
use super::challenge::MAX_HEADER_BYTES;
use super::{encoding, json};

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
    /// The amount settled: `Ok(None)` where the server names none, `Err` where it is malformed.
    pub fn settled_amount(&self) -> Result<Option<Amount>, super::AmountError> {
        self.amount.as_deref().filter(|text| !text.is_empty()).map(Amount::parse).transpose()
    }

    /// The transaction as 0x and 64 hex digits, if it is one that can exist.
    pub fn transaction_hash(&self) -> Option<&str> {
        self.transaction.as_deref().filter(|text| {
            text.strip_prefix("0x").is_some_and(|digits| {
                digits.len() == 64
                    && digits.bytes().all(|b| b.is_ascii_hexdigit())
                    && digits.bytes().any(|b| b != b'0')
            })
        })
    }

    /// Whether it says: broadcast, outcome not yet known. Never a reason to pay again.
    pub fn is_pending(&self) -> bool {
        !self.success
            && self.error_reason.as_deref() == Some("settlement_pending")
            && self.transaction.as_deref().is_some_and(|text| !text.is_empty())
    }
}

/// Reads the settlement header, on any status.
pub fn read_settlement(headers: &HeaderMap) -> Receipt {
    let Some(name) = HEADERS.iter().find(|name| headers.contains_key(**name)) else {
        return Receipt::Absent;
    };
    let mut values = headers.get_all(*name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        // Two accounts of one settlement are none.
        return Receipt::Damaged;
    };
    let settlement = Some(value.as_bytes())
        .filter(|bytes| bytes.len() <= MAX_HEADER_BYTES)
        .and_then(encoding::decode)
        .filter(|text| json::check_depth(text).is_ok())
        .and_then(|text| serde_json::from_str(&text).ok());
    settlement.map_or(Receipt::Damaged, Receipt::Read)
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

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(32u8..127, 0..200)) {
            let _ = read("payment-response", &bytes);
        }
    }
}
