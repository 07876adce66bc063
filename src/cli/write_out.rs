//! `-w`: what is known of a transfer and its payment, in a format of the user's.
//!
//! curl's variables of 7.88, and the payment's. What has no meaning here (FTP, a proxy's certificate)
//! has the value that curl gives where it has none.

use std::net::SocketAddr;
use std::time::Duration;

use ::http::header;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use crate::http::Tally;
use crate::terminal::report::{PaymentReport, seconds};
use crate::terminal::safe::Safe;

use crate::transfer::{LONGEST, TransferStats};

impl TransferStats {
    /// The value of a variable; `None` for one that does not exist.
    fn value(&self, name: &str, exit: u8, error: &str) -> Option<Told> {
        use Told::{Number, Raw, Seconds, Text};
        let payment = |member: fn(&PaymentReport) -> String| {
            Text(self.payment.as_ref().map(member).unwrap_or_default())
        };
        let safe = |text: &str| Text(Safe::new(text, LONGEST).to_string());
        let ip =
            |end: Option<SocketAddr>| Text(end.map(|end| end.ip().to_string()).unwrap_or_default());
        let port = |end: Option<SocketAddr>| Number(end.map_or(0, |end| u64::from(end.port())));
        let Tally { redirects, connections, request_bytes, begun } = self.tally;
        let (remote, local) = (
            self.reached.as_ref().and_then(|reached| reached.remote),
            self.reached.as_ref().and_then(|reached| reached.local),
        );
        // A connection that was there already took no time.
        let made = self.reached.as_ref().filter(|_| connections > 0);
        let connected = self.since(made.map(|made| made.connected));
        let per_second = |bytes: u64| {
            let rate = u128::from(bytes).saturating_mul(1_000_000);
            let rate = rate.checked_div(self.elapsed().as_micros()).unwrap_or(0);
            Number(u64::try_from(rate).unwrap_or(u64::MAX))
        };
        Some(match name {
            "certs" => Text(self.certificates()),
            "ftp_entry_path" => Text(String::new()),
            "content_type" => Text(self.header(header::CONTENT_TYPE).unwrap_or_default()),
            "errormsg" => Text(error.to_owned()),
            "exitcode" => Number(u64::from(exit)),
            "filename_effective" => Text(self.filename.clone()),
            "http_code" | "response_code" => {
                Raw(format!("{:03}", self.status), u64::from(self.status))
            }
            "http_connect" => {
                Raw(format!("{:03}", self.http_connect), u64::from(self.http_connect))
            }
            "http_version" => Text(self.version.to_owned()),
            "local_ip" => ip(local),
            "local_port" => port(local),
            "method" => Text(self.method.clone()),
            "num_certs" => Number(u64::try_from(self.chain().len()).unwrap_or(u64::MAX)),
            "proxy_ssl_verify_result" | "ssl_verify_result" => Number(0),
            "num_connects" => Number(u64::from(connections)),
            "num_headers" => Number(u64::try_from(self.headers.len()).unwrap_or(0)),
            "num_redirects" => Number(u64::from(redirects)),
            "redirect_url" => safe(&self.redirect_url),
            "referer" => safe(&self.referer),
            "remote_ip" => ip(remote),
            "remote_port" => port(remote),
            "scheme" => Text(self.scheme.to_ascii_uppercase()),
            "size_download" => Number(self.size_download),
            "size_header" => Number(self.size_header),
            "size_request" => Number(request_bytes),
            "size_upload" => Number(self.size_upload),
            "speed_download" => per_second(self.size_download),
            "speed_upload" => per_second(self.size_upload),
            "time_appconnect" => Seconds(self.since(made.and_then(|made| made.secured))),
            "time_connect" => Seconds(connected),
            "time_namelookup" => Seconds(self.since(made.map(|made| made.looked_up))),
            "time_pretransfer" => Seconds(connected.max(self.since(begun))),
            "time_redirect" if redirects == 0 => Seconds(Duration::ZERO),
            "time_redirect" => Seconds(self.since(begun)),
            "time_starttransfer" => Seconds(self.since(self.first_byte)),
            "time_total" => Seconds(self.elapsed()),
            "url" => Text(self.url.clone()),
            "url_effective" => safe(&self.url_effective),
            "urlnum" => Number(u64::try_from(self.number).unwrap_or(u64::MAX)),
            "payment_state" => Text(self.state.word().to_owned()),
            "payment_id" => payment(|p| p.id.clone()),
            "payment_amount" => payment(|p| p.amount.clone()),
            "payment_amount_atomic" => payment(|p| p.amount_atomic.clone()),
            "payment_asset" => payment(|p| p.asset.to_owned()),
            "payment_network" => payment(|p| p.network.to_owned()),
            "payment_to" => payment(|p| p.payee.clone()),
            "payment_tx" => payment(|p| p.transaction.clone().unwrap_or_default()),
            "payment_json" => payment(PaymentReport::json),
            "json" => Text(self.json(exit, error)),
            "header_json" => Text(self.header_json()),
            _ => return None,
        })
    }

    /// The certificates of the server that answered, its own first.
    fn chain(&self) -> &[Vec<u8>] {
        self.reached.as_ref().map_or(&[], |reached| reached.certificates.as_slice())
    }

    /// The same as text (RFC 7468).
    fn certificates(&self) -> String {
        let mut text = String::new();
        for certificate in self.chain() {
            let encoded = BASE64_STANDARD.encode(certificate);
            text.push_str("-----BEGIN CERTIFICATE-----\n");
            // Base64 is ASCII.
            for line in encoded.as_bytes().chunks(64) {
                text.push_str(&String::from_utf8_lossy(line));
                text.push('\n');
            }
            text.push_str("-----END CERTIFICATE-----\n");
        }
        text
    }

    /// As curl writes it, and the payment: text that is not there is null, seconds are numbers.
    fn json(&self, exit: u8, error: &str) -> String {
        let member = |name: &str| {
            let value = match self.value(name, exit, error) {
                Some(Told::Text(text)) if text.is_empty() && name != "certs" => "null".to_owned(),
                Some(Told::Text(text)) => Value::String(text).to_string(),
                Some(Told::Number(number) | Told::Raw(_, number)) => number.to_string(),
                Some(Told::Seconds(time)) => seconds(time, 6),
                None => "null".to_owned(),
            };
            format!("\"{name}\":{value}")
        };
        let payment = self.payment.as_ref().map_or_else(|| "null".to_owned(), PaymentReport::json);
        let mut members: Vec<String> = NAMES.iter().map(|name| member(name)).collect();
        members.push(format!("\"payment\":{payment}"));
        members.push(concat!("\"pay402_version\":\"", env!("CARGO_PKG_VERSION"), "\"").to_owned());
        format!("{{{}}}", members.join(","))
    }

    /// The answer's headers, each name with all its values, in curl's layout.
    fn header_json(&self) -> String {
        let mut members = Map::new();
        for (name, value) in &self.headers {
            let text = Safe::new(&String::from_utf8_lossy(value.as_bytes()), LONGEST).to_string();
            let values = members.entry(name.as_str()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(values) = values {
                values.push(Value::String(text));
            }
        }
        let mut lines = Vec::new();
        for name in self.headers.keys() {
            if let Some(values) = members.get(name.as_str()) {
                lines.push(format!("{}:{values}", Value::String(name.to_string())));
            }
        }
        format!("{{{}\n}}", lines.join(",\n"))
    }
}

/// A variable's value.
enum Told {
    Text(String),
    Number(u64),
    Seconds(Duration),
    /// A number in a form of its own.
    Raw(String, u64),
}

impl Told {
    fn text(self) -> String {
        match self {
            Self::Text(text) | Self::Raw(text, _) => text,
            Self::Number(number) => number.to_string(),
            Self::Seconds(time) => seconds(time, 6),
        }
    }
}

/// The variables, as `%{json}` lists them.
const NAMES: [&str; 41] = [
    "certs",
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "ftp_entry_path",
    "http_code",
    "http_connect",
    "http_version",
    "local_ip",
    "local_port",
    "method",
    "num_certs",
    "num_connects",
    "num_headers",
    "num_redirects",
    "proxy_ssl_verify_result",
    "redirect_url",
    "referer",
    "remote_ip",
    "remote_port",
    "response_code",
    "scheme",
    "size_download",
    "size_header",
    "size_request",
    "size_upload",
    "speed_download",
    "speed_upload",
    "ssl_verify_result",
    "time_appconnect",
    "time_connect",
    "time_namelookup",
    "time_pretransfer",
    "time_redirect",
    "time_starttransfer",
    "time_total",
    "url",
    "url_effective",
    "urlnum",
    "payment_state",
];

/// A filled format.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// What goes to standard output.
    pub stdout: String,
    /// What goes to standard error, after `%{stderr}`.
    pub stderr: String,
    /// What goes to files, after `%output{FILE}`.
    pub files: Vec<FileText>,
    /// Variables that do not exist.
    pub unknown: Vec<String>,
}

/// What `-w` writes to a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FileText {
    /// The file.
    pub name: String,
    /// Whether it is added to the file.
    pub adds: bool,
    /// The text.
    pub text: String,
}

/// Where the text goes that comes next.
#[derive(Clone, Copy)]
enum Stream {
    Output,
    Error,
    /// The last of the files.
    File,
}

impl Filled {
    fn push(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Output => self.stdout.push_str(text),
            Stream::Error => self.stderr.push_str(text),
            Stream::File => {
                if let Some(file) = self.files.last_mut() {
                    file.text.push_str(text);
                }
            }
        }
    }
}

/// Fills a format: `%{name}`, `%header{name}`, `%output{FILE}`, `%%`, and the escapes `\n`, `\r`, `\t`. What is not
/// known stays out, as in curl.
pub(super) fn fill(format: &str, stats: &TransferStats, exit: u8, error: &str) -> Filled {
    let mut filled = Filled::default();
    let mut stream = Stream::Output;
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let (text, tail) = match piece(rest) {
            Piece::Text(text, tail) => (text.to_owned(), tail),
            Piece::Header(name, tail) => (stats.header(name).unwrap_or_default(), tail),
            Piece::Variable("stdout", tail) => {
                stream = Stream::Output;
                (String::new(), tail)
            }
            Piece::Variable("stderr", tail) => {
                stream = Stream::Error;
                (String::new(), tail)
            }
            Piece::Output(name, tail) => {
                let (name, adds) = match name.strip_prefix(">>") {
                    Some(name) => (name, true),
                    None => (name, false),
                };
                filled.files.push(FileText { name: name.to_owned(), adds, text: String::new() });
                stream = Stream::File;
                (String::new(), tail)
            }
            // All that follows is for failures.
            Piece::Variable("onerror", _) if exit == 0 => break,
            Piece::Variable("onerror", tail) => (String::new(), tail),
            Piece::Variable(name, tail) => {
                let value = stats.value(name, exit, error).map(Told::text);
                if value.is_none() {
                    filled.unknown.push(Safe::new(name, 40).to_string());
                }
                (value.unwrap_or_default(), tail)
            }
            Piece::Plain => {
                // A backslash without a meaning takes the next character with it, as in curl.
                let length = if first == '\\' { 2 } else { 1 };
                let text: String = rest.chars().take(length).collect();
                let tail = rest.strip_prefix(text.as_str()).unwrap_or_default();
                (text, tail)
            }
        };
        rest = tail;
        filled.push(stream, &text);
    }
    filled
}

/// The beginning of a format, and what follows it.
enum Piece<'a> {
    Text(&'static str, &'a str),
    Variable(&'a str, &'a str),
    Header(&'a str, &'a str),
    Output(&'a str, &'a str),
    /// A character that stands for itself.
    Plain,
}

fn piece(format: &str) -> Piece<'_> {
    for (escape, text) in [("%%", "%"), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")] {
        if let Some(tail) = format.strip_prefix(escape) {
            return Piece::Text(text, tail);
        }
    }
    if let Some((name, tail)) = format.strip_prefix("%{").and_then(|rest| rest.split_once('}')) {
        return Piece::Variable(name, tail);
    }
    if let Some((name, tail)) = format.strip_prefix("%output{").and_then(|t| t.split_once('}')) {
        return Piece::Output(name, tail);
    }
    match format.strip_prefix("%header{").and_then(|rest| rest.split_once('}')) {
        Some((name, tail)) => Piece::Header(name, tail),
        None => Piece::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fill_for(format: &str, exit: u8) -> Filled {
        fill(format, &TransferStats::of("http://h/", 3), exit, "no")
    }

    fn filled(format: &str) -> String {
        fill_for(format, 7).stdout
    }

    #[test]
    fn fills_variables_and_escapes() {
        assert_eq!(filled(r"%{http_code}\n%{exitcode} %{errormsg}\t100%%\r"), "000\n7 no\t100%\r");
        assert_eq!(filled("%{payment_state}|%{payment_tx}|%{nonsense}|"), "none|||");
        assert_eq!(filled(r"a%b \q %{open \"), r"a%b \q %{open \");
        assert_eq!(filled("%{urlnum} %header{none}|%{time_connect}"), "3 |0.000000");
        assert_eq!(fill_for("%{nonsense}", 0).unknown, ["nonsense"]);
    }

    #[test]
    fn what_is_for_failures_and_for_stderr_goes_there() {
        let format = "a%{stderr}b%{stdout}c%{onerror}d";
        let both = |exit| {
            let filled = fill_for(format, exit);
            (filled.stdout, filled.stderr)
        };
        assert_eq!(both(0), ("ac".into(), "b".into()));
        assert_eq!(both(7), ("acd".into(), "b".into()));
    }

    #[test]
    fn a_part_goes_to_a_file() {
        let filled =
            fill_for("a%output{x}b%{exitcode}%output{>>y}c%{stdout}d%{stderr}e%output{x}f", 7);
        assert_eq!((filled.stdout.as_str(), filled.stderr.as_str()), ("ad", "e"));
        let files: Vec<_> =
            filled.files.iter().map(|file| (&*file.name, file.adds, &*file.text)).collect();
        assert_eq!(files, [("x", false, "b7"), ("y", true, "c"), ("x", false, "f")]);
        assert_eq!(fill_for("%output{x", 0).stdout, "%output{x");
    }

    #[test]
    fn json_is_json() {
        let value: Value = serde_json::from_str(&filled("%{json}")).unwrap();
        assert_eq!(value["exitcode"], 7);
        assert_eq!(value["url"], "http://h/");
        assert_eq!(value["content_type"], Value::Null);
        assert!(value["time_total"].is_number());
        let value: Value = serde_json::from_str(&filled("%{header_json}")).unwrap();
        assert_eq!(value, serde_json::json!({}));
    }

    #[test]
    fn every_name_has_a_value() {
        for name in NAMES {
            assert!(fill_for(&format!("%{{{name}}}"), 0).unknown.is_empty(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(format in ".{0,60}") {
            let _ = filled(&format);
        }
    }
}
