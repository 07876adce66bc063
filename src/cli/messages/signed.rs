//! The failures with a signature out, and no body to deliver.

use crate::http;
use crate::ledger;
use crate::pay::{NotResent, Payment, Recorded, Signed, SignedCause, lapses_at};
use crate::terminal::report::{PaymentReport, REFUSAL_TEXT, stands, time};
use crate::terminal::safe::Safe;

use super::super::exit::Exit;
use super::money::reasons;
use super::{Message, facts, ledger_error, safe};

/// A signature is out, and there is no body to deliver.
pub(super) fn signed(failure: &Signed<http::Error, ledger::Error>) -> Message {
    let payment = &failure.payment;
    let price = payment.authorization.quote.price();
    let message = match &failure.cause {
        SignedCause::Unanswered { error, settled: true } => Message::new(
            Exit::PaidNotDelivered,
            format!(
                "{price} was paid when this was asked before, and there was no answer now: {}",
                safe(error)
            ),
        )
        .hint(owed(&time(payment.authorization.valid_before))),
        SignedCause::Unanswered { error, settled: false } => Message::new(
            Exit::OutcomeUnknown,
            format!("a payment of {price} was sent and not answered: {}", safe(error)),
        )
        .hint(exposure(payment)),
        SignedCause::Unsent { error, before } => unsent(payment, error, *before),
        SignedCause::NotResent { why, settled } => not_resent(payment, why, *settled),
        SignedCause::NeverSent { interrupted } => {
            let stays = format!(
                "a payment of {price} was signed and recorded, and did not leave this machine"
            );
            if *interrupted {
                Message::new(Exit::OutcomeUnknown, format!("interrupted: {stays}"))
                    .hint("running again sends the same one")
            } else {
                Message::new(Exit::OutcomeUnknown, stays)
                    .hint("fix the ledger; running again sends the same one")
            }
        }
        SignedCause::Rejected { reason } => {
            let words = server_words(reason.as_deref());
            Message::new(
                Exit::PaymentRejected,
                format!("the server refused the payment of {price}{words}"),
            )
            .hint(if reason.as_deref().is_some_and(is_for_want_of_money) {
                format!("{}; {}", funding(payment), exposure(payment))
            } else {
                exposure(payment)
            })
        }
        SignedCause::RefusedAgain { reason, settled } => {
            let words = server_words(reason.as_deref());
            if *settled {
                let sentence = format!(
                    "{price} was paid when this was asked before, and the server does not deliver for it \
                     again{words}"
                );
                Message::new(Exit::PaidNotDelivered, sentence).retryable(false).hint(format!(
                    "the seller gives nothing more for this payment; --pay-again buys it a second time, \
                     for {price}"
                ))
            } else {
                let sentence = format!(
                    "the server refused the payment of {price}, which may have settled when it was sent \
                     before{words}"
                );
                Message::new(Exit::OutcomeUnknown, sentence).hint(exposure(payment))
            }
        }
        SignedCause::Undecided { reason, retry_after } => {
            let words = server_words(reason.as_deref());
            let sentence = format!(
                "the server did not take the payment of {price}, which may have settled all the same{words}"
            );
            let asks = format!("pay402 reconcile {} asks the chain", payment.id);
            let back = come_back(*retry_after);
            Message::new(Exit::OutcomeUnknown, sentence)
                .hint(format!("{}{back}; {asks}", exposure(payment)))
        }
        SignedCause::Pending(said) => {
            let sentence = match said.transaction_hash() {
                Some(hash) => format!("the payment of {price} is on its way in transaction {hash}"),
                None => format!("the server says that the payment of {price} is being settled"),
            };
            let words = server_words(said.words().as_deref());
            let again = match said.retry_after {
                Some(seconds) => format!("come back in {seconds} s"),
                None => "come back later".to_owned(),
            };
            Message::new(Exit::OutcomeUnknown, format!("{sentence}{words}")).hint(format!(
                "do not pay again: {again} and run the same again, which sends the same one until {}; \
                 pay402 reconcile {} asks the chain",
                time(payment.authorization.valid_before),
                payment.id
            ))
        }
    };
    let report = PaymentReport::of_failure(payment, &failure.cause);
    let message = facts::payment(message, payment, &report);
    let message = match message.exit {
        _ if !message.retryable || !message.next.is_empty() => message,
        Exit::Timeout => message,
        Exit::PaidNotDelivered => message.next(&["resume", &payment.id]),
        _ => message.next(&["reconcile", &payment.id]).next(&["resume", &payment.id]),
    };
    match &failure.unrecorded {
        Some(error) => unrecorded(message, &failure.cause, error),
        None => message,
    }
}

/// The validity of a payment was over before it could leave.
fn expired() -> Message {
    Message::new(
        Exit::Timeout,
        "a payment expired before it could leave this machine; nothing is out",
    )
    .hint("running again signs a new one")
}

/// The network failed before a byte of a payment had left.
fn unsent(payment: &Payment, error: &http::Error, before: Option<Recorded>) -> Message {
    match (error, before) {
        (http::Error::Expired, None | Some(Recorded::Unsent)) => return expired(),
        (http::Error::Expired, Some(Recorded::Refused | Recorded::Unknown)) => {
            let until = lapses_at(payment.authorization.valid_before);
            return not_resent(payment, &NotResent::Expiring { until }, false);
        }
        _ => {}
    }
    let (price, error) = (payment.authorization.quote.price(), safe(error));
    let until = time(payment.authorization.valid_before);
    match before {
        None | Some(Recorded::Unsent) => Message::new(
            Exit::OutcomeUnknown,
            format!(
                "a payment of {price} was signed and recorded, and did not leave this machine: {error}"
            ),
        )
        .hint(format!(
            "nobody else has it: running again sends the same one; budgets count it until {until}"
        )),
        Some(Recorded::Settled) => Message::new(
            Exit::PaidNotDelivered,
            format!(
                "{price} was paid when this was asked before, and it could not be asked for now: {error}"
            ),
        )
        .hint(owed(&until)),
        Some(Recorded::Refused | Recorded::Unknown) => Message::new(
            Exit::OutcomeUnknown,
            format!(
                "an earlier payment of {price} for this request may still settle, and could not be sent \
                 again: {error}"
            ),
        )
        .hint(exposure(payment)),
    }
}

/// What the ledger's failure adds to what happened. Where it is why nothing left, it is the reason, and
/// not one more thing that went wrong.
fn unrecorded(
    message: Message,
    cause: &SignedCause<http::Error>,
    error: &ledger::Error,
) -> Message {
    let kept_here = matches!(
        cause,
        SignedCause::NeverSent { .. } | SignedCause::NotResent { why: NotResent::Unrecorded, .. }
    );
    let link = if kept_here { ": " } else { "; and the outcome was not recorded: " };
    let sentence = format!("{}{link}{}", message.sentence, safe(error));
    match error {
        ledger::Error::Replaced { .. } if kept_here => Message {
            exit: Exit::LedgerUnavailable,
            sentence,
            hint: Some(ledger_error::REPLACED.to_owned()),
            retryable: false,
            next: Vec::new(),
            ..message
        },
        ledger::Error::Lapsed(_) if matches!(cause, SignedCause::NeverSent { .. }) => expired(),
        _ if matches!(cause, SignedCause::NeverSent { .. }) => {
            let remedy = ledger_error::ledger(error).hint.unwrap_or_default();
            Message { sentence, ..message }
                .hint(format!("{remedy}; running again sends the same one"))
        }
        _ => Message { sentence, ..message },
    }
}

/// A server's words at the end of a sentence.
fn server_words(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {}", Safe::new(reason, REFUSAL_TEXT))).unwrap_or_default()
}

/// Whether a refusal is for want of money, in one of the spellings seen.
fn is_for_want_of_money(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["insufficient_funds", "insufficient_balance", "exceeds balance"]
        .iter()
        .any(|words| reason.contains(words))
}

/// What the wallet lacks, and where it is to go.
fn funding(payment: &Payment) -> String {
    let (quote, payer) = (&payment.authorization.quote, payment.authorization.payer);
    format!("{payer} needs more {} on {}", quote.asset.symbol, quote.network.name)
}

fn exposure(payment: &Payment) -> String {
    let until = time(payment.authorization.valid_before);
    format!("it can still be settled until {until}; running again sends the same one")
}

/// When to come back, by the server's word.
pub(super) fn come_back(retry_after: Option<u64>) -> String {
    let told = |seconds| format!("; the server asks to come back in {seconds} s");
    retry_after.map(told).unwrap_or_default()
}

/// What is settled can be asked for while a server takes the payment.
pub(super) fn owed(until: &str) -> String {
    format!("until {until} running again asks for it with the same payment, at no further cost")
}

/// An earlier payment may still settle, or has, and could not be sent again.
fn not_resent(payment: &Payment, why: &NotResent, settled: bool) -> Message {
    let price = payment.authorization.quote.price();
    let exit = if settled { Exit::PaidNotDelivered } else { Exit::OutcomeUnknown };
    let stands = stands(settled);
    let earlier = format!("an earlier payment of {price} for this request {stands}");
    let message = |why: &str| Message::new(exit, format!("{earlier}, and {why}"));
    match why {
        NotResent::Origin { now } => message(&format!(
            "the terms now come from {}, not from the server it was made for",
            safe(&now.origin().ascii_serialization())
        ))
        .hint("--pay-again signs another, at the risk of paying twice"),
        NotResent::Expiring { until } => message("it is too late to send it again").hint(format!(
            "from {} it cannot settle any more, and running again signs a new one",
            time(*until)
        )),
        NotResent::Refused(assessment) => {
            let why = assessment.offers.first().map(reasons).unwrap_or_default();
            message(&format!("your rules do not allow it now: {why}")).hint(if settled {
                owed(&time(payment.authorization.valid_before))
            } else {
                exposure(payment)
            })
        }
        NotResent::Delivered => Message::new(
            Exit::OutcomeUnknown,
            format!(
                "an earlier payment of {price} for this request was delivered and has settled, says \
                 the server; nothing is sent until the chain has been asked"
            ),
        )
        .next(&["reconcile", &payment.id])
        .hint(format!("pay402 reconcile {} asks the chain", payment.id)),
        NotResent::OtherBody => message("it was not sent again: its body has changed"),
        NotResent::NoRoom => {
            message("it was not sent again: the file does not end where -C goes on")
                .hint("with -C - it goes on where the file ends")
        }
        NotResent::Interrupted => message("it was not sent again: interrupted"),
        NotResent::Unrecorded => message("it could not be recorded that it goes out again"),
    }
}
