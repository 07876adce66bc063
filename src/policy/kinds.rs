//! The kinds of rules: how the value of one is written, read and combined. The rules themselves are in
//! [`super::rules`].
//!
//! "Combined" always means that the tightest value wins. A kind says what that is: the smallest number,
//! what every list contains, a `true` that forbids, a `false` that allows nothing.

use std::fmt::Debug;

use alloy_primitives::Address;

use super::budget::{Budget, Refused};
use super::cap::Cap;
use super::quote::QuoteId;
use super::source::{Source, Sourced};
use super::values::{
    Allowed, Caps, DEFAULT_MAX_VALIDITY_SECONDS, KnownPayee, MOST_VALIDITY_SECONDS,
};
use super::written::{Form, Place, Unreadable, Written};
use crate::protocol::{Network, parse_address};

/// Two groups of options that allow nothing together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contrary;

/// A kind of rules.
pub trait Kind {
    /// What one place says.
    type Said: Debug + Clone + PartialEq;
    /// What all places say together.
    type Limit: Debug + Clone + PartialEq;
    /// How it is written.
    const FORM: Form;
    /// How several values become one, for README.
    const TIGHTEST: &'static str;

    /// Reads what is written in one place.
    fn read(written: &Written, place: &Place) -> Result<Self::Said, Unreadable>;

    /// Reads one text as an option's value, and says only what is wrong with it.
    fn check(text: &str) -> Result<(), String>;

    /// What all places say together: flags, environment and file, in this order, where they say anything.
    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit;

    /// What is left of two limits that must both hold: those of a URL, and of one that redirected to it.
    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit;

    /// What is left of the options of two groups of one command line, which must both hold.
    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary>;

    /// Whether the options of one group hold for all of them. One that allows something does not.
    const SHARED: bool = true;
}

/// Every text, read by `one`.
fn texts<T>(
    written: &Written,
    one: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, Unreadable> {
    let Written::Texts(texts) = written else { return Err(unexpected()) };
    texts.iter().map(|text| one(text).map_err(|why| Unreadable::of(text, why))).collect()
}

fn only<T>(written: &Written, one: impl Fn(&str) -> Result<T, String>) -> Result<T, Unreadable> {
    match <[T; 1]>::try_from(texts(written, one)?) {
        Ok([value]) => Ok(value),
        Err(_) => Err(Unreadable::new("it takes one value".to_owned())),
    }
}

/// Said of a value of another kind, which no reader of a place hands on.
fn unexpected() -> Unreadable {
    Unreadable::new("it is a value of another kind".to_owned())
}

/// The most to pay for one request. Every place that says caps must have one that covers the price.
#[derive(Debug)]
pub struct Most;

fn cap(text: &str) -> Result<Cap, String> {
    Cap::parse(text).map_err(|error| error.to_string())
}

impl Kind for Most {
    type Said = Vec<Cap>;
    type Limit = Vec<Caps>;
    const FORM: Form = Form::Amounts;
    const TIGHTEST: &'static str = "the lowest of a unit";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        texts(written, cap)
    }

    fn check(text: &str) -> Result<(), String> {
        cap(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().map(|said| Caps { source: said.source, caps: said.value }).collect()
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        union(one, other)
    }

    fn share(mut one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        one.extend(other.iter().cloned());
        Ok(one)
    }
}

/// The most to spend in a period. Each budget holds, wherever it is written.
#[derive(Debug)]
pub struct Spending;

/// The budgets of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidBudgets {
    /// Each.
    pub budgets: Vec<Budget>,
    /// How long a refused payment counts against them, where this place says it.
    pub refused: Option<Refused>,
}

fn budget(text: &str, place: &Place) -> Result<Budget, String> {
    Budget::parse(text, place.source.clone(), place.host.as_deref())
        .map_err(|error| error.to_string())
}

impl Kind for Spending {
    type Said = SaidBudgets;
    type Limit = Vec<Budget>;
    const FORM: Form = Form::Budgets;
    const TIGHTEST: &'static str = "each holds";

    fn read(written: &Written, place: &Place) -> Result<Self::Said, Unreadable> {
        let Written::Budgets { amounts, refused } = written else {
            let budgets = texts(written, |text| budget(text, place))?;
            return Ok(SaidBudgets { budgets, refused: None });
        };
        let refused = refused.as_deref().map(|word| {
            Refused::named(word).ok_or_else(|| Unreadable {
                key: ".refused".to_owned(),
                what: format!("{word:?} is neither until-expiry nor until-proved"),
            })
        });
        let refused = refused.transpose()?;
        let mut budgets = Vec::new();
        for (period, texts) in amounts {
            let key = format!(".{period}");
            let source = match &place.source {
                Source::Config(table) => Source::Config(format!("{table}{key}")),
                other => other.clone(),
            };
            let place = Place { source, ..place.clone() };
            for text in texts {
                let read = budget(&format!("{text}/{period}"), &place);
                let wrong = |why| Unreadable { key: key.clone(), ..Unreadable::of(text, why) };
                budgets.push(read.map_err(wrong)?);
            }
        }
        Ok(SaidBudgets { budgets, refused })
    }

    fn check(text: &str) -> Result<(), String> {
        Budget::parse(text, Source::Flag(""), None).map(drop).map_err(|error| error.to_string())
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().flat_map(|said| said.value.budgets).collect()
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        union(one, other)
    }

    fn share(mut one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        one.budgets.extend(other.budgets.iter().cloned());
        one.refused = one.refused.or(other.refused);
        Ok(one)
    }
}

/// What may stand in a list of allowed values.
pub trait Name: Debug + Clone + PartialEq + Sized {
    /// Reads one, and says only what is wrong with it.
    fn read(text: &str) -> Result<Self, String>;
}

impl Name for &'static Network {
    fn read(text: &str) -> Result<Self, String> {
        Network::named(text)
            .ok_or_else(|| "not a known network; use a name such as base, or CAIP-2".to_owned())
    }
}

impl Name for Address {
    fn read(text: &str) -> Result<Self, String> {
        parse_address(text).map_err(|error| error.to_string())
    }
}

/// A symbol or a scheme: what is not known is not asked for either.
impl Name for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

/// Lists of allowed values: what is paid must be in each of them.
#[derive(Debug)]
pub struct Among<T>(std::marker::PhantomData<T>);

impl<T: Name> Kind for Among<T> {
    type Said = Vec<T>;
    type Limit = Vec<Allowed<T>>;
    const FORM: Form = Form::Names;
    const TIGHTEST: &'static str = "what all of them name";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        texts(written, T::read)
    }

    fn check(text: &str) -> Result<(), String> {
        T::read(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().map(|said| Allowed { source: said.source, values: said.value }).collect()
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        union(one, other)
    }

    /// An empty list would look like one that allows everything.
    fn share(mut one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        one.retain(|value| other.contains(value));
        if one.is_empty() { Err(Contrary) } else { Ok(one) }
    }
}

/// The longest life of a signature in seconds: the shortest that is written.
#[derive(Debug)]
pub struct Life;

fn in_range(seconds: u64) -> Result<u64, String> {
    if (1..=MOST_VALIDITY_SECONDS).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("between 1 and {MOST_VALIDITY_SECONDS} seconds"))
    }
}

fn life(text: &str) -> Result<u64, String> {
    let wrong = |_| format!("a number of seconds between 1 and {MOST_VALIDITY_SECONDS}");
    text.parse().map_err(wrong).and_then(in_range)
}

impl Kind for Life {
    type Said = u64;
    type Limit = u64;
    const FORM: Form = Form::Number;
    const TIGHTEST: &'static str = "the lowest";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        match written {
            Written::Number(seconds) => in_range(*seconds).map_err(Unreadable::new),
            _ => texts(written, life)?.into_iter().min().ok_or_else(unexpected),
        }
    }

    fn check(text: &str) -> Result<(), String> {
        life(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().map(|said| said.value).min().unwrap_or(DEFAULT_MAX_VALIDITY_SECONDS)
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        one.min(other)
    }

    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        Ok(one.min(*other))
    }
}

fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "true or false".to_owned())
}

fn on(written: &Written) -> Result<bool, Unreadable> {
    match written {
        Written::Switch(on) => Ok(*on),
        _ => only(written, switch),
    }
}

/// A switch that forbids, or asks for more: one `true` is enough.
#[derive(Debug)]
pub struct Restriction;

impl Kind for Restriction {
    type Said = bool;
    type Limit = bool;
    const FORM: Form = Form::Switch;
    const TIGHTEST: &'static str = "one `true`";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        on(written)
    }

    fn check(text: &str) -> Result<(), String> {
        switch(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().any(|said| said.value)
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        one || other
    }

    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        Ok(one || *other)
    }
}

/// A switch that allows: one `true`, and no `false`. It is for the group of options that has it.
#[derive(Debug)]
pub struct Permission;

impl Kind for Permission {
    type Said = bool;
    type Limit = bool;
    const FORM: Form = Form::Switch;
    const TIGHTEST: &'static str = "one `false`";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        on(written)
    }

    fn check(text: &str) -> Result<(), String> {
        switch(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        !said.is_empty() && said.into_iter().all(|said| said.value)
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        one && other
    }

    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        Ok(one && *other)
    }

    const SHARED: bool = false;
}

/// What to do about a seller that changed.
#[derive(Debug)]
pub struct Caution;

fn known_payee(word: &str) -> Result<KnownPayee, String> {
    KnownPayee::named(word).ok_or_else(|| "not ask, refuse or accept".to_owned())
}

impl Kind for Caution {
    type Said = KnownPayee;
    type Limit = KnownPayee;
    const FORM: Form = Form::Word;
    const TIGHTEST: &'static str = "`refuse`, then `ask`";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        only(written, known_payee)
    }

    fn check(text: &str) -> Result<(), String> {
        known_payee(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().map(|said| said.value).max().unwrap_or_default()
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        one.max(other)
    }

    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        Ok(one.max(*other))
    }
}

/// One quote and no other.
#[derive(Debug)]
pub struct Only;

fn quote(text: &str) -> Result<QuoteId, String> {
    text.parse::<QuoteId>().map_err(|error| error.to_string())
}

impl Kind for Only {
    type Said = QuoteId;
    type Limit = Option<QuoteId>;
    const FORM: Form = Form::Word;
    const TIGHTEST: &'static str = "only one can be said";

    fn read(written: &Written, _: &Place) -> Result<Self::Said, Unreadable> {
        only(written, quote)
    }

    fn check(text: &str) -> Result<(), String> {
        quote(text).map(drop)
    }

    fn limit(said: Vec<Sourced<Self::Said>>) -> Self::Limit {
        said.into_iter().map(|said| said.value).next()
    }

    fn both(one: Self::Limit, other: Self::Limit) -> Self::Limit {
        one.or(other)
    }

    fn share(one: Self::Said, other: &Self::Said) -> Result<Self::Said, Contrary> {
        if one == *other { Ok(one) } else { Err(Contrary) }
    }
}

/// Both lists, without what is there already: flags are the same for every URL.
fn union<T: PartialEq>(mut all: Vec<T>, more: Vec<T>) -> Vec<T> {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}
