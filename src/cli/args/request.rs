//! What can be typed about the request, the connection and the output, in curl's letters.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs};

use super::Format;

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

/// How the server is reached.
#[derive(Debug, Clone, Default, ClapArgs)]
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
#[derive(Debug, Clone, Default, ClapArgs)]
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

    /// Show what goes over the wire; payment headers are shortened
    #[arg(short = 'v', long)]
    pub verbose: bool,

    /// Show no progress bar
    #[arg(long)]
    pub no_progress_meter: bool,
}

/// What is said, whatever is done.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct SpeechArgs {
    /// Say nothing: no progress, no payment line, no errors
    #[arg(short = 's', long, global = true)]
    pub silent: bool,

    /// Say errors all the same with -s
    #[arg(short = 'S', long, global = true)]
    pub show_error: bool,

    /// Form of answers, payment reports and errors
    #[arg(long, value_name = "FORM", value_enum, default_value_t, global = true)]
    pub format: Format,
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
    use std::time::Duration;

    #[test]
    fn seconds_are_read_without_floats() {
        assert_eq!(seconds("10"), Ok(Duration::from_secs(10)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for text in ["", ".5", "1e3", "-1", "1s", "inf", "18446744073709551615"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
