//! Where files live.

use std::path::PathBuf;

use super::environment::{self, Environment};

/// The places of this program's files. None of them need exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`.
    pub config: PathBuf,
    /// The directory of keystores.
    pub wallets: PathBuf,
    /// The ledger of payments.
    pub ledger: PathBuf,
}

/// The platform names no home directory, and `PAY402_HOME` is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no home directory, and PAY402_HOME is not set")]
pub struct NoHome;

impl Paths {
    /// `$PAY402_HOME`, else the platform's directories for configuration and data.
    pub fn find(environment: Environment) -> Result<Self, NoHome> {
        let (config, data) = match environment.raw(environment::HOME) {
            Some(home) => (PathBuf::from(&home), PathBuf::from(home)),
            None => (
                dirs::config_dir().ok_or(NoHome)?.join("pay402"),
                dirs::data_local_dir().ok_or(NoHome)?.join("pay402"),
            ),
        };
        Ok(Self {
            config: config.join("config.toml"),
            wallets: data.join("wallets"),
            ledger: data.join("ledger.db"),
        })
    }
}
