//! Several transfers in one run: one after the other, or with `-Z` side by side on the one thread.
//!
//! The money is one owner's: one unlocking, one set of budgets, a line for each payment and a total.
//! Paying for one request is [`crate::transfer`]'s business.

use std::borrow::Cow;
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::group::{Common, GroupRun, account, typed_requests};
use super::runtime;
use crate::cli::args::Command;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::line::Operand;
use crate::cli::settings::{
    Settings, count, http_options, merge_groups, nodes, one_key, one_wallet, screen, targets,
};
use crate::cli::trace::Dump;
use crate::http::{self, Options, Pool};
use crate::ledger;
use crate::output::paid_files::{HEADS, OUTPUT, PaidFiles, RECEIPT, empty_nothing};
use crate::output::{self, open_words};
use crate::pay::{self, NothingSigned};
use crate::signals::{self, Interrupt};
use crate::terminal::notice;
use crate::terminal::record::Record;
use crate::terminal::safe::shown_path;
use crate::terminal::streams::{Standard, Stderr};
use crate::transfer::{Run, Shared, Target, TransferStats, open_cookies, write_cookies};

/// How many transfers go side by side, and how many at most, as in curl.
const SIDE_BY_SIDE: u16 = 50;
const MOST_SIDE_BY_SIDE: u16 = 300;

/// How often it is looked whether standard error is read again.
const LOOK: Duration = Duration::from_millis(50);

/// One group of `--next`, parsed.
pub(crate) struct Group {
    /// Its options.
    pub args: crate::cli::args::Args,
    /// Where they stood.
    pub matches: clap::ArgMatches,
    /// Its URLs.
    pub operands: Vec<Operand>,
}

/// Fetches every URL of every group.
pub(crate) fn run(mut groups: Vec<Group>) -> Result<Exit, CliError> {
    let mut rules: Vec<_> = groups.iter_mut().map(|group| &mut group.args.pay).collect();
    merge_groups(&mut rules)?;
    let mut wallets: Vec<_> = groups.iter_mut().map(|group| &mut group.args.wallet).collect();
    one_wallet(&mut wallets)?;
    let Some(first) = groups.first() else { return Err(CliError::NoUrl) };
    one_key(&first.args.wallet)?;
    let number = |group: &Group| count(&group.operands, group.args.many.globoff);
    let all = groups.iter().map(number).fold(0, u64::saturating_add);
    if first.args.pay.receipt.is_some() && all > 1 {
        return Err(CliError::OneReceipt);
    }
    let parallel = first.args.many.parallel;
    let width = match first.args.many.parallel_max {
        _ if !parallel => 1,
        None | Some(0) => SIDE_BY_SIDE,
        Some(width) => width.min(MOST_SIDE_BY_SIDE),
    };
    let screen = screen();
    let settings = groups
        .iter()
        .map(|group| Settings::gather(&group.args))
        .collect::<Result<Vec<_>, CliError>>()?;
    let options = groups
        .iter()
        .map(|group| http_options(&group.args.connection))
        .collect::<Result<Vec<_>, CliError>>()?;
    let nodes = groups
        .iter()
        .zip(&settings)
        .zip(&options)
        .map(|((group, settings), options)| {
            nodes(&group.args.pay.nodes.rpc_url, &settings.file, options.clone())
        })
        .collect::<Result<Vec<_>, CliError>>()?;
    let runtime = runtime()?;
    let opened = Dump::open(&first.args);
    let dump = runtime.block_on(opened)?.map(Arc::new);
    let paid_files = PaidFiles::default();
    let common = Common { screen, paid_files: &paid_files, dump: dump.as_ref() };
    let mut runs = Vec::new();
    let pools = pools(&options);
    for (((group, settings), nodes), connections) in
        groups.iter().zip(&settings).zip(&nodes).zip(options.into_iter().zip(pools))
    {
        let requests = typed_requests(&group.args, &group.matches)?;
        let run = GroupRun::new(&group.args, requests, &settings.rules, nodes, connections, common);
        runs.push((run, group));
    }
    let Some(((run, group), settings)) = runs.first().zip(settings.first()) else {
        return Err(CliError::NoUrl);
    };
    let at_first = targets(&group.operands, &group.args, group.args.many.globoff).next();
    let at_first = at_first.and_then(Result::ok).map(|target| target.url);
    let ledger = ledger::open(settings.paths.ledger.clone());
    let shared = Shared::new(account(&group.args, settings, at_first), ledger, parallel);
    let queue = Queue {
        shared: &shared,
        left: Cell::new(all),
        width: usize::from(width),
        fails_early: group.args.many.fail_early,
        // As in curl, not side by side.
        rest: group.args.connection.limits.rate.filter(|_| !parallel).unwrap_or_default(),
        // Alone, a transfer ends at a signal as any program does, until it pays.
        listens: all > 1,
    };
    let mut jars = Vec::new();
    // A dry run writes nothing but its answer.
    let writes = |group: &GroupRun<'_>| !group.run.options.dry_run;
    for (run, _) in runs.iter().filter(|(run, _)| writes(run)) {
        let until = run.run.opening_until(&TransferStats::of("", 0));
        jars.push(runtime.block_on(open_cookies(&run.run.options, until))?);
    }
    let end = runtime.block_on(queue.all(&runs));
    for ((run, _), jar) in runs.iter().filter(|(run, _)| writes(run)).zip(jars) {
        let GroupRun { run, .. } = run;
        let written = write_cookies(&run.options, run.requests.cookies(), run.paid_files, jar);
        if !runtime.block_on(written) {
            run.warn("the cookies could not be written");
        }
    }
    queue.tell_total(&run.run);
    // A look-up or an unlocking that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    Ok(end)
}

/// The connections of each group: groups whose connections are made alike share them, as in curl.
fn pools(options: &[Options]) -> Vec<Pool> {
    let mut pools: Vec<Pool> = Vec::new();
    for (at, own) in options.iter().enumerate() {
        let alike = options.iter().take(at).position(|earlier| earlier.shares_connections(own));
        let shared = alike.and_then(|earlier| pools.get(earlier)).cloned();
        pools.push(shared.unwrap_or_default());
    }
    pools
}

/// The transfers of a run.
struct Queue<'a> {
    shared: &'a Shared,
    /// How many have not been begun.
    left: Cell<u64>,
    width: usize,
    fails_early: bool,
    /// The time from the beginning of a transfer to that of the next, at least.
    rest: Duration,
    listens: bool,
}

impl Queue<'_> {
    async fn all(&self, runs: &[(GroupRun<'_>, &Group)]) -> Exit {
        let mut queue = runs.iter().flat_map(|(run, group)| {
            let found = targets(&group.operands, &group.args, group.args.many.globoff);
            found.map(move |target| (run, target))
        });
        let mut signal = if self.listens { Interrupt::listen().ok() } else { None };
        let (interrupt, interrupted) = tokio::sync::watch::channel(false);
        let mut busy = FuturesUnordered::new();
        let mut end = Exit::Done;
        let mut is_open = true;
        let mut next_at: Option<Instant> = None;
        loop {
            if is_open && busy.is_empty() && !self.wait(next_at, signal.as_mut()).await {
                is_open = false;
            }
            while is_open && busy.len() < self.width {
                match queue.next() {
                    None => is_open = false,
                    Some((run, Ok(target))) => {
                        self.left.set(self.left.get().saturating_sub(1));
                        next_at = Instant::now().checked_add(self.rest);
                        busy.push(self.one(run, target, interrupted.clone()));
                    }
                    Some((run, Err(failure))) => {
                        self.left.set(self.left.get().saturating_sub(1));
                        end = self.join(end, run.reporter.tell(&failure));
                        is_open = matches!(failure, CliError::Url(_)) && !self.fails_early;
                    }
                }
            }
            if busy.is_empty() {
                break;
            }
            let done = tokio::select! {
                done = busy.next() => done,
                () = come(signal.as_mut()) => {
                    // Those that have not paid end now; those that have end by themselves.
                    is_open = false;
                    let _ = interrupt.send(true);
                    signal = None;
                    None
                }
            };
            if let Some(exit) = done {
                end = self.join(end, exit);
                let nothing_can_pay =
                    matches!(exit, Exit::WalletUnavailable | Exit::LedgerUnavailable);
                let is_over = self.fails_early && exit != Exit::Done
                    || self.width > 1 && nothing_can_pay
                    || self.shared.is_exhausted()
                    || self.is_interrupted();
                is_open &= !is_over;
            }
        }
        if self.is_interrupted() { end.and(Exit::Interrupted) } else { end }
    }

    /// Waits until the next transfer may begin; false where a signal comes first.
    async fn wait(&self, until: Option<Instant>, signal: Option<&mut Interrupt>) -> bool {
        let Some(until) = until.filter(|_| !self.rest.is_zero()) else { return true };
        tokio::select! {
            () = tokio::time::sleep_until(until.into()) => true,
            () = come(signal) => false,
        }
    }

    /// Whether a signal has come that no transfer alone is to answer.
    fn is_interrupted(&self) -> bool {
        self.listens && signals::interrupted()
    }

    /// As curl: side by side the last failure counts, one after the other the last transfer.
    fn join(&self, end: Exit, next: Exit) -> Exit {
        if self.width > 1 && next == Exit::Done { end } else { end.and(next) }
    }

    /// One transfer, from its start to the last word about it.
    async fn one(
        &self,
        group: &GroupRun<'_>,
        target: Target,
        mut interrupted: tokio::sync::watch::Receiver<bool>,
    ) -> Exit {
        // What was said before must be read at some time, or all of it would have to be kept.
        while (Stderr::is_behind() || Record::is_behind()) && !*interrupted.borrow() {
            tokio::time::sleep(LOOK).await;
        }
        let mut stats = TransferStats::of(&target.text, target.number);
        let is_out = Cell::new(false);
        let ended = {
            let work = group.run.persistently(&target, &mut stats, self.shared, &is_out);
            let mut work = Box::pin(work);
            tokio::select! {
                ended = &mut work => ended,
                _ = interrupted.wait_for(|came| *came) => {
                    // What is about to sign is waited for: it sees the interruption itself.
                    if is_out.get() {
                        work.await
                    } else {
                        let interrupted = NothingSigned::Transport(http::Error::Interrupted);
                        Err(pay::Failure::from(interrupted).into())
                    }
                }
            }
        };
        group.finish(ended, &stats).await
    }

    /// The last words: what several payments came to, and what was not begun any more.
    fn tell_total(&self, run: &Run<'_>) {
        let totals = self.shared.totals();
        if run.options.speech.silent {
            return;
        }
        if self.width > 1 && totals.payments() > 1 {
            if run.options.speech.json {
                Stderr.line(&totals.json());
            } else {
                Stderr.line(&totals.line());
            }
        }
        let left = self.left.get();
        if left > 0 && self.shared.is_exhausted() {
            let urls = if left == 1 { "URL was" } else { "URLs were" };
            run.warn(&format!("{left} more {urls} not asked for, because a budget is exhausted"));
        }
    }
}

/// Waits for a signal, or forever where nobody listens.
async fn come(signal: Option<&mut Interrupt>) {
    match signal {
        Some(signal) => signal.come().await,
        None => std::future::pending().await,
    }
}

/// Opens what `--stderr` names, before anything is said and after it is clear that it empties nothing that a
/// body goes to. As in curl, one that cannot be opened is said and changes nothing.
pub(crate) fn redirect_stderr(groups: &[Group]) -> Result<(), CliError> {
    let Some(first) = groups.first() else { return Ok(()) };
    empty_nothing(&words(groups), outputs(groups))?;
    let limits = groups.iter().map(|group| &group.args.connection.limits);
    let limits = limits.flat_map(|limits| [limits.max_time, limits.connect_timeout]).flatten();
    let most = limits.filter(|most| !most.is_zero()).min();
    let until = most.and_then(|most| Instant::now().checked_add(most));
    match first.args.speech.stderr.as_deref() {
        None => {}
        Some(path) if path.as_os_str() == "-" => Stderr::redirect(None),
        Some(path) => match std::fs::metadata(path).ok().as_ref().and_then(Standard::behind) {
            Some(Standard::Output) => Stderr::redirect(None),
            Some(Standard::Error) => {}
            None => match open_words(path, until) {
                Ok(file) => Stderr::redirect(Some(file)),
                Err(output::Error::Unwritable { path, source }) => {
                    let words = format!("cannot write {}: {source}", shown_path(&path));
                    notice::warn(&"warning:", &words);
                }
                Err(error) => return Err(error.into()),
            },
        },
    }
    Ok(())
}

/// The files that are emptied as soon as they are opened, each with its flag.
fn words(groups: &[Group]) -> Vec<(&'static str, &Path)> {
    let mut found = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let output = match &group.args.command {
            Some(Command::Resume(resume)) => &resume.output,
            _ => &group.args.output,
        };
        found.push((HEADS, output.dump_header.as_deref()));
        if number == 0 {
            found.push(("--stderr", group.args.speech.stderr.as_deref()));
            found.push(("--trace", output.trace.as_deref()));
            found.push(("--trace-ascii", output.trace_ascii.as_deref()));
        }
    }
    let named = found.into_iter().filter_map(|(name, path)| Some((name, path?)));
    named.filter(|(_, path)| path.as_os_str() != "-").collect()
}

/// Where bodies and reports of payments go, as far as that is known, where anything may be paid.
fn outputs(groups: &[Group]) -> impl Iterator<Item = (&'static str, Cow<'_, Path>)> {
    let paying = groups.iter().filter(|group| !group.args.pay.no_pay());
    paying.flat_map(|Group { args, operands, .. }| {
        let (files, receipt) = match &args.command {
            Some(Command::Resume(resume)) => (resume.output.output.as_slice(), &resume.receipt),
            _ => (&[][..], &args.pay.receipt),
        };
        let targets = targets(operands, args, args.many.globoff).filter_map(Result::ok);
        let bodies = targets.filter_map(|target| target.path().map(Cow::Owned));
        let bodies = bodies.chain(files.iter().map(|path| Cow::Borrowed(path.as_path())));
        let receipt = receipt.as_deref().map(|path| (RECEIPT, Cow::Borrowed(path)));
        bodies.map(|path| (OUTPUT, path)).chain(receipt)
    })
}
