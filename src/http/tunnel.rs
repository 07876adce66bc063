//! Through a proxy to a place behind it: CONNECT, and the four dialects of SOCKS.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use bytes::Bytes;
use hyper_util::rt::TokioIo;
use tokio_socks::tcp::{Socks4Stream, Socks5Stream};

use super::address::{Place, addresses};
use super::answer::Head;
use super::error::Error;
use super::lines::{self, Line, TypedLine};
use super::options::Options;
use super::proxy::{Proxy, ProxyKind};
use super::trace::Told;
use super::wire::{Io, Watch, Wire};

/// A header that no standard has, and every client sends.
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Asks a SOCKS proxy for a connection.
pub(super) async fn socks(
    stream: Box<dyn Io>,
    proxy: &Proxy,
    place: &Place,
    options: &Options,
) -> Result<Box<dyn Io>, Error> {
    let by_address = matches!(proxy.kind, ProxyKind::Socks4 | ProxyKind::Socks5);
    // SOCKS 4 has no words for IPv6.
    let address = if by_address {
        let found = addresses(place, options).await?;
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

/// Adds what a proxy is told of this client, unless the user typed it, to the headers of a request.
pub(super) fn add_proxy_headers(headers: &mut HeaderMap, proxy: &Proxy, typed: &[TypedLine]) {
    let own = [
        (header::PROXY_AUTHORIZATION, proxy.authorization()),
        (PROXY_CONNECTION, Some(HeaderValue::from_static("Keep-Alive"))),
    ];
    for (name, value) in own {
        if let Some(value) = value
            && !typed.iter().any(|line| line.name == name)
        {
            headers.insert(name, value);
        }
    }
}

/// The lines that ask for a tunnel: those the user gives replace others.
fn tunnel_lines(
    proxy: &Proxy,
    place: &Place,
    agent: Option<&HeaderValue>,
    typed: &[TypedLine],
) -> Vec<Line> {
    let mut headers = HeaderMap::new();
    headers.extend(HeaderValue::try_from(place.authority()).map(|host| (header::HOST, host)));
    headers.extend(agent.map(|agent| (header::USER_AGENT, agent.clone())));
    for line in typed {
        headers.remove(&line.name);
    }
    add_proxy_headers(&mut headers, proxy, typed);
    for TypedLine { name, value, .. } in typed {
        headers.extend(value.iter().map(|value| (name.clone(), value.clone())));
    }
    lines::arrange(&headers, typed)
}

/// Asks an HTTP proxy for a tunnel. What the proxy answered is returned too, as it came.
pub(super) async fn connect(
    stream: Box<dyn Io>,
    proxy: &Proxy,
    place: &Place,
    agent: Option<&HeaderValue>,
    typed: &[TypedLine],
    told: &mut Told<'_>,
) -> Result<(Box<dyn Io>, Head), Error> {
    let authority = place.authority();
    let lines = tunnel_lines(proxy, place, agent, typed);
    let watch = std::sync::Arc::new(Watch::default());
    watch.expect_head(true);
    let wire = TokioIo::new(Wire::new(stream, std::sync::Arc::clone(&watch), None));
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder.title_case_headers(true);
    let lost = |error: hyper::Error| Error::ProxyHungUp(error.to_string());
    let (mut sender, connection) =
        builder.handshake::<_, reqwest::Body>(wire).await.map_err(lost)?;
    tokio::spawn(connection.with_upgrades());
    let line = format!("CONNECT {authority} HTTP/1.1");
    told.request(&line, &lines);
    watch.replace_head(lines::head(&line, &lines));
    let mut request = Request::builder().method(Method::CONNECT).uri(&authority);
    if let Some(all) = request.headers_mut() {
        *all = lines::to_map(&lines);
    }
    let request = request.body(reqwest::Body::from(Bytes::new())).map_err(|_| Error::ProxyUrl)?;
    let response = sender.send_request(request).await.map_err(lost)?;
    let head = Head::of(&response, watch.head());
    told.response(&head);
    if !response.status().is_success() {
        return Err(Error::ProxyRefused(response.status().as_u16()));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(lost)?;
    Ok((Box::new(TokioIo::new(upgraded)), head))
}
