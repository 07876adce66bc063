//! A terminal on which what is written next can be read, whatever was shown on it before.
//!
//! The body of an answer goes to a terminal as it came, and may leave it concealing what follows, drawing
//! lines for letters, or in the middle of a sequence. A question about money is asked after that.

use super::shown;
use std::io::{self, Write};

/// Made of what xterm and its kin, tmux and Windows know; the others pass over it. It is no colour, so
/// `NO_COLOR` has no say in it. Nothing of what was shown above is lost, nor is what was scrolled away.
const FRESH: &str = concat!(
    // CAN and ST end a sequence or a string that was begun, which would swallow all that follows; then
    // back from VT52 mode, which knows no such sequences.
    "\x18\x1b\\\x1b<",
    // To the main screen, with no margins to either side, above or below. All of that can move the
    // cursor, even where nothing changes: it is put back (DECSC, DECRC).
    "\x1b7\x1b[?1049l\x1b[?69l\x1b[r\x1b8",
    // No attributes; ASCII as G0, and G0 in use.
    "\x1b[m\x0f\x1b(B",
    // Lines wrap, the cursor shows, what is written is drawn at once.
    "\x1b[?7h\x1b[?25h\x1b[?2026l",
    // A line of its own, with nothing of what was there before beside or below it.
    "\r\n\x1b[J",
);

/// The colours of the terminal's own: all those with a number, that of text and that of its ground, which
/// may have been made alike. Many people set theirs by the same means and would lose them.
const COLOURS: &str = "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\";

/// Begins a line that can be read.
pub(super) fn line(output: &mut dyn Write) -> io::Result<()> {
    output.write_all(FRESH.as_bytes())?;
    if shown::was_raw() {
        output.write_all(COLOURS.as_bytes())?;
    }
    Ok(())
}
