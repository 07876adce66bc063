//! That a run is alone, is told nothing it should not know, and cannot leak or hang unseen.

use super::home::{Home, KEY, PASSWORD};
use std::time::Duration;

#[test]
fn a_run_has_no_terminal_and_an_empty_environment() {
    let home = Home::without_wallet();
    home.pay402(&["-c", ": </dev/tty"]).of("sh").run().assert_fails();
    let run = home.pay402::<&str>(&[]).env("GIVEN", "1").of("env").run();
    let mut names: Vec<&str> =
        run.text().lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["GIVEN", "HOME", "LC_ALL", "PATH", "PAY402_HOME", "TMPDIR"]);
}

#[test]
fn a_terminal_is_one() {
    let home = Home::without_wallet();
    let mut session = home.pay402(&["-c", "echo asked >/dev/tty"]).of("sh").on_terminal("\"$@\"");
    session.exp_string("asked").unwrap();
    session.exp_eof().unwrap();
}

#[test]
fn streams_status_and_files_are_what_they_were() {
    let home = Home::without_wallet();
    let script = "cat; echo no >&2; echo kept > $PAY402_HOME/file; exit 7";
    let run = home.pay402(&["-c", script]).stdin(b"a\0b").of("sh").run();
    run.exits(7).prints(b"a\0b").says(&["no"]).says_one_line();
    assert_eq!(run.home_files(), ["file"]);
}

#[test]
fn a_program_that_hangs_is_killed_and_told() {
    let home = Home::without_wallet();
    let run = home.pay402(&["60"]).of("sleep").limit(Duration::from_millis(50)).run();
    assert_eq!(run.code(), None);
    assert!(run.to_string().contains("still running"), "{run}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_left_running_can_be_interrupted() {
    let home = Home::without_wallet();
    // Nothing is started in the loop: dash forgets a signal that comes while it starts a program.
    let script = "trap 'exit 3' INT; echo on; while :; do :; done";
    // What runs in the background of a shell without jobs ignores the signal, and so does a shell in it.
    let args = ["--default-signal=INT", "sh", "-c", script];
    let running = home.pay402(&args).of("env").start_until("on");
    assert_eq!(running.said, "on\n");
    assert_eq!(running.interrupt(), Some(3));
}

#[test]
fn a_closed_pipe_is_closed() {
    let home = Home::without_wallet();
    let run = home.pay402::<&str>(&[]).of("yes").stdout_ends_after(4).run();
    run.prints(b"y\ny\n").assert_fails();
}

#[test]
#[should_panic(expected = "a secret is in stderr")]
fn a_key_on_a_stream_fails_the_test() {
    let home = Home::without_wallet();
    let _ = home.pay402(&["-c", &format!("echo {} >&2", &KEY[2..])]).of("sh").run();
}

#[test]
#[should_panic(expected = "a secret is in home/file")]
fn a_password_in_a_file_fails_the_test() {
    let home = Home::without_wallet();
    let script = format!("printf '%s' '{PASSWORD}' > $PAY402_HOME/file");
    let _ = home.pay402(&["-c", &script]).of("sh").run();
}
