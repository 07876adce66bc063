//! What the options of a command line say of its transfers, as plain values. The front door makes
//! them; nothing below it sees what was typed.

use std::path::PathBuf;
use std::time::Duration;

/// What holds for each transfer of a group of URLs.
#[derive(Debug, Clone, Default)]
pub(crate) struct TransferOptions {
    /// Whether the terms are shown and nothing is signed (`--dry-run`).
    pub dry_run: bool,
    /// Whether nothing is ever paid (`--no-pay`). Then outputs may clash, as in curl.
    pub no_pay: bool,
    /// Where the report of a payment goes (`--receipt`).
    pub receipt: Option<PathBuf>,
    /// Where a download or an upload goes on (`-C`).
    pub continue_at: Option<ContinueAt>,
    /// When a request that failed is tried again.
    pub retry: RetryOptions,
    /// A time that an answer is held against (`-z`); none where a part is asked for.
    pub condition: Option<String>,
    /// Where the answer's tag goes (`--etag-save`).
    pub etag_save: Option<PathBuf>,
    /// Where the cookies go (`-c`); `-` is standard output.
    pub cookie_jar: Option<PathBuf>,
    /// The `Referer` that is sent.
    pub referer: String,
    /// Whether no redirect may name a user (`--disallow-username-in-url`).
    pub no_user_in_url: bool,
    /// Where bodies go, and how.
    pub output: OutputOptions,
    /// Whether other transfers go on at the same time (`-Z`).
    pub parallel: bool,
    /// What is said on standard error.
    pub speech: Speech,
}

/// Where bodies and heads go, and what happens to files that are there.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutputOptions {
    /// The directory of all files (`--output-dir`).
    pub directory: Option<PathBuf>,
    /// Whether directories are made (`--create-dirs`).
    pub create_dirs: bool,
    /// Whether a file is replaced also where the server names it (`--clobber`).
    pub clobber: bool,
    /// Whether no file is replaced (`--no-clobber`).
    pub no_clobber: bool,
    /// Whether nothing is kept of a body that did not come whole (`--remove-on-error`).
    pub remove_on_error: bool,
    /// Whether a file takes the time that the server names (`-R`).
    pub remote_time: bool,
    /// Whether the server may name the file (`-J`).
    pub remote_header_name: bool,
    /// Whether heads go before the body (`-i`, `-I`).
    pub with_heads: bool,
    /// Where heads go (`-D`); `-` is standard output.
    pub dump_header: Option<PathBuf>,
    /// Whether the heads of a proxy's answers to CONNECT are left out
    /// (`--suppress-connect-headers`).
    pub suppress_connect_headers: bool,
    /// Whether a status of 400 or above is a failure without a body (`-f`).
    pub fail: bool,
    /// The same with a body (`--fail-with-body`).
    pub fail_with_body: bool,
    /// Whether progress is a plain bar (`-#`).
    pub progress_bar: bool,
    /// Outputs that are opened elsewhere, each with the name of its option.
    pub others: Vec<(&'static str, PathBuf)>,
    /// The files that `-w` writes to.
    pub write_out_files: Vec<PathBuf>,
}

/// What is said on standard error.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Speech {
    /// Whether nothing is said (`-s`).
    pub silent: bool,
    /// Whether reports are JSON (`--format json`).
    pub json: bool,
    /// Whether no progress is shown (`--no-progress-meter`).
    pub no_progress: bool,
}

/// When a request that failed is tried again (`--retry` and its kin).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RetryOptions {
    /// How often, at most.
    pub retries: u32,
    /// The pause between two tries; none grows from one second.
    pub delay: Option<Duration>,
    /// After how long no further try begins.
    pub max_time: Option<Duration>,
    /// Whether after every failure (`--retry-all-errors`).
    pub all_errors: bool,
    /// Whether after a refused connection, too (`--retry-connrefused`).
    pub connrefused: bool,
}

/// Where a transfer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContinueAt {
    /// Where the output file ends.
    FileEnd,
    /// At this byte.
    Byte(u64),
}
