//! The key: where it is kept, how it is opened, and the one use it is put to.
//!
//! - [`secret`]: a password and a private key, as types that cannot be shown
//! - [`keystore`] and [`kdf`]: Web3 Secret Storage version 3, pure, over bytes
//! - [`store`]: the directory of keystores, and the checks of a file
//! - [`input`]: passwords and raw keys from files, pipes and prompts
//! - `export`: the one way in which a raw key is written down
//! - [`signer`]: an unlocked key that signs digests
//! - [`keep_private`]: no core dump of any of it
//! - [`Account`]: the key behind the payment's port, opened when it is needed
//!
//! What is signed is decided elsewhere ([`crate::policy`]) and built elsewhere ([`crate::scheme`]).
//! Prompts are asked by the caller, and random bytes come from it.

mod account;
mod error;
mod export;
mod file;
pub mod input;
pub mod kdf;
pub mod keystore;
mod memory;
mod name;
mod secret;
pub mod signer;
pub mod store;

pub use account::{Account, Look, Open};
pub use error::Error;
pub use input::{FoundPassword, PasswordSource};
pub use kdf::{Cost, CostError};
pub use keystore::{Keystore, KeystoreError, Randomness};
pub use memory::keep_private;
pub use name::Name;
pub use secret::{Password, PrivateKey, PrivateKeyError};
pub use signer::Signer;
pub use store::{KeystoreFile, Location, Store};
