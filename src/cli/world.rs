//! The ports that are the system itself: the clock, the dice, the owner at the terminal, the eyes.

use alloy_primitives::B256;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::pay::{Clock, Consent, Demand, Entropy, EntropyError, Observer, Payment};
use crate::policy::{Approval, Quote};
use crate::terminal::progress::Wait;
use crate::terminal::prompt;
use crate::terminal::safe::Safe;

/// The system's clock.
pub(super) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is the port that reads the clock")]
        let now = SystemTime::now();
        now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

/// The system's random numbers.
pub(super) struct SystemEntropy;

impl SystemEntropy {
    /// Fills a buffer.
    pub(super) fn fill(buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

impl Entropy for SystemEntropy {
    fn nonce(&self) -> Result<B256, EntropyError> {
        let mut bytes = [0; 32];
        Self::fill(&mut bytes)?;
        Ok(B256::from(bytes))
    }
}

/// The owner at the controlling terminal.
pub(super) struct Owner;

impl Consent for Owner {
    fn ask(&mut self, demand: &Demand, quote: &Quote) -> Option<bool> {
        let host = Safe::new(demand.url.host_str().unwrap_or_default(), 100);
        let testnet = if quote.network.testnet { " (testnet)" } else { "" };
        let question = format!(
            "{host} asks {} on {}{testnet}, to {}. Pay?",
            quote.price(),
            quote.network.name,
            quote.pay_to
        );
        prompt::confirm(&question).ok()
    }
}

/// Shows the wait for a settlement.
pub(super) struct Eyes {
    /// Whether to show anything.
    pub on: bool,
    wait: Option<Wait>,
}

impl Eyes {
    /// Eyes that see nothing yet.
    pub(super) fn new(on: bool) -> Self {
        Self { on, wait: None }
    }
}

impl Observer for Eyes {
    fn approved(&mut self, _: &Approval) {}

    fn sending(&mut self, payment: &Payment) {
        let network = payment.authorization.quote.network.name;
        self.wait = Some(Wait::for_settlement(self.on, network));
    }

    fn answered(&mut self) {
        if let Some(wait) = self.wait.take() {
            wait.finish();
        }
    }
}
