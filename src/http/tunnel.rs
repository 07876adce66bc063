//! CONNECT: through an HTTP proxy to a place behind it (RFC 9110, section 9.3.6).
//!
//! The HTTP library takes a 204 for no tunnel, and gives a connection back only once there is one.

use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::address::Place;
use super::credentials::Lesson;
use super::error::Error;
use super::head::Head;
use super::lines::{self, Line, TypedLine};
use super::proxy::Proxy;
use super::raw_head::is_interim;
use super::trace::Told;
use super::wire::Io;
use crate::pay::Entropy;

/// Longest head of an answer, in bytes.
const HEAD_BYTES: u64 = 1 << 18;

/// Most header lines of an answer.
const HEADER_LINES: usize = 1000;

/// Longest body of a refusal that is read for the sake of the connection, in bytes.
const BODY_BYTES: u64 = 1 << 16;

/// Longest time for it.
const BODY_TIME: Duration = Duration::from_secs(5);

/// A header that no standard has, and every client sends.
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Adds what a proxy is told of this client, unless the user typed it, to the headers of a request.
/// `proof` is who asks.
pub(super) fn add_proxy_headers(
    headers: &mut HeaderMap,
    proof: Option<HeaderValue>,
    typed: &[TypedLine],
) {
    let own = [
        (header::PROXY_AUTHORIZATION, proof),
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

/// A tunnel that is asked for.
pub(super) struct Tunnel<'a> {
    /// The proxy.
    pub(super) proxy: &'a Proxy,
    /// Where it is to lead.
    pub(super) place: &'a Place,
    /// This client's name.
    pub(super) agent: Option<&'a HeaderValue>,
    /// The lines of `--proxy-header`.
    pub(super) typed: &'a [TypedLine],
    /// Random numbers for the proof of who asks.
    pub(super) entropy: &'a dyn Entropy,
}

/// What became of a request for a tunnel.
pub(super) enum Asked {
    /// The tunnel is there.
    Open(Box<dyn Io>),
    /// The proxy wants to know who asks, and has closed the connection, or will.
    OnceMore,
}

impl Tunnel<'_> {
    /// The lines of the request: those the user gives replace others.
    fn lines(&self, lesson: &mut Lesson) -> Vec<Line> {
        let mut headers = HeaderMap::new();
        let host = HeaderValue::try_from(self.place.authority());
        headers.extend(host.map(|host| (header::HOST, host)));
        headers.extend(self.agent.map(|agent| (header::USER_AGENT, agent.clone())));
        for line in self.typed {
            headers.remove(&line.name);
        }
        let authority = self.place.authority();
        let proof = self.proxy.proof(lesson, &Method::CONNECT, &authority, self.entropy);
        add_proxy_headers(&mut headers, proof, self.typed);
        for TypedLine { name, value, .. } in self.typed {
            headers.extend(value.iter().map(|value| (name.clone(), value.clone())));
        }
        lines::arrange(&headers, self.typed)
    }

    /// Asks for the tunnel, again where the proxy wants to know who asks. The heads of what the proxy
    /// answered are added to `heads`.
    pub(super) async fn open(
        &self,
        stream: Box<dyn Io>,
        lesson: &mut Lesson,
        heads: &mut Vec<Head>,
        told: &mut Told<'_>,
    ) -> Result<Asked, Error> {
        let mut stream = BufReader::new(stream);
        let version = if self.proxy.is_http10 { "1.0" } else { "1.1" };
        let line = format!("CONNECT {} HTTP/{version}", self.place.authority());
        loop {
            let lines = self.lines(lesson);
            told.request(&line, &lines);
            let lost = |error: std::io::Error| Error::ProxyHungUp(error.to_string());
            stream.write_all(&lines::head(&line, &lines)).await.map_err(lost)?;
            stream.flush().await.map_err(lost)?;
            let head = read_head(&mut stream).await?;
            told.response(&head);
            heads.push(head.clone());
            if head.status.is_success() {
                return Ok(Asked::Open(Box::new(stream)));
            }
            let wants_proof = head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                && self.proxy.learn(lesson, &head.headers);
            if !wants_proof {
                return Err(Error::ProxyRefused(head.status.as_u16()));
            }
            if !is_kept(&head) {
                return Ok(Asked::OnceMore);
            }
            let body = read_body(&mut stream, &head.headers);
            if !matches!(tokio::time::timeout(BODY_TIME, body).await, Ok(Some(()))) {
                return Ok(Asked::OnceMore);
            }
        }
    }
}

/// Reads the head of an answer, and passes over interim ones.
async fn read_head(stream: &mut BufReader<Box<dyn Io>>) -> Result<Head, Error> {
    let lost = |error: std::io::Error| Error::ProxyHungUp(error.to_string());
    loop {
        let mut text = Vec::new();
        let mut limited = (&mut *stream).take(HEAD_BYTES);
        loop {
            let read = limited.read_until(b'\n', &mut text).await.map_err(lost)?;
            if read == 0 {
                return Err(Error::ProxyHungUp("the answer is not whole".into()));
            }
            if text.ends_with(b"\n\r\n") || text.ends_with(b"\n\n") {
                break;
            }
        }
        if !is_interim(&text) {
            return parse_head(text);
        }
    }
}

fn parse_head(text: Vec<u8>) -> Result<Head, Error> {
    let bad = |why: &str| Error::ProxyHungUp(why.to_owned());
    let mut lines = vec![httparse::EMPTY_HEADER; HEADER_LINES];
    let mut parsed = httparse::Response::new(&mut lines);
    let mut config = httparse::ParserConfig::default();
    config.allow_obsolete_multiline_headers_in_responses(true);
    config.parse_response(&mut parsed, &text).map_err(|error| bad(&error.to_string()))?;
    let status = parsed.code.and_then(|code| StatusCode::from_u16(code).ok());
    let mut headers = HeaderMap::new();
    for line in parsed.headers.iter() {
        let name = HeaderName::from_bytes(line.name.as_bytes());
        let value = HeaderValue::from_bytes(line.value);
        headers.extend(name.ok().zip(value.ok()));
    }
    Ok(Head {
        version: if parsed.version == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 },
        status: status.ok_or_else(|| bad("there is no status"))?,
        reason: parsed.reason.unwrap_or_default().to_owned(),
        headers,
        text: Bytes::from(text),
        of_tunnel: true,
    })
}

/// Whether the connection stays after an answer.
fn is_kept(head: &Head) -> bool {
    let says = |word: &str| {
        let both = [header::CONNECTION, PROXY_CONNECTION];
        let mut values = both.iter().flat_map(|name| head.headers.get_all(name));
        values.any(|value| {
            value.as_bytes().to_ascii_lowercase().windows(word.len()).any(|w| w == word.as_bytes())
        })
    };
    if head.version == Version::HTTP_10 { says("keep-alive") } else { !says("close") }
}

/// Reads a body to its end; `None` where it has none that is near, or is not what it says.
async fn read_body(stream: &mut BufReader<Box<dyn Io>>, headers: &HeaderMap) -> Option<()> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if text(header::TRANSFER_ENCODING).is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        let mut left = BODY_BYTES;
        loop {
            let mut line = String::new();
            (&mut *stream).take(100).read_line(&mut line).await.ok()?;
            let size = u64::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
            left = left.checked_sub(size)?;
            if size == 0 {
                break;
            }
            skip(stream, size.checked_add(2)?).await?;
        }
        // Trailers, up to the empty line.
        let mut limited = (&mut *stream).take(HEAD_BYTES);
        loop {
            let mut line = Vec::new();
            limited.read_until(b'\n', &mut line).await.ok()?;
            if matches!(line.as_slice(), b"\r\n" | b"\n") {
                return Some(());
            }
            line.ends_with(b"\n").then_some(())?;
        }
    }
    let length: u64 = text(header::CONTENT_LENGTH)?.trim().parse().ok()?;
    if length > BODY_BYTES {
        return None;
    }
    skip(stream, length).await
}

async fn skip(stream: &mut BufReader<Box<dyn Io>>, length: u64) -> Option<()> {
    let read = tokio::io::copy(&mut (&mut *stream).take(length), &mut tokio::io::sink()).await;
    (read.ok()? == length).then_some(())
}
