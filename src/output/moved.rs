//! A directory that was moved or removed while a body came: its open handle still knows where it is.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::names::{directory_of, elsewhere, is_there, temporary};

/// The directory of a target, as it was when the body began.
#[derive(Default)]
pub(super) struct Directory(#[cfg(target_os = "linux")] Option<std::os::fd::OwnedFd>);

#[cfg(target_os = "linux")]
impl Directory {
    /// Takes it down. Without it, files are known by their names alone.
    pub(super) fn of(target: &Path) -> Self {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Self(open(directory_of(target), flags, Mode::empty()).ok())
    }

    /// Where it is now.
    fn now(&self) -> Option<PathBuf> {
        use std::os::fd::AsRawFd;
        let descriptor = self.0.as_ref()?.as_raw_fd();
        std::fs::read_link(format!("/proc/self/fd/{descriptor}")).ok()
    }
}

#[cfg(not(target_os = "linux"))]
impl Directory {
    /// Takes nothing down: only Linux says where an open directory is.
    pub(super) fn of(_: &Path) -> Self {
        Self::default()
    }

    #[expect(clippy::unused_self, reason = "only Linux says where an open directory is")]
    fn now(&self) -> Option<PathBuf> {
        None
    }
}

/// Finds a temporary file again that is not where it was, and the name that its target has there. One
/// that was removed is copied: beside the target if there is such a directory again, or to where
/// temporary files are.
pub(super) fn find(
    file: NamedTempFile,
    target: &Path,
    directory: &Directory,
) -> (NamedTempFile, PathBuf) {
    if is_there(&file) {
        return (file, target.to_path_buf());
    }
    let Some(name) = target.file_name() else { return (file, target.to_path_buf()) };
    let names = directory.now().zip(file.path().file_name().map(PathBuf::from));
    let (file, old) = file.into_parts();
    if let Some((now, own)) = names
        && let Ok(path) = TempPath::try_from_path(now.join(own))
    {
        let found = NamedTempFile::from_parts(file, path);
        if is_there(&found) {
            forget(old);
            return (found, now.join(name));
        }
        let (file, path) = found.into_parts();
        forget(path);
        return copied(file, old, target, Path::new(name));
    }
    copied(file, old, target, Path::new(name))
}

fn copied(mut file: File, old: TempPath, target: &Path, name: &Path) -> (NamedTempFile, PathBuf) {
    let mut copy = |new: io::Result<NamedTempFile>| {
        let mut new = new?;
        file.rewind()?;
        io::copy(&mut file, new.as_file_mut())?;
        Ok::<_, io::Error>(new)
    };
    if let Ok(new) = copy(temporary(directory_of(target))) {
        forget(old);
        return (new, target.to_path_buf());
    }
    if let Ok(new) = copy(elsewhere()) {
        forget(old);
        let target = directory_of(new.path()).join(name);
        return (new, target);
    }
    (NamedTempFile::from_parts(file, old), target.to_path_buf())
}

/// Lets go of a name without removing what has it now.
fn forget(path: TempPath) {
    let _ = path.keep();
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn begun(directory: &Path) -> (NamedTempFile, PathBuf, Directory) {
        fs::create_dir(directory).unwrap();
        let target = directory.join("f");
        let mut file = temporary(directory).unwrap();
        file.write_all(b"paid").unwrap();
        let known = Directory::of(&target);
        (file, target, known)
    }

    #[test]
    fn a_file_is_found_where_its_directory_was_moved_to() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("old"), root.path().join("new"));
        let (file, target, directory) = begun(&old);
        fs::rename(&old, &new).unwrap();
        let (file, target) = find(file, &target, &directory);
        assert!(is_there(&file));
        assert_eq!(target, new.canonicalize().unwrap().join("f"));
        assert_eq!(file.path().parent(), target.parent());
    }

    #[test]
    fn what_was_removed_is_copied_while_it_is_open() {
        for comes_back in [true, false] {
            let root = tempfile::tempdir().unwrap();
            let old = root.path().join("old");
            let (file, target, directory) = begun(&old);
            fs::remove_dir_all(&old).unwrap();
            if comes_back {
                fs::create_dir(&old).unwrap();
            }
            let (file, target) = find(file, &target, &directory);
            assert!(is_there(&file));
            assert_eq!(fs::read(file.path()).unwrap(), b"paid");
            assert_eq!(target.starts_with(&old), comes_back, "{}", target.display());
        }
    }
}
