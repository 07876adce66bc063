//! What can be typed. Nothing here is decided or looked up; [`super::settings`] says what it means.
//!
//! House rules: curl's letters keep curl's meaning; a value that is money, an address or a network is
//! parsed here, so that a mistake is a usage error before any connection.

use std::path::PathBuf;

use alloy_primitives::Address;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::policy::{Budget, BudgetError, Cap, MOST_VALIDITY_SECONDS, QuoteId, Source};
use crate::protocol::{Network, parse_address};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "pay402",
    version,
    about = "The paying curl: fetches a URL and, if the server answers 402, pays within your cap by x402",
    disable_help_flag = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Args {
    /// What to do instead of fetching.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What to fetch.
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,

    /// Paying.
    #[command(flatten)]
    pub pay: Pay,

    /// The key.
    #[command(flatten)]
    pub wallet: WalletArgs,

    /// The request.
    #[command(flatten)]
    pub request: RequestArgs,

    /// The connection.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// The output.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Show the options of everyday; "all" shows every one
    #[arg(short = 'h', long = "help", value_name = "all", num_args = 0..=1, default_missing_value = "")]
    pub help: Option<String>,
}

/// Whether and what to pay.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Paying")]
pub struct Pay {
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
}

/// Which key pays.
#[derive(Debug, Default, ClapArgs)]
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

/// What is asked.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Request")]
pub struct RequestArgs {
    /// Request method
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,

    /// Header to send; "Name:" removes one, "Name;" sends it empty, @FILE reads them
    #[arg(short = 'H', long, value_name = "LINE", allow_hyphen_values = true)]
    pub header: Vec<String>,

    /// Send this as a form, by POST; @FILE reads it without its line ends, @- reads stdin
    #[arg(
        short = 'd',
        long,
        visible_alias = "data-ascii",
        value_name = "DATA",
        allow_hyphen_values = true
    )]
    pub data: Vec<String>,

    /// Send this as a form, by POST, @ and all
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub data_raw: Vec<String>,

    /// Send this by POST, byte for byte; @FILE and @- read it
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub data_binary: Vec<String>,

    /// Send this JSON by POST, and accept JSON; @FILE and @- read it
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub json: Vec<String>,

    /// Put the data in the URL and send a GET
    #[arg(short = 'G', long)]
    pub get: bool,

    /// Ask for the head only
    #[arg(short = 'I', long)]
    pub head: bool,

    /// User-Agent to send
    #[arg(short = 'A', long, value_name = "NAME", allow_hyphen_values = true)]
    pub user_agent: Option<String>,

    /// Referer to send
    #[arg(short = 'e', long, value_name = "URL")]
    pub referer: Option<String>,

    /// User and password for Basic authentication
    #[arg(short = 'u', long, value_name = "USER:PASSWORD", allow_hyphen_values = true)]
    pub user: Option<String>,

    /// URL to fetch, as an option
    #[arg(long, value_name = "URL")]
    pub url: Vec<String>,
}

/// How the server is reached.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// Follow redirects; a payment never follows one
    #[arg(short = 'L', long)]
    pub location: bool,

    /// Most redirects to follow; -1 is any number
    #[arg(long, value_name = "NUMBER", default_value_t = 50, allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1..=1_000_000))]
    pub max_redirs: i64,

    /// Proxy to go through: [http|https|socks5]://host:port; empty for none
    #[arg(short = 'x', long, value_name = "URL")]
    pub proxy: Option<String>,

    /// Hosts to reach without the proxy, separated by commas
    #[arg(long, value_name = "HOSTS")]
    pub noproxy: Option<String>,

    /// Do not check the server's certificate; excludes paying, but on this machine
    #[arg(short = 'k', long)]
    pub insecure: bool,

    /// Trust only the certificate authorities in this file
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,

    /// Longest time for everything together
    #[arg(short = 'm', long, value_name = "SECONDS", value_parser = seconds)]
    pub max_time: Option<std::time::Duration>,

    /// Longest time to connect
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub connect_timeout: Option<std::time::Duration>,

    /// Ask for a compressed answer, and decompress it
    #[arg(long)]
    pub compressed: bool,
}

/// Where the answer goes, and what is said.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to this file instead of stdout; once for each URL
    #[arg(short = 'o', long, value_name = "FILE", allow_hyphen_values = true)]
    pub output: Vec<PathBuf>,

    /// Write to a file named as the last part of the URL's path; once for each URL
    #[arg(short = 'O', long, action = ArgAction::Count)]
    pub remote_name: u8,

    /// Put the response's head before its body
    #[arg(short = 'i', long, visible_alias = "show-headers")]
    pub include: bool,

    /// Write the response's head to this file; - is stdout
    #[arg(short = 'D', long, value_name = "FILE", allow_hyphen_values = true)]
    pub dump_header: Option<PathBuf>,

    /// Print this when done, with %{variables}; @FILE and @- read it
    #[arg(short = 'w', long, value_name = "FORMAT", allow_hyphen_values = true)]
    pub write_out: Option<String>,

    /// Fail without output on HTTP status 400 and above
    #[arg(short = 'f', long)]
    pub fail: bool,

    /// Fail on HTTP status 400 and above, but put out the body
    #[arg(long, conflicts_with = "fail")]
    pub fail_with_body: bool,

    /// Say nothing: no progress, no payment line, no errors
    #[arg(short = 's', long, global = true)]
    pub silent: bool,

    /// Say errors all the same with -s
    #[arg(short = 'S', long, global = true)]
    pub show_error: bool,

    /// Show what goes over the wire; payment headers are shortened
    #[arg(short = 'v', long)]
    pub verbose: bool,

    /// Show no progress bar
    #[arg(long)]
    pub no_progress_meter: bool,

    /// Form of answers, payment reports and errors
    #[arg(long, value_name = "FORM", value_enum, default_value_t, global = true)]
    pub format: Format,
}

/// A form of output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

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

fn budget(text: &str) -> Result<Budget, BudgetError> {
    Budget::parse(text, Source::Flag("--budget"), None)
}

fn network(text: &str) -> Result<&'static Network, String> {
    Network::named(text)
        .ok_or_else(|| "not a known network; use a name such as base, or CAIP-2".to_owned())
}

/// Seconds as curl takes them: digits with an optional fraction.
fn seconds(text: &str) -> Result<std::time::Duration, &'static str> {
    const EXPECTED: &str = "a number of seconds, such as 10 or 0.5";
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return Err(EXPECTED);
    }
    if whole.len() > 9 {
        return Err("less than a billion seconds");
    }
    let nanoseconds = format!("{fraction:0<9}").parse().map_err(|_| EXPECTED)?;
    Ok(std::time::Duration::new(whole.parse().map_err(|_| EXPECTED)?, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::time::Duration;

    #[test]
    fn the_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn seconds_are_read_without_floats() {
        assert_eq!(seconds("10"), Ok(Duration::from_secs(10)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for text in ["", ".5", "1e3", "-1", "1s", "inf", "18446744073709551615"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bad_amount_is_a_usage_error() {
        let parsed = Args::try_parse_from(["pay402", "--max-price", "1e3", "http://x"]);
        assert_eq!(parsed.unwrap_err().exit_code(), 2);
    }
}
