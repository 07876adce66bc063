//! Who watches what goes over the wire. What is shown of it is the front door's business.

use super::head::Head;
use super::lines::Line;

/// Watches what goes over the wire. A body is sent by another task, so this is shared.
pub trait Trace: Send + Sync {
    /// Something happened to the connection.
    fn note(&self, text: &str);
    /// A request is about to be sent: its first line and its headers.
    fn request(&self, line: &str, headers: &[Line]);
    /// A response's head has come.
    fn response(&self, head: &Head);
    /// A piece of a request's body is sent.
    fn sent(&self, _piece: &[u8]) {}
    /// A piece of a response's body has come.
    fn received(&self, _piece: &[u8]) {}
}

/// Whoever watches, if anybody does.
pub(super) struct Told<'a>(pub(super) Option<&'a dyn Trace>);

impl Told<'_> {
    pub(super) fn note(&mut self, text: &str) {
        if let Some(trace) = self.0 {
            trace.note(text);
        }
    }

    pub(super) fn request(&mut self, line: &str, headers: &[Line]) {
        if let Some(trace) = self.0 {
            trace.request(line, headers);
        }
    }

    pub(super) fn sent(&mut self, piece: &[u8]) {
        if let Some(trace) = self.0.filter(|_| !piece.is_empty()) {
            trace.sent(piece);
        }
    }

    pub(super) fn response(&mut self, head: &Head) {
        if let Some(trace) = self.0 {
            trace.response(head);
        }
    }
}
