//! Reserved, signed, recorded, sent: what happens between the yes and the answer.

use alloy_primitives::Address;

use super::{
    Asked, Clock, Demand, Failure, LEAST_LIFE_SECONDS, Ledger, NothingSigned, Outcome, Payment,
    Ports, Reach, Reservation, Signed, SignedCause, Times, Transport, Unanswered, Unreserved,
    Validity, Verdict, Wallet, check_clocks, conclude,
};
use crate::policy::Limits;
use crate::scheme::{ApprovedOffer, SigningInputs};

/// What is to be signed, by whom, and for what.
pub(super) struct Signing<'a> {
    pub(super) demand: &'a Demand,
    pub(super) approved: ApprovedOffer<'a>,
    pub(super) payer: Address,
    pub(super) asked: &'a Asked,
    pub(super) limits: &'a Limits,
    pub(super) times: &'a Times<'a>,
    /// The ids of the earlier payments beside which the owner wants another.
    pub(super) accepted: &'a [String],
}

/// What came of the attempt to sign.
pub(super) enum Step<'a> {
    /// It is signed and recorded, and valid for so long.
    Signed(Box<Payment>, Validity<'a>),
    /// Nothing is signed: there is a payment for the same purchase by now.
    Overtaken,
}

/// Sends what was signed, and records what came of it.
pub(super) async fn send<T: Transport, W: Wallet, L: Ledger>(
    ports: Ports<'_, T, W, L>,
    signing: &Signing<'_>,
    payment: Payment,
    validity: &Validity<'_>,
) -> Result<Outcome<T::Answer, L::Error>, Failure<T::Error, W::Error, L::Error>> {
    let mut stopped = ports.transport.interrupted().is_some();
    // A payment that cannot be marked as leaving does not leave; but it is signed and on the disk.
    let marked =
        if stopped { Ok(()) } else { ports.ledger.sent(&payment, ports.clock.now()).await };
    stopped |= ports.transport.interrupted().is_some();
    if stopped || marked.is_err() {
        // It did not leave, which a ledger that cannot be written does not learn: then it counts.
        if ports.ledger.close(&payment, Some(&Verdict::Unsent), ports.clock.now()).await.is_err() {
            let _ = ports.ledger.release(&payment.id).await;
        }
        let cause = SignedCause::NeverSent { interrupted: stopped };
        let unrecorded = marked.err();
        return Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })));
    }
    ports.observer.sending(&payment);
    let patience = signing.approved.approval.validity_seconds();
    let answer =
        transmit(ports.transport, ports.ledger, ports.clock, &payment, (patience, validity)).await;
    ports.observer.answered();
    let before = &signing.demand.before;
    conclude(answer, payment, before, signing.limits, ports.ledger, ports.clock).await
}

/// Sends a payment whose sending is recorded. One that went over a used connection which ended without
/// a byte of an answer, or that the server wants by another version of HTTP, is sent once more, byte for
/// byte, over a new one: the same authorization settles once. That is recorded before it leaves, because
/// from then on a refusal alone proves nothing.
pub(super) async fn transmit<T: Transport, L: Ledger>(
    transport: &mut T,
    ledger: &mut L,
    clock: &dyn Clock,
    payment: &Payment,
    (patience, validity): (u64, &Validity<'_>),
) -> Result<T::Answer, Unanswered<T::Error>> {
    // The process may have been stopped since the sending was recorded, for longer than the payment lives.
    if validity.is_over() {
        return Err(Unanswered { error: transport.expired(), reach: Reach::Unsent });
    }
    let dropped = match transport.pay(&payment.header, patience, validity).await {
        Err(dropped @ Unanswered { reach: Reach::Dropped, .. }) => dropped,
        answered => return answered,
    };
    let now = clock.now();
    let in_time = now.saturating_add(LEAST_LIFE_SECONDS) <= payment.authorization.valid_before;
    if !in_time
        || transport.interrupted().is_some()
        || ledger.sent(payment, now).await.is_err()
        || transport.interrupted().is_some()
    {
        return Err(dropped);
    }
    let again = transport.pay(&payment.header, patience, validity).await;
    // The first sending may have arrived, whatever became of the second.
    again.map_err(|again| Unanswered { reach: Reach::Unknown, ..again })
}

/// Nothing is signed, in the words of these ports.
type Unsigned<T, W, L> =
    NothingSigned<<T as Transport>::Error, <W as Wallet>::Error, <L as Ledger>::Error>;

/// Reserves, signs and records, in that order. The clock is read after the unlocking, which may take a
/// second or a person's typing.
pub(super) async fn sign<'a, T: Transport, W: Wallet, L: Ledger>(
    ports: &mut Ports<'_, T, W, L>,
    signing: &Signing<'a>,
) -> Result<Step<'a>, Unsigned<T, W, L>> {
    let Signing { demand, approved, payer, asked, limits, times, accepted } = signing;
    ports.transport.arm();
    ports.observer.signing();
    let approval = approved.approval;
    if *payer == approval.quote().pay_to {
        return Err(NothingSigned::OwnAddress(*payer));
    }
    check_clocks(approval.validity_seconds(), times)?;
    let (now, earliest) = (times.now(), times.earliest());
    let authorization = approved.authorize(SigningInputs {
        payer: *payer,
        valid_after: demand.challenge.dialect.valid_after(earliest),
        now: earliest,
        nonce: ports.entropy.nonce().map_err(NothingSigned::Entropy)?,
    });
    let (seconds, end) = (approval.validity_seconds(), authorization.valid_before);
    let validity = Validity::begin(times.clock(), end, seconds);
    let (method, url, budgets) = (&demand.method, &demand.url, limits.budgets.as_slice());
    let beside = (!limits.pay_again).then_some(*accepted);
    let reservation = Reservation {
        authorization: &authorization,
        asked,
        method,
        url,
        budgets,
        now,
        earliest,
        beside,
    };
    match ports.ledger.reserve(&reservation).await {
        Ok(()) => {}
        Err(Unreserved::Overtaken) => return Ok(Step::Overtaken),
        Err(Unreserved::OverBudget(shortage)) => return Err(NothingSigned::OverBudget(shortage)),
        Err(Unreserved::Failed(error)) => return Err(NothingSigned::Ledger(error)),
    }
    let identifier = authorization.identifier();
    // The ledger may have been waited for, and the process stopped meanwhile.
    let transport = &ports.transport;
    let late = transport.interrupted().or_else(|| transport.time_is_up());
    let late = late.or_else(|| validity.is_short().then(|| transport.expired()));
    if let Some(error) = late {
        // As below: what is not undone here is undone by a later run.
        let _ = ports.ledger.release(&identifier).await;
        return Err(NothingSigned::Transport(error));
    }
    let signature = match ports.wallet.sign(&authorization.sign_request()) {
        Ok(signature) => signature,
        Err(error) => {
            // The wallet's failure is the news; what is not undone here is undone by a later run.
            let _ = ports.ledger.release(&identifier).await;
            return Err(NothingSigned::Wallet(error));
        }
    };
    let payment = Payment {
        id: identifier,
        method: demand.method.clone(),
        url: demand.url.clone(),
        version: demand.challenge.dialect.version(),
        header: approved.write_payment(&authorization, &signature),
        authorization,
    };
    // A signature that was never recorded never leaves, so nothing is out.
    ports.ledger.signed(&payment, now).await.map_err(NothingSigned::Ledger)?;
    Ok(Step::Signed(Box::new(payment), validity))
}
