//! An answer: its head, the heads of the redirects before it, and its body as a stream.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::{HeaderMap, Method, Version, header};
use bytes::Bytes;
use hyper::body::Incoming;
use url::Url;

use super::classify::{Phase, classify};
use super::connect::Reached;
use super::decode::{Broken, Flow, Trailers, decoded, is_chunked};
use super::error::Error;
use super::head::Head;
use super::options::Options;
use super::pace::{LeastSpeed, Slowness, no_slower};
use super::range::{ContentRange, content_range, is_all, is_met};
use super::system::unless_cancelled;
use super::trace::Trace;
use super::watch::Watch;
use crate::pay::{Answer, CancellationListener, Patience};
use crate::policy::Route;

/// An answer as it came over a connection.
pub(super) struct Sent {
    pub(super) response: ::http::Response<Incoming>,
    /// Its head, as it came where that is text.
    pub(super) head: Head,
    /// What a proxy answered before.
    pub(super) heads: Vec<Head>,
    pub(super) watch: Arc<Watch>,
    pub(super) reached: Arc<Reached>,
}

/// A response whose body streams.
pub struct Response {
    flow: Flow,
    trailers: Trailers,
    trace: Option<Arc<dyn Trace>>,
    /// Whether the body is what came over the wire, with its chunks.
    raw: bool,
    deadline: Option<Instant>,
    idle: Option<Duration>,
    cancellation: Option<Box<dyn CancellationListener>>,
    /// Its head.
    pub head: Head,
    /// The heads of the proxies and redirects that led here.
    pub hops: Vec<Head>,
    way: Vec<Url>,
    url: Url,
    method: Method,
    route: Route,
    /// Where the connection went; through a proxy, the proxy.
    pub remote: Option<SocketAddr>,
    /// How the connection came about.
    pub reached: Arc<Reached>,
    /// When the first byte came.
    pub first_byte: Option<Instant>,
    watch: Arc<Watch>,
    slowness: Option<Slowness>,
    least: Option<LeastSpeed>,
    /// Most bytes that are taken.
    most: Option<u64>,
    taken: u64,
    /// Where the body was asked to begin, until its first piece is read.
    resume: Option<u64>,
    /// Whether it was paid for.
    paid: bool,
    /// The part that was asked for, by the user or to go on: what stands behind `bytes=`.
    asked_part: Option<String>,
    /// How many bytes must come, where an answer that was paid for says so of itself.
    due: Option<u64>,
    /// The name of the coding that it comes in, where it was paid for and nobody knows how to decode
    /// it.
    undecoded: Option<String>,
}

/// What was paid for, held against what was asked for.
pub enum Fit {
    /// It begins where it was asked to.
    AsAsked,
    /// All of it comes, though only its end was asked for.
    Again,
    /// It is something else: to be kept, because it was paid for, but not as what was asked for.
    Apart(Error),
}

impl Response {
    pub(super) fn new(
        sent: Sent,
        deadline: Option<Instant>,
        url: Url,
        method: Method,
        route: Route,
        options: &Options,
    ) -> Self {
        let Sent { response, head, heads, watch, reached } = sent;
        let raw = options.raw && head.version < Version::HTTP_2;
        let flow = Flow::of(response, options);
        Self {
            trailers: flow.trailers(),
            trace: None,
            raw: raw && is_chunked(&head.headers),
            flow,
            deadline,
            idle: None,
            cancellation: None,
            head,
            hops: heads,
            way: Vec::new(),
            url,
            method,
            route,
            remote: reached.remote,
            reached,
            first_byte: watch.first_byte(),
            slowness: options.least_speed.map(|least| Slowness::new(least, watch.moved())),
            least: options.least_speed,
            watch,
            most: options.max_filesize,
            taken: 0,
            resume: options.resume_from.filter(|from| *from > 0),
            paid: false,
            asked_part: None,
            due: None,
            undecoded: None,
        }
    }

    /// Has somebody watch the body.
    pub(super) fn watched_by(&mut self, trace: Option<Arc<dyn Trace>>) {
        self.trace = trace;
    }

    /// Takes down the URLs whose redirects led here.
    pub(super) fn led_by(&mut self, way: Vec<Url>) {
        self.way = way;
    }

    /// Lets a request to end also end the reading of the body.
    pub(super) fn ends_early_by(&mut self, listener: Option<Box<dyn CancellationListener>>) {
        self.cancellation = listener;
    }

    /// Replaces the body's deadline, and sets the longest silence between two pieces.
    pub(super) fn extend_to(&mut self, deadline: Option<Instant>, idle: Duration) {
        self.deadline = deadline;
        self.idle = Some(idle);
    }

    /// The announced length of the body as it will be delivered, in bytes.
    pub fn length(&self) -> Option<u64> {
        self.flow.length()
    }

    /// Says that this answers a payment, and which part was asked for.
    pub(super) fn is_paid_for(&mut self, asked_part: Option<String>) {
        // A part that the user chose ends where the user said.
        let to_the_end = self.resume.is_some() || asked_part.is_none();
        (self.paid, self.asked_part) = (true, asked_part);
        self.undecoded = self.flow.undecoded();
        if self.status() == 206
            && matches!(self.flow, Flow::Plain(_))
            && let Some((first, last, total)) = self.content_range()
        {
            let end = total.filter(|_| to_the_end).or(last.checked_add(1));
            self.due = end.and_then(|end| end.checked_sub(first));
        }
        // Whoever ignores a length does not pay for less.
        if self.due.is_none() && self.flow.length().is_none() && matches!(self.flow, Flow::Plain(_))
        {
            let said = self.head.headers.get(header::CONTENT_LENGTH);
            let said = said.filter(|_| !self.head.headers.contains_key(header::TRANSFER_ENCODING));
            self.due = said.and_then(|said| said.to_str().ok()?.parse().ok());
        }
    }

    /// How what was paid for stands to what was asked for. To be asked before the body is read; of a
    /// body that nobody paid for, reading it says the same.
    pub fn fit(&self) -> Fit {
        let (status, success) = (self.status(), self.head.status.is_success());
        if !self.paid || self.method == Method::HEAD {
            return Fit::AsAsked;
        }
        if let Some(coding) = &self.undecoded {
            return Fit::Apart(Error::Undecoded(coding.clone()));
        }
        let part = self.content_range();
        match self.resume {
            Some(from) if success && self.goes_on_to_the_end(from) => Fit::AsAsked,
            Some(_) if status == 206 || status == 200 && part.is_some_and(|part| !is_all(part)) => {
                Fit::Apart(Error::OtherPart)
            }
            // Only of a GET is a part asked for.
            Some(_) if status == 200 || self.method != Method::GET && success => Fit::Again,
            Some(_) => Fit::Apart(Error::NoRange),
            None if status == 206 && !self.is_the_part() => Fit::Apart(Error::OtherPart),
            None => Fit::AsAsked,
        }
    }

    /// Whether a part is the one that was asked for; where none was, whether it is all there is.
    fn is_the_part(&self) -> bool {
        match &self.asked_part {
            Some(asked) => is_met(asked, &self.head.headers),
            None => self.content_range().is_some_and(is_all),
        }
    }

    /// Whether this is the rest of what begins here. One that is too short is added all the same where
    /// its missing end shows when it is read: then it can go on from there.
    fn goes_on_to_the_end(&self, from: u64) -> bool {
        let shows = self.status() == 206 && matches!(self.flow, Flow::Plain(_));
        self.content_range().is_some_and(|(first, _, total)| {
            first == from && (self.is_the_part() || shows && total.is_some())
        })
    }

    fn content_range(&self) -> Option<ContentRange> {
        content_range(&self.head.headers)
    }

    /// Whether this body begins where it was asked to.
    fn goes_on_at(&self, from: u64) -> bool {
        let range = self.head.headers.get(header::CONTENT_RANGE);
        let range = range.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let begin = range.trim_start_matches("bytes").trim_start().split_once('-');
        begin.and_then(|(digits, _)| digits.parse().ok()) == Some(from)
    }

    /// Whether the server answered without the body that waited for its word.
    pub(super) fn is_unsent(&self) -> bool {
        self.watch.is_spoilt()
    }

    /// Whether it is to go on where a file ends.
    pub fn goes_on(&self) -> bool {
        self.resume.is_some()
    }

    /// Holds the beginning of the body against what was asked for. False if there is nothing to take.
    fn resumes(&mut self) -> Result<bool, Error> {
        let Some(from) = self.resume.take() else { return Ok(true) };
        // What was paid for is taken whatever it is.
        if self.paid || self.method != Method::GET || self.goes_on_at(from) {
            return Ok(true);
        }
        // There is nothing behind the end of the file, which is to say that it is whole.
        if self.status() == 416 || self.length() == Some(from) {
            return Ok(false);
        }
        Err(Error::NoRange)
    }

    /// The next piece of the body; `None` at its proper end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.resumes()? {
            return Ok(None);
        }
        self.check_length(self.length())?;
        let silence = self.idle.and_then(|idle| Instant::now().checked_add(idle));
        let deadline = self.deadline.into_iter().chain(silence).min();
        let piece = self.flow.piece();
        let slowness = self.slowness.as_mut().zip(self.least);
        let piece = within(deadline, no_slower(slowness, || self.watch.moved(), piece));
        let piece = unless_cancelled(self.cancellation.as_mut(), piece).await;
        let mut piece = piece.ok_or(Error::Interrupted)???;
        // Chunks are counted without their frames, with `raw` too.
        let length = piece.as_ref().ok().and_then(Option::as_ref).map_or(0, Bytes::len);
        if self.raw
            && let Ok(came) = &mut piece
        {
            // What came decoded only says that there is more, or no more.
            let raw = self.watch.take_raw();
            *came = came.take().map(|_| raw.clone()).or(Some(raw).filter(|raw| !raw.is_empty()));
        }
        match piece {
            Ok(None) if self.due.is_some_and(|due| self.taken < due) => Err(Error::Partial),
            Ok(None) => Ok(None),
            Ok(Some(piece)) => {
                let length = u64::try_from(length).unwrap_or(u64::MAX);
                self.taken = self.taken.saturating_add(length);
                if let Some(trace) = &self.trace {
                    trace.received(&piece);
                }
                self.check_length(Some(self.taken))?;
                Ok(Some(piece))
            }
            Err(Broken::Cut) => Err(Error::Partial),
            Err(Broken::Network(error)) => Err(classify(&error, Phase::Body, &self.watch)),
            Err(Broken::Coding(why)) => Err(Error::Decode(why)),
        }
    }

    /// The headers that came behind the body; none before all of it was read.
    pub fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.get()
    }

    /// Does `work` as long as the time for the body lasts, and no signal comes: what was read waits for
    /// whoever takes it.
    pub async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Error> {
        let slowness = self.slowness.as_mut().zip(self.least);
        let work = within(self.deadline, no_slower(slowness, || self.watch.moved(), work));
        unless_cancelled(self.cancellation.as_mut(), work).await.ok_or(Error::Interrupted)??
    }

    fn check_length(&self, length: Option<u64>) -> Result<(), Error> {
        match (length, self.most) {
            (Some(length), Some(most)) if length > most => Err(Error::TooLarge(most)),
            _ => Ok(()),
        }
    }
}

impl Answer for Response {
    type Error = Error;

    fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    fn url(&self) -> &Url {
        &self.url
    }

    fn way(&self) -> &[Url] {
        &self.way
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn route(&self) -> Route {
        self.route
    }

    async fn body_within(mut self, limit: usize, patience: Patience) -> Result<Vec<u8>, Error> {
        let soon = Instant::now().checked_add(patience.most);
        self.deadline = self.deadline.into_iter().chain(soon).min();
        // What is read here is understood, and not handed on.
        (self.most, self.resume, self.raw) = (None, None, false);
        let is_plain = matches!(self.flow, Flow::Plain(_));
        let mut body = Vec::new();
        while let Some(chunk) = self.next_piece(patience, &body).await? {
            let room = limit.saturating_add(1).saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if body.len() > limit {
                break;
            }
        }
        Ok(if is_plain { decoded(&self.head.headers, body, limit).await } else { body })
    }
}

/// Waits for `work` until the deadline.
pub(super) async fn within<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    match deadline {
        None => Ok(work.await),
        Some(deadline) => {
            tokio::time::timeout_at(deadline.into(), work).await.map_err(|_| Error::TimedOut)
        }
    }
}
