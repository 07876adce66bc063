//! How a token is spoken to and what it says: ERC-20 and EIP-3009.

use alloy_primitives::{Address, U256};
use alloy_sol_types::sol;

use super::AuthorizationId;
use super::wire::Log;

mod abi {
    use super::sol;

    sol! {
        /// ERC-20.
        function balanceOf(address account) external view returns (uint256);
        /// EIP-3009: true once used or cancelled.
        function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
        /// EIP-3009.
        event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
        /// ERC-20.
        event Transfer(address indexed from, address indexed to, uint256 value);
    }
}

pub(super) use abi::{AuthorizationUsed, authorizationStateCall, balanceOfCall};

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

/// Whether a log says that this authorization was used.
pub(super) fn is_use_of(id: &AuthorizationId, log: &Log) -> bool {
    let used = (id.authorizer, id.nonce);
    Address::from(log.address.0) == id.token
        && log
            .event()
            .is_some_and(|AuthorizationUsed { authorizer, nonce }| (authorizer, nonce) == used)
}

/// The transfer that used an authorization, among the logs of its transaction; `None` where they
/// allow of doubt.
///
/// Neither event names the other, and one transaction may settle many authorizations of one payer.
/// A token logs a use and its transfer next to each other, always in the same order; so the payer's
/// uses and transfers of the token, taken alone, must come in pairs of one order.
pub(super) fn transfer_by(id: &AuthorizationId, logs: &[Log]) -> Option<Transfer> {
    enum Step {
        /// An authorization of the payer, and whether it is the one.
        Use(bool),
        Moved(Transfer),
    }
    let own = logs.iter().filter(|log| Address::from(log.address.0) == id.token);
    let steps: Vec<Step> = own
        .filter_map(|log| {
            if let Some(moved) = transfer(log) {
                return (moved.from == id.authorizer).then_some(Step::Moved(moved));
            }
            let used: AuthorizationUsed = log.event()?;
            (used.authorizer == id.authorizer).then_some(Step::Use(used.nonce == id.nonce))
        })
        .collect();
    let use_is_first = matches!(steps.first(), Some(Step::Use(_)));
    let mut found = None;
    for pair in steps.chunks(2) {
        let (this, moved) = match (pair, use_is_first) {
            ([Step::Use(this), Step::Moved(moved)], true)
            | ([Step::Moved(moved), Step::Use(this)], false) => (*this, *moved),
            _ => return None,
        };
        if this {
            found = Some(moved);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{B256, address, hex};
    use alloy_sol_types::SolEvent;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const TOKEN: Address = address!("036CbD53842c5426634e7929541eC2318f3dCF7e");
    const PAYER: Address = Address::repeat_byte(0xaa);
    const SHOP: Address = Address::repeat_byte(0xbb);

    fn id(nonce: u8) -> AuthorizationId {
        AuthorizationId { token: TOKEN, authorizer: PAYER, nonce: B256::repeat_byte(nonce) }
    }

    fn raw(address: Address, event: &impl SolEvent) -> Value {
        let log = event.encode_log_data();
        json!({ "address": address, "topics": log.topics(), "data": log.data })
    }

    fn log(value: Value) -> Log {
        serde_json::from_value(value).unwrap()
    }

    fn used(nonce: u8) -> Log {
        let event = AuthorizationUsed { authorizer: PAYER, nonce: B256::repeat_byte(nonce) };
        log(raw(TOKEN, &event))
    }

    fn moved_of(token: Address, from: Address, value: u64) -> Log {
        log(raw(token, &abi::Transfer { from, to: SHOP, value: U256::from(value) }))
    }

    fn moved(value: u64) -> Log {
        moved_of(TOKEN, PAYER, value)
    }

    fn paid(nonce: u8, logs: &[Log]) -> Option<u64> {
        transfer_by(&id(nonce), logs).map(|transfer| transfer.value.to())
    }

    #[test]
    fn pairs_a_use_with_its_transfer() {
        assert_eq!(paid(1, &[used(1), moved(5)]), Some(5));
        assert_eq!(paid(1, &[moved(5), used(1)]), Some(5));
        let batch = [used(1), moved(5), used(2), moved(6)];
        assert_eq!((paid(1, &batch), paid(2, &batch), paid(3, &batch)), (Some(5), Some(6), None));
        let reversed = [moved(5), used(1), moved(6), used(2)];
        assert_eq!((paid(1, &reversed), paid(2, &reversed)), (Some(5), Some(6)));
        let others = [
            moved_of(SHOP, PAYER, 1),
            used(1),
            moved_of(TOKEN, SHOP, 2),
            moved(5),
            moved_of(TOKEN, SHOP, 3),
        ];
        assert_eq!(paid(1, &others), Some(5));
    }

    #[test]
    fn knows_doubt() {
        assert_eq!(paid(1, &[]), None);
        assert_eq!(paid(1, &[used(1)]), None);
        assert_eq!(paid(1, &[moved(5)]), None);
        assert_eq!(paid(1, &[used(1), moved(5), moved(6)]), None);
        assert_eq!(paid(1, &[used(1), used(2), moved(5), moved(6)]), None);
        assert_eq!(paid(1, &[used(1), moved(5), moved(6), used(2)]), None);
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
        assert!(is_use_of(&id(1), &used(1)) && !is_use_of(&id(2), &used(1)));
        let elsewhere = AuthorizationId { token: SHOP, ..id(1) };
        assert!(!is_use_of(&elsewhere, &used(1)));
    }

    proptest! {
        #[test]
        fn any_batch_of_one_order_is_told_apart(values in proptest::collection::vec(any::<u64>(), 1..20), first: bool) {
            let nonces = || 0u8..;
            let logs: Vec<Log> = nonces().zip(&values).flat_map(|(nonce, value)| {
                if first { [used(nonce), moved(*value)] } else { [moved(*value), used(nonce)] }
            }).collect();
            for (nonce, value) in nonces().zip(&values) {
                prop_assert_eq!(paid(nonce, &logs), Some(*value));
            }
        }
    }
}
