//! How a raw key leaves: into a new file that only its owner can read, and never onto a stream.

use super::file::sync_directory;
use super::secret::PrivateKey;
use crate::ownership::directory_of;
use alloy_primitives::hex;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

impl PrivateKey {
    /// Writes the key as 64 hexadecimal digits and a line's end to a file that must not be there yet,
    /// durably and with mode 0600 from the first byte. A file that could not be finished is taken away.
    pub fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let written = self.write_to(file).and_then(|()| sync_directory(directory_of(path)));
        written.inspect_err(|_| {
            // The first failure is the one to tell.
            let _ = fs::remove_file(path);
        })
    }

    fn write_to(&self, mut file: File) -> io::Result<()> {
        let mut line = Zeroizing::new([b'\n'; 65]);
        if let Some(digits) = line.first_chunk_mut::<64>() {
            // Sixty-four digits for thirty-two bytes always fit.
            let _ = hex::encode_to_slice(*self.to_bytes(), digits);
        }
        file.write_all(line.as_ref())?;
        file.sync_all()
    }
}
