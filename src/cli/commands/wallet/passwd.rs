//! `pay402 wallet passwd`: the same key under another password.

use std::path::PathBuf;

use super::{document, label, say, seal};
use crate::cli::args::{Format, WalletArgs};
use crate::cli::error::CliError;
use crate::cli::settings::{opened, other_password};
use crate::config::{self, Paths};
use crate::wallet::{Cost, KeystoreFile};

/// Opens the keystore, seals its key anew and puts that in its place.
pub(super) fn run(
    paths: &Paths,
    args: &WalletArgs,
    keystore: &KeystoreFile,
    new_password_file: Option<PathBuf>,
    cost: Cost,
    format: Format,
) -> Result<(), CliError> {
    let key = opened(keystore, args, &config::read(&paths.config)?)?;
    let password = other_password(new_password_file)?;
    keystore.replace(&seal(&key, &password, cost)?, &key, &password)?;
    let (name, address) = (label(keystore), key.address().to_string());
    let text = format!(
        "wallet {name} has another password\n  address   {address}\n  keystore  {}\n\n\
         A file that holds the old password is not changed, and copies of the keystore still open with\n\
         the old one: whoever may have both needs a new wallet to be kept out.\n",
        keystore.path.display(),
    );
    say(format, &text, &document(&name, Some(&address), &keystore.path, None))
}
