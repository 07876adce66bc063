//! The time, the chance, and the truth about every signature, which neither the program nor a seller sees
//! whole. What must always hold is here.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use alloy_primitives::B256;
use pay402::pay::{LEAST_LIFE_SECONDS, Payment};
use pay402::policy::{Budget, Refused, Source};

use super::ledger::Entries;
use super::seller::PAGES;

/// Where the virtual time begins, in Unix seconds.
pub(crate) const START: u64 = 1_750_000_000;

/// A fault that is planted in what the flow stands on, to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planted {
    /// The ledger hands out no payment that may still settle.
    ClaimsNothing,
    /// The ledger does not see what another process is busy with.
    SeesNobodyBusy,
    /// A payment stops standing in the way when this machine's clock says that its validity is over.
    LapsesEarly,
    /// What was never answered does not count against a budget.
    CountsAnswersOnly,
    /// A refusal makes room at once.
    BelievesRefusals,
    /// What may have arrived is called unsent.
    CallsLostUnsent,
    /// A purchase is over though its body was cut off.
    EndsCutPurchases,
    /// The network takes what is over, too.
    SendsWhatIsOver,
    /// That it leaves is not recorded.
    ForgetsSendings,
    /// What is not settled yet is taken for one that never will be.
    ExpiresEarly,
}

impl Planted {
    pub(crate) const ALL: [Self; 10] = [
        Self::ClaimsNothing,
        Self::SeesNobodyBusy,
        Self::LapsesEarly,
        Self::CountsAnswersOnly,
        Self::BelievesRefusals,
        Self::CallsLostUnsent,
        Self::EndsCutPurchases,
        Self::SendsWhatIsOver,
        Self::ForgetsSendings,
        Self::ExpiresEarly,
    ];
}

/// How often things happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) signatures: u64,
    pub(crate) arrivals: u64,
    pub(crate) settled: u64,
    pub(crate) delivered: u64,
    pub(crate) resent: u64,
    pub(crate) resumed: u64,
    pub(crate) proved: u64,
    pub(crate) deaths: u64,
    pub(crate) refused_for_budget: u64,
    pub(crate) refused_for_another: u64,
    pub(crate) signed_beside: u64,
    pub(crate) unsent: u64,
    pub(crate) sent_twice: u64,
    pub(crate) over_before_it_left: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.all().into_iter().zip(other.clone().all()) {
            *mine += *theirs;
        }
    }

    fn all(&mut self) -> [&mut u64; 15] {
        [
            &mut self.runs,
            &mut self.signatures,
            &mut self.arrivals,
            &mut self.settled,
            &mut self.delivered,
            &mut self.resent,
            &mut self.resumed,
            &mut self.proved,
            &mut self.deaths,
            &mut self.refused_for_budget,
            &mut self.refused_for_another,
            &mut self.signed_beside,
            &mut self.unsent,
            &mut self.sent_twice,
            &mut self.over_before_it_left,
        ]
    }

    /// A simulator in which something never happens says nothing about it.
    pub(crate) fn assert_everything_happened(&self, schedules: u64) {
        if schedules >= 1_000 {
            let mut tally = self.clone();
            assert!(tally.all().into_iter().all(|count| *count > 0), "{self:?}");
        }
    }
}

/// One signature, as it really is.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// What it is for: purchases of one group must not be bought side by side.
    pub(crate) group: usize,
    /// Which of the group.
    pub(crate) request: usize,
    /// Whether the owner wanted it whatever else is out.
    pub(crate) extra: bool,
    pub(crate) amount: u64,
    pub(crate) valid_before: u64,
    pub(crate) nonce: B256,
    /// Whether it may have left the machine.
    pub(crate) left: bool,
    /// How often it arrived.
    pub(crate) arrivals: u32,
    /// How many arrivals were answered with a refusal that reached the client.
    pub(crate) refusals: u32,
    /// When it settled on the chain, by the true time.
    pub(crate) settled_at: Option<u64>,
    /// Whether what it buys has come whole.
    pub(crate) delivered: bool,
}

impl Signature {
    /// Whether money can still move by it, or what it bought be asked for, once it has left.
    fn can_matter(&self, now: u64) -> bool {
        // A process whose clock is a second ahead of the server's counts that second by its own.
        let least = if self.settled_at.is_some() { LEAST_LIFE_SECONDS + 1 } else { 1 };
        !self.delivered && now + least <= self.valid_before
    }

    /// The same of one that has left.
    fn is_live(&self, now: u64) -> bool {
        self.left && self.can_matter(now)
    }
}

/// Everything that the processes of one schedule share.
pub(crate) struct World {
    pub(crate) chance: RefCell<fastrand::Rng>,
    /// The true time, which is the chain's and the sellers', in Unix seconds.
    pub(crate) now: Cell<u64>,
    pub(crate) entries: RefCell<Entries>,
    /// By the header that carries it.
    pub(crate) signatures: RefCell<BTreeMap<String, Signature>>,
    /// Settlements that a seller does later: when, and of which header.
    pub(crate) later: RefCell<Vec<(u64, String)>>,
    pub(crate) tally: RefCell<Tally>,
    pub(crate) budgets: Vec<Budget>,
    /// The most that all money together may come to, in atomic units, where a total budget says so.
    pub(crate) most: Option<u64>,
    pub(crate) planted: Option<Planted>,
    /// Whether sellers also take what they refuse.
    pub(crate) takes_refused: bool,
    /// Whether everything works from now on.
    pub(crate) is_calm: Cell<bool>,
    pub(crate) violation: RefCell<Option<String>>,
    shows: bool,
}

impl World {
    pub(crate) fn new(seed: u64, planted: Option<Planted>, shows: bool) -> Rc<Self> {
        let mut chance = fastrand::Rng::with_seed(seed);
        let most = chance.bool().then(|| chance.u64(1..8) * 10_000);
        let takes_refused = chance.bool();
        let budgets = most.map(|most| {
            let text = format!("{}.{:06}/total", most / 1_000_000, most % 1_000_000);
            let mut budget =
                Budget::parse(&text, Source::Flag("--budget"), None).expect("a budget");
            // Against sellers who take what they refuse only this holds.
            budget.refused =
                if takes_refused { Refused::UntilProved } else { Refused::UntilExpiry };
            budget
        });
        Rc::new(Self {
            chance: RefCell::new(chance),
            now: Cell::new(START),
            entries: RefCell::default(),
            signatures: RefCell::default(),
            later: RefCell::default(),
            tally: RefCell::default(),
            budgets: budgets.into_iter().collect(),
            most,
            planted,
            takes_refused,
            is_calm: Cell::new(false),
            violation: RefCell::default(),
            shows,
        })
    }

    pub(crate) fn is_planted(&self, planted: Planted) -> bool {
        self.planted == Some(planted)
    }

    /// Whether something happens that happens so many times in a thousand; nothing does when all is calm.
    pub(crate) fn happens(&self, in_a_thousand: u32) -> bool {
        !self.is_calm.get() && self.chance.borrow_mut().u32(0..1_000) < in_a_thousand
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.chance.borrow_mut().u64(0..end)
    }

    pub(crate) fn count(&self, what: impl Fn(&mut Tally) -> &mut u64) {
        *what(&mut self.tally.borrow_mut()) += 1;
    }

    /// Says what happens, to whoever replays a schedule.
    pub(crate) fn show(&self, what: impl FnOnce() -> String) {
        if self.shows {
            println!("{:>6} {}", self.now.get() - START, what());
        }
    }

    pub(crate) fn violate(&self, what: impl FnOnce() -> String) {
        let mut violation = self.violation.borrow_mut();
        if violation.is_none() {
            let what = what();
            self.show(|| format!("VIOLATION: {what}"));
            *violation = Some(what);
        }
    }

    /// Lets time pass, and what sellers do meanwhile.
    pub(crate) fn pass(&self, seconds: u64) {
        let now = self.now.get() + seconds;
        let due: Vec<_> = {
            let mut later = self.later.borrow_mut();
            let (due, rest) = later.drain(..).partition(|(at, _)| *at <= now);
            *later = rest;
            due
        };
        for (at, header) in due {
            self.now.set(at.max(self.now.get()));
            self.settle(&header);
        }
        self.now.set(now);
    }

    /// Moves the money, as a chain does: in time, and once for a nonce. Whether it has moved.
    pub(crate) fn settle(&self, header: &str) -> bool {
        let now = self.now.get();
        let mut signatures = self.signatures.borrow_mut();
        let Some(signature) = signatures.get_mut(header) else { return false };
        if signature.settled_at.is_none() && now < signature.valid_before {
            signature.settled_at = Some(now);
            self.show(|| format!("the chain moves {} by {}", signature.amount, signature.nonce));
            self.count(|tally| &mut tally.settled);
        }
        let settled = signature.settled_at.is_some();
        drop(signatures);
        self.check_money();
        settled
    }

    /// A signature is made, and recorded by the ledger.
    fn signed(&self, header: String, signature: Signature) {
        self.count(|tally| &mut tally.signatures);
        self.check_alone(&signature);
        self.signatures.borrow_mut().insert(header, signature);
    }

    /// A payment is signed, and the ledger has recorded it.
    pub(crate) fn records(&self, payment: &Payment, request: usize, extra: bool) {
        let authorization = &payment.authorization;
        let header = payment.header.value.to_str().expect("text").to_owned();
        self.signed(
            header,
            Signature {
                group: PAGES[request].group,
                request,
                extra,
                amount: authorization.quote.amount.atomic().to(),
                valid_before: authorization.valid_before,
                nonce: authorization.nonce,
                left: false,
                arrivals: 0,
                refusals: 0,
                settled_at: None,
                delivered: false,
            },
        );
    }

    /// A payment leaves the machine, of a process whose clock says `local`.
    pub(crate) fn leaves(&self, header: &str, local: u64) {
        let Some(signature) = self.signatures.borrow().get(header).cloned() else {
            self.violate(|| "a payment leaves that was never recorded as signed".to_owned());
            return;
        };
        if local >= signature.valid_before {
            self.violate(|| format!("{} leaves when it is over", signature.nonce));
        }
        self.check_alone(&signature);
        if let Some(signature) = self.signatures.borrow_mut().get_mut(header) {
            signature.left = true;
        }
        self.check_money();
    }

    /// Nothing else of a group lives beside a signature unless the owner wants it.
    fn check_alone(&self, signature: &Signature) {
        let now = self.now.get();
        // One that has settled and is nearly over is no payment any more: what is signed beside it is the
        // purchase's only one, and sending it again moves nothing.
        if signature.extra || !signature.can_matter(now) {
            return;
        }
        let signatures = self.signatures.borrow();
        let live = signatures.values().find(|other| {
            let is_other = other.nonce != signature.nonce && other.group == signature.group;
            is_other && !other.extra && other.is_live(now)
        });
        if let Some(other) = live {
            self.violate(|| {
                let (one, two) = (signature.nonce, other.nonce);
                let (first, second) = (signature.valid_before, other.valid_before);
                format!("never twice: {one} until {first} beside {two} until {second}")
            });
        }
    }

    /// All that moved and all that still can move is within the budget.
    pub(crate) fn check_money(&self) {
        let Some(most) = self.most else { return };
        let now = self.now.get();
        let signatures = self.signatures.borrow();
        let moves =
            |one: &&Signature| one.settled_at.is_some() || one.left && now < one.valid_before;
        let together: u64 = signatures.values().filter(moves).map(|one| one.amount).sum();
        if together > most {
            self.violate(|| format!("never more: {together} moved or can move, of {most}"));
        }
    }
}
