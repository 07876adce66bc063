//! A server on a raw listener that does exactly what a test says, well or badly, and remembers
//! everything it was sent. It fails the test that never called it.

use super::reply::{After, Reply};
use super::request::Request;
use super::seller::Seller;
use super::tls::Identity;
use super::verifier::Version;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use std::collections::BTreeSet;
use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// No read or write of a test takes longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. Dropping it ends every connection and every thread.
#[must_use]
pub(crate) struct Paywall {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
    may_be_unused: bool,
    scheme: &'static str,
}

type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

struct Shared {
    answer: Box<Answer>,
    tls: Option<Arc<ServerConfig>>,
    state: Mutex<State>,
    stopping: Condvar,
}

#[derive(Default)]
struct State {
    stop: bool,
    accepted: usize,
    open: Vec<TcpStream>,
    requests: Vec<Request>,
    complaints: Vec<String>,
}

impl Paywall {
    /// A shop that speaks version 1 and checks its payments.
    pub(crate) fn v1() -> Seller {
        Seller::new(Version::V1)
    }

    /// A shop that speaks version 2 and checks its payments.
    pub(crate) fn v2() -> Seller {
        Seller::new(Version::V2)
    }

    /// Answers every request by asking `answer`.
    pub(crate) fn serve(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(Box::new(answer), None)
    }

    /// The same over TLS, with the certificate and key of `identity`.
    pub(crate) fn serve_tls(
        identity: &Identity,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen(Box::new(answer), Some(identity.server()))
    }

    fn listen(answer: Box<Answer>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared =
            Arc::new(Shared { answer, tls, state: Mutex::default(), stopping: Condvar::new() });
        let loop_shared = Arc::clone(&shared);
        let listener = thread::spawn(move || loop_shared.accept(&listener));
        Self { address, shared, listener: Some(listener), may_be_unused: false, scheme }
    }

    /// Gives these answers in this order; one request more fails the test.
    pub(crate) fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        Self::serve(move |request| {
            replies.get(request.index).cloned().unwrap_or_else(|| {
                panic!("request {} is not in the script: {request:?}", request.index)
            })
        })
    }

    /// Says that a test in which nobody connects is right.
    pub(crate) fn may_be_unused(mut self) -> Self {
        self.may_be_unused = true;
        self
    }

    /// The URL of `path` here.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every complete request so far, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    /// The payments among them: header name in upper case, and the decoded JSON.
    pub(crate) fn payments(&self) -> Vec<(String, String)> {
        self.requests().iter().filter_map(Request::payment).collect()
    }

    /// The nonces of the payments, each once.
    pub(crate) fn nonces(&self) -> BTreeSet<String> {
        let nonce = |(_, json): (String, String)| {
            let payment: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            payment["payload"]["authorization"]["nonce"].as_str().expect("a nonce").to_owned()
        };
        self.payments().into_iter().map(nonce).collect()
    }

    /// Fails unless there were requests and none of them carried a payment.
    #[track_caller]
    pub(crate) fn asked_but_not_paid(&self) {
        assert!(!self.requests().is_empty(), "nobody asked");
        assert!(self.payments().is_empty(), "paid: {:?}", self.payments());
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.shared.lock().accepted
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        let mut connections = Vec::new();
        for stream in listener.incoming() {
            let Ok(stream) = stream else { continue };
            let number = {
                let mut state = self.lock();
                if state.stop {
                    break;
                }
                state.open.extend(stream.try_clone());
                state.accepted += 1;
                state.accepted - 1
            };
            let shared = Arc::clone(&self);
            connections.push(thread::spawn(move || shared.converse(stream, number)));
        }
        for connection in connections {
            if let Err(panic) = connection.join() {
                let text = panic.downcast_ref::<String>().cloned();
                self.lock().complaints.push(text.unwrap_or_else(|| "an answer panicked".into()));
            }
        }
    }

    /// Serves one connection until either side ends it.
    fn converse(&self, stream: TcpStream, connection: usize) {
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let _ = stream.set_write_timeout(Some(PATIENCE));
        let Ok(handle) = stream.try_clone() else { return };
        let mut hang_up = HangUp(Some(handle));
        let stream: Box<dyn Wire> = match &self.tls {
            None => Box::new(stream),
            Some(config) => match ServerConnection::new(Arc::clone(config)) {
                Ok(connection) => Box::new(StreamOwned::new(connection, stream)),
                Err(error) => panic!("no TLS: {error}"),
            },
        };
        let mut stream = BufReader::new(stream);
        loop {
            let index = self.lock().requests.len();
            let Ok(Some(mut request)) = Request::read(&mut stream, connection, index) else {
                break;
            };
            {
                let mut state = self.lock();
                request.index = state.requests.len();
                state.requests.push(request.clone());
            }
            let reply = (self.answer)(&request);
            let rest = |time| !self.stops_within(time);
            match reply.write(&request.method, stream.get_mut(), rest) {
                Ok(After::Keep) => {}
                Ok(After::Hang) => drop(self.stops_within(PATIENCE)),
                Ok(After::Reset) => {
                    self.reset(hang_up.0.take());
                    break;
                }
                Ok(After::Close) | Err(_) => break,
            }
        }
    }

    /// Makes the end of a connection a reset, which comes when the last handle to it is closed.
    fn reset(&self, handle: Option<TcpStream>) {
        let Some(handle) = handle else { return };
        let linger = SockRef::from(&handle).set_linger(Some(Duration::ZERO));
        linger.expect("a connection can be reset");
        let peer = handle.peer_addr().ok();
        self.lock().open.retain(|open| open.peer_addr().ok() != peer);
    }

    /// Waits for `time`; true at once when the paywall is going.
    fn stops_within(&self, time: Duration) -> bool {
        let waited = self.stopping.wait_timeout_while(self.lock(), time, |state| !state.stop);
        waited.unwrap_or_else(std::sync::PoisonError::into_inner).0.stop
    }
}

/// A connection, plain or in TLS.
trait Wire: Read + Write {}
impl<S: Read + Write> Wire for S {}

/// Ends a connection however its thread ends: other handles to it are still open.
struct HangUp(Option<TcpStream>);

impl Drop for HangUp {
    fn drop(&mut self) {
        let _ = self.0.as_ref().map(|stream| stream.shutdown(Shutdown::Both));
    }
}

impl Drop for Paywall {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.stop = true;
            state.open.iter().for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
        }
        self.shared.stopping.notify_all();
        // The listener sleeps in `accept`; a last caller wakes it to see that it should stop.
        drop(TcpStream::connect_timeout(&self.address, PATIENCE));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        if thread::panicking() {
            eprintln!("the paywall at {} saw:\n{:?}", self.address, self.requests());
            return;
        }
        let state = self.shared.lock();
        assert!(state.complaints.is_empty(), "the paywall complains: {:?}", state.complaints);
        let used = !state.requests.is_empty() || self.may_be_unused;
        drop(state);
        assert!(used, "the paywall at {} was never called", self.address);
    }
}
