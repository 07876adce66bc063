//! From a URL to a connection that speaks HTTP: proxy, TCP, TLS, and the version agreed on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use ::http::HeaderValue;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::AsyncWriteExt as _;
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use url::Url;

use super::address::{Place, addresses, check_redirected, is_loopback, redirected};
use super::body::Upload;
use super::classify::classify_tls;
use super::credentials::Lesson;
use super::dial;
use super::error::Error;
use super::head::Head;
use super::options::{HttpVersion, LocalSocket, Options};
use super::proxy::{Proxy, ProxyKind};
use super::socks::socks;
use super::system::System;
use super::tls::Configs;
use super::trace::Told;
use super::tunnel::{Asked, Tunnel};
use super::watch::Watch;
use super::wire::{Io, Wire};
use crate::policy::Route;

/// Most headers of an answer.
const HEADERS: usize = 1000;

/// How much is read at once, in bytes, and the longest head. Larger pieces fall out of the processor's
/// cache between decryption and writing: they cost twice the time.
const READ_BYTES: usize = 1 << 17;

/// The use of a connection to a proxy that reads requests, whatever their URL.
pub(super) const READING_PROXY: &str = "proxy";

/// What is known of a connection.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The other end; through a proxy, the proxy. None for a socket of this machine.
    pub remote: Option<SocketAddr>,
    /// This end.
    pub local: Option<SocketAddr>,
    /// Whether a proxy stands between.
    pub proxied: bool,
    /// When the making of it began.
    pub begun: Instant,
    /// When the name was looked up.
    pub looked_up: Instant,
    /// When the connection stood.
    pub connected: Instant,
    /// When TLS stood.
    pub secured: Option<Instant>,
    /// The server's certificates as DER, its own first.
    pub certificates: Vec<Vec<u8>>,
}

impl Reached {
    /// Whether the other end is this machine, and no proxy passes it on.
    pub(super) fn is_here(&self) -> bool {
        self.remote.is_some_and(|remote| remote.ip().is_loopback()) && !self.proxied
    }

    /// A connection with this other end, for tests.
    #[cfg(test)]
    pub(super) fn at(remote: Option<&str>, proxied: bool) -> Self {
        let remote = remote.map(|remote| remote.parse().unwrap());
        let (begun, looked_up, connected) = (Instant::now(), Instant::now(), Instant::now());
        let certificates = Vec::new();
        Self {
            remote,
            local: None,
            proxied,
            begun,
            looked_up,
            connected,
            secured: None,
            certificates,
        }
    }
}

/// How one request travels. A name is this machine's only if the connection says so too: a host
/// elsewhere that is given an address of this machine, a name of this machine that is given one
/// elsewhere, a socket that leads who knows where, and a proxy are all somewhere else.
pub(super) fn route(url: &Url, reached: &Reached, verified: bool) -> Route {
    let loopback = is_loopback(url) && reached.is_here();
    Route { encrypted: url.scheme() == "https", verified, loopback }
}

/// How requests are spoken on a connection.
pub(super) enum Sender {
    /// One at a time.
    One(http1::SendRequest<Upload>),
    /// Many at a time.
    Many(http2::SendRequest<Upload>),
}

/// A connection.
pub(super) struct Connection {
    /// What it can be used for.
    pub(super) key: String,
    pub(super) sender: Sender,
    pub(super) watch: Arc<Watch>,
    pub(super) reached: Arc<Reached>,
    /// Whether requests name the whole URL, because a proxy reads them.
    pub(super) through_proxy: bool,
    /// What proxies answered when it was made, until its first answer is told.
    pub(super) heads: Vec<Head>,
    /// Ends what reads and writes it, at once.
    pub(super) task: AbortHandle,
    /// Whether it has answered a request: such a connection may have been closed while it was idle.
    pub(super) is_used: bool,
    /// Whether it has answered as HTTP/1.0.
    pub(super) is_old: bool,
}

/// Makes connections.
pub(super) struct Connector {
    pub(super) options: Options,
    pub(super) system: System,
    /// TLS with servers and proxies.
    tls: Configs,
    /// What has been learned from a proxy about proving who asks.
    pub(super) lesson: Lesson,
    /// What proxies answered on the way to the last connection that was tried.
    pub(super) heads: Vec<Head>,
}

/// What came about on the way to a connection.
struct Way {
    stream: Box<dyn Io>,
    remote: Option<SocketAddr>,
    local: Option<SocketAddr>,
    looked_up: Instant,
    connected: Instant,
}

impl Connector {
    pub(super) fn new(options: Options, system: System, tls: Configs) -> Self {
        Self { options, system, tls, lesson: Lesson::default(), heads: Vec::new() }
    }

    /// The proxy for a URL. A socket of this machine is reached without.
    pub(super) fn proxy(&self, url: &Url) -> Option<&Proxy> {
        self.options.proxies.for_url(url).filter(|_| self.options.socket.is_none())
    }

    /// Whether an HTTP proxy makes the way to this URL a tunnel.
    fn tunnels(&self, url: &Url) -> bool {
        url.scheme() == "https"
            || self.options.proxies.tunnel
            || redirected(&place(url), &self.options.connect_to).is_some()
    }

    /// What a connection for a URL can be used for again.
    pub(super) fn key(&self, url: &Url) -> String {
        match self.proxy(url) {
            Some(proxy) if proxy.kind.is_http() && !self.tunnels(url) => READING_PROXY.to_owned(),
            _ => {
                let origin = url.origin().ascii_serialization();
                let Some(to) = redirected(&place(url), &self.options.connect_to) else {
                    return origin;
                };
                // The same place by another entry, or by none, is the same place.
                if to == place(url) { origin } else { format!("{origin} at {}", to.authority()) }
            }
        }
    }

    /// Makes a connection, of HTTP/1.1 where the server has `refused_h2`. What a proxy answered on the
    /// way is in `heads`, also if none came about.
    pub(super) async fn connect(
        &mut self,
        url: &Url,
        agent: Option<&HeaderValue>,
        refused_h2: bool,
        told: &mut Told<'_>,
    ) -> Result<Connection, Error> {
        check_redirected(&place(url), &self.options.connect_to)?;
        let limit = self.options.connect_time();
        let making = self.connect_unhurried(url, agent, refused_h2, told);
        let made = tokio::time::timeout(limit, making).await;
        made.map_err(|_| Error::TimedOut)?
    }

    async fn connect_unhurried(
        &mut self,
        url: &Url,
        agent: Option<&HeaderValue>,
        refused_h2: bool,
        told: &mut Told<'_>,
    ) -> Result<Connection, Error> {
        let begun = Instant::now();
        let key = self.key(url);
        let proxy = self.proxy(url).cloned();
        let through_proxy = key == READING_PROXY;
        let way = self.way(url, proxy.as_ref(), agent, told).await?;
        let Way { mut stream, remote, local, looked_up, connected } = way;
        let (mut secured, mut certificates) = (None, Vec::new());
        let mut speaks_h2 = self.options.version == HttpVersion::Http2PriorKnowledge && !refused_h2;
        if url.scheme() == "https" {
            let mut config = self.tls.server(&self.options).await?;
            if refused_h2 {
                let mut without = ClientConfig::clone(&config);
                without.alpn_protocols.retain(|name| name.as_slice() != b"h2");
                config = Arc::new(without);
            }
            let tls = secure(stream, config, url.host_str().unwrap_or_default()).await?;
            secured = Some(Instant::now());
            let (_, session) = tls.get_ref();
            let chain = session.peer_certificates().unwrap_or_default();
            certificates = chain.iter().map(|certificate| certificate.to_vec()).collect();
            let agreed = session.alpn_protocol();
            speaks_h2 = agreed == Some(b"h2");
            tell_tls(session, told);
            stream = Box::new(tls);
        }
        let watch = Arc::new(Watch::default());
        let wire = Wire::new(stream, Arc::clone(&watch), self.options.rate);
        let wire = TokioIo::new(if speaks_h2 { wire.framed() } else { wire });
        let lost = |error: hyper::Error| Error::Receive(error.to_string());
        let (sender, task) = if speaks_h2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.max_header_list_size(1 << 20);
            let (sender, connection) = builder.handshake(wire).await.map_err(lost)?;
            let task = tokio::spawn(connection).abort_handle();
            told.note("using HTTP/2");
            (Sender::Many(sender), task)
        } else {
            let mut builder = http1::Builder::new();
            builder
                .title_case_headers(true)
                .http09_responses(self.options.http09)
                .allow_obsolete_multiline_headers_in_responses(true)
                .max_headers(HEADERS)
                .read_buf_exact_size(Some(READ_BYTES));
            let (sender, connection) = builder.handshake(wire).await.map_err(lost)?;
            (Sender::One(sender), tokio::spawn(connection).abort_handle())
        };
        let proxied = proxy.is_some();
        let reached =
            Reached { remote, local, proxied, begun, looked_up, connected, secured, certificates };
        let reached = Arc::new(reached);
        let (heads, is_used, is_old) = (Vec::new(), false, false);
        Ok(Connection { key, sender, watch, reached, through_proxy, heads, task, is_used, is_old })
    }

    /// The bytes' way to the place a URL names, before any TLS with the server.
    async fn way(
        &mut self,
        url: &Url,
        proxy: Option<&Proxy>,
        agent: Option<&HeaderValue>,
        told: &mut Told<'_>,
    ) -> Result<Way, Error> {
        self.heads.clear();
        let mut way = match (&self.options.socket, proxy) {
            (Some(socket), _) => local(socket, told).await?,
            (None, None) => self.direct(&self.target(url, told), told).await?,
            (None, Some(proxy)) => {
                let target = self.target(url, told);
                self.through(url, proxy, &target, agent, told).await?
            }
        };
        if self.options.outgoing.announces {
            announce(&mut way).await?;
        }
        Ok(way)
    }

    /// The place to connect to for a URL, where no proxy stands before it.
    fn target(&self, url: &Url, told: &mut Told<'_>) -> Place {
        let asked = place(url);
        let target = redirected(&asked, &self.options.connect_to);
        if let Some(target) = &target {
            told.note(&format!("Connecting to hostname: {} port: {}", target.host, target.port));
        }
        target.unwrap_or(asked)
    }

    /// The way through a proxy.
    async fn through(
        &mut self,
        url: &Url,
        proxy: &Proxy,
        target: &Place,
        agent: Option<&HeaderValue>,
        told: &mut Told<'_>,
    ) -> Result<Way, Error> {
        loop {
            let mut way = self.to_proxy(proxy, told).await?;
            if !proxy.kind.is_http() {
                way.stream = socks(way.stream, proxy, target, &self.options).await?;
                return Ok(way);
            }
            if proxy.kind == ProxyKind::Https {
                let config = self.tls.proxy(&self.options.proxies).await?;
                let tls = secure(way.stream, config, &proxy.host).await?;
                way.stream = Box::new(tls);
            }
            if !self.tunnels(url) {
                return Ok(way);
            }
            let typed = &self.options.proxies.headers;
            let entropy = &*self.system.entropy;
            let tunnel = Tunnel { proxy, place: target, agent, typed, entropy };
            let asked = tunnel.open(way.stream, &mut self.lesson, &mut self.heads, told);
            if let Asked::Open(stream) = asked.await? {
                way.stream = stream;
                return Ok(way);
            }
        }
    }

    /// The way to a proxy.
    async fn to_proxy(&self, proxy: &Proxy, told: &mut Told<'_>) -> Result<Way, Error> {
        let near = Place { host: proxy.host.clone(), port: proxy.port };
        if let Some(path) = &proxy.socket {
            return local(&LocalSocket::Path(path.clone()), told).await;
        }
        if let Some(first) = self.options.proxies.first.as_ref().filter(|_| proxy.kind.is_http()) {
            let mut way = Box::pin(self.to_proxy(first, told)).await?;
            way.stream = socks(way.stream, first, &near, &self.options).await?;
            return Ok(way);
        }
        self.direct(&near, told).await.map_err(|error| match error {
            Error::Resolve(host) if proxy.kind.is_http() => Error::ResolveProxy(host),
            other => other,
        })
    }

    async fn direct(&self, place: &Place, told: &mut Told<'_>) -> Result<Way, Error> {
        let found = addresses(place, self.options.resolution()).await?;
        let looked_up = Instant::now();
        for address in &found {
            told.note(&format!("  Trying {address}..."));
        }
        let stream = dial::tcp(place, &found, &self.options.outgoing).await?;
        let connected = Instant::now();
        let (remote, local) = (stream.peer_addr().ok(), stream.local_addr().ok());
        if let Some(remote) = remote {
            let (host, ip, port) = (&place.host, remote.ip(), remote.port());
            told.note(&format!("Connected to {host} ({ip}) port {port}"));
        }
        Ok(Way { stream: Box::new(stream), remote, local, looked_up, connected })
    }
}

/// The way to a socket of this machine.
async fn local(socket: &LocalSocket, told: &mut Told<'_>) -> Result<Way, Error> {
    #[cfg(unix)]
    {
        let stream = Box::new(dial::local(socket).await?);
        let now = Instant::now();
        told.note("Connected to a socket of this machine");
        Ok(Way { stream, remote: None, local: None, looked_up: now, connected: now })
    }
    #[cfg(not(unix))]
    {
        let (_, _) = (socket, told);
        Err(Error::Interface("this system has no such sockets".into()))
    }
}

/// `--haproxy-protocol`: the line of `HAProxy`'s PROXY protocol, version 1, which names both ends.
async fn announce(way: &mut Way) -> Result<(), Error> {
    let line = match (way.local, way.remote) {
        (Some(local), Some(remote)) => {
            let family = if local.is_ipv6() { "TCP6" } else { "TCP4" };
            let (from, to) = (local.ip(), remote.ip());
            format!("PROXY {family} {from} {to} {} {}\r\n", local.port(), remote.port())
        }
        _ => "PROXY UNKNOWN\r\n".to_owned(),
    };
    let lost = |error: std::io::Error| Error::Send(error.to_string());
    way.stream.write_all(line.as_bytes()).await.map_err(lost)?;
    way.stream.flush().await.map_err(lost)
}

/// The place a URL names.
pub(super) fn place(url: &Url) -> Place {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Place { host, port: url.port_or_known_default().unwrap_or_default() }
}

async fn secure(
    stream: Box<dyn Io>,
    config: Arc<ClientConfig>,
    host: &str,
) -> Result<tokio_rustls::client::TlsStream<Box<dyn Io>>, Error> {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|error| Error::Tls(error.to_string()))?;
    TlsConnector::from(config).connect(name, stream).await.map_err(|error| classify_tls(&error))
}

fn tell_tls(session: &rustls::ClientConnection, told: &mut Told<'_>) {
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2",
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
        _ => "TLS",
    };
    if let Some(suite) = session.negotiated_cipher_suite() {
        told.note(&format!("SSL connection using {version} / {:?}", suite.suite()));
    }
    match session.alpn_protocol() {
        Some(name) => {
            told.note(&format!("ALPN: server accepted {}", String::from_utf8_lossy(name)));
        }
        None => told.note("ALPN: server did not agree on a protocol"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_is_this_machine_without_a_proxy() {
        assert!(Reached::at(Some("127.0.0.1:80"), false).is_here());
        assert!(Reached::at(Some("[::1]:80"), false).is_here());
        for elsewhere in [Some("192.0.2.1:80"), Some("[2001:db8::1]:80"), None] {
            assert!(!Reached::at(elsewhere, false).is_here());
        }
        assert!(!Reached::at(Some("127.0.0.1:80"), true).is_here());
    }

    #[test]
    fn this_machine_is_where_both_the_name_and_the_connection_say_so() {
        let is_here = |url: &str, remote: Option<&str>, proxied| {
            let reached = Reached::at(remote, proxied);
            route(&Url::parse(url).unwrap(), &reached, true).loopback
        };
        let here = ["http://localhost/", "http://app.localhost:1/x", "http://127.0.0.1/"];
        for url in here.into_iter().chain(["http://[::1]/", "http://127.9.9.9"]) {
            assert!(is_here(url, Some("127.0.0.1:80"), false), "{url}");
            assert!(is_here(url, Some("[::1]:80"), false), "{url}");
            // --resolve, --connect-to, or an entry in /etc/hosts that leads elsewhere.
            assert!(!is_here(url, Some("192.0.2.1:80"), false), "{url}");
            assert!(!is_here(url, Some("127.0.0.1:80"), true), "{url} by a proxy");
            assert!(!is_here(url, None, false), "{url} by a socket");
        }
        for url in ["http://shop.test/", "http://192.0.2.1/", "http://localhost.shop.test/"] {
            assert!(!is_here(url, Some("127.0.0.1:80"), false), "{url}");
        }
    }
}
