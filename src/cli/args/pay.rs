//! What can be typed about paying, and about the key that pays.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use url::Url;

use super::rules::RuleArgs;
use crate::policy::Name;
use crate::protocol::Network;

/// Whether and what to pay.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Paying")]
pub struct PayArgs {
    /// The owner's rules.
    #[command(flatten)]
    pub rules: RuleArgs,

    /// Show what would be paid and why (not); sign nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Write the payment report to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,

    /// Where to read chains.
    #[command(flatten)]
    pub nodes: NodeArgs,
}

impl PayArgs {
    /// Whether the options say never to pay.
    pub fn no_pay(&self) -> bool {
        self.rules.0.no_pay.as_ref().is_some_and(|said| said.value)
    }
}

/// Where chains are read.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Paying")]
pub struct NodeArgs {
    /// Where to read a chain; repeatable [default: a public endpoint]
    #[arg(long, value_name = "NETWORK=URL", value_parser = rpc_url)]
    pub rpc_url: Vec<(&'static Network, Url)>,
}

/// Which key pays.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Wallet")]
pub struct WalletArgs {
    /// Keystore to pay from, by name or path
    #[arg(long, value_name = "NAME|PATH", global = true)]
    pub wallet: Option<String>,

    /// Read the keystore's password from this file; - is stdin
    #[arg(long, value_name = "FILE", global = true)]
    pub password_file: Option<PathBuf>,

    /// Pay with the raw private key in this file instead of a keystore
    #[arg(long, value_name = "FILE", conflicts_with_all = ["wallet", "password_file"])]
    pub private_key_file: Option<PathBuf>,
}

pub(super) fn rpc_url(text: &str) -> Result<(&'static Network, Url), String> {
    let (name, url) = text.split_once('=').ok_or("say NETWORK=URL, as in base=https://…")?;
    let url: Url = url.parse().map_err(|_| "the part after = is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the URL must be http or https".to_owned());
    }
    Ok((network(name)?, url))
}

pub(super) fn network(text: &str) -> Result<&'static Network, String> {
    <&'static Network as Name>::read(text)
}
