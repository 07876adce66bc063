//! What is kept of a body that did not come whole: `NAME.part`, or the first of `NAME.part.1` and so on
//! that is free. Of two parts of one payment of which one goes on with the other only the longer is kept,
//! because a payment is sent again as often as somebody runs the command; any other part, such as the
//! beginning of an error page, is never written over and writes over none.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::names::{MOST_NUMBER, is_there, number, with_suffix};

/// The extended attribute of a part that says which payment it was bought by.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
const PAYMENT: &str = "user.pay402.payment";

/// What is kept of a body that did not come whole.
#[derive(Debug)]
pub(crate) struct Part {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Whether that file was made for it. If not, it was there before and holds all of it.
    is_new: bool,
}

impl Part {
    /// One in a file that is not known to be new.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path, is_new: false }
    }

    /// Removes the file, if it was made for this part and no payment bought what it holds.
    pub(crate) fn remove(&self) {
        let is_bought = || File::open(&self.path).ok().and_then(|file| marked(&file)).is_some();
        if self.is_new && !is_bought() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Names a temporary file as the part of a target that was bought by this payment, if it was bought.
/// Where no name can be had it keeps its own. `None` if its bytes are nowhere.
pub(super) fn name_part(file: NamedTempFile, target: &Path, payment: Option<&str>) -> Option<Part> {
    let new = |path| Part { path, is_new: true };
    let name = with_suffix(target, "part");
    let mut path = name.clone();
    for count in 0..=MOST_NUMBER {
        if count > 0 {
            path = with_suffix(&name, &count.to_string());
        }
        let mut old = match open(&path) {
            Ok(Some(old)) => old,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Ok(None) | Err(_) => continue,
        };
        match compare(&file, &mut old, payment) {
            Ok(Keep::Both) | Err(_) => {}
            Ok(Keep::Old) => {
                // Another process may have made it, and remove it before its next try.
                if marked(&old).is_none() {
                    mark(&old, payment);
                }
                return Some(Part::at(path));
            }
            Ok(Keep::New) => {
                mark(file.as_file(), payment);
                return match file.persist(&path) {
                    Ok(_) => Some(new(path)),
                    Err(error) => keep(error.file).map(new),
                };
            }
        }
    }
    mark(file.as_file(), payment);
    number(file, &name).map_or_else(|(file, _)| keep(file), Some).map(new)
}

/// Opens a part; `None` if something else has the name, such as a directory or a pipe.
fn open(path: &Path) -> io::Result<Option<File>> {
    if fs::symlink_metadata(path)?.is_file() { File::open(path).map(Some) } else { Ok(None) }
}

/// Lets a temporary file stay where it is.
fn keep(file: NamedTempFile) -> Option<PathBuf> {
    if !is_there(&file) {
        return None;
    }
    file.keep().ok().map(|(_, path)| path)
}

/// Which of two parts to keep.
#[derive(Debug, PartialEq, Eq)]
enum Keep {
    Both,
    Old,
    New,
}

fn compare(new: &NamedTempFile, old: &mut File, payment: Option<&str>) -> io::Result<Keep> {
    let (here, there) = (new.as_file().metadata()?.len(), old.metadata()?.len());
    if payment.is_some() && marked(old).as_deref() == payment && here >= there {
        let goes_on = begins_alike(old.try_clone()?, &mut new.reopen()?, there)?;
        return Ok(if goes_on { Keep::New } else { Keep::Both });
    }
    // All of it is there already, whosever that is.
    let has_all = there >= here && begins_alike(new.reopen()?, old, here)?;
    Ok(if has_all { Keep::Old } else { Keep::Both })
}

/// Whether all of a file, `length` bytes at most, is the beginning of another.
pub(super) fn begins_alike(new: File, old: &mut File, length: u64) -> io::Result<bool> {
    let (mut new, mut old) = (io::BufReader::new(new), io::BufReader::new(old.take(length)));
    let (mut one, mut other) = ([0; 8192], [0; 8192]);
    loop {
        let count = new.read(&mut one)?;
        let (Some(one), Some(other)) = (one.get(..count), other.get_mut(..count)) else {
            return Ok(false);
        };
        if count == 0 {
            return Ok(true);
        }
        if old.read_exact(other).is_err() || one != other {
            return Ok(false);
        }
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn mark(file: &File, payment: Option<&str>) {
    if let Some(payment) = payment {
        // Where the file system has no such thing, later parts are numbered.
        let flags = rustix::fs::XattrFlags::empty();
        let _ = rustix::fs::fsetxattr(file, PAYMENT, payment.as_bytes(), flags);
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn marked(file: &File) -> Option<String> {
    let mut value = [0; 128];
    let length = rustix::fs::fgetxattr(file, PAYMENT, &mut value[..]).ok()?;
    String::from_utf8(value.get(..length)?.to_vec()).ok()
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn mark(_: &File, _: Option<&str>) {}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn marked(_: &File) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::names::temporary;
    use super::*;
    use std::io::Write;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(name).map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    #[test]
    fn of_one_payment_the_longer_part_is_kept_and_of_others_nothing_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("f");
        let keep = |text: &str, payment| {
            let mut file = temporary(directory.path()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let name = name_part(file, &target, payment).unwrap().path;
            let content = fs::read_to_string(&name).unwrap();
            (name.file_name().unwrap().to_str().unwrap().to_owned(), content)
        };
        let is = |kept: (String, String), name: &str, content: &str| {
            assert_eq!(kept, (name.to_owned(), content.to_owned()));
        };
        is(keep("xyz", Some("a")), "f.part", "xyz");
        is(keep("xyz9", Some("a")), "f.part", "xyz9");
        is(keep("xy", Some("a")), "f.part", "xyz9");
        // Longer, and another page: what an error of the same payment's next answer would be.
        is(keep("<html>", Some("a")), "f.part.1", "<html>");
        fs::remove_file(directory.path().join("f.part.1")).unwrap();
        is(keep("1234567", Some("b")), "f.part.1", "1234567");
        is(keep("12345678", Some("b")), "f.part.1", "12345678");
        is(keep("xyz90", None), "f.part.2", "xyz90");
        is(keep("xyz9", None), "f.part", "xyz9");
        is(keep("12345678", Some("c")), "f.part.1", "12345678");
        assert_eq!(names(directory.path()), ["f.part", "f.part.1", "f.part.2"]);
    }

    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    #[test]
    fn a_part_is_removed_where_it_is_new_and_no_payment_bought_it() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("f");
        let part = |text: &str, payment| {
            let mut file = temporary(directory.path()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            name_part(file, &target, payment).unwrap()
        };
        part("new", None).remove();
        assert_eq!(names(directory.path()), [""; 0]);
        part("bought", Some("a")).remove();
        // All of this is in that file already.
        part("b", None).remove();
        assert_eq!(names(directory.path()), ["f.part"]);
        // What somebody else bought is in a file that was new before.
        let earlier = part("xyz", None);
        part("xy", Some("b"));
        earlier.remove();
        assert_eq!(names(directory.path()), ["f.part", "f.part.1"]);
    }
}
