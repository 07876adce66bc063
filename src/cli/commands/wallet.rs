//! `pay402 wallet …`: make, keep, list and choose keystores.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use crate::cli::args::{Format, WalletAction, WalletArgs};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::answer;
use crate::cli::settings::{imported_key, new_password};
use crate::cli::world::SystemEntropy;
use crate::config::{self, Environment, Paths};
use crate::terminal::prompt;
use crate::terminal::safe::Safe;
use crate::wallet::{Cost, Keystore, Location, Name, PrivateKey, Randomness, Store};

/// Runs a wallet command.
pub(crate) fn run(
    action: WalletAction,
    args: &WalletArgs,
    format: Format,
) -> Result<Exit, Failure> {
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
        WalletAction::List => list(&paths, format)?,
        WalletAction::Show { name } => show(&paths, args, name, format)?,
        WalletAction::Use { name } => {
            let name = Name::parse(&name)?;
            Store::new(&paths.wallets).read(&Location::Name(name.clone()))?;
            config::choose_wallet(&paths.config, Some(&name.to_string()))?;
            let text = format!("payments come from wallet {name} from now on\n");
            say(format, &text, &json!({"schema": "pay402/wallet/1", "name": name.to_string()}))?;
        }
        WalletAction::Remove { name, yes } => remove(&paths, &name, yes, format)?,
    }
    Ok(Exit::Done)
}

fn say(format: Format, text: &str, document: &serde_json::Value) -> Result<(), Failure> {
    match format {
        Format::Text => answer(text),
        Format::Json => answer(&format!("{document}\n")),
    }
}

/// A name that is not taken: known before a password is asked for.
fn free_name(paths: &Paths, name: &str) -> Result<Name, Failure> {
    let name = Name::parse(name)?;
    if Store::new(&paths.wallets).names()?.contains(&name) {
        return Err(crate::wallet::Error::AlreadyExists { name }.into());
    }
    Ok(name)
}

/// A fresh key. Random bytes outside the curve's range are drawn again.
pub(super) fn new_key() -> Result<PrivateKey, Failure> {
    loop {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        SystemEntropy::fill(bytes.as_mut()).map_err(|_| Failure::NoRandomness)?;
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
) -> Result<String, Failure> {
    let mut randomness = Randomness::default();
    for buffer in [&mut randomness.salt[..], &mut randomness.iv, &mut randomness.id] {
        SystemEntropy::fill(buffer).map_err(|_| Failure::NoRandomness)?;
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
) -> Result<(), Failure> {
    let password = new_password(args)?;
    let sealed = seal(key, &password, cost)?;
    let path = Store::new(&paths.wallets).create(name, &sealed)?;
    let address = key.address();
    let text = format!(
        "wallet {name}\n  address   {address}\n  keystore  {path}\n\n\
         Back up the keystore file and its password: whoever lacks either one has no access, and\n\
         nobody can restore them.\n\
         To fund it, send USDC on a network your sellers take (Base is common) to the address.\n\
         No ether is needed: sellers pay for the settlement. Keep only what you mean to spend.\n",
        path = path.display(),
    );
    say(format, &text, &document(name, Some(&address.to_string()), &path, None))
}

fn document(
    name: &Name,
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

/// The wallet that pays when none is named: the owner's choice, else the only one.
fn chosen(paths: &Paths, names: &[Name]) -> Result<Option<Name>, Failure> {
    let file = config::read(&paths.config)?;
    Ok(match (file.wallet, names) {
        (Some(name), _) => Name::parse(&name).ok(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    })
}

fn list(paths: &Paths, format: Format) -> Result<(), Failure> {
    let store = Store::new(&paths.wallets);
    let names = store.names()?;
    let chosen = chosen(paths, &names)?;
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

fn show(
    paths: &Paths,
    args: &WalletArgs,
    name: Option<String>,
    format: Format,
) -> Result<(), Failure> {
    let store = Store::new(&paths.wallets);
    let name = match name.or_else(|| args.wallet.clone()) {
        Some(name) => Name::parse(&name)?,
        None => match chosen(paths, &store.names()?)? {
            Some(name) => name,
            None => store.only()?,
        },
    };
    let file = store.read(&Location::Name(name.clone()))?;
    let address = file.keystore.address().map(|address| address.to_string());
    let shown = address.as_deref().unwrap_or("(the keystore names none)");
    let text = format!("wallet {name}\n  address   {shown}\n  keystore  {}\n", file.path.display());
    say(format, &text, &document(&name, address.as_deref(), &file.path, None))
}

fn remove(paths: &Paths, name: &str, yes: bool, format: Format) -> Result<(), Failure> {
    let name = Name::parse(name)?;
    let store = Store::new(&paths.wallets);
    store.read(&Location::Name(name.clone()))?;
    let question = format!("Remove wallet {name}? Without a backup its money is lost.");
    if !yes && !prompt::confirm(&question).unwrap_or(false) {
        return Err(Failure::NotRemoved);
    }
    let path = store.remove(&name)?;
    if config::read(&paths.config)?.wallet.as_deref() == Some(name.to_string().as_str()) {
        config::choose_wallet(&paths.config, None)?;
    }
    let text = format!("removed {}\n", path.display());
    say(format, &text, &document(&name, None, &path, None))
}
