//! The client library, set up: proxies, TLS, name resolution, time limits.

use std::net::ToSocketAddrs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Proxy, redirect, retry};
use url::Url;

use super::error::{Error, Unresolved};
use super::roots;

/// How connections are made and how long they may take.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Follow redirects, and how.
    pub redirects: Redirects,
    /// Proxies.
    pub proxies: Proxies,
    /// Do not check the server's certificate.
    pub insecure: bool,
    /// Trust only the authorities in this file.
    pub ca_file: Option<PathBuf>,
    /// Ask for a compressed answer and decode it.
    pub compressed: bool,
    /// Longest time for a connection to come about.
    pub connect_timeout: Option<Duration>,
    /// Longest time for everything together.
    pub max_time: Option<Duration>,
}

/// Whether and how redirects are followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirects {
    /// Follow them.
    pub follow: bool,
    /// At most this many; `None` is no limit.
    pub limit: Option<u32>,
}

/// Proxies by the scheme of the request, and the hosts that need none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For http requests.
    pub http: Option<Url>,
    /// For https requests.
    pub https: Option<Url>,
    /// Comma-separated hosts that are reached directly.
    pub bypass: Option<String>,
}

impl Proxies {
    /// Reads a proxy's URL; `http://` may be left out.
    pub fn parse(text: &str) -> Result<Url, Error> {
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&full).map_err(|_| Error::ProxyUrl)?;
        let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
        if known.contains(&url.scheme()) && url.host().is_some() {
            Ok(url)
        } else {
            Err(Error::ProxyUrl)
        }
    }

    /// Whether a request to this URL goes, or may go, through a proxy.
    pub(super) fn apply_to(&self, url: &Url) -> bool {
        let proxy = match url.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        let Some(proxy) = proxy else { return false };
        let matcher = Matcher::builder()
            .all(proxy.as_str())
            .no(self.bypass.clone().unwrap_or_default())
            .build();
        // What the matcher does not understand counts as a proxy that stands between.
        let understood = proxy.as_str().parse::<::http::Uri>().is_ok();
        !understood || url.as_str().parse().map_or(true, |uri| matcher.intercept(&uri).is_some())
    }

    fn build(&self) -> Result<Vec<Proxy>, Error> {
        let bypass = || self.bypass.as_deref().and_then(reqwest::NoProxy::from_string);
        let http = self.http.as_ref().map(|proxy| Proxy::http(proxy.as_str()));
        let https = self.https.as_ref().map(|proxy| Proxy::https(proxy.as_str()));
        let proxy = |made: reqwest::Result<Proxy>| {
            made.map(|proxy| proxy.no_proxy(bypass())).map_err(|_| Error::ProxyUrl)
        };
        http.into_iter().chain(https).map(proxy).collect()
    }
}

/// The clients of one exchange: the one for TLS is made when it is first needed, because loading
/// certificate authorities takes longer than everything else.
pub(super) struct Clients {
    options: Options,
    deadline: Option<Instant>,
    plain: Option<Client>,
    tls: Option<Client>,
}

impl Clients {
    /// Clients for these options; the time for everything together begins now.
    pub(super) fn new(options: Options) -> Self {
        let deadline = options.max_time.and_then(|limit| Instant::now().checked_add(limit));
        Self { options, deadline, plain: None, tls: None }
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The client for a URL's scheme.
    pub(super) fn client_for(&mut self, url: &Url) -> Result<Client, Error> {
        let tls = match url.scheme() {
            "http" => self.options.proxies.http.as_ref().is_some_and(|p| p.scheme() == "https"),
            "https" => true,
            other => return Err(Error::Scheme(other.to_owned())),
        };
        let slot = if tls { &mut self.tls } else { &mut self.plain };
        if let Some(client) = slot {
            return Ok(client.clone());
        }
        let client = build(&self.options, tls)?;
        *slot = Some(client.clone());
        Ok(client)
    }
}

/// A client for a talk that is no purchase, as with a chain's node: the same proxies, authorities
/// and names, no redirects, no retries. Whoever uses it sets the time limits.
pub fn plain_client(options: &Options, url: &Url) -> Result<Client, Error> {
    Clients::new(options.clone()).client_for(url)
}

fn build(options: &Options, tls: bool) -> Result<Client, Error> {
    // Needed even for plain http: the library refuses to build without a provider. A second
    // installation is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .dns_resolver(std::sync::Arc::new(SystemResolver))
        .tcp_nodelay(true)
        .gzip(options.compressed)
        .brotli(options.compressed)
        .deflate(options.compressed)
        .zstd(options.compressed);
    if let Some(limit) = options.connect_timeout {
        builder = builder.connect_timeout(limit);
    }
    for proxy in options.proxies.build()? {
        builder = builder.proxy(proxy);
    }
    builder = if !tls {
        builder.tls_certs_only([])
    } else if options.insecure {
        builder.tls_certs_only([]).tls_danger_accept_invalid_certs(true)
    } else {
        match roots::authorities(options.ca_file.as_deref())? {
            Some(authorities) => builder.tls_certs_only(authorities),
            None => builder,
        }
    };
    builder.build().map_err(|error| Error::Tls(error.to_string()))
}

/// The system's resolver, so that /etc/hosts and the like are obeyed, with a typed error.
struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let lookup = (host.clone(), 0_u16);
            let found = tokio::task::spawn_blocking(move || lookup.to_socket_addrs()).await;
            match found {
                Ok(Ok(addresses)) => Ok(Box::new(addresses) as Addrs),
                _ => Err(Unresolved(host).into()),
            }
        })
    }
}
