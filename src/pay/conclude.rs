//! The end of the story: the answer judged, and the books closed on it.

use super::{
    Answer, Clock, Failure, Ledger, Outcome, Paid, Payment, Recorded, Signed, SignedCause, Verdict,
    judge, patience,
};
use crate::policy::Limits;
use crate::protocol::{MAX_BODY_BYTES, read_challenge, read_error, read_settlement};

/// Judges the answer to a payment and closes the books on it.
pub(super) async fn conclude<A: Answer<Error = T>, T, W, L: Ledger>(
    answer: Result<A, T>,
    payment: Payment,
    limits: &Limits,
    ledger: &mut L,
    clock: &dyn Clock,
) -> Result<Outcome<A, L::Error>, Failure<T, W, L::Error>> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let closed = ledger.close(&payment, None, clock.now());
            let settled = matches!(closed, Ok(Recorded::Settled));
            let (cause, unrecorded) = (SignedCause::Unanswered { error, settled }, closed.err());
            return Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })));
        }
    };
    let receipt = read_settlement(answer.headers());
    let verdict = judge(answer.status(), receipt, &payment);
    let unchecked = verdict.until_checked().filter(|_| limits.verify_settlement);
    let recorded = unchecked.as_ref().unwrap_or(&verdict);
    let (recorded, unrecorded) = match ledger.close(&payment, Some(recorded), clock.now()) {
        Ok(recorded) => (recorded, None),
        Err(error) => (Recorded::Refused, Some(error)),
    };
    let cause = match verdict {
        Verdict::Deliver(standing) => {
            let (settled, to_check) = (recorded == Recorded::Settled, unchecked.is_some());
            let paid = Paid { answer, payment, standing, settled, to_check, unrecorded };
            return Ok(Outcome::Paid(Box::new(paid)));
        }
        Verdict::Pending(_) if recorded == Recorded::Settled => {
            SignedCause::RefusedAgain { reason: None, settled: true }
        }
        Verdict::Pending(settlement) => SignedCause::Pending(settlement),
        Verdict::Rejected(settlement) => {
            let said = settlement.and_then(|said| said.error_reason.or(said.error_message));
            let reason = reason(answer, said).await;
            match recorded {
                Recorded::Refused => SignedCause::Rejected { reason },
                Recorded::Settled => SignedCause::RefusedAgain { reason, settled: true },
                Recorded::Unknown => SignedCause::RefusedAgain { reason, settled: false },
            }
        }
    };
    Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })))
}

/// The server's words on a rejection: the settlement's, else those of the challenge it sent again.
async fn reason<A: Answer>(answer: A, said: Option<String>) -> Option<String> {
    if said.is_some() {
        return said;
    }
    let headers = answer.headers().clone();
    let patience = patience(read_challenge(&headers, b"").is_ok());
    let body = answer.body_within(MAX_BODY_BYTES, patience).await.unwrap_or_default();
    match read_challenge(&headers, &body) {
        Ok(challenge) => challenge.error,
        Err(_) => read_error(&body),
    }
}
