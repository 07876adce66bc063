//! Delivering a body: heads first where asked, then every byte as it comes, then the file its name.

use std::fs::{self, FileTimes};
use std::io;
use std::path::{Path, PathBuf};

use crate::http::{Fit, Head, Response};
use crate::pay::Answer;
use crate::terminal::progress::{self, Manner, Transfer};

use super::args::OutputArgs;
use super::beside::is_unwanted;
use super::commands::Run;
use super::destination::{Chosen, Destination, rescue};
use super::failure::{BodyFailure, Failure, shown};
use super::output::{Clobber, Sink, SinkError, sync_name};
use super::settings::remote_name;
use super::trace::{head_bytes, header_lines};
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
    destination.name(run, &answer, paid).map_err(unwritten)?;
    if !shows_heads(run) && destination.stays_as_it_is(&answer, paid) {
        let came: Vec<&Head> = answer.hops.iter().chain([&answer.head]).collect();
        let heads = begin_heads(run, &shown_heads(run, &came), destination.into_heads());
        return heads.and_then(HeadFile::complete).map_err(unwritten);
    }
    let guard = Guard { on_terminal: destination.on_terminal, paid };
    let Chosen { mut body, heads, fit, adds } =
        destination.choose(run, &answer, paid).map_err(unwritten)?;
    // A head that cannot be written must not cost the body.
    let came: Vec<&Head> = answer.hops.iter().chain([&answer.head]).collect();
    let heads = write_heads(run, &came, &mut body, heads, facts);
    // What was paid for is wanted, whatever it says of its age.
    let unwanted = !paid && is_unwanted(&run.args.request, &answer.head);
    let is_error = answer.head.status.as_u16() >= 400;
    if unwanted || output.fail && is_error {
        if shows_heads(run) {
            name(run, Some(&answer), body, guard, facts).map_err(unwritten)?;
        }
        return heads.and_then(HeadFile::complete).map_err(unwritten);
    }
    let not_whole = |failure, body: Sink| {
        let part = keep(run, body, paid);
        NotWhole { failure, part, added: adds }
    };
    if let Err(failure) = stream(run, &mut answer, &mut body, guard, facts).await {
        // What was paid for is kept whatever else was asked.
        if output.remove_on_error && !paid {
            return Err(NotWhole { failure, part: None, added: adds });
        }
        return Err(not_whole(failure, body));
    }
    if let Fit::Apart(error) = fit {
        return Err(not_whole(BodyFailure::Cut(error), body));
    }
    let heads = heads.and_then(|mut file| {
        let Some(trailers) = answer.trailers() else { return Ok(file) };
        let lines = header_lines(trailers);
        if shows_heads(run) {
            body.write(&lines)?;
        }
        file.write(&lines)?;
        Ok(file)
    });
    let heads = heads.and_then(HeadFile::complete);
    if output.fail_with_body && is_error && output.remove_on_error && !paid {
        return heads.map_err(unwritten);
    }
    // The books are about to forget the payment that could fetch it again, and power may fail.
    if paid && let Err(error) = body.sync() {
        return Err(not_whole(BodyFailure::Unwritten(error), body));
    }
    name(run, Some(&answer), body, guard, facts).map_err(unwritten)?;
    heads.map_err(unwritten)
}

/// Delivers the heads that came where no answer came of them, as in curl: with `-i` they are output.
pub(super) fn deliver_heads(
    run: &Run<'_>,
    came: &[Head],
    destination: Destination,
    facts: &mut Facts,
) -> Result<(), SinkError> {
    let guard = Guard { on_terminal: false, paid: false };
    // What is added to a file belongs to a body.
    let Some((mut body, heads)) = destination.for_heads() else { return Ok(()) };
    let came: Vec<&Head> = came.iter().collect();
    let heads = write_heads(run, &came, &mut body, heads, facts)?;
    if shows_heads(run) {
        name(run, None, body, guard, facts)?;
    }
    heads.complete()
}

/// A body that could not be written, in whatever came of it.
fn unwritten(error: SinkError) -> NotWhole {
    let part = match &error {
        SinkError::Failed { kept, .. } => kept.clone(),
        SinkError::Closed | SinkError::Binary => None,
    };
    NotWhole { failure: BodyFailure::Unwritten(error), part, added: false }
}

/// Keeps what there is of a body, and says where.
fn keep(run: &Run<'_>, body: Sink, paid: bool) -> Option<PathBuf> {
    let part = body.keep_part();
    if let Some(part) = part.as_deref().filter(|_| paid) {
        run.goods.add(part);
    }
    part
}

/// Gives the file of a whole body its name: another one where that of what was paid for in this run is.
fn name(
    run: &Run<'_>,
    answer: Option<&Response>,
    mut body: Sink,
    guard: Guard,
    facts: &mut Facts,
) -> Result<(), SinkError> {
    let taken = body.target().filter(|path| run.goods.hold(path)).map(Path::to_path_buf);
    if let Some(path) = &taken {
        body.rename(path.clone(), Clobber::Number);
    }
    let Some(path) = body.complete()? else { return Ok(()) };
    if guard.paid {
        sync_name(&path);
        run.goods.add(&path);
    }
    if let Some(taken) = taken {
        let (taken, path) = (shown(&taken), shown(&path));
        run.warn(&format!("{taken} was written in this run, so what came next is in {path}"));
    }
    if run.args.output.remote_time
        && let Some(answer) = answer
    {
        let _ = set_time(&path, answer);
    }
    if guard.on_terminal {
        run.warn(&format!(
            "the body is not text, so it is not shown on the terminal: it is in {}",
            shown(&path)
        ));
    }
    facts.filename = path.display().to_string();
    Ok(())
}

/// What keeps a body from the terminal.
#[derive(Clone, Copy)]
struct Guard {
    on_terminal: bool,
    paid: bool,
}

/// The file of `-D`, until the body is over: trailers may follow.
struct HeadFile(Option<Sink>);

impl HeadFile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.0.as_mut().map_or(Ok(()), |file| file.write(bytes).and_then(|()| file.flush()))
    }

    fn complete(self) -> Result<(), SinkError> {
        self.0.map_or(Ok(()), |file| file.complete().map(drop))
    }
}

/// Whether heads go where the body goes.
fn shows_heads(run: &Run<'_>) -> bool {
    run.args.output.include || run.args.request.head
}

/// Opens the file of `-D` for heads, and writes those that came.
fn begin_heads(run: &Run<'_>, bytes: &[u8], heads: Option<Sink>) -> Result<HeadFile, SinkError> {
    // Side by side, a body that was paid for may have taken its place by now.
    let taken = heads.as_ref().and_then(Sink::in_its_place).filter(|path| run.goods.hold(path));
    if let Some(path) = taken {
        let source = io::Error::other("what it holds was paid for in this run");
        return Err(SinkError::Failed { path: path.to_path_buf(), source, kept: None });
    }
    let mut file = HeadFile(heads);
    file.write(bytes)?;
    Ok(file)
}

/// The heads that are shown, as bytes.
fn shown_heads(run: &Run<'_>, came: &[&Head]) -> Vec<u8> {
    let suppressed = run.args.connection.proxies.suppress_connect_headers;
    let shown = came.iter().filter(|head| !(suppressed && head.of_tunnel));
    shown.flat_map(|head| head_bytes(head)).collect()
}

/// Writes the heads where `-D` and `-i` want them.
fn write_heads(
    run: &Run<'_>,
    came: &[&Head],
    body: &mut Sink,
    heads: Option<Sink>,
    facts: &mut Facts,
) -> Result<HeadFile, SinkError> {
    let bytes = shown_heads(run, came);
    let file = begin_heads(run, &bytes, heads)?;
    if shows_heads(run) {
        // Those of earlier tries are in a stream already.
        if body.target().is_some() {
            body.write(&facts.shown_heads)?;
        }
        body.write(&bytes)?;
        facts.shown_heads.extend_from_slice(&bytes);
    }
    Ok(file)
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
