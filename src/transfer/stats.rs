//! What is known when a transfer is over, taken down as it goes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::{HeaderMap, Version, header};
use url::Url;

use crate::http::{Head, Reached, Response, Tally, head_bytes, host_as_typed, with_typed_host};
use crate::pay::{Answer, Clock as _};
use crate::protocol::parse_date;
use crate::system::SystemClock;
use crate::terminal::report::{PaymentReport, State};
use crate::terminal::safe::Safe;

/// Longest text of a server's, in characters.
pub(crate) const LONGEST: usize = 8000;

/// What `Retry-After` asks for: seconds, or a date. More seconds than can be counted are as good as all.
fn patience(text: &str) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    parse_date(text)?.checked_sub(SystemClock.now()).map(Duration::from_secs)
}

/// What is known when a transfer is over.
pub(crate) struct TransferStats {
    /// When it began.
    pub started: Instant,
    pub url: String,
    pub(crate) url_effective: String,
    pub(crate) number: usize,
    pub(crate) method: String,
    pub(crate) scheme: String,
    /// The last answer's status; 0 without one.
    pub status: u16,
    /// How long the server asks to be left alone.
    pub retry_after: Option<Duration>,
    /// What a proxy answered last to a CONNECT; 0 without one.
    pub(crate) http_connect: u16,
    pub(crate) version: &'static str,
    pub(crate) headers: HeaderMap,
    /// Bytes of all heads that came.
    pub(crate) size_header: u64,
    pub(crate) redirect_url: String,
    /// The connection.
    pub(crate) reached: Option<Arc<Reached>>,
    /// When the answer's first byte came.
    pub(crate) first_byte: Option<Instant>,
    /// What the exchange took.
    pub tally: Tally,
    /// The `Referer` that was sent.
    pub referer: String,
    /// The heads that were put out with the body of this try, and of those before it that had none.
    pub shown_heads: Vec<u8>,
    /// Where the body went.
    pub filename: String,
    /// Whether that holds what an earlier answer to the payment brought, and not this one's body.
    pub stays: bool,
    /// Bytes of the body that arrived.
    pub size_download: u64,
    /// Bytes of the request's body.
    pub size_upload: u64,
    /// What became of the money.
    pub state: State,
    /// The payment, once one is signed.
    pub payment: Option<PaymentReport>,
}

impl TransferStats {
    /// The clock starts now. `number` is the URL's place on the command line, from 0.
    pub(crate) fn of(url: &str, number: usize) -> Self {
        Self {
            started: Instant::now(),
            url: url.to_owned(),
            url_effective: url.to_owned(),
            number,
            method: String::new(),
            scheme: String::new(),
            status: 0,
            retry_after: None,
            http_connect: 0,
            version: "0",
            headers: HeaderMap::new(),
            size_header: 0,
            redirect_url: String::new(),
            reached: None,
            first_byte: None,
            tally: Tally::default(),
            referer: String::new(),
            shown_heads: Vec::new(),
            filename: String::new(),
            stays: false,
            size_download: 0,
            size_upload: 0,
            state: State::None,
            payment: None,
        }
    }

    /// Takes down the final answer.
    pub(crate) fn answered(&mut self, answer: &Response) {
        self.url_effective = with_typed_host(answer.url(), host_as_typed(&self.url));
        self.method = answer.method().to_string();
        answer.url().scheme().clone_into(&mut self.scheme);
        self.status = answer.status();
        self.version = answer.head.version_text();
        if answer.head.version == Version::HTTP_09 {
            // As in curl: without a head there is neither.
            (self.status, self.version) = (0, "0");
        }
        self.headers = answer.head.headers.clone();
        self.retry_after = self.header(&header::RETRY_AFTER).and_then(|text| patience(&text));
        let heads = answer.hops.iter().chain([&answer.head]);
        let bytes: usize = heads.map(|head| head_bytes(head).len()).sum();
        self.size_header = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.redirect_url = self.redirects_to(answer.url());
        self.connected(&answer.hops);
        self.reached = Some(Arc::clone(&answer.reached));
        self.first_byte = answer.first_byte;
    }

    /// Takes down what a proxy answered to a CONNECT.
    pub(crate) fn connected(&mut self, heads: &[Head]) {
        let last = heads.iter().rfind(|head| head.of_tunnel);
        self.http_connect = last.map_or(self.http_connect, |head| head.status.as_u16());
    }

    /// Takes down the heads of redirects that no answer came of; `url` is what was asked last.
    pub(crate) fn passed(&mut self, heads: &[Head], url: &Url) {
        self.connected(heads);
        self.url_effective = with_typed_host(url, host_as_typed(&self.url));
        url.scheme().clone_into(&mut self.scheme);
        if let Some(last) = heads.iter().rfind(|head| !head.of_tunnel) {
            self.status = last.status.as_u16();
            self.version = last.version_text();
            self.headers = last.headers.clone();
        }
        let bytes: usize = heads.iter().map(|head| head_bytes(head).len()).sum();
        self.size_header = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.redirect_url = self.redirects_to(url);
    }

    /// The URL that a redirect names, by what was taken down of its head.
    fn redirects_to(&self, url: &Url) -> String {
        let location = self.header(&header::LOCATION).filter(|text| !text.is_empty());
        let location = location.filter(|_| (300..400).contains(&self.status));
        let joined = location.and_then(|text| url.join(&text).ok());
        joined.map(String::from).unwrap_or_default()
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(Safe::new(&String::from_utf8_lossy(value.as_bytes()), LONGEST).to_string())
    }

    /// How long after the start something happened; zero if it did not.
    pub(crate) fn since(&self, moment: Option<Instant>) -> Duration {
        moment.map_or(Duration::ZERO, |moment| moment.saturating_duration_since(self.started))
    }
}
