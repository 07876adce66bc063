//! One target as often as `--retry` allows, and where `-C` goes on. What is worth another try is
//! [`super::retry`]'s to say.

use std::cell::Cell;
use std::time::Duration;

use super::fetch::{Errand, Run};
use super::retry::{Next, Retries};
use super::session::Shared;
use super::stats::Facts;
use super::{BodyPlace, ContinueAt, Ended, Target, TransferError, in_directory};
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
        facts: &mut Facts,
        shared: &Shared,
        is_out: &Cell<bool>,
    ) -> Result<Ended, TransferError> {
        let mut retries = Retries::of(self.options.retry);
        let mut open: Option<Entry> = None;
        loop {
            let resume = |entry| Errand::Resume { entry, named: false };
            let errand = open.as_ref().map_or(Errand::Fetch, resume);
            let ended = Box::pin(self.one(target, errand, facts, shared, is_out)).await;
            // What was paid for is not asked for again on its own.
            let status = if facts.state == State::None { facts.status } else { 0 };
            match retries.after(&ended, status, facts.retry_after) {
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
                    let bare = facts.size_download == 0;
                    let shown_heads = std::mem::take(&mut facts.shown_heads);
                    *facts = Facts::of(&target.text, target.number);
                    if bare {
                        facts.shown_heads = shown_heads;
                    }
                }
            }
        }
    }

    /// Where the body of a target goes on, in bytes: `-C`. An upload goes on elsewhere.
    pub(crate) fn resume_from(&self, target: &Target) -> Option<u64> {
        if target.upload.is_some() {
            return None;
        }
        match self.options.continue_at? {
            ContinueAt::FileEnd => {
                let BodyPlace::File { directory, name: Some(name), .. } = &target.place else {
                    return None;
                };
                let there = std::fs::metadata(in_directory(directory, name)).ok();
                there.filter(std::fs::Metadata::is_file).map(|there| there.len())
            }
            ContinueAt::Byte(offset) => Some(offset),
        }
    }
}

/// What `-C` asks for, but for the beginning of everything.
pub(crate) fn goes_on(
    target: &Target,
    asked: Option<ContinueAt>,
    from: Option<u64>,
) -> Option<ContinueAt> {
    if target.upload.is_some() {
        return asked.filter(|asked| *asked != ContinueAt::Byte(0));
    }
    from.filter(|from| *from > 0).map(ContinueAt::Byte)
}

/// Whether a download that goes on at `from`, in bytes, would leave or overlap something: its file ends
/// elsewhere. What is no file has no end.
pub(crate) fn leaves_gap(target: &Target, from: Option<u64>) -> bool {
    let (Some(from), Some(path)) = (from.filter(|from| *from > 0), target.path()) else {
        return false;
    };
    std::fs::metadata(path).map_or(true, |there| there.is_file() && there.len() != from)
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
