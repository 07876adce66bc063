//! The end of the story: the answer judged, and its outcome recorded.

use super::{
    Answer, Clock, Failure, Ledger, NEEDED, Outcome, Paid, Payment, Reach, Recorded, Signed,
    SignedCause, Unanswered, Verdict, judge,
};
use crate::policy::Limits;
use crate::protocol::{
    Before, MAX_BODY_BYTES, Settlement, read_challenge, read_refusal, read_retry_after,
    read_settlement,
};

/// Judges the answer to a payment and records the outcome. `before` is what the server said before
/// the payment was sent.
pub(super) async fn conclude<A: Answer<Error = T>, T, W, L: Ledger>(
    answer: Result<A, Unanswered<T>>,
    payment: Payment,
    before: &Before,
    limits: &Limits,
    ledger: &mut L,
    clock: &dyn Clock,
) -> Result<Outcome<A, L::Error>, Failure<T, W, L::Error>> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(Unanswered { error, reach }) => {
            let verdict = match reach {
                Reach::Unsent => Some(Verdict::Unsent),
                Reach::Unprocessed => Some(Verdict::Unprocessed),
                Reach::Dropped | Reach::Unknown => None,
            };
            let closed = ledger.close(&payment, verdict.as_ref(), clock.now()).await;
            let settled = matches!(closed, Ok(Recorded::Settled));
            let cause = match (reach, &closed) {
                (Reach::Unsent, Ok(Recorded::Unsent)) => {
                    SignedCause::Unsent { error, before: None }
                }
                (Reach::Unsent, Ok(before)) => SignedCause::Unsent { error, before: Some(*before) },
                // What the ledger could not be asked about may have left in an earlier run.
                _ => SignedCause::Unanswered { error, settled },
            };
            let unrecorded = closed.err();
            return Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })));
        }
    };
    let asks = read_challenge(answer.headers(), b"").is_ok();
    let receipt = read_settlement(answer.headers(), before);
    let verdict = judge(answer.status(), asks, receipt, &payment);
    if let Verdict::Deliver(money) = verdict {
        let verdict = Verdict::Deliver(money.clone());
        let unchecked = verdict.until_checked().filter(|_| limits.verify_settlement);
        let told = unchecked.as_ref().unwrap_or(&verdict);
        let (recorded, unrecorded) = close(ledger, &payment, told, clock).await;
        let to_check = unchecked.is_some();
        let paid = Paid { answer, payment, money, recorded, to_check, unrecorded };
        return Ok(Outcome::Paid(Box::new(paid)));
    }
    // What the money did may be in the words of a refusal, so they are read before it is recorded.
    let verdict = match verdict {
        Verdict::Rejected(said) => spoken(answer, said, false, before).await,
        Verdict::Undecided(said) => spoken(answer, said, true, before).await,
        Verdict::Pending(said) => {
            let retry_after = said.retry_after.or_else(|| read_retry_after(answer.headers()));
            Verdict::Pending(Settlement { retry_after, ..said })
        }
        verdict => verdict,
    };
    let (recorded, unrecorded) = close(ledger, &payment, &verdict, clock).await;
    let settled = recorded == Some(Recorded::Settled);
    let cause = match verdict {
        Verdict::Pending(settlement) if !settled => SignedCause::Pending(settlement),
        Verdict::Undecided(said) if !settled => {
            let retry_after = said.as_ref().and_then(|said| said.retry_after);
            SignedCause::Undecided { reason: words(said), retry_after }
        }
        Verdict::Rejected(said) if matches!(recorded, None | Some(Recorded::Refused)) => {
            SignedCause::Rejected { reason: words(said) }
        }
        Verdict::Rejected(said) | Verdict::Undecided(said) => {
            SignedCause::RefusedAgain { reason: words(said), settled }
        }
        Verdict::Pending(_) | Verdict::Deliver(_) | Verdict::Unsent | Verdict::Unprocessed => {
            SignedCause::RefusedAgain { reason: None, settled }
        }
    };
    Err(Failure::Signed(Box::new(Signed { payment, cause, unrecorded })))
}

/// Records a verdict; `None` where that failed.
async fn close<L: Ledger>(
    ledger: &mut L,
    payment: &Payment,
    verdict: &Verdict,
    clock: &dyn Clock,
) -> (Option<Recorded>, Option<L::Error>) {
    match ledger.close(payment, Some(verdict), clock.now()).await {
        Ok(recorded) => (Some(recorded), None),
        Err(error) => (None, Some(error)),
    }
}

/// The server's words, after the transaction that failed if it names one: the words may be long.
fn words(said: Option<Settlement>) -> Option<String> {
    let said = said?;
    match (said.transaction_hash(), said.words()) {
        (None, words) => words,
        (Some(hash), None) => Some(format!("transaction {hash}")),
        (Some(hash), Some(words)) => Some(format!("transaction {hash}: {words}")),
    }
}

/// Judges a refusal by all that it says: a settlement in a header, a challenge, and words of the server's
/// own, which are the whole story where the header only says that it failed. `open` is whether the
/// headers leave open already what became of the money.
async fn spoken<A: Answer>(
    answer: A,
    said: Option<Settlement>,
    open: bool,
    before: &Before,
) -> Verdict {
    let headers = answer.headers().clone();
    let body = answer.body_within(MAX_BODY_BYTES, NEEDED).await.ok();
    let refusal = read_refusal(&headers, body.as_deref(), before);
    if let (None, Some(pending)) = (&said, refusal.pending) {
        let retry_after = pending.retry_after.or(refusal.retry_after);
        let pending = match pending.words() {
            None => pending.and_words(refusal.words),
            Some(_) => pending,
        };
        return Verdict::Pending(Settlement { retry_after, ..pending });
    }
    let said = match said {
        Some(said) if open || refusal.leaves_open => Some(said.and_words(refusal.words)),
        Some(said) => Some(said),
        None => refusal.words.map(Settlement::refused),
    };
    let said = said.map(|said| Settlement { retry_after: refusal.retry_after, ..said });
    if open || refusal.leaves_open { Verdict::Undecided(said) } else { Verdict::Rejected(said) }
}
