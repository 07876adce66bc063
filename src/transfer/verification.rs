//! `--verify-settlement`: the server says that it settled, or nothing; what does the chain say?

use std::time::Duration;

use alloy_primitives::B256;

use crate::chain::{Claim, Finding};
use crate::ledger::Entry;
use crate::pay::Payment;
use crate::protocol::Settlement;
use crate::signals::unless_interrupted;
use crate::terminal::report::Verification;

use super::nodes::{CLOCKS_DIFFER, Nodes, unavailable};

/// How long a settlement may take to be seen: the node that is asked may be behind the one that settled.
const PATIENCE: Duration = Duration::from_secs(30);

/// The transaction that moved the money, or why none can be shown.
pub(crate) type Verified = Result<String, (Verification, String)>;

/// What a server claims: that it settled, and by which transaction, where it named one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said(Option<B256>);

impl Said {
    /// What a receipt claims.
    pub(crate) fn by(settlement: &Settlement) -> Self {
        Self(settlement.transaction_hash().and_then(|hash| hash.parse().ok()))
    }

    /// What is recorded of what was claimed.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self(entry.transaction.as_deref().and_then(|hash| hash.parse().ok()))
    }
}

/// Asks the chain about a settlement, for no longer than `left`, if the owner has set a limit. `said` is
/// what the server claims, if anything.
/// `reserved` is when the payment was, in Unix seconds: it cannot have settled before.
pub(crate) async fn verify(
    nodes: &Nodes,
    payment: &Payment,
    said: Option<Said>,
    left: Option<Duration>,
    reserved: u64,
) -> Verified {
    let time = left.map_or(PATIENCE, |left| left.min(PATIENCE));
    let unverified = |why: &str| {
        Err((Verification::Unverified, format!("the settlement could not be verified: {why}")))
    };
    if time.is_zero() {
        return unverified("the time limit has passed");
    }
    let check = tokio::time::timeout(time, check(nodes, payment, said, time, reserved));
    match unless_interrupted(check).await {
        None => unverified("interrupted"),
        Some(Err(_)) => unverified("the time limit has passed"),
        Some(Ok(Err(why))) => unverified(&why),
        // A node that was not given all the time there is may just be behind.
        Some(Ok(Ok(Finding::Unused))) if time < PATIENCE => {
            unverified("it is in no block yet, and the time limit has passed")
        }
        Some(Ok(Ok(Finding::Unused))) if said.is_none() => {
            unverified("the server claims none, and the chain shows none")
        }
        Some(Ok(Ok(finding))) => {
            let whom = if said.is_some() { "the server" } else { "what was signed" };
            judged(finding, whom)
        }
    }
}

async fn check(
    nodes: &Nodes,
    payment: &Payment,
    said: Option<Said>,
    time: Duration,
    reserved: u64,
) -> Result<Finding, String> {
    let authorization = &payment.authorization;
    let quote = &authorization.quote;
    let since = authorization.valid_after.max(reserved.saturating_sub(CLOCKS_DIFFER));
    let claim = Claim {
        key: authorization.settlement_key(),
        payee: quote.pay_to,
        value: quote.amount.atomic(),
        transaction: said.and_then(|Said(transaction)| transaction),
        life: since..authorization.valid_before,
    };
    let chain = nodes.connect(quote.network).await?;
    chain.check(&claim, time).await.map_err(|error| unavailable(&error))
}

fn judged(finding: Finding, whom: &str) -> Verified {
    let why = match finding {
        Finding::Confirmed(transaction) => return Ok(transaction.to_string()),
        Finding::Reverted(transaction) => format!("transaction {transaction} was reverted"),
        Finding::Unrelated(transaction) => {
            format!("transaction {transaction} did not use this authorization")
        }
        Finding::Differs { transaction, payee, value } => {
            format!("transaction {transaction} moved {value} atomic units to {payee}")
        }
        Finding::Unused => "the authorization is not used".to_owned(),
    };
    Err((Verification::Contradicted, format!("the chain contradicts {whom}: {why}")))
}
