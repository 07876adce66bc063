//! Failures on standard error, for people or as JSON.

use url::Url;

use crate::http::parse_url;
use crate::terminal::safe::Safe;
use crate::terminal::screen::Screen;
use crate::terminal::streams::Stderr;
use crate::terminal::style::Style;

use super::super::args::{Format, SpeechArgs};
use super::super::error::CliError;
use super::super::exit::Exit;
use super::Message;

/// How failures are told on this run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporter {
    /// The terminal.
    pub screen: Screen,
    /// Whether errors are JSON.
    pub json: bool,
    /// Whether nothing is said at all.
    pub silent: bool,
}

impl Reporter {
    /// As the flags have it.
    pub(crate) fn of(speech: &SpeechArgs, screen: Screen) -> Self {
        let json = speech.format == Format::Json;
        Self { screen, json, silent: speech.silent && !speech.show_error }
    }

    /// Tells a failure on stderr, and says how the program ends.
    pub(crate) fn tell(self, failure: &CliError) -> Exit {
        self.tell_of(failure, None)
    }

    /// The same of what was asked with this URL.
    pub(crate) fn tell_of(self, failure: &CliError, url: Option<&str>) -> Exit {
        let mut message = failure.message();
        let exit = message.exit;
        if self.silent || message.sentence.is_empty() && !self.json {
            return exit;
        }
        if self.json {
            if message.sentence.is_empty() {
                // What people see by themselves, such as their own Ctrl-C.
                exit.row().meaning.clone_into(&mut message.sentence);
            }
            let url = url.and_then(|url| parse_url(url, "http").ok()).map(|url| without_user(&url));
            let named = message.facts.contains_key("url");
            let message = match url.filter(|_| !named) {
                Some(url) => message.fact("url", url),
                None => message,
            };
            Stderr.line(&message.document());
            return exit;
        }
        let Message { sentence, hint, .. } = message;
        let paint = self.screen.err;
        let head = paint.paint(Style::Error, &format!("pay402: ({})", exit.code()));
        Stderr.line(&format_args!("{head} {sentence}"));
        if let Some(hint) = hint {
            Stderr.line(&format_args!("{} {hint}", paint.paint(Style::Hint, &"hint:")));
        }
        exit
    }
}

/// A URL as it may be shown: a password in it is nobody's business.
fn without_user(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only on URLs that cannot have a user at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Safe::new(url.as_str(), 4_000).to_string()
}
