//! Where bytes go: standard output, or a file that is whole or not there.
//!
//! A [`Sink`] is one output, proved writable when it is opened; [`Writing`] writes to it beside the
//! transfer. The files that hold what was paid for are in [`paid_files`], the names that a server may
//! give in [`content_disposition`]. Which output a transfer has, and when, is not decided here.

pub(crate) mod content_disposition;
mod error;
mod in_place;
mod moved;
mod names;
mod own;
pub(crate) mod paid_files;
mod partial;
mod parts;
mod pipe;
#[cfg(test)]
mod tests;
mod writer;
mod written;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::terminal::outlet::Outlet;
use crate::terminal::shown::Watched;
use crate::terminal::streams::{OutputError, Standard, Stdout};

use names::prove_name;
use partial::Partial;

pub(crate) use error::Error;
pub(crate) use names::{directory_of, end_of_links, means_descriptor, sync_name};
pub(crate) use own::{Kind, Own, keep, refuse, what_is};
pub(crate) use parts::Part;
pub(crate) use pipe::{is_pipe, open_words};
pub(crate) use written::{Aside, Writing, beside};

/// Why a sink took no more.
#[derive(Debug)]
pub(crate) enum SinkError {
    /// It is a terminal, and the bytes are no text.
    Binary,
    /// The reader of standard output has gone.
    Closed,
    /// The system refused.
    Failed {
        /// What was written to.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
        /// Where the bytes are all the same, if they are anywhere.
        kept: Option<PathBuf>,
    },
}

/// The device and the number of an open file.
#[cfg(unix)]
fn place_of(file: &File) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    file.metadata().ok().map(|found| (found.dev(), found.ino()))
}

/// Only unix knows a file by more than its name.
#[cfg(not(unix))]
fn place_of(_: &File) -> Option<(u64, u64)> {
    None
}

/// What to do with a file that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Clobber {
    /// The new one takes its place.
    #[default]
    Replace,
    /// The new one is not written.
    Refuse,
    /// The new one is called `NAME.1`, `NAME.2` and so on, as with curl's `--no-clobber`.
    Number,
    /// The same, also where nothing has the name.
    Apart,
}

/// The destination of one body. Opening it proves that it can be written.
pub(crate) enum Sink {
    /// Standard output, or the file of a standard stream, where what is there already stays.
    Stdout(Stdout),
    /// A temporary file beside its target, and the target.
    File(Partial),
    /// Something that is there and is written in place: a device, a pipe, a file of heads.
    Special(Watched<File>, PathBuf),
}

impl Sink {
    /// Opens standard output.
    pub(crate) fn stdout() -> Result<Self, Error> {
        Stdout::open().map(Self::Stdout).map_err(|error| Error::Unwritable {
            path: PathBuf::from("stdout"),
            source: io::Error::other(error),
        })
    }

    /// Opens a file. A pipe is waited for until somebody reads it, or until the time is over.
    pub(crate) async fn file(
        path: &Path,
        clobber: Clobber,
        until: Option<Instant>,
    ) -> Result<Self, Error> {
        refuse(path)?;
        pipe::open(path, until, move |path| Self::open_file(path, clobber)).await
    }

    /// Opens a file to write to in place, after what is in it or instead. A pipe is waited for.
    pub(crate) async fn in_place(
        path: &Path,
        after: bool,
        until: Option<Instant>,
    ) -> Result<Self, Error> {
        refuse(path)?;
        pipe::open(path, until, move |path| Self::open_in_place(path, after)).await
    }

    fn open_in_place(path: &Path, after: bool) -> io::Result<Self> {
        let existing = fs::metadata(path).ok();
        if let Some(stream) = existing.as_ref().and_then(Standard::behind) {
            let mut stream = Stdout::of(stream).map_err(io::Error::other)?;
            if after {
                stream.seek_end();
            }
            return Ok(Self::Stdout(stream));
        }
        let file = if let Some(existing) = existing.filter(|existing| !existing.is_file()) {
            pipe::open_special(path, &existing)?
        } else {
            let mut options = OpenOptions::new();
            options.create(true).write(true).append(after).truncate(!after);
            options.open(path)?
        };
        Ok(Self::Special(Watched::new(file), path.to_path_buf()))
    }

    fn open_file(path: &Path, clobber: Clobber) -> io::Result<Self> {
        prove_name(path)?;
        let existing = fs::metadata(path);
        let stream = existing.as_ref().ok().and_then(Standard::behind);
        if clobber != Clobber::Replace && (stream.is_none() || !means_descriptor(path)) {
            return Partial::unnamed(path, clobber).map(Self::File);
        }
        let existing = match existing {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Partial::fresh(path).map(Self::File);
            }
            existing => existing?,
        };
        if existing.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if let Some(stream) = stream {
            return Stdout::of(stream).map(Self::Stdout).map_err(io::Error::other);
        }
        if !existing.is_file() {
            let file = pipe::open_special(path, &existing)?;
            return Ok(Self::Special(Watched::new(file), path.to_path_buf()));
        }
        Partial::instead_of(path, &existing).map(Self::File)
    }

    /// Opens what is written in place once more, because another file may have taken its name, and
    /// says whether that ends at `offset`. What is no file has no end.
    pub(crate) fn ends_at(&mut self, offset: u64) -> bool {
        let Self::Special(file, path) = self else { return true };
        if file.inner().metadata().is_ok_and(|there| !there.is_file()) {
            return true;
        }
        let Ok(again) = OpenOptions::new().append(true).open(path) else { return false };
        *file = Watched::new(again);
        file.inner().metadata().is_ok_and(|there| there.len() == offset)
    }

    /// Gives a file that has no name yet another one.
    pub(crate) fn rename(&mut self, target: PathBuf, clobber: Clobber) {
        if let Self::File(partial) = self {
            (partial.target, partial.clobber, partial.over) = (target, clobber, None);
        }
    }

    /// Leaves what is there under the name of this file, which gets a number.
    pub(crate) fn stay_apart(&mut self) {
        if let Self::File(partial) = self {
            partial.clobber = Clobber::Apart;
        }
    }

    /// Gives what is there under the name of this file a number, which is returned, unless it is the same;
    /// where that cannot be, this file gets the number.
    pub(crate) fn set_aside(&mut self) -> Option<PathBuf> {
        match self {
            Self::File(partial) => partial.set_aside(),
            Self::Stdout(_) | Self::Special(..) => None,
        }
    }

    /// How many bytes a file without a name has by now.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::File(partial) => partial.file.as_file().metadata().map_or(0, |found| found.len()),
            Self::Stdout(_) | Self::Special(..) => 0,
        }
    }

    /// The name that a file is going to have.
    pub(crate) fn target(&self) -> Option<&Path> {
        match self {
            Self::File(partial) => Some(&partial.target),
            Self::Stdout(_) | Self::Special(..) => None,
        }
    }

    /// What is written in place.
    pub(crate) fn in_its_place(&self) -> Option<&Path> {
        match self {
            Self::Special(_, path) => Some(path),
            Self::Stdout(_) | Self::File(_) => None,
        }
    }

    /// The stream that it is.
    pub(crate) fn stream(&self) -> Option<Standard> {
        match self {
            Self::Stdout(out) => Some(out.stream()),
            Self::File(_) | Self::Special(..) => None,
        }
    }

    /// The same place, for another thread to write to.
    pub(crate) fn outlet(&self) -> io::Result<Outlet> {
        match self {
            Self::Stdout(out) => out.outlet(),
            Self::File(partial) => partial.file.as_file().try_clone().map(Outlet::new),
            Self::Special(file, _) => file.inner().try_clone().map(Outlet::new),
        }
    }

    /// Whether two write to the same place one after the other.
    pub(crate) fn shares_place_with(&self, other: &Self) -> bool {
        let place = |sink: &Self| match sink {
            Self::Stdout(out) => out.place(),
            Self::Special(file, _) => place_of(file.inner()),
            Self::File(_) => None,
        };
        place(self).is_some_and(|here| place(other) == Some(here))
    }

    /// A failed write, as a failure of this sink.
    fn failure(&self, source: io::Error) -> SinkError {
        match self {
            Self::Stdout(out) => SinkError::of(out)(source.into()),
            Self::File(Partial { target: path, .. }) | Self::Special(_, path) => {
                SinkError::Failed { path: path.clone(), source, kept: None }
            }
        }
    }

    /// Writes bytes, waiting for whoever reads them.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let written = match self {
            Self::Stdout(out) => return out.write(bytes).map_err(SinkError::of(out)),
            Self::File(partial) => partial.file.write_all(bytes),
            Self::Special(file, _) => file.write_all(bytes),
        };
        written.map_err(|source| self.failure(source))
    }

    /// Hands on what is buffered, so that a reader sees what has come so far.
    pub(crate) fn flush(&mut self) -> Result<(), SinkError> {
        match self {
            Self::Stdout(out) => out.flush().map_err(SinkError::of(out)),
            Self::File(..) | Self::Special(..) => Ok(()),
        }
    }

    /// What has everything that was written reach the disk, where it goes to a file.
    fn disk(&self) -> impl FnOnce() -> io::Result<()> + Send + 'static {
        let file = match self {
            Self::Stdout(out) => out.file(),
            Self::File(partial) => partial.file.as_file().try_clone(),
            Self::Special(file, _) => file.inner().try_clone(),
        };
        move || {
            let file = file?;
            if file.metadata()?.is_file() { file.sync_all() } else { Ok(()) }
        }
    }

    /// Ends a whole body: the file takes its name, which is returned.
    pub(crate) fn complete(mut self) -> Result<Option<PathBuf>, SinkError> {
        self.flush()?;
        let partial = match self {
            Self::File(partial) => partial,
            Self::Special(_, path) => return Ok(Some(path)),
            Self::Stdout(_) => return Ok(None),
        };
        let named = partial.name().map(Some);
        named.map_err(|(path, source, kept)| SinkError::Failed { path, source, kept })
    }

    /// Ends an incomplete body: what there is of it is kept beside its name, as the path that is
    /// returned.
    pub(crate) fn keep_part(mut self) -> Option<Part> {
        let _ = self.flush();
        match self {
            Self::File(partial) => partial.keep_part(),
            Self::Stdout(_) | Self::Special(..) => None,
        }
    }

    /// Says what pays for the body.
    pub(crate) fn is_bought_by(&mut self, payment: &str) {
        if let Self::File(partial) = self {
            partial.payment = Some(payment.to_owned());
        }
    }
}

impl SinkError {
    /// Why this stream takes no more.
    fn of(out: &Stdout) -> impl FnOnce(OutputError) -> Self + use<> {
        let name = out.name();
        move |error| match error {
            OutputError::Closed => Self::Closed,
            OutputError::Failed(source) => {
                Self::Failed { path: PathBuf::from(name), source, kept: None }
            }
        }
    }
}
