//! A person at a terminal: what is asked, where it is asked, and what an answer does.

use crate::support::offer::PAYEE;
use crate::support::seller::demand;
use crate::support::{Home, Paywall, Reply, Version};
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Asked, and answered at once.
fn asked(home: &Home, args: &[&str], answer: &str) -> (String, String) {
    home.pay402(args).asked(Duration::ZERO, answer)
}

#[test]
fn without_a_cap_the_terminal_is_asked_and_yes_pays() {
    let paywall = Paywall::v2().price("1230000").start();
    let home = Home::new();
    let (question, code) = asked(&home, &[&paywall.url("/")], "y");
    assert!(question.starts_with(&format!("{FRESH}http://")), "{question:?}");
    for word in ["1.23", "USDC", PAYEE, "127.0.0.1", "base"] {
        assert!(question.to_lowercase().contains(&word.to_lowercase()), "{word}: {question}");
    }
    assert_eq!(code, "0");
    assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
}

#[test]
fn anything_but_yes_is_no() {
    for answer in ["n", "", "no", "nyes", "maybe", "\u{4}"] {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let (_, code) = asked(&home, &[&paywall.url("/")], answer);
        assert_eq!(code, "113", "{answer:?}");
        paywall.asked_but_not_paid();
        assert_eq!(fs::read(home.work("out")).unwrap(), b"");
    }
}

#[test]
fn ask_asks_within_the_cap_and_the_cap_holds_though_the_answer_is_yes() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    let (_, code) = asked(&home, &["--ask", "--max-price", "1", &paywall.url("/")], "y");
    assert_eq!(code, "0");
    let dear = Paywall::v2().price("50001").start();
    home.pay(&["--ask", &dear.url("/")]).exits(110);
    dear.asked_but_not_paid();
}

#[test]
fn ask_without_a_terminal_is_no() {
    let paywall = Paywall::v2().start();
    Home::new().pay(&["--ask", &paywall.url("/")]).refuses(113);
    paywall.asked_but_not_paid();
}

#[test]
fn a_yes_on_stdin_is_a_body_and_not_an_answer() {
    let paywall = Paywall::v2().start();
    let url = paywall.url("/");
    let run = Home::new().pay402(&["-d", "@-", &url]).stdin("y\ny\ny\n").run();
    run.refuses(113);
    paywall.asked_but_not_paid();
}

#[test]
fn the_servers_words_do_not_move_the_cursor() {
    let paywall = Paywall::v2()
        .price("9000000")
        .member(
            "resource",
            r#"{"url":"https://shop.test/","description":"\u001b[2K\rOnly $0.01\u202e [y/N]"}"#,
        )
        .start();
    let home = Home::new();
    let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
    let mut session = home.pay402(&[paywall.url("/")]).on_terminal(script);
    let question = session.exp_regex(r"\? \[y/N\] $").expect("a question").0;
    session.send_line("n").unwrap();
    let shown = question + &session.exp_string("ended=").unwrap();
    session.exp_eof().unwrap();
    assert!(shown.contains('9'), "{shown:?}");
    for raw in ["\u{1b}[2K", "\u{202e}"] {
        assert!(!shown.contains(raw), "{shown:?}");
    }
    paywall.asked_but_not_paid();
}

/// What goes before a question, so that nothing shown before it hides it. Read in `terminal/fresh.rs`.
const FRESH: &str = "\u{18}\u{1b}\\\u{1b}<\u{1b}7\u{1b}[?1049l\u{1b}[?69l\u{1b}[r\u{1b}8\u{1b}[m\u{f}\u{1b}(B\
                     \u{1b}[?7h\u{1b}[?25h\u{1b}[?2026l\r\r\n\u{1b}[J";

/// What follows it where a body came before: it may have made text and ground of one colour.
const COLOURS: &str = "\u{1b}]104\u{1b}\\\u{1b}]110\u{1b}\\\u{1b}]111\u{1b}\\";

#[test]
fn a_body_shown_before_a_question_cannot_hide_it() {
    let concealed = Paywall::serve(|_| Reply::ok(b"hello\n\x1b[8m"));
    let paywall = Paywall::v2().price("5000000").start();
    let home = Home::new();
    let script = "\"$@\" </dev/null; printf 'ended=%s=\\n' $?";
    let args = [concealed.url("/"), paywall.url("/")];
    let mut session = home.pay402(&args).env("NO_COLOR", "1").on_terminal(script);
    session.exp_string("hello").unwrap();
    session.exp_string("\u{1b}[8m").unwrap();
    let between = session.exp_string("http://127.0.0.1").unwrap();
    assert!(between.ends_with(&format!("{FRESH}{COLOURS}")), "{between:?}");
    session.exp_string("5 USDC").unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("n").unwrap();
    session.exp_string("ended=113=").unwrap();
    session.exp_eof().unwrap();
    paywall.asked_but_not_paid();
}

#[test]
fn a_body_shown_before_a_password_is_asked_for_cannot_hide_that_either() {
    let concealed = Paywall::serve(|_| Reply::ok(b"hello\n\x1b[8m"));
    let paywall = Paywall::v2().start();
    let home = Home::without_wallet();
    let password = home.secret("password", "sesame");
    home.run(&["wallet", "new", "--lightkdf", "--password-file", &password]).exits(0);
    let script = "\"$@\" </dev/null; printf 'ended=%s=\\n' $?";
    let args = [concealed.url("/"), paywall.url("/")];
    let mut session = home.paying(&args).on_terminal(script);
    session.exp_string("\u{1b}[8m").unwrap();
    let between = session.exp_string("Password for wallet").unwrap();
    assert!(between.ends_with(&format!("{FRESH}{COLOURS}")), "{between:?}");
    session.send_line("sesame").unwrap();
    session.exp_string("ended=0=").unwrap();
    session.exp_eof().unwrap();
}

#[test]
fn the_host_is_shown_whole_because_its_end_says_whose_it_is() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    // A proxy takes names that no name server would.
    for labels in [3, 20] {
        let host = format!("shop.test.{}evil.test", format!("{}.", "a".repeat(58)).repeat(labels));
        let url = format!("http://{host}/thing");
        let (question, code) = asked(&home, &["--allow-http", "-x", &paywall.url(""), &url], "n");
        assert!(question.contains(&host), "{question:?}");
        assert_eq!(code, "113");
    }
    paywall.asked_but_not_paid();
}

#[test]
fn a_server_that_hangs_up_while_a_person_thinks_is_called_again() {
    let hasty = |terms: &str| demand(Version::V2, terms).then_hangs_up(Duration::from_millis(200));
    let paywall = Paywall::v2().demand(move |_, terms| hasty(terms)).start();
    let home = Home::new();
    let (_, code) = home.pay402(&[&paywall.url("/")]).asked(Duration::from_millis(700), "y");
    assert_eq!(code, "0");
    assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
    assert_eq!(paywall.connections(), 2);
}

#[test]
fn ctrl_c_while_a_payment_is_out_says_so_and_the_next_run_sends_the_same() {
    let paywall = Paywall::v2().deliver(|_| Reply::silence()).start();
    let home = Home::new();
    let script = "trap : INT; \"$@\" </dev/null; printf 'ended=%s=\\n' $?";
    let invocation = home.paying(&[&paywall.url("/")]).env("TERM", "xterm");
    let mut session = invocation.on_terminal(script);
    session.exp_string("waiting for settlement").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("interrupted").unwrap();
    session.exp_string("can still be settled").unwrap();
    session.exp_string("ended=").unwrap();
    assert_eq!(session.exp_string("=").unwrap(), "118");
    session.exp_eof().unwrap();
    home.pay(&["-m", "1", &paywall.url("/")]).exits(118).says(&["sending the same one again"]);
    assert_eq!(paywall.payments().len(), 2);
    assert_eq!(paywall.nonces().len(), 1, "one authorization, sent twice");
}

#[test]
fn the_time_allowed_bounds_a_question_too() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
    let mut session = home.pay402(&["-m", "1", &paywall.url("/")]).on_terminal(script);
    session.exp_string("[y/N]").unwrap();
    session.exp_string("the time limit has passed").unwrap();
    session.exp_string("ended=").unwrap();
    assert_eq!(session.exp_string("=").unwrap(), "28");
    session.exp_eof().unwrap();
    paywall.asked_but_not_paid();
}

#[test]
fn the_time_allowed_bounds_the_wait_for_a_password_and_the_terminal_is_itself_again() {
    let paywall = Paywall::v2().start();
    let home = Home::without_wallet();
    let password = home.secret("password", "sesame");
    home.run(&["wallet", "new", "--password-file", &password]).exits(0);
    let script =
        "stty -a >before; \"$@\" </dev/null >out; printf 'ended=%s=\\n' $?; stty -a >after";
    let args = ["-m", "1", "--max-price", "1", &paywall.url("/")];
    let mut session = home.pay402(&args).on_terminal(script);
    session.exp_string("Password for wallet").unwrap();
    session.send("half a").unwrap();
    session.flush().unwrap();
    session.exp_string("the time limit has passed").unwrap();
    session.exp_string("ended=").unwrap();
    assert_eq!(session.exp_string("=").unwrap(), "28");
    session.exp_eof().unwrap();
    let modes = |name: &str| fs::read_to_string(home.work(name)).unwrap();
    assert_eq!(modes("before"), modes("after"));
    paywall.asked_but_not_paid();
}

/// Runs the program with its streams on a terminal, and returns what that showed and the exit code.
fn shown(home: &Home, args: &[&str]) -> (String, String) {
    let script = "\"$@\" </dev/null; printf 'ended=%s=\\n' $?";
    let mut session = home.paying(args).env("TERM", "xterm").on_terminal(script);
    let shown = session.exp_string("ended=").unwrap();
    let code = session.exp_string("=").unwrap();
    session.exp_eof().unwrap();
    (shown, code)
}

#[test]
fn a_body_that_is_no_text_is_not_thrown_at_a_terminal() {
    let paywall = Paywall::serve(|_| Reply::ok(b"\x00\x01binary"));
    let home = Home::new();
    let (text, code) = shown(&home, &[&paywall.url("/thing")]);
    assert!(text.contains("garble the terminal") && !text.contains("binary"), "{text:?}");
    assert_eq!((code.as_str(), home.work_files().len()), ("23", 0));
    let (text, code) = shown(&home, &["-o", "-", &paywall.url("/thing")]);
    assert!(text.contains("binary"), "{text:?}");
    assert_eq!(code, "0");
    let text_after = Paywall::serve(|_| Reply::ok([b"x".repeat(2000), vec![0]].concat()));
    assert_eq!(shown(&home, &[&text_after.url("/")]).1, "23", "in one piece with its beginning");
}

#[test]
fn a_body_that_is_no_text_and_was_paid_for_is_saved_and_its_name_said() {
    // Nobody asked for a file, so neither the URL nor the server has a say in its name.
    let named = ("Content-Disposition", "inline; filename=\"GNUmakefile\"");
    let paywall = Paywall::v2()
        .body(b"\x00paid\x01")
        .deliver(move |receipt| receipt.deliver().header(named.0, named.1))
        .start();
    let home = Home::new();
    let (text, code) = shown(&home, &[&paywall.url("/dir/Makefile?x")]);
    assert!(text.contains("pay402-response") && !text.contains("paid\u{1}"), "{text:?}");
    assert_eq!(code, "0");
    assert_eq!(fs::read(home.work("pay402-response")).unwrap(), b"\x00paid\x01");
    shown(&home, &[&paywall.url("/dir/Makefile?y")]);
    let files = ["pay402-response", "pay402-response.1"];
    assert_eq!(home.work_files(), files, "nothing is overwritten");
}

#[test]
fn each_of_several_transfers_has_a_bar_with_its_name() {
    let slow = |_: &_| Reply::ok(vec![b'x'; 200]).trickle(20, Duration::from_millis(100));
    let paywall = Paywall::serve(slow);
    let home = Home::new();
    let args = ["-Z", "-o", "#1", &paywall.url("/{first,second}")];
    let (text, code) = shown(&home, &args);
    assert!(text.contains("first ") && text.contains("second "), "{text:?}");
    assert!(text.contains("left"), "{text:?}");
    assert_eq!(code, "0");
    let (text, _) = shown(&home, &["-#", "-o", "x", &paywall.url("/bar")]);
    assert!(text.contains("##") && text.contains('%'), "{text:?}");
    for quiet in ["-s", "--no-progress-meter"] {
        let (text, _) = shown(&home, &[quiet, "-#", "-o", "x", &paywall.url("/bar")]);
        assert!(!text.contains("##"), "{text:?}");
    }
}

#[test]
fn several_that_must_be_asked_about_are_asked_about_in_turn() {
    let paywall = Paywall::v2().start();
    let home = Home::new();
    let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
    let mut session = home.pay402(&["-Z", &paywall.url("/{a,b}")]).on_terminal(script);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("n").unwrap();
    session.exp_string("ended=").unwrap();
    assert_eq!(session.exp_string("=").unwrap(), "113");
    session.exp_eof().unwrap();
    assert_eq!(paywall.payments().len(), 1);
    assert_eq!(fs::read(home.work("out")).unwrap(), b"the paid resource\n");
}

#[test]
fn a_body_that_changes_before_the_yes_is_not_paid_for() {
    for redirected in [false, true] {
        let paywall = Paywall::v2().start();
        let home = Home::new();
        let target = paywall.url("/thing");
        let door = Paywall::serve(move |_| Reply::redirect("307 Temporary Redirect", &target))
            .may_be_unused();
        let url = if redirected { door.url("/") } else { paywall.url("/thing") };
        let file = home.work("order");
        fs::write(&file, vec![b'a'; (1 << 20) + 1]).unwrap();
        let args = ["--ask", "--max-price", "1", "-L", "--data-binary", "@order", &url];
        let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
        let mut session = home.pay402(&args).on_terminal(script);
        session.exp_regex(r"\[[yY]/[nN]\]").expect("a question");
        fs::write(&file, vec![b'b'; (1 << 20) + 1]).unwrap();
        session.send_line("y").unwrap();
        let said = session.exp_string("ended=").unwrap();
        assert_eq!(session.exp_string("=").unwrap(), "26", "{said}");
        session.exp_eof().unwrap();
        assert!(said.contains("changed"), "{said}");
        paywall.asked_but_not_paid();
        assert!(crate::support::ledger::entries(&home).is_empty());
    }
}

#[test]
fn what_another_process_paid_while_a_question_stood_is_sent_and_not_signed_anew() {
    let (seller, taken) = (Paywall::v2(), AtomicUsize::new(0));
    let paywall = Paywall::serve(move |request| {
        let is_first = request.payment().is_some() && taken.fetch_add(1, Ordering::SeqCst) == 0;
        if is_first { Reply::one_byte() } else { seller.answer(request, &Mutex::default()) }
    });
    let home = Home::new();
    let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
    let mut session = home.pay402(&[&paywall.url("/")]).on_terminal(script);
    session.exp_regex(r"\[[yY]/[nN]\]").expect("a question");
    home.pay(&[&paywall.url("/")]).exits(118);
    session.send_line("y").unwrap();
    session.exp_string("sending the same one again").unwrap();
    session.exp_string("ended=").unwrap();
    assert_eq!(session.exp_string("=").unwrap(), "0");
    session.exp_eof().unwrap();
    assert_eq!((paywall.payments().len(), paywall.nonces().len()), (2, 1));
}
