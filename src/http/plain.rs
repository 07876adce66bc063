//! A client for a talk that is no purchase, as with a chain's node.

use std::time::Duration;

use reqwest::{Client, Proxy, redirect, retry};
use url::Url;

use super::address::{is_localhost, localhost};
use super::answer::is_loopback;
use super::error::Error;
use super::options::Options;
use super::roots;

/// Longest time for a connection to come about, unless the user says otherwise.
const CONNECT_TIME: Duration = Duration::from_mins(5);

/// The same proxies, authorities and checks as purchases have, no redirects, no retries. Whoever uses
/// it sets the time limits. What `insecure` waives for purchases it waives here on this machine alone:
/// whoever stands between could have a node say anything.
pub fn plain_client(options: &Options, url: &Url) -> Result<Client, Error> {
    // Needed even for plain http: the library refuses to build without a provider. A second
    // installation is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = &options.tls;
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(options.connect_timeout.unwrap_or(CONNECT_TIME));
    // By the same rule as purchases: what `insecure` waives for this machine holds for no other.
    if let Some(host) = url.host_str().filter(|host| is_localhost(host)) {
        builder = builder.resolve_to_addrs(host, &localhost(0));
    }
    if let Some(proxy) = options.proxies.for_url(url) {
        let mut made = Proxy::all(proxy.url()).map_err(|_| Error::ProxyUrl)?;
        if let Some((user, password)) = &proxy.user {
            made = made.basic_auth(user, password);
        }
        builder = builder.proxy(made);
    }
    let needs_tls = url.scheme() == "https"
        || options.proxies.for_url(url).is_some_and(|proxy| proxy.url().starts_with("https"));
    builder = if !needs_tls {
        builder.tls_certs_only([])
    } else if tls.insecure && is_loopback(url) && options.proxies.for_url(url).is_none() {
        builder.tls_certs_only([]).tls_danger_accept_invalid_certs(true)
    } else {
        match roots::authorities(tls.ca_file.as_deref(), tls.ca_dir.as_deref())? {
            Some(authorities) => builder.tls_certs_only(
                authorities.iter().filter_map(|one| reqwest::Certificate::from_der(one).ok()),
            ),
            None => builder,
        }
    };
    builder.build().map_err(|error| Error::Tls(error.to_string()))
}
