//! The same payment again, byte for byte, while it may still settle.
//!
//! The request is always sent without a payment first: a free answer is then simply taken, and a 402
//! proves that this server still asks. What goes out after that is the earlier payment or nothing.

use url::Url;

use super::evidence::limits_for;
use super::failure::{Failure, NotResent, Signed, SignedCause};
use super::signing::transmit;
use super::{
    AFTERTHOUGHT, Answer, Earlier, Ledger, MAX_BODY_BYTES, NothingSigned, Outcome, Place, Ports,
    Recorded, Times, Transport, Validity, Verdict, Wallet, conclude,
};
use crate::policy::{Agreement, Case, Decision, Limits, decide};
use crate::protocol::Before;

/// How long after its `validBefore` a payment is still taken for able to settle, in seconds: this
/// machine's clock may be ahead of the chain's by as much.
pub const CLOCK_MARGIN_SECONDS: u64 = 60;

/// Least life a payment must have left to be sent again, in seconds: facilitators refuse one with
/// less than six, and the way there takes a moment.
pub const LEAST_LIFE_SECONDS: u64 = 10;

/// The first second, in Unix time, at which a payment with this `validBefore` cannot settle any more.
pub const fn lapses_at(valid_before: u64) -> u64 {
    valid_before.saturating_add(CLOCK_MARGIN_SECONDS)
}

/// Sends an `earlier` payment, which the ledger has handed out, again if its request still asks for
/// one, and never signs another. The transport holds the payment's own request.
pub async fn resume<T: Transport, W: Wallet, L: Ledger>(
    ports: Ports<'_, T, W, L>,
    rules: &dyn Fn(&Url) -> Limits,
    earlier: Earlier,
) -> Result<Outcome<T::Answer, L::Error>, Failure<T::Error, W::Error, L::Error>> {
    match ports.transport.ask().await {
        Ok(answer) if answer.status() == 402 && !ports.transport.carries_payment() => {
            let (url, route) = (answer.url().clone(), answer.route());
            let times = Times::of(ports.clock, answer.headers());
            let limits = limits_for(rules, &url, answer.way());
            let headers = answer.headers().clone();
            // The terms were agreed on long ago: what is asked now, in whatever words, changes nothing.
            let body = answer.body_within(MAX_BODY_BYTES, AFTERTHOUGHT).await.unwrap_or_default();
            let place = Place { url, route, before: Before::of(&headers, &body) };
            resend(ports, &place, &limits, &times, earlier).await
        }
        Ok(answer) => {
            ports.ledger.release(&earlier.payment.id).await.map_err(NothingSigned::Ledger)?;
            Ok(Outcome::Ordinary(answer))
        }
        Err(failure) => {
            // The failure is the news; what is not let go of here ends with the process.
            let _ = ports.ledger.release(&earlier.payment.id).await;
            Err(NothingSigned::Transport(failure).into())
        }
    }
}

/// Sends a claimed payment again to `place`, which asks for one, if nothing speaks against it.
pub(super) async fn resend<T: Transport, W: Wallet, L: Ledger>(
    ports: Ports<'_, T, W, L>,
    place: &Place,
    limits: &Limits,
    times: &Times<'_>,
    earlier: Earlier,
) -> Result<Outcome<T::Answer, L::Error>, Failure<T::Error, W::Error, L::Error>> {
    let now = times.now();
    let times = (now, times.earliest());
    let hindrance = hindrance(&earlier, place, limits, times, ports.transport);
    let obstacle = match hindrance {
        Some(reason) => Some(reason),
        None => obstacle(ports.transport).await,
    };
    if let Some(reason) = obstacle {
        let unrecorded = ports.ledger.release(&earlier.payment.id).await.err();
        return Err(not_resent(earlier, reason, unrecorded));
    }
    ports.transport.arm();
    ports.observer.signing();
    let mut stopped = ports.transport.interrupted().is_some();
    let ready = if stopped { Ok(()) } else { ports.transport.ready().await };
    stopped |= ports.transport.interrupted().is_some();
    if stopped {
        let unrecorded = ports.ledger.release(&earlier.payment.id).await.err();
        return Err(not_resent(earlier, NotResent::Interrupted, unrecorded));
    }
    if let Err(error) = ready {
        let unrecorded = ports.ledger.release(&earlier.payment.id).await.err();
        let before = Some(if earlier.settled { Recorded::Settled } else { Recorded::Unknown });
        let (payment, cause) = (earlier.payment, SignedCause::Unsent { error, before });
        return Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })));
    }
    // A connection may have taken its time.
    let now = ports.clock.now();
    let end = earlier.payment.authorization.valid_before;
    let life = end.saturating_sub(now);
    let validity = Validity::begin(ports.clock, end, life);
    if let Err(error) = ports.ledger.sent(&earlier.payment, now).await {
        // The failure is the news; what is not let go of here ends with the process.
        let _ = ports.ledger.release(&earlier.payment.id).await;
        return Err(not_resent(earlier, NotResent::Unrecorded, Some(error)));
    }
    // The ledger may have been waited for.
    if ports.transport.interrupted().is_some() {
        let unrecorded =
            ports.ledger.close(&earlier.payment, Some(&Verdict::Unsent), now).await.err();
        return Err(not_resent(earlier, NotResent::Interrupted, unrecorded));
    }
    ports.observer.resending(&earlier);
    let payment = earlier.payment;
    let answer =
        transmit(ports.transport, ports.ledger, ports.clock, &payment, (life, &validity)).await;
    ports.observer.answered();
    conclude(answer, payment, &place.before, limits, ports.ledger, ports.clock).await
}

fn not_resent<T, W, L>(
    Earlier { payment, settled, .. }: Earlier,
    why: NotResent,
    unrecorded: Option<L>,
) -> Failure<T, W, L> {
    let cause = SignedCause::NotResent { why, settled };
    Failure::Signed(Box::new(Signed { payment, cause, unrecorded }))
}

/// What speaks against sending it again. The owner said yes to it once, so that no cap covers it now
/// is no reason; that a rule or a cap forbids it now is one. What is remembered of the seller is none
/// either: nothing is signed here, and the signature that is out can be settled without this client.
/// The times are this machine's and the earlier one of that and the server's.
pub(super) fn hindrance<T: Transport>(
    Earlier { payment, delivered, .. }: &Earlier,
    place: &Place,
    limits: &Limits,
    (now, earliest): (u64, u64),
    transport: &T,
) -> Option<NotResent> {
    if delivered.as_ref().is_some_and(|kept| transport.holds(kept)) {
        return Some(NotResent::Delivered);
    }
    let authorization = &payment.authorization;
    if place.url.origin() != payment.url.origin() {
        return Some(NotResent::Origin { now: place.url.clone() });
    }
    if now.saturating_add(LEAST_LIFE_SECONDS) > authorization.valid_before {
        // In this machine's time, which may be ahead of the server's.
        let behind = now.saturating_sub(earliest);
        let until = lapses_at(authorization.valid_before).saturating_add(behind);
        return Some(NotResent::Expiring { until });
    }
    let agreed = Agreement::to(&authorization.quote, []);
    let quotes = [Ok(authorization.quote.clone())];
    let assessment =
        decide(&Case { agreed: Some(&agreed), ..Case::new(&quotes, limits, place.route) });
    match assessment.decision {
        Decision::Pay(_) => None,
        Decision::Ask { .. } | Decision::Refuse { .. } => {
            Some(NotResent::Refused(Box::new(assessment)))
        }
    }
}

/// What stands in its way on this machine.
async fn obstacle<T: Transport>(transport: &T) -> Option<NotResent> {
    if transport.has_room().is_err() {
        return Some(NotResent::NoRoom);
    }
    let is_other = transport.check_body().await.is_err();
    if transport.interrupted().is_some() {
        return Some(NotResent::Interrupted);
    }
    // Where the time is over, the connection is what there is none of.
    (is_other && transport.time_is_up().is_none()).then_some(NotResent::OtherBody)
}
