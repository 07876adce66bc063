//! What can be typed. Nothing here is decided or looked up; [`super::settings`] says what it means.
//!
//! House rules: curl's letters keep curl's meaning; a value that is money, an address or a network is
//! parsed here, so that a mistake is a usage error before any connection.

mod accepted;
mod command;
mod connection;
mod limits;
mod output;
mod pay;
mod proxy;
mod request;
mod rules;
mod tls;

use clap::{Parser, ValueEnum};

pub use accepted::AcceptedArgs;
pub use command::{
    BalanceArgs, Command, ConfigAction, ExportForm, HistoryAction, HistoryFilter, ReconcileArgs,
    ResumeArgs, TrustAction, TrustArgs, WalletAction,
};
pub use connection::ConnectionArgs;
pub use limits::LimitArgs;
pub use output::{ManyArgs, OutputArgs, SpeechArgs};
pub use pay::{NodeArgs, PayArgs, WalletArgs};
pub use proxy::ProxyArgs;
pub use request::{CookieArgs, DataArgs, RequestArgs, WhoArgs};
pub use rules::RuleArgs;
pub use tls::{CertificateType, TlsArgs};

/// The command line.
#[derive(Debug, Default, Parser)]
#[command(
    name = "pay402",
    version,
    about = "The paying curl: fetches a URL and, if the server answers 402, pays within your cap by x402",
    disable_help_flag = true,
    args_override_self = true,
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
    pub pay: PayArgs,

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

    /// Several transfers.
    #[command(flatten)]
    pub many: ManyArgs,

    /// What is said.
    #[command(flatten)]
    pub speech: SpeechArgs,

    /// Show the everyday options; of a topic: pay, wallet, request, connection, output; or "all"
    #[arg(short = 'h', long = "help", value_name = "all", num_args = 0..=1, default_missing_value = "")]
    pub help: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_bad_amount_is_a_usage_error() {
        let parsed = Args::try_parse_from(["pay402", "--max-price", "1e3", "http://x"]);
        assert_eq!(parsed.unwrap_err().exit_code(), 2);
    }
}
