//! `--trace` and `--trace-ascii`: everything that goes over the wire, bodies too, in curl's layout. What `-v`
//! does not show of a request's secrets is not in it either.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::cli::args::Args;
use crate::cli::error::CliError;
use crate::http::{Head, Line, Trace, head_bytes};
use crate::output::{self, Sink};
use crate::terminal::record::Record;
use crate::terminal::streams::Stderr;

use super::{answered, is_encoded, noted, now, shown};

/// Bytes in a line of hexadecimal numbers, and of text.
const HEX_WIDTH: usize = 16;
const TEXT_WIDTH: usize = 64;

/// Where a trace goes.
enum Place {
    Error,
    Other(Record),
}

/// A trace of a run.
pub(crate) struct Dump {
    place: Place,
    /// Whether there are hexadecimal numbers.
    hex: bool,
    with_time: bool,
}

impl Dump {
    /// The trace that the flags ask for, if they do. Its file is made now; a pipe is waited for as
    /// long as a transfer may wait to begin.
    pub(crate) async fn open(args: &Args) -> Result<Option<Self>, CliError> {
        let (output, limits) = (&args.output, &args.connection.limits);
        let most = limits.max_time.into_iter().chain(limits.connect_timeout).min();
        let until = most.and_then(|most| Instant::now().checked_add(most));
        let (path, hex) = match (&output.trace, &output.trace_ascii) {
            (Some(path), _) => (path, true),
            (None, Some(path)) => (path, false),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { place: Place::open(path, until).await?, hex, with_time: output.trace_time }))
    }

    fn put(&self, text: &str) {
        // A trace that cannot be written is no reason to stop what it watches.
        match &self.place {
            Place::Error => drop(Stderr.write_all(text.as_bytes())),
            Place::Other(record) => record.write(text.as_bytes()),
        }
    }

    fn time(&self) -> String {
        if self.with_time { now() } else { String::new() }
    }

    fn data(&self, what: &str, bytes: &[u8]) {
        let dumped = if self.hex { in_hex(bytes) } else { in_text(bytes) };
        let length = bytes.len();
        self.put(&format!("{}{what}, {length} bytes (0x{length:x})\n{dumped}", self.time()));
    }
}

impl Place {
    async fn open(path: &Path, until: Option<Instant>) -> Result<Self, CliError> {
        let sink = match path.to_str() {
            Some("%") => return Ok(Self::Error),
            Some("-") => Sink::stdout()?,
            _ => Sink::in_place(path, false, until).await?,
        };
        let outlet = sink.outlet();
        let outlet =
            outlet.map_err(|source| output::Error::Unwritable { path: path.into(), source })?;
        Ok(Self::Other(Record::to(outlet)))
    }
}

impl Trace for Dump {
    fn note(&self, text: &str) {
        self.put(&format!("{}== Info: {}\n", self.time(), noted(text)));
    }

    fn request(&self, line: &str, headers: &[Line]) {
        let mut head = format!("{line}\r\n");
        for line in headers {
            let value = shown(&line.name, &line.value);
            // Writing to a string cannot fail.
            let _ = write!(head, "{}: {value}\r\n", line.spelled());
        }
        head.push_str("\r\n");
        self.data("=> Send header", head.as_bytes());
    }

    fn response(&self, head: &Head) {
        for line in head_bytes(head).split_inclusive(|&byte| byte == b'\n') {
            if is_encoded(line) {
                let shown = answered(String::from_utf8_lossy(line).trim_end());
                self.data("<= Recv header", format!("{shown}\r\n").as_bytes());
            } else {
                self.data("<= Recv header", line);
            }
        }
    }

    fn sent(&self, piece: &[u8]) {
        self.data("=> Send data", piece);
    }

    fn received(&self, piece: &[u8]) {
        self.data("<= Recv data", piece);
    }
}

/// A byte as text.
fn printable(byte: u8) -> char {
    if matches!(byte, b' '..=b'~') { char::from(byte) } else { '.' }
}

fn in_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (line, part) in bytes.chunks(HEX_WIDTH).enumerate() {
        let _ = write!(text, "{:04x}: ", line.saturating_mul(HEX_WIDTH));
        for byte in part {
            let _ = write!(text, "{byte:02x} ");
        }
        text.push_str(&"   ".repeat(HEX_WIDTH.saturating_sub(part.len())));
        text.extend(part.iter().copied().map(printable));
        text.push('\n');
    }
    text
}

/// Lines end where the text's do, or where they are full.
fn in_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        let _ = write!(text, "{at:04x}: ");
        // No further than a line is long: a piece without line ends would be searched for each of its lines.
        let near = rest.get(..TEXT_WIDTH.saturating_add(2)).unwrap_or(rest);
        let end = near.windows(2).position(|pair| pair == b"\r\n");
        let shown = end.unwrap_or(rest.len()).min(TEXT_WIDTH);
        let ends_here = end == Some(shown);
        let (part, after) = rest.split_at_checked(shown).unwrap_or((rest, &[]));
        text.extend(part.iter().copied().map(printable));
        text.push('\n');
        rest = if ends_here { after.get(2..).unwrap_or_default() } else { after };
        at = bytes.len().saturating_sub(rest.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_are_dumped_as_curl_dumps_them() {
        assert_eq!(
            in_hex(b"GET / HTTP/1.1\r\nA: \xff\r\n"),
            "0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1..\n\
             0010: 41 3a 20 ff 0d 0a                               A: ...\n"
        );
        assert_eq!(
            in_text(b"GET / HTTP/1.1\r\nA: \xff\n\r\n\r\n"),
            "0000: GET / HTTP/1.1\n0010: A: ..\n0017: \n"
        );
        let long = "x".repeat(64);
        let text = in_text(format!("{long}\r\n{long}yz").as_bytes());
        assert_eq!(text, format!("0000: {long}\n0042: {long}\n0082: yz\n"));
        assert_eq!(in_text(b""), "");
    }

    proptest! {
        #[test]
        fn nothing_but_printable_letters_is_dumped(bytes: Vec<u8>) {
            for text in [in_hex(&bytes), in_text(&bytes)] {
                prop_assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')));
            }
        }
    }
}
