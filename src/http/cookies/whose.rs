//! Whose a cookie is: hosts and domains, paths, and ways that nobody reads along.

use std::net::IpAddr;

use url::Url;

/// Whether a host is an IP address, in brackets or not.
pub(super) fn is_address(host: &str) -> bool {
    bare(host).parse::<IpAddr>().is_ok()
}

/// A host without brackets, as the file has it.
pub(super) fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

/// Whether a host is a domain or below it. An address is below nothing.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host == domain
        || !is_address(&host) && host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether many own names below this domain, as below `com` and `co.uk`.
pub(super) fn is_public(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == domain.as_bytes())
}

/// Whether a request for a path gets a cookie of another: its own and what is below it.
pub(super) fn path_fits(cookie: &str, path: &str) -> bool {
    let cookie = cookie.strip_suffix('/').unwrap_or(cookie);
    path.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a cookie of a path goes to some place before or instead of one of another: as in curl, where
/// both begin with the same part.
pub(super) fn overlays(path: &str, kept: &str) -> bool {
    let first = kept.split('/').nth(1).unwrap_or_default();
    path_fits(&format!("/{first}"), path)
}

/// Whether two paths are the same but for a slash at the end.
pub(super) fn same_path(one: &str, other: &str) -> bool {
    one.strip_suffix('/').unwrap_or(one) == other.strip_suffix('/').unwrap_or(other)
}

/// The path of a cookie that names none: the directory of what set it, with its slash, as curl writes it.
pub(super) fn default_path(url: &Url) -> String {
    let directory = url.path().rsplit_once('/').map_or("", |(before, _)| before);
    format!("{directory}/")
}

/// Whether nobody on the way can read along.
pub(super) fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
