//! The ledger in one `SQLite` file, shared by any number of processes of one owner.
//!
//! # What is on the disk, and when
//!
//! The reservation before the signature is made; the whole signed header before its first byte
//! leaves; that it leaves once more, before it does; the outcome before anybody is told. These four are
//! forced to the disk. The rest survives the process without being forced. What another process has
//! signed is forced once more before it is sent: a process that is killed while it forces leaves a record
//! that is read and not yet on the disk.
//!
//! # Which file it is
//!
//! The ledger's file has one name, is no mount point by itself, and is still the one at its path whenever
//! something is recorded, and again between the last record and a payment's first byte. What lies beside
//! it (log, index, signs of life) is neither a link nor a mount.
//!
//! # Its thread
//!
//! A run calls its ledger through a [`SqliteLedger`], which carries out the calls in their order on a thread of
//! its own. A `Caller` is one transfer's; what a transfer holds when nobody waits for it any more is
//! let go of: a reservation is undone, what was signed and not sent is `unsent`.
//!
//! # Signs of life
//!
//! A process that is busy with payments holds a lock on a file of its own under `live/`; entries carry
//! that file's name for as long as the process is busy with them.

mod admin;
mod arrival;
mod beside;
mod caller;
mod counting;
mod database;
mod fault;
mod identity;
mod lookup;
mod memory;
mod payments;
mod presence;
mod query;
mod reserving;
mod row;
mod settling;
mod store;
mod word;
mod worker;

pub(super) use worker::SqliteLedger;

#[cfg(test)]
mod tests;
