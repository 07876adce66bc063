//! What can be typed about proxies, in curl's letters.

use clap::Args as ClapArgs;

/// Proxies.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Proxy")]
pub struct ProxyArgs {
    /// Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none
    #[arg(short = 'x', long, value_name = "URL", overrides_with_all = ["socks4", "socks4a", "socks5", "socks5_hostname"])]
    pub proxy: Option<String>,

    /// User at the proxy
    #[arg(short = 'U', long, value_name = "USER:PASSWORD")]
    pub proxy_user: Option<String>,

    /// Send this header to the proxy
    #[arg(long, value_name = "LINE")]
    pub proxy_header: Vec<String>,

    /// Ask the proxy for a tunnel, for http too
    #[arg(short = 'p', long)]
    pub proxytunnel: bool,

    /// Do not check an https proxy's certificate
    #[arg(long)]
    pub proxy_insecure: bool,

    /// SOCKS 4 proxy
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4a", "socks5", "socks5_hostname"])]
    pub socks4: Option<String>,

    /// SOCKS 4a proxy, which looks names up
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks5", "socks5_hostname"])]
    pub socks4a: Option<String>,

    /// SOCKS 5 proxy
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks4a", "socks5_hostname"])]
    pub socks5: Option<String>,

    /// SOCKS 5 proxy, which looks names up
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks4a", "socks5"])]
    pub socks5_hostname: Option<String>,

    /// Hosts to reach without the proxy, separated by commas; "*" is every host
    #[arg(long, value_name = "HOSTS")]
    pub noproxy: Option<String>,
}
