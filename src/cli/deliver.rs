//! Delivering a body: heads first where asked, then every byte as it comes, then the file its name.

use std::path::PathBuf;

use crate::http::Response;
use crate::terminal::progress::Transfer;

use super::beside::is_unwanted;
use super::commands::Run;
use super::failure::{BodyFailure, Failure};
use super::output::{Sink, SinkError};
use super::settings::Target;
use super::trace::head_bytes;
use super::write_out::Facts;

/// Where a body and its heads go, proved writable before anything is sent.
pub(super) struct Destination {
    body: Sink,
    heads: Option<Sink>,
}

/// A body that was not delivered whole.
pub(super) struct Undeliverable {
    /// Why.
    pub failure: BodyFailure,
    /// Where its beginning is kept.
    pub part: Option<PathBuf>,
}

impl Undeliverable {
    /// As a failure with nothing signed.
    pub(super) fn unpaid(self) -> Failure {
        match self.failure {
            BodyFailure::Cut(error) => Failure::Body { error, part: self.part },
            BodyFailure::Unwritten(error) => Failure::Sink(error),
        }
    }
}

impl Destination {
    /// Opens what `-o`, `-O` and `-D` name.
    pub(super) fn open(run: &Run<'_>, target: &Target, facts: &mut Facts) -> Result<Self, Failure> {
        let body = Sink::open(target.output.as_deref())?;
        if let Some(path) = &target.output {
            facts.filename = path.display().to_string();
        }
        let heads = match run.args.output.dump_header.as_deref() {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(Sink::open(None)?),
            Some(path) => Some(Sink::open(Some(path))?),
        };
        Ok(Self { body, heads })
    }
}

/// Delivers an answer.
pub(super) async fn deliver(
    run: &Run<'_>,
    mut answer: Response,
    destination: Destination,
    facts: &mut Facts,
) -> Result<(), Undeliverable> {
    let Destination { mut body, heads } = destination;
    // A head that cannot be written must not cost the body.
    let heads = write_heads(run, &answer, &mut body, heads);
    // What was paid for is wanted, whatever it says of its age.
    let unwanted = facts.payment.is_none() && is_unwanted(&run.args.request, &answer.head);
    let fails = unwanted || run.args.output.fail && answer.head.status.as_u16() >= 400;
    let delivered = if fails { Ok(()) } else { stream(run, &mut answer, &mut body, facts).await };
    let unwritten = |error| {
        let part = match &error {
            SinkError::Failed { kept, .. } => kept.clone(),
            SinkError::Closed => None,
        };
        Undeliverable { failure: BodyFailure::Unwritten(error), part }
    };
    match delivered {
        Ok(()) if fails => heads.map_err(unwritten),
        Ok(()) => body.complete().and(heads).map_err(unwritten),
        Err(failure) => Err(Undeliverable { failure, part: body.keep_part() }),
    }
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
    facts: &mut Facts,
) -> Result<(), BodyFailure> {
    let shows_body = matches!(sink, Sink::Stdout(_)) && run.screen.stdout;
    let output = &run.args.output;
    let on =
        run.screen.stderr && !shows_body && !run.args.speech.silent && !output.no_progress_meter;
    let mut progress = Transfer::start(on, answer.length());
    while let Some(chunk) = answer.chunk().await.map_err(BodyFailure::Cut)? {
        sink.write(&chunk).and_then(|()| sink.flush()).map_err(BodyFailure::Unwritten)?;
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        facts.size_download = facts.size_download.saturating_add(length);
        progress.advance(length);
    }
    progress.finish();
    sink.flush().map_err(BodyFailure::Unwritten)
}
