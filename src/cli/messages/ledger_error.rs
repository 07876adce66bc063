//! The failures of the ledger: a budget without room, a ledger that cannot be used.

use std::fmt::Write as _;
use std::path::Path;

use crate::ledger;
use crate::pay::{Busy, Clock as _};
use crate::policy::{Budget, BudgetUnits, Shortage, Unit};
use crate::terminal::report::{is_busy, time};

use super::super::exit::Exit;
use super::super::shell::quoted;
use super::{Message, doubt, facts, safe};
use crate::system::SystemClock;

/// What a budget counts is in whole units; the unit is the limit's.
fn in_unit(budget: &Budget, count: BudgetUnits) -> String {
    match &budget.limit.unit {
        Unit::Dollars => format!("${count}"),
        Unit::Asset(symbol) => format!("{count} {symbol}"),
    }
}

pub(super) fn over_budget(shortage: &Shortage) -> Message {
    let balance = &shortage.balance;
    let budget = &balance.budget;
    let sum = |count| in_unit(budget, count);
    let host = budget.host.as_deref().map(|host| format!(" for {host}")).unwrap_or_default();
    let sentence = format!(
        "the budget of {budget}{host} ({}) has {} left, and this needs {}; nothing was signed",
        budget.source,
        sum(balance.left),
        sum(shortage.needed),
    );
    let unsettled = balance.outstanding.plus(balance.unproven);
    let room = match shortage.fits_at {
        Some(at) => format!("there is room from {}", time(at)),
        None => "time alone makes no room".to_owned(),
    };
    let mut hint =
        format!("{} is spent and {} outstanding; {room}", sum(balance.spent), sum(unsettled));
    if balance.refused > BudgetUnits::default() {
        // Writing to a string cannot fail.
        let _ = write!(
            hint,
            "; of it {} was refused or never left, and counts until it is proved not to have settled: pay402 \
             reconcile asks the chain and frees it",
            sum(balance.refused)
        );
    }
    facts::budget(Message::new(Exit::BudgetExhausted, sentence).hint(hint), shortage)
}

/// Another process is busy with a payment, and nothing is sent beside it.
pub(super) fn elsewhere(busy: &Busy) -> Message {
    let exit = if busy.settled { Exit::PaidNotDelivered } else { Exit::OutcomeUnknown };
    Message::new(exit, format!("{}; nothing was sent", is_busy(busy, SystemClock.now())))
        .hint(end_of(busy))
}

/// What to do about a process that is busy.
pub(super) fn end_of(busy: &Busy) -> &'static str {
    if busy.process.stopped {
        "continue that process (fg) or end it"
    } else {
        "wait until that process has ended"
    }
}

/// What to do when the ledger is not the file any more that was opened.
pub(super) const REPLACED: &str = "run it again if the ledger that lies there now is the right one; an \
                                   older copy knows nothing of the payments since";

/// A path as a word of a suggested command.
fn shell_path(path: &Path) -> String {
    quoted(&safe(&path.display()))
}

/// The ledger cannot be used, so nothing is signed.
pub(super) fn ledger(error: &ledger::Error) -> Message {
    use ledger::Error as E;
    let message = |exit| Message::new(exit, format!("{}; nothing was signed", safe(error)));
    match error {
        E::NotFound(_) | E::Ambiguous { .. } | E::NotResendable { .. } => {
            Message::new(Exit::Usage, safe(error)).hint("pay402 history lists every payment")
        }
        E::Busy(id) => Message::new(Exit::OutcomeUnknown, format!("{}; nothing was sent", safe(error)))
            .hint(format!("wait until that process has ended; pay402 history show {id} tells how it stands")),
        E::SecondName { path, .. } => message(Exit::LedgerUnavailable).hint(format!(
            "find its other names with: find {} -xdev -samefile {}; remove them, and share a ledger by \
             its directory or by a symbolic link",
            shell_path(crate::ownership::directory_of(path)),
            shell_path(path)
        )),
        E::MountedAlone { path } => message(Exit::LedgerUnavailable).hint(format!(
            "mount the directory that it is in instead of {}",
            path.file_name().map(|name| safe(&name.display())).unwrap_or_default()
        )),
        E::SymbolicLink(_) => message(Exit::LedgerUnavailable).hint(
            "put what it leads to in its place; to share a ledger, link to ledger.db or to its directory",
        ),
        E::Replaced { .. } => message(Exit::LedgerUnavailable).hint(REPLACED),
        E::Full { .. } => message(Exit::LedgerUnavailable).hint("make room on that disk"),
        E::Newer { .. } => {
            message(Exit::LedgerUnavailable).hint("use the newer version of this program")
        }
        E::Locked { .. } => {
            message(Exit::LedgerUnavailable).hint("end the process that holds it, then try again")
        }
        E::Doubtful(doubt) => message(Exit::LedgerUnavailable).hint(doubt::hint(doubt)),
        E::NoLocks { .. } => {
            message(Exit::LedgerUnavailable).hint("set PAY402_HOME to a directory on a local disk")
        }
        E::HalfGone { .. } => message(Exit::LedgerUnavailable).hint(
            "put back the ledger that belongs to this log; before using a backup, move ledger.db-wal \
             and ledger.db-shm away: what was recorded since is not in it",
        ),
        E::Corrupt { .. } => message(Exit::LedgerUnavailable).hint(
            "it is not replaced by an empty one: restore it from a backup, or move it away after \
             looking at what it may hold",
        ),
        E::NoThread(_) | E::Stopped => message(Exit::LedgerUnavailable),
        _ => {
            message(Exit::LedgerUnavailable).hint("fix the permissions of that file or directory")
        }
    }
}
