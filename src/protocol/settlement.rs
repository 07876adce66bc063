//! What a server says became of a payment (`SettlementResponse`, x402 specification v1 and v2, 5.3).
//!
//! Servers write it in many shapes: older names of members, numbers where texts belong, the document in
//! a wrapper. What is said is read in each of them; whether it can be believed is judged in
//! [`crate::pay`] against what was signed.

use serde_json::{Map, Value};

use super::amount::Amount;
use super::hash::hash;
use super::networks::Network;
use super::retry::retry_after;
use super::texts::{document, texts_in};
use super::wording::{self, is_pending};

/// The members that name the transaction, the specification's first.
const TRANSACTIONS: [&str; 9] = [
    "transaction",
    "txHash",
    "transactionHash",
    "tx_hash",
    "transaction_hash",
    "txhash",
    "txId",
    "tx",
    "hash",
];
/// The members that name the network.
const NETWORKS: [&str; 6] = ["network", "networkId", "network_id", "chainId", "chain_id", "chain"];
/// The members that say why it failed, as a code.
const REASONS: [&str; 6] =
    ["errorReason", "error_reason", "errorCode", "error_code", "error", "reason"];
/// The members that say why it failed, in words.
const MESSAGES: [&str; 3] = ["errorMessage", "error_message", "message"];
/// The members in one word of which a settlement stands.
const STATUSES: [&str; 4] = ["status", "state", "settlementStatus", "settlement_status"];
/// The members that hold a settlement of which nothing is said beside them.
const WRAPPERS: [&str; 11] = [
    "settlement",
    "settle",
    "settleResponse",
    "settlementResponse",
    "settle_response",
    "settlement_response",
    "paymentResponse",
    "payment_response",
    "payment",
    "receipt",
    "data",
];

/// Words of a status: it has been sent to the chain, or will be.
const UNDER_WAY: [&str; 9] = [
    "pending",
    "processing",
    "in_progress",
    "inprogress",
    "in-progress",
    "submitted",
    "broadcast",
    "broadcasted",
    "unconfirmed",
];
/// Words of a status: it did not come about.
const FAILED: [&str; 6] = ["failed", "failure", "error", "rejected", "reverted", "refused"];

/// A `SettlementResponse`. All text is the server's, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Whether the server says it was settled.
    pub success: bool,
    /// Whether the server says that it is under way, with the outcome open. Then it is no success.
    pub pending: bool,
    /// A code when it was not.
    pub error_reason: Option<String>,
    /// Words when it was not.
    pub error_message: Option<String>,
    /// Who paid.
    pub payer: Option<String>,
    /// The transaction's hash; may be absent or empty.
    pub transaction: Option<String>,
    /// The network as this version spells it; may be absent or empty.
    pub network: Option<String>,
    /// Atomic units actually settled; absent means the signed amount.
    pub amount: Option<String>,
    /// When to come back, in seconds, where the server says so.
    pub retry_after: Option<u64>,
}

impl Settlement {
    /// What a refusal without a settlement says in `words` of its own.
    pub fn refused(words: String) -> Self {
        Self { error_message: Some(words), ..Self::default() }
    }

    /// Reads a document: a settlement as it is, in a wrapper, or as the only entry of a list. `None` for
    /// one that does not say how it went.
    pub(super) fn of(part: &Value) -> Option<Self> {
        match part {
            Value::Object(members) => Self::of_members(members).or_else(|| {
                let inner = |name: &&str| Self::of(members.get(*name)?);
                WRAPPERS.iter().find_map(inner)
            }),
            Value::Array(all) => match all.as_slice() {
                [one] => Self::of(one),
                _ => None,
            },
            Value::String(text) => Self::of(&document(text)?),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }

    fn of_members(members: &Map<String, Value>) -> Option<Self> {
        let first = |names: &[&str]| names.iter().find_map(|name| word(members.get(*name)?));
        let said = |words: &[&str]| {
            STATUSES.iter().any(|name| {
                members.get(*name).and_then(Value::as_str).is_some_and(|text| {
                    words.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
                })
            })
        };
        let error_reason = first(&REASONS);
        let denied = |value: &Value| match value {
            Value::Bool(success) => Some(*success),
            Value::Number(number) if number.as_u64() == Some(0) => Some(false),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        let success = members.get("success").and_then(denied);
        let pending = said(&UNDER_WAY)
            || members.get("pending") == Some(&Value::Bool(true))
            || success == Some(false) && error_reason.as_deref().is_some_and(is_pending);
        let success = match success {
            _ if pending || said(&FAILED) => false,
            Some(success) => success,
            None => return None,
        };
        Some(Self {
            success,
            pending,
            error_reason,
            error_message: first(&MESSAGES),
            payer: first(&["payer"]),
            transaction: first(&TRANSACTIONS),
            network: first(&NETWORKS),
            amount: first(&["amount"]),
            retry_after: retry_after(members),
        })
    }

    /// Why it failed, as the server says it: the code, and the words beside it, which alone tell where
    /// the code is `unexpected_error`.
    pub fn words(&self) -> Option<String> {
        let said = [&self.error_reason, &self.error_message];
        let mut said: Vec<&str> = said
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        said.dedup();
        (!said.is_empty()).then(|| said.join(": "))
    }

    /// Whether it failed and leaves open what became of the money: in its words, or by a transaction
    /// without a word that it was undone.
    pub fn leaves_open(&self) -> bool {
        let words = texts_in(&self.words().unwrap_or_default());
        let moved = self.transaction_hash().is_some() && !wording::is_undone(&words);
        !self.success && (self.pending || moved || wording::leaves_open(&words))
    }

    /// With the words that stand elsewhere in the same answer after its own.
    #[must_use]
    pub fn and_words(self, words: Option<String>) -> Self {
        let mut all: Vec<String> = self.error_message.into_iter().chain(words).collect();
        all.retain(|words| !words.is_empty() && Some(words) != self.error_reason.as_ref());
        all.dedup();
        Self { error_message: (!all.is_empty()).then(|| all.join(": ")), ..self }
    }

    /// The amount settled: `Ok(None)` where the server names none, `Err` where it is malformed.
    pub fn settled_amount(&self) -> Result<Option<Amount>, super::AmountError> {
        self.amount.as_deref().filter(|text| !text.is_empty()).map(Amount::parse).transpose()
    }

    /// The transaction as 0x and 64 small hex digits, if it is one that can exist.
    pub fn transaction_hash(&self) -> Option<String> {
        self.transaction.as_deref().and_then(hash)
    }

    /// Whether it says: broadcast, outcome not yet known. Never a reason to pay again, whether or not it
    /// names the transaction.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// Whether another account of the same settlement says another thing of the money: whether it
    /// moved, whose, how much, and where. What only one of them says is no difference.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let network = |said: &Self| {
            let name = said.network.clone()?;
            let known = Network::of_receipt(&name).map(|network| network.caip2.to_owned());
            Some(known.unwrap_or(name))
        };
        let small = |said: &Option<String>| said.as_deref().map(str::to_lowercase);
        self.success != other.success
            || self.pending != other.pending
            || differ(network(self).as_ref(), network(other).as_ref())
            || differ(small(&self.payer).as_ref(), small(&other.payer).as_ref())
            || differ(small(&self.amount).as_ref(), small(&other.amount).as_ref())
    }

    /// What both accounts say together, where they do not contradict each other. `None` where they name
    /// two transactions: neither is known to be the one.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let spelled = |said: &Self| said.transaction_hash().or_else(|| said.transaction.clone());
        if differ(spelled(&self).as_ref(), spelled(&other).as_ref()) {
            return None;
        }
        let either = |one: Option<String>, two| one.filter(|text| !text.is_empty()).or(two);
        let reason = either(self.error_reason, other.error_reason.clone());
        // The words of both are kept: one of them may say that the money has moved.
        let mut words: Vec<String> = Vec::new();
        let all = [self.error_message, other.error_reason, other.error_message];
        for text in all.into_iter().flatten() {
            if !text.is_empty() && Some(&text) != reason.as_ref() && !words.contains(&text) {
                words.push(text);
            }
        }
        Some(Self {
            success: self.success,
            pending: self.pending,
            error_reason: reason,
            error_message: (!words.is_empty()).then(|| words.join(": ")),
            payer: either(self.payer, other.payer),
            transaction: either(self.transaction, other.transaction),
            network: either(self.network, other.network),
            amount: either(self.amount, other.amount),
            retry_after: self.retry_after.max(other.retry_after),
        })
    }
}

/// Whether two texts are both there and differ.
fn differ(one: Option<&String>, two: Option<&String>) -> bool {
    let there = |text: &&String| !text.is_empty();
    one.filter(there).zip(two.filter(there)).is_some_and(|(one, two)| one != two)
}

/// A member as one word: a text as it is, a number by its digits, and of an object what names it.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(members) => ["hash", "code", "message", "chainId", "id", "address", "name"]
            .iter()
            .find_map(|name| members.get(*name).filter(|value| !value.is_object()).and_then(word)),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}
