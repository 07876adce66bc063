//! The file name in a `Content-Disposition` header (RFC 6266, RFC 8187), made harmless: whatever a
//! server says, it names a visible file in the directory the user chose, and nothing else.

use crate::terminal::safe::is_hidden;

/// Longest name that is taken, in bytes; most file systems end at 255, and `.part` must fit.
const LONGEST: usize = 200;

/// The file name that a header names, if it names one that can be used. `filename*` goes before
/// `filename`.
pub(crate) fn file_name(header: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(header);
    let mut plain = None;
    let mut extended = None;
    for (name, value) in parameters(&text) {
        match name.to_ascii_lowercase().as_str() {
            "filename*" if extended.is_none() => extended = decode_extended(&value),
            "filename" if plain.is_none() => plain = Some(value),
            _ => {}
        }
    }
    extended.as_deref().and_then(harmless).or_else(|| plain.as_deref().and_then(harmless))
}

/// Every `name=value` after the type. A value in quotes may hold anything, escaped by backslashes.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = after;
        let Some(value) = after.strip_prefix('=') else { continue };
        let value = value.trim_start();
        let (value, after) = if let Some(quoted) = value.strip_prefix('"') {
            unquote(quoted)
        } else {
            let (value, after) = value.split_at(value.find(';').unwrap_or(value.len()));
            (value.trim_end().to_owned(), after)
        };
        rest = after;
        found.push((name.trim().to_owned(), value));
    }
}

fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

/// `UTF-8'en'%e2%82%ac.txt`
fn decode_extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = tail else { return None };
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        bytes.push(u8::try_from(digit(high)? << 4 | digit(low)?).ok()?);
        rest = after;
    }
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        // Every byte is the character of its number.
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

/// The last part of a name, without what could lead elsewhere, hide the file, or move a cursor.
fn harmless(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_odd(*c)).collect();
    let name = visible.trim().trim_start_matches(['.', '-', '~']).trim_end_matches([' ', '.']);
    let end = name.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8()));
    let end = end.take_while(|end| *end <= LONGEST).last()?;
    let name = name.split_at_checked(end)?.0;
    (!name.trim().is_empty()).then(|| name.to_owned())
}

/// What nobody sees or what turns what follows it, and what means something to a file system.
fn is_odd(c: char) -> bool {
    is_hidden(c) || matches!(c, ':' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::{Component, Path};

    fn name(header: &str) -> Option<String> {
        file_name(header.as_bytes())
    }

    #[test]
    fn names_are_read() {
        for (header, wanted) in [
            ("attachment; filename=a.txt", "a.txt"),
            ("attachment; filename=\"a b.txt\"", "a b.txt"),
            (r#"attachment;FileName="a\"b;c.txt"; x=y"#, "a\"b;c.txt"),
            ("inline; x=\"filename=no\"; filename = yes ; z=1", "yes"),
            ("attachment; filename=a; filename*=UTF-8''%e2%82%ac%20rates", "€ rates"),
            ("attachment; filename*=iso-8859-1'en'%A3%20rates; filename=a", "£ rates"),
            ("attachment; filename*=UTF-8''%zz; filename=plain", "plain"),
            ("attachment; filename*=koi8-r''x; filename=plain", "plain"),
            ("filename=bare", "bare"),
        ] {
            assert_eq!(name(header).as_deref(), Some(wanted), "{header}");
        }
        for header in ["", "attachment", "attachment; filename", "attachment; filename=\"\"", "x=y"]
        {
            assert_eq!(name(header), None, "{header}");
        }
    }

    #[test]
    fn names_lead_nowhere_else() {
        for (header, wanted) in [
            ("attachment; filename=../../etc/passwd", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\boot.ini\"", Some("boot.ini")),
            ("attachment; filename=.bashrc", Some("bashrc")),
            ("attachment; filename=-rf", Some("rf")),
            ("attachment; filename=\"a\u{202e}gpj.exe\"", Some("agpj.exe")),
            ("attachment; filename*=UTF-8''..%2f..%2fup", Some("up")),
            ("attachment; filename*=UTF-8''%00%0a%1b", None),
            ("attachment; filename=\"a\u{e000}\u{2800}\u{34f}\u{180e}\u{e0041}b\"", Some("ab")),
            ("attachment; filename=..", None),
            ("attachment; filename=/", None),
            ("attachment; filename=\"a/\"", None),
        ] {
            assert_eq!(name(header).as_deref(), wanted, "{header}");
        }
        assert_eq!(name(&format!("a; filename={}", "é".repeat(300))).unwrap().len(), LONGEST);
    }

    proptest! {
        #[test]
        fn every_name_is_one_visible_file(value in "\\PC{0,60}|[./\\\\~ %a-f0-9'\"=;-]{0,40}") {
            for header in [
                format!("attachment; filename={value}"),
                format!("attachment; filename=\"{value}\""),
                format!("attachment; filename*=UTF-8''{value}"),
            ] {
                if let Some(name) = name(&header) {
                    let parts: Vec<_> = Path::new(&name).components().collect();
                    prop_assert!(matches!(parts.as_slice(), [Component::Normal(_)]), "{name:?}");
                    prop_assert!(!name.starts_with(['.', '-']) && name.len() <= LONGEST);
                    let leads_away = name.contains(['/', '\\', '\0', '\n', '\r', '\u{1b}']);
                    prop_assert!(!leads_away);
                }
            }
        }
    }
}
