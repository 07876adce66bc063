//! What is known of whoever asks for payment, and the owner's limits for the way there.

use url::Url;

use super::{Demand, Ledger};
use crate::policy::{Claimed, Evidence, KnownPayee, Limits, SellerHistory};

/// The owner's limits for a URL that was reached by this way.
///
/// The rules of every origin on the way hold beside those of the last one: each of them could have led
/// here instead of asking itself.
pub(super) fn limits_for(rules: &dyn Fn(&Url) -> Limits, url: &Url, way: &[Url]) -> Limits {
    way.iter().fold(rules(url), |limits, hop| limits.and(rules(hop)))
}

/// Gathers what the decision about a demand rests on: what was paid before to the origin that asks, and to
/// every one that redirected to it. Without the latter a redirect would lead around every memory. A new
/// kind of evidence is gathered here.
pub(super) async fn gather<L: Ledger>(
    demand: &Demand,
    limits: &Limits,
    ledger: &mut L,
) -> Result<Evidence, L::Error> {
    let mut all: Vec<SellerHistory> = Vec::new();
    if limits.known_payee == KnownPayee::Accept {
        return Ok(Evidence::default());
    }
    for url in std::iter::once(&demand.url).chain(demand.way.iter().rev()) {
        let known = ledger.seller_history(url).await?;
        if !known.is_empty() && !all.iter().any(|one| one.origin == known.origin) {
            all.push(known);
        }
    }
    Ok(Evidence { sellers: Claimed(all) })
}
