//! Delivering a body: heads first where asked, then every byte as it comes, then the file its name.

use std::fs::{self, FileTimes};
use std::path::{Path, PathBuf};

use ::http::Method;

use crate::http::{Error, Fit, Response};
use crate::pay::Answer;
use crate::terminal::progress::{self, Manner, Transfer};

use super::args::OutputArgs;
use super::beside::is_unwanted;
use super::commands::Run;
use super::destination::{Destination, rescue};
use super::failure::{BodyFailure, Failure, shown};
use super::output::{Clobber, Sink, SinkError, sync_name};
use super::settings::remote_name;
use super::trace::head_bytes;
use super::write_out::Facts;

/// How far into a body curl looks for a sign that it is no text, in bytes.
const LOOKED_AT: u64 = 2000;

/// A body that was not delivered whole.
pub(super) struct NotWhole {
    /// Why.
    pub failure: BodyFailure,
    /// Where its beginning is kept.
    pub part: Option<PathBuf>,
    /// Whether what came was added to the file that it goes on in.
    pub added: bool,
}

impl NotWhole {
    /// As a failure with nothing signed.
    pub(super) fn unpaid(self) -> Failure {
        match self.failure {
            BodyFailure::Cut(error) => Failure::Body { error, part: self.part },
            BodyFailure::Unwritten(error) => Failure::Sink(error),
        }
    }
}

/// Delivers an answer.
pub(super) async fn deliver(
    run: &Run<'_>,
    mut answer: Response,
    mut destination: Destination,
    facts: &mut Facts,
    paid: bool,
) -> Result<(), NotWhole> {
    let output = &run.args.output;
    let unwritten = |error| {
        let part = match &error {
            SinkError::Failed { kept, .. } => kept.clone(),
            SinkError::Closed | SinkError::Binary => None,
        };
        NotWhole { failure: BodyFailure::Unwritten(error), part, added: false }
    };
    destination.name(run, &answer, paid).map_err(unwritten)?;
    let on_terminal = destination.on_terminal;
    let Destination { mut body, instead, goes_on, heads, .. } = destination;
    // Side by side, another body may have its place by now.
    let is_taken = body.in_its_place().is_some_and(|path| run.goods.hold(path));
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
        None if leaves_stream => body = rescue().map_err(unwritten)?,
        None => {}
    }
    match body.in_its_place() {
        // From now on, whatever becomes of it.
        Some(path) if paid => run.goods.add(path),
        Some(path) if is_taken => {
            let source = std::io::Error::other("what it holds was paid for in this run");
            let path = path.to_path_buf();
            return Err(unwritten(SinkError::Failed { path, source, kept: None }));
        }
        _ => {}
    }
    // A head that cannot be written must not cost the body.
    let heads = write_heads(run, &answer, &mut body, heads);
    // What was paid for is wanted, whatever it says of its age.
    let unwanted = !paid && is_unwanted(&run.args.request, &answer.head);
    if unwanted || output.fail && answer.head.status.as_u16() >= 400 {
        return heads.map_err(unwritten);
    }
    let added = goes_on.is_some() && matches!(body, Sink::Special(..));
    let kept = |failure, body: Sink| {
        let part = body.keep_part();
        if let Some(part) = part.as_deref().filter(|_| paid) {
            run.goods.add(part);
        }
        NotWhole { failure, part, added }
    };
    let guard = Guard { on_terminal, paid };
    if let Err(failure) = stream(run, &mut answer, &mut body, guard, facts).await {
        // What was paid for is kept whatever else was asked.
        if output.remove_on_error && !paid {
            return Err(NotWhole { failure, part: None, added });
        }
        return Err(kept(failure, body));
    }
    if let Fit::Apart(error) = fit {
        return Err(kept(BodyFailure::Cut(error), body));
    }
    if output.fail_with_body
        && answer.head.status.as_u16() >= 400
        && output.remove_on_error
        && !paid
    {
        return heads.map_err(unwritten);
    }
    // The books are about to forget the payment that could fetch it again, and power may fail.
    if paid && let Err(error) = body.sync() {
        return Err(kept(BodyFailure::Unwritten(error), body));
    }
    let taken = body.target().filter(|path| run.goods.hold(path)).map(Path::to_path_buf);
    if let Some(path) = &taken {
        body.rename(path.clone(), Clobber::Number);
    }
    let named = body.complete().map_err(unwritten)?;
    if let Some(path) = named {
        if paid {
            sync_name(&path);
            run.goods.add(&path);
        }
        if let Some(taken) = taken {
            let (taken, path) = (shown(&taken), shown(&path));
            run.warn(&format!("{taken} was written in this run, so what came next is in {path}"));
        }
        if output.remote_time {
            let _ = set_time(&path, &answer);
        }
        if on_terminal {
            run.warn(&format!(
                "the body is not text, so it is not shown on the terminal: it is in {}",
                shown(&path)
            ));
        }
        facts.filename = path.display().to_string();
    }
    heads.map_err(unwritten)
}

/// What keeps a body from the terminal.
#[derive(Clone, Copy)]
struct Guard {
    on_terminal: bool,
    paid: bool,
}

fn write_heads(
    run: &Run<'_>,
    answer: &Response,
    body: &mut Sink,
    heads: Option<Sink>,
) -> Result<(), SinkError> {
    let all = || answer.hops.iter().chain([&answer.head]).map(head_bytes);
    if let Some(mut file) = heads {
        all().try_for_each(|head| file.write(&head))?;
        file.complete()?;
    }
    if run.args.output.include || run.args.request.head {
        all().try_for_each(|head| body.write(&head))?;
    }
    Ok(())
}

async fn stream(
    run: &Run<'_>,
    answer: &mut Response,
    sink: &mut Sink,
    guard: Guard,
    facts: &mut Facts,
) -> Result<(), BodyFailure> {
    let shows_body = matches!(sink, Sink::Stdout(_)) && run.screen.stdout;
    let on = run.shows_progress() && !shows_body;
    let mut progress =
        Transfer::start(manner(&run.args.output, on), &label(run, answer), answer.length());
    while let Some(chunk) = answer.chunk().await.map_err(BodyFailure::Cut)? {
        if guard.on_terminal && facts.size_download < LOOKED_AT && chunk.contains(&0) {
            if !guard.paid {
                return Err(BodyFailure::Unwritten(SinkError::Binary));
            }
            if matches!(sink, Sink::Stdout(_)) {
                *sink = rescue().map_err(BodyFailure::Unwritten)?;
            }
        }
        sink.write(&chunk).and_then(|()| sink.flush()).map_err(BodyFailure::Unwritten)?;
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        facts.size_download = facts.size_download.saturating_add(length);
        progress.advance(length);
    }
    progress.finish();
    sink.flush().map_err(BodyFailure::Unwritten)
}

fn manner(output: &OutputArgs, on: bool) -> Manner {
    match (on, output.progress_bar) {
        (false, _) => Manner::Hidden,
        (true, false) => Manner::Meter,
        (true, true) => Manner::Bar,
    }
}

/// What tells one transfer's bar from another's; nothing where there is one alone.
fn label(run: &Run<'_>, answer: &Response) -> String {
    if !run.args.many.parallel {
        return String::new();
    }
    let name = remote_name(answer.url()).unwrap_or_else(|| answer.url().to_string());
    progress::label(&name)
}

/// `-R`: the file's time is the one the server names.
fn set_time(path: &Path, answer: &Response) -> Option<()> {
    let text = answer.headers().get(::http::header::LAST_MODIFIED)?.to_str().ok()?;
    let time = httpdate::parse_http_date(text).ok()?;
    let times = FileTimes::new().set_accessed(time).set_modified(time);
    fs::File::open(path).ok()?.set_times(times).ok()
}
