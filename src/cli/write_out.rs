//! `-w`: facts of a transfer and its payment, in a format of the user's.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::http::Response;
use crate::pay::Answer;
use crate::terminal::report::{PaymentReport, State};
use crate::terminal::safe::Safe;

/// Longest text of a server's, in characters.
const LONGEST: usize = 8000;

/// What is known when a transfer is over.
pub(super) struct Facts {
    started: Instant,
    url: String,
    url_effective: String,
    method: String,
    scheme: String,
    status: u16,
    version: &'static str,
    content_type: String,
    num_headers: usize,
    redirect_url: String,
    remote: Option<std::net::SocketAddr>,
    /// Where the body went.
    pub filename: String,
    /// Bytes of the body that arrived.
    pub size_download: u64,
    /// Bytes of the request's body.
    pub size_upload: u64,
    /// Redirects followed.
    pub num_redirects: u32,
    /// What became of the money.
    pub state: State,
    /// The payment, once one is signed.
    pub payment: Option<PaymentReport>,
}

impl Facts {
    /// The clock starts now.
    pub(super) fn of(url: &str) -> Self {
        Self {
            started: Instant::now(),
            url: url.to_owned(),
            url_effective: url.to_owned(),
            method: String::new(),
            scheme: String::new(),
            status: 0,
            version: "0",
            content_type: String::new(),
            num_headers: 0,
            redirect_url: String::new(),
            remote: None,
            filename: String::new(),
            size_download: 0,
            size_upload: 0,
            num_redirects: 0,
            state: State::None,
            payment: None,
        }
    }

    /// Takes down the final answer.
    pub(super) fn answered(&mut self, answer: &Response) {
        let text = |name: &str| {
            let value = answer.head.headers.get(name).map(|v| v.as_bytes().to_vec());
            String::from_utf8_lossy(&value.unwrap_or_default()).into_owned()
        };
        self.url_effective = answer.url().to_string();
        self.method = answer.method().to_string();
        answer.url().scheme().clone_into(&mut self.scheme);
        self.status = answer.status();
        self.version = answer.head.version_text();
        self.content_type = text("content-type");
        self.num_headers = answer.head.headers.len();
        self.redirect_url =
            answer.url().join(&text("location")).map(String::from).unwrap_or_default();
        if !(300..400).contains(&self.status) {
            self.redirect_url.clear();
        }
        self.remote = answer.remote;
    }

    /// Time since the start.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The value of a variable; `None` for one that does not exist.
    fn value(&self, name: &str, exit: u8, error: &str) -> Option<String> {
        let payment = |member: fn(&PaymentReport) -> String| {
            self.payment.as_ref().map(member).unwrap_or_default()
        };
        let safe = |text: &str| Safe::new(text, LONGEST).to_string();
        Some(match name {
            "content_type" => safe(&self.content_type),
            "errormsg" => error.to_owned(),
            "exitcode" => exit.to_string(),
            "filename_effective" => self.filename.clone(),
            "http_code" | "response_code" => format!("{:03}", self.status),
            "http_version" => self.version.to_owned(),
            "method" => self.method.clone(),
            "num_headers" => self.num_headers.to_string(),
            "num_redirects" => self.num_redirects.to_string(),
            "redirect_url" => safe(&self.redirect_url),
            "remote_ip" => self.remote.map(|r| r.ip().to_string()).unwrap_or_default(),
            "remote_port" => self.remote.map_or(0, |r| r.port()).to_string(),
            "scheme" => self.scheme.to_ascii_uppercase(),
            "size_download" => self.size_download.to_string(),
            "size_upload" => self.size_upload.to_string(),
            "time_total" => seconds(self.elapsed(), 6),
            "url" => self.url.clone(),
            "url_effective" => safe(&self.url_effective),
            "payment_state" => self.state.word().to_owned(),
            "payment_id" => payment(|p| p.id.clone()),
            "payment_amount" => payment(|p| p.amount.clone()),
            "payment_amount_atomic" => payment(|p| p.amount_atomic.clone()),
            "payment_asset" => payment(|p| p.asset.to_owned()),
            "payment_network" => payment(|p| p.network.to_owned()),
            "payment_to" => payment(|p| p.payee.clone()),
            "payment_tx" => payment(|p| p.transaction.clone().unwrap_or_default()),
            "payment_json" => payment(PaymentReport::json),
            "json" => self.json(exit, error),
            _ => return None,
        })
    }

    fn json(&self, exit: u8, error: &str) -> String {
        let mut object = Map::new();
        for name in NAMES {
            let text = self.value(name, exit, error).unwrap_or_default();
            let number = NUMBERS.contains(&name).then(|| text.parse::<u64>().ok()).flatten();
            object.insert(name.to_owned(), number.map_or(Value::String(text), Value::from));
        }
        let payment = self.payment.as_ref().and_then(|p| serde_json::to_value(p).ok());
        object.insert("payment".to_owned(), payment.unwrap_or(Value::Null));
        Value::Object(object).to_string()
    }
}

/// The plain variables, as `%{json}` lists them.
const NAMES: [&str; 19] = [
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "http_code",
    "http_version",
    "method",
    "num_headers",
    "num_redirects",
    "redirect_url",
    "remote_ip",
    "remote_port",
    "scheme",
    "size_download",
    "size_upload",
    "time_total",
    "url",
    "url_effective",
    "payment_state",
];

/// Those of them that are numbers.
const NUMBERS: [&str; 6] =
    ["exitcode", "num_headers", "num_redirects", "remote_port", "size_download", "size_upload"];

/// Seconds with this many decimals, at most nine.
pub(super) fn seconds(time: Duration, decimals: usize) -> String {
    let nanoseconds = format!("{:09}", time.subsec_nanos());
    let fraction: String = nanoseconds.chars().take(decimals).collect();
    format!("{}.{fraction}", time.as_secs())
}

/// Fills a format: `%{name}`, `%%`, and the escapes `\n`, `\r`, `\t`. What is not known stays out, as
/// in curl.
pub(super) fn fill(format: &str, facts: &Facts, exit: u8, error: &str) -> String {
    let mut filled = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['%', '\\']) {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let mut characters = from.chars();
        let mark = characters.next();
        let after = characters.as_str();
        rest = match (mark, after.chars().next()) {
            (Some('%'), Some('%')) => {
                filled.push('%');
                after.trim_start_matches_once('%')
            }
            (Some('%'), Some('{')) => {
                if let Some((name, tail)) = after.split_once('}') {
                    let name = name.trim_start_matches('{');
                    filled.push_str(&facts.value(name, exit, error).unwrap_or_default());
                    tail
                } else {
                    filled.push('%');
                    after
                }
            }
            (Some('\\'), Some(escape @ ('n' | 'r' | 't'))) => {
                filled.push(match escape {
                    'n' => '\n',
                    'r' => '\r',
                    _ => '\t',
                });
                after.trim_start_matches_once(escape)
            }
            (Some(mark), _) => {
                filled.push(mark);
                after
            }
            (None, _) => after,
        };
    }
    filled.push_str(rest);
    filled
}

/// Cutting one character off the front, without cutting by bytes.
trait TrimOnce {
    fn trim_start_matches_once(&self, character: char) -> &str;
}

impl TrimOnce for str {
    fn trim_start_matches_once(&self, character: char) -> &str {
        self.strip_prefix(character).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(format: &str) -> String {
        fill(format, &Facts::of("http://h/"), 7, "no")
    }

    #[test]
    fn fills_variables_and_escapes() {
        assert_eq!(filled(r"%{http_code}\n%{exitcode} %{errormsg}\t100%%\r"), "000\n7 no\t100%\r");
        assert_eq!(filled("%{payment_state}|%{payment_tx}|%{nonsense}|"), "none|||");
        assert_eq!(filled(r"a%b \q %{open \"), r"a%b \q %{open \");
    }

    #[test]
    fn json_is_json() {
        let value: Value = serde_json::from_str(&filled("%{json}")).unwrap();
        assert_eq!(value["exitcode"], 7);
        assert_eq!(value["url"], "http://h/");
    }

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(Duration::new(3, 45_000_000), 6), "3.045000");
        assert_eq!(seconds(Duration::from_millis(7), 3), "0.007");
    }

    proptest! {
        #[test]
        fn never_panics(format in ".{0,60}") {
            let _ = filled(&format);
        }
    }
}
