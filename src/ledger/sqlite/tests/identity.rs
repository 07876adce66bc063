//! Which file the ledger is: one with another name, and one that is not at its path any more.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::super::store::with_suffix;
use super::cast::{Owner, Server, capped, site};
use super::*;
use crate::ledger::{Error, Filter, State};
use crate::pay::{Failure, NothingSigned};

fn with_one_entry() -> Home {
    let home = Home::new();
    assert!(purchase(1).send(&mut home.ledger(), &[], NOW));
    home
}

/// Nothing can be looked up or reserved.
fn refuses(home: &Home, expected: fn(&Error) -> bool) {
    let mut ledger = home.ledger();
    let claimed = ledger.claim(&purchase(1).fingerprint(), NOW).err().unwrap();
    assert!(expected(&claimed), "{claimed:?}");
    match purchase(2).reserve(&mut ledger, &[], NOW) {
        Reserved::Failed(error) => assert!(expected(&error), "{error:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_with_two_names_is_refused_until_it_has_one() {
    let home = with_one_entry();
    let other = home.0.path().join("other.db");
    fs::hard_link(home.path(), &other).unwrap();
    refuses(&home, |error| matches!(error, Error::SecondName { links: 2, .. }));
    fs::remove_file(other).unwrap();
    assert!(purchase(2).send(&mut home.ledger(), &[], NOW));
}

#[test]
fn what_lies_beside_it_is_no_link_and_has_no_second_name() {
    for suffix in ["-wal", "-shm"] {
        let home = with_one_entry();
        let (beside, elsewhere) = (with_suffix(&home.path(), suffix), home.0.path().join("else"));
        symlink(&elsewhere, &beside).unwrap();
        refuses(&home, |error| matches!(error, Error::SymbolicLink(_)));
        assert!(!elsewhere.exists(), "nothing is written through it");
        fs::remove_file(&beside).unwrap();
        fs::write(&elsewhere, "").unwrap();
        fs::hard_link(&elsewhere, &beside).unwrap();
        refuses(&home, |error| matches!(error, Error::SecondName { .. }));
    }
}

#[test]
fn the_signs_of_life_lie_beside_it_and_not_behind_a_link() {
    let home = Home::new();
    let (live, elsewhere) = (home.path().with_file_name("live"), home.0.path().join("else"));
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(home.path().parent().unwrap()).unwrap();
    symlink(&elsewhere, &live).unwrap();
    let reserved = purchase(1).reserve(&mut home.ledger(), &[], NOW);
    assert!(matches!(reserved, Reserved::Failed(Error::SymbolicLink(path)) if path == live));
}

/// Moves the ledger's directory away and puts a copy in its place, as restoring a backup does.
fn restored(home: &Home) {
    let directory = home.path().parent().unwrap().to_owned();
    let moved = directory.with_extension("moved");
    fs::rename(&directory, &moved).unwrap();
    fs::create_dir(&directory).unwrap();
    for entry in fs::read_dir(&moved).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            fs::copy(entry.path(), directory.join(entry.file_name())).unwrap();
        }
    }
}

fn removed(home: &Home) {
    for suffix in ["", "-wal", "-shm"] {
        fs::remove_file(with_suffix(&home.path(), suffix)).unwrap();
    }
}

fn replaced(home: &Home) {
    let copy = home.path().with_file_name("copy");
    fs::copy(home.path(), &copy).unwrap();
    fs::rename(copy, home.path()).unwrap();
}

fn without_its_log(home: &Home) {
    fs::remove_file(with_suffix(&home.path(), "-wal")).unwrap();
}

fn without_its_index(home: &Home) {
    fs::remove_file(with_suffix(&home.path(), "-shm")).unwrap();
}

fn linked(home: &Home) {
    fs::hard_link(home.path(), home.0.path().join("second")).unwrap();
}

const WAYS: [fn(&Home); 6] =
    [restored, removed, replaced, without_its_log, without_its_index, linked];

fn is_another<T: std::fmt::Debug>(ended: &Result<T, Error>) -> bool {
    matches!(ended, Err(Error::Replaced { .. } | Error::SecondName { .. }))
}

#[test]
fn what_is_not_at_its_path_any_more_takes_no_payment() {
    for (number, happens) in WAYS.iter().enumerate() {
        let (home, two) = (with_one_entry(), purchase(2));
        let mut ledger = home.ledger();
        assert!(matches!(two.reserve(&mut ledger, &[], NOW), Reserved::Yes));
        let payment = two.payment(NOW);
        ledger.signed(&payment, NOW).unwrap();
        happens(&home);
        match purchase(3).reserve(&mut ledger, &[], NOW) {
            Reserved::Failed(error) => assert!(is_another(&Err::<(), _>(error)), "way {number}"),
            other => panic!("way {number}: {other:?}"),
        }
        assert!(is_another(&ledger.sent(&payment, NOW)), "way {number}");
        assert!(ledger.release(&payment.id).is_ok(), "way {number}");
    }
}

#[test]
fn an_answer_is_recorded_where_its_payment_is_and_that_this_is_elsewhere_is_told() {
    for happens in WAYS {
        let (home, two) = (with_one_entry(), purchase(2));
        let mut ledger = home.ledger();
        assert!(two.send(&mut ledger, &[], NOW));
        happens(&home);
        assert!(is_another(&ledger.close(&two.payment(NOW), Some(&settled()), NOW)));
        assert_eq!(ledger.show(&two.payment(NOW).id).unwrap().state, State::Settled);
    }
}

#[test]
fn what_is_back_at_its_path_goes_on() {
    let (home, two) = (with_one_entry(), purchase(2));
    let directory = home.path().parent().unwrap().to_owned();
    let mut ledger = home.ledger();
    assert!(matches!(two.reserve(&mut ledger, &[], NOW), Reserved::Yes));
    fs::rename(&directory, directory.with_extension("moved")).unwrap();
    let payment = two.payment(NOW);
    assert!(matches!(ledger.signed(&payment, NOW), Err(Error::Replaced { .. })));
    fs::rename(directory.with_extension("moved"), &directory).unwrap();
    ledger.signed(&payment, NOW).unwrap();
    ledger.sent(&payment, NOW).unwrap();
}

#[test]
fn it_is_looked_at_again_after_it_is_recorded_that_a_payment_leaves() {
    for happens in WAYS {
        let (home, two) = (with_one_entry(), purchase(2));
        let mut ledger = home.ledger();
        assert!(matches!(two.reserve(&mut ledger, &[], NOW), Reserved::Yes));
        let payment = two.payment(NOW);
        ledger.signed(&payment, NOW).unwrap();
        // While this one waits for its turn to write, the file goes away.
        let other = Connection::open(home.path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let sent = std::thread::scope(|scope| {
            let sent = scope.spawn(|| ledger.sent(&payment, NOW));
            std::thread::sleep(Duration::from_millis(100));
            happens(&home);
            other.execute_batch("COMMIT").unwrap();
            sent.join().unwrap()
        });
        assert!(is_another(&sent), "{sent:?}");
    }
}

#[test]
fn a_link_to_the_ledger_that_leads_elsewhere_by_now_is_another_ledger() {
    let (one, other) = (with_one_entry(), with_one_entry());
    let link = one.0.path().join("link");
    symlink(one.path(), &link).unwrap();
    let mut ledger = Database::at(link.clone());
    assert!(matches!(purchase(2).reserve(&mut ledger, &[], NOW), Reserved::Yes));
    fs::remove_file(&link).unwrap();
    symlink(other.path(), &link).unwrap();
    let payment = purchase(2).payment(NOW);
    assert!(matches!(ledger.signed(&payment, NOW), Err(Error::Replaced { path }) if path == link));
}

#[test]
fn a_ledger_that_goes_away_while_the_password_is_typed_is_signed_nothing_into() {
    for happens in WAYS {
        let (home, mut owner) = (with_one_entry(), Owner::default());
        owner.nonces.set(100);
        let mut site = site(Server::Settles);
        // The first payment of the process opens the ledger; the wallet is open by the second.
        let worker = SqliteLedger::new(home.ledger());
        assert!(owner.run(&worker, &mut site, &capped("1"), None).is_ok());
        let home = std::rc::Rc::new(home);
        let gone = std::rc::Rc::clone(&home);
        owner.meanwhile = Some(Box::new(move || happens(&gone)));
        let ended = owner.run(&worker, &mut site, &capped("1"), None);
        let Err(Failure::NothingSigned(NothingSigned::Ledger(error))) = ended else {
            panic!("signed")
        };
        assert!(is_another(&Err::<(), _>(error)));
        assert_eq!((owner.signatures, site.paid.len()), (1, 1));
    }
}

/// Copies what a killed process leaves: its log is not worked into the file.
fn copy_open(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        fs::copy(with_suffix(from, suffix), with_suffix(to, suffix)).unwrap();
    }
}

#[test]
fn the_log_of_a_killed_process_is_recovered() {
    let (home, after) = (with_one_entry(), Home::new());
    let mut ledger = home.ledger();
    assert!(purchase(2).send(&mut ledger, &[], NOW));
    copy_open(&home.path(), &after.path());
    let logged = fs::metadata(with_suffix(&after.path(), "-wal")).unwrap().len();
    assert!(logged > 0, "there is nothing to recover");
    let mut ledger = after.ledger();
    assert_eq!(ledger.list(&Filter::default(), 9).unwrap().len(), 2);
    assert!(purchase(3).send(&mut ledger, &[], NOW));
}

#[test]
fn a_directory_that_is_reached_by_two_paths_is_one_ledger() {
    let home = with_one_entry();
    let link: PathBuf = home.0.path().join("again");
    symlink(home.path().parent().unwrap(), &link).unwrap();
    let (mut one, mut two) = (home.ledger(), Database::at(link.join("ledger.db")));
    for number in [2, 4] {
        assert!(purchase(number).send(&mut one, &[], NOW));
        assert!(purchase(number + 1).send(&mut two, &[], NOW));
    }
    assert_eq!(one.list(&Filter::default(), 9).unwrap().len(), 5);
}
