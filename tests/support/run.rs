//! What came of a run, and assertions that print all of it when they fail.

use super::home::{KEY, PASSWORD};
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Everything a run left behind.
#[must_use]
pub(crate) struct Run {
    pub(crate) args: Vec<String>,
    /// `None` when it had to be killed.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    /// Every file, by its path below the temporary root, with its content.
    pub(crate) files: Vec<(PathBuf, Vec<u8>)>,
    pub(crate) took: Duration,
}

impl Run {
    /// The exit code was this.
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        self.assert(self.code() == Some(code), &format!("it should have exited with {code}"))
    }

    /// It refused for this reason, said that nothing was signed, and printed nothing.
    #[track_caller]
    pub(crate) fn refuses(&self, code: i32) -> &Self {
        self.exits(code).prints_nothing().says(&["nothing was signed"])
    }

    /// It did not exit with 0.
    #[track_caller]
    pub(crate) fn assert_fails(&self) -> &Self {
        self.assert(self.code() != Some(0), "it should have failed")
    }

    /// stdout was this, byte for byte.
    #[track_caller]
    pub(crate) fn prints(&self, bytes: impl AsRef<[u8]>) -> &Self {
        let bytes = bytes.as_ref();
        let wanted = format!("it should have printed {}", short(bytes));
        self.assert(self.stdout == bytes, &wanted)
    }

    #[track_caller]
    pub(crate) fn prints_nothing(&self) -> &Self {
        self.prints(b"")
    }

    /// stderr has each of these somewhere, whatever the case.
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) -> &Self {
        let stderr = self.stderr.to_lowercase();
        for word in words {
            let found = stderr.contains(&word.to_lowercase());
            self.assert(found, &format!("it should have said {word:?}"));
        }
        self
    }

    #[track_caller]
    pub(crate) fn never_says(&self, word: &str) -> &Self {
        let said = self.stderr.to_lowercase().contains(&word.to_lowercase());
        self.assert(!said, &format!("it should not have said {word:?}"))
    }

    /// stderr is empty.
    #[track_caller]
    pub(crate) fn says_nothing(&self) -> &Self {
        self.assert(self.stderr.is_empty(), "it should have said nothing")
    }

    /// stderr is one line.
    #[track_caller]
    pub(crate) fn says_one_line(&self) -> &Self {
        let one = self.stderr.ends_with('\n') && self.stderr.lines().count() == 1;
        self.assert(one, "it should have said one line")
    }

    /// stdout as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{self}"))
    }

    /// stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{self}"))
    }

    /// The names of the files in `PAY402_HOME`.
    pub(crate) fn home_files(&self) -> Vec<String> {
        let names = self.files.iter().filter_map(|(path, _)| path.strip_prefix("home").ok());
        names.map(|path| path.to_string_lossy().into_owned()).collect()
    }

    /// The exit code; `None` after a signal or a kill.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }

    /// Nothing on a stream or in a file lets the key or the password out.
    #[track_caller]
    pub(crate) fn keeps_secrets(&self) {
        let key = KEY.trim_start_matches("0x").to_lowercase();
        let streams = [
            (PathBuf::from("stdout"), self.stdout.as_slice()),
            (PathBuf::from("stderr"), self.stderr.as_bytes()),
        ];
        let files = self.files.iter().map(|(path, content)| (path.clone(), content.as_slice()));
        for (place, content) in streams.into_iter().chain(files) {
            let lower = content.to_ascii_lowercase();
            let leaks = has(&lower, key.as_bytes())
                || has(content, &key_bytes(&key))
                || has(content, PASSWORD.as_bytes());
            self.assert(!leaks, &format!("a secret is in {}", place.display()));
        }
    }

    #[track_caller]
    pub(crate) fn assert(&self, holds: bool, wanted: &str) -> &Self {
        assert!(holds, "{wanted}\n{self}");
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "--- pay402 {}", self.args.join(" "))?;
        match (self.code(), self.status.and_then(|status| status.signal())) {
            (Some(code), _) => writeln!(out, "--- exit code {code} after {:?}", self.took)?,
            (_, Some(signal)) => writeln!(out, "--- ended by signal {signal}")?,
            _ => writeln!(out, "--- killed: still running after {:?}", self.took)?,
        }
        writeln!(out, "--- stdout: {}", short(&self.stdout))?;
        writeln!(out, "--- stderr:\n{}", self.stderr)?;
        writeln!(out, "--- home: {}", self.home_files().join(" "))
    }
}

/// The first kilobyte, escaped, and how much there is.
fn short(bytes: &[u8]) -> String {
    let shown = bytes.get(..1024).unwrap_or(bytes);
    format!("{} bytes: {}", bytes.len(), shown.escape_ascii())
}

fn has(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|window| window == needle)
}

fn key_bytes(hex: &str) -> Vec<u8> {
    (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}
