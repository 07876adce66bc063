//! Signals: what each does to this process, at every moment of it.
//!
//! | when | Ctrl-C, Ctrl-\, SIGTERM, SIGHUP | Ctrl-Z | SIGALRM, SIGUSR1, SIGUSR2 |
//! | --- | --- | --- | --- |
//! | nobody has asked for anything | end it | stops it | end it |
//! | after [`heed`] | the first is told by [`interrupted`], the second ends it | stops it | end it |
//! | while a [`Watch`] lives | told to its holder, and by [`interrupted`] | told to its holder | told to its holder |
//!
//! A second SIGHUP ends nothing: it comes from the shell and from the terminal, and from nobody who waits.
//! A handler that was installed once stays installed, so what the system would have done is done by it.

mod interrupt;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod watch;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

#[cfg(target_os = "linux")]
use signal_hook::consts::SIGHUP;
#[cfg(unix)]
use signal_hook::consts::SIGQUIT;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

pub use interrupt::{Interrupt, control_c, unless_interrupted, with_grace};
#[cfg(unix)]
pub use process::Process;
#[cfg(unix)]
pub use watch::Watch;

/// What has come while a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Ctrl-C and its like: there is no answer.
    Interrupted,
    /// A signal that ends every program that does not know it: see `Watch::end_by`.
    Ends(i32),
    /// Ctrl-Z: see `Watch::stop`.
    Stop,
    /// The process was stopped, and goes on.
    Continued,
}

/// Where the system has no such signals, nothing is told.
#[cfg(not(unix))]
pub struct Watch(());

#[cfg(not(unix))]
impl Watch {
    /// Fails: the system's own way with a signal is kept.
    pub fn begin() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Does nothing.
    pub fn stop(&self) {}

    /// Does nothing.
    pub fn end_by(&self, _: i32) {}
}

/// What the process ends with at the second signal, as when a signal ends it.
const ENDED: i32 = 130;

/// A condition that handlers look at or set.
type Flag = LazyLock<Arc<AtomicBool>>;

/// Whether a signal that interrupts has come, from when somebody first listened in this process. It stays
/// set: who begins to listen later is told of a signal that came before.
static CAME: Flag = Flag::new(Arc::default);

/// Whether a signal that interrupts ends the process as the system would have it: nobody listens now.
static BY_DEFAULT: Flag = Flag::new(Arc::default);

/// Whether the next signal that interrupts ends the process.
static IS_LAST: Flag = Flag::new(Arc::default);

/// Whether no [`Watch`] lives: then the signals that are its alone do what the system would have them do.
#[cfg(unix)]
static UNWATCHED: Flag = Flag::new(Arc::default);

/// Who listens.
static LISTENERS: Mutex<Listeners> =
    Mutex::new(Listeners { heeded: false, watches: 0, handled: Vec::new(), counting: Vec::new() });

struct Listeners {
    /// Whether [`heed`] was called.
    heeded: bool,
    /// How many [`Watch`]es live.
    watches: usize,
    /// The signals whose handlers are installed.
    handled: Vec<i32>,
    /// The handlers that set [`IS_LAST`]. There are none while a watch lives: its holder has to give the
    /// terminal back before the process ends.
    counting: Vec<SigId>,
}

impl Listeners {
    fn lock() -> MutexGuard<'static, Self> {
        LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Installs the handler of a signal that interrupts, once.
    fn handle(&mut self, signal: i32) -> io::Result<()> {
        if self.handled.contains(&signal) {
            return Ok(());
        }
        // In this order: the first signal sets the flag, the next one finds it set.
        flag::register_conditional_default(signal, Arc::clone(&BY_DEFAULT))?;
        if !is_hang_up(signal) {
            flag::register_conditional_shutdown(signal, ENDED, Arc::clone(&IS_LAST))?;
        }
        flag::register(signal, Arc::clone(&CAME))?;
        self.handled.push(signal);
        Ok(())
    }

    /// Sets the conditions by who listens now.
    fn settle(&mut self) -> io::Result<()> {
        let is_watched = self.watches > 0;
        BY_DEFAULT.store(!self.heeded && !is_watched, Ordering::SeqCst);
        #[cfg(unix)]
        UNWATCHED.store(!is_watched, Ordering::SeqCst);
        let counts = self.heeded && !is_watched;
        for id in self.counting.drain(..) {
            low_level::unregister(id);
        }
        if counts {
            for signal in &self.handled {
                self.counting.push(flag::register(*signal, Arc::clone(&IS_LAST))?);
            }
        }
        IS_LAST.store(counts && interrupted(), Ordering::SeqCst);
        Ok(())
    }
}

/// From now on, and for good, a signal does not end the process but is told by [`interrupted`]; the second
/// one ends it.
pub fn heed() -> io::Result<()> {
    let mut listeners = Listeners::lock();
    if listeners.heeded {
        return Ok(());
    }
    listeners.heeded = true;
    BY_DEFAULT.store(false, Ordering::SeqCst);
    for signal in interrupting() {
        listeners.handle(signal)?;
    }
    listeners.settle()
}

/// Whether [`heed`] was called.
pub fn is_heeded() -> bool {
    Listeners::lock().heeded
}

/// Whether a signal that interrupts has come since somebody first listened in this process.
pub fn interrupted() -> bool {
    CAME.load(Ordering::SeqCst)
}

/// Lets a write past the limit on the size of a file (`ulimit -f`) fail as any other write does: the
/// signal that comes with it would end the process, also after a payment.
pub fn ignore_file_size_limit() {
    #[cfg(unix)]
    let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Has `flag` set whenever the process was stopped and goes on.
#[cfg(unix)]
pub fn tell_of_continuing(continued: &Arc<AtomicBool>) -> io::Result<()> {
    flag::register(signal_hook::consts::SIGCONT, Arc::clone(continued)).map(drop)
}

/// The signals that interrupt.
fn interrupting() -> impl Iterator<Item = i32> {
    let all = [
        Some(SIGINT),
        Some(SIGTERM),
        #[cfg(unix)]
        hears_quit().then_some(SIGQUIT),
        #[cfg(target_os = "linux")]
        hears_hang_up().then_some(SIGHUP),
    ];
    all.into_iter().flatten()
}

#[cfg(target_os = "linux")]
fn is_hang_up(signal: i32) -> bool {
    signal == SIGHUP
}

#[cfg(not(target_os = "linux"))]
fn is_hang_up(_: i32) -> bool {
    false
}

/// Whether SIGHUP is heard: not where whoever started the process has it ignored (`nohup`). Systems that
/// do not say so keep their own way with it.
#[cfg(unix)]
fn hears_hang_up() -> bool {
    #[cfg(target_os = "linux")]
    return is_ignored(SIGHUP) == Some(false);
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether SIGQUIT is heard: not where it is known to be ignored, as in the background of a script.
#[cfg(unix)]
fn hears_quit() -> bool {
    is_ignored(SIGQUIT) != Some(true)
}

/// Whether a signal was ignored before any handler was installed, where the system says so in a file.
#[cfg(unix)]
fn is_ignored(signal: i32) -> Option<bool> {
    static IGNORED: std::sync::OnceLock<Option<u64>> = std::sync::OnceLock::new();
    let ignored = IGNORED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(ignored.trim(), 16).ok()
    });
    let bit = u32::try_from(signal).ok()?.checked_sub(1)?;
    Some((*ignored)? & 1u64.checked_shl(bit)? != 0)
}
