//! A limit on threads costs nothing that was paid for.

use crate::support::{Home, Paywall};
use std::fs;
use std::time::Duration;

/// Has the program run with at most `LIMIT` threads and processes of its user. Root has no such limit, so
/// it runs as somebody else then, with whom nothing else runs.
const LIMITED: &str = r#"
    if test "$(id -u)" = 0; then
        program="$PAY402_HOME/../secrets/program"
        cp "$1" "$program" && shift && chown -R 64020:64020 "$PAY402_HOME/.." || exit 99
        exec setpriv --reuid=64020 --regid=64020 --clear-groups \
            prlimit --nproc="$LIMIT" "$program" "$@"
    fi
    exec prlimit --nproc="$LIMIT" "$@"
"#;

#[test]
fn what_is_paid_for_is_delivered_without_a_thread_for_it() {
    let body = "0123456789".repeat(20_000);
    for (limit, args) in [
        ("1", &["-o", "out"][..]),
        ("2", &["-o", "out"]),
        ("2", &["-o", "out", "-D", "heads", "--receipt", "r.json", "-c", "jar"]),
        ("2", &[]),
        ("3", &["-o", "out"]),
    ] {
        let paywall = Paywall::v2().body(&body).start();
        let (home, url) = (Home::new(), paywall.url("/"));
        let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
        let run = home.paying(&args).in_shell(LIMITED).env("LIMIT", limit);
        let run = run.limit(Duration::from_mins(1)).run();
        if paywall.payments().is_empty() {
            // Without a thread for the ledger nothing is signed. Of the limits of a user with other
            // programs nothing more is known.
            run.exits(116).says(&["thread"]);
            run.assert(limit == "1" || rustix::process::geteuid().as_raw() != 0, "too few threads");
            continue;
        }
        run.exits(0);
        match args.first() {
            Some(&"-o") => assert_eq!(fs::read_to_string(home.work("out")).unwrap(), body),
            _ => drop(run.prints(&body)),
        }
    }
}
