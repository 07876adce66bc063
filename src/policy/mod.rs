//! Whether to pay. A [`Case`] goes in: the quotes for a server's offers, the owner's [`Limits`], and what is
//! known of the seller and of the way there. An [`Approval`], a question or a refusal comes out, with a
//! reason for every offer that is not paid.
//!
//! [`TABLE`] has a row for each rule that an owner can write. It says by which option, variable and key a
//! rule is written; reading those is left to the modules that know a command line, an environment or a
//! file. Nothing here reads a server's words or a key.

mod assessment;
mod budget;
mod budget_units;
mod cap;
mod case;
mod decide;
mod kinds;
mod limits;
mod origin;
mod quote;
mod rule_book;
mod rules;
mod seller_history;
mod source;
mod values;
mod written;

pub use assessment::{Agreement, Assessed, Objection, Refusal, Standing};
pub use budget::{Balance, Budget, BudgetError, Period, Refused, Shortage};
pub use budget_units::BudgetUnits;
pub use cap::{Cap, CapError, Unit};
pub use case::{Case, Claimed, Evidence};
pub use decide::{Approval, Assessment, Decision, decide, validity_seconds};
pub use kinds::{Kind, Name, SaidBudgets};
pub use limits::Route;
pub use origin::{authority, host, origin, undotted};
pub use quote::{OwnReason, Quote, QuoteId, QuoteIdError, Unpayable};
pub use rule_book::RuleBook;
pub use rules::{Basis, Flag, Limits, ROWS, Row, Rules, TABLE, with_key};
pub use seller_history::{Change, PastPayment, REMEMBERED_PAYMENTS, SellerHistory, Trust};
pub use source::{Source, Sourced};
pub use values::{Allowed, Caps, DEFAULT_MAX_VALIDITY_SECONDS, KnownPayee, MOST_VALIDITY_SECONDS};
pub use written::{Form, Place, Unreadable, Written};
