//! `pay402 wallet balance`: what the account that pays holds, by the chain's word.

use std::fmt::Write as _;

use alloy_primitives::{Address, U256};
use serde_json::{Value, json};

use super::{label, meant};
use crate::chain::Chain;
use crate::cli::args::{Args, BalanceArgs, Format, WalletArgs};
use crate::cli::commands::runtime;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::nodes::{Nodes, words};
use crate::cli::output::answer;
use crate::cli::settings::{
    KeySource, Settings, http_options, imported_key, key_source, keystore_of, one_key, opened,
};
use crate::protocol::{ASSETS, Amount, Asset, Network};
use crate::wallet::KeystoreFile;

/// What an account holds of an asset in atomic units, or why that cannot be said.
type Held = Result<U256, String>;

/// Asks each chain for each asset. What cannot be read is said, and exits with 56.
pub(super) fn run(args: &WalletArgs, asked: &BalanceArgs, format: Format) -> Result<Exit, Failure> {
    let settings = Settings::gather(&Args::default())?;
    let nodes = Nodes::new(&asked.rpc_url, &settings.file, http_options(&asked.connection)?)?;
    let (name, account) = account(&settings, args, asked.name.as_deref())?;
    let networks = match settings.rules.networks() {
        _ if !asked.network.is_empty() => asked.network.clone(),
        Some(named) => named.to_vec(),
        None => Network::named("base").into_iter().collect(),
    };
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
        for asset in ASSETS.iter().filter(|asset| asset.network == network) {
            if !asked.asset.is_empty() && !asked.asset.iter().any(|text| asset.goes_by(text)) {
                continue;
            }
            let held = runtime.block_on(held(&chain, asset, account));
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
) -> Result<(String, Address), Failure> {
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

async fn held(chain: &Result<Chain, String>, asset: &Asset, account: Address) -> Held {
    let chain = chain.as_ref().map_err(Clone::clone)?;
    chain.balance(asset.address, account).await.map_err(|error| words(&error))
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
