//! `pay402 URL`: fetch, pay if asked and allowed, deliver.

use std::cell::Cell;
use std::path::Path;

use url::Url;

use super::deliver::{deliver, deliver_heads};
use super::delivered::Bought;
use super::destination::Destination;
use super::dry_run;
use super::offset::{appends, resume_from};
use super::run::{Purpose, Run};
use super::session::{Shared, SharedLedger};
use super::side_files::TagFile;
use super::stats::TransferStats;
use super::{BodyPlace, Ended, PayFailure, StillOpen, Target, TransferError, TransferOptions};
use crate::http::{self, Exchange, Head, Response};
use crate::ledger::{self, Entry, LedgerAdmin as _};
use crate::output::paid_files::{HEADS, OUTPUT, RECEIPT, refuse_own_files};
use crate::output::{Clobber, Sink, refuse};
use crate::pay::{
    self, Answer as _, Clock, Earlier, Ledger as _, NotResent, NothingSigned, Outcome, Ports,
    Signed, SignedCause, Transport,
};
use crate::policy::Limits;
use crate::system::{SystemClock, SystemEntropy};
use crate::terminal::observer::TerminalObserver;
use crate::terminal::report::{PaymentReport, State};

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
    /// Fetches one target. Sets `is_out` once a payment is on its way.
    pub(crate) async fn one(
        &self,
        target: &Target,
        purpose: Purpose<'_>,
        stats: &mut TransferStats,
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
            return Box::pin(dry_run::run(self, target, stats, shared)).await;
        }
        // Where nothing is ever paid, all is as in curl.
        if !self.options.no_pay {
            let to_stdout = matches!(target.place, BodyPlace::Stdout { .. });
            self.paid_files.check_distinct(&outputs, to_stdout)?;
        }
        let resume_from = resume_from(&self.options, target);
        if resume_from.is_some_and(|from| from > 0) || appends(&self.options, target) {
            self.paid_files.check_append(target.path().as_deref())?;
        }
        let mut destination = Destination::open(self, target, resume_from, stats).await?;
        let until = self.opening_until(stats);
        let receipt = match self.options.receipt.as_deref() {
            Some(path) => Some(Sink::file(path, Clobber::Replace, until).await?),
            None => None,
        };
        let tag = TagFile::open(self.options.etag_save.as_deref(), until).await?;
        let mut exchange = self.exchange(target, resume_from, stats, shared).await?;
        let resumed = match purpose {
            Purpose::Fetch => None,
            Purpose::Resume { entry, named } => Some(claim(&exchange, entry, named, ledger).await?),
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
        stats.tally = exchange.tally();
        if let Some(referer) = exchange.own_referer() {
            stats.referer = String::from_utf8_lossy(referer.as_bytes()).into_owned();
        }
        match (outcome, open) {
            (Ok(Outcome::Ordinary(answer)), open) => {
                stats.answered(&answer);
                let id = open.as_ref().map(|(id, _)| id.as_str());
                destination.bought = Bought::find(id, target, &exchange, shared).await;
                let is_paid_by_hand = exchange.carries_payment();
                let asks = answer.status() == 402 && !pay::is_paid_for(&answer.method());
                if asks && !is_paid_by_hand && !rules(answer.url()).no_pay {
                    self.warn_unpaid(&answer.method());
                }
                let (status, head) = (answer.head.status.as_u16(), answer.head.clone());
                let ended = self.ordinary(answer, destination, stats).await;
                if !stats.stays && matches!(&ended, Ok(_) | Err(TransferError::Status(_))) {
                    self.write_tag(tag, &head, stats).await;
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
                stats.answered(&paid.answer);
                let head = paid.answer.head.clone();
                let ended = self.paid(*paid, destination, receipt, stats, shared).await;
                if ended.is_ok() && !stats.stays {
                    self.write_tag(tag, &head, stats).await;
                }
                ended
            }
            (Err(pay::Failure::Signed(signed)), None)
                if awaits_proof(&signed, &rules, shared).await =>
            {
                self.prove(signed, receipt, stats, shared).await
            }
            (Err(failure), open) => {
                if matches!(failure, pay::Failure::NothingSigned(NothingSigned::Transport(_)))
                    && !exchange.heads().is_empty()
                {
                    stats.passed(exchange.heads(), exchange.url());
                    let id = open.as_ref().map(|(id, _)| id.as_str());
                    destination.bought = Bought::find(id, target, &exchange, shared).await;
                    if deliver_heads(self, exchange.heads(), destination, stats).await.is_err() {
                        self.warn("the heads could not be written");
                    }
                }
                self.failed(&failure, receipt, stats, shared).await;
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

    /// Only of a body that came whole: the tag says what is there already, and the next run does not
    /// ask for that.
    async fn write_tag(&self, file: TagFile, head: &Head, stats: &TransferStats) {
        if !file.write(head, self.paid_files, self.until(stats)).await {
            self.warn("the ETag could not be written");
        }
    }

    async fn ordinary(
        &self,
        answer: Response,
        destination: Destination,
        stats: &mut TransferStats,
    ) -> Result<Ended, TransferError> {
        let status = answer.head.status.as_u16();
        let output = &self.options.output;
        // As in curl, there is nothing left of a download that is whole.
        let names_part = answer.head.headers.contains_key(::http::header::CONTENT_RANGE);
        let goes_on = answer.goes_on() && !names_part;
        match deliver(self, answer, destination, stats, None).await {
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
        stats: &mut TransferStats,
        shared: &Shared,
    ) {
        match failure {
            pay::Failure::NothingSigned(NothingSigned::Transport(_)) => {}
            pay::Failure::NothingSigned(_) => stats.state = State::Refused,
            pay::Failure::Signed(signed) => {
                let Signed { payment, cause, .. } = signed.as_ref();
                let report = PaymentReport::of_failure(payment, cause);
                let state = report.state;
                let receipt = self.begin_receipt(receipt, &report).await;
                self.end_receipt(receipt, &report, stats).await;
                shared.count(payment, state);
                stats.state = state;
                stats.payment = Some(report);
            }
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
