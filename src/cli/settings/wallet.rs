//! Which key pays, and how it is opened.

use std::path::{Path, PathBuf};
use std::time::Instant;

use zeroize::Zeroizing;

use crate::cli::args::WalletArgs;
use crate::config::environment::{self as variable, NotUnderstood};
use crate::config::{Environment, File};
use crate::terminal::prompt;
use crate::transfer::WalletFailure;
use crate::wallet::{
    Error, KeystoreFile, Location, Look, Open, Password, PasswordSource, PrivateKey, Signer, Store,
    input,
};

/// Where the key comes from.
#[derive(Debug, Clone)]
pub(crate) enum KeySource {
    /// A raw key in a file.
    KeyFile(PathBuf),
    /// A raw key in the environment.
    KeyVariable,
    /// A keystore.
    Keystore {
        /// The directory of keystores.
        wallets: PathBuf,
        /// Which one; `None` is the only one there is.
        location: Option<Location>,
        /// A file with its password, if one was named.
        password_file: Option<PathBuf>,
    },
}

/// Fails if no option says which key pays, and the environment names two.
pub(crate) fn one_key(args: &WalletArgs) -> Result<(), NotUnderstood> {
    let is_named = args.wallet.is_some() || args.private_key_file.is_some();
    if is_named { Ok(()) } else { Environment.check_keys() }
}

/// Decides where the key comes from: flags, then environment, then the owner's file, then the only
/// keystore there is. Opens nothing.
pub(crate) fn key_source(
    args: &WalletArgs,
    file: &File,
    wallets: &Path,
) -> Result<KeySource, WalletFailure> {
    if let Some(path) = &args.private_key_file {
        return Ok(KeySource::KeyFile(path.clone()));
    }
    if args.wallet.is_none() && Environment.raw(variable::PRIVATE_KEY).is_some() {
        return Ok(KeySource::KeyVariable);
    }
    Ok(KeySource::Keystore {
        wallets: wallets.to_path_buf(),
        location: location(args, file)?,
        password_file: password_file(args).or_else(|| file.password_file.clone()),
    })
}

/// The files that hold the key, or the password, which pays.
pub(super) fn secrets(args: &WalletArgs, file: &File, wallets: &Path) -> Vec<PathBuf> {
    match key_source(args, file, wallets) {
        Ok(KeySource::KeyFile(path)) => vec![path],
        Ok(KeySource::Keystore { location, password_file, .. }) => {
            let keystore = match location {
                Some(Location::Path(path)) => Some(path),
                Some(Location::Name(_)) | None => None,
            };
            let is_file = |path: &PathBuf| path.as_os_str() != "-";
            keystore.into_iter().chain(password_file.filter(is_file)).collect()
        }
        Ok(KeySource::KeyVariable) | Err(_) => Vec::new(),
    }
}

/// The keystore that flag, environment or the owner's file names.
pub(crate) fn location(args: &WalletArgs, file: &File) -> Result<Option<Location>, Error> {
    let named = match (&args.wallet, Environment.raw(variable::WALLET)) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(name)) => Some(name.into_string().map_err(|_| Error::BadName)?),
        (None, None) => file.wallet.clone(),
    };
    named.map(|name| Location::parse(&name)).transpose()
}

/// The password file that flag or environment names.
fn password_file(args: &WalletArgs) -> Option<PathBuf> {
    let variable = || Environment.raw(variable::PASSWORD_FILE).map(PathBuf::from);
    args.password_file.clone().or_else(variable)
}

/// The keystore meant, read and checked but not opened.
pub(crate) fn keystore_of(
    wallets: &Path,
    location: Option<&Location>,
) -> Result<KeystoreFile, Error> {
    let store = Store::new(wallets);
    match location {
        Some(location) => store.read(location),
        None => store.read(&Location::Name(store.only()?)),
    }
}

/// Whether opening asks for a password, on the terminal or on standard input.
pub(crate) fn asks_for_password(source: &KeySource) -> bool {
    match source {
        KeySource::KeyFile(_) | KeySource::KeyVariable => false,
        KeySource::Keystore { password_file: Some(path), .. } => path == Path::new("-"),
        KeySource::Keystore { password_file: None, .. } => {
            Environment.given(variable::PASSWORD).is_none()
        }
    }
}

/// Whether opening takes long enough to be worth a thread: a keystore's key is derived.
pub(crate) fn is_slow_to_open(source: &KeySource) -> bool {
    matches!(source, KeySource::Keystore { .. })
}

/// How to open the key.
pub(crate) fn recipe(source: KeySource) -> Open<WalletFailure> {
    Box::new(move |until| {
        let key = match source {
            KeySource::KeyFile(path) => input::private_key_file(&path)?,
            KeySource::KeyVariable => key_variable()?,
            KeySource::Keystore { wallets, location, password_file } => {
                let keystore = keystore_of(&wallets, location.as_ref())?;
                let password = password_for(&keystore.path, password_file, until)?;
                keystore.unlock(&password)?
            }
        };
        Ok(Signer::new(key))
    })
}

/// How to find out that there is no key at that place, without opening a keystore or emptying a pipe.
pub(crate) fn look(source: KeySource) -> Look<WalletFailure> {
    Box::new(move || match &source {
        KeySource::KeyFile(path) => match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => Ok(()),
            _ => Ok(input::private_key_file(path).map(drop)?),
        },
        KeySource::KeyVariable => Ok(key_variable().map(drop)?),
        KeySource::Keystore { wallets, location, .. } => {
            Ok(keystore_of(wallets, location.as_ref()).map(drop)?)
        }
    })
}

/// The raw key of the environment.
fn key_variable() -> Result<PrivateKey, Error> {
    let value = Environment.raw(variable::PRIVATE_KEY).ok_or(Error::NoPrivateKey)?;
    let text = Zeroizing::new(value.into_encoded_bytes());
    PrivateKey::parse(&text).map_err(|source| Error::BadPrivateKey { path: None, source })
}

/// Opens a keystore with the password that flag, environment or the owner's file names, or that is asked
/// for.
pub(crate) fn opened(
    keystore: &KeystoreFile,
    args: &WalletArgs,
    file: &File,
) -> Result<PrivateKey, WalletFailure> {
    let password_file = password_file(args).or_else(|| file.password_file.clone());
    let password = password_for(&keystore.path, password_file, None)?;
    Ok(keystore.unlock(&password)?)
}

/// The password of an existing keystore.
fn password_for(
    keystore: &Path,
    file: Option<PathBuf>,
    until: Option<Instant>,
) -> Result<Password, WalletFailure> {
    let ask = || -> Result<Password, WalletFailure> {
        let name = keystore.file_stem().unwrap_or_default().to_string_lossy();
        let name = crate::terminal::safe::Safe::new(&name, 64);
        let question = format_args!("Password for wallet {name}");
        Ok(Password::new(prompt::password_until(&question, until)?))
    };
    Ok(input::password(password_source(file), ask)?.password)
}

fn password_source(file: Option<PathBuf>) -> PasswordSource {
    match (file, Environment.given(variable::PASSWORD)) {
        (Some(path), _) => PasswordSource::File(path),
        (None, Some(value)) => {
            PasswordSource::Value(Password::new(Zeroizing::new(value.into_encoded_bytes())))
        }
        (None, None) => PasswordSource::Prompt,
    }
}

/// The password of a keystore to be made: asked for twice on the terminal.
pub(crate) fn new_password(args: &WalletArgs) -> Result<Password, WalletFailure> {
    chosen_password(password_source(password_file(args)))
}

/// The password that takes an old one's place. What names the old one does not name it.
pub(crate) fn other_password(file: Option<PathBuf>) -> Result<Password, WalletFailure> {
    let chosen = chosen_password(file.map_or(PasswordSource::Prompt, PasswordSource::File));
    chosen.map_err(|failure| match failure {
        WalletFailure::Prompt(error) => WalletFailure::NewPrompt(error),
        failure => failure,
    })
}

fn chosen_password(source: PasswordSource) -> Result<Password, WalletFailure> {
    let ask = || -> Result<Password, WalletFailure> {
        Ok(Password::new(prompt::new_password(&"New password")?))
    };
    let password = input::password(source, ask)?.password;
    // It opens a keystore of another program, and would leave a new one as open as no keystore.
    if password.is_empty() { Err(Error::NoPassword { path: None }.into()) } else { Ok(password) }
}

/// The raw key that `wallet import` takes: from a file or the environment, never an argument.
pub(crate) fn imported_key(file: Option<&Path>) -> Result<PrivateKey, Error> {
    match file {
        Some(path) => input::private_key_file(path),
        None => key_variable(),
    }
}
