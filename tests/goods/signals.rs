//! Signals and limits that end a program by default.

use super::selling;
use crate::support::{Home, Paywall, Reply};
use std::fs;
use std::time::Duration;

#[test]
fn a_terminal_that_goes_away_interrupts_as_ctrl_c_does() {
    let paywall = Paywall::v2().deliver(|_| Reply::silence()).start();
    let home = Home::new();
    let program = home.paying(&[&paywall.url("/")]).start();
    while paywall.payments().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    // The shell says it, and the terminal too.
    program.signal("HUP");
    program.signal("HUP");
    program.finish().exits(118).prints_nothing().says(&["interrupted", "can still be settled"]);
}

#[cfg(target_os = "linux")]
#[test]
fn who_was_told_not_to_mind_the_terminal_does_not() {
    let slowly = Reply::ok(b"the paid resource\n").trickle(40, Duration::from_millis(100));
    let paywall = selling(slowly);
    let home = Home::new();
    let program = home.paying(&[&paywall.url("/")]).in_shell("trap '' HUP; exec \"$@\"").start();
    while paywall.payments().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    program.signal("HUP");
    program.finish().exits(0).prints("the paid resource\n");
}

#[test]
fn a_file_that_may_not_grow_is_one_that_cannot_be_written() {
    let body = vec![b'x'; 4 << 20];
    let home = Home::new();
    let paywall = Paywall::v2().body(&body).start();
    // Two megabytes, in the shell's units.
    let limited = "ulimit -f 4096; \"$@\"";
    let run = home.paying(&["-o", "out", &paywall.url("/")]).in_shell(limited).run();
    run.exits(119).says(&["was paid", "out.part"]);
    assert_eq!(fs::metadata(home.work("out.part")).unwrap().len(), 2 << 20);
    let home = Home::new();
    let paywall = Paywall::v2().body(&body).start();
    let limited = format!("{limited} >redirected");
    let run = home.paying(&[&paywall.url("/")]).in_shell(limited).run();
    run.exits(119).says(&["was paid", "stdout cannot be written"]);
}
