//! One request and everything that answers it: redirects first, then the payment to the same place.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use bytes::Bytes;
use url::Url;

use super::answer::{Response, within};
use super::body::Body;
use super::client::{Clients, Outgoing, Pool, Repeat};
use super::connect::route;
use super::credentials::Lesson;
use super::error::Error;
use super::head::Head;
use super::options::{HttpVersion, Options};
use super::redirect::{Deed, names_user, target, zone};
use super::request::Request;
use super::sigv4::Unsigned;
use super::system::{System, unless_cancelled};
use super::trace::{Told, Trace};
use crate::pay::{
    Answer, Asked, CancellationListener, Fingerprint, Kept, Reach, Transport, Unanswered, Validity,
};
use crate::policy::Route;
use crate::protocol::{PaymentHeader, payment_headers};

/// Least time to wait for the answer to a payment, in seconds: settling on a chain takes a while.
const LEAST_PATIENCE_SECONDS: u64 = 120;

/// Most time to wait for it.
const MOST_PATIENCE_SECONDS: u64 = 900;

/// Longest silence in the middle of a body that was paid for.
const IDLE: Duration = Duration::from_mins(3);

/// What an exchange took, for reports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Redirects that were followed.
    pub redirects: u32,
    /// Connections that were made.
    pub connections: u32,
    /// Bytes of all requests.
    pub request_bytes: u64,
    /// When the last request began: those before it were redirects, or asked for the terms.
    pub begun: Option<Instant>,
}

/// A request with the connections it uses.
pub struct Exchange {
    request: Request,
    clients: Clients,
    trace: Option<Arc<dyn Trace>>,
    /// Whether the user's own headers carried a payment at first: redirects take it off the request,
    /// but not out of the world.
    carries_payment: bool,
    /// The URL that is asked first: what is meant for it goes nowhere else.
    home: Url,
    /// What the present origin wants for proof of who asks.
    lesson: Lesson,
    /// Whether the server does not know `Expect`.
    expects_nothing: bool,
    /// How the hops so far were made.
    trail: Route,
    /// Whether the last answer came from this machine, and neither TLS nor its check made it safe.
    rests_on_loopback: bool,
    /// The request as it was before the first redirect, once there was one.
    original: Option<Asked>,
    /// The heads that came, until an answer takes them.
    heads: Vec<Head>,
    /// How many redirects were followed.
    redirects: u32,
    /// When the last request began.
    begun: Option<Instant>,
    /// Whether the payment went over a connection that was closed, so that it needs a new one.
    was_dropped: bool,
    /// The SHA-256 of the request's body when it was last read, of one that is long.
    digest: Cell<Option<[u8; 32]>>,
}

impl Exchange {
    /// Nothing is sent yet; the time for everything together begins now. Connections are those of the
    /// pool, whose other exchanges have the same options.
    pub fn new(
        request: Request,
        options: Options,
        pool: Pool,
        trace: Option<Arc<dyn Trace>>,
        system: System,
    ) -> Self {
        let carries_payment = payment_headers().any(|name| request.headers.contains_key(name));
        let trail = Route { encrypted: true, verified: true, loopback: true };
        let clients = Clients::new(options, pool, system);
        let home = request.url.clone();
        Self {
            request,
            clients,
            trace,
            carries_payment,
            home,
            lesson: Lesson::default(),
            expects_nothing: false,
            trail,
            rests_on_loopback: false,
            original: None,
            heads: Vec::new(),
            redirects: 0,
            begun: None,
            was_dropped: false,
            digest: Cell::default(),
        }
    }

    /// What it took up to now.
    pub fn tally(&self) -> Tally {
        Tally {
            redirects: self.redirects,
            connections: self.clients.made,
            request_bytes: self.clients.request_bytes,
            begun: self.begun,
        }
    }

    /// The heads that came where no answer came of them.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The URL that was asked last.
    pub fn url(&self) -> &Url {
        &self.request.url
    }

    /// The `Referer` of the last request, where it names the URL before.
    pub fn own_referer(&self) -> Option<&HeaderValue> {
        let refers = self.request.manners.refers && self.redirects > 0;
        self.request.headers.get(header::REFERER).filter(|_| refers)
    }

    /// Keeps the heads of an answer that is not the last one.
    fn pass(&mut self, response: &mut Response) {
        self.heads.append(&mut response.hops);
        self.heads.push(response.head.clone());
    }

    /// The headers of a sending, but for the payment.
    fn headers(&mut self, body: &Body) -> HeaderMap {
        let request = &self.request;
        let mut headers = request.headers_to_send(&self.home);
        if !request.headers.contains_key(header::AUTHORIZATION)
            && request.credentials.signing.is_none()
            && let Some(pair) = request.credentials.pair(self.host(), self.is_home())
        {
            let proof = request.credentials.proof;
            let path = request.target_text();
            let entropy = &*self.clients.system().entropy;
            let value = self.lesson.header(&pair, proof, &request.method, &path, entropy);
            headers.extend(value.map(|value| (header::AUTHORIZATION, value)));
        }
        // As curl does it: what would be a form is not one yet, and a length of the user's is that of
        // the body that is held back.
        let form = |kind: &HeaderValue| kind.as_bytes().starts_with(b"multipart/");
        if body.length() != request.body.length() {
            headers.remove(header::CONTENT_LENGTH);
            if headers.get(header::CONTENT_TYPE).is_some_and(form) {
                headers.remove(header::CONTENT_TYPE);
            }
        }
        let framed = ["content-length", "transfer-encoding"];
        if let Some(length) = body.length()
            && !framed.iter().any(|name| headers.contains_key(*name))
        {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        headers
    }

    /// How the body is sent, as curl does it: one of unknown length in chunks, and a long one, or one to
    /// upload, when the server wants it.
    fn frame(&self, headers: &mut HeaderMap, body: &Body, pays: bool) {
        let request = &self.request;
        let whole = body.length() == request.body.length() && body.length() != Some(0);
        let typed = |name: &HeaderName| request.typed.iter().any(|line| line.name == *name);
        let is_text = self.clients.options().version != HttpVersion::Http2PriorKnowledge;
        if !whole || !is_text || !self.clients.is_modern() {
            return;
        }
        let framed = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        if request.in_chunks && !framed.iter().any(typed) {
            headers.remove(header::CONTENT_LENGTH);
            headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        let is_long =
            request.deed == Deed::Put || body.length().is_some_and(|length| length > LONG);
        if is_long && !pays && !self.expects_nothing && !typed(&header::EXPECT) {
            headers.insert(header::EXPECT, HeaderValue::from_static(CONTINUE));
        }
    }

    /// What waits for a request to end, where it would not end the process.
    fn listener(&self) -> Option<Box<dyn CancellationListener>> {
        self.clients.system().cancellation.listener()
    }

    fn host(&self) -> &str {
        self.request.url.host_str().unwrap_or_default()
    }

    /// Whether the present URL may have what was meant for the first one.
    fn is_home(&self) -> bool {
        self.request.manners.trusting || self.request.url.origin() == self.home.origin()
    }

    /// The bytes of the resource that are asked for, in the words of the Range header.
    pub fn part(&self) -> Option<String> {
        let Request { method, headers, .. } = &self.request;
        let range = headers.get(header::RANGE).cloned();
        let range = range.or_else(|| own_range(method, self.clients.options()))?;
        let range = String::from_utf8_lossy(range.as_bytes());
        Some(range.strip_prefix("bytes=").unwrap_or(&range).to_owned())
    }

    /// Whether the body is held back, because this server, or a proxy, is going to ask who asks.
    fn probes(&self) -> bool {
        let Request { headers, credentials, body, .. } = &self.request;
        let server = !headers.contains_key(header::AUTHORIZATION)
            && credentials.probes(&self.lesson, self.host(), self.is_home());
        let proxy = !headers.contains_key(header::PROXY_AUTHORIZATION)
            && self.clients.proxy_probes(&self.request.url);
        body.length().is_some_and(|length| length > 0) && (server || proxy)
    }

    /// Learns from a 401 or a 407 how to prove who asks. Whether it is worth asking again.
    fn learn(&mut self, response: &Response) -> bool {
        let Request { headers, credentials, url, .. } = &self.request;
        if !headers.contains_key(header::PROXY_AUTHORIZATION)
            && self.clients.learn_of_proxy(url, &response.head)
        {
            return true;
        }
        response.status() == 401
            && !headers.contains_key(header::AUTHORIZATION)
            && credentials.pair(self.host(), self.is_home()).is_some()
            && self.lesson.learn(credentials.proof, &response.head.headers)
    }

    /// Signs a sending where that is how a user is proved: each one anew, at its own time, because a
    /// signature is good for some minutes. A long body is not read for that once its digest is known:
    /// between a payment's signature and its sending nothing may take long. One that was written to since, by its
    /// length and time, is not sent.
    pub(super) async fn sign(&self, headers: &mut HeaderMap, body: &Body) -> Result<(), Error> {
        let credentials = &self.request.credentials;
        let Some(signing) = &credentials.signing else { return Ok(()) };
        if headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        let Some(pair) = credentials.pair(self.host(), self.is_home()) else { return Ok(()) };
        let known = self.digest.get().filter(|_| !body.is_short());
        let body = match known {
            Some(digest) => {
                body.check().map_err(Error::RequestBody)?;
                digest
            }
            None => self.digest(body).await?,
        };
        let request = &self.request;
        let unsigned = Unsigned {
            method: &request.method,
            url: &request.url,
            target: &request.target_text(),
            typed: &request.typed,
            hostless: request.hostless,
            typed_host: request.typed_host.as_deref(),
        };
        signing.sign(&pair, unsigned, body, headers)
    }

    /// A body's digest. One that is long, which is the request's own, is read elsewhere: other transfers go
    /// on meanwhile.
    async fn digest(&self, body: &Body) -> Result<[u8; 32], Error> {
        if body.is_short() {
            return body.digest().map_err(Error::RequestBody);
        }
        let mut listener = self.listener();
        let read = within(self.clients.deadline(), body.digest_elsewhere());
        let read = unless_cancelled(listener.as_mut(), read).await.ok_or(Error::Interrupted)?;
        let digest = read?.map_err(Error::RequestBody)?;
        self.digest.set(Some(digest));
        Ok(digest)
    }

    async fn send(
        &mut self,
        body: &Body,
        extra: Option<(&PaymentHeader, &Validity<'_>)>,
        deadline: Option<Instant>,
    ) -> Result<Response, Error> {
        let options = self.clients.options();
        let scheme = self.request.url.scheme();
        let allowed = options.schemes.allow(scheme)
            && (self.redirects == 0 || options.redirect_schemes.allow(scheme));
        if matches!(scheme, "http" | "https") && !allowed {
            return Err(Error::SchemeForbidden(scheme.to_owned()));
        }
        let mut headers = self.headers(body);
        add_own(&mut headers, &self.request.method, self.clients.options());
        self.frame(&mut headers, body, extra.is_some());
        self.sign(&mut headers, body).await?;
        let Request { method, url, target, hostless, typed, typed_host, .. } = &self.request;
        let waits = headers.get(header::EXPECT).is_some_and(|value| value == CONTINUE);
        // What is paid for has been asked for already.
        let wait = self.clients.options().expect_timeout;
        let wait = (waits && extra.is_none() && body.length() != Some(0)).then_some(wait);
        if let Some((payment, _)) = extra {
            headers.insert(payment.name.clone(), payment.value.clone());
        }
        let target = target.as_ref();
        let host = headers.get(header::HOST).cloned();
        // The connection that asked may be gone, and the name lead elsewhere by now.
        let stays_here = extra.is_some() && self.rests_on_loopback;
        let repeat = match extra {
            None => Repeat::Itself,
            Some(_) if self.was_dropped => Repeat::Never,
            Some(_) => Repeat::Told,
        };
        let hostless = *hostless;
        let validity = extra.map(|(_, validity)| validity);
        let trace = self.trace.as_ref();
        let outgoing = Outgoing {
            method,
            url,
            target,
            hostless,
            typed_host: typed_host.as_deref(),
            headers,
            typed,
            body,
            stays_here,
            repeat,
            wait,
            validity,
            trace,
        };
        let mut told = Told(self.trace.as_deref());
        self.begun = Some(Instant::now());
        let sent = within(deadline, self.clients.send(outgoing, &mut told)).await;
        let sent = match sent.and_then(std::convert::identity) {
            Ok(sent) => sent,
            Err(error) => {
                // What a proxy said to a CONNECT tells why there is no answer.
                self.heads.append(&mut self.clients.take_heads());
                return Err(error);
            }
        };
        if let Some(jar) = &self.request.jar {
            jar.take(&sent.head.headers, url, host.as_ref());
        }
        let verified = !self.clients.options().tls.insecure;
        let hop = route(url, &sent.reached, verified);
        self.rests_on_loopback = hop.loopback && !(hop.encrypted && hop.verified);
        let route = self.trail.then(hop);
        let options = self.clients.options();
        let (url, method) = (url.clone(), method.clone());
        let mut response = Response::new(sent, deadline, url, method, route, options);
        response.watched_by(self.trace.clone());
        Ok(response)
    }

    /// Takes a hop into account: whoever could forge its redirect could choose the payee. The one
    /// exception is the common step from http to https for the same thing on the same host, after which
    /// that host's own certificate speaks.
    fn leave(&mut self, response: &Response, next: &Url) {
        let from = &self.request.url;
        let upgrade = from.scheme() == "http"
            && next.scheme() == "https"
            && from.host_str() == next.host_str()
            && from.path() == next.path()
            && from.query() == next.query();
        if !upgrade {
            self.trail = response.route();
        }
    }

    fn count_redirect(&mut self) -> Result<(), Error> {
        let limit = self.clients.options().redirects.limit;
        if limit.is_some_and(|limit| self.redirects >= limit) {
            return Err(Error::TooManyRedirects(self.redirects));
        }
        self.redirects = self.redirects.saturating_add(1);
        Ok(())
    }
}

impl Transport for Exchange {
    type Answer = Response;
    type Error = Error;

    fn carries_payment(&self) -> bool {
        self.carries_payment
    }

    fn deadline(&self) -> Option<Instant> {
        self.clients.deadline()
    }

    fn time_is_up(&self) -> Option<Error> {
        let over = self.clients.deadline().is_some_and(|deadline| Instant::now() >= deadline);
        over.then_some(Error::TimedOut)
    }

    fn arm(&mut self) {
        self.clients.system().cancellation.arm();
    }

    fn interrupted(&self) -> Option<Error> {
        self.clients.system().cancellation.is_cancelled().then_some(Error::Interrupted)
    }

    async fn asked(&self) -> Result<Asked, Error> {
        if let Some(original) = &self.original {
            return Ok(original.clone());
        }
        let Request { method, url, .. } = &self.request;
        let digest = self.digest(&self.request.body).await?;
        let digest = self.request.mark_target(digest);
        let fingerprint = Fingerprint::of(method, url, &self.request.marks(), &digest);
        Ok(Asked { method: method.clone(), url: url.clone(), fingerprint })
    }

    async fn check_body(&self) -> Result<(), Error> {
        self.digest(&self.request.body).await.map(drop)
    }

    fn has_room(&self) -> Result<(), Error> {
        if self.clients.options().gap { Err(Error::Gap) } else { Ok(()) }
    }

    fn holds(&self, kept: &Kept) -> bool {
        let (Some(output), Some(file)) = (&self.clients.options().output, &kept.file) else {
            return false;
        };
        let is_it = std::path::absolute(output).is_ok_and(|path| path.to_string_lossy() == *file);
        let found = std::fs::metadata(output).ok().filter(|found| is_it && found.is_file());
        found.is_some_and(|found| Some(found.len()) == kept.bytes)
    }

    async fn rest(&mut self, time: Duration) -> Result<(), Error> {
        let left = self.deadline().map(|at| at.saturating_duration_since(Instant::now()));
        let rest = tokio::time::sleep(left.map_or(time, |left| left.min(time)));
        unless_cancelled(self.listener().as_mut(), rest).await.ok_or(Error::Interrupted)?;
        self.time_is_up().map_or(Ok(()), Err)
    }

    async fn ask(&mut self) -> Result<Response, Error> {
        let mut way = Vec::new();
        loop {
            let probes = self.probes();
            let body = if probes { Body::Bytes(Bytes::new()) } else { self.request.body.clone() };
            let deadline = self.clients.deadline();
            let mut listener = self.listener();
            let sent = self.send(&body, None, deadline);
            let sent = unless_cancelled(listener.as_mut(), sent).await;
            let mut response = sent.ok_or(Error::Interrupted)??;
            if response.status() == 417 && response.is_unsent() {
                // As in curl, once more without it.
                self.expects_nothing = true;
                self.pass(&mut response);
                response.drain().await;
                continue;
            }
            if self.learn(&response) {
                self.pass(&mut response);
                response.drain().await;
                continue;
            }
            let follows = self.clients.options().redirects.follow || self.request.manners.trusting;
            let next = follows
                .then(|| target(response.status(), &response.head.headers, &self.request.url))
                .flatten();
            let Some(next) = next else {
                // A payment is for the request itself, so that is what the terms are to be for.
                if probes && (response.status() < 300 || response.status() == 402) {
                    // It did not want to know: now the request itself.
                    self.lesson = Lesson::unasked();
                    self.clients.proxy_does_not_ask();
                    self.pass(&mut response);
                    response.drain().await;
                    continue;
                }
                self.heads.append(&mut response.hops);
                response.hops = std::mem::take(&mut self.heads);
                response.led_by(way);
                return Ok(response);
            };
            self.pass(&mut response);
            self.count_redirect()?;
            if let Ok(next) = &next {
                self.leave(&response, next);
            }
            way.push(self.request.url.clone());
            let status = response.status();
            let next = next?;
            if self.clients.options().no_user_in_url
                && names_user(&response.head.headers, &self.request.url)
            {
                return Err(Error::UserInUrl);
            }
            if let Some((address, scope)) = zone(&response.head.headers) {
                self.clients.scope(address, scope);
            }
            let location = response.head.headers.get(header::LOCATION).cloned();
            response.drain().await;
            self.original = Some(self.asked().await?);
            // Where the user trusts every origin, as in curl each is told at once.
            if next.origin() != self.request.url.origin() && !self.request.manners.trusting {
                self.lesson = Lesson::default();
            }
            let location = location.as_ref().and_then(|value| value.to_str().ok());
            self.request.follow(status, next, location);
        }
    }

    fn expired(&self) -> Error {
        Error::Expired
    }

    async fn ready(&mut self) -> Result<(), Error> {
        let (stays_here, deadline) = (self.rests_on_loopback, self.clients.deadline());
        let mut told = Told(self.trace.as_deref());
        let mut listener = self.listener();
        let Request { url, headers, .. } = &self.request;
        let prepared = self.clients.prepare(url, headers, stays_here, &mut told);
        let prepared = unless_cancelled(listener.as_mut(), within(deadline, prepared)).await;
        prepared.ok_or(Error::Interrupted)??
    }

    async fn pay(
        &mut self,
        payment: &PaymentHeader,
        patience: u64,
        validity: &Validity<'_>,
    ) -> Result<Response, Unanswered<Error>> {
        let seconds = patience.clamp(LEAST_PATIENCE_SECONDS, MOST_PATIENCE_SECONDS);
        let patience = Duration::from_secs(seconds);
        let patience = Instant::now().checked_add(patience);
        let overall = self.clients.deadline();
        let deadline = overall.into_iter().chain(patience).min();
        self.arm();
        self.clients.forget_progress();
        let mut listener = self.listener();
        let body = self.request.body.clone();
        let sent = self.send(&body, Some((payment, validity)), deadline);
        let sent = unless_cancelled(listener.as_mut(), sent).await;
        let mut response = match sent.unwrap_or(Err(Error::Interrupted)) {
            Ok(response) => response,
            Err(error) => {
                let reach = self.clients.reach();
                self.was_dropped = reach == Reach::Dropped;
                return Err(Unanswered { error, reach });
            }
        };
        // Whatever that is, it is no answer to a payment.
        if response.head.version == Version::HTTP_09 {
            return Err(Unanswered { error: Error::NotHttp, reach: Reach::Unknown });
        }
        response.ends_early_by(listener);
        response.is_paid_for(self.part());
        // The patience was for the answer to begin; a long body may take as long as the user allows,
        // but not stand still forever.
        response.extend_to(overall, IDLE);
        Ok(response)
    }
}

/// What a request says whose body waits.
const CONTINUE: &str = "100-continue";

/// A body that is longer than this waits for the server's word, in bytes, as in curl.
const LONG: u64 = 1 << 20;

/// What this client asks for on its own, unless the user did.
fn add_own(headers: &mut HeaderMap, method: &Method, options: &Options) {
    if options.compressed && !headers.contains_key(header::ACCEPT_ENCODING) {
        let all = HeaderValue::from_static("deflate, gzip, br, zstd");
        headers.insert(header::ACCEPT_ENCODING, all);
    }
    if options.transfer_coding && !headers.contains_key(header::TE) {
        let mut connection = Vec::new();
        connection.extend(headers.get(header::CONNECTION).map(HeaderValue::as_bytes));
        connection.retain(|own| !own.is_empty());
        connection.push(b"TE");
        if let Ok(connection) = HeaderValue::from_bytes(&connection.join(b", ".as_slice())) {
            headers.insert(header::CONNECTION, connection);
        }
        headers.insert(header::TE, HeaderValue::from_static("gzip"));
    }
    if !headers.contains_key(header::RANGE)
        && let Some(range) = own_range(method, options)
    {
        headers.insert(header::RANGE, range);
    }
}

/// The rest of a resource whose beginning is there.
fn own_range(method: &Method, options: &Options) -> Option<HeaderValue> {
    let from = options.resume_from.filter(|from| *from > 0)?;
    let reads = matches!(*method, Method::GET | Method::HEAD);
    reads.then(|| HeaderValue::try_from(format!("bytes={from}-")).ok())?
}
