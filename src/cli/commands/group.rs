//! A group of `--next` as it was typed: the transfers it asks for, the words of its `-w`, and how their
//! ends are told.

use std::cell::Cell;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::ArgMatches;
use url::Url;

use super::runtime;
use crate::cli::args::Args;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::messages::{Reporter, exit_of, message_of};
use crate::cli::settings::{
    Settings, TypedRequests, asks_for_password, is_slow_to_open, key_source, look, material,
    read_all, recipe, transfer_options,
};
use crate::cli::trace::{Dump, Verbose};
use crate::cli::write_out::{FileText, fill};
use crate::http::{Options, Pool, Trace};
use crate::ledger::{self, LedgerAdmin as _};
use crate::output::Sink;
use crate::output::paid_files::PaidFiles;
use crate::policy::RuleBook;
use crate::terminal::safe::shown_path;
use crate::terminal::screen::Screen;
use crate::terminal::streams::Stderr;
use crate::transfer::{Ended, Nodes, Run, TransferError, TransferStats, WalletFailure};
use crate::wallet::Account;

/// The transfers of a group, and what is told of them.
pub(crate) struct GroupRun<'a> {
    pub(crate) run: Run<'a>,
    pub(crate) reporter: Reporter,
    /// What `-w` says.
    format: Option<String>,
}

/// What the groups of a run share.
#[derive(Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) screen: Screen,
    pub(crate) paid_files: &'a PaidFiles,
    pub(crate) dump: Option<&'a Arc<Dump>>,
}

impl<'a> GroupRun<'a> {
    /// Reads what the arguments name for all requests of the group.
    pub(crate) fn new(
        args: &Args,
        requests: TypedRequests,
        rules: &'a RuleBook,
        nodes: &'a Nodes,
        (http, pool): (Options, Pool),
        Common { screen, paid_files, dump }: Common<'a>,
    ) -> Self {
        let format = write_out_format(args);
        let mut options = transfer_options(args);
        let files =
            format.iter().flat_map(|format| fill(format, &TransferStats::of("", 0), 1, "").files);
        options.output.write_out_files = files.map(|file| PathBuf::from(file.name)).collect();
        let with_time = args.output.trace_time;
        let verbose =
            args.output.verbose.then(|| Arc::new(Verbose { with_time }) as Arc<dyn Trace>);
        let dump = dump.map(|dump| Arc::clone(dump) as Arc<dyn Trace>);
        let run = Run {
            options,
            requests: Arc::new(requests),
            rules,
            nodes,
            screen,
            http,
            trace: dump.or(verbose),
            pool,
            heads_begun: Cell::new(false),
            paid_files,
        };
        Self { run, reporter: Reporter::of(&args.speech, screen), format }
    }

    /// Tells how a request ended, and fills `-w`.
    pub(crate) async fn finish(
        &self,
        ended: Result<Ended, TransferError>,
        stats: &TransferStats,
    ) -> Exit {
        let (exit, sentence) = match ended {
            Ok(Ended::Done) => (Exit::Done, String::new()),
            Ok(Ended::Decided(decision)) => (exit_of(&decision), String::new()),
            Err(failure) => {
                let sentence = match &failure {
                    // Scripts look for curl's words.
                    TransferError::Status(status) => {
                        format!("The requested URL returned error: {status}")
                    }
                    other => message_of(other).sentence,
                };
                (self.reporter.tell_of(&failure.into(), Some(&stats.url)), sentence)
            }
        };
        let Some(format) = &self.format else { return exit };
        let filled = fill(format, stats, exit.code(), &sentence);
        let _ = Stderr.write_all(filled.stderr.as_bytes());
        for name in &filled.unknown {
            self.run.warn(&format!("-w knows no variable {name:?}"));
        }
        for file in &filled.files {
            if !self.write_text(file, self.run.until(stats)).await {
                self.run.warn(&format!("-w could not write {}", shown_path(Path::new(&file.name))));
            }
        }
        // The code says where the money is; words that could not be written do not change that.
        match self.run.print(&filled.stdout, self.run.until(stats)).await {
            Err(failure) if exit == Exit::Done && stats.payment.is_none() => {
                self.reporter.tell(&failure.into())
            }
            Err(_) => {
                self.run.warn("the output of -w could not be written");
                exit
            }
            Ok(()) => exit,
        }
    }

    /// Writes what `-w` has for a file; never over, or behind, what was paid for in this run.
    async fn write_text(&self, file: &FileText, until: Option<Instant>) -> bool {
        let path = Path::new(&file.name);
        if self.run.paid_files.contains(path) {
            return false;
        }
        match Sink::in_place(path, file.adds, until).await {
            Ok(sink) => sink.whole(file.text.as_bytes().to_vec(), until).await.is_ok(),
            Err(_) => false,
        }
    }
}

/// What is read for the requests of a group.
pub(crate) fn typed_requests(args: &Args, matches: &ArgMatches) -> Result<TypedRequests, CliError> {
    let material = material(&args.request, matches)?;
    Ok(TypedRequests { args: args.request.clone(), material })
}

/// The format of `-w`. As in curl, one that cannot be read is no reason to fetch nothing.
fn write_out_format(args: &Args) -> Option<String> {
    let format = args.output.write_out.as_deref()?;
    match format.strip_prefix('@') {
        None => Some(format.to_owned()),
        Some(name) => {
            let text = String::from_utf8_lossy(&read_all(name).ok()?).into_owned();
            Some(text.replace(['\r', '\n'], ""))
        }
    }
}

/// The account that pays. Its key is derived during the first round trip if this URL was paid for
/// before: then it will most likely be asked for again.
pub(crate) fn account(
    args: &Args,
    settings: &Settings,
    first: Option<Url>,
) -> Account<WalletFailure> {
    let paths = &settings.paths;
    match key_source(&args.wallet, &settings.file, &paths.wallets) {
        Err(error) => {
            let (wallet, file) = (args.wallet.clone(), settings.file.clone());
            let wallets = paths.wallets.clone();
            let look = move || key_source(&wallet, &file, &wallets).map(drop);
            Account::locked(Box::new(move |_| Err(error))).that_looks(Box::new(look))
        }
        Ok(source) => {
            let Args { pay, request, .. } = args;
            let asks = asks_for_password(&source);
            let may_pay = !(pay.dry_run || pay.no_pay() || request.head);
            let early = is_slow_to_open(&source) && !asks && may_pay;
            let look = look(source.clone());
            let account = Account::locked(recipe(source)).that_asks(asks).that_looks(look);
            match first {
                Some(url) if early => {
                    let ledger = paths.ledger.clone();
                    account.open_early(move || has_paid(ledger, &url))
                }
                _ => account,
            }
        }
    }
}

/// Whether the ledger at this path remembers a payment for this URL. For a thread of its own.
fn has_paid(ledger: PathBuf, url: &Url) -> bool {
    let ledger = ledger::open(ledger);
    runtime().is_ok_and(|runtime| runtime.block_on(ledger.has_paid(url)))
}
