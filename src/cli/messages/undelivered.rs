//! A payment that is out, and an answer that is in doubt, is not what was asked for, or could not be
//! delivered.

use crate::http::Error as Network;
use crate::ledger::{Came, Delivery};
use crate::terminal::report::{PaymentReport, State};

use super::super::entry;
use super::super::exit::Exit;
use super::super::shell::quoted;
use super::signed::{come_back, owed};
use super::{Message, Money, safe};
use crate::output::SinkError;
use crate::terminal::safe::shown_path;
use crate::transfer::{BodyFailure, Undelivered, Unproved, delivered_to};

/// What is said of it.
pub(super) fn undelivered(undelivered: &Undelivered) -> Message {
    let Undelivered { report, status, body, part, added, delivery, retry_after, .. } = undelivered;
    let amount = format!("{} {}", report.amount, report.asset);
    let settled = report.state == State::Settled;
    let believed = report.is_believed();
    let (exit, money) = match report.state {
        State::Settled if !believed => {
            (Exit::OutcomeUnknown, format!("{amount} was paid by the server's word alone"))
        }
        State::Settled => (Exit::PaidNotDelivered, format!("{amount} was paid")),
        State::Rejected => (
            Exit::PaymentRejected,
            format!("the server refused the payment of {amount}: {}", report.warnings.join("; ")),
        ),
        State::None | State::Refused | State::Unknown => (
            Exit::OutcomeUnknown,
            format!("a payment of {amount} was sent, its outcome is unknown"),
        ),
    };
    let success = (200..300).contains(status);
    let answered = format!("{money}, and the server answered with HTTP status {status}");
    let sentence = match body {
        Some(BodyFailure::Unwritten(SinkError::Closed)) => String::new(),
        Some(BodyFailure::Unwritten(SinkError::Binary)) => {
            format!(
                "{money}, but the body cannot go to standard output, and no file could be made for it"
            )
        }
        Some(BodyFailure::Unwritten(SinkError::Failed { path, source, .. })) => {
            format!("{money}, but {} cannot be written: {source}", shown_path(path))
        }
        // That it is no part is the smaller news.
        Some(BodyFailure::Cut(Network::NoRange)) if !success => answered,
        Some(BodyFailure::Cut(
            error @ (Network::NoRange | Network::OtherPart | Network::Gap | Network::Undecoded(_)),
        )) => {
            format!("{money}, but {}", safe(error))
        }
        Some(BodyFailure::Cut(error)) => {
            format!("{money}, but the body did not come whole: {}", safe(error))
        }
        None if success => format!("{money}: {}", report.warnings.join("; ")),
        None if *status == 304 => format!(
            "{money}, and the server says that what you have has not changed (HTTP status 304)"
        ),
        None if (300..400).contains(status) => {
            format!(
                "{money}, and the server redirects with HTTP status {status}; a payment follows no redirect"
            )
        }
        None => answered,
    };
    let sentence = match (body, believed) {
        (None, false) if success && settled => format!(
            "{amount} was paid, says the server, and the body came whole, but {}",
            report.warnings.join("; ")
        ),
        _ => sentence,
    };
    let message = Message::new(exit, sentence).money(money_of(report.state));
    let message = about(message, report).fact("delivered", entry::delivery(delivery));
    let id = report.id.as_str();
    let told = match part {
        Some(part) if undelivered.goes_on && settled => {
            let path = part.display().to_string();
            let rest = ["resume", id, "-C", "-", "-o", &path];
            message.next(&rest).hint(format!(
                "{}what came is in {}; until {} the rest is asked for with the same payment, at no \
                 further cost, by pay402 resume {id} -C - -o {}",
                how_much(delivery),
                shown_path(part),
                report.valid_before,
                quoted(&path)
            ))
        }
        Some(part) => {
            let hint = format!("{}what came is in {}", how_much(delivery), shown_path(part));
            let message = if settled { message.next(&["resume", id]) } else { message };
            let owed =
                if settled { format!("; {}", owed(&report.valid_before)) } else { String::new() };
            message.hint(format!("{hint}{owed}"))
        }
        None if !believed && settled && success && body.is_none() => {
            verification(message, report).retryable(true)
        }
        None if !believed && success && body.is_none() => message.next(&["reconcile", id]).hint(format!(
            "until {} running again sends the same one; pay402 reconcile {id} --rpc-url {}=URL asks the \
             chain",
            report.valid_before, report.network
        )),
        None if settled => message.next(&["resume", id]).hint(owed(&report.valid_before)),
        None => message.next(&["reconcile", id]).hint(format!(
            "it can still be settled until {}; running again sends the same one{}",
            report.valid_before,
            come_back(*retry_after)
        )),
    };
    let hint = told.hint.as_ref().filter(|_| *added);
    match hint.map(|hint| format!("{hint}; with -C - it goes on where the file ends now")) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// What is said where a purchase was over but for the proof of its settlement, and there is none yet.
pub(super) fn unproved(Unproved { report, delivery, refused }: &Unproved) -> Message {
    let now = match refused {
        true => "the server does not deliver it again",
        false => "nothing was sent now",
    };
    let sentence = format!(
        "{} {} was paid for this before, says the server, and delivered {}; {now}: {}",
        report.amount,
        report.asset,
        delivered_to(delivery),
        report.warnings.join("; ")
    );
    let message = Message::new(Exit::OutcomeUnknown, sentence).money(Money::Moved);
    let message = about(message, report).fact("delivered", entry::delivery(delivery));
    verification(message, report)
}

/// How the chain is asked, where it could not be.
fn verification(message: Message, report: &PaymentReport) -> Message {
    let id = &report.id;
    message.next(&["reconcile", id]).hint(format!(
        "pay402 reconcile {id} --rpc-url {}=URL asks the chain; nothing is sent or paid again",
        report.network
    ))
}

/// The payment, its request, and when it can no longer settle, for programs.
fn about(message: Message, report: &PaymentReport) -> Message {
    let (method, url) = report.request();
    message.fact("payment", report.facts()).fact("method", method).fact("url", safe(&url))
}

const fn money_of(state: State) -> Money {
    match state {
        State::Settled => Money::Moved,
        State::None | State::Refused => Money::None,
        State::Rejected | State::Unknown => Money::Maybe,
    }
}

/// How much came of how much, before what else is said of it.
fn how_much(delivery: &Delivery) -> String {
    match (delivery.came, delivery.bytes, delivery.of) {
        (Came::Partial, Some(bytes), Some(of)) => format!("{bytes} of {of} bytes came; "),
        (Came::Partial, Some(bytes), None) => format!("{bytes} bytes came; "),
        _ => String::new(),
    }
}
