//! A fresh home for every run: its own directories, an environment with nothing in it, a raw key
//! or no wallet at all, and no terminal unless one is asked for.

use super::run::Run;
use rexpect::session::{PtySession, spawn_command};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The second account of every development chain since 2019: published, and worth nothing.
pub(crate) const KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
/// The address of [`KEY`].
pub(crate) const PAYER: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// The password of every keystore in the tests.
pub(crate) const PASSWORD: &str = "Gr\u{fc}ne-Tinte 402";

/// How long a run may take unless it says otherwise.
const LIMIT: Duration = Duration::from_secs(20);

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
        Invocation {
            home: self,
            program: env!("CARGO_BIN_EXE_pay402"),
            args: all,
            env: Vec::new(),
            stdin: Vec::new(),
            limit: LIMIT,
            stdout_bytes: u64::MAX,
            may_show_key: false,
        }
    }

    /// Runs the program with these arguments and nothing on stdin.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        self.pay402(args).run()
    }

    /// Everything under the home but what the test itself wrote as secret: path and content.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut directories: Vec<PathBuf> =
            ["home", "user", "work", "tmp"].map(|name| self.root.path().join(name)).to_vec();
        while let Some(directory) = directories.pop() {
            let Ok(entries) = fs::read_dir(&directory) else { continue };
            for path in entries.map(|entry| entry.expect("an entry").path()) {
                if path.is_dir() {
                    directories.push(path);
                } else if let Ok(content) = fs::read(&path) {
                    let name = path.strip_prefix(self.root.path()).expect("inside").to_owned();
                    found.push((name, content));
                }
            }
        }
        found.sort();
        found
    }
}

/// One run of the program, before it starts.
#[must_use]
pub(crate) struct Invocation<'a> {
    home: &'a Home,
    program: &'static str,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    limit: Duration,
    stdout_bytes: u64,
    may_show_key: bool,
}

impl Invocation<'_> {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.into(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Closes the reading end of stdout after so many bytes, as `head -c` does.
    pub(crate) fn stdout_ends_after(mut self, bytes: u64) -> Self {
        self.stdout_bytes = bytes;
        self
    }

    /// Runs another program in the same way: for tests of this file.
    pub(super) fn of(mut self, program: &'static str) -> Self {
        self.program = program;
        self
    }

    /// Kills the program after this long.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// For the one command whose trade it is to print the key.
    pub(crate) fn may_show_key(mut self) -> Self {
        self.may_show_key = true;
        self
    }

    /// Runs to the end, and checks that no secret got out.
    pub(crate) fn run(self) -> Run {
        let start = Instant::now();
        let mut command = self.command(without_terminal(self.program));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("a pipe");
        let stdin = self.stdin.clone();
        // A program that does not read its input is free not to.
        let writer = thread::spawn(move || drop(input.write_all(&stdin)));
        let stdout = drain(child.stdout.take().expect("a pipe").take(self.stdout_bytes));
        let stderr = drain(child.stderr.take().expect("a pipe"));

        let status = wait(&mut child, start + self.limit);
        let run = Run {
            args: self.args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect(),
            status,
            stdout: stdout.recv().expect("stdout is read"),
            stderr: String::from_utf8(stderr.recv().expect("stderr is read"))
                .expect("stderr is UTF-8"),
            files: self.home.contents(),
            took: start.elapsed(),
        };
        writer.join().expect("stdin is written");
        if !self.may_show_key {
            run.keeps_secrets();
        }
        run
    }

    /// Starts the program on a terminal of its own, which is its stdin, stdout and stderr too.
    pub(crate) fn on_terminal(self) -> PtySession {
        let program = Command::new(self.program);
        let limit = u64::try_from(self.limit.as_millis()).ok();
        spawn_command(self.command(program), limit).expect("the program starts on a terminal")
    }

    /// The same through a shell on a terminal, so that streams can be sent elsewhere: `script` has
    /// the program and its arguments as `"$@"`.
    pub(crate) fn on_terminal_through(self, script: &str) -> PtySession {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh", self.program]);
        let limit = u64::try_from(self.limit.as_millis()).ok();
        spawn_command(self.command(shell), limit).expect("the shell starts on a terminal")
    }

    fn command(&self, mut command: Command) -> Command {
        let root = self.home.root.path();
        command
            .args(&self.args)
            .current_dir(root.join("work"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", root.join("user"))
            .env("TMPDIR", root.join("tmp"))
            .env("LC_ALL", "C")
            .env("PAY402_HOME", root.join("home"))
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A program in a session of its own, where `/dev/tty` cannot be opened.
fn without_terminal(program: &str) -> Command {
    static SETSID: OnceLock<bool> = OnceLock::new();
    let has_setsid = *SETSID.get_or_init(|| Command::new("setsid").arg("true").status().is_ok());
    if has_setsid {
        let mut command = Command::new("setsid");
        command.arg(program);
        return command;
    }
    let terminal = fs::OpenOptions::new().read(true).write(true).open("/dev/tty");
    assert!(terminal.is_err(), "run the tests without a terminal, or install setsid");
    Command::new(program)
}

/// Reads to the end on a thread of its own; what was read arrives in one piece.
fn drain(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        drop(stream);
        sender.send(bytes)
    });
    receiver
}

/// The exit status, or `None` after killing a program that did not end in time.
fn wait(child: &mut Child, deadline: Instant) -> Option<std::process::ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            return Some(status);
        }
        if Instant::now() > deadline {
            child.kill().expect("the program can be killed");
            child.wait().expect("the program can be waited for");
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn write_mode(path: &Path, content: &[u8], mode: u32) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(mode).open(path).expect("a new file");
    file.write_all(content).expect("a file can be written");
}
