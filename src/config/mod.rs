//! What the owner has written down: the configuration file, the environment, and where files live.
//!
//! Reading only, plus the one line that `wallet use` changes. What the values mean together with the
//! flags is settled at the front door. No file of the current directory is ever read.

mod checks;
pub mod environment;
mod file;
mod lines;
mod paths;
mod rules;

pub use environment::{Environment, Variable, variables};
pub use file::{ConfigError, File, choose_wallet, parse, read};
pub use lines::RuleLines;
pub use paths::{NoHome, Paths};
