//! What was typed, turned into what is meant, together with the environment and the owner's file.
//!
//! Each limit keeps the place it was said, so that a refusal can name it.

mod body;
mod config_lines;
mod connection;
mod groups;
mod input;
mod material;
mod multipart;
mod netrc;
mod nodes;
mod own;
mod request;
mod rules;
mod target;
mod transfer;
mod wallet;

use crate::config::{self, Environment, Paths};
use crate::policy::RuleBook;
use crate::terminal::screen::Screen;
use crate::terminal::streams::ColorWishes;

use super::args::Args;
use super::error::CliError;

pub(super) use body::{encoded_for_url, read_all};
pub(super) use config_lines::config_lines;
pub(super) use connection::http_options;
pub(super) use groups::{merge_groups, one_wallet};
pub(super) use input::wait_at_most;
pub(super) use material::material;
pub(super) use nodes::nodes;
pub(super) use own::keep_from_outputs;
pub(super) use target::{count, targets};
pub(super) use transfer::{TypedRequests, transfer_options};
pub(super) use wallet::{
    KeySource, asks_for_password, imported_key, is_slow_to_open, key_source, keystore_of, location,
    look, new_password, one_key, opened, other_password, recipe,
};

/// Looks at the standard streams and at the environment's wishes about colours.
pub(super) fn screen() -> Screen {
    let say = |name: &str| Environment.first(&[name]);
    let (no_color, force, term) = (say("NO_COLOR"), say("CLICOLOR_FORCE"), say("TERM"));
    Screen::look(ColorWishes {
        no_color: no_color.as_deref(),
        clicolor_force: force.as_deref(),
        term: term.as_deref(),
    })
}

/// Where files are, what the owner wrote down, and what it all means for paying.
pub(super) struct Settings {
    /// The places of files.
    pub paths: Paths,
    /// The owner's file.
    pub file: config::File,
    /// The rules for paying.
    pub rules: RuleBook,
}

impl Settings {
    /// Reads the owner's file and the environment, and joins them with the flags.
    pub(super) fn gather(args: &Args) -> Result<Self, CliError> {
        let paths = Paths::find(Environment)?;
        let file = config::read(&paths.config)?;
        let rules = rules::rule_book(&args.pay, Environment, &file, &paths.config)?;
        Ok(Self { paths, file, rules })
    }
}
