//! What is told of a payment that was answered, and what it bought delivered.

use std::time::Duration;

use super::fetch::Run;
use crate::cli::args::Format;
use crate::cli::deliver::{NotWhole, deliver};
use crate::cli::destination::Destination;
use crate::cli::exit::Exit;
use crate::cli::failure::{BodyFailure, Failure, Undelivered};
use crate::cli::output::Sink;
use crate::cli::shared::{Shared, SharedBooks};
use crate::cli::verification::verify;
use crate::cli::world::SystemClock;
use crate::cli::write_out::{Facts, seconds};
use crate::http::{self, Response};
use crate::ledger;
use crate::pay::{Clock, Doubt, Ledger as _, Money, Paid, Payment, Recorded, Verdict};
use crate::terminal::progress::Wait;
use crate::terminal::report::{PaymentReport, State, Verification, payment_line};
use crate::terminal::streams::Stderr;

impl Run<'_> {
    /// Reports a payment, then delivers what it bought. Where the chain is to be asked about it, the
    /// report comes when that is done, and what was bought does not wait for it.
    pub(super) async fn paid(
        &self,
        paid: Paid<Response, ledger::Error>,
        destination: Destination,
        mut receipt: Option<Sink>,
        facts: &mut Facts,
        shared: &Shared,
    ) -> Result<Exit, Failure> {
        let books = &mut shared.books();
        let Paid { answer, payment, mut money, recorded, to_check, unrecorded } = paid;
        let status = answer.head.status.as_u16();
        let mut report = PaymentReport::of_answer(&payment, status, &money);
        let settled = recorded == Some(Recorded::Settled);
        // Earlier answers have told, or an earlier silence left open, whatever this one says.
        report.state = match (recorded, report.state) {
            (Some(Recorded::Settled), _) => State::Settled,
            (Some(Recorded::Unknown), State::Rejected) => State::Unknown,
            (_, state) => state,
        };
        if !to_check {
            self.tell_payment(&report, facts);
            self.write_receipt(receipt.take(), &report);
        }
        if let Some(error) = unrecorded {
            self.warn(&format!("the payment's outcome was not recorded: {error}"));
        }
        let delivered = deliver(self, answer, destination, facts, true).await;
        if to_check {
            // Who has interrupted the body does not wait for a chain either.
            let cut = delivered.as_ref().err().map(|undelivered| &undelivered.failure);
            let given_up = matches!(cut, Some(BodyFailure::Cut(http::Error::Interrupted)));
            let left = if given_up { Some(Duration::ZERO) } else { self.time_left(facts) };
            report = self.check(&payment, status, &mut money, left, books).await;
            if settled && money == Money::Unproven {
                report.state = State::Settled;
            }
            self.tell_payment(&report, facts);
            self.write_receipt(receipt, &report);
        }
        shared.count(&payment, report.state);
        let sound = matches!(money, Money::Settled(_) | Money::Unproven);
        // What the chain could not be asked about is not over: the code says to run again, and that
        // must send this payment and sign no other.
        let whole = sound && report.is_believed() && delivered.is_ok();
        let noted = if whole {
            books.with(|books| books.delivered(&payment.id, SystemClock.now()))
        } else {
            books.release(&payment.id)
        };
        if let Err(error) = noted
            && whole
        {
            self.warn(&format!(
                "its delivery was not recorded, so the same request sends this payment again until {}: \
                 {error}",
                report.valid_before
            ));
        }
        let (body, part, added) = match delivered {
            Ok(()) if whole => return Ok(Exit::Done),
            Ok(()) => (None, None, false),
            Err(NotWhole { failure, part, added }) => (Some(failure), part, added),
        };
        Err(Failure::Undelivered(Box::new(Undelivered { report, status, body, part, added })))
    }

    /// What is left of the time for everything together, where the owner has set one.
    fn time_left(&self, facts: &Facts) -> Option<Duration> {
        let limit = self.options.max_time?;
        Some(limit.saturating_sub(facts.elapsed()))
    }

    /// Asks the chain about the settlement, and closes the books by its word: by the server's where the
    /// chain cannot be asked.
    async fn check(
        &self,
        payment: &Payment,
        status: u16,
        money: &mut Money,
        left: Option<Duration>,
        books: &mut SharedBooks<'_>,
    ) -> PaymentReport {
        let said = match &*money {
            Money::Settled(said) | Money::NotDelivered(said) => Some(said.clone()),
            Money::Unproven => None,
            _ => return PaymentReport::of_answer(payment, status, money),
        };
        let on = self.screen.stderr && !self.args.speech.silent;
        let wait = Wait::for_settlement(on, payment.authorization.quote.network.name);
        let entry = books.with(|books| books.show(&payment.id));
        let was_settled = entry.as_ref().is_ok_and(|entry| entry.state == ledger::State::Settled);
        // Books that cannot be read leave the time of the answer.
        let reserved = entry.map_or_else(|_| SystemClock.now(), |entry| entry.reserved_at);
        let found = verify(self.nodes, payment, said.as_ref(), left, reserved).await;
        wait.finish();
        let now = SystemClock.now();
        let closed = match &said {
            Some(said) => {
                if matches!(found, Err((Verification::Contradicted, _))) {
                    *money = Money::Doubtful(Doubt::Contradicted(said.clone()));
                }
                let verdict = Verdict::Deliver(money.clone());
                books.close(payment, Some(&verdict), now).map(drop)
            }
            None => Ok(()),
        };
        let proved = closed.and_then(|()| match &found {
            Err(_) => Ok(()),
            Ok(transaction) if said.is_some() || was_settled => {
                books.with(|books| books.borne_out(&payment.id, transaction))
            }
            Ok(transaction) => {
                books.with(|books| books.prove_settled(&payment.id, None, Some(transaction), now))
            }
        });
        if let Err(error) = proved {
            self.warn(&format!("the payment's outcome was not recorded: {error}"));
        }
        PaymentReport::of_answer(payment, status, money).verified(payment, found)
    }

    /// One line per payment, or one JSON document.
    fn tell_payment(&self, report: &PaymentReport, facts: &mut Facts) {
        if !self.args.speech.silent {
            match self.args.speech.format {
                Format::Json => Stderr.line(&report.json()),
                Format::Text => {
                    let time = seconds(facts.elapsed(), 3);
                    Stderr.line(&payment_line(report, &time, self.screen.err));
                }
            }
        }
        facts.state = report.state;
        facts.payment = Some(report.clone());
    }

    /// The receipt's file was proved writable before paying; what fails now is said, not fatal. Of a
    /// payment that was sent twice, the later answer is the one to keep.
    pub(super) fn write_receipt(&self, receipt: Option<Sink>, report: &PaymentReport) {
        let Some(mut sink) = receipt else { return };
        let taken = sink.target().is_some_and(|path| self.goods.hold_beside(path, &report.id));
        let mut write = || {
            sink.write(report.json().as_bytes())?;
            sink.write(b"\n")
        };
        match if taken { Ok(None) } else { write().and_then(|()| sink.complete()) } {
            Ok(Some(path)) => self.goods.add_report(&path, &report.id),
            Ok(None) if !taken => {}
            Ok(None) | Err(_) => self.warn("the receipt could not be written"),
        }
    }
}
