//! `pay402 wallet export`: a keystore for another program, or its raw key for one that takes no keystore.

use std::io;
use std::path::Path;

use serde_json::json;

use super::{label, say};
use crate::cli::answer::answer;
use crate::cli::args::{Format, WalletArgs};
use crate::cli::error::CliError;
use crate::cli::settings::opened;
use crate::config::{self, Paths};
use crate::wallet::{self, KeystoreFile, PrivateKey};

/// Prints the keystore as it lies, or writes its key to a file. A raw key is never printed.
pub(super) fn run(
    paths: &Paths,
    args: &WalletArgs,
    keystore: &KeystoreFile,
    private_key_file: Option<&Path>,
    format: Format,
) -> Result<(), CliError> {
    let Some(path) = private_key_file else {
        return answer(&format!("{}\n", keystore.json.trim_end()));
    };
    if path.to_str().is_some_and(PrivateKey::is_form_of) {
        return Err(wallet::Error::Exposed.into());
    }
    let unwritten = |source| CliError::Answer { path: path.to_owned(), source };
    if path == Path::new("-") {
        return Err(unwritten(io::Error::other("a raw key goes into a file and nowhere else")));
    }
    // Known before a password is asked for.
    if path.symlink_metadata().is_ok() {
        return Err(unwritten(io::Error::other("it is there already")));
    }
    let key = opened(keystore, args, &config::read(&paths.config)?)?;
    key.write_new(path).map_err(unwritten)?;
    let (name, address) = (label(keystore), key.address().to_string());
    let text = format!(
        "the private key of wallet {name} is in {}, unencrypted\n  address   {address}\n\n\
         Whoever reads that file can spend what the wallet holds.\n",
        path.display(),
    );
    let document = json!({
        "schema": "pay402/private-key/1",
        "name": name,
        "address": address,
        "private_key_file": path.display().to_string(),
    });
    say(format, &text, &document)
}
