//! Questions to the person at the controlling terminal. Never standard input, which may be a body,
//! and never standard error, which may be a file.

use super::patience::{Patient, Unread, can_wait_for};
use super::shown::Mark;
use super::{fresh, hidden, shown};
use crate::signals::{self, Event, Watch};
use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

#[cfg(unix)]
const INPUT: &str = "/dev/tty";
#[cfg(unix)]
const OUTPUT: &str = "/dev/tty";
#[cfg(not(unix))]
const INPUT: &str = "CONIN$";
#[cfg(not(unix))]
const OUTPUT: &str = "CONOUT$";

/// How often a new password is asked for until it was typed alike twice.
const TRIES: usize = 3;

/// How often a yes is not counted, because of what was written while its question stood or before, until
/// it is taken for a no.
const YESES: usize = 5;

/// Said before a question that is asked again after such a yes.
const AGAIN: &str = "Something else was written here just before that yes, so it does not count.\n";

/// Said after the last of them.
const NO_QUIET: &str =
    "Something else is written here whenever the question stands: this is taken for a no.";

/// How long what was written before a question may take to show, through a pipe to another program.
const ON_ITS_WAY: Duration = Duration::from_millis(150);

/// How many such times are waited for at most, where there is no end to it.
const MOMENTS: usize = 3;

/// How soon nobody has read a question: a yes may be meant for what a server painted just before.
const READ_IN: Duration = Duration::from_secs(1);

/// Longest answer to a yes-or-no question that is read, in bytes.
const ANSWER_LIMIT: usize = 256;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// No terminal controls this process, or the process is in the background of it.
    #[error("there is no terminal to ask on")]
    NoTerminal,
    /// The terminal was closed, or the end of input typed, in place of a password.
    #[error("no password was entered")]
    NoAnswer,
    /// Control-C, or another signal that ends programs, in place of an answer.
    #[error("interrupted")]
    Interrupted,
    /// A new password was not typed alike twice, or was empty, three times over.
    #[error("the passwords did not match, or were empty, {TRIES} times")]
    NotConfirmed,
    /// Nobody answered in time.
    #[error("there was no answer in time")]
    TimedOut,
    /// The terminal failed.
    #[error("cannot ask on the terminal: {0}")]
    Failed(#[source] io::Error),
}

/// Asks a question that `y` or `yes`, in either case, answers with yes. Everything else is a no: an
/// empty line, the end of input, an answer too long. What was typed before the question was shown
/// does not answer it, and a yes counts only if nothing else was written that may have come between the
/// question and the person, nor just before it: otherwise it is asked again, as it is when the process was
/// stopped and goes on.
pub fn confirm(question: &dyn Display) -> Result<bool, PromptError> {
    confirm_until(question, None)
}

/// The same, and waits until `until` at most, where there is such a limit.
pub fn confirm_until(question: &dyn Display, until: Option<Instant>) -> Result<bool, PromptError> {
    let watch = watch()?;
    let mut yeses = 0;
    let mut before = "";
    let mut last = None;
    while yeses < YESES {
        let asked = Asked::now(&format_args!("{before}{question}"), until, watch.as_ref())?;
        // Drawn again with nothing written in between, it is what the person has read.
        let is_known = last.map_or(!shown::was_raw(), |last| last == asked.mark);
        let too_soon = READ_IN.saturating_sub(asked.at.elapsed());
        match asked.answer {
            Ok(true) if asked.mark.stands() && (is_known || too_soon.is_zero()) => return Ok(true),
            Ok(true) => {
                yeses += 1;
                before = AGAIN;
                if asked.mark.stands() {
                    thread::sleep(too_soon);
                }
            }
            Ok(false) => return Ok(false),
            Err(e) => {
                again(e, watch.as_ref())?;
                before = "";
            }
        }
        last = Some(asked.mark);
    }
    let (_, mut output) = terminal()?;
    let said = fresh::line(&mut output).and_then(|()| writeln!(output, "{NO_QUIET}"));
    said.map(|()| false).map_err(PromptError::Failed)
}

/// A question that was drawn once.
struct Asked {
    /// What had been written before it.
    mark: Mark,
    /// When it was drawn.
    at: Instant,
    answer: io::Result<bool>,
}

impl Asked {
    /// Draws a question where it can be read, and reads the answer.
    fn now(
        question: &dyn Display,
        until: Option<Instant>,
        watch: Option<&Arc<Watch>>,
    ) -> Result<Self, PromptError> {
        let (input, mut output) = terminal()?;
        let mark = quiet();
        fresh::line(&mut output).map_err(PromptError::Failed)?;
        #[cfg(unix)]
        rustix::termios::tcflush(&input, rustix::termios::QueueSelector::IFlush)
            .map_err(|e| PromptError::Failed(e.into()))?;
        let mut input = Patient::new(input, until).in_sight_of(mark).watched(watch.cloned());
        let at = Instant::now();
        Ok(Self { mark, at, answer: ask(question, &mut input, &mut output) })
    }
}

/// Waits until nothing is on its way to the terminal, but not for long. What had been written by then
/// does not stand if there is no end to it.
fn quiet() -> Mark {
    let mut mark = Mark::now();
    let mut moments = 1..MOMENTS;
    while !mark.is_first() {
        thread::sleep(ON_ITS_WAY);
        if mark.stands() || moments.next().is_none() {
            break;
        }
        mark = Mark::now();
    }
    mark
}

/// Watches for signals, where the system can wait for them and for the terminal at once. Without, it keeps its
/// own way with them.
fn watch() -> Result<Option<Arc<Watch>>, PromptError> {
    let (input, _) = terminal()?;
    let watch = if can_wait_for(&input) { Watch::begin().ok() } else { None };
    // Whoever has interrupted already is asked nothing any more.
    if signals::interrupted() { Err(PromptError::Interrupted) } else { Ok(watch.map(Arc::new)) }
}

/// Deals with what kept an answer from being read. `Ok` where the prompt is to be drawn again.
fn again(error: io::Error, watch: Option<&Arc<Watch>>) -> Result<(), PromptError> {
    match Unread::of(&error) {
        Some(Unread::Covered | Unread::Signal(Event::Continued)) => Ok(()),
        Some(Unread::Signal(Event::Stop)) => {
            if let Some(watch) = watch {
                watch.stop();
            }
            Ok(())
        }
        Some(Unread::Signal(Event::Ends(signal))) => {
            if let Some(watch) = watch {
                watch.end_by(signal);
            }
            Err(PromptError::Interrupted)
        }
        Some(Unread::Signal(Event::Interrupted)) => Err(PromptError::Interrupted),
        Some(Unread::Background) => Err(PromptError::NoTerminal),
        Some(Unread::TimedOut) => Err(PromptError::TimedOut),
        None => Err(PromptError::Failed(error)),
    }
}

/// Gives the terminal back as it was found, before the process ends: somebody may still be asked something
/// whose answer nobody waits for any more.
pub fn give_back() {
    hidden::restore();
}

/// Asks for a password without showing it. In UTF-8, without the line ending.
pub fn password(prompt: &dyn Display) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    password_until(prompt, None)
}

/// The same, and waits until `until` at most, where there is such a limit.
pub fn password_until(
    prompt: &dyn Display,
    until: Option<Instant>,
) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    let watch = watch()?;
    fresh::line(&mut terminal()?.1).map_err(PromptError::Failed)?;
    hidden_line(prompt, until, watch.as_ref())
}

/// Reads a line that is not shown. What was typed when the process was stopped, or before, is no part of it.
fn hidden_line(
    prompt: &dyn Display,
    until: Option<Instant>,
    watch: Option<&Arc<Watch>>,
) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    loop {
        let (input, mut output) = terminal()?;
        match hidden::read_line(prompt, input, until, watch.cloned(), &mut output) {
            Ok(line) => return Ok(line),
            Err(e) => match e.kind() {
                ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => {
                    return Err(PromptError::NoAnswer);
                }
                ErrorKind::Interrupted => return Err(PromptError::Interrupted),
                _ => again(e, watch)?,
            },
        }
        fresh::line(&mut terminal()?.1).map_err(PromptError::Failed)?;
    }
}

/// Asks for a new password, twice, until both are alike and not empty, three times at most.
pub fn new_password(prompt: &dyn Display) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    let watch = watch()?;
    fresh::line(&mut terminal()?.1).map_err(PromptError::Failed)?;
    settle(prompt, &mut |prompt| hidden_line(prompt, None, watch.as_ref()))
}

/// The terminal's two sides. A process in the background has none: to ask there would stop it, and paint
/// over what is shown in the foreground.
fn terminal() -> Result<(File, File), PromptError> {
    let input = open(OpenOptions::new().read(true), INPUT)?;
    #[cfg(unix)]
    if !super::job::may_ask(&input) {
        return Err(PromptError::NoTerminal);
    }
    Ok((input, open(OpenOptions::new().write(true), OUTPUT)?))
}

fn open(options: &OpenOptions, path: &str) -> Result<File, PromptError> {
    options.open(path).map_err(|_| PromptError::NoTerminal)
}

type Ask<'a> = dyn FnMut(&dyn Display) -> Result<Zeroizing<Vec<u8>>, PromptError> + 'a;

fn settle(prompt: &dyn Display, ask: &mut Ask<'_>) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    let mut again = "";
    for _ in 0..TRIES {
        let first = ask(&format_args!("{again}{prompt}"))?;
        if first.is_empty() {
            again = "Empty. ";
        } else if *ask(&"The same again")? == *first {
            return Ok(first);
        } else {
            again = "Not the same. ";
        }
    }
    Err(PromptError::NotConfirmed)
}

fn ask(question: &dyn Display, input: &mut dyn Read, output: &mut dyn Write) -> io::Result<bool> {
    write!(output, "{question} [y/N] ")?;
    output.flush()?;
    let mut answer = Vec::new();
    let mut byte = [0; 1];
    loop {
        match input.read(&mut byte) {
            Ok(0) => {
                // The person's end of input leaves the cursor behind the question.
                writeln!(output)?;
                return Ok(false);
            }
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if answer.len() == ANSWER_LIMIT => return Ok(false),
            Ok(_) => answer.extend_from_slice(&byte),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => {
                if Unread::of(&e).is_none_or(Unread::ends_the_line) {
                    writeln!(output)?;
                }
                return Err(e);
            }
        }
    }
    let answer = answer.trim_ascii();
    Ok(answer.eq_ignore_ascii_case(b"y") || answer.eq_ignore_ascii_case(b"yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mut typed: &[u8]) -> (bool, String) {
        let mut shown = Vec::new();
        let yes = ask(&"Pay $1?", &mut typed, &mut shown).unwrap();
        (yes, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["y\n", "Y\n", "yes\n", "YES\r\n", " Yes \n"] {
            assert!(answer(yes.as_bytes()).0, "{yes:?}");
        }
        let flood = format!("y{}\n", " ".repeat(1 << 20));
        for no in ["\n", "n\n", "no\n", "", "y", "yes", "yy\n", "yep\n", "y\0\n", "у\n", &flood] {
            assert!(!answer(no.as_bytes()).0, "{no:.9?}");
        }
        assert!(!answer(b"\xff\xfe\n").0);
        assert_eq!(answer(b"y\n").1, "Pay $1? [y/N] ");
        assert_eq!(answer(b"").1, "Pay $1? [y/N] \n");
    }

    fn typed(words: &[&str]) -> (Result<Vec<u8>, PromptError>, Vec<String>) {
        let mut words = words.iter();
        let mut shown = Vec::new();
        let result = settle(&"New password", &mut |text: &dyn Display| {
            shown.push(text.to_string());
            let word = words.next().ok_or(PromptError::NoAnswer)?;
            Ok(Zeroizing::new(word.as_bytes().to_vec()))
        });
        (result.map(|password| password.to_vec()), shown)
    }

    #[test]
    fn a_new_password_is_typed_alike_twice_within_three_tries() {
        let (result, shown) = typed(&["word", "word"]);
        assert_eq!(result.unwrap(), b"word");
        assert_eq!(shown, ["New password", "The same again"]);

        let (result, shown) = typed(&["word", "ward", "", "word", "word"]);
        assert_eq!(result.unwrap(), b"word");
        assert_eq!(shown[2], "Not the same. New password");
        assert_eq!(shown[3], "Empty. New password");

        assert!(matches!(typed(&["a", "b", "a", "b", "a", "b"]).0, Err(PromptError::NotConfirmed)));
        assert!(matches!(typed(&["", "", ""]).0, Err(PromptError::NotConfirmed)));
        assert!(matches!(typed(&["a"]).0, Err(PromptError::NoAnswer)));
    }
}
