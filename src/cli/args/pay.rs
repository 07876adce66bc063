//! What can be typed about paying, and about the key that pays.

use std::path::PathBuf;

use alloy_primitives::Address;
use clap::Args as ClapArgs;
use url::Url;

use crate::policy::{Budget, BudgetError, Cap, MOST_VALIDITY_SECONDS, QuoteId, Source};
use crate::protocol::{Network, parse_address};

/// Whether and what to pay.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Paying")]
pub struct PayArgs {
    /// Most to pay for one request: 0.05, $0.05, "0.05 USDC"; repeat for caps of other assets
    #[arg(long, value_name = "AMOUNT", value_parser = Cap::parse, allow_hyphen_values = true)]
    pub max_price: Vec<Cap>,

    /// Most to spend per rolling hour, day, week, month, or in total: 5/day, "2 EURC/week"; repeatable
    #[arg(long, value_name = "AMOUNT/PERIOD", value_parser = budget, allow_hyphen_values = true)]
    pub budget: Vec<Budget>,

    /// Show what would be paid and why (not); sign nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Pay only the quote that a dry run printed, at its price or less
    #[arg(long, value_name = "QUOTE")]
    pub expect: Option<QuoteId>,

    /// Ask even when the price is within the cap
    #[arg(long)]
    pub ask: bool,

    /// Never pay; a 402 is an ordinary response
    #[arg(long, conflicts_with_all = ["ask", "dry_run", "expect"])]
    pub no_pay: bool,

    /// Pay only on this network, by name or CAIP-2; repeatable, the preferred one first
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    pub network: Vec<&'static Network>,

    /// Pay only with this asset, by symbol or address; repeatable
    #[arg(long, value_name = "ASSET")]
    pub asset: Vec<String>,

    /// Pay only by this scheme; repeatable
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Vec<String>,

    /// Pay only to this address; repeatable
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub pay_to: Vec<Address>,

    /// Sign a new payment though an earlier one for this request may still settle: it may cost twice
    #[arg(long)]
    pub pay_again: bool,

    /// Longest life of a signature [default: 600]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=MOST_VALIDITY_SECONDS))]
    pub max_validity: Option<u64>,

    /// Pay over plain http to a host that is not this machine
    #[arg(long)]
    pub allow_http: bool,

    /// Write the payment report to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,

    /// Whether to believe a server.
    #[command(flatten)]
    pub verify: VerifyArgs,
}

/// Whether a server is believed that says a payment settled.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Paying")]
pub struct VerifyArgs {
    /// Ask the chain whether a settlement that the server claims has happened
    #[arg(long)]
    pub verify_settlement: bool,

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

fn budget(text: &str) -> Result<Budget, BudgetError> {
    Budget::parse(text, Source::Flag("--budget"), None)
}

pub(super) fn network(text: &str) -> Result<&'static Network, String> {
    Network::named(text)
        .ok_or_else(|| "not a known network; use a name such as base, or CAIP-2".to_owned())
}
