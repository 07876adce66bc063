//! What one run of one program came to, in a form in which two can be compared.

use super::server::start;
use super::{FILES, STDIN};
use crate::support::Home;
use crate::support::request::Request;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A run as the user and the server saw it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Observed {
    exit: Option<i32>,
    stdout: String,
    /// Files that were not there before or have changed: name and content.
    files: Vec<(String, String)>,
    requests: Vec<String>,
}

/// Runs one command line through `program` in a fresh directory against a fresh server.
pub(super) fn observe(program: &'static str, line: &str) -> Observed {
    let (server, home) = (start(), Home::without_wallet());
    for (name, content) in FILES {
        fs::write(home.work(name), content).expect("a file");
    }
    let port = server.port().to_string();
    let line = line
        .replace("URL", &format!("http://127.0.0.1:{port}"))
        .replace("HOST", &format!("127.0.0.1:{port}"))
        .replace("PORT", &port);
    let words = shell_words::split(&line).expect("a command line");
    let run = home.pay402(&words).of(program).stdin(STDIN).limit(Duration::from_mins(1)).run();
    let plain = |bytes: &[u8]| bytes.escape_ascii().to_string().replace(&port, "PORT");
    let mut files = Vec::new();
    collect(&home.work(""), "", &mut files);
    files.retain(|(name, content)| !FILES.iter().any(|(n, c)| n == name && c == content));
    files.sort();
    let mut requests: Vec<_> =
        server.requests().iter().map(|r| normal(r).replace(&port, "PORT")).collect();
    // Side by side, no order is the right one.
    let side_by_side = words.iter().any(|word| word == "-Z" || word == "--parallel");
    if side_by_side && !line.contains("--parallel-max 1 ") {
        requests.sort();
    }
    Observed {
        exit: run.code(),
        stdout: plain(&run.stdout),
        files: files.iter().map(|(name, content)| (name.clone(), plain(content))).collect(),
        requests,
    }
}

fn collect(directory: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found);
        } else {
            found.push((name, fs::read(&path).expect("a file")));
        }
    }
}

/// A request without what may differ: the programs' own names, and the boundary of a form.
fn normal(request: &Request) -> String {
    let body = without_boundaries(&request.body.escape_ascii().to_string());
    let mut headers = request.headers.clone();
    for (name, value) in &mut headers {
        match name.to_ascii_lowercase().as_str() {
            "user-agent" if value.starts_with("curl/") || value.starts_with("pay402/") => {
                "NAME".clone_into(value);
            }
            "content-type" => {
                if let Some((kind, boundary)) = value.split_once("; boundary=") {
                    assert!(!boundary.is_empty(), "a form without a boundary");
                    *value = format!("{kind}; boundary=BOUNDARY");
                }
            }
            "accept-encoding" => {
                let mut codings: Vec<&str> = value.split(',').map(str::trim).collect();
                codings.sort_unstable();
                *value = codings.join(", ");
            }
            // Chosen anew each time.
            "authorization" | "proxy-authorization" if value.starts_with("Digest ") => {
                let mut parts: Vec<&str> =
                    value["Digest ".len()..].split(',').map(str::trim).collect();
                parts.retain(|part| !part.starts_with("cnonce=") && !part.starts_with("response="));
                parts.sort_unstable();
                *value = format!("Digest {}", parts.join(", "));
            }
            _ => {}
        }
    }
    let mut text = format!("{} {}\n", request.method, request.target);
    for (name, value) in headers {
        let _ = writeln!(text, "  {name}: {value}");
    }
    if !body.is_empty() {
        let _ = writeln!(text, "  {body}");
    }
    text
}

/// Without the boundaries of forms, also of forms within forms: 24 dashes and 16 letters or digits.
fn without_boundaries(body: &str) -> String {
    let dashes = "-".repeat(24);
    let mut parts = body.split(dashes.as_str());
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // In the body, two more dashes mark it as a boundary.
        let bare = part.strip_prefix("--").unwrap_or(part);
        match bare.split_at_checked(16) {
            Some((letters, rest)) if letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                text.push_str("BOUNDARY");
                text.push_str(rest);
            }
            _ => {
                text.push_str(&dashes);
                text.push_str(part);
            }
        }
    }
    text
}

impl Observed {
    /// What is different, curl's first; each text is cut to a bearable length.
    pub(super) fn against(&self, ours: &Self) -> String {
        let mut report = String::new();
        let mut part = |name: &str, curl: String, ours: String| {
            if curl != ours {
                let cut = |text: String| text.chars().take(1_500).collect::<String>();
                let _ =
                    write!(report, "--- {name}, curl:\n{}\n+++ ours:\n{}\n", cut(curl), cut(ours));
            }
        };
        part("exit code", format!("{:?}", self.exit), format!("{:?}", ours.exit));
        part("stdout", self.stdout.clone(), ours.stdout.clone());
        part("files", format!("{:#?}", self.files), format!("{:#?}", ours.files));
        part("requests", self.requests.concat(), ours.requests.concat());
        report
    }
}
