//! The words of a command line, split as a shell splits them, with nothing run and nothing expanded.

use crate::cli::error::CliError;

/// The words of a command line as a shell has them, up to the first operator.
pub(super) fn split(line: &str, dropped: &mut Vec<String>) -> Result<Vec<String>, CliError> {
    let plain = plain(line, dropped)?;
    shell_words::split(&plain).map_err(|_| CliError::FromCurl("has a quote that does not end"))
}

/// The line with `$'…'` in plain quotes, and without what comes after `|`, `;`, `&`, `<` or `>`.
fn plain(line: &str, dropped: &mut Vec<String>) -> Result<String, CliError> {
    let mut plain = String::new();
    let mut rest = line.chars();
    let mut quote = None;
    let mut expands = false;
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"'), '\\') => {
                plain.push(c);
                // A pasted line may end as Windows ends lines.
                match rest.next() {
                    Some('\r') => plain.extend(rest.next()),
                    next => plain.extend(next),
                }
                continue;
            }
            (None, '$') if rest.as_str().starts_with('\'') => {
                rest.next();
                plain.push_str(&shell_words::quote(&ansi_c(&mut rest)?));
                continue;
            }
            (None, '|' | ';' | '&' | '<' | '>') => {
                dropped.push(format!("what follows {c:?} is not carried over"));
                break;
            }
            (None | Some('"'), '`') => expands = true,
            (None | Some('"'), '$') => {
                let next = rest.as_str().chars().next();
                expands |=
                    next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '{' | '('));
            }
            _ => {}
        }
        plain.push(c);
    }
    if expands {
        dropped.push("variables and commands in the line are taken as they are written".to_owned());
    }
    Ok(plain)
}

/// The inside of `$'…'`, up to its end.
fn ansi_c(rest: &mut std::str::Chars<'_>) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    loop {
        let c = rest.next().ok_or(CliError::FromCurl("has a quote that does not end"))?;
        if c == '\'' {
            // No option takes anything but text.
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        let mut push = |c: char| bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        if c != '\\' {
            push(c);
            continue;
        }
        match rest.next() {
            Some('n') => push('\n'),
            Some('t') => push('\t'),
            Some('r') => push('\r'),
            Some('a') => push('\u{7}'),
            Some('b') => push('\u{8}'),
            Some('f') => push('\u{c}'),
            Some('v') => push('\u{b}'),
            Some('e' | 'E') => push('\u{1b}'),
            Some('x') => {
                let byte = number(rest, 16, 2);
                bytes.extend(u8::try_from(byte).ok());
            }
            Some('u') => push(char::from_u32(number(rest, 16, 4)).unwrap_or('\u{fffd}')),
            Some('U') => push(char::from_u32(number(rest, 16, 8)).unwrap_or('\u{fffd}')),
            Some(octal @ '0'..='7') => {
                let first = octal.to_digit(8).unwrap_or(0);
                let more = rest.as_str().chars().take(2).take_while(|c| c.is_digit(8)).count();
                let value = (0..more)
                    .filter_map(|_| rest.next()?.to_digit(8))
                    .fold(first, |value, digit| value.wrapping_mul(8).wrapping_add(digit));
                bytes.extend(u8::try_from(value & 0xff).ok());
            }
            Some(other) => push(other),
            None => return Err(CliError::FromCurl("has a quote that does not end")),
        }
    }
}

/// Up to so many digits.
fn number(rest: &mut std::str::Chars<'_>, radix: u32, most: usize) -> u32 {
    let count = rest.as_str().chars().take(most).take_while(|c| c.is_digit(radix)).count();
    (0..count)
        .filter_map(|_| rest.next()?.to_digit(radix))
        .fold(0, |value, digit| value.wrapping_mul(radix).wrapping_add(digit))
}
