//! What is settled with the owner before anything is signed: the price, an earlier payment beside which
//! another would be signed, and whether there is room for it.

use super::{
    Asked, Clock, Consent, Demand, Earlier, Ledger, NothingSigned, Ports, Times, Transport, Wallet,
};
use crate::policy::{Acquaintance, Agreement, Assessed, Decision, Limits, Quote};

/// Takes an earlier payment for the same purchase, to be sent again instead of signing another.
pub(super) fn claim<T, W, L: Ledger>(
    asked: &Asked,
    limits: &Limits,
    ledger: &mut L,
    times: &Times<'_>,
) -> Result<Option<Earlier>, NothingSigned<T, W, L::Error>> {
    if limits.pay_again {
        return Ok(None);
    }
    // What has lapsed by one clock alone may still settle.
    ledger.claim(&asked.fingerprint, times.earliest()).map_err(NothingSigned::Ledger)
}

/// Asks about every earlier payment beside which another would be signed, until none is left that is not
/// among the `accepted`; each answer takes a person's time, in which others pay. What is returned is
/// sent again instead.
pub(super) async fn look_back<T: Transport, W: Wallet, L: Ledger>(
    demand: &Demand,
    asked: &Asked,
    limits: &Limits,
    times: &Times<'_>,
    ports: &mut Ports<'_, T, W, L>,
    accepted: &mut Vec<String>,
) -> Result<Option<Earlier>, NothingSigned<T::Error, W::Error, L::Error>> {
    if limits.pay_again {
        return Ok(None);
    }
    let place = (&demand.method, &demand.url);
    loop {
        let earlier = claim(asked, limits, ports.ledger, times)?;
        if earlier.is_some() {
            return Ok(earlier);
        }
        let rival = ports.ledger.rival(asked, place, accepted, times.earliest());
        let Some(rival) = rival.map_err(NothingSigned::Ledger)? else { return Ok(None) };
        accepted.push(rival.payment.id.clone());
        ports.wallet.look().map_err(NothingSigned::Wallet)?;
        beside(rival, ports.consent, ports.transport).await?;
    }
}

/// Asks whether to sign another beside an earlier payment that may be for the same goods.
async fn beside<T: Transport, W, L>(
    earlier: Earlier,
    consent: &mut dyn Consent,
    transport: &T,
) -> Result<(), NothingSigned<T::Error, W, L>> {
    let answer = consent.ask_beside(&earlier, transport.deadline()).await;
    match (answer, transport.interrupted().or_else(|| transport.time_is_up())) {
        (_, Some(error)) => Err(NothingSigned::Transport(error)),
        (Some(true), None) => Ok(()),
        (answer, None) => {
            let (earlier, declined) = (Box::new(earlier), answer.is_some());
            Err(NothingSigned::Rival { earlier, declined })
        }
    }
}

/// Fails unless the budgets have room, before anybody is asked for a yes or a password. The reservation
/// decides; this only spares the owner the questions.
pub(super) fn check_budgets<T, W, L: Ledger>(
    demand: &Demand,
    limits: &Limits,
    ledger: &mut L,
    clock: &dyn Clock,
) -> Result<(), NothingSigned<T, W, L::Error>> {
    let Some(quote) = wanted(demand) else { return Ok(()) };
    match ledger.shortage(quote, &demand.url, &limits.budgets, clock.now()) {
        Ok(None) => Ok(()),
        Ok(Some(shortage)) => Err(NothingSigned::OverBudget(shortage)),
        Err(error) => Err(NothingSigned::Ledger(error)),
    }
}

/// What would be paid, unless the rules refuse.
pub(super) fn wanted(demand: &Demand) -> Option<&Quote> {
    match &demand.assessment.decision {
        Decision::Pay(approval) => Some(approval.quote()),
        Decision::Ask { quote, .. } => Some(quote),
        Decision::Refuse { .. } => None,
    }
}

/// Takes the decision to a yes or an end, asking the owner where the rules leave it to them. The
/// owner's answer holds for what was shown.
pub(super) async fn agree<T: Transport, W: Wallet, L>(
    mut demand: Box<Demand>,
    limits: &Limits,
    known: &[Acquaintance],
    consent: &mut dyn Consent,
    transport: &T,
    wallet: &W,
) -> Result<(Box<Demand>, Option<Agreement>), NothingSigned<T::Error, W::Error, L>> {
    let mut agreed = None;
    if let Decision::Ask { quote, .. } = &demand.assessment.decision {
        wallet.look().map_err(NothingSigned::Wallet)?;
        let answer = consent.ask(&demand, quote, transport.deadline()).await;
        if let Some(error) = transport.interrupted().or_else(|| transport.time_is_up()) {
            return Err(NothingSigned::Transport(error));
        }
        match answer {
            Some(true) => {
                let changes = demand.nearest().into_iter().flat_map(Assessed::changes);
                agreed = Some(Agreement::to(quote, changes));
            }
            answer => {
                let declined = answer.is_some();
                return Err(NothingSigned::ConsentMissing { demand, declined });
            }
        }
        demand.decide(limits, known, agreed.as_ref());
    }
    match &demand.assessment.decision {
        Decision::Pay(_) => Ok((demand, agreed)),
        Decision::Ask { .. } | Decision::Refuse { .. } => Err(NothingSigned::Refused(demand)),
    }
}
