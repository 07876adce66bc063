//! A named pipe whose reader is the test, and reads when the test says so.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A pipe that is open at both ends, so that whoever opens it need not wait.
#[must_use]
pub(crate) struct Pipe {
    file: File,
}

/// Makes a pipe that nobody has open.
pub(crate) fn make(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo is there");
    assert!(made.success());
}

impl Pipe {
    /// Makes it.
    pub(crate) fn at(path: PathBuf) -> Self {
        make(&path);
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap();
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path);
        Self { file: file.unwrap() }
    }

    /// Writes until it takes no more.
    pub(crate) fn fill(self) -> Self {
        while (&self.file).write(&[0; 4096]).is_ok() {}
        self
    }

    /// Writes something to it.
    pub(crate) fn write(&self, bytes: &[u8]) {
        (&self.file).write_all(bytes).unwrap();
    }

    /// What is in it now, without what it was filled with.
    pub(crate) fn read(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let end = (&self.file).read_to_end(&mut all);
        assert_eq!(end.unwrap_err().kind(), ErrorKind::WouldBlock);
        all.retain(|byte| *byte != 0);
        all
    }
}
