//! The ledger: what was signed, what became of it, and how much of each budget is left.
//!
//! One `SQLite` file, shared by any number of processes of one owner. What a payment is and when it
//! goes out lives in [`crate::pay`]; what a budget is, in [`crate::policy`]; this room remembers, adds
//! up, and tells the living from the dead. It never asks for the time: every call is told.
//!
//! # The states of a payment
//!
//! | | sign | adopt | send | stay | settle | refuse | silence | prove | unused | lapse |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | reserved | signed | | | | | | | | | |
//! | signed | | unknown | sent | unsent | | | | settled | expired | |
//! | unsent | | | sent | | | | | settled | expired | expired |
//! | sent | | | unknown | unsent | settled | rejected | unknown | settled | expired | |
//! | rejected | | | sent | | | | | settled | expired | expired |
//! | unknown | | | unknown | unknown | settled | unknown | unknown | settled | expired | |
//! | settled | | | | | | | | | | |
//! | expired | | | | | | | | | | |
//!
//! `sign`, `send`: this program does it. `stay`: it knows that no byte of its one sending left this machine,
//! because there was no connection or because it was interrupted. `adopt`: another process takes over what one that died had
//! signed, and may have sent. `settle`, `refuse`, `silence`: the server's answer, or none
//! that can be relied on. `prove`, `unused`: a chain's word. `lapse`: the clock's, after a refusal, or
//! where nobody else has the signature.
//! `unused` and `lapse` can be said only once the payment cannot settle any more. A reservation whose
//! process died has no signature and is removed, as if it had never been.
//!
//! Silence outweighs refusal: after one sending without an answer, a refusal of the next proves
//! nothing, because the first may be what the server refuses to repeat. What a process that died had
//! signed counts as one such sending: it may have left.
//!
//! # Settled, and not delivered
//!
//! `settled` is final for the money and not for the goods: until what was bought has come whole, the
//! signed bytes are kept, and the same purchase sends them again instead of signing others. This
//! changes nothing in the state. After the payment's validity no server takes it, and a purchase is a
//! new one. Whoever delivers is busy with the payment, and it is nobody else's meanwhile.
//!
//! What arrived is recorded by itself ([`Delivery`]): whole, partial, failed or none. A body that came
//! whole while the chain could not be asked about its settlement, as the owner wanted, is `whole` and
//! its purchase is not over: until a chain has proved it, or its validity has ended, the same request
//! sends nothing and signs nothing.
//!
//! # Busy
//!
//! A payment that a living process is busy with is not sent again by another, and none is signed beside
//! it: the other waits, asks, or refuses. That holds from the reservation on, which looks for such
//! payments in the transaction that makes it. Within one process it does not hold: whoever names a
//! request twice in one run wants it twice.
//!
//! # What counts against a budget
//!
//! | state | until it cannot settle any more | after that, within the period |
//! | --- | --- | --- |
//! | reserved | all of it, while its process lives | nothing |
//! | signed, sent, unknown | all of it | all of it: nobody has said that it did not settle in time |
//! | unsent | all of it | nothing: nobody else ever had it |
//! | rejected | all of it | nothing |
//! | settled | what settled, within the period | what settled |
//! | expired | | nothing |
//!
//! Where the owner wants proof (`refused = "until-proved"`), rejected and unsent count as unknown does.
//!
//! What is over is asked of the clock at every look and noted nowhere: a clock that was wrong for an
//! hour has freed nothing when it is right again.
//!
//! # What is remembered of a seller
//!
//! The latest payments to an origin that settled, by the server's word or the chain's, and what the
//! owner trusts it with. What was refused, lapsed, or is open is no part of it: a seller must not be
//! able to make himself known without having been paid, and what is paid was agreed to.

mod admin;
mod counting;
mod delivery;
mod entry;
mod error;
mod query;
mod sqlite;
mod state;
mod words;

pub use admin::{LedgerAdmin, PayingLedger};
pub use delivery::{Came, Delivery};
pub use entry::{Answered, Entry, Proof};
pub use error::Error;
pub use query::{Expiry, Filter, Grouping, Total, Trusted};
pub use state::{Event, State};

/// The ledger that [`open`] gives: a file of `SQLite`, whatever its path. What is asked of it is asked by
/// [`LedgerAdmin`] and [`crate::pay::Ledger`].
pub type OpenLedger = sqlite::SqliteLedger;

/// The ledger at a path. It is opened when something is looked up, and made when something is reserved,
/// not before.
pub fn open(path: std::path::PathBuf) -> OpenLedger {
    OpenLedger::at(path)
}
