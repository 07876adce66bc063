//! Through a SOCKS proxy to a place behind it, in its four dialects.

use tokio_socks::tcp::{Socks4Stream, Socks5Stream};

use super::address::{Place, addresses};
use super::error::Error;
use super::options::Options;
use super::proxy::{Proxy, ProxyKind};
use super::wire::Io;

/// Longest user and password that SOCKS 5 has room for, in bytes (RFC 1929).
const LONGEST: usize = 255;

/// Asks a SOCKS proxy for a connection.
pub(super) async fn socks(
    stream: Box<dyn Io>,
    proxy: &Proxy,
    place: &Place,
    options: &Options,
) -> Result<Box<dyn Io>, Error> {
    if let Some((user, password)) = &proxy.user
        && (user.len() > LONGEST || password.len() > LONGEST)
        && matches!(proxy.kind, ProxyKind::Socks5 | ProxyKind::Socks5h)
    {
        return Err(Error::Socks("the user or the password is longer than 255 bytes".to_owned()));
    }
    let by_address = matches!(proxy.kind, ProxyKind::Socks4 | ProxyKind::Socks5);
    // SOCKS 4 has no words for IPv6.
    let address = if by_address {
        let found = addresses(place, options.resolution()).await?;
        let fits =
            |address: &&std::net::SocketAddr| proxy.kind != ProxyKind::Socks4 || address.is_ipv4();
        let fitting = found.iter().find(fits).copied();
        Some(fitting.ok_or_else(|| Error::Resolve(place.host.clone()))?)
    } else {
        None
    };
    let refused = |error: tokio_socks::Error| Error::Socks(error.to_string());
    let name = (place.host.as_str(), place.port);
    let user = proxy.user.as_ref();
    let done: Box<dyn Io> = match (proxy.kind, address, user) {
        (ProxyKind::Socks4, Some(to), Some((id, _))) => Box::new(
            Socks4Stream::connect_with_userid_and_socket(stream, to, id).await.map_err(refused)?,
        ),
        (ProxyKind::Socks4, Some(to), None) => {
            Box::new(Socks4Stream::connect_with_socket(stream, to).await.map_err(refused)?)
        }
        (ProxyKind::Socks4a, _, Some((id, _))) => Box::new(
            Socks4Stream::connect_with_userid_and_socket(stream, name, id)
                .await
                .map_err(refused)?,
        ),
        (ProxyKind::Socks4a, _, None) => {
            Box::new(Socks4Stream::connect_with_socket(stream, name).await.map_err(refused)?)
        }
        (_, Some(to), Some((user, password))) => Box::new(
            Socks5Stream::connect_with_password_and_socket(stream, to, user, password)
                .await
                .map_err(refused)?,
        ),
        (_, Some(to), None) => {
            Box::new(Socks5Stream::connect_with_socket(stream, to).await.map_err(refused)?)
        }
        (_, None, Some((user, password))) => Box::new(
            Socks5Stream::connect_with_password_and_socket(stream, name, user, password)
                .await
                .map_err(refused)?,
        ),
        (_, None, None) => {
            Box::new(Socks5Stream::connect_with_socket(stream, name).await.map_err(refused)?)
        }
    };
    Ok(done)
}
