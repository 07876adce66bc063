//! `--dry-run`: the terms, and what the rules make of them. Needs no wallet, signs nothing.

use super::offset::resume_from;
use super::run::Run;
use super::session::Shared;
use super::stats::TransferStats;
use super::{Ended, PayFailure, Target, TransferError, WalletFailure};
use crate::ledger;
use crate::pay::{
    self, Answer, Clock, Earlier, Foreseen, Inspected, NothingSigned, Signed, SignedCause,
    Transport,
};
use crate::policy::Decision;
use crate::system::SystemClock;
use crate::terminal::observer::warn_of;
use crate::terminal::report::{DryRun, State, dry_run_json, dry_run_text};

/// Asks, and shows what would be done. Ends with success if the request is free or would be paid, otherwise
/// as paying would have ended. A ledger that cannot be read keeps no terms from being shown.
pub(crate) async fn run(
    run: &Run<'_>,
    target: &Target,
    stats: &mut TransferStats,
    shared: &Shared,
) -> Result<Ended, TransferError> {
    let ledger = &mut shared.ledger();
    let resume_from = resume_from(&run.options, target);
    let mut exchange = run.exchange(target, resume_from, stats, shared).await?;
    let rules = |url: &url::Url| run.limits_for(target, url);
    let inspected = pay::inspect::<_, WalletFailure, ledger::Error>(&mut exchange, &rules).await;
    stats.tally = exchange.tally();
    let text = |found: &DryRun<'_>| {
        if run.options.speech.json {
            dry_run_json(found)
        } else {
            dry_run_text(found, run.screen.out)
        }
    };
    let show = async |found: &DryRun<'_>| run.print(&text(found), None).await;
    let now = SystemClock.now();
    match inspected {
        Ok(Inspected::Ordinary(answer)) => {
            stats.answered(&answer);
            let status = answer.status();
            show(&DryRun::Free { url: answer.url(), status }).await?;
            let failed = run.options.output.fail && status >= 400;
            if failed { Err(TransferError::Status(status)) } else { Ok(Ended::Done) }
        }
        Ok(Inspected::Demanded(mut demand)) => {
            let remembered = pay::remember(&mut demand, &rules, ledger).await;
            if !run.options.speech.silent {
                warn_of(&demand);
            }
            if !pay::is_paid_for(&demand.method) {
                run.warn_unpaid(&demand.method);
            }
            stats.state = State::Refused;
            let asked = exchange.asked().await.map_err(TransferError::Connection)?;
            let foreseen = pay::foresee(&demand, &asked, &exchange, &rules, ledger, now).await;
            let resend = match &foreseen {
                Ok(Foreseen::Resend(earlier)) => Some(earlier),
                _ => None,
            };
            show(&DryRun::Demanded { demand: &demand, resend }).await?;
            if let Err(error) = remembered {
                return Err(nothing_signed(NothingSigned::Ledger(error)));
            }
            match verdict(foreseen)? {
                Some(ended) => Ok(ended),
                None => Ok(match demand.assessment.decision {
                    Decision::Pay(_) => Ended::Done,
                    decision => Ended::Decided(decision),
                }),
            }
        }
        Err(NothingSigned::NoTerms(lost)) => {
            let asked = exchange.asked().await.map_err(TransferError::Connection)?;
            let foreseen = pay::foresee_lost(&lost, &asked, &exchange, &rules, ledger, now).await;
            if let Ok(Foreseen::Resend(earlier)) = &foreseen {
                show(&DryRun::Lost { url: &asked.url, resend: earlier }).await?;
            }
            verdict(foreseen)?.ok_or_else(|| nothing_signed(NothingSigned::NoTerms(lost)))
        }
        Err(failure) => Err(nothing_signed(failure)),
    }
}

fn nothing_signed(
    failure: NothingSigned<crate::http::Error, WalletFailure, ledger::Error>,
) -> TransferError {
    TransferError::Pay(PayFailure::from(failure))
}

/// How paying would have ended by the ledger, where it decides it.
fn verdict(foreseen: Result<Foreseen, ledger::Error>) -> Result<Option<Ended>, TransferError> {
    match foreseen {
        Err(error) => Err(nothing_signed(NothingSigned::Ledger(error))),
        Ok(Foreseen::Resend(_)) => Ok(Some(Ended::Done)),
        Ok(Foreseen::NotResent(Earlier { payment, settled, .. }, why)) => {
            let cause = SignedCause::NotResent { why, settled };
            let signed = Signed { payment, cause, unrecorded: None };
            Err(TransferError::Pay(PayFailure::Signed(Box::new(signed))))
        }
        Ok(Foreseen::Rival(earlier)) => {
            let earlier = Box::new(earlier);
            Err(nothing_signed(NothingSigned::Rival { earlier, declined: false }))
        }
        Ok(Foreseen::Busy(busy)) => {
            Err(nothing_signed(NothingSigned::Busy { busy, declined: false }))
        }
        Ok(Foreseen::Short(shortage)) => Err(nothing_signed(NothingSigned::OverBudget(shortage))),
        Ok(Foreseen::ClockAhead(seconds)) => {
            Err(nothing_signed(NothingSigned::ClockAhead { seconds }))
        }
        Ok(Foreseen::NoRoom) => {
            Err(nothing_signed(NothingSigned::Transport(crate::http::Error::Gap)))
        }
        Ok(Foreseen::Clear) => Ok(None),
    }
}
