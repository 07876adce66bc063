//! The table of the owner's rules. Each rule is one row here: how it is written, where it may be
//! written, how several values become one, and what it rests on.
//!
//! Everything else about a rule follows from its row: [`Rules`] (what one place says), [`Limits`] (what
//! all places say together), the options of the command line, the variables of the environment, the
//! keys of `config.toml`, `config show`, help, manual and README's table. A new rule is a row, and its
//! check in [`super::decide()`], which does not compile without a word about it.

use alloy_primitives::Address;

use super::kinds::{
    Among, Caution, Contrary, Kind, Life, Most, Only, Permission, Restriction, Spending,
};
use super::source::{Source, Sourced};
use super::written::{Form, Place, Unreadable, Written};
use crate::protocol::Network;

/// A rule on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// The option with its dashes.
    pub name: &'static str,
    /// What its value is called in help; `None` where it takes none.
    pub value: Option<&'static str>,
    /// Its help text.
    pub help: &'static str,
}

/// Whether a rule holds although a client lies, where another process than the client signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// It is enforced: it rests on what is signed.
    Signed,
    /// It is advisory: it rests on what the client says, such as the host that asked. It protects
    /// against sellers, not against the client.
    Claimed,
}

impl Basis {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signed => "enforced",
            Self::Claimed => "advisory",
        }
    }
}

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it decides, in a few words.
    pub meaning: &'static str,
    /// Its option, if it has one.
    pub flag: Option<Flag>,
    /// Its environment variable, if it has one. A list is separated by commas.
    pub variable: Option<&'static str>,
    /// Its key in the owner's file, if it has one.
    pub key: Option<&'static str>,
    /// Whether the key may stand under a host.
    pub host: bool,
    /// What it rests on.
    pub basis: Basis,
    /// How its value is written.
    pub form: Form,
    /// How several values become one.
    pub tightest: &'static str,
    check: fn(&str) -> Result<(), String>,
}

impl Row {
    /// Fails if a text is no value of this rule's option, and says why.
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }
}

/// Makes the table and the types whose members are the rules.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $field:ident: $kind:ty { $($column:ident: $value:expr,)+ })+) => {
        /// The rows by name.
        #[derive(Debug)]
        pub struct Rows {
            $($(#[doc = $doc])+ pub $field: Row,)+
        }

        /// Every rule.
        pub static ROWS: Rows = Rows {
            $($field: Row {
                $($column: $value,)+
                form: <$kind as Kind>::FORM,
                tightest: <$kind as Kind>::TIGHTEST,
                check: <$kind as Kind>::check,
            },)+
        };

        /// Every rule, in the order in which they are listed.
        pub static TABLE: &[&Row] = &[$(&ROWS.$field),+];

        /// What one place says: the options, the environment, the file's general lines or a host's
        /// section. A rule on which it is silent is `None`.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Rules {
            $($(#[doc = $doc])+ pub $field: Option<Sourced<<$kind as Kind>::Said>>,)+
        }

        impl Rules {
            /// Reads every rule. `written` gives what the place has for a row, and where exactly.
            pub fn read<E>(
                mut written: impl FnMut(&'static Row) -> Result<Option<(Written, Place)>, E>,
                wrong: impl Fn(&'static Row, Unreadable) -> E,
            ) -> Result<Self, E> {
                Ok(Self {
                    $($field: match written(&ROWS.$field)? {
                        None => None,
                        Some((written, place)) => {
                            let value = <$kind as Kind>::read(&written, &place)
                                .map_err(|fault| wrong(&ROWS.$field, fault))?;
                            Some(Sourced { source: place.source, value })
                        }
                    },)+
                })
            }

            /// This place's rules, and those of `general` where this one is silent.
            #[must_use]
            pub fn over(&self, general: &Self) -> Self {
                Self { $($field: self.$field.clone().or_else(|| general.$field.clone()),)+ }
            }

            /// The options of several groups of one command line, made one: what narrows holds for all of
            /// them, and what allows holds for the group that says it. Fails with the option that
            /// allows nothing any more.
            pub fn share(groups: &mut [&mut Self]) -> Result<(), &'static str> {
                $({
                    type Of = $kind;
                    if Of::SHARED {
                        let mut joint: Option<Sourced<<Of as Kind>::Said>> = None;
                        for said in groups.iter().filter_map(|group| group.$field.as_ref()) {
                            joint = Some(match joint.take() {
                                None => said.clone(),
                                Some(one) => Sourced {
                                    value: Of::share(one.value, &said.value)
                                        .map_err(|Contrary| name(&one.source))?,
                                    source: one.source,
                                },
                            });
                        }
                        for group in groups.iter_mut() {
                            group.$field.clone_from(&joint);
                        }
                    }
                })+
                Ok(())
            }
        }

        /// Everything the owner has said about paying. The sources of one limit are kept apart where the
        /// tightest of them wins: each must allow a quote.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $field: <$kind as Kind>::Limit,)+
            /// What the URL has in braces that was to be filled in: it is asked about, whatever the price.
            pub placeholder: Option<String>,
        }

        impl Limits {
            /// What these places say together: flags, environment and file, in this order. Each must allow
            /// a payment.
            pub fn of(places: &[&Rules]) -> Self {
                Self {
                    $($field: <$kind as Kind>::limit(
                        places.iter().filter_map(|rules| rules.$field.clone()).collect(),
                    ),)+
                    placeholder: None,
                }
            }

            /// What is left where both must hold.
            pub(super) fn both(self, other: Self) -> Self {
                Self {
                    $($field: <$kind as Kind>::both(self.$field, other.$field),)+
                    placeholder: self.placeholder.or(other.placeholder),
                }
            }
        }
    };
}

/// The name of an option that a source is.
fn name(source: &Source) -> &'static str {
    match source {
        Source::Flag(name) | Source::Environment(name) => name,
        // Only groups of options are joined so.
        Source::Config(_) => "config.toml",
    }
}

/// No place says anything.
impl Default for Limits {
    fn default() -> Self {
        Self::of(&[])
    }
}

/// An option with a value.
const fn option(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, value: Some(value), help }
}

/// An option without one.
const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag { name, value: None, help }
}

rules! {
    /// The most to pay for one request, by source; none at all means: ask.
    caps: Most {
        meaning: "most to pay for one request",
        flag: Some(option(
            "--max-price",
            "AMOUNT",
            "Most to pay for one request: 0.05, $0.05, \"0.05 USDC\"; repeat for caps of other assets",
        )),
        variable: Some("PAY402_MAX_PRICE"),
        key: Some("max_price"),
        host: true,
        basis: Basis::Signed,
    }

    /// The most to spend in a period; a payment must fit into all budgets that count it.
    budgets: Spending {
        meaning: "most to spend in a period",
        flag: Some(option(
            "--budget",
            "AMOUNT/PERIOD",
            "Most to spend per rolling hour, day, week, month, or in total: 5/day, \"2 EURC/week\"; \
             repeatable",
        )),
        variable: Some("PAY402_BUDGET"),
        key: Some("budget"),
        host: true,
        basis: Basis::Signed,
    }

    /// The networks to pay on, by source, the preferred one first.
    networks: Among<&'static Network> {
        meaning: "networks to pay on",
        flag: Some(option(
            "--network",
            "NETWORK",
            "Pay only on this network, by name or CAIP-2; repeatable, the preferred one first",
        )),
        variable: Some("PAY402_NETWORK"),
        key: Some("networks"),
        host: true,
        basis: Basis::Signed,
    }

    /// The assets to pay with, by source, as symbol or address.
    assets: Among<String> {
        meaning: "assets to pay with",
        flag: Some(option(
            "--asset",
            "ASSET",
            "Pay only with this asset, by symbol or address; repeatable",
        )),
        variable: Some("PAY402_ASSET"),
        key: Some("assets"),
        host: true,
        basis: Basis::Signed,
    }

    /// The payment schemes to use, by source.
    schemes: Among<String> {
        meaning: "payment schemes to use",
        flag: Some(option("--scheme", "SCHEME", "Pay only by this scheme; repeatable")),
        variable: Some("PAY402_SCHEME"),
        key: Some("schemes"),
        host: true,
        basis: Basis::Signed,
    }

    /// The addresses that may be paid, by source.
    payees: Among<Address> {
        meaning: "addresses that may be paid",
        flag: Some(option("--pay-to", "ADDRESS", "Pay only to this address; repeatable")),
        variable: Some("PAY402_PAY_TO"),
        key: Some("pay_to"),
        host: true,
        basis: Basis::Signed,
    }

    /// The longest life of a signature, in seconds.
    max_validity_seconds: Life {
        meaning: "longest life of a signature in seconds",
        flag: Some(option("--max-validity", "SECONDS", "Longest life of a signature [default: 600]")),
        variable: Some("PAY402_MAX_VALIDITY"),
        key: Some("max_validity"),
        host: true,
        basis: Basis::Signed,
    }

    /// Ask even when the price is within the caps.
    ask: Restriction {
        meaning: "ask even when the price is within the cap",
        flag: Some(switch("--ask", "Ask even when the price is within the cap")),
        variable: None,
        key: Some("ask"),
        host: true,
        basis: Basis::Signed,
    }

    /// Never pay: a 402 is an ordinary response.
    no_pay: Restriction {
        meaning: "never pay",
        flag: Some(switch("--no-pay", "Never pay; a 402 is an ordinary response")),
        variable: None,
        key: Some("no_pay"),
        host: true,
        basis: Basis::Signed,
    }

    /// Pay over plain http to a host that is not loopback. How a request travels is the client's word.
    allow_http: Permission {
        meaning: "pay over plain http to another machine",
        flag: Some(switch("--allow-http", "Pay over plain http to a host that is not this machine")),
        variable: None,
        key: Some("allow_http"),
        host: true,
        basis: Basis::Claimed,
    }

    /// What to do about an offer that differs from its origin's history. Which origin asked is
    /// the client's word.
    known_payee: Caution {
        meaning: "`ask`, `refuse` or `accept` a payee, an asset or a price that is not as before",
        flag: None,
        variable: None,
        key: Some("known_payee"),
        host: true,
        basis: Basis::Claimed,
    }

    /// Ask the chain about every settlement that a server claims. It is the client that asks.
    verify_settlement: Restriction {
        meaning: "ask the chain whether a payment settled",
        flag: Some(switch(
            "--verify-settlement",
            "Ask the chain whether a settlement that the server claims has happened",
        )),
        variable: None,
        key: Some("verify_settlement"),
        host: true,
        basis: Basis::Claimed,
    }

    /// Pay only this quote.
    expect: Only {
        meaning: "pay only this quote of a dry run",
        flag: Some(option(
            "--expect",
            "QUOTE",
            "Pay only the quote that a dry run printed, at its price or less",
        )),
        variable: None,
        key: None,
        host: false,
        basis: Basis::Signed,
    }

    /// Sign a new payment though an earlier one for the same request may still settle. What the same
    /// request is, is the client's word.
    pay_again: Permission {
        meaning: "sign a new payment beside one that may still settle",
        flag: Some(switch(
            "--pay-again",
            "Sign a new payment though an earlier one for this request may still settle: it may cost \
             twice",
        )),
        variable: None,
        key: None,
        host: false,
        basis: Basis::Claimed,
    }
}

/// The rule that this key of the owner's file is of.
pub fn with_key(key: &str) -> Option<&'static Row> {
    TABLE.iter().copied().find(|row| row.key == Some(key))
}
