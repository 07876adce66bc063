//! The command line's grammar, which is curl's and not clap's: options in clusters and cut short,
//! `--no-OPTION`, `-K` files in place, `--next`, and the pairing of URLs with their outputs.
//!
//! What comes out is words in one spelling that [`super::args`] parses, a list for each group of
//! `--next`, and beside each list its URLs. What an option means is not known here.

mod known;
mod operand;
mod stray;
mod variables;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::config_file;
use super::error::CliError;
use super::settings::read_all;
use known::{Known, Options, Takes};
use operand::Operands;
use variables::Variables;

pub(crate) use operand::{Operand, Place};
pub(super) use stray::{Meant, Stray};

/// Options that hold for every group, wherever they stand.
const GLOBAL: [&str; 17] = [
    "silent",
    "show_error",
    "format",
    "stderr",
    "verbose",
    "trace",
    "trace_ascii",
    "trace_time",
    "rate",
    "no_progress_meter",
    "progress_bar",
    "parallel",
    "parallel_max",
    "parallel_immediate",
    "fail_early",
    "receipt",
    "help",
];

/// Files that name each other go this deep at most.
const MOST_FILES: usize = 16;

/// What a command line asks for.
pub(super) enum Line {
    /// A command such as `wallet`, in clap's grammar.
    Command,
    /// URLs to fetch, in groups; at least one.
    Fetch(Vec<Words>),
}

/// The words of one group.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Its options, each in one word: `--option`, `--option=value`.
    pub options: Vec<OsString>,
    /// Its URLs with their outputs, in order.
    pub operands: Vec<Operand>,
}

/// What is wrong with a command line.
#[derive(Debug)]
pub(super) enum LineError {
    /// Not an option, or one without its value: clap says it best.
    Refused(OsString),
    /// The beginning of several options.
    Ambiguous(String),
    /// `--no-` before an option that takes a value.
    NotBoolean(String),
    /// A line of a `-K` file.
    Setting {
        /// The file.
        file: PathBuf,
        /// The line's number.
        line: usize,
        /// The option.
        option: String,
    },
    /// `-K` files that name each other.
    Nested(PathBuf),
    /// A word that is neither a command nor a URL.
    Stray(Stray),
    /// One dash before the long name of an option for paying.
    OneDash(String),
    /// `--variable` with something that is none, or a text for `--expand-OPTION` with something that
    /// cannot be put in.
    Variable {
        /// The text.
        text: String,
        /// Why.
        why: &'static str,
    },
    /// `--expand-` before an option that takes no value.
    NothingToExpand(String),
}

/// Commands that are the fetching of URLs under another name: a dry run.
const QUOTES: [&str; 2] = ["quote", "price"];

/// Whether words ask for documents instead of sentences, as far as that can be told before they are
/// understood: a mistake among them is told as a document, too.
pub(super) fn asks_for_json(words: &[OsString]) -> bool {
    let mut format = None;
    let mut rest = words.iter().take_while(|word| *word != "--");
    while let Some(word) = rest.next() {
        if word == "--format" {
            format = rest.next().cloned();
        } else if let Some(value) = word.to_str().and_then(|word| word.strip_prefix("--format=")) {
            format = Some(value.into());
        }
    }
    format.is_some_and(|format| format == "json")
}

/// Reads the words after the program's name. A word that is neither a command nor a URL is refused
/// wherever it stands; `--url` takes any host, as in curl.
pub(super) fn read(command: &clap::Command, words: &[OsString]) -> Result<Line, CliError> {
    split(command, words, &|word, is_first| not_stray(command, word, is_first))
}

/// Refuses a word that is neither a command nor a URL.
pub(super) fn not_stray(
    command: &clap::Command,
    word: &str,
    is_first: bool,
) -> Result<(), CliError> {
    match stray::stray(command, word, is_first) {
        Some(stray) => Err(CliError::Line(LineError::Stray(stray))),
        None => Ok(()),
    }
}

/// Reads the words, each that stands for a URL after `check`, which is told whether it is the first.
fn split(
    command: &clap::Command,
    words: &[OsString],
    check: &dyn Fn(&str, bool) -> Result<(), CliError>,
) -> Result<Line, CliError> {
    let known = Options::of(command);
    let mut reader = Reader::new(&known, command);
    let mut rest = words.iter();
    let mut takes_options = true;
    while let Some(word) = rest.next() {
        let text = word.to_str().unwrap_or_default();
        if !takes_options || !text.starts_with('-') {
            let is_first = takes_options && reader.is_first_word();
            if is_first && QUOTES.contains(&text) {
                reader.quotes = true;
                continue;
            }
            if is_first && command.find_subcommand(word).is_some() {
                return Ok(Line::Command);
            }
            let word = word.to_string_lossy().into_owned();
            check(&word, is_first)?;
            reader.group.operands.url(word);
        } else if text == "--" {
            takes_options = false;
        } else if let Some(name) = stray::lacks_a_dash(command, text) {
            return Err(CliError::Line(LineError::OneDash(name)));
        } else {
            reader.word(text, &mut || rest.next().cloned(), 0)?;
        }
    }
    Ok(Line::Fetch(reader.finish()))
}

/// An option with its value, as it was typed.
struct Said {
    id: String,
    text: OsString,
}

#[derive(Default)]
struct Group {
    options: Vec<Said>,
    operands: Operands,
}

struct Reader<'a> {
    known: &'a Options<'a>,
    command: &'a clap::Command,
    shared: Vec<Said>,
    variables: Variables,
    done: Vec<Group>,
    group: Group,
    /// Whether the line began with [`QUOTES`].
    quotes: bool,
}

type Next<'n> = &'n mut dyn FnMut() -> Option<OsString>;

impl<'a> Reader<'a> {
    fn new(known: &'a Options<'a>, command: &'a clap::Command) -> Self {
        let (shared, done, group) = (Vec::new(), Vec::new(), Group::default());
        let variables = Variables::default();
        Self { known, command, shared, variables, done, group, quotes: false }
    }

    fn is_first_word(&self) -> bool {
        self.done.is_empty() && !self.quotes && self.group.operands.have_no_url()
    }

    /// One word that begins with a dash; `next` gives the word after it.
    fn word(&mut self, word: &str, next: Next<'_>, depth: usize) -> Result<(), CliError> {
        let Some(long) = word.strip_prefix("--") else { return self.cluster(word, next, depth) };
        let refused = || CliError::Line(LineError::Refused(word.into()));
        let (name, attached) = match long.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (long, None),
        };
        let expands = name.strip_prefix("expand-");
        let found = self.known.long(expands.unwrap_or(name)).map_err(CliError::Line)?;
        let Some((known, on)) = found else { return Err(refused()) };
        if expands.is_some() && known.takes == Takes::Nothing {
            return Err(CliError::Line(LineError::NothingToExpand(word.to_owned())));
        }
        let value = match (known.takes, attached) {
            (Takes::Nothing, Some(_)) => return Err(refused()),
            (Takes::Nothing, None) => None,
            (_, Some(value)) => Some(value),
            (Takes::Perhaps, None) => Some(next().unwrap_or_default()),
            (Takes::Value, None) => Some(next().ok_or_else(refused)?),
        };
        let value = match value.as_deref().and_then(OsStr::to_str) {
            Some(text) if expands.is_some() => {
                Some(self.variables.expand(text).map_err(CliError::Line)?)
            }
            _ => value,
        };
        self.option(known, on, value, depth)
    }

    /// `-sSo file`, `-ofile`.
    fn cluster(&mut self, word: &str, next: Next<'_>, depth: usize) -> Result<(), CliError> {
        let refused = |short: char| CliError::Line(LineError::Refused(format!("-{short}").into()));
        let mut letters = word.trim_start_matches('-').chars();
        if letters.as_str().is_empty() {
            return Err(refused('-'));
        }
        while let Some(short) = letters.next() {
            let Some(known) = self.known.short(short) else { return Err(refused(short)) };
            let rest = Some(letters.as_str()).filter(|rest| !rest.is_empty());
            let value = match (known.takes, rest) {
                (Takes::Nothing, _) => {
                    self.option(known, true, None, depth)?;
                    continue;
                }
                (_, Some(rest)) => rest.into(),
                (Takes::Perhaps, None) => next().unwrap_or_default(),
                (Takes::Value, None) => next().ok_or_else(|| refused(short))?,
            };
            return self.option(known, true, Some(value), depth);
        }
        Ok(())
    }

    fn option(
        &mut self,
        known: &Known<'_>,
        on: bool,
        value: Option<OsString>,
        depth: usize,
    ) -> Result<(), CliError> {
        let Known { id, name, takes, .. } = *known;
        let value_text = || value.clone().unwrap_or_default();
        if id == "output" && value_text().is_empty() {
            return Err(CliError::Line(LineError::Refused("--output=".into())));
        }
        if id == "upload_file" {
            // An option like any other, and the URL's own.
            self.group.operands.upload(value_text().to_string_lossy().into_owned());
        }
        match id {
            // As curl: before the first URL there is nothing to part from.
            "next" if self.group.operands.have_no_url() => {}
            "next" => self.done.push(std::mem::take(&mut self.group)),
            "disable" => {}
            "variable" => return self.variables.set(&value_text().to_string_lossy()),
            "config" => return self.file(Path::new(&value_text()), depth),
            "url" => self.group.operands.url(value_text().to_string_lossy().into_owned()),
            "output" => self.group.operands.place(Place::File(value_text().into())),
            "remote_name" => {
                self.group.operands.place(if on { Place::Remote } else { Place::Stdout });
            }
            "remote_name_all" => self.group.operands.all_remote = on,
            _ => {
                let group = &mut self.group.options;
                let list = if GLOBAL.contains(&id) { &mut self.shared } else { group };
                if takes == Takes::Nothing {
                    list.retain(|said| said.id != id);
                }
                if on {
                    let text = match value {
                        None => format!("--{name}").into(),
                        Some(value) => joined(name, &value),
                    };
                    list.push(Said { id: id.to_owned(), text });
                }
            }
        }
        Ok(())
    }

    /// Reads a `-K` file in place.
    fn file(&mut self, path: &Path, depth: usize) -> Result<(), CliError> {
        if depth >= MOST_FILES {
            return Err(CliError::Line(LineError::Nested(path.to_owned())));
        }
        let bytes = read_all(&path.to_string_lossy())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for setting in config_file::parse(&text) {
            if let Some(name) = stray::lacks_a_dash(self.command, &setting.option) {
                return Err(CliError::Line(LineError::OneDash(name)));
            }
            let mut value = setting.value;
            let mut next = || value.take().map(OsString::from);
            let done = self.word(&setting.option, &mut next, depth.saturating_add(1));
            // A limit that is not understood would be no limit, so this is no mere warning.
            let refused = matches!(&done, Err(CliError::Line(LineError::Refused(_))));
            if refused || done.is_ok() && value.is_some() {
                let (line, option) = (setting.line, setting.option);
                let file = path.to_owned();
                return Err(CliError::Line(LineError::Setting { file, line, option }));
            }
            done?;
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Words> {
        self.done.push(self.group);
        if self.quotes {
            // Last, so that no option of the line undoes it.
            self.shared.push(Said { id: "dry_run".to_owned(), text: "--dry-run".into() });
            for said in self.shared.iter_mut().filter(|said| said.text == "--help=") {
                said.text = format!("--help={}", QUOTES[0]).into();
            }
        }
        let shared = &self.shared;
        let words = |group: Group| Words {
            options: shared.iter().chain(&group.options).map(|said| said.text.clone()).collect(),
            operands: group.operands.all,
        };
        self.done.into_iter().map(words).collect()
    }
}

/// `--name=value`, whatever the value's bytes.
fn joined(name: &str, value: &OsStr) -> OsString {
    let mut text = OsString::from(format!("--{name}="));
    text.push(value);
    text
}

#[cfg(test)]
mod tests;
