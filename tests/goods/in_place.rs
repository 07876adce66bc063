//! Files whose place nothing can take: they are written over, with what came whole.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

/// Has the program start where `out` is another file, mounted there. Only root can do that.
const MOUNTED: &str =
    "exec unshare -m sh -c 'mount --bind ../tmp/out out && exec \"$@\"' sh \"$@\"";

/// The same, in a directory that takes no new file.
const FROZEN: &str = "exec unshare -m sh -c 'mount --bind . . && mount -o remount,bind,ro . \
     && mount --bind ../tmp/out out && cd ../work && exec \"$@\"' sh \"$@\"";

/// The file that is mounted at `out`.
const OUT: &str = "../tmp/out";

/// A home with both.
fn home() -> Option<Home> {
    let home = Home::new();
    fs::write(home.work("out"), "").unwrap();
    fs::write(home.work(OUT), "what was there before, and longer").unwrap();
    let mount = "mount --bind out out";
    let mut tried = Command::new("unshare");
    tried.args(["-m", "sh", "-c", mount]).current_dir(home.work(""));
    if !tried.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: only root can mount");
        return None;
    }
    Some(home)
}

#[test]
fn a_mount_point_is_written_over() {
    let Some(home) = home() else { return };
    fs::set_permissions(home.work(OUT), fs::Permissions::from_mode(0o4750)).unwrap();
    let before = fs::metadata(home.work(OUT)).unwrap();
    let paywall = selling(Reply::ok(b"goods"));
    let args = ["-o", "out", &paywall.url("/")];
    home.paying(&args).in_shell(MOUNTED).run().exits(0);
    let after = fs::metadata(home.work(OUT)).unwrap();
    assert_eq!(fs::read(home.work(OUT)).unwrap(), b"goods");
    // What came is no program that runs as somebody.
    assert_eq!((after.ino(), after.mode() & 0o7777), (before.ino(), 0o750));
    assert_eq!(home.work_files(), ["out"]);
    let paywall = selling(Reply::ok(b"more"));
    let args = ["-o", "body", "--receipt", "out", &paywall.url("/")];
    home.paying(&args).in_shell(MOUNTED).run().exits(0).never_says("could not be written");
    assert!(fs::read_to_string(home.work(OUT)).unwrap().contains("\"settled\""));
    // It is whole, or it is as it was.
    fs::write(home.work(OUT), "before").unwrap();
    let paywall = selling(Reply::ok(b"half").claims_length(100));
    let args = ["-o", "out", &paywall.url("/")];
    home.paying(&args).in_shell(MOUNTED).run().exits(119).says(&["out.part"]);
    assert_eq!(fs::read(home.work(OUT)).unwrap(), b"before");
}

#[test]
fn a_file_in_a_directory_that_takes_no_other_is_written_over() {
    let Some(home) = home() else { return };
    let paywall = selling(Reply::ok(b"goods"));
    let args = ["-o", "out", &paywall.url("/")];
    home.paying(&args).in_shell(FROZEN).run().exits(0);
    assert_eq!(fs::read(home.work(OUT)).unwrap(), b"goods");
    // What there is of a body is kept where it can be.
    let paywall = selling(Reply::ok(b"half").claims_length(100));
    let args = ["-o", "out", &paywall.url("/")];
    home.paying(&args).in_shell(FROZEN).run().exits(119).says(&["/tmp/.pay402-"]);
    assert_eq!(fs::read(home.work(OUT)).unwrap(), b"goods");
    let is_part =
        |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".pay402-");
    let kept =
        fs::read_dir(home.work("../tmp")).unwrap().map(Result::unwrap).find(is_part).unwrap();
    assert_eq!(fs::read(kept.path()).unwrap(), b"half");
    assert_eq!(kept.metadata().unwrap().mode() & 0o777, 0o600);
    // A file that is not there cannot be made.
    let paywall = Paywall::v2().start().may_be_unused();
    let args = ["-o", "new", &paywall.url("/")];
    home.paying(&args).in_shell(FROZEN).run().exits(23).says(&["nothing was sent"]);
    assert_eq!(paywall.connections(), 0);
}

#[test]
fn a_link_to_nothing_yet_leads_to_what_is_made() {
    let home = Home::new();
    fs::create_dir(home.work("far")).unwrap();
    for (link, target) in
        [("a", "far/b"), ("far/b", "../far/c"), ("none", "no/where"), ("dir", "far/d/")]
    {
        symlink(target, home.work(link)).unwrap();
    }
    home.pay(&["-o", "a", &selling(Reply::ok(b"goods")).url("/")]).exits(0);
    assert_eq!(fs::read(home.work("far/c")).unwrap(), b"goods");
    assert!(home.work("a").is_symlink() && home.work("far/b").is_symlink());
    let paywall = Paywall::v2().start().may_be_unused();
    for name in ["none", "dir"] {
        home.pay(&["-o", name, &paywall.url("/")]).exits(23).says(&["nothing was sent"]);
    }
    fs::remove_file(home.work("far/c")).unwrap();
    home.pay(&["-o", "a", "--receipt", "far/c", &paywall.url("/")]).exits(2).says(&["same file"]);
    assert_eq!(paywall.connections(), 0);
}
