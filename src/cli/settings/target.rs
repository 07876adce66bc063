//! The URLs that are fetched, one after the other as their patterns unfold, and where each body goes.

use std::ffi::OsString;

use url::Url;

use crate::cli::args::{Args, OutputArgs};
use crate::cli::glob::{Glob, GlobError, Match};
use crate::cli::line::{Operand, Place};
use crate::http::parse_url;

use super::super::error::CliError;
use super::request::upload_url;
use crate::transfer::{BodyPlace, Target, remote_name};

/// A URL with its patterns, and those of the file that is uploaded there.
struct Patterns {
    url: Pattern,
    upload: Option<Pattern>,
}

/// A text that may stand for several.
enum Pattern {
    /// As it is.
    Plain(String),
    Glob(Glob),
}

impl Pattern {
    fn read(text: &str, globoff: bool) -> Result<Self, GlobError> {
        if globoff { Ok(Self::Plain(text.to_owned())) } else { Glob::parse(text).map(Self::Glob) }
    }

    fn count(&self) -> u64 {
        match self {
            Self::Plain(_) => 1,
            Self::Glob(glob) => glob.count(),
        }
    }

    /// What stands in braces to be filled in, if something does.
    fn placeholder(&self) -> Option<String> {
        match self {
            Self::Plain(_) => None,
            Self::Glob(glob) => glob.placeholder(),
        }
    }

    fn nth(&self, number: u64) -> Match {
        match self {
            Self::Plain(text) => Match::plain(text),
            Self::Glob(glob) => glob.nth(number),
        }
    }
}

impl Patterns {
    /// Those of an operand; none where it has no URL.
    fn of(operand: &Operand, globoff: bool) -> Option<Result<Self, GlobError>> {
        let url = operand.url.as_deref()?;
        let upload = operand.upload.as_deref().filter(|name| !name.is_empty());
        let upload = upload.map(|name| Pattern::read(name, globoff)).transpose();
        Some(upload.and_then(|upload| Ok(Self { url: Pattern::read(url, globoff)?, upload })))
    }

    fn count(&self) -> u64 {
        let files = self.upload.as_ref().map_or(1, Pattern::count);
        files.saturating_mul(self.url.count())
    }

    /// What the URL has in braces to be filled in.
    fn placeholder(&self) -> Option<String> {
        self.url.placeholder()
    }

    /// One of the URLs and the file for it. As in curl, each file goes to all URLs.
    fn nth(&self, number: u64) -> (Match, Option<String>) {
        let urls = self.url.count();
        let (file, url) = (number.checked_div(urls), number.checked_rem(urls));
        let name = |pattern: &Pattern| pattern.nth(file.unwrap_or(0)).text;
        (self.url.nth(url.unwrap_or(0)), self.upload.as_ref().map(name))
    }
}

/// How many targets the URLs of a group stand for; a mistake counts for one.
pub(crate) fn count(operands: &[Operand], globoff: bool) -> u64 {
    let all = operands.iter().filter_map(|operand| Patterns::of(operand, globoff));
    all.map(|found| found.map_or(1, |found| found.count())).fold(0, u64::saturating_add)
}

/// The targets of a group's URLs in order, each made when it is its turn. As in curl, a text that is no
/// URL fails alone, and any other failure ends the list.
pub(crate) fn targets<'a>(
    operands: &'a [Operand],
    args: &'a Args,
    globoff: bool,
) -> impl Iterator<Item = Result<Target, CliError>> + 'a {
    let none = operands.first().is_none_or(|operand| operand.url.is_none());
    let missing = none.then_some(Err(CliError::NoUrl));
    let urls =
        operands.iter().filter_map(move |operand| Some((Patterns::of(operand, globoff)?, operand)));
    let found = urls.enumerate().flat_map(move |(number, (patterns, operand))| {
        let (patterns, fault) = match patterns {
            Ok(patterns) => (Some(patterns), None),
            Err(error) => (None, Some(Err(CliError::Glob(error)))),
        };
        let all = patterns.into_iter().flat_map(move |patterns| {
            (0..patterns.count()).map(move |at| {
                let (found, upload) = patterns.nth(at);
                let made = target(found, upload, number, &operand.place, args);
                made.map(|target| Target { placeholder: patterns.placeholder(), ..target })
            })
        });
        fault.into_iter().chain(all)
    });
    missing.into_iter().chain(found)
}

fn target(
    found: Match,
    upload: Option<String>,
    number: usize,
    place: &Place,
    args: &Args,
) -> Result<Target, CliError> {
    let default = args.connection.proto_default.as_deref().unwrap_or("http");
    let mut url = parse_url(&found.text, default)?;
    if let Some(name) = &upload {
        url = upload_url(&url, name);
    }
    let place = goal(&found, &url, place, &args.output)?;
    Ok(Target { text: found.text, url, upload, number, place, placeholder: None })
}

fn goal(
    found: &Match,
    url: &Url,
    place: &Place,
    output: &OutputArgs,
) -> Result<BodyPlace, CliError> {
    let directory = output.output_dir.clone().unwrap_or_default();
    match place {
        Place::Stdout => Ok(BodyPlace::Stdout { named: false }),
        Place::File(name) if name.as_os_str() == "-" => Ok(BodyPlace::Stdout { named: true }),
        Place::File(name) => {
            // A name that is no text has no number sign to fill in that we could find.
            let name = match name.to_str() {
                Some(text) => found.name(text).into(),
                None => name.clone().into_os_string(),
            };
            Ok(BodyPlace::File { directory, name: Some(name), server_names: false })
        }
        Place::Remote => {
            let server_names = output.remote_header_name;
            let name = remote_name(url).map(OsString::from);
            if name.is_none() && !server_names {
                return Err(CliError::NoRemoteName(found.text.clone()));
            }
            Ok(BodyPlace::File { directory, name, server_names })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::in_directory;

    fn operand(url: Option<&str>, place: Place) -> Operand {
        let mut operand = Operand::new("", place);
        operand.url = url.map(str::to_owned);
        operand
    }

    fn all(operands: &[Operand], args: &Args) -> Vec<String> {
        targets(operands, args, false)
            .map(|target| match target {
                Err(failure) => format!("({})", failure.message().exit.code()),
                Ok(Target { text, number, place: BodyPlace::Stdout { .. }, .. }) => {
                    format!("{number} {text}")
                }
                Ok(Target {
                    text, number, place: BodyPlace::File { directory, name, .. }, ..
                }) => {
                    let path = in_directory(&directory, &name.unwrap_or_default());
                    format!("{number} {text} {}", path.display())
                }
            })
            .collect()
    }

    #[test]
    fn urls_unfold_with_their_names_until_a_mistake() {
        let output = OutputArgs { output_dir: Some("d".into()), ..OutputArgs::default() };
        let args = Args { output, ..Args::default() };
        let operands = [
            operand(Some("h/{a,b}"), Place::File("f#1".into())),
            operand(Some("h/c"), Place::Remote),
            operand(Some("h/[9-1]"), Place::Stdout),
        ];
        assert_eq!(all(&operands, &args), ["0 h/a d/fa", "0 h/b d/fb", "1 h/c d/c", "(3)"]);
        assert_eq!(count(&operands, false), 4);
        assert_eq!(all(&[operand(Some("h/"), Place::Remote)], &args), ["(23)"]);
        assert_eq!(all(&[], &args), ["(2)"]);
        assert_eq!(all(&[operand(None, Place::Remote)], &args), ["(2)"]);
        let mut upload = operand(Some("h/[1-2]/"), Place::File("o#1".into()));
        upload.upload = Some("d/{a,b}".into());
        let files = |upload: &Operand, globoff| {
            targets(std::slice::from_ref(upload), &args, globoff)
                .map(|target| {
                    target.map_or_else(|_| "none".into(), |target| target.url.to_string())
                })
                .collect::<Vec<_>>()
        };
        let four = ["http://h/1/a", "http://h/2/a", "http://h/1/b", "http://h/2/b"];
        assert_eq!(files(&upload, false), four);
        assert_eq!(files(&upload, true), ["http://h/[1-2]/%7ba%2cb%7d"]);
        assert_eq!(count(std::slice::from_ref(&upload), false), 4);
        upload.upload = Some("{a".into());
        assert_eq!(files(&upload, false), ["none"]);
        let absolute = [operand(Some("h"), Place::File("/x".into()))];
        assert_eq!(all(&absolute, &args), ["0 h d//x"]);
    }
}
