//! What words look like: a few meanings, each with one look.

use anstyle::AnsiColor;
use std::fmt::Display;

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// An amount that is paid or would be.
    Money,
    /// Something the owner should look at.
    Warning,
    /// Why it failed.
    Error,
    /// What to do next.
    Hint,
    /// What matters least.
    Dim,
    /// The title of a part.
    Heading,
}

impl Style {
    fn look(self) -> anstyle::Style {
        match self {
            Self::Money => AnsiColor::Green.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Hint => AnsiColor::Cyan.on_default(),
            Self::Dim => anstyle::Style::new().dimmed(),
            Self::Heading => anstyle::Style::new().bold(),
        }
    }
}

/// Gives text its look, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct Painter {
    /// Whether escape sequences are wanted; see [`super::streams::ColorWishes`].
    pub on: bool,
}

impl Painter {
    /// The text in its style. Foreign text must be [`super::safe::Safe`] before it comes here.
    pub fn paint(self, style: Style, text: &dyn Display) -> String {
        if !self.on {
            return text.to_string();
        }
        let look = style.look();
        format!("{look}{text}{look:#}")
    }

    /// The text as a hyperlink (OSC 8), or the text alone. For addresses this program has made, such
    /// as an explorer's page: an address with anything but visible ASCII makes no link.
    pub fn link(self, url: &str, text: &dyn Display) -> String {
        if !self.on || !url.bytes().all(|b| b.is_ascii_graphic()) {
            return text.to_string();
        }
        format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_put_on_and_taken_off() {
        let painter = Painter { on: true };
        assert_eq!(painter.paint(Style::Money, &"$1"), "\x1b[1m\x1b[32m$1\x1b[0m");
        assert_eq!(painter.paint(Style::Dim, &7), "\x1b[2m7\x1b[0m");
        assert_eq!(Painter { on: false }.paint(Style::Error, &"no"), "no");
    }

    #[test]
    fn a_link_is_made_of_visible_ascii_or_not_at_all() {
        let (on, off) = (Painter { on: true }, Painter { on: false });
        let url = "https://basescan.org/tx/0x1";
        let expected = "\x1b]8;;https://basescan.org/tx/0x1\x1b\\0x1\x1b]8;;\x1b\\";
        assert_eq!(on.link(url, &"0x1"), expected);
        assert_eq!(off.link(url, &"0x1"), "0x1");
        for bad in ["https://x/\x1b\\", "https://x/\x07", "https://x y", "https://é"] {
            assert_eq!(on.link(bad, &"0x1"), "0x1");
        }
    }
}
