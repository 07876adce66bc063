//! The key: where it is kept, how it is opened, and the one use it is put to.
//!
//! - [`secret`]: a password and a private key, as types that cannot be shown
//! - [`keystore`] and [`kdf`]: Web3 Secret Storage version 3, pure, over bytes

pub mod kdf;
pub mod keystore;
pub mod secret;

pub use kdf::{Cost, CostError};
pub use keystore::{Keystore, KeystoreError, Randomness};
pub use secret::{Password, PrivateKey, PrivateKeyError};
