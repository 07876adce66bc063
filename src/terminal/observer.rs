//! What a person sees while a payment is made: what is odd about the terms, the wait for a settlement.

use std::cell::Cell;

use serde_json::Map;
use url::Url;

use crate::pay::{Busy, Clock, Demand, Earlier, Observer, Payment};
use crate::system::SystemClock;

use super::notice::{self, say, say_with};
use super::progress::Wait;
use super::report::{PaymentReport, State, is_busy, span, stands};
use super::safe::Safe;

/// Difference to the server's clock that is not worth a word, in seconds.
const CLOCK_TOLERANCE_SECONDS: u64 = 120;

fn warn(words: &dyn std::fmt::Display) {
    notice::warn(&"warning:", words);
}

/// Says what is odd about the terms, whatever becomes of them.
pub fn warn_of(demand: &Demand) {
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
pub struct TerminalObserver<'a> {
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

impl<'a> TerminalObserver<'a> {
    /// One that has seen nothing yet.
    pub fn new(on: bool, warn: bool, is_out: &'a Cell<bool>) -> Self {
        Self { on, warn, part: None, is_out, wait: None }
    }

    /// One that knows that only these bytes are asked for.
    #[must_use]
    pub fn on_part(self, part: Option<&str>) -> Self {
        Self { part: part.map(str::to_owned), ..self }
    }
}

impl Observer for TerminalObserver<'_> {
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
            let facts = PaymentReport::of_earlier(payment, state).facts();
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
