//! The frames of HTTP/2 that go over a connection, followed to know whether a request has left and whether
//! anything of its answer has come.

/// Follows the frames of one direction: a head of nine bytes, of which the first three are the length of
/// what follows, the fourth is the type, and the last four are the stream (RFC 9113 4.1).
pub(super) struct Frames {
    /// Bytes to pass over: those of the preface at first (RFC 9113 3.4), then of each frame.
    skip: usize,
    head: [u8; 9],
    /// How many bytes of `head` are there.
    filled: usize,
}

/// The head of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    kind: u8,
    /// Its stream; 0 is the connection itself.
    pub(super) stream: u32,
}

impl Frame {
    /// Whether it opens a stream, where a client writes it (RFC 9113 6.2).
    pub(super) fn opens(self) -> bool {
        self.kind == HEADERS
    }

    /// Whether it is part of an answer, where a client reads it: a final one or one before it.
    pub(super) fn answers(self) -> bool {
        matches!(self.kind, DATA | HEADERS | CONTINUATION)
    }
}

/// Types of frames (RFC 9113 6.1, 6.2 and 6.10).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;

impl Frames {
    /// Those that a client writes, after its preface.
    pub(super) fn written() -> Self {
        Self { skip: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len(), ..Self::read() }
    }

    /// Those that it reads.
    pub(super) fn read() -> Self {
        Self { skip: 0, head: [0; 9], filled: 0 }
    }

    /// Whether a part of a frame's head has gone over, so that it is not known what it is.
    pub(super) fn is_cut(&self) -> bool {
        self.filled > 0
    }

    /// Takes bytes that went over, and tells of each frame that begins in them.
    pub(super) fn take(&mut self, bytes: &[u8], mut tell: impl FnMut(Frame)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let passed = self.skip.min(rest.len());
            self.skip = self.skip.saturating_sub(passed);
            rest = rest.get(passed..).unwrap_or_default();
            let Some((first, tail)) = rest.split_first() else { break };
            if let Some(place) = self.head.get_mut(self.filled) {
                *place = *first;
            }
            self.filled = self.filled.saturating_add(1);
            rest = tail;
            if self.filled == self.head.len() {
                let [a, b, c, kind, _, stream @ ..] = self.head;
                let length = u32::from_be_bytes([0, a, b, c]);
                self.skip = usize::try_from(length).unwrap_or(usize::MAX);
                self.filled = 0;
                // The first bit is reserved.
                tell(Frame { kind, stream: u32::from_be_bytes(stream) & (u32::MAX >> 1) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_are_followed_however_the_bytes_are_cut() {
        let mut all = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        let mut frame = |kind: u8, stream: u8, payload: &[u8]| {
            all.extend([0, 0, u8::try_from(payload.len()).unwrap(), kind, 0]);
            all.extend([0x80, 0, 0, stream]);
            all.extend(payload);
        };
        frame(4, 0, &[1; 12]); // SETTINGS, full of what could be types
        frame(1, 1, b"first");
        frame(9, 1, b"its continuation");
        frame(0, 1, b"");
        frame(8, 0, &[1; 4]);
        frame(1, 3, b"second");
        all.extend([0, 0, 4]);
        for size in [1, 2, 7, 24, 25, 33, 1000] {
            let mut frames = Frames::written();
            let mut found = Vec::new();
            for part in all.chunks(size) {
                frames.take(part, |frame| found.push(frame));
            }
            let opened: Vec<_> = found.iter().filter(|f| f.opens()).map(|f| f.stream).collect();
            assert_eq!(opened, [1, 3], "in pieces of {size}");
            let answers = found.iter().filter(|frame| frame.answers()).count();
            assert_eq!((found.len(), answers, frames.is_cut()), (6, 4, true));
        }
    }
}
