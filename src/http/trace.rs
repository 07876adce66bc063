//! Who watches what goes over the wire. What is shown of it is the front door's business.

use super::answer::Head;
use super::lines::Line;

/// Watches what goes over the wire.
pub trait Trace {
    /// Something happened to the connection.
    fn note(&mut self, text: &str);
    /// A request is about to be sent: its first line and its headers.
    fn request(&mut self, line: &str, headers: &[Line]);
    /// A response's head has come.
    fn response(&mut self, head: &Head);
}

/// Whoever watches, if anybody does.
pub(super) struct Told<'a>(pub(super) Option<&'a mut Box<dyn Trace>>);

impl Told<'_> {
    pub(super) fn note(&mut self, text: &str) {
        if let Some(trace) = &mut self.0 {
            trace.note(text);
        }
    }

    pub(super) fn request(&mut self, line: &str, headers: &[Line]) {
        if let Some(trace) = &mut self.0 {
            trace.request(line, headers);
        }
    }

    pub(super) fn response(&mut self, head: &Head) {
        if let Some(trace) = &mut self.0 {
            trace.response(head);
        }
    }
}
