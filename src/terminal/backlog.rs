//! What is said on standard error, without ever waiting for whoever reads that.
//!
//! As long as it is read, everything is written at once. Where it is not, what is said waits its turn,
//! and a thread writes it: a reader that stalls must not hold up a payment that is on its way.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::outlet::Outlet;
use crate::threads;

/// How much may wait before nothing more is begun, in bytes.
const ENOUGH: usize = 1 << 20;

/// How much may wait at most, in bytes; what is said beyond that is lost.
const MOST: usize = 1 << 24;

/// How often whoever waits for the end looks whether to give up.
const LOOK: Duration = Duration::from_millis(50);

/// Everything that is said to one place, in its order.
pub(super) struct Backlog {
    state: Mutex<State>,
    written: Condvar,
}

struct State {
    place: Place,
    waiting: VecDeque<Vec<u8>>,
    /// Bytes of what waits, and of what is being written by the thread.
    bytes: usize,
}

enum Place {
    /// Nothing has been said yet.
    Unopened,
    /// Here, when nobody writes.
    Idle(Outlet),
    /// With the thread that writes what waits.
    Busy,
    /// There is none, or it takes no more.
    Gone,
}

impl Backlog {
    pub(super) const fn new() -> Self {
        let state = State { place: Place::Unopened, waiting: VecDeque::new(), bytes: 0 };
        Self { state: Mutex::new(state), written: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes this after all that was said before: now, or as soon as that can be.
    pub(super) fn say(&'static self, bytes: &[u8], open: impl FnOnce() -> Option<Outlet>) {
        let mut state = self.state();
        if matches!(state.place, Place::Unopened) {
            state.place = open().map_or(Place::Gone, Place::Idle);
        }
        let State { place, waiting, .. } = &mut *state;
        let rest = match place {
            Place::Gone | Place::Unopened => return,
            Place::Busy => bytes,
            // No thread could be made for that.
            Place::Idle(_) if !waiting.is_empty() => bytes,
            Place::Idle(outlet) => match outlet.write_now(bytes) {
                Ok(written) => bytes.get(written..).unwrap_or_default(),
                // Nobody is left to tell of a failure.
                Err(_) => return,
            },
        };
        if rest.is_empty() || state.bytes.saturating_add(rest.len()) > MOST {
            return;
        }
        state.bytes = state.bytes.saturating_add(rest.len());
        state.waiting.push_back(rest.to_vec());
        drop(self.go_on(state));
    }

    /// Writes what waits without a wait of its own, and has a thread write the rest. Where no thread can be
    /// made, that waits for the next call.
    fn go_on<'a>(&'static self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        while let State { place: Place::Idle(outlet), waiting, bytes } = &mut *state {
            let Some(first) = waiting.front_mut() else { return state };
            let length = first.len();
            // What cannot be written is lost, and nobody is left to tell.
            let written = outlet.write_now(first).unwrap_or(length);
            *bytes = bytes.saturating_sub(written);
            if written == length {
                waiting.pop_front();
                continue;
            }
            first.drain(..written);
            let Place::Idle(outlet) = std::mem::replace(&mut state.place, Place::Busy) else {
                return state;
            };
            if let Err(outlet) =
                threads::start("stderr", outlet, move |outlet| self.write_on(outlet))
            {
                state.place = Place::Idle(outlet);
            }
            return state;
        }
        state
    }

    /// Writes what waits, until nothing does.
    fn write_on(&self, mut outlet: Outlet) {
        let mut state = self.state();
        while let Some(bytes) = state.waiting.pop_front() {
            drop(state);
            let _ = outlet.write_all(&bytes, &|| true, &AtomicU64::new(0));
            state = self.state();
            state.bytes = state.bytes.saturating_sub(bytes.len());
        }
        state.place = Place::Idle(outlet);
        drop(state);
        self.written.notify_all();
    }

    /// Whether so much waits that nothing more should be begun.
    pub(super) fn is_long(&'static self) -> bool {
        self.go_on(self.state()).bytes >= ENOUGH
    }

    /// Waits until everything is written, or `gives_up`.
    pub(super) fn finish(&'static self, gives_up: &dyn Fn() -> bool) {
        let mut state = self.go_on(self.state());
        let waits = |state: &State| match state.place {
            Place::Busy => true,
            Place::Idle(_) => !state.waiting.is_empty(),
            Place::Unopened | Place::Gone => false,
        };
        while waits(&state) && !gives_up() {
            let waited = self.written.wait_timeout(state, LOOK);
            state = self.go_on(waited.unwrap_or_else(PoisonError::into_inner).0);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::threads::THERE_ARE_NONE;
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::OwnedFd;

    /// Says more than a pipe holds that nobody reads: the reader, and what it is to read.
    fn more_than_is_read(backlog: &'static Backlog) -> (io::PipeReader, Vec<u8>) {
        let (reader, writer) = io::pipe().unwrap();
        let mut open = Some(Outlet::of_words(File::from(OwnedFd::from(writer))));
        let mut expected = Vec::new();
        for number in 0..3000_u32 {
            let line = format!("{number:0>100}\n");
            expected.extend_from_slice(line.as_bytes());
            backlog.say(line.as_bytes(), || open.take());
        }
        assert!(backlog.state().bytes > 0);
        backlog.finish(&|| true);
        (reader, expected)
    }

    #[test]
    fn nobody_waits_for_a_reader_that_stalls_and_nothing_is_lost_or_out_of_order() {
        static BACKLOG: Backlog = Backlog::new();
        let (mut reader, expected) = more_than_is_read(&BACKLOG);
        let mut read = vec![0; expected.len()];
        reader.read_exact(&mut read).unwrap();
        assert_eq!(read, expected);
        BACKLOG.finish(&|| false);
        assert_eq!(BACKLOG.state().bytes, 0);
    }

    #[test]
    fn nothing_is_lost_or_waits_for_ever_where_there_is_no_thread() {
        static BACKLOG: Backlog = Backlog::new();
        THERE_ARE_NONE.set(true);
        let (mut reader, expected) = more_than_is_read(&BACKLOG);
        let length = expected.len();
        let reading = std::thread::spawn(move || {
            let mut read = vec![0; length];
            reader.read_exact(&mut read).unwrap();
            read
        });
        BACKLOG.finish(&|| false);
        assert_eq!(BACKLOG.state().bytes, 0);
        assert!(reading.join().unwrap() == expected);
        THERE_ARE_NONE.set(false);
    }
}
