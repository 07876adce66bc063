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

#[test]
fn what_ends_a_program_from_the_keyboard_or_the_system_costs_nothing_that_came() {
    for signal in ["TERM", "QUIT"] {
        let begun = Reply::ok(b"the paid").claims_length(100).hang();
        let paywall = selling(begun);
        let home = Home::new();
        let program = home.paying(&["-o", "out", &paywall.url("/")]).start();
        let came = |entry: fs::DirEntry| entry.metadata().is_ok_and(|found| found.len() > 0);
        while !fs::read_dir(home.work("")).unwrap().any(|entry| came(entry.unwrap())) {
            std::thread::sleep(Duration::from_millis(5));
        }
        program.signal(signal);
        program.finish().exits(119).says(&["was paid", "interrupted", "out.part"]);
        assert_eq!(home.work_files(), ["out.part"], "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn who_was_told_not_to_mind_the_terminal_does_not() {
    for signal in ["HUP", "QUIT"] {
        let slowly = Reply::ok(b"the paid resource\n").trickle(40, Duration::from_millis(100));
        let paywall = selling(slowly);
        let home = Home::new();
        let program = home
            .paying(&[&paywall.url("/")])
            .in_shell(format!("trap '' {signal}; exec \"$@\""))
            .start();
        while paywall.payments().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        program.signal(signal);
        program.finish().exits(0).prints("the paid resource\n");
    }
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
