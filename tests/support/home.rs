//! A fresh home for every run: its own directories, an environment with nothing in it, a raw key
//! or no wallet at all, and no terminal unless one is asked for.

use super::invocation::Invocation;
use super::run::Run;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The second account of every development chain since 2019: published, and worth nothing.
pub(crate) const KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
/// The address of [`KEY`].
pub(crate) const PAYER: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// The password of every keystore in the tests.
pub(crate) const PASSWORD: &str = "Gr\u{fc}ne-Tinte 402";

/// Gives a file or a directory these permission bits.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// `PAY402_HOME` and what surrounds it; all of it goes when this is dropped.
#[must_use]
pub(crate) struct Home {
    root: TempDir,
    has_key: bool,
}

impl Home {
    /// A home whose payments are signed by [`KEY`], from a file.
    pub(crate) fn new() -> Self {
        let home = Self::without_wallet();
        home.secret("key", KEY);
        Self { has_key: true, ..home }
    }

    /// A home in which nothing is set up.
    pub(crate) fn without_wallet() -> Self {
        let root = TempDir::new().expect("a temporary directory");
        for name in ["home", "user", "work", "tmp", "secrets"] {
            let path = root.path().join(name);
            fs::DirBuilder::new().mode(0o700).create(path).expect("a directory");
        }
        Self { root, has_key: false }
    }

    /// Writes the owner's `config.toml`.
    pub(crate) fn config(self, toml: &str) -> Self {
        write_mode(&self.path("config.toml"), toml.as_bytes(), 0o600);
        self
    }

    /// A path inside `PAY402_HOME`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("home").join(name)
    }

    /// A path inside the working directory, which begins empty.
    pub(crate) fn work(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// The names in the working directory, sorted.
    pub(crate) fn work_files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.work("")).expect("the working directory");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    /// Writes a file of mode 0600 outside all places the program may write to, and returns its
    /// path as an argument.
    pub(crate) fn secret(&self, name: &str, content: &str) -> String {
        let path = self.root.path().join("secrets").join(name);
        write_mode(&path, content.as_bytes(), 0o600);
        path.into_os_string().into_string().expect("a path in UTF-8")
    }

    /// The permission bits of a file in `PAY402_HOME`.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).expect(name).permissions().mode() & 0o7777
    }

    /// The program with these arguments, not yet started.
    pub(crate) fn pay402<A: AsRef<OsStr>>(&self, args: &[A]) -> Invocation<'_> {
        let mut all = Vec::new();
        if self.has_key {
            let key = self.root.path().join("secrets/key");
            all.extend([OsString::from("--private-key-file"), key.into()]);
        }
        all.extend(args.iter().map(|arg| arg.as_ref().to_owned()));
        Invocation::new(self, all)
    }

    /// The same, without the key that this home may have.
    pub(crate) fn without_key<A: AsRef<OsStr>>(&self, args: &[A]) -> Invocation<'_> {
        Invocation::new(self, args.iter().map(|arg| arg.as_ref().to_owned()).collect())
    }

    /// Runs the program with these arguments and nothing on stdin.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        self.pay402(args).run()
    }

    /// Runs the program with leave to pay up to five cents for each request.
    pub(crate) fn pay<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        self.paying(args).run()
    }

    /// The same, not yet started.
    pub(crate) fn paying<A: AsRef<OsStr>>(&self, args: &[A]) -> Invocation<'_> {
        let cap = ["--max-price", "0.05"].map(OsStr::new);
        let all: Vec<&OsStr> = cap.into_iter().chain(args.iter().map(AsRef::as_ref)).collect();
        self.pay402(&all)
    }

    /// The temporary directory all of it is in.
    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Everything under the home but what the test itself wrote as secret: path and content.
    pub(super) fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut directories = vec![self.root.path().to_owned()];
        while let Some(directory) = directories.pop() {
            let Ok(entries) = fs::read_dir(&directory) else { continue };
            for path in entries.map(|entry| entry.expect("an entry").path()) {
                if path.is_dir() {
                    if path.file_name() != Some(OsStr::new("secrets")) {
                        directories.push(path);
                    }
                } else if path.is_file()
                    && let Ok(content) = fs::read(&path)
                {
                    let name = path.strip_prefix(self.root.path()).expect("inside").to_owned();
                    found.push((name, content));
                }
            }
        }
        found.sort();
        found
    }
}

fn write_mode(path: &Path, content: &[u8], mode: u32) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(mode).open(path).expect("a new file");
    file.write_all(content).expect("a file can be written");
}
