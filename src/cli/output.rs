//! Where bytes go: standard output, or a file that is whole or not there.

mod in_place;
mod names;
mod partial;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::terminal::shown::Watched;
use crate::terminal::streams::{OutputError, Standard, Stdout};

use super::failure::Failure;
use names::{name_part, prove_name};
use partial::Partial;

pub(super) use names::{directory_of, end_of_links, means_descriptor, sync_name};

/// Prints a command's answer on standard output.
pub(super) fn answer(text: &str) -> Result<(), Failure> {
    let written = Stdout::open().and_then(|mut out| {
        out.write(text.as_bytes())?;
        out.flush()
    });
    match written {
        // Whoever closed the pipe has seen enough.
        Ok(()) | Err(OutputError::Closed) => Ok(()),
        Err(OutputError::Failed(source)) => {
            Err(Failure::Output { path: PathBuf::from("stdout"), source })
        }
    }
}

/// Lets a write past the limit on the size of a file (`ulimit -f`) fail as any other does: the signal
/// that comes with it would end the process, wherever the money is.
pub(super) fn outlive_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// Why a sink took no more.
#[derive(Debug)]
pub(super) enum SinkError {
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

/// What to do with a file that is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Clobber {
    /// The new one takes its place.
    #[default]
    Replace,
    /// The new one is not written.
    Refuse,
    /// The new one is called `NAME.1`, `NAME.2` and so on, as with curl's `--no-clobber`.
    Number,
}

/// The destination of one body. Opening it proves that it can be written.
pub(super) enum Sink {
    /// Standard output, or the file of a standard stream, where what is there already stays.
    Stdout(Stdout),
    /// A temporary file beside its target, and the target.
    File(Partial),
    /// Something that is there and is written in place: a device, a pipe, a file of heads.
    Special(Watched<File>, PathBuf),
}

impl Sink {
    /// Opens the destination: `None` is standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            Some(path) => Self::file(path, Clobber::Replace),
            None => Stdout::open().map(Self::Stdout).map_err(|error| Failure::Destination {
                path: PathBuf::from("stdout"),
                source: io::Error::other(error),
            }),
        }
    }

    /// Opens a file.
    pub(super) fn file(path: &Path, clobber: Clobber) -> Result<Self, Failure> {
        Self::open_file(path, clobber)
            .map_err(|source| Failure::Destination { path: path.to_path_buf(), source })
    }

    /// Opens a file to write to in place, after what is in it or instead.
    pub(super) fn in_place(path: &Path, after: bool) -> Result<Self, Failure> {
        let open = || {
            if let Some(stream) = fs::metadata(path).ok().as_ref().and_then(Standard::behind) {
                let mut stream = Stdout::of(stream).map_err(io::Error::other)?;
                if after {
                    stream.seek_end();
                }
                return Ok(Self::Stdout(stream));
            }
            let mut options = OpenOptions::new();
            options.create(true).write(true).append(after).truncate(!after);
            Ok(Self::Special(Watched::new(options.open(path)?), path.to_path_buf()))
        };
        open().map_err(|source| Failure::Destination { path: path.to_path_buf(), source })
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
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Self::Special(Watched::new(file), path.to_path_buf()));
        }
        Partial::instead_of(path, &existing).map(Self::File)
    }

    /// Opens what is written in place once more, because another file may have taken its name, and
    /// says whether that ends at `offset`. What is no file has no end.
    pub(super) fn ends_at(&mut self, offset: u64) -> bool {
        let Self::Special(file, path) = self else { return true };
        if file.inner().metadata().is_ok_and(|there| !there.is_file()) {
            return true;
        }
        let Ok(again) = OpenOptions::new().append(true).open(path) else { return false };
        *file = Watched::new(again);
        file.inner().metadata().is_ok_and(|there| there.len() == offset)
    }

    /// Gives a file that has no name yet another one.
    pub(super) fn rename(&mut self, target: PathBuf, clobber: Clobber) {
        if let Self::File(partial) = self {
            (partial.target, partial.clobber, partial.over) = (target, clobber, None);
        }
    }

    /// The name that a file is going to have.
    pub(super) fn target(&self) -> Option<&Path> {
        match self {
            Self::File(partial) => Some(&partial.target),
            Self::Stdout(_) | Self::Special(..) => None,
        }
    }

    /// What is written in place.
    pub(super) fn in_its_place(&self) -> Option<&Path> {
        match self {
            Self::Special(_, path) => Some(path),
            Self::Stdout(_) | Self::File(_) => None,
        }
    }

    /// The stream that it is.
    pub(super) fn stream(&self) -> Option<Standard> {
        match self {
            Self::Stdout(out) => Some(out.stream()),
            Self::File(_) | Self::Special(..) => None,
        }
    }

    /// Writes bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let (written, path) = match self {
            Self::Stdout(out) => return out.write(bytes).map_err(SinkError::of(out)),
            Self::File(partial) => (partial.file.write_all(bytes), &partial.target),
            Self::Special(file, path) => (file.write_all(bytes), &*path),
        };
        written.map_err(|source| SinkError::Failed { path: path.clone(), source, kept: None })
    }

    /// Hands on what is buffered, so that a reader sees what has come so far.
    pub(super) fn flush(&mut self) -> Result<(), SinkError> {
        match self {
            Self::Stdout(out) => out.flush().map_err(SinkError::of(out)),
            Self::File(..) | Self::Special(..) => Ok(()),
        }
    }

    /// Has everything that was written reach the disk, where it goes to a file.
    pub(super) fn sync(&mut self) -> Result<(), SinkError> {
        let (synced, path) = match self {
            Self::Stdout(out) => return out.sync().map_err(SinkError::of(out)),
            Self::File(partial) => (partial.file.as_file().sync_all(), &partial.target),
            Self::Special(file, path) => match file.inner().metadata() {
                Ok(found) if found.is_file() => (file.inner().sync_all(), &*path),
                Ok(_) | Err(_) => return Ok(()),
            },
        };
        synced.map_err(|source| SinkError::Failed { path: path.clone(), source, kept: None })
    }

    /// Ends a whole body: the file takes its name, which is returned.
    pub(super) fn complete(mut self) -> Result<Option<PathBuf>, SinkError> {
        self.flush()?;
        let partial = match self {
            Self::File(partial) => partial,
            Self::Special(_, path) => return Ok(Some(path)),
            Self::Stdout(_) => return Ok(None),
        };
        let path = partial.target.clone();
        partial.name().map(Some).map_err(|(file, source)| {
            // Whole, and perhaps paid for: it stays, under whatever name it can have.
            let kept = name_part(file, &path);
            SinkError::Failed { path, source, kept }
        })
    }

    /// Ends an incomplete body: what there is of it is kept beside its name, as the path that is
    /// returned.
    pub(super) fn keep_part(mut self) -> Option<PathBuf> {
        let _ = self.flush();
        let Self::File(Partial { file, target, .. }) = self else { return None };
        if file.as_file().metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return None;
        }
        name_part(file, &target)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_whole_or_a_part_or_untouched() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        fs::write(&path, "old").unwrap();

        drop(Sink::open(Some(&path)).ok().unwrap());
        assert_eq!(
            (names(directory.path()), fs::read(&path).unwrap()),
            (vec!["out".into()], b"old".to_vec())
        );

        let mut sink = Sink::open(Some(&path)).ok().unwrap();
        sink.write(b"half").unwrap();
        assert_eq!(
            sink.keep_part(),
            Some(directory.path().canonicalize().unwrap().join("out.part"))
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");

        let mut sink = Sink::open(Some(&path)).ok().unwrap();
        sink.write(b"whole").unwrap();
        sink.complete().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(directory.path()), ["out", "out.part"]);

        let mut sink = Sink::open(Some(&path)).ok().unwrap();
        sink.write(b"ha").unwrap();
        sink.keep_part();
        assert_eq!(names(directory.path()), ["out", "out.part", "out.part.1"]);
        assert_eq!(fs::read(directory.path().join("out.part")).unwrap(), b"half");
    }

    #[test]
    fn a_file_that_is_there_is_kept_where_that_was_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        let write = |clobber| {
            let mut sink = Sink::file(&path, clobber).ok().unwrap();
            sink.write(b"new").unwrap();
            sink.complete().map(|path| path.unwrap().file_name().unwrap().to_owned())
        };
        assert_eq!(write(Clobber::Refuse).unwrap(), "out");
        assert_eq!(write(Clobber::Number).unwrap(), "out.1");
        assert_eq!(write(Clobber::Number).unwrap(), "out.2");
        assert!(matches!(write(Clobber::Refuse), Err(SinkError::Failed { kept: Some(_), .. })));
        assert_eq!(names(directory.path()), ["out", "out.1", "out.2", "out.part"]);
    }

    #[test]
    fn what_cannot_be_written_is_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Sink::open(Some(directory.path())).is_err());
        assert!(Sink::open(Some(&directory.path().join("none").join("out"))).is_err());
        fs::write(directory.path().join("plain"), "").unwrap();
        for name in ["", "new/", "new//", "new/.", "new/..", "plain/", "plain/x", &"x".repeat(256)]
        {
            let path = format!("{}/{name}", directory.path().display());
            for clobber in [Clobber::Replace, Clobber::Number] {
                assert!(Sink::file(Path::new(&path), clobber).is_err(), "{name}");
            }
        }
        assert!(Sink::open(Some(Path::new(""))).is_err());
        assert!(matches!(Sink::open(Some(Path::new("/dev/null"))), Ok(Sink::Special(..))));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_mode_survive() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        let mut sink = Sink::open(Some(&link)).ok().unwrap();
        sink.write(b"new").unwrap();
        sink.complete().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn what_came_is_no_program_that_runs_as_somebody() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        for (before, after) in [(0o4755, 0o755), (0o2711, 0o711), (0o1644, 0o644)] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            let mut sink = Sink::open(Some(&path)).ok().unwrap();
            sink.write(b"new").unwrap();
            sink.complete().unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, after);
        }
    }
}
