//! The connections of exchanges: kept, used again, and what is sent over them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::Ipv6Addr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version, header};
use url::{Position, Url};

use super::answer::Sent;
use super::body::{Body, Upload};
use super::broken::{is_endless, readable};
use super::classify::{Phase, classify};
use super::connect::{Connection, Connector, READING_PROXY, Sender};
use super::credentials::Lesson;
use super::error::Error;
use super::head::Head;
use super::lines::{self, Line, TypedLine};
use super::options::{HttpVersion, Options};
use super::pace::{Slowness, no_slower};
use super::proxy::Proxy;
use super::reach::{
    Failed, Progress, Refused, SENDING, Underway, h2_fault, is_dropped, refusal, while_valid,
};
use super::request::Target;
use super::system::System;
use super::tls::Configs;
use super::trace::{Told, Trace};
use super::tunnel;
use super::watch::Watch;
use crate::pay::{Reach, Validity};

/// How long a connection that has just answered may take until it takes the next request.
const BREATH: Duration = Duration::from_millis(10);

/// How often the runtime is given a turn to look at the sockets before a connection is used: to hear of
/// an end, to hand it to the connection, and to let that act on it.
const LOOKS: u32 = 3;

/// Connections that exchanges of the same options share, on one thread.
#[derive(Clone, Default)]
pub struct Pool(Rc<RefCell<Kept>>);

#[derive(Default)]
struct Kept {
    idle: Vec<Connection>,
    tls: Configs,
    /// The keys of connections whose server wants HTTP/1.1 (RFC 9113 7, `HTTP_1_1_REQUIRED`).
    refused_h2: BTreeSet<String>,
}

/// The connections of one exchange.
pub(super) struct Clients {
    connector: Connector,
    deadline: Option<Instant>,
    pool: Pool,
    /// How many were made.
    pub(super) made: u32,
    /// Bytes of all requests, as HTTP/1.1 spells them.
    pub(super) request_bytes: u64,
    /// How far the last request came that had no answer.
    progress: Progress,
    /// Whether the last answer was HTTP/1.0: as in curl, so is the next request.
    is_old: bool,
}

/// A request that can be put to any connection.
pub(super) struct Outgoing<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    /// What stands in the first line instead of the URL's path and query.
    pub(super) target: Option<&'a Target>,
    /// Whether Host is left out where it can be.
    pub(super) hostless: bool,
    /// The host as it was typed.
    pub(super) typed_host: Option<&'a str>,
    pub(super) headers: HeaderMap,
    /// The lines of `-H`, in their order and spelling.
    pub(super) typed: &'a [TypedLine],
    pub(super) body: &'a Body,
    /// Whether it may go to this machine only.
    pub(super) stays_here: bool,
    /// What is done about connections.
    pub(super) repeat: Repeat,
    /// How long it may leave.
    pub(super) validity: Option<&'a Validity<'a>>,
    /// How long the body waits for a word of the server's, over HTTP/1.
    pub(super) wait: Option<Duration>,
    /// Who watches what is sent.
    pub(super) trace: Option<&'a Arc<dyn Trace>>,
}

/// What is done where a used connection ends without a byte of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// The request is sent once more over a new connection.
    Itself,
    /// Whoever sends it is told, because what is sent again has to be recorded first.
    Told,
    /// Such a connection is not used.
    Never,
}

/// What a request's first line and Host are made from.
#[derive(Clone, Copy)]
struct Place<'a> {
    method: &'a Method,
    url: &'a Url,
    target: Option<&'a Target>,
    hostless: bool,
    typed_host: Option<&'a str>,
    typed: &'a [TypedLine],
}

/// A request in the form that a connection takes.
struct Prepared {
    request: Request<Upload>,
    /// Its first line.
    line: String,
    lines: Vec<Line>,
}

impl Clients {
    /// No connection but what others left; the time for everything together begins now.
    pub(super) fn new(options: Options, pool: Pool, system: System) -> Self {
        let deadline = options.max_time.and_then(|limit| Instant::now().checked_add(limit));
        let connector = Connector::new(options, system, pool.0.borrow().tls.clone());
        let progress = Progress::default();
        Self { connector, deadline, pool, made: 0, request_bytes: 0, progress, is_old: false }
    }

    pub(super) fn options(&self) -> &Options {
        &self.connector.options
    }

    pub(super) fn system(&self) -> &System {
        &self.connector.system
    }

    /// Whether the next request over HTTP/1 is one of HTTP/1.1, as far as that is known.
    pub(super) fn is_modern(&self) -> bool {
        !self.is_old && self.options().version != HttpVersion::Http10
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How far the last request came, if it had no answer.
    pub(super) fn reach(&self) -> Reach {
        self.progress.reach()
    }

    /// Of what is sent next nothing has left yet.
    pub(super) fn forget_progress(&mut self) {
        self.progress = Progress::default();
    }

    /// Sends a request over a connection that is there, or a new one. One that was not written to is
    /// passed over. What a server says it did not process, and, as in curl, what went over a used
    /// connection that ended without a byte of an answer, is sent once more over a new one.
    pub(super) async fn send(
        &mut self,
        outgoing: Outgoing<'_>,
        told: &mut Told<'_>,
    ) -> Result<Sent, Error> {
        self.forget_progress();
        if !matches!(outgoing.url.scheme(), "http" | "https") {
            return Err(Error::Scheme(outgoing.url.scheme().to_owned()));
        }
        // What is sent once more goes over a new connection.
        let mut repeats = false;
        loop {
            let is_new = repeats || outgoing.repeat == Repeat::Never;
            let idle = if is_new { None } else { self.take_idle(outgoing.url).await };
            let connection = match idle {
                Some(connection) => {
                    self.connector.heads.clear();
                    connection
                }
                // Rare and large: it is no part of every request's future.
                None => Box::pin(self.connect(outgoing.url, &outgoing.headers, told)).await?,
            };
            let (key, is_used) = (connection.key.clone(), connection.is_used);
            let Failed { error, reach, refused } =
                match Box::pin(self.attempt(connection, &outgoing, told)).await {
                    Ok(sent) => return Ok(sent),
                    Err(failed) => failed,
                };
            self.progress = Progress { before: self.progress.before.max(reach), now: None };
            if refused == Some(Refused::ByHttp2) {
                self.pool.0.borrow_mut().refused_h2.insert(key);
            }
            match (reach, refused) {
                _ if error.is_final() => return Err(error),
                (Reach::Unsent | Reach::Unprocessed, Some(_)) if !repeats => {
                    told.note("the server did not process the request, sending it once more");
                    repeats = true;
                }
                (Reach::Dropped, Some(Refused::ByHttp2))
                    if !repeats && outgoing.repeat == Repeat::Itself =>
                {
                    told.note("the server wants HTTP/1.1, sending the request once more");
                    repeats = true;
                }
                (Reach::Unsent, _) if is_used => {
                    told.note("the connection was closed, trying another");
                }
                (Reach::Dropped, _) if !repeats && outgoing.repeat == Repeat::Itself => {
                    told.note("the connection was closed, sending the request once more");
                    repeats = true;
                }
                _ => return Err(error),
            }
        }
    }

    /// Makes sure that a connection is there over which a request to this URL can go at once, and that
    /// it leads to this machine where that is wanted.
    pub(super) async fn prepare(
        &mut self,
        url: &Url,
        headers: &HeaderMap,
        stays_here: bool,
        told: &mut Told<'_>,
    ) -> Result<(), Error> {
        let idle = self.take_idle(url).await;
        let connection = match idle {
            Some(connection) => connection,
            None => Box::pin(self.connect(url, headers, told)).await?,
        };
        if stays_here && !connection.reached.is_here() {
            return Err(Error::Elsewhere);
        }
        self.pool.0.borrow_mut().idle.push(connection);
        Ok(())
    }

    /// Makes a connection.
    async fn connect(
        &mut self,
        url: &Url,
        headers: &HeaderMap,
        told: &mut Told<'_>,
    ) -> Result<Connection, Error> {
        let refused_h2 = self.pool.0.borrow().refused_h2.contains(&self.connector.key(url));
        let agent = headers.get(header::USER_AGENT);
        let mut made = self.connector.connect(url, agent, refused_h2, told).await?;
        made.heads = self.take_heads();
        self.made = self.made.saturating_add(1);
        Ok(made)
    }

    /// Sends a request over this connection, which is kept if there is an answer.
    async fn attempt(
        &mut self,
        mut connection: Connection,
        outgoing: &Outgoing<'_>,
        told: &mut Told<'_>,
    ) -> Result<Sent, Failed> {
        let Outgoing { method, url, target, hostless, typed_host, typed, .. } = *outgoing;
        if outgoing.stays_here && !connection.reached.is_here() {
            return Err(Failed::unsent(Error::Elsewhere));
        }
        // The connection may have taken its time.
        if outgoing.validity.is_some_and(Validity::is_over) {
            return Err(Failed::unsent(Error::Expired));
        }
        let place = Place { method, url, target, hostless, typed_host, typed };
        let chunked = outgoing
            .headers
            .get(header::TRANSFER_ENCODING)
            .is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
        let body = outgoing.body.to_send(chunked, outgoing.trace);
        let request = self.request(&connection, place, &outgoing.headers, body);
        let Prepared { request, line, lines } = request.map_err(Failed::unsent)?;
        told.request(&line, &lines);
        told.sent(outgoing.body.as_bytes());
        let head = lines::head(&line, &lines);
        let bytes = bytes_of(&head, &request);
        let is_text = matches!(connection.sender, Sender::One(_));
        if is_text {
            connection.watch.replace_head(head, outgoing.wait);
        }
        let Options { raw, ignore_length, .. } = *self.options();
        connection.watch.expect_head(is_text, raw, ignore_length);
        let watch = Arc::clone(&connection.watch);
        let least = self.options().least_speed;
        let mut slowness = least.map(|least| Slowness::new(least, watch.moved()));
        let underway = Underway::begin(&watch, &connection.task, is_text);
        let underway = self.progress.now.insert(underway);
        let sending = async {
            match &mut connection.sender {
                Sender::One(sender) => sender.try_send_request(request).await,
                Sender::Many(sender) => sender.try_send_request(request).await,
            }
        };
        let sending = while_valid(outgoing.validity, underway, sending);
        let sent = no_slower(slowness.as_mut().zip(least), || watch.moved(), sending).await;
        let sent = match sent.flatten() {
            Ok(sent) => sent,
            // Too slow, or not valid any more: nobody waits for it.
            Err(error) => {
                let unsent = underway.never_left(SENDING);
                let reach = if unsent { Reach::Unsent } else { Reach::Unknown };
                return Err(Failed { error, reach, refused: None });
            }
        };
        match sent {
            Ok(response) => {
                let head = Head::of(&response, watch.head());
                told.response(&head);
                connection.is_old = head.version == Version::HTTP_10;
                self.is_old = connection.is_old;
                if head.version == Version::HTTP_09 && *method == Method::HEAD {
                    // There is nothing else to it.
                    let error = Error::Malformed("there is no head".to_owned());
                    return Err(Failed { error, reach: Reach::Unknown, refused: None });
                }
                let reached = Arc::clone(&connection.reached);
                self.request_bytes = self.request_bytes.saturating_add(bytes);
                let heads = std::mem::take(&mut connection.heads);
                connection.is_used = true;
                self.pool.0.borrow_mut().idle.push(connection);
                Ok(Sent { response, head, heads, watch, reached })
            }
            Err(mut failed) => {
                let given_back = failed.take_message().is_some();
                let error = failed.into_error();
                let never_left = underway.never_left(SENDING);
                // Whatever of it is not written yet is not written any more.
                if is_text {
                    watch.close();
                    connection.task.abort();
                }
                // Of a request that it says not to have processed nothing is answered.
                let refused = h2_fault(&error).and_then(refusal).filter(|_| !watch.is_answered());
                let reach = match refused {
                    _ if given_back || never_left => Reach::Unsent,
                    Some(Refused::Here) => Reach::Unprocessed,
                    Some(Refused::ByHttp2) => Reach::Dropped,
                    None if connection.is_used && is_dropped(&error, &watch) => Reach::Dropped,
                    None => Reach::Unknown,
                };
                let error = self.answered_badly(&error, &watch);
                Err(Failed { error, reach, refused })
            }
        }
    }

    /// What is wrong with what came instead of an answer, of which as much is kept as can be read.
    fn answered_badly(&mut self, error: &hyper::Error, watch: &Watch) -> Error {
        let error = classify(error, Phase::Head, watch);
        let text = watch.head();
        if !matches!(error, Error::Malformed(_) | Error::EmptyReply) {
            return error;
        }
        self.connector.heads.extend(readable(&text));
        match self.options().max_filesize {
            Some(most) if matches!(error, Error::Malformed(_)) && is_endless(&text) => {
                Error::TooLarge(most)
            }
            _ => error,
        }
    }

    /// What came before an answer since it was asked last: what proxies said to CONNECT, and what could
    /// be read of an answer that is none.
    pub(super) fn take_heads(&mut self) -> Vec<Head> {
        std::mem::take(&mut self.connector.heads)
    }

    /// Reaches an address in this zone from now on; one that has a zone keeps it.
    pub(super) fn scope(&mut self, address: Ipv6Addr, scope: u32) {
        self.connector.options.scopes.entry(address).or_insert(scope);
    }

    /// The proxy that reads the requests for a URL, rather than passing bytes on.
    fn reading_proxy(&self, url: &Url) -> Option<&Proxy> {
        self.connector.proxy(url).filter(|_| self.connector.key(url) == READING_PROXY)
    }

    /// Whether the proxy that reads a request is going to ask who asks.
    pub(super) fn proxy_probes(&self, url: &Url) -> bool {
        self.reading_proxy(url).is_some_and(|proxy| proxy.probes(&self.connector.lesson))
    }

    /// Learns from an answer of the proxy how to prove who asks. Whether it is worth asking again.
    pub(super) fn learn_of_proxy(&mut self, url: &Url, head: &Head) -> bool {
        let asks = head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
        let Some(proxy) = self.reading_proxy(url).filter(|_| asks).cloned() else { return false };
        proxy.learn(&mut self.connector.lesson, &head.headers)
    }

    /// Remembers that the proxy did not ask.
    pub(super) fn proxy_does_not_ask(&mut self) {
        self.connector.lesson = Lesson::unasked();
    }

    /// A connection for a URL that takes a request now.
    async fn take_idle(&mut self, url: &Url) -> Option<Connection> {
        let key = self.connector.key(url);
        if !self.pool.0.borrow().idle.iter().any(|connection| connection.key == key) {
            return None;
        }
        // What has come in is looked at first: that a server closed a connection, above all.
        for _ in 0..LOOKS {
            tokio::task::yield_now().await;
        }
        let mut connection = self.pool.0.borrow_mut().take(&key)?;
        if connection.watch.is_spoilt() {
            connection.task.abort();
            return None;
        }
        let ready = match &mut connection.sender {
            Sender::One(sender) => tokio::time::timeout(BREATH, sender.ready()).await,
            Sender::Many(sender) => tokio::time::timeout(BREATH, sender.ready()).await,
        };
        match ready {
            Ok(Ok(())) => Some(connection),
            Ok(Err(_)) => None,
            // It is still sending an earlier body, which must not be cut off.
            Err(_) => {
                self.pool.0.borrow_mut().idle.push(connection);
                None
            }
        }
    }

    /// The request in the form this connection takes.
    fn request(
        &mut self,
        connection: &Connection,
        place: Place<'_>,
        headers: &HeaderMap,
        body: Upload,
    ) -> Result<Prepared, Error> {
        let Place { method, url, hostless, .. } = place;
        let is_h2 = matches!(connection.sender, Sender::Many(_));
        let version = match self.options().version {
            _ if is_h2 => Version::HTTP_2,
            HttpVersion::Http10 => Version::HTTP_10,
            // A body in chunks cannot be sent to it.
            _ if (self.is_old || connection.is_old)
                && !headers.contains_key(header::TRANSFER_ENCODING) =>
            {
                Version::HTTP_10
            }
            _ => Version::HTTP_11,
        };
        let whole = is_h2 || connection.through_proxy;
        let from = if whole { Position::BeforeScheme } else { Position::BeforePath };
        // What was asked for by --request-target is for the first line of HTTP/1 as it is.
        let target = match place.target {
            Some(Target::Fixed(text)) if !is_h2 => text.clone(),
            Some(target) => format!("{}{}", &url[from..Position::BeforePath], target.text()),
            None => url[from..Position::AfterQuery].to_owned(),
        };
        if target.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(Error::Target);
        }
        let mut uri = Uri::try_from(target.as_str()).map_err(|_| Error::Target)?;
        let mut all = HeaderMap::with_capacity(headers.len().saturating_add(2));
        let host = match headers.get(header::HOST) {
            Some(host) => host.clone(),
            None => lines::host_header(url, place.typed_host)?,
        };
        if is_h2 {
            uri = with_authority(uri, &host);
        } else if !hostless || headers.contains_key(header::HOST) {
            all.insert(header::HOST, host);
        }
        for name in headers.keys().filter(|name| **name != header::HOST) {
            for value in headers.get_all(name) {
                all.append(name.clone(), value.clone());
            }
        }
        let mut typed = place.typed.to_vec();
        if connection.through_proxy
            && let Some(proxy) = self.connector.proxy(url).cloned()
        {
            typed.extend_from_slice(&self.options().proxies.headers);
            let path = &url[Position::BeforePath..Position::AfterQuery];
            let Connector { lesson, system, .. } = &mut self.connector;
            let proof = proxy.proof(lesson, method, path, &*system.entropy);
            tunnel::add_proxy_headers(&mut all, proof, &typed);
            for TypedLine { name, value, .. } in &self.options().proxies.headers {
                all.extend(value.iter().map(|value| (name.clone(), value.clone())));
            }
        }
        let lines = lines::arrange(&all, &typed);
        let shown = match version {
            Version::HTTP_2 => "HTTP/2",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        };
        let path = match place.target {
            _ if connection.through_proxy => target.as_str(),
            Some(target) => target.text(),
            None => &url[Position::BeforePath..Position::AfterQuery],
        };
        let line = format!("{method} {path} {shown}");
        let mut request = Request::new(body);
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri;
        *request.version_mut() = version;
        *request.headers_mut() = lines::to_map(&lines);
        Ok(Prepared { request, line, lines })
    }
}

impl Kept {
    /// A connection for a use: one that is ready before one that may be soon.
    fn take(&mut self, key: &str) -> Option<Connection> {
        self.idle.retain(|connection| match &connection.sender {
            Sender::One(sender) => !sender.is_closed(),
            Sender::Many(sender) => !sender.is_closed(),
        });
        let fits = |connection: &Connection| connection.key == key;
        let is_ready = |connection: &Connection| match &connection.sender {
            Sender::One(sender) => sender.is_ready(),
            Sender::Many(sender) => sender.is_ready(),
        };
        let ready = self.idle.iter().position(|c| fits(c) && is_ready(c));
        let at = ready.or_else(|| self.idle.iter().position(fits))?;
        Some(self.idle.swap_remove(at))
    }
}

/// How long a request is on the wire, as far as that is known.
fn bytes_of(head: &[u8], request: &Request<Upload>) -> u64 {
    let body = hyper::body::Body::size_hint(request.body()).exact().unwrap_or(0);
    u64::try_from(head.len()).unwrap_or(u64::MAX).saturating_add(body)
}

/// In HTTP/2 the Host header's place is in the URL.
fn with_authority(uri: Uri, host: &HeaderValue) -> Uri {
    let Ok(authority) = ::http::uri::Authority::try_from(host.as_bytes()) else { return uri };
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(authority);
    Uri::from_parts(parts).unwrap_or(uri)
}
