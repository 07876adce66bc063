//! An answer the paywall gives, correct or as wrong as a test wants it, byte for byte.

use std::io::{self, Write};
use std::time::Duration;

/// What to send for one request, and what to do with the connection afterwards.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Reply {
    status: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    framing: Framing,
    /// Sent instead of all of the above.
    raw: Option<Vec<u8>>,
    /// How many bytes of head and body are sent before the connection is closed.
    cut: Option<Cut>,
    pace: Option<(usize, Duration)>,
    after: After,
}

#[derive(Clone, Debug)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Head(usize),
    Body(usize),
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    Close,
    /// Say nothing more, but do not close.
    Hang,
    /// Close with a reset, not with an end.
    Reset,
}

impl Reply {
    /// A complete answer, such as `Reply::new("200 OK", b"body")`.
    pub(crate) fn new(status: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref().to_vec();
        Self {
            status: status.into(),
            headers: Vec::new(),
            framing: Framing::Length(body.len()),
            body,
            raw: None,
            cut: None,
            pace: None,
            after: After::Keep,
        }
    }

    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::new("200 OK", body).header("Content-Type", "application/octet-stream")
    }

    pub(crate) fn redirect(status: &str, location: &str) -> Self {
        Self::new(status, b"moved\n").header("Location", location)
    }

    /// These bytes and no others, then the connection is closed.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        let mut reply = Self::new("", b"").close();
        reply.raw = Some(bytes.as_ref().to_vec());
        reply
    }

    /// No byte at all: the connection is closed.
    pub(crate) fn nothing() -> Self {
        Self::raw(b"")
    }

    /// The first byte of an answer and no more: the connection is closed. Of a request that had no byte
    /// of an answer the client sends the same once more, where the connection had answered before.
    pub(crate) fn one_byte() -> Self {
        Self::raw(b"H")
    }

    /// No byte at all: the connection stays open until the paywall goes.
    pub(crate) fn silence() -> Self {
        Self::raw(b"").hang()
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// Neither a length nor chunks: the body ends with the connection.
    pub(crate) fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self.close()
    }

    /// Says the body has `length` bytes, whatever it has, and closes after it.
    pub(crate) fn claims_length(mut self, length: usize) -> Self {
        self.framing = Framing::Length(length);
        self.close()
    }

    /// The status and headers so far, one header more, and then these bytes as they are.
    pub(crate) fn then_raw(self, header: &str, bytes: &str) -> Self {
        let (name, value) = header.split_once(": ").expect("a header");
        let head = self.header(name, value).until_close().encode("HEAD");
        Self::raw([head.as_slice(), bytes.as_bytes()].concat())
    }

    /// Closes after `bytes` of status line and headers.
    pub(crate) fn cut_head(mut self, bytes: usize) -> Self {
        self.cut = Some(Cut::Head(bytes));
        self.close()
    }

    /// Closes after all of the head and `bytes` of what follows it.
    pub(crate) fn cut_body(mut self, bytes: usize) -> Self {
        self.cut = Some(Cut::Body(bytes));
        self.close()
    }

    /// Sends `bytes` at a time with a rest in between.
    pub(crate) fn trickle(mut self, bytes: usize, rest: Duration) -> Self {
        self.pace = Some((bytes, rest));
        self
    }

    pub(crate) fn close(mut self) -> Self {
        self.after = After::Close;
        self
    }

    /// Hangs up some time after the last byte, without having said so.
    pub(crate) fn then_hangs_up(self, after: Duration) -> Self {
        Self::raw(self.encode("GET")).trickle(usize::MAX, after)
    }

    /// Leaves the connection open after the last byte, and says no more.
    pub(crate) fn hang(mut self) -> Self {
        self.after = After::Hang;
        self
    }

    /// Resets the connection after the last byte.
    pub(crate) fn reset(mut self) -> Self {
        self.after = After::Reset;
        self
    }

    /// Writes the answer to a request of `method`; `rest` waits, and says whether to go on.
    pub(crate) fn write(
        &self,
        method: &str,
        out: &mut impl Write,
        rest: impl Fn(Duration) -> bool,
    ) -> io::Result<After> {
        let bytes = self.raw.clone().unwrap_or_else(|| self.encode(method));
        let (step, pause) = self.pace.unwrap_or((1 << 16, Duration::ZERO));
        for piece in bytes.chunks(step) {
            out.write_all(piece)?;
            out.flush()?;
            if !pause.is_zero() && !rest(pause) {
                return Ok(After::Close);
            }
        }
        Ok(self.after)
    }

    fn encode(&self, method: &str) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n", self.status);
        let mut say = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        self.headers.iter().for_each(|(name, value)| say(name, value));
        match self.framing {
            Framing::Length(length) => say("Content-Length", &length.to_string()),
            Framing::Chunked => say("Transfer-Encoding", "chunked"),
            Framing::UntilClose => {}
        }
        if self.after == After::Close {
            say("Connection", "close");
        }
        head.push_str("\r\n");
        let body = match self.framing {
            _ if method == "HEAD" => Vec::new(),
            Framing::Chunked => chunks(&self.body),
            _ => self.body.clone(),
        };
        let keep = match self.cut {
            Some(Cut::Head(bytes)) => bytes,
            Some(Cut::Body(bytes)) => head.len() + bytes,
            None => usize::MAX,
        };
        let mut bytes = head.into_bytes();
        bytes.extend(body);
        bytes.truncate(keep);
        bytes
    }
}

/// The body in chunks of at most a thousand bytes, with the last one.
fn chunks(body: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    for chunk in body.chunks(1000) {
        coded.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        coded.extend(chunk);
        coded.extend(b"\r\n");
    }
    coded.extend(b"0\r\n\r\n");
    coded
}
