//! What paying would come to, looked up and not done.

use super::resend::hindrance;
use super::{Asked, Demand, Earlier, Ledger, NotResent, Place, wanted};
use crate::policy::{Limits, Shortage};

/// What the books would make of a payment.
pub enum Foreseen {
    /// An earlier one would be sent again.
    Resend(Earlier),
    /// An earlier one stands in the way and would not be sent again.
    NotResent(Earlier, NotResent),
    /// An earlier one for the same with other headers, or by another way, would be asked about.
    Rival(Earlier),
    /// It would not fit into a budget.
    Short(Box<Shortage>),
    /// They have nothing to say against a new one.
    Clear,
}

/// Looks up what [`super::fetch`] would find in the books for a demand, in the order in which it looks.
/// Nothing is taken and nothing is signed; `now` is in Unix seconds.
pub fn foresee<L: Ledger>(
    demand: &Demand,
    asked: &Asked,
    limits: &Limits,
    ledger: &mut L,
    now: u64,
) -> Result<Foreseen, L::Error> {
    if limits.no_pay {
        return Ok(Foreseen::Clear);
    }
    if !limits.pay_again
        && let Some(earlier) = ledger.find(&asked.fingerprint, now)?
    {
        let place = Place { url: demand.url.clone(), route: demand.route };
        return Ok(match hindrance(&earlier.payment, &place, limits, now) {
            Some(why) => Foreseen::NotResent(earlier, why),
            None => Foreseen::Resend(earlier),
        });
    }
    let Some(quote) = wanted(demand) else { return Ok(Foreseen::Clear) };
    if !limits.pay_again
        && let Some(earlier) = ledger.rival(asked, (&demand.method, &demand.url), now)?
    {
        return Ok(Foreseen::Rival(earlier));
    }
    let shortage = ledger.shortage(quote, &demand.url, &limits.budgets, now)?;
    Ok(shortage.map_or(Foreseen::Clear, Foreseen::Short))
}
