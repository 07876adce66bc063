//! The ports that are the terminal: the owner who is asked, and the progress that is shown.

use serde_json::Map;
use std::cell::Cell;
use std::pin::Pin;
use std::time::Instant;
use url::Url;

use crate::pay::{Busy, Clock, Consent, Demand, Earlier, Observer, Payment};
use crate::policy::{Decision, Objection, Quote};
use crate::system::SystemClock;
use crate::terminal::notice::{self, say, say_with};
use crate::terminal::progress::{Away, Wait};
use crate::terminal::prompt;
use crate::terminal::report::{PaymentReport, State, is_busy, reason, span, stands};
use crate::terminal::safe::Safe;
use crate::threads;

/// The owner at the controlling terminal.
pub(super) struct Owner;

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

/// Difference to the server's clock that is not worth a word, in seconds.
const CLOCK_TOLERANCE_SECONDS: u64 = 120;

fn warn(words: &dyn std::fmt::Display) {
    notice::warn(&"warning:", words);
}

/// Says what is odd about the terms, whatever becomes of them.
pub(super) fn warn_of(demand: &Demand) {
    warn_of_the_clock(demand);
    warn_of_the_resource(demand);
}

/// Says so when the terms are for something of another host's.
fn warn_of_the_resource(demand: &Demand) {
    let named = demand.challenge.resource_url.as_deref().and_then(|text| text.parse::<Url>().ok());
    if let Some(host) = named.as_ref().and_then(Url::host_str)
        && demand.url.host_str() != Some(host)
    {
        let asked = Safe::new(demand.url.host_str().unwrap_or_default(), usize::MAX);
        let host = Safe::new(host, 100);
        warn(&format_args!(
            "{asked} says that its terms are for something at {host}; whatever is \
             sent goes to {asked}"
        ));
    }
}

/// Says so when this machine's clock and the server's do not agree: a payment is valid by the one that is
/// behind, and settled by one that is more like the server's.
fn warn_of_the_clock(demand: &Demand) {
    let Some(theirs) = demand.server_time else { return };
    let ours = SystemClock.now();
    let off = ours.abs_diff(theirs);
    if off > CLOCK_TOLERANCE_SECONDS {
        let side = if ours > theirs { "ahead of" } else { "behind" };
        warn(&format_args!(
            "this machine's clock is {} {side} the server's; what is signed is valid by the \
             one that is behind",
            span(off)
        ));
    }
}

/// Shows the wait for a settlement.
pub(super) struct Eyes<'a> {
    /// Whether to show the wait.
    on: bool,
    /// Whether to say what is odd.
    warn: bool,
    /// The part of the resource that is asked for, if not all of it is.
    part: Option<String>,
    /// Set when a payment is about to be signed or sent.
    is_out: &'a Cell<bool>,
    wait: Option<Wait>,
}

impl<'a> Eyes<'a> {
    /// Eyes that see nothing yet.
    pub(super) fn new(on: bool, warn: bool, is_out: &'a Cell<bool>) -> Self {
        Self { on, warn, part: None, is_out, wait: None }
    }

    /// Eyes that know that only these bytes are asked for.
    pub(super) fn on_part(self, part: Option<&str>) -> Self {
        Self { part: part.map(str::to_owned), ..self }
    }
}

impl Observer for Eyes<'_> {
    fn demanded(&mut self, demand: &Demand) {
        if let Some(part) = self.part.as_deref().filter(|_| self.warn) {
            say(
                "part",
                &format_args!(
                    "what is asked for, and would be paid for: bytes {} only",
                    Safe::new(part, 80)
                ),
            );
        }
        if self.warn {
            warn_of(demand);
        }
        if self.warn && demand.challenge.contradicted {
            warn(&format_args!(
                "the answer names other terms elsewhere; those of {} count",
                demand.challenge.carrier
            ));
        }
    }

    fn waiting(&mut self, busy: &Busy) {
        if self.warn {
            say(
                "waiting",
                &format_args!("{}: waiting for its end", is_busy(busy, SystemClock.now())),
            );
        }
    }

    fn signing(&mut self) {
        self.is_out.set(true);
    }

    fn sending(&mut self, payment: &Payment) {
        let network = payment.authorization.quote.network.name;
        self.wait = Some(Wait::for_settlement(self.on, network));
    }

    fn resending(&mut self, Earlier { payment, settled, delivered }: &Earlier) {
        if self.warn {
            let price = payment.authorization.quote.price();
            let stands = match delivered {
                Some(_) => "was delivered to an earlier run, and is still to be proved",
                None => stands(*settled),
            };
            let state = if *settled { State::Settled } else { State::Unknown };
            let facts = PaymentReport::of_failure(payment, state, None).facts();
            say_with(
                "resend",
                &format_args!(
                    "an earlier payment of {price} for this request {stands}: sending the same one \
                     again, not another"
                ),
                Map::from_iter([("payment".to_owned(), facts)]),
            );
        }
        self.sending(payment);
    }

    fn answered(&mut self) {
        if let Some(wait) = self.wait.take() {
            wait.finish();
        }
    }
}
