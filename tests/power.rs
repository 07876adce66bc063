//! A process that is killed while it forces a record to the disk: the next process reads that record,
//! and the disk may not have it. Needs strace; where there is none, the tests beside the ledger's code
//! must do.

use crate::support::ledger::entries;
use crate::support::{Home, Paywall};
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// Whether this machine has strace, and lets it watch.
fn may_trace() -> bool {
    let probe = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    probe.is_ok_and(|status| status.success())
}

#[test]
fn what_a_killed_process_did_not_force_is_forced_before_it_leaves() {
    if !may_trace() {
        return;
    }
    let mut seen = 0;
    for kill_at in 1..=6 {
        let home = Home::new();
        home.pay(&[Paywall::v2().start().url("/before")]).exits(0);
        let (log, forced) = (home.work("forced"), Arc::new(Mutex::new(Vec::new())));
        let (watched, counts) = (log.clone(), Arc::clone(&forced));
        let paywall = Paywall::v2()
            .deliver(move |receipt| {
                let lines = fs::read_to_string(&watched).unwrap_or_default().lines().count();
                counts.lock().unwrap().push(lines);
                receipt.deliver()
            })
            .start();
        let url = paywall.url("/thing");
        let syncs = "fsync,fdatasync";
        let killing = format!(
            "exec strace -qq -f -o /dev/null -e trace={syncs} \
             -e inject={syncs}:signal=KILL:when={kill_at} \"$@\""
        );
        let killed = home.paying(&[&url]).in_shell(killing).run();
        // Whether it was killed inside the force of its signature.
        let is_signed = entries(&home).iter().any(|entry| entry.state == "signed");
        if !is_signed || !paywall.payments().is_empty() {
            continue;
        }
        killed.assert(killed.code() != Some(0), "it was killed");
        seen += 1;
        let counting = format!("exec strace -qq -f -o '{}' -e trace={syncs} \"$@\"", log.display());
        let next = home.paying(&[&url]).in_shell(counting).run();
        next.exits(0).prints("the paid resource\n").says(&["sending the same"]);
        assert_eq!((paywall.nonces().len(), paywall.payments().len()), (1, 1));
        let before_it_left = forced.lock().unwrap()[0];
        next.assert(before_it_left >= 1, "it was on the disk before it left");
    }
    assert!(seen > 0, "no run was killed inside the force of its signature");
}
