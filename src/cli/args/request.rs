//! What can be typed about the request, in curl's letters.

use clap::Args as ClapArgs;

/// What is asked.
#[derive(Debug, Clone, Default, ClapArgs)]
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
