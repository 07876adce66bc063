//! `pay402 URL`: fetch, pay if asked and allowed, deliver.

use clap::ArgMatches;
use url::Url;

use super::dry_run;
use super::runtime;
use crate::cli::args::{Args, Format, Pay, ResumeArgs, SpeechArgs, WalletArgs};
use crate::cli::beside::{TagFile, write_cookies};
use crate::cli::deliver::{Destination, deliver};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, PayFailure, Voice};
use crate::cli::nodes::Nodes;
use crate::cli::output::{Sink, answer as print};
use crate::cli::settings::{
    Material, Screen, Settings, Target, WalletFailure, http_options, key_source, material,
    open_early_is_quiet, read_all, recipe, request, targets,
};
use crate::cli::trace::Verbose;
use crate::cli::world::{Eyes, Owner, SystemClock, SystemEntropy};
use crate::cli::write_out::{Facts, fill};
use crate::http::{Exchange, Response, Trace};
use crate::ledger::{Books, Entry};
use crate::pay::{
    self, Clock, Earlier, NothingSigned, Outcome, Ports, Signed, SignedCause, Transport,
};
use crate::terminal::report::{PaymentReport, State};
use crate::terminal::streams::Stderr;
use crate::terminal::style::Style;
use crate::wallet::Account;

/// Everything that is the same for each URL of a run.
pub(crate) struct Run<'a> {
    pub(crate) args: &'a Args,
    material: Material,
    pub(super) settings: &'a Settings,
    /// Where chains are read.
    pub(super) nodes: &'a Nodes,
    pub(crate) screen: Screen,
}

/// Fetches every URL in turn.
pub(crate) fn run(args: &Args, matches: &ArgMatches) -> Result<Exit, Failure> {
    let targets = targets(args)?;
    let Some(first) = targets.first() else { return Err(Failure::NoUrl) };
    if args.pay.receipt.is_some() && targets.len() > 1 {
        return Err(Failure::OneReceipt);
    }
    let settings = Settings::gather(args)?;
    let material = material(&args.request, matches)?;
    let options = http_options(&args.connection)?;
    let nodes = Nodes::new(&args.pay.proof.rpc_url, &settings.file, options)?;
    let run = Run { args, material, settings: &settings, nodes: &nodes, screen: Screen::look() };
    let format = write_out_format(args)?;
    let runtime = runtime()?;
    let mut account = run.account(Some(first));
    let mut books = Books::at(run.settings.paths.ledger.clone());
    let mut end = Exit::Done;
    for target in &targets {
        let mut facts = Facts::of(&target.text);
        let errand = Errand::Fetch;
        let ended = runtime.block_on(run.one(target, errand, &mut facts, &mut account, &mut books));
        end = end.and(run.finish(&ended, &facts, format.as_deref()));
    }
    if !write_cookies(&args.request, &run.material) {
        run.warn("the cookies could not be written");
    }
    // A look-up or an unlocking that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    Ok(end)
}

/// `pay402 resume`: sends what may still settle again, and delivers it as the first run would have.
pub(crate) fn resume(
    resume: ResumeArgs,
    wallet: WalletArgs,
    speech: SpeechArgs,
    matches: &ArgMatches,
) -> Result<Exit, Failure> {
    let matches = matches.subcommand_matches("resume").unwrap_or(matches);
    let material = material(&resume.request, matches)?;
    let mut args = Args {
        pay: Pay { receipt: resume.receipt, proof: resume.proof, ..Pay::default() },
        wallet,
        request: resume.request,
        connection: resume.connection,
        output: resume.output,
        speech,
        ..Args::default()
    };
    let format = write_out_format(&args)?;
    let settings = Settings::gather(&args)?;
    let options = http_options(&args.connection)?;
    let nodes = Nodes::new(&args.pay.proof.rpc_url, &settings.file, options)?;
    let screen = Screen::look();
    let mut books = Books::at(settings.paths.ledger.clone());
    let entries = if let Some(id) = &resume.id {
        vec![books.show(id).map_err(Failure::Ledger)?]
    } else {
        books.resendable(SystemClock.now()).map_err(Failure::Ledger)?
    };
    if entries.is_empty() && !args.speech.silent {
        Stderr.line(&"no payment can be sent again");
    }
    let url = |entry: &Entry| entry.asked_url.as_ref().unwrap_or(&entry.url).clone();
    args.urls = entries.iter().map(url).collect();
    let (method, location) = (args.request.method.clone(), args.connection.location);
    let runtime = runtime()?;
    let mut end = Exit::Done;
    for (entry, target) in entries.iter().zip(&targets(&args)?) {
        // A method that the request has by itself is not fixed: redirects may change it as they did.
        let asked = entry.asked_method.as_ref().unwrap_or(&entry.method);
        let plain = material.method(&args.request, target);
        args.request.method = method.clone().or_else(|| (asked != plain).then(|| asked.clone()));
        args.connection.location = location || entry.asked_url.is_some();
        let run = Run {
            args: &args,
            material: material.clone(),
            settings: &settings,
            nodes: &nodes,
            screen,
        };
        let mut account = run.account(None);
        let mut facts = Facts::of(&target.text);
        let errand = Errand::Resume { entry, named: resume.id.is_some() };
        let ended = runtime.block_on(run.one(target, errand, &mut facts, &mut account, &mut books));
        end = end.and(run.finish(&ended, &facts, format.as_deref()));
    }
    runtime.shutdown_background();
    Ok(end)
}

/// What a request is sent for.
enum Errand<'a> {
    /// To fetch, and pay if it is asked.
    Fetch,
    /// To send an earlier payment again.
    Resume {
        /// Which.
        entry: &'a Entry,
        /// Whether the owner named it.
        named: bool,
    },
}

impl Run<'_> {
    /// Tells how a request ended, and fills `-w`.
    fn finish(&self, ended: &Result<Exit, Failure>, facts: &Facts, format: Option<&str>) -> Exit {
        let (exit, sentence) = match ended {
            Ok(exit) => (*exit, String::new()),
            Err(failure) => (self.voice().tell(failure), failure.telling().sentence),
        };
        let written =
            format.map_or(Ok(()), |format| print(&fill(format, facts, exit.code(), &sentence)));
        // The code says where the money is; words that could not be written do not change that.
        match written {
            Err(failure) if exit == Exit::Done && facts.payment.is_none() => {
                self.voice().tell(&failure)
            }
            Err(_) => {
                self.warn("the output of -w could not be written");
                exit
            }
            Ok(()) => exit,
        }
    }
}

fn write_out_format(args: &Args) -> Result<Option<String>, Failure> {
    let format = args.output.write_out.as_deref();
    format
        .map(|format| match format.strip_prefix('@') {
            None => Ok(format.to_owned()),
            Some(name) => Ok(String::from_utf8_lossy(&read_all(name)?).into_owned()),
        })
        .transpose()
}

impl Run<'_> {
    fn voice(&self) -> Voice {
        Voice {
            screen: self.screen,
            json: self.args.speech.format == Format::Json,
            silent: self.args.speech.silent && !self.args.speech.show_error,
        }
    }

    /// The account that pays. Its key is derived during the first round trip if this URL was paid for
    /// before: then it will most likely be asked for again.
    fn account(&self, first: Option<&Target>) -> Account<WalletFailure> {
        let paths = &self.settings.paths;
        match key_source(&self.args.wallet, &self.settings.file, &paths.wallets) {
            Err(error) => Account::locked(Box::new(move |_| Err(error))),
            Ok(source) => {
                let early =
                    open_early_is_quiet(&source) && !self.args.pay.dry_run && !self.args.pay.no_pay;
                let account = Account::locked(recipe(source));
                match first {
                    Some(first) if early => {
                        let (ledger, url) = (paths.ledger.clone(), first.url.clone());
                        account.open_early(move || Books::at(ledger).has_paid(&url))
                    }
                    _ => account,
                }
            }
        }
    }

    /// The network for one target.
    pub(super) fn exchange(&self, target: &Target, facts: &mut Facts) -> Result<Exchange, Failure> {
        let request = request(&self.args.request, &self.material, target)?;
        facts.size_upload = request.body.length().unwrap_or(0);
        let trace = self.args.output.verbose.then(|| Box::new(Verbose) as Box<dyn Trace>);
        Ok(Exchange::new(request, http_options(&self.args.connection)?, trace))
    }

    async fn one(
        &self,
        target: &Target,
        errand: Errand<'_>,
        facts: &mut Facts,
        account: &mut Account<WalletFailure>,
        books: &mut Books,
    ) -> Result<Exit, Failure> {
        if self.args.pay.dry_run {
            return Box::pin(dry_run::run(self, target, facts, books)).await;
        }
        let destination = Destination::open(self, target, facts)?;
        let receipt = self.args.pay.receipt.as_deref().map(|path| Sink::open(Some(path)));
        let receipt = receipt.transpose()?;
        let tag = TagFile::open(self.args.request.etag_save.as_deref())?;
        let mut exchange = self.exchange(target, facts)?;
        let resumed = match errand {
            Errand::Fetch => None,
            Errand::Resume { entry, named } => Some(claim(&exchange, entry, named, books)?),
        };
        let open = resumed.as_ref().map(|one| (one.payment.id.clone(), one.settled));
        let mut eyes =
            Eyes::new(self.screen.stderr && !self.args.speech.silent, !self.args.speech.silent)
                .on_part(self.args.request.range.as_deref());
        let ports = Ports {
            transport: &mut exchange,
            wallet: account,
            ledger: books,
            consent: &mut Owner,
            observer: &mut eyes,
            clock: &SystemClock,
            entropy: &SystemEntropy,
        };
        let rules = |url: &Url| self.settings.rules.limits_for(url);
        let outcome = match resumed {
            None => Box::pin(pay::fetch(ports, &rules)).await,
            Some(earlier) => Box::pin(pay::resume(ports, &rules, earlier)).await,
        };
        facts.num_redirects = exchange.redirects;
        match (outcome, open) {
            (Ok(Outcome::Ordinary(answer)), open) => {
                facts.answered(&answer);
                self.write_tag(tag, &answer);
                let status = answer.head.status.as_u16();
                let ended = self.ordinary(answer, destination, facts).await;
                match open {
                    // Free by now is as good as bought; anything else is not.
                    Some((id, settled)) if !(200..300).contains(&status) => {
                        let why = format!("HTTP status {status}");
                        Err(Failure::StillOpen { id, why, settled })
                    }
                    _ => ended,
                }
            }
            (Ok(Outcome::Paid(paid)), _) => {
                facts.answered(&paid.answer);
                self.write_tag(tag, &paid.answer);
                self.paid(*paid, destination, receipt, facts, books).await
            }
            (Err(failure), open) => {
                self.failed(&failure, receipt, facts);
                let failure = Failure::from(failure);
                match (open, &failure) {
                    (Some((id, settled)), Failure::Pay(pay::Failure::NothingSigned(_))) => {
                        let why = failure.telling().sentence;
                        Err(Failure::StillOpen { id, why, settled })
                    }
                    _ => Err(failure),
                }
            }
        }
    }

    fn write_tag(&self, file: TagFile, answer: &Response) {
        if !file.write(&answer.head) {
            self.warn("the ETag could not be written");
        }
    }

    async fn ordinary(
        &self,
        answer: Response,
        destination: Destination,
        facts: &mut Facts,
    ) -> Result<Exit, Failure> {
        let status = answer.head.status.as_u16();
        let output = &self.args.output;
        match deliver(self, answer, destination, facts).await {
            Ok(()) if (output.fail || output.fail_with_body) && status >= 400 => {
                Err(Failure::Status(status))
            }
            Ok(()) => Ok(Exit::Done),
            Err(undelivered) => Err(undelivered.unpaid()),
        }
    }

    /// Takes down a failure for `-w` and the receipt.
    fn failed(&self, failure: &PayFailure, receipt: Option<Sink>, facts: &mut Facts) {
        match failure {
            pay::Failure::NothingSigned(NothingSigned::Transport(_)) => {}
            pay::Failure::NothingSigned(_) => facts.state = State::Refused,
            pay::Failure::Signed(signed) => {
                let Signed { payment, cause, .. } = signed.as_ref();
                let (state, settlement) = match cause {
                    SignedCause::Rejected { .. } => (State::Rejected, None),
                    SignedCause::RefusedAgain { settled: true, .. }
                    | SignedCause::Unanswered { settled: true, .. }
                    | SignedCause::NotResent { settled: true, .. } => (State::Settled, None),
                    SignedCause::Pending(said) => (State::Unknown, Some(said)),
                    SignedCause::Unanswered { .. }
                    | SignedCause::NeverSent { .. }
                    | SignedCause::NotResent { .. }
                    | SignedCause::RefusedAgain { .. } => (State::Unknown, None),
                };
                let report = PaymentReport::of_failure(payment, state, settlement);
                self.write_receipt(receipt, &report);
                facts.state = state;
                facts.payment = Some(report);
            }
        }
    }

    pub(super) fn warn(&self, words: &str) {
        if !self.args.speech.silent {
            let head = self.screen.err.paint(Style::Warning, &"warning:");
            Stderr.line(&format_args!("{head} {words}"));
        }
    }
}

/// Takes an entry's payment to send again, if the request at hand is the one it was signed for.
fn claim(
    exchange: &Exchange,
    entry: &Entry,
    named: bool,
    books: &mut Books,
) -> Result<Earlier, Failure> {
    let asked = exchange.asked().map_err(Failure::Connection)?;
    let id = entry.id.clone();
    if !asked.fingerprint.is_alike(&entry.fingerprint) {
        return Err(Failure::OtherRequest(id));
    }
    // Who names a payment means it: a token that was refreshed since is no reason against it.
    if !named && asked.fingerprint.whole() != entry.fingerprint.whole() {
        return Err(Failure::OtherHeaders(id));
    }
    books.claim_one(&entry.id, SystemClock.now()).map_err(Failure::Ledger)
}
