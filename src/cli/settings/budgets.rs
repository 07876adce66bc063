//! The budgets of flags, environment and file.

use std::path::Path;

use crate::cli::args::Pay;
use crate::config::{ConfigError, Environment, File, environment as variable};
use crate::policy::{Budget, Source};

use super::super::failure::Failure;
use super::rules::{list, place};

/// Budgets do not replace each other: each one holds, wherever it was said.
pub(super) fn budgets(
    pay: &Pay,
    environment: Environment,
    file: &File,
    path: &Path,
) -> Result<Vec<Budget>, Failure> {
    let mut all = pay.budget.clone();
    for text in list(environment, variable::BUDGET)?.unwrap_or_default() {
        let source = Source::Environment(variable::BUDGET);
        let budget = Budget::parse(&text, source, None).map_err(|error| Failure::Variable {
            name: variable::BUDGET,
            what: format!("{text:?}: {error}"),
        })?;
        all.push(budget);
    }
    let sections = file.host.iter().map(|(host, rules)| (Some(host), &rules.budget));
    for (host, budgets) in std::iter::once((None, &file.budget)).chain(sections) {
        for (period, amount) in budgets.all() {
            let key = match host {
                Some(host) => format!("host.\"{host}\".budget.{period}"),
                None => format!("budget.{period}"),
            };
            let place = host.and_then(|host| place(host));
            let source = Source::Config(key.clone());
            let text = format!("{amount}/{period}");
            let budget = Budget::parse(&text, source, place.as_deref()).map_err(|error| {
                let what = format!("{amount:?}: {error}");
                ConfigError::Value { path: path.to_path_buf(), key, what }
            })?;
            all.push(budget);
        }
    }
    Ok(all)
}
