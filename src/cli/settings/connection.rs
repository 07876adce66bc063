//! How connections are made: the flags, and the variables every client obeys.

use crate::cli::args::ConnectionArgs;
use crate::config::Environment;
use crate::http::{self, Options, Proxies, Redirects};

use super::super::failure::Failure;

/// How connections are made: the flags, and the proxy variables every client obeys.
pub(crate) fn http_options(args: &ConnectionArgs) -> Result<Options, Failure> {
    Ok(Options {
        redirects: Redirects { follow: args.location, limit: u32::try_from(args.max_redirs).ok() },
        proxies: proxies(args, Environment).map_err(Failure::Connection)?,
        insecure: args.insecure,
        ca_file: args.cacert.clone().or_else(|| Environment.raw("SSL_CERT_FILE").map(Into::into)),
        compressed: args.compressed,
        connect_timeout: args.connect_timeout,
        max_time: args.max_time.filter(|limit| !limit.is_zero()),
    })
}

/// As curl: `-x` wins; `http_proxy` counts in lower case only, because a web server's environment can
/// be made to hold `HTTP_PROXY` by a request header.
fn proxies(args: &ConnectionArgs, environment: Environment) -> Result<Proxies, http::Error> {
    let bypass = args.noproxy.clone().or_else(|| environment.first(&["no_proxy", "NO_PROXY"]));
    let parse = |proxy: Option<String>| {
        proxy.filter(|proxy| !proxy.is_empty()).map(|proxy| Proxies::parse(&proxy)).transpose()
    };
    if let Some(proxy) = &args.proxy {
        let proxy = parse(Some(proxy.clone()))?;
        return Ok(Proxies { http: proxy.clone(), https: proxy, bypass: args.noproxy.clone() });
    }
    let all = || environment.first(&["all_proxy", "ALL_PROXY"]);
    Ok(Proxies {
        http: parse(environment.first(&["http_proxy"]).or_else(all))?,
        https: parse(environment.first(&["https_proxy", "HTTPS_PROXY"]).or_else(all))?,
        bypass,
    })
}
