//! What proves that an authorization settled, whatever the scheme: one arm for each kind of key.

use alloy_primitives::Address;

use super::wire::Log;
use super::{Transfer, eip3009};
use crate::scheme::SettlementKey;

/// The contract that logs the settlement, and the topics of that log.
pub(super) fn filter(key: &SettlementKey) -> (Address, Vec<String>) {
    match key {
        SettlementKey::Eip3009(id) => (id.token, eip3009::topics(id).into()),
    }
}

/// Whether a log says that the authorization was used.
pub(super) fn is_use_of(key: &SettlementKey, log: &Log) -> bool {
    match key {
        SettlementKey::Eip3009(id) => eip3009::is_use_of(id, log),
    }
}

/// The transfer that used the authorization, among the logs of its transaction; `None` where they leave
/// a doubt.
pub(super) fn transfer_by(key: &SettlementKey, logs: &[Log]) -> Option<Transfer> {
    match key {
        SettlementKey::Eip3009(id) => eip3009::transfer_by(id, logs),
    }
}
