//! What of a purchase arrived. What is known of its money is recorded apart from this: a payment can be
//! settled and its body cut off, or its body whole and its settlement not proven.

use rusqlite::{Connection, params};

use super::books::{Books, Durability, entry};
use super::counting::integer;
use super::entry::Entry;
use super::error::{Error, Fault};
use super::settling::forget_header;
use super::state::State;
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
    fn outweighs(&self, before: Option<&Self>) -> bool {
        match before.map(|before| before.came) {
            Some(Came::Whole) => self.came == Came::Whole,
            Some(Came::Partial) => matches!(self.came, Came::Whole | Came::Partial),
            Some(Came::Failed | Came::None) | None => true,
        }
    }
}

impl Books {
    /// Records what arrived of a purchase; this process is not busy with the payment any more. With
    /// `over`, in Unix seconds, the purchase is over: the same request is another one from now on, if
    /// the payment is settled. `id` is a whole id.
    ///
    /// Not forced to the disk: without it the payment is sent once more, which costs nothing.
    pub fn came(&mut self, id: &str, delivery: &Delivery, over: Option<u64>) -> Result<(), Error> {
        self.write_anyway(Durability::System, |books| {
            let entry = entry(books, id)?;
            record(books, &entry, delivery)?;
            books
                .prepare_cached(
                    "UPDATE payments SET delivered_at = coalesce(?2, delivered_at), owner = NULL
                     WHERE seq = ?1",
                )?
                .execute(params![entry.seq, over.map(integer)])?;
            let is_over = over.is_some() && entry.state == State::Settled;
            if is_over { forget_header(books, &entry) } else { Ok(()) }
        })
    }

    /// Records that what a payment bought has come whole and that the purchase is over.
    pub fn delivered(&mut self, id: &str, now: u64) -> Result<(), Error> {
        self.came(id, &Delivery::of(Came::Whole), Some(now))
    }
}

/// Keeps what arrived, unless more did before.
pub(super) fn record(books: &Connection, entry: &Entry, new: &Delivery) -> Result<(), Fault> {
    if !new.outweighs(entry.delivery.as_ref()) {
        return Ok(());
    }
    books
        .prepare_cached(
            "UPDATE payments SET delivery = ?2, came = ?3, came_of = ?4, came_in = ?5,
             came_with = ?6 WHERE seq = ?1",
        )?
        .execute(params![
            entry.seq,
            new.came,
            new.bytes.map(integer),
            new.of.map(integer),
            new.file,
            new.status,
        ])?;
    Ok(())
}
