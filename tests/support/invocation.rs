//! One run of the program: with pipes for streams and no terminal, or on a terminal of its own.

use super::home::Home;
use super::run::Run;
use super::started::Started;
use rexpect::session::{PtySession, spawn_command};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a run may take unless it says otherwise.
const LIMIT: Duration = Duration::from_secs(20);

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
    script: Option<String>,
}

impl<'a> Invocation<'a> {
    pub(super) fn new(home: &'a Home, args: Vec<OsString>) -> Self {
        Self {
            home,
            program: env!("CARGO_BIN_EXE_pay402"),
            script: None,
            args,
            env: Vec::new(),
            stdin: Vec::new(),
            limit: LIMIT,
            stdout_bytes: u64::MAX,
        }
    }

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

    /// Lets a shell start the program, which has it and its arguments as `"$@"`: for limits, and for
    /// streams that are neither pipe nor terminal.
    pub(crate) fn in_shell(mut self, script: impl Into<String>) -> Self {
        self.script = Some(script.into());
        self
    }

    /// Runs another program in the same way.
    pub(crate) fn of(mut self, program: &'static str) -> Self {
        self.program = program;
        self
    }

    /// Kills the program after this long.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs to the end, and checks that no secret got out.
    pub(crate) fn run(self) -> Run {
        self.start().finish()
    }

    /// Starts the program and leaves it to itself.
    pub(crate) fn start(self) -> Started<'a> {
        let start = Instant::now();
        let mut program = without_terminal(self.script.as_ref().map_or(self.program, |_| "sh"));
        if let Some(script) = &self.script {
            program.args(["-c", script, "sh", self.program]);
        }
        let mut command = self.command(program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("a pipe");
        let stdin = self.stdin;
        // A program that does not read its input is free not to.
        let writer = thread::spawn(move || drop(input.write_all(&stdin)));
        let stdout = drain(child.stdout.take().expect("a pipe").take(self.stdout_bytes));
        let stderr = drain(child.stderr.take().expect("a pipe"));
        let args = self.args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        Started { home: self.home, args, child, writer, stdout, stderr, start, limit: self.limit }
    }

    /// Starts the program and reads what it prints up to a line with `ready` in it.
    pub(crate) fn start_until(self, ready: &str) -> Running {
        let mut command = self.command(without_terminal(self.program));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut running = Running { child, said: String::new() };
        while !running.said.contains(ready) {
            let length = stdout.read_line(&mut running.said).expect("stdout is text");
            assert!(length > 0, "it ended after {:?}", running.said);
        }
        running
    }

    /// Starts a shell on a terminal of its own, so that streams can be sent elsewhere: `script` has
    /// the program and its arguments as `"$@"`.
    pub(crate) fn on_terminal(self, script: &str) -> PtySession {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh", self.program]);
        let limit = u64::try_from(self.limit.as_millis()).ok();
        spawn_command(self.command(shell), limit).expect("the shell starts on a terminal")
    }

    /// Runs on a terminal, with stdin and stdout elsewhere, gives `answer` to the question after a
    /// `pause` for thought, and returns what the terminal showed and the exit code.
    pub(crate) fn asked(self, pause: Duration, answer: &str) -> (String, String) {
        let script = "\"$@\" </dev/null >out; printf 'ended=%s=\\n' $?";
        let mut session = self.on_terminal(script);
        let question = session.exp_regex(r"\[[yY]/[nN]\]").expect("a question").0;
        thread::sleep(pause);
        session.send_line(answer).unwrap();
        session.exp_string("ended=").unwrap();
        let code = session.exp_string("=").unwrap();
        session.exp_eof().unwrap();
        (question, code)
    }

    fn command(&self, mut command: Command) -> Command {
        let root = self.home.root();
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

/// A program that is left running. It is killed when this is dropped.
#[must_use]
pub(crate) struct Running {
    child: Child,
    /// What it has printed up to now.
    pub(crate) said: String,
}

impl Running {
    /// Interrupts it as Ctrl-C does, and answers its exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill is there");
        assert!(sent.success(), "it had ended already");
        wait(&mut self.child, Instant::now() + LIMIT)?.code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
pub(super) fn wait(child: &mut Child, deadline: Instant) -> Option<std::process::ExitStatus> {
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
