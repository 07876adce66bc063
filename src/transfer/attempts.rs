//! One target as often as `--retry` allows, and where `-C` goes on. What is worth another try is
//! [`super::retry`]'s to say.

use std::cell::Cell;
use std::time::Duration;

use super::retry::{Next, Retries};
use super::run::{Purpose, Run};
use super::session::Shared;
use super::stats::TransferStats;
use super::{Ended, Target, TransferError};
use crate::ledger::{Entry, LedgerAdmin as _};
use crate::pay;
use crate::signals::interrupted;
use crate::terminal::report::State;

/// How long a pause goes on without a look at whether the run was interrupted.
const LOOK: Duration = Duration::from_millis(200);

impl Run<'_> {
    /// Fetches a target, as often as `--retry` allows. Once a payment is signed, each further try sends
    /// that one again and can sign no other.
    pub(crate) async fn persistently(
        &self,
        target: &Target,
        stats: &mut TransferStats,
        shared: &Shared,
        is_out: &Cell<bool>,
    ) -> Result<Ended, TransferError> {
        let mut retries = Retries::of(self.options.retry);
        let mut open: Option<Entry> = None;
        loop {
            let resume = |entry| Purpose::Resume { entry, named: false };
            let purpose = open.as_ref().map_or(Purpose::Fetch, resume);
            let ended = Box::pin(self.one(target, purpose, stats, shared, is_out)).await;
            // What was paid for is not asked for again on its own.
            let status = if stats.state == State::None { stats.status } else { 0 };
            match retries.after(&ended, status, stats.retry_after) {
                Next::End => return ended,
                Next::TooLate(words) => {
                    self.warn(words);
                    return ended;
                }
                Next::Again(pause, words) => {
                    if let Err(TransferError::Pay(pay::Failure::Signed(signed))) = &ended {
                        let found = shared.admin().show(&signed.payment.id).await;
                        let Ok(entry) = found else { return ended };
                        open = Some(entry);
                    }
                    self.warn(&words);
                    if rest(pause).await {
                        return ended;
                    }
                    if let Err(TransferError::Body { part: Some(part), .. }) = &ended {
                        // All of it is asked for again.
                        part.remove();
                    }
                    // As in curl: a body takes the place of what came before it, heads do not.
                    let bare = stats.size_download == 0;
                    let shown_heads = std::mem::take(&mut stats.shown_heads);
                    *stats = TransferStats::of(&target.text, target.number);
                    if bare {
                        stats.shown_heads = shown_heads;
                    }
                }
            }
        }
    }
}

/// Rests for a while; true at once when the run was interrupted.
async fn rest(mut pause: Duration) -> bool {
    while !pause.is_zero() && !interrupted() {
        let step = pause.min(LOOK);
        tokio::time::sleep(step).await;
        pause = pause.saturating_sub(step);
    }
    interrupted()
}
