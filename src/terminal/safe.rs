//! Foreign text made fit for a terminal.

use std::fmt;
use std::path::{MAIN_SEPARATOR, Path};

use unicode_width::UnicodeWidthChar;
use url::{Position, Url};

/// Most marks kept on one character. Living scripts need up to four; a flood of them paints over
/// the lines above and below.
const MARKS_LIMIT: usize = 4;

/// Most characters of a URL that is shown, unless its host takes more.
const URL_LIMIT: usize = 300;

/// Most characters of what follows the host, where that takes nearly all.
const URL_REST: usize = 40;

/// Longest name of a host in the domain name system, in bytes.
const HOST_LIMIT: usize = 253;

/// Most characters of a path that is shown.
const PATH_LIMIT: usize = 400;

/// Text from a server that can be shown: on one line, bounded, and doing nothing but being read.
///
/// White space of any kind and length becomes one space, and none is left at the ends. What would
/// steer the terminal, reorder the line or hide (controls, bidirectional and zero-width characters,
/// tags, blanks, private use) is shown as `\u{1b}`. Variation selectors, common after emoji and
/// invisible, are dropped, and so are the marks beyond four on one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safe(String);

impl Safe {
    /// Makes `text` safe and at most `max_chars` characters long, the last of them `…` if
    /// something is missing. Reads no further than it must.
    pub fn new(text: &str, max_chars: usize) -> Self {
        let mut line = Line::new(max_chars);
        let mut space = false;
        // How many marks the last character can still take. At first there is none: a mark would
        // sit on whatever stands to the left of this text.
        let mut marks_left = None;
        for c in text.chars() {
            let kind = Kind::of(c);
            let (piece, next) = match (kind, marks_left) {
                (Kind::Space, _) => {
                    space = !line.text.is_empty();
                    marks_left = None;
                    continue;
                }
                (Kind::Variation, _) | (Kind::Mark, Some(0)) => continue,
                (Kind::Mark, Some(left)) => (c.to_string(), Some(left - 1)),
                (Kind::Plain, _) => (c.to_string(), Some(MARKS_LIMIT)),
                (Kind::Mark, None) | (Kind::Hidden, _) => (c.escape_unicode().to_string(), None),
            };
            if std::mem::take(&mut space) && !line.push(" ") || !line.push(&piece) {
                break;
            }
            marks_left = next;
        }
        Self(line.text)
    }

    /// A URL to be read by a person, of 300 characters or a little more. Who is meant is never cut off:
    /// scheme, host and port come whole, without a user's name that could pass for the host. Of a host
    /// that is longer than any name can be, the end is shown, which says whose it is.
    pub fn of_url(url: &Url) -> Self {
        let mut origin = url.origin().ascii_serialization();
        if let Some(host) = url.host_str().filter(|host| host.len() > HOST_LIMIT) {
            let end = host.get(host.len() - HOST_LIMIT..).unwrap_or_default();
            origin = origin.replacen(host, &format!("…{end}"), 1);
        }
        let left = URL_LIMIT.saturating_sub(origin.chars().count()).max(URL_REST);
        let rest = Self::new(&url[Position::BeforePath..], left);
        Self(format!("{}{rest}", Self::new(&origin, usize::MAX)))
    }

    /// The text, for where a string is needed. What is added to it must be safe as well.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A bounded line that knows where to cut to make room for `…`, never inside a piece.
struct Line {
    text: String,
    chars: usize,
    max_chars: usize,
    /// Bytes of `text` that leave room for one more character.
    cut: usize,
}

impl Line {
    fn new(max_chars: usize) -> Self {
        Self { text: String::new(), chars: 0, max_chars, cut: 0 }
    }

    /// Appends a piece, or ends the line with `…` and says false.
    fn push(&mut self, piece: &str) -> bool {
        self.chars += piece.chars().count();
        if self.chars > self.max_chars {
            self.text.truncate(self.cut);
            if self.max_chars > 0 {
                self.text.push('…');
            }
            return false;
        }
        self.text.push_str(piece);
        if self.chars < self.max_chars {
            self.cut = self.text.len();
        }
        true
    }
}

/// What a character would do on a terminal.
#[derive(Clone, Copy)]
enum Kind {
    Space,
    /// A variation selector.
    Variation,
    /// Sits on the character before it.
    Mark,
    /// See [`is_hidden`].
    Hidden,
    Plain,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Self::Variation,
            _ if c.is_whitespace() => Self::Space,
            _ if is_hidden(c) => Self::Hidden,
            _ if c.width() == Some(0) => Self::Mark,
            _ => Self::Plain,
        }
    }
}

/// Controls (general category Cc), format characters (Cf), private use (Co), line and paragraph
/// separators (Zl, Zp), noncharacters, everything that Unicode calls default-ignorable, and the
/// blanks that are not white space. Ranges of Unicode 17; unassigned neighbours that are reserved
/// for such characters are included.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || u32::from(c) & 0xfffe == 0xfffe
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..)
}

/// A path as it may be shown: in quotes unless it is plain, for a server may have named the file, and a
/// name can hold a sentence that passes for one of this program's.
pub fn shown_path(path: &Path) -> String {
    let text = Safe::new(&path.display().to_string(), PATH_LIMIT).to_string();
    let plain = |c: char| c.is_alphanumeric() || c == MAIN_SEPARATOR || "/._-+=@%~,:".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("{text:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn safe(text: &str) -> String {
        Safe::new(text, 80).to_string()
    }

    #[test]
    fn plain_text_of_any_script_is_left_as_it_is() {
        let texts = [
            "Access to data, $0.05",
            "naïve",
            "e\u{301}",
            "日本語",
            "हिन्दी",
            "שָׁלוֹם",
            "한국어",
            "🔑",
            "",
        ];
        for text in texts {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn escape_sequences_are_shown_and_not_obeyed() {
        assert_eq!(safe("\x1b[2Jgone"), r"\u{1b}[2Jgone");
        assert_eq!(safe("\u{9b}31mred\x7f\0\x08"), r"\u{9b}31mred\u{7f}\u{0}\u{8}");
        assert_eq!(safe("\x1b]8;;http://x\x07"), r"\u{1b}]8;;http://x\u{7}");
    }

    #[test]
    fn reordering_and_hiding_are_shown() {
        assert_eq!(safe("pay \u{202e}05.0$"), r"pay \u{202e}05.0$");
        assert_eq!(
            safe("us\u{200b}dc\u{feff}\u{2066}\u{61c}"),
            r"us\u{200b}dc\u{feff}\u{2066}\u{61c}"
        );
        assert_eq!(safe("\u{e0041}\u{e007f}\u{e000}"), r"\u{e0041}\u{e007f}\u{e000}");
        assert_eq!(safe("a\u{2800}b\u{3164}"), r"a\u{2800}b\u{3164}");
    }

    #[test]
    fn white_space_is_one_space_within_and_none_without() {
        assert_eq!(safe("\r\n price:\t$1\u{2028}\u{a0}\u{3000}only \n"), "price: $1 only");
        assert_eq!(safe(&format!("a{}b", " ".repeat(10_000))), "a b");
        assert_eq!(safe(" \n\t"), "");
    }

    #[test]
    fn marks_neither_flood_nor_reach_to_the_left() {
        let flood = format!("e{}x", "\u{301}".repeat(1000));
        assert_eq!(safe(&flood), format!("e{}x", "\u{301}".repeat(MARKS_LIMIT)));
        assert_eq!(safe("\u{338}5"), r"\u{338}5");
        assert_eq!(safe("a \u{338}5"), r"a \u{338}5");
        assert_eq!(safe("❤\u{fe0f}\u{e0100}"), "❤");
    }

    #[test]
    fn length_is_bounded_and_an_escape_is_never_cut() {
        let cut = |text, max| Safe::new(text, max).to_string();
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef  \n", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("ab\x1bcd", 6), "ab…");
        assert_eq!(cut("ab\x1b", 8), r"ab\u{1b}");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(format!("{:>4}|{:<4}|", Safe::new("é", 9), Safe::new("é", 9)), "   é|é   |");
    }

    /// Characters that have no business on a terminal, by their names in Unicode.
    fn offends(c: char) -> bool {
        c.is_control()
            || (c.is_whitespace() && c != ' ')
            || matches!(c,
                '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
    }

    fn any_text() -> impl Strategy<Value = String> {
        let offensive = "[\u{0}-\u{20}\u{7f}-\u{a0}\u{300}-\u{310}\u{61c}\u{200b}-\u{2010}\
             \u{2028}-\u{202e}\u{2060}-\u{206f}\u{fe00}-\u{fe0f}\u{feff}\u{e0000}-\u{e007f}a-f]{0,60}";
        prop_oneof![any::<String>(), offensive]
    }

    proptest! {
        #[test]
        fn nothing_offensive_comes_out_and_the_bound_holds(text in any_text(), max in 0_usize..50) {
            let safe = Safe::new(&text, max);
            prop_assert!(!safe.as_str().chars().any(offends), "{:?}", safe);
            prop_assert!(safe.as_str().chars().count() <= max);
            prop_assert!(!safe.as_str().contains("  "));
            prop_assert_eq!(safe.as_str().trim(), safe.as_str());
            let first = safe.as_str().chars().next();
            prop_assert_ne!(first.and_then(UnicodeWidthChar::width), Some(0));
        }

        #[test]
        fn what_is_safe_stays_as_it_is(text in any_text()) {
            let once = Safe::new(&text, 1000);
            prop_assert_eq!(Safe::new(once.as_str(), 1000), once);
        }
    }

    #[test]
    fn of_a_url_the_host_is_shown_whole_and_the_rest_within_bounds() {
        let shown = |text: &str| Safe::of_url(&Url::parse(text).unwrap()).to_string();
        for short in ["https://shop.test/", "http://127.0.0.1:8080/a/b?c=d#e", "http://[::1]/x"] {
            assert_eq!(shown(short), short);
        }
        let long = shown(&format!("https://shop.test:444/{}", "a".repeat(60_000)));
        assert!(long.starts_with("https://shop.test:444/aaa") && long.ends_with("a…"), "{long}");
        assert_eq!(long.chars().count(), 300);
        // Who is meant is not who is named first.
        assert_eq!(shown("https://good.test:secret@evil.test/x"), "https://evil.test/x");
        let name = format!("good.test.{}.evil.test", vec!["b".repeat(50); 4].join("."));
        let host = shown(&format!("https://{name}/{}", "a".repeat(999)));
        assert!(host.starts_with(&format!("https://{name}/aaa")), "{host}");
        let flood = shown(&format!("http://good.test.{}.evil.test:81/x", "b.".repeat(9_999) + "b"));
        assert!(flood.starts_with("http://…") && flood.ends_with(".evil.test:81/x"), "{flood}");
        assert!(flood.chars().count() < 320, "{flood}");
    }

    #[test]
    fn every_character_alone_is_safe() {
        for c in '\0'..=char::MAX {
            let safe = Safe::new(&format!("a{c}"), 80);
            assert!(!safe.as_str().chars().any(|c| offends(c) || is_hidden(c)), "{c:?}");
        }
    }
}
