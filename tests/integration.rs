//! The program from outside: its arguments, streams, files, exit codes, and what it puts on the
//! wire. One module per chapter of the contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop where it stands"
)]

mod aftermath;
mod architecture;
mod arrived;
mod cap;
mod clock;
mod concurrency;
mod connection;
#[cfg(unix)]
mod connection_ways;
mod curl_suite;
mod delivery;
mod differential;
mod documents;
mod dry_run;
mod environment;
mod error_documents;
mod errors;
mod faults;
mod fetch;
mod goods;
mod help;
mod hostile;
mod http2;
mod identity;
mod instead;
mod interruption;
mod ledger;
mod limits;
mod loss;
mod many;
#[cfg(target_os = "linux")]
mod messages;
mod meta;
mod mistyped;
mod outcome;
mod output;
mod owner;
mod parallel;
mod pkcs12;
mod placeholder;
mod policy;
mod power;
mod prompts;
#[cfg(unix)]
mod proxies;
mod question;
mod raw;
mod readme;
mod real_servers;
mod receipt;
mod reconnect;
mod redirect;
mod request;
mod request_paid;
mod retry;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schemes;
mod secrets;
mod seller_history;
mod sigv4;
#[cfg(unix)]
mod stalled;
mod support;
mod terminal;
mod terms;
mod tls;
mod trace;
mod unresolved;
mod unusable_ledger;
mod variables;
mod verification;
mod wallet;
mod wallet_care;
mod words;
