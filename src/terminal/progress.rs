//! Signs of life on standard error: a bar for a transfer, a spinner for a wait.
//!
//! Both are drawn only when the caller says so, and vanish without a trace when finished.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// How long a transfer runs before its bar shows; shorter ones need none.
const PATIENCE: Duration = Duration::from_millis(500);

/// Drawings of a bar each second, at most.
const HERTZ: u8 = 10;

const OF_KNOWN_LENGTH: &str =
    "{bytes:>11} of {total_bytes:<11} {bar:24} {bytes_per_sec:>12}  {eta:>4} left";
const OF_UNKNOWN_LENGTH: &str = "{bytes:>11} {spinner} {bytes_per_sec:>12}  {elapsed:>4}";
const WAIT: &str = "{spinner} {msg} {elapsed}";

/// The progress of one transfer.
pub struct Transfer(Option<Bar>);

struct Bar {
    drawn: ProgressBar,
    started: Instant,
    shown: bool,
}

impl Transfer {
    /// Begins a transfer of `total` bytes, if the server said how many. With `on` false, nothing is
    /// ever drawn and nothing is paid for it.
    pub fn start(on: bool, total: Option<u64>) -> Self {
        Self(on.then(|| Bar {
            drawn: ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_style(
                style(if total.is_some() { OF_KNOWN_LENGTH } else { OF_UNKNOWN_LENGTH }),
            ),
            started: Instant::now(),
            shown: false,
        }))
    }

    /// Counts bytes that arrived.
    pub fn advance(&mut self, bytes: u64) {
        let Some(Bar { drawn, started, shown }) = &mut self.0 else { return };
        if !*shown && started.elapsed() >= PATIENCE {
            drawn.set_draw_target(ProgressDrawTarget::stderr_with_hz(HERTZ));
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
    }
}

/// A wait of unknown length, turning by itself until dropped.
pub struct Wait(Option<ProgressBar>);

impl Wait {
    /// Waits for a payment to settle on this network, named as in our own table.
    pub fn for_settlement(on: bool, network: &str) -> Self {
        Self(on.then(|| {
            let spinner =
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(HERTZ))
                    .with_style(style(WAIT))
                    .with_message(format!("waiting for settlement on {network}"));
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
        for template in [OF_KNOWN_LENGTH, OF_UNKNOWN_LENGTH, WAIT] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_transfer_is_hidden_at_first_and_bears_any_length() {
        assert!(Transfer::start(false, Some(1)).0.is_none());
        for total in [None, Some(0), Some(1), Some(u64::MAX)] {
            let mut transfer = Transfer::start(true, total);
            for bytes in [0, 1, u64::MAX - 1, u64::MAX] {
                transfer.advance(bytes);
            }
            let bar = transfer.0.as_ref().unwrap();
            assert!(!bar.shown && bar.drawn.is_hidden());
            transfer.finish();
        }
    }

    #[test]
    fn a_transfer_shows_after_a_while() {
        let mut transfer = Transfer::start(true, Some(10));
        transfer.0.as_mut().unwrap().started -= PATIENCE;
        transfer.advance(1);
        assert!(transfer.0.as_ref().unwrap().shown);
    }
}
