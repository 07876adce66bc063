//! The facilitator: judges payments and carries them out on the chain, for the sandbox's seller and
//! for any other server that speaks x402's facilitator interface (`/supported`, `/verify`,
//! `/settle`). It knows one scheme (`exact` by EIP-3009), one network and one token.

mod claim;
mod reason;
mod signature;

use alloy_primitives::{Address, B256, U256};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::broadcast;

use super::chain::{self, Node};
use super::{Event, Version};
use claim::Claim;
pub use reason::Reason;

/// Seconds an authorization must still be valid for: what carrying it out may take on a real chain.
const MARGIN: u64 = 6;

/// Judges and settles payments.
pub(super) struct Facilitator {
    node: Arc<Node>,
    events: broadcast::Sender<Event>,
}

/// Whether a payment is good, as `/verify` answers it.
pub(super) struct Verdict {
    version: Version,
    pub(super) payer: Option<Address>,
    pub(super) result: Result<(), Reason>,
}

/// What became of a payment, as `/settle` answers it.
pub(super) struct Settlement {
    version: Version,
    payer: Option<Address>,
    /// Set as soon as there is a transaction, even one that reverted.
    transaction: Option<B256>,
    pub(super) result: Result<(), Reason>,
}

impl Facilitator {
    pub(super) fn new(node: Arc<Node>, events: broadcast::Sender<Event>) -> Self {
        Self { node, events }
    }

    /// The answer to `/supported`.
    pub(super) fn supported(&self) -> Value {
        let kinds = Version::ALL.map(|version| {
            json!({
                "x402Version": version.number(),
                "scheme": "exact",
                "network": version.network(),
            })
        });
        json!({
            "kinds": kinds,
            "extensions": [],
            "signers": { "eip155:*": [self.node.operator()] },
        })
    }

    /// Judges a payment against requirements at `now` (Unix seconds). Moves nothing.
    pub(super) fn verify(
        &self,
        version: Version,
        payment: &Value,
        requirements: &Value,
        now: u64,
    ) -> Verdict {
        let judged = self.judge(version, payment, requirements, now);
        let _ = self.events.send(match &judged {
            Ok(claim) => Event::Verified {
                version,
                payer: claim.transfer.from,
                amount: claim.transfer.value,
            },
            Err(reason) => Event::Refused { version, reason: *reason },
        });
        Verdict { version, payer: claim::payer(payment), result: judged.map(|_| ()) }
    }

    /// Judges a payment again and, when it is still good, carries it out.
    ///
    /// One nonce is settled at most once, however many ask at the same time: the token sees to it.
    /// Whoever was judged before another's settlement and comes after it gets a failure with the
    /// hash of a transaction that reverted.
    pub(super) fn settle(
        &self,
        version: Version,
        payment: &Value,
        requirements: &Value,
        now: u64,
    ) -> Settlement {
        let payer = claim::payer(payment);
        let (transaction, result) = match self.judge(version, payment, requirements, now) {
            Ok(claim) => self.carry_out(version, &claim, now),
            Err(reason) => (None, Err(reason)),
        };
        if let Err(reason) = result {
            let _ = self.events.send(Event::Refused { version, reason });
        }
        Settlement { version, payer, transaction, result }
    }

    fn carry_out(
        &self,
        version: Version,
        claim: &Claim,
        now: u64,
    ) -> (Option<B256>, Result<(), Reason>) {
        let Ok(outcome) = self.node.transfer(&claim.transfer, now) else {
            return (None, Err(Reason::Chain));
        };
        if !outcome.succeeded {
            return (Some(outcome.transaction), Err(Reason::TransactionFailed));
        }
        let _ = self.events.send(Event::Settled {
            version,
            payer: claim.transfer.from,
            payee: claim.transfer.to,
            amount: claim.transfer.value,
            transaction: outcome.transaction,
        });
        (Some(outcome.transaction), Ok(()))
    }

    fn judge(
        &self,
        version: Version,
        payment: &Value,
        requirements: &Value,
        now: u64,
    ) -> Result<Claim, Reason> {
        let claim = Claim::read(version, payment, requirements)?;
        let transfer = &claim.transfer;
        if transfer.to != claim.payee {
            return Err(Reason::Recipient);
        }
        if transfer.validBefore < U256::from(now.saturating_add(MARGIN)) {
            return Err(Reason::ValidBefore);
        }
        // Strictly, as the token has it: an authorization from this very second would revert.
        if transfer.validAfter >= U256::from(now) {
            return Err(Reason::ValidAfter);
        }
        if transfer.value != claim.amount {
            return Err(Reason::Value);
        }
        if signature::signer(transfer, chain::ID) != Some(transfer.from) {
            return Err(Reason::Signature);
        }
        let used = self.node.is_used(transfer.from, transfer.nonce, now);
        if used.map_err(|_| Reason::Chain)? {
            return Err(Reason::NonceUsed);
        }
        let balance = self.node.balance(transfer.from, now);
        if balance.map_err(|_| Reason::Chain)? < transfer.value {
            return Err(Reason::Balance);
        }
        Ok(claim)
    }
}

impl Verdict {
    /// The answer to `/verify`.
    pub(super) fn to_json(&self) -> Value {
        let mut answer = json!({ "isValid": self.result.is_ok() });
        if let Err(reason) = self.result {
            insert(&mut answer, "invalidReason", reason.code(self.version));
        }
        if let Some(payer) = self.payer {
            insert(&mut answer, "payer", payer.to_checksum(None));
        }
        answer
    }
}

impl Settlement {
    /// The answer to `/settle`, which is also what a seller sends on in the settlement header.
    pub(super) fn to_json(&self) -> Value {
        let transaction = self.transaction.map(|hash| hash.to_string()).unwrap_or_default();
        let mut answer = json!({
            "success": self.result.is_ok(),
            "transaction": transaction,
            "network": self.version.network(),
        });
        if let Err(reason) = self.result {
            insert(&mut answer, "errorReason", reason.code(self.version));
        }
        if let Some(payer) = self.payer {
            insert(&mut answer, "payer", payer.to_checksum(None));
        }
        answer
    }
}

fn insert(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}
