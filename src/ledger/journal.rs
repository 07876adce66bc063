//! The journal file.
//!
//! Appending under an exclusive lock, so that processes of one owner do not mix their lines; a torn
//! last line (power loss, a full disk) is ended before the next is written, never overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;
use url::Url;

use crate::pay::{Ledger, Payment, Standing, Verdict};
use crate::scheme::Authorization;

/// What keeps a payment from being recorded.
#[derive(Debug, Error)]
#[error("{path}: {source}")]
pub struct Error {
    /// The file or directory.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

/// A journal at a path; opened when the first payment is reserved, and not before.
pub struct Journal {
    path: PathBuf,
    file: Option<File>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
struct Entry<'a> {
    schema: &'static str,
    id: &'a str,
    state: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<Signed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<&'a str>,
}

/// Enough to send the same payment again, and to look for it on the chain.
#[derive(Serialize)]
struct Signed<'a> {
    method: &'a str,
    url: &'a str,
    network: &'static str,
    asset: String,
    payer: String,
    payee: String,
    amount_atomic: String,
    nonce: String,
    valid_before: u64,
    header: &'a str,
    value: String,
}

impl Journal {
    /// The journal at `path`; nothing is opened.
    pub fn at(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Whether a payment for this URL was ever recorded in the journal at `path`: a hint of what will
    /// be asked again, so that anything unreadable is simply a no.
    pub fn has_paid(path: &Path, url: &Url) -> bool {
        let Ok(url) = serde_json::to_string(url.as_str()) else { return false };
        let member = format!("\"url\":{url},");
        let lines = File::open(path).map(|file| BufReader::new(file).lines());
        lines.is_ok_and(|lines| lines.map_while(Result::ok).any(|line| line.contains(&member)))
    }

    fn open(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => open_private(&self.path)?,
        };
        Ok(self.file.insert(file))
    }

    fn append(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let mut line = serde_json::to_vec(entry).map_err(|error| self.error(error.into()))?;
        line.push(b'\n');
        let written = self.open().and_then(|file| append_line(file, &line));
        written.map_err(|error| self.error(error))
    }

    fn error(&self, source: io::Error) -> Error {
        Error { path: self.path.clone(), source }
    }
}

impl Ledger for Journal {
    type Error = Error;

    fn reserve(&mut self, _: &Authorization) -> Result<(), Error> {
        match self.open() {
            Ok(_) => Ok(()),
            Err(error) => Err(self.error(error)),
        }
    }

    fn signed(&mut self, payment: &Payment, now: u64) -> Result<(), Error> {
        let authorization = &payment.authorization;
        let quote = &authorization.quote;
        self.append(&Entry {
            schema: "pay402/journal/1",
            id: &payment.id,
            state: "signed",
            at: time(now),
            payment: Some(Signed {
                method: payment.method.as_str(),
                url: payment.url.as_str(),
                network: quote.network.caip2,
                asset: quote.asset.address.to_string(),
                payer: authorization.payer.to_string(),
                payee: quote.pay_to.to_string(),
                amount_atomic: quote.amount.to_string(),
                nonce: authorization.nonce.to_string(),
                valid_before: authorization.valid_before,
                header: payment.header.name.as_str(),
                value: String::from_utf8_lossy(payment.header.value.as_bytes()).into_owned(),
            }),
            transaction: None,
        })
    }

    fn close(
        &mut self,
        payment: &Payment,
        verdict: Option<&Verdict>,
        now: u64,
    ) -> Result<(), Error> {
        let (state, settlement) = match verdict {
            Some(Verdict::Deliver(Standing::Settled(said) | Standing::NotDelivered(said))) => {
                ("settled", Some(said))
            }
            Some(Verdict::Rejected(_) | Verdict::Deliver(Standing::Refused(_))) => {
                ("rejected", None)
            }
            Some(Verdict::Pending(said)) => ("unknown", Some(said)),
            Some(Verdict::Deliver(_)) | None => ("unknown", None),
        };
        self.append(&Entry {
            schema: "pay402/journal/1",
            id: &payment.id,
            state,
            at: time(now),
            payment: None,
            transaction: settlement.and_then(|said| said.transaction_hash()),
        })
    }
}

fn time(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// Opens for appending, making the file (0600) and its directory (0700) where they are missing.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(directory) = path.parent() {
                let mut builder = fs::DirBuilder::new();
                builder.recursive(true);
                #[cfg(unix)]
                std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
                builder.create(directory)?;
            }
            let file = options.open(path)?;
            // The file's name must survive a power loss as well as its content.
            #[cfg(unix)]
            if let Some(directory) = path.parent() {
                File::open(directory)?.sync_all()?;
            }
            Ok(file)
        }
        opened => opened,
    }
}

fn append_line(file: &mut File, line: &[u8]) -> io::Result<()> {
    file.lock()?;
    let written =
        end_torn_line(file).and_then(|()| file.write_all(line)).and_then(|()| file.sync_data());
    let unlocked = file.unlock();
    written.and(unlocked)
}

fn end_torn_line(file: &mut File) -> io::Result<()> {
    if file.metadata()?.len() == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_ended_and_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new").join("journal.jsonl");
        append_line(&mut open_private(&path).unwrap(), b"{\"a\":1}\n").unwrap();
        open_private(&path).unwrap().write_all(b"{\"torn").unwrap();
        append_line(&mut open_private(&path).unwrap(), b"{\"b\":2}\n").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"a\":1}\n{\"torn\n{\"b\":2}\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new").join("journal.jsonl");
        open_private(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn lines_of_many_threads_do_not_mix() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.jsonl");
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let mut file = open_private(path).unwrap();
                    let line = format!("{}\n", n.to_string().repeat(3000));
                    for _ in 0..10 {
                        append_line(&mut file, line.as_bytes()).unwrap();
                    }
                });
            }
        });
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 80);
        assert!(text.lines().all(|line| line.len() == 3000));
    }
}
