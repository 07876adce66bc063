//! Where a connection goes: `--connect-to` and `--resolve`, in curl's grammar, and the system's names.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};

use thiserror::Error;
use url::Url;

use super::error::Error as NetworkError;
use crate::threads;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// A name or an address, without brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
}

impl Place {
    /// As it stands in a request.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// An entry that is not in the grammar of its flag.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not HOST:PORT:ADDRESS")]
pub struct BadEntry(pub String);

/// `--resolve`: the addresses of a name, or that it has none of its own any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedAddress {
    /// The host in lower case; `None` is any (`*`).
    host: Option<String>,
    port: u16,
    /// None for an entry that takes an earlier one back.
    addresses: Option<Vec<IpAddr>>,
}

impl PinnedAddress {
    /// Reads `[+]HOST:PORT:ADDRESS[,ADDRESS]...` or `-HOST:PORT`.
    pub fn parse(text: &str) -> Result<Self, BadEntry> {
        let bad = || BadEntry(text.to_owned());
        let name = |host: &str| (host != "*").then(|| bare(host).to_ascii_lowercase());
        if let Some(taken_back) = text.strip_prefix('-') {
            let (host, rest) = host_and_rest(taken_back).ok_or_else(bad)?;
            let port = rest.split(':').next().unwrap_or_default().parse().map_err(|_| bad())?;
            return Ok(Self { host: name(host), port, addresses: None });
        }
        let (host, rest) = host_and_rest(text.strip_prefix('+').unwrap_or(text)).ok_or_else(bad)?;
        let (port, addresses) = rest.split_once(':').ok_or_else(bad)?;
        let port = port.parse().map_err(|_| bad())?;
        let addresses: Result<Vec<IpAddr>, _> = addresses
            .split(',')
            .filter(|one| !one.is_empty())
            .map(|one| bare(one).parse())
            .collect();
        let addresses = addresses.ok().filter(|all| !all.is_empty()).ok_or_else(bad)?;
        Ok(Self { host: name(host), port, addresses: Some(addresses) })
    }
}

/// `--connect-to`: a place that is connected to instead of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTo {
    from_host: Option<String>,
    from_port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
    /// The entry, where the port to connect to is none.
    bad_port: Option<String>,
}

impl ConnectTo {
    /// Reads `HOST1:PORT1:HOST2:PORT2`, of which each part may be empty.
    pub fn parse(text: &str) -> Result<Self, BadEntry> {
        let bad = || BadEntry(text.to_owned());
        let (from_host, rest) = host_and_rest(text).ok_or_else(bad)?;
        let (from_port, rest) = rest.split_once(':').ok_or_else(bad)?;
        let (to_host, to_port) = match host_and_rest(rest) {
            Some((host, port)) => (host, port),
            None => (rest, ""),
        };
        let host = |host: &str| Some(bare(host).to_owned()).filter(|host| !host.is_empty());
        let port = |text: &str| match text {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| bad()),
        };
        Ok(Self {
            from_host: host(from_host),
            from_port: port(from_port)?,
            to_host: host(to_host),
            to_port: port(to_port).unwrap_or_default(),
            bad_port: port(to_port).is_err().then(|| text.to_owned()),
        })
    }

    fn applies_to(&self, place: &Place) -> bool {
        let same_host = |host: &String| bare(host).eq_ignore_ascii_case(&place.host);
        self.from_host.as_ref().is_none_or(same_host)
            && self.from_port.is_none_or(|port| port == place.port)
    }
}

/// The place to connect to for a URL's: the first entry that applies decides.
pub(super) fn redirected(place: &Place, entries: &[ConnectTo]) -> Option<Place> {
    let entry = entries.iter().find(|entry| entry.applies_to(place))?;
    if entry.to_host.is_none() && entry.to_port.is_none() {
        return None;
    }
    Some(Place {
        host: entry.to_host.clone().unwrap_or_else(|| place.host.clone()),
        port: entry.to_port.unwrap_or(place.port),
    })
}

/// Fails where the entry that applies to a place names no port to connect to.
pub(super) fn check_redirected(place: &Place, entries: &[ConnectTo]) -> Result<(), NetworkError> {
    let entry = entries.iter().find(|entry| entry.applies_to(place));
    let text = entry.and_then(|entry| entry.bad_port.as_ref());
    text.map_or(Ok(()), |text| Err(NetworkError::ConnectTo(text.clone())))
}

/// Which addresses to use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Family {
    /// All.
    #[default]
    Any,
    /// IPv4 alone.
    V4,
    /// IPv6 alone.
    V6,
}

/// How names are resolved.
#[derive(Clone, Copy)]
pub(super) struct Resolution<'a> {
    /// Addresses of names, instead of the system's.
    pub(super) pinned: &'a [PinnedAddress],
    /// The zones of addresses that redirects named.
    pub(super) scopes: &'a BTreeMap<Ipv6Addr, u32>,
    /// Which addresses to use.
    pub(super) family: Family,
}

/// The addresses of a place: pinned ones, its own, or the system's, so that /etc/hosts and the like
/// are obeyed.
pub(super) async fn addresses(
    place: &Place,
    resolution: Resolution<'_>,
) -> Result<Vec<SocketAddr>, NetworkError> {
    let of_family = |address: &SocketAddr| match resolution.family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    };
    let found: Vec<SocketAddr> = if let Some(pinned) = pinned(place, resolution.pinned) {
        pinned.iter().map(|address| SocketAddr::new(*address, place.port)).collect()
    } else if let Ok(address) = place.host.parse::<IpAddr>() {
        vec![scoped(address, place.port, resolution)]
    } else if is_localhost(&place.host) {
        localhost(place.port).to_vec()
    } else {
        system(place.clone()).await?
    };
    let found: Vec<_> = found.into_iter().filter(of_family).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    if place.host.parse::<IpAddr>().is_ok() {
        return Err(NetworkError::Connect {
            host: format!("{}:{}", place.host, place.port),
            refused: false,
            why: "the address is of the other family".to_owned(),
        });
    }
    Err(NetworkError::Resolve(place.host.clone()))
}

/// Whether a name is this machine's by itself, whatever a resolver says of it (RFC 6761, section 6.3):
/// `localhost` and all names below it.
pub(super) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

/// The addresses of such a name, in curl's order.
pub(super) fn localhost(port: u16) -> [SocketAddr; 2] {
    [(Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into()]
}

/// An address with the zone that is known for it.
fn scoped(address: IpAddr, port: u16, resolution: Resolution<'_>) -> SocketAddr {
    match address {
        IpAddr::V6(address) => {
            let scope = resolution.scopes.get(&address).copied().unwrap_or_default();
            SocketAddrV6::new(address, port, 0, scope).into()
        }
        IpAddr::V4(_) => SocketAddr::new(address, port),
    }
}

/// The last entry for a place counts; one for its name before one for any.
fn pinned<'a>(place: &Place, entries: &'a [PinnedAddress]) -> Option<&'a [IpAddr]> {
    let of = |host: Option<&str>| {
        entries
            .iter()
            .rev()
            .find(|entry| entry.port == place.port && entry.host.as_deref() == host)
            .and_then(|entry| entry.addresses.as_deref())
    };
    of(Some(&place.host.to_ascii_lowercase())).or_else(|| of(None))
}

async fn system(place: Place) -> Result<Vec<SocketAddr>, NetworkError> {
    let lookup = (place.host.clone(), place.port);
    let found = threads::beside(move || lookup.to_socket_addrs()).await;
    match found {
        Some(Ok(addresses)) => Ok(addresses.collect()),
        _ => Err(NetworkError::Resolve(place.host)),
    }
}

/// Whether a URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => is_localhost(name),
        Some(url::Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

/// The host at the beginning, which may be an address in brackets, and what follows its colon.
fn host_and_rest(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('[') {
        let (host, rest) = text.split_once(']')?;
        let rest = rest.strip_prefix(':')?;
        return Some((host, rest));
    }
    text.split_once(':')
}

/// Without brackets.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::super::options::Options;
    use super::*;
    use proptest::prelude::*;

    fn place(host: &str, port: u16) -> Place {
        Place { host: host.into(), port }
    }

    fn to(entry: &str, from: (&str, u16)) -> Option<(String, u16)> {
        let entry = ConnectTo::parse(entry).unwrap();
        redirected(&place(from.0, from.1), &[entry]).map(|place| (place.host, place.port))
    }

    #[tokio::test]
    async fn a_name_below_localhost_is_this_machine_and_no_resolver_is_asked() {
        for name in ["localhost", "app.localhost", "a.b.LOCALHOST", "app.localhost."] {
            assert!(is_localhost(name), "{name}");
            let found = addresses(&place(name, 8), Options::default().resolution()).await.unwrap();
            assert_eq!(found, localhost(8), "{name}");
        }
        let v4 = Options { family: Family::V4, ..Options::default() };
        let found = addresses(&place("app.localhost", 8), v4.resolution()).await.unwrap();
        assert_eq!(found, ["127.0.0.1:8".parse().unwrap()]);
        for name in ["localhost.example", "notlocalhost", "localhost.example.", "", "."] {
            assert!(!is_localhost(name), "{name}");
        }
    }

    #[test]
    fn connect_to_may_leave_out_any_part() {
        let from = ("a.example", 80);
        assert_eq!(to("a.example:80:b.example:81", from), Some(("b.example".into(), 81)));
        assert_eq!(to("A.example:80:b.example:", from), Some(("b.example".into(), 80)));
        assert_eq!(to("::b.example:81", from), Some(("b.example".into(), 81)));
        assert_eq!(to("a.example::[::1]:81", from), Some(("::1".into(), 81)));
        assert_eq!(to("[::1]:80::81", ("::1", 80)), Some(("::1".into(), 81)));
        assert_eq!(to("a.example:80::", from), None);
        assert_eq!(to("c.example:80:b.example:81", from), None);
        assert_eq!(to("a.example:443:b.example:81", from), None);
        for bad in ["", "a", "a:b:c:d"] {
            assert!(ConnectTo::parse(bad).is_err(), "{bad:?}");
        }
        let entry = || [ConnectTo::parse("a:80:b:x").unwrap()];
        assert!(check_redirected(&place("a", 80), &entry()).is_err());
        assert!(check_redirected(&place("c", 80), &entry()).is_ok());
    }

    #[test]
    fn resolve_names_a_host_a_port_and_addresses() {
        let entries = |all: &[&str]| -> Vec<_> {
            all.iter().map(|one| PinnedAddress::parse(one).unwrap()).collect()
        };
        let of = |all: &[&str], host: &str, port| {
            pinned(&place(host, port), &entries(all)).map(<[IpAddr]>::len)
        };
        assert_eq!(of(&["a:80:127.0.0.1,[::1]"], "A", 80), Some(2));
        assert_eq!(of(&["a:80:127.0.0.1"], "a", 81), None);
        assert_eq!(of(&["*:80:127.0.0.1"], "b", 80), Some(1));
        assert_eq!(of(&["a:80:127.0.0.1", "-a:80"], "a", 80), None);
        assert_eq!(of(&["+[::1]:80:127.0.0.1"], "::1", 80), Some(1));
        for bad in ["", "a", "a:80", "a:80:", "a:x:127.0.0.1", "a:80:b.example", "-a"] {
            assert!(PinnedAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}") {
            let _ = PinnedAddress::parse(&text);
            let _ = ConnectTo::parse(&text);
        }
    }
}
