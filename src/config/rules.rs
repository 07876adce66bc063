//! The rules that the owner's file says, read, with the key of each.

use std::collections::BTreeMap;
use std::path::Path;

use super::file::{ConfigError, File};
use super::lines::RuleLines;
use crate::policy::{Place, Rules, Source, undotted};

impl File {
    /// Reads the general rules; `path` is only for the error.
    pub fn general_rules(&self, path: &Path) -> Result<Rules, ConfigError> {
        read(&self.rules, path, "", None)
    }

    /// Reads the rules of every host's section, also those of hosts that are not asked now: a mistake is
    /// one wherever it stands. The hosts are in the spelling of a parsed URL.
    pub fn rules_of_hosts(&self, path: &Path) -> Result<BTreeMap<String, Rules>, ConfigError> {
        let fault = |key: String, what: &str| ConfigError::Value {
            path: path.to_path_buf(),
            key,
            what: what.to_owned(),
        };
        let mut all = BTreeMap::new();
        for (section, lines) in &self.host {
            let prefix = format!("host.\"{section}\"");
            let host = host_of_section(section)
                .ok_or_else(|| fault(prefix.clone(), "not a host, or a host and a port"))?;
            let rules = read(lines, path, &format!("{prefix}."), Some(&host))?;
            if all.insert(host, rules).is_some() {
                return Err(fault("host".to_owned(), "two sections are for the same host"));
            }
        }
        Ok(all)
    }
}

fn read(
    lines: &RuleLines,
    path: &Path,
    section: &str,
    host: Option<&str>,
) -> Result<Rules, ConfigError> {
    Rules::read(
        |row| {
            let written = row.key.zip(lines.get(row));
            Ok(written.map(|(key, written)| {
                let source = Source::Config(format!("{section}{key}"));
                (written.clone(), Place { source, host: host.map(str::to_owned) })
            }))
        },
        |row, fault| ConfigError::Value {
            path: path.to_path_buf(),
            key: format!("{section}{}{}", row.key.unwrap_or_default(), fault.key),
            what: fault.what,
        },
    )
}

/// A section's host, or host and port, in the spelling that URLs have after parsing: lower case,
/// punycode, brackets, no dot at the end. Anything else would be a limit that never applies.
fn host_of_section(text: &str) -> Option<String> {
    let bare_v6 = text.parse::<std::net::Ipv6Addr>().is_ok();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !bare_v6 && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, Some(port.parse::<u16>().ok()?))
        }
        _ => (text, None),
    };
    let bracketed = if bare_v6 { format!("[{host}]") } else { host.to_owned() };
    let name = undotted(&bracketed);
    // A pattern, and a name with an empty part, would be taken for a host that nobody has.
    if name.contains('*') || name.ends_with('.') {
        return None;
    }
    let host = url::Host::parse(name).ok()?;
    Some(match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn a_host_ends_with_one_dot_at_most() {
        assert_eq!(host_of_section("Shop.example.:80"), Some("shop.example:80".to_owned()));
        for text in [".", "..", "shop.example..", "..:80"] {
            assert_eq!(host_of_section(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_host_is_spelled_as_urls_spell_it(text in "[a-zA-Z0-9.:\\[\\]*_-]{0,30}") {
            if let Some(host) = host_of_section(&text) {
                prop_assert_eq!(host_of_section(&host), Some(host.clone()));
                let url: Url = format!("http://{host}/").parse().unwrap();
                let authority = url.host_str().unwrap_or_default();
                prop_assert!(host.starts_with(authority), "{host}: {authority}");
            }
        }

        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = host_of_section(&text);
        }
    }
}
