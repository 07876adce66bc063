//! What the ledger remembers of whoever asks for payment.

use url::Url;

use super::{Demand, Ledger};
use crate::policy::{Acquaintance, KnownPayee, Limits};

/// The owner's limits for a URL that was reached by this way.
///
/// The rules of every origin on the way hold beside those of the last one: each of them could have led
/// here instead of asking itself.
pub(super) fn limits_for(rules: &dyn Fn(&Url) -> Limits, url: &Url, way: &[Url]) -> Limits {
    way.iter().fold(rules(url), |limits, hop| limits.and(rules(hop)))
}

/// What is remembered of the origin that asks, and of every one on the way to it: strangers are left
/// out. A redirect would otherwise be the way around every memory.
pub(super) async fn recall<L: Ledger>(
    demand: &Demand,
    limits: &Limits,
    ledger: &mut L,
) -> Result<Vec<Acquaintance>, L::Error> {
    let mut all: Vec<Acquaintance> = Vec::new();
    if limits.known_payee == KnownPayee::Accept {
        return Ok(all);
    }
    for url in std::iter::once(&demand.url).chain(demand.way.iter().rev()) {
        let known = ledger.acquaintance(url).await?;
        if !known.is_stranger() && !all.iter().any(|one| one.origin == known.origin) {
            all.push(known);
        }
    }
    Ok(all)
}
