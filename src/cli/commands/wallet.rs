//! `pay402 wallet …`: make, keep, list and choose keystores. What opens one, or asks a chain about it, has
//! a file of its own.

mod balance;
mod export;
mod passwd;

use std::fmt::{Display, Write as _};
use std::path::Path;

use serde_json::json;

use crate::cli::answer::answer;
use crate::cli::args::{Format, WalletAction, WalletArgs};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::{imported_key, keystore_of, location, new_password};
use crate::config::{self, Environment, Paths};
use crate::system::SystemEntropy;
use crate::terminal::prompt::{self, PromptError};
use crate::terminal::safe::Safe;
use crate::transfer::WalletFailure;
use crate::wallet::{Cost, Keystore, KeystoreFile, Location, Name, PrivateKey, Randomness, Store};

/// Runs a wallet command.
pub(crate) fn run(
    action: WalletAction,
    args: &WalletArgs,
    format: Format,
) -> Result<Exit, CliError> {
    let paths = Paths::find(Environment)?;
    let cost = |light| if light { Cost::Light } else { Cost::Standard };
    match action {
        WalletAction::New { name, lightkdf } => {
            let name = free_name(&paths, &name)?;
            keep(&paths, args, &name, &new_key()?, cost(lightkdf), format)?;
        }
        WalletAction::Import { name, private_key_file, lightkdf } => {
            let name = free_name(&paths, &name)?;
            let key = imported_key(private_key_file.as_deref())?;
            keep(&paths, args, &name, &key, cost(lightkdf), format)?;
        }
        WalletAction::List => list(&paths, args, format)?,
        WalletAction::Show { name } => show(&paths, args, name.as_deref(), format)?,
        WalletAction::Passwd { name, new_password_file, lightkdf } => {
            let keystore = meant(&paths, args, name.as_deref())?;
            passwd::run(&paths, args, &keystore, new_password_file, cost(lightkdf), format)?;
        }
        WalletAction::Export { name, private_key_file } => {
            let keystore = meant(&paths, args, name.as_deref())?;
            export::run(&paths, args, &keystore, private_key_file.as_deref(), format)?;
        }
        WalletAction::Balance(balance) => return balance::run(args, &balance, format),
        WalletAction::Use { name } => {
            let name = Name::parse(&name)?;
            let file = Store::new(&paths.wallets).read(&Location::Name(name.clone()))?;
            config::choose_wallet(&paths.config, Some(&name.to_string()))?;
            let text = format!("payments come from wallet {name} from now on\n");
            let address = file.keystore.address().map(|address| address.to_string());
            say(format, &text, &document(&name, address.as_deref(), &file.path, Some(true)))?;
        }
        WalletAction::Remove { name, yes } => remove(&paths, &name, yes, format)?,
    }
    Ok(Exit::Done)
}

fn say(format: Format, text: &str, document: &serde_json::Value) -> Result<(), CliError> {
    match format {
        Format::Text => answer(text),
        Format::Json => answer(&format!("{document}\n")),
    }
}

/// A name that is not taken: known before a password is asked for.
fn free_name(paths: &Paths, name: &str) -> Result<Name, CliError> {
    let name = Name::parse(name)?;
    if Store::new(&paths.wallets).names()?.contains(&name) {
        return Err(crate::wallet::Error::AlreadyExists { name }.into());
    }
    Ok(name)
}

/// A fresh key. Random bytes outside the curve's range are drawn again.
pub(super) fn new_key() -> Result<PrivateKey, CliError> {
    loop {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        SystemEntropy::fill(bytes.as_mut()).map_err(|_| CliError::NoRandomness)?;
        if let Ok(key) = PrivateKey::from_bytes(&bytes) {
            return Ok(key);
        }
    }
}

/// A key as a keystore's text.
pub(super) fn seal(
    key: &PrivateKey,
    password: &crate::wallet::Password,
    cost: Cost,
) -> Result<String, CliError> {
    let mut randomness = Randomness::default();
    for buffer in [&mut randomness.salt[..], &mut randomness.iv, &mut randomness.id] {
        SystemEntropy::fill(buffer).map_err(|_| CliError::NoRandomness)?;
    }
    let sealed = Keystore::encrypt(key, password, cost, &randomness);
    sealed.map_err(|error| crate::wallet::Error::from(error).into())
}

fn keep(
    paths: &Paths,
    args: &WalletArgs,
    name: &Name,
    key: &PrivateKey,
    cost: Cost,
    format: Format,
) -> Result<(), CliError> {
    let password = new_password(args)?;
    let sealed = seal(key, &password, cost)?;
    let store = Store::new(&paths.wallets);
    let known = store.names()?;
    if let [only] = known.as_slice() {
        // Before there are two: the one that paid until now goes on paying.
        choose_unless_chosen(paths, only)?;
    }
    let path = store.create(name, &sealed)?;
    if known.is_empty() {
        choose_unless_chosen(paths, name)?;
    }
    let chosen = chosen(paths, &WalletArgs::default(), &store.names()?)?;
    let pays = chosen.as_ref() == Some(name);
    let from = match &chosen {
        _ if pays && known.is_empty() => String::new(),
        Some(chosen) if pays => format!("Payments come from {chosen}.\n"),
        Some(chosen) => format!(
            "Payments still come from {chosen}. To pay from this one: pay402 wallet use {name}\n"
        ),
        None => format!("No wallet is chosen. To pay from this one: pay402 wallet use {name}\n"),
    };
    let address = key.address();
    let text = format!(
        "wallet {name}\n  address   {address}\n  keystore  {path}\n\n\
         Back up the keystore file and its password: whoever lacks either one has no access, and\n\
         nobody can restore them.\n\
         To fund it, send USDC on a network your sellers take (Base is common) to the address.\n\
         No ether is needed: sellers pay for the settlement. Keep only what you mean to spend.\n{from}",
        path = path.display(),
    );
    say(format, &text, &document(name, Some(&address.to_string()), &path, Some(pays)))
}

/// Records in the owner's file that payments come from this wallet, unless another is named there.
fn choose_unless_chosen(paths: &Paths, name: &Name) -> Result<(), CliError> {
    if config::read(&paths.config)?.wallet.is_none() {
        config::choose_wallet(&paths.config, Some(&name.to_string()))?;
    }
    Ok(())
}

fn document(
    name: &dyn Display,
    address: Option<&str>,
    path: &Path,
    chosen: Option<bool>,
) -> serde_json::Value {
    json!({
        "schema": "pay402/wallet/1",
        "name": name.to_string(),
        "address": address,
        "keystore": path.display().to_string(),
        "chosen": chosen,
    })
}

/// Which of the names is that of the wallet that pays: the owner's choice, else the only one.
fn chosen(paths: &Paths, args: &WalletArgs, names: &[Name]) -> Result<Option<Name>, CliError> {
    Ok(match (location(args, &config::read(&paths.config)?)?, names) {
        (Some(Location::Name(name)), _) => Some(name),
        (None, [only]) => Some(only.clone()),
        (Some(Location::Path(_)) | None, _) => None,
    })
}

fn list(paths: &Paths, args: &WalletArgs, format: Format) -> Result<(), CliError> {
    let store = Store::new(&paths.wallets);
    let names = store.names()?;
    let chosen = chosen(paths, args, &names)?;
    let mut text = String::new();
    let mut documents = Vec::new();
    for name in &names {
        let is_chosen = chosen.as_ref() == Some(name);
        let mark = if is_chosen { '*' } else { ' ' };
        // One bad file must not hide the others.
        let (address, fault) = match store.read(&Location::Name(name.clone())) {
            Ok(file) => (file.keystore.address().map(|address| address.to_string()), None),
            Err(error) => (None, Some(Safe::new(&error.to_string(), 400).to_string())),
        };
        let shown = fault.as_deref().or(address.as_deref()).unwrap_or("(names no address)");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark} {name:<20} {shown}");
        let mut entry = document(name, address.as_deref(), &store.path(name), Some(is_chosen));
        if let (Some(members), Some(fault)) = (entry.as_object_mut(), fault) {
            members.insert("error".to_owned(), fault.into());
        }
        documents.push(entry);
    }
    if names.is_empty() {
        text.push_str("no wallets; make one with: pay402 wallet new\n");
    }
    say(format, &text, &json!({"schema": "pay402/wallets/1", "wallets": documents}))
}

/// The keystore that is meant, by its name or path; without one, the one that pays.
fn meant(paths: &Paths, args: &WalletArgs, name: Option<&str>) -> Result<KeystoreFile, CliError> {
    let location = match name {
        Some(name) => Some(Location::parse(name)?),
        None => location(args, &config::read(&paths.config)?)?,
    };
    Ok(keystore_of(&paths.wallets, location.as_ref())?)
}

/// What a keystore is called: its file's name without the ending.
fn label(keystore: &KeystoreFile) -> String {
    Safe::new(&keystore.path.file_stem().unwrap_or_default().to_string_lossy(), 64).to_string()
}

fn show(
    paths: &Paths,
    args: &WalletArgs,
    name: Option<&str>,
    format: Format,
) -> Result<(), CliError> {
    let file = meant(paths, args, name)?;
    let name = label(&file);
    let address = file.keystore.address().map(|address| address.to_string());
    let shown = address.as_deref().unwrap_or("(the keystore names none)");
    let text = format!("wallet {name}\n  address   {shown}\n  keystore  {}\n", file.path.display());
    say(format, &text, &document(&name, address.as_deref(), &file.path, None))
}

fn remove(paths: &Paths, name: &str, yes: bool, format: Format) -> Result<(), CliError> {
    let name = Name::parse(name)?;
    let store = Store::new(&paths.wallets);
    store.read(&Location::Name(name.clone()))?;
    let question = format!("Remove wallet {name}? Without a backup its money is lost.");
    if !yes {
        match prompt::confirm(&question) {
            Ok(true) => {}
            Err(error @ PromptError::Interrupted) => {
                return Err(CliError::Wallet(WalletFailure::Prompt(error)));
            }
            Ok(false) | Err(_) => return Err(CliError::NotRemoved),
        }
    }
    let path = store.remove(&name)?;
    if config::read(&paths.config)?.wallet.as_deref() == Some(name.to_string().as_str()) {
        config::choose_wallet(&paths.config, None)?;
    }
    let left = store.names()?;
    let unchosen = left.len() > 1 && chosen(paths, &WalletArgs::default(), &left)?.is_none();
    let next = if unchosen {
        "No wallet is chosen any more. To choose one: pay402 wallet use NAME\n"
    } else {
        ""
    };
    let text = format!("removed {}\n{next}", path.display());
    say(format, &text, &document(&name, None, &path, None))
}
