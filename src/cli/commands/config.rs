//! `pay402 config …`: what is set, and where.

use std::fmt::Write as _;

use serde_json::json;

use crate::cli::answer::answer;
use crate::cli::args::{ConfigAction, Format};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::settings::config_lines;
use crate::config::{self, Environment, Paths, variables};
use crate::terminal::safe::Safe;
use crate::wallet::PrivateKey;

/// Runs a config command.
pub(crate) fn run(action: ConfigAction, format: Format) -> Result<Exit, CliError> {
    let paths = Paths::find(Environment)?;
    match (action, format) {
        (ConfigAction::Path, Format::Text) => answer(&format!("{}\n", paths.config.display()))?,
        (ConfigAction::Path, Format::Json) => {
            let path = paths.config.display().to_string();
            answer(&format!("{}\n", json!({"schema": "pay402/config-path/1", "path": path})))?;
        }
        (ConfigAction::Show, _) => show(&paths, format)?,
    }
    Ok(Exit::Done)
}

const HIDDEN: &str = "(set, not shown)";

/// A value as it may be shown; a key stays one where something else was meant.
fn shown(value: &str) -> String {
    if PrivateKey::is_form_of(value) {
        HIDDEN.to_owned()
    } else {
        Safe::new(value, 4000).to_string()
    }
}

/// Every setting that is made somewhere: its value, and the place. Secrets are said to be set.
fn show(paths: &Paths, format: Format) -> Result<(), CliError> {
    let file = config::read(&paths.config)?;
    let mut settings = Vec::new();
    for variable in variables() {
        if let Some(value) = Environment.raw(variable.name) {
            let value =
                if variable.secret { HIDDEN.to_owned() } else { shown(&value.to_string_lossy()) };
            settings.push((variable.name.to_owned(), value, "environment"));
        }
    }
    let lines = config_lines(&file).into_iter();
    settings.extend(lines.map(|(key, value)| (key, shown(&value), "config.toml")));
    match format {
        Format::Text => {
            let mut text = String::new();
            for (key, value, source) in &settings {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{key:<28} {value:<28} {source}");
            }
            if settings.is_empty() {
                text.push_str("nothing is set; the defaults hold\n");
            }
            answer(&text)
        }
        Format::Json => {
            let all: Vec<_> = settings
                .iter()
                .map(|(key, value, source)| json!({"key": key, "value": value, "source": source}))
                .collect();
            answer(&format!("{}\n", json!({"schema": "pay402/config/1", "settings": all})))
        }
    }
}
