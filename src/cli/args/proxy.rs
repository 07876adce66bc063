//! What can be typed about proxies, in curl's letters.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::tls::CertificateType;

/// Proxies.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Proxy")]
pub struct ProxyArgs {
    /// Proxy to go through: [http|https|socks4|socks4a|socks5|socks5h]://host:port; empty for none
    #[arg(short = 'x', long, value_name = "URL", overrides_with_all = ["socks4", "socks4a", "socks5", "socks5_hostname", "proxy1_0"])]
    pub proxy: Option<String>,

    /// The same, but asked for a tunnel in HTTP/1.0
    #[arg(long = "proxy1.0", value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks4a", "socks5", "socks5_hostname"])]
    pub proxy1_0: Option<String>,

    /// SOCKS proxy to reach an HTTP proxy through
    #[arg(long, value_name = "URL")]
    pub preproxy: Option<String>,

    /// User at the proxy
    #[arg(short = 'U', long, value_name = "USER:PASSWORD")]
    pub proxy_user: Option<String>,

    /// Send the user's password to the proxy (default)
    #[arg(long)]
    pub proxy_basic: bool,

    /// Prove the user to the proxy by a digest
    #[arg(long)]
    pub proxy_digest: bool,

    /// Prove the user as the proxy asks for it: digest before basic
    #[arg(long)]
    pub proxy_anyauth: bool,

    /// Send this header to the proxy
    #[arg(long, value_name = "LINE")]
    pub proxy_header: Vec<String>,

    /// Ask the proxy for a tunnel, for http too
    #[arg(short = 'p', long)]
    pub proxytunnel: bool,

    /// Do not check an https proxy's certificate
    #[arg(long)]
    pub proxy_insecure: bool,

    /// Trust only the certificate authorities in this file for an https proxy
    #[arg(long, value_name = "FILE")]
    pub proxy_cacert: Option<PathBuf>,

    /// Trust only the certificate authorities in the files of this directory for an https proxy
    #[arg(long, value_name = "DIRECTORY")]
    pub proxy_capath: Option<PathBuf>,

    /// Certificate of the client's own for an https proxy, as PEM unless --proxy-cert-type says otherwise
    #[arg(long, value_name = "FILE[:PASSWORD]")]
    pub proxy_cert: Option<String>,

    /// Key of that certificate, as PEM; without it, in the same file
    #[arg(long, value_name = "FILE")]
    pub proxy_key: Option<PathBuf>,

    /// Password of that key, or of a PKCS #12 file
    #[arg(long, value_name = "PASSWORD")]
    pub proxy_pass: Option<String>,

    /// How that certificate is written; P12 is a PKCS #12 file with its key
    #[arg(long, value_name = "FORM", value_enum, ignore_case = true, default_value_t)]
    pub proxy_cert_type: CertificateType,

    /// How that key is written
    #[arg(long, value_name = "FORM", value_enum, ignore_case = true, default_value_t)]
    pub proxy_key_type: CertificateType,

    /// Offer an https proxy these cipher suites for TLS 1.2, by OpenSSL's names
    #[arg(long, value_name = "LIST")]
    pub proxy_ciphers: Option<String>,

    /// Offer an https proxy these cipher suites for TLS 1.3
    #[arg(long, value_name = "LIST")]
    pub proxy_tls13_ciphers: Option<String>,

    /// Refuse the certificates of https proxies that this file says are revoked, as PEM
    #[arg(long, value_name = "FILE")]
    pub proxy_crlfile: Option<PathBuf>,

    /// Believe only https proxies with this public key
    #[arg(long, value_name = "FILE|sha256//HASH[;...]")]
    pub proxy_pinnedpubkey: Option<String>,

    /// Leave a proxy's answers to CONNECT out of -i and -D
    #[arg(long)]
    pub suppress_connect_headers: bool,

    /// Begin connections with a line of the PROXY protocol, version 1
    #[arg(long)]
    pub haproxy_protocol: bool,

    /// SOCKS 4 proxy
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4a", "socks5", "socks5_hostname", "proxy1_0"])]
    pub socks4: Option<String>,

    /// SOCKS 4a proxy, which looks names up
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks5", "socks5_hostname", "proxy1_0"])]
    pub socks4a: Option<String>,

    /// SOCKS 5 proxy
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks4a", "socks5_hostname", "proxy1_0"])]
    pub socks5: Option<String>,

    /// SOCKS 5 proxy, which looks names up
    #[arg(long, value_name = "HOST[:PORT]", overrides_with_all = ["proxy", "socks4", "socks4a", "socks5", "proxy1_0"])]
    pub socks5_hostname: Option<String>,

    /// Hosts to reach without the proxy, separated by commas; "*" is every host
    #[arg(long, value_name = "HOSTS")]
    pub noproxy: Option<String>,
}
