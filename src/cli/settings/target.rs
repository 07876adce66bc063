//! The URLs that are fetched, one after the other as their patterns unfold, and where each body goes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use url::Url;

use crate::cli::args::OutputArgs;
use crate::cli::glob::{Glob, Match};
use crate::cli::line::{Operand, Place};
use crate::http::parse_url;

use super::super::failure::Failure;
use super::request::upload_url;

/// One URL to fetch, and where its body goes.
#[derive(Debug)]
pub(crate) struct Target {
    /// The URL, as typed and unfolded.
    pub text: String,
    /// The URL.
    pub url: Url,
    /// The file that is uploaded there, if one is.
    pub upload: Option<String>,
    /// Which URL of the command line it comes from, from 0.
    pub number: usize,
    /// Where its body goes.
    pub place: Goal,
}

impl Target {
    /// The file that its body goes to, as far as that is known before it comes.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match &self.place {
            Goal::File { directory, name, .. } => Some(within(directory, name.as_deref()?)),
            Goal::Stdout { .. } => None,
        }
    }
}

/// Where a body goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To standard output.
    Stdout {
        /// Whether somebody asked for it by name: then anything goes there.
        named: bool,
    },
    /// To a file.
    File {
        /// The directory of `--output-dir` and the like; empty is the current one.
        directory: PathBuf,
        /// The name in it; `None` where only the server can give one.
        name: Option<OsString>,
        /// Whether a name of the server's goes before this one.
        server_names: bool,
    },
}

/// How many targets the URLs of a group stand for; a mistake counts for one.
pub(crate) fn count(operands: &[Operand], globoff: bool) -> u64 {
    let count = |operand: &Operand| match (&operand.url, globoff) {
        (Some(url), false) => Glob::parse(url).map_or(1, |glob| glob.count()),
        (Some(_), true) => 1,
        (None, _) => 0,
    };
    operands.iter().map(count).fold(0, u64::saturating_add)
}

/// The targets of a group's URLs in order, each made when it is its turn. As in curl, a text that is no
/// URL fails alone, and any other failure ends the list.
pub(crate) fn targets<'a>(
    operands: &'a [Operand],
    output: &'a OutputArgs,
    globoff: bool,
) -> impl Iterator<Item = Result<Target, Failure>> + 'a {
    let none = operands.first().is_none_or(|operand| operand.url.is_none());
    let missing = none.then_some(Err(Failure::NoUrl));
    let urls = operands.iter().filter_map(|operand| Some((operand.url.as_deref()?, operand)));
    let found = urls.enumerate().flat_map(move |(number, (url, operand))| {
        let glob = if globoff { Ok(None) } else { Glob::parse(url).map(Some) };
        let (glob, fault) = match glob {
            Ok(glob) => (glob, None),
            Err(error) => (None, Some(Err(Failure::Glob(error)))),
        };
        let count = if fault.is_some() { 0 } else { glob.as_ref().map_or(1, Glob::count) };
        let all = (0..count).map(move |at| {
            let found = glob.as_ref().map_or_else(|| Match::plain(url), |glob| glob.nth(at));
            target(found, number, operand, output)
        });
        fault.into_iter().chain(all)
    });
    missing.into_iter().chain(found)
}

fn target(
    found: Match,
    number: usize,
    operand: &Operand,
    output: &OutputArgs,
) -> Result<Target, Failure> {
    let upload = operand.upload.clone().filter(|name| !name.is_empty());
    let mut url = parse_url(&found.text)?;
    if let Some(name) = &upload {
        url = upload_url(&url, name);
    }
    let place = goal(&found, &url, &operand.place, output)?;
    Ok(Target { text: found.text, url, upload, number, place })
}

fn goal(found: &Match, url: &Url, place: &Place, output: &OutputArgs) -> Result<Goal, Failure> {
    let directory = output.output_dir.clone().unwrap_or_default();
    match place {
        Place::Stdout => Ok(Goal::Stdout { named: false }),
        Place::File(name) if name.as_os_str() == "-" => Ok(Goal::Stdout { named: true }),
        Place::File(name) => {
            // A name that is no text has no number sign to fill in that we could find.
            let name = match name.to_str() {
                Some(text) => found.name(text).into(),
                None => name.clone().into_os_string(),
            };
            Ok(Goal::File { directory, name: Some(name), server_names: false })
        }
        Place::Remote => {
            let server_names = output.remote_header_name;
            let name = remote_name(url).map(OsString::from);
            if name.is_none() && !server_names {
                return Err(Failure::NoRemoteName(found.text.clone()));
            }
            Ok(Goal::File { directory, name, server_names })
        }
    }
}

/// A name in a directory. As curl, also an absolute name goes there.
pub(crate) fn within(directory: &Path, name: &std::ffi::OsStr) -> PathBuf {
    if directory.as_os_str().is_empty() {
        return PathBuf::from(name);
    }
    let mut path = directory.as_os_str().to_owned();
    path.push("/");
    path.push(name);
    PathBuf::from(path)
}

/// The last part of a URL's path: never a directory, never empty.
pub(crate) fn remote_name(url: &Url) -> Option<String> {
    let last = url.path().rsplit(['/', '\\']).next().unwrap_or_default();
    (!matches!(last, "" | "." | "..")).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operand(url: Option<&str>, place: Place) -> Operand {
        let mut operand = Operand::new("", place);
        operand.url = url.map(str::to_owned);
        operand
    }

    fn all(operands: &[Operand], output: &OutputArgs) -> Vec<String> {
        targets(operands, output, false)
            .map(|target| match target {
                Err(failure) => format!("({})", failure.telling().exit.code()),
                Ok(Target { text, number, place: Goal::Stdout { .. }, .. }) => {
                    format!("{number} {text}")
                }
                Ok(Target { text, number, place: Goal::File { directory, name, .. }, .. }) => {
                    let path = within(&directory, &name.unwrap_or_default());
                    format!("{number} {text} {}", path.display())
                }
            })
            .collect()
    }

    #[test]
    fn a_remote_name_is_the_last_part_of_the_path() {
        let name = |url: &str| remote_name(&parse_url(url).ok().unwrap());
        assert_eq!(name("http://h/a/b.txt?c").unwrap(), "b.txt");
        assert_eq!(name("http://h/a/..%2Fb").unwrap(), "..%2Fb");
        for url in ["http://h", "http://h/", "http://h/a/", "http://h/a/.."] {
            assert!(name(url).is_none(), "{url}");
        }
    }

    #[test]
    fn urls_unfold_with_their_names_until_a_mistake() {
        let output = OutputArgs { output_dir: Some("d".into()), ..OutputArgs::default() };
        let operands = [
            operand(Some("h/{a,b}"), Place::File("f#1".into())),
            operand(Some("h/c"), Place::Remote),
            operand(Some("h/[9-1]"), Place::Stdout),
        ];
        assert_eq!(all(&operands, &output), ["0 h/a d/fa", "0 h/b d/fb", "1 h/c d/c", "(3)"]);
        assert_eq!(count(&operands, false), 4);
        assert_eq!(all(&[operand(Some("h/"), Place::Remote)], &output), ["(23)"]);
        assert_eq!(all(&[], &output), ["(2)"]);
        assert_eq!(all(&[operand(None, Place::Remote)], &output), ["(2)"]);
        let absolute = [operand(Some("h"), Place::File("/x".into()))];
        assert_eq!(all(&absolute, &output), ["0 h d//x"]);
    }
}
