//! `-F` and `--form-string`, in curl's grammar: `NAME=TEXT`, `NAME=@FILE,FILE` and `NAME=<FILE`, each
//! with `;type=`, `;filename=` and `;headers=`.

use std::path::Path;

use clap::ArgMatches;

use crate::cli::args::DataArgs;
use crate::http::{Content, Form, Part};

use super::body::{file, in_place, read_all};
use super::request::name_of;
use crate::transfer::RequestError;

/// The form that was typed, field by field; the files it names have been opened.
pub(super) fn form(args: &DataArgs, matches: &ArgMatches) -> Result<Form, RequestError> {
    let place = |id, values, literal| {
        in_place(id, values, matches).into_iter().map(move |(at, text)| (at, text, literal))
    };
    let mut fields: Vec<(usize, String, bool)> = place("form", &args.form, false)
        .chain(place("form_string", &args.form_string, true))
        .collect();
    fields.sort_by_key(|(at, ..)| *at);
    let parts = fields.into_iter().map(|(_, text, literal)| field(&text, literal));
    Ok(Form { parts: parts.collect::<Result<_, _>>()?, backslashes: args.form_escape })
}

fn field(text: &str, literal: bool) -> Result<Part, RequestError> {
    let bad = || RequestError::BadForm(name_of(text, '='));
    let (name, content) = text.split_once('=').ok_or_else(bad)?;
    let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned);
    let part = Part {
        name,
        filename: None,
        kind: None,
        headers: Vec::new(),
        content: Content::Data(crate::http::Body::Bytes(content.to_owned().into())),
    };
    if literal {
        return Ok(part);
    }
    // Forms within forms are for mail.
    if content.starts_with('(') || text.starts_with("=)") {
        return Err(bad());
    }
    if let Some(files) = content.strip_prefix('@') {
        let mut parts = Vec::new();
        let mut rest = Some(files);
        while let Some(text) = rest {
            let (value, after) = Value::read(text, Some(','))?;
            parts.push(value.upload()?);
            rest = after;
        }
        let single = if parts.len() == 1 { parts.pop() } else { None };
        return Ok(match single {
            Some(single) => Part { name: part.name, ..single },
            None => Part { content: Content::Mixed(parts), ..part },
        });
    }
    if let Some(path) = content.strip_prefix('<') {
        let (mut value, _) = Value::read(path, None)?;
        // It is a text that happens to be in a file, as curl sees it.
        value.filename = None;
        let content = match value.text.as_str() {
            "-" => Content::Data(file("-")?),
            path => Content::File(file(path)?, path.to_owned()),
        };
        return Ok(value.part(part.name, content));
    }
    let (value, _) = Value::read(content, None)?;
    let content = Content::Data(crate::http::Body::Bytes(value.text.clone().into()));
    Ok(value.part(part.name, content))
}

/// A value with what follows it between semicolons.
#[derive(Debug, Default, PartialEq, Eq)]
struct Value {
    text: String,
    kind: Option<String>,
    filename: Option<String>,
    headers: Vec<String>,
}

impl Value {
    /// Reads one value, up to `end` or to the end of the text; what comes after `end` is for the next.
    fn read(text: &str, end: Option<char>) -> Result<(Self, Option<&str>), RequestError> {
        let mut value = Self::default();
        let (word, mut rest) = word(text.trim_start(), end);
        value.text = word;
        while let Some(after) = rest.strip_prefix(';') {
            let after = after.trim_start();
            if let Some(kind) = after.strip_prefix("type=") {
                let (kind, behind) = content_type(kind.trim_start(), end);
                if !kind.contains('/') {
                    return Err(RequestError::BadForm(name_of(text, '=')));
                }
                value.kind = Some(kind);
                rest = behind;
            } else if let Some(name) = after.strip_prefix("filename=") {
                let (name, behind) = self::word(name.trim_start(), end);
                value.filename = Some(name);
                rest = behind;
            } else if let Some(lines) = after.strip_prefix("headers=") {
                let from_file = lines.strip_prefix(['@', '<']);
                let (line, behind) = self::word(from_file.unwrap_or(lines).trim_start(), end);
                match from_file {
                    Some(_) => value.headers.extend(header_lines(&line)?),
                    None => value.headers.push(line),
                }
                rest = behind;
            } else {
                // As in curl, what is not known is passed over.
                rest = self::word(after, end).1;
            }
        }
        if value.headers.iter().any(|line| line.contains(['\r', '\n'])) {
            return Err(RequestError::BadForm(name_of(text, '=')));
        }
        Ok((value, end.and_then(|end| rest.strip_prefix(end))))
    }

    /// A file to upload, which the server is told the name of.
    fn upload(self) -> Result<Part, RequestError> {
        let path = self.text.clone();
        let last = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
        let content = match path.as_str() {
            "-" => Content::Data(file("-")?),
            path => Content::File(file(path)?, path.to_owned()),
        };
        let filename = self.filename.clone().or(last);
        Ok(Self { filename, ..self }.part(None, content))
    }

    fn part(self, name: Option<String>, content: Content) -> Part {
        Part { name, filename: self.filename, kind: self.kind, headers: self.headers, content }
    }
}

/// A word up to `;` or `end`, in quotes if it holds them itself, and the rest from there.
fn word(text: &str, end: Option<char>) -> (String, &str) {
    if let Some((word, rest)) = text.strip_prefix('"').and_then(quoted) {
        let at = rest.find(|c| is_end(c, end)).unwrap_or(rest.len());
        return (word, rest.get(at..).unwrap_or_default());
    }
    let at = text.find(|c| is_end(c, end)).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    (word.trim_end().to_owned(), rest)
}

fn is_end(character: char, end: Option<char>) -> bool {
    character == ';' || Some(character) == end
}

/// A word after its opening quotation mark, if it has a closing one.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((word, text.get(at.checked_add(1)?..)?)),
            '\\' => match characters.next_if(|(_, next)| matches!(next, '\\' | '"')) {
                Some((_, next)) => word.push(next),
                None => word.push('\\'),
            },
            other => word.push(other),
        }
    }
    None
}

/// A type with its own parameters, which come after semicolons as well.
fn content_type(text: &str, end: Option<char>) -> (String, &str) {
    let known = ["filename=", "headers=", "encoder=", "type="];
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let next = rest.find(|c| is_end(c, end)).unwrap_or(rest.len());
        at = at.saturating_add(next);
        let behind = text.get(at..).unwrap_or_default();
        let parameter = behind.strip_prefix(';').map(str::trim_start);
        match parameter {
            Some(parameter) if !known.iter().any(|name| parameter.starts_with(name)) => {
                at = at.saturating_add(1);
            }
            _ => {
                let kind = text.get(..at).unwrap_or(text);
                return (kind.trim_end().to_owned(), behind);
            }
        }
    }
}

/// The header lines of a file: lines that begin with a space go on with the one before, and `#` is for
/// comments.
fn header_lines(name: &str) -> Result<Vec<String>, RequestError> {
    let text = String::from_utf8_lossy(&read_all(name)?).into_owned();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.starts_with('#')) {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ if line.is_empty() => {}
            _ => lines.push(line.to_owned()),
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Value {
        Value::read(text, Some(',')).ok().unwrap().0
    }

    #[test]
    fn values_are_read_as_curl_reads_them() {
        let value =
            read(" a b ;type=text/plain; charset=x;filename=\"q\\\"; x\" ;headers=\"X: 1\"");
        assert_eq!(value.text, "a b");
        assert_eq!(value.kind.as_deref(), Some("text/plain; charset=x"));
        assert_eq!(value.filename.as_deref(), Some("q\"; x"));
        assert_eq!(value.headers, ["X: 1"]);
        assert_eq!(read("\"a;b,c\"").text, "a;b,c");
        assert_eq!(read("\"open").text, "\"open");
        assert_eq!(read("a;nonsense=1;filename=b").filename.as_deref(), Some("b"));
        assert!(Value::read("a;type=nonsense", None).is_err());
        assert!(Value::read("a;headers=\"X: 1\r\nY: 2\"", None).is_err());
    }

    #[test]
    fn files_are_told_apart_by_commas() {
        let (first, rest) = Value::read("a;type=a/b,b", Some(',')).ok().unwrap();
        assert_eq!((first.text.as_str(), first.kind.as_deref()), ("a", Some("a/b")));
        assert_eq!(rest, Some("b"));
        assert_eq!(Value::read("a,b", None).ok().unwrap().0.text, "a,b");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a=@<;,\"\\\\ (typehders/\u{e9}]{0,40}") {
            let _ = Value::read(&text, Some(','));
            let _ = Value::read(&text, None);
        }
    }
}
