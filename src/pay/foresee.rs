//! What paying would come to, looked up and not done.

use url::Url;

use super::asking::ends_soon;
use super::evidence::limits_for;
use super::resend::hindrance;
use super::times::{earlier, too_far_ahead};
use super::{
    Asked, Busy, Demand, Earlier, Ledger, Lost, NotResent, Place, Transport, is_paid_for, wanted,
};
use crate::policy::{Limits, Shortage, validity_seconds};
use crate::protocol::Before;

/// What the ledger would make of a payment.
pub enum Foreseen {
    /// An earlier one would be sent again.
    Resend(Earlier),
    /// An earlier one stands in the way and would not be sent again.
    NotResent(Earlier, NotResent),
    /// An earlier one for the same with other headers, or by another way, would be asked about.
    Rival(Earlier),
    /// Another process is busy with one, and it would be asked about.
    Busy(Box<Busy>),
    /// It would not fit into a budget.
    Short(Box<Shortage>),
    /// The clocks are so many seconds apart that nothing can be signed.
    ClockAhead(u64),
    /// What it buys has no place to go.
    NoRoom,
    /// It has nothing to say against a new one.
    Clear,
}

/// Looks up what [`super::fetch`] would find in the ledger for a demand, in the order in which it looks,
/// with the same `rules`. Nothing is taken, signed or sent; `now` is in Unix seconds.
pub async fn foresee<T: Transport, L: Ledger>(
    demand: &Demand,
    asked: &Asked,
    transport: &T,
    rules: &dyn Fn(&Url) -> Limits,
    ledger: &mut L,
    now: u64,
) -> Result<Foreseen, L::Error> {
    let limits = &limits_for(rules, &demand.url, &demand.way);
    if limits.no_pay {
        return Ok(Foreseen::Clear);
    }
    let place = Place { url: demand.url.clone(), route: demand.route, before: Before::default() };
    let times = (now, demand.server_time.map_or(now, |server| earlier(now, server)));
    if let Some(earlier) = foresee_earlier(&place, asked, transport, limits, ledger, times).await? {
        return Ok(earlier);
    }
    let Some(quote) = wanted(demand) else { return Ok(Foreseen::Clear) };
    if let Some(seconds) = too_far_ahead(now, times.1, validity_seconds(quote, limits)) {
        return Ok(Foreseen::ClockAhead(seconds));
    }
    if !limits.pay_again && is_paid_for(&asked.method) {
        let at = (&demand.method, &demand.url);
        // One that ends soon would be waited for, and what comes of it is not known.
        let busy = ledger.busy(asked, at, &[], times.1).await?;
        if let Some(busy) = busy.filter(|busy| !ends_soon(busy, now)) {
            return Ok(Foreseen::Busy(Box::new(busy)));
        }
        if let Some(earlier) = ledger.rival(asked, at, &[], times.1).await? {
            return Ok(Foreseen::Rival(earlier));
        }
    }
    let shortage = ledger.shortage(quote, &demand.url, &limits.budgets, times.1).await?;
    Ok(shortage.map_or(Foreseen::Clear, Foreseen::Short))
}

/// The same where the terms are lost: only what is signed already could go out.
pub async fn foresee_lost<T: Transport, L: Ledger>(
    lost: &Lost,
    asked: &Asked,
    transport: &T,
    rules: &dyn Fn(&Url) -> Limits,
    ledger: &mut L,
    now: u64,
) -> Result<Foreseen, L::Error> {
    let limits = limits_for(rules, &lost.url, &lost.way);
    if limits.no_pay {
        return Ok(Foreseen::Clear);
    }
    let place = Place { url: lost.url.clone(), route: lost.route, before: Before::default() };
    let times = (now, lost.server_time.map_or(now, |server| earlier(now, server)));
    let earlier = foresee_earlier(&place, asked, transport, &limits, ledger, times).await?;
    Ok(earlier.unwrap_or(Foreseen::Clear))
}

/// What would become of an earlier payment for the same request, if there is one, or that there is no
/// place for what it buys. The times are this machine's and the earlier one of it and the server's.
async fn foresee_earlier<T: Transport, L: Ledger>(
    place: &Place,
    asked: &Asked,
    transport: &T,
    limits: &Limits,
    ledger: &mut L,
    (now, earliest): (u64, u64),
) -> Result<Option<Foreseen>, L::Error> {
    // Nothing goes out with such a method, neither a new payment nor an old one.
    if !is_paid_for(&asked.method) {
        return Ok(None);
    }
    let earlier =
        if limits.pay_again { None } else { ledger.find(&asked.fingerprint, earliest).await? };
    let has_room = transport.has_room().is_ok();
    let Some(earlier) = earlier else { return Ok((!has_room).then_some(Foreseen::NoRoom)) };
    let hindrance = hindrance(&earlier, place, limits, (now, earliest), transport);
    Ok(Some(match hindrance.or((!has_room).then_some(NotResent::NoRoom)) {
        Some(why) => Foreseen::NotResent(earlier, why),
        None => Foreseen::Resend(earlier),
    }))
}
