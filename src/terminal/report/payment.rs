//! The report of one payment.

use serde::Serialize;
use serde_json::{Value, json};

use super::{REFUSAL_TEXT, SERVER_TEXT, time};
use crate::pay::{Difference, Doubt, Money, Payment, Recorded, SignedCause};
use crate::protocol::Settlement;
use crate::terminal::safe::Safe;
use crate::terminal::style::{Painter, Style};

/// What is known of a payment's money, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing was asked.
    None,
    /// Asked, and not signed.
    Refused,
    /// Signed, and refused by the server.
    Rejected,
    /// Signed, and the outcome is not known.
    Unknown,
    /// Settled.
    Settled,
}

impl State {
    /// The word, as in `%{payment_state}`.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Settled => "settled",
        }
    }
}

/// What the chain says to a server's word that a payment settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// It is so: the authorization is used, and what was signed has moved.
    Verified,
    /// It is not so.
    Contradicted,
    /// It could not be asked.
    Unverified,
}

/// A payment as JSON: schema `pay402/payment/1`.
#[derive(Debug, Clone, Serialize)]
pub struct PaymentReport {
    schema: &'static str,
    /// Names the payment in the ledger.
    pub id: String,
    /// What is known of the money.
    pub state: State,
    method: String,
    url: String,
    status: Option<u16>,
    x402_version: u64,
    scheme: &'static str,
    /// The network's name.
    pub network: &'static str,
    network_id: &'static str,
    testnet: bool,
    /// The asset's symbol.
    pub asset: &'static str,
    asset_address: String,
    /// What was authorized, in whole tokens. What a server says was settled is no fact.
    pub amount: String,
    /// The same in atomic units.
    pub amount_atomic: String,
    payer: String,
    /// Who is paid.
    pub payee: String,
    nonce: String,
    /// Until when the authorization can be settled.
    pub valid_before: String,
    /// The transaction's hash, where the server named one that can exist.
    pub transaction: Option<String>,
    explorer: Option<String>,
    /// What the chain says to the server's word on the settlement, where it was asked.
    pub verification: Option<Verification>,
    /// What does not fit, or is not known, in words.
    pub warnings: Vec<String>,
}

impl PaymentReport {
    /// The report of a payment that was answered.
    pub fn of_answer(payment: &Payment, status: u16, money: &Money) -> Self {
        let (state, transaction, warnings) = match money {
            Money::Settled(said) | Money::NotDelivered(said) => {
                (State::Settled, said.transaction_hash(), Vec::new())
            }
            Money::Unproven { odd, transaction } => {
                let found = if *odd {
                    "the server's receipt cannot be read"
                } else {
                    "the server sent no receipt"
                };
                let warning = format!("{found}, so the settlement is not proven");
                (State::Unknown, transaction.clone(), vec![warning])
            }
            Money::Unsettled => (State::Unknown, None, Vec::new()),
            Money::Refused(said) => (State::Rejected, None, vec![refusal(said)]),
            Money::Doubtful(doubt) => {
                let transaction = claimed(doubt).and_then(Settlement::transaction_hash);
                (State::Unknown, transaction, doubts(doubt))
            }
        };
        Self::new(payment, state, Some(status), transaction, warnings)
    }

    /// The report of a payment whose answer was no delivery.
    pub fn of_failure<T>(payment: &Payment, cause: &SignedCause<T>) -> Self {
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
        let transaction = settlement.and_then(Settlement::transaction_hash);
        Self::new(payment, state, None, transaction, Vec::new())
    }

    /// The report of a payment of which no answer is at hand.
    pub fn of_earlier(payment: &Payment, state: State) -> Self {
        Self::new(payment, state, None, None, Vec::new())
    }

    fn new(
        payment: &Payment,
        state: State,
        status: Option<u16>,
        transaction: Option<String>,
        warnings: Vec<String>,
    ) -> Self {
        let authorization = &payment.authorization;
        let quote = &authorization.quote;
        Self {
            schema: "pay402/payment/1",
            id: payment.id.clone(),
            state,
            method: payment.method.to_string(),
            url: payment.url.to_string(),
            status,
            x402_version: payment.version,
            scheme: quote.scheme,
            network: quote.network.name,
            network_id: quote.network.caip2,
            testnet: quote.network.testnet,
            asset: quote.asset.symbol,
            asset_address: quote.asset.address.to_string(),
            amount: quote.amount.human(quote.asset.decimals),
            amount_atomic: quote.amount.to_string(),
            payer: authorization.payer.to_string(),
            payee: quote.pay_to.to_string(),
            nonce: authorization.nonce.to_string(),
            valid_before: time(authorization.valid_before),
            explorer: transaction.as_deref().and_then(|hash| quote.network.transaction_url(hash)),
            transaction,
            verification: None,
            warnings,
        }
    }

    /// The same, with what the chain says to the server's word: the transaction that moved the money, or
    /// why there is none to show.
    #[must_use]
    pub fn verified(
        mut self,
        payment: &Payment,
        found: Result<String, (Verification, String)>,
    ) -> Self {
        match found {
            Ok(transaction) => {
                let network = payment.authorization.quote.network;
                self.explorer = network.transaction_url(&transaction);
                self.transaction = Some(transaction);
                self.verification = Some(Verification::Verified);
                // Also where the server said nothing, and the report therefore that nothing is proven.
                self.state = State::Settled;
                self.warnings.clear();
            }
            Err((verification, why)) => {
                self.verification = Some(verification);
                self.warnings.push(Safe::new(&why, 2 * SERVER_TEXT).to_string());
            }
        }
        self
    }

    /// What a program needs of the payment in an error or a notice about it.
    pub fn facts(&self) -> Value {
        json!({
            "id": self.id,
            "state": self.state,
            "amount": self.amount,
            "amount_atomic": self.amount_atomic,
            "asset": self.asset,
            "network": self.network,
            "network_id": self.network_id,
            "payee": self.payee,
            "valid_before": self.valid_before,
            "transaction": self.transaction,
        })
    }

    /// The method and the URL that was paid.
    pub fn request(&self) -> (&str, &str) {
        (&self.method, &self.url)
    }

    /// Whether the chain, where it was asked, bears out what is told here.
    pub fn is_believed(&self) -> bool {
        matches!(self.verification, None | Some(Verification::Verified))
    }

    /// The document. Text and numbers always serialize; an empty one would mean otherwise.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A claimed settlement whose transaction is worth showing though it is in doubt.
fn claimed(doubt: &Doubt) -> Option<&Settlement> {
    match doubt {
        Doubt::ServedWhilePending(said) | Doubt::Unchecked(said) | Doubt::Contradicted(said) => {
            Some(said)
        }
        Doubt::Damaged
        | Doubt::Contradictory
        | Doubt::ServedButDenied(_)
        | Doubt::Differs { .. } => None,
    }
}

fn refusal(said: &Settlement) -> String {
    let reason = said.words().unwrap_or_else(|| "without a reason".to_owned());
    let reason = Safe::new(&reason, REFUSAL_TEXT);
    format!("the server says the settlement failed: {reason}")
}

fn doubts(doubt: &Doubt) -> Vec<String> {
    match doubt {
        Doubt::Damaged => vec!["the server's receipt cannot be read".to_owned()],
        Doubt::Contradictory => vec!["the server's receipts contradict each other".to_owned()],
        Doubt::ServedButDenied(said) => {
            vec![format!("the resource was served, but {}", refusal(said))]
        }
        Doubt::ServedWhilePending(_) => {
            vec!["the server says the settlement is still on its way".to_owned()]
        }
        Doubt::Unchecked(_) => vec!["the chain has not been asked".to_owned()],
        // What the chain says is added by whoever asked it.
        Doubt::Contradicted(_) => Vec::new(),
        Doubt::Differs { differences, .. } => differences.iter().map(|d| differs(*d)).collect(),
    }
}

fn differs(difference: Difference) -> String {
    let what = match difference {
        Difference::Network => "another network than was signed",
        Difference::Payer => "another payer than this wallet",
        Difference::Amount => "another amount than was signed",
    };
    format!("the server's receipt names {what}")
}

/// A payment in one line: what was paid, where, to whom, and by which transaction.
pub fn payment_line(report: &PaymentReport, seconds: &str, painter: Painter) -> String {
    let amount = format!("{} {}", report.amount, report.asset);
    let amount = painter.paint(Style::Money, &amount);
    let verb = match report.state {
        State::Settled => "paid",
        _ => "sent a payment of",
    };
    let mut line = format!("{verb} {amount} on {} to {}", report.network, report.payee);
    if report.testnet {
        line.push_str(" (testnet)");
    }
    if let Some(hash) = &report.transaction {
        let shown = match &report.explorer {
            Some(url) => painter.link(url, hash),
            None => hash.clone(),
        };
        line.push_str(", transaction ");
        line.push_str(&shown);
    }
    if report.verification == Some(Verification::Verified) {
        line.push_str(", verified");
    }
    line.push_str(", ");
    line.push_str(seconds);
    line.push_str(" s");
    for warning in &report.warnings {
        line.push_str("; ");
        line.push_str(&painter.paint(Style::Warning, warning));
    }
    line
}
