//! A request as it came over the wire, read without any HTTP library.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::io::{self, BufRead, Read, Write};

/// The longest head the paywall reads, in bytes.
const HEAD_LIMIT: usize = 1 << 20;

/// One request, and the connection it came on.
#[derive(Clone)]
pub(crate) struct Request {
    /// Connections are counted from zero in the order they were accepted.
    pub(crate) connection: usize,
    /// How many requests the paywall had seen before this one.
    pub(crate) index: usize,
    pub(crate) method: String,
    /// As sent: a path, an absolute URL (to a proxy) or an authority.
    pub(crate) target: String,
    /// In order, with the case they were sent in.
    pub(crate) headers: Vec<(String, String)>,
    /// After the transfer coding is undone.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of the only header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let first = named.next()?;
        assert!(named.next().is_none(), "{name} was sent twice: {self:?}");
        Some(&first.1)
    }

    /// The path without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Headers other than those that carry a payment, sorted: what both requests have in common.
    pub(crate) fn plain_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| !is_payment_header(name));
        headers.sort();
        headers
    }

    /// The payment on this request: the header's name in upper case and the JSON in it. Panics if
    /// there are two, or if the value is not standard padded base64 of UTF-8, for no server has to
    /// read those.
    pub(crate) fn payment(&self) -> Option<(String, String)> {
        let mut found = self.headers.iter().filter(|(name, _)| is_payment_header(name));
        let (name, value) = found.next()?;
        assert!(found.next().is_none(), "two payments on one request: {self:?}");
        let json = STANDARD.decode(value).unwrap_or_else(|e| panic!("{name}: {e}: {value}"));
        Some((name.to_ascii_uppercase(), String::from_utf8(json).expect("a payment is UTF-8")))
    }

    /// Reads one request; `None` when the connection ended before it began or in its midst.
    pub(crate) fn read(
        stream: &mut (impl BufRead + ContinueOn),
        connection: usize,
        index: usize,
    ) -> io::Result<Option<Self>> {
        let Some(mut request) = Self::read_head(stream, connection, index)? else {
            return Ok(None);
        };
        request.read_body(stream)?;
        Ok(Some(request))
    }

    /// Reads what comes before the body, which is left where it is.
    pub(crate) fn read_head(
        stream: &mut impl BufRead,
        connection: usize,
        index: usize,
    ) -> io::Result<Option<Self>> {
        let Some(head) = read_head(stream)? else { return Ok(None) };
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().splitn(3, ' ').map(str::to_owned);
        let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next())
        else {
            return Err(io::Error::other(format!("not a request: {head:?}")));
        };
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap_or((line, "")))
            .map(|(name, value)| (name.to_owned(), value.trim_matches([' ', '\t']).to_owned()))
            .collect();
        Ok(Some(Self { connection, index, method, target, headers, body: Vec::new() }))
    }

    /// Reads the body, which comes next.
    pub(crate) fn read_body(&mut self, stream: &mut (impl BufRead + ContinueOn)) -> io::Result<()> {
        if self.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            stream.say_continue()?;
        }
        let chunked = self.header("transfer-encoding").is_some();
        self.body = match self.header("content-length") {
            Some(_) if chunked => return Err(io::Error::other("a length and chunks")),
            Some(length) => {
                let mut body = vec![0; length.parse().map_err(io::Error::other)?];
                stream.read_exact(&mut body)?;
                body
            }
            None if chunked => read_chunks(stream)?,
            None => Vec::new(),
        };
        Ok(())
    }
}

/// A stream that can tell the client to send the body it is holding back.
pub(crate) trait ContinueOn {
    fn say_continue(&mut self) -> io::Result<()>;
}

impl<S: Read + Write> ContinueOn for io::BufReader<S> {
    fn say_continue(&mut self) -> io::Result<()> {
        self.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
    }
}

fn is_payment_header(name: &str) -> bool {
    name.eq_ignore_ascii_case("x-payment") || name.eq_ignore_ascii_case("payment-signature")
}

/// Everything before the empty line, without it.
fn read_head(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    // A client that talks TLS to a plain listener would wait for an answer as we for a line.
    if stream.fill_buf()?.first() == Some(&0x16) {
        return Err(io::Error::other("a handshake, not a request"));
    }
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > HEAD_LIMIT {
            return Err(io::Error::other("the head of the request is over a megabyte"));
        }
        if stream.take(HEAD_LIMIT as u64).read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
    }
    head.truncate(head.len() - 4);
    String::from_utf8(head).map(Some).map_err(io::Error::other)
}

fn read_chunks(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
        if stream.take(size).read_to_end(&mut body)? as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut end = String::new();
        stream.read_line(&mut end)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "[connection {}] {} {}", self.connection, self.method, self.target)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(out, "  {name}: {value}"))?;
        writeln!(out, "  {} bytes: {}", self.body.len(), self.body.escape_ascii())
    }
}
