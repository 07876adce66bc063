//! What is told of a payment that was answered, and what it bought delivered.

use super::fetch::Run;
use crate::cli::args::Format;
use crate::cli::deliver::{Destination, deliver};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Undelivered};
use crate::cli::output::Sink;
use crate::cli::world::SystemClock;
use crate::cli::write_out::{Facts, seconds};
use crate::http::Response;
use crate::ledger::{self, Books};
use crate::pay::{Clock, Ledger as _, Paid, Standing};
use crate::terminal::report::{PaymentReport, State, payment_line};
use crate::terminal::streams::Stderr;

impl Run<'_> {
    /// Reports a payment, then delivers what it bought.
    pub(super) async fn paid(
        &self,
        paid: Paid<Response, ledger::Error>,
        destination: Destination,
        receipt: Option<Sink>,
        facts: &mut Facts,
        books: &mut Books,
    ) -> Result<Exit, Failure> {
        let Paid { answer, payment, standing, settled, unrecorded } = paid;
        let status = answer.head.status.as_u16();
        let mut report = PaymentReport::of_standing(&payment, status, &standing);
        if settled {
            // An earlier answer has told, whatever this one says.
            report.state = State::Settled;
        }
        self.tell_payment(&report, facts);
        self.write_receipt(receipt, &report);
        if let Some(error) = unrecorded {
            self.warn(&format!("the payment's outcome was not recorded: {error}"));
        }
        let delivered = deliver(self, answer, destination, facts).await;
        let sound = matches!(standing, Standing::Settled(_) | Standing::Unproven);
        let whole = sound && delivered.is_ok();
        let noted = if whole {
            books.delivered(&payment.id, SystemClock.now())
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
        let (body, part) = match delivered {
            Ok(()) if sound => return Ok(Exit::Done),
            Ok(()) => (None, None),
            Err(undelivered) => (Some(undelivered.failure), undelivered.part),
        };
        Err(Failure::Undelivered(Box::new(Undelivered { report, status, body, part })))
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

    /// The receipt's file was proved writable before paying; what fails now is said, not fatal.
    pub(super) fn write_receipt(&self, receipt: Option<Sink>, report: &PaymentReport) {
        let Some(mut sink) = receipt else { return };
        let written = sink
            .write(report.json().as_bytes())
            .and_then(|()| sink.write(b"\n"))
            .and_then(|()| sink.complete());
        if written.is_err() {
            self.warn("the receipt could not be written");
        }
    }
}
