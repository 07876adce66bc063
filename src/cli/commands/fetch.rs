//! `pay402 URL`: fetch, pay if asked and allowed, deliver.

use std::cell::Cell;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use ::http::Method;
use url::Url;

use super::again::{goes_on, leaves_gap};
use super::{dry_run, runtime};
use crate::cli::args::{Args, ContinueAt, OutputArgs};
use crate::cli::beside::TagFile;
use crate::cli::bought::Bought;
use crate::cli::deliver::{deliver, deliver_heads};
use crate::cli::destination::{Destination, appends};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Voice, shown};
use crate::cli::nodes::Nodes;
use crate::cli::settings::{
    Goal, Material, Settings, Target, asks_for_password, asks_for_user_password, is_slow_to_open,
    key_source, look, read_all, recipe, referer, request,
};
use crate::cli::shared::{Shared, SharedLedger};
use crate::cli::trace::{Dump, Verbose};
use crate::cli::write_out::{Facts, FileText, fill};
use crate::http::{self, Exchange, Head, Options, Pool, Request, Response, Trace};
use crate::ledger::{self, Entry, LedgerAdmin as _};
use crate::output::paid_files::{Goods, HEADS, OUTPUT, RECEIPT, refuse_own_files};
use crate::output::{Clobber, Sink, SinkError, refuse};
use crate::pay::{
    self, Answer as _, Clock, Earlier, Ledger as _, NotResent, NothingSigned, Outcome, Ports,
    Recorded, Signed, SignedCause, Transport,
};
use crate::policy::Limits;
use crate::signals::{interrupted, with_grace};
use crate::system::{Signals, SystemClock, SystemEntropy};
use crate::terminal::notice;
use crate::terminal::observer::TerminalObserver;
use crate::terminal::report::{PaymentReport, State};
use crate::terminal::screen::Screen;
use crate::terminal::streams::Stderr;
use crate::terminal::style::Style;
use crate::threads;
use crate::transfer::{PayFailure, StillOpen, TransferError, WalletFailure};
use crate::wallet::Account;

/// Everything that is the same for each URL of a run, or of a group of it.
pub(crate) struct Run<'a> {
    pub(crate) args: &'a Args,
    pub(super) material: Material,
    pub(super) settings: &'a Settings,
    /// Where chains are read.
    pub(super) nodes: &'a Nodes,
    pub(crate) screen: Screen,
    /// How connections are made, but for where a body goes on.
    pub(super) options: Options,
    /// What `-w` says.
    format: Option<String>,
    /// Who watches what goes over the wire.
    trace: Option<Arc<dyn Trace>>,
    /// Connections that its URLs share.
    pool: Pool,
    /// Whether the file of `-D` has heads of this run in it.
    pub(crate) heads_begun: Cell<bool>,
    /// The files that hold what was paid for in this run.
    pub(crate) goods: &'a Goods,
}

/// What a request is sent for.
pub(super) enum Errand<'a> {
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

impl<'a> Run<'a> {
    /// A run with what was read for its requests, and the settings of its flags.
    pub(super) fn new(
        args: &'a Args,
        material: Material,
        settings: &'a Settings,
        nodes: &'a Nodes,
        (options, pool): (Options, Pool),
        screen: Screen,
        goods: &'a Goods,
    ) -> Self {
        let format = write_out_format(args);
        let heads_begun = Cell::new(false);
        let OutputArgs { verbose, trace_time: with_time, .. } = args.output;
        let trace = verbose.then(|| Arc::new(Verbose { with_time }) as Arc<dyn Trace>);
        Self {
            args,
            material,
            settings,
            nodes,
            screen,
            options,
            format,
            trace,
            pool,
            heads_begun,
            goods,
        }
    }

    /// Has a trace watch what goes over the wire, if there is one.
    pub(super) fn traced(self, dump: Option<&Arc<Dump>>) -> Self {
        let dump = dump.map(|dump| Arc::clone(dump) as Arc<dyn Trace>);
        Self { trace: dump.or(self.trace), ..self }
    }
}

/// What the options write to, each with the name of its option; `body` is where the body goes.
fn outputs<'a>(args: &'a Args, body: Option<&'a Path>) -> Vec<(&'static str, &'a Path)> {
    let named = [
        (OUTPUT, body),
        (RECEIPT, args.pay.receipt.as_deref()),
        ("--cookie-jar", args.request.cookies.cookie_jar.as_deref()),
        (HEADS, args.output.dump_header.as_deref()),
        ("--etag-save", args.request.etag_save.as_deref()),
        ("--stderr", args.speech.stderr.as_deref()),
        ("--trace", args.output.trace.as_deref()),
        ("--trace-ascii", args.output.trace_ascii.as_deref()),
    ];
    named.into_iter().filter_map(|(name, path)| Some((name, path?))).collect()
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

impl Run<'_> {
    /// Tells how a request ended, and fills `-w`.
    pub(super) async fn finish(&self, ended: &Result<Exit, Failure>, facts: &Facts) -> Exit {
        let (exit, sentence) = match ended {
            Ok(exit) => (*exit, String::new()),
            Err(failure) => {
                let sentence = match failure {
                    // Scripts look for curl's words.
                    Failure::Transfer(TransferError::Status(status)) => {
                        format!("The requested URL returned error: {status}")
                    }
                    other => other.telling().sentence,
                };
                (self.voice().tell_of(failure, Some(&facts.url)), sentence)
            }
        };
        let Some(format) = &self.format else { return exit };
        let filled = fill(format, facts, exit.code(), &sentence);
        let _ = Stderr.write_all(filled.stderr.as_bytes());
        for name in &filled.unknown {
            self.warn(&format!("-w knows no variable {name:?}"));
        }
        for file in &filled.files {
            if !self.write_text(file, self.until(facts)).await {
                self.warn(&format!("-w could not write {}", shown(Path::new(&file.name))));
            }
        }
        // The code says where the money is; words that could not be written do not change that.
        match self.print(&filled.stdout, self.until(facts)).await {
            Err(failure) if exit == Exit::Done && facts.payment.is_none() => {
                self.voice().tell(&failure.into())
            }
            Err(_) => {
                self.warn("the output of -w could not be written");
                exit
            }
            Ok(()) => exit,
        }
    }

    /// Prints on standard output, while other transfers go on.
    pub(super) async fn print(
        &self,
        text: &str,
        until: Option<Instant>,
    ) -> Result<(), TransferError> {
        if text.is_empty() {
            return Ok(());
        }
        match Sink::stdout()?.whole(text.as_bytes().to_vec(), until).await {
            // Whoever closed the pipe has seen enough.
            Ok(_) | Err(SinkError::Closed) => Ok(()),
            Err(error) => Err(TransferError::Sink(error)),
        }
    }

    /// When the time for a transfer is over, where the owner has set one.
    pub(crate) fn until(&self, facts: &Facts) -> Option<Instant> {
        facts.started.checked_add(self.options.max_time?)
    }

    /// Until when somebody must read what is opened to be written to.
    pub(crate) fn opening_until(&self, facts: &Facts) -> Option<Instant> {
        let Options { max_time, connect_timeout, .. } = self.options;
        facts.started.checked_add(max_time.into_iter().chain(connect_timeout).min()?)
    }

    /// Writes what `-w` has for a file; never over, or behind, what was paid for in this run.
    async fn write_text(&self, file: &FileText, until: Option<Instant>) -> bool {
        let path = Path::new(&file.name);
        if self.goods.hold(path) {
            return false;
        }
        match Sink::in_place(path, file.adds, until).await {
            Ok(sink) => sink.whole(file.text.as_bytes().to_vec(), until).await.is_ok(),
            Err(_) => false,
        }
    }

    /// How failures are told.
    pub(super) fn voice(&self) -> Voice {
        Voice::of(&self.args.speech, self.screen)
    }

    /// Whether bars and spinners are drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        self.screen.stderr && !self.args.speech.silent && !self.args.output.no_progress_meter
    }

    /// The account that pays. Its key is derived during the first round trip if this URL was paid for
    /// before: then it will most likely be asked for again.
    pub(super) fn account(&self, first: Option<Url>) -> Account<WalletFailure> {
        let paths = &self.settings.paths;
        match key_source(&self.args.wallet, &self.settings.file, &paths.wallets) {
            Err(error) => {
                let (args, file) = (self.args.wallet.clone(), self.settings.file.clone());
                let wallets = paths.wallets.clone();
                let look = move || key_source(&args, &file, &wallets).map(drop);
                Account::locked(Box::new(move |_| Err(error))).that_looks(Box::new(look))
            }
            Ok(source) => {
                let Args { pay, request, .. } = self.args;
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

    /// The owner's limits for a URL, where this target led there.
    pub(super) fn limits_for(&self, target: &Target, url: &Url) -> Limits {
        let placeholder = target.placeholder.clone();
        Limits { placeholder, ..self.settings.rules.limits_for(url) }
    }

    /// The network for one target.
    pub(super) async fn exchange(
        &self,
        target: &Target,
        resume_from: Option<u64>,
        facts: &mut Facts,
        shared: &Shared,
    ) -> Result<Exchange, TransferError> {
        let asked = self.args.connection.limits.continue_at;
        let goes_on = goes_on(target, asked, resume_from);
        let request = self.request(target, goes_on, self.until(facts), shared).await?;
        facts.size_upload = request.body.length().unwrap_or(0);
        referer(&self.args.request).unwrap_or_default().clone_into(&mut facts.referer);
        let gap = leaves_gap(target, resume_from);
        // What was waited for to be opened and read took of the time for everything.
        let max_time = self.options.max_time.map(|most| most.saturating_sub(facts.elapsed()));
        let output = if target.is_named_by_server() { None } else { target.path() };
        let no_user_in_url = self.args.request.who.disallow_username_in_url;
        let options =
            Options { no_user_in_url, max_time, resume_from, gap, output, ..self.options.clone() };
        let system =
            http::System { entropy: Rc::new(SystemEntropy), cancellation: Rc::new(Signals) };
        Ok(Exchange::new(request, options, self.pool.clone(), self.trace.clone(), system))
    }

    /// The request for a target: made on another thread where that reads a file, or asks somebody.
    async fn request(
        &self,
        target: &Target,
        goes_on: Option<ContinueAt>,
        until: Option<Instant>,
        shared: &Shared,
    ) -> Result<Request, TransferError> {
        let args = &self.args.request;
        let asks = asks_for_user_password(args);
        if !asks && target.upload.is_none() && !self.material.has_form() {
            return Ok(request(args, &self.material, target, goes_on)?);
        }
        let turn = if asks { Some(shared.turn_to_ask(until).await) } else { None };
        if matches!(turn, Some(None)) {
            return Err(TransferError::Connection(http::Error::TimedOut));
        }
        let (args, material, target) = (args.clone(), self.material.clone(), target.clone());
        let made = move || request(&args, &material, &target, goes_on);
        match with_grace(until, threads::beside(made)).await {
            None if interrupted() => Err(TransferError::Connection(http::Error::Interrupted)),
            None => Err(TransferError::Connection(http::Error::TimedOut)),
            Some(None) => Err(TransferError::Runtime(io::Error::other("a thread has ended"))),
            Some(Some(made)) => Ok(made?),
        }
    }

    /// Fetches one target. Sets `is_out` once a payment is on its way.
    pub(super) async fn one(
        &self,
        target: &Target,
        errand: Errand<'_>,
        facts: &mut Facts,
        shared: &Shared,
        is_out: &Cell<bool>,
    ) -> Result<Exit, TransferError> {
        let ledger = &mut shared.ledger();
        let body = target.path();
        let outputs = outputs(self.args, body.as_deref());
        refuse_own_files(&outputs)?;
        self.args.output.output_dir.as_deref().map_or(Ok(()), refuse)?;
        for file in
            self.format.iter().flat_map(|format| fill(format, &Facts::of("", 0), 1, "").files)
        {
            refuse(Path::new(&file.name))?;
        }
        if self.args.pay.dry_run {
            return Box::pin(dry_run::run(self, target, facts, shared)).await;
        }
        // Where nothing is ever paid, all is as in curl.
        if !self.args.pay.no_pay() {
            let to_stdout = matches!(target.place, Goal::Stdout { .. });
            self.goods.check_distinct(&outputs, to_stdout)?;
        }
        let resume_from = self.resume_from(target);
        if resume_from.is_some_and(|from| from > 0) || appends(self, target) {
            self.goods.stay_as_they_are(target.path().as_deref())?;
        }
        let mut destination = Destination::open(self, target, resume_from, facts).await?;
        let until = self.opening_until(facts);
        let receipt = match self.args.pay.receipt.as_deref() {
            Some(path) => Some(Sink::file(path, Clobber::Replace, until).await?),
            None => None,
        };
        let tag = TagFile::open(self.args.request.etag_save.as_deref(), until).await?;
        let mut exchange = self.exchange(target, resume_from, facts, shared).await?;
        let resumed = match errand {
            Errand::Fetch => None,
            Errand::Resume { entry, named } => Some(claim(&exchange, entry, named, ledger).await?),
        };
        let open = resumed.as_ref().map(|one| (one.payment.id.clone(), one.settled));
        let mut observer =
            TerminalObserver::new(self.shows_progress(), !self.args.speech.silent, is_out)
                .on_part(exchange.part().as_deref());
        let ports = Ports {
            transport: &mut exchange,
            wallet: &mut shared.wallet(),
            ledger,
            consent: &mut shared.owner(),
            observer: &mut observer,
            clock: &SystemClock,
            entropy: &SystemEntropy,
        };
        let rules = |url: &Url| self.limits_for(target, url);
        let outcome = match resumed {
            None => Box::pin(pay::fetch(ports, &rules)).await,
            Some(earlier) => Box::pin(pay::resume(ports, &rules, earlier)).await,
        };
        facts.tally = exchange.tally();
        if let Some(referer) = exchange.own_referer() {
            facts.referer = String::from_utf8_lossy(referer.as_bytes()).into_owned();
        }
        match (outcome, open) {
            (Ok(Outcome::Ordinary(answer)), open) => {
                facts.answered(&answer);
                let id = open.as_ref().map(|(id, _)| id.as_str());
                destination.bought = Bought::find(id, target, &exchange, shared).await;
                let is_paid_by_hand = exchange.carries_payment();
                let asks = answer.status() == 402 && !pay::is_paid_for(&answer.method());
                if asks && !is_paid_by_hand && !rules(answer.url()).no_pay {
                    self.warn_unpaid(&answer.method());
                }
                let (status, head) = (answer.head.status.as_u16(), answer.head.clone());
                let ended = self.ordinary(answer, destination, facts).await;
                if !facts.stays && matches!(&ended, Ok(_) | Err(TransferError::Status(_))) {
                    self.write_tag(tag, &head, facts).await;
                }
                match open {
                    // Free by now is as good as bought; anything else is not.
                    Some((id, settled)) if !(200..300).contains(&status) => {
                        let why = StillOpen::Status(status);
                        Err(TransferError::StillOpen { id, why, settled })
                    }
                    _ => ended,
                }
            }
            (Ok(Outcome::Paid(paid)), _) => {
                facts.answered(&paid.answer);
                let head = paid.answer.head.clone();
                let ended = self.paid(*paid, destination, receipt, facts, shared).await;
                if ended.is_ok() && !facts.stays {
                    self.write_tag(tag, &head, facts).await;
                }
                ended
            }
            (Err(pay::Failure::Signed(signed)), None)
                if awaits_proof(&signed, &rules, shared).await =>
            {
                self.prove(signed, receipt, facts, shared).await
            }
            (Err(failure), open) => {
                if matches!(failure, pay::Failure::NothingSigned(NothingSigned::Transport(_)))
                    && !exchange.heads().is_empty()
                {
                    facts.passed(exchange.heads(), exchange.url());
                    let id = open.as_ref().map(|(id, _)| id.as_str());
                    destination.bought = Bought::find(id, target, &exchange, shared).await;
                    if deliver_heads(self, exchange.heads(), destination, facts).await.is_err() {
                        self.warn("the heads could not be written");
                    }
                }
                self.failed(&failure, receipt, facts, shared).await;
                match (open, failure) {
                    (Some((id, settled)), failure @ pay::Failure::NothingSigned(_)) => {
                        let why = StillOpen::NotSent(Box::new(failure));
                        Err(TransferError::StillOpen { id, why, settled })
                    }
                    (_, failure) => Err(failure.into()),
                }
            }
        }
    }

    /// Says why a request that is asked to pay does not.
    pub(super) fn warn_unpaid(&self, method: &Method) {
        self.warn(&format!("payment is asked, and a {method} is not paid for; a GET is"));
    }

    /// Only of a body that came whole: the tag says what is there already, and the next run does not
    /// ask for that.
    async fn write_tag(&self, file: TagFile, head: &Head, facts: &Facts) {
        if !file.write(head, self.goods, self.until(facts)).await {
            self.warn("the ETag could not be written");
        }
    }

    async fn ordinary(
        &self,
        answer: Response,
        destination: Destination,
        facts: &mut Facts,
    ) -> Result<Exit, TransferError> {
        let status = answer.head.status.as_u16();
        let output = &self.args.output;
        // As in curl, there is nothing left of a download that is whole.
        let names_part = answer.head.headers.contains_key(::http::header::CONTENT_RANGE);
        let goes_on = answer.goes_on() && !names_part;
        match deliver(self, answer, destination, facts, None).await {
            Ok(()) if output.fail && status == 416 && goes_on => Ok(Exit::Done),
            Ok(()) if (output.fail || output.fail_with_body) && status >= 400 => {
                Err(TransferError::Status(status))
            }
            Ok(()) => Ok(Exit::Done),
            Err(undelivered) => Err(undelivered.unpaid()),
        }
    }

    /// Takes down a failure for `-w` and the receipt.
    async fn failed(
        &self,
        failure: &PayFailure,
        receipt: Option<Sink>,
        facts: &mut Facts,
        shared: &Shared,
    ) {
        match failure {
            pay::Failure::NothingSigned(NothingSigned::Transport(_)) => {}
            pay::Failure::NothingSigned(_) => facts.state = State::Refused,
            pay::Failure::Signed(signed) => {
                let Signed { payment, cause, .. } = signed.as_ref();
                let (state, settlement) = match cause {
                    SignedCause::Rejected { .. } => (State::Rejected, None),
                    SignedCause::RefusedAgain { settled: true, .. }
                    | SignedCause::Unanswered { settled: true, .. }
                    | SignedCause::Unsent { before: Some(Recorded::Settled), .. }
                    | SignedCause::NotResent { settled: true, .. } => (State::Settled, None),
                    SignedCause::Pending(said) => (State::Unknown, Some(said)),
                    SignedCause::Unanswered { .. }
                    | SignedCause::Undecided { .. }
                    | SignedCause::Unsent { .. }
                    | SignedCause::NeverSent { .. }
                    | SignedCause::NotResent { .. }
                    | SignedCause::RefusedAgain { .. } => (State::Unknown, None),
                };
                let report = PaymentReport::of_failure(payment, state, settlement);
                let receipt = self.begin_receipt(receipt, &report).await;
                self.end_receipt(receipt, &report, facts).await;
                shared.count(payment, state);
                facts.state = state;
                facts.payment = Some(report);
            }
        }
    }

    pub(crate) fn warn(&self, words: &str) {
        if !self.args.speech.silent {
            let head = self.screen.err.paint(Style::Warning, &"warning:");
            notice::warn(&head, &words);
        }
    }
}

/// Whether the ledger at this path remembers a payment for this URL. For a thread of its own.
fn has_paid(ledger: PathBuf, url: &Url) -> bool {
    let ledger = ledger::open(ledger);
    runtime().is_ok_and(|runtime| runtime.block_on(ledger.has_paid(url)))
}

/// Whether a payment that came to nothing now has brought all that it bought before, and the chain is to be
/// asked whether it settled.
async fn awaits_proof(
    signed: &Signed<http::Error, ledger::Error>,
    rules: &dyn Fn(&Url) -> Limits,
    shared: &Shared,
) -> bool {
    match &signed.cause {
        SignedCause::NotResent { why: NotResent::Delivered, .. } => true,
        SignedCause::RefusedAgain { settled: true, .. } => {
            let entry = shared.admin().show(&signed.payment.id).await;
            rules(&signed.payment.url).verify_settlement
                && entry.is_ok_and(|entry| entry.awaits_proof())
        }
        _ => false,
    }
}

/// Takes an entry's payment to send again, if the request at hand is the one it was signed for.
async fn claim(
    exchange: &Exchange,
    entry: &Entry,
    named: bool,
    ledger: &mut SharedLedger<'_>,
) -> Result<Earlier, TransferError> {
    let asked = exchange.asked().await.map_err(TransferError::Connection)?;
    let id = entry.id.clone();
    let is_alike = asked.fingerprint.is_alike(&entry.fingerprint);
    // Who names a payment means it: a token that was refreshed since is no reason against it.
    if named && !is_alike {
        return Err(TransferError::OtherRequest(id));
    }
    if !named && asked.fingerprint.whole() != entry.fingerprint.whole() {
        let why = if is_alike { StillOpen::OtherHeaders } else { StillOpen::OtherRequest };
        let settled = entry.state == ledger::State::Settled;
        return Err(TransferError::StillOpen { id, why, settled });
    }
    ledger.claim_by_id(&id, SystemClock.now()).await.map_err(TransferError::Ledger)
}
