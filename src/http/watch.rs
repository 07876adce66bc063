//! What is known of a connection while its bytes go over it, shared by those who send requests and the
//! stream: the heads as they came, how it ended, how much went over it, which head is to be sent, and what
//! becomes of a body that waits.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::task::AtomicWaker;

use super::frames::Frame;
use super::raw_head::{HIDDEN, LENGTH, head_length, is_interim};

/// Longest head that is kept as it came, in bytes.
const HEAD_BYTES: usize = 1 << 20;

/// What was seen of a connection.
#[derive(Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    /// Whether a head of HTTP/1 is waited for.
    recording: AtomicBool,
    /// Whether a length that a head announces is hidden from the HTTP library.
    hiding: AtomicBool,
    /// Whether what follows the head is kept.
    keeping: AtomicBool,
    received: AtomicU64,
    sent: AtomicU64,
    /// The head to send in place of the next one that the HTTP library writes.
    replacement: Mutex<Option<Vec<u8>>>,
    /// Whether there is one.
    replacing: AtomicBool,
    /// What is to become of the body behind that head.
    hold: Mutex<Hold>,
    /// Who waits for that.
    waiting: AtomicWaker,
    /// Requests of HTTP/2 of which a first byte was written.
    opened: AtomicU64,
    /// The stream of the last one.
    last_opened: AtomicU32,
    /// The last stream of HTTP/2 on which a part of an answer came.
    last_answered: AtomicU32,
    /// Whether what came last is the beginning of a frame of HTTP/2 that is not known yet.
    is_cut: AtomicBool,
    /// Whether nothing may be written any more. It is held while something is written.
    closed: Mutex<bool>,
}

/// What becomes of a body whose request says `Expect: 100-continue` (RFC 9110, section 10.1.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hold {
    /// It is sent.
    #[default]
    Free,
    /// It waits until the server wants it, or for so long.
    Waits(Duration),
    /// The server has answered without it.
    Unwanted,
}

#[derive(Default)]
struct Seen {
    head: Vec<u8>,
    /// Where in `head` the last one begins, after interim ones.
    last: usize,
    first_byte: Option<Instant>,
    end: Option<End>,
    /// What came behind the head and was not taken yet, where that is kept.
    raw: Vec<u8>,
}

/// How a connection ended.
#[derive(Debug, Clone)]
pub(super) enum End {
    /// The other side ended it in order.
    Closed,
    /// It could not be read any more.
    Unreadable(String),
    /// It could not be written any more.
    Unwritable(String),
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request goes out next, and the bytes after it are a head's. With `raw`, those behind the head
    /// are kept. With `without_length`, a length that is announced does not end the body.
    pub(super) fn expect_head(&self, in_text: bool, raw: bool, without_length: bool) {
        self.hiding.store(in_text && without_length, Ordering::Relaxed);
        let mut seen = self.seen();
        *seen = Seen { end: seen.end.take(), ..Seen::default() };
        self.recording.store(in_text, Ordering::Relaxed);
        self.keeping.store(in_text && raw, Ordering::Relaxed);
    }

    /// What came behind the head since this was asked last.
    pub(super) fn take_raw(&self) -> Bytes {
        std::mem::take(&mut self.seen().raw).into()
    }

    /// The next head of a request that is written is replaced by this one. With `wait`, what follows it
    /// waits so long for a word of the server's, and is not sent where that is a refusal.
    pub(super) fn replace_head(&self, head: Vec<u8>, wait: Option<Duration>) {
        self.set_hold(wait.map_or(Hold::Free, Hold::Waits));
        *self.replacement.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        self.replacing.store(true, Ordering::Release);
    }

    pub(super) fn hold(&self) -> Hold {
        *self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_hold(&self, hold: Hold) {
        *self.hold.lock().unwrap_or_else(PoisonError::into_inner) = hold;
        self.waiting.wake();
    }

    /// Whether a body was never sent, so that nothing else can be sent either.
    pub(super) fn is_spoilt(&self) -> bool {
        self.hold() == Hold::Unwanted
    }

    pub(super) fn take_replacement(&self) -> Option<Vec<u8>> {
        self.replacing.store(false, Ordering::Release);
        self.replacement.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The head as it came, with interim ones before it; empty where it was not text.
    pub(super) fn head(&self) -> Bytes {
        Bytes::copy_from_slice(&self.seen().head)
    }

    /// When the first byte of the head came.
    pub(super) fn first_byte(&self) -> Option<Instant> {
        self.seen().first_byte
    }

    /// Whether the next head that is written is replaced.
    pub(super) fn is_replacing(&self) -> bool {
        self.replacing.load(Ordering::Acquire)
    }

    /// Has this waker woken when it is known what becomes of a body that waits.
    pub(super) fn wake_at_verdict(&self, waker: &Waker) {
        self.waiting.register(waker);
    }

    /// Says whether what came last is the beginning of a frame of HTTP/2 that is not known yet.
    pub(super) fn frame_is_cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }

    /// Counts bytes that were written, or may have been.
    pub(super) fn wrote(&self, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.sent.fetch_add(length, Ordering::Relaxed);
    }

    /// Bytes that were written.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How many streams of HTTP/2 were opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// From now on nothing is written any more: what was written is all that there will ever be.
    pub(super) fn close(&self) {
        *self.gate() = true;
    }

    pub(super) fn gate(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a part of an answer to the last request has come, or may have.
    pub(super) fn is_answered(&self) -> bool {
        let [opened, answered] =
            [&self.last_opened, &self.last_answered].map(|stream| stream.load(Ordering::Relaxed));
        let by_frames = opened > 0 && answered >= opened || self.is_cut.load(Ordering::Relaxed);
        by_frames || !self.seen().head.is_empty()
    }

    pub(super) fn opened_by(&self, frame: Frame) {
        if frame.opens() {
            self.opened.fetch_add(1, Ordering::Relaxed);
            self.last_opened.store(frame.stream, Ordering::Relaxed);
        }
    }

    pub(super) fn answered_by(&self, frame: Frame) {
        if frame.answers() {
            self.last_answered.fetch_max(frame.stream, Ordering::Relaxed);
        }
    }

    /// How the connection ended, if it has.
    pub(super) fn end(&self) -> Option<End> {
        self.seen().end.clone()
    }

    /// Bytes in both directions.
    pub(super) fn moved(&self) -> u64 {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        count(&self.received).saturating_add(count(&self.sent))
    }

    pub(super) fn came(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.ended(End::Closed);
            return;
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.received.fetch_add(length, Ordering::Relaxed);
        if self.recording.load(Ordering::Relaxed) {
            let mut seen = self.seen();
            seen.first_byte.get_or_insert_with(Instant::now);
            seen.head.extend_from_slice(bytes);
            let rest = seen.rest();
            if let Hold::Waits(_) = self.hold()
                && let Some(hold) = seen.verdict(rest.is_some())
            {
                self.set_hold(hold);
            }
            self.recording.store(rest.is_none(), Ordering::Relaxed);
            if self.keeping.load(Ordering::Relaxed) {
                seen.raw.extend(rest.unwrap_or_default());
            }
        } else if self.keeping.load(Ordering::Relaxed) {
            self.seen().raw.extend_from_slice(bytes);
        }
    }

    /// How much of a head was recorded in which a length is hidden.
    pub(super) fn recorded(&self) -> Option<usize> {
        let hides = self.hiding.load(Ordering::Relaxed) && self.recording.load(Ordering::Relaxed);
        hides.then(|| self.seen().head.len())
    }

    /// Writes another letter into the names of announced lengths among these bytes, which came behind
    /// so much of the head.
    pub(super) fn hide_length(&self, recorded: usize, came: &mut [u8]) {
        let seen = self.seen();
        let mut at = 0_usize;
        for line in seen.head.split_inclusive(|&byte| byte == b'\n') {
            let name = line.get(..LENGTH.len()).unwrap_or_default();
            let last = at.saturating_add(LENGTH.len()).saturating_sub(1);
            if name.eq_ignore_ascii_case(LENGTH.as_bytes())
                && let Some(letter) = last.checked_sub(recorded).and_then(|at| came.get_mut(at))
            {
                *letter = HIDDEN;
            }
            at = at.saturating_add(line.len());
        }
    }

    pub(super) fn ended(&self, end: End) {
        self.seen().end.get_or_insert(end);
    }
}

impl Seen {
    /// What the heads that came mean for a body that waits: `is_final` is whether the last is one that no
    /// other follows.
    fn verdict(&self, is_final: bool) -> Option<Hold> {
        let status = |head: &[u8]| {
            let digits = head.split(|&byte| byte == b' ').nth(1)?.get(..3)?;
            std::str::from_utf8(digits).ok()?.parse::<u16>().ok()
        };
        if is_final {
            let last = self.head.get(self.last..).and_then(status);
            let refused = last.is_some_and(|status| status >= 300);
            return Some(if refused { Hold::Unwanted } else { Hold::Free });
        }
        // Others say nothing about the body: 103 Early Hints.
        let interim = self.head.get(..self.last).unwrap_or_default();
        let mut lines = interim.split(|&byte| byte == b'\n');
        let continues = |line: &[u8]| line.starts_with(b"HTTP/") && status(line) == Some(100);
        lines.any(continues).then_some(Hold::Free)
    }

    /// Cuts off what was recorded behind the head of the final answer, once that is there.
    fn rest(&mut self) -> Option<Vec<u8>> {
        while let Some(length) = self.head.get(self.last..).and_then(head_length) {
            let end = self.last.saturating_add(length);
            if !self.head.get(self.last..end).is_some_and(is_interim) {
                return Some(self.head.split_off(end));
            }
            self.last = end;
        }
        (self.head.len() > HEAD_BYTES).then(Vec::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(pieces: &[&str]) -> String {
        let watch = Watch::default();
        watch.expect_head(true, false, false);
        for piece in pieces {
            watch.came(piece.as_bytes());
        }
        String::from_utf8(watch.head().to_vec()).unwrap()
    }

    #[test]
    fn a_head_is_kept_as_it_came_and_the_body_is_not() {
        let head = "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n";
        assert_eq!(recorded(&[head, "body"]), head);
        assert_eq!(recorded(&["HTTP/1.1 200 OK\r\nX-A:", " 1\r\n\r", "\nbo", "dy\r\n\r\n"]), head);
        assert_eq!(recorded(&["HTTP/1.1 200 OK\n\nbody"]), "HTTP/1.1 200 OK\n\n");
        let both = format!("HTTP/1.1 100 Continue\r\n\r\n{head}");
        assert_eq!(recorded(&[&both, "x"]), both);
        assert_eq!(recorded(&["HTTP/1.1 200"]), "HTTP/1.1 200");
    }

    #[test]
    fn what_follows_the_head_is_kept_where_it_is_wanted() {
        let watch = Watch::default();
        for raw in [true, false] {
            watch.expect_head(true, raw, false);
            let mut kept = Vec::new();
            for piece in ["HTTP/1.1 200 OK\r\n", "\r\n3\r\n", "abc", "\r\n0\r\n\r\n"] {
                watch.came(piece.as_bytes());
                kept.extend(watch.take_raw());
            }
            let wanted: &[u8] = if raw { b"3\r\nabc\r\n0\r\n\r\n" } else { b"" };
            assert_eq!(kept, wanted, "{raw}");
        }
    }

    /// What came of a body that waits when these heads came.
    fn held_after(heads: &[&str]) -> Hold {
        let watch = Watch::default();
        watch.replace_head(Vec::new(), Some(Duration::from_secs(1)));
        watch.expect_head(true, false, false);
        for head in heads {
            watch.came(head.as_bytes());
        }
        watch.hold()
    }

    #[test]
    fn a_body_that_waits_is_sent_where_it_is_wanted() {
        let waits = Hold::Waits(Duration::from_secs(1));
        assert_eq!(held_after(&[]), waits);
        assert_eq!(held_after(&["HTTP/1.1 103 Early Hints\r\n\r\n"]), waits);
        assert_eq!(held_after(&["HTTP/1.1 100 Conti", "nue\r\n\r\n"]), Hold::Free);
        assert_eq!(held_after(&["HTTP/1.1 200 OK\r\n\r\n"]), Hold::Free);
        for refusal in ["402 Payment Required", "417 No", "302 Elsewhere", "500 No"] {
            assert_eq!(held_after(&[&format!("HTTP/1.1 {refusal}\r\n\r\n")]), Hold::Unwanted);
        }
        let both = ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 402 No\r\n\r\n"];
        assert_eq!(held_after(&both), Hold::Free);
    }

    #[test]
    fn an_announced_length_is_hidden_wherever_it_is_cut() {
        let head = "HTTP/1.1 200 OK\r\nA: content-length: 1\r\nConTent-Length: 5\r\n\r\n";
        for cut in 1..head.len() {
            let watch = Watch::default();
            watch.expect_head(true, false, true);
            let mut shown = Vec::new();
            for piece in head.as_bytes().chunks(cut) {
                let mut piece = piece.to_vec();
                let recorded = watch.recorded();
                watch.came(&piece);
                if let Some(recorded) = recorded {
                    watch.hide_length(recorded, &mut piece);
                }
                shown.extend(piece);
            }
            let hidden = head.replace("ConTent-Length", "ConTent-Lengt_");
            assert_eq!(String::from_utf8(shown).unwrap(), hidden);
            assert_eq!(watch.head(), head.as_bytes(), "it is kept as it came");
        }
    }
}
