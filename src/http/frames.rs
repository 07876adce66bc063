//! The frames of HTTP/2 that a connection writes, followed to know whether a request has left.

/// Follows the frames that a client of HTTP/2 writes: a head of nine bytes, of which the first three are
/// the length of what follows and the fourth is the type (RFC 9113 4.1).
pub(super) struct Frames {
    /// Bytes to pass over: those of the preface at first (RFC 9113 3.4), then of each frame.
    skip: usize,
    head: [u8; 9],
    /// How many bytes of `head` are there.
    filled: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self { skip: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len(), head: [0; 9], filled: 0 }
    }
}

impl Frames {
    /// The type of the frame that opens a stream.
    const HEADERS: u8 = 1;

    /// Takes bytes that were written, and says how many streams they open.
    pub(super) fn wrote(&mut self, bytes: &[u8]) -> u64 {
        let mut opened = 0_u64;
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
                let [a, b, c, kind, ..] = self.head;
                let length = u32::from_be_bytes([0, a, b, c]);
                self.skip = usize::try_from(length).unwrap_or(usize::MAX);
                self.filled = 0;
                opened = opened.saturating_add(u64::from(kind == Self::HEADERS));
            }
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_streams_that_are_opened_are_counted_however_the_bytes_are_cut() {
        let mut all = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        let mut frame = |kind: u8, payload: &[u8]| {
            all.extend([0, 0, u8::try_from(payload.len()).unwrap(), kind, 0, 0, 0, 0, 1]);
            all.extend(payload);
        };
        frame(4, &[1; 12]); // SETTINGS, full of what could be types
        frame(1, b"first");
        frame(9, b"its continuation");
        frame(0, b"");
        frame(8, &[1; 4]);
        frame(1, b"second");
        for size in [1, 2, 7, 24, 25, 33, 1000] {
            let mut frames = Frames::default();
            let opened: u64 = all.chunks(size).map(|part| frames.wrote(part)).sum();
            assert_eq!(opened, 2, "in pieces of {size}");
        }
    }
}
