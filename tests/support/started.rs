//! A program that is running, to be stopped, killed, or waited for.

use super::home::Home;
use super::invocation::wait;
use super::run::Run;
use std::process::{Child, Command};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A run that has begun. It is killed when its limit is over.
#[must_use]
pub(crate) struct Started<'a> {
    pub(super) home: &'a Home,
    pub(super) args: Vec<String>,
    pub(super) child: Child,
    pub(super) writer: JoinHandle<()>,
    pub(super) stdout: Receiver<Vec<u8>>,
    pub(super) stderr: Receiver<Vec<u8>>,
    pub(super) start: Instant,
    pub(super) limit: Duration,
}

impl Started<'_> {
    /// Ends it by SIGKILL, if it has not ended; it has when this returns.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the program can be killed");
        self.child.wait().expect("the program can be waited for");
    }

    /// Sends it a signal by name, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let (signal, pid) = (format!("-{name}"), self.child.id().to_string());
        let sent = Command::new("kill").args([&signal, &pid]).status().expect("kill is there");
        assert!(sent.success(), "it had ended already");
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the program can be waited for").is_some()
    }

    /// Waits for its end, and checks that no secret got out.
    pub(crate) fn finish(self) -> Run {
        let home = self.home;
        let mut run = self.end();
        run.files = home.contents();
        run.keeps_secrets();
        run
    }

    /// Waits for its end, and leaves its files unread.
    pub(crate) fn end(mut self) -> Run {
        let status = wait(&mut self.child, self.start + self.limit);
        let run = Run {
            args: self.args,
            status,
            stdout: self.stdout.recv().expect("stdout is read"),
            stderr: String::from_utf8(self.stderr.recv().expect("stderr is read"))
                .expect("stderr is UTF-8"),
            files: Vec::new(),
            took: self.start.elapsed(),
        };
        self.writer.join().expect("stdin is written");
        run
    }
}
