//! `pay402 reconcile`: asks the chain what became of payments, and records its proof.

use serde_json::{Value, json};

use super::runtime;
use crate::chain::{ChainError, Proof, Unavailable, verdict};
use crate::cli::answer::answer;
use crate::cli::args::{Format, ReconcileArgs};
use crate::cli::entry::amount;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::{http_options, nodes};
use crate::config::{self, Environment, Paths};
use crate::ledger::{self, Entry, Expiry, LedgerAdmin, State};
use crate::pay::Clock;
use crate::protocol::{Amount, Network};
use crate::system::SystemClock;
use crate::terminal::report::time;
use crate::transfer::{CLOCKS_DIFFER, Nodes, unavailable, words};

/// What the chain said of one payment.
enum Found {
    /// It settled.
    Settled {
        /// By which transaction, where that could be found.
        transaction: Option<String>,
    },
    /// It never settled and cannot any more.
    Expired,
    /// It is unused, and can still settle.
    Open,
    /// Nothing can be said, for this reason.
    Unknown(String),
}

/// Reconciles one payment or all that are open.
pub(crate) fn run(args: &ReconcileArgs, format: Format) -> Result<Exit, CliError> {
    let paths = Paths::find(Environment)?;
    let file = config::read(&paths.config)?;
    let nodes = nodes(&args.rpc_url, &file, http_options(&args.connection)?)?;
    let ledger = ledger::open(paths.ledger);
    let runtime = runtime()?;
    let mut entries = if let Some(id) = &args.id {
        vec![runtime.block_on(ledger.show(id)).map_err(CliError::Ledger)?]
    } else {
        let mut open = runtime.block_on(ledger.unresolved()).map_err(CliError::Ledger)?;
        open.extend(runtime.block_on(ledger.unproved(args.settled)).map_err(CliError::Ledger)?);
        open
    };
    let elsewhere = match &args.id {
        Some(_) => Vec::new(),
        None => runtime.block_on(busy(&ledger))?,
    };
    let mut exit = Exit::Done;
    let mut documents = Vec::new();
    for entry in &mut entries {
        let found = if entry.state.is_open() || entry.rests_on_server() {
            let found = runtime.block_on(ask(entry, &nodes)).unwrap_or_else(Found::Unknown);
            runtime.block_on(close(&ledger, entry, believed(found, entry, &nodes)))?
        } else {
            None
        };
        if matches!(found, Some(Found::Open | Found::Unknown(_))) {
            exit = Exit::OutcomeUnknown;
        }
        match format {
            Format::Text => answer(&line(entry, found.as_ref()))?,
            Format::Json => documents.push(document(entry, found.as_ref())),
        }
    }
    for entry in &elsewhere {
        let found = Found::Unknown("another process waits for its answer".to_owned());
        exit = Exit::OutcomeUnknown;
        match format {
            Format::Text => answer(&line(entry, Some(&found)))?,
            Format::Json => documents.push(document(entry, Some(&found))),
        }
    }
    match format {
        Format::Json => {
            answer(&format!(
                "{}\n",
                json!({"schema": "pay402/reconcile/1", "payments": documents})
            ))?;
        }
        Format::Text if entries.is_empty() && elsewhere.is_empty() => {
            answer("no payment's outcome is open\n")?;
        }
        Format::Text => {}
    }
    Ok(exit)
}

/// The open payments that other processes are busy with.
async fn busy(ledger: &impl LedgerAdmin) -> Result<Vec<Entry>, CliError> {
    let busy = ledger.elsewhere(SystemClock.now()).await.map_err(CliError::Ledger)?;
    let mut open = Vec::new();
    for busy in busy.iter().filter(|busy| !busy.settled) {
        open.push(ledger.show(&busy.id).await.map_err(CliError::Ledger)?);
    }
    Ok(open)
}

/// Asks the chain; an error is the reason why nothing can be said.
async fn ask(entry: &Entry, nodes: &Nodes) -> Result<Found, String> {
    let network = Network::of_v2(&entry.network).ok_or("the network is not known any more")?;
    let key = entry.settlement_key().ok_or("its scheme is not known any more")?;
    let chain = nodes.connect(network).await?;
    let newest = chain.latest().await.map_err(|error| words(&error))?;
    let used = chain.authorization_state(&key, newest).await.map_err(|error| words(&error))?;
    let mut settled = None;
    if used {
        let since = entry.valid_after.max(entry.reserved_at.saturating_sub(CLOCKS_DIFFER));
        settled = match chain.settlement(&key, since..entry.valid_before, newest).await {
            Ok(settled) => settled,
            Err(error) if contradicts(&error) => return Err(unavailable(&error)),
            // That it was used is known all the same where the transaction cannot be found.
            Err(_) => None,
        };
    }
    let says = |words: &str| Ok(Found::Unknown(format!("the server says it settled, but {words}")));
    let found = verdict(used, settled, newest, entry.valid_before);
    if entry.rests_on_server() {
        match found {
            Proof::UnusedAndExpired => return says("it never did, and cannot any more"),
            Proof::StillOpen => return says("the chain does not show it"),
            Proof::Settled(_) | Proof::UsedWithoutTransaction => {}
        }
    }
    Ok(match found {
        Proof::Settled(by) if by.payee != entry.payee || by.value != entry.amount.atomic() => {
            Found::Unknown("the chain shows another transfer than was signed".to_owned())
        }
        Proof::Settled(by) => Found::Settled { transaction: Some(by.transaction.to_string()) },
        // A nonce is used by settling or by cancelling, and this program cancels nothing.
        Proof::UsedWithoutTransaction => Found::Settled { transaction: None },
        Proof::UnusedAndExpired => Found::Expired,
        Proof::StillOpen => Found::Open,
    })
}

/// Whether a node says what cannot be: then nothing of what it says is a proof.
const fn contradicts(error: &Unavailable) -> bool {
    use ChainError::{Malformed, NoContract, NotJsonRpc, OtherChain};
    matches!(
        error,
        Unavailable::Reorganized
            | Unavailable::Node(Malformed(_) | NotJsonRpc | NoContract(_) | OtherChain { .. })
    )
}

/// What was found, as far as it may decide. That a payment never settled makes room in budgets, and only the
/// owner's file, or the table, says who is believed in that: whoever runs this could name a node of their own.
fn believed(found: Found, entry: &Entry, nodes: &Nodes) -> Found {
    let network = Network::of_v2(&entry.network);
    match (&found, network.and_then(|network| nodes.chosen_by(network))) {
        (Found::Expired, Some(who)) => Found::Unknown(format!(
            "it never settled and cannot any more, says {who}; it counts until a node says so that \
             config.toml names under [rpc], reached without those"
        )),
        _ => found,
    }
}

/// Records the end where there is proof. Nothing was found where somebody else has recorded one while
/// the chain was asked; the entry is then as they left it.
async fn close(
    ledger: &impl LedgerAdmin,
    entry: &mut Entry,
    found: Found,
) -> Result<Option<Found>, CliError> {
    let now = SystemClock.now();
    let closed = match &found {
        Found::Settled { transaction } if entry.rests_on_server() => {
            ledger.confirm_settlement(&entry.id, transaction.as_deref(), None).await
        }
        Found::Settled { transaction } => {
            ledger.prove_settled(&entry.id, None::<Amount>, transaction.as_deref(), now).await
        }
        // The chain's clock may be ahead of this one; then it stays open a little longer.
        Found::Expired if now < entry.lapses_at() => return Ok(Some(Found::Open)),
        Found::Expired => ledger.expire(&entry.id, Expiry::Unused, now).await,
        Found::Open | Found::Unknown(_) => Ok(()),
    };
    // Proved and delivered: nothing is left to ask or to send.
    let closed = match (closed, &found) {
        (Ok(()), Found::Settled { .. }) => ledger.end_delivered(&entry.id, now).await,
        (closed, _) => closed,
    };
    match closed {
        Ok(()) => Ok(Some(found)),
        Err(ledger::Error::Impossible { state, .. }) if state.is_final() => {
            *entry = ledger.show(&entry.id).await.map_err(CliError::Ledger)?;
            Ok(None)
        }
        Err(error) => Err(CliError::Ledger(error)),
    }
}

fn outcome(entry: &Entry, found: Option<&Found>) -> &'static str {
    match found {
        None => entry.state.word(),
        Some(Found::Settled { .. }) => "settled",
        Some(Found::Expired) => "expired",
        Some(Found::Open) => "open",
        Some(Found::Unknown(_)) => "unknown",
    }
}

fn line(entry: &Entry, found: Option<&Found>) -> String {
    let price = amount(entry.amount, entry.decimals, &entry.symbol);
    let said = match found {
        None if entry.state == State::Reserved => "is reserved and not signed".to_owned(),
        None => format!("is {} already", entry.state.word()),
        Some(Found::Settled { transaction: Some(hash) }) => format!("settled in {hash}"),
        Some(Found::Settled { transaction: None }) => {
            "settled: its nonce is used; the transaction was not found".to_owned()
        }
        Some(Found::Expired) => "never settled, and cannot any more".to_owned(),
        Some(Found::Open) => {
            format!("has not settled, and still can until {}", time(entry.valid_before))
        }
        Some(Found::Unknown(why)) => format!("is unknown: {why}"),
    };
    format!("{} of {price} {said}\n", entry.id)
}

fn document(entry: &Entry, found: Option<&Found>) -> Value {
    let (transaction, why) = match found {
        Some(Found::Settled { transaction }) => (transaction.as_ref(), None),
        Some(Found::Unknown(why)) => (None, Some(why)),
        _ => (entry.transaction.as_ref(), None),
    };
    json!({
        "id": entry.id,
        "outcome": outcome(entry, found),
        "amount": entry.amount.human(entry.decimals),
        "amount_atomic": entry.amount.to_string(),
        "asset": entry.symbol,
        "network_id": entry.network,
        "transaction": transaction,
        "valid_before": time(entry.valid_before),
        "reason": why,
    })
}
