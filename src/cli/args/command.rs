//! What can be typed instead of a URL.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do instead of fetching.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole thing on this machine: no money, no network, no set-up
    #[cfg(feature = "sandbox")]
    Demo,

    /// The demo's seller, facilitator and chain, left running to play with
    #[cfg(feature = "sandbox")]
    Sandbox {
        /// Port of 127.0.0.1 to listen on; 0 is any free one
        #[arg(long, value_name = "PORT", default_value_t = 4020)]
        port: u16,
    },

    /// Make, list and choose wallets
    Wallet {
        /// What to do.
        #[command(subcommand)]
        action: WalletAction,
    },

    /// Show the settings and where each comes from
    Config {
        /// What to show.
        #[command(subcommand)]
        action: ConfigAction,
    },

    /// Print the completions of a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },

    /// Print the manual page
    Man,
}

/// What to do with wallets.
#[derive(Debug, Subcommand)]
pub enum WalletAction {
    /// Make a key and keep it in a keystore
    New {
        /// Name of the keystore
        #[arg(default_value = "default")]
        name: String,
        /// Derive with less work, as geth's --lightkdf: opens sooner, withstands less guessing
        #[arg(long)]
        lightkdf: bool,
    },
    /// Keep an existing key in a keystore
    Import {
        /// Name of the keystore
        #[arg(default_value = "default")]
        name: String,
        /// Where the raw private key is.
        #[arg(
            long,
            value_name = "FILE",
            help = "File with the raw private key; without it, PAY402_PRIVATE_KEY is read"
        )]
        private_key_file: Option<PathBuf>,
        /// Derive with less work, as geth's --lightkdf: opens sooner, withstands less guessing
        #[arg(long)]
        lightkdf: bool,
    },
    /// List the keystores
    List,
    /// Show a keystore's address and file
    Show {
        /// Name of the keystore; otherwise the one that pays
        name: Option<String>,
    },
    /// Choose the keystore that pays
    Use {
        /// Name of the keystore
        name: String,
    },
    /// Remove a keystore, after asking
    Remove {
        /// Name of the keystore
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// What to show of the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigAction {
    /// Each setting, its value, and where it comes from
    Show,
    /// The path of config.toml
    Path,
}
