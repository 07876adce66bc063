//! `pay402 budget`: each budget, and how it stands.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::json;

use super::runtime;
use crate::cli::answer::answer;
use crate::cli::args::{Args, Format};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::ledger::{self, LedgerAdmin as _};
use crate::pay::Clock;
use crate::policy::{Balance, BudgetUnits};
use crate::system::SystemClock;
use crate::terminal::report::time;

/// Shows the budgets of flags, environment and file.
pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let settings = Settings::gather(args)?;
    let ledger = ledger::open(settings.paths.ledger);
    let budgets = settings.rules.budgets();
    let balances = ledger.balances(&budgets, SystemClock.now());
    let balances = runtime()?.block_on(balances).map_err(CliError::Ledger)?;
    match args.speech.format {
        Format::Json => {
            let all: Vec<_> = balances.iter().map(document).collect();
            answer(&format!("{}\n", json!({"schema": "pay402/budget/1", "budgets": all})))?;
        }
        Format::Text if balances.is_empty() => {
            answer(
                "no budget is set; PAY402_BUDGET or [budget] in config.toml sets one (--budget is for a \
                 single run)\n",
            )?;
        }
        Format::Text => answer(&table(&balances))?,
    }
    Ok(Exit::Done)
}

/// What is signed with an open outcome: what may still settle, and what may have.
fn outstanding(balance: &Balance) -> BudgetUnits {
    balance.outstanding.plus(balance.unproven)
}

fn table(balances: &[Balance]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["budget", "host", "source", "spent", "outstanding", "left", "next release"]);
    for balance in balances {
        let budget = &balance.budget;
        table.add_row([
            budget.to_string(),
            budget.host.clone().unwrap_or_else(|| "all".to_owned()),
            budget.source.to_string(),
            balance.spent.to_string(),
            outstanding(balance).to_string(),
            balance.left.to_string(),
            balance.next_release.map_or_else(|| "-".to_owned(), time),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn document(balance: &Balance) -> serde_json::Value {
    let budget = &balance.budget;
    json!({
        "budget": budget.to_string(),
        "period": budget.period.word(),
        "host": budget.host,
        "source": budget.source.to_string(),
        "spent": balance.spent.to_string(),
        "outstanding": outstanding(balance).to_string(),
        "refused": budget.refused.word(),
        "refused_unproved": balance.refused.to_string(),
        "left": balance.left.to_string(),
        "next_release": balance.next_release.map(time),
    })
}
