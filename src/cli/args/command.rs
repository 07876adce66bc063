//! What can be typed instead of a URL.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::pay::{NodeArgs, network, rpc_url};
use super::rules::VerifyArgs;
use super::{ConnectionArgs, OutputArgs, RequestArgs};
use crate::policy;
use crate::protocol::{Asset, Network, parse_address};
use alloy_primitives::Address;
use url::Url;

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

    /// Show what URLs would cost, and sign nothing
    ///
    /// Does as --dry-run. Takes the options of fetching (pay402 help all), needs no wallet, and ends with 0 where the
    /// request is free or would be paid, otherwise with the code that paying would have had.
    #[command(visible_alias = "price", override_usage = "pay402 quote [OPTIONS] URL...")]
    Quote,

    /// Make, list and choose wallets, and see what they hold
    Wallet {
        /// What to do.
        #[command(subcommand)]
        action: WalletAction,
    },

    /// List payments, show one, export them
    History {
        /// What to do; without it, list.
        #[command(subcommand)]
        action: Option<HistoryAction>,
        /// Which payments.
        #[command(flatten)]
        filter: HistoryFilter,
    },

    /// Send a live authorization again, never a new one, and deliver what it bought
    Resume(Box<ResumeArgs>),

    /// Ask the chain what became of payments whose outcome is open, and whether they settled
    Reconcile(Box<ReconcileArgs>),

    /// Show what may be spent, what is spent and what is outstanding
    ///
    /// A payment that the server refused, or that never left this machine, counts until it expires.
    /// With refused = "until-proved" under budget in config.toml it counts like one without an answer,
    /// until `pay402 reconcile` has the chain's word that it never settled.
    Budget,

    /// Say what a seller may ask for, when it is not what was paid before
    #[command(args_conflicts_with_subcommands = true)]
    Trust {
        /// What to do; without it, trust.
        #[command(subcommand)]
        action: Option<TrustAction>,
        /// Whom to trust with what.
        #[command(flatten)]
        trust: TrustArgs,
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

    /// Show the everyday options, the help of a command, or of a topic as --help does
    Help {
        /// A command, its subcommand, or a topic: pay, request, connection, output, all
        #[arg(value_name = "COMMAND")]
        words: Vec<String>,
    },

    /// Show the version
    Version,
}

impl Command {
    /// Whether it is about the owner's files and money, so that what the environment says of them must be
    /// understood.
    pub fn is_the_owners(&self) -> bool {
        match self {
            #[cfg(feature = "sandbox")]
            Self::Demo | Self::Sandbox { .. } => false,
            Self::Completions { .. } | Self::Man | Self::Help { .. } | Self::Version => false,
            Self::Quote
            | Self::Wallet { .. }
            | Self::History { .. }
            | Self::Resume(_)
            | Self::Reconcile(_)
            | Self::Budget
            | Self::Trust { .. }
            | Self::Config { .. } => true,
        }
    }
}

/// What to do with the history.
#[derive(Debug, Subcommand)]
pub enum HistoryAction {
    /// List payments, newest first
    List,
    /// Show everything known of one payment
    Show {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Write every payment that is meant, oldest first
    Export {
        /// csv or jsonl
        #[arg(long, value_name = "FORM", value_enum, default_value_t)]
        to: ExportForm,
    },
}

/// A form to export in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// One JSON document a line.
    #[default]
    Jsonl,
    /// Comma-separated values with a line of names.
    Csv,
}

/// Which payments are meant.
#[derive(Debug, Default, ClapArgs)]
pub struct HistoryFilter {
    /// Paid to this host, or host:port
    #[arg(long, value_name = "HOST", global = true)]
    pub host: Option<String>,
    /// In this state: reserved, signed, unsent, sent, rejected, unknown, settled, expired; repeatable
    #[arg(long, value_name = "STATE", global = true)]
    pub state: Vec<String>,
    /// At this time or later: 2026-01-31, 2026-01-31T12:00:00Z, or 12h and 7d for so long ago
    #[arg(long, value_name = "TIME", global = true)]
    pub since: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME", global = true)]
    pub until: Option<String>,
    /// On this network, by name or CAIP-2
    #[arg(long, value_name = "NETWORK", value_parser = network, global = true)]
    pub network: Option<&'static Network>,
    /// Only what was paid, or may have been, and has not arrived whole
    #[arg(long, global = true)]
    pub undelivered: bool,
    /// List at most this many; an export takes all
    #[arg(long, value_name = "NUMBER", default_value_t = 20, global = true)]
    pub limit: u64,
}

/// What to resume, and how to deliver it.
#[derive(Debug, ClapArgs)]
pub struct ResumeArgs {
    /// Id of the payment, or its beginning; without it, every one that may still settle
    pub id: Option<String>,
    /// The request, where it was more than a plain GET: as it was the first time.
    #[command(flatten)]
    pub request: RequestArgs,
    /// The connection.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// The output.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Write the payment report to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// Whether the chain is asked about the settlement.
    #[command(flatten)]
    pub verify: VerifyArgs,
    /// Where to read chains.
    #[command(flatten)]
    pub nodes: NodeArgs,
}

/// What to reconcile, and whom to ask.
#[derive(Debug, ClapArgs)]
pub struct ReconcileArgs {
    /// Id of the payment, or its beginning; without it, every one whose outcome is open, or whose
    /// settlement was to be proved and could not be
    pub id: Option<String>,
    /// Also every one that settled by the server's word alone
    #[arg(long, conflicts_with = "id")]
    pub settled: bool,
    /// Where to read a chain; repeatable [default: a public endpoint]
    #[arg(long, value_name = "NETWORK=URL", value_parser = rpc_url)]
    pub rpc_url: Vec<(&'static Network, Url)>,
    /// The connection.
    #[command(flatten)]
    pub connection: ConnectionArgs,
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
        /// Name or path of the keystore; otherwise the one that pays
        name: Option<String>,
    },
    /// Choose the keystore that pays
    Use {
        /// Name of the keystore
        name: String,
    },
    /// Give a keystore another password
    Passwd {
        /// Name or path of the keystore; otherwise the one that pays
        name: Option<String>,
        /// Read the new password from this file; - is stdin, after the old one
        #[arg(long, value_name = "FILE")]
        new_password_file: Option<PathBuf>,
        /// Derive with less work, as geth's --lightkdf: opens sooner, withstands less guessing
        #[arg(long)]
        lightkdf: bool,
    },
    /// Print a keystore as it lies, encrypted, or write its raw key to a new file
    Export {
        /// Name or path of the keystore; otherwise the one that pays
        name: Option<String>,
        /// Where the raw private key goes.
        #[arg(
            long,
            value_name = "FILE",
            help = "Open the keystore, and write the raw private key to this new file"
        )]
        private_key_file: Option<PathBuf>,
    },
    /// Ask the chain what a wallet holds
    Balance(Box<BalanceArgs>),
    /// Remove a keystore, after asking
    Remove {
        /// Name of the keystore
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// Whose balances, and whom to ask.
#[derive(Debug, ClapArgs)]
pub struct BalanceArgs {
    /// Name or path of the keystore; otherwise the one that pays
    pub name: Option<String>,
    /// On this network, by name or CAIP-2; repeatable [default: those of --rpc-url, of config.toml and of
    /// earlier payments, else base]
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    pub network: Vec<&'static Network>,
    /// Only of this asset, by symbol or address; repeatable
    #[arg(long, value_name = "ASSET", value_parser = asset)]
    pub asset: Vec<String>,
    /// Where to read a chain; repeatable [default: a public endpoint]
    #[arg(long, value_name = "NETWORK=URL", value_parser = rpc_url)]
    pub rpc_url: Vec<(&'static Network, Url)>,
    /// The connection.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// What to do with what is trusted.
#[derive(Debug, Subcommand)]
pub enum TrustAction {
    /// List what is trusted
    List,
    /// Take back what was said of a seller; what was paid is remembered all the same
    Remove {
        /// The seller: a URL, or a host that is reached by https
        #[arg(value_name = "ORIGIN", value_parser = origin)]
        origin: String,
    },
}

/// Whom to trust, and with what.
#[derive(Debug, ClapArgs)]
pub struct TrustArgs {
    /// The seller: a URL, or a host that is reached by https
    #[arg(value_name = "ORIGIN", value_parser = origin, required = true)]
    pub origin: Option<String>,
    /// Only on this network, by name or CAIP-2
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    pub network: Option<&'static Network>,
    /// Only with this asset, by symbol or address
    #[arg(long, value_name = "ASSET", value_parser = asset)]
    pub asset: Option<String>,
    /// Only to this address
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub pay_to: Option<Address>,
}

/// Scheme, host and port, from a URL or from a host alone.
fn origin(text: &str) -> Result<String, String> {
    let with_scheme =
        if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url: Url = with_scheme.parse().map_err(|_| "not a URL and not a host")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the URL must be http or https".to_owned());
    }
    policy::origin(&url).ok_or_else(|| "the URL names no host".to_owned())
}

/// A symbol of the table, or an address in the spelling of addresses.
fn asset(text: &str) -> Result<String, String> {
    if Asset::symbol_is_known(text) {
        return Ok(text.to_owned());
    }
    let address = parse_address(text).map_err(|_| "not a known symbol and not an address")?;
    Ok(address.to_string())
}

/// What to show of the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigAction {
    /// Each setting, its value, and where it comes from
    Show,
    /// The path of config.toml
    Path,
}
