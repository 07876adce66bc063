//! Bytes without meaning, the same every time, in any quantity and without holding them.

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Sleep;

/// Bytes after which the noise repeats.
pub(super) const LENGTH: u64 = 256 << 10;

/// How long [`half`] waits before it breaks off.
const PAUSE: Duration = Duration::from_millis(100);

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
    Body::new(Noise { left: length })
}

/// A response body that announces twice [`LENGTH`], sends half of it, and breaks the connection.
pub(super) fn half() -> Body {
    Body::new(Half { first: Some(PERIOD.clone()), pause: Box::pin(tokio::time::sleep(PAUSE)) })
}

/// Noise on its way out.
struct Noise {
    /// Bytes still to come.
    left: u64,
}

impl http_body::Body for Noise {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = LENGTH.min(self.left);
        self.left -= length;
        let mut chunk = PERIOD.clone();
        chunk.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// One period of noise that claims to be two.
struct Half {
    first: Option<Bytes>,
    /// Lets the first half reach the client: what has not been written when a body fails is lost.
    pause: Pin<Box<Sleep>>,
}

impl http_body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(if self.first.is_some() { 2 * LENGTH } else { LENGTH })
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
