//! What is settled with the owner before anything is signed: the price, an earlier payment beside which
//! another would be signed, and whether there is room for it.

use std::time::Duration;

use super::{
    Asked, Busy, Clock, Consent, Demand, Earlier, Ledger, NothingSigned, Ports, Times, Transport,
    Wallet,
};
use crate::policy::{Agreement, Assessed, Decision, Evidence, Limits, Quote};

/// Takes an earlier payment for the same purchase, to be sent again instead of signing another.
pub(super) async fn claim<T, W, L: Ledger>(
    asked: &Asked,
    limits: &Limits,
    ledger: &mut L,
    times: &Times<'_>,
) -> Result<Option<Earlier>, NothingSigned<T, W, L::Error>> {
    if limits.pay_again {
        return Ok(None);
    }
    // What has lapsed by one clock alone may still settle.
    ledger.claim(&asked.fingerprint, times.earliest()).await.map_err(NothingSigned::Ledger)
}

/// How long a payment may be out, in seconds, for another process to wait for its end: most are answered
/// by then.
const SOON_SECONDS: u64 = 10;

/// How long one request waits for the payments of other processes, all together.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// What has been said and waited for already.
#[derive(Default)]
pub(super) struct Looked {
    /// The ids of the payments beside which the owner wants another.
    pub(super) accepted: Vec<String>,
    /// How long other processes were waited for.
    waited: Duration,
    /// Up to when that is counted, where it goes on without a question in between.
    counted: Option<Duration>,
    /// Whether that was told.
    told: bool,
}

impl Looked {
    /// Whether no other process is waited for any more.
    pub(super) fn is_enough(&self) -> bool {
        self.waited >= LONGEST_WAIT
    }
}

/// Whether the end of a payment that another process is busy with is near enough to be waited for.
pub(super) const fn ends_soon(busy: &Busy, now: u64) -> bool {
    !busy.process.stopped && now.saturating_sub(busy.since) < SOON_SECONDS
}

/// Waits for every payment of another process beside which another would be signed, or asks about it, and
/// asks about every earlier one that nobody is busy with, until none is left that is not accepted. Each
/// answer takes a person's time, in which others pay. What is returned is sent again instead.
pub(super) async fn look_back<T: Transport, W: Wallet, L: Ledger>(
    demand: &Demand,
    asked: &Asked,
    limits: &Limits,
    times: &Times<'_>,
    ports: &mut Ports<'_, T, W, L>,
    looked: &mut Looked,
) -> Result<Option<Earlier>, NothingSigned<T::Error, W::Error, L::Error>> {
    if limits.pay_again {
        return Ok(None);
    }
    let place = (&demand.method, &demand.url);
    loop {
        let earlier = claim(asked, limits, ports.ledger, times).await?;
        if earlier.is_some() {
            return Ok(earlier);
        }
        let accepted = &looked.accepted;
        let busy = ports.ledger.busy(asked, place, accepted, times.earliest()).await;
        if let Some(busy) = busy.map_err(NothingSigned::Ledger)? {
            if ends_soon(&busy, times.now()) && !looked.is_enough() {
                if !std::mem::replace(&mut looked.told, true) {
                    ports.observer.waiting(&busy);
                }
                pause(ports.transport, ports.clock, looked).await?;
            } else {
                looked.accepted.push(busy.id.clone());
                looked.counted = None;
                ports.wallet.look().map_err(NothingSigned::Wallet)?;
                beside_busy(busy, ports.consent, ports.transport).await?;
            }
            continue;
        }
        let rival = ports.ledger.rival(asked, place, accepted, times.earliest()).await;
        let Some(rival) = rival.map_err(NothingSigned::Ledger)? else { return Ok(None) };
        looked.accepted.push(rival.payment.id.clone());
        looked.counted = None;
        ports.wallet.look().map_err(NothingSigned::Wallet)?;
        beside(rival, ports.consent, ports.transport).await?;
    }
}

/// Waits a moment for another process. What the looks take since the last pause, as where the ledger is
/// locked, is part of the wait.
pub(super) async fn pause<T: Transport, W, L>(
    transport: &mut T,
    clock: &dyn Clock,
    looked: &mut Looked,
) -> Result<(), NothingSigned<T::Error, W, L>> {
    let since = looked.counted.unwrap_or_else(|| clock.passed());
    transport.rest(PAUSE).await.map_err(NothingSigned::Transport)?;
    let now = clock.passed();
    looked.waited = looked.waited.saturating_add(now.saturating_sub(since).max(PAUSE));
    looked.counted = Some(now);
    Ok(())
}

/// Asks whether to sign another beside one that another process is busy with.
async fn beside_busy<T: Transport, W, L>(
    busy: Busy,
    consent: &mut dyn Consent,
    transport: &T,
) -> Result<(), NothingSigned<T::Error, W, L>> {
    let answer = consent.ask_beside_busy(&busy, transport.deadline()).await;
    match (answer, transport.interrupted().or_else(|| transport.time_is_up())) {
        (_, Some(error)) => Err(NothingSigned::Transport(error)),
        (Some(true), None) => Ok(()),
        (answer, None) => {
            let (busy, declined) = (Box::new(busy), answer.is_some());
            Err(NothingSigned::Busy { busy, declined })
        }
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
pub(super) async fn check_budgets<T, W, L: Ledger>(
    demand: &Demand,
    limits: &Limits,
    ledger: &mut L,
    times: &Times<'_>,
) -> Result<(), NothingSigned<T, W, L::Error>> {
    let Some(quote) = wanted(demand) else { return Ok(()) };
    match ledger.shortage(quote, &demand.url, &limits.budgets, times.earliest()).await {
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
    evidence: &Evidence,
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
        demand.decide(limits, evidence, agreed.as_ref());
    }
    match &demand.assessment.decision {
        Decision::Pay(_) => Ok((demand, agreed)),
        Decision::Ask { .. } | Decision::Refuse { .. } => Err(NothingSigned::Refused(demand)),
    }
}
