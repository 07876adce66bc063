//! Standard output and standard error: the one place that touches them.
//!
//! Standard output carries the resource, so a failed write there is a fact the program acts on.
//! Standard error carries words about it, and must never stop the program.

use std::fmt::Display;
use std::fs::{File, Metadata};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use super::backlog::Backlog;
use super::outlet::Outlet;
use super::shown::Watched;
use super::{job, progress};

/// What the environment says about colour, read elsewhere: the values, where they are set.
#[derive(Debug, Clone, Copy, Default)]
pub struct ColorWishes<'a> {
    /// `NO_COLOR`: any value but the empty one turns colour off (<https://no-color.org>).
    pub no_color: Option<&'a str>,
    /// `CLICOLOR_FORCE`: any value but the empty one and `0` turns it on, terminal or not.
    pub clicolor_force: Option<&'a str>,
    /// `TERM`: `dumb` turns it off.
    pub term: Option<&'a str>,
}

impl ColorWishes<'_> {
    /// Whether to colour a stream that is, or is not, a terminal. The first of the three that
    /// speaks decides, in the order of the fields.
    pub fn allow(self, is_terminal: bool) -> bool {
        let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        if set(self.no_color) {
            return false;
        }
        let forced = set(self.clicolor_force) && self.clicolor_force != Some("0");
        forced || is_terminal && self.term != Some("dumb")
    }
}

/// Whether standard output is a terminal.
#[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
pub fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal. What stands in its place is not taken for one.
#[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
pub fn stderr_is_terminal() -> bool {
    INSTEAD.get().is_none() && io::stderr().is_terminal()
}

/// Whether standard output is a terminal on which this process may draw, in colour too: not from the
/// background.
#[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
pub fn stdout_may_be_drawn_on() -> bool {
    stdout_is_terminal() && job::may_draw(io::stdout())
}

/// The same of standard error.
#[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
pub fn stderr_may_be_drawn_on() -> bool {
    stderr_is_terminal() && job::may_draw(io::stderr())
}

/// A standard stream that is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    /// Standard output.
    Output,
    /// Standard error, whatever `--stderr` puts in its place.
    Error,
}

impl Standard {
    /// The stream that goes to this regular file by whatever name it was found; standard output, where
    /// both do. Only unix says which files are the same.
    #[cfg(unix)]
    pub fn behind(found: &Metadata) -> Option<Self> {
        let goes_there = |stream: &Self| stream.file().is_some_and(|file| same(&file, found));
        [Self::Output, Self::Error].into_iter().find(goes_there)
    }

    /// The stream that goes to this regular file.
    #[cfg(not(unix))]
    pub fn behind(_: &Metadata) -> Option<Self> {
        None
    }

    /// The regular file that this stream goes to, if it goes to one.
    #[cfg(unix)]
    pub fn file(self) -> Option<Metadata> {
        self.duplicate().and_then(|file| file.metadata()).ok().filter(Metadata::is_file)
    }

    /// The regular file that this stream goes to, if it goes to one.
    #[cfg(not(unix))]
    pub fn file(self) -> Option<Metadata> {
        None
    }

    /// What it is called in messages.
    fn name(self) -> &'static str {
        match self {
            Self::Output => "stdout",
            Self::Error => "stderr",
        }
    }

    /// A second handle to it, at the same place in its file.
    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
    fn duplicate(self) -> io::Result<File> {
        use std::os::fd::AsFd;
        let handle = match self {
            Self::Output => io::stdout().as_fd().try_clone_to_owned(),
            Self::Error => io::stderr().as_fd().try_clone_to_owned(),
        };
        handle.map(File::from)
    }
}

/// Whether two are the same file by whatever names they were found. Only unix says.
#[cfg(unix)]
pub fn same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Standard error, or what stands in its place. Writing to it always succeeds: there is nobody left
/// to tell of a failure.
#[derive(Debug, Default)]
pub struct Stderr;

/// What stands in the place of standard error, if anything does.
static INSTEAD: OnceLock<Option<File>> = OnceLock::new();

impl Stderr {
    /// Sends what is said to a file from now on, or to standard output for `None`. Holds for the rest
    /// of the process; the first call counts.
    pub fn redirect(file: Option<File>) {
        let _ = INSTEAD.set(file);
    }
}

/// Everything that is said there.
static SAID: Backlog = Backlog::new();

impl Stderr {
    /// What is said goes there.
    #[cfg(unix)]
    fn open() -> Option<Outlet> {
        let file = match INSTEAD.get() {
            None => Standard::Error.duplicate(),
            Some(Some(file)) => file.try_clone(),
            Some(None) => Standard::Output.duplicate(),
        };
        file.ok().map(Outlet::of_words)
    }

    /// What is said goes there.
    #[cfg(not(unix))]
    #[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
    fn open() -> Option<Outlet> {
        Some(match INSTEAD.get() {
            None => Outlet::of_words(Box::new(io::stderr())),
            Some(Some(file)) => Outlet::of_words(Box::new(file.try_clone().ok()?)),
            Some(None) => Outlet::of_words(Box::new(io::stdout())),
        })
    }

    /// Writes one line in one call, so that lines of transfers that run at the same time do not
    /// mix.
    pub fn line(&mut self, line: &dyn Display) {
        let _ = self.write_all(format!("{line}\n").as_bytes());
    }

    /// Writes what is drawn, which is what lines go above.
    pub(super) fn draw(bytes: &[u8]) {
        SAID.say(bytes, Self::open);
    }

    /// Whether so much has not been read that nothing more should be begun.
    pub fn is_behind() -> bool {
        SAID.is_long()
    }

    /// Waits until everything that was said is written, or until `gives_up`: for the end of the program.
    pub fn finish(gives_up: &dyn Fn() -> bool) {
        SAID.finish(gives_up);
    }
}

/// Never waits for a reader: what cannot be written now is written as soon as that can be.
impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is said quotes servers, and is as long as they make it.
        match INSTEAD.get() {
            None => progress::apart(|| SAID.say(bytes, Self::open)),
            Some(_) => SAID.say(bytes, Self::open),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes gathered before standard output is written to; a body comes in pieces of 8 to 16 KiB.
const STDOUT_BUFFER: usize = 64 * 1024;

/// Standard output, or standard error as a place for other things than words, gathered into large
/// writes. Flush it before waiting for anything, and at the end: what is left in it when it is dropped
/// is written, but a failure then goes unseen.
pub struct Stdout(BufWriter<Watched<Raw>>, Standard);

/// Why standard output took no more.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Whoever read it has gone (`| head`).
    #[error("nobody reads standard output any more")]
    Closed,
    /// Anything else, such as a full disk.
    #[error("cannot write to standard output: {0}")]
    Failed(#[source] io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::Closed } else { Self::Failed(error) }
    }
}

/// The standard library looks for line ends in everything it writes to its own handle. On unix a
/// second handle to the same file avoids that; elsewhere a console needs the library's translation.
#[cfg(unix)]
type Raw = std::fs::File;
#[cfg(not(unix))]
type Raw = io::Stdout;

impl Stdout {
    /// Opens it. Nothing else may write to standard output while this lives.
    pub fn open() -> Result<Self, OutputError> {
        Self::of(Standard::Output)
    }

    /// Opens either stream; where files are not known by more than their names, only standard output.
    pub fn of(stream: Standard) -> Result<Self, OutputError> {
        #[cfg(unix)]
        let raw = {
            let raw = stream.duplicate()?;
            // A descriptor that only reads takes the first megabyte into a buffer without a word.
            let flags = rustix::fs::fcntl_getfl(&raw).map_err(io::Error::from)?;
            if flags & rustix::fs::OFlags::RWMODE == rustix::fs::OFlags::RDONLY {
                return Err(OutputError::Failed(io::Error::from(rustix::io::Errno::BADF)));
            }
            Watched::new(raw)
        };
        #[cfg(not(unix))]
        #[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
        let raw = Watched::stdout(io::stdout());
        Ok(Self(BufWriter::with_capacity(STDOUT_BUFFER, raw), stream))
    }

    /// Which of the two it is.
    pub fn stream(&self) -> Standard {
        self.1
    }

    /// What it is called in messages.
    pub fn name(&self) -> &'static str {
        self.1.name()
    }

    /// The same stream, for another thread to write to. What was taken is to be flushed before.
    pub fn outlet(&self) -> io::Result<Outlet> {
        #[cfg(unix)]
        return self.file().map(Outlet::new);
        #[cfg(not(unix))]
        #[expect(clippy::disallowed_methods, reason = "this room owns the streams")]
        return Ok(Outlet::stdout(io::stdout()));
    }

    /// A second handle to it.
    pub fn file(&self) -> io::Result<File> {
        #[cfg(unix)]
        return self.0.get_ref().inner().try_clone();
        #[cfg(not(unix))]
        Err(ErrorKind::Unsupported.into())
    }

    /// The device and the number of what it goes to, where the system says.
    pub fn place(&self) -> Option<(u64, u64)> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let found = self.0.get_ref().inner().metadata().ok()?;
            Some((found.dev(), found.ino()))
        }
        #[cfg(not(unix))]
        Some((0, u64::from(self.1 == Standard::Error)))
    }

    /// Goes on at the end of its file, if it has one.
    pub fn seek_end(&mut self) {
        #[cfg(unix)]
        let _ = io::Seek::seek(&mut self.0.get_ref().inner(), io::SeekFrom::End(0));
    }

    /// Writes all of the bytes, or takes them into the buffer.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        Ok(self.0.write_all(bytes)?)
    }

    /// Hands on everything that was taken.
    pub fn flush(&mut self) -> Result<(), OutputError> {
        Ok(self.0.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(no_color: &str, force: &str, term: &str, is_terminal: bool) -> bool {
        fn set(value: &str) -> Option<&str> {
            (value != "unset").then_some(value)
        }
        let (no_color, clicolor_force, term) = (set(no_color), set(force), set(term));
        ColorWishes { no_color, clicolor_force, term }.allow(is_terminal)
    }

    #[test]
    fn colour_is_for_terminals_unless_somebody_says_otherwise() {
        assert!(allow("unset", "unset", "xterm", true));
        assert!(allow("unset", "unset", "unset", true));
        assert!(!allow("unset", "unset", "xterm", false));
        assert!(!allow("unset", "unset", "dumb", true));
        assert!(!allow("1", "unset", "xterm", true));
        assert!(!allow("0", "unset", "xterm", true));
        assert!(allow("", "unset", "xterm", true));
        assert!(allow("unset", "1", "dumb", false));
        assert!(!allow("unset", "0", "xterm", false));
        assert!(!allow("unset", "", "xterm", false));
        assert!(!allow("1", "1", "xterm", true));
    }

    #[cfg(unix)]
    #[test]
    fn a_reader_that_has_gone_is_told_from_a_full_disk() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let file = Watched::new(Raw::from(std::os::fd::OwnedFd::from(writer)));
        let mut stdout = Stdout(BufWriter::with_capacity(STDOUT_BUFFER, file), Standard::Output);
        stdout.write(b"kept for now").unwrap();
        assert!(matches!(stdout.flush(), Err(OutputError::Closed)));

        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        if let Ok(file) = full {
            let mut stdout = Stdout(
                BufWriter::with_capacity(STDOUT_BUFFER, Watched::new(file)),
                Standard::Output,
            );
            let fault = stdout.write(&vec![0; 2 * STDOUT_BUFFER]);
            assert!(matches!(fault, Err(OutputError::Failed(_))));
        }
    }
}
