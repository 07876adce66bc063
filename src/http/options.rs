//! How connections are made and how long they may take, as the front door asks for it.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::address::{ConnectTo, Family, PinnedAddress, Resolution};
use super::pace::LeastSpeed;
use super::proxy::Proxies;
use super::roots;
use super::schemes::Schemes;
use super::tls_options::TlsOptions;

/// Longest time for a connection to come about, unless the user says otherwise: curl's.
const CONNECT_TIME: Duration = Duration::from_mins(5);

/// How connections are made and how long they may take.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Follow redirects, and how.
    pub redirects: Redirects,
    /// Which schemes a URL may have.
    pub schemes: Schemes,
    /// Which schemes a redirect's URL may have besides.
    pub redirect_schemes: Schemes,
    /// Proxies.
    pub proxies: Proxies,
    /// TLS.
    pub tls: TlsOptions,
    /// Which version of HTTP.
    pub version: HttpVersion,
    /// Ask for a compressed answer and decode it.
    pub compressed: bool,
    /// Ask for an answer that is compressed on its way.
    pub transfer_coding: bool,
    /// Hand the body on as it comes over the wire: with its chunks, and compressed.
    pub raw: bool,
    /// Let no announced length end a body.
    pub ignore_length: bool,
    /// Take an answer without a head (HTTP/0.9), but never to a payment.
    pub http09: bool,
    /// How long a body waits for 100 Continue.
    pub expect_timeout: Duration,
    /// Refuse a redirect whose URL names a user.
    pub no_user_in_url: bool,
    /// Addresses of names, instead of the system's.
    pub pinned: Vec<PinnedAddress>,
    /// The zones of addresses that redirects named.
    pub scopes: BTreeMap<Ipv6Addr, u32>,
    /// Other places to connect to than the URL's.
    pub connect_to: Vec<ConnectTo>,
    /// The socket to connect to, whatever the URL says.
    pub socket: Option<LocalSocket>,
    /// Which addresses to use.
    pub family: Family,
    /// What leaves this machine, and how the socket is set.
    pub outgoing: Outgoing,
    /// Longest time for a connection to come about.
    pub connect_timeout: Option<Duration>,
    /// Longest time for everything together.
    pub max_time: Option<Duration>,
    /// Least speed.
    pub least_speed: Option<LeastSpeed>,
    /// Most bytes a second, in each direction.
    pub rate: Option<u64>,
    /// Longest body that is taken, in bytes.
    pub max_filesize: Option<u64>,
    /// Where in the resource a download goes on, in bytes.
    pub resume_from: Option<u64>,
    /// Whether what is there of it ends elsewhere: then the rest is not bought.
    pub gap: bool,
    /// The file that the body goes to, where it is known beforehand.
    pub output: Option<PathBuf>,
}

impl Options {
    /// Longest time for a connection to come about.
    pub(super) fn connect_time(&self) -> Duration {
        self.connect_timeout.unwrap_or(CONNECT_TIME)
    }

    /// How names are resolved.
    pub(super) fn resolution(&self) -> Resolution<'_> {
        Resolution { pinned: &self.pinned, scopes: &self.scopes, family: self.family }
    }

    /// Whether neither a flag nor a variable decides who answers at this URL: by https the system's
    /// authorities say who does, whatever the way; by http nobody stands between.
    pub fn leads_where_it_says(&self, url: &Url) -> bool {
        let tls = &self.tls;
        let is_systems = tls.ca_file.as_deref().is_none_or(roots::is_systems);
        let by_system = !tls.insecure && is_systems && tls.ca_dir.is_none();
        let is_direct = self.proxies.for_url(url).is_none()
            && self.pinned.is_empty()
            && self.connect_to.is_empty()
            && self.socket.is_none()
            && self.outgoing.interface.is_none();
        if url.scheme() == "https" { by_system } else { is_direct }
    }

    /// Whether a connection that was made by the one serves the other, too. Where each connection leads
    /// is kept with it.
    pub fn shares_connections(&self, other: &Self) -> bool {
        self.tls == other.tls
            && self.proxies == other.proxies
            && self.version == other.version
            && self.pinned == other.pinned
            && self.socket == other.socket
            && self.family == other.family
            && self.outgoing == other.outgoing
            && self.rate == other.rate
            && self.http09 == other.http09
    }
}

/// Whether and how redirects are followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirects {
    /// Follow them.
    pub follow: bool,
    /// At most this many; `None` is no limit.
    pub limit: Option<u32>,
}

/// A version of HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 where TLS agrees on it, else HTTP/1.1.
    #[default]
    Negotiated,
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    Http11,
    /// HTTP/2 from the first byte, without asking.
    Http2PriorKnowledge,
}

/// A socket of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalSocket {
    /// A path in the file system.
    Path(PathBuf),
    /// A name in Linux's abstract namespace.
    Abstract(String),
}

/// What leaves this machine, and how the socket is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// An interface, an address or a host name to connect from.
    pub interface: Option<Interface>,
    /// Ports to connect from.
    pub ports: Option<RangeInclusive<u16>>,
    /// Whether small pieces are sent at once.
    pub nodelay: bool,
    /// After how much silence the system asks whether the other side is still there.
    pub keepalive: Option<Duration>,
    /// How much of a head start IPv6 has.
    pub head_start: Duration,
    /// Whether a connection begins with a line that says from where to where it leads.
    pub announces: bool,
}

impl Default for Outgoing {
    fn default() -> Self {
        Self {
            interface: None,
            ports: None,
            nodelay: true,
            keepalive: Some(Duration::from_mins(1)),
            head_start: Duration::from_millis(200),
            announces: false,
        }
    }
}

/// Where connections come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interface {
    /// A network interface, an address, or a host name: whatever it is.
    Any(String),
    /// A network interface.
    Device(String),
    /// An address or a host name.
    Host(String),
}

impl Interface {
    /// Reads `NAME`, `if!NAME` or `host!NAME`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('!') {
            Some(("if", name)) => Self::Device(name.to_owned()),
            Some(("host", name)) => Self::Host(name.to_owned()),
            _ => Self::Any(text.to_owned()),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Any(name) | Self::Device(name) | Self::Host(name) => name,
        }
    }
}
