//! `pay402 trust …`: what sellers may ask for, besides what was paid before.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::{Value, json};

use super::runtime;
use crate::cli::answer::answer;
use crate::cli::args::{Format, TrustAction, TrustArgs};
use crate::cli::entry::network_name;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::{Environment, Paths};
use crate::ledger::{self, LedgerAdmin as _, Trusted};
use crate::pay::Clock;
use crate::policy::Trust;
use crate::system::SystemClock;
use crate::terminal::report::time;
use crate::terminal::safe::Safe;

/// Trusts, lists or takes back.
pub(crate) fn run(
    action: Option<TrustAction>,
    args: &TrustArgs,
    format: Format,
) -> Result<Exit, CliError> {
    let ledger = ledger::open(Paths::find(Environment)?.ledger);
    let runtime = runtime()?;
    let text = match (action, &args.origin) {
        (Some(TrustAction::List), _) => {
            let all = runtime.block_on(ledger.trusted()).map_err(CliError::Ledger)?;
            match format {
                Format::Json => lines(&all),
                Format::Text if all.is_empty() => {
                    "nothing is trusted beyond what was paid\n".to_owned()
                }
                Format::Text => table(&all),
            }
        }
        (Some(TrustAction::Remove { origin }), _) => {
            let removed = runtime.block_on(ledger.distrust(&origin)).map_err(CliError::Ledger)?;
            if removed == 0 {
                return Err(CliError::NotTrusted(origin));
            }
            match format {
                Format::Json => {
                    let schema = "pay402/trust-removed/1";
                    format!("{}\n", json!({"schema": schema, "origin": origin, "removed": removed}))
                }
                Format::Text => format!("{} is no longer trusted\n", whole(&origin)),
            }
        }
        (None, Some(origin)) => {
            let line = Trusted {
                origin: origin.clone(),
                trust: Trust {
                    network: args.network.map(|network| network.caip2.to_owned()),
                    asset: args.asset.clone(),
                    payee: args.pay_to,
                },
                since: SystemClock.now(),
            };
            let trusted = ledger.trust(origin, &line.trust, line.since);
            runtime.block_on(trusted).map_err(CliError::Ledger)?;
            match format {
                Format::Json => lines(std::slice::from_ref(&line)),
                Format::Text => sentence(&line),
            }
        }
        (None, None) => return Err(CliError::NoUrl),
    };
    answer(&text)?;
    Ok(Exit::Done)
}

/// A host is never cut: what stands at its end is who owns it.
fn whole(origin: &str) -> Safe {
    Safe::new(origin, usize::MAX)
}

/// Network, asset and payee in words.
fn words(trust: &Trust) -> [String; 3] {
    [
        trust.network.as_deref().map_or("any network", network_name).to_owned(),
        trust.asset.clone().unwrap_or_else(|| "any asset".to_owned()),
        trust.payee.map_or_else(|| "anybody".to_owned(), |payee| payee.to_string()),
    ]
}

fn sentence(line: &Trusted) -> String {
    let [network, asset, payee] = words(&line.trust);
    format!("{} may ask for {asset} on {network}, to {payee}\n", whole(&line.origin))
}

fn table(all: &[Trusted]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["origin", "network", "asset", "payee", "since"]);
    for line in all {
        let [network, asset, payee] = words(&line.trust);
        table.add_row([whole(&line.origin).to_string(), network, asset, payee, time(line.since)]);
    }
    format!("{}\n", table.trim_fmt())
}

fn lines(all: &[Trusted]) -> String {
    let all: Vec<Value> = all.iter().map(document).collect();
    format!("{}\n", json!({"schema": "pay402/trust/1", "trusted": all}))
}

/// What is left open is null.
fn document(line: &Trusted) -> Value {
    let Trust { network, asset, payee } = &line.trust;
    json!({
        "origin": line.origin,
        "network": network.as_deref().map(network_name),
        "network_id": network,
        "asset": asset,
        "payee": payee.map(|payee| payee.to_string()),
        "since": time(line.since),
    })
}
