//! Where keystores lie: a directory of `NAME.json`, each whole or absent, for the owner's eyes only.

use super::error::Error;
use super::file::{self, Links};
use super::keystore::{KEYSTORE_LIMIT, Keystore, KeystoreError};
use super::name::Name;
use super::secret::{Password, PrivateKey};
use crate::ownership::directory_of;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf, is_separator};

/// Which keystore is meant: what `--wallet` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// One in the store.
    Name(Name),
    /// A file anywhere, given with at least one separator (`./key.json`).
    Path(PathBuf),
}

/// The directory of keystores. It need not exist until one is created.
pub struct Store {
    dir: PathBuf,
}

/// A keystore and the file it was read from.
pub struct KeystoreFile {
    /// The file, as found.
    pub path: PathBuf,
    /// Its text.
    pub json: String,
    /// Its bytes, which may be the same text in another encoding.
    bytes: Vec<u8>,
    /// What it holds.
    pub keystore: Keystore,
}

impl Name {
    /// Reads a name, or says [`Error::BadName`]. A raw key is no name, though its digits could be.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if PrivateKey::is_form_of(text) {
            return Err(Error::Exposed);
        }
        Self::new(text).ok_or(Error::BadName)
    }
}

impl Location {
    /// A path if it has a separator, else a name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if PrivateKey::is_form_of(text) {
            Err(Error::Exposed)
        } else if text.contains(is_separator) {
            Ok(Self::Path(PathBuf::from(text)))
        } else {
            Name::parse(text).map(Self::Name)
        }
    }
}

impl Store {
    /// The store in this directory. Touches nothing.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Every wallet in the store, sorted. An absent directory is an empty store; files with other
    /// names are not ours and are passed over.
    pub fn names(&self) -> Result<Vec<Name>, Error> {
        let unreadable = |source| Error::Unreadable { path: self.dir.clone(), source };
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(unreadable(e)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let file_name = entry.map_err(unreadable)?.file_name();
            let stem = file_name.to_str().and_then(|file_name| file_name.strip_suffix(".json"));
            names.extend(stem.and_then(|stem| Name::parse(stem).ok()));
        }
        names.sort();
        Ok(names)
    }

    /// The one wallet there is: [`Error::NoneSetUp`] or [`Error::NoneChosen`] otherwise.
    pub fn only(&self) -> Result<Name, Error> {
        let mut known = self.names()?;
        match (known.pop(), known.is_empty()) {
            (None, _) => Err(Error::NoneSetUp { dir: self.dir.clone() }),
            (Some(name), true) => Ok(name),
            (Some(last), false) => {
                known.push(last);
                Err(Error::NoneChosen { known })
            }
        }
    }

    /// Where the wallet of this name lies, or would lie.
    pub fn path(&self, name: &Name) -> PathBuf {
        self.dir.join(format!("{name}.json"))
    }

    /// Reads a keystore and checks it and its file. Does not open it: that takes the password.
    pub fn read(&self, location: &Location) -> Result<KeystoreFile, Error> {
        let (path, links) = match location {
            Location::Path(path) => (path.clone(), Links::Followed),
            Location::Name(name) => (self.path(name), Links::Refused),
        };
        let (mut opened, metadata) =
            file::open(&path, links).map_err(|e| self.or_not_found(e, location))?;
        file::check_private(&path, &metadata)?;
        let bytes = file::read(&path, &mut opened, KEYSTORE_LIMIT)?;
        match Keystore::parse(&bytes) {
            Ok(keystore) => {
                // What parses as JSON is text.
                let json = crate::text::read(&bytes).unwrap_or_default().into_owned();
                Ok(KeystoreFile { path, json, bytes, keystore })
            }
            Err(source) => Err(Error::keystore(&path, source)),
        }
    }

    /// Writes a new keystore, durably, and returns its path. It is there whole or not at all, with
    /// mode 0600 from the first byte, and an existing wallet is never overwritten.
    pub fn create(&self, name: &Name, json: &str) -> Result<PathBuf, Error> {
        let path = self.path(name);
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        create_private_directory(&self.dir).map_err(unwritable)?;
        let file = written(&self.dir, json).map_err(unwritable)?;
        file.persist_noclobber(&path).map_err(|e| match e.error.kind() {
            ErrorKind::AlreadyExists => Error::AlreadyExists { name: name.clone() },
            _ => unwritable(e.error),
        })?;
        self.sync().map_err(unwritable)?;
        Ok(path)
    }

    /// Deletes a wallet's file, for good, and returns where it was.
    pub fn remove(&self, name: &Name) -> Result<PathBuf, Error> {
        let path = self.path(name);
        let unwritable = |source| Error::Unwritable { path: path.clone(), source };
        fs::remove_file(&path)
            .map_err(|e| self.or_not_found(unwritable(e), &Location::Name(name.clone())))?;
        self.sync().map_err(unwritable)?;
        Ok(path)
    }

    /// A missing file of the store is told with the names that do exist.
    fn or_not_found(&self, error: Error, location: &Location) -> Error {
        match (error, location) {
            (
                Error::Unreadable { source, .. } | Error::Unwritable { source, .. },
                Location::Name(name),
            ) if source.kind() == ErrorKind::NotFound => match self.names() {
                Ok(known) => Error::NotFound { name: name.clone(), known },
                Err(unreadable) => unreadable,
            },
            (error, _) => error,
        }
    }

    fn sync(&self) -> io::Result<()> {
        file::sync_directory(&self.dir)?;
        self.dir.parent().filter(|parent| parent.is_dir()).map_or(Ok(()), file::sync_directory)
    }
}

impl KeystoreFile {
    /// Opens the keystore; the cost is that of [`Keystore::decrypt`].
    pub fn unlock(&self, password: &Password) -> Result<PrivateKey, Error> {
        self.keystore.decrypt(password).map_err(|source| match source {
            KeystoreError::WrongPassword => {
                Error::WrongPassword { path: self.path.clone(), empty: password.is_empty() }
            }
            source => Error::keystore(&self.path, source),
        })
    }

    /// Puts another keystore of the same `key` in its place, durably and whole or not at all, once that
    /// is seen to open with `password`: what is replaced may be the only copy. Costs what opening it
    /// costs. A link stays, and what it leads to is replaced.
    pub fn replace(&self, json: &str, key: &PrivateKey, password: &Password) -> Result<(), Error> {
        let opened = Keystore::parse(json.as_bytes()).and_then(|new| new.decrypt(password));
        let opened = opened.map_err(|source| Error::keystore(&self.path, source))?;
        if opened.address() != key.address() {
            let (declared, actual) = (key.address(), opened.address());
            let source = KeystoreError::AddressMismatch { declared, actual };
            return Err(Error::keystore(&self.path, source));
        }
        let unwritable = |source| Error::Unwritable { path: self.path.clone(), source };
        let path = fs::canonicalize(&self.path).map_err(unwritable)?;
        let dir = directory_of(&path);
        let file = written(dir, json).map_err(unwritable)?;
        // A password may have been waited for, and another key put there meanwhile.
        if fs::read(&path).map_err(unwritable)? != self.bytes {
            return Err(unwritable(io::Error::other("it was replaced meanwhile")));
        }
        file.persist(&path).map_err(|e| unwritable(e.error))?;
        file::sync_directory(dir).map_err(unwritable)
    }
}

/// A keystore's text in a file of its own in `dir`, durably and for the owner's eyes only, that is to be
/// given its name. The dot keeps one that a crash leaves behind out of the list.
fn written(dir: &Path, json: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(dir)?;
    file.write_all(json.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn create_private_directory(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
