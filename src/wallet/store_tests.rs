//! The store against a real directory.

use super::*;
use crate::wallet::{Cost, Randomness};
use proptest::prelude::*;

const CAST: &str = include_str!("../../tests/fixtures/keystores/cast.json");

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn at(text: &str) -> Location {
    Location::parse(text).unwrap()
}

fn store() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::new(home.path().join("deep/wallets"));
    (home, store)
}

fn password(text: &str) -> Password {
    Password::new(text.as_bytes().to_vec().into())
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(Name::to_string).collect()
}

#[test]
fn what_is_created_is_listed_read_and_removed() {
    let (_home, store) = store();
    assert!(store.names().unwrap().is_empty());
    assert!(matches!(store.only(), Err(Error::NoneSetUp { .. })));

    let path = store.create(&name("main"), CAST).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), CAST);
    assert_eq!(store.only().unwrap(), name("main"));
    let file = store.read(&at("main")).ok().unwrap();
    assert_eq!(file.path, path);
    let key = file.unlock(&password("correct horse battery staple"));
    assert_eq!(
        key.ok().unwrap().address().to_string(),
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    );
    let wrong = file.unlock(&password("wrong")).err().unwrap();
    assert!(matches!(wrong, Error::WrongPassword { path, empty: false } if path == file.path));

    store.create(&name("a.b-c_D"), CAST).unwrap();
    assert_eq!(texts(&store.names().unwrap()), ["a.b-c_D", "main"]);
    let chosen = store.only();
    assert!(matches!(chosen, Err(Error::NoneChosen { known }) if known.len() == 2));

    assert_eq!(store.remove(&name("main")).unwrap(), path);
    assert_eq!(texts(&store.names().unwrap()), ["a.b-c_D"]);
    for missing in [store.read(&at("main")).err(), store.remove(&name("main")).err()] {
        match missing {
            Some(Error::NotFound { name, known }) => {
                assert_eq!(
                    (name.to_string(), texts(&known)),
                    ("main".into(), vec!["a.b-c_D".into()])
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_existing_wallet_is_never_overwritten() {
    let (_home, store) = store();
    let path = store.create(&name("main"), "first").unwrap();
    let again = store.create(&name("main"), "second");
    assert!(matches!(again, Err(Error::AlreadyExists { name }) if name.to_string() == "main"));
    assert_eq!(fs::read_to_string(path).unwrap(), "first");
    let left = fs::read_dir(&store.dir).unwrap().count();
    assert_eq!(left, 1, "the temporary file is gone");
}

#[test]
fn nothing_takes_a_keystores_place_that_does_not_open_to_its_key() {
    let (_home, store) = store();
    let path = store.create(&name("main"), CAST).unwrap();
    let file = store.read(&at("main")).ok().unwrap();
    let (old, new) = (password("correct horse battery staple"), password("new"));
    let key = file.unlock(&old).ok().unwrap();
    let sealed = |key: &PrivateKey| {
        Keystore::encrypt(key, &new, Cost::Light, &Randomness::default()).unwrap()
    };
    let other = PrivateKey::from_bytes(&[7; 32]).unwrap();
    let wrong = file.replace(&sealed(&key), &key, &old).unwrap_err();
    assert!(matches!(wrong, Error::WrongPassword { .. }));
    for wrong in [sealed(&other), "{}".to_owned()] {
        let wrong = file.replace(&wrong, &key, &new).unwrap_err();
        assert!(matches!(wrong, Error::Keystore { .. }));
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), CAST);

    file.replace(&sealed(&key), &key, &new).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), sealed(&key));
    let replaced = file.replace(&sealed(&key), &key, &new).unwrap_err();
    assert!(matches!(replaced, Error::Unwritable { .. }), "by another key, for all it knows");
    let again = store.read(&at("main")).ok().unwrap().unlock(&new);
    assert_eq!(again.ok().unwrap().address(), key.address());
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing beside it");
}

#[test]
fn files_that_are_not_wallets_are_not_listed() {
    let (_home, store) = store();
    store.create(&name("main"), CAST).unwrap();
    for other in [".new-x.json", "notes.txt", "sp ace.json", ".json", "ümlaut.json"] {
        fs::write(store.dir.join(other), "x").unwrap();
    }
    assert_eq!(texts(&store.names().unwrap()), ["main"]);
}

#[test]
fn a_broken_or_huge_keystore_is_told_by_its_path() {
    let (_home, store) = store();
    for content in [String::new(), "{}".into(), " ".repeat(KEYSTORE_LIMIT + 1), "[".repeat(900)] {
        let path = store.create(&name("broken"), &content).unwrap();
        let fault = store.read(&at("broken")).err().unwrap();
        assert!(matches!(fault, Error::Keystore { path: told, .. } if told == path));
        store.remove(&name("broken")).unwrap();
    }
}

#[test]
fn a_name_is_not_a_path() {
    let longest = "x".repeat(64);
    for good in ["a", "0", "main.json", "UTC--2016-03-22", longest.as_str()] {
        assert_eq!(at(good), Location::Name(name(good)));
    }
    let too_long = "x".repeat(65);
    for bad in ["", ".", "..", ".hidden", "-rf", "a b", "a\n", "é", "a\0", "$x", too_long.as_str()]
    {
        assert!(matches!(Location::parse(bad), Err(Error::BadName)), "{bad:?}");
    }
    let digits = "4".repeat(64);
    for key in [digits.clone(), format!("0x{digits}")] {
        assert!(matches!(Location::parse(&key), Err(Error::Exposed)));
    }
    for path in ["./main", "../x.json", "/etc/passwd", "a/b"] {
        assert_eq!(at(path), Location::Path(path.into()));
    }
}

proptest! {
    #[test]
    fn a_name_never_leaves_its_directory(text in "\\PC{0,70}") {
        if let Ok(name) = Name::parse(&text) {
            let path = Store::new("/w").path(&name);
            prop_assert_eq!(path.parent(), Some(Path::new("/w")));
            prop_assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{text}.json"));
        }
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn files_and_directories_are_made_for_the_owner_alone() {
        let (home, store) = store();
        let path = store.create(&name("main"), CAST).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&store.dir), 0o700);
        assert_eq!(mode(&home.path().join("deep")), 0o700);
    }

    #[test]
    fn a_mode_that_lets_others_in_is_refused_wherever_the_file_lies() {
        let (_home, store) = store();
        let path = store.create(&name("main"), CAST).unwrap();
        for loose in [0o644, 0o640, 0o602, 0o610, 0o444, 0o440] {
            chmod(&path, loose);
            for location in [at("main"), Location::Path(path.clone())] {
                match store.read(&location).err().unwrap() {
                    Error::Loose { path: told, mode, fixed } => {
                        assert_eq!((told, mode), (path.clone(), loose));
                        assert_eq!(fixed, loose & 0o222 == 0, "{loose:o}");
                    }
                    other => panic!("{other}"),
                }
            }
        }
        for tight in [0o600, 0o400, 0o700] {
            chmod(&path, tight);
            assert!(store.read(&at("main")).is_ok());
        }
    }

    #[test]
    fn links_are_followed_outside_the_store_only() {
        let (home, store) = store();
        let real = store.create(&name("real"), CAST).unwrap();
        let inside = store.path(&name("linked"));
        symlink(&real, &inside).unwrap();
        let fault = store.read(&at("linked")).err().unwrap();
        assert!(matches!(fault, Error::NotAFile { path } if path == inside));

        let outside = home.path().join("link.json");
        symlink(&real, &outside).unwrap();
        assert!(store.read(&Location::Path(outside)).is_ok());
    }

    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let (home, store) = store();
        fs::create_dir_all(store.dir.join("dir.json")).unwrap();
        assert!(matches!(store.read(&at("dir")).err(), Some(Error::NotAFile { .. })));

        let pipe = home.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
        let fault = store.read(&Location::Path(pipe)).err();
        assert!(matches!(fault, Some(Error::NotAFile { .. })));
        let device = Location::Path("/dev/zero".into());
        assert!(matches!(store.read(&device).err(), Some(Error::NotAFile { .. })));
    }
}
