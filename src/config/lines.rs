//! How `config.toml` is read into the rules it says. Which rules there are, and how each is written, is
//! said by the table in [`crate::policy::TABLE`].

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::file::File;
use crate::policy::{Form, Period, Row, TABLE, Written, with_key};

/// The rules of the file's general part or of a host's section, as they are written, in the order of the
/// table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLines(Vec<(&'static str, Written)>);

impl RuleLines {
    /// What is written for a rule.
    pub fn get(&self, row: &Row) -> Option<&Written> {
        self.0.iter().find(|(key, _)| Some(*key) == row.key).map(|(_, written)| written)
    }

    /// Each key with what is written for it.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Written)> {
        self.0.iter().map(|(key, written)| (*key, written))
    }

    fn add(&mut self, key: &'static str, written: Written) {
        self.0.push((key, written));
        let place = |key| TABLE.iter().position(|row| row.key == Some(key));
        self.0.sort_by_key(|(key, _)| place(key));
    }
}

/// The keys of the file that are no rules.
const OTHERS: [&str; 4] = ["wallet", "password_file", "rpc", "host"];

/// A key of the file.
enum Key {
    Rule(&'static str, Form),
    Other(&'static str),
}

/// Reads a key; `others` are those that may stand beside rules, and `in_section` is whether it stands
/// under a host.
#[derive(Clone, Copy)]
struct KeyOf {
    others: &'static [&'static str],
    in_section: bool,
}

impl KeyOf {
    fn rule(self, key: &str) -> Option<(&'static str, Form)> {
        let row = with_key(key).filter(|row| row.host || !self.in_section)?;
        Some((row.key?, row.form))
    }

    /// Every key that may stand here.
    fn expected(self) -> impl Iterator<Item = &'static str> {
        let rules = TABLE.iter().filter_map(|row| row.key);
        self.others.iter().copied().chain(rules.filter(move |key| self.rule(key).is_some()))
    }
}

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        let key = String::deserialize(deserializer)?;
        if let Some(other) = self.others.iter().find(|other| **other == key) {
            return Ok(Key::Other(other));
        }
        match self.rule(&key) {
            Some((key, form)) => Ok(Key::Rule(key, form)),
            None => Err(unknown(&key, self.expected())),
        }
    }
}

/// The error for an unknown key.
fn unknown<E: Error>(key: &str, expected: impl Iterator<Item = &'static str>) -> E {
    let expected: Vec<_> = expected.map(|key| format!("`{key}`")).collect();
    E::custom(format!("unknown field `{key}`, expected one of {}", expected.join(", ")))
}

/// A text, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(texts: OneOrMany) -> Self {
        match texts {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        }
    }
}

/// The key beside the periods: how long a refused payment counts.
const REFUSED: &str = "refused";

/// A key of the table of budgets.
struct BudgetKey;

impl<'de> DeserializeSeed<'de> for BudgetKey {
    /// The word for a period; `None` is [`REFUSED`].
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = String::deserialize(deserializer)?;
        let periods = Period::ALL.map(Period::word);
        match periods.into_iter().find(|period| *period == key) {
            Some(period) => Ok(Some(period)),
            None if key == REFUSED => Ok(None),
            None => Err(unknown(&key, periods.into_iter().chain([REFUSED]))),
        }
    }
}

/// Budgets by period: one amount, or several of different units.
struct Budgets;

impl<'de> Visitor<'de> for Budgets {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of budgets")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Written, M::Error> {
        let (mut amounts, mut refused) = (Vec::new(), None);
        while let Some(key) = map.next_key_seed(BudgetKey)? {
            match key {
                Some(period) => amounts.push((period, map.next_value::<OneOrMany>()?.into())),
                None => refused = Some(map.next_value()?),
            }
        }
        // The shortest period first, however they are written.
        let place = |period| Period::ALL.iter().position(|known| known.word() == period);
        amounts.sort_by_key(|(period, _)| place(*period));
        Ok(Written::Budgets { amounts, refused })
    }
}

/// Reads the value of a rule.
struct ValueOf(Form);

impl<'de> DeserializeSeed<'de> for ValueOf {
    type Value = Written;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Written, D::Error> {
        Ok(match self.0 {
            Form::Amounts => Written::Texts(OneOrMany::deserialize(deserializer)?.into()),
            Form::Names => Written::Texts(Vec::deserialize(deserializer)?),
            Form::Word => Written::Texts(vec![String::deserialize(deserializer)?]),
            Form::Number => Written::Number(u64::deserialize(deserializer)?),
            Form::Switch => Written::Switch(bool::deserialize(deserializer)?),
            Form::Budgets => deserializer.deserialize_map(Budgets)?,
        })
    }
}

struct Section;

impl<'de> Visitor<'de> for Section {
    type Value = RuleLines;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rules")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<RuleLines, M::Error> {
        let mut lines = RuleLines::default();
        while let Some(key) = map.next_key_seed(KeyOf { others: &[], in_section: true })? {
            if let Key::Rule(key, form) = key {
                lines.add(key, map.next_value_seed(ValueOf(form))?);
            }
        }
        Ok(lines)
    }
}

impl<'de> Deserialize<'de> for RuleLines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Section)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = File;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of settings")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<File, M::Error> {
        let mut file = File::default();
        while let Some(key) = map.next_key_seed(KeyOf { others: &OTHERS, in_section: false })? {
            match key {
                Key::Rule(key, form) => file.rules.add(key, map.next_value_seed(ValueOf(form))?),
                Key::Other("wallet") => file.wallet = Some(map.next_value()?),
                Key::Other("password_file") => file.password_file = Some(map.next_value()?),
                Key::Other("rpc") => file.rpc = map.next_value()?,
                Key::Other(_) => file.host = map.next_value()?,
            }
        }
        Ok(file)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Whole)
    }
}
