//! The eyes: what reaches a terminal, and what is asked there.
//!
//! - [`safe`]: the only form in which a server's words are shown
//!
//! What is said, and when, is decided elsewhere.

pub mod safe;
