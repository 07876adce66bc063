//! `--dry-run`: the terms, and what the rules make of them. Needs no wallet, signs nothing.

use super::fetch::Run;
use crate::cli::args::Format;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, PayFailure};
use crate::cli::output::answer as print;
use crate::cli::settings::{Target, WalletFailure};
use crate::cli::world::{SystemClock, warn_of_the_clock};
use crate::cli::write_out::Facts;
use crate::ledger::{self, Books};
use crate::pay::{self, Answer, Clock, Demand, Inspected, Ledger, NothingSigned};
use crate::policy::{Decision, Refusal, Shortage};
use crate::terminal::report::{DryRun, State, dry_run_json, dry_run_text};

/// Asks, and shows what would be done. Ends with 0 if the request is free or would be paid, otherwise
/// with the code that paying would have had.
pub(super) async fn run(
    run: &Run<'_>,
    target: &Target,
    facts: &mut Facts,
) -> Result<Exit, Failure> {
    let mut exchange = run.exchange(target, facts)?;
    let rules = |url: &url::Url| run.settings.rules.limits_for(url);
    let inspected = pay::inspect::<_, WalletFailure, ledger::Error>(&mut exchange, &rules).await;
    facts.num_redirects = exchange.redirects;
    let inspected = inspected.map_err(|failure| Failure::Pay(PayFailure::from(failure)))?;
    let show = |found: &DryRun<'_>| match run.args.speech.format {
        Format::Json => print(&dry_run_json(found)),
        Format::Text => print(&dry_run_text(found, run.screen.out)),
    };
    match inspected {
        Inspected::Ordinary(answer) => {
            facts.answered(&answer);
            let status = answer.status();
            show(&DryRun::Free { url: answer.url().as_str(), status })?;
            let failed = run.args.output.fail && status >= 400;
            if failed { Err(Failure::Status(status)) } else { Ok(Exit::Done) }
        }
        Inspected::Demanded(demand) => {
            if !run.args.speech.silent {
                warn_of_the_clock(&demand);
            }
            show(&DryRun::Demanded(&demand))?;
            facts.state = State::Refused;
            if let Some(shortage) = shortage(run, &demand) {
                return Err(Failure::Pay(PayFailure::from(NothingSigned::OverBudget(shortage))));
            }
            Ok(match &demand.assessment.decision {
                Decision::Pay(_) => Exit::Done,
                Decision::Ask { .. } => Exit::ConsentMissing,
                Decision::Refuse { refusal: Refusal::OverCap, .. } => Exit::PriceOverCap,
                Decision::Refuse { refusal: Refusal::Rules, .. } => Exit::PolicyRefused,
                Decision::Refuse { refusal: Refusal::NothingPayable, .. } => Exit::NoPayableOffer,
            })
        }
    }
}

/// The budget that has no room, if the rest of the rules would pay. Books that cannot be read refuse
/// payments, but not a look at the terms.
fn shortage(run: &Run<'_>, demand: &Demand) -> Option<Box<Shortage>> {
    let Decision::Pay(approval) = &demand.assessment.decision else { return None };
    let budgets = run.settings.rules.limits_for(&demand.url).budgets;
    Books::at(run.settings.paths.ledger.clone())
        .shortage(approval.quote(), &demand.url, &budgets, SystemClock.now())
        .ok()
        .flatten()
}
