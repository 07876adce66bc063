//! What is written beside a body: the cookies of a run, and the tag of an answer. And what a condition
//! on time makes of an answer from a server that does not know conditions.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ::http::header::{ETAG, LAST_MODIFIED};

use crate::http::Head;

use super::{TransferError, TransferOptions, is_older};
use crate::output::paid_files::PaidFiles;
use crate::output::{self, Clobber, Sink, SinkError, is_pipe};

/// How long the cookies of a run may take, when everything else is over.
const PATIENCE: Duration = Duration::from_secs(30);

/// The file of `-c`, if it is a pipe: whoever reads it is waited for before anything is sent, and not
/// after something was paid.
pub(crate) async fn open_cookies(
    options: &TransferOptions,
    until: Option<Instant>,
) -> Result<Option<Sink>, TransferError> {
    match options.cookie_jar.as_deref().filter(|path| is_pipe(path)) {
        Some(path) => Ok(Some(Sink::file(path, Clobber::Replace, until).await?)),
        None => Ok(None),
    }
}

/// Writes the cookies of a run to the file of `-c`, if there is one, for which `open` may have been opened
/// before. Whether that went well: the answers have been delivered by now, so it is no more than worth a
/// word.
pub(crate) async fn write_cookies(
    options: &TransferOptions,
    cookies: String,
    paid_files: &PaidFiles,
    open: Option<Sink>,
) -> bool {
    let Some(path) = options.cookie_jar.as_deref() else { return true };
    let until = Instant::now().checked_add(PATIENCE);
    let sink = match open {
        Some(sink) => Ok(sink),
        None if path.as_os_str() == "-" => Sink::stdout(),
        None if paid_files.contains(path) => return false,
        None => Sink::file(path, Clobber::Replace, until).await,
    };
    match sink {
        Ok(sink) => match sink.whole(cookies.into_bytes(), until).await {
            // Whoever closed the pipe has seen enough.
            Ok(_) | Err(SinkError::Closed) => true,
            Err(_) => false,
        },
        Err(_) => false,
    }
}

/// The file of `--etag-save`, proved writable before anything is sent.
pub(crate) struct TagFile(Option<(Sink, PathBuf)>);

impl TagFile {
    /// Opens it, if there is one.
    pub(crate) async fn open(
        path: Option<&Path>,
        until: Option<Instant>,
    ) -> Result<Self, TransferError> {
        let Some(path) = path else { return Ok(Self(None)) };
        match Sink::file(path, Clobber::Replace, until).await {
            Ok(sink) => Ok(Self(Some((sink, path.to_owned())))),
            Err(output::Error::Unwritable { path, source }) => {
                Err(TransferError::TagFile { path, source })
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Writes an answer's tag; the file is empty if it has none. Whether that went well.
    pub(crate) async fn write(
        self,
        head: &Head,
        paid_files: &PaidFiles,
        until: Option<Instant>,
    ) -> bool {
        let Some((sink, path)) = self.0 else { return true };
        if paid_files.contains(&path) {
            return false;
        }
        let tag = head.headers.get(ETAG).filter(|tag| !tag.as_bytes().trim_ascii().is_empty());
        let line = tag.map(|tag| [tag.as_bytes(), b"\n"].concat()).unwrap_or_default();
        sink.whole(line, until).await.is_ok()
    }
}

/// Whether an answer says of itself that it does not meet the condition of `-z`, and is not wanted.
pub(crate) fn is_unwanted(condition: Option<&str>, head: &Head) -> bool {
    let Some(condition) = condition else { return false };
    let modified = head.headers.get(LAST_MODIFIED).and_then(|value| value.to_str().ok());
    head.status.is_success() && modified.is_some_and(|modified| is_older(condition, modified))
}
