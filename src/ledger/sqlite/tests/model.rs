//! Any order of anything, on whatever implements the ledger's two traits, against a seller who takes all the money he can without
//! saying so. In half of the worlds he also takes what he refuses: against that lie only budgets hold
//! that want proof.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::ledger::counting::counted;
use crate::ledger::{Came, Delivery, Entry, Expiry, Filter, LedgerAdmin, PayingLedger, State};
use crate::pay::{LEAST_LIFE_SECONDS, Ledger as _};
use crate::policy::{BudgetUnits, Refused};
use crate::protocol::{Asset, Network};

const PROCESSES: usize = 3;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A process fetches a page at a price, in one of several tokens; the earlier payment, if one is
    /// handed out, is taken instead.
    Fetch { process: usize, token: usize, page: usize, price: u64 },
    /// A process takes its next step; `answer` is the server's, if it is due.
    Go { process: usize, answer: Said },
    /// A process goes through to the answer.
    Finish { process: usize, answer: Said },
    /// A process dies.
    Die { process: usize },
    /// Time passes, in seconds.
    Wait(u64),
    /// The clock is so many seconds ahead for one look at the ledger, and then right again.
    Skip(u64),
    /// A chain is asked about a payment.
    Reconcile(usize),
}

#[derive(Debug, Clone, Copy)]
enum Said {
    Settled,
    /// Settled, and the body does not come whole.
    Broken,
    Refused,
    /// Refused, though the money is taken.
    TakenAndRefused,
    /// Nothing, though the money is taken.
    TakenInSilence,
    /// Nothing.
    Silence,
    /// None, because no byte of this sending left.
    Unsent,
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        2 => Just(Said::Settled),
        1 => Just(Said::Broken),
        1 => Just(Said::Refused),
        2 => Just(Said::TakenAndRefused),
        3 => Just(Said::TakenInSilence),
        1 => Just(Said::Silence),
        2 => Just(Said::Unsent),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..PROCESSES, 0..4_usize, 0..3_usize, 1..600_000_u64)
            .prop_map(|(process, token, page, price)| Step::Fetch { process, token, page, price }),
        4 => (0..PROCESSES, said()).prop_map(|(process, answer)| Step::Go { process, answer }),
        4 => (0..PROCESSES, said()).prop_map(|(process, answer)| Step::Finish { process, answer }),
        1 => (0..PROCESSES).prop_map(|process| Step::Die { process }),
        2 => prop_oneof![2 => 1..30_u64, 4 => 600..900_u64, 1 => 1_800..90_000_u64].prop_map(Step::Wait),
        1 => prop_oneof![Just(700_u64), 1_800..90_000_u64].prop_map(Step::Skip),
        1 => (0..20_usize).prop_map(Step::Reconcile),
    ]
}

/// Tokens, with how many of their atomic units a millionth of a token is.
const TOKENS: [(&str, &str, u64); 4] = [
    ("base", "USDC", 1),
    ("base", "EURC", 1),
    ("bsc", "USD1", 1_000_000_000_000),
    ("polygon", "USDC", 1),
];

const PAGES: [&str; 3] = ["https://a.example/1", "https://a.example/2", "https://b.example:8443/"];

/// Where ledgers of one kind are opened, for the model to run on.
trait Stage {
    type Ledger: LedgerAdmin + PayingLedger;

    /// A place without a ledger.
    fn new() -> Self;
    /// The ledger there, as another process opens it. A process that is dropped has died.
    fn open(&self) -> Self::Ledger;
    /// What else must hold of this kind.
    fn check(&self);
}

impl Stage for Home {
    type Ledger = SqliteLedger;

    fn new() -> Self {
        Self::new()
    }

    fn open(&self) -> SqliteLedger {
        SqliteLedger::new(self.ledger())
    }

    fn check(&self) {
        assert_eq!(drift(self), 0);
    }
}

/// A call of [`crate::pay::Ledger`], waited for, of a transfer that lets go of nothing afterwards.
macro_rules! paying {
    ($ledger:ident.$method:ident($($argument:expr),*)) => {{
        let mut caller = $ledger.caller();
        let done = waited(caller.$method($($argument),*));
        std::mem::forget(caller);
        done
    }};
}

/// Where a process is with the payment it is busy with.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Reserved,
    Signed,
    Sent,
}

struct Process<L> {
    ledger: L,
    busy: Option<(u64, At)>,
}

/// The truth about a signature, which the ledger does not see.
struct Signature {
    purchase: Purchase,
    reserved_at: u64,
    signed: bool,
    refused: bool,
    /// In silence or not.
    taken: bool,
    /// What it bought has come whole.
    delivered: bool,
    /// Nothing can come of it any more, and the chain has said so.
    void: bool,
    owner: Option<usize>,
    last: State,
}

struct World<S: Stage> {
    stage: S,
    now: u64,
    processes: Vec<Process<S::Ledger>>,
    signatures: BTreeMap<u64, Signature>,
    budgets: Vec<Budget>,
    /// Whether the seller takes what he refuses.
    lies: bool,
}

impl<S: Stage> World<S> {
    fn new(lies: bool) -> Self {
        let stage = S::new();
        let processes =
            (0..PROCESSES).map(|_| Process { ledger: stage.open(), busy: None }).collect();
        let host = Budget::parse("0.5/hour", Source::Flag("--test"), Some("b.example")).unwrap();
        let mut budgets = vec![
            budget("1/hour"),
            budget("2/day"),
            budget("1.5 USDC/total"),
            budget("1 EURC/week"),
            host,
        ];
        let proved = Budget { refused: Refused::UntilProved, ..budget("1.2/day") };
        budgets.push(proved);
        if lies {
            for budget in &mut budgets {
                budget.refused = Refused::UntilProved;
            }
        }
        Self { stage, now: NOW, processes, signatures: BTreeMap::new(), budgets, lies }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Fetch { process, token, page, price } => self.fetch(process, token, page, price),
            Step::Go { process, answer } => self.go(process, answer),
            Step::Finish { process, answer } => {
                while self.processes[process].busy.is_some() {
                    self.go(process, answer);
                }
            }
            Step::Die { process } => {
                self.processes[process] = Process { ledger: self.stage.open(), busy: None };
                self.signatures.retain(|_, s| s.owner != Some(process) || s.signed);
                for signature in self.signatures.values_mut() {
                    signature.owner = signature.owner.filter(|owner| *owner != process);
                }
            }
            Step::Wait(seconds) => self.now += seconds,
            Step::Skip(seconds) => {
                let ledger = self.stage.open();
                waited(ledger.balances(&self.budgets, self.now + seconds)).unwrap();
            }
            Step::Reconcile(which) => self.reconcile(which),
        }
    }

    fn fetch(&mut self, process: usize, token: usize, page: usize, price: u64) {
        if self.processes[process].busy.is_some() {
            return;
        }
        let number = self.signatures.last_key_value().map_or(1, |(number, _)| number + 1);
        let (network, symbol, unit) = TOKENS[token];
        // Not a whole millionth where the token has smaller units.
        let atomic = price * unit - unit / 3;
        let one = Purchase { network, symbol, atomic, url: PAGES[page], ..purchase(number) };
        let live: Vec<u64> = self.live(&one).collect();
        let taken = self.is_taken(process, &one);
        // The owner says `--pay-again` every other time.
        let again = price.is_multiple_of(2);
        let ledger = &self.processes[process].ledger;
        if let Some(earlier) = paying!(ledger.claim(&one.fingerprint(), self.now)).unwrap() {
            let payment = earlier.payment;
            let number = payment.authorization.nonce.0[31].into();
            assert!(live.contains(&number), "{number} is not to be had");
            self.signatures.get_mut(&number).unwrap().owner = Some(process);
            self.processes[process].busy = Some((number, At::Signed));
            return;
        }
        assert!(live.is_empty(), "{live:?} may still settle, and was not handed out");
        let place = (&Method::GET, &one.url());
        let busy = paying!(ledger.busy(&one.asked(), place, &[], self.now)).unwrap();
        assert_eq!(busy.is_some(), taken, "whether another process is busy with one");
        let beside = (!again).then_some(&[][..]);
        let reservation = Reservation {
            authorization: &one.authorization(self.now),
            asked: &one.asked(),
            method: &Method::GET,
            url: &one.url(),
            budgets: &self.budgets,
            now: self.now,
            earliest: self.now,
            beside,
        };
        match paying!(ledger.reserve(&reservation)) {
            Ok(()) => assert!(again || !taken, "another was signed beside it"),
            Err(Unreserved::Overtaken) => {
                assert!(taken && !again, "nothing stood in the way");
                return;
            }
            Err(Unreserved::OverBudget(shortage)) => {
                let sum = shortage.balance.left.count();
                assert!(shortage.needed.count() > sum);
                assert!(shortage.fits_at.is_none_or(|at| at > self.now));
                return;
            }
            Err(Unreserved::Failed(error)) => panic!("{error}"),
        }
        self.processes[process].busy = Some((number, At::Reserved));
        let signature = Signature {
            purchase: one,
            reserved_at: self.now,
            signed: false,
            refused: false,
            taken: false,
            delivered: false,
            void: false,
            owner: Some(process),
            last: State::Reserved,
        };
        self.signatures.insert(number, signature);
    }

    /// Signatures for the same page that may still be settled, by the ledger, or are settled and were
    /// not delivered, and are nobody's.
    fn live(&self, one: &Purchase) -> impl Iterator<Item = u64> {
        self.signatures.iter().filter_map(|(number, s)| {
            let free = s.owner.is_none() && s.signed;
            let may_settle = s.last.is_open() && self.now < s.reserved_at + OVER;
            let lives = self.now + LEAST_LIFE_SECONDS <= s.reserved_at + LIFE;
            let owed = s.last == State::Settled && !s.delivered && lives;
            (free && (may_settle || owed) && s.purchase.url == one.url).then_some(*number)
        })
    }

    /// Whether another process is busy with a signature for the same page, or is about to make one.
    fn is_taken(&self, process: usize, one: &Purchase) -> bool {
        self.signatures.values().any(|s| {
            let elsewhere = s.owner.is_some_and(|owner| owner != process);
            // Its time does not matter: the other process may be busy for longer.
            let owed = s.last == State::Settled && !s.delivered;
            let counts = s.last == State::Reserved || s.last.is_open() || owed;
            elsewhere && counts && s.purchase.url == one.url
        })
    }

    fn go(&mut self, process: usize, answer: Said) {
        let now = self.now;
        let Process { ledger, busy } = &mut self.processes[process];
        let Some((number, at)) = *busy else { return };
        let signature = self.signatures.get_mut(&number).unwrap();
        let payment = signature.purchase.payment(signature.reserved_at);
        match at {
            At::Reserved => {
                paying!(ledger.signed(&payment, now)).unwrap();
                signature.signed = true;
                *busy = Some((number, At::Signed));
            }
            At::Signed => {
                let sent = paying!(ledger.sent(&payment, now));
                // What time has closed in the meantime does not leave any more; what is settled does,
                // for the goods.
                let late = now >= signature.reserved_at + LIFE;
                let over = late && signature.last != State::Settled;
                assert_eq!(sent.is_err(), over);
                if over {
                    paying!(ledger.release(&payment.id)).unwrap();
                }
                *busy = sent.is_ok().then_some((number, At::Sent));
                signature.owner = signature.owner.filter(|_| sent.is_ok());
            }
            At::Sent => {
                let in_time = now < signature.reserved_at + LIFE;
                let verdict = match answer {
                    Said::Settled | Said::Broken if in_time || signature.taken => {
                        signature.taken = true;
                        Some(settled())
                    }
                    Said::TakenAndRefused if in_time && self.lies => {
                        signature.taken = true;
                        Some(refused())
                    }
                    Said::Refused | Said::TakenAndRefused => {
                        signature.refused = !signature.taken;
                        Some(refused())
                    }
                    Said::Unsent => Some(Verdict::Unsent),
                    Said::TakenInSilence if in_time => {
                        signature.taken = true;
                        None
                    }
                    _ => None,
                };
                paying!(ledger.close(&payment, verdict.as_ref(), now)).unwrap();
                if verdict == Some(settled()) {
                    if matches!(answer, Said::Broken) {
                        paying!(ledger.release(&payment.id)).unwrap();
                    } else {
                        let whole = Delivery::of(Came::Whole);
                        waited(ledger.came(&payment.id, &whole, Some(now))).unwrap();
                    }
                    signature.delivered |= !matches!(answer, Said::Broken);
                }
                signature.owner = None;
                *busy = None;
            }
        }
    }

    fn reconcile(&mut self, which: usize) {
        let Some((number, signature)) = self.signatures.iter_mut().nth(which) else { return };
        let id = purchase(*number).payment(NOW).id;
        let ledger = self.stage.open();
        if signature.taken {
            let already = signature.last == State::Settled;
            assert_eq!(waited(ledger.prove_settled(&id, None, None, self.now)).is_err(), already);
        } else {
            let ended = signature.last.is_open() && self.now >= signature.reserved_at + OVER;
            assert_eq!(waited(ledger.expire(&id, Expiry::Unused, self.now)).is_ok(), ended);
            signature.void |= ended;
        }
    }

    fn check(&mut self) {
        let ledger = self.stage.open();
        // A look at the balances undoes the reservations of processes that died.
        let balances = waited(ledger.balances(&self.budgets, self.now)).unwrap();
        let entries = waited(ledger.list(&Filter::default(), 999)).unwrap();
        for entry in &entries {
            let number: u64 = entry.nonce.0[31].into();
            let Some(signature) = self.signatures.get_mut(&number) else {
                assert_eq!(entry.state, State::Reserved);
                continue;
            };
            if signature.last.is_final() {
                assert_eq!(entry.state, signature.last);
            }
            signature.last = entry.state;
            assert!(entry.state != State::Settled || signature.taken, "{number} was not taken");
            assert!(entry.state != State::Expired || !signature.taken, "{number} was taken");
        }
        for balance in balances {
            let most = balance.budget.most();
            let together = balance.spent.plus(balance.unproven).plus(balance.outstanding);
            assert!(together <= most, "{}: {together}", balance.budget);
            assert_eq!(balance.left, most.less(together));
            // The rule, entry by entry.
            let of_the_budget = |entry: &&Entry| {
                let network = Network::of_v2(&entry.network).unwrap();
                let asset = Asset::at(network, entry.asset).unwrap();
                balance.budget.counts(asset, &entry.url.parse().unwrap())
            };
            let each = entries.iter().filter(of_the_budget);
            let sum = each.fold(BudgetUnits::default(), |sum, entry| {
                sum.plus(counted(entry, &balance.budget, self.now))
            });
            assert_eq!(together, sum, "{}: the sums and the rule differ", balance.budget);
            let truth = self.truth(&balance.budget);
            let limit = U256::from(most.count()) * U256::from(10).pow(U256::from(12));
            assert!(truth <= limit, "{}: the seller has {truth}", balance.budget);
        }
        self.stage.check();
    }

    /// What a budget has let the seller have, or still lets him take, in 10^-18 of a token.
    fn truth(&self, budget: &Budget) -> U256 {
        let counts = |s: &&Signature| {
            let quote = s.purchase.quote();
            let young = budget.period.seconds().is_none_or(|p| self.now < s.reserved_at + p);
            let takes = s.signed && !s.void && self.now < s.reserved_at + LIFE;
            budget.counts(quote.asset, &s.purchase.url())
                && ((s.taken && young) || (takes && !s.taken))
        };
        let exact = |s: &Signature| {
            let places = 18 - u32::from(s.purchase.quote().asset.decimals);
            U256::from(s.purchase.atomic) * U256::from(10).pow(U256::from(places))
        };
        self.signatures.values().filter(counts).map(exact).fold(U256::ZERO, |a, b| a + b)
    }
}

/// How many sums differ from the entries they are sums of.
pub(super) fn drift(home: &Home) -> u32 {
    if !home.path().exists() {
        return 0;
    }
    let ledger = rusqlite::Connection::open(home.path()).unwrap();
    let fresh = "
        SELECT CASE d.i WHEN 0 THEN upper(symbol) ELSE '$' END AS unit,
               CASE s.i WHEN 0 THEN '' WHEN 1 THEN host ELSE authority END AS scope,
               CASE h.i WHEN 0 THEN -1 ELSE reserved_at / 3600 END AS hour,
               sum(iif(state IN ('rejected', 'unsent'), 0, counted)) AS amount,
               sum(iif(state IN ('rejected', 'unsent'), counted, 0)) AS refused
        FROM payments, (SELECT 0 AS i UNION SELECT 1) AS d,
             (SELECT 0 AS i UNION SELECT 1 UNION SELECT 2) AS s,
             (SELECT 0 AS i UNION SELECT 1) AS h
        WHERE d.i = 0 OR dollar GROUP BY 1, 2, 3";
    ledger
        .query_row(
            &format!(
                "WITH fresh AS ({fresh}),
                   lost AS (SELECT * FROM fresh EXCEPT SELECT * FROM counted),
                   extra AS (SELECT * FROM counted WHERE amount + refused <> 0 EXCEPT SELECT * FROM fresh)
                 SELECT (SELECT count(*) FROM lost) + (SELECT count(*) FROM extra)"
            ),
            [],
            |row| row.get(0),
        )
        .unwrap()
}

/// An eighth of the usual number, because each case is a few hundred writes to a disk. The usual
/// number is what `PROPTEST_CASES` says: 8000 there makes a thousand here.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(8), ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_order_of_things_spends_more_than_a_budget(
        steps in proptest::collection::vec(step(), 1..60),
        lies: bool,
    ) {
        let mut world = World::<Home>::new(lies);
        for step in steps {
            world.take(&step);
            world.check();
        }
    }
}
