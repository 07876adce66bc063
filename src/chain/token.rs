//! What is asked of any token, and what it logs: ERC-20.

use alloy_primitives::{Address, U256};
use alloy_sol_types::sol;

use super::wire::Log;

mod abi {
    use super::sol;

    sol! {
        /// ERC-20.
        function balanceOf(address account) external view returns (uint256);
        /// ERC-20.
        event Transfer(address indexed from, address indexed to, uint256 value);
    }
}

pub(super) use abi::balanceOfCall;

/// An ERC-20 transfer that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// The token's contract.
    pub token: Address,
    /// Whose money it was.
    pub from: Address,
    /// Whose it is.
    pub to: Address,
    /// Atomic units.
    pub value: U256,
}

/// The transfer a log tells of, if it does.
pub(super) fn transfer(log: &Log) -> Option<Transfer> {
    let abi::Transfer { from, to, value } = log.event()?;
    Some(Transfer { token: log.address.0.into(), from, to, value })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use alloy_primitives::{B256, address, hex};
    use alloy_sol_types::SolEvent;
    use serde_json::{Value, json};

    pub(in crate::chain) const TOKEN: Address =
        address!("036CbD53842c5426634e7929541eC2318f3dCF7e");
    pub(in crate::chain) const PAYER: Address = Address::repeat_byte(0xaa);
    pub(in crate::chain) const SHOP: Address = Address::repeat_byte(0xbb);

    pub(in crate::chain) fn raw(address: Address, event: &impl SolEvent) -> Value {
        let log = event.encode_log_data();
        json!({ "address": address, "topics": log.topics(), "data": log.data })
    }

    pub(in crate::chain) fn log(value: Value) -> Log {
        serde_json::from_value(value).unwrap()
    }

    pub(in crate::chain) fn moved_of(token: Address, from: Address, value: u64) -> Log {
        log(raw(token, &abi::Transfer { from, to: SHOP, value: U256::from(value) }))
    }

    #[test]
    fn reads_only_what_is_exactly_a_transfer() {
        let good = raw(TOKEN, &abi::Transfer { from: PAYER, to: SHOP, value: U256::from(7) });
        assert_eq!(
            transfer(&log(good.clone())),
            Some(Transfer { token: TOKEN, from: PAYER, to: SHOP, value: U256::from(7) })
        );
        let word = |byte: u8| json!(B256::repeat_byte(byte));
        // An address with dirt in its upper bytes, a fourth topic (ERC-721), no topic.
        for (member, value) in [
            ("topics", json!([good["topics"][0], word(1), good["topics"][2]])),
            ("topics", json!([good["topics"][0], good["topics"][1], good["topics"][2], word(0)])),
            ("topics", json!([good["topics"][0], good["topics"][1]])),
            ("topics", json!([])),
            ("data", json!("0x")),
            ("data", json!(hex::encode_prefixed([0; 31]))),
            ("data", json!(hex::encode_prefixed([0; 64]))),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            assert_eq!(transfer(&log(bad.clone())), None, "{bad}");
        }
    }
}
