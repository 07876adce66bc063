//! Bytes without meaning, the same every time, in any quantity and without holding them.

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

/// Bytes after which the noise repeats.
pub(super) const LENGTH: u64 = 256 << 10;

/// One period of the noise: the outputs of `SplitMix64` from seed 0, little-endian.
pub(super) static PERIOD: LazyLock<Bytes> = LazyLock::new(|| {
    let mut state: u64 = 0;
    let words = (0..LENGTH / 8).flat_map(|_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_le_bytes()
    });
    words.collect()
});

/// A response body of `length` bytes of noise.
pub(super) fn body(length: u64) -> Body {
    Body::new(Noise { left: length, cut: 0 })
}

/// A response body that announces `length` bytes and breaks the connection half way.
pub(super) fn half(length: u64) -> Body {
    Body::new(Noise { left: length, cut: length / 2 })
}

/// Noise on its way out.
struct Noise {
    /// Bytes still to come.
    left: u64,
    /// Breaks off when this many bytes are still to come.
    cut: u64,
}

impl http_body::Body for Noise {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = LENGTH.min(self.left.saturating_sub(self.cut));
        if length == 0 {
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        self.left -= length;
        let mut chunk = PERIOD.clone();
        chunk.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_never_changes() {
        assert_eq!(PERIOD.len() as u64, LENGTH);
        // First output of SplitMix64 for seed 0, as published with the generator.
        assert_eq!(PERIOD[..8], 0xe220_a839_7b1d_cdaf_u64.to_le_bytes());
    }
}
