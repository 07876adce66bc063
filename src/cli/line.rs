//! The command line's grammar, which is curl's and not clap's: options in clusters and cut short,
//! `--no-OPTION`, `-K` files in place, `--next`, and the pairing of URLs with their outputs.
//!
//! What comes out is words in one spelling that [`super::args`] parses, a list for each group of
//! `--next`, and beside each list its URLs. What an option means is not known here.

mod known;
mod operand;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::config_file;
use super::failure::Failure;
use super::settings::read_all;
use known::{Known, Options, Takes};
use operand::Operands;

pub(crate) use operand::{Operand, Place};

/// Options that hold for every group, wherever they stand.
const GLOBAL: [&str; 13] = [
    "silent",
    "show_error",
    "format",
    "stderr",
    "verbose",
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
}

/// Reads the words after the program's name.
pub(super) fn read(command: &clap::Command, words: &[OsString]) -> Result<Line, Failure> {
    let known = Options::of(command);
    let mut reader = Reader::new(&known);
    let mut rest = words.iter();
    let mut takes_options = true;
    while let Some(word) = rest.next() {
        let text = word.to_str().unwrap_or_default();
        if !takes_options || !text.starts_with('-') {
            if takes_options && reader.is_first_url() && command.find_subcommand(word).is_some() {
                return Ok(Line::Command);
            }
            reader.group.operands.url(word.to_string_lossy().into_owned());
        } else if text == "--" {
            takes_options = false;
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
    shared: Vec<Said>,
    done: Vec<Group>,
    group: Group,
}

type Next<'n> = &'n mut dyn FnMut() -> Option<OsString>;

impl<'a> Reader<'a> {
    fn new(known: &'a Options<'a>) -> Self {
        Self { known, shared: Vec::new(), done: Vec::new(), group: Group::default() }
    }

    fn is_first_url(&self) -> bool {
        self.done.is_empty() && self.group.operands.have_no_url()
    }

    /// One word that begins with a dash; `next` gives the word after it.
    fn word(&mut self, word: &str, next: Next<'_>, depth: usize) -> Result<(), Failure> {
        let Some(long) = word.strip_prefix("--") else { return self.cluster(word, next, depth) };
        let refused = || Failure::Line(LineError::Refused(word.into()));
        let (name, attached) = match long.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (long, None),
        };
        let found = self.known.long(name).map_err(Failure::Line)?;
        let Some((known, on)) = found else { return Err(refused()) };
        let value = match (known.takes, attached) {
            (Takes::Nothing, Some(_)) => return Err(refused()),
            (Takes::Nothing, None) => None,
            (_, Some(value)) => Some(value),
            (Takes::Perhaps, None) => Some(next().unwrap_or_default()),
            (Takes::Value, None) => Some(next().ok_or_else(refused)?),
        };
        self.option(known, on, value, depth)
    }

    /// `-sSo file`, `-ofile`.
    fn cluster(&mut self, word: &str, next: Next<'_>, depth: usize) -> Result<(), Failure> {
        let refused = |short: char| Failure::Line(LineError::Refused(format!("-{short}").into()));
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
    ) -> Result<(), Failure> {
        let Known { id, name, takes, .. } = *known;
        let value_text = || value.clone().unwrap_or_default();
        if id == "output" && value_text().is_empty() {
            return Err(Failure::Line(LineError::Refused("--output=".into())));
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
    fn file(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        if depth >= MOST_FILES {
            return Err(Failure::Line(LineError::Nested(path.to_owned())));
        }
        let bytes = read_all(&path.to_string_lossy())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for setting in config_file::parse(&text) {
            let mut value = setting.value;
            let mut next = || value.take().map(OsString::from);
            let done = self.word(&setting.option, &mut next, depth.saturating_add(1));
            // A limit that is not understood would be no limit, so this is no mere warning.
            let refused = matches!(&done, Err(Failure::Line(LineError::Refused(_))));
            if refused || done.is_ok() && value.is_some() {
                let (line, option) = (setting.line, setting.option);
                let file = path.to_owned();
                return Err(Failure::Line(LineError::Setting { file, line, option }));
            }
            done?;
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Words> {
        self.done.push(self.group);
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
mod tests {
    use super::*;
    use crate::cli::help;

    fn groups(words: &[&str]) -> Vec<Words> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        match read(&help::command(), &words) {
            Ok(Line::Fetch(groups)) => groups,
            Ok(Line::Command) => panic!("a command"),
            Err(failure) => panic!("{}", failure.telling().sentence),
        }
    }

    fn options(words: &[&str]) -> Vec<String> {
        let texts = groups(words).remove(0).options;
        texts.into_iter().map(|text| text.into_string().unwrap()).collect()
    }

    fn operands(words: &[&str]) -> Vec<(String, Place)> {
        let all = groups(words).remove(0).operands;
        all.into_iter().map(|operand| (operand.url.unwrap_or_default(), operand.place)).collect()
    }

    fn fault(words: &[&str]) -> LineError {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        match read(&help::command(), &words) {
            Err(Failure::Line(error)) => error,
            _ => panic!("it was understood"),
        }
    }

    #[test]
    fn every_option_that_holds_for_all_groups_exists() {
        let command = help::command();
        for id in GLOBAL {
            assert!(command.get_arguments().any(|option| option.get_id() == id), "{id}");
        }
    }

    #[test]
    fn options_come_out_in_one_spelling() {
        let long = ["--silent", "--header=A: b", "--data=-x", "--include"];
        assert_eq!(options(&["-sHA: b", "--data", "-x", "-i", "h"]), long);
        assert_eq!(options(&["-s", "--head", "--HEADER", "a:", "h"]).len(), 3);
        assert_eq!(options(&["--inse", "h"]), ["--insecure"]);
        assert!(matches!(fault(&["--max", "1"]), LineError::Ambiguous(_)));
        assert!(matches!(fault(&["--no-such"]), LineError::Refused(_)));
        assert!(matches!(fault(&["-"]), LineError::Refused(_)));
        assert!(matches!(fault(&["-d"]), LineError::Refused(_)));
    }

    #[test]
    fn a_switch_can_be_turned_off_again() {
        assert!(options(&["-s", "-i", "--no-silent", "--no-include", "h"]).is_empty());
        assert_eq!(options(&["-i", "--no-include", "-i", "h"]), ["--include"]);
        assert_eq!(options(&["--no-buffer", "h"]), ["--no-buffer"]);
        assert!(options(&["--no-buffer", "--buffer", "h"]).is_empty());
        assert!(matches!(fault(&["--no-data"]), LineError::NotBoolean(_)));
    }

    #[test]
    fn urls_meet_their_outputs_in_order() {
        let file = |name: &str| Place::File(name.into());
        let wanted = [("a".into(), file("1")), ("b".into(), Place::Remote)];
        assert_eq!(operands(&["a", "-o", "1", "-O", "b"]), wanted);
        assert_eq!(operands(&["-o1", "-O", "--url", "a", "--", "b"]), wanted);
        assert_eq!(operands(&["a", "--remote-name-all", "b"])[1].1, Place::Remote);
        assert_eq!(operands(&["a", "--", "-b"])[1], ("-b".into(), Place::Stdout));
        let all = operands(&["--remote-name-all", "a", "b", "-o", "x", "--no-remote-name"]);
        assert_eq!(all, [("a".into(), file("x")), ("b".into(), Place::Stdout)]);
        assert_eq!(operands(&["-o", "x", "-o", "y", "a"]).len(), 2);
    }

    #[test]
    fn groups_have_their_own_options_and_share_those_that_are_global() {
        let all = groups(&["-d", "x", "a", "--next", "b", "-s", "-:", "-i", "c"]);
        let texts: Vec<_> = all.iter().map(|group| group.options.join(OsStr::new(" "))).collect();
        assert_eq!(texts, ["--silent --data=x", "--silent", "--silent --include"]);
        assert_eq!(groups(&["--next", "a"]).len(), 1);
        assert!(groups(&["a", "--next"])[1].operands.is_empty());
    }

    #[test]
    fn a_command_is_the_first_word_that_is_no_option() {
        let is_command = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            matches!(read(&help::command(), &words), Ok(Line::Command))
        };
        assert!(is_command(&["wallet", "list"]) && is_command(&["-s", "history"]));
        assert!(!is_command(&["--", "wallet"]) && !is_command(&["-o", "wallet", "h"]));
        assert!(!is_command(&["h", "wallet"]));
    }

    #[test]
    fn a_file_of_options_stands_in_its_place() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("k");
        let named = path.to_str().unwrap();
        std::fs::write(&path, "url = a\n-o \"x y\"\nnext\nurl b\nno-include").unwrap();
        let all = groups(&["-i", "-K", named, "c"]);
        assert_eq!(all[0].operands[0].place, Place::File("x y".into()));
        assert_eq!(all[1].operands.len(), 2);
        std::fs::write(&path, "\nmax-prize = 1").unwrap();
        assert!(matches!(fault(&["-K", named]), LineError::Setting { line: 2, .. }));
        std::fs::write(&path, "silent = 1").unwrap();
        assert!(matches!(fault(&["-K", named]), LineError::Setting { .. }));
        std::fs::write(&path, format!("config = {named}")).unwrap();
        assert!(matches!(fault(&["-K", named]), LineError::Nested(_)));
    }
}
