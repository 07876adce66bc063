//! The books: what was signed, and what became of it.
//!
//! A journal of JSON lines, one appended before a payment leaves and one after its answer, each
//! forced to the disk. What a payment is lives in [`crate::pay`]; this room only remembers.

mod journal;

pub use journal::{Error, Journal};
