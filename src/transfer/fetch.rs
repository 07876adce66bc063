//! `pay402 URL`: fetch, pay if asked and allowed, deliver.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use ::http::Method;
use url::Url;

use super::attempts::{goes_on, leaves_gap};
use super::deliver::{deliver, deliver_heads};
use super::delivered::Bought;
use super::destination::{Destination, appends};
use super::dry_run;
use super::nodes::Nodes;
use super::session::{Shared, SharedLedger};
use super::side_files::TagFile;
use super::stats::Facts;
use super::{
    BodyPlace, ContinueAt, Ended, PayFailure, Requests, StillOpen, Target, TransferError,
    TransferOptions,
};
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
use crate::terminal::style::Style;
use crate::threads;

/// Everything that is the same for each URL of a run, or of a group of it.
pub(crate) struct Run<'a> {
    pub(crate) options: TransferOptions,
    /// What makes its requests.
    pub(crate) requests: Arc<dyn Requests>,
    /// The owner's limits for a URL.
    pub(crate) limits: &'a dyn Fn(&Url) -> Limits,
    /// Where chains are read.
    pub(crate) nodes: &'a Nodes,
    pub(crate) screen: Screen,
    /// How connections are made, but for where a body goes on.
    pub(crate) http: Options,
    /// Who watches what goes over the wire.
    pub(crate) trace: Option<Arc<dyn Trace>>,
    /// Connections that its URLs share.
    pub(crate) pool: Pool,
    /// Whether the file of `-D` has heads of this run in it.
    pub(crate) heads_begun: Cell<bool>,
    /// The files that hold what was paid for in this run.
    pub(crate) goods: &'a Goods,
}

/// What a request is sent for.
pub(crate) enum Errand<'a> {
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

/// What the options write to, each with the name of its option; `body` is where the body goes.
fn outputs<'a>(
    options: &'a TransferOptions,
    body: Option<&'a Path>,
) -> Vec<(&'static str, &'a Path)> {
    let named = [
        (OUTPUT, body),
        (RECEIPT, options.receipt.as_deref()),
        ("--cookie-jar", options.cookie_jar.as_deref()),
        (HEADS, options.output.dump_header.as_deref()),
        ("--etag-save", options.etag_save.as_deref()),
    ];
    let named = named.into_iter().filter_map(|(name, path)| Some((name, path?)));
    let others = options.output.others.iter().map(|(name, path)| (*name, path.as_path()));
    named.chain(others).collect()
}

impl Run<'_> {
    /// Prints on standard output, while other transfers go on.
    pub(crate) async fn print(
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
        facts.started.checked_add(self.http.max_time?)
    }

    /// Until when somebody must read what is opened to be written to.
    pub(crate) fn opening_until(&self, facts: &Facts) -> Option<Instant> {
        let Options { max_time, connect_timeout, .. } = self.http;
        facts.started.checked_add(max_time.into_iter().chain(connect_timeout).min()?)
    }

    /// Whether bars and spinners are drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        self.screen.stderr && !self.options.speech.silent && !self.options.speech.no_progress
    }

    /// The owner's limits for a URL, where this target led there.
    pub(crate) fn limits_for(&self, target: &Target, url: &Url) -> Limits {
        let placeholder = target.placeholder.clone();
        Limits { placeholder, ..(self.limits)(url) }
    }

    /// The network for one target.
    pub(crate) async fn exchange(
        &self,
        target: &Target,
        resume_from: Option<u64>,
        facts: &mut Facts,
        shared: &Shared,
    ) -> Result<Exchange, TransferError> {
        let asked = self.options.continue_at;
        let goes_on = goes_on(target, asked, resume_from);
        let request = self.request(target, goes_on, self.until(facts), shared).await?;
        facts.size_upload = request.body.length().unwrap_or(0);
        self.options.referer.clone_into(&mut facts.referer);
        let gap = leaves_gap(target, resume_from);
        // What was waited for to be opened and read took of the time for everything.
        let max_time = self.http.max_time.map(|most| most.saturating_sub(facts.elapsed()));
        let output = if target.is_named_by_server() { None } else { target.path() };
        let no_user_in_url = self.options.no_user_in_url;
        let options =
            Options { no_user_in_url, max_time, resume_from, gap, output, ..self.http.clone() };
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
        let asks = self.requests.ask();
        if !asks && target.upload.is_none() && !self.requests.read_files() {
            return Ok(self.requests.request(target, goes_on)?);
        }
        let turn = if asks { Some(shared.turn_to_ask(until).await) } else { None };
        if matches!(turn, Some(None)) {
            return Err(TransferError::Connection(http::Error::TimedOut));
        }
        let (requests, target) = (Arc::clone(&self.requests), target.clone());
        let made = move || requests.request(&target, goes_on);
        match with_grace(until, threads::beside(made)).await {
            None if interrupted() => Err(TransferError::Connection(http::Error::Interrupted)),
            None => Err(TransferError::Connection(http::Error::TimedOut)),
            Some(None) => Err(TransferError::Runtime(io::Error::other("a thread has ended"))),
            Some(Some(made)) => Ok(made?),
        }
    }

    /// Fetches one target. Sets `is_out` once a payment is on its way.
    pub(crate) async fn one(
        &self,
        target: &Target,
        errand: Errand<'_>,
        facts: &mut Facts,
        shared: &Shared,
        is_out: &Cell<bool>,
    ) -> Result<Ended, TransferError> {
        let ledger = &mut shared.ledger();
        let body = target.path();
        let outputs = outputs(&self.options, body.as_deref());
        refuse_own_files(&outputs)?;
        self.options.output.directory.as_deref().map_or(Ok(()), refuse)?;
        for file in &self.options.output.write_out_files {
            refuse(file)?;
        }
        if self.options.dry_run {
            return Box::pin(dry_run::run(self, target, facts, shared)).await;
        }
        // Where nothing is ever paid, all is as in curl.
        if !self.options.no_pay {
            let to_stdout = matches!(target.place, BodyPlace::Stdout { .. });
            self.goods.check_distinct(&outputs, to_stdout)?;
        }
        let resume_from = self.resume_from(target);
        if resume_from.is_some_and(|from| from > 0) || appends(self, target) {
            self.goods.stay_as_they_are(target.path().as_deref())?;
        }
        let mut destination = Destination::open(self, target, resume_from, facts).await?;
        let until = self.opening_until(facts);
        let receipt = match self.options.receipt.as_deref() {
            Some(path) => Some(Sink::file(path, Clobber::Replace, until).await?),
            None => None,
        };
        let tag = TagFile::open(self.options.etag_save.as_deref(), until).await?;
        let mut exchange = self.exchange(target, resume_from, facts, shared).await?;
        let resumed = match errand {
            Errand::Fetch => None,
            Errand::Resume { entry, named } => Some(claim(&exchange, entry, named, ledger).await?),
        };
        let open = resumed.as_ref().map(|one| (one.payment.id.clone(), one.settled));
        let mut observer =
            TerminalObserver::new(self.shows_progress(), !self.options.speech.silent, is_out)
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
    pub(crate) fn warn_unpaid(&self, method: &Method) {
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
    ) -> Result<Ended, TransferError> {
        let status = answer.head.status.as_u16();
        let output = &self.options.output;
        // As in curl, there is nothing left of a download that is whole.
        let names_part = answer.head.headers.contains_key(::http::header::CONTENT_RANGE);
        let goes_on = answer.goes_on() && !names_part;
        match deliver(self, answer, destination, facts, None).await {
            Ok(()) if output.fail && status == 416 && goes_on => Ok(Ended::Done),
            Ok(()) if (output.fail || output.fail_with_body) && status >= 400 => {
                Err(TransferError::Status(status))
            }
            Ok(()) => Ok(Ended::Done),
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
        if !self.options.speech.silent {
            let head = self.screen.err.paint(Style::Warning, &"warning:");
            notice::warn(&head, &words);
        }
    }
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
