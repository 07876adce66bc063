//! Files of options, as curl's `-K` reads them: an option a line, with or without its dashes, and its
//! value after blanks, `=` or `:`, in double quotes if there are blanks in it.
//!
//! No file is read that the command line does not name.

/// One line: the option as a word, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// The line's number, from 1.
    pub line: usize,
    /// The option, with its dashes.
    pub option: String,
    /// Its value, if there is one.
    pub value: Option<String>,
}

/// The settings of a file.
pub(super) fn parse(text: &str) -> impl Iterator<Item = Setting> {
    text.lines().enumerate().filter_map(|(number, line)| setting(number, line))
}

fn setting(number: usize, line: &str) -> Option<Setting> {
    let line = line.trim_start_matches(blank);
    if line.is_empty() || line.starts_with(['#', '/', '*']) {
        return None;
    }
    let dashed = line.starts_with('-');
    let separates = |c: char| blank(c) || !dashed && (c == '=' || c == ':');
    let (option, rest) = line.split_at(line.find(separates).unwrap_or(line.len()));
    let rest = rest.trim_start_matches(separates);
    let value = match rest.strip_prefix('"') {
        Some(quoted) => Some(unquote(quoted)),
        None => rest.split(blank).next().filter(|word| !word.is_empty()).map(str::to_owned),
    };
    let option = if dashed { option.to_owned() } else { format!("--{option}") };
    Some(Setting { line: number.saturating_add(1), option, value })
}

fn blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

/// Up to the closing quote, or to the end without one.
fn unquote(text: &str) -> String {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => match characters.next() {
                Some('t') => value.push('\t'),
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('v') => value.push('\u{b}'),
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, Option<String>)> {
        parse(text).map(|setting| (setting.option, setting.value)).collect()
    }

    fn one(option: &str, value: &str) -> Vec<(String, Option<String>)> {
        vec![(option.to_owned(), Some(value.to_owned()))]
    }

    #[test]
    fn a_line_is_an_option() {
        assert_eq!(read("url = http://h/"), one("--url", "http://h/"));
        assert_eq!(read("  output: a b"), one("--output", "a"));
        assert_eq!(read("--url=x"), [("--url=x".to_owned(), None)], "as curl has it");
        assert_eq!(read("-o\tx\r"), one("-o", "x"));
        assert_eq!(read("silent\n"), [("--silent".to_owned(), None)]);
        assert_eq!(read(r#"data "a \"b\"\n\q" rest"#), one("--data", "a \"b\"\nq"));
        assert_eq!(read(r#"data "open"#), one("--data", "open"));
        assert_eq!(read(r#"data """#), one("--data", ""));
        assert!(read("\n# no\n  * no\n/ no\n\r\n").is_empty());
        assert_eq!(parse("#\n\n-s").next().unwrap().line, 3);
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(value in "[ -~\t\n]{0,40}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            prop_assert_eq!(read(&format!("data = \"{quoted}\"")), one("--data", &value));
        }

        #[test]
        fn never_panics(text in "(.|\n){0,80}") {
            let _ = read(&text);
        }
    }
}
