//! What is wrong with a configuration that parses: values that say nothing, and paths that mean another file
//! in each directory.

use std::path::{Path, is_separator};

use super::file::{ConfigError, File};

/// Said of a value without content. A list of limits that is empty would be no limit.
const EMPTY: &str = "it is empty; give it a value, or leave the line out";

/// Standard input, as a file for a password.
const STDIN: &str = "-";

/// Said of a path that is not absolute.
const RELATIVE: &str = "it is a path that means another file in each directory; write it from / on";

/// Fails at the first value that says nothing, or not the same everywhere.
pub(super) fn check(path: &Path, file: &File) -> Result<(), ConfigError> {
    let fault = |key: String, what: &str| ConfigError::Value {
        path: path.to_path_buf(),
        key,
        what: what.to_owned(),
    };
    let hosts = file.host.iter().map(|(host, lines)| (format!("host.\"{host}\"."), lines));
    for (section, lines) in std::iter::once((String::new(), &file.rules)).chain(hosts) {
        for (key, written) in lines.all() {
            if let Some(rest) = written.blank() {
                return Err(fault(format!("{section}{key}{rest}"), EMPTY));
            }
        }
    }
    if file.wallet.as_deref().is_some_and(is_blank) {
        return Err(fault("wallet".to_owned(), EMPTY));
    }
    let wallet = file.wallet.as_deref().filter(|name| name.contains(is_separator)).map(Path::new);
    for (key, value) in [("wallet", wallet), ("password_file", file.password_file.as_deref())] {
        match value {
            Some(value) if value.as_os_str().is_empty() => {
                return Err(fault(key.to_owned(), EMPTY));
            }
            Some(value) if value == Path::new(STDIN) => {}
            Some(value) if value.is_relative() => return Err(fault(key.to_owned(), RELATIVE)),
            _ => {}
        }
    }
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;
    use super::*;

    fn fault(text: &str) -> Option<String> {
        match parse(Path::new("/config.toml"), text) {
            Ok(_) => None,
            Err(ConfigError::Value { key, .. }) => Some(key),
            Err(other) => panic!("{text:?}: {other}"),
        }
    }

    #[test]
    fn a_value_that_says_nothing_is_an_error_wherever_it_stands() {
        for key in ["max_price", "networks", "assets", "schemes", "pay_to"] {
            let texts = ["[]", "[\"\"]", "[\"1\", \" \"]"];
            for value in texts {
                assert_eq!(fault(&format!("{key} = {value}")).as_deref(), Some(key), "{value}");
                let (host, name) = ("[host.\"a.example\"]", format!("host.\"a.example\".{key}"));
                assert_eq!(fault(&format!("{host}\n{key} = {value}")), Some(name), "{value}");
            }
        }
        for period in ["hour", "day", "week", "month", "total"] {
            let name = format!("budget.{period}");
            for value in ["[]", "\"\"", "[\"\"]"] {
                assert_eq!(fault(&format!("[budget]\n{period} = {value}")), Some(name.clone()));
                let text = format!("[host.\"a.example\".budget]\n{period} = {value}");
                assert_eq!(fault(&text), Some(format!("host.\"a.example\".{name}")));
            }
        }
        for key in ["wallet", "password_file"] {
            assert_eq!(fault(&format!("{key} = \"\"")).as_deref(), Some(key));
        }
        assert_eq!(fault("max_price = \"1\"\nnetworks = [\"base\"]\nwallet = \"a\""), None);
    }

    #[test]
    fn a_path_is_absolute() {
        for value in ["keys/a.json", "./a.json", "~/a.json", "../a.json"] {
            assert_eq!(fault(&format!("wallet = \"{value}\"")).as_deref(), Some("wallet"));
        }
        for value in ["secret", "~/secret", "./secret"] {
            let fault = fault(&format!("password_file = \"{value}\""));
            assert_eq!(fault.as_deref(), Some("password_file"), "{value}");
        }
        assert_eq!(fault("password_file = \"-\""), None);
        assert_eq!(fault("wallet = \"/k/a.json\"\npassword_file = \"/k/secret\""), None);
    }
}
