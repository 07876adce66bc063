//! Proxies: which one, if any, stands between this client and a URL. Follows curl's rules.

use std::net::IpAddr;
use std::path::PathBuf;

use ::http::{HeaderMap, HeaderValue, Method, header};
use percent_encoding::percent_decode_str;
use url::Url;

use super::credential::Pair;
use super::credentials::{Lesson, Proof};
use super::error::Error;
use super::lines::TypedLine;
use super::tls_options::TlsOptions;
use crate::pay::Entropy;

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// What it speaks.
    pub kind: ProxyKind,
    /// Its host, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user and the password it is told.
    pub user: Option<(String, String)>,
    /// How an HTTP proxy is proved who asks.
    pub proof: Proof,
    /// Whether a tunnel is asked for in HTTP/1.0.
    pub is_http10: bool,
    /// The socket of this machine where it is reached, instead of host and port.
    pub socket: Option<PathBuf>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({:?}, {}:{})", self.kind, self.host, self.port)
    }
}

/// What a proxy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS 4, with an address looked up here.
    Socks4,
    /// SOCKS 4a, with the name.
    Socks4a,
    /// SOCKS 5, with an address looked up here.
    Socks5,
    /// SOCKS 5, with the name.
    Socks5h,
}

impl ProxyKind {
    fn of_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme {
            "http" => Self::Http,
            "https" => Self::Https,
            "socks4" | "socks" => Self::Socks4,
            "socks4a" => Self::Socks4a,
            "socks5" => Self::Socks5,
            "socks5h" => Self::Socks5h,
            _ => return None,
        })
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks4 => "socks4",
            Self::Socks4a => "socks4a",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    /// Whether it is spoken to in HTTP.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

impl Proxy {
    /// Reads a proxy's URL. `kind` is what one without a scheme speaks; the port is 1080, and 443 over
    /// TLS, unless it is said.
    pub fn parse(text: &str, kind: ProxyKind) -> Result<Self, Error> {
        let text = text.trim();
        let full = if text.contains("://") {
            text.to_owned()
        } else {
            format!("{}://{text}", kind.scheme())
        };
        // A scheme the URL parser knows nothing of: no port is the scheme's own.
        let (scheme, rest) = full.split_once("://").ok_or(Error::ProxyUrl)?;
        let kind = ProxyKind::of_scheme(&scheme.to_ascii_lowercase())
            .ok_or_else(|| Error::ProxyScheme(scheme.to_owned()))?;
        let url = Url::parse(&format!("proxy://{rest}")).map_err(|_| Error::ProxyUrl)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Error::ProxyUrl)?;
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = (!url.username().is_empty() || url.password().is_some())
            .then(|| (decode(url.username()), decode(url.password().unwrap_or_default())));
        let port = url.port().unwrap_or(if kind == ProxyKind::Https { 443 } else { 1080 });
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        // A SOCKS proxy at a socket of this machine, as curl writes it.
        let path = percent_decode_str(url.path()).decode_utf8_lossy();
        let socket = (!kind.is_http() && host == "localhost" && path.len() > 1)
            .then(|| PathBuf::from(path.into_owned()));
        Ok(Self { kind, host, port, user, proof: Proof::Basic, is_http10: false, socket })
    }

    /// As a URL.
    pub(super) fn url(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{}://{host}:{}", self.kind.scheme(), self.port)
    }

    /// What an HTTP proxy is told of the user with one request; `target` is what a digest is of.
    pub(super) fn proof(
        &self,
        lesson: &mut Lesson,
        method: &Method,
        target: &str,
        entropy: &dyn Entropy,
    ) -> Option<HeaderValue> {
        lesson.header(&self.pair()?, self.proof, method, target, entropy)
    }

    /// Learns from a 407 how to prove who asks. Whether it is worth asking again.
    pub(super) fn learn(&self, lesson: &mut Lesson, headers: &HeaderMap) -> bool {
        self.user.is_some() && lesson.learn_by(&header::PROXY_AUTHENTICATE, self.proof, headers)
    }

    /// Whether a body is to be held back until the proxy has said how it wants to be asked.
    pub(super) fn probes(&self, lesson: &Lesson) -> bool {
        self.user.is_some() && lesson.is_open(self.proof)
    }

    fn pair(&self) -> Option<Pair> {
        let (user, password) = self.user.as_ref()?;
        let password = password.as_bytes().to_vec().into();
        Some(Pair { user: user.as_bytes().to_vec(), password })
    }
}

/// Proxies by the scheme of the request, and the hosts that need none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For http requests.
    pub http: Option<Proxy>,
    /// For https requests.
    pub https: Option<Proxy>,
    /// Hosts that are reached directly, separated by commas or spaces.
    pub bypass: Option<String>,
    /// The SOCKS proxy that an HTTP proxy is reached through.
    pub first: Option<Proxy>,
    /// TLS with an https proxy.
    pub tls: TlsOptions,
    /// Whether http requests go through a tunnel too.
    pub tunnel: bool,
    /// What a proxy alone is told.
    pub headers: Vec<TypedLine>,
}

impl Proxies {
    /// The proxy for a URL.
    pub(super) fn for_url(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        };
        proxy.filter(|_| {
            let bypass = self.bypass.as_deref().unwrap_or_default();
            !passes(url.host_str().unwrap_or_default(), bypass)
        })
    }
}

/// Whether a host is one of those that need no proxy: a name covers the names below it, an address
/// may have a length of prefix, a star covers all.
fn passes(host: &str, list: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>().ok();
    let name = host.trim_end_matches('.');
    if list.trim() == "*" {
        return true;
    }
    list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).any(|entry| {
        if let Some(address) = address {
            return covers(entry.trim_start_matches('[').trim_end_matches(']'), address);
        }
        let entry = entry.trim_start_matches('.').trim_end_matches('.');
        let below = name.len().checked_sub(entry.len()).and_then(|at| {
            let (front, back) = name.split_at_checked(at)?;
            (back.eq_ignore_ascii_case(entry)).then_some(front)
        });
        !entry.is_empty() && below.is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

/// Whether an address, or the network of `ADDRESS/BITS`, holds an address.
fn covers(entry: &str, address: IpAddr) -> bool {
    let (network, bits) = match entry.split_once('/') {
        None => (entry, None),
        Some((network, bits)) => match bits.parse::<u32>() {
            Ok(bits) => (network, Some(bits)),
            Err(_) => return false,
        },
    };
    match (network.parse::<IpAddr>(), address) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address)) => {
            let shift = 32_u32.saturating_sub(bits.unwrap_or(32));
            let cut = |address: u32| address.checked_shr(shift).unwrap_or(0);
            cut(network.to_bits()) == cut(address.to_bits())
        }
        (Ok(IpAddr::V6(network)), IpAddr::V6(address)) => {
            let shift = 128_u32.saturating_sub(bits.unwrap_or(128));
            let cut = |address: u128| address.checked_shr(shift).unwrap_or(0);
            cut(network.to_bits()) == cut(address.to_bits())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_proxy_has_curls_ports_and_kinds() {
        let read = |text: &str| Proxy::parse(text, ProxyKind::Http).unwrap();
        assert_eq!((read("h").kind, read("h").port), (ProxyKind::Http, 1080));
        assert_eq!((read("https://h").kind, read("https://h").port), (ProxyKind::Https, 443));
        assert_eq!(read("http://h:80").port, 80);
        assert_eq!(read("socks5h://[::1]:9").host, "::1");
        assert_eq!(read("u%3a:p%40@h:8/").user, Some(("u:".into(), "p@".into())));
        assert_eq!(Proxy::parse("h:1", ProxyKind::Socks4a).unwrap().kind, ProxyKind::Socks4a);
        assert!(Proxy::parse("ftp://h", ProxyKind::Http).is_err());
        assert!(Proxy::parse("http://", ProxyKind::Http).is_err());
        assert!(!format!("{:?}", read("u:secret@h")).contains("secret"));
    }

    #[test]
    fn hosts_pass_as_in_curl() {
        for (host, list, passing) in [
            ("a.example", "*", true),
            ("a.example", "example", true),
            ("a.example", ".example", true),
            ("aexample", "example", false),
            ("a.example", "b.example, a.example", true),
            ("a.example", "b.example c.example", false),
            ("a.example.", "A.EXAMPLE", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.0/8", true),
            ("127.0.0.1", "0.0.1", false),
            ("128.0.0.1", "127.0.0.0/8", false),
            ("[::1]", "::1", true),
            ("[fe80::1]", "fe80::/10", true),
            ("a.example", "", false),
        ] {
            assert_eq!(passes(host, list), passing, "{host} in {list:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}", list in ".{0,60}") {
            let _ = Proxy::parse(&text, ProxyKind::Http);
            let _ = passes(&text, &list);
        }
    }
}
