//! What the answers of a chain prove about an authorization. Pure.

use super::{Block, Settled};

/// What is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It was settled, by this transaction. Whether payee and value are those signed is for the
    /// reader to compare.
    Settled(Settled),
    /// Its nonce is used, or was cancelled by its signer, and no transaction can be shown for it.
    /// It can never settle again.
    UsedWithoutTransaction,
    /// It is unused, and by the chain's own time it has expired: it can never settle.
    UnusedAndExpired,
    /// It may still settle, or the answers contradict each other; ask again later.
    StillOpen,
}

/// Judges: `used` is the authorization's state after the block `at`
/// ([`super::Chain::authorization_state`]), `settled` what the search found, if anything,
/// `valid_before` the signed end of validity in Unix seconds.
///
/// The local clock has no say: a token compares `validBefore` with its block's time, and a chain
/// may stand still while the world goes on.
pub fn verdict(used: bool, settled: Option<Settled>, at: Block, valid_before: u64) -> Proof {
    match (used, settled) {
        (true, Some(settled)) => Proof::Settled(settled),
        (true, None) => Proof::UsedWithoutTransaction,
        (false, None) if at.timestamp > valid_before => Proof::UnusedAndExpired,
        (false, _) => Proof::StillOpen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Address, B256, U256};

    #[test]
    fn only_the_chains_time_and_a_used_nonce_prove_anything() {
        let settled = Settled {
            transaction: B256::repeat_byte(1),
            block: 8,
            payee: Address::repeat_byte(2),
            value: U256::from(3),
        };
        let at = |timestamp| Block { number: 9, timestamp };
        let settled = || Some(settled.clone());
        for timestamp in [0, 100, 101] {
            let at = at(timestamp);
            assert_eq!(verdict(true, settled(), at, 100), Proof::Settled(settled().unwrap()));
            assert_eq!(verdict(true, None, at, 100), Proof::UsedWithoutTransaction);
            assert_eq!(verdict(false, settled(), at, 100), Proof::StillOpen);
        }
        assert_eq!(verdict(false, None, at(99), 100), Proof::StillOpen);
        assert_eq!(verdict(false, None, at(100), 100), Proof::StillOpen);
        assert_eq!(verdict(false, None, at(101), 100), Proof::UnusedAndExpired);
        assert_eq!(verdict(false, None, at(u64::MAX), u64::MAX), Proof::StillOpen);
    }
}
