//! A seller, a facilitator and a chain in one process and at one address, for the demo and for
//! playing: `/v1/…` and `/v2/…` sell, `/facilitator` judges and settles for any x402 server, `/rpc`
//! speaks Ethereum JSON-RPC, `/faucet` gives make-believe money away, `/` lists it all.
//!
//! Settlement is not pretended: it executes the token's `transferWithAuthorization` in an EVM.
//!
//! This room shares no signing, verifying or parsing code with the rest of the program, so that
//! it can catch the client at a mistake instead of making the same one.

mod chain;
mod clock;
mod event;
mod facilitator;
mod seller;
mod server;
#[cfg(test)]
mod tests;
mod version;

use alloy_primitives::{Address, B256, U256};
use axum::serve::ListenerExt;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;

pub use chain::ChainError;
use chain::Node;
pub use event::Event;
use facilitator::Facilitator;
pub use facilitator::Reason;
pub use version::Version;

/// Events a slow listener may be behind before it misses some.
const BACKLOG: usize = 256;

/// How long [`Sandbox::shutdown`] waits for answers under way.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where a sandbox listens.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Address and port; port 0 is any free one.
    pub bind: SocketAddr,
}

impl Default for Options {
    /// Any free port of 127.0.0.1.
    fn default() -> Self {
        Self { bind: (Ipv4Addr::LOCALHOST, 0).into() }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {bind}")]
pub struct StartError {
    /// The address asked for.
    pub bind: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// A running sandbox. Dropping it stops it from taking new connections.
pub struct Sandbox {
    world: Arc<World>,
    server: JoinHandle<io::Result<()>>,
    /// Dropped, or sent to, it tells the server to stop.
    stop: oneshot::Sender<()>,
}

/// What every request may reach.
struct World {
    node: Arc<Node>,
    facilitator: Facilitator,
    events: broadcast::Sender<Event>,
    /// `http://ADDRESS:PORT`
    url: String,
    /// What the seller delivers again, to whom has paid for it.
    sold: Mutex<HashMap<Vec<u8>, serde_json::Value>>,
}

impl Sandbox {
    /// Starts a sandbox with a fresh chain on the runtime this is called from.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let bind = options.bind;
        let refused = |source| StartError { bind, source };
        let listener = TcpListener::bind(bind).await.map_err(refused)?;
        let url = format!("http://{}", listener.local_addr().map_err(refused)?);

        let node = Arc::new(Node::new(clock::now()));
        let (events, _) = broadcast::channel(BACKLOG);
        let facilitator = Facilitator::new(Arc::clone(&node), events.clone());
        let world = Arc::new(World { node, facilitator, events, url, sold: Mutex::default() });

        let router = server::routes(Arc::clone(&world));
        // An answer in two writes must not wait for the acknowledgement of the first.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let stopped = async {
                let _: Result<(), _> = stopped.await;
            };
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        });
        Ok(Self { world, server, stop })
    }

    /// Where the seller is: `http://ADDRESS:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.world.url
    }

    /// Where the facilitator is; `/supported`, `/verify` and `/settle` are below it.
    pub fn facilitator_url(&self) -> String {
        format!("{}/facilitator", self.world.url)
    }

    /// Where the chain answers JSON-RPC.
    pub fn rpc_url(&self) -> String {
        format!("{}/rpc", self.world.url)
    }

    /// Whom the seller's terms say to pay. Nobody has the key of this address.
    pub fn payee(&self) -> Address {
        seller::payee()
    }

    /// Gives an account `amount` atomic units of the token. Answers the transaction's hash.
    ///
    /// # Errors
    /// When the token does not mint: to the zero address, or more than 2^256 in all.
    pub fn fund(&self, address: Address, amount: U256) -> Result<B256, ChainError> {
        self.world.fund(address, amount)
    }

    /// An account's balance in atomic units of the token.
    ///
    /// # Errors
    /// When the token does not answer.
    pub fn balance(&self, address: Address) -> Result<U256, ChainError> {
        self.world.node.balance(address, clock::now())
    }

    /// What happens from now on. A listener that falls behind misses the oldest.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.world.events.subscribe()
    }

    /// Serves until the server fails.
    ///
    /// # Errors
    /// When the listening socket breaks.
    pub async fn run(self) -> io::Result<()> {
        // `self.stop` lives as long as this does.
        let Self { server, stop: _stop, .. } = self;
        server.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// Stops: no new connections, half a second for the answers under way.
    pub async fn shutdown(self) {
        let Self { mut server, stop, .. } = self;
        let _ = stop.send(());
        if tokio::time::timeout(PATIENCE, &mut server).await.is_err() {
            server.abort();
        }
    }
}
