//! Servers and facilitators that others wrote, as they answered when they were measured: Express,
//! Hono, `FastAPI`, Flask and Axum with the x402 packages of both versions. Their answers are in
//! `tests/fixtures/servers/`, one file for each pair of server and facilitator, and go over the wire
//! byte for byte.
//!
//! In the fixtures a document that travels in a header is written as JSON, which is coded on the way
//! out, and lengths are counted. A few samples were cut where they were taken: the ends of viem's
//! messages are made up. `express2-extras.http` has what one server asks on routes of its own, put
//! together from the payments that those routes took.

mod asking;
mod buying;
mod failing;
mod refusing;
mod sample;

use crate::support::ledger::{Entry, entries};
use crate::support::seller::now;
use crate::support::verifier::{Verified, verify};
use crate::support::{Home, Paywall, Reply, Run, Version};
use sample::Sample;

/// One purchase, from the first answer to the ledger.
struct Bought {
    run: Run,
    /// What the ledger has of it.
    entry: Entry,
    /// What was signed.
    signed: Verified,
    /// The document that was sent, as JSON.
    sent: serde_json::Value,
}

/// What `-w` is asked to tell, on a line of its own on stderr.
const TOLD: &str = "%{stderr}|%{payment_state}|%{payment_amount_atomic}|%{payment_asset}\
                    |%{payment_network}|%{payment_tx}|\n";

/// Asks a server that gives the first sample and, once paid, the second.
#[track_caller]
fn buy(asks: &Sample, answers: &Sample) -> Bought {
    buy_at(asks, 0, answers.reply())
}

/// The same, where the offer to be paid is the one at `place`.
#[track_caller]
fn buy_at(asks: &Sample, place: usize, answers: Reply) -> Bought {
    let (first, then) = (asks.reply(), answers);
    let paywall = Paywall::serve(move |request| match request.payment() {
        None => first.clone(),
        Some(_) => then.clone(),
    });
    let home = Home::new();
    let run = home.pay(&["-w", TOLD, &paywall.url("/cheap")]);
    let requests = paywall.requests();
    run.assert(requests.len() == 2, "one request to ask and one to pay");
    assert_eq!(requests[0].plain_headers(), requests[1].plain_headers());
    assert_eq!(
        (&requests[0].method, &requests[0].target),
        (&requests[1].method, &requests[1].target)
    );
    let (header, payment) = requests[1].payment().expect("a payment");
    let version = asks.version();
    assert_eq!(header == "X-PAYMENT", version == Version::V1, "{header} in {version:?}");
    let signed = verify(version, &asks.accepts()[place], &payment, now());
    let signed = signed.unwrap_or_else(|error| panic!("{error}\n{payment}\n{run}"));
    let sent = serde_json::from_str(&payment).expect("JSON");
    let mut ledger = entries(&home);
    run.assert(ledger.len() == 1, "one entry in the ledger");
    Bought { run, entry: ledger.remove(0), signed, sent }
}

impl Bought {
    /// How it ended, by the exit code, by `-w` and by the ledger.
    #[track_caller]
    fn ends(&self, code: i32, state: &str) -> &Self {
        self.run.exits(code);
        self.told(0, state);
        let by_the_ledger = &self.entry.state;
        self.run.assert(by_the_ledger == state, &format!("{by_the_ledger} in the ledger"));
        self
    }

    /// A thousandth of a dollar on the test network was said to be at stake, in that transaction.
    #[track_caller]
    fn costs_a_thousandth(&self, transaction: &str) -> &Self {
        for (place, word) in ["1000", "USDC", "base-sepolia", transaction].into_iter().enumerate() {
            self.told(place + 1, word);
        }
        self
    }

    /// One of the words that `-w` wrote.
    #[track_caller]
    fn told(&self, place: usize, word: &str) {
        let line = self.run.stderr.lines().find(|line| line.starts_with('|')).unwrap_or_default();
        let told = line.split('|').nth(place + 1).unwrap_or_default();
        self.run.assert(told == word, &format!("{word:?} at {place} in {line:?}"));
    }
}

/// The first answer must be enough to refuse: nothing is signed.
#[track_caller]
fn refused(args: &[&str], asks: Reply, code: i32) -> Run {
    let paywall = Paywall::script([asks]);
    let home = Home::new();
    let url = paywall.url("/cheap");
    let args: Vec<&str> = args.iter().copied().chain([url.as_str()]).collect();
    let run = home.pay(&args);
    run.refuses(code);
    paywall.asked_but_not_paid();
    assert!(entries(&home).is_empty(), "nothing is in the ledger");
    run
}
