//! One attack and what must come of it.

use crate::support::home::Home;
use crate::support::ledger::entries;
use crate::support::{Offer, Paywall, Run, Seller, Version};
use std::time::Duration;

pub(super) const BODY: &str = "the paid resource\n";

/// Longer than any attack may take on a busy machine; each has less if it says so.
const BOUND: Duration = Duration::from_secs(15);

/// A shop with one offer of one token.
pub(super) fn sells(version: Version, offer: Offer) -> Paywall {
    Seller::new(version).offer(offer).start()
}

/// An attack, before it is made. Unless it says otherwise, five cents may be paid.
#[must_use]
pub(super) struct Case {
    what: String,
    paywall: Paywall,
    home: Home,
    args: Vec<String>,
    url: String,
    env: Vec<(&'static str, String)>,
    stdin: Vec<u8>,
    bound: Duration,
    signed: usize,
    payments: usize,
    exit: i32,
    stdout: Vec<u8>,
    says: Vec<String>,
}

/// What it left.
pub(super) struct After {
    pub(super) run: Run,
    pub(super) paywall: Paywall,
    pub(super) home: Home,
}

impl Case {
    /// `what` tells it from the others when it fails.
    pub(super) fn of(what: impl Into<String>, paywall: Paywall) -> Self {
        Self {
            what: what.into(),
            url: paywall.url("/thing"),
            paywall,
            home: Home::new(),
            args: ["--max-price", "0.05"].map(str::to_owned).to_vec(),
            env: Vec::new(),
            stdin: Vec::new(),
            bound: BOUND,
            signed: 1,
            payments: 1,
            exit: 0,
            stdout: BODY.into(),
            says: Vec::new(),
        }
    }

    pub(super) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    /// Another cap than five cents.
    pub(super) fn cap(mut self, cap: &str) -> Self {
        cap.clone_into(&mut self.args[1]);
        self
    }

    pub(super) fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    pub(super) fn home(mut self, home: Home) -> Self {
        self.home = home;
        self
    }

    pub(super) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    pub(super) fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_vec();
        self
    }

    /// It takes no longer than this.
    pub(super) fn within(mut self, seconds: u64) -> Self {
        self.bound = Duration::from_secs(seconds);
        self
    }

    pub(super) fn says(mut self, words: &[&str]) -> Self {
        self.says.extend(words.iter().map(|&word| word.to_owned()));
        self
    }

    /// Nothing is signed, nothing sent and nothing printed.
    pub(super) fn refused(self, exit: i32) -> After {
        self.ends(0, 0, exit, "")
    }

    /// One payment is made, and buys the resource.
    pub(super) fn paid(self) -> After {
        self.ends(1, 1, 0, BODY)
    }

    /// One payment is made, and it ends like this.
    pub(super) fn paid_but(self, exit: i32, stdout: &str) -> After {
        self.ends(1, 1, exit, stdout)
    }

    /// How much is signed and sent, and how it ends.
    pub(super) fn ends(mut self, signed: usize, payments: usize, exit: i32, stdout: &str) -> After {
        (self.signed, self.payments, self.exit) = (signed, payments, exit);
        self.stdout = stdout.as_bytes().to_vec();
        self.run()
    }

    fn run(self) -> After {
        let Self { what, paywall, home, bound, .. } = self;
        let args: Vec<&String> = self.args.iter().chain([&self.url]).collect();
        let mut program = home.pay402(&args).stdin(self.stdin).limit(bound * 2);
        for (name, value) in self.env {
            program = program.env(name, value);
        }
        let run = program.run();
        let must = |holds: bool, wanted: String| {
            run.assert(holds, &format!("{what}: {wanted}"));
        };
        must(run.code() == Some(self.exit), format!("it should end with {}", self.exit));
        let stdout = self.stdout.escape_ascii();
        must(run.stdout == self.stdout, format!("it should print {stdout}"));
        must(run.took < bound, format!("it should take less than {bound:?}"));
        is_clean(&run, &what);
        if (110..117).contains(&self.exit) && self.signed == 0 {
            let told = run.stderr.contains("nothing was signed");
            must(told, "it should say that nothing was signed".into());
        }
        for words in &self.says {
            must(run.stderr.contains(words), format!("it should say {words:?}"));
        }
        let ledger = entries(&home);
        must(ledger.len() == self.signed, format!("{} signed, not {ledger:?}", self.signed));
        let sent = paywall.payments();
        must(sent.len() == self.payments, format!("{} sent, not {sent:?}", self.payments));
        if self.signed > 0 {
            let nonces = ledger.iter().map(|entry| entry.nonce.clone()).collect();
            must(paywall.nonces() == nonces, "what is sent is what is in the ledger".into());
        }
        After { run, paywall, home }
    }
}

/// Nothing in what was said can act on a terminal, or show it otherwise than it is.
#[track_caller]
pub(super) fn is_clean(run: &Run, what: &str) {
    for c in run.stderr.chars() {
        run.assert(!offends(c), &format!("{what}: {c:?} is on stderr"));
    }
    // What a server can say begins no line.
    let forged = run.stderr.lines().any(|line| line.starts_with("hint: all is well"));
    run.assert(!forged, &format!("{what}: a line of the server's own is on stderr"));
}

pub(super) fn offends(c: char) -> bool {
    (c.is_control() && c != '\n')
        || (c.is_whitespace() && !matches!(c, ' ' | '\n'))
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}
