//! The URLs of a group of `--next`, and how each finds its output and its upload: the first to the
//! first, as in curl, whichever was named before the other.

use std::path::PathBuf;

/// One URL, which may be a pattern, and what belongs to it alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Operand {
    /// The URL; `None` when there are more outputs than URLs.
    pub url: Option<String>,
    /// The file that is uploaded there.
    pub upload: Option<String>,
    /// Where its body goes.
    pub place: Place,
    /// Whether an option has said where.
    is_placed: bool,
}

impl Operand {
    /// A URL and where its body goes.
    pub(crate) fn new(url: &str, place: Place) -> Self {
        Self { url: Some(url.to_owned()), upload: None, place, is_placed: true }
    }
}

/// Where a body goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// To stdout, for want of anything else.
    #[default]
    Stdout,
    /// To the file that `-o` names; `-` is stdout.
    File(PathBuf),
    /// To a file that the URL, or the server, names.
    Remote,
}

/// The URLs of a group, as far as it was read.
#[derive(Default)]
pub(super) struct Operands {
    pub(super) all: Vec<Operand>,
    /// Whether `--remote-name-all` names the outputs of those to come.
    pub(super) all_remote: bool,
}

impl Operands {
    /// Whether there is no URL yet; outputs there may be.
    pub(super) fn have_no_url(&self) -> bool {
        self.all.iter().all(|operand| operand.url.is_none())
    }

    pub(super) fn url(&mut self, url: String) {
        self.fill(|operand| operand.url.is_none(), |operand| operand.url = Some(url));
    }

    pub(super) fn upload(&mut self, file: String) {
        self.fill(|operand| operand.upload.is_none(), |operand| operand.upload = Some(file));
    }

    pub(super) fn place(&mut self, place: Place) {
        let fill = |operand: &mut Operand| (operand.place, operand.is_placed) = (place, true);
        self.fill(|operand| !operand.is_placed, fill);
    }

    /// Fills the first operand that lacks something, or a new one.
    fn fill(&mut self, lacks: impl Fn(&Operand) -> bool, fill: impl FnOnce(&mut Operand)) {
        if let Some(operand) = self.all.iter_mut().find(|operand| lacks(operand)) {
            return fill(operand);
        }
        let place = if self.all_remote { Place::Remote } else { Place::Stdout };
        let mut operand = Operand { place, ..Operand::default() };
        fill(&mut operand);
        self.all.push(operand);
    }
}
