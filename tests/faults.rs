//! SIGKILL at every instant of a payment: the seller is healed, the same command runs again, and
//! there is one authorization for one purchase, delivered where the seller can still deliver it.
//!
//! `PAY402_TEST_KILLS=5000 cargo test --test integration faults` kills more often than the 500 times
//! of an ordinary run; `PAY402_TEST_SEED` chooses other instants.

use crate::support::ledger::{Watch, entries};
use crate::support::seller::Receipt;
use crate::support::started::Started;
use crate::support::{BOTH, Home, Paywall, Reply, Run, Seller};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const BODY: &str = "the paid resource, long enough to be cut in its middle\n";

/// How many programs run at the same time, most of them waiting for a disk or a socket.
const WORKERS: usize = 6;

/// When the program is killed. Times are microseconds.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after its start.
    Running(u64),
    /// Its first request has come, and is not answered.
    Asked,
    /// The terms are on their way to it for so long.
    Demanded(u64),
    /// The ledger shows an entry in this state.
    Recorded(&'static str),
    /// Its payment has come; it has settled or not, and is not answered.
    Paid { settled: bool },
    /// So many bytes of the answer's head are out, and no more come; this long ago.
    Head(usize, u64),
    /// The head and so many bytes of the body are out, and no more come; this long ago.
    Body(usize, u64),
    /// The whole answer is on its way to it for so long.
    Answered(u64),
}

/// Numbers that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// Every kind of moment in turn; `whole` is how long an undisturbed run takes.
    fn moment(&mut self, number: u64, whole: u64) -> Moment {
        let bytes = usize::try_from(self.below(BODY.len() as u64)).unwrap();
        match number % 16 {
            0 => Moment::Asked,
            1..=3 => Moment::Demanded(self.below(whole)),
            4 => Moment::Recorded("reserved"),
            5 => Moment::Recorded("signed"),
            6 => Moment::Recorded("sent"),
            7 => Moment::Recorded("settled"),
            8 => Moment::Paid { settled: self.below(2) == 0 },
            9 => Moment::Head(bytes * 5, self.below(4000)),
            10 => Moment::Body(bytes, self.below(4000)),
            11 => Moment::Answered(self.below(whole / 2)),
            12 => Moment::Recorded("rejected"),
            13 => Moment::Recorded("unknown"),
            _ => Moment::Running(self.below(whole * 3 / 2)),
        }
    }
}

/// One seller, sick until it is healed.
struct Shop {
    seller: Seller,
    moment: Moment,
    healed: AtomicBool,
    /// Whether a payment that has settled is delivered for once more, or refused.
    forgiving: bool,
    settled: Mutex<HashSet<String>>,
    now: Mutex<Sender<()>>,
}

impl Shop {
    fn answer(&self, request: &crate::support::request::Request) -> Reply {
        let good = || {
            if self.forgiving {
                self.settled.lock().unwrap().clear();
            }
            self.seller.answer(request, &self.settled)
        };
        if self.healed.load(Ordering::SeqCst) {
            return good();
        }
        let paid = request.payment().is_some();
        match (paid, self.moment) {
            (false, Moment::Asked) | (true, Moment::Paid { settled: false }) => {
                self.it_is_now(Reply::silence())
            }
            (false, Moment::Demanded(_)) | (true, Moment::Answered(_)) => self.it_is_now(good()),
            (true, Moment::Paid { settled: true }) => {
                let _ = good();
                self.it_is_now(Reply::silence())
            }
            (true, Moment::Recorded("rejected")) => Reply::new("402 Payment Required", b""),
            (true, Moment::Recorded("unknown")) => Reply::one_byte(),
            (true, Moment::Head(bytes, _)) => self.it_is_now(good().cut_head(bytes).hang()),
            (true, Moment::Body(bytes, _)) => self.it_is_now(good().cut_body(bytes).hang()),
            _ => good(),
        }
    }

    fn it_is_now(&self, reply: Reply) -> Reply {
        // Nobody listens where the program has been killed already.
        let _ = self.now.lock().unwrap().send(());
        reply
    }
}

/// Waits for the moment; the program may end before it comes.
fn wait_for(moment: Moment, program: &mut Started<'_>, home: &Home, now: &Receiver<()>) {
    let pause = match moment {
        Moment::Running(pause) => pause,
        Moment::Recorded(state) => {
            let mut watch = None;
            while !program.has_ended() {
                watch = watch.or_else(|| Watch::open(home));
                if watch.as_ref().is_some_and(|watch| watch.states().contains(state)) {
                    return;
                }
                thread::sleep(Duration::from_micros(150));
            }
            return;
        }
        Moment::Asked | Moment::Paid { .. } => {
            now.recv_timeout(Duration::from_secs(20)).expect("the moment comes");
            return;
        }
        Moment::Demanded(pause)
        | Moment::Head(_, pause)
        | Moment::Body(_, pause)
        | Moment::Answered(pause) => {
            now.recv_timeout(Duration::from_secs(20)).expect("the moment comes");
            pause
        }
    };
    thread::sleep(Duration::from_micros(pause));
}

/// Kills one purchase and takes it up again; answers what the ledger held between.
fn kill_once(number: u64, seed: u64, whole: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x1000_0001).wrapping_add(number));
    let moment = dice.moment(number, whole);
    let forgiving = dice.below(2) == 0;
    let version = BOTH[usize::from(dice.below(2) == 0)];
    let (sender, now) = channel();
    let shop = Arc::new(Shop {
        seller: Seller::new(version).body(BODY).deliver(Receipt::deliver),
        moment,
        healed: AtomicBool::new(false),
        forgiving,
        settled: Mutex::default(),
        now: Mutex::new(sender),
    });
    let server = Arc::clone(&shop);
    let paywall = Paywall::serve(move |request| server.answer(request));
    let home = Home::new();
    let url = paywall.url("/thing");

    let mut program = home.paying(&[&url]).start();
    wait_for(moment, &mut program, &home, &now);
    program.kill();
    let first = program.end();
    let between = entries(&home);
    let had_settled = !shop.settled.lock().unwrap().is_empty();
    shop.healed.store(true, Ordering::SeqCst);

    let second = home.paying(&[&url]).start();
    // Files are searched for secrets now and then: it takes longer than both runs.
    let second = if number.is_multiple_of(16) { second.finish() } else { second.end() };
    let after = entries(&home);
    let case = format!(
        "kill {number} with seed {seed}: {moment:?}, {version:?}, forgiving: {forgiving}\n\
         the first run: {first}\nleft {between:?}\nand after the second {after:?}"
    );
    let refused = match (forgiving, had_settled) {
        (false, true) => Refused::Yes,
        // What the first run had sent may still have been on its way to the seller.
        (false, false) if paywall.payments().len() > 1 => Refused::Perhaps,
        _ => Refused::No,
    };
    check(&paywall, &first, &second, refused, &case);
    let nonces: BTreeSet<_> = after.iter().map(|entry| entry.nonce.clone()).collect();
    second.assert(nonces == paywall.nonces(), &format!("the ledger and the seller agree; {case}"));
    between.first().map_or("nothing", |entry| entry.state.as_str()).to_owned()
}

/// Whether the seller has settled the first run's payment, and will not hear of it again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refused {
    No,
    Yes,
    Perhaps,
}

fn check(paywall: &Paywall, first: &Run, second: &Run, refused: Refused, case: &str) {
    // A run that was killed after its last byte has had its purchase; the next one is another.
    let complete = first.stdout == BODY.as_bytes();
    let mut headers: BTreeMap<String, BTreeSet<Vec<(String, String)>>> = BTreeMap::new();
    for request in paywall.requests().iter().filter(|request| request.payment().is_some()) {
        let mut payment = request.headers.clone();
        payment.retain(|header| !request.plain_headers().contains(header));
        headers.entry(request.payment().unwrap().1).or_default().insert(payment);
    }
    let most = if complete { 2 } else { 1 };
    second.assert(
        paywall.nonces().len() <= most,
        &format!("one authorization for one purchase; {case}"),
    );
    second.assert(
        headers.len() == paywall.nonces().len() && headers.values().all(|each| each.len() == 1),
        &format!("the same bytes on every sending; {case}"),
    );
    let delivers = second.code() == Some(0) && second.stdout == BODY.as_bytes();
    let told = matches!(second.code(), Some(118 | 119)) && second.stdout.is_empty();
    let (holds, what) = match refused {
        Refused::No => (delivers, "the second run delivers"),
        Refused::Yes => (told || (complete && delivers), "it says where the money is"),
        Refused::Perhaps => (told || delivers, "it delivers or says where the money is"),
    };
    second.assert(holds, &format!("{what}; {case}"));
}

/// A number from the environment of the test.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}

#[test]
fn a_kill_at_any_instant_costs_no_second_authorization_and_no_goods() {
    let (kills, seed) = (number("PAY402_TEST_KILLS", 500), number("PAY402_TEST_SEED", 402));
    let start = Instant::now();
    let undisturbed = Home::new().pay(&[Paywall::v2().start().url("/")]);
    let whole = u64::try_from(undisturbed.exits(0).took.as_micros()).unwrap();
    let next = AtomicU64::new(0);
    let found: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let failed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= kills {
                        return;
                    }
                    match std::panic::catch_unwind(|| kill_once(number, seed, whole)) {
                        Ok(state) => *found.lock().unwrap().entry(state).or_default() += 1,
                        Err(_) => drop(failed.fetch_add(1, Ordering::SeqCst)),
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    println!("{kills} kills in {:?} with seed {seed}, which left {found:?}", start.elapsed());
    assert_eq!(failed.into_inner(), 0, "each is told above");
    for state in ["nothing", "reserved", "signed", "sent", "settled", "rejected", "unknown"] {
        assert!(found.contains_key(state), "no kill left {state}: {found:?}");
    }
}
