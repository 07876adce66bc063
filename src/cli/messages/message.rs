//! A failure as it is told: words for people, and beside them what a program would otherwise have to
//! read out of the words.

use serde_json::{Map, Value, json};

use super::super::exit::Exit;

/// Whether money has moved, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Money {
    /// Nothing was signed.
    None,
    /// A signature is out.
    Maybe,
    /// It settled.
    Moved,
}

impl Money {
    /// The word for it in documents.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Maybe => "maybe",
            Self::Moved => "moved",
        }
    }

    /// What an exit code alone says of it.
    const fn of(exit: Exit) -> Self {
        match exit {
            Exit::PaidNotDelivered => Self::Moved,
            exit if exit.row().signed => Self::Maybe,
            _ => Self::None,
        }
    }
}

/// A failure in words. An empty sentence is told by the code alone.
pub(in crate::cli) struct Message {
    /// How the program ends.
    pub exit: Exit,
    /// What happened, and whether anything was signed.
    pub sentence: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Where the money is.
    pub money: Money,
    /// Whether the same command can succeed if it is run again, with nothing changed.
    pub retryable: bool,
    /// Commands that lead on, each as its words. Nothing in them is a server's word.
    pub next: Vec<Vec<String>>,
    /// What the sentence says, for programs.
    pub facts: Map<String, Value>,
}

impl Message {
    pub(super) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self {
            exit,
            sentence: sentence.into(),
            hint: None,
            money: Money::of(exit),
            retryable: passes(exit),
            next: Vec::new(),
            facts: Map::new(),
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A command of this program that leads on.
    pub(super) fn next(mut self, words: &[&str]) -> Self {
        let words = ["pay402"].iter().chain(words).map(|word| (*word).to_owned());
        self.next.push(words.collect());
        self
    }

    pub(super) fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn money(self, money: Money) -> Self {
        Self { money, ..self }
    }

    pub(super) fn retryable(self, retryable: bool) -> Self {
        Self { retryable, ..self }
    }

    /// The document, `pay402/error/1`.
    pub(super) fn document(self) -> Value {
        let row = self.exit.row();
        let mut document = json!({
            "schema": "pay402/error/1",
            "code": self.exit.code(),
            "name": row.name,
            "message": self.sentence,
            "hint": self.hint,
            "signed": row.signed,
            "money": self.money.word(),
            "retryable": self.retryable,
            "next": self.next,
        });
        if let Some(members) = document.as_object_mut() {
            members.extend(self.facts);
        }
        document
    }
}

/// Whether what an exit code stands for can pass by itself.
const fn passes(exit: Exit) -> bool {
    matches!(
        exit,
        Exit::Resolve
            | Exit::Connect
            | Exit::Partial
            | Exit::Timeout
            | Exit::Empty
            | Exit::Send
            | Exit::Receive
            | Exit::Http2
            | Exit::Http2Stream
            | Exit::PaymentRejected
            | Exit::OutcomeUnknown
            | Exit::PaidNotDelivered
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_where_the_money_is_and_what_leads_on() {
        let message = Message::new(Exit::OutcomeUnknown, "it is open")
            .next(&["reconcile", "pay_1"])
            .fact("payment", json!({ "id": "pay_1" }));
        let document = message.document();
        assert_eq!((&document["money"], &document["retryable"]), (&json!("maybe"), &json!(true)));
        assert_eq!(document["next"], json!([["pay402", "reconcile", "pay_1"]]));
        assert_eq!(document["payment"]["id"], "pay_1");
        let money = |exit| Message::new(exit, "").document()["money"].clone();
        assert_eq!(money(Exit::PriceOverCap), "none");
        assert_eq!(money(Exit::PaidNotDelivered), "moved");
        assert_eq!(money(Exit::Usage), "none");
    }
}
