//! The ledger in memory: what [`pay402::pay::Ledger`] promises, for many processes, without a disk.
//!
//! Written after the documentation of `pay402::ledger`, not after its code, so that each is a check on the
//! other.

use std::rc::Rc;

use ::http::Method;
use pay402::ledger::State;
use pay402::pay::{
    Asked, Busy, CLOCK_MARGIN_SECONDS, Earlier, Fingerprint, Kept, LEAST_LIFE_SECONDS, Ledger,
    Money, Payment, Process, Recorded, Reservation, Unreserved, Verdict,
};
use pay402::policy::{Balance, Budget, BudgetUnits, Quote, Refused, SellerHistory, Shortage};
use url::Url;

use super::shopper::{ProcessLedger, pause};
use super::world::{Planted, World};

/// A payment of the ledger.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) state: State,
    asked: Asked,
    place: (Method, Url),
    /// The process that is busy with it.
    owner: Option<u64>,
    quote: Quote,
    valid_before: u64,
    since: u64,
    pub(crate) sendings: u32,
    pub(crate) payment: Option<Payment>,
    /// Whether all that it bought has come.
    whole: bool,
    /// Whether the purchase is over.
    over: bool,
}

/// All of them, and which processes live.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) all: Vec<Entry>,
    living: Vec<u64>,
}

impl Entries {
    pub(crate) fn begin(&mut self, process: u64) {
        self.living.push(process);
    }

    pub(crate) fn end(&mut self, process: u64) {
        self.living.retain(|one| *one != process);
    }

    fn entry(&mut self, id: &str) -> &mut Entry {
        self.all.iter_mut().find(|entry| entry.id == id).expect("an entry")
    }

    /// Asks the chain about every payment that nobody is busy with, and closes those of which it has proof.
    pub(crate) fn reconcile(&mut self, world: &World) {
        let signatures = world.signatures.borrow();
        for entry in &mut self.all {
            let is_busy = entry.owner.is_some_and(|owner| self.living.contains(&owner));
            let is_open = !matches!(entry.state, State::Reserved | State::Settled | State::Expired);
            let Some(payment) = entry.payment.as_ref().filter(|_| is_open && !is_busy) else {
                continue;
            };
            let truth = &signatures[payment.header.value.to_str().expect("text")];
            let is_lapsed = world.now.get() >= entry.valid_before + CLOCK_MARGIN_SECONDS;
            if truth.settled_at.is_some() {
                entry.state = State::Settled;
            } else if is_lapsed || world.is_planted(Planted::ExpiresEarly) {
                entry.state = State::Expired;
            } else {
                continue;
            }
            world.show(|| format!("the chain proves {} {:?}", entry.id, entry.state));
            world.count(|tally| &mut tally.proved);
        }
    }

    /// The payments that `resume` can name, with the requests they are for.
    pub(crate) fn resumable(&self, world: &World) -> Vec<(String, usize)> {
        let signatures = world.signatures.borrow();
        let request = |entry: &Entry| {
            let payment = entry.payment.as_ref()?;
            let truth = &signatures[payment.header.value.to_str().expect("text")];
            entry.is_wanted(world.now.get()).then(|| (entry.id.clone(), truth.request))
        };
        self.all.iter().filter_map(request).collect()
    }

    /// Makes a payment a process's.
    fn take(&mut self, id: &str, process: u64) -> Option<Earlier> {
        let entry = self.entry(id);
        // A process that died may have sent it.
        if entry.state == State::Signed {
            entry.state = State::Unknown;
        }
        entry.owner = Some(process);
        entry.earlier()
    }

    /// Whether another process lives that is busy with it.
    fn is_held(&self, entry: &Entry, process: u64) -> bool {
        entry.owner.is_some_and(|owner| owner != process && self.living.contains(&owner))
    }
}

impl Entry {
    /// Whether something can still come of it by sending it again.
    fn is_wanted(&self, now: u64) -> bool {
        let can_settle = now < self.valid_before + CLOCK_MARGIN_SECONDS;
        let is_taken = now + LEAST_LIFE_SECONDS <= self.valid_before;
        match self.state {
            State::Reserved | State::Expired => false,
            State::Settled => !self.over && is_taken,
            _ => can_settle,
        }
    }

    fn is_for(&self, asked: &Asked) -> bool {
        self.asked.fingerprint.whole() == asked.fingerprint.whole()
    }

    /// Whether it may be for the same goods by other headers, or by another way to the same place.
    fn is_rival(&self, asked: &Asked, place: (&Method, &Url)) -> bool {
        let alike = self.asked.fingerprint.is_alike(&asked.fingerprint);
        let there = (&self.place.0, &self.place.1) == place && self.asked.url != asked.url;
        !self.is_for(asked) && (alike || there)
    }

    /// Whether it is for the purchase itself or a rival of it.
    fn is_related(&self, asked: &Asked, place: (&Method, &Url)) -> bool {
        self.is_for(asked) || self.is_rival(asked, place)
    }

    fn earlier(&self) -> Option<Earlier> {
        let settled = self.state == State::Settled;
        let kept = Kept { file: None, bytes: None };
        let delivered = (settled && self.whole).then_some(kept);
        Some(Earlier { payment: self.payment.clone()?, settled, delivered })
    }
}

/// The ledger, as one process sees it.
pub(crate) struct MemoryLedger {
    pub(crate) world: Rc<World>,
    pub(crate) process: u64,
    /// The request's number, for the truth about what is signed.
    pub(crate) request: usize,
    pub(crate) extra: bool,
}

impl MemoryLedger {
    fn claimable(&self, fingerprint: &Fingerprint, now: u64) -> Vec<String> {
        if self.world.is_planted(Planted::ClaimsNothing) {
            return Vec::new();
        }
        let margin = CLOCK_MARGIN_SECONDS * u64::from(self.world.is_planted(Planted::LapsesEarly));
        let entries = self.world.entries.borrow();
        let wanted = |entry: &&Entry| {
            entry.asked.fingerprint.whole() == fingerprint.whole()
                && entry.is_wanted(now + margin)
                && !entries.is_held(entry, self.process)
        };
        let mut found: Vec<_> = entries.all.iter().filter(wanted).collect();
        found.sort_by_key(|entry| std::cmp::Reverse(entry.valid_before));
        found.into_iter().map(|entry| entry.id.clone()).collect()
    }

    fn shortage_of(
        &self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Option<Shortage> {
        let needed = BudgetUnits::of_price(quote.amount, quote.asset.decimals);
        let entries = self.world.entries.borrow();
        budgets.iter().filter(|budget| budget.counts(quote.asset, url)).find_map(|budget| {
            let counts = |entry: &&Entry| self.counts(entry, budget, now);
            let sum = |sum: BudgetUnits, entry: &Entry| {
                sum.plus(BudgetUnits::of_price(entry.quote.amount, entry.quote.asset.decimals))
            };
            let committed = entries.all.iter().filter(counts).fold(BudgetUnits::default(), sum);
            let left = budget.most().less(committed);
            let balance = Balance { left, ..Balance::untouched(budget) };
            (needed > left).then_some(Shortage { balance, needed, fits_at: None })
        })
    }

    /// Whether an entry counts against a budget in total.
    fn counts(&self, entry: &Entry, budget: &Budget, now: u64) -> bool {
        let can_settle = now < entry.valid_before + CLOCK_MARGIN_SECONDS;
        let proved = budget.refused == Refused::UntilProved;
        match entry.state {
            State::Settled | State::Signed | State::Reserved => true,
            State::Sent | State::Unknown => {
                can_settle || !self.world.is_planted(Planted::CountsAnswersOnly)
            }
            State::Rejected if self.world.is_planted(Planted::BelievesRefusals) => false,
            State::Rejected | State::Unsent => can_settle || proved,
            State::Expired => false,
        }
    }

    /// Whether an entry keeps another from being signed beside it.
    fn is_in_the_way(&self, entry: &Entry, asked: &Asked, accepted: &[String], now: u64) -> bool {
        if accepted.contains(&entry.id) || entry.owner == Some(self.process) {
            return false;
        }
        if self.world.entries.borrow().is_held(entry, self.process) {
            return !self.world.is_planted(Planted::SeesNobodyBusy);
        }
        let is_for_the_same =
            entry.is_for(asked) || !(entry.state == State::Settled && entry.whole);
        entry.is_wanted(now)
            && is_for_the_same
            && !self.world.is_planted(Planted::ClaimsNothing)
            && !self.world.is_planted(Planted::LapsesEarly)
    }
}

impl ProcessLedger for MemoryLedger {
    async fn came(&mut self, id: &str, whole: bool, over: bool) {
        pause(&self.world).await;
        let mut entries = self.world.entries.borrow_mut();
        let entry = entries.entry(id);
        entry.whole |= whole;
        entry.over |= over;
        entry.owner = None;
    }
}

impl Ledger for MemoryLedger {
    type Error = &'static str;

    async fn claim(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, &'static str> {
        pause(&self.world).await;
        let Some(id) = self.claimable(fingerprint, now).into_iter().next() else { return Ok(None) };
        let found = self.world.entries.borrow_mut().take(&id, self.process);
        self.world.show(|| format!("{}: claims {id}", self.process));
        pause(&self.world).await;
        Ok(found)
    }

    async fn claim_by_id(&mut self, id: &str, now: u64) -> Result<Earlier, &'static str> {
        pause(&self.world).await;
        let mut entries = self.world.entries.borrow_mut();
        let entry = entries.all.iter().find(|entry| entry.id == id).ok_or("no such payment")?;
        if !entry.is_wanted(now) || entries.is_held(entry, self.process) {
            return Err("not to be sent again");
        }
        entries.take(id, self.process).ok_or("not signed")
    }

    async fn find(
        &mut self,
        fingerprint: &Fingerprint,
        now: u64,
    ) -> Result<Option<Earlier>, &'static str> {
        pause(&self.world).await;
        let Some(id) = self.claimable(fingerprint, now).into_iter().next() else { return Ok(None) };
        Ok(self.world.entries.borrow_mut().entry(&id).earlier())
    }

    async fn rival(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        now: u64,
    ) -> Result<Option<Earlier>, &'static str> {
        pause(&self.world).await;
        let entries = self.world.entries.borrow();
        let mut found = entries.all.iter().filter(|entry| {
            entry.is_rival(asked, place)
                && entry.is_wanted(now)
                && !known.contains(&entry.id)
                && !(entry.state == State::Settled && entry.whole)
                && !entries.is_held(entry, self.process)
        });
        Ok(found.next().and_then(Entry::earlier))
    }

    async fn busy(
        &mut self,
        asked: &Asked,
        place: (&Method, &Url),
        known: &[String],
        _: u64,
    ) -> Result<Option<Busy>, &'static str> {
        pause(&self.world).await;
        if self.world.is_planted(Planted::SeesNobodyBusy) {
            return Ok(None);
        }
        let entries = self.world.entries.borrow();
        let mut held = entries.all.iter().filter(|entry| {
            entry.is_related(asked, place)
                && entries.is_held(entry, self.process)
                && !known.contains(&entry.id)
        });
        Ok(held.next().map(|entry| Busy {
            id: entry.id.clone(),
            quote: entry.quote.clone(),
            url: entry.place.1.clone(),
            same: entry.is_for(asked),
            settled: entry.state == State::Settled,
            since: entry.since,
            valid_before: entry.valid_before,
            process: Process { id: None, stopped: false },
        }))
    }

    async fn seller_history(&mut self, url: &Url) -> Result<SellerHistory, &'static str> {
        pause(&self.world).await;
        let origin = url.origin().ascii_serialization();
        Ok(SellerHistory { origin, payments: Vec::new(), trusted: Vec::new() })
    }

    async fn shortage(
        &mut self,
        quote: &Quote,
        url: &Url,
        budgets: &[Budget],
        now: u64,
    ) -> Result<Option<Box<Shortage>>, &'static str> {
        pause(&self.world).await;
        Ok(self.shortage_of(quote, url, budgets, now).map(Box::new))
    }

    async fn reserve(
        &mut self,
        reservation: &Reservation<'_>,
    ) -> Result<(), Unreserved<&'static str>> {
        pause(&self.world).await;
        let Reservation { authorization, asked, method, url, budgets, now, earliest, beside } =
            reservation;
        if let Some(accepted) = beside {
            let stands = |entry: &Entry| {
                entry.is_related(asked, (method, url))
                    && self.is_in_the_way(entry, asked, accepted, *earliest)
            };
            let found = self.world.entries.borrow().all.iter().any(stands);
            if found {
                return Err(Unreserved::Overtaken);
            }
        }
        if let Some(shortage) = self.shortage_of(&authorization.quote, url, budgets, *earliest) {
            return Err(Unreserved::OverBudget(Box::new(shortage)));
        }
        self.world.entries.borrow_mut().all.push(Entry {
            id: authorization.identifier(),
            state: State::Reserved,
            asked: (*asked).clone(),
            place: ((*method).clone(), (*url).clone()),
            owner: Some(self.process),
            quote: authorization.quote.clone(),
            valid_before: authorization.valid_before,
            since: *now,
            sendings: 0,
            payment: None,
            whole: false,
            over: false,
        });
        self.world.show(|| format!("{}: reserves {}", self.process, authorization.identifier()));
        pause(&self.world).await;
        Ok(())
    }

    async fn release(&mut self, id: &str) -> Result<(), &'static str> {
        pause(&self.world).await;
        let mut entries = self.world.entries.borrow_mut();
        entries.all.retain(|entry| entry.id != id || entry.state != State::Reserved);
        if let Some(entry) = entries.all.iter_mut().find(|entry| entry.id == id)
            && entry.owner == Some(self.process)
        {
            entry.owner = None;
        }
        Ok(())
    }

    async fn signed(&mut self, payment: &Payment, _: u64) -> Result<(), &'static str> {
        pause(&self.world).await;
        self.world.records(payment, self.request, self.extra);
        {
            let mut entries = self.world.entries.borrow_mut();
            let entry = entries.entry(&payment.id);
            entry.state = State::Signed;
            entry.payment = Some(payment.clone());
        }
        self.world.show(|| format!("{}: has signed {}", self.process, payment.id));
        pause(&self.world).await;
        Ok(())
    }

    async fn sent(&mut self, payment: &Payment, now: u64) -> Result<(), &'static str> {
        pause(&self.world).await;
        if !self.world.is_planted(Planted::ForgetsSendings) {
            let mut entries = self.world.entries.borrow_mut();
            let entry = entries.entry(&payment.id);
            if entry.state != State::Settled {
                if now >= entry.valid_before || entry.state == State::Expired {
                    return Err("lapsed");
                }
                entry.state = match entry.state {
                    State::Signed | State::Unsent | State::Rejected => State::Sent,
                    _ => State::Unknown,
                };
            }
            entry.sendings += 1;
        }
        self.world.show(|| format!("{}: sends {}", self.process, payment.id));
        pause(&self.world).await;
        Ok(())
    }

    async fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        _: u64,
    ) -> Result<Recorded, &'static str> {
        pause(&self.world).await;
        let recorded = {
            let mut entries = self.world.entries.borrow_mut();
            let entry = entries.entry(&payment.id);
            entry.state = match (entry.state, verdict) {
                (State::Settled | State::Expired, _) => entry.state,
                (_, Some(Verdict::Deliver(Money::Settled(_) | Money::NotDelivered(_)))) => {
                    State::Settled
                }
                (state, Some(Verdict::Unsent)) => {
                    let was_refused = state == State::Sent && entry.sendings > 1;
                    entry.sendings = entry.sendings.saturating_sub(1);
                    match state {
                        State::Sent if was_refused => State::Rejected,
                        State::Sent | State::Signed => State::Unsent,
                        _ => State::Unknown,
                    }
                }
                (
                    State::Sent,
                    Some(
                        Verdict::Rejected(_)
                        | Verdict::Unprocessed
                        | Verdict::Deliver(Money::Refused(_)),
                    ),
                ) => State::Rejected,
                _ => State::Unknown,
            };
            if !matches!(verdict, Some(Verdict::Deliver(_))) {
                entry.owner = None;
            }
            match entry.state {
                State::Settled => Recorded::Settled,
                State::Unsent => Recorded::Unsent,
                State::Rejected | State::Expired => Recorded::Refused,
                _ => Recorded::Unknown,
            }
        };
        self.world.show(|| format!("{}: closes {} as {recorded:?}", self.process, payment.id));
        pause(&self.world).await;
        Ok(recorded)
    }
}
