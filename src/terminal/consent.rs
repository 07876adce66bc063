//! The owner at the controlling terminal, who is asked whether to pay.

use std::pin::Pin;
use std::time::Instant;

use crate::pay::{Busy, Clock, Consent, Demand, Earlier};
use crate::policy::{Decision, Objection, Quote};
use crate::system::SystemClock;
use crate::threads;

use super::progress::Away;
use super::prompt;
use super::report::{is_busy, reason, stands};
use super::safe::Safe;

/// The owner at the controlling terminal.
pub struct Owner;

impl Consent for Owner {
    fn ask(
        &mut self,
        demand: &Demand,
        quote: &Quote,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        confirm(question(demand, quote), until)
    }

    fn ask_beside(
        &mut self,
        earlier: &Earlier,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        confirm(question_beside(earlier), until)
    }

    fn ask_beside_busy(
        &mut self,
        busy: &Busy,
        until: Option<Instant>,
    ) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
        confirm(format!("{}. Sign another?", capital(&is_busy(busy, SystemClock.now()))), until)
    }
}

fn confirm(
    question: String,
    until: Option<Instant>,
) -> Pin<Box<dyn Future<Output = Option<bool>>>> {
    Box::pin(async move {
        let away = Away::begin();
        let ask = move || prompt::confirm_until(&question, until);
        let answer = threads::beside(ask).await;
        drop(away);
        answer?.ok()
    })
}

/// A sentence with its first letter in upper case.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The question about another payment beside an earlier one.
fn question_beside(Earlier { payment, settled, .. }: &Earlier) -> String {
    let origin = Safe::new(&payment.url.origin().ascii_serialization(), usize::MAX);
    let stands = stands(*settled);
    format!(
        "Payment {} of {} to {origin}, for the same with other headers or by another way, {stands}. \
         Sign another?",
        payment.id,
        payment.authorization.quote.price(),
    )
}

/// The question. A host is never cut: what stands at its end is who owns it.
fn question(demand: &Demand, quote: &Quote) -> String {
    let origin = Safe::new(&demand.url.origin().ascii_serialization(), usize::MAX);
    let testnet = if quote.network.testnet { " (testnet)" } else { "" };
    let doubt =
        if demand.challenge.contradicted { " Its answer names other terms elsewhere." } else { "" };
    let changed = changes(demand).map(|all| format!(" Careful: {all}.")).unwrap_or_default();
    let unfilled = match &demand.assessment.decision {
        Decision::Ask { placeholder: Some(text), .. } => {
            format!(" {} in the URL is a placeholder that was not filled in.", Safe::new(text, 100))
        }
        _ => String::new(),
    };
    format!(
        "{origin} asks for {} on {}{testnet}, to {}.{doubt}{changed}{unfilled} Pay?",
        quote.price(),
        quote.network.name,
        quote.pay_to
    )
}

/// How the offer differs from what is remembered, if it does.
fn changes(demand: &Demand) -> Option<String> {
    let all: Vec<String> = demand
        .nearest()?
        .objections
        .iter()
        .filter(|objection| matches!(objection, Objection::Changed { .. }))
        .map(reason)
        .collect();
    (!all.is_empty()).then(|| all.join("; "))
}
