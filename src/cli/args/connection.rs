//! What can be typed about the connection and its time limits, in curl's letters.

use std::path::PathBuf;

use clap::Args as ClapArgs;

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
