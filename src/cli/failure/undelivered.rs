//! A payment that is out, and an answer that is in doubt, is not what was asked for, or could not be
//! delivered.

use std::path::PathBuf;

use crate::http::Error as Network;
use crate::terminal::report::{PaymentReport, State};

use super::super::exit::Exit;
use super::super::output::SinkError;
use super::money::owed;
use super::{Telling, safe, shown};

/// A payment whose answer is in doubt or not delivered.
pub(in crate::cli) struct Undelivered {
    /// The payment and how it stands.
    pub report: PaymentReport,
    /// The answer's status.
    pub status: u16,
    /// What went wrong with the body, if that was it.
    pub body: Option<BodyFailure>,
    /// Where its beginning is kept.
    pub part: Option<PathBuf>,
    /// Whether what came was added to the file that it goes on in.
    pub added: bool,
}

/// What went wrong with a body.
pub(in crate::cli) enum BodyFailure {
    /// It did not come whole.
    Cut(Network),
    /// It could not be written.
    Unwritten(SinkError),
}

/// What is said of it.
pub(super) fn undelivered(undelivered: &Undelivered) -> Telling {
    let Undelivered { report, status, body, part, added } = undelivered;
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
            format!("{money}, but {} cannot be written: {source}", shown(path))
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
    let telling = Telling::new(exit, sentence);
    let told = match part {
        Some(part) => telling.hint(format!("what came is in {}", shown(part))),
        None if !believed && success && body.is_none() => telling.hint(format!(
            "until {} running again sends the same one; name another node with --rpc-url {}=URL",
            report.valid_before, report.network
        )),
        None if settled => telling.hint(owed(&report.valid_before)),
        None => telling.hint(format!(
            "it can still be settled until {}; running again sends the same one",
            report.valid_before
        )),
    };
    let hint = told.hint.as_ref().filter(|_| *added);
    match hint.map(|hint| format!("{hint}; with -C - it goes on where the file ends now")) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}
