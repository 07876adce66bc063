//! URL globbing: `{a,b}`, `[1-9]`, `[001-100:10]`, `[a-z:2]`, in curl's grammar, expanded one at a time
//! so that a million URLs need no more memory than one.

use std::net::Ipv6Addr;

use thiserror::Error;

/// Most parts of one pattern, as in curl.
const MOST_PARTS: usize = 100;

/// A URL with patterns in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    parts: Vec<Part>,
    /// How many URLs it stands for.
    count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Set(Vec<String>),
    Letters { first: u8, step: u8, count: u64 },
    Numbers { first: u64, step: u64, count: u64, width: usize },
}

/// A pattern that is none, and where, counted as curl counts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why} in URL position {position}: {text:?}; -g takes a URL as it is")]
pub(super) struct GlobError {
    why: &'static str,
    position: usize,
    text: String,
}

/// One of the URLs that a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// The URL.
    pub text: String,
    /// What each pattern stands for in it.
    captures: Vec<String>,
}

impl Match {
    /// A URL that was no pattern.
    pub(super) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), captures: Vec::new() }
    }

    /// An output's name, with `#1` and the like filled in; a number without a pattern stays.
    pub(super) fn name(&self, template: &str) -> String {
        let mut name = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('#') {
            name.push_str(before);
            let tail = after.trim_start_matches(|c: char| c.is_ascii_digit());
            let digits = after.strip_suffix(tail).unwrap_or_default();
            let number = digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            if let Some(capture) = number.and_then(|number| self.captures.get(number)) {
                name.push_str(capture);
                rest = tail;
            } else {
                name.push('#');
                rest = after;
            }
        }
        name.push_str(rest);
        name
    }
}

impl Glob {
    /// Reads a pattern.
    pub(super) fn parse(text: &str) -> Result<Self, GlobError> {
        let mut scan = Scan { text, rest: text, parts: Vec::new(), count: 1 };
        scan.all().map_err(|why| GlobError {
            why,
            position: scan.position(),
            text: text.to_owned(),
        })?;
        Ok(Self { parts: scan.parts, count: scan.count })
    }

    /// The first braces with one word between them, as in `/users/{id}`: nobody needs a pattern for one
    /// word, so it was copied from a list of URLs with something to fill in.
    pub(super) fn placeholder(&self) -> Option<String> {
        self.parts.iter().find_map(|part| match part {
            Part::Set(words) => match words.as_slice() {
                [word] => Some(format!("{{{word}}}")),
                _ => None,
            },
            Part::Text(_) | Part::Letters { .. } | Part::Numbers { .. } => None,
        })
    }

    /// How many URLs it stands for; at least one.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// One of the URLs, the last pattern changing first.
    pub(super) fn nth(&self, number: u64) -> Match {
        let mut captures = Vec::new();
        let mut pieces = Vec::new();
        let mut number = number;
        for part in self.parts.iter().rev() {
            let (piece, is_pattern) = match part {
                Part::Text(text) => (text.clone(), false),
                pattern => {
                    let count = pattern.count();
                    let piece = pattern.nth(number.checked_rem(count).unwrap_or(0));
                    number = number.checked_div(count).unwrap_or(0);
                    (piece, true)
                }
            };
            if is_pattern {
                captures.push(piece.clone());
            }
            pieces.push(piece);
        }
        captures.reverse();
        pieces.reverse();
        Match { text: pieces.concat(), captures }
    }
}

impl Part {
    fn count(&self) -> u64 {
        match self {
            Self::Text(_) => 1,
            Self::Set(words) => u64::try_from(words.len()).unwrap_or(u64::MAX),
            Self::Letters { count, .. } | Self::Numbers { count, .. } => *count,
        }
    }

    fn nth(&self, number: u64) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Set(words) => {
                let word = usize::try_from(number).ok().and_then(|number| words.get(number));
                word.cloned().unwrap_or_default()
            }
            Self::Letters { first, step, .. } => {
                let offset = u8::try_from(number).unwrap_or(0).saturating_mul(*step);
                char::from(first.saturating_add(offset)).to_string()
            }
            Self::Numbers { first, step, width, .. } => {
                let value = first.saturating_add(number.saturating_mul(*step));
                format!("{value:0width$}", width = *width)
            }
        }
    }
}

/// A pattern being read.
struct Scan<'a> {
    text: &'a str,
    rest: &'a str,
    parts: Vec<Part>,
    count: u64,
}

impl Scan<'_> {
    /// Where reading has come to, in characters from 1.
    fn position(&self) -> usize {
        let read = self.text.strip_suffix(self.rest).unwrap_or(self.text);
        read.chars().count().saturating_add(1)
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn all(&mut self) -> Result<(), &'static str> {
        while !self.rest.is_empty() {
            let literal = self.literal()?;
            let part = if literal.is_empty() {
                match self.next() {
                    Some('{') => self.set()?,
                    _ => self.range()?,
                }
            } else {
                Part::Text(literal)
            };
            self.count = self.count.checked_mul(part.count()).ok_or("range overflow")?;
            self.parts.push(part);
            if self.parts.len() >= MOST_PARTS {
                return Err("too many globs");
            }
        }
        Ok(())
    }

    /// Everything up to the next pattern. An IPv6 address in brackets is none, nor is `[]`, and a
    /// backslash takes the meaning from a bracket or a brace.
    fn literal(&mut self) -> Result<String, &'static str> {
        let mut literal = String::new();
        while let Some(first) = self.rest.chars().next() {
            match first {
                '{' => break,
                // As in `?id[]=1`: nothing between them is no range.
                '[' if self.rest.starts_with("[]") => {
                    literal.push_str("[]");
                    self.rest = self.rest.strip_prefix("[]").unwrap_or_default();
                    continue;
                }
                '[' => match address(self.rest) {
                    None => break,
                    Some((address, rest)) => {
                        literal.push_str(address);
                        self.rest = rest;
                        continue;
                    }
                },
                '}' | ']' => return Err("unmatched close brace/bracket"),
                '\\' => {
                    self.next();
                    match self.rest.chars().next() {
                        Some(special @ ('{' | '[' | '}' | ']')) => {
                            literal.push(special);
                            self.next();
                        }
                        _ => literal.push('\\'),
                    }
                    continue;
                }
                _ => {}
            }
            literal.push(first);
            self.next();
        }
        Ok(literal)
    }

    /// The rest of `{a,b}`.
    fn set(&mut self) -> Result<Part, &'static str> {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut is_empty = true;
        loop {
            match self.rest.chars().next() {
                None => return Err("unmatched brace"),
                Some('{' | '[') => return Err("nested brace"),
                Some(']') => return Err("unexpected close bracket"),
                Some('}') if is_empty => return Err("empty string within braces"),
                Some(end @ ('}' | ',')) => {
                    words.push(std::mem::take(&mut word));
                    self.next();
                    if end == '}' {
                        return Ok(Part::Set(words));
                    }
                }
                Some('\\') => {
                    self.next();
                    word.push(self.next().unwrap_or('\\'));
                }
                Some(other) => {
                    word.push(other);
                    self.next();
                }
            }
            is_empty = false;
        }
    }

    /// The rest of `[1-9]` or `[a-z]`.
    fn range(&mut self) -> Result<Part, &'static str> {
        let Some((inside, after)) = self.rest.split_once(']') else { return Err("bad range") };
        let part = match inside.bytes().next() {
            Some(first) if first.is_ascii_alphabetic() => letters(inside),
            Some(first) if first.is_ascii_digit() => numbers(inside),
            _ => return Err("bad range specification"),
        };
        let part = part.ok_or("bad range")?;
        self.rest = after;
        Ok(part)
    }
}

/// An IPv6 address in brackets at the start of a text, and what follows it.
fn address(text: &str) -> Option<(&str, &str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let (address, _zone) = inside.split_once('%').unwrap_or((inside, ""));
    address.parse::<Ipv6Addr>().ok()?;
    Some((text.strip_suffix(after)?, after))
}

fn letters(inside: &str) -> Option<Part> {
    let (range, step) = match inside.split_once(':') {
        Some((range, step)) => (range, u8::try_from(number(step)?).ok()?),
        None => (inside, 1),
    };
    let [first, b'-', last] = range.as_bytes() else { return None };
    let distance = last.checked_sub(*first)?;
    let fits = if distance == 0 { step == 1 } else { step <= distance };
    if !fits || distance > b'z'.saturating_sub(b'a') {
        return None;
    }
    let count = u64::from(distance.checked_div(step)?).saturating_add(1);
    Some(Part::Letters { first: *first, step, count })
}

/// Most digits of a number that is filled up with zeros: no number that can be counted to has more.
const WIDEST: usize = 20;

fn numbers(inside: &str) -> Option<Part> {
    let (range, step) = match inside.split_once(':') {
        Some((range, step)) => (range, number(step)?),
        None => (inside, 1),
    };
    let (from, to) = range.split_once('-')?;
    let (first, last) = (number(from)?, number(to.trim_start_matches([' ', '\t']))?);
    let distance = last.checked_sub(first)?;
    let fits = if distance == 0 { step == 1 } else { step <= distance };
    if !fits {
        return None;
    }
    let width = if from.starts_with('0') { from.len() } else { 0 };
    if width > WIDEST {
        return None;
    }
    let count = distance.checked_div(step)?.checked_add(1)?;
    Some(Part::Numbers { first, step, count, width })
}

/// Digits, and nothing else.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(pattern: &str) -> Vec<String> {
        let glob = Glob::parse(pattern).unwrap();
        (0..glob.count()).map(|number| glob.nth(number).text).collect()
    }

    fn why(pattern: &str) -> &'static str {
        Glob::parse(pattern).unwrap_err().why
    }

    #[test]
    fn braces_around_one_word_are_to_be_filled_in() {
        let of = |text: &str| Glob::parse(text).unwrap().placeholder();
        assert_eq!(of("http://h/{chain}/{token_address}").as_deref(), Some("{chain}"));
        assert_eq!(of("http://h/[1-9]/{a,b}?id={id}").as_deref(), Some("{id}"));
        for none in ["http://h/", "http://h/{a,b}", "http://h/[1-1]", "http://h/\\{id\\}"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn patterns_stand_for_urls_the_last_one_changing_first() {
        assert_eq!(all("h/{a,b}[1-2]"), ["h/a1", "h/a2", "h/b1", "h/b2"]);
        assert_eq!(all("[001-003]"), ["001", "002", "003"]);
        assert_eq!(all("[a-e:2]"), ["a", "c", "e"]);
        assert_eq!(all("[0-10:5]"), ["0", "5", "10"]);
        assert_eq!(all("{a,}x"), ["ax", "x"]);
        assert_eq!(all(r"{a\,b,c\}}"), ["a,b", "c}"]);
        assert_eq!(all(r"\{a\}\[\]\x"), [r"{a}[]\x"]);
        assert_eq!(all("http://[::1]:80/[7-7]"), ["http://[::1]:80/7"]);
        assert_eq!(all(""), [""]);
        assert_eq!(
            all("[]?ids[]=[1-2]&{a,b}[]"),
            ["[]?ids[]=1&a[]", "[]?ids[]=1&b[]", "[]?ids[]=2&a[]", "[]?ids[]=2&b[]",]
        );
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(why("{a,b"), "unmatched brace");
        assert_eq!(why("{}"), "empty string within braces");
        assert_eq!(why("{a{b}}"), "nested brace");
        assert_eq!(why("{a]"), "unexpected close bracket");
        assert_eq!(why("a]"), "unmatched close brace/bracket");
        assert_eq!(why("[ ]"), "bad range specification");
        assert_eq!(why("x[]]"), "unmatched close brace/bracket");
        assert_eq!(why("[[]]"), "bad range specification");
        assert_eq!(why("{[]}"), "nested brace");
        for range in ["[9-1]", "[1-3:5]", "[1-1:2]", "[1-", "[a-]", "[z-a]", "[1-2:0]", "[A-z]"] {
            assert_eq!(why(range), "bad range", "{range}");
        }
        let zeros = |count| format!("[{}1-2]", "0".repeat(count));
        assert_eq!(why(&zeros(70_000)), "bad range");
        assert_eq!(why(&zeros(20)), "bad range");
        assert!(Glob::parse(&zeros(19)).is_ok());
        assert_eq!(why(&"[1-9999999999]".repeat(3)), "range overflow");
        assert_eq!(why(&"[1-1]x".repeat(60)), "too many globs");
    }

    #[test]
    fn a_million_urls_are_one_number() {
        let glob = Glob::parse("h/[0-999][0-999]").unwrap();
        assert_eq!((glob.count(), glob.nth(999_999).text), (1_000_000, "h/999999".into()));
    }

    #[test]
    fn names_are_filled_in() {
        let found = Glob::parse("h/{a,b}/[1-3]").unwrap().nth(4);
        assert_eq!(found.text, "h/b/2");
        assert_eq!(found.name("#1-#2_#3#0#x#"), "b-2_#3#0#x#");
        assert_eq!(Match::plain("h").name("f#1"), "f#1");
    }

    proptest! {
        #[test]
        fn never_panics_and_every_url_has_a_number(text in "[a-c0-9{}\\[\\],:\\\\-]{0,24}") {
            if let Ok(glob) = Glob::parse(&text) {
                prop_assert!(glob.count() > 0);
                let _ = (glob.nth(0), glob.nth(glob.count() - 1), glob.nth(u64::MAX));
            }
        }

        #[test]
        fn what_is_escaped_is_itself(text in "[a-c0-9{}\\[\\],:-]{0,24}") {
            let escaped: String = text
                .chars()
                .flat_map(|c| ("{}[]".contains(c)).then_some('\\').into_iter().chain([c]))
                .collect();
            prop_assert_eq!(all(&escaped), [text]);
        }

        #[test]
        fn a_set_of_words_is_those_words(words in prop::collection::vec("[a-z]{1,5}", 1..9)) {
            prop_assert_eq!(all(&format!("{{{}}}", words.join(","))), words);
        }
    }
}
