//! Room for a payment: the check and the entry are one.

use ::http::Method;
use rusqlite::{Connection, named_params};
use url::Url;

use super::beside::is_in_the_way;
use super::counting::{Count, integer};
use super::database::{Database, Durability};
use super::fault::Fault;
use super::lookup::beside;
use crate::ledger::{Error, State};
use crate::pay::{Reservation, Unreserved};
use crate::policy::{Budget, BudgetUnits, Quote, Shortage, authority, host};

/// What came of a reservation.
enum Reserved {
    Done,
    Overtaken,
    OverBudget(Box<Shortage>),
}

impl Database {
    /// Makes room in every budget, unless another payment for the purchase came first.
    pub(super) fn make_room(
        &mut self,
        reservation: &Reservation<'_>,
    ) -> Result<(), Unreserved<Error>> {
        self.tidy().map_err(Unreserved::Failed)?;
        let owner = self.owner().map_err(Unreserved::Failed)?;
        let Reservation { authorization, asked, method, url, budgets, earliest, .. } = reservation;
        let live = self.live();
        // The death of a process loses no reservation. A loss of power may, and then nothing is signed
        // that could have left: what forces the signature to the disk forces this before it.
        let short = self.write(Durability::System, |ledger| {
            if let Some(accepted) = reservation.beside {
                let found = beside(ledger, asked, (method, url), *earliest)?;
                for one in found {
                    if is_in_the_way(&one, accepted, &live, &owner)? {
                        return Ok(Reserved::Overtaken);
                    }
                }
            }
            if let Some(short) = shortage(ledger, &authorization.quote, url, budgets, *earliest)? {
                return Ok(Reserved::OverBudget(short));
            }
            insert(ledger, reservation, &owner)?;
            Ok(Reserved::Done)
        });
        match short {
            Ok(Reserved::Done) => Ok(()),
            Ok(Reserved::Overtaken) => Err(Unreserved::Overtaken),
            Ok(Reserved::OverBudget(shortage)) => Err(Unreserved::OverBudget(shortage)),
            Err(error) => Err(Unreserved::Failed(error)),
        }
    }
}

/// The first budget that has no room.
pub(super) fn shortage(
    ledger: &Connection,
    quote: &Quote,
    url: &Url,
    budgets: &[Budget],
    now: u64,
) -> Result<Option<Box<Shortage>>, Fault> {
    let needed = BudgetUnits::of_price(quote.amount, quote.asset.decimals);
    for budget in budgets.iter().filter(|budget| budget.counts(quote.asset, url)) {
        if let Some(shortage) = Count::new(ledger, budget, now).shortage(needed)? {
            return Ok(Some(Box::new(shortage)));
        }
    }
    Ok(None)
}

fn insert(ledger: &Connection, reservation: &Reservation<'_>, owner: &str) -> Result<(), Fault> {
    let Reservation { authorization, asked, method, url, now, .. } = reservation;
    let (first, paid) = (recorded(&asked.url), recorded(url));
    let redirected = first != paid || asked.method != **method;
    let asked_url = redirected.then_some(first);
    let quote = &authorization.quote;
    let counted = BudgetUnits::of_price(quote.amount, quote.asset.decimals);
    let mut statement = ledger.prepare_cached(
        "INSERT INTO payments (id, state, fingerprint, owner, reserved_at, method, url, host,
           authority, scheme, network, asset, symbol, decimals, dollar, payer, payee, amount, nonce,
           digest, valid_after, valid_before, max_timeout, counted, bare, asked_method, asked_url)
         VALUES (:id, :state, :fingerprint, :owner, :now, :method, :url, :host,
           :authority, :scheme, :network, :asset, :symbol, :decimals, :dollar, :payer, :payee,
           :amount, :nonce, :digest, :valid_after, :valid_before, :max_timeout, :counted,
           :bare, :asked_method, :asked_url)",
    )?;
    statement.execute(named_params! {
        ":id": authorization.identifier(),
        ":state": State::Reserved.word(),
        ":fingerprint": asked.fingerprint.whole(),
        ":bare": asked.fingerprint.bare(),
        ":asked_method": redirected.then(|| asked.method.as_str()),
        ":asked_url": asked_url.as_ref().map(Url::as_str),
        ":owner": owner,
        ":now": integer(*now),
        ":method": Method::as_str(method),
        ":url": paid.as_str(),
        ":host": host(url).unwrap_or_default(),
        ":authority": authority(url).unwrap_or_default(),
        ":scheme": quote.scheme,
        ":network": quote.network.caip2,
        ":asset": quote.asset.address.to_string(),
        ":symbol": quote.asset.symbol,
        ":decimals": quote.asset.decimals,
        ":dollar": quote.asset.dollar,
        ":payer": authorization.payer.to_string(),
        ":payee": quote.pay_to.to_string(),
        ":amount": quote.amount.to_string(),
        ":nonce": authorization.nonce.to_string(),
        ":digest": authorization.digest.to_string(),
        ":valid_after": integer(authorization.valid_after),
        ":valid_before": integer(authorization.valid_before),
        ":max_timeout": integer(quote.max_timeout_seconds),
        ":counted": integer(counted.count()),
    })?;
    Ok(())
}

/// A URL as the ledger keeps it: a password in it is none of theirs, and a fragment is never sent, so it
/// names nothing else.
pub(super) fn recorded(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only on URLs that cannot have a user at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
