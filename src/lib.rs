//! pay402, the paying curl: a client for HTTP 402 and the x402 protocol.
//!
//! # What happens to a request
//!
//! A request is sent. The response is free, or carries a [`protocol::Challenge`]: a list of offers,
//! each kept as the raw JSON it came in. Every offer is quoted by a [`scheme`]: a
//! [`policy::Quote`] with its greatest possible cost, or the reason it cannot be paid. The
//! [`policy`] turns quotes and the owner's limits into an [`policy::Approval`], a question, or a
//! refusal. The [`ledger`] records, durably. The scheme builds an authorization from the approval,
//! the [`wallet`] signs it, and only then does it go out, once, to the origin that asked. The
//! outcome is recorded; the body goes to the user.
//!
//! Two types carry the promise that matters most: a failure is either
//! [`pay::Failure::NothingSigned`] or [`pay::Failure::Signed`], and [`policy::Approval`] has a
//! private constructor, so no code path can reach a signature around the policy.
//!
//! # The modules
//!
//! | module | kind | what lives there |
//! | --- | --- | --- |
//! | [`cli`] | front door | what was typed: arguments, their meaning, commands, messages, exit codes. The only module that knows clap |
//! | [`transfer`] | application | one run: sending, paying, trying again, delivering. It takes plain options and returns facts |
//! | [`pay`] | pure | the payment flow, once, over ports |
//! | [`scheme`] | pure | a way to pay: its quote, exactly what is signed, what settled, how a chain proves it |
//! | [`policy`] | pure | whether to pay: the table of rules, the decision, the refusal |
//! | [`protocol`] | pure | what is said: terms, amounts, networks, assets, and each dialect that spells it |
//! | [`text`] | pure | text of other systems: files and bodies in UTF-8 or UTF-16, a library's errors in words |
//! | [`http`] | edge | the network |
//! | [`wallet`] | edge | the key |
//! | [`ledger`] | edge | what was signed and what became of it, durably |
//! | [`chain`] | edge | what became of money: an EVM chain, read over JSON-RPC |
//! | [`output`] | edge | bytes to places: files that are whole or not there, their names, which of them hold what was paid for |
//! | [`terminal`] | edge | streams, safe text, questions, progress, reports |
//! | [`config`] | edge | the owner's file, the paths, every environment variable in one list |
//! | [`ownership`] | edge | whose a file is, and who else could have put it there |
//! | [`signals`] | edge | what a signal does to the process, and who is told of it |
//! | [`system`] | edge | the system's clock, random numbers and signals, as ports |
//! | [`threads`] | edge | work on another thread, or on this one where the system gives none |
//! | `sandbox` | edge | a seller, a facilitator and a chain in one process (feature `sandbox`) |
//!
//! Who may use whom: `cli → transfer → { pay → scheme → policy → protocol, edges }`, and `cli` uses
//! `config` and each edge. Edges implement `pay`'s ports and do not use each other, but for a few
//! that serve others: `ownership`, `signals`, `system`, `text`, `threads`, and `terminal` for the
//! streams that `output` writes to. `tests/architecture.rs` has the whole table and holds it against
//! the code. Nothing below `cli` reads the environment, knows clap or exits, and one module each reads
//! the clock, draws random numbers and handles signals; clippy's disallowed methods hold the rest.
//!
//! The library exists for the program; its interface carries no promise of stability.

pub mod chain;
pub mod cli;
pub mod config;
pub mod http;
pub mod ledger;
pub mod output;
pub mod ownership;
pub mod pay;
pub mod policy;
pub mod protocol;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod scheme;
pub mod signals;
pub mod system;
pub mod terminal;
pub mod text;
pub mod threads;
pub mod transfer;
pub mod wallet;
