//! The files of a run that hold what was paid for: nothing else of the run takes their place, neither a
//! later body of the same name nor cookies, tags and reports.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Error, directory_of, end_of_links, means_descriptor, refuse};
use crate::terminal::streams::Standard;

/// What a body's place is called where flags have names.
pub(crate) const OUTPUT: &str = "the output";

/// What a file is called that holds something paid for.
const GOODS: &str = "what was paid for";

/// What a body's place is called where it goes on in it.
const ADDED: &str = "the output of -C";

pub(crate) const RECEIPT: &str = "--receipt";

pub(crate) const HEADS: &str = "--dump-header";

/// How many outputs are held against the files of words before anything is opened; each of the others is
/// before it is sent.
const MOST_LOOKED_AT: usize = 10_000;

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The regular file behind a standard stream: whatever else goes there comes after or in between.
    Stream(Standard),
    /// A file of this name, the same for all links to it.
    File(PathBuf),
    /// The file itself, by device and number: it may have several names, and be written over in place.
    #[cfg(unix)]
    Itself(u64, u64),
}

/// The files that hold what was paid for, each with the payment whose report it is.
#[derive(Default)]
pub(crate) struct PaidFiles(RefCell<BTreeMap<Place, Option<String>>>, RefCell<Names>);

/// Who gives a file this name holds its lock.
type Names = BTreeMap<PathBuf, Arc<Mutex<()>>>;

impl PaidFiles {
    /// Takes a file down as one of them.
    pub(crate) fn add(&self, path: &Path) {
        self.0.borrow_mut().extend(places(path).into_iter().map(|place| (place, None)));
    }

    /// Takes the file of a stream down as one of them, if it goes to one.
    pub(crate) fn add_stream(&self, stream: Standard) {
        self.0.borrow_mut().insert(Place::Stream(stream), None);
    }

    /// Takes a file down as the report of this payment.
    pub(crate) fn add_report(&self, path: &Path, payment: &str) {
        let report = |place| (place, Some(payment.to_owned()));
        self.0.borrow_mut().extend(places(path).into_iter().map(report));
    }

    /// Waits for the turn to give a file this name, which lasts as long as what is returned. Whether the
    /// name is free is to be looked at after that: another body may be about to have it.
    pub(crate) async fn turn_to_name(&self, path: &Path) -> OwnedMutexGuard<()> {
        let turn = Arc::clone(self.1.borrow_mut().entry(path.to_path_buf()).or_default());
        turn.lock_owned().await
    }

    /// Whether this file is one of them.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        places(path).iter().any(|place| self.0.borrow().contains_key(place))
    }

    /// Whether this file is one of them, and no earlier report of this payment: the latest one counts.
    pub(crate) fn contains_besides(&self, path: &Path, payment: &str) -> bool {
        let (places, paid_files) = (places(path), self.0.borrow());
        let mut reports = places.iter().filter_map(|place| paid_files.get(place));
        reports.any(|report| report.as_deref() != Some(payment))
    }

    /// Refuses to add to one of them.
    pub(crate) fn check_append(&self, body: Option<&Path>) -> Result<(), Error> {
        match body {
            Some(path) if self.contains(path) => same(GOODS, ADDED, path),
            _ => Ok(()),
        }
    }

    /// Refuses options that name one file twice, where one of the two is a body or the report of a
    /// payment: what is left of it would be chance. A standard stream that goes to a file counts for a
    /// name of that. Each of `outputs` has the name of its option; `to_stdout` is whether the body goes
    /// to standard output.
    pub(crate) fn check_distinct(
        &self,
        outputs: &[(&'static str, &Path)],
        to_stdout: bool,
    ) -> Result<(), Error> {
        let mut taken: Vec<(&'static str, Place)> = Vec::new();
        if to_stdout && Standard::Output.file().is_some() {
            taken.push((OUTPUT, Place::Stream(Standard::Output)));
        }
        for (name, path) in named(outputs) {
            for here in places(path) {
                if let Some((first, _)) = taken.iter().find(|(_, there)| *there == here) {
                    return same(first, name, path);
                }
                match here {
                    // Only bodies and reports are looked for, not what other options write.
                    _ if !matches!(name, OUTPUT | RECEIPT) => {}
                    // Who says `/dev/stdout` means the stream, and whatever else goes there.
                    Place::Stream(stream) if !means_descriptor(path) => {
                        return same(name, called(stream), path);
                    }
                    here => taken.push((name, here)),
                }
            }
        }
        // The only one of them that is written before it is known what comes.
        match named(outputs).find(|(name, path)| *name == HEADS && self.contains(path)) {
            Some((_, path)) => same(GOODS, HEADS, path),
            None => Ok(()),
        }
    }
}

/// The outputs that are files: `-` is standard output.
fn named<'a>(
    outputs: &'a [(&'static str, &'a Path)],
) -> impl Iterator<Item = (&'static str, &'a Path)> {
    outputs.iter().copied().filter(|(_, path)| path.as_os_str() != "-")
}

/// Refuses outputs that are one of the program's own files, or a secret that it reads.
pub(crate) fn refuse_own_files(outputs: &[(&'static str, &Path)]) -> Result<(), Error> {
    named(outputs).try_for_each(|(_, path)| refuse(path))
}

/// Refuses words or heads that would empty a file which a body, or the report of a payment, goes to as well,
/// before either is opened: what it holds may have been paid for in an earlier run. `words` are the flags
/// whose files are emptied at once, each with its name.
pub(crate) fn empty_nothing<'a>(
    words: &[(&'static str, &Path)],
    outputs: impl Iterator<Item = (&'static str, Cow<'a, Path>)>,
) -> Result<(), Error> {
    let holds_something =
        |path: &Path| fs::metadata(path).is_ok_and(|there| there.is_file() && there.len() > 0);
    let full = words.iter().filter(|(_, path)| holds_something(path));
    // What goes to a stream is not emptied.
    let emptied = |path: &Path| {
        let places = places(path);
        (!places.iter().any(|place| matches!(place, Place::Stream(_)))).then_some(places)
    };
    let full: Vec<_> =
        full.filter_map(|(name, path)| Some((*name, *path, emptied(path)?))).collect();
    if full.is_empty() {
        return Ok(());
    }
    for (one, path) in outputs.take(MOST_LOOKED_AT) {
        let here = places(&path);
        let shared = full.iter().find(|(_, _, there)| there.iter().any(|it| here.contains(it)));
        if let Some((other, path, _)) = shared {
            return same(one, other, path);
        }
    }
    Ok(())
}

fn same(one: &'static str, other: &'static str, path: &Path) -> Result<(), Error> {
    Err(Error::SameFile { one, other, path: path.to_path_buf() })
}

fn called(stream: Standard) -> &'static str {
    match stream {
        Standard::Output => "standard output",
        Standard::Error => "standard error",
    }
}

/// Where what is written to a name goes; nowhere for what is no file and can take everything.
fn places(path: &Path) -> Vec<Place> {
    let Ok(there) = fs::metadata(path) else {
        let path = end_of_links(path);
        let directory = fs::canonicalize(directory_of(&path)).ok();
        let file = directory.zip(path.file_name()).map(|(directory, name)| directory.join(name));
        return file.map(Place::File).into_iter().collect();
    };
    match Standard::behind(&there) {
        Some(stream) => vec![Place::Stream(stream)],
        None if there.is_file() => {
            let named = fs::canonicalize(path).ok().map(Place::File);
            named.into_iter().chain(itself(&there)).collect()
        }
        None => Vec::new(),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "only unix knows a file without its name")]
fn itself(there: &Metadata) -> Option<Place> {
    use std::os::unix::fs::MetadataExt;
    Some(Place::Itself(there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn itself(_: &Metadata) -> Option<Place> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_all_of_its_names() {
        let directory = tempfile::tempdir().unwrap();
        let (there, new) = (directory.path().join("there"), directory.path().join("new"));
        fs::write(&there, "").unwrap();
        let paid_files = PaidFiles::default();
        assert!(!paid_files.contains(&there));
        paid_files.add(&there);
        paid_files.add(&new);
        fs::create_dir(directory.path().join("sub")).unwrap();
        for name in ["there", "./there", "sub/../there", "new", "sub/../new"] {
            assert!(paid_files.contains(&directory.path().join(name)), "{name}");
        }
        assert!(!paid_files.contains(&directory.path().join("sub/there")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&there, directory.path().join("link")).unwrap();
            assert!(paid_files.contains(&directory.path().join("link")));
        }
        paid_files.add_report(&new, "pay_1");
        assert!(paid_files.contains(&new) && paid_files.contains_besides(&new, "pay_2"));
        assert!(
            !paid_files.contains_besides(&new, "pay_1")
                && paid_files.contains_besides(&there, "pay_1")
        );
        paid_files.add(Path::new("/dev/null"));
        assert!(!paid_files.contains(Path::new("/dev/null")));
        assert!(!paid_files.contains(Path::new("")));
    }
}
