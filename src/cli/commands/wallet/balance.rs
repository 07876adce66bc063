//! `pay402 wallet balance`: what the account that pays holds, by the chain's word.

use std::fmt::Write as _;

use alloy_primitives::{Address, U256};
use serde_json::{Value, json};

use super::{label, meant};
use crate::chain::{Chain, ChainError};
use crate::cli::answer::answer;
use crate::cli::args::{Args, BalanceArgs, Format, WalletArgs};
use crate::cli::commands::runtime;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::{
    KeySource, Settings, http_options, imported_key, key_source, keystore_of, nodes, one_key,
    opened,
};
use crate::ledger::{self, LedgerAdmin as _};
use crate::protocol::{ASSETS, Amount, Asset, Network};
use crate::transfer::words;
use crate::wallet::KeystoreFile;

/// What an account holds of an asset in atomic units, or why that cannot be said.
type Held = Result<U256, String>;

/// Asks each chain for each asset. What cannot be read is said, and exits with 56.
pub(super) fn run(
    args: &WalletArgs,
    asked: &BalanceArgs,
    format: Format,
) -> Result<Exit, CliError> {
    let settings = Settings::gather(&Args::default())?;
    let nodes = nodes(&asked.rpc_url, &settings.file, http_options(&asked.connection)?)?;
    let (name, account) = account(&settings, args, asked.name.as_deref())?;
    let networks = networks(&settings, asked)?;
    let runtime = runtime()?;
    let (mut exit, mut documents) = (Exit::Done, Vec::new());
    if format == Format::Text {
        answer(&format!("wallet {name}\n  address   {account}\n"))?;
    }
    for network in networks {
        let chain = runtime.block_on(nodes.connect(network));
        if let (Err(why), Format::Text) = (&chain, format) {
            exit = Exit::Receive;
            answer(&format!("  {:<18} is unknown: {why}\n", network.name))?;
            continue;
        }
        let is_meant = |asset: &&Asset| {
            asset.network == network
                && (asked.asset.is_empty() || asked.asset.iter().any(|text| asset.goes_by(text)))
        };
        let mut found = Vec::new();
        for asset in ASSETS.iter().filter(is_meant) {
            found.push((asset, runtime.block_on(held(&chain, asset, account))));
        }
        // What nobody named, and this chain does not have, is left out where it has anything else.
        let is_told = !asked.asset.is_empty() || found.iter().all(|(_, held)| held.is_none());
        for (asset, held) in found {
            let held = match held {
                Some(held) => held,
                None if is_told => Err(ChainError::NoContract(asset.address).to_string()),
                None => continue,
            };
            if held.is_err() {
                exit = Exit::Receive;
            }
            match format {
                Format::Text => answer(&line(asset, &held))?,
                Format::Json => documents.push(document(asset, &held)),
            }
        }
    }
    if format == Format::Json {
        let all = json!({
            "schema": "pay402/balance/1",
            "name": name,
            "address": account.to_string(),
            "balances": documents,
        });
        answer(&format!("{all}\n"))?;
    }
    Ok(exit)
}

/// What the account is called, and its address. Only a keystore that names none has to be opened.
fn account(
    settings: &Settings,
    args: &WalletArgs,
    name: Option<&str>,
) -> Result<(String, Address), CliError> {
    let Settings { paths, file, .. } = settings;
    let named = |keystore: KeystoreFile| {
        let address = match keystore.keystore.address() {
            Some(address) => address,
            None => opened(&keystore, args, file)?.address(),
        };
        Ok((label(&keystore), address))
    };
    if name.is_none() {
        one_key(args)?;
    } else {
        return named(meant(paths, args, name)?);
    }
    let raw = |path: Option<&std::path::Path>| {
        Ok(("(a raw key)".to_owned(), imported_key(path)?.address()))
    };
    match key_source(args, file, &paths.wallets)? {
        KeySource::KeyFile(path) => raw(Some(&path)),
        KeySource::KeyVariable => raw(None),
        KeySource::Keystore { wallets, location, .. } => {
            named(keystore_of(&wallets, location.as_ref())?)
        }
    }
}

/// What the account holds; nothing where this chain has no contract of the asset.
async fn held(chain: &Result<Chain, String>, asset: &Asset, account: Address) -> Option<Held> {
    let chain = match chain {
        Ok(chain) => chain,
        Err(why) => return Some(Err(why.clone())),
    };
    match chain.balance(asset.address, account).await {
        Err(ChainError::NoContract(_)) => None,
        held => Some(held.map_err(|error| words(&error))),
    }
}

/// The networks to ask: those of `--network`; else those whose node is named, those the owner pays on,
/// and those of earlier payments; base where there is none of these.
fn networks(settings: &Settings, asked: &BalanceArgs) -> Result<Vec<&'static Network>, CliError> {
    if !asked.network.is_empty() {
        return Ok(asked.network.clone());
    }
    let mut networks: Vec<&'static Network> = Vec::new();
    let mut add = |network: &'static Network| {
        if !networks.contains(&network) {
            networks.push(network);
        }
    };
    asked.rpc_url.iter().for_each(|(network, _)| add(network));
    if let Some(named) = settings.rules.networks() {
        for network in named {
            add(network);
        }
        return Ok(networks);
    }
    settings.file.rpc.keys().filter_map(|name| Network::named(name)).for_each(&mut add);
    let paid = runtime()?
        .block_on(ledger::open(settings.paths.ledger.clone()).networks())
        .map_err(CliError::Ledger)?;
    paid.iter().filter_map(|name| Network::of_v2(name)).for_each(&mut add);
    if networks.is_empty() {
        networks.extend(Network::named("base"));
    }
    Ok(networks)
}

fn line(asset: &Asset, held: &Held) -> String {
    let mut line = format!("  {:<18}", asset.network.name);
    // Writing to a string cannot fail.
    let _ = match held {
        Ok(held) => {
            writeln!(line, " {} {}", Amount::new(*held).human(asset.decimals), asset.symbol)
        }
        Err(why) => writeln!(line, " {} is unknown: {why}", asset.symbol),
    };
    line
}

fn document(asset: &Asset, held: &Held) -> Value {
    let held = held.as_ref().map(|held| Amount::new(*held));
    json!({
        "network": asset.network.name,
        "network_id": asset.network.caip2,
        "asset": asset.symbol,
        "asset_address": asset.address.to_string(),
        "amount": held.as_ref().ok().map(|held| held.human(asset.decimals)),
        "amount_atomic": held.as_ref().ok().map(ToString::to_string),
        "error": held.err(),
    })
}
