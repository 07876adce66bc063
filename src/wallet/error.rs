//! What can go wrong with a wallet, as facts. What to do about it is told by the front door.

use super::kdf::CostError;
use super::keystore::KeystoreError;
use super::name::Name;
use super::secret::PrivateKeyError;
use std::io;
use std::path::PathBuf;

/// Longest first line that is read, in bytes, its ending not counted.
pub(super) const LINE_LIMIT: usize = 4096;

/// Why there is no key, or why a keystore was not written. No variant holds a secret, nor any text
/// from inside a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// None was asked for by name, and the store is empty.
    #[error("no wallet is set up in {dir}")]
    NoneSetUp {
        /// The store's directory, which need not exist.
        dir: PathBuf,
    },
    /// None was asked for by name, and the store holds several.
    #[error("there are {} wallets and none is chosen", known.len())]
    NoneChosen {
        /// Every wallet in the store.
        known: Vec<Name>,
    },
    /// The store has no wallet of this name.
    #[error("there is no wallet named {name}")]
    NotFound {
        /// The name asked for.
        name: Name,
        /// Every wallet in the store.
        known: Vec<Name>,
    },
    /// The store already has a wallet of this name. Nothing was written.
    #[error("a wallet named {name} already exists")]
    AlreadyExists {
        /// The name taken.
        name: Name,
    },
    /// Not a name, see [`Name`].
    #[error("a wallet's name is up to 64 of A-Z a-z 0-9 . _ - and starts with a letter or digit")]
    BadName,
    /// A raw key stands where a name or a file belongs. It is not repeated.
    #[error("a private key was given in place of a name or a file")]
    Exposed,
    /// Others than the owner may read or write the file.
    #[error("others may read or write {path}: its mode is {mode:03o}")]
    Loose {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// Whether they cannot be changed there, as far as that shows: nobody may write it, it belongs
        /// to somebody else, or it lies in a file system that is mounted read-only.
        fixed: bool,
    },
    /// The file belongs to somebody else, neither the effective user nor root.
    #[error("{path} belongs to user {owner}")]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// The owner's user id.
        owner: u32,
    },
    /// A directory, a device, a pipe, or in the store a symbolic link.
    #[error("{path} is not a regular file")]
    NotAFile {
        /// What was found there.
        path: PathBuf,
    },
    /// The file or directory cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file or directory cannot be created, written or removed.
    #[error("cannot write {path}: {source}")]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no keystore that can be used. Never [`KeystoreError::WrongPassword`].
    #[error("{path}: {source}")]
    Keystore {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeystoreError,
    },
    /// The password does not open the keystore, or the file is damaged.
    #[error("wrong password for {path}{}", if *empty { ": the one that was given is empty" } else { "" })]
    WrongPassword {
        /// The file.
        path: PathBuf,
        /// Whether it was the empty password.
        empty: bool,
    },
    /// The file, or standard input where there is none, holds no password: its first line is longer than
    /// [`LINE_LIMIT`], or is to be a new password and is empty.
    #[error("no password: the first line is empty or longer than {LINE_LIMIT} bytes")]
    NoPassword {
        /// The file, or nothing for standard input.
        path: Option<PathBuf>,
    },
    /// A raw key was asked for, and no place was named to read it from.
    #[error("no private key was given")]
    NoPrivateKey,
    /// The raw key is none.
    #[error("not a private key: {source}")]
    BadPrivateKey {
        /// The file, or nothing where the key came as a value.
        path: Option<PathBuf>,
        /// What is wrong with it.
        source: PrivateKeyError,
    },
    /// The key was used before it was opened, or after opening it failed.
    #[error("the wallet is locked")]
    Locked,
    /// A new keystore's key derivation failed.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// The signature could not be computed.
    #[error("cannot sign: {0}")]
    Signing(#[from] alloy_signer::Error),
}

impl Error {
    pub(super) fn keystore(path: &std::path::Path, source: KeystoreError) -> Self {
        let path = path.to_owned();
        match source {
            KeystoreError::WrongPassword => Self::WrongPassword { path, empty: false },
            source => Self::Keystore { path, source },
        }
    }
}
