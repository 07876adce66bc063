//! Where bars and spinners are drawn: standard error, for as long as this process is in the foreground.
//!
//! What was drawn before the process was stopped, or left the foreground, stays where it is: others have
//! written below it since, and to take it away would take away what is theirs.

use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;
use rustix::termios::tcgetwinsize;

use super::job;
use super::streams::Stderr;
use crate::signals;

/// Size of a terminal that does not say its own, in characters.
const SIZE: (u16, u16) = (80, 24);

/// Standard error, drawn on by frames.
#[derive(Debug)]
pub(super) struct Canvas {
    frame: Mutex<Frame>,
    /// Set when the process was stopped and goes on.
    continued: Arc<AtomicBool>,
}

/// One frame, while it is made.
#[derive(Debug, Default)]
struct Frame {
    /// What takes the frame before it away.
    erasure: String,
    /// What is drawn in its place.
    drawn: String,
    /// Whether the frame before it is no longer where it was drawn.
    is_lost: bool,
}

impl Frame {
    /// A movement of the cursor, which belongs to the erasure until something is drawn.
    fn control(&mut self, sequence: std::fmt::Arguments<'_>) {
        let part = if self.drawn.is_empty() { &mut self.erasure } else { &mut self.drawn };
        // Writing to a string cannot fail.
        let _ = part.write_fmt(sequence);
    }

    /// The bytes of this frame; nothing where it `may` not be drawn. The next one begins.
    fn finish(&mut self, may: bool, continued: bool) -> Vec<u8> {
        let is_lost = self.is_lost || continued;
        let Self { erasure, drawn, .. } =
            std::mem::replace(self, Self { is_lost: !may, ..Self::default() });
        match (may, is_lost) {
            (false, _) => Vec::new(),
            (true, true) => drawn.into_bytes(),
            (true, false) => (erasure + &drawn).into_bytes(),
        }
    }
}

impl Canvas {
    /// Begins with nothing drawn.
    pub(super) fn new() -> Self {
        let continued = Arc::new(AtomicBool::new(false));
        // Without it, what is drawn first after `fg` is drawn a line or more too high.
        let _ = signals::tell_of_continuing(&continued);
        Self { frame: Mutex::default(), continued }
    }

    fn frame(&self) -> MutexGuard<'_, Frame> {
        self.frame.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A movement of the cursor by `n` in a direction; 0 would move it by 1.
    fn move_by(&self, n: usize, direction: char) {
        if n > 0 {
            self.frame().control(format_args!("\x1b[{n}{direction}"));
        }
    }

    /// Columns and rows.
    #[expect(clippy::disallowed_methods, reason = "this is what is drawn on")]
    fn size() -> (u16, u16) {
        match tcgetwinsize(io::stderr()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => SIZE,
        }
    }
}

impl TermLike for Canvas {
    fn width(&self) -> u16 {
        Self::size().0
    }

    fn height(&self) -> u16 {
        Self::size().1
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.move_by(n, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.move_by(n, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.move_by(n, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.move_by(n, 'D');
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        let mut frame = self.frame();
        frame.drawn.push_str(text);
        frame.drawn.push('\n');
        Ok(())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.frame().drawn.push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.frame().control(format_args!("\r\x1b[2K"));
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "this is what is drawn on")]
    fn flush(&self) -> io::Result<()> {
        let continued = self.continued.swap(false, Ordering::SeqCst);
        let may = job::may_draw(io::stderr());
        let bytes = self.frame().finish(may, continued);
        // A terminal that stands still (Ctrl-S) holds up nothing else.
        Stderr::draw(&bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(frame: &mut Frame, may: bool, continued: bool) -> String {
        frame.control(format_args!("<up>"));
        frame.drawn.push_str("bar");
        frame.control(format_args!("<down>"));
        String::from_utf8(frame.finish(may, continued)).unwrap()
    }

    #[test]
    fn a_frame_takes_the_one_before_it_away_unless_others_may_have_written_below_that() {
        let mut all = Frame::default();
        assert_eq!(frame(&mut all, true, false), "<up>bar<down>");
        assert_eq!(frame(&mut all, true, true), "bar<down>", "the process was stopped");
        assert_eq!(frame(&mut all, true, false), "<up>bar<down>");
        assert_eq!(frame(&mut all, false, false), "", "in the background");
        assert_eq!(frame(&mut all, false, true), "");
        assert_eq!(frame(&mut all, true, false), "bar<down>", "in the foreground again");
        assert_eq!(frame(&mut all, true, false), "<up>bar<down>");
    }
}
