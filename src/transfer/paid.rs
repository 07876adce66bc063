//! What is told of a payment that was answered, and what it bought delivered.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ::http::Method;

use super::deliver::{NotWhole, deliver};
use super::delivered::Bought;
use super::destination::Destination;
use super::run::Run;
use super::session::Shared;
use super::stats::TransferStats;
use super::verification::{Said, verify};
use super::{BodyFailure, Ended, TransferError, Undelivered, Unproved, delivered_to};
use crate::http::{self, Response};
use crate::ledger::{self, Came, Delivery, LedgerAdmin as _};
use crate::output::{Aside, Sink, SinkError};
use crate::pay::{
    self, Clock, Doubt, Ledger as _, Money, Paid, Payment, Recorded, Signed, SignedCause, Verdict,
};
use crate::protocol::read_retry_after;
use crate::system::SystemClock;
use crate::terminal::progress::Wait;
use crate::terminal::report::{PaymentReport, State, Verification, payment_line, seconds};
use crate::terminal::streams::Stderr;

/// How long a body waits for the receipt, which may go to the same place and comes first there.
const HEAD_START: Duration = Duration::from_secs(1);

/// How long a receipt that nobody reads is waited for at the end, where the owner has set no time.
const PATIENCE: Duration = Duration::from_secs(30);

impl Run<'_> {
    /// Reports a payment, then delivers what it bought. Where the chain is to be asked about it, the
    /// report comes when that is done, and what was bought does not wait for it.
    pub(crate) async fn paid(
        &self,
        paid: Paid<Response, ledger::Error>,
        mut destination: Destination,
        mut receipt: Option<Sink>,
        stats: &mut TransferStats,
        shared: &Shared,
    ) -> Result<Ended, TransferError> {
        let Paid { answer, payment, mut money, recorded, to_check, unrecorded } = paid;
        let status = answer.head.status.as_u16();
        let in_receipt = match &money {
            Money::Doubtful(Doubt::ServedWhilePending(said)) => said.retry_after,
            _ => None,
        };
        let retry_after = in_receipt.or_else(|| read_retry_after(&answer.head.headers));
        let mut report = PaymentReport::of_answer(&payment, status, &money);
        let settled = recorded == Some(Recorded::Settled);
        // Earlier answers have told, or an earlier silence left open, whatever this one says.
        report.state = match (recorded, report.state) {
            (Some(Recorded::Settled), _) => State::Settled,
            (Some(Recorded::Unknown), State::Rejected) => State::Unknown,
            (_, state) => state,
        };
        let mut begun = None;
        if !to_check {
            self.tell_payment(&report, stats);
            begun = self.begin_receipt(receipt.take(), &report).await;
        }
        if let Some(error) = unrecorded {
            self.warn(&format!("the payment's outcome was not recorded: {error}"));
        }
        let arriving = Arriving {
            status,
            length: answer.length(),
            from: destination.goes_on().filter(|_| status == 206).unwrap_or_default(),
        };
        let bought = Bought::of(&payment.id, shared).await;
        destination.bought = Some(bought.clone());
        let delivered = deliver(self, answer, destination, stats, Some(&payment.id)).await;
        let delivery = match bought.delivery {
            Some(before) if stats.stays && delivered.is_ok() => before,
            _ => arriving.delivery(delivered.as_ref().err(), stats),
        };
        if to_check {
            // Who has interrupted the body does not wait for a chain either.
            let cut = delivered.as_ref().err().map(|undelivered| &undelivered.failure);
            let given_up = matches!(cut, Some(BodyFailure::Cut(http::Error::Interrupted)));
            let left = if given_up { Some(Duration::ZERO) } else { self.time_left(stats) };
            report = self.check(&payment, status, &mut money, left, shared).await;
            if settled && matches!(money, Money::Unproven { .. }) {
                report.state = State::Settled;
            }
            self.tell_payment(&report, stats);
            begun = self.begin_receipt(receipt, &report).await;
        }
        shared.count(&payment, report.state);
        let sound = match &money {
            Money::Settled(_) | Money::Unproven { .. } => true,
            // An earlier answer has brought what this one says was paid for.
            Money::NotDelivered(_) => stats.stays,
            _ => false,
        };
        // What the chain could not be asked about is not over: the code says so, and until it is proved
        // the same request must sign no other payment.
        let whole = sound && report.is_believed() && delivered.is_ok();
        let over = whole.then(|| SystemClock.now());
        let noted = shared.admin().came(&payment.id, &delivery, over).await;
        if let Err(error) = noted
            && whole
        {
            self.warn(&format!(
                "its delivery was not recorded, so the same request sends this payment again until {}: \
                 {error}",
                report.valid_before
            ));
        }
        self.end_receipt(begun, &report, stats).await;
        let (body, part, added) = match delivered {
            Ok(()) if whole => return Ok(Ended::Done),
            Ok(()) => (None, None, false),
            Err(NotWhole { failure, part, added }) => {
                (Some(failure), part.map(|part| part.path), added)
            }
        };
        // What the server named is no part of a command that is suggested.
        let is_cut = matches!(&body, Some(BodyFailure::Cut(error)) if leaves_rest(error));
        let goes_on = is_cut
            && payment.method == Method::GET
            && !self.options.output.remote_header_name
            // A 202 is a page about the resource (RFC 9110 15.3.3).
            && status != 202
            && delivery.came == Came::Partial;
        let undelivered =
            Undelivered { report, status, body, part, added, delivery, goes_on, retry_after };
        Err(TransferError::Undelivered(Box::new(undelivered)))
    }

    /// Asks the chain about a payment for the same request that is settled by the server's word, and whose
    /// resource came whole in an earlier run. Where this run's output holds it, nothing was sent, and that
    /// the chain confirms the payment is all that was left to do. Where it does not, the server has been
    /// asked for it again and refused: the payment stays as one that is not delivered.
    pub(crate) async fn prove(
        &self,
        signed: Box<Signed<http::Error, ledger::Error>>,
        receipt: Option<Sink>,
        stats: &mut TransferStats,
        shared: &Shared,
    ) -> Result<Ended, TransferError> {
        let payment = &signed.payment;
        let refused = matches!(signed.cause, SignedCause::RefusedAgain { .. });
        let entry = shared.admin().show(&payment.id).await;
        let entry = entry.map_err(TransferError::Ledger)?;
        let delivery = entry.delivery.clone().unwrap_or(Delivery::of(Came::Whole));
        let wait = Wait::for_settlement(
            self.screen.stderr && !self.options.speech.silent,
            payment.authorization.quote.network.name,
        );
        let said = Said::of(&entry);
        let left = self.time_left(stats);
        let found = verify(self.nodes, payment, Some(said), left, entry.reserved_at).await;
        wait.finish();
        if let Ok(transaction) = &found {
            let over = (!refused).then(|| SystemClock.now());
            let confirmed =
                shared.admin().confirm_settlement(&payment.id, Some(transaction), over).await;
            confirmed.map_err(TransferError::Ledger)?;
        }
        let report = PaymentReport::of_earlier(payment, State::Settled);
        let report = report.verified(payment, found);
        self.tell_payment(&report, stats);
        let receipt = self.begin_receipt(receipt, &report).await;
        self.end_receipt(receipt, &report, stats).await;
        shared.count(payment, report.state);
        if !report.is_believed() {
            return Err(TransferError::Unproved(Box::new(Unproved { report, delivery, refused })));
        }
        if refused {
            self.warn(&format!(
                "an earlier run delivered what it bought, {}; the chain confirms the payment now",
                delivered_to(&delivery)
            ));
            return Err(TransferError::Pay(pay::Failure::Signed(signed)));
        }
        self.warn(&format!(
            "what it bought was delivered before, {}, and is not asked for again; the chain confirms the \
             payment now. The next time the same command buys anew",
            delivered_to(&delivery)
        ));
        Ok(Ended::Done)
    }

    /// What is left of the time for everything together, where the owner has set one.
    fn time_left(&self, stats: &TransferStats) -> Option<Duration> {
        let limit = self.http.max_time?;
        Some(limit.saturating_sub(stats.elapsed()))
    }

    /// Asks the chain about the settlement, and records what it says: what the server says where the
    /// chain cannot be asked.
    async fn check(
        &self,
        payment: &Payment,
        status: u16,
        money: &mut Money,
        left: Option<Duration>,
        shared: &Shared,
    ) -> PaymentReport {
        let said = match &*money {
            Money::Settled(said) | Money::NotDelivered(said) => Some(said.clone()),
            Money::Unproven { .. } => None,
            _ => return PaymentReport::of_answer(payment, status, money),
        };
        let on = self.screen.stderr && !self.options.speech.silent;
        let wait = Wait::for_settlement(on, payment.authorization.quote.network.name);
        let entry = shared.admin().show(&payment.id).await;
        let was_settled = entry.as_ref().is_ok_and(|entry| entry.state == ledger::State::Settled);
        // A ledger that cannot be read leaves the time of the answer.
        let reserved = entry.map_or_else(|_| SystemClock.now(), |entry| entry.reserved_at);
        let claim = said.as_ref().map(Said::by);
        let found = verify(self.nodes, payment, claim, left, reserved).await;
        wait.finish();
        let now = SystemClock.now();
        let closed = match &said {
            Some(said) => {
                if matches!(found, Err((Verification::Contradicted, _))) {
                    *money = Money::Doubtful(Doubt::Contradicted(said.clone()));
                }
                let verdict = Verdict::Deliver(money.clone());
                shared.ledger().close(payment, Some(&verdict), now).await.map(drop)
            }
            None => Ok(()),
        };
        let proved = match (closed, &found) {
            (Err(error), _) => Err(error),
            (Ok(()), Err(_)) => Ok(()),
            (Ok(()), Ok(transaction)) => {
                let (id, transaction) = (payment.id.as_str(), Some(transaction.as_str()));
                if said.is_some() || was_settled {
                    shared.admin().confirm_settlement(id, transaction, None).await
                } else {
                    shared.admin().prove_settled(id, None, transaction, now).await
                }
            }
        };
        if let Err(error) = proved {
            self.warn(&format!("the payment's outcome was not recorded: {error}"));
        }
        PaymentReport::of_answer(payment, status, money).verified(payment, found)
    }

    /// One line per payment, or one JSON document.
    fn tell_payment(&self, report: &PaymentReport, stats: &mut TransferStats) {
        if !self.options.speech.silent {
            if self.options.speech.json {
                Stderr.line(&report.json());
            } else {
                let time = seconds(stats.elapsed(), 3);
                Stderr.line(&payment_line(report, &time, self.screen.err));
            }
        }
        stats.state = report.state;
        stats.payment = Some(report.clone());
    }

    /// Writes the receipt, whose file was proved writable before paying. Of a payment that was sent twice,
    /// the later answer is the one to keep. One whose reader takes its time is written while other things
    /// go on, until [`Self::end_receipt`].
    pub(crate) async fn begin_receipt(
        &self,
        receipt: Option<Sink>,
        report: &PaymentReport,
    ) -> Option<Aside> {
        let sink = receipt?;
        let taken =
            sink.target().is_some_and(|path| self.paid_files.contains_besides(path, &report.id));
        let text = format!("{}\n", report.json());
        let begun = if taken { None } else { sink.aside(text.into_bytes()).ok() };
        let Some(mut begun) = begun else {
            self.warn_of_receipt();
            return None;
        };
        if begun.is_done(HEAD_START).await {
            self.keep_receipt(begun.finish(None).await, report);
            return None;
        }
        Some(begun)
    }

    /// Waits until the receipt is written, as long as there is time. What fails now is said, not fatal.
    pub(crate) async fn end_receipt(
        &self,
        begun: Option<Aside>,
        report: &PaymentReport,
        stats: &TransferStats,
    ) {
        let Some(begun) = begun else { return };
        let until = self.until(stats).or_else(|| Instant::now().checked_add(PATIENCE));
        self.keep_receipt(begun.finish(until).await, report);
    }

    fn keep_receipt(&self, written: Result<Option<PathBuf>, SinkError>, report: &PaymentReport) {
        match written {
            Ok(Some(path)) => self.paid_files.add_report(&path, &report.id),
            Ok(None) => {}
            Err(_) => self.warn_of_receipt(),
        }
    }

    fn warn_of_receipt(&self) {
        self.warn("the receipt could not be written");
    }
}

/// A body that is about to arrive.
struct Arriving {
    status: u16,
    /// Its length as it will be delivered, in bytes, if that is known.
    length: Option<u64>,
    /// Where in the whole it begins, in bytes.
    from: u64,
}

impl Arriving {
    /// What arrived, now that it is over.
    fn delivery(&self, failed: Option<&NotWhole>, stats: &TransferStats) -> Delivery {
        let status = Some(self.status);
        if !(200..300).contains(&self.status) {
            return Delivery { status, ..Delivery::of(Came::Failed) };
        }
        let absolute = |path: &Path| {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
            path.to_string_lossy().into_owned()
        };
        let named = Some(stats.filename.as_str()).filter(|name| !name.is_empty());
        let (came, file) = match failed {
            None => (Came::Whole, named.map(Path::new)),
            Some(NotWhole { part: Some(part), .. }) => (Came::Partial, Some(part.path.as_path())),
            Some(NotWhole { added: true, .. }) => (Came::Partial, named.map(Path::new)),
            Some(_) if stats.size_download > 0 => (Came::Partial, None),
            Some(_) => (Came::None, None),
        };
        let bytes = (came != Came::None).then(|| stats.size_download.saturating_add(self.from));
        let of = self.length.map(|length| length.saturating_add(self.from));
        Delivery { came, bytes, of, file: file.map(absolute), status }
    }
}

/// Whether a body that failed so can go on where it stopped.
fn leaves_rest(error: &http::Error) -> bool {
    use http::Error as E;
    !matches!(error, E::NoRange | E::OtherPart | E::Gap | E::Undecoded(_) | E::Decode(_))
}
