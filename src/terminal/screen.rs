//! Whether the standard streams are terminals, and what is painted on them.

use super::streams::{self, ColorWishes};
use super::style::Painter;

/// What is known of the terminal.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// Colours on standard output.
    pub out: Painter,
    /// Colours on standard error.
    pub err: Painter,
}

impl Screen {
    /// Looks at the streams; `wishes` are the environment's.
    pub fn look(wishes: ColorWishes<'_>) -> Self {
        let (stdout, stderr) = (streams::stdout_is_terminal(), streams::stderr_is_terminal());
        let painter = |terminal| Painter { on: wishes.allow(terminal) };
        let out = painter(streams::stdout_may_be_drawn_on());
        let err = painter(streams::stderr_may_be_drawn_on());
        Self { stdout, stderr, out, err }
    }
}
