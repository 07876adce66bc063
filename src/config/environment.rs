//! Every environment variable, in one list. This is the only place that reads them.

use std::ffi::OsString;

/// A variable this program reads.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

const fn plain(name: &'static str, help: &'static str) -> Variable {
    Variable { name, help, secret: false }
}

const fn secret(name: &'static str, help: &'static str) -> Variable {
    Variable { name, help, secret: true }
}

/// Directory for all files of this program.
pub const HOME: &str = "PAY402_HOME";
/// `--max-price`.
pub const MAX_PRICE: &str = "PAY402_MAX_PRICE";
/// `--budget`.
pub const BUDGET: &str = "PAY402_BUDGET";
/// `--network`.
pub const NETWORK: &str = "PAY402_NETWORK";
/// `--asset`.
pub const ASSET: &str = "PAY402_ASSET";
/// `--scheme`.
pub const SCHEME: &str = "PAY402_SCHEME";
/// `--pay-to`.
pub const PAY_TO: &str = "PAY402_PAY_TO";
/// `--max-validity`.
pub const MAX_VALIDITY: &str = "PAY402_MAX_VALIDITY";
/// `--wallet`.
pub const WALLET: &str = "PAY402_WALLET";
/// `--password-file`.
pub const PASSWORD_FILE: &str = "PAY402_PASSWORD_FILE";
/// The keystore's password.
pub const PASSWORD: &str = "PAY402_PASSWORD";
/// A raw private key.
pub const PRIVATE_KEY: &str = "PAY402_PRIVATE_KEY";

/// The variables of this program, all beginning with `PAY402_`, as the manual lists them.
pub const VARIABLES: [Variable; 12] = [
    plain(HOME, "directory for the configuration, the wallets and the ledger"),
    plain(MAX_PRICE, "most to pay for one request, as --max-price"),
    plain(BUDGET, "most to spend in a period, separated by commas, as --budget"),
    plain(NETWORK, "networks to pay on, separated by commas, as --network"),
    plain(ASSET, "assets to pay with, separated by commas, as --asset"),
    plain(SCHEME, "payment schemes to use, separated by commas, as --scheme"),
    plain(PAY_TO, "addresses that may be paid, separated by commas, as --pay-to"),
    plain(MAX_VALIDITY, "longest life of a signature in seconds, as --max-validity"),
    plain(WALLET, "keystore to pay from, as --wallet"),
    plain(PASSWORD_FILE, "file with the keystore's password, as --password-file"),
    secret(PASSWORD, "the keystore's password"),
    secret(PRIVATE_KEY, "a raw private key, 64 hexadecimal digits, instead of a keystore"),
];

/// A variable that is there but is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not valid text")]
pub struct NotText(pub &'static str);

/// The environment, read when asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment;

impl Environment {
    /// A variable's value; empty counts as absent.
    pub fn raw(self, name: &str) -> Option<OsString> {
        #[expect(clippy::disallowed_methods, reason = "this is the one room that reads them")]
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to nothing: for a limit that is more likely a mistake than a wish.
    pub fn is_empty(self, name: &str) -> bool {
        #[expect(clippy::disallowed_methods, reason = "this is the one room that reads them")]
        std::env::var_os(name).is_some_and(|value| value.is_empty())
    }

    /// A variable's value as text.
    pub fn text(self, name: &'static str) -> Result<Option<String>, NotText> {
        self.raw(name).map(|value| value.into_string().map_err(|_| NotText(name))).transpose()
    }

    /// The first of several variables that is there and is text: for those shared with other
    /// programs, which spell them in either case.
    pub fn first(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.raw(name)?.into_string().ok())
    }
}
