//! What can be typed about the connection, in curl's letters.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::accepted::AcceptedArgs;
use super::limits::LimitArgs;
use super::proxy::ProxyArgs;
use super::tls::TlsArgs;
use crate::http::Schemes;

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

    /// Allow only these schemes, for redirects and payments too: =https, -http
    #[arg(long, value_name = "PROTOCOLS", allow_hyphen_values = true, value_parser = Schemes::parse)]
    pub proto: Option<Schemes>,

    /// Allow only these schemes on redirects
    #[arg(long, value_name = "PROTOCOLS", allow_hyphen_values = true, value_parser = Schemes::parse)]
    pub proto_redir: Option<Schemes>,

    /// Scheme of URLs without one [default: http]
    #[arg(long, value_name = "PROTOCOL", value_parser = scheme)]
    pub proto_default: Option<String>,

    /// Use these addresses for a host and port; "*" is any host, "-HOST:PORT" takes it back
    #[arg(long, value_name = "[+]HOST:PORT:ADDRESS[,...]", allow_hyphen_values = true)]
    pub resolve: Vec<String>,

    /// Connect to another host and port; empty parts stand for any, or for no change
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2")]
    pub connect_to: Vec<String>,

    /// Connect through this Unix socket
    #[arg(long, value_name = "PATH", overrides_with = "abstract_unix_socket")]
    pub unix_socket: Option<PathBuf>,

    /// Connect through this abstract Unix socket
    #[arg(long, value_name = "NAME", overrides_with = "unix_socket")]
    pub abstract_unix_socket: Option<String>,

    /// Connect from this interface, address or host; if!NAME and host!NAME say which
    #[arg(long, value_name = "NAME")]
    pub interface: Option<String>,

    /// Connect from this port, or one of these
    #[arg(long, value_name = "PORT[-PORT]", value_parser = ports)]
    pub local_port: Option<(u16, u16)>,

    /// Use IPv4 addresses alone
    #[arg(short = '4', long, overrides_with = "ipv6")]
    pub ipv4: bool,

    /// Use IPv6 addresses alone
    #[arg(short = '6', long, overrides_with = "ipv4")]
    pub ipv6: bool,

    /// How long to wait for IPv6 before IPv4 is tried too
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 200)]
    pub happy_eyeballs_timeout_ms: u64,

    /// Send small pieces at once (as always)
    #[arg(long, overrides_with = "no_tcp_nodelay")]
    pub tcp_nodelay: bool,

    /// Let the system gather small pieces
    #[arg(long)]
    pub no_tcp_nodelay: bool,

    /// Ask after so much silence whether the server is still there
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub keepalive_time: u64,

    /// Never ask
    #[arg(long)]
    pub no_keepalive: bool,

    /// Speak HTTP/1.0
    #[arg(short = '0', long = "http1.0", overrides_with_all = ["http1_1", "http2", "http2_prior_knowledge"])]
    pub http1_0: bool,

    /// Speak HTTP/1.1
    #[arg(long = "http1.1", overrides_with_all = ["http1_0", "http2", "http2_prior_knowledge"])]
    pub http1_1: bool,

    /// Speak HTTP/2 where TLS agrees on it (as always)
    #[arg(long, overrides_with_all = ["http1_0", "http1_1", "http2_prior_knowledge"])]
    pub http2: bool,

    /// Speak HTTP/2 without asking
    #[arg(long, overrides_with_all = ["http1_0", "http1_1", "http2"])]
    pub http2_prior_knowledge: bool,

    /// Do not agree on a version of HTTP in the TLS handshake
    #[arg(long)]
    pub no_alpn: bool,

    /// Ask for a compressed answer, and decompress it
    #[arg(long)]
    pub compressed: bool,

    /// Ask for an answer that is compressed on its way, and decompress it
    #[arg(long)]
    pub tr_encoding: bool,

    /// Hand the body on as it came: with its chunks, and compressed
    #[arg(long)]
    pub raw: bool,

    /// Let a body end where the connection does, and not where the answer says
    #[arg(long)]
    pub ignore_content_length: bool,

    /// Take an answer without a head (HTTP/0.9), which is none to a payment
    #[arg(long = "http0.9")]
    pub http0_9: bool,

    /// What is taken and changes nothing.
    #[command(flatten)]
    pub accepted: AcceptedArgs,

    /// TLS.
    #[command(flatten)]
    pub tls: TlsArgs,

    /// Proxies.
    #[command(flatten)]
    pub proxies: ProxyArgs,

    /// Limits.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// A scheme, which need not be one that can be used: as in curl, the URL is what fails then.
fn scheme(text: &str) -> Result<String, &'static str> {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if letters && begins { Ok(text.to_ascii_lowercase()) } else { Err("http or https") }
}

/// A port, or two that hold a range.
fn ports(text: &str) -> Result<(u16, u16), &'static str> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        _ => Err("a port such as 4000, or a range such as 4000-4200"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_one_or_a_range() {
        assert_eq!((ports("1"), ports("1-2")), (Ok((1, 1)), Ok((1, 2))));
        for text in ["", "2-1", "a", "70000", "1-"] {
            assert!(ports(text).is_err(), "{text}");
        }
    }
}
