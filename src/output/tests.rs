//! Files that are whole, kept in part, or untouched.

use super::*;

/// Opens a file to write to.
fn open(path: &Path) -> io::Result<Sink> {
    Sink::open_file(path, Clobber::Replace)
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_whole_or_a_part_or_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out");
    fs::write(&path, "old").unwrap();

    drop(open(&path).unwrap());
    assert_eq!(
        (names(directory.path()), fs::read(&path).unwrap()),
        (vec!["out".into()], b"old".to_vec())
    );

    let mut sink = open(&path).unwrap();
    sink.write(b"half").unwrap();
    assert_eq!(
        sink.keep_part().unwrap().path,
        directory.path().canonicalize().unwrap().join("out.part")
    );
    assert_eq!(fs::read(&path).unwrap(), b"old");

    let mut sink = open(&path).unwrap();
    sink.write(b"whole").unwrap();
    sink.complete().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    assert_eq!(names(directory.path()), ["out", "out.part"]);

    for (text, part) in [("ha", "out.part"), ("other", "out.part.1")] {
        let mut sink = open(&path).unwrap();
        sink.write(text.as_bytes()).unwrap();
        assert!(sink.keep_part().unwrap().path.ends_with(part));
    }
    assert_eq!(names(directory.path()), ["out", "out.part", "out.part.1"]);
    assert_eq!(fs::read(directory.path().join("out.part")).unwrap(), b"half");
}

#[test]
fn a_file_that_is_there_is_kept_where_that_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out");
    let write = |clobber| {
        let mut sink = Sink::open_file(&path, clobber).unwrap();
        sink.write(b"new").unwrap();
        sink.complete().map(|path| path.unwrap().file_name().unwrap().to_owned())
    };
    assert_eq!(write(Clobber::Refuse).unwrap(), "out");
    assert_eq!(write(Clobber::Number).unwrap(), "out.1");
    assert_eq!(write(Clobber::Number).unwrap(), "out.2");
    assert!(matches!(write(Clobber::Refuse), Err(SinkError::Failed { kept: Some(_), .. })));
    assert_eq!(names(directory.path()), ["out", "out.1", "out.2", "out.part"]);
}

#[test]
fn what_cannot_be_written_is_refused_at_once() {
    let directory = tempfile::tempdir().unwrap();
    assert!(open(directory.path()).is_err());
    assert!(open(&directory.path().join("none").join("out")).is_err());
    fs::write(directory.path().join("plain"), "").unwrap();
    for name in ["", "new/", "new//", "new/.", "new/..", "plain/", "plain/x", &"x".repeat(256)] {
        let path = format!("{}/{name}", directory.path().display());
        for clobber in [Clobber::Replace, Clobber::Number] {
            assert!(Sink::open_file(Path::new(&path), clobber).is_err(), "{name}");
        }
    }
    assert!(open(Path::new("")).is_err());
    assert!(matches!(open(Path::new("/dev/null")), Ok(Sink::Special(..))));
}

#[cfg(unix)]
#[test]
fn a_link_and_a_mode_survive() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = tempfile::tempdir().unwrap();
    let (real, link) = (directory.path().join("real"), directory.path().join("link"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    let mut sink = open(&link).unwrap();
    sink.write(b"new").unwrap();
    sink.complete().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"new");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn what_came_is_no_program_that_runs_as_somebody() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out");
    for (before, after) in [(0o4755, 0o755), (0o2711, 0o711), (0o1644, 0o644)] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
        let mut sink = open(&path).unwrap();
        sink.write(b"new").unwrap();
        sink.complete().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, after);
    }
}
