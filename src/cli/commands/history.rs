//! `pay402 history …`: what was paid, read from the ledger.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::runtime;
use crate::cli::answer::answer;
use crate::cli::args::{ExportForm, Format, HistoryAction, HistoryFilter};
use crate::cli::entry::{
    CSV_NAMES, amount, bars, csv, document, lines, network_name, table, total_documents,
};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::screen;
use crate::config::{Environment, Paths};
use crate::ledger::{self, Filter, Grouping, LedgerAdmin, State};
use crate::output::{Sink, SinkError};
use crate::pay::Clock;
use crate::system::SystemClock;
use crate::transfer::TransferError;

/// Runs a history command.
pub(crate) fn run(
    action: Option<HistoryAction>,
    filter: &HistoryFilter,
    format: Format,
) -> Result<Exit, CliError> {
    let ledger = ledger::open(Paths::find(Environment)?.ledger);
    let runtime = runtime()?;
    let meant = meant(filter, SystemClock.now())?;
    match action.unwrap_or(HistoryAction::List) {
        HistoryAction::List => runtime.block_on(list(&ledger, &meant, filter.limit, format))?,
        HistoryAction::Show { id } => {
            let entry = runtime.block_on(ledger.show(&id)).map_err(CliError::Ledger)?;
            match format {
                Format::Text => answer(&lines(&entry))?,
                Format::Json => answer(&format!("{}\n", document(&entry)))?,
            }
        }
        HistoryAction::Export { to } => runtime.block_on(export(&ledger, &meant, to))?,
    }
    Ok(Exit::Done)
}

fn meant(filter: &HistoryFilter, now: u64) -> Result<Filter, CliError> {
    let state = |word: &String| State::named(word).ok_or_else(|| CliError::NoState(word.clone()));
    let time = |text: &Option<String>| {
        text.as_deref()
            .map(|text| time(text, now).ok_or_else(|| CliError::Time(text.to_owned())))
            .transpose()
    };
    Ok(Filter {
        host: filter.host.clone(),
        states: filter.state.iter().map(state).collect::<Result<_, _>>()?,
        since: time(&filter.since)?,
        until: time(&filter.until)?,
        network: filter.network.map(|network| network.caip2.to_owned()),
        undelivered: filter.undelivered,
    })
}

/// A time as people type it, in Unix seconds: RFC 3339, a UTC day, or so many hours or days ago.
fn time(text: &str, now: u64) -> Option<u64> {
    let ago = |number: &str, seconds: u64| {
        number.parse::<u64>().ok()?.checked_mul(seconds).map(|ago| now.saturating_sub(ago))
    };
    if let Some(hours) = text.strip_suffix('h') {
        return ago(hours, 3_600);
    }
    if let Some(days) = text.strip_suffix('d') {
        return ago(days, 86_400);
    }
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
    })?;
    u64::try_from(moment.as_second()).ok()
}

async fn list(
    ledger: &impl LedgerAdmin,
    meant: &Filter,
    limit: u64,
    format: Format,
) -> Result<(), CliError> {
    let entries = ledger.list(meant, limit).await.map_err(CliError::Ledger)?;
    let totals = async |grouping| ledger.totals(grouping, meant).await.map_err(CliError::Ledger);
    let all = totals(Grouping::Asset).await?;
    if format == Format::Json {
        let payments: Vec<_> = entries.iter().map(document).collect();
        let document = json!({
            "schema": "pay402/history/1",
            "payments": payments,
            "settled": total_documents(&all),
            "settled_by_day": total_documents(&totals(Grouping::Day).await?),
            "settled_by_host": total_documents(&totals(Grouping::Host).await?),
        });
        return answer(&format!("{document}\n"));
    }
    if entries.is_empty() {
        return answer("no payments\n");
    }
    let mut text = table(&entries);
    text.push_str("\n\n");
    for total in &all {
        let sum = amount(total.amount, total.decimals, &total.symbol);
        let network = network_name(&total.network);
        let noun = if total.payments == 1 { "payment" } else { "payments" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "settled {sum} on {network} in {} {noun}", total.payments);
    }
    if screen().stdout {
        text.push_str(&bars("by day", &totals(Grouping::Day).await?));
        text.push_str(&bars("by host", &totals(Grouping::Host).await?));
    }
    answer(&text)
}

/// Streams, so that a history of any length fits.
async fn export(ledger: &impl LedgerAdmin, meant: &Filter, to: ExportForm) -> Result<(), CliError> {
    let mut sink = Sink::stdout()?;
    let failed = |error| match error {
        // Whoever closed the pipe has seen enough.
        SinkError::Closed => Ok(()),
        failed => Err(TransferError::Sink(failed).into()),
    };
    if to == ExportForm::Csv
        && let Err(error) = sink.write(CSV_NAMES.as_bytes())
    {
        return failed(error);
    }
    let written = ledger.export(meant, |entry| {
        let line = match to {
            ExportForm::Jsonl => format!("{}\n", document(&entry)),
            ExportForm::Csv => csv(&entry),
        };
        sink.write(line.as_bytes())
    });
    match written.await.map_err(CliError::Ledger)?.and_then(|()| sink.flush()) {
        Ok(()) => Ok(()),
        Err(error) => failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let now = 1_795_219_200; // 2026-11-21T00:00:00Z
        assert_eq!(time("2026-11-20", now), Some(now - 86_400));
        assert_eq!(time("2026-11-20T12:00:00Z", now), Some(now - 43_200));
        assert_eq!(time("12h", now), Some(now - 43_200));
        assert_eq!(time("7d", now), Some(now - 7 * 86_400));
        for text in ["", "yesterday", "h", "-1d", "1.5h", "2026-13-01"] {
            assert_eq!(time(text, now), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = time(&text, 0);
        }
    }
}
