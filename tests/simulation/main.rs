//! The payment flow (`pay402::pay`) under a seeded simulator: a virtual clock, sellers of every
//! misbehaviour, processes that die before or after any call of a port, or stop for as long as a payment
//! lives, and a ledger that all of them share. One seed is one schedule, always the same.
//!
//! What lives where: `world` is the time, the chance, and the truth about every signature with what must
//! always hold; `seller` is what a server does; `shopper` is the ports and the runs of the program;
//! `ledger` is the ledger in memory, and `sqlite` the one that ships, which fewer schedules are run on. What
//! it does with files that are damaged, locked or moved is for `src/ledger/sqlite/tests`; a network is for the
//! tests of the program.
//!
//! ```text
//! cargo test --test simulation                                        a fixed number of schedules
//! SIMULATION_SCHEDULES=10000000 cargo test --release --test simulation schedules    as many as that
//! SIMULATION_SCHEDULES=100000 cargo test --release --test simulation sqlite     the same on the real ledger
//! SIMULATION_SEED=17 cargo test --test simulation replay -- --nocapture        one, call by call
//! SIMULATION_SQLITE=1 SIMULATION_SEED=17 cargo test --test simulation replay -- --nocapture    on the real one
//! ```
//!
//! To run for hours: `SIMULATION_FIRST` names the first seed, so that each run goes on where the last one
//! ended; a processor does some thousand schedules a second in memory, and some tens on the real ledger.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop where it stands, and a replay is shown"
)]

mod ledger;
mod seller;
mod shopper;
mod sqlite;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use shopper::Store;
use world::{Planted, Tally};

/// How many schedules a test runs by itself.
const SCHEDULES: u64 = 2_000;

/// How many schedules a test runs on the real ledger by itself.
const SQLITE_SCHEDULES: u64 = 60;

/// Most schedules until a planted fault must be found.
const PATIENCE: u64 = 8_000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

/// Runs the schedules of some seeds on every processor: what they did together, or the first violation.
fn run_all(
    seeds: std::ops::Range<u64>,
    store: Store,
    planted: Option<Planted>,
) -> Result<Tally, (u64, String)> {
    let next = AtomicU64::new(seeds.start);
    let count = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return Ok(tally);
            }
            match shopper::schedule(seed, store, planted, false) {
                Ok(done) => tally.add(&done),
                Err(violation) => {
                    next.store(seeds.end, Ordering::Relaxed);
                    return Err((seed, violation));
                }
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        let mut all = Tally::default();
        for thread in threads {
            all.add(&thread.join().expect("a schedule panicked")?);
        }
        Ok(all)
    })
}

#[test]
fn schedules_break_no_promise() {
    let count = number("SIMULATION_SCHEDULES").unwrap_or(SCHEDULES);
    let first = number("SIMULATION_FIRST").unwrap_or(0);
    match run_all(first..first + count, Store::Memory, None) {
        Ok(tally) => {
            println!("{count} schedules: {tally:?}");
            tally.assert_everything_happened(count);
        }
        Err((seed, violation)) => panic!(
            "{violation}\nto see it call by call:\n  SIMULATION_SEED={seed} cargo test --test simulation \
             replay -- --nocapture"
        ),
    }
}

#[test]
fn replay_of_one_seed_shows_every_call() {
    let seed = number("SIMULATION_SEED").unwrap_or(1);
    let store = if number("SIMULATION_SQLITE").is_some() { Store::Sqlite } else { Store::Memory };
    if let Err(violation) = shopper::schedule(seed, store, None, true) {
        panic!("{violation}");
    }
}

#[test]
fn the_sqlite_ledger_breaks_no_promise() {
    let count = number("SIMULATION_SCHEDULES").unwrap_or(SQLITE_SCHEDULES);
    let first = number("SIMULATION_FIRST").unwrap_or(0);
    match run_all(first..first + count, Store::Sqlite, None) {
        Ok(tally) => {
            println!("{count} schedules: {tally:?}");
            assert!(tally.signatures > 0 && tally.settled > 0 && tally.resent > 0, "{tally:?}");
        }
        Err((seed, violation)) => panic!(
            "{violation}\nto see it call by call:\n  SIMULATION_SQLITE=1 SIMULATION_SEED={seed} cargo test \
             --test simulation replay -- --nocapture"
        ),
    }
}

#[test]
fn one_seed_is_one_schedule() {
    for seed in 0..50 {
        let [one, two] =
            [0, 1].map(|_| shopper::schedule(seed, Store::Memory, None, false).unwrap());
        assert_eq!(one, two);
    }
}

#[test]
fn planted_faults_are_found() {
    for planted in Planted::ALL {
        let found = run_all(0..PATIENCE, Store::Memory, Some(planted));
        let (seed, violation) = found.expect_err(&format!("{planted:?} was not found"));
        println!("{planted:?}: seed {seed}: {violation}");
    }
    // Those that are no fault of the ledger in memory.
    for planted in [Planted::CallsLostUnsent, Planted::EndsCutPurchases] {
        let found = run_all(0..SQLITE_SCHEDULES, Store::Sqlite, Some(planted));
        found.expect_err(&format!("{planted:?} was not found on the real ledger"));
    }
}
