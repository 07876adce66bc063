//! The challenges of `WWW-Authenticate` (RFC 9110, 11.6.1): several may share a line, and their
//! parameters may be quoted.

/// Most challenges that are read of one line.
const MOST: usize = 16;

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scheme {
    /// The scheme's name.
    pub(super) name: String,
    /// Its parameters, in their order.
    parameters: Vec<(String, String)>,
}

impl Scheme {
    /// The value of a parameter.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Every challenge of a line.
pub(super) fn schemes(line: &str) -> Vec<Scheme> {
    let mut found: Vec<Scheme> = Vec::new();
    for part in parts(line) {
        let part = part.trim();
        let (word, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        let is_name =
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // A parameter has its `=` right after its name; a scheme has a space or nothing there.
        let (name, parameter) = if is_name && !rest.trim_start().starts_with('=') {
            (Some(word), rest)
        } else {
            (None, part)
        };
        if let Some(name) = name {
            if found.len() == MOST {
                break;
            }
            found.push(Scheme { name: name.to_owned(), parameters: Vec::new() });
        }
        if let (Some(scheme), Some((key, value))) = (found.last_mut(), parameter.split_once('=')) {
            scheme.parameters.push((key.trim().to_owned(), unquoted(value.trim())));
        }
    }
    found
}

/// The parts of a line between commas that are in no quotes.
fn parts(line: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.extend(line.get(start..at));
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    parts.extend(line.get(start..));
    parts
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(c) = letters.next() {
        text.extend(if c == '\\' { letters.next() } else { Some(c) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(line: &str) -> Vec<String> {
        schemes(line).into_iter().map(|scheme| scheme.name).collect()
    }

    #[test]
    fn several_challenges_share_a_line() {
        let line = r#"Payment id="a", realm="x, Payment y", method="evm", Basic realm=z, L402"#;
        assert_eq!(names(line), ["Payment", "Basic", "L402"]);
        let all = schemes(line);
        assert_eq!(all[0].value("realm"), Some("x, Payment y"));
        assert_eq!(all[0].value("METHOD"), Some("evm"));
        assert_eq!((all[1].value("realm"), all[2].value("realm")), (Some("z"), None));
        assert_eq!(schemes(r#"A a="\"b\\", b = "c""#)[0].value("a"), Some(r#""b\"#));
        assert_eq!(schemes(r#"A a="\"b\\", b = "c""#)[0].value("b"), Some("c"));
        assert_eq!(names(""), [""; 0]);
        assert_eq!(names("a=b"), [""; 0], "a parameter of nothing");
        assert_eq!(names(&"A, ".repeat(100)).len(), MOST);
    }

    proptest! {
        #[test]
        fn never_panics(line in ".{0,80}") {
            let _ = schemes(&line);
        }

        #[test]
        fn a_quoted_value_comes_back(value in "[ -~]{0,20}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let all = schemes(&format!("A x=\"{quoted}\", B"));
            prop_assert_eq!(all[0].value("x"), Some(value.as_str()));
            prop_assert_eq!(all.len(), 2);
        }
    }
}
