//! Reserved, signed, recorded: what happens between the yes and the wire.

use alloy_primitives::Address;

use super::{
    Asked, Clock, Demand, Entropy, Ledger, NothingSigned, Payment, Reservation, Unreserved, Wallet,
};
use crate::policy::{Approval, Budget};
use crate::scheme::{Moment, scheme_for};

/// What is to be signed, by whom, and for what.
pub(super) struct Signing<'a> {
    pub(super) demand: &'a Demand,
    pub(super) approval: &'a Approval,
    pub(super) payer: Address,
    pub(super) asked: &'a Asked,
    pub(super) budgets: &'a [Budget],
}

/// Reserves, signs and records, in that order. The clock is read after the unlocking, which may take a
/// second or a person's typing.
pub(super) fn sign<T, W: Wallet, L: Ledger>(
    signing: &Signing<'_>,
    wallet: &mut W,
    ledger: &mut L,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    interrupted: &dyn Fn() -> Option<T>,
) -> Result<Payment, NothingSigned<T, W::Error, L::Error>> {
    let Signing { demand, approval, payer, asked, budgets } = signing;
    let place = approval.quote().offer;
    // An approval exists only for an offer that was quoted, so both are there.
    let Some((offer, terms)) =
        demand.challenge.offers.get(place).and_then(|o| Some((o, o.terms.as_ref().ok()?)))
    else {
        return Err(NothingSigned::NoTerms(Box::new(demand.lost())));
    };
    let Ok(scheme) = scheme_for(terms) else {
        return Err(NothingSigned::NoTerms(Box::new(demand.lost())));
    };
    if *payer == approval.quote().pay_to {
        return Err(NothingSigned::OwnAddress(*payer));
    }
    let now = clock.now();
    let authorization = scheme.authorize(
        approval,
        Moment {
            payer: *payer,
            valid_after: demand.challenge.dialect.valid_after(now),
            now,
            nonce: entropy.nonce().map_err(NothingSigned::Entropy)?,
        },
    );
    let (method, url) = (&demand.method, &demand.url);
    let reservation =
        Reservation { authorization: &authorization, asked, method, url, budgets, now };
    ledger.reserve(&reservation).map_err(|unreserved| match unreserved {
        Unreserved::OverBudget(shortage) => NothingSigned::OverBudget(shortage),
        Unreserved::Failed(error) => NothingSigned::Ledger(error),
    })?;
    let identifier = authorization.identifier();
    if let Some(error) = interrupted() {
        // As below: what is not undone here is undone by a later run.
        let _ = ledger.release(&identifier);
        return Err(NothingSigned::Transport(error));
    }
    let signature = match wallet.sign(&authorization.digest) {
        Ok(signature) => signature,
        Err(error) => {
            // The wallet's failure is the news; what is not undone here is undone by a later run.
            let _ = ledger.release(&identifier);
            return Err(NothingSigned::Wallet(error));
        }
    };
    let payload = scheme.payload(&authorization, &signature);
    let payment = Payment {
        id: identifier.clone(),
        method: demand.method.clone(),
        url: demand.url.clone(),
        version: demand.challenge.dialect.version(),
        header: demand.challenge.dialect.write_payment(
            &demand.challenge,
            offer,
            &payload,
            &identifier,
        ),
        authorization,
    };
    // A signature that was never recorded never leaves, so nothing is out.
    ledger.signed(&payment, now).map_err(NothingSigned::Ledger)?;
    Ok(payment)
}
