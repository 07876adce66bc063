//! Hosts and origins as the policy compares and names them.

use url::Url;

/// A URL's host without the dot that may stand at the end of an absolute name: both names lead to the
/// same server, so one limit must hold for both.
pub fn host(url: &Url) -> Option<&str> {
    url.host_str().map(undotted)
}

/// A host without the dot at its end.
pub fn undotted(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Host and port as one text, the port always there: `example.com:443`.
pub fn authority(url: &Url) -> Option<String> {
    Some(format!("{}:{}", host(url)?, url.port_or_known_default()?))
}

/// Scheme, host and port of a URL as the text by which a seller is known: `https://example.com`,
/// the port only where it is not the scheme's own, no dot at the end of the host.
pub fn origin(url: &Url) -> Option<String> {
    let place = if url.port().is_some() { authority(url)? } else { host(url)?.to_owned() };
    Some(format!("{}://{place}", url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_one_text_however_it_is_written() {
        for (url, expected) in [
            ("https://Shop.Example/a?b#c", "https://shop.example"),
            ("https://user:secret@shop.example.:443/", "https://shop.example"),
            ("https://shop.example:8443/", "https://shop.example:8443"),
            ("http://shop.example:443/", "http://shop.example:443"),
            ("http://[::1]:80/", "http://[::1]"),
            ("https://b\u{fc}cher.example/", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(origin(&url.parse().unwrap()).as_deref(), Some(expected), "{url}");
        }
    }
}
