//! The life of a payment: the ledger's part in the story.

use ::http::Method;
use rusqlite::{Connection, params};
use url::Url;

use super::arrival::record;
use super::caller::Stage;
use super::counting::integer;
use super::database::{Database, Durability, after, drop_reservations, entry};
use super::fault::Fault;
use super::lookup::{earlier, rivals};
use super::reserving::shortage;
use super::settling::{Settled, settle};
use crate::ledger::{Answered, Came, Delivery, Entry, Error, Event, Proof, State};
use crate::pay::{
    Asked, Busy, Doubt, Earlier, Fingerprint, Kept, Money, Payment, Recorded, Reservation,
    Unreserved, Verdict,
};
use crate::policy::{Budget, BudgetUnits, Quote, SellerHistory, Shortage};
use crate::protocol::{Amount, Settlement};

/// Longest part of a server's words that is kept, in characters.
const MAX_REASON: usize = 500;

/// The calls of [`crate::pay::Ledger`], which says what each of them does.
impl Database {
    /// Takes an earlier payment for the same purchase.
    pub(super) fn claim(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, Error> {
        let found = self.read(|ledger| earlier(ledger, fingerprint, now))?.unwrap_or_default();
        if found.is_empty() {
            return Ok(None);
        }
        let owner = self.owner()?;
        for (entry, payment) in found {
            if self.take(&entry, &owner)? {
                return self.earlier_of(&entry, payment).map(Some);
            }
        }
        Ok(None)
    }

    /// Finds what [`Database::claim`] would hand out.
    pub(super) fn find(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, Error> {
        let found = self.read(|ledger| earlier(ledger, fingerprint, now))?;
        self.first_free(found.unwrap_or_default())
    }

    /// Finds an earlier payment that may be for the same.
    pub(super) fn rival(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, Error> {
        let found = self.read(|ledger| rivals(ledger, asked, place, now))?;
        let mut found = found.unwrap_or_default();
        // What has arrived is nothing that another request could be for as well.
        found.retain(|(entry, _)| !known.contains(&entry.id) && !entry.awaits_proof());
        self.first_free(found)
    }

    /// Finds what another living process is busy with.
    pub(super) fn busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Busy>, Error> {
        self.first_busy(asked, place, known, now)
    }

    /// What is remembered of the origin of `url`.
    pub(super) fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, Error> {
        self.remembered(url)
    }

    /// The first budget without room for `quote`.
    pub(super) fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, Error> {
        if budgets.is_empty() {
            return Ok(None);
        }
        self.tidy()?;
        let in_ledger = self.read(|ledger| shortage(ledger, quote, url, budgets, now))?;
        Ok(in_ledger.unwrap_or_else(|| {
            let mut counting = budgets.iter().filter(|budget| budget.counts(quote.asset, url));
            counting.find_map(|budget| Shortage::untouched(budget, quote)).map(Box::new)
        }))
    }

    /// Makes room in every budget, unless another payment for the purchase came first.
    pub(super) fn reserve(
        &mut self,
        reservation: &Reservation<'_>,
    ) -> Result<(), Unreserved<Error>> {
        self.make_room(reservation)
    }

    /// Lets go of what this process holds under an id.
    pub(super) fn release(&mut self, id: &str) -> Result<(), Error> {
        let owner = self.owner()?;
        self.write_anyway(Durability::System, |ledger| {
            drop_reservations(ledger, "id = ?1 AND state = 'reserved'", id)?;
            ledger.execute(
                "UPDATE payments SET owner = NULL WHERE id = ?1 AND owner = ?2",
                [id, owner.as_str()],
            )?;
            Ok(())
        })
    }

    /// Records a whole signed payment, before its first byte leaves.
    pub(super) fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        self.write(Durability::Disk, |ledger| {
            let entry = entry(ledger, &payment.id)?;
            let state = after(&entry, Event::Sign)?;
            ledger
                .prepare_cached(
                    "UPDATE payments SET state = ?2, signed_at = ?3, version = ?4 WHERE seq = ?1",
                )?
                .execute(params![
                    entry.seq,
                    state.word(),
                    integer(now),
                    integer(payment.version)
                ])?;
            let value = payment
                .header
                .value
                .to_str()
                .map_err(|_| Fault::Entry("a payment header that is no text".to_owned()))?;
            ledger
                .prepare_cached("INSERT INTO headers (seq, name, value) VALUES (?1, ?2, ?3)")?
                .execute(params![entry.seq, payment.header.name.as_str(), value])?;
            Ok(())
        })?;
        self.on_disk.insert(payment.id.clone());
        Ok(())
    }

    /// Records that a payment leaves now.
    ///
    /// The first sending of what this process has signed is not forced to the disk: the signature is, and
    /// the order of writes is kept, so that a dead process leaves the truth, and a loss of power at worst a
    /// payment that is taken for one that may have left. Any other sending is forced: another process may
    /// have signed it and died before the disk had it, and a loss of power would then forget a payment
    /// that left.
    pub(super) fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        let counted = BudgetUnits::of_price(
            payment.authorization.quote.amount,
            payment.authorization.quote.asset.decimals,
        );
        let is_on_disk = self.on_disk.remove(&payment.id);
        let durability = if is_on_disk { Durability::System } else { Durability::Disk };
        self.write(durability, |ledger| {
            let entry = entry(ledger, &payment.id)?;
            if entry.state == State::Settled {
                return sent_for_goods(ledger, &entry, now);
            }
            let state = after(&entry, Event::Send)?;
            if now >= entry.valid_before {
                // It may have stopped counting, and no server could settle it any more.
                return Err(Error::Lapsed(entry.id).into());
            }
            ledger
                .prepare_cached(
                    "UPDATE payments SET state = ?2, sent_at = ?3, sendings = sendings + 1,
                     counted = ?4 WHERE seq = ?1",
                )?
                .execute(params![
                    entry.seq,
                    state.word(),
                    integer(now),
                    integer(counted.count())
                ])?;
            Ok(())
        })?;
        // Recorded where no later process looks, it would be as if it had never been.
        self.check_in_place()
    }

    /// Records what became of a payment.
    pub(super) fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<Recorded, Error> {
        let settled = match verdict {
            Some(Verdict::Deliver(Money::Settled(said) | Money::NotDelivered(said))) => {
                payment.authorization.settled_amount(said)
            }
            _ => None,
        };
        self.close_by_id(&payment.id, verdict, settled, now)
    }

    /// Lets go of a payment whose transfer was given up at this stage.
    pub(super) fn given_up(&mut self, id: &str, stage: Stage) -> Result<(), Error> {
        match stage {
            Stage::Taken => self.release(id),
            Stage::Kept(now) => self.close_by_id(id, Some(&Verdict::Unsent), None, now).map(drop),
            Stage::Leaving(now) => self.close_by_id(id, None, None, now).map(drop),
        }
    }

    fn close_by_id(
        &mut self,
        id: &str,
        verdict: Option<&Verdict>,
        settled: Option<Amount>,
        now: u64,
    ) -> Result<Recorded, Error> {
        let recorded = self.write_anyway(Durability::Disk, |ledger| {
            let found = entry(ledger, id)?;
            // Where it is final already, a chain has told its end while the answer was on its way, or
            // it was sent again for the goods alone.
            if !found.state.is_final() {
                if verdict == Some(&Verdict::Unsent) {
                    take_back(ledger, &found, now)?;
                } else {
                    answered(ledger, &found, verdict)?;
                    let nothing = Delivery::of(Came::None);
                    record(ledger, &found, Delivery::by(verdict).as_ref().unwrap_or(&nothing))?;
                    close(ledger, &found, verdict, settled, now)?;
                }
            }
            if !matches!(verdict, Some(Verdict::Deliver(_))) {
                let_go(ledger, &found)?;
            }
            Ok(match entry(ledger, id)?.state {
                State::Settled => Recorded::Settled,
                State::Unsent => Recorded::Unsent,
                State::Rejected | State::Expired => Recorded::Refused,
                _ => Recorded::Unknown,
            })
        })?;
        self.check_in_place().map(|()| recorded)
    }
}

/// Takes an open entry to where an answer leads it. `settled` is the amount by the server's word, where
/// that can be: otherwise all that was signed counts.
fn close(
    ledger: &Connection,
    entry: &Entry,
    verdict: Option<&Verdict>,
    settled: Option<Amount>,
    now: u64,
) -> Result<(), Fault> {
    match verdict {
        Some(Verdict::Deliver(Money::Settled(said) | Money::NotDelivered(said))) => {
            let amount = settled.unwrap_or(entry.amount).min(entry.amount);
            let transaction = said.transaction_hash();
            let transaction = transaction.as_deref();
            let settled = Settled { amount, transaction, proof: Proof::Server, now };
            settle(ledger, entry, Event::Settle, &settled)
        }
        Some(Verdict::Rejected(_) | Verdict::Unprocessed | Verdict::Deliver(Money::Refused(_))) => {
            stay_open(ledger, entry, Event::Refuse, now)
        }
        Some(
            Verdict::Deliver(_) | Verdict::Pending(_) | Verdict::Undecided(_) | Verdict::Unsent,
        )
        | None => stay_open(ledger, entry, Event::Silence, now),
    }
}

/// Takes back that an entry was sent: no byte of this sending left. What earlier sendings came to
/// stands.
fn take_back(ledger: &Connection, entry: &Entry, now: u64) -> Result<(), Fault> {
    // Sent for a second time from `rejected` alone.
    let was_refused = entry.state == State::Sent && entry.sendings > 1;
    let state = after(entry, if was_refused { Event::Refuse } else { Event::Stay })?;
    ledger
        .prepare_cached(
            "UPDATE payments SET state = ?2, closed_at = ?3, sendings = max(sendings - 1, 0),
             sent_at = iif(sendings > 1, sent_at, NULL) WHERE seq = ?1",
        )?
        .execute(params![entry.seq, state.word(), integer(now)])?;
    Ok(())
}

/// A settled payment goes out again for what it bought: no money is at stake.
fn sent_for_goods(ledger: &Connection, entry: &Entry, now: u64) -> Result<(), Fault> {
    ledger
        .prepare_cached("UPDATE payments SET sent_at = ?2, sendings = sendings + 1 WHERE seq = ?1")?
        .execute(params![entry.seq, integer(now)])?;
    Ok(())
}

impl Database {
    /// The first that no living process is busy with.
    fn first_free(&mut self, found: Vec<(Entry, Payment)>) -> Result<Option<Earlier>, Error> {
        for (entry, payment) in found {
            let held = match &entry.owner {
                Some(owner) => self.is_alive(owner)?,
                None => false,
            };
            if !held {
                return self.earlier_of(&entry, payment).map(Some);
            }
        }
        Ok(None)
    }

    /// An entry as the flow knows it. A file that another payment's body was written to, too, is not known
    /// to hold this one's.
    pub(super) fn earlier_of(&mut self, entry: &Entry, payment: Payment) -> Result<Earlier, Error> {
        let settled = entry.state == State::Settled;
        let delivered = entry.delivery.as_ref().filter(|_| settled && entry.came_whole());
        let mut kept = delivered.map(|one| Kept { file: one.file.clone(), bytes: one.bytes });
        if let Some(kept) = &mut kept
            && self.shares_its_file(entry)?
        {
            kept.file = None;
        }
        Ok(Earlier { payment, settled, delivered: kept })
    }

    /// Whether the file that an entry's body was written to is also that of another payment's.
    fn shares_its_file(&mut self, entry: &Entry) -> Result<bool, Error> {
        let Some(file) = entry.delivery.as_ref().and_then(|delivery| delivery.file.as_deref())
        else {
            return Ok(false);
        };
        let shared = "SELECT 1 FROM payments WHERE came_in = ?1 AND seq <> ?2";
        let is_shared = self.read(|ledger| {
            Ok(ledger.prepare_cached(shared)?.exists(params![file, entry.seq])?)
        })?;
        Ok(is_shared != Some(false))
    }

    /// What has arrived of a payment, without the file where that is also another payment's. `id` is a whole
    /// id.
    pub(super) fn arrived(&mut self, id: &str) -> Result<Option<Delivery>, Error> {
        let entry = self.show(id)?;
        let shares = self.shares_its_file(&entry)?;
        let own = |one: Delivery| if shares { Delivery { file: None, ..one } } else { one };
        Ok(entry.delivery.map(own))
    }

    /// Makes an entry this process's, unless it is somebody's who lives; says whether it did.
    pub(super) fn take(&mut self, entry: &Entry, owner: &str) -> Result<bool, Error> {
        if let Some(held) = &entry.owner
            && self.is_alive(held)?
        {
            return Ok(false);
        }
        self.write(Durability::System, |ledger| {
            // What a dead process had signed may have left: a loss of power forgets that it did.
            let state = match entry.state {
                State::Signed => after(entry, Event::Adopt)?,
                state => state,
            };
            let taken = ledger.execute(
                "UPDATE payments SET owner = ?2, state = ?5
                 WHERE seq = ?1 AND owner IS ?3 AND state = ?4",
                params![entry.seq, owner, entry.owner, entry.state.word(), state.word()],
            )?;
            Ok(taken == 1)
        })
    }
}

/// Keeps what the answer was, whatever it leads to.
fn answered(ledger: &Connection, entry: &Entry, verdict: Option<&Verdict>) -> Result<(), Fault> {
    let said = match verdict {
        Some(Verdict::Rejected(said) | Verdict::Undecided(said)) => said.as_ref(),
        Some(
            Verdict::Pending(said)
            | Verdict::Deliver(
                Money::Refused(said) | Money::Doubtful(Doubt::ServedWhilePending(said)),
            ),
        ) => Some(said),
        _ => None,
    };
    let words = said.and_then(Settlement::words);
    let reason = words.map(|words| words.chars().take(MAX_REASON).collect::<String>());
    let named = match verdict {
        Some(Verdict::Deliver(Money::Unproven { transaction, .. })) => transaction.clone(),
        _ => None,
    };
    let transaction = said.and_then(Settlement::transaction_hash).or(named);
    ledger
        .prepare_cached(
            "UPDATE payments SET outcome = ?2, reason = ?3, tx = coalesce(?4, tx) WHERE seq = ?1",
        )?
        .execute(params![entry.seq, Answered::of(verdict).word(), reason, transaction])?;
    Ok(())
}

fn stay_open(ledger: &Connection, entry: &Entry, event: Event, now: u64) -> Result<(), Fault> {
    let state = after(entry, event)?;
    ledger
        .prepare_cached("UPDATE payments SET state = ?2, closed_at = ?3 WHERE seq = ?1")?
        .execute(params![entry.seq, state.word(), integer(now)])?;
    Ok(())
}

/// This process is not busy with it any more.
fn let_go(ledger: &Connection, entry: &Entry) -> Result<(), Fault> {
    ledger
        .prepare_cached("UPDATE payments SET owner = NULL WHERE seq = ?1")?
        .execute([entry.seq])?;
    Ok(())
}
