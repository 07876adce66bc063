//! Whether a settlement that somebody claims has happened: the authorization is used, by a transfer of
//! what was signed.

use std::ops::Range;
use std::time::Duration;

use alloy_primitives::{Address, B256, U256};
use tokio::time::{Instant, sleep, timeout_at};

use super::settlement::{Settled, Unavailable};
use super::{Chain, key};
use crate::scheme::SettlementKey;

/// Time from one look at the chain to the next.
const PAUSE: Duration = Duration::from_millis(500);

/// What is claimed to have settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Of which authorization.
    pub key: SettlementKey,
    /// Who was to be paid.
    pub payee: Address,
    /// How much, in atomic units.
    pub value: U256,
    /// In which transaction, if one was named.
    pub transaction: Option<B256>,
    /// When it can have settled, in Unix seconds: what [`Chain::settlement`] takes.
    pub life: Range<u64>,
}

/// What the chain says to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It is so, by this transaction.
    Confirmed(B256),
    /// The transaction that was named was reverted, and the authorization is not used.
    Reverted(B256),
    /// The transaction that was named has nothing to do with the authorization, which is not used.
    Unrelated(B256),
    /// The authorization moved something else than was signed.
    Differs {
        /// By which transaction.
        transaction: B256,
        /// To whom.
        payee: Address,
        /// How much, in atomic units.
        value: U256,
    },
    /// The authorization is not used, as far as the node can see.
    Unused,
}

impl Claim {
    /// Holds what was found against what was signed. Payer and token are the authorization's own.
    fn held_against(&self, settled: &Settled) -> Finding {
        let &Settled { transaction, payee, value, .. } = settled;
        if (payee, value) == (self.payee, self.value) {
            Finding::Confirmed(transaction)
        } else {
            Finding::Differs { transaction, payee, value }
        }
    }
}

impl Chain {
    /// Checks a claim, looking again for as long as `patience` while there is nothing to see: a node may
    /// be some seconds behind the one that settled. [`Finding::Unused`] is what there was at the end.
    pub async fn check(&self, claim: &Claim, patience: Duration) -> Result<Finding, Unavailable> {
        let began = Instant::now();
        let deadline = began.checked_add(patience).unwrap_or(began);
        let mut last = Err(Unavailable::TooSlow);
        loop {
            match timeout_at(deadline, self.look(claim)).await {
                // Cut short, the look before it stands.
                Err(_) => return last,
                Ok(Ok(Finding::Unused)) => last = Ok(Finding::Unused),
                Ok(Ok(finding)) => return Ok(finding),
                Ok(Err(error)) => last = Err(error),
            }
            if deadline.saturating_duration_since(Instant::now()) <= PAUSE {
                return last;
            }
            sleep(PAUSE).await;
        }
    }

    async fn look(&self, claim: &Claim) -> Result<Finding, Unavailable> {
        let named = match claim.transaction {
            Some(hash) => self.mined(hash).await?.map(|mined| (hash, mined)),
            None => None,
        };
        let otherwise = match named {
            None => Finding::Unused,
            Some((transaction, mined)) if !mined.success => Finding::Reverted(transaction),
            Some((transaction, mined)) => {
                if mined.logs.iter().any(|log| key::is_use_of(&claim.key, log)) {
                    let moved = key::transfer_by(&claim.key, &mined.logs);
                    let moved = moved.ok_or(Unavailable::Ambiguous(transaction))?;
                    let (block, payee, value) = (mined.block, moved.to, moved.value);
                    let settled = Settled { transaction, block, payee, value };
                    return Ok(claim.held_against(&settled));
                }
                Finding::Unrelated(transaction)
            }
        };
        // A wrong transaction named is no word on the money: another one may have moved it.
        let newest = self.latest().await?;
        if !self.authorization_state(&claim.key, newest).await? {
            return Ok(otherwise);
        }
        let settled = self.settlement(&claim.key, claim.life.clone(), newest).await?;
        settled.map(|settled| claim.held_against(&settled)).ok_or(Unavailable::NoTransaction)
    }
}
