//! Many processes and threads at once. The processes are this test binary, run again in a directory
//! that tells it its part.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::*;
use crate::ledger::Filter;

/// How many run at once, and how many of them the budget has room for.
const MANY: usize = 40;
const ROOM: usize = 10;

/// What a process that is run in a directory with such a file does there.
const RESERVE: &str = "reserve";
const HOLD: &str = "hold";

fn ledger_in(directory: &Path) -> Database {
    Database::at(directory.join("ledger.db")).with_patience(Duration::from_mins(1))
}

/// One process's part. Run as an ordinary test, it plays the first one in a directory of its own.
#[test]
fn one_of_many() {
    let here = std::env::current_dir().unwrap();
    let own = tempfile::tempdir().unwrap();
    let (holds, told) = (here.join(HOLD).exists(), here.join(RESERVE).exists());
    let directory = if holds || told { here.as_path() } else { own.path() };
    let number = u64::from(std::process::id());
    let sent = purchase(number).send(&mut ledger_in(directory), &[budget("0.1/day")], NOW);
    assert!(sent || told);
    if told {
        fs::write(directory.join(format!("{}-{number}", if sent { "won" } else { "lost" })), "")
            .unwrap();
    }
    if holds {
        let mut ledger = ledger_in(directory);
        let other = purchase(number + 1);
        assert!(other.send(&mut ledger, &[], NOW));
        fs::write(directory.join("holding"), other.payment(NOW).id).unwrap();
        std::thread::sleep(Duration::from_mins(2));
    }
}

fn run(directory: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "ledger::sqlite::tests::many::one_of_many"])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn forty_processes_with_a_budget_for_ten_sign_ten() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(RESERVE), "").unwrap();
    let children: Vec<_> = (0..MANY).map(|_| run(home.path())).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let ended = |how: &str| {
        let names = fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with(how)).count()
    };
    assert_eq!((ended("won"), ended("lost")), (ROOM, MANY - ROOM));
    let mut ledger = ledger_in(home.path());
    assert_eq!(ledger.list(&Filter::default(), 99).unwrap().len(), ROOM);
    let balance = ledger.balances(&[budget("0.1/day")], NOW).unwrap().remove(0);
    assert_eq!((balance.left.count(), balance.outstanding.to_string().as_str()), (0, "0.1"));
}

#[test]
fn a_killed_process_leaves_its_payment_to_the_next() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(HOLD), "").unwrap();
    let mut child = run(home.path());
    let holding = home.path().join("holding");
    let id = loop {
        if let Some(id) = fs::read_to_string(&holding).ok().filter(|id| !id.is_empty()) {
            break id;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(Duration::from_millis(5));
    };
    let mut ledger = ledger_in(home.path());
    assert!(matches!(ledger.claim_one(&id, NOW), Err(crate::ledger::Error::Busy(_))));
    child.kill().unwrap();
    child.wait().unwrap();
    let number = u64::from(child.id()) + 1;
    let payment = ledger.claim_one(&id, NOW).unwrap().payment;
    assert_eq!(payment.header.value, purchase(number).payment(NOW).header.value);
}

#[test]
fn threads_with_one_orphan_between_them_get_it_once() {
    let home = Home::new();
    assert!(purchase(1).send(&mut home.ledger(), &[], NOW));
    let claimed = AtomicU64::new(0);
    // Nobody lets go before everybody has asked.
    let asked = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut ledger = home.ledger();
                if ledger.claim(&purchase(1).fingerprint(), NOW).unwrap().is_some() {
                    claimed.fetch_add(1, Ordering::Relaxed);
                }
                asked.wait();
            });
        }
    });
    assert_eq!(claimed.into_inner(), 1);
}

#[test]
fn threads_that_begin_together_begin_one_ledger() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for number in 1..9 {
            let home = &home;
            scope.spawn(move || assert!(purchase(number).send(&mut home.ledger(), &[], NOW)));
        }
    });
    assert_eq!(home.ledger().list(&Filter::default(), 99).unwrap().len(), 8);
}
