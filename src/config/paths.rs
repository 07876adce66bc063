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

/// Why there is no place for this program's files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHome {
    /// The platform names no home directory, and `PAY402_HOME` is not set.
    #[error("there is no home directory, and PAY402_HOME is not set")]
    Unknown,
    /// `PAY402_HOME` is no path from the root: every working directory would have a ledger of its own,
    /// and each of them a budget.
    #[error("PAY402_HOME must be an absolute path, and is {0:?}")]
    Relative(PathBuf),
}

impl Paths {
    /// `$PAY402_HOME`, else the platform's directories for configuration and data.
    pub fn find(environment: Environment) -> Result<Self, NoHome> {
        let (config, data) = match environment.raw(environment::HOME) {
            Some(home) => {
                let home = absolute(PathBuf::from(home))?;
                (home.clone(), home)
            }
            None => (
                dirs::config_dir().ok_or(NoHome::Unknown)?.join("pay402"),
                dirs::data_local_dir().ok_or(NoHome::Unknown)?.join("pay402"),
            ),
        };
        Ok(Self {
            config: config.join("config.toml"),
            wallets: data.join("wallets"),
            ledger: data.join("ledger.db"),
        })
    }
}

/// A path from the root, in which nothing is left that a shell was to replace.
fn absolute(home: PathBuf) -> Result<PathBuf, NoHome> {
    let unexpanded = home.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part == "~" || part.starts_with('$') || part.starts_with('%') && part.ends_with('%')
    });
    if home.is_absolute() && !unexpanded { Ok(home) } else { Err(NoHome::Relative(home)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_home_is_a_path_from_the_root() {
        for home in ["/", "/home/me/.pay402", "/a/~b", "/a b"] {
            assert_eq!(absolute(home.into()), Ok(home.into()));
        }
        for home in ["~", "~/x", "x", "./x", "../x", "$HOME/x", "/home/$USER/x", "/x/~/y", "%HOME%"]
        {
            assert_eq!(absolute(home.into()), Err(NoHome::Relative(home.into())), "{home}");
        }
    }
}
