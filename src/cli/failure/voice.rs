//! Failures on standard error, for people or as JSON.

use serde_json::json;

use crate::terminal::streams::Stderr;
use crate::terminal::style::Style;

use super::super::args::{Format, SpeechArgs};
use super::super::exit::Exit;
use super::super::settings::Screen;
use super::{Failure, Telling};

/// How failures are told on this run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    /// The terminal.
    pub screen: Screen,
    /// Whether errors are JSON.
    pub json: bool,
    /// Whether nothing is said at all.
    pub silent: bool,
}

impl Voice {
    /// As the flags have it.
    pub(crate) fn of(speech: &SpeechArgs, screen: Screen) -> Self {
        let json = speech.format == Format::Json;
        Self { screen, json, silent: speech.silent && !speech.show_error }
    }

    /// Tells a failure on stderr, and says how the program ends.
    pub(crate) fn tell(self, failure: &Failure) -> Exit {
        let Telling { exit, sentence, hint } = failure.telling();
        if sentence.is_empty() || self.silent {
            return exit;
        }
        let row = exit.row();
        if self.json {
            let document = json!({
                "schema": "pay402/error/1",
                "code": exit.code(),
                "name": row.name,
                "message": sentence,
                "hint": hint,
                "signed": row.signed,
            });
            Stderr.line(&document);
            return exit;
        }
        let paint = self.screen.err;
        let head = paint.paint(Style::Error, &format!("pay402: ({})", exit.code()));
        Stderr.line(&format_args!("{head} {sentence}"));
        if let Some(hint) = hint {
            Stderr.line(&format_args!("{} {hint}", paint.paint(Style::Hint, &"hint:")));
        }
        exit
    }
}
