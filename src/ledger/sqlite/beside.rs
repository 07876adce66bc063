//! What other living processes are busy with, beside which nothing is signed unasked.

use std::path::Path;

use ::http::Method;
use url::Url;

use super::database::Database;
use super::fault::Fault;
use super::lookup::{Beside, beside};
use super::presence::lives;
use crate::ledger::{Entry, Error, State};
use crate::pay::{Asked, Busy};

/// Whether a payment keeps another from being signed. One that the owner of the money has accepted does
/// not, nor one of this process, nor one that nobody lives for who is busy with it and that is only
/// reserved or over; nor does a rival that was delivered and only waits for a chain's proof.
pub(super) fn is_in_the_way(
    Beside { entry, same, in_time }: &Beside,
    accepted: &[String],
    live: &Path,
    own: &str,
) -> Result<bool, Fault> {
    if accepted.contains(&entry.id) {
        return Ok(false);
    }
    match &entry.owner {
        Some(owner) if owner == own => Ok(false),
        Some(owner) if lives(live, owner)? => Ok(true),
        Some(_) | None => {
            let is_over = entry.state == State::Reserved || !in_time;
            Ok(!is_over && (*same || !entry.awaits_proof()))
        }
    }
}

impl Database {
    /// The first payment for a purchase, or a rival of it, that another living process is busy with.
    pub(super) fn first_busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, Error> {
        let found = self.read(|ledger| beside(ledger, asked, place, now))?.unwrap_or_default();
        for Beside { entry, same, .. } in found {
            if known.contains(&entry.id) {
                continue;
            }
            let busy = self.busy_with(&entry, same)?;
            if busy.is_some() {
                return Ok(busy);
            }
        }
        Ok(None)
    }

    /// Every payment of which something can still come at `now`, in Unix seconds, and that another living
    /// process is busy with, the newest first.
    pub(super) fn elsewhere(&mut self, now: u64) -> Result<Vec<Busy>, Error> {
        let mut all = Vec::new();
        for entry in self.wanted(now)? {
            all.extend(self.busy_with(&entry, true)?);
        }
        Ok(all)
    }

    /// An entry as another process's, if it is one's that lives.
    fn busy_with(&self, entry: &Entry, same: bool) -> Result<Option<Busy>, Error> {
        let Some(owner) = &entry.owner else { return Ok(None) };
        let Some(process) = self.other(owner)? else { return Ok(None) };
        entry.busy(process, same).map(Some).map_err(|fault| self.store.fault(fault))
    }
}
