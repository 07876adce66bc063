//! What ended a transfer.

use super::super::exit::Exit;
use super::network::network;
use super::unwritable::{NOTHING_SENT, unwritable};
use super::{Message, ledger_error, money, request, runtime, signed, undelivered, usage};
use crate::output::SinkError;
use crate::pay;
use crate::terminal::safe::shown_path;
use crate::transfer::{PayFailure, StillOpen, TransferError};

/// What is said of it.
pub(in crate::cli) fn message_of(error: &TransferError) -> Message {
    use TransferError as E;
    match error {
        E::Output(error) => unwritable(error),
        E::Request(error) => request::request(error),
        E::Runtime(error) => runtime(error),
        E::Connection(error) => network(error),
        E::Ledger(error) => ledger_error::ledger(error),
        E::TagFile { path, source } => {
            Message::new(Exit::Read, format!("cannot write {}: {source}", shown_path(path)))
                .hint(NOTHING_SENT)
        }
        E::OtherRequest(id) => {
            usage(format!("payment {id} was signed for another method, URL or body than these"))
                .hint("give the same data and method as the first time; headers may differ")
        }
        E::StillOpen { id, why, settled: true } => Message::new(
            Exit::PaidNotDelivered,
            format!(
                "payment {id} has settled, was not delivered, and was not sent again: {}",
                why_open(id, why)
            ),
        )
        .next(&["resume", id])
        .hint(format!("try again: pay402 resume {id}")),
        E::StillOpen { id, why, settled: false } => Message::new(
            Exit::OutcomeUnknown,
            format!(
                "payment {id} was not sent again and is as open as before: {}",
                why_open(id, why)
            ),
        )
        .next(&["resume", id])
        .next(&["reconcile", id])
        .hint(format!("try again: pay402 resume {id}; or ask the chain: pay402 reconcile {id}")),
        E::Pay(failure) => pay(failure),
        E::Body { error, part } => {
            let message = network(error);
            match part {
                Some(part) => message
                    .fact("file", part.path.display().to_string())
                    .hint(format!("what came is in {}", shown_path(&part.path))),
                None => message,
            }
        }
        E::Sink(SinkError::Binary) => {
            Message::new(Exit::Write, "the body is not text and could garble the terminal")
                .hint("--output - shows it anyway; --output FILE saves it")
        }
        E::Sink(SinkError::Closed) => Message::new(Exit::Write, ""),
        E::Sink(SinkError::Failed { path, source, kept }) => {
            let sentence = format!("cannot write {}: {source}", shown_path(path));
            match kept {
                Some(kept) => Message::new(Exit::Write, sentence)
                    .hint(format!("what came is in {}", shown_path(kept))),
                None => Message::new(Exit::Write, sentence),
            }
        }
        E::Status(status) => {
            let sentence = format!("the server answered with HTTP status {status}");
            Message::new(Exit::Http, sentence)
                .fact("status", *status)
                .retryable(matches!(status, 408 | 429 | 500..=599))
        }
        E::Unproved(unproved) => undelivered::unproved(unproved),
        E::Undelivered(undelivered) => undelivered::undelivered(undelivered),
    }
}

/// Why the payment with this id was not sent again.
fn why_open(id: &str, why: &StillOpen) -> String {
    match why {
        StillOpen::Status(status) => format!("HTTP status {status}"),
        StillOpen::OtherHeaders => {
            format!("it was signed for other headers; pay402 resume {id} sends it with those given")
        }
        StillOpen::OtherRequest => {
            format!(
                "it was signed for another method, URL or body; pay402 resume {id} needs the same"
            )
        }
        StillOpen::NotSent(failure) => pay(failure).sentence,
    }
}

/// A payment that failed.
fn pay(failure: &PayFailure) -> Message {
    match failure {
        pay::Failure::NothingSigned(failure) => money::nothing_signed(failure),
        pay::Failure::Signed(failure) => signed::signed(failure),
    }
}
