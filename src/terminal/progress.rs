//! Signs of life on standard error: a bar for a transfer, a spinner for a wait, one below the other
//! where several go on.
//!
//! All are drawn only when the caller says so, and while the process is in the foreground, and vanish without a trace when finished. Lines on
//! standard error go above them ([`apart`]); while a question is asked they are away ([`Away`]).

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::canvas::Canvas;
use super::safe::Safe;

/// How long a transfer runs before its bar shows; shorter ones need none.
const PATIENCE: Duration = Duration::from_millis(500);

/// Drawings each second, at most.
const HERTZ: u8 = 10;

/// Length of a bar's name, in characters.
const NAME: usize = 24;

const OF_KNOWN_LENGTH: &str =
    "{prefix}{bytes:>11} of {total_bytes:<11} {bar:24} {bytes_per_sec:>12}  {eta:>4} left";
const OF_UNKNOWN_LENGTH: &str = "{prefix}{bytes:>11} {spinner} {bytes_per_sec:>12}  {elapsed:>4}";
const PLAIN: &str = "{prefix}{wide_bar} {percent:>3}%";
const WAIT: &str = "{spinner} {msg} {elapsed}";

/// Everything that is drawn now; none until something is.
static BOARD: OnceLock<MultiProgress> = OnceLock::new();

fn board() -> &'static MultiProgress {
    BOARD.get_or_init(|| MultiProgress::with_draw_target(target()))
}

/// Standard error, where it is a terminal that can be drawn on.
fn target() -> ProgressDrawTarget {
    let stderr = ProgressDrawTarget::stderr_with_hz(HERTZ);
    #[cfg(unix)]
    if !stderr.is_hidden() {
        return ProgressDrawTarget::term_like_with_hz(Box::new(Canvas::new()), HERTZ);
    }
    stderr
}

/// Does `write`, which writes to the terminal, with nothing drawn meanwhile.
pub(super) fn apart<T>(write: impl FnOnce() -> T) -> T {
    match BOARD.get() {
        Some(board) => board.suspend(write),
        None => write(),
    }
}

/// Nothing is drawn while this lives: a person is asked something.
pub struct Away(());

impl Away {
    /// Takes everything away.
    pub fn begin() -> Self {
        // Made now if there is none: the first thing to be drawn may come while this lives.
        let board = board();
        let _ = board.clear();
        board.set_draw_target(ProgressDrawTarget::hidden());
        Self(())
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        board().set_draw_target(target());
    }
}

/// How a transfer shows its progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Not at all, and nothing is paid for it.
    Hidden,
    /// Rate, size and time left, after a while.
    Meter,
    /// A bar alone, at once: `-#`.
    Bar,
}

/// A name for one of several bars, all of one width.
pub fn label(name: &str) -> String {
    format!("{:<NAME$.NAME$} ", Safe::new(name, NAME).to_string())
}

/// The progress of one transfer.
pub struct Transfer(Option<Bar>);

struct Bar {
    drawn: ProgressBar,
    started: Instant,
    patience: Duration,
    shown: bool,
}

impl Transfer {
    /// Begins a transfer of `total` bytes, if the server said how many. `label` stands before it.
    pub fn start(manner: Manner, label: &str, total: Option<u64>) -> Self {
        let (patience, template) = match (manner, total) {
            (Manner::Hidden, _) => return Self(None),
            (Manner::Meter, Some(_)) => (PATIENCE, OF_KNOWN_LENGTH),
            (Manner::Meter, None) => (PATIENCE, OF_UNKNOWN_LENGTH),
            (Manner::Bar, Some(_)) => (Duration::ZERO, PLAIN),
            (Manner::Bar, None) => (Duration::ZERO, OF_UNKNOWN_LENGTH),
        };
        let drawn = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden())
            .with_style(style(template).progress_chars("## "))
            .with_prefix(label.to_owned());
        Self(Some(Bar { drawn, started: Instant::now(), patience, shown: false }))
    }

    /// Counts bytes that arrived.
    pub fn advance(&mut self, bytes: u64) {
        let Some(Bar { drawn, started, patience, shown }) = &mut self.0 else { return };
        if !*shown && started.elapsed() >= *patience {
            *drawn = board().add(drawn.clone());
            *shown = true;
        }
        drawn.inc(bytes);
    }

    /// Ends the transfer, whole or not, and takes the bar away. Dropping does the same.
    pub fn finish(self) {}
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
        if self.shown {
            board().remove(&self.drawn);
        }
    }
}

/// A wait of unknown length, turning by itself until dropped.
pub struct Wait(Option<ProgressBar>);

impl Wait {
    /// Waits for a payment to settle on this network, named as in our own table.
    pub fn for_settlement(on: bool, network: &str) -> Self {
        Self(on.then(|| {
            let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style(WAIT))
                .with_message(format!("waiting for settlement on {network}"));
            let spinner = board().add(spinner);
            spinner.enable_steady_tick(Duration::from_secs(1) / u32::from(HERTZ));
            spinner
        }))
    }

    /// Ends the wait and takes the spinner away. Dropping does the same.
    pub fn finish(self) {}
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(spinner) = &self.0 {
            spinner.finish_and_clear();
            board().remove(spinner);
        }
    }
}

/// A template that does not parse would cost the bar its look, never the transfer; a test sees to
/// it that all do.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses() {
        for template in [OF_KNOWN_LENGTH, OF_UNKNOWN_LENGTH, PLAIN, WAIT] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_transfer_is_hidden_at_first_and_bears_any_length() {
        assert!(Transfer::start(Manner::Hidden, "", Some(1)).0.is_none());
        for total in [None, Some(0), Some(1), Some(u64::MAX)] {
            let mut transfer = Transfer::start(Manner::Meter, "", total);
            for bytes in [0, 1, u64::MAX - 1, u64::MAX] {
                transfer.advance(bytes);
            }
            let bar = transfer.0.as_ref().unwrap();
            assert!(!bar.shown && bar.drawn.is_hidden());
            transfer.finish();
        }
    }

    #[test]
    fn a_transfer_shows_after_a_while_or_at_once() {
        let mut transfer = Transfer::start(Manner::Meter, "", Some(10));
        transfer.0.as_mut().unwrap().started -= PATIENCE;
        transfer.advance(1);
        assert!(transfer.0.as_ref().unwrap().shown);
        let mut transfer = Transfer::start(Manner::Bar, "", Some(10));
        transfer.advance(1);
        assert!(transfer.0.as_ref().unwrap().shown);
    }

    #[test]
    fn names_are_of_one_width_and_cannot_move_the_cursor() {
        for name in ["a", "\u{1b}[2Ja", &"x".repeat(90)] {
            assert_eq!(label(name).chars().count(), NAME + 1, "{name:?}");
            assert!(!label(name).contains('\u{1b}'));
        }
    }
}
