//! The ledger is a file and not a path: another name for it, a mount of it alone, and what becomes of it
//! while the program runs.

use crate::support::ledger::entries;
use crate::support::{Home, Paywall};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// A home whose ledger has one settled payment, for a page of the shop.
fn that_has_paid(paywall: &Paywall) -> Home {
    let home = Home::new();
    home.pay(&[paywall.url("/before")]).exits(0);
    home
}

#[test]
fn exit_116_a_ledger_with_a_second_name_pays_by_neither() {
    let paywall = Paywall::v2().start();
    let (one, two) = (that_has_paid(&paywall), Home::new());
    fs::hard_link(one.path("ledger.db"), two.path("ledger.db")).unwrap();
    for home in [&one, &two, &one] {
        let run = home.pay(&["--budget", "0.03/day", &paywall.url("/after")]);
        run.refuses(116).says(&["2 names (hard links)", "find ", "-samefile", "symbolic link"]);
        home.run(&["budget"]).exits(116);
    }
    assert_eq!(paywall.payments().len(), 1);
    // What the hint says helps.
    fs::remove_file(two.path("ledger.db")).unwrap();
    symlink(one.path("ledger.db"), two.path("ledger.db")).unwrap();
    for home in [&one, &two] {
        home.pay(&["--budget", "0.03/day", &paywall.url("/after")]).exits(0);
    }
    one.pay(&["--budget", "0.03/day", &paywall.url("/after")]).refuses(111);
    assert_eq!(entries(&one).len(), 3);
}

/// Whether this machine lets a test mount something for itself.
fn may_mount() -> bool {
    let probe = Command::new("unshare").args(["-rm", "mount", "--bind", "/tmp", "/tmp"]).status();
    probe.is_ok_and(|status| status.success())
}

/// Runs the program with its ledger, or another thing of its home, mounted by itself from elsewhere.
fn with_mounted(home: &Home, from: &Path, name: &str, url: &str) -> std::process::Output {
    let to = home.path(name);
    let script = r#"mount --bind "$1" "$2" && shift 2 && exec "$@""#;
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh"]).arg(from).arg(&to);
    command.arg(env!("CARGO_BIN_EXE_pay402")).args(["--max-price", "0.05"]);
    command.arg("--private-key-file").arg(home.path("../secrets/key")).arg(url);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("PAY402_HOME", home.path("")).output().unwrap()
}

#[test]
fn exit_116_a_ledger_that_is_mounted_by_itself() {
    if !may_mount() {
        // What is told of mounts has tests of its own, beside the code.
        return;
    }
    let paywall = Paywall::v2().start();
    let (one, two) = (that_has_paid(&paywall), Home::new());
    fs::write(two.path("ledger.db"), "").unwrap();
    let elsewhere = one.path("ledger.db");
    let run = with_mounted(&two, &elsewhere, "ledger.db", &paywall.url("/"));
    let words = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(116), "{words}");
    assert!(
        words.contains("mounted by itself") && words.contains("mount the directory"),
        "{words}"
    );
    assert_eq!(paywall.payments().len(), 1);
    // The signs of life by themselves are no better.
    fs::remove_file(two.path("ledger.db")).unwrap();
    fs::create_dir_all(two.path("live")).unwrap();
    let run = with_mounted(&two, &one.path("live"), "live", &paywall.url("/"));
    assert_eq!(run.status.code(), Some(116), "{}", String::from_utf8_lossy(&run.stderr));
    // The whole directory is what the hint says.
    let run = with_mounted(&two, &one.path(""), "", &paywall.url("/"));
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(entries(&one).len(), 2);
}

/// A shop that does something when it is asked for a page for the first time.
fn at_the_second_page(happens: impl Fn() + Send + Sync + 'static) -> Paywall {
    Paywall::v2()
        .demand(move |request, terms| {
            if request.path() == "/two" {
                happens();
            }
            crate::support::seller::demand(crate::support::Version::V2, terms)
        })
        .start()
}

fn remove(home: &Path) {
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        fs::remove_file(home.join(name)).unwrap();
    }
}

fn restore(home: &Path) {
    let away = home.with_extension("away");
    fs::rename(home, &away).unwrap();
    fs::create_dir(home).unwrap();
    fs::set_permissions(home, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(&away).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            fs::copy(entry.path(), home.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn exit_116_a_ledger_that_goes_away_between_two_payments() {
    for happens in [remove, restore] {
        let home = Home::new();
        let path = home.path("");
        let paywall = at_the_second_page(move || happens(&path));
        let run = home.pay(&[paywall.url("/one"), paywall.url("/two"), paywall.url("/three")]);
        run.exits(116).prints("the paid resource\n");
        run.says(&["removed, moved or replaced", "nothing was signed"]);
        assert_eq!(paywall.payments().len(), 1);
    }
}
