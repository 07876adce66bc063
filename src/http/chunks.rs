//! The sizes of chunks as curl writes them: the HTTP library writes hexadecimal digits in capitals.

/// Where in a body in chunks the next byte belongs (RFC 9112, section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In a size; this much of it was read.
    Size(u64),
    /// In a chunk, or the end of its line, with so many bytes to come.
    Data(u64),
    /// Behind the last chunk.
    End,
}

/// What ends the line of a chunk.
const LINE_END: u64 = 2;

impl Chunks {
    /// Writes the sizes among these bytes in small digits.
    pub(super) fn lower(&mut self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first_mut() {
            match *self {
                Self::Size(size) => {
                    if let Some(digit) = char::from(*first).to_digit(16) {
                        *self = Self::Size(size.saturating_mul(16).saturating_add(digit.into()));
                        first.make_ascii_lowercase();
                    } else if *first == b'\n' {
                        let data = size.saturating_add(LINE_END);
                        *self = if size == 0 { Self::End } else { Self::Data(data) };
                    }
                    rest = after;
                }
                Self::Data(left) => {
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(after.len() + 1);
                    let taken = u64::try_from(length).unwrap_or(u64::MAX);
                    let left = left.saturating_sub(taken);
                    *self = if left == 0 { Self::Size(0) } else { Self::Data(left) };
                    rest = after.get_mut(length.saturating_sub(1)..).unwrap_or_default();
                }
                Self::End => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sizes_are_small_and_nothing_else_changes(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..5),
            cut in 1_usize..20,
        ) {
            let spelled = |upper: bool| {
                let mut all = Vec::new();
                for chunk in &chunks {
                    let size = chunk.len();
                    let line = if upper { format!("{size:X}\r\n") } else { format!("{size:x}\r\n") };
                    all.extend_from_slice(line.as_bytes());
                    all.extend_from_slice(chunk);
                    all.extend_from_slice(b"\r\n");
                }
                all.extend_from_slice(b"0\r\nTrailer-F: AB\r\n\r\n");
                all
            };
            let (mut written, mut state) = (spelled(true), Chunks::Size(0));
            written.chunks_mut(cut).for_each(|piece| state.lower(piece));
            prop_assert_eq!(written, spelled(false));
            prop_assert_eq!(state, Chunks::End);
        }
    }
}
