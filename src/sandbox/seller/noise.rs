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
    rest(0, length)
}

/// The rest of `length` bytes of noise, from the byte at `from` on.
pub(super) fn rest(from: u64, length: u64) -> Body {
    Body::new(Noise { at: from % LENGTH, left: length.saturating_sub(from) })
}

/// A response body that announces twice [`LENGTH`], sends half of it, and breaks the connection.
pub(super) fn half() -> Body {
    Body::new(Half { first: Some(PERIOD.clone()), pause: Box::pin(tokio::time::sleep(PAUSE)) })
}

/// Noise on its way out.
struct Noise {
    /// Where in the period the next byte stands.
    at: u64,
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
        let length = (LENGTH - self.at).min(self.left);
        let mut chunk = PERIOD.clone();
        let _ = chunk.split_to(usize::try_from(self.at).unwrap_or(usize::MAX));
        chunk.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        (self.at, self.left) = (0, self.left - length);
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

    #[tokio::test(flavor = "current_thread")]
    async fn the_rest_goes_on_where_the_beginning_ends() {
        let whole = axum::body::to_bytes(body(3 * LENGTH - 5), usize::MAX).await.unwrap();
        for from in [0, 1, LENGTH - 1, LENGTH, 2 * LENGTH + 7, 3 * LENGTH - 5] {
            let rest = axum::body::to_bytes(rest(from, 3 * LENGTH - 5), usize::MAX).await.unwrap();
            assert_eq!(rest, whole[usize::try_from(from).unwrap()..], "{from}");
        }
    }

    #[test]
    fn the_noise_never_changes() {
        assert_eq!(PERIOD.len() as u64, LENGTH);
        // First output of SplitMix64 for seed 0, as published with the generator.
        assert_eq!(PERIOD[..8], 0xe220_a839_7b1d_cdaf_u64.to_le_bytes());
    }
}
