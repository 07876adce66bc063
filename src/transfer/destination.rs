//! Where a body and its heads go. Everything that can be wrong with the destination is found out
//! before anything is sent, because what is paid for must have somewhere to go; what comes then says
//! whether it goes on in a file, takes its place, or is kept beside it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use ::http::Method;

use crate::http::{Error, Fit, Response};
use crate::pay::Answer;

use super::delivered::Bought;
use super::offset::appends;
use super::run::Run;
use super::stats::TransferStats;
use super::{BodyPlace, Target, TransferError, in_directory};
use crate::output::content_disposition;
use crate::output::{self, Clobber, Sink, SinkError, refuse, what_is};
use crate::terminal::safe::shown_path;

/// What a body is called that nobody named.
const NAMELESS: &str = "pay402-response";

/// Where a body and its heads go, proved writable before anything is sent.
pub(crate) struct Destination {
    body: Sink,
    /// Where `body` goes on in a file that is there: what takes that file's place if all of it comes
    /// again.
    instead: Option<Sink>,
    /// Where `body` goes on in that file, in bytes.
    goes_on: Option<u64>,
    heads: Option<Sink>,
    /// Whether the server may name the file, and in which directory.
    to_be_named: Option<PathBuf>,
    /// Whether the file has a name already.
    has_name: bool,
    /// Whether the body would be thrown at a terminal unasked.
    pub(crate) on_terminal: bool,
    /// What is known of a payment that is out for the request, if one is.
    pub(crate) bought: Option<Bought>,
}

impl Destination {
    /// Opens what `-o`, `-O` and `-D` name. A body that goes on at a byte is added to its file.
    pub(crate) async fn open(
        run: &Run<'_>,
        target: &Target,
        resume_from: Option<u64>,
        stats: &mut TransferStats,
    ) -> Result<Self, TransferError> {
        let output = &run.options.output;
        let until = run.opening_until(stats);
        let goes_on = resume_from.filter(|from| *from > 0);
        let mut instead = None;
        let body = match &target.place {
            BodyPlace::Stdout { .. } => Sink::stdout()?,
            BodyPlace::File { directory, name, server_names } => {
                let path = in_directory(directory, name.as_deref().unwrap_or(OsStr::new(NAMELESS)));
                if output.create_dirs {
                    make_directory(&path)?;
                }
                let clobber = if output.no_clobber { Clobber::Number } else { Clobber::Replace };
                stats.filename = path.display().to_string();
                if *server_names {
                    // The name comes with the answer; the directory is proved now.
                    let mut body = Sink::file(&path, Clobber::Number, until).await?;
                    body.rename(path, clobber);
                    body
                } else if appends(&run.options, target) {
                    Sink::in_place(&path, true, until).await?
                } else if goes_on.is_some() {
                    let body = Sink::in_place(&path, true, until).await?;
                    let is_file = path.is_file() && body.stream().is_none();
                    if is_file {
                        instead = Some(Sink::file(&path, Clobber::Replace, until).await?);
                    }
                    body
                } else {
                    Sink::file(&path, clobber, until).await?
                }
            }
        };
        let mut opened = Self {
            body,
            instead,
            goes_on,
            heads: None,
            to_be_named: None,
            has_name: true,
            on_terminal: run.screen.stdout && target.place == BodyPlace::Stdout { named: false },
            bought: None,
        };
        if let BodyPlace::File { directory, name, server_names: true } = &target.place {
            (opened.to_be_named, opened.has_name) = (Some(directory.clone()), name.is_some());
        }
        opened.heads = match output.dump_header.as_deref() {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(Sink::stdout()?),
            // As curl: a group's later heads follow its first.
            Some(path) => Some(Sink::in_place(path, run.heads_begun.replace(true), until).await?),
        };
        Ok(opened)
    }

    /// Where the body goes on in its file, in bytes, if it does.
    pub(crate) fn goes_on(&self) -> Option<u64> {
        self.goes_on
    }

    /// Takes the name that the server gives, where it may give one. What was paid for is never given
    /// up for want of a name.
    pub(crate) fn name(
        &mut self,
        run: &Run<'_>,
        answer: &Response,
        paid: bool,
    ) -> Result<(), SinkError> {
        let Some(directory) = self.to_be_named.take() else { return Ok(()) };
        let header = answer.headers().get(::http::header::CONTENT_DISPOSITION);
        let Some(name) = header.and_then(|value| content_disposition::file_name(value.as_bytes()))
        else {
            if self.has_name {
                return Ok(());
            }
            let path = in_directory(&directory, OsStr::new(NAMELESS));
            if !paid {
                let source = std::io::Error::other("neither the URL nor the server names a file");
                return Err(SinkError::Failed { path, source, kept: None });
            }
            self.body.rename(path, Clobber::Number);
            return Ok(());
        };
        let mut path = in_directory(&directory, OsStr::new(&name));
        if let Some(what) = what_is(&path) {
            let meant = shown_path(&path);
            run.warn(&format!(
                "the server names the file {meant}, which is {what}: it is called {NAMELESS} instead"
            ));
            path = in_directory(&directory, OsStr::new(NAMELESS));
        }
        let output = &run.options.output;
        let clobber = match (output.clobber, output.no_clobber) {
            (true, _) => Clobber::Replace,
            (false, false) if !paid => Clobber::Refuse,
            (false, _) => Clobber::Number,
        };
        if clobber == Clobber::Refuse && fs::symlink_metadata(&path).is_ok() {
            let source = std::io::ErrorKind::AlreadyExists.into();
            return Err(SinkError::Failed { path, source, kept: None });
        }
        self.body.rename(path, clobber);
        Ok(())
    }

    /// What heads alone are written to; nothing where a body was to be added to a file.
    pub(crate) fn for_heads(self) -> Option<(Sink, Option<Sink>)> {
        let adds = self.goes_on.is_some() || matches!(self.body, Sink::Special(..));
        (!adds).then_some((self.body, self.heads))
    }

    /// Whether this answer has no body that could be written, so that the output file stays as it is:
    /// one that is there is neither emptied nor numbered. Where there is none, an empty one is made as
    /// curl makes it, but not for a 304, which says that the client has the resource.
    pub(crate) fn stays_as_it_is(&self, answer: &Response, paid: bool) -> bool {
        // What was bought to go on in a file is judged against that file, body or not.
        if !answer.is_bodyless() || paid && self.goes_on.is_some() {
            return false;
        }
        let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
        answer.status() == 304 || self.body.target().is_some_and(is_there)
    }

    /// Whether the file that the body would go to holds what an earlier answer to the payment brought.
    pub(crate) fn holds(&self, bought: Option<&Bought>, with_heads: bool) -> bool {
        let bought = bought.zip(self.body.target());
        bought.is_some_and(|(bought, path)| bought.is_in(path, with_heads))
    }

    /// Gives up the body's place, and keeps that of the heads.
    pub(crate) fn into_heads(self) -> Option<Sink> {
        self.heads
    }

    /// Chooses where this answer goes: on in its file, in that file's place, or beside it, by what was
    /// asked for and what came. Nothing is written over, or added to, what this run has paid for.
    pub(crate) async fn choose(
        self,
        run: &Run<'_>,
        answer: &Response,
        paid: bool,
    ) -> Result<Chosen, SinkError> {
        let Self { mut body, instead, goes_on, heads, .. } = self;
        // Side by side, another body may have its place by now.
        let is_taken = body.in_its_place().is_some_and(|path| run.paid_files.contains(path));
        let fit = match answer.fit() {
            // It ended there when this began, or nothing would have been paid.
            Fit::AsAsked if paid && goes_on.is_some_and(|from| is_taken || !body.ends_at(from)) => {
                Fit::Apart(Error::Gap)
            }
            // Whatever reads a stream has its beginning already. With data nothing was to go on.
            Fit::Again if instead.is_none() && answer.method() == Method::GET => {
                Fit::Apart(Error::NoRange)
            }
            fit => fit,
        };
        let leaves_stream = matches!(fit, Fit::Apart(_)) && !matches!(body, Sink::File(_));
        match instead.filter(|_| !matches!(fit, Fit::AsAsked)) {
            Some(instead) => body = instead,
            None if leaves_stream => body = rescue().await?,
            None => {}
        }
        match body.in_its_place() {
            // From now on, whatever becomes of it.
            Some(path) if paid => run.paid_files.add(path),
            Some(path) if is_taken => {
                let source = std::io::Error::other("what it holds was paid for in this run");
                return Err(SinkError::Failed { path: path.to_path_buf(), source, kept: None });
            }
            _ => {}
        }
        if let Some(stream) = body.stream().filter(|_| paid) {
            run.paid_files.add_stream(stream);
        }
        let adds = goes_on.is_some() && matches!(body, Sink::Special(..));
        Ok(Chosen { body, heads, fit, adds })
    }
}

/// Where one answer goes, now that its head is here.
pub(crate) struct Chosen {
    pub(crate) body: Sink,
    pub(crate) heads: Option<Sink>,
    /// How what came stands to what was asked for.
    pub(crate) fit: Fit,
    /// Whether what comes is added to the file that it goes on in.
    pub(crate) adds: bool,
}

/// Makes the directories a path needs, with curl's mode.
fn make_directory(path: &Path) -> Result<(), output::Error> {
    refuse(path)?;
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder
        .create(parent)
        .map_err(|source| output::Error::Unwritable { path: parent.to_path_buf(), source })
}

/// A file for a body that was paid for and cannot go to standard output: here, or where temporary
/// files are. Nobody asked for a file, so nobody but this program names it: what is made in the
/// current directory unasked must not be a `Makefile`.
pub(crate) async fn rescue() -> Result<Sink, SinkError> {
    let here = Sink::file(Path::new(NAMELESS), Clobber::Number, None).await;
    let there = match here {
        Ok(sink) => return Ok(sink),
        Err(_) => std::env::temp_dir().join(NAMELESS),
    };
    Sink::file(&there, Clobber::Number, None).await.map_err(|_| SinkError::Binary)
}
