//! The name of the file of a whole body: the one it was meant to have, unless what is there under that name
//! is worth more.

use std::fs::{self, FileTimes};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::delivered::{Bought, Placing};
use super::run::Run;
use super::stats::TransferStats;
use crate::http::Response;
use crate::output::{Clobber, Sink, SinkError, beside, sync_name};
use crate::pay::Answer;
use crate::terminal::safe::shown_path;

/// What keeps a body from the terminal.
#[derive(Clone, Copy)]
pub(crate) struct Guard {
    pub(crate) on_terminal: bool,
    pub(crate) paid: bool,
}

/// Gives the file of a whole body its name: another one where that of what was paid for in this run is, or
/// where a payment is out, by what `bought` says.
pub(crate) async fn name(
    run: &Run<'_>,
    answer: Option<&Response>,
    mut body: Sink,
    guard: Guard,
    bought: Option<&Bought>,
    stats: &mut TransferStats,
) -> Result<(), SinkError> {
    let meant = body.target().map(Path::to_path_buf);
    let _turn = match &meant {
        Some(path) => Some(run.paid_files.turn_to_name(path).await),
        None => None,
    };
    let taken = meant.clone().filter(|path| run.paid_files.contains(path));
    let with_heads = run.options.output.with_heads;
    let mut placing = Placing::AsAsked;
    if let Some((bought, path)) = bought.zip(meant.as_deref()) {
        let status = answer.map(|answer| answer.head.status);
        placing = bought.placing(path, status, body.length(), with_heads);
        stats.stays = placing != Placing::Instead && bought.is_in(path, with_heads);
    }
    if let Some(path) = &taken {
        body.rename(path.clone(), Clobber::Number);
    } else if placing == Placing::Apart {
        body.stay_apart();
    } else if placing == Placing::Nowhere {
        let path = meant.as_deref().map(shown_path).unwrap_or_default();
        run.warn(&format!("{path} stays as it is: the server's answer is empty"));
        return Ok(());
    }
    let time = answer.filter(|_| run.options.output.remote_time).and_then(last_modified);
    let may_set_aside = taken.is_none() && placing == Placing::Instead;
    let name = move || {
        let aside = if may_set_aside { body.set_aside() } else { None };
        let path = body.complete()?;
        if let Some(path) = &path {
            if guard.paid {
                sync_name(path);
            }
            if let Some(time) = time {
                let _ = set_time(path, time);
            }
        }
        Ok((path, aside))
    };
    let (Some(path), aside) = beside(name).await?? else { return Ok(()) };
    if guard.paid {
        run.paid_files.add(&path);
    }
    if let Some(taken) = taken {
        let (taken, path) = (shown_path(&taken), shown_path(&path));
        run.warn(&format!("{taken} was written in this run, so what came next is in {path}"));
    } else if let Some(aside) = aside {
        let (path, aside) = (shown_path(&path), shown_path(&aside));
        run.warn(&format!(
            "{path} is what came now; what an earlier answer to the same payment brought is in {aside}"
        ));
    } else if let Some(meant) = meant.as_deref().filter(|meant| {
        matches!(placing, Placing::Apart | Placing::Instead) && *meant != path.as_path()
    }) {
        stats.stays = bought.is_some_and(|bought| bought.is_in(meant, with_heads));
        let (meant, path) = (shown_path(meant), shown_path(&path));
        run.warn(&format!("{meant} stays as it is: what the server answered now is in {path}"));
    } else if meant.is_some_and(|meant| meant.parent() != path.parent()) {
        run.warn(&format!(
            "the directory was moved or removed: the body is in {}",
            shown_path(&path)
        ));
    }
    if guard.on_terminal {
        run.warn(&format!(
            "the body is not text, so it is not shown on the terminal: it is in {}",
            shown_path(&path)
        ));
    }
    stats.filename = path.display().to_string();
    Ok(())
}

/// `-R`: the file's time is the one the server names.
fn last_modified(answer: &Response) -> Option<SystemTime> {
    let text = answer.headers().get(::http::header::LAST_MODIFIED)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok()
}

fn set_time(path: &Path, time: SystemTime) -> io::Result<()> {
    let times = FileTimes::new().set_accessed(time).set_modified(time);
    fs::File::open(path)?.set_times(times)
}
