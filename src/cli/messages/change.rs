//! A seller who asks for something else than before.

use crate::pay::Demand;
use crate::policy::{Assessed, Change, Decision, Objection};
use crate::terminal::safe::Safe;

use super::super::exit::Exit;
use super::money::reasons;
use super::{Message, facts};

/// An offer that differs from what is remembered was not paid; `end` says why nobody was asked.
pub(super) fn refused(demand: &Demand, end: &str) -> Message {
    let nearest = demand.nearest();
    let firm = matches!(demand.assessment.decision, Decision::Refuse { .. });
    let why = nearest.map(reasons).unwrap_or_default();
    let sentence =
        format!("{} was not paid: {why}{end}; nothing was signed", Safe::of_url(&demand.url));
    let message = facts::demand(Message::new(Exit::PolicyRefused, sentence), demand, nearest);
    let message = facts::changes(message, nearest);
    let accept = nearest.and_then(acceptance).filter(|accept| !(firm && accept.starts_with("--")));
    // A program that runs what is suggested would accept whom a server has just named: people are told.
    let accept = accept.map(|accept| format!(" To accept it: {accept};")).unwrap_or_default();
    message.hint(format!(
        "ask the seller by another way than this server.{accept} known_payee in config.toml decides for all"
    ))
}

/// What accepts the offer. Nothing in it is a server's word: addresses, amounts, networks and assets
/// are parsed, and a host that a shell could take for more than a name is left to the owner.
fn acceptance(assessed: &Assessed) -> Option<String> {
    let quote = assessed.quote.as_ref()?;
    let origin = assessed.objections.iter().find_map(|objection| match objection {
        Objection::Changed { origin, .. } => Some(origin.as_str()),
        _ => None,
    })?;
    if assessed.changes().all(|change| matches!(change, Change::Price { .. })) {
        return Some(format!("--expect {}", quote.id()));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-".contains(c);
    let origin = if origin.chars().all(plain) { origin } else { "ORIGIN" };
    Some(format!(
        "pay402 trust {origin} --network {} --asset {} --pay-to {}",
        quote.network.name, quote.asset.symbol, quote.pay_to
    ))
}
