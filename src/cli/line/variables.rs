//! `--variable` and `--expand-OPTION`, in the grammar of curl 8.3: `{{name:function:...}}` in an option's value
//! stands for a variable's.

use std::collections::BTreeMap;
use std::ffi::OsString;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::LineError;
use crate::cli::error::CliError;
use crate::cli::settings::{encoded_for_url, read_all};
use crate::config::Environment;

/// Names are shorter than this, in bytes, as in curl.
const NAME_BYTES: usize = 128;

/// What begins the names of this program's own variables, some of which are secrets of the wallet's.
const OWN: &str = "PAY402_";

/// The variables of a command line.
#[derive(Debug, Default)]
pub(super) struct Variables(BTreeMap<String, Vec<u8>>);

impl Variables {
    /// `--variable`: `NAME=TEXT`, `NAME@FILE`, or `%NAME` for the environment's, which may be followed by
    /// one of the two for where there is none.
    pub(super) fn set(&mut self, text: &str) -> Result<(), CliError> {
        // A value may be a secret.
        let shown = text.split(['=', '@']).next().unwrap_or_default();
        let fault = |why| CliError::Line(LineError::Variable { text: shown.to_owned(), why });
        let (imports, rest) = match text.strip_prefix('%') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let tail = rest.trim_start_matches(is_of_name);
        let name = rest.strip_suffix(tail).unwrap_or_default();
        if name.is_empty() || name.len() >= NAME_BYTES {
            return Err(fault("a name has letters, digits and _, at most 127"));
        }
        if imports && name.to_ascii_uppercase().starts_with(OWN) {
            return Err(fault("this program's own variables are no part of a request"));
        }
        let of_environment = Environment.raw(name).filter(|_| imports).map(bytes_of);
        let value = match (of_environment, tail.strip_prefix('='), tail.strip_prefix('@')) {
            (Some(value), ..) => value,
            (None, Some(text), _) => text.as_bytes().to_vec(),
            (None, None, Some(file)) => read_all(file)?,
            (None, None, None) if imports && tail.is_empty() => {
                return Err(fault("the environment has none of this name"));
            }
            (None, None, None) => return Err(fault("say NAME=TEXT, NAME@FILE or %NAME")),
        };
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// A text with the variables' values in it. As in curl, a variable that is not set is empty, and a text
    /// without any stays as it is.
    pub(super) fn expand(&self, text: &str) -> Result<OsString, LineError> {
        let mut expanded = Vec::new();
        let mut found = false;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            if let Some(before) = before.strip_suffix('\\') {
                expanded.extend_from_slice(before.as_bytes());
                expanded.extend_from_slice(b"{{");
                rest = after;
                continue;
            }
            let Some((inside, behind)) = after.split_once("}}") else { break };
            expanded.extend_from_slice(before.as_bytes());
            let (name, functions) = inside.split_once(':').unwrap_or((inside, ""));
            if name.is_empty() || name.len() >= NAME_BYTES || !name.chars().all(is_of_name) {
                // It stands for itself.
                for part in ["{{", inside, "}}"] {
                    expanded.extend_from_slice(part.as_bytes());
                }
            } else {
                expanded.extend(self.value(name, functions, inside)?);
                found = true;
            }
            rest = behind;
        }
        if !found {
            return Ok(text.into());
        }
        expanded.extend_from_slice(rest.as_bytes());
        Ok(text_of(expanded))
    }

    fn value(&self, name: &str, functions: &str, text: &str) -> Result<Vec<u8>, LineError> {
        let fault = |why| LineError::Variable { text: text.to_owned(), why };
        let Some(value) = self.0.get(name) else { return Ok(Vec::new()) };
        let mut value = value.clone();
        for function in functions.split(':').filter(|function| !function.is_empty()) {
            value = match function {
                "trim" => value.trim_ascii().to_vec(),
                "json" => in_json(&value),
                "url" => encoded_for_url(&value).into_bytes(),
                "b64" => BASE64_STANDARD.encode(&value).into_bytes(),
                _ => return Err(fault("the functions are trim, json, url and b64")),
            };
        }
        if value.contains(&0) {
            return Err(fault("the variable holds a NUL byte, which no option can"));
        }
        Ok(value)
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What stands in a JSON string for these bytes, without its quotation marks.
fn in_json(bytes: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        let letter = match byte {
            b'\\' | b'"' => byte,
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..=0x1f => {
                escaped.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                continue;
            }
            _ => {
                escaped.push(byte);
                continue;
            }
        };
        escaped.extend_from_slice(&[b'\\', letter]);
    }
    escaped
}

#[cfg(unix)]
fn text_of(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn text_of(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(unix)]
fn bytes_of(text: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(text)
}

#[cfg(not(unix))]
fn bytes_of(text: OsString) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn variables(all: &[&str]) -> Variables {
        let mut variables = Variables::default();
        for one in all {
            variables.set(one).ok().unwrap();
        }
        variables
    }

    fn expanded(text: &str) -> String {
        let all = ["name= a b ", "text=\"x\\\u{1}\n", "empty=", "_1=two", "_1=one"];
        variables(&all).expand(text).unwrap().into_string().unwrap()
    }

    #[test]
    fn names_stand_for_values() {
        assert_eq!(expanded("<{{name}}>{{_1}}{{name:trim}}!"), "< a b >onea b!");
        assert_eq!(expanded("{{name:trim:url}}"), "a%20b");
        assert_eq!(expanded("{{name:trim:b64}}"), "YSBi");
        assert_eq!(expanded("{{text:json}}"), r#"\"x\\\u0001\n"#);
        assert_eq!(expanded("{{empty}}{{missing}}{{missing:url}}."), ".");
        assert_eq!(expanded(r"\{{name}} {{_1}}"), "{{name}} one");
        // Without a variable all of it stays as it is.
        for text in ["", "plain", r"\{{name}}", "{{na me}}", "{{}}", "{{name", "{{:trim}}", "a}}"] {
            assert_eq!(expanded(text), text);
        }
        assert_eq!(expanded("{{na me}}{{_1}}{{"), "{{na me}}one{{");
    }

    #[test]
    fn what_is_no_variable_or_no_function_is_an_error() {
        for text in ["", "=x", "a", "a b=c", "%PAY402_PASSWORD", "%pay402_x=y", "%NO_SUCH_VARIABLE"]
        {
            assert!(Variables::default().set(text).is_err(), "{text}");
        }
        assert!(Variables::default().set(&format!("{}=x", "a".repeat(128))).is_err());
        assert!(Variables::default().set("a@/no/such/file").is_err());
        assert!(variables(&["a=b"]).expand("{{a:upper}}").is_err());
        let mut variables = variables(&["%NO_SUCH_VARIABLE=default"]);
        assert_eq!(variables.expand("{{NO_SUCH_VARIABLE}}").unwrap(), "default");
        variables.0.insert("nul".into(), vec![0]);
        assert!(variables.expand("{{nul}}").is_err());
        assert_eq!(variables.expand("{{nul:b64}}").unwrap(), "AA==");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a{}:\\\\=@% ]{0,24}") {
            let mut variables = Variables::default();
            if !text.contains('@') {
                let _ = variables.set(&text);
            }
            let _ = variables.expand(&text);
        }

        #[test]
        fn json_is_json(text in "\\PC{0,30}") {
            let quoted = format!("\"{}\"", String::from_utf8(in_json(text.as_bytes())).unwrap());
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
    }
}
