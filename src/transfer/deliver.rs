//! Delivering a body: heads first where asked, then every byte as it comes, then the file its name.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use crate::http::{Fit, Head, Response, head_bytes, header_lines};
use crate::pay::Answer;
use crate::signals::with_grace;
use crate::terminal::progress::{self, Manner, Transfer};

use super::destination::{Chosen, Destination, rescue};
use super::naming::{Guard, name};
use super::run::Run;
use super::side_files::is_unwanted;
use super::stats::TransferStats;
use super::{BodyFailure, OutputOptions, TransferError, remote_name};
use crate::output::{Part, Sink, SinkError, Writing, beside};

/// How far into a body curl looks for a sign that it is no text, in bytes.
const LOOKED_AT: u64 = 2000;

/// A body that was not delivered whole.
pub(crate) struct NotWhole {
    /// Why.
    pub failure: BodyFailure,
    /// Where its beginning is kept.
    pub part: Option<Part>,
    /// Whether what came was added to the file that it goes on in.
    pub added: bool,
}

impl NotWhole {
    /// As a failure with nothing signed.
    pub(crate) fn unpaid(self) -> TransferError {
        match self.failure {
            BodyFailure::Cut(error) => TransferError::Body { error, part: self.part },
            BodyFailure::Unwritten(error) => TransferError::Sink(error),
        }
    }
}

/// Delivers an answer; `payment` is what paid for it.
pub(crate) async fn deliver(
    run: &Run<'_>,
    mut answer: Response,
    mut destination: Destination,
    stats: &mut TransferStats,
    payment: Option<&str>,
) -> Result<(), NotWhole> {
    let paid = payment.is_some();
    let output = &run.options.output;
    destination.name(run, &answer, paid).map_err(unwritten)?;
    let bought = destination.bought.take();
    if !run.options.output.with_heads && destination.stays_as_it_is(&answer, paid) {
        stats.stays = destination.holds(bought.as_ref(), false);
        let came: Vec<&Head> = answer.hops.iter().chain([&answer.head]).collect();
        let bytes = shown_heads(run, &came);
        let heads = begin_head_file(run, &bytes, destination.into_heads(), None);
        return end_heads(heads, run.until(stats)).await.map_err(unwritten);
    }
    let guard = Guard { on_terminal: destination.on_terminal, paid };
    let bought = bought.as_ref();
    let holds = destination.holds(bought, run.options.output.with_heads);
    let chosen = destination.choose(run, &answer, paid).await.map_err(unwritten)?;
    let Chosen { body, heads, fit, adds } = chosen;
    let mut body = Writing::new(body);
    if let Some(payment) = payment {
        body.is_bought_by(payment);
    }
    // A head that cannot be written must not cost the body.
    let came: Vec<&Head> = answer.hops.iter().chain([&answer.head]).collect();
    let heads = begin_heads(run, &came, &mut body, heads, stats);
    let until = run.until(stats);
    // What was paid for is wanted, whatever it says of its age.
    let unwanted = !paid && is_unwanted(run.options.condition.as_deref(), &answer.head);
    let is_error = answer.head.status.as_u16() >= 400;
    if unwanted || output.fail && is_error {
        stats.stays = holds;
        if unwanted {
            // As in curl, this is what a server would have said that knows conditions.
            stats.status = 304;
        }
        in_the_end(body.end(), until).await.map_err(unwritten)?;
        if run.options.output.with_heads {
            let sink = body.into_sink();
            name(run, Some(&answer), sink, guard, bought, stats).await.map_err(unwritten)?;
        }
        return end_heads(heads, until).await.map_err(unwritten);
    }
    if let Err(failure) = stream(run, &mut answer, &mut body, guard, stats).await {
        // The failure of the body is the news.
        let _ = end_heads(heads, until).await;
        // What was paid for is kept whatever else was asked.
        if output.remove_on_error && !paid {
            return Err(NotWhole { failure, part: None, added: adds });
        }
        return Err(not_whole(run, failure, body, guard, adds).await);
    }
    if let Fit::Apart(error) = fit {
        let _ = end_heads(heads, until).await;
        return Err(not_whole(run, BodyFailure::Cut(error), body, guard, adds).await);
    }
    let mut heads = heads;
    if let (Ok(file), Some(trailers)) = (&mut heads, answer.trailers()) {
        let lines = header_lines(trailers);
        if run.options.output.with_heads {
            body.hold(&lines);
        }
        match &mut file.file {
            Some(file) => file.hold(&lines),
            None if file.is_with_body => body.hold(&lines),
            None => {}
        }
        if let Err(error) = in_the_end(body.end(), until).await {
            heads = Err(error);
        }
    }
    if output.fail_with_body && is_error && output.remove_on_error && !paid {
        return end_heads(heads, until).await.map_err(unwritten);
    }
    // The ledger is about to forget the payment that could fetch it again, and power may fail.
    if paid && let Err(error) = body.sync().await {
        let _ = end_heads(heads, until).await;
        return Err(not_whole(run, BodyFailure::Unwritten(error), body, guard, adds).await);
    }
    let named = name(run, Some(&answer), body.into_sink(), guard, bought, stats).await;
    let ended = end_heads(heads, until).await;
    named.and(ended).map_err(unwritten)
}

/// A body that is not whole, with what is kept of it.
async fn not_whole(
    run: &Run<'_>,
    failure: BodyFailure,
    body: Writing,
    guard: Guard,
    added: bool,
) -> NotWhole {
    let body = body.into_sink();
    let part = beside(move || body.keep_part()).await.ok().flatten();
    if let Some(part) = part.as_ref().filter(|_| guard.paid) {
        run.paid_files.add(&part.path);
    }
    NotWhole { failure, part, added }
}

/// Delivers the heads that came where no answer came of them, as in curl: with `-i` they are output.
pub(crate) async fn deliver_heads(
    run: &Run<'_>,
    came: &[Head],
    destination: Destination,
    stats: &mut TransferStats,
) -> Result<(), SinkError> {
    let guard = Guard { on_terminal: false, paid: false };
    let bought = destination.bought.clone();
    // What is added to a file belongs to a body.
    let Some((body, heads)) = destination.for_heads() else { return Ok(()) };
    let mut body = Writing::new(body);
    let came: Vec<&Head> = came.iter().collect();
    let heads = begin_heads(run, &came, &mut body, heads, stats)?;
    let until = run.until(stats);
    in_the_end(body.end(), until).await?;
    if run.options.output.with_heads {
        name(run, None, body.into_sink(), guard, bought.as_ref(), stats).await?;
    }
    end_heads(Ok(heads), until).await
}

/// A body that could not be written, in whatever came of it.
fn unwritten(error: SinkError) -> NotWhole {
    let part = match &error {
        SinkError::Failed { kept, .. } => kept.clone().map(Part::at),
        SinkError::Closed | SinkError::Binary => None,
    };
    NotWhole { failure: BodyFailure::Unwritten(error), part, added: false }
}

/// The file of `-D`, until the body is over: trailers may follow.
#[derive(Default)]
struct HeadFile {
    /// Written to while the body comes.
    file: Option<Writing>,
    /// It is where the body goes, which the heads go before.
    is_with_body: bool,
}

/// Begins to write these heads to the file of `-D`; before the body, where both go to one place.
fn begin_head_file(
    run: &Run<'_>,
    bytes: &[u8],
    heads: Option<Sink>,
    body: Option<&mut Writing>,
) -> Result<HeadFile, SinkError> {
    // Side by side, a body that was paid for may have taken its place by now.
    let taken =
        heads.as_ref().and_then(Sink::in_its_place).filter(|path| run.paid_files.contains(path));
    if let Some(path) = taken {
        let source = io::Error::other("what it holds was paid for in this run");
        return Err(SinkError::Failed { path: path.to_path_buf(), source, kept: None });
    }
    let Some(file) = heads else { return Ok(HeadFile::default()) };
    if let Some(body) = body.filter(|body| file.shares_place_with(body.sink())) {
        if run.options.output.with_heads {
            // As in curl, each line goes to both before the next.
            for line in bytes.split_inclusive(|&byte| byte == b'\n') {
                body.hold(line);
                body.hold(line);
            }
        } else {
            body.hold(bytes);
        }
        return Ok(HeadFile { file: None, is_with_body: true });
    }
    let file = Some(Writing::begun(file, bytes.to_vec())?);
    Ok(HeadFile { file, is_with_body: false })
}

/// The heads that are shown, as bytes.
fn shown_heads(run: &Run<'_>, came: &[&Head]) -> Vec<u8> {
    let suppressed = run.options.output.suppress_connect_headers;
    let shown = came.iter().filter(|head| !(suppressed && head.of_tunnel));
    shown.flat_map(|head| head_bytes(head)).collect()
}

/// Begins to write the heads to where `-D` and `-i` want them.
fn begin_heads(
    run: &Run<'_>,
    came: &[&Head],
    body: &mut Writing,
    heads: Option<Sink>,
    stats: &mut TransferStats,
) -> Result<HeadFile, SinkError> {
    let bytes = shown_heads(run, came);
    let begun = begin_head_file(run, &bytes, heads, Some(&mut *body))?;
    if run.options.output.with_heads {
        // Those of earlier tries are in a stream already.
        if body.sink().target().is_some() {
            body.hold(&stats.shown_heads);
        }
        if !begun.is_with_body {
            body.hold(&bytes);
        }
        stats.shown_heads.extend_from_slice(&bytes);
    }
    Ok(begun)
}

/// Waits for the heads, as long as there is time.
async fn end_heads(
    heads: Result<HeadFile, SinkError>,
    until: Option<Instant>,
) -> Result<(), SinkError> {
    match heads?.file {
        Some(mut file) => {
            in_the_end(file.end(), until).await?;
            file.into_sink().complete_beside().await.map(drop)
        }
        None => Ok(()),
    }
}

/// Waits for what is written last, as long as there is time.
async fn in_the_end(
    ends: impl Future<Output = Result<(), SinkError>>,
    until: Option<Instant>,
) -> Result<(), SinkError> {
    with_grace(until, ends).await.unwrap_or_else(|| {
        let (path, source) = (PathBuf::from("the heads"), io::ErrorKind::TimedOut.into());
        Err(SinkError::Failed { path, source, kept: None })
    })
}

/// Writes the body as it comes, and counts what was written.
async fn stream(
    run: &Run<'_>,
    answer: &mut Response,
    body: &mut Writing,
    guard: Guard,
    stats: &mut TransferStats,
) -> Result<(), BodyFailure> {
    let before = body.before();
    let mut streamed = stream_on(run, answer, body, guard).await;
    match &streamed {
        Err(BodyFailure::Cut(error)) if error.is_over() => body.give_up().await,
        // What came is written, whatever kept the rest from coming.
        Ok(()) | Err(BodyFailure::Cut(_)) => {
            let ended = answer.meanwhile(body.end()).await;
            if ended.is_err() {
                body.give_up().await;
            }
            let ended = match ended {
                Ok(ended) => ended.map_err(BodyFailure::Unwritten),
                Err(error) => Err(BodyFailure::Cut(error)),
            };
            streamed = streamed.and(ended);
        }
        Err(BodyFailure::Unwritten(_)) => {}
    }
    stats.size_download = body.taken().saturating_sub(before);
    streamed
}

async fn stream_on(
    run: &Run<'_>,
    answer: &mut Response,
    body: &mut Writing,
    guard: Guard,
) -> Result<(), BodyFailure> {
    let shows_body = body.sink().stream().is_some() && run.screen.stdout;
    let on = run.shows_progress() && !shows_body;
    let mut progress =
        Transfer::start(manner(&run.options.output, on), &label(run, answer), answer.length());
    let mut received: u64 = 0;
    loop {
        let chunk = tokio::select! {
            biased;
            failure = body.failed() => return Err(BodyFailure::Unwritten(failure)),
            chunk = answer.chunk() => chunk.map_err(BodyFailure::Cut)?,
        };
        let Some(chunk) = chunk else { return Ok(()) };
        if guard.on_terminal && received < LOOKED_AT && chunk.contains(&0) {
            if !guard.paid {
                return Err(BodyFailure::Unwritten(SinkError::Binary));
            }
            if body.sink().stream().is_some() {
                // What was shown of it stays shown.
                let _ = answer.meanwhile(body.end()).await.map_err(BodyFailure::Cut)?;
                body.go_on_in(rescue().await.map_err(BodyFailure::Unwritten)?);
            }
        }
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        let written = answer.meanwhile(body.write(chunk)).await.map_err(BodyFailure::Cut)?;
        written.map_err(BodyFailure::Unwritten)?;
        received = received.saturating_add(length);
        progress.advance(length);
    }
}

fn manner(output: &OutputOptions, on: bool) -> Manner {
    match (on, output.progress_bar) {
        (false, _) => Manner::Hidden,
        (true, false) => Manner::Meter,
        (true, true) => Manner::Bar,
    }
}

/// What tells one transfer's bar from another's; nothing where there is one alone.
fn label(run: &Run<'_>, answer: &Response) -> String {
    if !run.options.parallel {
        return String::new();
    }
    let name = remote_name(answer.url()).unwrap_or_else(|| answer.url().to_string());
    progress::label(&name)
}
