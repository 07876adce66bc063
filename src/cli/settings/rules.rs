//! The owner's rules from options, environment and file.

use std::path::Path;

use crate::cli::args::PayArgs;
use crate::config::{Environment, File};
use crate::policy::{Place, RuleBook, Rules, Source, Written};

use super::super::error::CliError;

/// Reads every rule, also those of hosts that are not asked now: a mistake in the file is one wherever it
/// stands.
pub(super) fn rule_book(
    pay: &PayArgs,
    environment: Environment,
    file: &File,
    path: &Path,
) -> Result<RuleBook, CliError> {
    join(pay, |name| Ok(environment.text(name)?), file, path)
}

/// The same; `text` gives a variable's value.
fn join(
    pay: &PayArgs,
    text: impl Fn(&'static str) -> Result<Option<String>, CliError>,
    file: &File,
    path: &Path,
) -> Result<RuleBook, CliError> {
    let (general, hosts) = (file.general_rules(path)?, file.rules_of_hosts(path)?);
    Ok(RuleBook::new(pay.rules.0.clone(), of_environment(text)?, general, hosts))
}

/// The rules of the environment.
fn of_environment(
    text: impl Fn(&'static str) -> Result<Option<String>, CliError>,
) -> Result<Rules, CliError> {
    Rules::read(
        |row| {
            let Some(name) = row.variable else { return Ok(None) };
            let Some(text) = text(name)? else { return Ok(None) };
            let items: Vec<String> = text.split(',').map(|item| item.trim().to_owned()).collect();
            if items.iter().any(String::is_empty) {
                let what = "there is nothing before, after or between its commas".to_owned();
                return Err(CliError::Variable { name, what });
            }
            let place = Place { source: Source::Environment(name), host: None };
            Ok(Some((Written::Texts(items), place)))
        },
        |row, fault| CliError::Variable {
            name: row.variable.unwrap_or_default(),
            what: fault.what,
        },
    )
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
