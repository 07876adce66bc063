//! What the owner has written down: the configuration file, the environment, and where files live.
//!
//! Reading only, plus the one line that `wallet use` changes. What the values mean together with the
//! flags is settled at the front door. No file of the current directory is ever read.

mod checks;
pub mod environment;
mod file;
mod paths;

pub use environment::{Environment, VARIABLES, Variable};
pub use file::{Budgets, ConfigError, File, Rules, choose_wallet, parse, read};
pub use paths::{NoHome, Paths};
