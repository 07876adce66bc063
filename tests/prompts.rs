//! Signals, stops and the background while a question or a password prompt stands: the terminal is given back as
//! it was found, and only an answer to what is on the screen counts.

use crate::support::invocation::Invocation;
use crate::support::{Home, Paywall, Reply};
use rexpect::session::PtySession;
use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Longer than what was typed takes to be read.
const READ: Duration = Duration::from_millis(400);

/// A home whose key is in a keystore called `default`, with the password `sesame`.
fn with_keystore() -> Home {
    let home = Home::without_wallet();
    let password = home.secret("password", "sesame");
    home.run(&["wallet", "new", "--lightkdf", "--password-file", &password]).exits(0);
    home
}

/// Starts it on a terminal from a shell whose own `before` and `after` are the terminal's modes, and that
/// itself survives what comes from the keyboard. The process id is in `pid`.
fn started(invocation: Invocation<'_>) -> PtySession {
    let script = "trap : INT TERM QUIT HUP; stty echo; stty -a >before; \
                  sh -c 'echo $$ >pid; exec \"$@\"' sh \"$@\" </dev/null >out; code=$?; \
                  stty -a >after; echo \"ended=$code=\"";
    invocation.on_terminal(script)
}

/// Sends a signal to the program that [`started`] has started.
fn send(home: &Home, signal: &str) {
    assert!(sent(home, signal), "it had ended already");
}

/// Sends a signal to it; whether it was still there.
fn sent(home: &Home, signal: &str) -> bool {
    let pid = fs::read_to_string(home.work("pid")).unwrap();
    let kill = Command::new("kill").args([&format!("-{signal}"), pid.trim()]).status();
    kill.unwrap().success()
}

/// Waits for the end: what was shown until then, and the exit code.
fn end(session: &mut PtySession) -> (String, String) {
    let shown = session.exp_string("ended=").unwrap();
    let code = session.exp_string("=").unwrap();
    session.exp_eof().unwrap();
    (shown, code)
}

#[track_caller]
fn assert_modes_are_as_before(home: &Home) {
    let modes = |name: &str| fs::read_to_string(home.work(name)).unwrap();
    let (before, after) = (modes("before"), modes("after"));
    assert!(before.contains(" echo ") && before.contains(" icanon"), "{before}");
    assert_eq!(before, after);
}

#[test]
fn a_signal_at_the_password_gives_the_terminal_back_and_says_that_nothing_was_signed() {
    for signal in ["INT", "TERM", "QUIT", "HUP"] {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        let mut session = started(home.paying(&[paywall.url("/")]));
        session.exp_string("Password for wallet").unwrap();
        session.send("half a").unwrap();
        session.flush().unwrap();
        sleep(READ);
        send(&home, signal);
        let (shown, code) = end(&mut session);
        assert!(shown.contains("interrupted; nothing was signed"), "{signal}: {shown:?}");
        assert!(!shown.contains("half"), "{shown:?}");
        assert_eq!(code, "130", "{signal}");
        assert_modes_are_as_before(&home);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_signal_that_ends_every_program_gives_the_terminal_back_first() {
    for (signal, code) in [("ALRM", "142"), ("USR1", "138"), ("USR2", "140")] {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        let mut session = started(home.paying(&[paywall.url("/")]));
        session.exp_string("Password for wallet").unwrap();
        sleep(READ);
        send(&home, signal);
        assert_eq!(end(&mut session).1, code, "{signal}");
        assert_modes_are_as_before(&home);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_signal_at_the_password_of_one_of_several_gives_the_terminal_back() {
    for count in [1, 2] {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        let mut session = started(home.paying(&[paywall.url("/a"), paywall.url("/b")]));
        session.exp_string("Password for wallet").unwrap();
        sleep(READ);
        send(&home, "INT");
        // The second may come too late.
        (1..count).for_each(|_| _ = sent(&home, "INT"));
        let (_, code) = end(&mut session);
        assert_eq!(code, "130");
        assert_modes_are_as_before(&home);
        paywall.asked_but_not_paid();
    }
}

#[test]
fn ctrl_c_at_a_question_or_a_password_says_that_nothing_was_signed() {
    let cases: [(&[&str], &str); 2] = [(&["--ask"], "[y/N]"), (&[], "Password for wallet")];
    for (args, prompt) in cases {
        for key in ['c', '\\'] {
            let paywall = Paywall::v2().start();
            let home = with_keystore();
            let url = paywall.url("/");
            let mut session = started(home.paying(&[args, &[&url]].concat()));
            session.exp_string(prompt).unwrap();
            sleep(READ);
            session.send_control(key).unwrap();
            let (shown, code) = end(&mut session);
            assert!(shown.contains("interrupted; nothing was signed"), "{key} {shown:?}");
            assert_eq!(code, "130");
            assert_modes_are_as_before(&home);
            paywall.asked_but_not_paid();
        }
    }
}

#[test]
fn a_signal_at_any_other_prompt_gives_the_terminal_back_and_changes_nothing() {
    let home = with_keystore();
    let (key, url) = (home.secret("key2", crate::support::home::KEY), "http://127.0.0.1:9/");
    let before = fs::read(home.path("wallets/default.json")).unwrap();
    let exported = home.work("exported");
    let cases: [(&[&str], &str, &str); 7] = [
        (&["wallet", "new", "other"], "New password", "nothing was changed"),
        (&["wallet", "import", "third", "--private-key-file", &key], "New password", "changed"),
        (&["wallet", "passwd", "default"], "Password for wallet", "nothing was changed"),
        (
            &["wallet", "export", "default", "--private-key-file", exported.to_str().unwrap()],
            "Password for wallet",
            "nothing was changed",
        ),
        (&["wallet", "remove", "default"], "[y/N]", "nothing was changed"),
        (&["-u", "me", url], "Password for user", "nothing was sent"),
        (&["-x", url, "--proxy-user", "me", url], "Password for proxy user", "nothing was sent"),
    ];
    for (args, prompt, words) in cases {
        for signal in ["INT", "TERM"] {
            let mut session = started(home.pay402(args));
            session.exp_string(prompt).unwrap();
            sleep(READ);
            send(&home, signal);
            let (shown, code) = end(&mut session);
            assert!(shown.contains("interrupted; ") && shown.contains(words), "{args:?} {shown:?}");
            assert_eq!(code, "130", "{args:?}");
            assert_modes_are_as_before(&home);
        }
    }
    assert!(!exported.exists());
    assert_eq!(fs::read(home.path("wallets/default.json")).unwrap(), before);
    assert_eq!(fs::read_dir(home.path("wallets")).unwrap().count(), 1);
}

#[test]
fn a_password_is_asked_for_again_and_not_shown_after_ctrl_z_and_fg() {
    for by_key in [true, false] {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        // With job control the program has a process group of its own, which a shell can continue.
        let script = "set -m; stty echo; stty -a >before; sh -c 'echo $$ >pid; exec \"$@\"' sh \"$@\" >out; \
                      stty -a >after; sleep 1; fg >/dev/null; echo \"ended=$?=\"";
        let mut session = home.paying(&[paywall.url("/")]).on_terminal(script);
        session.exp_string("Password for wallet").unwrap();
        session.send("rubbish").unwrap();
        session.flush().unwrap();
        sleep(READ);
        if by_key {
            session.send_control('z').unwrap();
        } else {
            send(&home, "TSTP");
        }
        session.exp_string("Password for wallet").unwrap();
        sleep(READ);
        assert_modes_are_as_before(&home);
        session.send_line("sesame").unwrap();
        let (shown, code) = end(&mut session);
        assert!(!shown.contains("sesame"), "{shown:?}");
        assert_eq!(code, "0", "{shown:?}");
        assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    }
}

#[test]
fn a_yes_from_before_fg_does_not_count_and_the_question_is_drawn_again() {
    for by_key in [true, false] {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let script = "set -m; sh -c 'echo $$ >pid; exec \"$@\"' sh \"$@\" >out; \
                      clear; echo stopped; sleep 2; fg >/dev/null; echo \"ended=$?=\"";
        let invocation = home.pay402(&[paywall.url("/")]).env("TERM", "xterm");
        let mut session = invocation.on_terminal(script);
        session.exp_string("[y/N]").unwrap();
        sleep(READ);
        if by_key {
            session.send_control('z').unwrap();
        } else {
            send(&home, "STOP");
        }
        session.exp_string("stopped").unwrap();
        session.send_line("y").unwrap();
        let again = session.exp_string("[y/N]").unwrap();
        assert!(again.contains("USDC") && again.contains("http://127.0.0.1"), "{again:?}");
        sleep(READ);
        paywall.asked_but_not_paid();
        session.send_line("y").unwrap();
        assert_eq!(end(&mut session).1, "0");
        assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    }
}

#[test]
fn what_is_asked_when_the_process_goes_to_the_background_gets_no_answer() {
    for (args, prompt, code) in
        [(&["--ask"][..], "[y/N]", "113"), (&[], "Password for wallet", "115")]
    {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        let url = paywall.url("/");
        let script = "set -m; \"$@\"; echo stopped; bg >/dev/null; wait %1; echo \"ended=$?=\"";
        let mut session = home.paying(&[args, &[&url]].concat()).on_terminal(script);
        session.exp_string(prompt).unwrap();
        sleep(READ);
        session.send_control('z').unwrap();
        session.exp_string("stopped").unwrap();
        let (said, ended) = end(&mut session);
        assert_eq!(ended, code, "{said:?}");
        for words in ["no terminal to ask on", "nothing was signed", "hint:"] {
            assert!(said.contains(words), "{said:?}");
        }
        paywall.asked_but_not_paid();
    }
}

/// Shells that run the program in the background of a terminal.
const BACKGROUND: [&str; 2] =
    ["set -m; \"$@\" & wait $!; echo \"ended=$?=\"", "timeout 20 \"$@\"; echo \"ended=$?=\""];

#[test]
fn a_process_in_the_background_asks_nothing() {
    for script in BACKGROUND {
        let paywall = Paywall::v2().start();
        let home = with_keystore();
        let url = paywall.url("/");
        for (args, code) in [(&["--ask", &url][..], "113"), (&[&url], "115")] {
            let mut session = home.paying(args).env("TERM", "xterm").on_terminal(script);
            let (shown, ended) = end(&mut session);
            assert_eq!(ended, code, "{shown:?}");
            assert!(shown.contains("no terminal to ask on"), "{shown:?}");
            assert!(shown.contains("hint: "), "{shown:?}");
            assert!(!shown.contains('\u{1b}'), "{shown:?}");
        }
        paywall.asked_but_not_paid();
    }
}

#[test]
fn a_process_in_the_background_draws_nothing() {
    for script in BACKGROUND {
        let slowly = |_: &_| Reply::ok(vec![b'x'; 200]).trickle(20, Duration::from_millis(60));
        let (free, paid) = (Paywall::serve(slowly), Paywall::v2().start());
        let home = Home::new();
        for args in [
            &["-o", "free", &free.url("/")][..],
            &["-#", "-o", "free", &free.url("/")],
            &["-o", "paid", &paid.url("/")],
        ] {
            let mut session = home.paying(args).env("TERM", "xterm").on_terminal(script);
            let (shown, code) = end(&mut session);
            assert_eq!(code, "0", "{shown:?}");
            assert!(!shown.contains('\u{1b}') && !shown.contains('#'), "{shown:?}");
        }
    }
}

#[test]
fn drawing_stops_in_the_background_and_begins_anew_in_the_foreground() {
    let slowly = |_: &_| Reply::ok(vec![b'x'; 200]).trickle(2, Duration::from_millis(70));
    let paywall = Paywall::serve(slowly);
    let home = Home::new();
    let script = "set -m; \"$@\"; echo stopped; bg >/dev/null; sleep 2; echo again; fg >/dev/null; \
                  echo \"ended=$?=\"";
    let invocation = home.pay402(&["-o", "x", &paywall.url("/")]).env("TERM", "xterm");
    let mut session = invocation.on_terminal(script);
    session.exp_string("left").unwrap();
    session.send_control('z').unwrap();
    session.exp_string("stopped").unwrap();
    let meanwhile = session.exp_string("again").unwrap();
    assert!(!meanwhile.contains('\u{1b}') && !meanwhile.contains("left"), "{meanwhile:?}");
    let first = session.exp_string("left").unwrap();
    assert!(!first.contains('\u{1b}'), "nothing above is taken away: {first:?}");
    assert_eq!(end(&mut session).1, "0");
}

#[test]
fn nobody_is_asked_to_pay_from_a_wallet_that_is_not_there() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let home = Home::without_wallet();
    let (key, gone) = (home.secret("key", "0x12"), home.work("gone"));
    let gone = gone.to_str().unwrap();
    let cases: [(&[&str], &str, &str); 6] = [
        (&[&url], "115", "wallet new"),
        (&["--wallet", "other", &url], "115", "other"),
        (&["--wallet", gone, &url], "115", "gone"),
        (&["--wallet", "a\nb", &url], "2", "name"),
        (&["--private-key-file", gone, &url], "115", "gone"),
        (&["--private-key-file", &key, &url], "115", "no private key"),
    ];
    for (args, code, words) in cases {
        let mut session = started(home.pay402(args));
        let (shown, ended) = end(&mut session);
        assert_eq!(ended, code, "{args:?} {shown:?}");
        assert!(shown.contains(words) && shown.contains("nothing was signed"), "{shown:?}");
        assert!(!shown.contains("[y/N]"), "{args:?} {shown:?}");
    }
    paywall.asked_but_not_paid();
}

#[test]
fn nobody_is_asked_to_pay_once_more_from_a_wallet_that_is_not_there() {
    let paywall = Paywall::v2().deliver(|_| Reply::silence()).start();
    let (home, url) = (Home::new(), paywall.url("/"));
    home.pay(&["-m", "1", &url]).exits(118);
    let key = home.work("gone");
    let args = ["--max-price", "1", "--wallet", key.to_str().unwrap(), "-H", "Accept: x/y", &url];
    let mut session = started(home.without_key(&args));
    let (shown, ended) = end(&mut session);
    assert!(shown.contains("gone") && shown.contains("nothing was signed"), "{shown:?}");
    assert!(!shown.contains("[y/N]"), "{shown:?}");
    assert_eq!((ended.as_str(), paywall.payments().len()), ("115", 1));
}

#[test]
fn a_key_that_comes_through_a_pipe_is_not_read_before_the_yes() {
    let paywall = Paywall::v2().start();
    let home = Home::without_wallet();
    let key = home.secret("key", crate::support::home::KEY);
    let script = format!(
        "mkfifo pipe; cat {key} >pipe & \"$@\" --private-key-file pipe </dev/null >out; echo \"ended=$?=\""
    );
    let mut session = home.pay402(&[paywall.url("/")]).on_terminal(&script);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    assert_eq!(end(&mut session).1, "0");
}
