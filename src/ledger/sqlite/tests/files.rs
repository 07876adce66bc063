//! What can happen to files.

use std::fs;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::*;
use crate::ledger::{Error, Filter};
use crate::ownership::Doubt;

fn with_one_entry() -> Home {
    let home = Home::new();
    assert!(purchase(1).send(&mut home.ledger(), &[], NOW));
    home
}

/// Nothing can be looked up or reserved, and the file stays as it was found.
fn refuses(home: &Home, expected: fn(&Error) -> bool) {
    let before = fs::read(home.path()).ok();
    let mut ledger = home.ledger().with_patience(Duration::from_millis(50));
    let claimed = ledger.claim(&purchase(1).fingerprint(), NOW).err().unwrap();
    assert!(expected(&claimed), "{claimed:?}");
    match purchase(2).reserve(&mut ledger, &[], NOW) {
        Reserved::Failed(error) => assert!(expected(&error), "{error:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(home.path()).ok(), before);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_anything() {
    use std::os::unix::fs::PermissionsExt;
    let home = with_one_entry();
    let mut ledger = home.ledger();
    assert!(purchase(2).send(&mut ledger, &[], NOW));
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let directory = home.path().parent().unwrap().to_owned();
    assert_eq!(mode(&directory), 0o700);
    let mut files = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{path:?}");
        files += 1;
    }
    // The ledger, its log and the log's index, and the directory of the living.
    assert_eq!(files, 4);
}

#[test]
fn the_file_is_what_it_says_and_durable() {
    let home = with_one_entry();
    let ledger = Connection::open(home.path()).unwrap();
    let number = |pragma: &str| -> i64 {
        ledger.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
    };
    assert_eq!((number("application_id"), number("user_version")), (0x7034_3032, 9));
    let mode: String = ledger.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let check: String = ledger.pragma_query_value(None, "quick_check", |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}

#[test]
fn a_damaged_ledger_is_never_replaced() {
    let corrupt: fn(&Error) -> bool = |error| matches!(error, Error::Corrupt { .. });
    for damage in [&b""[..], b"garbage, and long enough to be looked at", b"SQLite format 3\0"] {
        let home = with_one_entry();
        fs::write(home.path(), damage).unwrap();
        refuses(&home, corrupt);
    }
    let home = with_one_entry();
    let whole = fs::read(home.path()).unwrap();
    fs::write(home.path(), &whole[..whole.len() / 2]).unwrap();
    refuses(&home, corrupt);
    let home = with_one_entry();
    let mut scrambled = whole;
    scrambled[4_096..].iter_mut().for_each(|byte| *byte ^= 0x55);
    fs::write(home.path(), scrambled).unwrap();
    refuses(&home, corrupt);
}

#[test]
fn an_entry_that_cannot_be_is_damage() {
    let home = with_one_entry();
    let ledger = Connection::open(home.path()).unwrap();
    ledger.execute("UPDATE payments SET amount = '1e3'", []).unwrap();
    let mut ledger = home.ledger();
    let listed = ledger.list(&Filter::default(), 9);
    assert!(matches!(listed, Err(Error::Corrupt { .. })));
    let claimed = ledger.claim(&purchase(1).fingerprint(), NOW).err();
    assert!(matches!(claimed, Some(Error::Corrupt { .. })));
}

#[test]
fn another_programs_database_is_no_ledger() {
    let home = Home::new();
    fs::create_dir_all(home.path().parent().unwrap()).unwrap();
    Connection::open(home.path()).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    refuses(&home, |error| matches!(error, Error::Corrupt { .. }));
}

#[test]
fn a_ledger_from_a_newer_version_is_left_alone() {
    let home = with_one_entry();
    Connection::open(home.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refuses(&home, |error| matches!(error, Error::Newer { found: 99, known: 9, .. }));
}

#[test]
fn a_log_without_its_ledger_is_not_begun_anew() {
    let home = with_one_entry();
    fs::remove_file(home.path()).unwrap();
    let mut log = home.path().into_os_string();
    log.push("-wal");
    fs::write(&log, "recent entries").unwrap();
    refuses(&home, |error| matches!(error, Error::HalfGone { .. }));
    assert!(!home.path().exists());
}

#[cfg(unix)]
#[test]
fn who_shares_a_ledger_by_a_link_sees_who_is_alive() {
    let (home, other) = (with_one_entry(), Home::new());
    fs::create_dir_all(other.path().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(home.path(), other.path()).unwrap();
    let mut alive = other.ledger();
    assert!(purchase(2).send(&mut alive, &[], NOW));
    let mut ledger = home.ledger();
    // The first is a dead process's, the second is not to be borrowed.
    assert!(ledger.claim(&purchase(1).fingerprint(), NOW).unwrap().is_some());
    assert!(ledger.claim(&purchase(2).fingerprint(), NOW).unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn a_ledger_goes_by_the_name_its_owner_gave_unless_it_is_a_link_to_one() {
    let home = with_one_entry();
    let real = home.path().canonicalize().unwrap();
    let linked = |to: &std::path::Path, name: &str| {
        let link = home.0.path().join(name);
        std::os::unix::fs::symlink(to, &link).unwrap();
        link
    };
    assert_eq!(Database::at(linked(&real, "link")).path(), real);
    let within = linked(real.parent().unwrap(), "directory").join("ledger.db");
    assert_eq!(Database::at(within.clone()).path(), within);
    for (to, name) in [(home.0.path().to_owned(), "here"), (home.0.path().join("no"), "nowhere")] {
        let link = linked(&to, name);
        assert_eq!(Database::at(link.clone()).path(), link, "what is no file is not followed");
    }
}

#[test]
fn a_directory_in_its_place_is_an_error() {
    let home = Home::new();
    fs::create_dir_all(home.path()).unwrap();
    let claimed = home.ledger().claim(&purchase(1).fingerprint(), NOW).err();
    assert!(matches!(claimed, Some(Error::Doubtful(Doubt::NotAFile { .. }))), "{claimed:?}");
}

#[test]
fn a_lock_that_is_kept_is_waited_for_and_then_reported() {
    let home = with_one_entry();
    let other = Connection::open(home.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut ledger = home.ledger().with_patience(Duration::from_millis(60));
    let begun = Instant::now();
    let reserved = purchase(2).reserve(&mut ledger, &[], NOW);
    assert!(matches!(reserved, Reserved::Failed(Error::Locked { .. })), "{reserved:?}");
    assert!(begun.elapsed() >= Duration::from_millis(50));
    // Looking is not kept waiting by who writes.
    assert_eq!(ledger.list(&Filter::default(), 9).unwrap().len(), 1);
    other.execute_batch("COMMIT").unwrap();
    assert!(matches!(purchase(2).reserve(&mut ledger, &[], NOW), Reserved::Yes));
}

#[test]
fn a_full_disk_is_a_full_disk() {
    let home = with_one_entry();
    let mut ledger = home.ledger();
    assert!(purchase(2).send(&mut ledger, &[], NOW));
    let full = ledger.write(super::super::database::Durability::Disk, |transaction| {
        let pages: i64 =
            transaction.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let row = "x".repeat(1 << 20);
        transaction.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        transaction.execute("UPDATE payments SET reason = ?1", [row])?;
        Ok(())
    });
    assert!(matches!(full, Err(Error::Full { .. })), "{full:?}");
    // The transaction that found no room has left nothing behind.
    assert!(ledger.list(&Filter::default(), 9).unwrap().iter().all(|e| e.reason.is_none()));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_made_or_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    if rustix::process::geteuid().is_root() {
        // Root may write anywhere, but not below a file.
        let home = Home::new();
        fs::write(home.0.path().join("data"), "").unwrap();
        let reserved = purchase(1).reserve(&mut home.ledger(), &[], NOW);
        assert!(matches!(reserved, Reserved::Failed(Error::Inaccessible { .. })), "{reserved:?}");
        return;
    }
    let home = Home::new();
    fs::set_permissions(home.0.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let reserved = purchase(1).reserve(&mut home.ledger(), &[], NOW);
    assert!(matches!(reserved, Reserved::Failed(Error::Inaccessible { .. })), "{reserved:?}");
}
