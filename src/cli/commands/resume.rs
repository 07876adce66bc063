//! `pay402 resume`: what was signed is sent again, and nothing else is signed.

use std::cell::Cell;
use std::sync::Arc;

use clap::ArgMatches;

use super::group::{Common, GroupRun, account};
use super::runtime;
use crate::cli::args::{Args, OutputArgs, PayArgs, ResumeArgs, RuleArgs, SpeechArgs, WalletArgs};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::line::{Operand, Place};
use crate::cli::messages::Reporter;
use crate::cli::settings::{
    Settings, TypedRequests, http_options, keep_from_outputs, material, nodes, screen, targets,
};
use crate::cli::trace::Dump;
use crate::http;
use crate::ledger::{self, LedgerAdmin as _};
use crate::output::paid_files::PaidFiles;
use crate::pay::Clock;
use crate::signals;
use crate::system::SystemClock;
use crate::terminal::notice;
use crate::transfer::{Purpose, Shared, TransferStats};
use crate::wallet::{self, Account};

/// `pay402 resume`: sends what may still settle again, and delivers it as the first run would have.
pub(crate) fn run(
    resume: ResumeArgs,
    wallet: WalletArgs,
    speech: SpeechArgs,
    matches: &ArgMatches,
) -> Result<Exit, CliError> {
    let matches = matches.subcommand_matches("resume").unwrap_or(matches);
    let material = material(&resume.request, matches)?;
    let mut args = Args {
        pay: PayArgs {
            rules: RuleArgs(resume.verify.0),
            receipt: resume.receipt,
            nodes: resume.nodes,
            ..PayArgs::default()
        },
        wallet,
        request: resume.request,
        connection: resume.connection,
        output: resume.output,
        speech,
        ..Args::default()
    };
    keep_from_outputs(&args);
    let settings = Settings::gather(&args)?;
    let options = http_options(&args.connection)?;
    let nodes = nodes(&args.pay.nodes.rpc_url, &settings.file, options.clone())?;
    let screen = screen();
    let ledger = ledger::open(settings.paths.ledger.clone());
    let runtime = runtime()?;
    let entries = if let Some(id) = &resume.id {
        vec![runtime.block_on(ledger.show(id)).map_err(CliError::Ledger)?]
    } else {
        runtime.block_on(ledger.resendable(SystemClock.now())).map_err(CliError::Ledger)?
    };
    if args.pay.receipt.is_some() && entries.len() > 1 {
        return Err(CliError::OneReceipt);
    }
    // One that is named says itself that it is busy.
    let elsewhere = match &resume.id {
        Some(_) => Vec::new(),
        None => runtime.block_on(ledger.elsewhere(SystemClock.now())).map_err(CliError::Ledger)?,
    };
    if entries.is_empty() && elsewhere.is_empty() && !args.speech.silent {
        notice::say("nothing-to-resume", &"no payment can be sent again");
    }
    let (method, location) = (args.request.method.clone(), args.connection.location);
    let mut end = Exit::Done;
    for busy in elsewhere {
        let failure = CliError::Elsewhere(Box::new(busy));
        end = end.and(Reporter::of(&args.speech, screen).tell(&failure));
    }
    let shared = Shared::new(
        Account::locked(Box::new(|_| Err(wallet::Error::Locked.into()))),
        ledger,
        false,
    );
    let paid_files = PaidFiles::default();
    let dump = runtime.block_on(Dump::open(&args))?.map(Arc::new);
    let common = Common { screen, paid_files: &paid_files, dump: dump.as_ref() };
    let mut places = places(&args.output).into_iter();
    let mut uploads = args.request.data.upload_file.clone().into_iter();
    for entry in &entries {
        if signals::interrupted() {
            end = end.and(Exit::Interrupted);
            break;
        }
        let url = entry.asked_url.as_ref().unwrap_or(&entry.url);
        let mut operand = Operand::new(url, places.next().unwrap_or_default());
        operand.upload = uploads.next();
        let Some(target) = targets(std::slice::from_ref(&operand), &args, true).next() else {
            continue;
        };
        let target = target?;
        // A method that the request has by itself is not fixed: redirects may change it as they did.
        let asked = entry.asked_method.as_ref().unwrap_or(&entry.method);
        let plain = material.method(&args.request, &target);
        args.request.method = method.clone().or_else(|| (asked != plain).then(|| asked.clone()));
        let mut options = options.clone();
        options.redirects.follow = location || entry.asked_url.is_some();
        let requests = TypedRequests { args: args.request.clone(), material: material.clone() };
        let connections = (options, http::Pool::default());
        let group = GroupRun::new(&args, requests, &settings.rules, &nodes, connections, common);
        let mut stats = TransferStats::of(&target.text, 0);
        let is_out = Cell::new(false);
        shared.use_account(account(&args, &settings, None));
        let purpose = Purpose::Resume { entry, named: resume.id.is_some() };
        let ended = runtime
            .block_on(Box::pin(group.run.one(&target, purpose, &mut stats, &shared, &is_out)));
        end = end.and(runtime.block_on(group.finish(ended, &stats)));
    }
    runtime.shutdown_background();
    Ok(end)
}

/// Where the bodies of `resume` go, in the order of the entries.
fn places(output: &OutputArgs) -> Vec<Place> {
    let files = output.output.iter().cloned().map(Place::File);
    files.chain((0..output.remote_name).map(|_| Place::Remote)).collect()
}
