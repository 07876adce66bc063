//! Signals while a question or a password prompt stands: whoever asks gives the terminal back first.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGALRM, SIGCONT, SIGTSTP, SIGUSR1, SIGUSR2};
use signal_hook::flag;
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::low_level::emulate_default_handler;

use super::{Event, Listeners, Process, UNWATCHED, interrupting, is_ignored};

/// How long another thread may take to run a handler.
const MOMENT: Duration = Duration::from_millis(100);

/// Where signals are told to watches.
type Delivery = SignalDelivery<UnixStream, SignalOnly>;

/// The one there is, from the first watch on.
static DELIVERY: Mutex<Option<Delivery>> = Mutex::new(None);

/// While this lives, signals that would end or stop the process are told to its holder instead.
pub struct Watch {
    /// Can be read from when there is something to be told.
    bell: UnixStream,
}

impl Watch {
    /// Begins. What came before is not told, unless it interrupts.
    pub fn begin() -> io::Result<Self> {
        let mut listeners = Listeners::lock();
        listeners.watches = listeners.watches.saturating_add(1);
        let begun = install(&mut listeners);
        if begun.is_err() {
            listeners.watches = listeners.watches.saturating_sub(1);
            let _ = listeners.settle();
        }
        begun.map(|bell| Self { bell })
    }

    /// What can be read from when there is something to be told.
    pub fn bell(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    /// Does what the system would have done at Ctrl-Z, and returns when the process goes on. The terminal
    /// must be as it was found.
    pub fn stop(&self) {
        let _ = emulate_default_handler(SIGTSTP);
        // What continued it is known now, or in a moment by another thread.
        let time = Timespec::try_from(MOMENT).ok();
        let _ = poll(&mut [PollFd::new(&self.bell, PollFlags::IN)], time.as_ref());
        if let Some(Event::Ends(signal)) = self.told() {
            end_by(signal);
        }
    }

    /// Ends this process by the signal that was told. The terminal must be as it was found.
    pub fn end_by(&self, signal: i32) {
        end_by(signal);
    }

    /// What has come and was not told yet: what ends the process before what stops it.
    pub fn told(&self) -> Option<Event> {
        let mut delivery = DELIVERY.lock().unwrap_or_else(PoisonError::into_inner);
        let came: Vec<i32> = delivery.as_mut().map(|all| all.pending().collect())?;
        let is_interrupting = |signal: &i32| interrupting().any(|one| one == *signal);
        if super::interrupted() || came.iter().any(is_interrupting) {
            return Some(Event::Interrupted);
        }
        if let Some(signal) = came.iter().find(|signal| ENDING.contains(signal)) {
            return Some(Event::Ends(*signal));
        }
        let has = |signal: i32| came.contains(&signal);
        match (has(SIGTSTP), has(SIGCONT)) {
            (true, _) => Some(Event::Stop),
            (false, true) => Some(Event::Continued),
            (false, false) => None,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut listeners = Listeners::lock();
        listeners.watches = listeners.watches.saturating_sub(1);
        let _ = listeners.settle();
    }
}

/// Signals that end a process which does not know them; `alarm 9; exec pay402` is a time limit.
const ENDING: [i32; 3] = [SIGALRM, SIGUSR1, SIGUSR2];

/// Installs all handlers that are not installed yet.
fn install(listeners: &mut Listeners) -> io::Result<UnixStream> {
    let mut delivery = DELIVERY.lock().unwrap_or_else(PoisonError::into_inner);
    listeners.settle()?;
    if let Some(delivery) = delivery.as_mut() {
        // What came while nobody watched has been dealt with.
        delivery.pending().for_each(drop);
        return delivery.get_read().try_clone();
    }
    let heard = |signal: &i32| is_ignored(*signal) != Some(true);
    let (read, write) = UnixStream::pair()?;
    let bell = read.try_clone()?;
    let interrupting: Vec<i32> = interrupting().filter(heard).collect();
    for signal in &interrupting {
        listeners.handle(*signal)?;
    }
    let ending = ENDING.into_iter().filter(heard);
    // In a group that nobody controls the system lets Ctrl-Z pass without effect, and a process that stops
    // itself there is stopped for good.
    let is_controlled = || Process::this().is_some_and(Process::is_controlled);
    let stopping = Some(SIGTSTP).filter(heard).filter(|_| is_controlled());
    let others: Vec<i32> = ending.chain(stopping).collect();
    for signal in &others {
        flag::register_conditional_default(*signal, Arc::clone(&UNWATCHED))?;
    }
    let all = interrupting.into_iter().chain(others).chain([SIGCONT]);
    *delivery = Some(Delivery::with_pipe(read, write, SignalOnly, all)?);
    Ok(bell)
}

/// Ends this process by a signal, as the system would have.
fn end_by(signal: i32) {
    let _ = emulate_default_handler(signal);
}
