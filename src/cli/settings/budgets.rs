//! The budgets of flags, environment and file.

use std::path::Path;

use crate::cli::args::PayArgs;
use crate::config::{ConfigError, Environment, File, environment as variable};
use crate::policy::{Budget, Refused, Source};

use super::super::failure::Failure;
use super::rules::{list, place};

/// Budgets do not replace each other: each one holds, wherever it was said. How long a refusal counts is
/// the file's to say, for all of them; a host's section may say otherwise for its own.
pub(super) fn budgets(
    pay: &PayArgs,
    environment: Environment,
    file: &File,
    path: &Path,
) -> Result<Vec<Budget>, Failure> {
    let refused = refused(file.budget.refused.as_deref(), path, "budget.refused")?;
    let mut all = pay.budget.clone();
    for text in list(environment, variable::BUDGET)?.unwrap_or_default() {
        let source = Source::Environment(variable::BUDGET);
        let budget = Budget::parse(&text, source, None).map_err(|error| Failure::Variable {
            name: variable::BUDGET,
            what: format!("{text:?}: {error}"),
        })?;
        all.push(budget);
    }
    for budget in &mut all {
        budget.refused = refused.unwrap_or_default();
    }
    let sections = file.host.iter().map(|(host, rules)| (Some(host), &rules.budget));
    for (host, budgets) in std::iter::once((None, &file.budget)).chain(sections) {
        let section = host.map(|host| format!("host.\"{host}\".")).unwrap_or_default();
        let own =
            self::refused(budgets.refused.as_deref(), path, &format!("{section}budget.refused"))?;
        for (period, amount) in budgets.all() {
            let key = format!("{section}budget.{period}");
            let place = host.and_then(|host| place(host));
            let source = Source::Config(key.clone());
            let text = format!("{amount}/{period}");
            let mut budget = Budget::parse(&text, source, place.as_deref()).map_err(|error| {
                let what = format!("{amount:?}: {error}");
                ConfigError::Value { path: path.to_path_buf(), key, what }
            })?;
            budget.refused = own.or(refused).unwrap_or_default();
            all.push(budget);
        }
    }
    Ok(all)
}

fn refused(word: Option<&str>, path: &Path, key: &str) -> Result<Option<Refused>, ConfigError> {
    let read = |word: &str| {
        Refused::named(word).ok_or_else(|| ConfigError::Value {
            path: path.to_path_buf(),
            key: key.to_owned(),
            what: format!("{word:?} is neither until-expiry nor until-proved"),
        })
    };
    word.map(read).transpose()
}
