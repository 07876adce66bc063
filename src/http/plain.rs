//! The client for requests that are no purchase, such as those to a chain's node. It is the only file
//! that uses `reqwest`.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, redirect, retry};
use url::Url;

use super::address::{is_localhost, is_loopback, localhost};
use super::cause::chain;
use super::connect::place;
use super::error::Error;
use super::options::Options;
use super::proxy::ProxyKind;
use super::tls;
use super::tls_options::TlsOptions;
use crate::chain::{NodeAnswer, NodeClient, NodeError, Posting};
use crate::text;

/// A client for requests to one URL. It is made from the options of purchases: the same proxies,
/// authorities, versions and ciphers of TLS, revoked certificates, and time to connect.
///
/// It follows no redirects and repeats nothing. Who this client is (`--cert`) and which key a server
/// must have (`--pinnedpubkey`) are meant for the server of the purchase, so they are not used here. A
/// certificate stays unchecked (`--insecure`) on this machine alone, where no proxy stands between: on
/// any other way, whoever stands between could have a node say anything.
#[derive(Clone)]
pub struct PlainClient(Client);

impl PlainClient {
    /// A client for this URL. Its callers limit the time of each request.
    pub fn new(options: &Options, url: &Url) -> Result<Self, Error> {
        // Needed even for plain http: the library refuses to build without a provider. A second
        // installation is refused, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(retry::never())
            .connect_timeout(options.connect_time());
        // By the same rule as purchases: what `insecure` waives for this machine holds for no other.
        if let Some(host) = url.host_str().filter(|host| is_localhost(host)) {
            builder = builder.resolve_to_addrs(host, &localhost(0));
        }
        let proxy = options.proxies.for_url(url);
        if let Some(proxy) = proxy {
            let mut made = reqwest::Proxy::all(proxy.url()).map_err(|_| Error::ProxyUrl)?;
            if let Some((user, password)) = &proxy.user {
                made = made.basic_auth(user, password);
            }
            builder = builder.proxy(made);
        }
        let https_proxy = proxy.filter(|proxy| proxy.kind == ProxyKind::Https);
        builder = if url.scheme() == "https" || https_proxy.is_some() {
            let rules = TlsOptions {
                insecure: options.tls.insecure && is_loopback(url) && proxy.is_none(),
                client: None,
                pinned_key: None,
                ..options.tls.clone()
            };
            let other = https_proxy
                // Of two servers of one name the node's rules hold for both.
                .filter(|proxy| !place(url).host.eq_ignore_ascii_case(&proxy.host))
                .map(|proxy| (proxy.host.as_str(), &options.proxies.tls));
            builder.tls_backend_preconfigured(tls::config_with_proxy(&rules, other)?)
        } else {
            // Loading authorities takes longer than everything else.
            builder.tls_certs_only([])
        };
        builder.build().map(Self).map_err(|error| Error::Tls(error.to_string()))
    }
}

impl NodeClient for PlainClient {
    fn post(&self, url: Url, document: String, limit: usize) -> Posting<'_> {
        let request = self.0.post(url).header(CONTENT_TYPE, "application/json").body(document);
        Box::pin(async move {
            let response = request.send().await.map_err(|error| unanswered(&error))?;
            let status = response.status().as_u16();
            Ok(NodeAnswer { status, body: whole(response, limit).await? })
        })
    }
}

/// The body of a response.
async fn whole(mut response: Response, limit: usize) -> Result<Vec<u8>, NodeError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(NodeError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The library's error, without the address that it quotes: a node's address often holds a key.
fn unanswered(error: &reqwest::Error) -> NodeError {
    if error.is_timeout() {
        return NodeError::TimedOut;
    }
    let tls = chain(error).find_map(|cause| cause.downcast_ref());
    let why = match tls {
        Some(rustls::Error::InvalidCertificate(why)) => {
            format!("the node's certificate is not trusted: {}", text::tls::certificate(why))
        }
        Some(other) => text::tls::handshake(other),
        // The error itself names the URL; what caused it does not.
        None => chain(error).skip(1).last().map(ToString::to_string).unwrap_or_default(),
    };
    NodeError::Unreachable { why }
}
