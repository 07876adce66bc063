//! pay402, the paying curl: a client for HTTP 402 and the x402 protocol.
//!
//! # The story
//!
//! A request is sent. The answer is free, or carries a [`protocol::Challenge`]: a list of offers,
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
//! # The rooms
//!
//! | room | kind | what lives there |
//! | --- | --- | --- |
//! | [`cli`] | front door | the only room that knows clap: arguments, settings, commands, failure texts, exit codes |
//! | [`config`] | edge | the owner's file, the paths, every environment variable in one list |
//! | [`protocol`] | pure | what is said: terms, amounts, networks, assets, and each dialect that spells it |
//! | [`policy`] | pure | whether to pay: limits, decision, refusal |
//! | [`scheme`] | pure | a way to pay: its quote, exactly what is signed, what settled, how a chain proves it |
//! | [`pay`] | pure | the story above, told once, over ports |
//! | [`http`] | edge | the network |
//! | [`wallet`] | edge | the key |
//! | [`ledger`] | edge | the ledger |
//! | [`chain`] | edge | what became of money: an EVM chain, read over JSON-RPC |
//! | [`output`] | edge | bytes to places: files that are whole or not there, their names, which of them hold what was paid for |
//! | [`ownership`] | edge | whose a file is, and who else could have put it there |
//! | [`signals`] | edge | what a signal does to the process, and who is told of it |
//! | [`system`] | edge | the system's clock, random numbers and signals, as ports |
//! | [`terminal`] | edge | the eyes: safe text, style, prompt, progress |
//! | [`threads`] | edge | work on another thread, or on this one where the system gives none |
//! | [`transfer`] | application | one transfer: its target, what is known of it, what can end it |
//! | [`text`] | pure | text of other systems: files and bodies in UTF-8 or UTF-16, a library's errors in words |
//! | `sandbox` | edge | a seller, a facilitator and a chain in one process (feature `sandbox`) |
//!
//! Who may open which door: `cli → { pay → scheme → policy → protocol, config, edges }`. Edges
//! implement `pay`'s ports and do not know each other, but for `output`, which writes to the streams
//! of `terminal`, and `http`, whose client reaches the nodes of `chain`; `ownership` is asked by `config`, `ledger` and `wallet`, `policy` by `config`, which
//! reads the keys of its table, `signals` by `output`, `system` and `terminal`, `threads` by `http`,
//! `output`, `terminal` and `wallet`, and `text` by `chain`, `config`, `http`, `protocol` and
//! `wallet`. Nothing below `cli` reads the environment, prints, exits, looks at the clock or rolls dice
//! except the one edge whose trade it is. A test holds this table against the `use` lines; clippy's
//! disallowed methods hold the rest.
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
