//! EIP-3009 as a chain shows it: a token keeps a record of the authorizations that were used, and logs
//! each use.

use alloy_primitives::{Address, hex};
use alloy_sol_types::{SolEvent, sol};

use super::token::{Transfer, transfer};
use super::wire::Log;
use crate::scheme::AuthorizationId;

sol! {
    /// EIP-3009: true once used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
    /// EIP-3009.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
}

/// The question to the token whether it was used or cancelled.
pub(super) fn state(id: &AuthorizationId) -> authorizationStateCall {
    authorizationStateCall { authorizer: id.authorizer, nonce: id.nonce }
}

/// The topics of the log of its use.
pub(super) fn topics(id: &AuthorizationId) -> [String; 3] {
    [
        hex::encode_prefixed(AuthorizationUsed::SIGNATURE_HASH),
        hex::encode_prefixed(id.authorizer.into_word()),
        hex::encode_prefixed(id.nonce),
    ]
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
    use crate::chain::token::tests::{PAYER, SHOP, TOKEN, log, moved_of, raw};
    use alloy_primitives::B256;
    use proptest::prelude::*;

    fn id(nonce: u8) -> AuthorizationId {
        AuthorizationId { token: TOKEN, authorizer: PAYER, nonce: B256::repeat_byte(nonce) }
    }

    fn used(nonce: u8) -> Log {
        let event = AuthorizationUsed { authorizer: PAYER, nonce: B256::repeat_byte(nonce) };
        log(raw(TOKEN, &event))
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
    fn a_use_is_of_one_token_and_one_nonce() {
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
