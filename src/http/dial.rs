//! Making a TCP connection, or one to a socket of this machine.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream, ToSocketAddrs, lookup_host};

use super::address::Place;
use super::error::Error;
#[cfg(unix)]
use super::options::LocalSocket;
use super::options::{Interface, Outgoing};

/// Connects to the first address that answers: both families race, the first one named with a head
/// start.
pub(super) async fn tcp(
    place: &Place,
    addresses: &[SocketAddr],
    outgoing: &Outgoing,
) -> Result<TcpStream, Error> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.iter().partition(|address| address.is_ipv6() == first_is_v6);
    let one = in_turn(place, &first, outgoing);
    if second.is_empty() {
        return one.await;
    }
    let other = in_turn(place, &second, outgoing);
    tokio::pin!(one, other);
    let early = tokio::time::timeout(outgoing.head_start, &mut one).await;
    if let Ok(done) = early {
        return match done {
            Ok(stream) => Ok(stream),
            Err(_) => other.await,
        };
    }
    tokio::select! {
        done = &mut one => match done { Ok(stream) => Ok(stream), Err(_) => other.await },
        done = &mut other => match done { Ok(stream) => Ok(stream), Err(_) => one.await },
    }
}

async fn in_turn(
    place: &Place,
    addresses: &[SocketAddr],
    outgoing: &Outgoing,
) -> Result<TcpStream, Error> {
    let failed = |error: &io::Error| Error::Connect {
        host: format!("{}:{}", place.host, place.port),
        refused: error.kind() == io::ErrorKind::ConnectionRefused,
        why: error.to_string(),
    };
    let mut last = Error::Resolve(place.host.clone());
    for address in addresses {
        match one(*address, outgoing).await? {
            Ok(stream) => return Ok(stream),
            Err(error) => last = failed(&error),
        }
    }
    Err(last)
}

/// Connects to one address. The outer error is the end of all attempts.
async fn one(address: SocketAddr, outgoing: &Outgoing) -> Result<io::Result<TcpStream>, Error> {
    let ports = outgoing.ports.clone().unwrap_or(0..=0);
    let from = match &outgoing.interface {
        None => None,
        Some(interface) => Some(Source::of(interface, address).await?),
    };
    let mut last = None;
    for port in ports {
        let socket = match socket(address, outgoing) {
            Ok(socket) => socket,
            Err(error) => return Ok(Err(error)),
        };
        let bound = from.as_ref().map_or(Ok(()), |from| from.bind_device(&socket)).and_then(|()| {
            let source = from.as_ref().and_then(Source::address);
            if source.is_none() && port == 0 {
                return Ok(());
            }
            let any: IpAddr = if address.is_ipv4() { [0; 4].into() } else { [0_u16; 8].into() };
            socket.bind(SocketAddr::new(source.unwrap_or(any), port))
        });
        match bound {
            Ok(()) => match socket.connect(address).await {
                // The four numbers of this connection are in use; the next port makes others.
                Err(error) if port != 0 && error.kind() == io::ErrorKind::AddrNotAvailable => {
                    last = Some(error);
                }
                done => return Ok(done),
            },
            Err(error) => last = Some(error),
        }
    }
    Err(Error::Interface(last.map(|error| error.to_string()).unwrap_or_default()))
}

fn socket(address: SocketAddr, outgoing: &Outgoing) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_nodelay(outgoing.nodelay)?;
    if let Some(silence) = outgoing.keepalive {
        let keepalive = socket2::TcpKeepalive::new().with_time(silence).with_interval(silence);
        // A system that cannot is as good as a connection that never falls silent.
        let _ = socket2::SockRef::from(&socket).set_tcp_keepalive(&keepalive);
    }
    Ok(socket)
}

/// Where a connection comes from.
enum Source {
    Device(String),
    Address(IpAddr),
}

impl Source {
    async fn of(interface: &Interface, to: SocketAddr) -> Result<Self, Error> {
        let name = interface.name();
        let is_device = std::path::Path::new("/sys/class/net").join(name).exists();
        if let Ok(address) = name.parse() {
            return Ok(Self::Address(address));
        }
        match interface {
            Interface::Device(_) | Interface::Any(_) if is_device => {
                Ok(Self::Device(name.to_owned()))
            }
            Interface::Device(_) => Err(Error::Interface(format!("there is no interface {name}"))),
            Interface::Any(_) | Interface::Host(_) => {
                let found = first_of_family((name, 0), to).await;
                found.map(Self::Address).ok_or_else(|| {
                    Error::Interface(format!("{name} is neither an interface nor a host"))
                })
            }
        }
    }

    fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Device(_) => None,
            Self::Address(address) => Some(*address),
        }
    }

    fn bind_device(&self, socket: &TcpSocket) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Device(name) => socket.bind_device(Some(name.as_bytes())),
            #[cfg(not(target_os = "linux"))]
            Self::Device(_) => Err(io::ErrorKind::Unsupported.into()),
            Self::Address(_) => {
                let _ = socket;
                Ok(())
            }
        }
    }
}

async fn first_of_family(host: impl ToSocketAddrs, to: SocketAddr) -> Option<IpAddr> {
    let mut found = lookup_host(host).await.ok()?;
    found.find(|address| address.is_ipv4() == to.is_ipv4()).map(|address| address.ip())
}

/// Connects to a socket of this machine.
#[cfg(unix)]
pub(super) async fn local(socket: &LocalSocket) -> Result<tokio::net::UnixStream, Error> {
    let (name, connected) = match socket {
        LocalSocket::Path(path) => {
            (path.display().to_string(), tokio::net::UnixStream::connect(path).await)
        }
        LocalSocket::Abstract(name) => (format!("@{name}"), abstract_socket(name)),
    };
    connected.map_err(|error| Error::Connect {
        host: name,
        refused: error.kind() == io::ErrorKind::ConnectionRefused,
        why: error.to_string(),
    })
}

#[cfg(target_os = "linux")]
fn abstract_socket(name: &str) -> io::Result<tokio::net::UnixStream> {
    use std::os::linux::net::SocketAddrExt as _;
    let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
    // A socket of this machine answers at once or not at all.
    let stream = std::os::unix::net::UnixStream::connect_addr(&address)?;
    stream.set_nonblocking(true)?;
    tokio::net::UnixStream::from_std(stream)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn abstract_socket(_: &str) -> io::Result<tokio::net::UnixStream> {
    Err(io::ErrorKind::Unsupported.into())
}
