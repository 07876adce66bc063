//! What of a purchase arrived. What is known of its money is recorded apart from this: a payment can be
//! settled and its body cut off, or its body whole and its settlement not proven.

use super::words::words;
use crate::pay::Verdict;

/// How much of the body arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Came {
    /// All of it.
    Whole,
    /// Its beginning, or a part of it.
    Partial,
    /// An answer that is no success: an error, a redirect, a refusal.
    Failed,
    /// Nothing.
    None,
}

words! { Came { Whole = "whole", Partial = "partial", Failed = "failed", None = "none" } }

/// What of a purchase arrived, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// How much.
    pub came: Came,
    /// How many bytes, as they were written.
    pub bytes: Option<u64>,
    /// How many there are together, where the server said so.
    pub of: Option<u64>,
    /// The file that holds them, if one does.
    pub file: Option<String>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
}

impl Delivery {
    /// One of which no more is known than how much came.
    pub const fn of(came: Came) -> Self {
        Self { came, bytes: None, of: None, file: None, status: None }
    }

    /// What an answer without a body to deliver leaves; `None` where a body is still to come.
    pub(super) const fn by(verdict: Option<&Verdict>) -> Option<Self> {
        match verdict {
            None | Some(Verdict::Unsent | Verdict::Unprocessed) => Some(Self::of(Came::None)),
            Some(Verdict::Rejected(_) | Verdict::Undecided(_) | Verdict::Pending(_)) => {
                Some(Self::of(Came::Failed))
            }
            Some(Verdict::Deliver(_)) => None,
        }
    }

    /// Whether it is worth more than what was recorded before: a later sending that brings less takes
    /// nothing away from what is there.
    pub(super) fn outweighs(&self, before: Option<&Self>) -> bool {
        match before.map(|before| before.came) {
            Some(Came::Whole) => self.came == Came::Whole,
            Some(Came::Partial) => matches!(self.came, Came::Whole | Came::Partial),
            Some(Came::Failed | Came::None) | None => true,
        }
    }
}
