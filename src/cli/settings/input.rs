//! Opening what the flags name to be read. A pipe opens when somebody writes to it, which may be never:
//! the time that the owner gives to a transfer is the time for that, too. What is written to it is then
//! read as long as it comes, as with curl.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::output::is_pipe;

/// Until when a pipe is waited for; `None` is for ever.
static UNTIL: OnceLock<Option<Instant>> = OnceLock::new();

/// Says how long pipes are waited for, from now on; the first call counts.
pub(crate) fn wait_at_most(limit: Option<Duration>) {
    let _ = UNTIL.set(limit.and_then(|limit| Instant::now().checked_add(limit)));
}

/// Opens a file or a pipe. A pipe that nobody writes to in time is [`io::ErrorKind::TimedOut`].
pub(super) fn open(path: &Path) -> io::Result<File> {
    let Some(until) = UNTIL.get().copied().flatten().filter(|_| is_pipe(path)) else {
        return File::open(path);
    };
    let (path, (tell, told)) = (path.to_path_buf(), channel());
    // One that is never opened ends with the program.
    std::thread::Builder::new().spawn(move || tell.send(File::open(path)))?;
    match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(opened) => opened,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// All that is in a file or comes from a pipe.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut open(path)?, &mut bytes)?;
    Ok(bytes)
}
